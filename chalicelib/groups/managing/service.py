"""Founding a group and what becomes of it: adding, inviting, joining, leaving, roles, dissolving.

A call changes the group, its members' seats and their invitations in one transaction.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from chalicelib.dynamo import idempotency, items
from chalicelib.dynamo.commit import Plan, Write, commit
from chalicelib.dynamo.idempotency import Answer, Known
from chalicelib.errors import Refusal
from chalicelib.groups import refusals, table
from chalicelib.groups.group import (
    ADDED_MAX,
    DELETED,
    MEMBERS_MAX,
    NAME_CHARACTERS_MAX,
    OWNER,
    Group,
    Invited,
    Policy,
    Redeemers,
    Role,
    Seat,
)
from chalicelib.groups.outcome import Code, Outcome, Wanted
from chalicelib.groups.pooling import pool
from chalicelib.ledger import days, moves
from chalicelib.ledger import service as ledger
from chalicelib.ledger.account import DISSOLVED
from chalicelib.ledger.draft import Draft
from chalicelib.ledger.moves import Telling
from chalicelib.ledger.rules import Rules
from chalicelib.ledger.service import Command
from chalicelib.values import value

REF: Final = "G"
"""What a key remembers of a change to a group begins so."""
ACTION_DEBIT: Final = 192
"""The vendor's action id of points that are written off."""


@value
class Setting:
    """What a caller sets of a group; ``None`` leaves it as it is."""

    name: str | None = None
    status: str | None = None
    auto: bool | None = None
    redeem: Redeemers | None = None

    @property
    def is_own(self) -> bool:
        """Whether it says something that a programme may keep for itself."""
        return self.auto is not None or self.redeem is not None


@value
class Made:
    """The group after a change, and what became of those who were to be added."""

    group: Group
    outcomes: tuple[Outcome, ...] = ()


def invite(site: str, run: Command, policy: Policy, number: str, by: str | None, wanted: Sequence[Wanted]) -> Made:
    """Add members to a group, or where the programme wants it invite them; ``by`` an owner, or the shop itself.

    Raises ``NoSuchGroup``, ``NotAnOwner`` and ``TooManyAtOnce``.
    """
    check(policy, Setting(), wanted)
    now = days.to_ms(run.now)
    named = people(wanted)

    def decide(group: Group, read: list[Any]) -> tuple[Group, list[Write], tuple[Outcome, ...]]:
        _check_owner(group, by, "id")
        seats = dict(zip(named, read, strict=True))
        after, outcomes, writes = added(site, policy, group, by or "", wanted, seats, now)
        return after, writes, outcomes

    return _changed(
        site, run, policy, number, decide, also=[table.seat_address(site, mid) for mid in named], status=201
    )


def respond(site: str, run: Command, policy: Policy, number: str, mid: str, *, accepts: bool) -> Made:
    """Accept an invitation and join the group, or decline it.

    Raises ``NoSuchInvitation``, ``InGroupAlready`` and ``GroupFull``.
    """
    now = days.to_ms(run.now)

    def decide(group: Group, read: list[Any]) -> tuple[Group, list[Write], tuple[Outcome, ...]]:
        invited = group.invited.get(mid)
        if invited is None:
            raise refusals.NoSuchInvitation
        gone = table.invitation_delete(site, mid, number)
        if not accepts:
            return group.without(mid), [gone], ()
        if read[0] is not None:
            raise refusals.InGroupAlready
        if len(group.members) >= policy.members_max:
            raise refusals.GroupFull(policy.members_max)
        after = group.seating(mid, Seat(invited.id, invited.role, now))
        writes = [gone, table.seat_write(site, mid, number), table.enrolled_check(site, mid)]
        return after, writes, ()

    return _changed(
        site, run, policy, number, decide, also=[table.seat_address(site, mid)], missing=refusals.NoSuchInvitation
    )


def remove(site: str, run: Command, policy: Policy, number: str, by: str | None, mid: str) -> Made:
    """Let a member go, or withdraw an invitation: an owner, the shop, or the member of their own accord.

    Points stay with the group. Raises ``NoSuchGroup``, ``NotInGroup``, ``NotAnOwner`` and ``LastOwner``.
    """

    def decide(group: Group, _read: list[Any]) -> tuple[Group, list[Write], tuple[Outcome, ...]]:
        if mid != by:
            _check_owner(group, by, "updatedBy")
        if mid in group.invited:
            return group.without(mid), [table.invitation_delete(site, mid, number)], ()
        if mid not in group.members:
            raise refusals.NotInGroup("memberId")
        if group.owners == (mid,):
            raise refusals.LastOwner
        return group.without(mid), [table.seat_delete(site, mid, number)], ()

    return _changed(site, run, policy, number, decide)


def change_role(site: str, run: Command, policy: Policy, number: str, by: str | None, mid: str, role: Role) -> Made:
    """Make a member an owner, or an owner a member. Raises as ``remove`` does."""

    def decide(group: Group, _read: list[Any]) -> tuple[Group, list[Write], tuple[Outcome, ...]]:
        _check_owner(group, by, "updatedBy")
        seat = group.members.get(mid)
        if seat is None:
            raise refusals.NotInGroup("memberId")
        if role != OWNER and group.owners == (mid,):
            raise refusals.LastOwner
        return group.seating(mid, replace(seat, role=role)), [], ()

    return _changed(site, run, policy, number, decide)


def update(site: str, run: Command, policy: Policy, number: str, by: str, setting: Setting) -> Made:
    """Change the name, the status or the permissions of a group.

    Raises ``BadGroup``, ``NoOwnPermissions``, ``NoSuchGroup`` and ``NotAnOwner``.
    """
    check(policy, setting, ())

    def decide(group: Group, _read: list[Any]) -> tuple[Group, list[Write], tuple[Outcome, ...]]:
        _check_owner(group, by, "updatedBy")
        given = {name: getattr(setting, name) for name in ("name", "status", "auto", "redeem")}
        return replace(group, **{name: each for name, each in given.items() if each is not None}), [], ()

    return _changed(site, run, policy, number, decide)


def dissolve(site: str, run: Command, rules: Rules, policy: Policy, number: str, by: str) -> Made:
    """End a group: its members are free, its invitations void, and its points go where the programme says.

    To the owner who dissolves it with class and expiry, or written off. Raises as ``update`` does.
    """
    if not policy.enabled:
        raise refusals.NoSuchGroup
    now = days.to_ms(run.now)

    def decide(drafts: list[Draft], read: list[Any]) -> tuple[list[Write], Made]:
        group = _there(table.load_group(read[0]))
        _check_owner(group, by, "updatedBy")
        theirs, mine = drafts
        left = theirs.account.bucket().available
        if left > 0 and policy.on_dissolve == "owner":
            pool.between(theirs, mine, left, source=number)
        return _ended(site, run, group, theirs, now)

    also = [table.group_address(site, number)]
    try:
        return ledger.post(site, [number, by], run, rules, decide, also=also, answer=lambda made: answer_of(made, 201))
    except ledger.NoSuchMember:
        if table.read_group(site, number) is None:
            raise refusals.NoSuchGroup from None
        raise


def abandon(site: str, run: Command, rules: Rules, mid: str) -> None:
    """End the group that a member who is being erased is the last of, if so: it keeps no name, and what it has is
    written off. Safe to repeat; one call for a member without a group.
    """
    number = table.read_seat(site, mid)
    if number is None:
        return
    now = days.to_ms(run.now)

    def decide(drafts: list[Draft], read: list[Any]) -> tuple[list[Write], None]:
        group = table.load_group(read[0])
        if group is None or group.status == DELETED or set(group.members) != {mid}:
            return [], None
        return _ended(site, run, replace(group, name=""), drafts[0], now)[0], None

    ledger.post(site, [number], run, rules, decide, also=[table.group_address(site, number)])


def inherit(site: str, run: Command, rules: Rules, secondary: str, primary: str) -> None:
    """After a merge: a group that the secondary is the last of ends where the primary is in another, and what it has
    goes to the primary with class and expiry. Safe to repeat; one call for a secondary without a group.
    """
    number = table.read_seat(site, secondary)
    if number is None:
        return
    now = days.to_ms(run.now)

    def decide(drafts: list[Draft], read: list[Any]) -> tuple[list[Write], None]:
        group, own = table.load_group(read[0]), table.group_of(read[1])
        if group is None or group.status == DELETED or set(group.members) != {secondary} or own is None:
            return [], None
        theirs, mine = drafts
        left = theirs.account.bucket().available
        if left > 0:
            pool.between(theirs, mine, left, source=number)
        return _ended(site, run, group, theirs, now)[0], None

    also = [table.group_address(site, number), table.seat_address(site, primary)]
    ledger.post(site, [number, primary], run, rules, decide, also=also)


def answered(known: Known) -> dict[str, Any]:
    """What a key remembers of a change: ``status``, ``auto`` and ``redeem`` of the group, ``codes`` of those added."""
    said: dict[str, Any] = json.loads(known.ref.removeprefix(REF))
    return said


def _ended(site: str, run: Command, group: Group, theirs: Draft, now: int) -> tuple[list[Write], Made]:
    left = theirs.account.bucket().available
    if left > 0:
        moves.debit(theirs, left, Telling(action=ACTION_DEBIT, wished=left), side="expired")
    moves.set_state(theirs, DISSOLVED)
    after = replace(group, status=DELETED, members={}, invited={}, updated=now)
    writes = [table.seat_delete(site, mid, group.number) for mid in group.members]
    return [table.group_write(site, after, run.id), *writes], Made(after)


def _changed(
    site: str,
    run: Command,
    policy: Policy,
    number: str,
    decide: Callable[[Group, list[Any]], tuple[Group, list[Write], tuple[Outcome, ...]]],
    *,
    also: Sequence[items.Address] = (),
    status: int = 200,
    missing: type[Refusal] = refusals.NoSuchGroup,
) -> Made:
    """Change a group without moving points; a change that changes nothing writes nothing but the caller's key."""
    if not policy.enabled:
        raise missing

    def load() -> list[Any]:
        return items.get_many([table.group_address(site, number), *also])

    def plan(read: list[Any]) -> Plan[Made]:
        group = table.load_group(read[0])
        if group is None or group.status == DELETED:
            raise missing
        after, writes, outcomes = decide(group, read[1:])
        if after != group:
            after = replace(after, updated=days.to_ms(run.now))
            writes = [table.group_write(site, after, run.id), *writes]
        made = Made(after, outcomes)
        if run.key is not None:
            said = answer_of(made, status)
            writes = [*writes, idempotency.remember(site, run.key, status=said.status, mid=number, ref=said.ref)]
        return Plan(tuple(writes), made, witness=lambda: table.is_ours(site, number, run.id))

    return commit(load, plan)


def added(
    site: str, policy: Policy, group: Group, by: str, wanted: Sequence[Wanted], seats: Mapping[str, Any], now: int
) -> tuple[Group, tuple[Outcome, ...], list[Write]]:
    """The group with whoever can be added or invited, what became of each, and the writes; ``seats`` by member."""
    outcomes: list[Outcome] = []
    writes: list[Write] = []
    named: set[str] = set()
    for each in wanted:
        code = _refused(policy, group, each, seats, named)
        mid = each.mid
        if code is None and mid is not None:
            named.add(mid)
            writes.append(table.enrolled_check(site, mid))
            if policy.invitation_acceptance_required:
                code = "invited"
                group = group.inviting(mid, Invited(each.id, each.role, now, by))
                writes.append(table.invitation_write(site, mid, group.number))
            else:
                code = "joined"
                if mid in group.invited:
                    writes.append(table.invitation_delete(site, mid, group.number))
                group = group.seating(mid, Seat(each.id, each.role, now))
                writes.append(table.seat_write(site, mid, group.number))
        outcomes.append(Outcome(each.id, each.role, code or "unknown"))
    return group, tuple(outcomes), writes


def _refused(policy: Policy, group: Group, each: Wanted, seats: Mapping[str, Any], named: set[str]) -> Code | None:
    if each.mid is None:
        return "unknown"
    if each.mid in named:
        return "twice"
    if each.mid in group.members:
        return "in"
    if policy.invitation_acceptance_required:
        if each.mid in group.invited:
            return "asked"
        return "waiting" if len(group.invited) >= MEMBERS_MAX else None
    if seats[each.mid] is not None:
        return "elsewhere"
    return "full" if len(group.members) >= policy.members_max else None


def check(policy: Policy, setting: Setting, wanted: Sequence[Wanted]) -> None:
    """Refuse a setting that no group can have: raises ``BadGroup``, ``NoOwnPermissions`` and ``TooManyAtOnce``."""
    if setting.name is not None and not 0 < len(setting.name.strip()) <= NAME_CHARACTERS_MAX:
        raise refusals.BadGroup(f"groupName: 1 to {NAME_CHARACTERS_MAX} characters.")
    if setting.is_own and not policy.group_level_permission:
        raise refusals.NoOwnPermissions
    if len(wanted) > ADDED_MAX:
        raise refusals.TooManyAtOnce


def _check_owner(group: Group, by: str | None, field: str) -> None:
    if by is not None and not group.is_owner(by):
        raise refusals.NotAnOwner(field)


def _there(group: Group | None) -> Group:
    if group is None or group.status == DELETED:
        raise refusals.NoSuchGroup
    return group


def people(wanted: Sequence[Wanted], *, but: str = "") -> list[str]:
    """The numbers of those who are enrolled, each once."""
    return [mid for mid in dict.fromkeys(each.mid for each in wanted) if mid not in (None, but)]


def answer_of(made: Made, status: int) -> Answer:
    """What a key remembers of a change."""
    group = made.group
    said = {
        "status": group.status,
        "auto": group.auto,
        "redeem": group.redeem,
        "codes": [each.code for each in made.outcomes],
    }
    return Answer(f"{REF}{json.dumps(said, separators=(',', ':'))}", status)
