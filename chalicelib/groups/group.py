"""A group as a value: who is in it and in which role, who is invited, and what it was told about its points.

A group's id is the number of its account; members stand in it by their numbers, with the id that they are shown by.
"""

import json
from collections.abc import Mapping
from dataclasses import field, replace
from typing import Any, Final, Literal

from chalicelib.values import value

OWNER: Final = "Owner"
MEMBER: Final = "Member"
ACTIVE: Final = "ACTIVE"
INACTIVE: Final = "INACTIVE"
DELETED: Final = "DELETED"
MEMBERS_MAX: Final = 50
"""Members of a group, and likewise open invitations to it: all leave in one transaction when it is dissolved."""
ADDED_MAX: Final = 30
"""Members that one call adds or invites: three writes each must fit into one transaction (AWS limit)."""
INVITATIONS_MAX: Final = 50
"""Open invitations of one member."""
NAME_CHARACTERS_MAX: Final = 100
ID_DIGITS: Final = 12

Role = Literal["Owner", "Member"]
Redeemers = Literal["OWNER", "ALL"]


@value
class Policy:
    """What the programme says of groups."""

    enabled: bool = False
    invitation_acceptance_required: bool = False
    group_level_permission: bool = False
    """Whether a group may say for itself what ``auto_transfer`` and ``redemption`` say for all."""
    auto_redemption: bool = False
    """Whether every redemption of a group's member is paid by the group."""
    auto_transfer: bool = False
    redemption: Redeemers = "OWNER"
    on_dissolve: Literal["owner", "writeOff"] = "owner"
    members_max: int = MEMBERS_MAX


@value
class Seat:
    """A member in a group: the id shown, the role, and since when (milliseconds)."""

    id: str
    role: Role
    since: int


@value
class Invited:
    """An open invitation: the id shown, the role offered, when (milliseconds) and by whom (a number, or empty)."""

    id: str
    role: Role
    at: int
    by: str = ""


@value
class Group:
    """See the module. ``auto`` and ``redeem`` are ``None`` where the group says nothing of its own."""

    number: str
    name: str
    status: str = ACTIVE
    members: Mapping[str, Seat] = field(default_factory=dict)
    invited: Mapping[str, Invited] = field(default_factory=dict)
    auto: bool | None = None
    redeem: Redeemers | None = None
    created: int = 0
    updated: int = 0
    version: int = 0

    @property
    def is_active(self) -> bool:
        """Whether points may move to and from it."""
        return self.status == ACTIVE

    @property
    def owners(self) -> tuple[str, ...]:
        """Numbers of the owners, the longest-standing first."""
        return tuple(mid for mid, seat in _by_age(self.members) if seat.role == OWNER)

    def is_owner(self, mid: str) -> bool:
        """Whether the member owns the group."""
        return mid in self.members and self.members[mid].role == OWNER

    def transfers_by_itself(self, policy: Policy) -> bool:
        """Whether what its members earn goes to it."""
        own = self.auto if policy.group_level_permission else None
        return policy.auto_transfer if own is None else own

    def redeemers(self, policy: Policy) -> Redeemers:
        """Who may spend its points."""
        own = self.redeem if policy.group_level_permission else None
        return policy.redemption if own is None else own

    def may_spend(self, mid: str, policy: Policy) -> bool:
        """Whether a member may spend its points."""
        return mid in self.members and (self.redeemers(policy) == "ALL" or self.is_owner(mid))

    def seating(self, mid: str, seat: Seat) -> "Group":
        """The group with a member more, or in another role; an invitation is used up."""
        left = {number: each for number, each in self.invited.items() if number != mid}
        return replace(self, members={**self.members, mid: seat}, invited=left)

    def inviting(self, mid: str, invited: Invited) -> "Group":
        """The group with an open invitation more."""
        return replace(self, invited={**self.invited, mid: invited})

    def without(self, mid: str) -> "Group":
        """The group without a member or an invitation; the longest-standing member becomes owner where none is left."""
        members = {number: each for number, each in self.members.items() if number != mid}
        left = {number: each for number, each in self.invited.items() if number != mid}
        after = replace(self, members=members, invited=left)
        if not members or after.owners:
            return after
        heir, seat = _by_age(members)[0]
        return replace(after, members={**members, heir: replace(seat, role=OWNER)})


def dump(group: Group) -> str:
    """The group as compact JSON text."""
    body: dict[str, Any] = {
        "n": group.name,
        "s": group.status,
        "m": {mid: [seat.id, seat.role, seat.since] for mid, seat in group.members.items()},
        "i": {mid: [each.id, each.role, each.at, each.by] for mid, each in group.invited.items()},
        "a": group.auto,
        "r": group.redeem,
        "c": group.created,
        "u": group.updated,
    }
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False)


def load(text: str, number: str, version: int) -> Group:
    """The group of ``dump``."""
    body: dict[str, Any] = json.loads(text)
    return Group(
        number=number,
        name=body["n"],
        status=body["s"],
        members={mid: Seat(*each) for mid, each in body["m"].items()},
        invited={mid: Invited(*each) for mid, each in body["i"].items()},
        auto=body["a"],
        redeem=body["r"],
        created=body["c"],
        updated=body["u"],
        version=version,
    )


def _by_age(members: Mapping[str, Seat]) -> list[tuple[str, Seat]]:
    return sorted(members.items(), key=lambda pair: (pair[1].since, pair[0]))
