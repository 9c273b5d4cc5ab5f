"""What every call that changes something answers and does, on paper: members, points, the programme."""

from dataclasses import replace
from typing import Any

from tests.simulation.model import Body, Case, Handler, Refused, after, named
from tests.simulation.model_member import Counted, Earned, Hold, Member, Redemption
from tests.simulation.model_reads import closed_limits, limit_code, user
from tests.simulation.model_rules import (
    ACTION_DEBIT,
    BOOKED_ALONE,
    MANUAL,
    MEMBER_TRANSFER,
    PURCHASE,
    REDEEMED,
    TAKING,
    good_through,
    period,
    stamp,
)

REDEMPTIONS_AN_ORDER = 20
_FIELDS = ("email", "firstName", "lastName", "phone")


def post_users(case: Case) -> Body:
    body, now = case.body, stamp(case.now)
    if body["id"].casefold() in case.site.ids:
        raise Refused(409, "AC1006")
    opted_in = body.get("optInStatus", "YES") == "YES"
    profile = {
        "id": body["id"],
        **{name: body.get(name, "") for name in _FIELDS},
        "optInStatus": "YES" if opted_in else "NO",
        "status": body.get("status", "ACTIVE"),
        "optInDate": now if opted_in else "",
        "optOutDate": "",
        "createDate": now,
        "updateDate": now,
    }
    member = Member(len(case.site.members) + 1, profile, case.rules.day(case.now), _state(profile))
    member.enrol(case.now, case.rules)
    case.out.members[member.number] = member
    case.out.ids[body["id"].casefold()] = case.out.about = member.number
    case.out.has_effect = True
    return user(profile)


def _state(profile: Body) -> str:
    if profile["status"] == "INACTIVE":
        return "inactive"
    return "active" if profile["optInStatus"] == "YES" else "opted_out"


def patch_user(case: Case) -> Body:
    body, member = case.body, _unsettled(case)
    before = dict(member.profile)
    changed = before | {name: body[name] for name in (*_FIELDS, "status", "optInStatus") if name in body}
    if (before["optInStatus"], changed["optInStatus"]) == ("NO", "YES"):
        changed |= {"optInDate": stamp(case.now), "optOutDate": ""}
    if (before["optInStatus"], changed["optInStatus"]) == ("YES", "NO"):
        changed |= {"optOutDate": stamp(case.now)}
    if changed != before:
        case.out.has_effect = True
        changed["updateDate"] = stamp(case.now)
    member.profile = changed
    if "status" in body or "optInStatus" in body:
        member.begin(case.now, case.rules)
        if member.state != _state(changed):
            member.state = _state(changed)
            member.after(case.now, case.rules)
    case.out.about = member.number
    return user(changed)


def _unsettled(case: Case) -> Member:
    number = case.site.ids.get(named(case.call).casefold())
    if number is None:
        raise Refused(404, "AC1005")
    case.out.members[number] = case.site.members[number].copy()
    return case.out.members[number]


def userdelete(case: Case) -> Body:
    member = case.member(case.body["id"])
    member.expired += sum(points for _, _, points in member.lots)
    member.lifetime += member.owed
    member.lots, member.owed, member.held, member.holds, member.state = [], 0, 0, {}, "closed"
    case.out.ids[case.body["id"].casefold()] = None
    case.out.has_effect = True
    requested = {"requestedBy": case.body["requestedBy"]}
    case.out.again = {**dict.fromkeys(member.profile, ""), "id": case.body["id"], **requested}
    return {**user(member.profile), **requested}


def post_points(case: Case) -> Body:
    body = case.body
    action = _action(body)
    needs_amount = body["activity"] == "DEBIT" or action in {MANUAL, PURCHASE, *TAKING}
    if needs_amount and body["activity"].lower() not in body:
        raise Refused(400, "AC1004", sticks=False)
    if action == MEMBER_TRANSFER and body["recipientData"]["recipientId"].casefold() == body["id"].casefold():
        raise Refused(400, "AC1004", sticks=False)
    member = _found(case, action)
    said = {
        "id": body["id"],
        "actionId": action,
        "activity": body["activity"],
        "orderId": body.get("orderId", ""),
        "reason": body.get("reason", ""),
    }
    if body["activity"] == "CREDIT":
        return said | _credit(case, member, action)
    if action == MEMBER_TRANSFER:
        return said | _transfer(case, member)
    if action == REDEEMED:
        return said | _redeem(case, member)
    return said | _deduct(case, member, action)


def _found(case: Case, action: int) -> Member:
    """The member; of an unknown one who asks for an impossible action, either may be told."""
    try:
        return case.member(case.body["id"])
    except Refused as unknown:
        try:
            _check(case, action, credit=case.body["activity"] == "CREDIT")
        except Refused as impossible:
            raise Refused(unknown.status, unknown.code, also=impossible) from None
        raise


def _action(body: Body) -> int:
    """Without an action a debit with an order redeems, all else is by hand."""
    if body.get("actionId") is not None:
        return int(body["actionId"])
    return REDEEMED if body["activity"] == "DEBIT" and "orderId" in body else MANUAL


def _check(case: Case, action: int, *, credit: bool = False) -> None:
    if action not in case.rules.actions:
        raise Refused(404, "AC1005")
    if action in BOOKED_ALONE or not case.rules.is_active(action) or (credit and action in TAKING):
        raise Refused(400, "AC1004", sticks=False)


def takes_part(member: Member) -> None:
    """Who is inactive or has opted out neither earns nor spends."""
    if member.state != "active":
        raise Refused(400, "AC1004")


def _credit(case: Case, member: Member, action: int) -> Body:
    rules, body, today = case.rules, case.body, case.rules.day(case.now)
    _check(case, action, credit=True)
    given = body.get("credit") if action in {MANUAL, PURCHASE} else rules.actions[action].get("actionPoints", 0)
    wished = rules.units(given)
    takes_part(member)
    closed = closed_limits(member, rules, action, today)
    if closed:
        tier = member.tier
        refused = {"errorCode": limit_code(closed, today), "pointsAwarded": 0, "holdPoints": 0, "releaseDate": ""}
        return {"credit": body.get("credit", 0), **refused, **after(member, tier, rules)}
    case.out.has_effect = True
    points, counted = allowed(member, case, action, wished)
    before, kind = member.tier, "P" if str(body.get("pointType", "")).casefold() == "promotional" else "S"
    days = rules.actions[action].get("holdDays", 0)
    said = {"credit": rules.points(wished), "pointType": body.get("pointType", "Standard")}
    if days:
        release = _promise(case, member, action, points, kind, counted)
        return said | {
            "pointsAwarded": 0, "holdPoints": rules.points(points), "releaseDate": stamp(release),
            **after(member, before, rules),
        }  # fmt: skip
    _award(case, member, action, points, kind, counted)
    nothing = {"pointsAwarded": rules.points(points), "holdPoints": 0, "releaseDate": ""}
    return said | nothing | after(member, before, rules)


def allowed(member: Member, case: Case, action: int, wished: int) -> tuple[int, list[Counted]]:
    """Points that the limits leave of those wished, and what then counts against them."""
    today, points = case.rules.day(case.now), wished
    for limit in case.rules.limits[action]:
        if limit.points is not None:
            points = min(points, limit.points - member.so_far(limit.key, period(limit.unit, today))[1])
    counted = [Counted(each.key, period(each.unit, today), 1, points) for each in case.rules.limits[action]]
    return points, counted


def _award(case: Case, member: Member, action: int, points: int, kind: str, counted: list[Counted]) -> None:
    rules, body, today = case.rules, case.body, case.rules.day(case.now)
    good = good_through(rules.policy(action, member.tier), today)
    kept = member.receive([(kind, good, points)] if points else [])
    member.lifetime += points
    member.diary.append(Earned(today, points))
    member.counted += counted
    expires = good if kept else None
    _row(case, member, action, points, credit=True, kinds=kept, expires=expires, given_kind=body.get("pointType", ""))
    member.after(case.now, rules, rises=True)


def _promise(case: Case, member: Member, action: int, points: int, kind: str, counted: list[Counted]) -> int:
    rules, tier = case.rules, member.tier
    release = rules.after(case.now, rules.actions[action]["holdDays"])
    member.held += points
    member.counted += counted
    given_kind = case.body.get("pointType", "")
    row = _row(case, member, action, points, credit=True, status="Hold", given_kind=given_kind)
    group = f"a/{row}"
    policy = tuple(rules.policy(action, tier).items())
    order = case.body.get("orderId", "")
    member.holds[group, 0] = Hold(
        group, 0, row, action, ((0, points),) if points else (), policy, kind, release, None, order, tuple(counted)
    )
    member.after(case.now, rules)
    return release


def _row(case: Case, member: Member, action: int, amount: int, **said: Any) -> int:
    body = case.body
    words = {"order": body.get("orderId", ""), "reason": body.get("reason", "")}
    return member.show(action, amount, case.now, case.rules, **words, **said)


def _deduct(case: Case, member: Member, action: int) -> Body:
    rules = case.rules
    _check(case, action)
    wished = rules.units(case.body["debit"])
    takes_part(member)
    before, taken = member.tier, member.take(wished)
    moved = sum(points for _, _, points in taken)
    if rules.may_owe:
        member.owed += wished - moved
        moved = wished
    if action == ACTION_DEBIT:
        member.expired += moved
    else:
        member.used += moved
    _row(case, member, action, moved, credit=False, kinds=taken, given_kind=case.body.get("pointType", ""))
    member.after(case.now, rules)
    case.out.has_effect = True
    return _debited(case, member, before, wished, moved)


def _debited(case: Case, member: Member, before: str, wished: int, moved: int) -> Body:
    show = case.rules.points
    taken = {"pointsDeducted": show(moved) if moved else None, "pointsNotDeducted": show(wished - moved)}
    return {"debit": show(wished), **taken, **after(member, before, case.rules)}


def _redeem(case: Case, member: Member) -> Body:
    rules, body = case.rules, case.body
    _check(case, REDEEMED)
    wished, order = rules.units(body["debit"]), body.get("orderId")
    record = member.redemptions.get(order, ()) if order else ()
    if body.get("retry") == "YES" and record:
        return record[0].answer
    takes_part(member)
    if wished > member.available and not (body.get("allowNegativePoints") and rules.may_owe):
        raise Refused(400, "AC1004")
    if len(record) >= REDEMPTIONS_AN_ORDER:
        raise Refused(400, "AC1004")
    before, taken = member.tier, member.take(wished)
    owed = wished - sum(points for _, _, points in taken)
    member.owed += owed
    member.used += wished
    member.redeemed += wished
    _row(case, member, REDEEMED, wished, credit=False, kinds=taken)
    member.after(case.now, rules)
    case.out.has_effect = True
    said = _debited(case, member, before, wished, wished)
    if order:
        member.redemptions[order] = (*record, Redemption(said, tuple(taken), owed))
    return said


def _transfer(case: Case, giver: Member) -> Body:
    rules, body = case.rules, case.body
    recipient = body["recipientData"]["recipientId"]
    receiver = case.member(recipient)
    _check(case, MEMBER_TRANSFER)
    takes_part(giver)
    takes_part(receiver)
    points = rules.units(body["debit"])
    if giver.available < points:
        raise Refused(400, "AC1004")
    case.out.has_effect = True
    before, taken = giver.tier, giver.take(points)
    giver.used += points
    _row(case, giver, MEMBER_TRANSFER, points, credit=False, kinds=taken)
    giver.after(case.now, rules)
    said = _debited(case, giver, before, points, points)
    theirs, kept = receiver.tier, receiver.receive(taken)
    receiver.lifetime += points
    expires = max((day for _, day, _ in kept), default=None)
    words = {"reason": body.get("reason", ""), "kinds": kept, "expires": expires}
    receiver.show(MEMBER_TRANSFER, points, case.now, rules, credit=True, **words)
    receiver.after(case.now, rules)
    told = {"pointsAwarded": rules.points(points), **after(receiver, theirs, rules)}
    return said | {"recipientData": {"recipientId": recipient, **told}}


def put_programme(case: Case) -> Body:
    """The next version, unless the document is the one in force."""
    present = case.site.rules
    wanted = case.body.get("programme", case.body)
    expected = case.body.get("version") if "programme" in case.body else None
    if expected is not None and expected != present.version:
        raise Refused(409, "AC1001", sticks=False)
    if present.version > 1 and wanted == present.document:
        return {"version": present.version}
    case.out.has_effect = True
    case.out.publishes = wanted
    return {"version": present.version + 1}


HANDLERS: dict[str, Handler] = {
    "POST users": post_users,
    "PATCH users/": patch_user,
    "PUT users/": patch_user,
    "POST userdelete": userdelete,
    "POST points": post_points,
    "PUT programme": put_programme,
}
__all__ = ["HANDLERS", "allowed", "replace", "takes_part"]
