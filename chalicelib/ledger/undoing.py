"""Taking an award of an action back, by what was recorded when it was given. Pure."""

from dataclasses import replace
from typing import Final

from chalicelib.ledger import days, moves
from chalicelib.ledger.account import POINTS
from chalicelib.ledger.draft import Draft
from chalicelib.ledger.entry import Counted, Earned, Entry
from chalicelib.ledger.moves import Telling

CREDITS: Final = frozenset({"award", "hold"})


def undone(draft: Draft, award: Entry, telling: Telling) -> Entry:
    """Book that the points of an award are taken back: from its own lot first, then in consumption order, then into
    arrears where the programme allows them. What was counted for tiers and limits is un-counted in the same periods.

    For an award that was promised and given since, the day of its release tells when it counted.
    """
    points = points_of(award)
    day, lot = _place(draft, award)
    return moves.debit(
        draft,
        points,
        replace(telling, refs=replace(telling.refs, undoes=award.number), wished=points),
        side="deducted",
        may_owe=draft.rules.may_owe,
        first=lot,
        earned=Earned(day, -points),
        counted=uncounted(award),
    )


def points_of(award: Entry) -> int:
    """The ordinary points that an award gave or promised, in smallest units."""
    return award.moved("issued", "available") + award.moved("promised", "held")


def uncounted(award: Entry) -> tuple[Counted, ...]:
    """What the award counted against limits, taken off again."""
    return tuple(replace(each, times=-each.times, points=-each.points) for each in award.counted)


def _place(draft: Draft, award: Entry) -> tuple[int, tuple[str, int, int] | None]:
    """The day on which it counted, and its lot, where it went into one."""
    lot = next((each for each in award.lots if each.bucket == POINTS and each.delta > 0), None)
    if lot is not None:
        return (award.earned.day if award.earned else award.day), (lot.kind, lot.day, award.number)
    release = award.refs.release
    return (award.day if release is None else days.day_of(days.from_ms(release), draft.rules.zone)), None
