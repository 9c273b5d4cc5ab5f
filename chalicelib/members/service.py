"""Enrolling, finding, reading and changing members.

A member is found by the claim on the outward id, compared without case and in composed form (NFC); everything
else of a member hangs on the random number that the claim leads to. E-mail addresses are not unique.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

from chalicelib.dynamo import claims, idempotency, items
from chalicelib.dynamo.claims import ClaimItem
from chalicelib.dynamo.commit import Plan, Write, commit
from chalicelib.dynamo.idempotency import Answer, Known
from chalicelib.dynamo.items import Address
from chalicelib.errors import AlreadyExists, Malformed
from chalicelib.ids import folded, member_number
from chalicelib.ledger import moves
from chalicelib.ledger import table as ledger_table
from chalicelib.ledger.account import Account
from chalicelib.ledger.draft import CLOSED, Draft
from chalicelib.ledger.rules import Rules
from chalicelib.ledger.service import MERGES_MAX, Command, NoSuchMember, post
from chalicelib.members import profile as profiles
from chalicelib.members import table
from chalicelib.members.barring import service as barring
from chalicelib.members.merging import merged
from chalicelib.members.profile import Change, NewMember, Profile
from chalicelib.members.table import Stored
from chalicelib.values import value

ID: Final = "id"
"""Kind of the claim on a member's outward id."""
PROFILE_REF: Final = "P"
"""What a key remembers of an enrolment or a change begins so; the answer itself is kept with the member."""

FORGOTTEN_AT_ONCE: Final = 90
"""Kept answers deleted by one transaction, beside profile and claim (100 actions, AWS limit)."""

Out = TypeVar("Out")
_Left = tuple[Stored | None, ClaimItem | None, list[Write]]


class MemberExists(AlreadyExists):
    """The id is taken; ids that differ in case alone are one id."""

    def __init__(self) -> None:
        super().__init__("Data already exists: a member with this id is enrolled. Change it with PATCH /users/{id}.")


class OtherMember(Malformed):
    """The body names another member than the path."""

    def __init__(self) -> None:
        super().__init__("id: the body names another member than the path; an id cannot be changed.")


@value
class Resolved:
    """The number behind an outward id, and the id as it was first spelled."""

    mid: str
    given: str
    homes: tuple[str, ...] = ()
    """Accounts that were merged into the member's; their history stands with them."""


@value
class Overview:
    """A member with the account as it is stored, not settled to now."""

    mid: str
    profile: Profile
    account: Account


def enrol(site: str, run: Command, rules: Rules, new: NewMember) -> Profile:
    """Enrol a member: the claim on the id, the profile and the opened account, all or nothing.

    Awards nothing. Raises ``BadProfile`` and ``MemberExists``. Two calls to DynamoDB; with an
    e-mail one more every five seconds, or each time where the site blocks domains.
    """
    profile = barring.judged(site, profiles.opened(new, run.now))
    mid, value = member_number(), folded(profile.id)

    def decide(drafts: list[Draft], _found: list[Any]) -> tuple[list[Write], Profile]:
        return enrolment(site, run, drafts[0], profile), profile

    enrolled = post(site, [mid], run, rules, decide, opening=True, answer=_kept_answer(run, 201))
    # The id may have belonged to a member who was erased a moment ago.
    claims.forget(site, ID, value)
    return enrolled


def enrolment(site: str, run: Command, draft: Draft, profile: Profile) -> list[Write]:
    """Open the account of a new member in the draft, and what is written beside it."""
    moves.enrol(draft, profile.state)
    value = folded(profile.id)
    claim = claims.put(site, ID, value, draft.mid, given=profile.id, cmd=run.id, taken=MemberExists())
    written = table.profile_write(site, draft.mid, profile, version=0, command=run.id)
    listed = table.listed_writes(site, draft.mid, None, profile)
    return [claim, written, *listed, *_kept(site, run, draft.mid, profile)]


def resolve(site: str, member_id: str, *, fresh: bool = False) -> Resolved:
    """Whom an outward id means, known for up to five seconds unless ``fresh``. Raises ``NoSuchMember``."""
    found = claims.find(site, ID, folded(member_id), fresh=fresh)
    if found is None:
        raise NoSuchMember
    return _resolved(found, member_id)


def resolve_many(site: str, member_ids: Sequence[str]) -> list[Resolved | None]:
    """Whom each of up to 100 outward ids means, in the order asked; ``None`` for nobody. One consistent call."""
    found = claims.find_many(site, ID, [folded(each) for each in member_ids])
    return [None if claim is None else _resolved(claim, given) for claim, given in zip(found, member_ids, strict=True)]


def address(site: str, mid: str) -> Address:
    """Where a member's profile stands, for those who read it in a call of their own."""
    return table.profile_address(site, mid)


def fields_of(site: str, item: Any) -> dict[str, Any]:
    """The profile of its item by the names of the wire, with days as text; empty where there is none."""
    found = table.stored(item)
    return {} if found is None else profiles.render(found.profile, site)


def check(site: str, mid: str, item: Any) -> Write | None:
    """The condition that a profile is as it was read, for decisions that rest on it; ``None`` where none was read."""
    found = table.stored(item)
    return None if found is None else table.profile_check(site, mid, found.version)


def on_member(site: str, member_id: str, act: Callable[[Resolved], Out]) -> Out:
    """Do something with a member, once more when the id meanwhile leads to another number.

    For use cases that write: an id that was erased and enrolled again is found at once, whatever this process
    still remembers. ``act`` raises ``NoSuchMember`` before it writes anything, as ``ledger.service.post`` does.
    """
    known = resolve(site, member_id)
    try:
        return act(known)
    except NoSuchMember:
        now = resolve(site, member_id, fresh=True)
        if now.mid == known.mid:
            raise
        return act(now)


def read(site: str, member_id: str) -> Profile:
    """The member's profile: one read once the claim is known, two before. Raises ``NoSuchMember``."""
    return on_member(site, member_id, lambda found: _existing(table.read_profile(site, found.mid)).profile)


def numbered(site: str, mid: str) -> Profile | None:
    """The profile behind a number, also behind that of a member who was merged; ``None`` once the member was erased."""
    for _ in range(MERGES_MAX + 1):
        stored = table.read_profile(site, mid)
        if stored is not None:
            return stored.profile
        account = ledger_table.read_account(site, mid)
        if account is None or not account.into:
            return None
        mid = account.into
    return None


def overview(site: str, member_id: str) -> Overview:
    """Profile and account in one call once the claim is known, two before. Raises ``NoSuchMember``."""

    def both(found: Resolved) -> Overview:
        addresses = [table.profile_address(site, found.mid), ledger_table.account_address(site, found.mid)]
        item, account_item = items.get_many(addresses)
        profile = _existing(table.stored(item)).profile
        account = None if account_item is None else ledger_table.load_account(account_item)
        if account is None or account.state == CLOSED:
            raise NoSuchMember
        return Overview(found.mid, profile, account)

    return on_member(site, member_id, both)


def update(site: str, run: Command, rules: Rules, member_id: str, change: Change) -> Profile:
    """Change what is given and leave the rest; opting in or out and the status change the account too.

    Raises ``BadProfile``, ``OtherMember``, ``NoSuchMember`` and ``Contention``. A change that changes nothing
    writes nothing but the caller's key.
    """

    def act(found: Resolved) -> Profile:
        _check_same(site, found, member_id, change.id)
        if change.touches_state or (change.email is not None and barring.has_domains(site)):
            return _change_both(site, run, rules, found.mid, change)
        return _change_profile(site, run, found.mid, change)

    return on_member(site, member_id, act)


def answered(site: str, mid: str, known: Known) -> Profile | None:
    """The profile that a call with this key was answered with, as it was then; ``None`` when there was none or
    the member was erased since.
    """
    if not known.ref.startswith(PROFILE_REF):
        return None
    return table.read_answer(site, mid, known.ref.removeprefix(PROFILE_REF))


def forget(site: str, mid: str) -> bool:
    """Delete what this package holds of a member and the claim on the id, in a bounded slice; whether nothing is left.

    An erasure has deleted the profile and released the claim at once (``erasing``).
    """

    def load() -> _Left:
        stored = table.read_profile(site, mid)
        merges = table.merge_deletes(site, mid)
        claim = None if stored is None else claims.find(site, ID, folded(stored.profile.id), fresh=True)
        return stored, claim, [*merges, *table.answer_deletes(site, mid, FORGOTTEN_AT_ONCE - len(merges))]

    def decide(left: _Left) -> Plan[bool]:
        stored, claim, writes = left
        is_last = len(writes) < FORGOTTEN_AT_ONCE
        if stored is not None:
            writes = [*writes, *profile_removal(site, mid, stored)]
            if claim is not None and claim.mid == mid:
                writes.append(claims.release(site, ID, folded(stored.profile.id), mid))
        return Plan(tuple(writes), is_last)

    return commit(load, decide)


def dossier(site: str, mid: str) -> dict[str, Any]:
    """Everything personal that this package holds of a member: the profile, and answers kept for keys (at most
    ``FORGOTTEN_AT_ONCE``); empty when it holds nothing.
    """
    stored = table.read_profile(site, mid)
    kept = table.read_answers(site, mid, FORGOTTEN_AT_ONCE)
    found: dict[str, Any] = {} if stored is None else {"profile": profiles.render(stored.profile, site)}
    merges = table.read_merges(site, mid)
    found |= {"merges": [merged.told(each) for each in merges]} if merges else {}
    return found | ({"answers": [profiles.render(each, site) for each in kept]} if kept else {})


def _change_profile(site: str, run: Command, mid: str, change: Change) -> Profile:
    """Change the profile alone: the account is not read."""

    def decide(stored: Stored | None) -> Plan[Profile]:
        before = _existing(stored)
        after, writes = _changed(site, run, mid, before, change)
        if run.key is not None:
            writes.append(idempotency.remember(site, run.key, status=200, mid=mid, ref=f"{PROFILE_REF}{run.id}"))
        return Plan(tuple(writes), after, witness=lambda: is_written_by(site, mid, run.id))

    return commit(lambda: table.read_profile(site, mid), decide)


def _change_both(site: str, run: Command, rules: Rules, mid: str, change: Change) -> Profile:
    """Change the profile and, where the member begins or ends taking part, the account."""

    def decide(drafts: list[Draft], found: list[Any]) -> tuple[list[Write], Profile]:
        before = _existing(table.stored(found[0]))
        after, writes = _changed(site, run, mid, before, change, is_judged=change.email is not None)
        if drafts[0].account.state != after.state:
            moves.set_state(drafts[0], after.state)
        return writes, after

    also = (table.profile_address(site, mid),)
    return post(site, [mid], run, rules, decide, also=also, answer=_kept_answer(run, 200))


def profile_writes(site: str, mid: str, before: Stored, after: Profile, command: str) -> list[Write]:
    """The writes that put a profile in place of the one that was read."""
    written = table.profile_write(site, mid, after, version=before.version, command=command)
    return [written, *table.listed_writes(site, mid, before.profile, after)]


def profile_removal(site: str, mid: str, stored: Stored) -> list[Write]:
    """The writes that delete the profile that was read."""
    return [table.profile_delete(site, mid, stored.version), *table.listed_writes(site, mid, stored.profile, None)]


def _resolved(claim: ClaimItem, given: str) -> Resolved:
    homes = tuple(claim.homes.split(",")) if claim.homes else ()
    return Resolved(claim.mid, claim.given or given, homes)


def _changed(
    site: str, run: Command, mid: str, before: Stored, change: Change, *, is_judged: bool = False
) -> tuple[Profile, list[Write]]:
    after = profiles.changed(before.profile, change, run.now)
    if is_judged:
        after = barring.judged(site, after)
    kept = _kept(site, run, mid, after)
    if after is not before.profile:
        return after, [*profile_writes(site, mid, before, after, run.id), *kept]
    # An answer is kept for a member who is still there, never for one who was erased in between.
    return after, [table.profile_check(site, mid, before.version), *kept] if kept else []


def _kept(site: str, run: Command, mid: str, profile: Profile) -> list[Write]:
    """The write that keeps the answer for the caller's key, where the member's erasure will find it."""
    return [] if run.key is None else [table.answer_write(site, mid, run.id, profile)]


def _check_same(site: str, found: Resolved, member_id: str, named: str | None) -> None:
    """Refuse a body that names somebody else; another spelling of the same member is fine."""
    if named is None or folded(named) == folded(member_id):
        return
    try:
        if resolve(site, named).mid == found.mid:
            return
    except NoSuchMember:
        raise OtherMember from None
    raise OtherMember


def _existing(stored: Stored | None) -> Stored:
    if stored is None:
        raise NoSuchMember
    return stored


def is_written_by(site: str, mid: str, command: str) -> bool:
    """Whether a command wrote the profile as it stands, for witnesses of commits."""
    stored = table.read_profile(site, mid)
    return stored is not None and stored.command == command


def _kept_answer(run: Command, status: int) -> Callable[[Profile], Answer]:
    return lambda _: Answer(f"{PROFILE_REF}{run.id}", status)
