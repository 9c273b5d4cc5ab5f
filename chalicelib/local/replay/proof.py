"""Whether a replay adds up: the promises P1 and P2, the counters against the book, the book against the file."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from chalicelib.ids import folded
from chalicelib.ledger import account as accounts
from chalicelib.ledger import book
from chalicelib.ledger.entry import parse
from chalicelib.local.replay import counting
from chalicelib.local.replay.counting import Count, MonthlyCount
from chalicelib.local.replay.evidence import Evidence, RawMember
from chalicelib.local.replay.history import History
from chalicelib.local.replay.plan import Plan

EXAMPLES_MAX: Final = 5
COUNTED: Final = ("members", "orders", "spend", "available", "held", "used", "expired", "lifetime")
"""Figures that the counters and the book both have."""

Months = dict[int, MonthlyCount]
"""First day of a month → what it changed."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must be so. ``details`` are figures when it is, examples of what is wrong when not."""

    title: str
    is_true: bool
    details: Sequence[str]


@dataclass(frozen=True, slots=True)
class Proof:
    """All checks, and the counts of the members they rest on."""

    checks: Sequence[Check]
    counts: Sequence[Count]
    months: Months

    @property
    def holds(self) -> bool:
        """Whether everything adds up."""
        return all(check.is_true for check in self.checks)


def prove(history: History, plan: Plan, evidence: Evidence, counters: Months) -> Proof:
    """Check what the table holds against itself, against the counters and against the file."""
    zone = ZoneInfo(plan.programme.time_zone)
    counts = [counting.count(plan.site, member, zone, plan.reward) for member in evidence.members]
    months = _total(counts)
    checks = [
        _conservation(plan, evidence.members, counts),
        _books(counts),
        _folds(evidence.members),
        _counters(months, counters),
        _file(history, plan, evidence, counts),
    ]
    return Proof(checks, counts, months)


def _conservation(plan: Plan, members: Sequence[RawMember], counts: Sequence[Count]) -> Check:
    """P1: what the accounts have is what the postings issued and promised, less what was used and expired."""
    standing = sum(_standing(member) for member in members)
    moved: Counter[str] = Counter()
    for found in counts:
        moved.update(found.figures)
    expected = moved["lifetime"] + moved["held"] - moved["used"] - moved["expired"]
    say = plan.points
    side = f"{len(members):,} accounts have {say(standing)} points available or on hold"
    other = (
        f"the postings issued {say(moved['lifetime'])}, hold {say(moved['held'])}, used {say(moved['used'])} "
        f"and expired {say(moved['expired'])}, which leaves {say(expected)}"
    )
    return Check("P1: no point appears or vanishes", standing == expected, [side, other])


def _standing(member: RawMember) -> int:
    """Available and held, as the account item has them."""
    bucket = accounts.load(member.account, member.version).bucket() if member.account else accounts.Bucket()
    return bucket.available + bucket.held


def _books(counts: Sequence[Count]) -> Check:
    """P2, counted anew: numbers, chain, notes, lots, balances, accounts, holds and facts of every member."""
    faults = [f"member {found.mid}: {fault}" for found in counts for fault in found.faults]
    entries = sum(found.entries for found in counts)
    good = [f"{entries:,} entries: numbers without a gap, chain of hashes, notes, lots, balances, holds and facts"]
    return Check("P2: every book is whole, and its account is its sum", not faults, _first(faults) or good)


def _folds(members: Sequence[RawMember]) -> Check:
    """P2 by the product's own rule: an account is what applying its entries makes of nothing."""
    faults = []
    for member in members:
        try:
            folded_account = book.fold(parse(raw.core) for raw in member.entries)
        except book.BrokenBook as broken:
            faults.append(f"member {member.mid}: {broken}")
            continue
        if not member.account or folded_account != accounts.load(member.account, member.version):
            faults.append(f"member {member.mid}: the account is not the fold of its entries")
    good = [f"{len(members):,} accounts equal the fold of their entries"]
    return Check("P2: the entries of a member make the account again", not faults, _first(faults) or good)


def _counters(months: Months, counters: Months) -> Check:
    """The daily counters, filled from the stream, against the entries."""
    faults = []
    for month in sorted({*months, *counters}):
        book_, stream = months.get(month, MonthlyCount()), counters.get(month, MonthlyCount())
        pairs = [(name, book_.figures[name], stream.figures[name]) for name in COUNTED]
        tiers = sorted({*book_.tiers, *stream.tiers})
        pairs += [(f"tier {tier}", book_.tiers[tier], stream.tiers[tier]) for tier in tiers]
        faults += [
            f"{date.fromordinal(month):%Y-%m}: {name} is {counted:,} by the entries, {added:,} by the counters"
            for name, counted, added in pairs
            if counted != added
        ]
    good = [f"{len(months)} months agree in {', '.join(COUNTED)} and tiers"]
    return Check("The monthly figures from the stream are those of the book", not faults, _first(faults) or good)


def _file(history: History, plan: Plan, evidence: Evidence, counts: Sequence[Count]) -> Check:
    """The file against the book: every customer a member, every line an order, every amount spent."""
    decimals = plan.programme.currency.decimals
    count_by_mid = {found.mid: found for found in counts}
    orders_by_mid = {member.mid: sorted(member.orders) for member in evidence.members}
    faults = []
    for customer, purchases in history.orders_by_customer.items():
        mid = evidence.mid_by_id.get(folded(customer), "")
        found = count_by_mid.get(mid)
        if found is None:
            faults.append(f"customer {customer} is no member")
            continue
        amount = sum(purchase.units(decimals) for purchase in purchases)
        if (found.orders, found.spend) != (len(purchases), amount):
            faults.append(
                f"customer {customer}: {found.orders} orders of {found.spend}, not {len(purchases)} of {amount}"
            )
        if orders_by_mid[mid] != sorted(purchase.order_id for purchase in purchases):
            faults.append(f"customer {customer}: the orders are not the lines of the file")
    if len(counts) != len(history.orders_by_customer):
        faults.append(f"{len(counts):,} members for {len(history.orders_by_customer):,} customers")
    spend = sum(found.spend for found in counts)
    money = f"{Decimal(spend).scaleb(-decimals):,.{decimals}f} {plan.programme.currency.code}"
    good = f"{len(history.orders_by_customer):,} customers, {len(history.purchases):,} orders, {money}"
    return Check("The book holds what the file says, customer by customer", not faults, _first(faults) or [good])


def _total(counts: Iterable[Count]) -> Months:
    total: Months = {}
    for found in counts:
        for month, change in found.by_month.items():
            into = total.setdefault(month, MonthlyCount())
            into.figures.update(change.figures)
            into.tiers.update(change.tiers)
    return total


def _first(faults: Sequence[str]) -> list[str]:
    more = len(faults) - EXAMPLES_MAX
    return [*faults[:EXAMPLES_MAX], *([f"and {more:,} more"] if more > 0 else [])]
