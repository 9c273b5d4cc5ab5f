"""What a purchase earns, and how its points belong to its lines."""

from collections.abc import Sequence
from decimal import Decimal, localcontext

from chalicelib.programme import standard
from chalicelib.programme.amounts import EXACT, rounded
from chalicelib.programme.document import Programme
from chalicelib.values import value


@value
class EarnedPurchase:
    """Points of an order in smallest units, and the share of each line; the shares add up to the total."""

    total: int
    shares: tuple[int, ...]


def purchase_points(programme: Programme, amounts: Sequence[Decimal], tier_id: str) -> EarnedPurchase:
    """Points of an order: the sum of amount times purchase ratio times tier ratio, rounded once as the programme says.

    Nothing is earned below the minimum order amount, or while the purchase action is not active. Each
    line's share is its exact part, rounded by largest remainder, ties by line number, so a return of all
    lines takes back just what was given. ``amounts`` are unit price times quantity of each line, in currency units
    and not below zero; ``tier_id`` is the tier at the time of the purchase.
    """
    purchase = programme.action(standard.PURCHASE)
    if any(amount < 0 for amount in amounts):
        raise ValueError("the amount of a line is not below zero")
    with localcontext(EXACT):
        total_amount = sum(amounts, Decimal(0))
        if purchase is None or not purchase.is_active or total_amount < programme.purchase.minimum_order_amount:
            return EarnedPurchase(0, (0,) * len(amounts))
        ratio = (purchase.ratio or Decimal(0)) * programme.tier(tier_id).purchase_ratio
        factor = ratio.scaleb(programme.point_decimals)
        exact = [amount * factor for amount in amounts]
        total = rounded(sum(exact, Decimal(0)), programme.purchase.rounding)
        return EarnedPurchase(total, shared(total, exact))


def shared(total: int, exact: Sequence[Decimal]) -> tuple[int, ...]:
    """``total`` in whole shares, each its exact part rounded down or up; the largest remainders go up.

    ``exact`` are parts not below zero whose sum rounds to ``total``, to whichever side.
    """
    shares = [int(part) for part in exact]
    left = total - sum(shares)
    by_remainder = sorted(range(len(exact)), key=lambda place: (shares[place] - exact[place], place))
    for place in by_remainder[:left]:
        shares[place] += 1
    return tuple(shares)
