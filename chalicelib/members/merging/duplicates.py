"""Taking back what a member was given for an action that the other performed too, by what was recorded then."""

from dataclasses import replace
from typing import Final

from chalicelib.errors import Malformed
from chalicelib.ledger import moves
from chalicelib.ledger.draft import Draft, Face
from chalicelib.ledger.entry import Counted, Earned, Entry, Refs
from chalicelib.ledger.hold import Hold
from chalicelib.ledger.moves import Telling, ladder_of
from chalicelib.ledger.releasing import of_hold
from chalicelib.values import value

TAKEN_BACK_MAX: Final = 25
"""Awards and holds that one merge takes back: it is one transaction of at most 100 actions (AWS limit)."""
CANCELLED: Final = "Cancelled"
"""How lists show a promise that was taken back (``ledger.service`` has the same word)."""


class TooManyPerformances(Malformed):
    """More awards would be taken back than fit into one transaction."""

    def __init__(self) -> None:
        super().__init__(
            f"duplicateActions: more than {TAKEN_BACK_MAX} awards would be taken back. Name fewer actions, and debit "
            "the others' points by POST /points."
        )


@value
class Performed:
    """What a member was given for some actions: entries of awards that stand, and holds that are not over."""

    awards: tuple[Entry, ...]
    holds: tuple[Hold, ...]


def take_back(draft: Draft, action: int, given: Performed) -> tuple[int, list[Hold]]:
    """Book the reversal of an action's awards and end its holds; gives the points that went, and the holds
    that are over.

    Points come from the award's own lot first; what is no longer there is owed where the programme allows that, and
    else left. They no longer count towards tiers nor against the action's limits. Raises ``TooManyPerformances``.
    """
    awards = [entry for entry in given.awards if entry.action == action]
    holds = [hold for hold in given.holds if hold.action == action]
    if len(awards) + len(holds) > TAKEN_BACK_MAX:
        raise TooManyPerformances
    taken = sum(_reverse(draft, entry) for entry in awards)
    for hold in holds:
        moves.shrink(draft, hold.points, of_hold(hold), counted=_uncounted(hold.counted), bucket=hold.bucket)
        draft.show(hold.row, Face(CANCELLED, less=hold.points))
        taken += hold.points
    return taken, holds


def _reverse(draft: Draft, award: Entry) -> int:
    """Take one award back; the points that were there to be taken."""
    taken = 0
    counted = _uncounted(award.counted)
    for posting in award.postings:
        if (posting.source, posting.target) != ("issued", "available"):
            continue
        lot = next((change for change in award.lots if change.bucket == posting.bucket), None)
        telling = Telling(
            action=award.action,
            refs=Refs(undoes=award.number),
            note={"reason": "The same member performed this action twice: taken back by a merge."},
            wished=posting.amount,
        )
        entry = moves.debit(
            draft,
            posting.amount,
            telling,
            side="deducted",
            may_owe=draft.rules.may_owe,
            first=None if lot is None else (lot.kind, lot.day, award.number),
            earned=Earned(award.day, -posting.amount, bucket=ladder_of(posting.bucket)),
            counted=counted,
            bucket=posting.bucket,
        )
        taken += entry.moved("available", bucket=posting.bucket)
        counted = ()
    return taken


def _uncounted(counted: tuple[Counted, ...]) -> tuple[Counted, ...]:
    """What gives a limit back what counted against it, in the period it counted in."""
    return tuple(replace(each, times=-each.times, points=-each.points) for each in counted)
