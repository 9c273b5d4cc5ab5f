"""Searching members (annex-api-1, section 4.6)."""

from collections.abc import Mapping
from datetime import datetime, timedelta, tzinfo
from typing import Annotated, Any, Final

from pydantic import Field, model_validator
from typing_extensions import TypedDict

from chalicelib.api import fields, wire
from chalicelib.api.common import force_of
from chalicelib.api.fields import Body
from chalicelib.api.routing import Request, Routes
from chalicelib.api.users import User, user_of
from chalicelib.errors import Malformed
from chalicelib.members import checks
from chalicelib.members.searching import service as searching
from chalicelib.members.searching.wanted import Search

routes: Final = Routes(__name__, "Users")
_ATTRIBUTE: Final = "extendedAttribute."
_DATE_CHARACTERS: Final = 10
Moment = Annotated[str, fields.text_up_to(40)]
"""A time as ``yyyy-MM-dd HH:mm:ss`` or a timestamp; a day alone is meant as a whole."""


class DataSearch(Body):
    """Conditions that all hold. Texts are patterns, in which ``%`` stands for any characters."""

    user_id: fields.MemberId | None = None
    email: fields.Text | None = None
    first_name: fields.Text | None = None
    last_name: fields.Text | None = None
    phone: fields.Text | None = None
    zip_code: fields.Text | None = None
    status: fields.Text | None = None
    opt_in_status: fields.YesNo | None = None
    birth_date: fields.Day | None = None
    opt_in_date: Moment | None = None
    opt_in_start_date: Moment | None = None
    opt_in_end_date: Moment | None = None
    create_date: Moment | None = None
    create_start_date: Moment | None = None
    create_end_date: Moment | None = None
    extended_attribute: dict[str, fields.Text] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _attributes(cls, value: Any) -> Any:
        """``extendedAttribute.shoe`` as the page writes it, into one object; what nobody can search by is refused."""
        if not isinstance(value, dict):
            return value
        dotted = {name: each for name, each in value.items() if isinstance(name, str) and name.startswith(_ATTRIBUTE)}
        plain = {name: each for name, each in value.items() if name not in dotted}
        known = {field.alias for field in cls.model_fields.values()} | set(cls.model_fields)
        for name in plain:
            if name not in known:
                raise fields.wanted(f"nothing is searched by {str(name)[:40]!r}; known are {', '.join(sorted(_NAMES))}")
        if not dotted:
            return plain
        own = plain.get("extendedAttribute") or {}
        named = {name.removeprefix(_ATTRIBUTE): each for name, each in dotted.items() if each is not None}
        return {**plain, "extendedAttribute": {**own, **named}} if isinstance(own, dict) else plain


_NAMES: Final = [str(field.alias) for field in DataSearch.model_fields.values()]


class SearchBody(Body):
    """What is looked for, and after whom to go on."""

    data_search: DataSearch
    after: fields.MemberId | None = None
    """``next`` of the answer before."""


class FoundUsers(TypedDict):
    """Members who meet all conditions."""

    siteId: str
    userDetail: list[User]
    records: int
    examined: int
    next: str


@routes.add("POST", "/users/search", scope="users:read", body=SearchBody, response=FoundUsers)
def search_users(request: Request) -> Mapping[str, Any]:
    """Search members by e-mail, name, phone, dates, opt-in and attributes.

    Fifty members a call at most, in no order that means anything. A call looks at a thousand members at most and tells
    how many it did; when there may be more, next goes into after of the next call.
    """
    body: SearchBody = request.body
    wanted, zone = body.data_search, force_of(request).zone
    search = Search(
        email=wanted.email,
        first_name=wanted.first_name,
        last_name=wanted.last_name,
        phone=wanted.phone,
        zip_code=wanted.zip_code,
        status=None if wanted.status is None else checks.status(wanted.status),
        opt_in_status=wanted.opt_in_status,
        birth_date=wanted.birth_date,
        opted_in=_between("optIn", wanted.opt_in_date, wanted.opt_in_start_date, wanted.opt_in_end_date, zone),
        created=_between("create", wanted.create_date, wanted.create_start_date, wanted.create_end_date, zone),
        attributes=wanted.extended_attribute,
    )
    found = searching.search(request.site, search, member_id=wanted.user_id, after=body.after)
    return {
        "siteId": request.site,
        "userDetail": [user_of(profile, request.site) for profile in found.profiles],
        "records": len(found.profiles),
        "examined": found.examined,
        "next": found.following or "",
    }


def _between(
    name: str, at: str | None, start: str | None, end: str | None, zone: tzinfo
) -> tuple[datetime | None, datetime | None] | None:
    """The span of a date, of a start and an end, or both; ``None`` where none is asked for."""
    if at is None and start is None and end is None:
        return None
    spans = [_span(f"{name}Date", at, zone)] if at is not None else []
    first = [span[0] for span in spans] + ([_span(f"{name}StartDate", start, zone)[0]] if start is not None else [])
    last = [span[1] for span in spans] + ([_span(f"{name}EndDate", end, zone)[1]] if end is not None else [])
    return max(first, default=None), min(last, default=None)


def _span(name: str, text: str, zone: tzinfo) -> tuple[datetime, datetime]:
    """From the first to the last moment that is meant: a second, or the whole day."""
    try:
        at = wire.parse_timestamp(text, zone=zone, date_only=True)
    except Malformed as refused:
        raise Malformed(f"dataSearch.{name}: {refused.message}") from None
    span = timedelta(days=1) if len(text.strip()) == _DATE_CHARACTERS else timedelta(seconds=1)
    return at, at + span - timedelta(microseconds=1)
