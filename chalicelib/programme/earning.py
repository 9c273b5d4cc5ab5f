"""What a purchase earns by product and category rules, tiers and campaigns, and how its points belong to its lines.

Of one line (annex-api-2, sections 3.5 and 14.6): nothing when its product or category is excluded or its units are
outside the bounds; by ratio unit price × units × ratio of the purchase, of the tier and of the rule; flat so many
points for each unit, times all ratios where the programme says so; a rule may have both. ``purchasePointType`` lets
one part count alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import field
from decimal import Decimal, localcontext
from typing import Final, Literal

from chalicelib.programme import standard
from chalicelib.programme.amounts import EXACT, rounded
from chalicelib.programme.document import Programme
from chalicelib.values import value

Parts = Literal["both", "ratio", "flat"]
ONE: Final = Decimal(1)
NOTHING: Final = Decimal(0)


@value
class Rule:
    """How a product or a category earns. ``flat`` are points for each unit, ``least`` and ``most`` the units of a line
    within which it earns (``most`` None: any number).
    """

    excluded: bool = False
    by_ratio: bool = True
    ratio: Decimal = ONE
    flat: Decimal = NOTHING
    least: Decimal = NOTHING
    most: Decimal | None = None


ORDINARY: Final = Rule()
"""A product without rules: by ratio alone."""


@value
class PricedLine:
    """One line of a purchase: what it is, how many, for how much, and the rules that its product and category have."""

    amount: Decimal
    quantity: Decimal = ONE
    product: str = ""
    category: str = ""
    product_rule: Rule | None = None
    category_rule: Rule | None = None
    by_category: bool = False
    """Whether the category's rule decides where both have one (``pointAwardType`` Category)."""

    @property
    def rule(self) -> Rule:
        """The rule that decides: of what awards its points, else of the other, else the ordinary one."""
        first, second = self.product_rule, self.category_rule
        if self.by_category:
            first, second = second, first
        return first or second or ORDINARY

    @property
    def is_excluded(self) -> bool:
        """Whether product or category earn nothing, whichever awards its points."""
        return any(rule is not None and rule.excluded for rule in (self.product_rule, self.category_rule))


@value
class Benefit:
    """What a campaign adds to a purchase, line by line: a multiplier of the line's own points (1: nothing more), and
    points on top, in points.
    """

    campaign: str
    multipliers: tuple[Decimal, ...] = ()
    bonuses: tuple[Decimal, ...] = ()

    def of_line(self, place: int, own: Decimal) -> Decimal:
        """What it adds to a line whose own points are ``own``, in the same unit."""
        more = own * (self.multipliers[place] - ONE) if self.multipliers else NOTHING
        return more + (self.bonuses[place] if self.bonuses else NOTHING)


@value
class LineEarned:
    """Points of one line before rounding, in points: its own and the campaigns', the ratio, and how they came about."""

    own: Decimal
    more: Mapping[str, Decimal] = field(default_factory=dict)
    ratio: Decimal = NOTHING
    calculation: str = ""


@value
class EarnedPurchase:
    """Points of an order in smallest units, and the share of each line; the shares add up to the total.

    ``campaigns`` are the parts of the total that campaigns added, ``lines`` how each line's points came about.
    """

    total: int
    shares: tuple[int, ...]
    campaigns: tuple[tuple[str, int], ...] = ()
    lines: tuple[LineEarned, ...] = ()

    @property
    def own(self) -> int:
        """What was earned without campaigns."""
        return self.total - sum(points for _, points in self.campaigns)


def purchase_points(programme: Programme, amounts: Sequence[Decimal], tier_id: str) -> EarnedPurchase:
    """Points of an order whose products have no rules: ``amounts`` are unit price times quantity of each line."""
    return purchase(programme, [PricedLine(amount) for amount in amounts], tier_id)


def purchase(
    programme: Programme,
    lines: Sequence[PricedLine],
    tier_id: str,
    *,
    parts: Parts = "both",
    benefits: Sequence[Benefit] = (),
) -> EarnedPurchase:
    """Points of an order: the sum over its lines, rounded once as the programme says.

    Nothing is earned below the minimum order amount, or while the purchase action is not active. Each line's share is
    its exact part, rounded by largest remainder, ties by line number, so a return of all lines takes back just what was
    given. Amounts are in currency units and not below zero; ``tier_id`` is the tier at the time of the purchase.
    """
    action = programme.action(standard.PURCHASE)
    if any(line.amount < 0 for line in lines):
        raise ValueError("the amount of a line is not below zero")
    with localcontext(EXACT):
        whole = sum((line.amount for line in lines), NOTHING)
        if action is None or not action.is_active or whole < programme.purchase.minimum_order_amount:
            return EarnedPurchase(0, (0,) * len(lines), lines=tuple(LineEarned(NOTHING) for _ in lines))
        ratio, level = action.ratio or NOTHING, programme.tier(tier_id).purchase_ratio
        flat_times = programme.purchase.apply_all_ratios
        found = [
            _line(line, place, ratio, level, parts, benefits, flat_times=flat_times) for place, line in enumerate(lines)
        ]
        return _rounded(programme, found)


def _line(
    line: PricedLine,
    place: int,
    ratio: Decimal,
    level: Decimal,
    parts: Parts,
    benefits: Sequence[Benefit],
    *,
    flat_times: bool,
) -> LineEarned:
    rule = line.rule
    why = _why_not(line, rule)
    if why:
        return LineEarned(NOTHING, calculation=why)
    times = ratio * level * rule.ratio
    by_ratio = line.amount * times if rule.by_ratio and parts != "flat" else NOTHING
    flat = NOTHING if parts == "ratio" else line.quantity * rule.flat * (times if flat_times else ONE)
    own = by_ratio + flat
    more = {each.campaign: added for each in benefits if (added := each.of_line(place, own))}
    said = _sentence(line, rule, (ratio, level), parts, flat=flat, by_ratio=by_ratio, flat_times=flat_times)
    said += "".join(f" + {_text(added)} by campaign {campaign}" for campaign, added in more.items())
    return LineEarned(own, more, times if rule.by_ratio and parts != "flat" else NOTHING, said)


def _why_not(line: PricedLine, rule: Rule) -> str:
    if line.is_excluded:
        return "excluded: this product or its category earns no points"
    if line.quantity < rule.least:
        return f"below the minimum of {_text(rule.least)} units"
    if rule.most is not None and line.quantity > rule.most:
        return f"above the maximum of {_text(rule.most)} units"
    return ""


def _sentence(
    line: PricedLine,
    rule: Rule,
    ratios: tuple[Decimal, Decimal],
    parts: Parts,
    *,
    flat: Decimal,
    by_ratio: Decimal,
    flat_times: bool,
) -> str:
    """How the points came about, for people: ``39.98 × 1 (purchase) × 1.5 (tier) × 2 (rule) = 119.94``."""
    ratio, level = ratios
    times = f"{_text(ratio)} (purchase) × {_text(level)} (tier) × {_text(rule.ratio)} (rule)"
    said = []
    if rule.by_ratio and parts != "flat":
        said.append(f"{_text(line.amount)} × {times} = {_text(by_ratio)}")
    if rule.flat and parts != "ratio":
        more = f" × {times}" if flat_times else ""
        said.append(f"{_text(line.quantity)} units × {_text(rule.flat)} points{more} = {_text(flat)}")
    return " + ".join(said) or "nothing by this purchasePointType"


def _rounded(programme: Programme, lines: Sequence[LineEarned]) -> EarnedPurchase:
    scale = programme.point_decimals
    names = tuple(dict.fromkeys(campaign for line in lines for campaign in line.more))
    own = sum((line.own for line in lines), NOTHING)
    by_campaign = [sum((line.more.get(name, NOTHING) for line in lines), NOTHING) for name in names]
    exact = [(line.own + sum(line.more.values(), NOTHING)).scaleb(scale) for line in lines]
    total = rounded(sum(exact, NOTHING), programme.purchase.rounding)
    split = shared(total, [part.scaleb(scale) for part in (own, *by_campaign)])
    campaigns = tuple((name, points) for name, points in zip(names, split[1:], strict=True) if points)
    return EarnedPurchase(total, shared(total, exact), campaigns, tuple(lines))


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


def _text(number: Decimal) -> str:
    return f"{number.normalize():f}"
