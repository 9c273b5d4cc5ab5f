"""What became of each member that was to be added to a group or invited to it."""

from collections.abc import Mapping
from typing import Final, Literal

from chalicelib.groups.group import Role
from chalicelib.values import value

Code = Literal["joined", "invited", "twice", "unknown", "in", "elsewhere", "asked", "full", "waiting"]
DONE: Final = frozenset({"joined", "invited"})
MESSAGES: Final[Mapping[str, str]] = {
    "joined": "Member added to the group successfully.",
    "invited": "Invitation to join the group sent successfully.",
    "twice": "This member was named before in the same request.",
    "unknown": "No member with this id is enrolled.",
    "in": "The member is in this group already.",
    "elsewhere": "The member is in another group; a member is in one group at a time.",
    "asked": "The member has an open invitation to this group already.",
    "full": "The group has as many members as the programme allows.",
    "waiting": "The group has as many open invitations as it can have.",
}


@value
class Wanted:
    """Somebody to be added: the id as given, the role, and the number behind it (``None`` for nobody)."""

    id: str
    role: Role
    mid: str | None = None


@value
class Outcome:
    """What became of one."""

    id: str
    role: Role
    code: Code

    @property
    def is_done(self) -> bool:
        """Whether the member is in the group now, or invited."""
        return self.code in DONE

    @property
    def message(self) -> str:
        """As the answer says it."""
        return MESSAGES[self.code]
