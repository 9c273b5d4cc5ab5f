"""Merging members, and what was merged (annex-api-1, sections 4.7 and 4.8)."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

from pydantic import Field
from typing_extensions import TypedDict

from chalicelib.api import fields, wire
from chalicelib.api.common import WireFigures, after, force_of
from chalicelib.api.fields import Body
from chalicelib.api.paging import PageQuery, counted, page_of
from chalicelib.api.routing import Request, Routes
from chalicelib.api.shapes import Number
from chalicelib.dynamo.idempotency import Known
from chalicelib.ledger import service as ledger
from chalicelib.ledger.entry import Entry
from chalicelib.members.merging import merged
from chalicelib.members.merging import service as merging
from chalicelib.members.merging.merged import RETAINED_MAX, Merge, Retained, Wanted
from chalicelib.outreach import service as outreach
from chalicelib.programme.performing.service import UnknownAction

routes: Final = Routes(__name__, "Users")
TEMPLATE_MAX: Final = 999_999_999


class DuplicateAction(Body):
    """An action that both members performed, and the member whose performances are kept."""

    user_id_to_retain_actions: fields.MemberId
    action_id: fields.ActionId = Field(alias="actionID")


class MergeBody(Body):
    """Who is merged into whom, by whom and why."""

    primary_uid: fields.MemberId = Field(alias="primaryUID")
    secondary_uid: fields.MemberId = Field(alias="secondaryUID")
    merged_by: fields.Text = Field(min_length=1)
    reason: fields.Text = ""
    secondary_user_multitemplate_id: Annotated[int, fields.whole_up_to(TEMPLATE_MAX)] | None = None
    duplicate_actions: list[DuplicateAction] = Field(default_factory=list, max_length=RETAINED_MAX)


class DuplicateActionShape(TypedDict):
    """An action of which one member's performances were kept, and the other's points that were taken back."""

    userIdToRetainActions: str
    actionID: int
    pointsTakenBack: Number


class MergeShape(TypedDict):
    """A merge."""

    primaryUID: str
    secondaryUID: str
    mergedBy: str
    reason: str
    secondaryUserMultitemplateId: int | None
    mergeDate: str
    updateDate: str
    status: str
    duplicateActions: list[DuplicateActionShape]


class MergedUser(MergeShape):
    """A merge that was just done, and how the survivor stands."""

    siteID: str
    id: str
    updatedAvailablePoints: Number
    updatedLifetimePoints: Number
    previousTier: str
    updatedUserTier: str


class MergesShape(TypedDict):
    """Who was merged into a member."""

    siteID: str
    id: str
    userDetail: list[MergeShape]
    pages: int
    currentPage: int
    records: int


def _again(request: Request, known: Known) -> Mapping[str, Any]:
    body: MergeBody = request.body
    found = merging.answered(request.site, known)
    if found is None:
        # The member was erased since: what is left of the answer is what the request itself says.
        return {"siteID": request.site, "id": body.primary_uid, "status": "completed"}
    outreach.follow_merge(request.site, known.mid, found)
    row = ledger.entry(request.site, known.mid, found.entry)
    return _done(request, found, None if row is None else row.entry)


@routes.add("POST", "/mergeuser", scope="users:write", body=MergeBody, response=MergedUser, again=_again)
def merge_users(request: Request) -> Mapping[str, Any]:
    """Merge a member into another; it cannot be undone.

    Both must be opted in. The primary takes over points with their expiry, holds, orders, history and what counts for
    tiers and limits; profile fields that it lacks are filled from the secondary, whose id leads to the primary from
    then on. With duplicateActions the points that one of them got for an action are taken back where both did it. At
    most ten members are merged into one.
    """
    body: MergeBody = request.body
    force = force_of(request)
    for each in body.duplicate_actions:
        if each.action_id not in force.action_by_id:
            raise UnknownAction
    wanted = Wanted(
        primary=body.primary_uid,
        secondary=body.secondary_uid,
        merged_by=body.merged_by,
        reason=body.reason,
        template=body.secondary_user_multitemplate_id,
        retained=tuple(Retained(each.user_id_to_retain_actions, each.action_id) for each in body.duplicate_actions),
    )
    done = merging.merge(request.site, request.command(), force.rules, wanted)
    outreach.follow_merge(request.site, done.survivor, done.merge)
    return _done(request, done.merge, done.entry)


@routes.add("GET", "/mergeuser/{memberId}", scope="users:read", query=PageQuery, response=MergesShape)
def get_merges(request: Request) -> Mapping[str, Any]:
    """List who was merged into a member, newest first. The id of a merged member answers for the one it became."""
    member_id = fields.member_id(request.params["memberId"])
    survivor, merges = merging.history(request.site, member_id)
    show, page = WireFigures(force_of(request)), request.query.page
    return {
        "siteID": request.site,
        "id": survivor,
        "userDetail": [_shown(each, show) for each in page_of(merges, page)],
        **counted(len(merges), page),
        "records": len(merges),
    }


def _done(request: Request, merge: Merge, entry: Entry | None) -> dict[str, Any]:
    show = WireFigures(force_of(request))
    figures = {} if entry is None else after(entry, show)
    return {"siteID": request.site, "id": merge.primary, **_shown(merge, show), **figures}


def _shown(merge: Merge, show: WireFigures) -> dict[str, Any]:
    told = merged.told(merge)
    kept = [
        {**each, "pointsTakenBack": show.points(retained.taken_back)}
        for each, retained in zip(told["duplicateActions"], merge.retained, strict=True)
    ]
    return {
        **told,
        "mergeDate": wire.timestamp(merge.at)[:10],
        "updateDate": wire.timestamp(merge.at),
        "status": "completed",
        "duplicateActions": kept,
    }
