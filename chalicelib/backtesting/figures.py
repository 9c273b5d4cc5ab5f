"""What a replay comes to in figures: flows of points by action, and how members stand at the end."""

from collections.abc import Iterable
from typing import Final

from chalicelib.backtesting.sums import Count, Side
from chalicelib.ledger.account import Account
from chalicelib.ledger.entry import Entry, Posting
from chalicelib.ledger.rules import Ladder

FLOWS: Final[dict[tuple[str, str], str]] = {
    ("issued", "available"): "awarded",
    ("promised", "held"): "promised",
    ("available", "redeemed"): "redeemed",
    ("available", "rewarded"): "redeemed",
    ("redeemed", "available"): "refunded",
    ("rewarded", "available"): "refunded",
    ("available", "deducted"): "deducted",
    ("available", "expired"): "expired",
    ("available", "written_off"): "writtenOff",
    ("available", "transferred"): "sent",
    ("transferred", "available"): "received",
}
"""What each posting is called in a report; a promise that ends is ``released`` or ``voided``."""
NAMES: Final = (*dict.fromkeys(FLOWS.values()), "released", "voided")
NOBODY: Final = "0"
"""Stands for the action of entries that have none."""
Standing = tuple[int, int, int, int, int, int, str]
"""Available, held, used, redeemed, expired, lifetime and tier."""


def flows(side: Side, entries: Iterable[Entry]) -> dict[Count, int]:
    """Points that these entries moved, and how many rows they show, by action."""
    found: dict[Count, int] = {}
    for entry in entries:
        action = NOBODY if entry.action is None else str(entry.action)
        for posting in entry.postings:
            name: Count = ("flow", side, action, _name(entry, posting))
            found[name] = found.get(name, 0) + posting.amount
        if entry.shown:
            rows: Count = ("flow", side, action, "times")
            found[rows] = found.get(rows, 0) + 1
    return found


def ending(side: Side, account: Account) -> dict[Count, int]:
    """How a member stands at the end, as counts."""
    bucket = account.bucket()
    return {
        ("end", side, "available"): bucket.available,
        ("end", side, "held"): bucket.held,
        ("tier", side, account.standing.tier): 1,
    }


def standing(account: Account) -> Standing:
    """The figures by which a replay is held against the book."""
    bucket = account.bucket()
    figures = (bucket.available, bucket.held, bucket.used, bucket.redeemed, bucket.expired, bucket.lifetime)
    return (*figures, account.standing.tier)


def worth(account: Account) -> int:
    """What a member has of a programme: points at hand, promised, and redeemed so far."""
    bucket = account.bucket()
    return bucket.available + bucket.held + bucket.redeemed


def moved(before: str, after: str, ladder: Ladder, was: Ladder) -> int:
    """How many steps of the draft's ladder a member stands higher (or, below 0, lower). A tier that the draft no
    longer has counts by its place on the ladder that was.
    """
    known = {level.id for level in ladder.levels}
    return ladder.rank(after) - (ladder if before in known else was).rank(before)


def _name(entry: Entry, posting: Posting) -> str:
    if (posting.source, posting.target) == ("held", "promised"):
        return "released" if entry.kind == "release" else "voided"
    return FLOWS.get((posting.source, posting.target), "forgiven")
