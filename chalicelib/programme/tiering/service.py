"""The use cases of tier programmes: assign a tier by hand, tell its history, put another programme in force."""

from typing import Any, Final

from chalicelib.dynamo.commit import Write
from chalicelib.errors import Malformed, NotFound, Refusal
from chalicelib.ledger import days, moves, table
from chalicelib.ledger import service as ledger
from chalicelib.ledger.draft import Draft
from chalicelib.ledger.entry import Entry
from chalicelib.ledger.service import Command
from chalicelib.programme import service as programmes
from chalicelib.programme.definitions.tier_program import LiveTierProgram, TierProgram
from chalicelib.programme.document import Programme
from chalicelib.programme.in_force import InForce
from chalicelib.programme.performing.service import check_takes_part
from chalicelib.programme.service import Published
from chalicelib.values import value

ENTRIES_READ: Final = 500
"""Entries that are looked through for changes of tier, the newest."""


class UnknownTier(NotFound):
    """The programme in force has no such tier."""

    def __init__(self) -> None:
        super().__init__("No data found: the live tier program has no tier with this tier_id. GET /tierlist/all.")


class UnknownTierProgram(NotFound):
    """The site has no such tier programme."""

    def __init__(self) -> None:
        super().__init__("No data found: there is no tier program with this id. GET /tier/program/all lists them.")


class NotAssignable(Refusal):
    """The site does not let tiers be assigned by hand."""

    def __init__(self) -> None:
        super().__init__("Tiers are not assigned by hand here: set tierProgram.manualAssignment in the programme.")


class AlreadyOver(Malformed):
    """An assignment that ends before it begins."""

    def __init__(self) -> None:
        super().__init__("expire_at: today or a later day.")


@value
class Change:
    """A change of a member's tier: when (milliseconds), from which to which, and why in words."""

    at: int
    before: str
    after: str
    reason: str
    is_manual: bool


def assign(site: str, run: Command, force: InForce, mid: str, tier: str, until: int | None, reason: str) -> Entry:
    """Put a member into a tier by hand, through the day ``until`` (an ordinal) or until a higher one is earned.

    Afterwards the member stands where the counters say. An entry of the book, so that replays agree. Raises
    ``NotAssignable``, ``UnknownTier``, ``AlreadyOver``, ``MemberMayNotTakePart`` and ``NoSuchMember``.
    """
    if not force.programme.tier_program.manual_assignment:
        raise NotAssignable
    if tier not in {level.tier_id for level in force.programme.tiers.levels}:
        raise UnknownTier
    if until is not None and until < days.day_of(run.now, force.zone):
        raise AlreadyOver

    def decide(drafts: list[Draft], _found: list[Any]) -> tuple[list[Write], Entry]:
        check_takes_part(drafts[0])
        return [], moves.assign_tier(drafts[0], tier, until, {"reason": reason, "assigned": True})

    return ledger.post(site, [mid], run, force.rules, decide, answer=lambda entry: ledger.entry_answer(entry.number))


def changes(site: str, mid: str) -> tuple[Change, ...]:
    """The changes of a member's tier among the newest 500 entries, newest first. One query."""
    found = table.newest(site, mid, limit=ENTRIES_READ)
    told = [(row.entry, row.note) for row in found if row.entry.tier[0] != row.entry.tier[1] or _by_hand(row.note)]
    return tuple(Change(entry.at, *entry.tier, _reason(entry, note), _by_hand(note)) for entry, note in told)


def put_live(site: str, run: Command, program_id: str) -> Published:
    """Put another tier programme in force; the one that was is archived. Members keep their tiers where the new one
    has them by the same id, and are placed anew otherwise, at their next transaction.

    Raises ``UnknownTierProgram``, ``InvalidProgramme`` and ``Contention``.
    """

    def edit(programme: Programme) -> Programme:
        live = programme.tier_program
        if live.program_id == program_id:
            return programme
        chosen = next((each for each in programme.tier_programs if each.program_id == program_id), None)
        if chosen is None:
            raise UnknownTierProgram
        archived = TierProgram(**live.model_dump(), status="ARCHIVED", tiers=programme.tiers)
        others = (*(each for each in programme.tier_programs if each.program_id != program_id), archived)
        named = LiveTierProgram(**chosen.model_dump(include=set(LiveTierProgram.model_fields)))
        return programme.model_copy(update={"tier_program": named, "tier_programs": others, "tiers": chosen.tiers})

    return programmes.amend(site, run.id, edit, key=run.key)


def _by_hand(note: dict[str, Any]) -> bool:
    return bool(note.get("assigned"))


_WORDS: Final = {"enrol": "enrolled", "tier": "the period of the tier ended", "merged_in": "two accounts were merged"}


def _reason(entry: Entry, note: dict[str, Any]) -> str:
    if _by_hand(note):
        return str(note.get("reason") or "assigned by hand")
    counted = "earned" if entry.earned is not None and entry.earned.points >= 0 else "points or orders were taken back"
    return _WORDS.get(entry.kind, counted)
