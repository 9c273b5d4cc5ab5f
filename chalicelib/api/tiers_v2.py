"""Tiers V2: tier programs, a member's tier with its history, tiers assigned by hand (annex-api-1, section 8.4)."""

from collections.abc import Mapping
from typing import Any, Final

from pydantic import AliasChoices, Field
from typing_extensions import TypedDict

from chalicelib.api import fields
from chalicelib.api.common import WireFigures, force_of, of_named, shown, stamp
from chalicelib.api.fields import Body
from chalicelib.api.routing import Request, Routes
from chalicelib.api.tiers import limit_of
from chalicelib.dynamo.idempotency import Known
from chalicelib.errors import Malformed
from chalicelib.ids import digest
from chalicelib.ledger import days
from chalicelib.ledger import service as ledger
from chalicelib.ledger.entry import Entry
from chalicelib.members import service as members
from chalicelib.programme import service as programmes
from chalicelib.programme.definitions.ladder import Tiers
from chalicelib.programme.definitions.tier_program import LiveTierProgram
from chalicelib.programme.document import Programme
from chalicelib.programme.in_force import InForce
from chalicelib.programme.tiering import service as tiering

routes: Final = Routes(__name__, "Tiers")
LIVE: Final = "LIVE"


class AssignBody(Body):
    """Who gets a tier by hand, until when, and why."""

    user_id: fields.MemberId = Field(validation_alias=AliasChoices("user_id", "userId"))
    tier_id: fields.Text = Field(validation_alias=AliasChoices("tier_id", "tierId"))
    expire_at: fields.Day | None = Field(default=None, validation_alias=AliasChoices("expire_at", "expireAt"))
    reason: fields.Text = ""


class LiveBody(Body):
    """The state that a tier program is put into."""

    program_status: fields.Text = Field(validation_alias=AliasChoices("program_status", "programStatus"))


class TierPrograms(TypedDict):
    """Tier programs, the live one first."""

    site_id: str
    programs: list[dict[str, Any]]


class MemberTier(TypedDict):
    """A member's tier, and how it came about."""

    site_id: str
    user_id: str
    program_id: str
    tier_id: str
    tier_name: str
    tier_status: str
    since: str
    expire_at: str | None
    is_assigned: bool
    history: list[dict[str, Any]]


class Assigned(TypedDict):
    """A tier that was assigned by hand."""

    request_id: str
    status: str
    message: str
    data: dict[str, Any]


@routes.add("GET", "/tier/program/{program_id}", scope="definitions:read", response=TierPrograms)
def get_tier_program(request: Request) -> Mapping[str, Any]:
    """Read a tier program, or all of them: entry conditions, benefits and metadata of each tier."""
    return _programs(request, force_of(request), request.params["program_id"])


def _live_again(request: Request, known: Known) -> Mapping[str, Any]:
    then = programmes.at_version(request.site, int(known.ref))
    return _programs(request, then, request.params["program_id"])


@routes.add(
    "PATCH",
    "/tier/program/{program_id}",
    scope="programme:write",
    body=LiveBody,
    response=TierPrograms,
    again=_live_again,
)
def patch_tier_program(request: Request) -> Mapping[str, Any]:
    """Put a tier program in force: program_status live. The one that was is archived.

    Drafts and schedules are written into the programme document (tierPrograms).
    """
    body: LiveBody = request.body
    if body.program_status.strip().upper() not in (LIVE, "ACTIVE"):
        raise Malformed("program_status: live. Drafts and schedules are written with PUT /programme (tierPrograms).")
    published = tiering.put_live(request.site, request.command(), request.params["program_id"])
    return _programs(request, published.in_force, request.params["program_id"])


@routes.add("GET", "/users/{memberId}/tier", scope="users:read", response=MemberTier)
def get_user_tier(request: Request) -> Mapping[str, Any]:
    """Read a member's tier with its history: when it changed, from which to which, and why."""
    return of_named(request, lambda member: _tier(request, member.mid, member.given))


def _again(request: Request, known: Known) -> Mapping[str, Any]:
    row = ledger.entry(request.site, known.mid, int(known.ref.removeprefix("E")))
    return _assigned(request, None if row is None else row.entry)


@routes.add(
    "POST", "/tier/{tier_id}", scope="users:write", body=AssignBody, response=Assigned, status=201, again=_again
)
def assign_tier(request: Request) -> Mapping[str, Any]:
    """Put a member into a tier by hand, for good or through a day.

    A higher tier that is earned meanwhile counts; after the day the member stands where the counters say.
    """
    body: AssignBody = request.body
    tier_id = request.params["tier_id"]
    if body.tier_id != tier_id:
        raise Malformed("tier_id: the body names another tier than the path.")
    until = None if body.expire_at is None else body.expire_at.toordinal()
    force, run = force_of(request), request.command()
    entry = members.on_member(
        request.site,
        body.user_id,
        lambda member: tiering.assign(request.site, run, force, member.mid, tier_id, until, body.reason),
    )
    return _assigned(request, entry)


def _assigned(request: Request, entry: Entry | None) -> dict[str, Any]:
    body: AssignBody = request.body
    return {
        "request_id": "" if entry is None else digest(entry.previous, str(entry.number))[:16],
        "status": "success",
        "message": force_of(request).programme.tier_program.assignment_message,
        "data": {
            "tier_id": body.tier_id,
            "assigned_users": {
                "user_id": body.user_id,
                "tier_status": "active",
                "expire_at": None if body.expire_at is None else body.expire_at.isoformat(),
            },
        },
    }


def _tier(request: Request, mid: str, given: str) -> Mapping[str, Any]:
    force = force_of(request)
    show = WireFigures(force)
    standing = ledger.read(request.site, mid, force.rules, request.now).standing
    return {
        "site_id": request.site,
        "user_id": given,
        "program_id": force.programme.tier_program.program_id,
        "tier_id": standing.tier,
        "tier_name": show.tier(standing.tier),
        "tier_status": "active",
        "since": shown(days.start_of(standing.since, force.zone)),
        "expire_at": show.expiry(standing.until),
        "is_assigned": standing.fixed,
        "history": [
            {
                "changed_at": stamp(change.at),
                "from_tier": show.tier(change.before),
                "to_tier": show.tier(change.after),
                "reason": change.reason,
                "is_assigned": change.is_manual,
            }
            for change in tiering.changes(request.site, mid)
        ],
    }


def _programs(request: Request, force: InForce, wanted: str) -> dict[str, Any]:
    programme = force.programme
    rows = [_program(programme.tier_program, LIVE, None, programme.tiers, programme)]
    rows += [_program(each, each.status, each.start_date, each.tiers, programme) for each in programme.tier_programs]
    chosen = [row for row in rows if wanted.strip().casefold() == "all" or row["program_id"] == wanted]
    if not chosen:
        raise tiering.UnknownTierProgram
    return {"site_id": request.site, "programs": chosen}


def _program(
    named: LiveTierProgram, status: str, start: str | None, tiers: Tiers, programme: Programme
) -> dict[str, Any]:
    return {
        "program_id": named.program_id,
        "program_name": named.program_name,
        "program_status": status.lower(),
        "start_date": start,
        "tier_method": "sequential" if tiers.sequential else "non-sequential",
        "manual_assignment": named.manual_assignment,
        "assignment_message": named.assignment_message,
        "tiers": [
            {
                "tier_id": level.tier_id,
                "tier_name": level.tier_name,
                "tier_level": place,
                "entry_conditions": {
                    "criterion": tiers.criterion,
                    "window": tiers.window,
                    "threshold": level.threshold,
                    "keep_until": tiers.keep_until.type,
                    "keep_count": tiers.keep_until.count,
                    "downgrade": tiers.downgrade,
                },
                "benefits": {
                    "purchase_ratio": level.purchase_ratio,
                    "points_expiration": " ".join(limit_of(level.expiry or programme.expiry)).strip(),
                },
                "metadata": {"tier_display": level.tier_display},
            }
            for place, level in enumerate(tiers.levels, 1)
        ],
    }
