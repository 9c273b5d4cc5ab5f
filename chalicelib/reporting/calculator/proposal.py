"""The formulas of the calculator (docs/calculator.md): pure, exact, and rounded so that no bound is exceeded."""

from collections.abc import Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Final

from chalicelib.errors import Malformed
from chalicelib.reporting.calculator.metrics import MONTHS_A_YEAR, Metrics
from chalicelib.values import value

ORDERS_A_YEAR_MAX: Final = 12
"""Orders a member is expected to place in a year, at most."""
PURCHASES_SHARE: Final = Decimal("0.8")
"""Of what may be given back: for purchases. The rest is for actions."""
POINTS_AN_ORDER: Final = 50
"""The least that an ordinary order earns, so that points look like something."""
POINT_VALUE_DECIMALS: Final = 6
RATIO_MAX: Final = 100_000
LEVEL_ORDERS: Final = (1, 2, 4, 8)
"""Reward levels: so many times the orders of the first."""
FIRST_LEVEL_ORDERS_MAX: Final = 3
LEVEL_SHARES: Final = (Decimal("0.4"), Decimal("0.3"), Decimal("0.2"), Decimal("0.1"))
"""Points spent on each level."""
REFERRAL_ORDER_SHARE: Final = Decimal("0.25")
"""A friend's first purchase never pays more than this share of an order."""
VISITED_SHARES_A_YEAR: Final = 1
"""Friends whom a member brings to the shop in a year; the conversion rate says how many of them buy."""
_STEPS: Final = (Decimal(1), Decimal("1.5"), Decimal(2), Decimal("2.5"), Decimal(3), Decimal(4), Decimal(5), Decimal(6),
                 Decimal(8), Decimal(10))  # fmt: skip
"""What round numbers begin with."""


class PointTooSmall(Malformed):
    """So little is given back that a point would be worth less than a programme can say."""

    def __init__(self) -> None:
        super().__init__(
            "giveBackPercent: with this averageOrderValue a point would be worth less than 0.000001; give back more."
        )


@value
class ActionProposed:
    """An action: points for each performance, how often a member is expected to perform it in a year, and the share
    of the actions' budget that it may cost.
    """

    action_id: int
    name: str
    points: int
    times_a_year: Decimal
    value: Decimal
    """What the points are worth, in currency units."""
    cost: Decimal
    """Of all members in a year, at full value."""


@value
class LevelProposed:
    """A reward level: what it costs a member, what it is worth, and how soon an ordinary member is there."""

    points: int
    value: Decimal
    orders: int
    months: Decimal
    claims: Decimal
    """Expected in a year."""
    cost: Decimal
    """Expected in a year."""


@value
class Proposal:
    """A structure of actions and rewards with its expected cost; amounts in currency units, volumes of a year."""

    points_per_unit: int
    point_value: Decimal
    points_per_order: int
    actions: tuple[ActionProposed, ...]
    levels: tuple[LevelProposed, ...]
    orders: Decimal
    members: Decimal
    member_orders: Decimal
    orders_per_member: Decimal
    member_revenue: Decimal
    budget: Decimal
    """The most that points may cost: the give-back of what members spend."""
    points_issued: Decimal
    points_spent: Decimal
    liability: Decimal
    """Worth of the points that are out at the end of the first year."""
    cost: Decimal
    """Expected of all rewards."""
    remarks: tuple[str, ...]


def propose(metrics: Metrics) -> Proposal:
    """The structure for a shop. Raises ``PointTooSmall``."""
    per_member = orders_per_member(metrics.repeat_purchase_rate)
    orders = Decimal(metrics.monthly_unique_visitors) * MONTHS_A_YEAR * metrics.conversion_rate
    member_orders = orders * metrics.member_share
    members = member_orders / per_member
    revenue = member_orders * metrics.average_order_value
    ratio = points_per_unit(metrics.average_order_value)
    worth = (metrics.give_back * PURCHASES_SHARE / ratio).quantize(_places(POINT_VALUE_DECIMALS), ROUND_FLOOR)
    if worth <= 0:
        raise PointTooSmall
    an_order = int(metrics.average_order_value * ratio)
    actions = _actions(metrics, worth, per_member, members)
    issued = member_orders * metrics.average_order_value * ratio
    issued += sum((members * each.times_a_year * each.points for each in actions), Decimal(0))
    spent = issued * (1 - metrics.breakage)
    levels = _levels(an_order, worth, per_member, spent)
    cost = sum((level.cost for level in levels), Decimal(0))
    return Proposal(
        points_per_unit=ratio,
        point_value=worth,
        points_per_order=an_order,
        actions=actions,
        levels=levels,
        orders=orders,
        members=members,
        member_orders=member_orders,
        orders_per_member=per_member,
        member_revenue=revenue,
        budget=revenue * metrics.give_back,
        points_issued=issued,
        points_spent=spent,
        liability=issued * worth * _outstanding(metrics.breakage, levels),
        cost=cost,
        remarks=tuple(_remarks(metrics, actions, levels)),
    )


def orders_per_member(repeat_rate: Decimal) -> Decimal:
    """Orders that a member places in a year: after each order comes another with the repeat purchase rate."""
    if repeat_rate >= 1 - 1 / Decimal(ORDERS_A_YEAR_MAX):
        return Decimal(ORDERS_A_YEAR_MAX)
    return 1 / (1 - repeat_rate)


def points_per_unit(average_order: Decimal) -> int:
    """Points per currency unit: 1, 2, 5, 10, 20 …, the first at which an order earns ``POINTS_AN_ORDER``."""
    magnitude = 1
    while True:
        for step in (1, 2, 5):
            if average_order * step * magnitude >= POINTS_AN_ORDER or step * magnitude >= RATIO_MAX:
                return min(step * magnitude, RATIO_MAX)
        magnitude *= 10


def rounded_down(number: Decimal) -> Decimal:
    """The largest round number that is not more; 0 for 0."""
    if number <= 0:
        return Decimal(0)
    unit = Decimal(1).scaleb(number.adjusted())
    return max(step * unit for step in _STEPS if step * unit <= number)


def rounded_up(number: int) -> int:
    """The smallest round whole number that is not less; exact below 10."""
    if number < 10:
        return number
    unit = Decimal(1).scaleb(Decimal(number).adjusted())
    return int(min(step * unit for step in _STEPS if step * unit >= number))


def _actions(metrics: Metrics, worth: Decimal, per_member: Decimal, members: Decimal) -> tuple[ActionProposed, ...]:
    """Each action has a part of the budget; joining and a friend's purchase never cost more than an acquisition."""
    budget = (1 - PURCHASES_SHARE) * metrics.give_back * per_member * metrics.average_order_value
    bound = metrics.cost_per_acquisition
    friends = metrics.conversion_rate * VISITED_SHARES_A_YEAR
    wanted: Sequence[tuple[int, str, Decimal, Decimal, Decimal | None]] = (
        (101, "Create an Account", Decimal("0.4"), Decimal(1), bound),
        (119, "Friend's Purchase via E-mail", Decimal("0.4"), friends,
         min(bound, REFERRAL_ORDER_SHARE * metrics.average_order_value)),
        (102, "Newsletter Sign-up", Decimal("0.1"), Decimal("0.5"), None),
        (525, "Complete Survey", Decimal("0.1"), Decimal("0.25"), None),
    )  # fmt: skip
    found: list[ActionProposed] = []
    for action_id, name, part, times, most in wanted:
        money = budget * part / times if times else most or Decimal(0)
        if most is not None:
            money = min(money, most)
        points = int(rounded_down((money / worth).to_integral_value(ROUND_FLOOR)))
        value_ = points * worth
        found.append(ActionProposed(action_id, name, points, times, value_, members * times * value_))
    return tuple(found)


def _levels(an_order: int, worth: Decimal, per_member: Decimal, spent: Decimal) -> tuple[LevelProposed, ...]:
    first = max(1, min(FIRST_LEVEL_ORDERS_MAX, int((per_member / 2).to_integral_value(ROUND_CEILING))))
    found: list[LevelProposed] = []
    for times, part in zip(LEVEL_ORDERS, LEVEL_SHARES, strict=True):
        points = rounded_up(first * times * an_order)
        # What the shop gives is rounded down, so that no point buys more than it is worth.
        value_ = (points * worth).quantize(_places(2), ROUND_FLOOR)
        value_ = rounded_down(value_) if value_ >= 1 else value_
        orders = int((Decimal(points) / an_order).to_integral_value(ROUND_CEILING))
        claims = spent * part / points
        months = Decimal(orders) / per_member * MONTHS_A_YEAR
        found.append(LevelProposed(points, value_, orders, months, claims, claims * value_))
    return tuple(found)


def _outstanding(breakage: Decimal, levels: Sequence[LevelProposed]) -> Decimal:
    """The share of a year's points that is out at its end: what is never spent, and what waits for the first level."""
    months = levels[0].months
    return breakage + (1 - breakage) * min(Decimal(1), months / MONTHS_A_YEAR)


def _remarks(metrics: Metrics, actions: Sequence[ActionProposed], levels: Sequence[LevelProposed]) -> list[str]:
    found: list[str] = []
    if levels[0].months > MONTHS_A_YEAR:
        found.append(
            "An ordinary member needs more than a year for the first reward: give back more, or begin smaller."
        )
    if not metrics.monthly_unique_visitors or not metrics.conversion_rate:
        found.append("Without visitors who buy there are no volumes: the structure stands, its cost is 0.")
    if any(not each.points for each in actions):
        none = ", ".join(each.name for each in actions if not each.points)
        found.append(f"Nothing is left for: {none}. Cost per acquisition or give-back bound it to 0.")
    if any(not level.value for level in levels):
        found.append("The smallest reward is worth less than 0.01: give back more.")
    return found


def _places(decimals: int) -> Decimal:
    return Decimal(1).scaleb(-decimals)
