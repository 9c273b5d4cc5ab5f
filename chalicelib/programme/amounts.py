"""Points and money between the wire (decimals) and the book (whole numbers of the smallest unit).

Exact throughout: the numbers of an order may have more digits than decimal's default precision.
"""

from decimal import ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Context, Decimal, Inexact, InvalidOperation, localcontext
from typing import Final

from chalicelib.errors import Malformed
from chalicelib.programme.document import Programme
from chalicelib.programme.section import Rounding

EXACT: Final = Context(prec=400, traps=[Inexact, InvalidOperation])
"""Arithmetic that raises rather than lose a digit."""
ROUNDING: Final[dict[Rounding, str]] = {"down": ROUND_DOWN, "nearest": ROUND_HALF_UP, "up": ROUND_UP}


class TooFine(Malformed):
    """An amount has more decimals than the programme's points."""

    def __init__(self, amount: Decimal, decimals: int) -> None:
        kind = f"at most {decimals} decimals" if decimals else "no decimals"
        super().__init__(f"Points of this programme have {kind}; got {amount:f}.")


def points_in_units(programme: Programme, amount: Decimal) -> int:
    """An amount of points from the wire in smallest units; raises ``TooFine`` when it has a smaller part."""
    return in_units(amount, programme.point_decimals)


def points_on_wire(programme: Programme, units: int) -> Decimal:
    """Smallest units as the number that the wire shows."""
    return on_wire(units, programme.point_decimals)


def money_in_units(programme: Programme, amount: Decimal) -> int:
    """Money in the currency's smallest units, halves up where it has a smaller part."""
    return rounded(EXACT.scaleb(amount, programme.currency.decimals), "nearest")


def money_on_wire(programme: Programme, units: int) -> Decimal:
    """Smallest units of money as the number that the wire shows."""
    return on_wire(units, programme.currency.decimals)


def currency_value(programme: Programme, units: int) -> Decimal:
    """What points are worth: points times ratio, rounded as the programme says, with just its ``valueDecimals``."""
    currency = programme.currency
    with localcontext(EXACT):
        exact = points_on_wire(programme, units) * currency.credits_to_currency_ratio
        steps = rounded(exact.scaleb(currency.value_decimals), currency.rounding)
        return Decimal(steps).scaleb(-currency.value_decimals)


def in_units(amount: Decimal, decimals: int) -> int:
    """An amount as a whole number of its smallest unit; raises ``TooFine`` when it has a smaller part."""
    scaled = EXACT.scaleb(amount, decimals)
    if scaled != scaled.to_integral_value():
        raise TooFine(amount, decimals)
    return int(scaled)


def on_wire(units: int, decimals: int) -> Decimal:
    """A whole number of smallest units as a number without trailing zeros."""
    whole, part = divmod(units, 10**decimals)
    return EXACT.scaleb(Decimal(units), -decimals).normalize(EXACT) if part else Decimal(whole)


def rounded(exact: Decimal, rounding: Rounding) -> int:
    """The whole number beside an exact one: toward zero, the nearest (halves away from zero) or away from zero."""
    return int(exact.to_integral_value(ROUNDING[rounding], EXACT))
