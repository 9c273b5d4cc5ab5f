"""Users: enrol, read, change and erase members (annex-api-1, section 4)."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from chalicelib.api import fields, wire
from chalicelib.api.common import WireFigures, force_of
from chalicelib.api.fields import Body
from chalicelib.api.routing import Request, Routes
from chalicelib.api.shapes import Number
from chalicelib.dynamo.idempotency import Known
from chalicelib.ledger import days
from chalicelib.ledger.account import EVER
from chalicelib.ledger.reading import service as reading
from chalicelib.members import checks
from chalicelib.members import profile as profiles
from chalicelib.members import service as members
from chalicelib.members.erasing import service as erasing
from chalicelib.members.profile import Change, NewMember, Profile
from chalicelib.outreach.service import FORGETTING
from chalicelib.programme.definitions import attributes, membership

routes: Final = Routes(__name__, "Users")


class UserBody(Body):
    """What a caller says of a member; absent and null fields stay as they are."""

    id: fields.MemberId | None = None
    email: fields.Text | None = None
    first_name: fields.Text | None = None
    last_name: fields.Text | None = None
    phone: fields.Text | None = None
    zip_code: fields.Text | None = None
    birth_date: fields.Text | None = None
    anniversary_date: fields.Text | None = None
    user_profile_image_url: fields.LongText | None = None
    opt_in_status: fields.YesNo | None = None
    opt_in_date: fields.Timestamp | None = None
    status: fields.Text | None = None
    source: fields.Text | None = None
    extended_attribute: fields.Attributes | None = None


class NewUserBody(UserBody):
    """A new member; only the id is needed."""

    id: fields.MemberId


class DeleteBody(Body):
    """Whom to erase, and who asks."""

    id: fields.MemberId
    requested_by: fields.Text = Field(min_length=1)


class User(TypedDict):
    """A member."""

    siteId: str
    id: str
    email: str
    firstName: str
    lastName: str
    phone: str
    zipCode: str
    birthDate: str
    anniversaryDate: str
    userProfileImageUrl: str
    optInStatus: str
    optInDate: str
    optOutDate: str
    status: str
    source: str
    extendedAttribute: dict[str, str]
    createDate: str
    updateDate: str


_ERASED: Final = {name: {} if name == "extendedAttribute" else "" for name in User.__annotations__}
"""Every field of a member of whom nothing is left."""


class ActivityStatusShape(TypedDict):
    """The milestone of inactivity that comes next, 0 for none, and what the status then is."""

    milestone: int
    milestoneName: str
    upcomingStatus: str
    upcomingStatusDate: str
    reachedMilestone: int


class UserWithSpend(User):
    """A member with what they spent; ``activityBasedStatus`` where the programme sets the status by activity."""

    totalSpendCurrency: str
    totalSpend: Number
    activityBasedStatus: NotRequired[ActivityStatusShape]


class DeletedUser(User):
    """The erased member's data, for the last time."""

    requestedBy: str


def _again(request: Request, known: Known) -> Mapping[str, Any]:
    found = answered(request, known)
    if found is not None:
        return found
    # Whoever was erased since is not remembered: what is left of the answer is what the request itself says.
    said = request.body.model_dump(by_alias=True, include={"id", "requested_by"}, exclude_none=True)
    return {**_ERASED, "siteId": request.site, "id": request.params.get("memberId", ""), **said}


@routes.add("POST", "/users", scope="users:write", body=NewUserBody, response=User, status=201, again=_again)
def create_user(request: Request) -> Mapping[str, Any]:
    """Enrol a member.

    Only the id is needed; it may be an e-mail address. Awards nothing: post action 101 for that. The e-mail
    address is checked for form only.
    """
    return enrolled(request, request.body)


@routes.add("GET", "/users/{memberId}", scope="users:read", response=UserWithSpend)
def get_user(request: Request) -> Mapping[str, Any]:
    """Read a member's profile and what they spent.

    Where the programme sets the status by activity, activityBasedStatus tells which milestone of inactivity comes next.
    """
    found = members.overview(request.site, fields.member_id(request.params["memberId"]))
    show = WireFigures(force_of(request))
    spent = show.spend(found.account.counter(EVER)[1])
    currency = show.force.programme.currency
    text = f"{spent:.{currency.decimals}f} {currency.code}"
    shown = user_of(found.profile, request.site)
    shown |= _by_activity(request, found.mid, found.account.joined, shown["status"])
    return {**shown, "totalSpendCurrency": text, "totalSpend": spent}


@routes.add("PATCH", "/users/{memberId}", scope="users:write", body=UserBody, response=User, again=_again)
def patch_user(request: Request) -> Mapping[str, Any]:
    """Change a member: what is given, and nothing else. Opt in or out with optInStatus YES or NO."""
    return _changed(request)


@routes.add("PUT", "/users/{memberId}", scope="users:write", body=UserBody, response=User, again=_again)
def put_user(request: Request) -> Mapping[str, Any]:
    """Change a member, as PATCH does: clients send a part of the fields by PUT too."""
    return _changed(request)


@routes.add("POST", "/userdelete", scope="users:write", body=DeleteBody, response=DeletedUser, again=_again)
def delete_user(request: Request) -> Mapping[str, Any]:
    """Erase a member at once, and answer with the data that was erased.

    What is left of the points is written off; the book stays true under a number that leads to nobody. The
    same id may enrol again and starts at zero.
    """
    body: DeleteBody = request.body
    rules = force_of(request).rules
    erased = erasing.erase(request.site, request.command(), rules, body.id, body.requested_by, FORGETTING)
    return {**user_of(erased.profile, request.site), "requestedBy": body.requested_by}


def user_of(profile: Profile, site: str) -> dict[str, Any]:
    """The vendor's flat member object, times as timestamps."""
    plain = profiles.render(profile, site)
    return {name: wire.timestamp(value) if isinstance(value, datetime) else value for name, value in plain.items()}


def _changed(request: Request) -> Mapping[str, Any]:
    return changed(request, fields.member_id(request.params["memberId"]), request.body)


def enrolled(request: Request, body: NewUserBody) -> dict[str, Any]:
    """Enrol the member of a body."""
    new = NewMember(**given(body, request))
    return user_of(members.enrol(request.site, request.command(), force_of(request).rules, new), request.site)


def changed(request: Request, member_id: str, body: UserBody) -> dict[str, Any]:
    """Change a member by a body."""
    change = Change(**given(body, request))
    profile = members.update(request.site, request.command(), force_of(request).rules, member_id, change)
    return user_of(profile, request.site)


def _by_activity(request: Request, mid: str, joined: int, own: str) -> dict[str, Any]:
    """The status by activity, and what comes next; nothing where the programme leaves the status to callers.

    A member whom the shop itself made inactive, before, stays so. One query for every 200 entries of the days that
    count.
    """
    force = force_of(request)
    wanted = force.programme.membership_status
    if not wanted.enabled:
        return {}
    today = days.day_of(request.now, force.zone)
    since = today - wanted.milestones[-1].days
    found = membership.judge(wanted, joined, today, reading.last_days(request.site, mid, force.zone, since))
    upcoming = own if own == checks.INACTIVE else found.following or ""
    return {
        "status": own if own == checks.INACTIVE else found.status,
        "activityBasedStatus": {
            "milestone": found.milestone,
            "milestoneName": found.name,
            "upcomingStatus": upcoming if found.milestone else "",
            "upcomingStatusDate": date.fromordinal(found.day).isoformat() if found.day else "",
            "reachedMilestone": found.reached,
        },
    }


def answered(request: Request, known: Known) -> dict[str, Any] | None:
    """The answer that a key remembers of an enrolment or a change; ``None`` when the member was erased since."""
    found = members.answered(request.site, known.mid, known)
    return None if found is None else user_of(found, request.site)


def given(body: UserBody, request: Request) -> dict[str, Any]:
    """What a body says, by the names of a change. Raises ``BadAttribute``.

    Where the status follows activity, INACTIVE is left out; ACTIVE lifts what was set before and changes nothing else.
    """
    if body.extended_attribute:
        attributes.check(force_of(request).programme.extended_attributes, body.extended_attribute)
    said = {name: getattr(body, name) for name in type(body).model_fields if getattr(body, name) is not None}
    if force_of(request).programme.membership_status.enabled and said.get("status", "").upper() != checks.ACTIVE:
        said.pop("status", None)
    return said
