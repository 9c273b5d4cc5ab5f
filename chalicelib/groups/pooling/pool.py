"""What moves between a member and the group within somebody else's decision, on the drafts of both. Pure."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from chalicelib.ids import command_id
from chalicelib.ledger import moves
from chalicelib.ledger.account import GROUP, NEVER, POINTS
from chalicelib.ledger.draft import Draft
from chalicelib.ledger.entry import Draw, Entry, Note, Refs
from chalicelib.ledger.moves import Telling

TRANSFER: Final = 160
"""The vendor's action id of transfers between a member and a group."""
EARNING: Final = frozenset({"award", "order", "release"})
"""Kinds of entries by which points are earned."""
SPENDING: Final = frozenset({"redeem"})


def between(
    giving: Draft,
    receiving: Draft,
    points: int,
    *,
    source: str,
    refs: Refs = moves.NOTHING_ELSE,
    note: Note | None = None,
    their_note: Note | None = None,
    drawn: tuple[Draw, ...] | None = None,
) -> tuple[Entry, Entry]:
    """Both halves of a transfer: the same lots with class and expiry.

    The receiver's half carries ``source``, the number of the giver's account, so that a refund finds the way back.
    Notes belong to members: on a group's account no client's words are kept.
    """
    shared = replace(refs, transfer=command_id())
    # In its own book a group tells the member on the other side; in a member's the source is what the client said.
    mine = replace(shared, source=receiving.mid) if giving.account.state == GROUP else shared
    sent = moves.send(giving, points, Telling(action=TRANSFER, refs=mine, note=note, wished=points), drawn=drawn)
    theirs = Telling(action=TRANSFER, refs=replace(shared, source=source), note=their_note, wished=points)
    return sent, moves.receive(receiving, sent.draws, theirs)


def earned(draft: Draft, entries: Iterable[Entry]) -> tuple[Draw, ...]:
    """The lots that these entries have put on the account, as far as they are still there and good."""
    wanted: dict[tuple[str, int], int] = {}
    for entry in entries:
        for change in entry.lots if entry.kind in EARNING else ():
            if change.bucket == POINTS and change.delta > 0 and (change.day == NEVER or change.day >= draft.day):
                place = change.kind, change.day
                wanted[place] = wanted.get(place, 0) + change.delta
    total = sum(wanted.values())
    there = {(lot.kind, lot.day): lot.left for lot in draft.account.bucket().lots}
    if all(there.get(place, 0) >= points for place, points in wanted.items()):
        return tuple(Draw(POINTS, kind, day, points) for (kind, day), points in wanted.items())
    # Lots were merged to keep the account at its limit: the same number of points goes, in consumption order.
    return moves.draw(draft.account, total)


def spent(entries: Iterable[Entry]) -> int:
    """Points that these entries redeem."""
    return sum(entry.moved("available") for entry in entries if entry.kind in SPENDING)


def missing(entries: Iterable[Entry]) -> int:
    """Points that these entries should have taken back and found no lots for."""
    reversed_ = [entry for entry in entries if entry.kind == "reverse"]
    wished = sum(entry.wished or 0 for entry in reversed_)
    return wished - sum(draw.amount for entry in reversed_ for draw in entry.draws if draw.bucket == POINTS)


def refunded(draft: Draft, entry: Entry) -> tuple[Draw, ...]:
    """The lots that a refund has filled again, as far as they are there and good."""
    there = {(lot.kind, lot.day): lot.left for lot in draft.account.bucket().lots}
    return tuple(
        Draw(POINTS, each.kind, each.day, min(each.delta, there.get((each.kind, each.day), 0)))
        for each in entry.lots
        if each.bucket == POINTS and (each.day == NEVER or each.day >= draft.day) and there.get((each.kind, each.day))
    )


def tried(draft: Draft) -> Draft:
    """A copy to decide on for a trial."""
    return replace(
        draft, lines=list(draft.lines), faces=dict(draft.faces), abroad=dict(draft.abroad), undone=dict(draft.undone)
    )


def since(draft: Draft, before: int) -> list[Entry]:
    """The entries that were added after ``before`` of them."""
    return [line.entry for line in draft.lines[before:]]
