"""Giving what a hold promises, for the worker that finds it due and for the change that makes it due."""

from typing import Final

from chalicelib.ledger import days, moves
from chalicelib.ledger.draft import Draft, Face
from chalicelib.ledger.entry import Refs
from chalicelib.ledger.hold import Hold
from chalicelib.ledger.moves import Telling

RELEASED: Final = "Released"


def release_hold(draft: Draft, hold: Hold, *, last: bool) -> None:
    """Give what a hold promises, as of its date or else now; ``last`` of its row or not. The hold itself stays."""
    at = days.from_ms(hold.release_at or draft.at)
    moves.release(draft, hold.points, hold.lasting, of_hold(hold), effective=at, kind=hold.kind, bucket=hold.bucket)
    good = hold.lasting.good_through(days.day_of(at, draft.rules.zone))
    draft.show(hold.row, Face(RELEASED if last else None, day=good))


def of_hold(hold: Hold) -> Telling:
    """What entries about a hold say of it."""
    refs = Refs(order=hold.order, hold=f"{hold.group}#{hold.place}")
    return Telling(action=hold.action, refs=refs, shown=False, programme=hold.programme)
