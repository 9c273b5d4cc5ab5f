"""What a purchase earns by the rules of its products, the tier and the limits. Orders and carts ask the same."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final

from chalicelib.catalog import service as catalog
from chalicelib.catalog.service import Bought
from chalicelib.dynamo import items
from chalicelib.dynamo.items import Address
from chalicelib.errors import INVALID
from chalicelib.ledger.account import Account
from chalicelib.ledger.draft import Draft
from chalicelib.orders import placing
from chalicelib.orders.booking import Award
from chalicelib.orders.order import NewOrder
from chalicelib.orders.shares import split
from chalicelib.programme import standard
from chalicelib.programme.earning import EarnedPurchase, PricedLine
from chalicelib.programme.in_force import InForce
from chalicelib.programme.performing.limits import Allowed, Withheld, allow, counted_so_far
from chalicelib.values import value

NOT_ACTIVE: Final = Withheld(INVALID, "Points are not awarded: the purchase action (109) is not active.")
BESIDE_MAX: Final = 90
"""Products read in one call with the account; an order of more is read in calls of its own."""


@value
class Asked:
    """A purchase whose points are asked for, judged by the programme ``then``, and what has to be read for it."""

    mid: str
    new: NewOrder
    then: InForce
    places: tuple[Address, ...]
    priced: Callable[[Sequence[Any]], tuple[PricedLine, ...]]

    @property
    def also(self) -> tuple[Address, ...]:
        """What is read in the same call as the account."""
        return self.places if len(self.places) <= BESIDE_MAX else ()

    def load(self) -> list[Any]:
        """What is read after it: the products of an order with very many."""
        if self.also or not self.places:
            return []
        size = items.BATCH_GET_MAX
        parts = [self.places[first : first + size] for first in range(0, len(self.places), size)]
        return [item for part in parts for item in items.get_many(part)]


@value
class Quote:
    """What a purchase is given, why not where a limit or a switch keeps points back, and how each line earns."""

    award: Award
    withheld: Withheld | None
    earned: EarnedPurchase
    lines: tuple[PricedLine, ...]


def asked(site: str, mid: str, then: InForce, new: NewOrder) -> Asked:
    """What has to be read to say what a purchase earns."""
    lines = [Bought(line.product, line.quantity, line.unit_price, line.category_id, line.amount) for line in new.lines]
    return Asked(mid, new, then, catalog.addresses(site, lines), catalog.pricer(site, then, lines))


def quote(of: Asked, draft: Draft, found: Sequence[Any], tier: str) -> Quote:
    """What the purchase earns for the member of the draft, in the tier of its moment; ``found`` is what was read."""
    lines = of.priced(found[: len(of.places)])
    earned = placing.earned(of.then.programme, of.new, tier, lines)
    award, withheld = _limited(draft.account, of.then, earned, tier, draft.now)
    return Quote(award, withheld, earned, lines)


def _limited(
    account: Account, then: InForce, earned: EarnedPurchase, tier: str, now: datetime
) -> tuple[Award, Withheld | None]:
    """What the order is given after switches and limits; a capped total is shared out again."""
    action = then.action_by_id.get(standard.PURCHASE)
    nothing = (0,) * len(earned.shares)
    if action is None or not action.is_active:
        return Award(0, 0, nothing, (), tier), NOT_ACTIVE
    if not earned.total:
        return Award(0, 0, nothing, (), tier), None
    outcome = allow(account, then, standard.PURCHASE, earned.total, now)
    judged = counted_so_far(account, then, standard.PURCHASE, now)
    if not isinstance(outcome, Allowed):
        return Award(0, earned.total, nothing, (), tier, judged), outcome
    shares, campaigns = earned.shares, earned.campaigns
    if outcome.points != earned.total:
        shares = split(outcome.points, shares)
        parts = split(outcome.points, [earned.own, *(points for _, points in campaigns)])
        campaigns = tuple((name, points) for (name, _), points in zip(campaigns, parts[1:], strict=True) if points)
    return Award(outcome.points, earned.total, shares, outcome.counted, tier, judged, campaigns), None
