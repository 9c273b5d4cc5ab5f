"""Why an action would earn points for a member at an instant, or would not: what posting it goes through, in order."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from chalicelib.ledger import days
from chalicelib.ledger.account import Account
from chalicelib.ledger.entry import Counted
from chalicelib.programme import standard
from chalicelib.programme.amounts import points_on_wire
from chalicelib.programme.document import Action, Programme
from chalicelib.programme.holding import after_days
from chalicelib.programme.in_force import InForce
from chalicelib.programme.limits import Counter, opens_again, period_in
from chalicelib.programme.performing.limits import counted_so_far
from chalicelib.programme.performing.reasons import (
    Attempt,
    Check,
    Code,
    LastAward,
    LimitUse,
    Step,
    member_code,
    moment,
    sequence,
    shown,
)
from chalicelib.values import value


@value
class ActionExplained:
    """Why an action would earn points for a member now, or would not, and what came of the last attempts.

    ``wished`` is None where the points come with the request; ``granted`` is what would be given, or promised
    where the action holds its points.
    """

    action: int
    title: str
    programme: int
    tier: str
    wished: int | None
    granted: int
    checks: tuple[Check, ...]
    attempts: tuple[Attempt, ...] = ()
    awards: tuple[LastAward, ...] = ()
    times: int = 0
    """How often the member performed it at all."""


def explain(account: Account, force: InForce, action_id: int, now: datetime) -> ActionExplained:
    """What ``POST /points`` would say to a credit by the action at this instant, check by check, in its order."""
    action = force.action_by_id.get(action_id)
    from_request = action_id in {standard.MANUAL, standard.PURCHASE}
    wished = None if action is None or from_request else force.award_units(action)
    judged = counted_so_far(account, force, action_id, now)
    steps = [Step("actionKnown", lambda: [_known(action, action_id)])]
    if action is not None:
        steps += [
            Step("actionActive", lambda: [active(action)]),
            Step("actionEarns", lambda: [_earns(action)]),
            Step("points", lambda: [_points(action, wished, force.programme)]),
            Step("memberActive", lambda: [member(account.state)]),
            Step("limit", lambda: limits(force, action_id, judged, wished, now)),
            Step("release", lambda: [_release(action, force, now)]),
        ]
    else:
        names = ("actionActive", "actionEarns", "points", "memberActive", "limit", "release")
        steps += [Step(name, tuple) for name in names]
    checks = sequence(steps)
    is_refused = any(check.outcome == "refused" for check in checks)
    return ActionExplained(
        action=action_id,
        title="" if action is None else action.action_name,
        programme=force.version,
        tier=force.programme.tier(account.standing.tier).tier_name,
        wished=wished,
        granted=0 if is_refused or wished is None else capped(checks, wished),
        checks=checks,
        times=account.actions.get(str(action_id), (0, 0, 0))[2],
    )


def capped(checks: Iterable[Check], wished: int) -> int:
    """What limits of points leave of the points wished."""
    points = [check.limit for check in checks if check.limit is not None and check.limit.kind == "points"]
    return min([wished, *(limit.allowed - limit.used for limit in points)])


def member(state: str) -> Check:
    """Whether a member with an account in this state takes part."""
    code = member_code(state)
    if code == "MEMBER_ACTIVE":
        return Check("memberActive", "passed", code, "The member takes part.")
    if code == "MEMBER_OPTED_OUT":
        remedy = "Let the member opt in: optInStatus YES with PATCH /users/{id}."
        return Check("memberActive", "refused", code, "The member has opted out.", remedy)
    if code == "MEMBER_BLOCKED":
        remedy = "Take the member, or the domain of the e-mail, off the list with DELETE /blocklist."
        return Check("memberActive", "refused", code, "The member is on the blocklist.", remedy)
    remedy = "Set status ACTIVE with PATCH /users/{id}."
    return Check("memberActive", "refused", code, "The member is inactive.", remedy)


def active(action: Action | None) -> Check:
    """Whether an action is switched on."""
    name = "actionActive"
    if action is not None and action.is_active:
        return Check(name, "passed", "ACTION_ACTIVE", f"Action {action.action_id} is active.")
    said = "The action" if action is None else f"Action {action.action_id}"
    remedy = "Set its status to ACTIVE in the programme; that counts from then on."
    return Check(name, "refused", "ACTION_INACTIVE", f"{said} is switched off in the programme.", remedy)


def limits(force: InForce, action_id: int, judged: Iterable[Counted], wished: int | None, now: datetime) -> list[Check]:
    """Each limit of an action, given what had counted against it; all are judged at once, so several may refuse."""
    day = days.day_of(now, force.zone)
    count_by_key = {each.key: (each.times, each.points, each.period) for each in judged}
    found: list[Check] = []
    for limit in force.counters(action_id):
        times, points, period = count_by_key.get(limit.key, (0, 0, period_in(limit, None, day)))
        opens = opens_again(limit, period, force.zone)
        if limit.times is not None:
            found.append(_times(limit, LimitUse(limit.unit, "times", limit.times, times), opens, force.zone))
        if limit.points is not None:
            state = LimitUse(limit.unit, "points", limit.points, points)
            found.append(_capping(limit, state, wished, opens, force))
    return found or [Check("limit", "passed", "LIMIT_OPEN", "The action has no limit.")]


def _known(action: Action | None, action_id: int) -> Check:
    if action is not None:
        return Check("actionKnown", "passed", "ACTION_KNOWN", f"The programme has action {action_id}.")
    remedy = "Send the number of an action of the programme; GET /actions/all lists them."
    return Check("actionKnown", "refused", "ACTION_UNKNOWN", f"The programme has no action {action_id}.", remedy)


def _earns(action: Action) -> Check:
    name, number = "actionEarns", action.action_id
    if number in standard.BOOKED:
        said = f"Action {number} is booked by the system alone and cannot be posted."
        return Check(name, "refused", "ACTION_BOOKED_BY_SYSTEM", said)
    if number in standard.DEBITS:
        said = f"Action {number} takes points and never earns any."
        return Check(name, "refused", "ACTION_TAKES_POINTS", said, "Send it as a DEBIT, or earn by another action.")
    return Check(name, "passed", "ACTION_EARNS", f"Action {number} earns points.")


def _points(action: Action, wished: int | None, programme: Programme) -> Check:
    if wished is None:
        by_order = action.action_id == standard.PURCHASE
        said = "The points come from the products of the order." if by_order else "The points come with each request."
        return Check("points", "passed", "POINTS_FROM_REQUEST", said)
    if wished:
        said = f"The programme gives {shown(programme, wished)} for it."
        return Check("points", "passed", "POINTS_CONFIGURED", said)
    remedy = "Give the action its actionPoints in the programme; that counts from then on."
    return Check("points", "refused", "POINTS_NOT_CONFIGURED", "The programme gives 0 points for it.", remedy)


def _times(limit: Counter, state: LimitUse, opens: datetime | None, zone: ZoneInfo) -> Check:
    said = f"{state.used} of {state.allowed} {limit.word} time{'' if state.allowed == 1 else 's'} used."
    if state.used < state.allowed:
        return Check("limit", "passed", "LIMIT_OPEN", said, limit=state)
    return _closed(limit, state, said, opens, zone)


def _capping(limit: Counter, state: LimitUse, wished: int | None, opens: datetime | None, force: InForce) -> Check:
    word, left = limit.word, state.allowed - state.used
    top = f"{points_on_wire(force.programme, state.allowed):f}"
    said = f"{points_on_wire(force.programme, state.used):f} of {top} {word} points earned."
    if left <= 0:
        return _closed(limit, state, said, opens, force.zone)
    if wished is None or wished <= left:
        return Check("limit", "passed", "LIMIT_OPEN", said, limit=state)
    cut = f"{said} So at most {shown(force.programme, left)} of {points_on_wire(force.programme, wished):f} fit in."
    return Check("limit", "passed", "LIMIT_CAPPED", cut, _opening(limit, opens, force.zone), opens, state)


def _closed(limit: Counter, state: LimitUse, said: str, opens: datetime | None, zone: ZoneInfo) -> Check:
    code: Code = "LIMIT_USED_UP" if opens is None else "LIMIT_OPENS_LATER"
    return Check("limit", "refused", code, said, _opening(limit, opens, zone), opens, state)


def _opening(limit: Counter, opens: datetime | None, zone: ZoneInfo) -> str:
    if opens is None:
        return "The limit is for a lifetime and does not open again."
    return f"The {limit.word} limit opens again on {moment(opens, zone)}."


def _release(action: Action, force: InForce, now: datetime) -> Check:
    if action.action_id == standard.PURCHASE:
        return Check("release", "passed", "ORDER_DECIDES", "Purchases are held as purchase.hold of the programme says.")
    if not action.hold_days:
        return Check("release", "passed", "NOT_HELD", "The points are given at once.")
    at = after_days(now, action.hold_days, force.zone)
    said = f"The points are held for {action.hold_days} days."
    return Check("release", "waiting", "HELD_AFTER_AWARD", said, f"Released on {moment(at, force.zone)}.", at)
