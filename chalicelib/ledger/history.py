"""What an account was at an instant: by the time at which entries were recorded, or by the time they count from.

Both are folds of the book and know no rule; whoever reads them applies time up to the instant (``Draft.settle``).
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from chalicelib.ledger import book
from chalicelib.ledger.account import NEVER, STANDARD, Account, Bucket
from chalicelib.ledger.entry import Draw, Entry, LotChange, Posting

_TAKES_WHAT_IS_THERE: Final = frozenset({"expire", "close"})
"""Entries that take the rest of a lot, whatever it is; every other debit takes a sum that somebody asked for."""


def recorded_by(entries: Sequence[Entry], at: int) -> Account:
    """The account after the last entry recorded at or before ``at`` (milliseconds); empty before the first.

    ``entries`` is the whole book, in order. Where a clock was set back the book passes ``at`` more than once, and
    the last time counts, so that the present instant always gives the present account.
    """
    count = next((place for place in range(len(entries), 0, -1) if entries[place - 1].at <= at), 0)
    return book.fold(entries[:count])


def effective_by(entries: Sequence[Entry], at: int) -> Account:
    """The account that the entries make which count from ``at`` (milliseconds) or earlier, whenever they were recorded.

    ``entries`` is the whole book, in order. A back-dated order counts from its date, also before the enrolment. What
    an entry did to something that was not there yet is fitted to what was: an expiry takes no points that came
    later, and points that paid a debt of later are available, without an expiry day.
    """
    account = Account()
    for entry in entries:
        # The first entry opens the account; without it nothing knows the membership year.
        if entry.effective <= at or entry.number == 1:
            account = book.effects(account, _fitted(account, entry))
    return replace(account, at=min(account.at, at))


def _fitted(account: Account, entry: Entry) -> Entry:
    """The entry, cut to what the account has. One that fits comes back as it is."""
    for name in sorted(book.touched(entry)):
        entry = _fitted_to(account.bucket(name), name, entry)
    return entry


def _fitted_to(bucket: Bucket, name: str, entry: Entry) -> Entry:
    left = {(lot.kind, lot.day): lot.left for lot in bucket.lots}
    lots, surplus = _lots(left, bucket.arrears, name, entry)
    draws, short = _draws(left, name, entry)
    owed = tuple((owing, max(delta, -bucket.arrears) if owing == name else delta) for owing, delta in entry.owed)
    postings = _held(bucket, name, entry)
    if short and entry.kind in _TAKES_WHAT_IS_THERE:
        postings = _less(postings, name, "available", short)
    elif short:
        owed = (*owed, (name, short))
    fitted: dict[str, Any] = {"lots": (*lots, *surplus), "draws": draws, "owed": owed, "postings": postings}
    return entry if all(getattr(entry, field) == value for field, value in fitted.items()) else replace(entry, **fitted)


def _lots(
    left: dict[tuple[str, int], int], arrears: int, name: str, entry: Entry
) -> tuple[tuple[LotChange, ...], tuple[LotChange, ...]]:
    """What goes into and out of lots, and what a debt that is not there leaves over. ``left`` follows."""
    changes: list[LotChange] = []
    moved = 0
    for change in entry.lots:
        delta = change.delta
        if change.bucket == name:
            place = change.kind, change.day
            if delta < 0:
                # Days are merged in pairs: out of one lot, and with the next change into another.
                delta = moved = -min(-delta, left.get(place, 0))
            elif entry.kind == "regroup":
                delta = -moved
            left[place] = left.get(place, 0) + delta
        if delta:
            changes.append(replace(change, delta=delta))
    unowed = sum(max(0, -delta - arrears) for owing, delta in entry.owed if owing == name)
    return tuple(changes), (LotChange(name, STANDARD, NEVER, unowed),) if unowed else ()


def _draws(left: dict[tuple[str, int], int], name: str, entry: Entry) -> tuple[tuple[Draw, ...], int]:
    """The draws on what is there, and how many points were not. ``left`` follows."""
    draws: list[Draw] = []
    short = 0
    for draw in entry.draws:
        amount = draw.amount
        if draw.bucket == name:
            place = draw.kind, draw.day
            amount = min(amount, left.get(place, 0))
            left[place] = left.get(place, 0) - amount
            short += draw.amount - amount
        if amount:
            draws.append(replace(draw, amount=amount))
    return tuple(draws), short


def _held(bucket: Bucket, name: str, entry: Entry) -> tuple[Posting, ...]:
    """The postings, without promises taken back that were not made yet."""
    ended = sum(p.amount for p in entry.postings if p.bucket == name and p.source == "held")
    return _less(entry.postings, name, "held", max(0, ended - bucket.held))


def _less(postings: tuple[Posting, ...], name: str, source: str, points: int) -> tuple[Posting, ...]:
    """The postings with so many points fewer from this side."""
    kept: list[Posting] = []
    for posting in postings:
        off = min(points, posting.amount) if (posting.bucket, posting.source) == (name, source) else 0
        points -= off
        if posting.amount > off:
            kept.append(replace(posting, amount=posting.amount - off) if off else posting)
    return tuple(kept)
