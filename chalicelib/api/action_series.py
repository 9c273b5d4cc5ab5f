"""Series of actions, and how far a member is in them (annex-api-1, section 6.3)."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from pydantic import Field
from typing_extensions import TypedDict

from chalicelib.api import fields
from chalicelib.api.common import WireFigures, force_of, of_named, shown
from chalicelib.api.fields import Body
from chalicelib.api.routing import Request, Routes
from chalicelib.api.shapes import Number
from chalicelib.errors import NotFound
from chalicelib.ledger import days
from chalicelib.ledger import service as ledger
from chalicelib.members import service as members
from chalicelib.programme.definitions.action_series import ActionSeries
from chalicelib.programme.in_force import InForce
from chalicelib.programme.performing.series import Progress, progress

routes: Final = Routes(__name__, "Action")
TYPES: Final = {"Calendar": "Based on Count", "Rolling": "Rolling"}


class NoSuchSeries(NotFound):
    """The programme has no such series of actions."""

    def __init__(self) -> None:
        super().__init__("No data found: the programme has no action series with this actionSeriesId.")


class SeriesBody(Body):
    """Which series of actions is meant."""

    action_series_id: fields.Text = Field(min_length=1)


class SeriesAnswer(TypedDict):
    """A series of actions under the one of the three names that tells how far the member is; the others are empty."""

    siteId: str
    id: str
    memberName: str
    completedActionSeries: dict[str, Any]
    inProgressActionSeries: dict[str, Any]
    pendingActionSeries: dict[str, Any]
    completedCredits: Number


@routes.add("POST", "/users/{memberId}/actionseries", scope="users:read", body=SeriesBody, response=SeriesAnswer)
def read_action_series(request: Request) -> Mapping[str, Any]:
    """Read how far a member is in a series of actions: completed, in progress or pending."""
    body: SeriesBody = request.body
    force = force_of(request)
    series = next((each for each in force.programme.action_series if each.series_id == body.action_series_id), None)
    if series is None:
        raise NoSuchSeries
    return of_named(request, lambda member: _read(request, force, series, member.mid, member.given))


def _read(request: Request, force: InForce, series: ActionSeries, mid: str, given: str) -> Mapping[str, Any]:
    account = ledger.read(request.site, mid, force.rules, request.now)
    found = progress(account, series, days.day_of(request.now, force.zone))
    show = WireFigures(force)
    row = _row(series, found, show)
    # Completed for good, or completed in this period with nothing begun since.
    begun = any(found.done[step.action_id] > step.count * found.completions for step in series.actions)
    is_complete = found.total >= series.achievements_max or (found.completions > 0 and not begun)
    profile = members.numbered(request.site, mid)
    name = "" if profile is None else f"{profile.first_name} {profile.last_name}"
    return {
        "siteId": request.site,
        "id": given,
        "memberName": name.strip(),
        "completedActionSeries": row if is_complete else {},
        "inProgressActionSeries": row if begun and not is_complete else {},
        "pendingActionSeries": {} if is_complete or begun else row,
        "completedCredits": show.points(found.credits),
    }


def _row(series: ActionSeries, found: Progress, show: WireFigures) -> dict[str, Any]:
    required = sum(step.count for step in series.actions)
    over = series.achievements_max - found.total <= 0
    missing = 0 if over else found.missing(series)
    return {
        "actionseriesId": series.series_id,
        "actionseriesName": series.series_name,
        "actionseriesDisplay": series.series_display or series.series_name,
        "actionSeriesType": TYPES[series.duration],
        "status": series.status,
        "bonusPoints": series.bonus_points,
        "pointsExpiryDays": series.expire_in_days or 0,
        "maximumAchievementLimit": series.achievements_max,
        "achievedCount": found.total,
        "completedCredits": show.points(found.credits),
        "requiredCount": required,
        "completedCount": required - missing,
        "pendingsCount": missing,
        "windowStart": "" if not found.window else shown(days.start_of(found.window, show.force.zone)),
        "windowEnd": _end(series, found, show),
        "actions": [
            {
                "actionId": step.action_id,
                "requiredCount": step.count,
                "completedCount": found.done[step.action_id],
                "pendingsCount": 0
                if over
                else max(0, step.count * (found.completions + 1) - found.done[step.action_id]),
            }
            for step in series.actions
        ],
    }


def _end(series: ActionSeries, found: Progress, show: WireFigures) -> str:
    """The last second of the present period; empty for a lifetime."""
    following = days.period_after(series.period, found.window) if series.days is None else found.window + series.days
    return "" if following is None else shown(days.start_of(following, show.force.zone) - timedelta(seconds=1))
