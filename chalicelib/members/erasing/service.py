"""Erasing a person: what leads to them is gone at once, what is left of their words follows in slices.

One transaction closes the account, releases the claim on the id and deletes the profile, and leaves an item
that says what is still to be cleaned. The first slice is cleaned before the answer; a worker that finds the
item through the due index does the rest. Entries and their hashes stay: they name a number that leads to
nobody.
"""

import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Final

from chalicelib.dynamo import claims
from chalicelib.dynamo.commit import EngineUnavailable, Plan, PynamoDBException, Write, commit
from chalicelib.dynamo.idempotency import Answer
from chalicelib.errors import Contention, Malformed
from chalicelib.ids import folded
from chalicelib.ledger import moves
from chalicelib.ledger import table as ledger_table
from chalicelib.ledger.draft import Draft
from chalicelib.ledger.entry import Entry
from chalicelib.ledger.rules import Rules
from chalicelib.ledger.service import Command, NoSuchMember, post
from chalicelib.members import service as members
from chalicelib.members import table
from chalicelib.members.merging.merged import ids_of
from chalicelib.members.profile import Profile
from chalicelib.members.service import ID, Resolved, on_member
from chalicelib.members.table import Erasure
from chalicelib.values import value

SLICE_ENTRIES: Final = 99
"""Notes removed by one transaction, which also moves the progress (100 actions, AWS limit)."""
SLICE_HOLDS: Final = 100
SLICES_MAX: Final = 40
"""Slices of one run of the worker: about 4,000 entries."""
EVERY_ENTRY: Final = 10**11
"""Beyond the last entry of any account."""
REQUESTER_CHARACTERS_MAX: Final = 255
ERASED_REF: Final = "X"
"""What a key remembers of an erasure: there is nothing left to render the answer from."""

Forget = Callable[[str, str], bool]
"""``forget(site, mid)`` of a package above this one: cleans a bounded slice and says whether nothing is left."""

_log = logging.getLogger("laurel")


class NoRequester(Malformed):
    """Nobody is named who asked for the erasure."""

    def __init__(self) -> None:
        super().__init__(f"requestedBy: who asks for the deletion, 1 to {REQUESTER_CHARACTERS_MAX} characters.")


@value
class Erased:
    """Who was erased, as they were, for the answer and nothing else; and whether nothing is left to clean."""

    profile: Profile
    requested_by: str
    is_done: bool


def erase(
    site: str, run: Command, rules: Rules, member_id: str, requested_by: str, forgetting: Sequence[Forget] = ()
) -> Erased:
    """Erase a member; the id may enrol again at once and starts at zero.

    What is left of the points is written off by the entry that closes the account; who asked is not stored.
    Raises ``NoRequester``, ``NoSuchMember`` and ``Contention``.
    """
    if not requested_by.strip() or len(requested_by) > REQUESTER_CHARACTERS_MAX:
        raise NoRequester

    def act(found: Resolved) -> tuple[str, Profile]:
        return found.mid, _close(site, run, rules, found.mid)

    mid, profile = on_member(site, member_id, act)
    for each in (profile.id, member_id):
        claims.forget(site, ID, folded(each))
    return Erased(profile, requested_by, is_done=_begin(site, mid, forgetting))


def continue_erasure(site: str, mid: str, forgetting: Sequence[Forget] = ()) -> bool:
    """Clean on, a bounded number of slices, and say whether nothing is left. Safe to repeat and to run twice."""
    return any(_clean(site, mid, forgetting) for _ in range(SLICES_MAX))


def _close(site: str, run: Command, rules: Rules, mid: str) -> Profile:
    """Close the account, release the claim, delete the profile, and note what is left to do, all or nothing."""

    def decide(drafts: list[Draft], found: list[Any]) -> tuple[list[Write], Profile]:
        stored = table.stored(found[0])
        if stored is None:
            raise NoSuchMember
        homes, merges = tuple(drafts[0].account.absorbed), [each for merged in found[1:] for each in merged]
        closing = moves.close(drafts[0])
        begun = Erasure(after=0, through=closing.number, begun=run.now)
        writes = [
            *(claims.release(site, ID, folded(each), mid) for each in (stored.profile.id, *ids_of(merges))),
            *members.profile_removal(site, mid, stored),
            table.erasure_write(site, mid, begun),
            # What was merged into the member stands elsewhere and is cleaned by the worker.
            *(table.erasure_write(site, home, Erasure(0, EVERY_ENTRY, run.now)) for home in homes),
        ]
        return writes, stored.profile

    also = (table.profile_address(site, mid),)

    def load() -> list[Any]:
        return [table.read_merges(site, mid)]

    return post(site, [mid], run, rules, decide, also=also, load=load, answer=lambda _: Answer(ERASED_REF))


def _begin(site: str, mid: str, forgetting: Sequence[Forget]) -> bool:
    """The first slice. The person is erased by now, so a fault only leaves more to the worker."""
    try:
        return _clean(site, mid, forgetting)
    except (Contention, EngineUnavailable, PynamoDBException) as fault:
        _log.warning(json.dumps({"op": "erasing", "site": site, "mid": mid, "left": type(fault).__name__}))
        return False


def _clean(site: str, mid: str, forgetting: Sequence[Forget]) -> bool:
    """One slice of everything; whether nothing is left, and then the item that said so is gone."""
    everyone = (_clean_notes, _drop_holds, members.forget, *forgetting)
    # Each does its slice, also when one before it is not done.
    is_clean = [forget(site, mid) for forget in everyone]
    if not all(is_clean):
        return False

    def decide(left: Erasure | None) -> Plan[bool]:
        return Plan((), True) if left is None else Plan((table.erasure_delete(site, mid, left),), True)

    return commit(lambda: table.read_erasure(site, mid), decide)


def _clean_notes(site: str, mid: str) -> bool:
    """Remove the notes of the next entries; whether there are none after them."""

    def load() -> tuple[Erasure | None, list[tuple[Entry, bool]]]:
        left = table.read_erasure(site, mid)
        if left is None or left.after >= left.through:
            return left, []
        rows = ledger_table.oldest(site, mid, after=left.after, limit=SLICE_ENTRIES)
        return left, [(entry, item.note is not None) for entry, item in rows]

    def decide(loaded: tuple[Erasure | None, list[tuple[Entry, bool]]]) -> Plan[bool]:
        left, rows = loaded
        if left is None or not rows:
            return Plan((), True)
        last = rows[-1][0].number
        notes = [ledger_table.erase_note(site, mid, entry.number) for entry, has_note in rows if has_note]
        progress = table.erasure_write(site, mid, replace(left, after=last))
        return Plan((*notes, progress), last >= left.through)

    return commit(load, decide)


def _drop_holds(site: str, mid: str) -> bool:
    """Delete what was promised: the closing entry took the points back. Whether no hold is left."""

    def decide(holds: list[Any]) -> Plan[bool]:
        ended = [ledger_table.hold_write(site, mid, hold.without(hold.parts)) for hold in holds[:SLICE_HOLDS]]
        return Plan(tuple(ended), len(holds) <= SLICE_HOLDS)

    return commit(lambda: ledger_table.read_holds(site, mid), decide)
