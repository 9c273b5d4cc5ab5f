"""Items of groups: the group beside its account, and with each member the group it belongs to and its invitations."""

from typing import Final

from pynamodb.attributes import UnicodeAttribute

from chalicelib.dynamo import items, keys
from chalicelib.dynamo.commit import ABSENT, Write
from chalicelib.dynamo.items import Address, Item, Whole
from chalicelib.groups import group as groups
from chalicelib.groups.group import Group

_GROUP: Final = "GROUP"
_SEAT: Final = "SEAT"
_INVITATION: Final = "INVITE#"


class GroupItem(Item):
    """A group, in the partition of its account, and the command that wrote it last."""

    ver = Whole()
    body = UnicodeAttribute()
    cmd = UnicodeAttribute()


class SeatItem(Item):
    """The group that a member belongs to: there is one such item, so a member is in one group at most."""

    group = UnicodeAttribute()


class InvitationItem(Item):
    """That a member is invited to a group."""

    group = UnicodeAttribute()


def group_address(site: str, number: str) -> Address:
    """Where a group stands."""
    return (GroupItem, keys.member(site, number), _GROUP)


def seat_address(site: str, mid: str) -> Address:
    """Where it stands which group a member belongs to."""
    return (SeatItem, keys.member(site, mid), _SEAT)


def load_group(item: GroupItem | None) -> Group | None:
    """The group of its item."""
    if item is None:
        return None
    return groups.load(item.body, item.pk.rsplit("#", 1)[1], item.ver)


def read_group(site: str, number: str) -> Group | None:
    """One consistent read."""
    _, pk, sk = group_address(site, number)
    return load_group(items.get(GroupItem, pk, sk))


def group_of(item: SeatItem | None) -> str | None:
    """The group's number that a seat names."""
    return None if item is None else str(item.group)


def read_seat(site: str, mid: str) -> str | None:
    """The number of the member's group. One consistent read."""
    _, pk, sk = seat_address(site, mid)
    return group_of(items.get(SeatItem, pk, sk))


def invitations(site: str, mid: str, limit: int) -> list[str]:
    """Numbers of the groups that a member is invited to, at most ``limit``. One query."""
    found = items.query(InvitationItem, keys.member(site, mid), InvitationItem.sk.startswith(_INVITATION), limit=limit)
    return [str(item.group) for item in found]


def group_write(site: str, group: Group, command: str) -> Write:
    """The write that puts a group in place of the version that was read (0 for none)."""
    _, pk, sk = group_address(site, group.number)
    item = GroupItem(pk, sk, ver=group.version + 1, body=groups.dump(group), cmd=command)
    return Write(item, GroupItem.ver == group.version if group.version else ABSENT)


def group_check(site: str, group: Group) -> Write:
    """The mere check that a group is still the one that was read."""
    _, pk, sk = group_address(site, group.number)
    return Write(GroupItem(pk, sk), GroupItem.ver == group.version, check=True)


def seat_write(site: str, mid: str, number: str) -> Write:
    """The write that takes a member into a group; another group that was first makes the decision run again."""
    _, pk, sk = seat_address(site, mid)
    return Write(SeatItem(pk, sk, group=number), ABSENT)


def seat_absent(site: str, mid: str) -> Write:
    """The mere check that a member is in no group."""
    _, pk, sk = seat_address(site, mid)
    return Write(SeatItem(pk, sk), ABSENT, check=True)


def seat_delete(site: str, mid: str, number: str) -> Write:
    """The write that lets a member out of a group."""
    _, pk, sk = seat_address(site, mid)
    return Write(SeatItem(pk, sk), SeatItem.group == number, delete=True)


def invitation_write(site: str, mid: str, number: str) -> Write:
    """The write of an invitation."""
    return Write(InvitationItem(keys.member(site, mid), f"{_INVITATION}{number}", group=number))


def invitation_delete(site: str, mid: str, number: str) -> Write:
    """The write that ends an invitation; nothing where there is none."""
    return Write(InvitationItem(keys.member(site, mid), f"{_INVITATION}{number}"), delete=True)


def enrolled_check(site: str, mid: str) -> Write:
    """The mere check that a member is enrolled: an erasure deletes the profile."""
    return Write(Item(keys.member(site, mid), keys.PROFILE), Item.pk.exists(), check=True)


def is_ours(site: str, number: str, command: str) -> bool:
    """Whether a command was the last to write a group."""
    _, pk, sk = group_address(site, number)
    found = items.get(GroupItem, pk, sk)
    return found is not None and found.cmd == command
