"""Segments: define them, and see who is in them (annex-api-2, section 4)."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, Field
from typing_extensions import TypedDict

from chalicelib.api import cursors, fields
from chalicelib.api.common import force_of, of_named
from chalicelib.api.fields import Body
from chalicelib.api.paging import PageQuery, counted, page_of
from chalicelib.api.routing import Request, Routes
from chalicelib.dynamo.idempotency import Known
from chalicelib.errors import Malformed
from chalicelib.members.service import Resolved
from chalicelib.programme.definitions.audience import Audience
from chalicelib.programme.definitions.segment import Segment
from chalicelib.programme.in_force import InForce
from chalicelib.programme.rendering import plain
from chalicelib.programme.segments import service as segments
from chalicelib.programme.segments.defining import service as defining
from chalicelib.programme.segments.service import UnknownSegment

routes: Final = Routes(__name__, "Segment")
LIST_CHARACTERS_MAX: Final = 500_000
_FAMILIES: Final = (
    "memberDetails", "actionDetails", "pointsDetails", "purchaseDetails", "storeDetails", "rfm", "transactionDetails",
    "where",
)  # fmt: skip
_LISTED: Final = "eligible"
"""Name of the list in its cursors; they are bound to one segment."""
_UPDATES: Final = ("ADD", "REMOVE", "REPLACE")


def _day(given: object) -> object:
    """A day, also of a timestamp: what stands behind the day is left away."""
    text = given.strip()[:10] if isinstance(given, str) else ""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise fields.wanted("a day as yyyy-MM-dd, for example 2026-12-31") from None


Day = Annotated[str, BeforeValidator(_day)]


class SegmentBody(Body):
    """What a caller says of a segment."""

    segment_id: fields.Text | None = None
    name: fields.Text | None = None
    type: fields.Text | None = None
    from_date: Day | None = None
    to_date: Day | None = None
    member: Annotated[str, fields.text_up_to(LIST_CHARACTERS_MAX)] | None = None
    """Ids of members, separated by commas."""
    member_update: fields.Text | None = Field(default=None, json_schema_extra={"enum": list(_UPDATES)})
    status: fields.Text | None = None
    external_id: fields.Text | None = None
    external_name: fields.Text | None = None
    member_details: dict[str, Any] | None = None
    action_details: dict[str, Any] | None = None
    points_details: dict[str, Any] | None = None
    purchase_details: dict[str, Any] | None = None
    store_details: dict[str, Any] | None = None
    rfm: dict[str, Any] | None = None
    transaction_details: dict[str, Any] | None = None
    where: dict[str, Any] | None = None


class NewSegmentBody(SegmentBody):
    """A new segment: name, first and last day are needed."""

    name: fields.Text = Field(min_length=1)
    from_date: Day
    to_date: Day


class SegmentAnswer(TypedDict):
    """A segment as the vendor's answers tell of it, and ids of its list that mean nobody."""

    siteId: str
    segmentId: str
    segmentName: str
    segmentType: str
    segmentFromDate: str
    segmentToDate: str
    member: str
    memberUpdate: str
    status: str
    externalId: str
    externalName: str
    unknownMembers: list[str]


class SegmentRead(TypedDict):
    """A segment with its conditions."""

    siteId: str
    segmentId: str
    segmentDetail: dict[str, Any]


class SegmentRow(TypedDict):
    """A segment of the list."""

    segmentId: str
    segmentName: str
    segmentType: str
    segmentFromDate: str
    segmentToDate: str
    status: str
    externalId: str
    externalName: str


class SegmentList(TypedDict):
    """Segments of the site."""

    siteId: str
    segmentDetail: list[SegmentRow]
    records: int
    pages: int
    currentPage: int


class ListQuery(PageQuery):
    """Which segments: those whose name contains a text, those of an id, and of a type."""

    name: fields.Text = ""
    segment_id: fields.Text = ""
    type: fields.Text = ""


class EligibleQuery(Body):
    """Where to go on."""

    cursor: fields.Text = ""
    """``nextCursor`` of the answer before."""


class EligibleAnswer(TypedDict):
    """Members who are in a segment now, out of those examined."""

    siteId: str
    segmentId: str
    segmentName: str
    segmentDetail: dict[str, Any]
    memberDetails: list[dict[str, str]]
    examined: int
    eligible: int
    nextCursor: str


class MemberSegments(TypedDict):
    """The segments that hold a member now."""

    siteId: str
    id: str
    segments: list[SegmentRow]


def _again(request: Request, known: Known) -> Mapping[str, Any]:
    segment = defining.remembered(request.site, known.ref)
    _, unknown = segments.named_members(request.site, _ids(request.body) or ())
    return _answer(request, segment, unknown)


@routes.add("POST", "/segment", scope="segments:write", body=NewSegmentBody, response=SegmentAnswer, again=_again)
def create_segment(request: Request) -> Mapping[str, Any]:
    """Create a segment: a list of members, conditions, or both.

    It is in force within seconds. Conditions have the shape in which GET shows them; every wrong field is named.
    """
    made = defining.create(request.site, request.command(), _given(request.body), _ids(request.body) or ())
    return _answer(request, made.segment, made.unknown)


@routes.add(
    "PATCH", "/segment/{segmentId}", scope="segments:write", body=SegmentBody, response=SegmentAnswer, again=_again
)
def update_segment(request: Request) -> Mapping[str, Any]:
    """Change what is given of a segment and leave the rest.

    memberUpdate says what becomes of the members given: ADD, REMOVE or REPLACE (without it, they replace the list).
    """
    segment_id = request.params["segmentId"]
    named = request.body.segment_id
    if named not in (None, "", segment_id):
        raise Malformed("segmentId: the body names another segment than the path; an id cannot be changed.")
    update = (request.body.member_update or "REPLACE").strip().upper()
    if update not in _UPDATES:
        raise Malformed("memberUpdate: ADD, REMOVE or REPLACE.")
    given = {name: value for name, value in _given(request.body).items() if name != "segmentId"}
    made = defining.change(
        request.site,
        request.command(),
        segment_id,
        given,
        _ids(request.body),
        update=update,  # type: ignore[arg-type]
    )
    return _answer(request, made.segment, made.unknown)


@routes.add("GET", "/segment/{segmentId}", scope="segments:read", response=SegmentRead)
def get_segment(request: Request) -> Mapping[str, Any]:
    """Read a segment and its conditions."""
    segment = _named(request)
    return {"siteId": request.site, "segmentId": segment.segment_id, "segmentDetail": detail(segment)}


@routes.add("GET", "/eligiblesegment/{segmentId}", scope="segments:read", query=EligibleQuery, response=EligibleAnswer)
def get_eligible_segment(request: Request) -> Mapping[str, Any]:
    """List the members who are in a segment now.

    A call looks at up to 500 members; while nextCursor is not empty, send it as cursor to look at the following ones.
    """
    segment = _named(request)
    return _examined(request, force_of(request), segment)


@routes.add("POST", "/segment/preview", scope="segments:read", body=SegmentBody, query=EligibleQuery,
            response=EligibleAnswer)  # fmt: skip
def preview_segment(request: Request) -> Mapping[str, Any]:
    """See who would be in a segment with these conditions, without creating it. Pages like the eligible members."""
    force, segment = defining.drafted(request.site, _given(request.body))
    return _examined(request, force, segment)


@routes.add("GET", "/segmentlist/{status}", scope="segments:read", query=ListQuery, response=SegmentList)
def get_segment_list(request: Request) -> Mapping[str, Any]:
    """List the segments of the site: all, active or inactive ones. A hundred a page.

    name, segmentId and type narrow the list: a part of the name, the whole id, the whole type, in any case.
    """
    wanted = request.params["status"].strip().upper()
    if wanted not in {"ALL", "ACTIVE", "INACTIVE", "STATUS"}:
        raise Malformed("The list is one of all, active and inactive.")
    every = wanted in {"ALL", "STATUS"}
    found = [each for each in force_of(request).programme.segments if every or each.status == wanted]
    query, page = request.query, request.query.page
    found = [each for each in found if _is_asked(query, each)]
    return {
        "siteId": request.site,
        "segmentDetail": [_row(each) for each in page_of(found, page)],
        "records": len(found),
        **counted(len(found), page),
    }


@routes.add("GET", "/users/{memberId}/segments", scope="users:read", response=MemberSegments)
def get_user_segments(request: Request) -> Mapping[str, Any]:
    """List the segments that hold a member now. Segments about a purchase under way hold nobody here."""
    return of_named(request, lambda member: _of_member(request, member))


def _is_asked(query: ListQuery, segment: Segment) -> bool:
    name, segment_id, kind = (text.casefold() for text in (query.name, query.segment_id, query.type))
    return (
        name in segment.name.casefold()
        and segment_id in {"", segment.segment_id.casefold()}
        and kind in {"", segment.type.casefold()}
    )


def _of_member(request: Request, member: Resolved) -> Mapping[str, Any]:
    force = force_of(request)
    every = force.programme.segments
    audiences = [Audience(segments=(each.segment_id,)) for each in every]
    inside = segments.admitted(request.site, force, member.mid, request.now, audiences)
    found = [_row(each) for each, is_inside in zip(every, inside, strict=True) if is_inside]
    return {"siteId": request.site, "id": member.given, "segments": found}


def detail(segment: Segment) -> dict[str, Any]:
    """A segment as ``GET /segment/{id}`` shows it: every family of conditions, empty where it has none."""
    said = plain(segment)
    rows = _row(segment)
    member = {"userId": [], "zipCode": [], "anniversaryDate": "", "birthDate": ""}
    ranges = {f"{kind}PointRange{end}": "" for kind in ("available", "lifetime", "redeem") for end in ("From", "To")}
    purchase: dict[str, Any] = {"productPurchased": [], "productCategory": [], "source": [], "country": []}
    store: dict[str, Any] = {name: [] for name in ("storeId", "storeName", "country", "region", "state", "city")}
    return {
        **{name: rows[name] for name in ("segmentName", "segmentType", "status", "externalId", "externalName")},
        "segmentDateFrom": rows["segmentFromDate"],
        "segmentDateTo": rows["segmentToDate"],
        "memberDetails": {**member, **said.get("memberDetails", {})},
        "actionDetails": {"actions": [], "actionSeries": [], **said.get("actionDetails", {})},
        "pointsDetails": {**ranges, **said.get("pointsDetails", {})},
        "purchaseDetails": {**purchase, **said.get("purchaseDetails", {})},
        "storeDetails": {**store, **said.get("storeDetails", {})},
        "rfm": said.get("rfm", {}),
        "transactionDetails": said.get("transactionDetails", {}),
        "where": said.get("where", {}),
        "hasMemberList": "YES" if segment.has_list else "NO",
    }


def _examined(request: Request, force: InForce, segment: Segment) -> Mapping[str, Any]:
    site, cursor = request.site, request.query.cursor
    place = cursors.place_in(site, _LISTED, segment.segment_id, cursor) if cursor else 0
    after = place.to_bytes((place.bit_length() + 7) // 8, "big").decode()
    found = segments.examine(site, force, segment, request.now, after=after)
    inside = [{"userId": each.member} for each in found.seen if each.is_inside]
    following = int.from_bytes(found.following.encode(), "big")
    return {
        "siteId": site,
        "segmentId": segment.segment_id,
        "segmentName": segment.name,
        "segmentDetail": detail(segment),
        "memberDetails": inside,
        "examined": len(found.seen),
        "eligible": len(inside),
        "nextCursor": cursors.following(site, _LISTED, segment.segment_id, following) if following else "",
    }


def _row(segment: Segment) -> SegmentRow:
    return {
        "segmentId": segment.segment_id,
        "segmentName": segment.name,
        "segmentType": segment.type,
        "segmentFromDate": segment.from_date or "",
        "segmentToDate": segment.to_date or "",
        "status": segment.status,
        "externalId": segment.external_id,
        "externalName": segment.external_name,
    }


def _answer(request: Request, segment: Segment, unknown: Any) -> Mapping[str, Any]:
    update = (request.body.member_update or "").strip().upper()
    return {
        "siteId": request.site,
        **_row(segment),
        "member": request.body.member or "",
        "memberUpdate": update,
        "unknownMembers": list(unknown),
    }


def _named(request: Request) -> Segment:
    found = force_of(request).segment_by_id.get(request.params["segmentId"])
    if found is None:
        raise UnknownSegment
    return found


def _given(body: SegmentBody) -> dict[str, Any]:
    """The fields of the definition that were sent."""
    said = body.model_dump(by_alias=True, exclude_none=True, exclude={"member", "member_update"})
    return {name: value for name, value in said.items() if name in _FAMILIES or value != ""}


def _ids(body: SegmentBody) -> list[str] | None:
    if body.member is None:
        return None
    return list(dict.fromkeys(each.strip() for each in body.member.split(",") if each.strip()))
