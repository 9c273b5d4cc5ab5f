"""Readings of a member's book. Nothing here writes."""

from dataclasses import replace
from datetime import datetime
from typing import Final, Literal
from zoneinfo import ZoneInfo

from chalicelib.errors import NotFound, Refusal
from chalicelib.ledger import days, history, table
from chalicelib.ledger import service as ledger
from chalicelib.ledger.account import POINTS, Account
from chalicelib.ledger.draft import CLOSED, Draft
from chalicelib.ledger.entry import Entry
from chalicelib.ledger.rules import Rules
from chalicelib.ledger.service import NoSuchMember
from chalicelib.ledger.table import Row
from chalicelib.ledger.tiers import start
from chalicelib.values import value

ENTRIES_MAX: Final = 10_000
"""Entries of a book that a reading follows from its start: a purchase a day for 27 years."""
PAGE_ENTRIES: Final = 500
"""Entries read by one call."""
By = Literal["record", "effect"]
"""By the time at which entries were recorded, or by the time from which they count."""


class BookTooLong(Refusal):
    """The member has more entries than a reading follows."""

    def __init__(self, entries: int, instead: str) -> None:
        super().__init__(
            f"This member has {entries} entries; what needs them all is answered up to {ENTRIES_MAX}. {instead}"
        )


class NoSuchEntry(NotFound):
    """The member's book has no entry of this number."""

    def __init__(self, last: int) -> None:
        super().__init__(f"No data found: this member's entries have the numbers 1 to {last}.")


@value
class Entries:
    """A slice of the book, newest entry first, and what time alone has made due and nobody has booked yet."""

    rows: list[Row]
    pending: list[Entry]
    total: int
    """Entries of the whole book, without those pending."""


@value
class Book:
    """A whole book, in order, with what time has made due at its end."""

    row: Row
    """The entry that was asked for, with its note."""
    entries: list[Entry]
    booked: int
    """Number of the last entry that is booked; later ones are pending."""


def account_at(site: str, mid: str, rules: Rules, instant: datetime, by: By) -> Account:
    """The account as it was at an instant, settled to it by ``rules``, those in force then; zeros before enrolment.

    ``by`` record: as a reading at that instant would have found it. ``by`` effect: as it looks today, when entries
    that were recorded later and count from then or earlier are known. In the future, what will have expired by
    then; promises stay promises. One read when nothing was recorded since, else the book, ``PAGE_ENTRIES`` a call.
    Raises ``NoSuchMember`` and, beyond ``ENTRIES_MAX`` entries, ``BookTooLong``.
    """
    present = _account(site, mid)
    at = days.to_ms(instant)
    if present.at <= at and by == "record":
        found = present
    else:
        entries = _booked(site, mid, present.version, "Ask for an instant after its last entry, by=record.")
        found = history.recorded_by(entries, at) if by == "record" else history.effective_by(entries, at)
    if not found.version:
        day = days.day_of(instant, rules.zone)
        return replace(found, joined=day, standing=start(rules.ladder, day))
    draft = Draft(site, mid, found, rules, "", instant)
    draft.settle()
    return draft.account


def entries(site: str, mid: str, rules: Rules, now: datetime, *, through: int | None, limit: int) -> Entries:
    """At most ``limit`` entries, newest first, from entry ``through`` (the last when ``None``) downwards. Two calls.

    Raises ``NoSuchMember``.
    """
    draft = ledger.settled(site, mid, rules, now)
    booked = draft.account.version - len(draft.lines)
    last = booked if through is None else min(through, booked)
    rows = table.newest(site, mid, through=last, limit=limit) if last > 0 else []
    return Entries(rows, [line.entry for line in reversed(draft.lines)], booked)


def book(site: str, mid: str, rules: Rules, now: datetime, number: int) -> Book:
    """The whole book, for the trail of the entry of that number: two calls, and one for every ``PAGE_ENTRIES``.

    Raises ``NoSuchMember``, ``NoSuchEntry`` and, beyond ``ENTRIES_MAX`` entries, ``BookTooLong``.
    """
    draft = ledger.settled(site, mid, rules, now)
    booked = draft.account.version - len(draft.lines)
    if not 1 <= number <= draft.account.version:
        raise NoSuchEntry(booked)
    whole = _booked(site, mid, booked, "Read its entries page by page instead.") + [line.entry for line in draft.lines]
    row = ledger.entry(site, mid, number) if number <= booked else None
    return Book(row or Row(whole[number - 1], {}, None, None, None), whole, booked)


def _account(site: str, mid: str) -> Account:
    account = table.read_account(site, mid)
    if account is None or account.state == CLOSED:
        raise NoSuchMember
    return account


def _booked(site: str, mid: str, last: int, instead: str) -> list[Entry]:
    """Entries 1 to ``last``; those recorded since the account was read are left out, so that both agree."""
    if last > ENTRIES_MAX:
        raise BookTooLong(last, instead)
    found: list[Entry] = []
    while len(found) < last:
        read = table.oldest(site, mid, after=len(found), limit=min(PAGE_ENTRIES, last - len(found)))
        if not read:
            break
        found += [entry for entry, _ in read]
    return found


def expired_between(
    site: str, mid: str, first_day: int, last_day: int, *, through: int | None = None
) -> list[tuple[int, int, Entry]]:
    """Day, points and entry of every lot that expired on a day of the range, newest entries first, from entry
    ``through`` downwards.
    """
    rows: list[tuple[int, int, Entry]] = []
    for _ in range(EXPIRY_READS_MAX):
        found = table.newest(site, mid, through=through, limit=EXPIRY_PAGE)
        for row in found:
            if row.entry.kind == "expire":
                draws = [draw for draw in row.entry.draws if draw.bucket == POINTS]
                rows += [(d.day, d.amount, row.entry) for d in draws if first_day <= d.day <= last_day]
        # Judged by when it was recorded, in any zone: a back-dated order's day says nothing about older entries.
        if len(found) < EXPIRY_PAGE or days.from_ms(found[-1].entry.at).toordinal() < first_day - 1:
            break
        through = found[-1].entry.number - 1
    return rows


EXPIRY_PAGE: Final = 200
EXPIRY_READS_MAX: Final = 25
"""Pages of 200 entries read back for past expiries: the newest 5,000 entries of a member."""


def last_days(site: str, mid: str, zone: ZoneInfo, first_day: int) -> dict[int, int]:
    """Action → the latest day, from ``first_day`` on, on which the member performed, purchased (109) or redeemed.

    Manual credits are no doing of the member's; a merge stands as action 0 and counts as all of them. One call for
    every ``EXPIRY_PAGE`` entries since, at most the newest 5,000.
    """
    found: dict[int, int] = {}
    through: int | None = None
    for _ in range(EXPIRY_READS_MAX):
        rows = table.newest(site, mid, through=through, limit=EXPIRY_PAGE)
        for row in rows:
            entry = row.entry
            recorded = days.day_of(days.from_ms(entry.at), zone)
            if recorded < first_day:
                return found
            action = _done(entry)
            if action is not None:
                found[action] = max(found.get(action, 0), min(entry.day, recorded))
        if len(rows) < EXPIRY_PAGE:
            break
        through = rows[-1].entry.number - 1
    return found


MERGED: Final = 0
"""What ``last_days`` says of a merge, as an action."""
_PURCHASE: Final = 109
_MANUAL: Final = 100


def _done(entry: Entry) -> int | None:
    """The action that an entry tells of, where the member did it."""
    match entry.kind:
        case "merged_in":
            return MERGED
        case "order":
            return _PURCHASE
        case "award" | "hold" | "redeem":
            return None if entry.action == _MANUAL else entry.action
        case _:
            return None
