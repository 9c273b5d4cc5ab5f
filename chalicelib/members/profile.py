"""A member's profile as a value: how one begins, what a change makes of it, how the vendor shows it.

Fields have the names of the wire in snake case. The e-mail address is not unique: shops give one address to
several members, and the id alone tells members apart.
"""

import json
from collections.abc import Mapping
from dataclasses import field, replace
from datetime import date, datetime
from typing import Any, Final

from chalicelib.ledger import days
from chalicelib.members import checks
from chalicelib.values import value

STATE_ACTIVE: Final = "active"
STATE_INACTIVE: Final = "inactive"
STATE_OPTED_OUT: Final = "opted_out"
STATE_BLOCKED: Final = "blocked"
BY_USER: Final = "u"
"""Why a profile is blocked: the member is on the blocklist."""
BY_DOMAIN: Final = "d"
"""Likewise: the domain of the e-mail is."""


@value(kw_only=True)
class Change:
    """What a caller says of a member. ``None`` leaves a field as it is; the empty text empties it."""

    id: str | None = None
    """The member's id in the body; it may name the member once more, never another one."""
    email: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    phone: str | None = None
    zip_code: str | None = None
    birth_date: date | str | None = None
    anniversary_date: date | str | None = None
    user_profile_image_url: str | None = None
    opt_in_status: bool | None = None
    opt_in_date: datetime | None = None
    status: str | None = None
    source: str | None = None
    extended_attribute: Mapping[str, object] | None = None

    @property
    def touches_state(self) -> bool:
        """Whether the change may end or begin the member's taking part."""
        return self.opt_in_status is not None or bool(self.status)


@value(kw_only=True)
class NewMember(Change):
    """What a caller says of a new member; only the id is needed."""

    id: str


@value(kw_only=True)
class Profile:
    """Who a member is. Absent texts are empty. Times are in UTC, to the millisecond."""

    id: str
    """As it was first spelled."""
    created: datetime
    updated: datetime
    email: str = ""
    first_name: str = ""
    last_name: str = ""
    phone: str = ""
    zip_code: str = ""
    birth_date: date | None = None
    anniversary_date: date | None = None
    user_profile_image_url: str = ""
    opt_in_status: bool = True
    opt_in_date: datetime | None = None
    opt_out_date: datetime | None = None
    """When the member opted out; ``None`` while opted in, and for one who never was."""
    status: str = checks.ACTIVE
    source: str = ""
    extended_attribute: Mapping[str, str] = field(default_factory=dict)
    blocked: str = ""
    """Reasons (letters) for which the member is blocked; empty for none."""

    @property
    def state(self) -> str:
        """The state of the account that goes with this profile: blocked wins over inactive, inactive over opted out."""
        if self.blocked:
            return STATE_BLOCKED
        if self.status == checks.INACTIVE:
            return STATE_INACTIVE
        return STATE_ACTIVE if self.opt_in_status else STATE_OPTED_OUT


def opened(new: NewMember, now: datetime) -> Profile:
    """The profile of a new member: active, and opted in as of now unless said otherwise. Raises ``BadProfile``."""
    opted_in = new.opt_in_status is not False
    blank = Profile(
        id=checks.member_id(new.id),
        created=now,
        updated=now,
        opt_in_status=opted_in,
        opt_in_date=now if opted_in else None,
    )
    return replace(_applied(blank, new), opt_in_date=new.opt_in_date or blank.opt_in_date)


def changed(before: Profile, change: Change, now: datetime) -> Profile:
    """The profile after a change; the very same when nothing changes. Raises ``BadProfile``.

    Opting in sets ``opt_in_date`` to the one given, else to now; opting out sets ``opt_out_date`` to now.
    """
    after = _applied(before, change)
    opts = before.opt_in_status if change.opt_in_status is None else change.opt_in_status
    if opts and not before.opt_in_status:
        after = replace(after, opt_in_status=True, opt_in_date=now, opt_out_date=None)
    elif before.opt_in_status and not opts:
        after = replace(after, opt_in_status=False, opt_out_date=now)
    if change.opt_in_date is not None:
        after = replace(after, opt_in_date=change.opt_in_date)
    return before if after == before else replace(after, updated=now)


def render(profile: Profile, site: str) -> dict[str, Any]:
    """The vendor's flat member object. Times are datetimes, for the edge to write; what is absent is ``""``."""
    return {
        "siteId": site,
        "id": profile.id,
        "email": profile.email,
        "firstName": profile.first_name,
        "lastName": profile.last_name,
        "phone": profile.phone,
        "zipCode": profile.zip_code,
        "birthDate": _iso(profile.birth_date),
        "anniversaryDate": _iso(profile.anniversary_date),
        "userProfileImageUrl": profile.user_profile_image_url,
        "optInStatus": "YES" if profile.opt_in_status else "NO",
        "optInDate": profile.opt_in_date or "",
        "optOutDate": profile.opt_out_date or "",
        "status": profile.status,
        "source": profile.source,
        "extendedAttribute": dict(profile.extended_attribute),
        "createDate": profile.created,
        "updateDate": profile.updated,
    }


_TEXTS: Final[dict[str, tuple[str, int]]] = {
    "first_name": ("firstName", checks.NAME_CHARACTERS_MAX),
    "last_name": ("lastName", checks.NAME_CHARACTERS_MAX),
    "phone": ("phone", checks.PHONE_CHARACTERS_MAX),
    "zip_code": ("zipCode", checks.ZIP_CHARACTERS_MAX),
    "user_profile_image_url": ("userProfileImageUrl", checks.URL_CHARACTERS_MAX),
    "source": ("source", checks.SOURCE_CHARACTERS_MAX),
}
_DAYS: Final[dict[str, str]] = {"birth_date": "birthDate", "anniversary_date": "anniversaryDate"}
_TIMES: Final = ("created", "updated", "opt_in_date", "opt_out_date")


def _applied(before: Profile, change: Change) -> Profile:
    """The profile with the change's plain fields; opting in and out is left to the caller."""
    fields: dict[str, Any] = {}
    for name, (shown, characters_max) in _TEXTS.items():
        given = getattr(change, name)
        if given is not None:
            fields[name] = checks.text(shown, given, characters_max)
    for name, shown in _DAYS.items():
        given = getattr(change, name)
        if given is not None:
            fields[name] = checks.day(shown, given)
    if change.email is not None:
        fields["email"] = checks.email(change.email)
    if change.status:
        fields["status"] = checks.status(change.status)
    if change.extended_attribute is not None:
        fields["extended_attribute"] = checks.attributes(before.extended_attribute, change.extended_attribute)
    return replace(before, **fields)


def dump(profile: Profile) -> str:
    """The profile as compact JSON text, without what is empty."""
    body: dict[str, Any] = {"id": profile.id, "status": profile.status, "opt_in_status": profile.opt_in_status}
    body |= {name: getattr(profile, name) for name in (*_TEXTS, "email") if getattr(profile, name)}
    body |= {name: _iso(getattr(profile, name)) for name in _DAYS if getattr(profile, name)}
    body |= {name: days.to_ms(getattr(profile, name)) for name in _TIMES if getattr(profile, name) is not None}
    if profile.blocked:
        body["blocked"] = profile.blocked
    if profile.extended_attribute:
        body["extended_attribute"] = dict(profile.extended_attribute)
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False)


def load(text: str) -> Profile:
    """The profile of ``dump``."""
    body: dict[str, Any] = json.loads(text)
    body |= {name: date.fromisoformat(body[name]) for name in _DAYS if name in body}
    body |= {name: days.from_ms(body[name]) for name in _TIMES if name in body}
    return Profile(**body)


def _iso(day: date | None) -> str:
    return "" if day is None else day.isoformat()
