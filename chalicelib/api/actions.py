"""Actions: what members can earn by, and how far one member is (annex-api-1, section 6)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Final

from pydantic import Field

from chalicelib.api import fields
from chalicelib.api.common import WireFigures, force_of, stamp
from chalicelib.api.fields import Body
from chalicelib.api.paging import PageQuery, counted, page_of
from chalicelib.api.routing import Request, Routes
from chalicelib.api.shapes import ActionList
from chalicelib.errors import Malformed
from chalicelib.ledger import days
from chalicelib.ledger import service as ledger
from chalicelib.ledger.account import Account
from chalicelib.members import service as members
from chalicelib.programme import service as programme
from chalicelib.programme.definitions.action_group import ActionGroup
from chalicelib.programme.document import Action
from chalicelib.programme.expiry import own_expiry, rolling_days
from chalicelib.programme.performing.limits import performed, used_up

routes: Final = Routes(__name__, "Action")
ACTIONS_PER_PAGE: Final = 100
_STATUSES: Final = {"ALL": None, "ACTIVE": True, "INACTIVE": False}


class ActionsBody(Body):
    """Whose actions, and which page."""

    id: fields.MemberId
    page: fields.Page = 1


@routes.add("POST", "/actions", scope="users:read", body=ActionsBody, query=PageQuery, response=ActionList)
def list_member_actions(request: Request) -> Mapping[str, Any]:
    """List the actions of the programme with what one member has done of them."""
    body: ActionsBody = request.body
    force = force_of(request)
    account = members.on_member(
        request.site, body.id, lambda member: ledger.read(request.site, member.mid, force.rules, request.now)
    )
    show = WireFigures(force)
    page = max(body.page, request.query.page)
    active = [action for action in force.programme.actions if action.is_active]
    since = _since(request)
    rows = [_row(action, show, since) | _progress(action, account, show, request.now) for action in active]
    return _listed(request, rows, page)


class NamedQuery(PageQuery):
    """Which actions, by a name, and which page."""

    action_name: Annotated[str, Field(alias="action_name", max_length=fields.TEXT_MAX)] = ""


@routes.add("GET", "/actions", scope="definitions:read", query=NamedQuery, response=ActionList)
def find_actions(request: Request) -> Mapping[str, Any]:
    """List the actions with a name or display name, in any case; without one, all."""
    query: NamedQuery = request.query
    force, since, name = force_of(request), _since(request), query.action_name.strip().casefold()
    chosen = [
        action
        for action in force.programme.actions
        if name in {"", action.action_name.casefold(), action.action_name_display.casefold()}
    ]
    return _listed(request, [_row(action, WireFigures(force), since) for action in chosen], query.page)


@routes.add("GET", "/actions/{status}", scope="definitions:read", query=PageQuery, response=ActionList)
def list_actions(request: Request) -> Mapping[str, Any]:
    """List the actions of the programme: all, active or inactive ones."""
    word = request.params["status"].strip().upper()
    if word not in _STATUSES:
        raise Malformed("status: all, active or inactive.")
    wanted = _STATUSES[word]
    force = force_of(request)
    since = _since(request)
    chosen = [action for action in force.programme.actions if wanted is None or action.is_active == wanted]
    return _listed(request, [_row(action, WireFigures(force), since) for action in chosen], request.query.page)


def _listed(request: Request, rows: Sequence[Mapping[str, Any]], page: int) -> dict[str, Any]:
    return {
        "siteId": request.site,
        "records": len(rows),
        **counted(len(rows), page, size=ACTIONS_PER_PAGE),
        "current_page": page,
        "allActionDetails": list(page_of(rows, page, size=ACTIONS_PER_PAGE)),
    }


def _row(action: Action, show: WireFigures, since: str) -> dict[str, Any]:
    groups = [
        _group(group)
        for group in show.force.programme.action_groups
        if group.is_active and action.action_id in group.actions
    ]
    own = own_expiry(action) or show.force.programme.expiry
    return {
        "actionId": action.action_id,
        "actionName": action.action_name,
        "actionPoints": action.action_points,
        "maxPoints": action.max_points or 0,
        "period": action.period or "",
        "ratio": action.ratio or 0,
        "status": "active" if action.is_active else "inactive",
        "expireInDays": rolling_days(own) or 0,
        "holdDays": action.hold_days,
        "actionNameDisplay": action.action_name_display,
        "actionLimitDisplay": action.action_limit_display,
        "createDate": since,
        "updateDate": since,
        "isActionInActionGroup": "YES" if groups else "NO",
        **({"actionGroupDetails": groups} if groups else {}),
    }


def _group(group: ActionGroup) -> dict[str, Any]:
    """A group that the action shares a cap of points with."""
    return {
        "groupId": group.group_id,
        "groupName": group.group_name,
        "actionIds": list(group.actions),
        "maxPoints": group.max_points,
        "limitType": group.limit_type,
        "limitDetails": group.period or f"{group.days} days",
    }


def _progress(action: Action, account: Account, show: WireFigures, now: datetime) -> dict[str, Any]:
    """How often the member did it, how often a limit allows it, and whether a limit is reached now."""
    day = days.day_of(now, show.force.zone)
    done = account.actions.get(str(action.action_id), (0, 0, 0))[2]
    timed = [limit for limit in show.force.counters(action.action_id) if limit.times is not None]
    required = timed[0].times or 0 if timed else 0
    completed = performed(account, timed[0], day) if timed else done
    withheld = used_up(account, show.force, action.action_id, now)
    return {
        "actionPerformStatus": "YES" if done else "NO",
        "requiredCount": required,
        "completedCount": completed,
        "pendingsCount": max(0, required - completed),
        "actionLimitReachedFlag": "YES" if withheld else "NO",
        "actionLimitReachedStatus": withheld.message if withheld else "",
    }


def _since(request: Request) -> str:
    """When the version in force was published: all its actions stand since then."""
    published = programme.published_at(request.site)
    return "" if published is None else stamp(published)
