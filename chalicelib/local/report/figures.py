"""The figures of a report, from the counters that the stream filled, the count of the book, and the history."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from chalicelib.ledger.days import add_months
from chalicelib.local.replay.counting import Count, MonthlyCount, month_of
from chalicelib.local.replay.history import History
from chalicelib.local.replay.plan import Plan


@dataclass(frozen=True, slots=True)
class Month:
    """One month. Flows are of the month, standings at its end; points in smallest units, money in units of currency."""

    first: date
    members: int
    members_by_tier: Mapping[str, int]
    issued: int
    spent: int
    expired: int
    on_hold: int
    outstanding: int
    orders: int
    revenue: Decimal
    first_orders: int
    """Orders that were their customer's first."""
    rewarded: int
    """Members whose points so far had come to a reward."""


@dataclass(frozen=True, slots=True)
class Figures:
    """All that a report shows. Shares are from 0 to 1, ``None`` where there is nothing to divide by."""

    plan: Plan
    history: History
    months: Sequence[Month]
    issued: int
    spent: int
    expired: int
    on_hold: int
    outstanding: int
    revenue: Decimal
    matured: int
    """Points given whose last good day has passed."""
    members: int
    orders: int
    orders_of_zero: int
    rewarded: int
    days_to_reward: int | None
    """Median days from joining to the first reward, of those who reached it."""
    repeaters: int
    """Customers with more than one order."""
    returners: int
    """Customers who bought on more than one day."""

    def money(self, points: int) -> Decimal:
        """What points are worth, in units of currency, unrounded."""
        ratio = self.plan.programme.currency.credits_to_currency_ratio
        return Decimal(points).scaleb(-self.plan.programme.point_decimals) * ratio

    def of_revenue(self, points: int) -> Decimal | None:
        """The value of points as a share of revenue."""
        return self.money(points) / self.revenue if self.revenue else None

    @property
    def tiers(self) -> list[tuple[str, str]]:
        """Id and name of each tier, lowest first."""
        return [(level.tier_id, level.tier_name) for level in self.plan.programme.tiers.levels]


def share(part: int, whole: int) -> Decimal | None:
    """A part of a whole, ``None`` where the whole is nothing."""
    return Decimal(part) / whole if whole else None


def figures(history: History, plan: Plan, counters: Mapping[int, MonthlyCount], counts: Sequence[Count]) -> Figures:
    """Add up a replay."""
    total: Counter[str] = Counter()
    for change in counters.values():
        total.update(change.figures)
    end = plan.through.toordinal()
    waits = sorted(
        found.reward_day - found.joined_day
        for found in counts
        if found.reward_day is not None and found.joined_day is not None
    )
    by_customer = history.orders_by_customer.values()
    matured = sum(points for found in counts for day, points in found.issued_by_day.items() if day and day < end)
    return Figures(
        plan=plan,
        history=history,
        months=_months(history, plan, counters, counts),
        issued=total["lifetime"],
        spent=total["used"],
        expired=total["expired"],
        on_hold=total["held"],
        outstanding=total["available"],
        revenue=_money(total["spend"], plan),
        matured=matured,
        members=total["members"],
        orders=total["orders"],
        orders_of_zero=sum(not purchase.amount for purchase in history.purchases),
        rewarded=len(waits),
        days_to_reward=waits[len(waits) // 2] if waits else None,
        repeaters=sum(len(purchases) > 1 for purchases in by_customer),
        returners=sum(purchases[0].day != purchases[-1].day for purchases in by_customer),
    )


def months_of(history: History, plan: Plan) -> list[int]:
    """First days of the months of a replay."""
    found = [month_of(history.first_day.toordinal())]
    while (following := add_months(found[-1], 1)) <= plan.through.toordinal():
        found.append(following)
    return found


def _months(history: History, plan: Plan, counters: Mapping[int, MonthlyCount], counts: Sequence[Count]) -> list[Month]:
    firsts = Counter(month_of(each[0].day.toordinal()) for each in history.orders_by_customer.values())
    reached = Counter(month_of(found.reward_day) for found in counts if found.reward_day is not None)
    standing: Counter[str] = Counter()
    tiers: Counter[str] = Counter()
    rewarded = 0
    found: list[Month] = []
    for first in months_of(history, plan):
        change = counters.get(first, MonthlyCount())
        standing.update(change.figures)
        tiers.update(change.tiers)
        rewarded += reached[first]
        found.append(
            Month(
                first=date.fromordinal(first),
                members=standing["members"],
                members_by_tier=dict(tiers),
                issued=change.figures["lifetime"],
                spent=change.figures["used"],
                expired=change.figures["expired"],
                on_hold=standing["held"],
                outstanding=standing["available"],
                orders=change.figures["orders"],
                revenue=_money(change.figures["spend"], plan),
                first_orders=firsts[first],
                rewarded=rewarded,
            )
        )
    return found


def _money(units: int, plan: Plan) -> Decimal:
    return Decimal(units).scaleb(-plan.programme.currency.decimals)
