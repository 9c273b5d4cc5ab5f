"""Which units of an order a change of status means."""

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final

from chalicelib.errors import Malformed, Refusal
from chalicelib.ids import composed
from chalicelib.orders.order import UNIT, Line, Order, Verb
from chalicelib.orders.placing import LINES_MAX, is_quantity
from chalicelib.values import value

_VERBS: Final[dict[str, Verb]] = {
    "ship": "ship",
    "shipped": "ship",
    "return": "return",
    "returned": "return",
    "cancel": "cancel",
    "cancelled": "cancel",
    "canceled": "cancel",
}
_DONE: Final[dict[Verb, str]] = {"ship": "shipped", "return": "returned", "cancel": "cancelled"}
"""The word for what a verb makes of units, and the field of a line that counts them."""
_HELP: Final[dict[Verb, str]] = {
    "ship": "what was returned or cancelled cannot be shipped",
    "return": "what was returned or cancelled is not there any more",
    "cancel": "what was shipped can be returned but not cancelled",
}


class UnknownStatus(Malformed):
    """The status is none that an order can be given."""

    def __init__(self) -> None:
        super().__init__("status: ship, return or cancel, also with PARTIAL or FULL before it.")


class BadSelection(Malformed):
    """The lines of a change cannot be read."""


class NotInOrder(Refusal):
    """The order has no such product."""

    def __init__(self, place: int) -> None:
        super().__init__(f"orderDetail[{place}].id: the order has no product with this id.")


class TooManyUnits(Refusal):
    """More units are to change than are in a state that allows it."""

    def __init__(self, place: int, verb: Verb, left: Decimal) -> None:
        super().__init__(
            f"orderDetail[{place}].quantity: {left:f} of this product can still be {_DONE[verb]}; {_HELP[verb]}."
        )


class InvalidTransition(Refusal):
    """The order as a whole cannot be given this status."""

    def __init__(self, verb: Verb, status: str) -> None:
        super().__init__(f"status: this order is {status} and cannot be {_DONE[verb]}; {_HELP[verb]}.")


@value
class Wanted:
    """A product to be changed; ``quantity`` is the number of units, ``None`` for all that remain."""

    product: str
    quantity: Decimal | None = None


@value
class Cut:
    """Units, in thousandths, of the line at a place of the order (from 0)."""

    place: int
    units: int


def verb_of(status: str) -> Verb:
    """What a status word means, in any case, with or without "partial" and "full". Raises ``UnknownStatus``."""
    words = re.split(r"[\s_-]+", status.strip().casefold())
    if len(words) > 1 and words[0] in ("partial", "partially", "full", "fully"):
        words = words[1:]
    verb = _VERBS.get(" ".join(words))
    if verb is None:
        raise UnknownStatus
    return verb


def check(wanted: Sequence[Wanted]) -> None:
    """Refuse lines that name nothing or no number of units; raises ``BadSelection``."""
    if not 1 <= len(wanted) <= LINES_MAX:
        raise BadSelection(f"orderDetail: 1 to {LINES_MAX} products.")
    for place, want in enumerate(wanted):
        if want.quantity is not None and not is_quantity(want.quantity):
            raise BadSelection(f"orderDetail[{place}].quantity: a number above 0 with at most three decimals.")


def select(order: Order, verb: Verb, wanted: Sequence[Wanted] | None) -> tuple[Cut, ...]:
    """The units that a change means: of the whole order, or of the products wanted, filled up in line order.

    A change of the whole order to what it already is gives none. Raises ``NotInOrder``, ``TooManyUnits`` and
    ``InvalidTransition``.
    """
    return _whole(order, verb) if wanted is None else _partial(order, verb, wanted)


def open_units(line: Line, verb: Verb) -> int:
    """Units of a line, in thousandths, that may still be shipped, returned or cancelled.

    A unit that was cancelled after its points were given may still be returned: that takes the points back.
    """
    return line.quantity - line.undone if verb == "return" else line.placed


def _whole(order: Order, verb: Verb) -> tuple[Cut, ...]:
    if verb == "cancel" and any(line.shipped for line in order.lines):
        raise InvalidTransition(verb, order.status)
    cuts = [Cut(place, open_units(line, verb)) for place, line in enumerate(order.lines)]
    found = tuple(cut for cut in cuts if cut.units)
    if not found and not any(getattr(line, _DONE[verb]) for line in order.lines):
        raise InvalidTransition(verb, order.status)
    return found


def _partial(order: Order, verb: Verb, wanted: Sequence[Wanted]) -> tuple[Cut, ...]:
    left = [open_units(line, verb) for line in order.lines]
    cut = [0] * len(left)
    for asked, want in enumerate(wanted):
        places = [i for i, line in enumerate(order.lines) if composed(line.about.product) == composed(want.product)]
        if not places:
            raise NotInOrder(asked)
        there = sum(left[place] for place in places)
        units = there if want.quantity is None else int(want.quantity * UNIT)
        if not 0 < units <= there:
            raise TooManyUnits(asked, verb, Decimal(there) / UNIT)
        for place in places:
            taken = min(units, left[place])
            left[place] -= taken
            cut[place] += taken
            units -= taken
    return tuple(Cut(place, units) for place, units in enumerate(cut) if units)


def moved(line: Line, verb: Verb, units: int, *, spares: bool = False) -> Line:
    """The line after the change of its units: shipped ones come back first, then unshipped, then spared ones."""
    if verb == "ship":
        return replace(line, shipped=line.shipped + units)
    if verb == "cancel":
        return replace(line, cancelled=line.cancelled + units, spared=line.spared + (units if spares else 0))
    shipped = min(units, line.shipped)
    spared = max(0, units - shipped - line.placed)
    return replace(
        line,
        shipped=line.shipped - shipped,
        returned=line.returned + units,
        cancelled=line.cancelled - spared,
        spared=line.spared - spared,
    )
