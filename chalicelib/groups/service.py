"""Reading groups, and what happens to them when a member is erased or merged."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from chalicelib.dynamo import items
from chalicelib.dynamo.commit import Plan, Write, commit
from chalicelib.groups import refusals, table
from chalicelib.groups.group import DELETED, ID_DIGITS, INVITATIONS_MAX, Group, Invited, Policy
from chalicelib.ids import command_id
from chalicelib.ledger import table as ledger_table
from chalicelib.ledger.account import Account
from chalicelib.ledger.draft import Draft
from chalicelib.ledger.rules import Rules
from chalicelib.members import service as members
from chalicelib.values import value

FORGOTTEN_AT_ONCE: Final = 25
"""Invitations that one slice of an erasure withdraws, each from a group of its own."""


@value
class Standing:
    """A group and its account, settled to now."""

    group: Group
    account: Account


def number_of(group_id: str) -> str:
    """The number that a caller means. Raises ``NoSuchGroup`` for what no group's id looks like."""
    text = group_id.strip()
    if len(text) != ID_DIGITS or not (text.isascii() and text.isdigit()):
        raise refusals.NoSuchGroup
    return text


def read(site: str, number: str, rules: Rules, now: datetime) -> Standing:
    """A group with its account, also one that was dissolved. One call. Raises ``NoSuchGroup``."""
    found = items.get_many([table.group_address(site, number), ledger_table.account_address(site, number)])
    group = table.load_group(found[0])
    if group is None or found[1] is None:
        raise refusals.NoSuchGroup
    draft = Draft(site, number, ledger_table.load_account(found[1]), rules, "", now)
    draft.settle()
    return Standing(group, draft.account)


def of_member(site: str, mid: str, policy: Policy, rules: Rules, now: datetime) -> Standing | None:
    """The group that a member belongs to, if any: two calls, one for a member without, none where there are none."""
    number = table.read_seat(site, mid) if policy.enabled else None
    return None if number is None else read(site, number, rules, now)


def named(site: str, number: str) -> Group:
    """A group alone, as it is now. One call. Raises ``NoSuchGroup``."""
    group = table.read_group(site, number)
    if group is None:
        raise refusals.NoSuchGroup
    return group


def invitations(site: str, mid: str) -> list[tuple[Group, Invited]]:
    """The open invitations of a member, at most ``INVITATIONS_MAX``, with their groups. At most two calls."""
    numbers = table.invitations(site, mid, INVITATIONS_MAX)
    read_ = items.get_many([table.group_address(site, number) for number in numbers]) if numbers else []
    groups = [group for group in map(table.load_group, read_) if group is not None and group.status != DELETED]
    return [(group, group.invited[mid]) for group in groups if mid in group.invited]


def forget(site: str, mid: str) -> bool:
    """Take a member out of the group and withdraw the invitations, in a bounded slice; whether nothing is left.

    The longest-standing member inherits a group without an owner. The last one's group is ended by
    ``managing.abandon`` before.
    """
    numbers = table.invitations(site, mid, FORGOTTEN_AT_ONCE)
    seat = table.read_seat(site, mid)
    for number in dict.fromkeys([*numbers, *([] if seat is None else [seat])]):
        _leave(site, mid, number)
    return len(numbers) < FORGOTTEN_AT_ONCE


def dossier(site: str, mid: str) -> dict[str, Any]:
    """The group that a member belongs to and the open invitations; empty where there are none."""
    seat = table.read_seat(site, mid)
    group = None if seat is None else table.read_group(site, seat)
    found: dict[str, Any] = {}
    if group is not None and mid in group.members:
        found["group"] = {"groupId": group.number, "groupName": group.name, "userRole": group.members[mid].role}
    open_ = [{"groupId": each.number, "userRole": invited.role} for each, invited in invitations(site, mid)]
    return found | ({"invitations": open_} if open_ else {})


def beside_merge(site: str, secondary: str, primary: str) -> tuple[items.Address, ...]:
    """What a merge of two members reads beside their accounts, for ``moved``: their seats."""
    return (table.seat_address(site, secondary), table.seat_address(site, primary))


def moved(site: str, secondary: str, primary: str) -> bool:
    """After a merge: the primary takes over the secondary's seat in its group, with the role, unless it is in one
    already; the secondary leaves, and its invitations are withdrawn. Safe to repeat; whether nothing is left to do.
    """
    number = table.read_seat(site, secondary)
    if number is not None:
        profile = members.numbered(site, primary)

        def load() -> list[Any]:
            return items.get_many([table.group_address(site, number), *beside_merge(site, secondary, primary)])

        def decide(read_: list[Any]) -> Plan[bool]:
            return Plan(
                tuple(_moving(site, read_, secondary, primary, number, "" if profile is None else profile.id)),
                result=True,
            )

        commit(load, decide)
    return forget(site, secondary)


def _moving(site: str, read_: Sequence[Any], secondary: str, primary: str, number: str, own_id: str) -> list[Write]:
    group, theirs, own = table.load_group(read_[0]), table.group_of(read_[1]), table.group_of(read_[2])
    if theirs != number:
        return []
    writes = [table.seat_delete(site, secondary, number)]
    if group is None or secondary not in group.members:
        return writes
    seat = group.members[secondary]
    if own is None:
        # First in, then out: the role of a last owner passes to the member who goes on.
        group = group.seating(primary, replace(seat, id=own_id or seat.id))
        writes += [table.seat_write(site, primary, number), table.enrolled_check(site, primary)]
    return [table.group_write(site, group.without(secondary), command_id()), *writes]


def _leave(site: str, mid: str, number: str) -> None:
    def load() -> list[Any]:
        return items.get_many([table.group_address(site, number), table.seat_address(site, mid)])

    def decide(read_: list[Any]) -> Plan[None]:
        group = table.load_group(read_[0])
        writes = [table.invitation_delete(site, mid, number)]
        if table.group_of(read_[1]) == number:
            writes.append(table.seat_delete(site, mid, number))
        if group is not None and (mid in group.members or mid in group.invited):
            writes.append(table.group_write(site, group.without(mid), command_id()))
        return Plan(tuple(writes), None)

    commit(load, decide)
