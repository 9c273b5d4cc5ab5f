"""Enrolling many members at once: as many to a transaction as DynamoDB takes."""

from collections.abc import Iterator, Sequence
from typing import Final

from chalicelib.dynamo import claims, idempotency
from chalicelib.dynamo.commit import ACTIONS_MAX, Plan, Write, commit
from chalicelib.dynamo.idempotency import KeyTaken
from chalicelib.errors import Contention, Refusal
from chalicelib.ids import folded, member_number
from chalicelib.ledger import table as ledger_table
from chalicelib.ledger.account import Account
from chalicelib.ledger.draft import Draft
from chalicelib.ledger.rules import Rules
from chalicelib.ledger.service import Command
from chalicelib.members import profile as profiles
from chalicelib.members import service as members
from chalicelib.members.barring import service as barring
from chalicelib.members.profile import NewMember, Profile
from chalicelib.members.service import ID, PROFILE_REF, MemberExists
from chalicelib.values import value

CREATED_STATUS: Final = 201


@value
class Enrolment:
    """A member to be enrolled, by a command of its own."""

    run: Command
    new: NewMember


@value
class _Ready:
    """A member who can be enrolled, with all that is written for it."""

    place: int
    profile: Profile
    mid: str
    writes: tuple[Write, ...]


def enrol_many(site: str, rules: Rules, wanted: Sequence[Enrolment]) -> list[Profile | Refusal]:
    """Enrol up to 100 members; the outcome of each in the order asked, refused or enrolled on its own.

    One call to DynamoDB looks for those who are there already, and one writes as many as fit into 100 actions (about
    20 with an id alone, 11 with all that is searched by). When another call enrols one of them at the same moment, or
    one's key was used, the members of that transaction are enrolled one by one. Raises ``Contention``.
    """
    outcomes: dict[int, Profile | Refusal] = {}
    ready: list[_Ready] = []
    known = members.resolve_many(site, [each.new.id for each in wanted])
    seen: set[str] = set()
    for place, (each, there) in enumerate(zip(wanted, known, strict=True)):
        try:
            profile = barring.judged(site, profiles.opened(each.new, each.run.now))
        except Refusal as refused:
            outcomes[place] = refused
            continue
        if there is not None or folded(profile.id) in seen:
            outcomes[place] = MemberExists()
            continue
        seen.add(folded(profile.id))
        ready.append(_ready(site, rules, place, each.run, profile))
    for batch in _batches(ready):
        outcomes |= _enrolled(site, rules, wanted, batch)
    for one in ready:
        claims.forget(site, ID, folded(one.profile.id))
    return [outcomes[place] for place in range(len(wanted))]


def _ready(site: str, rules: Rules, place: int, run: Command, profile: Profile) -> _Ready:
    draft = Draft(site, member_number(), Account(), rules, run.id, run.now)
    writes = members.enrolment(site, run, draft, profile)
    draft.settle()
    booked = ledger_table.draft_writes(draft, Account())
    if run.key is not None:
        ref = f"{PROFILE_REF}{run.id}"
        writes.append(idempotency.remember(site, run.key, status=CREATED_STATUS, mid=draft.mid, ref=ref))
    return _Ready(place, profile, draft.mid, (*booked, *writes))


def _batches(ready: Sequence[_Ready]) -> Iterator[list[_Ready]]:
    """As many at once as a transaction takes."""
    batch: list[_Ready] = []
    actions = 0
    for each in ready:
        if batch and actions + len(each.writes) > ACTIONS_MAX:
            yield batch
            batch, actions = [], 0
        batch.append(each)
        actions += len(each.writes)
    if batch:
        yield batch


def _enrolled(
    site: str, rules: Rules, wanted: Sequence[Enrolment], batch: Sequence[_Ready]
) -> dict[int, Profile | Refusal]:
    first = batch[0]
    plan = Plan(
        tuple(write for each in batch for write in each.writes),
        result=None,
        witness=lambda: members.is_written_by(site, first.mid, wanted[first.place].run.id),
    )
    try:
        commit(lambda: None, lambda _: plan)
    except (MemberExists, KeyTaken, Contention):
        return {each.place: _one(site, rules, wanted[each.place]) for each in batch}
    return {each.place: each.profile for each in batch}


def _one(site: str, rules: Rules, wanted: Enrolment) -> Profile | Refusal:
    try:
        return members.enrol(site, wanted.run, rules, wanted.new)
    except Refusal as refused:
        return refused
