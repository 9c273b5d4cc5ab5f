"""Take an order, or say what it would come to: a cart runs the very same code and writes nothing."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from chalicelib.dynamo.commit import Write
from chalicelib.dynamo.idempotency import Answer
from chalicelib.dynamo.rehearsal import Rehearsal, rehearsing
from chalicelib.errors import Malformed
from chalicelib.groups.pooling import service as pooling
from chalicelib.groups.pooling.service import Pool
from chalicelib.ledger import days
from chalicelib.ledger import service as ledger
from chalicelib.ledger import table as ledger_table
from chalicelib.ledger.account import Account
from chalicelib.ledger.draft import Draft
from chalicelib.ledger.service import Command
from chalicelib.orders import booking, placing, results, table
from chalicelib.orders.booking import Booked
from chalicelib.orders.order import NewOrder
from chalicelib.orders.quoting import service as quoting
from chalicelib.orders.quoting.service import Asked, Quote
from chalicelib.orders.results import Placed
from chalicelib.programme import service as programmes
from chalicelib.programme import standard
from chalicelib.programme.in_force import InForce
from chalicelib.programme.performing.service import check_takes_part, counting_refusals
from chalicelib.values import value


@value
class Taken:
    """An order as it stands in a draft: how it was quoted, what was booked, and what has to be written for it."""

    quote: Quote
    placed: Placed
    writes: list[Write]


@value
class Estimate:
    """What an order would come to; ``calculations`` tell for each line how its points come about."""

    before: results.Figures
    placed: Placed
    calculations: tuple[str, ...]


class TooManyApplied(Malformed):
    """More points are to be applied than the member has."""

    def __init__(self) -> None:
        super().__init__("appliedPoints: the member has fewer points available. Apply at most availablePoints.")


@value
class Beside:
    """What another package decides and writes in the very transaction of an order.

    ``load`` reads, at each attempt, what that rests on; ``writes`` is given the draft, what was read, and the order as
    it will be, and may refuse: nothing at all is then written. ``answer`` says what the caller's key remembers.
    """

    load: Callable[[], Any]
    writes: Callable[[Draft, Any, Placed], Sequence[Write]]
    answer: Callable[[Placed], Answer]


def place(site: str, run: Command, force: InForce, mid: str, new: NewOrder, *, beside: Beside | None = None) -> Placed:
    """Record a purchase and award its points, or promise them.

    An order of another day is judged by the programme and the tier of its date; limits are judged and counted today. A
    limit that is used up, or a switched off action, gives no points and is counted; the order is recorded all the same.
    Raises ``BadOrder``, ``OrderExists``, ``MemberMayNotTakePart`` (which is counted) and ``NoSuchMember``.
    """
    placing.check(new, run.now)
    past = _past(new, force, run.now)
    then = force if past is None else programmes.in_force_at(site, past)
    of = quoting.asked(site, mid, then, new, run.now)
    pool = pooling.earning(site, force.groups, mid)
    first = 0 if beside is None else 1

    def load() -> list[Any]:
        return [*([] if beside is None else [beside.load()]), *of.load()]

    def decide(drafts: list[Draft], found: list[Any]) -> tuple[list[Write], Placed]:
        draft, count = drafts[0], len(of.also)
        check_takes_part(draft)
        tier = draft.account.standing.tier
        if past is not None:
            tier = _tier_then(site, mid, draft.account, past, force)
        taken = _taken(of, draft, [*found[:count], *found[count + first :]], tier, pool)
        order = taken.placed.order
        more = [] if beside is None else beside.writes(draft, found[count], taken.placed)
        writes = [table.claim_write(site, mid, order), table.order_write(site, mid, order), *taken.writes, *more]
        return writes, taken.placed

    def said(placed: Placed) -> Answer:
        return Answer(results.dump_placed(placed)) if beside is None else beside.answer(placed)

    reading = load if beside is not None or not of.also else None
    with counting_refusals(site, mid, standard.PURCHASE, run.now, order=new.id):
        return pool.post(site, [mid], run, force.rules, decide, also=of.also, load=reading, answer=said)


def estimate(site: str, run: Command, force: InForce, mid: str, new: NewOrder, applied: int) -> Estimate:
    """What an order of this kind would come to if it were placed now, after ``applied`` points were spent on it.

    One call to the database where the member is in no group that earns for its members. Nothing is written. Raises
    ``BadOrder``, ``TooManyApplied``, ``MemberMayNotTakePart`` and ``NoSuchMember``.
    """
    placing.check(new, run.now)
    of = quoting.asked(site, mid, force, new, run.now)
    pool = pooling.earning(site, force.groups, mid)

    def decide(drafts: list[Draft], read: list[Any]) -> tuple[list[Write], Estimate]:
        draft = drafts[0]
        check_takes_part(draft)
        before = results.figures(draft.account, draft.account)
        if applied > before.available:
            raise TooManyApplied
        taken = _taken(of, draft, read, draft.account.standing.tier, pool)
        calculations = tuple(line.calculation for line in taken.quote.earned.lines)
        return [], Estimate(before, taken.placed, calculations)

    with rehearsing(Rehearsal()):
        return pool.post(site, [mid], run, force.rules, decide, also=of.also, load=None if of.also else of.load)


def _taken(of: Asked, draft: Draft, read: Sequence[Any], tier: str, pool: Pool) -> Taken:
    """Quote and book an order on its member's draft."""
    site, mid, new, before = draft.site, draft.mid, of.new, draft.account
    quote = quoting.quote(site, of, draft, read, tier)
    booked = booking.book_order(draft, new, quote.award, of.then)
    found = booking.book_purses(draft, new, booked.order, of.then, quote.lines)
    writes = [ledger_table.hold_write(site, mid, hold) for hold in (booked.hold, *found.holds) if hold]
    writes += quote.writes(site, of, draft.now)
    if quote.withheld is not None:
        writes.append(ledger_table.refused_write(site, mid, standard.PURCHASE, quote.withheld.code, draft.now))
    # Points of an old order may be dead already: the answer is to show the member as the commit leaves it.
    draft.settle()
    pool.take(draft)
    shown = results.figures(before, draft.account)
    return Taken(quote, _placed(Booked(found.order, booked.entry, booked.hold), quote, shown), writes)


def _placed(booked: Booked, quote: Quote, shown: results.Figures) -> Placed:
    award = quote.award
    return Placed(
        order=booked.order,
        entry=booked.entry.number,
        points_awarded=award.points if booked.hold is None else 0,
        points_on_hold=0 if booked.hold is None else award.points,
        wished=award.wished,
        release_at=None if booked.hold is None else booked.hold.release_at,
        withheld=quote.withheld,
        figures=shown,
    )


def _past(new: NewOrder, force: InForce, now: datetime) -> datetime | None:
    """The date of an order of an earlier day: the programme and the tier of then judge it."""
    is_past = new.ordered is not None and days.day_of(new.ordered, force.zone) < days.day_of(now, force.zone)
    return new.ordered if is_past else None


def _tier_then(site: str, mid: str, account: Account, past: datetime, force: InForce) -> str:
    """The member's tier at a past time, by the account that the order is booked on: it may just have risen."""
    if days.day_of(past, force.zone) >= account.standing.since:
        return account.standing.tier
    return _tier_at(site, mid, account, past)


def _tier_at(site: str, mid: str, account: Account, instant: datetime) -> str:
    """The tier that the book knows for an instant, by halving; before the first entry, the first tier.

    What time alone made due since may not be booked yet; the halving asks only for what is.
    """
    at, low, high = days.to_ms(instant), 1, account.version
    tier = ""
    while low <= high:
        middle = (low + high) // 2
        row = ledger.entry(site, mid, middle)
        if row is not None and (row.entry.at <= at or middle == 1):
            tier, low = row.entry.tier[1], middle + 1
        else:
            high = middle - 1
    return tier
