"""Why something about a group is not done."""

from chalicelib.errors import Malformed, NotFound, Refusal
from chalicelib.groups.group import ADDED_MAX


class GroupsOff(Refusal):
    """The site has no groups."""

    def __init__(self) -> None:
        super().__init__("This site has no groups: set groups.enabled in the programme first.")


class NoSuchGroup(NotFound):
    """The group does not exist, or was dissolved."""

    def __init__(self) -> None:
        super().__init__("No data found: there is no group with this groupId. POST /group makes one.")


class NoSuchInvitation(NotFound):
    """The member was not invited to the group, or has answered."""

    def __init__(self) -> None:
        super().__init__("No data found: the member has no open invitation to this group.")


class NotInGroup(NotFound):
    """The member named does not belong to the group."""

    def __init__(self, field: str) -> None:
        super().__init__(f"No data found: {field} is not a member of this group. GET /group/{{groupId}} lists them.")


class InGroupAlready(Refusal):
    """A member is in at most one group."""

    def __init__(self) -> None:
        super().__init__("The member is in a group already; a member is in one group at a time. Leave that one first.")


class GroupFull(Refusal):
    """The group has as many members as the programme allows."""

    def __init__(self, most: int) -> None:
        super().__init__(f"The group is full: it has {most} members, the most that the programme allows.")


class NotAnOwner(Refusal):
    """Only an owner may do this."""

    def __init__(self, field: str) -> None:
        super().__init__(f"{field}: only an owner of the group may do this.")


class LastOwner(Refusal):
    """A group has an owner."""

    def __init__(self) -> None:
        super().__init__("A group needs an owner: make another member Owner first, or dissolve the group.")


class NoOwnPermissions(Refusal):
    """The programme does not let groups set permissions of their own."""

    def __init__(self) -> None:
        super().__init__(
            "groupConfigurations: the programme sets them for all groups; set groups.groupLevelPermission there first."
        )


class GroupNotActive(Refusal):
    """Points move only to and from active groups."""

    def __init__(self) -> None:
        super().__init__("The group is not active: set groupStatus ACTIVE with PATCH /group/{groupId} first.")


class MayNotSpend(Refusal):
    """The member may not spend the group's points."""

    def __init__(self) -> None:
        super().__init__("Only an owner of this group may spend its points (allowGroupPointsRedemption is OWNER).")


class NotEnoughInGroup(Refusal):
    """The group has fewer points than the whole amount."""

    def __init__(self) -> None:
        super().__init__("Not enough points: the group has less than the whole amount. Nothing was moved.")


class NotEnoughToGive(Refusal):
    """A member has less than the whole amount that is to go to the group."""

    def __init__(self) -> None:
        super().__init__("Not enough points: a transfer needs the whole amount available. Nothing was moved.")


class TooManyAtOnce(Malformed):
    """More members than one call adds."""

    def __init__(self) -> None:
        super().__init__(f"addMemberDetails: at most {ADDED_MAX} members a call.")


class BadGroup(Malformed):
    """A field of a group cannot be taken as it stands."""
