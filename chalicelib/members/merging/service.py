"""Merging a member into another: one person with two cards becomes one member.

One transaction hands the secondary's account over to the primary, fills the primary's profile from the other's, deletes
that, and points every id of the secondary to the primary. Orders, holds and the book of the secondary stay where they
are and are found through the merged account. It cannot be undone.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from chalicelib.dynamo import claims, items
from chalicelib.dynamo.commit import Plan, Write, commit
from chalicelib.dynamo.idempotency import Answer, Known
from chalicelib.ids import folded
from chalicelib.ledger import merging as books
from chalicelib.ledger import table as ledger_table
from chalicelib.ledger.draft import Draft
from chalicelib.ledger.entry import Entry
from chalicelib.ledger.rules import Rules
from chalicelib.ledger.service import MERGES_MAX, Command, NoSuchMember, post
from chalicelib.members import service as members
from chalicelib.members import table
from chalicelib.members.merging import duplicates, merged
from chalicelib.members.merging.duplicates import Performed
from chalicelib.members.merging.merged import (
    BadMerge,
    BlockedMember,
    Merge,
    NotOptedIn,
    Retained,
    TooManyMerges,
    Wanted,
)
from chalicelib.members.profile import STATE_BLOCKED
from chalicelib.members.service import ID, Resolved
from chalicelib.members.table import Stored
from chalicelib.values import value

PAGE_ENTRIES: Final = 200
PAGES_MAX: Final = 25
"""Pages of entries that are looked through for awards: the newest 5,000 of a member."""


@value
class Merged:
    """A merge that was done, and the survivor's entry of it."""

    merge: Merge
    entry: Entry
    survivor: str
    """The number of the member who goes on."""


@value
class _Both:
    """The two members of a merge."""

    primary: Resolved
    secondary: Resolved


def merge(site: str, run: Command, rules: Rules, wanted: Wanted) -> Merged:
    """Merge the secondary into the primary.

    Raises ``BadMerge``, ``NoSuchMember`` (which tells of whom), ``NotOptedIn``, ``TooManyMerges``,
    ``TooManyPerformances`` and ``Contention``; nothing is then written.
    """
    merged.check(wanted)
    both = _resolved(site, wanted)
    mids = both.primary.mid, both.secondary.mid
    losers = _losers(wanted, both)

    def load() -> list[Any]:
        # After the accounts: whatever is awarded later changes them, so that the decision is taken anew.
        given = {mid: _performed(site, mid, _actions(losers, mid)) for mid in mids}
        merges = [table.read_merges(site, mid) for mid in mids]
        return [*merges, given]

    def decide(drafts: list[Draft], found: list[Any]) -> tuple[list[Write], Merged]:
        one, other = _member(found[0], "primaryUID"), _member(found[1], "secondaryUID")
        for draft, name in zip(drafts, ("primaryUID", "secondaryUID"), strict=True):
            if draft.account.state == STATE_BLOCKED:
                raise BlockedMember(name)
        if len(drafts[0].account.absorbed) + len(drafts[1].account.absorbed) + 1 > MERGES_MAX:
            raise TooManyMerges(MERGES_MAX)
        retained, ended = _take_back(drafts, losers, found[4])
        entry = books.merge(drafts[0], drafts[1], _note(wanted))
        done = _done(wanted, one, other, drafts[1].mid, entry, run, found[3], retained)
        return [*ended, *_writes(site, run, drafts, one, other, done, found[2])], Merged(done, entry, mids[0])

    also = (table.profile_address(site, mids[0]), table.profile_address(site, mids[1]))
    done = post(site, mids, run, rules, decide, also=also, load=load, answer=lambda made: _answer(made, mids[1]))
    for each in (*done.merge.ids, done.merge.primary):
        claims.forget(site, ID, folded(each))
    return done


def history(site: str, member_id: str) -> tuple[str, list[Merge]]:
    """The member's own id, and the merges that made the member, newest first; those of members merged into it included.

    Raises ``NoSuchMember``.
    """
    found = members.resolve(site, member_id, fresh=True)
    homes = (found.mid, *found.homes)
    merges = [each for home in homes for each in table.read_merges(site, home)]
    profile = members.numbered(site, found.mid)
    if profile is None:
        raise NoSuchMember
    return profile.id, sorted(merges, key=lambda each: (each.at, each.entry), reverse=True)


def followed(site: str, survivor: str, entry: int) -> None:
    """Say that all that follows a merge in other packages was done. Safe to repeat."""

    def load() -> Any:
        return items.get(*table.merge_address(site, survivor, entry))

    commit(load, lambda item: Plan(table.followed_write(site, survivor, entry, item), None))


def due(site: str, survivor: str, sk: str) -> Merge | None:
    """A merge that fell due, by where it is recorded; ``None`` once its survivor was erased."""
    return table.read_merge(site, survivor, table.entry_of_merge(sk))


def answered(site: str, known: Known) -> Merge | None:
    """The merge that a call with this key did; ``None`` when its member was erased since."""
    number = known.ref.partition("@")[0].removeprefix("E")
    return table.read_merge(site, known.mid, int(number)) if number.isdigit() else None


def _resolved(site: str, wanted: Wanted) -> _Both:
    primary, secondary = members.resolve_many(site, [wanted.primary, wanted.secondary])
    if primary is None or secondary is None:
        missing = NoSuchMember()
        missing.message = f"{'primaryUID' if primary is None else 'secondaryUID'}: {missing.message}"
        raise missing
    if primary.mid == secondary.mid:
        raise BadMerge("secondaryUID: this member is merged into the primary already.")
    return _Both(primary, secondary)


def _member(item: Any, name: str) -> Stored:
    stored = table.stored(item)
    if stored is None:
        raise NoSuchMember
    if not stored.profile.opt_in_status:
        raise NotOptedIn(name)
    return stored


def _losers(wanted: Wanted, both: _Both) -> dict[Retained, str]:
    """Each named action, and the member whose performances of it are not kept."""
    keeps_primary = folded(wanted.primary)
    return {
        each: both.secondary.mid if folded(each.member_id) == keeps_primary else both.primary.mid
        for each in wanted.retained
    }


def _actions(losers: dict[Retained, str], mid: str) -> list[int]:
    return [each.action for each, loser in losers.items() if loser == mid]


def _performed(site: str, mid: str, actions: Sequence[int]) -> Performed:
    """What a member was given for these actions, newest first; nothing is read when none is named."""
    if not actions:
        return Performed((), ())
    found: list[Entry] = []
    undone: set[int] = set()
    through: int | None = None
    for _ in range(PAGES_MAX):
        rows = ledger_table.newest(site, mid, through=through, limit=PAGE_ENTRIES)
        own = [row.entry for row in rows if row.entry.action in actions]
        undone |= {entry.refs.undoes for entry in own if entry.refs.undoes is not None}
        found += [entry for entry in own if entry.kind in {"award", "release"}]
        if len(rows) < PAGE_ENTRIES:
            break
        through = rows[-1].entry.number - 1
    holds = [hold for hold in ledger_table.read_holds(site, mid) if hold.action in actions]
    return Performed(tuple(entry for entry in found if entry.number not in undone), tuple(holds))


def _take_back(
    drafts: Sequence[Draft], losers: dict[Retained, str], given: dict[str, Performed]
) -> tuple[tuple[Retained, ...], list[Write]]:
    """Take back the points of actions that both performed; of one that only one of them did, nothing."""
    done: list[Retained] = []
    writes: list[Write] = []
    for each, mid in losers.items():
        loser, keeper = drafts if drafts[0].mid == mid else (drafts[1], drafts[0])
        key, taken = str(each.action), 0
        if key in loser.account.actions and key in keeper.account.actions:
            taken, ended = duplicates.take_back(loser, each.action, given[mid])
            writes += [ledger_table.hold_write(loser.site, mid, hold.without(hold.parts)) for hold in ended]
        done.append(replace(each, taken_back=taken))
    if sum(len(draft.lines) for draft in drafts) > 2 * duplicates.TAKEN_BACK_MAX:
        raise duplicates.TooManyPerformances
    return tuple(done), writes


def _done(
    wanted: Wanted,
    one: Stored,
    other: Stored,
    home: str,
    entry: Entry,
    run: Command,
    before: Sequence[Merge],
    retained: tuple[Retained, ...],
) -> Merge:
    return Merge(
        primary=one.profile.id,
        secondary=other.profile.id,
        merged_by=wanted.merged_by,
        at=run.now,
        home=home,
        entry=entry.number,
        ids=(other.profile.id, *merged.ids_of(before)),
        reason=wanted.reason,
        template=wanted.template,
        retained=retained,
    )


def _writes(
    site: str,
    run: Command,
    drafts: Sequence[Draft],
    one: Stored,
    other: Stored,
    done: Merge,
    before: Sequence[Merge],
) -> list[Write]:
    """Profiles, the record of the merge, and every id of both with where its history stands."""
    primary, secondary = drafts[0].mid, drafts[1].mid
    homes = tuple(drafts[0].account.absorbed)
    after = merged.filled(one.profile, other.profile, run.now)
    kept = [(each, primary) for each in (one.profile.id, *merged.ids_of(before))]
    moved = [(each, secondary) for each in done.ids]
    # Accounts and merges may be read at two moments, so that an id seems to lead to both: then the conditions fail.
    by_id = {folded(each): (each, was) for each, was in (*kept, *moved)}
    return [
        *members.profile_writes(site, primary, one, after, run.id),
        *members.profile_removal(site, secondary, other),
        table.merge_write(site, primary, done),
        *(
            claims.repoint(site, ID, folded(each), was, primary, given=each, cmd=run.id, homes=homes)
            for each, was in by_id.values()
        ),
    ]


def _note(wanted: Wanted) -> dict[str, Any]:
    return {"reason": wanted.reason, "mergedBy": wanted.merged_by} if wanted.reason else {"mergedBy": wanted.merged_by}


def _answer(made: Merged, secondary: str) -> Answer:
    return Answer(f"E{made.entry.number}@{secondary}:1")
