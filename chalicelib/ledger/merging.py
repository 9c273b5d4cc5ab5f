"""The two halves of a merge: an account hands everything over and closes, another takes it.

No history moves: the entries stay where they are, and what they made of the account goes over as figures. Points keep
their lots, so that nothing becomes younger; debts of one are paid from the lots of the other.
"""

from typing import Final

from chalicelib.ledger.account import Account, Bucket, Limit, Standing, Triple, membership_year_key
from chalicelib.ledger.draft import CLOSED, Draft
from chalicelib.ledger.entry import Draw, Earned, Entry, LotChange, Note, Posting, Side, Taken
from chalicelib.ledger.moves import draw

_MERGED: Final = "merged"
_LIMIT_PERIODS: Final = 2


def merge(survivor: Draft, other: Draft, note: Note) -> Entry:
    """Merge an account into another, each by one entry; gives the survivor's, which has the note.

    Both are settled to the same moment. Lots, debts, held, used, expired and lifetime points, qualifying counters,
    limits and sums by action go over; the survivor's tiers are judged anew.
    """
    before = other.account
    _hand_over(other, survivor.mid)
    return _take_over(survivor, before, other.mid, note)


def _hand_over(draft: Draft, into: str) -> Entry:
    postings: list[Posting] = []
    draws: list[Draw] = []
    owed: list[tuple[str, int]] = []
    for name, bucket in draft.account.buckets.items():
        postings += _postings(name, bucket, is_giver=True)
        draws += [Draw(name, lot.kind, lot.day, lot.left) for lot in bucket.lots]
        if bucket.arrears:
            owed.append((name, -bucket.arrears))
    return draft.add(
        "merged_out", postings=tuple(postings), draws=tuple(draws), owed=tuple(owed), state=CLOSED, into=into
    )


def _take_over(draft: Draft, taken: Account, mid: str, note: Note) -> Entry:
    postings: list[Posting] = []
    lots: list[LotChange] = []
    draws: list[Draw] = []
    owed: list[tuple[str, int]] = []
    for name, bucket in taken.buckets.items():
        postings += _postings(name, bucket, is_giver=False)
        left, owing = _paid(draft.account.bucket(name), name, bucket)
        lots += left
        if bucket.arrears:
            draws += draw(draft.account, bucket.arrears, bucket=name)
        if owing:
            owed.append((name, owing))
    entry = draft.add(
        "merged_in",
        postings=tuple(postings),
        lots=tuple(lots),
        draws=tuple(draws),
        owed=tuple(owed),
        # Nothing is earned by it, but the member may rise by what was.
        earned=Earned(draft.day),
        taken=_counted(draft.account, taken, mid, draft.day),
        note=note,
    )
    draft.regroup()
    return entry


def _postings(name: str, bucket: Bucket, *, is_giver: bool) -> list[Posting]:
    """All figures of a bucket, out of the account or into it."""
    figures: dict[Side, int] = {
        "available": sum(lot.left for lot in bucket.lots),
        "held": bucket.held,
        "rewarded": bucket.on_rewards,
        "redeemed": bucket.redeemed - bucket.on_rewards,
        "deducted": bucket.used - bucket.redeemed,
        "expired": bucket.expired,
    }
    found = [_posting(side, name, amount, is_out=is_giver) for side, amount in figures.items() if amount]
    debt = [_posting("available", name, -bucket.arrears, is_out=is_giver)] if bucket.arrears else []
    return [*found, *debt]


def _posting(side: Side, name: str, amount: int, *, is_out: bool) -> Posting:
    """``amount`` of a side out to the other account or in from it; a negative one goes the other way."""
    if is_out == (amount > 0):
        return Posting(side, _MERGED, name, abs(amount))
    return Posting(_MERGED, side, name, abs(amount))


def _paid(mine: Bucket, name: str, theirs: Bucket) -> tuple[list[LotChange], int]:
    """The lots that come, less what pays the survivor's debt (the earliest first), and the change of that debt."""
    owing = min(mine.arrears, sum(lot.left for lot in theirs.lots))
    unpaid = theirs.arrears - min(theirs.arrears, sum(lot.left for lot in mine.lots))
    delta, lots = unpaid - owing, []
    for lot in theirs.lots:
        rest = lot.left - min(owing, lot.left)
        owing -= lot.left - rest
        if rest:
            lots.append(LotChange(name, lot.kind, lot.day, rest))
    return lots, delta


def _counted(mine: Account, theirs: Account, mid: str, day: int) -> Taken:
    return Taken(
        homes=(mid, *theirs.absorbed),
        counters=_counters(mine, theirs, day),
        limits={key: _limit(mine.limits.get(key), limit) for key, limit in theirs.limits.items()},
        actions=dict(theirs.actions),
        standings={name: _fields(each) for name, each in theirs.standings.items() if name not in mine.standings},
    )


def _counters(mine: Account, theirs: Account, day: int) -> dict[str, Triple]:
    """The other's counters. Its membership years count towards the survivor's: the present one towards the present
    one, those before towards the one that contains their first day.
    """
    counters: dict[str, Triple] = {}
    now = membership_year_key(theirs.joined, day)
    for key, amounts in theirs.counters.items():
        prefix, _, base = key.rpartition(":")
        if base.startswith("A"):
            at = day if base == now else max(int(base[1:]), mine.joined)
            base = membership_year_key(mine.joined, at)
        name = f"{prefix}:{base}" if prefix else base
        counters[name] = _sum(counters.get(name, (0, 0, 0)), amounts)
    return counters


def _sum(one: Triple, other: Triple) -> Triple:
    return one[0] + other[0], one[1] + other[1], one[2] + other[2]


def _limit(mine: Limit | None, theirs: Limit) -> Limit:
    """Both counts together: the newest two of their periods."""
    if mine is None:
        return theirs
    periods: dict[int, tuple[int, int]] = {}
    for period, times, points in (mine[:3], mine[3:], theirs[:3], theirs[3:]):
        was = periods.get(period, (0, 0))
        periods[period] = was[0] + times, was[1] + points
    # A period without a count is the place of one that never was, unless it is the present one.
    found = [period for period in periods if any(periods[period]) or period in (mine[0], theirs[0])]
    kept = [(period, *periods[period]) for period in sorted(found, reverse=True)]
    present, before = [*kept, (0, 0, 0)][:_LIMIT_PERIODS]
    return (*present, *before)


def _fields(standing: Standing) -> tuple[str, int, int | None, str]:
    return standing.tier, standing.since, standing.until, standing.previous
