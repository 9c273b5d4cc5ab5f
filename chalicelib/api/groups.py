"""Groups: found them, invite to them, and read them (annex-api-2, section 9)."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from chalicelib.api import fields, group_points
from chalicelib.api.activity import row_of
from chalicelib.api.common import WireFigures, force_of, of_named, stamp
from chalicelib.api.group_bodies import (
    Added,
    AllGroups,
    Configurations,
    GroupActivity,
    GroupAnswer,
    GroupBody,
    GroupChangeBody,
    GroupChanged,
    GroupInvited,
    GroupMade,
    InvitationAnswered,
    InvitationBody,
    InvitationList,
    InviteBody,
    MemberChanged,
    RemoveBody,
    RoleBody,
)
from chalicelib.api.paging import PageQuery
from chalicelib.api.routing import Request, Routes
from chalicelib.dynamo.idempotency import Known
from chalicelib.groups import service as groups
from chalicelib.groups.founding import service as founding
from chalicelib.groups.group import ACTIVE, DELETED, Group, Policy
from chalicelib.groups.managing import service as managing
from chalicelib.groups.managing.service import Setting
from chalicelib.groups.outcome import Outcome, Wanted
from chalicelib.ids import folded
from chalicelib.ledger import service as ledger
from chalicelib.ledger.table import Row
from chalicelib.members import service as members
from chalicelib.members.service import Resolved

routes: Final = Routes(__name__, "Hierarchy Management")
PENDING: Final = "PENDING"
ACCEPTED: Final = "ACCEPTED"


def _made_again(request: Request, known: Known) -> Mapping[str, Any]:
    body: GroupBody = request.body
    rows = _replayed(request, body.id, body.add_member_details, managing.answered(known)["codes"])
    return {**_of_group(request, _as_then(known, body.group_name)), "id": body.id, "addedMembers": rows}


@routes.add("POST", "/group", scope="users:write", body=GroupBody, response=GroupMade, status=201, again=_made_again)
def create_group(request: Request) -> Mapping[str, Any]:
    """Found a group; the member of the id owns it.

    Members can be added in the same call, each with a status of its own: whoever cannot be added stops nobody else.
    Where the programme wants invitations to be accepted they are invited, and addedMembers has invitedBy and
    invitationStatus in place of status.
    """
    body: GroupBody = request.body
    force = force_of(request)
    owner = members.resolve(request.site, body.id, fresh=True)
    made = founding.found(
        request.site,
        request.command(),
        force.rules,
        force.groups,
        Wanted(owner.given, "Owner", owner.mid),
        _setting(body.group_name, None, body.group_configurations),
        _wanted(request.site, body.add_member_details),
    )
    return {
        **_of_group(request, made.group),
        "id": body.id,
        "addedMembers": _added(force.groups, body.id, made.outcomes),
    }


@routes.add("GET", "/group/{groupId}", scope="users:read", response=GroupAnswer)
def get_group(request: Request) -> Mapping[str, Any]:
    """Read a group: its members with their roles, who is invited, and its points."""
    force = force_of(request)
    found = groups.read(request.site, _number(request), force.rules, request.now)
    group = found.group
    names = {mid: seat.id for mid, seat in group.members.items()}
    return {
        **_of_group(request, group),
        **group_points.of_standing(found, WireFigures(force)),
        "groupMembers": [
            {"memberId": seat.id, "userRole": seat.role, "joinDate": stamp(seat.since)}
            for seat in group.members.values()
        ],
        "invitedMembers": [
            {
                "memberId": each.id,
                "userRole": each.role,
                "invitedBy": names.get(each.by, ""),
                "invitationStatus": PENDING,
                "inviteDate": stamp(each.at),
            }
            for each in group.invited.values()
        ],
        "createDate": stamp(group.created),
        "updateDate": stamp(group.updated),
    }


def _changed_again(request: Request, known: Known) -> Mapping[str, Any]:
    name = request.body.group_name or groups.named(request.site, known.mid).name
    return _of_group(request, _as_then(known, name))


@routes.add(
    "PATCH",
    "/group/{groupId}",
    scope="users:write",
    body=GroupChangeBody,
    response=GroupChanged,
    status=201,
    again=_changed_again,
)
def patch_group(request: Request) -> Mapping[str, Any]:
    """Change a group's name, status or permissions, or dissolve it; only an owner may.

    deleteGroup YES and groupStatus DELETED dissolve it: its members are free at once and its points go where the
    programme says. An INACTIVE group keeps members and points, and none of these move.
    """
    body: GroupChangeBody = request.body
    force, run, number = force_of(request), request.command(), _number(request)
    owner = members.resolve(request.site, body.updated_by).mid
    if body.delete_group or body.group_status == DELETED:
        made = managing.dissolve(request.site, run, force.rules, force.groups, number, owner)
    else:
        setting = _setting(body.group_name, body.group_status, body.group_configurations)
        made = managing.update(request.site, run, force.groups, number, owner, setting)
    return _of_group(request, made.group)


def _invited_again(request: Request, known: Known) -> Mapping[str, Any]:
    body: InviteBody = request.body
    said = managing.answered(known)
    rows = _replayed(request, body.id or "", body.add_member_details, said["codes"])
    return {"siteId": request.site, "id": body.id or "", "groupId": known.mid, "addedMembers": rows}


@routes.add(
    "POST",
    "/group/invite",
    scope="users:write",
    body=InviteBody,
    response=GroupInvited,
    status=201,
    again=_invited_again,
)
def invite_to_group(request: Request) -> Mapping[str, Any]:
    """Add one or many members to a group, or invite them where the programme wants invitations to be accepted.

    The id is an owner of the group; without one the shop itself acts. Each member has a status of its own.
    """
    body: InviteBody = request.body
    policy = force_of(request).groups
    by = None if body.id is None else members.resolve(request.site, body.id).mid
    wanted = _wanted(request.site, body.add_member_details)
    made = managing.invite(request.site, request.command(), policy, groups.number_of(body.group_id), by, wanted)
    rows = _added(policy, body.id or "", made.outcomes)
    return {"siteId": request.site, "id": body.id or "", "groupId": made.group.number, "addedMembers": rows}


@routes.add("GET", "/group/invite/{memberId}", scope="users:read", response=InvitationList)
def get_group_invitations(request: Request) -> Mapping[str, Any]:
    """List the invitations that a member has not answered yet."""

    def read(member: Resolved) -> Mapping[str, Any]:
        # Raises for a member who is gone, whom a remembered id may still lead to.
        ledger.read(request.site, member.mid, force_of(request).rules, request.now)
        found = groups.invitations(request.site, member.mid)
        return {
            "siteId": request.site,
            "id": member.given,
            "invitations": [
                {
                    "groupId": group.number,
                    "groupName": group.name,
                    "userRole": each.role,
                    "invitedBy": group.members[each.by].id if each.by in group.members else "",
                    "invitationStatus": PENDING,
                    "inviteDate": stamp(each.at),
                }
                for group, each in found
            ],
        }

    return of_named(request, read)


def _answered_again(request: Request, known: Known) -> Mapping[str, Any]:
    return _answer_to(request, groups.named(request.site, known.mid))


@routes.add(
    "PATCH",
    "/group/invite/{memberId}",
    scope="groups:answer",
    body=InvitationBody,
    response=InvitationAnswered,
    again=_answered_again,
)
def answer_group_invitation(request: Request) -> Mapping[str, Any]:
    """Accept or decline an invitation to a group; accepting it joins the group.

    A member is in one group at a time: other invitations stay open, and cannot be accepted before the member leaves.
    """
    body: InvitationBody = request.body
    policy, run, number = force_of(request).groups, request.command(), groups.number_of(body.group_id)
    accepts = body.invitation_status == ACCEPTED

    def answer(member: Resolved) -> Mapping[str, Any]:
        made = managing.respond(request.site, run, policy, number, member.mid, accepts=accepts)
        return _answer_to(request, made.group)

    return of_named(request, answer)


def _role_again(request: Request, known: Known) -> Mapping[str, Any]:
    return _member(request, known.mid, request.body.user_role)


@routes.add(
    "PATCH",
    "/group/{groupId}/member/{memberId}",
    scope="users:write",
    body=RoleBody,
    response=MemberChanged,
    again=_role_again,
)
def patch_group_member(request: Request) -> Mapping[str, Any]:
    """Make a member of a group an owner, or an owner a member. A group has one owner at least, and may have several."""
    body: RoleBody = request.body
    policy, run, number = force_of(request).groups, request.command(), _number(request)
    by = None if body.updated_by is None else members.resolve(request.site, body.updated_by).mid
    mid = members.resolve(request.site, fields.member_id(request.params["memberId"])).mid
    managing.change_role(request.site, run, policy, number, by, mid, body.user_role)
    return _member(request, number, body.user_role)


def _removed_again(request: Request, known: Known) -> Mapping[str, Any]:
    return _member(request, known.mid)


@routes.add(
    "DELETE",
    "/group/{groupId}/member/{memberId}",
    scope="users:write",
    body=RemoveBody,
    response=MemberChanged,
    again=_removed_again,
)
def delete_group_member(request: Request) -> Mapping[str, Any]:
    """Let a member go from a group, or withdraw an invitation: an owner may, and the member of their own accord.

    Points stay with the group. The last owner makes another one first, or dissolves the group.
    """
    body: RemoveBody = request.body
    policy, run, number = force_of(request).groups, request.command(), _number(request)
    by = None if body.updated_by is None else members.resolve(request.site, body.updated_by).mid
    mid = members.resolve(request.site, fields.member_id(request.params["memberId"])).mid
    managing.remove(request.site, run, policy, number, by, mid)
    return _member(request, number)


@routes.add("GET", "/group/{groupId}/activity", scope="users:read", query=PageQuery, response=GroupActivity)
def get_group_activity(request: Request) -> Mapping[str, Any]:
    """List what happened to a group's points, newest first, twenty rows a page."""
    force, number = force_of(request), _number(request)
    show, group = WireFigures(force), groups.named(request.site, number)
    found = ledger.activity(request.site, number, force.rules, request.now, request.query.page)
    return {
        "siteId": request.site,
        "groupId": number,
        "activityDetail": [_row(row, show, group, request.site) for row in found.rows],
        "pages": found.pages,
        "currentPage": request.query.page,
        "totalActivityCount": found.total,
    }


@routes.add("GET", "/users/{memberId}/allgroup", scope="users:read", response=AllGroups)
def get_user_groups(request: Request) -> Mapping[str, Any]:
    """List the groups that a member belongs to, one at most, with the member's role and the group's points."""
    force = force_of(request)
    show = WireFigures(force)

    def read(member: Resolved) -> Mapping[str, Any]:
        ledger.read(request.site, member.mid, force.rules, request.now)
        found = groups.of_member(request.site, member.mid, force.groups, force.rules, request.now)
        rows = []
        if found is not None and member.mid in found.group.members:
            seat = found.group.members[member.mid]
            own = {"groupStatus": found.group.status, "userRole": seat.role, "joinDate": stamp(seat.since)}
            rows.append({**group_points.of_standing(found, show), **own})
        return {"siteId": request.site, "id": member.given, "groupDetails": rows}

    return of_named(request, read)


def _number(request: Request) -> str:
    return groups.number_of(request.params["groupId"])


def _wanted(site: str, added: Sequence[Added]) -> list[Wanted]:
    """Those to be added, with the numbers of those who are enrolled. One call."""
    ids = list({folded(each.member_id): each.member_id for each in added}.values())
    known = dict(zip(map(folded, ids), members.resolve_many(site, ids), strict=True)) if ids else {}
    wanted = []
    for each in added:
        member = known[folded(each.member_id)]
        given, mid = (each.member_id, None) if member is None else (member.given, member.mid)
        wanted.append(Wanted(given, each.user_role, mid))
    return wanted


def _setting(name: str | None, status: str | None, own: Configurations) -> Setting:
    return Setting(name, status, own.allow_auto_transfer_points_to_group, own.allow_group_points_redemption)


def _as_then(known: Known, name: str) -> Group:
    """The group as far as a key remembers it."""
    said = managing.answered(known)
    return Group(known.mid, name, status=said["status"], auto=said["auto"], redeem=said["redeem"])


def _of_group(request: Request, group: Group) -> dict[str, Any]:
    policy = force_of(request).groups
    return {
        "siteId": request.site,
        "groupId": group.number,
        "groupName": group.name,
        "groupStatus": group.status,
        "groupConfigurations": {
            "allowAutoTransferPointsToGroup": "YES" if group.transfers_by_itself(policy) else "NO",
            "allowGroupPointsRedemption": group.redeemers(policy),
        },
    }


def _replayed(request: Request, by: str, added: Sequence[Added], codes: Sequence[Any]) -> list[dict[str, Any]]:
    """What became of each, by the body that the key belongs to and what the key remembers."""
    outcomes = [Outcome(each.member_id, each.user_role, code) for each, code in zip(added, codes, strict=True)]
    return _added(force_of(request).groups, by, outcomes)


def _added(policy: Policy, by: str, outcomes: Sequence[Outcome]) -> list[dict[str, Any]]:
    rows = []
    for each in outcomes:
        status = {"status": "Success" if each.is_done else "Failed"}
        if policy.invitation_acceptance_required:
            status = {"invitedBy": by, "invitationStatus": PENDING if each.is_done else "Failed"}
        rows.append({"memberId": each.id, "userRole": each.role, **status, "message": each.message})
    return rows


def _answer_to(request: Request, group: Group) -> dict[str, Any]:
    return {
        "siteId": request.site,
        "id": request.params["memberId"],
        "groupId": group.number,
        "groupName": group.name,
        "invitationStatus": request.body.invitation_status,
    }


def _member(request: Request, number: str, role: str | None = None) -> dict[str, Any]:
    said = {"siteId": request.site, "groupId": number, "memberId": request.params["memberId"]}
    return {**said, "status": DELETED} if role is None else {**said, "userRole": role, "status": ACTIVE}


def _row(row: Row, show: WireFigures, group: Group, site: str) -> dict[str, Any]:
    """A row of the group's own book. The source of what members gave is their number, which is nobody's to see."""
    other = row.entry.refs.source or ""
    seat = group.members.get(other)
    return {**row_of(row, show, site, group.number), "source": "", "memberId": seat.id if seat else ""}
