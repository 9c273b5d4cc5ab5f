"""What callers send about groups, and the shapes of the answers (annex-api-2, section 9)."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, NotRequired

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError
from typing_extensions import TypedDict

from chalicelib.api import fields
from chalicelib.api.fields import Body
from chalicelib.api.shapes import ActivityRow
from chalicelib.groups.group import ADDED_MAX, MEMBER


def _one_of(words: Mapping[str, str]) -> BeforeValidator:
    """A word in any case, as the group knows it."""

    def check(value: object) -> str:
        word = value.strip().upper() if isinstance(value, str) else ""
        if word not in words:
            raise PydanticCustomError("wanted", "{what}", {"what": ", ".join(dict.fromkeys(words))})
        return words[word]

    return BeforeValidator(check)


def _enum(*words: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "enum": list(words)})


Role = Annotated[Literal["Owner", "Member"], _one_of({"OWNER": "Owner", "MEMBER": "Member"}), _enum("Owner", "Member")]
Status = Annotated[
    Literal["ACTIVE", "INACTIVE", "DELETED"],
    _one_of({word: word for word in ("ACTIVE", "INACTIVE", "DELETED")}),
    _enum("ACTIVE", "INACTIVE", "DELETED"),
]
Redeemers = Annotated[Literal["OWNER", "ALL"], _one_of({"OWNER": "OWNER", "ALL": "ALL"}), _enum("OWNER", "ALL")]
_ANSWERS = {
    "ACCEPTED": "ACCEPTED", "ACCEPT": "ACCEPTED", "YES": "ACCEPTED",
    "DECLINED": "DECLINED", "DECLINE": "DECLINED", "REJECTED": "DECLINED", "NO": "DECLINED",
}  # fmt: skip
Answer = Annotated[Literal["ACCEPTED", "DECLINED"], _one_of(_ANSWERS), _enum("ACCEPTED", "DECLINED")]


class Added(Body):
    """Somebody to be added or invited."""

    member_id: fields.MemberId
    user_role: Role = MEMBER


def _listed(value: object) -> object:
    """One or many: the vendor's page shows an object, its text speaks of members."""
    if isinstance(value, dict):
        return list(value.values()) if value and all(str(key).isdigit() for key in value) else [value]
    return value


AddedMembers = Annotated[
    list[Added],
    BeforeValidator(_listed),
    Field(max_length=ADDED_MAX),
    WithJsonSchema({"type": "array", "maxItems": ADDED_MAX, "items": {"type": "object"}}),
]


class Configurations(Body):
    """What a group may decide for itself, where the programme lets it."""

    allow_auto_transfer_points_to_group: fields.YesNo | None = None
    allow_group_points_redemption: Redeemers | None = None


class GroupBody(Body):
    """A new group; who sends it for whom is its owner."""

    id: fields.MemberId
    group_name: fields.Text = Field(min_length=1)
    add_member_details: AddedMembers = Field(default_factory=list)
    group_configurations: Configurations = Field(default_factory=Configurations)


class GroupChangeBody(Body):
    """What changes of a group; ``deleteGroup`` YES or the status DELETED dissolves it."""

    updated_by: fields.MemberId
    group_name: fields.Text | None = None
    group_status: Status | None = None
    delete_group: fields.YesNo = False
    group_configurations: Configurations = Field(default_factory=Configurations)


class InviteBody(Body):
    """Whom to add to a group or invite."""

    id: fields.MemberId | None = None
    group_id: fields.Text
    add_member_details: Annotated[AddedMembers, Field(min_length=1)]


class InvitationBody(Body):
    """The answer to an invitation."""

    group_id: fields.Text
    invitation_status: Answer

    @model_validator(mode="before")
    @classmethod
    def _under_either_name(cls, raw: Any) -> Any:
        if isinstance(raw, dict) and raw.get("status") is not None:
            return {"invitationStatus": raw["status"], **raw}
        return raw


class RoleBody(Body):
    """A member's new role, and the owner who gives it; the shop itself where nobody is named."""

    user_role: Role
    updated_by: fields.MemberId | None = None


class RemoveBody(Body):
    """Who lets a member go: an owner, or the member; the shop itself where nobody is named."""

    updated_by: fields.MemberId | None = None


class GroupConfigurations(TypedDict):
    """What holds for a group: its own say where the programme lets it, else the programme's."""

    allowAutoTransferPointsToGroup: str
    allowGroupPointsRedemption: str


class GroupChanged(TypedDict):
    """A group after a change."""

    siteId: str
    groupId: str
    groupName: str
    groupStatus: str
    groupConfigurations: GroupConfigurations


class AddedMember(TypedDict):
    """What became of one who was to be added: ``invitedBy`` and ``invitationStatus`` stand in place of ``status``
    where members must accept.
    """

    memberId: str
    userRole: str
    status: NotRequired[str]
    invitedBy: NotRequired[str]
    invitationStatus: NotRequired[str]
    message: str


class GroupMade(GroupChanged):
    """A new group."""

    id: str
    addedMembers: list[AddedMember]


class GroupInvited(TypedDict):
    """What became of those who were to be added."""

    siteId: str
    id: str
    groupId: str
    addedMembers: list[AddedMember]


class GroupMember(TypedDict):
    """A member of a group."""

    memberId: str
    userRole: str
    joinDate: str


class InvitedMember(TypedDict):
    """Somebody who has not answered an invitation yet."""

    memberId: str
    userRole: str
    invitedBy: str
    invitationStatus: str
    inviteDate: str


class GroupAnswer(GroupChanged):
    """A group with its members and its points, which are text as in every answer about groups."""

    groupAvailablePoints: str
    groupLifetimePoints: str
    groupUsedPoints: str
    groupExpiredPoints: str
    groupMembers: list[GroupMember]
    invitedMembers: list[InvitedMember]
    createDate: str
    updateDate: str


class Invitation(TypedDict):
    """An open invitation of a member."""

    groupId: str
    groupName: str
    userRole: str
    invitedBy: str
    invitationStatus: str
    inviteDate: str


class InvitationList(TypedDict):
    """The open invitations of a member."""

    siteId: str
    id: str
    invitations: list[Invitation]


class InvitationAnswered(TypedDict):
    """An invitation that was answered."""

    siteId: str
    id: str
    groupId: str
    groupName: str
    invitationStatus: str


class MemberChanged(TypedDict):
    """A member of a group after a change of role, or a former one."""

    siteId: str
    groupId: str
    memberId: str
    userRole: NotRequired[str]
    status: str


class OfMember(TypedDict):
    """A group as one of its members sees it."""

    groupId: str
    groupName: str
    groupStatus: str
    userRole: str
    joinDate: str
    groupAvailablePoints: str
    groupLifetimePoints: str
    groupUsedPoints: str
    groupExpiredPoints: str


class AllGroups(TypedDict):
    """The groups that a member belongs to: one at most."""

    siteId: str
    id: str
    groupDetails: list[OfMember]


class _OtherSide(TypedDict):
    """The member on the other side of a transfer, where they are in the group still."""

    memberId: str


class GroupActivityRow(ActivityRow, _OtherSide):
    """A row of a group's activity, and the member on the other side."""


class GroupActivity(TypedDict):
    """What happened to a group's points, newest first."""

    siteId: str
    groupId: str
    activityDetail: list[GroupActivityRow]
    pages: int
    currentPage: int
    totalActivityCount: int
