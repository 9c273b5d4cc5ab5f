"""Why an order or an action earned points for a member, or did not: the checks, each with its reason code."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal, NotRequired, get_args

from typing_extensions import TypedDict

from chalicelib.api import fields
from chalicelib.api.common import WireFigures, force_of, of_named, shown, stamp
from chalicelib.api.fields import Body
from chalicelib.api.routing import Request, Routes
from chalicelib.api.shapes import Number
from chalicelib.errors import Malformed
from chalicelib.members.service import Resolved
from chalicelib.orders.explaining import service as explaining_orders
from chalicelib.orders.explaining.aftermath import Event
from chalicelib.orders.explaining.service import OrderExplained
from chalicelib.orders.results import OrderView
from chalicelib.programme.performing import service as performing
from chalicelib.programme.performing.explaining import ActionExplained
from chalicelib.programme.performing.reasons import Attempt, Check, Code, LastAward, Outcome, deciding
from chalicelib.programme.performing.reasons import shown as points_in_words

routes: Final = Routes(__name__, "Activity")
CODES: Final[tuple[str, ...]] = get_args(Code)


class WhyQuery(Body):
    """The order or the action that is asked about: exactly one of them."""

    order_id: fields.OrderId | None = None
    action_id: fields.ActionId | None = None


class Limit(TypedDict):
    """How a limit stood: performances (times) or points of its period."""

    period: str
    kind: Literal["times", "points"]
    allowed: Number
    used: Number
    left: Number


class CheckRow(TypedDict):
    """One check: what came of it, why, and what would make it pass or when it will."""

    check: str
    outcome: Outcome
    code: Code
    sentence: str
    remedy: str
    at: str
    limit: NotRequired[Limit]


class AttemptRow(TypedDict):
    """Refused attempts of one day, which wrote nothing else."""

    day: str
    times: int
    code: str
    orderId: str
    lastAt: str


class EventRow(TypedDict):
    """Something that happened to the order; entry 0 where it left none in the book."""

    at: str
    entry: int
    points: Number
    sentence: str


class AwardRow(TypedDict):
    """An award of the action, as it stands now."""

    entry: int
    at: str
    programmeVersion: int
    pointsWished: Number
    pointsAwarded: Number
    pointsOnHold: Number
    pointStatus: str
    releaseDate: str


class Why(TypedDict):
    """The answer: the check that decides, and all of them in their order."""

    siteId: str
    id: str
    orderId: NotRequired[str]
    actionId: NotRequired[int]
    actionName: NotRequired[str]
    outcome: Outcome
    code: Code
    answer: str
    judged: Literal["recorded", "now"]
    judgedAt: str
    programmeVersion: int
    tier: str
    pointsWished: Number | None
    pointsGranted: Number
    pointsAwarded: NotRequired[Number]
    pointsOnHold: NotRequired[Number]
    pointsRemoved: NotRequired[Number]
    status: NotRequired[str]
    orderDate: NotRequired[str]
    checks: list[CheckRow]
    ifItCameNow: NotRequired[list[CheckRow]]
    refusedAttempts: list[AttemptRow]
    events: NotRequired[list[EventRow]]
    eventsComplete: NotRequired[bool]
    timesPerformed: NotRequired[int]
    lastAwards: NotRequired[list[AwardRow]]


@routes.add("GET", "/users/{memberId}/why", scope="users:read", query=WhyQuery, response=Why)
def get_why(request: Request) -> Mapping[str, Any]:
    """Read why an order or an action gave a member points, or did not.

    Name one of orderId and actionId. An order is explained by the programme version, tier and counts recorded with
    it, and by what happened since; an action by what it would go through now, with its last awards. Each check is
    passed, refused, waiting or (after a refusal) notReached, has a stable code, and says what would make it pass or
    when it will. An order that was never received says so, and lists what one would go through now.
    """
    query: WhyQuery = request.query
    if (query.order_id is None) == (query.action_id is None):
        raise Malformed("orderId, actionId: send exactly one of them.")
    if query.order_id is not None:
        order_id = query.order_id
        return of_named(request, lambda member: _why_order(request, member, order_id))
    action_id = query.action_id or 0
    return of_named(request, lambda member: _why_action(request, member, action_id))


def _why_order(request: Request, member: Resolved, order_id: str) -> dict[str, Any]:
    show = WireFigures(force_of(request))
    found = explaining_orders.explain(request.site, show.force, member.mid, order_id, request.now)
    view = found.view
    said: dict[str, Any] = {
        "siteId": request.site,
        "id": member.given,
        "orderId": order_id if view is None else view.order.id,
        **_decided(found.checks, f"{points_in_words(show.force.programme, found.granted)} were given."),
        "judged": "now" if view is None else "recorded",
        "judgedAt": shown(request.now) if found.at is None else stamp(found.at),
        "programmeVersion": found.programme,
        "tier": found.tier,
        "pointsWished": None if view is None else show.points(found.wished),
        "pointsGranted": show.points(found.granted),
        "checks": [_check(check, show) for check in found.checks],
        "refusedAttempts": [_attempt(each) for each in found.attempts],
    }
    if view is None:
        return said | {"ifItCameNow": [_check(check, show) for check in found.coming]}
    return said | _standing(found, view, show)


def _standing(found: OrderExplained, view: OrderView, show: WireFigures) -> dict[str, Any]:
    """How a recorded order stands, and what happened to it."""
    gone = view.order.points - view.points_awarded - view.points_on_hold
    return {
        "pointsAwarded": show.points(view.points_awarded),
        "pointsOnHold": show.points(view.points_on_hold),
        "pointsRemoved": show.points(gone),
        "status": view.order.status,
        "orderDate": shown(view.order.ordered),
        "events": [_event(each, show) for each in found.events],
        "eventsComplete": found.is_whole,
    }


def _why_action(request: Request, member: Resolved, action_id: int) -> dict[str, Any]:
    show = WireFigures(force_of(request))
    found = performing.explain(request.site, show.force, member.mid, action_id, request.now)
    return {
        "siteId": request.site,
        "id": member.given,
        "actionId": found.action,
        "actionName": found.title,
        **_decided(found.checks, _would(found, show)),
        "judged": "now",
        "judgedAt": shown(request.now),
        "programmeVersion": found.programme,
        "tier": found.tier,
        "pointsWished": None if found.wished is None else show.points(found.wished),
        "pointsGranted": show.points(found.granted),
        "checks": [_check(check, show) for check in found.checks],
        "refusedAttempts": [_attempt(each) for each in found.attempts],
        "timesPerformed": found.times,
        "lastAwards": [_award(each, show) for each in found.awards],
    }


def _would(found: ActionExplained, show: WireFigures) -> str:
    if found.wished is None:
        return "It would earn now; how many points, the request says."
    return f"It would earn {points_in_words(show.force.programme, found.granted)} now."


def _decided(checks: Sequence[Check], well: str) -> dict[str, Any]:
    """The check that decides, and its sentence for a person; ``well`` is what is said when all is well."""
    found = deciding(checks)
    if found is None:
        return {"outcome": "passed", "code": "GRANTED", "answer": well}
    return {"outcome": found.outcome, "code": found.code, "answer": f"{found.sentence} {found.remedy}".strip()}


def _check(check: Check, show: WireFigures) -> dict[str, Any]:
    said: dict[str, Any] = {
        "check": check.name,
        "outcome": check.outcome,
        "code": check.code,
        "sentence": check.sentence,
        "remedy": check.remedy,
        "at": shown(check.at),
    }
    if check.limit is None:
        return said
    limit = check.limit
    figures = {"allowed": limit.allowed, "used": limit.used, "left": max(0, limit.allowed - limit.used)}
    told = {name: show.points(count) if limit.kind == "points" else count for name, count in figures.items()}
    return said | {"limit": {"period": limit.period, "kind": limit.kind, **told}}


def _attempt(each: Attempt) -> dict[str, Any]:
    return {
        "day": each.day,
        "times": each.times,
        "code": each.code,
        "orderId": each.order or "",
        "lastAt": "" if each.at is None else stamp(each.at),
    }


def _event(each: Event, show: WireFigures) -> dict[str, Any]:
    return {
        "at": stamp(each.at),
        "entry": each.entry or 0,
        "points": show.points(each.points),
        "sentence": each.sentence,
    }


def _award(each: LastAward, show: WireFigures) -> dict[str, Any]:
    return {
        "entry": each.entry,
        "at": stamp(each.at),
        "programmeVersion": each.programme,
        "pointsWished": show.points(each.wished),
        "pointsAwarded": show.points(each.given),
        "pointsOnHold": show.points(each.held),
        "pointStatus": each.status,
        "releaseDate": "" if each.release_at is None else stamp(each.release_at),
    }
