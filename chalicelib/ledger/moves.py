"""The moves of points, as decisions on a draft. Each adds one entry and returns it.

Amounts are whole numbers in the smallest unit of the bucket, above zero unless said otherwise.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, Literal

from chalicelib.ledger import days
from chalicelib.ledger.account import POINTS, STANDARD, Account
from chalicelib.ledger.draft import CLOSED, Draft
from chalicelib.ledger.entry import Counted, Draw, Earned, Entry, LotChange, Note, Posting, Refs, Side
from chalicelib.ledger.rules import Lasting
from chalicelib.ledger.tiers import assigned, start
from chalicelib.values import value

RETURN: Final = 148
"""The vendor's action id of a return: its debit takes back what an order earned."""
NOTHING_ELSE: Final = Refs()
"""An entry that refers to nothing outside the book."""


@value
class Telling:
    """What an entry says beside its effects: the action, what it refers to, the client's words, what was wished."""

    action: int | None = None
    refs: Refs = NOTHING_ELSE
    note: Note | None = None
    wished: int | None = None
    shown: bool = True
    programme: int | None = None
    """The version whose rules decided it, where that is not the one in force: an old order, a release, a return."""
    campaigns: tuple[tuple[str, int], ...] = ()
    """Campaigns that added to the points, and how many each."""

    def fields(self) -> dict[str, Any]:
        """As ``Draft.add`` takes them."""
        said = {
            "action": self.action,
            "refs": self.refs,
            "note": self.note,
            "wished": self.wished,
            "shown": self.shown,
            "campaigns": self.campaigns,
        }
        return said if self.programme is None else {**said, "programme": self.programme}


def enrol(draft: Draft, state: str) -> Entry:
    """Open the account on the lowest tier."""
    standing = start(draft.rules.ladder, draft.day)
    fields = (standing.tier, standing.since, standing.until, standing.previous)
    return draft.add("enrol", state=state, joined=draft.day, standing=fields)


def set_state(draft: Draft, state: str) -> Entry:
    """Record that the member is active, inactive or opted out."""
    return draft.add("state", state=state)


def assign_tier(draft: Draft, tier: str, until: int | None, note: Note) -> Entry:
    """Put the member into a tier by hand, through the day ``until`` or until a higher one is earned."""
    standing = assigned(draft.account, tier, draft.day, until)
    return draft.add("tier", standing=standing.fields(), note=note)


def award(
    draft: Draft,
    points: int,
    lasting: Lasting,
    telling: Telling,
    *,
    kind: str = STANDARD,
    effective: datetime | None = None,
    earned: Earned | None = None,
    counted: tuple[Counted, ...] = (),
    bucket: str = POINTS,
    counting: int | None = None,
) -> Entry:
    """Credit points at once; arrears are paid first. ``points`` may be 0 for an order that only counts as spend.

    ``counting`` is what counts towards tiers where that is not the points themselves.
    """
    day = draft.day if effective is None else days.day_of(effective, draft.rules.zone)
    towards = points if counting is None else counting
    qualifying = Earned(day, towards, bucket=ladder_of(bucket)) if earned is None else earned
    entry = draft.add(
        "award" if earned is None else "order",
        effective=effective,
        postings=_posting("issued", "available", bucket, points),
        earned=qualifying,
        counted=counted,
        **_credit(draft.account, bucket, kind, lasting.good_through(day), points),
        **telling.fields(),
    )
    draft.regroup()
    return entry


def hold(
    draft: Draft,
    points: int,
    telling: Telling,
    *,
    effective: datetime | None = None,
    earned: Earned | None = None,
    counted: tuple[Counted, ...] = (),
    bucket: str = POINTS,
) -> Entry:
    """Promise points without giving them yet."""
    return draft.add(
        "hold",
        effective=effective,
        postings=_posting("promised", "held", bucket, points),
        earned=earned,
        counted=counted,
        **telling.fields(),
    )


def shrink(
    draft: Draft,
    points: int,
    telling: Telling,
    *,
    earned: Earned | None = None,
    counted: tuple[Counted, ...] = (),
    bucket: str = POINTS,
) -> Entry:
    """Take back a promise, or a part of it. 0 points record that nothing was left to take back."""
    return draft.add(
        "shrink",
        postings=_posting("held", "promised", bucket, points),
        earned=earned,
        counted=counted,
        **telling.fields(),
    )


def release(
    draft: Draft,
    points: int,
    lasting: Lasting,
    telling: Telling,
    *,
    effective: datetime,
    kind: str = STANDARD,
    bucket: str = POINTS,
) -> Entry:
    """Give points that were promised; their expiry counts from the day of release."""
    day = days.day_of(effective, draft.rules.zone)
    postings = (
        *_posting("held", "promised", bucket, points),
        *_posting("issued", "available", bucket, points),
    )
    entry = draft.add(
        "release",
        effective=effective,
        postings=postings,
        earned=Earned(day, points, bucket=ladder_of(bucket)),
        **_credit(draft.account, bucket, kind, lasting.good_through(day), points),
        **telling.fields(),
    )
    draft.regroup()
    return entry


def debit(
    draft: Draft,
    points: int,
    telling: Telling,
    *,
    side: Literal["redeemed", "rewarded", "deducted", "expired"],
    may_owe: bool = False,
    first: tuple[str, int, int] | None = None,
    earned: Earned | None = None,
    counted: tuple[Counted, ...] = (),
    bucket: str = POINTS,
) -> Entry:
    """Take points: from the lot named ``first`` (class, day, number of its award), then in consumption order,
    then into arrears when allowed. What could not be taken is ``wished`` less what the entry moved.
    """
    draws = draw(draft.account, points, bucket=bucket, first=first)
    taken = sum(each.amount for each in draws)
    owing = points - taken if may_owe else 0
    kinds: dict[str, Any] = {"redeemed": "redeem", "rewarded": "redeem"}
    return draft.add(
        "reverse" if telling.action == RETURN else kinds.get(side, "deduct"),
        postings=_posting("available", side, bucket, taken + owing),
        draws=draws,
        owed=((bucket, owing),) if owing else (),
        earned=earned,
        counted=counted,
        **telling.fields(),
    )


def refund(
    draft: Draft,
    draws: Sequence[Draw],
    telling: Telling,
    *,
    side: Literal["redeemed", "rewarded"],
    counted: tuple[Counted, ...] = (),
    bucket: str = POINTS,
) -> Entry:
    """Give back redeemed points to the lots they came from; ``settle`` expires again what died meanwhile."""
    entry = draft.add(
        "refund",
        postings=_posting(side, "available", bucket, sum(each.amount for each in draws)),
        counted=counted,
        **_put_back(draft.account, bucket, draws),
        **telling.fields(),
    )
    draft.regroup()
    return entry


def send(
    draft: Draft, points: int, telling: Telling, *, bucket: str = POINTS, drawn: Sequence[Draw] | None = None
) -> Entry:
    """The giver's half of a transfer: draws in consumption order or those named, never into arrears."""
    draws = draw(draft.account, points, bucket=bucket) if drawn is None else tuple(drawn)
    taken = sum(each.amount for each in draws)
    return draft.add(
        "send", postings=_posting("available", "transferred", bucket, taken), draws=draws, **telling.fields()
    )


def receive(draft: Draft, draws: Sequence[Draw], telling: Telling, *, bucket: str = POINTS) -> Entry:
    """The receiver's half: the same lots with their class and expiry, so that points never become younger."""
    entry = draft.add(
        "receive",
        postings=_posting("transferred", "available", bucket, sum(each.amount for each in draws)),
        **_put_back(draft.account, bucket, draws),
        **telling.fields(),
    )
    draft.regroup()
    return entry


def close(draft: Draft) -> Entry:
    """Write off what is left, drop what is promised, forgive what is owed, and end the account."""
    postings: list[Posting] = []
    draws: list[Draw] = []
    owed: list[tuple[str, int]] = []
    for name, bucket in draft.account.buckets.items():
        left = sum(lot.left for lot in bucket.lots)
        postings += _posting("available", "written_off", name, left)
        postings += _posting("held", "promised", name, bucket.held)
        postings += _posting("issued", "available", name, bucket.arrears)
        draws += [Draw(name, lot.kind, lot.day, lot.left) for lot in bucket.lots]
        if bucket.arrears:
            owed.append((name, -bucket.arrears))
    return draft.add("close", postings=tuple(postings), draws=tuple(draws), owed=tuple(owed), state=CLOSED)


def draw(
    account: Account, points: int, *, bucket: str = POINTS, first: tuple[str, int, int] | None = None
) -> tuple[Draw, ...]:
    """The draws that a debit of ``points`` makes on the lots, fewer when there are fewer."""
    left = points
    drawn: list[Draw] = []
    taken_first = 0
    for lot in account.bucket(bucket).lots:
        if first is not None and (lot.kind, lot.day) == first[:2]:
            taken_first = min(left, lot.left)
            if taken_first:
                drawn.append(Draw(bucket, lot.kind, lot.day, taken_first, first[2]))
            left -= taken_first
    for lot in account.bucket(bucket).lots:
        there = lot.left - (taken_first if first is not None and (lot.kind, lot.day) == first[:2] else 0)
        amount = min(left, there)
        if amount:
            drawn.append(Draw(bucket, lot.kind, lot.day, amount))
            left -= amount
    return tuple(drawn)


def _credit(account: Account, bucket: str, kind: str, day: int, points: int) -> dict[str, Any]:
    """Lots and arrears of a credit."""
    paid = min(points, account.bucket(bucket).arrears)
    return {
        "lots": (LotChange(bucket, kind, day, points - paid),) if points > paid else (),
        "owed": ((bucket, -paid),) if paid else (),
    }


def _put_back(account: Account, bucket: str, draws: Sequence[Draw]) -> dict[str, Any]:
    """Lots and arrears of a credit that goes into the lots of these draws; arrears take the earliest first."""
    paid = owing = min(sum(each.amount for each in draws), account.bucket(bucket).arrears)
    lots = []
    for each in draws:
        rest = each.amount - min(owing, each.amount)
        owing -= each.amount - rest
        if rest:
            lots.append(LotChange(bucket, each.kind, each.day, rest))
    return {"lots": tuple(lots), "owed": ((bucket, -paid),) if paid else ()}


def ladder_of(bucket: str) -> str | None:
    """The bucket whose tiers points count towards, as ``Earned`` names it."""
    return None if bucket == POINTS else bucket


def _posting(source: Side, target: Side, bucket: str, amount: int) -> tuple[Posting, ...]:
    return (Posting(source, target, bucket, amount),) if amount else ()
