"""What every reading of the API shows of the site on paper."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from tests.simulation.model import Body, Case, Handler, Refused, named
from tests.simulation.model_member import Hold, Member, Row
from tests.simulation.model_orders import Line, Order, held_for, noticed, status
from tests.simulation.model_rules import PURCHASE, Limit, Programme, next_period, period, stamp

ROWS_A_PAGE = 20


def user(profile: Body) -> Body:
    return {name: value for name, value in profile.items() if not name.startswith("_")}


def get_user(case: Case) -> Body:
    member, rules = case.read(named(case.call)), case.rules
    spent = rules.money(sum(each.spend for each in member.diary))
    text = f"{spent:.{rules.money_decimals}f} {rules.currency['code']}"
    return {**user(member.profile), "totalSpend": spent, "totalSpendCurrency": text}


def get_points(case: Case) -> Body:
    member, at = case.read(named(case.call)), (case.call.query or {}).get("at")
    return figures(member, case) if at is None else _figures_at(member, case, instant(at))


def _figures_at(member: Member, case: Case, at: int) -> Body:
    """As a reading at that time found them, or (a time to come) will find them if nothing else happens."""
    rules = case.site.version_at(at, case.rules)
    known = [each for each in case.site.past[member.number] if each.last_at <= at]
    said = {"isForecast": at > case.now, "asOf": stamp(at)}
    if not known:
        return said
    then = known[-1].copy()
    then.begin(at, rules)
    return {**figures(then, replace(case, now=at, rules=rules)), **said}


def instant(text: str) -> int:
    """Milliseconds of a timestamp."""
    return int(datetime.fromisoformat(text).timestamp() * 1000)


def figures(member: Member, case: Case) -> Body:
    """All figures of a member."""
    rules, today = case.rules, case.rules.day(case.now)
    year = period("year", today)
    this_year = [(credit, debit) for day, credit, debit in member.turnover if period("year", day) == year]
    dying, last = _next_expiry(member, rules, today)
    spent = rules.money(sum(each.spend for each in member.diary))
    worth = rules.worth(member.available)
    said = {
        "id": member.profile["id"],
        "availablePoints": rules.points(member.available),
        "usedPoints": rules.points(member.used),
        "negativePoints": rules.points(-member.owed),
        "expiredPoints": rules.points(member.expired),
        "lifetimePoints": rules.points(member.lifetime),
        "holdPoints": rules.points(member.held),
        "usedPointsOnReward": Decimal(0),
        "pointsToExpire": rules.points(dying),
        "pointsToExpireDate": rules.good(last) or stamp(case.now),
        "pointsToNextTier": _to_next(member, rules, today, "earnedPoints"),
        "spendToNextTier": _to_next(member, rules, today, "spend"),
        "totalSpent": spent,
        "totalSpend": spent,
        "creditsToCurrencyValue": str(worth) if rules.currency.get("valueAsText") else worth,
        "ytdCreditPoints": rules.points(sum(credit for credit, _ in this_year)),
        "ytdDebitPoints": rules.points(sum(debit for _, debit in this_year)),
        "availableRedemptionPoints": rules.points(max(0, member.available)),
        "usedRedemptionPoints": rules.points(member.redeemed),
    }
    if rules.document["display"].get("earnedPointsPeriod") == "calendarYear":
        said["earnedPoints"] = rules.points(
            sum(each.points for each in member.diary if period("year", each.day) == year)
        )
    return said


def _next_expiry(member: Member, rules: Programme, today: int) -> tuple[int, int]:
    mortal = [(day, points) for _, day, points in member.lots if day]
    if not mortal:
        return 0, 0
    first = min(day for day, _ in mortal)
    ahead = rules.document["display"].get("expiryLookAheadDays")
    through = first if ahead is None else today + int(ahead)
    return sum(points for day, points in mortal if day <= through), first


def _to_next(member: Member, rules: Programme, today: int, criterion: str) -> Decimal:
    rank = rules.rank(member.tier)
    if rules.tiers["criterion"] != criterion or rank + 1 == len(rules.levels):
        return Decimal(0)
    missing = max(0, rules.thresholds[rank + 1] - member.counts(rules, today))
    shown = {"earnedPoints": rules.points, "spend": rules.money, "orders": Decimal}
    return shown[criterion](missing)


def get_tiers(case: Case) -> Body:
    return tiers(case.read(named(case.call)), case)


def tiers(member: Member, case: Case) -> Body:
    """Where a member stands."""
    rules, today = case.rules, case.rules.day(case.now)
    rank = rules.rank(member.tier)
    ratio = rules.tier_ratio(member.tier)
    above = rules.levels[rank + 1]["tierName"] if rank + 1 < len(rules.levels) else ""
    return {
        "id": member.profile["id"],
        "currentTier": rules.tier_name(member.tier),
        "nextTier": above,
        "previousTier": rules.tier_name(member.previous),
        "pointsToNextTier": _to_next(member, rules, today, "earnedPoints"),
        "spendToNextTier": _to_next(member, rules, today, "spend"),
        "ordersToNextTier": _to_next(member, rules, today, "orders"),
        "purchaseRatio": ratio,
        "currentTierPurchaseRatio": ratio * Decimal(str(rules.actions[PURCHASE]["ratio"])),
        "tierSince": stamp(rules.start(member.since)),
        "tierExpireDate": "" if member.until is None else rules.good(member.until),
    }


def get_activity(case: Case) -> Body:
    member = case.read(named(case.call))
    page = int((case.call.query or {}).get("page", "1"))
    newest = member.rows[::-1]
    rows = newest[(page - 1) * ROWS_A_PAGE : page * ROWS_A_PAGE]
    return {
        "id": member.profile["id"],
        "totalActivityCount": len(newest),
        "pages": -(-len(newest) // ROWS_A_PAGE),
        "currentPage": page,
        "activityDetail": [_row(row, case.rules) for row in rows],
    }


def _row(row: Row, rules: Programme) -> Body:
    action = rules.actions.get(row.action, {})
    return {
        "actionId": row.action,
        "activity": "CREDIT" if row.credit else "DEBIT",
        "credit": rules.points(row.amount if row.credit else 0),
        "debit": rules.points(0 if row.credit else row.amount),
        "pointType": row.kind,
        "pointStatus": row.status,
        "displayText": action.get("actionNameDisplay") or action.get("actionName", ""),
        "reason": row.reason,
        "orderId": row.order,
        "createDate": stamp(row.at),
        "expireDate": rules.good(row.expires or 0),
    }


def get_summary(case: Case) -> Body:
    member, action = case.read(named(case.call)), int(named(case.call, 3))
    found = [each for each in member.performed if each[0] == action]
    if not found and action not in case.rules.actions:
        raise Refused(404, "AC1005")
    return {
        "id": member.profile["id"],
        "actionId": action,
        "totalCredit": case.rules.points(sum(credit for _, credit, _, _ in found)),
        "totalDebit": case.rules.points(sum(debit for _, _, debit, _ in found)),
        "count": sum(shown for *_, shown in found),
    }


def post_actions(case: Case) -> Body:
    member, rules, today = case.read(case.body["id"]), case.rules, case.rules.day(case.now)
    active = [action for action in rules.actions if rules.is_active(action)]
    rows = [{"actionId": action, **_progress(member, rules, action, today)} for action in active]
    return {"records": len(rows), "allActionDetails": rows}


def _progress(member: Member, rules: Programme, action: int, today: int) -> Body:
    done = sum(shown for each, _, _, shown in member.performed if each == action)
    timed = [limit for limit in rules.limits[action] if limit.times is not None]
    required = timed[0].times or 0 if timed else 0
    completed = member.so_far(timed[0].key, period(timed[0].unit, today))[0] if timed else done
    return {
        "actionPerformStatus": "YES" if done else "NO",
        "requiredCount": required,
        "completedCount": completed,
        "pendingsCount": max(0, required - completed),
        "actionLimitReachedFlag": "YES" if closed_limits(member, rules, action, today) else "NO",
    }


def closed_limits(member: Member, rules: Programme, action: int, today: int) -> list[Limit]:
    """The limits of an action that allow nothing more today."""
    found = []
    for limit in rules.limits[action]:
        times, points = member.so_far(limit.key, period(limit.unit, today))
        if (limit.times is not None and times >= limit.times) or (limit.points is not None and points >= limit.points):
            found.append(limit)
    return found


def limit_code(closed: list[Limit], today: int) -> str:
    """AC1026 where a lifetime is used up, else AC1028."""
    return "AC1026" if any(next_period(limit.unit, today) is None for limit in closed) else "AC1028"


def get_expiry(case: Case) -> Body:
    """What expired and will expire, day by day, over all time (the workload asks for a range of years)."""
    member = case.read(named(case.call))
    found: dict[int, list[int]] = {}
    for _, day, points in member.lots:
        if day:
            found.setdefault(day, [0, 0])[0] += points
    for _, day, points in member.dead:
        found.setdefault(day, [0, 0])[1] += points
    blocks: dict[str, list[int]] = {}
    for day in sorted(found):
        blocks.setdefault(f"{date.fromordinal(day):%Y-%m}", []).append(day)
    shown = [_block(name, blocks[name], found, case.rules) for name in list(blocks)[:20]]
    return {"id": member.profile["id"], "totalExpiryDetailCount": len(blocks), "expiryDetail": shown}


def _block(name: str, days: list[int], found: dict[int, list[int]], rules: Programme) -> Body:
    rows = [{"points": rules.points(sum(found[day])), "expiryDate": rules.good(day)} for day in days]
    coming, gone = sum(found[day][0] for day in days), sum(found[day][1] for day in days)
    totals = {"totalPointsToExpire": rules.points(coming), "totalPointsExpired": rules.points(gone)}
    return {"date": name, "pointsActivity": rows, **totals}


def orderdetails(case: Case) -> Body:
    order_id, user_id = case.body.get("orderId"), case.body.get("userId")
    if order_id is None:
        member = case.read(user_id)
        mine = sorted((each.id for each in case.site.orders.values() if each.owner == member.number), reverse=True)
        return {"userId": member.profile["id"], "orders": [_order_of(case, each) for each in mine]}
    if order_id not in case.site.orders:
        raise Refused(404, "AC1005")
    if user_id is not None and case.read(user_id).number != case.site.orders[order_id].owner:
        raise Refused(404, "AC1005")
    return _order_of(case, order_id)


def _order_of(case: Case, order_id: str) -> Body:
    order = case.site.orders[order_id]
    owner = case.site.members[order.owner]
    if owner.state == "closed":
        # What was on hold is removed in slices, a little later than the member.
        left = order_view(order, [], case.rules)
        return {"userId": "", "email": "", "id": order.id, "status": left["status"], "orderTotal": left["orderTotal"]}
    holds = [hold for (group, _), hold in owner.holds.items() if group == "o/" + order_id]
    return {"userId": owner.profile["id"], "email": order.email, **order_view(order, holds, case.rules)}


def order_view(order: Order, holds: list[Hold], rules: Programme) -> Body:
    """An order with its products, and where their points are."""
    order = noticed(order, holds)
    seen = [_line(line, place, holds, rules) for place, line in enumerate(order.lines)]
    return {
        "id": order.id,
        "orderDate": stamp(order.ordered),
        "orderTotal": rules.money(order.amount) if order.total is None else order.total,
        "status": order.status,
        "discountRefundData": str(rules.worth(order.refunded)) if order.refunded else "",
        "pointsAwarded": rules.points(given(order, holds)),
        "pointsOnHold": rules.points(sum(hold.points for hold in holds)),
        "releaseDate": release(holds),
        "orderDetail": seen,
    }


def given(order: Order, holds: list[Hold]) -> int:
    """Points of an order that were given and not taken back."""
    kept = sum(line.share - line.taken - line.lost for line in noticed(order, holds).lines)
    return kept - sum(hold.points for hold in holds)


def release(holds: list[Hold]) -> str:
    """When the next promise is kept."""
    return (
        stamp(min((h.release_at for h in holds if h.release_at is not None), default=0))
        if any(h.release_at is not None for h in holds)
        else ""
    )


def _line(line: Line, place: int, holds: list[Hold], rules: Programme) -> Body:
    held = held_for(holds, place)
    return {
        "id": line.product,
        "quantity": Decimal(line.quantity),
        "points": rules.points(line.share),
        "status": status([(line.quantity, line.shipped, line.returned, line.cancelled)]),
        "shippedQuantity": Decimal(line.shipped),
        "returnedQuantity": Decimal(line.returned),
        "cancelledQuantity": Decimal(line.cancelled),
        "pointsAwarded": rules.points(line.share - line.taken - line.lost - held),
        "pointsOnHold": rules.points(held),
        "releaseDate": release([hold for hold in holds if hold.of(place + 1)]),
    }


def _each(one: Any) -> Handler:
    def handler(case: Case) -> Body:
        said: Body = {}
        for name, element in case.body.items():
            try:
                said[name] = one(case.read(element["id"]), case)
            except Refused as refused:
                said[name] = {"errorCode": refused.code}
        return said

    return handler


def get_programme(case: Case) -> Body:
    return {"version": case.rules.version}


def get_tier_list(case: Case) -> Body:
    names = [level["tierName"] for level in case.rules.levels]
    return {"tierDetail": [{"tierName": name, "tierLevel": place} for place, name in enumerate(names, 1)]}


def get_actions(case: Case) -> Body:
    rows = [{"actionId": number} for number in case.rules.actions]
    return {"records": len(rows), "allActionDetails": rows}


HANDLERS: dict[str, Handler] = {
    "GET points/": get_points,
    "GET users/": get_user,
    "GET pointsexpiry/": get_expiry,
    "GET activity": get_activity,
    "GET activitysummary": get_summary,
    "GET tiers": get_tiers,
    "GET programme": get_programme,
    "GET tierlist/": get_tier_list,
    "GET actions/": get_actions,
    "POST actions": post_actions,
    "POST getbulkpoints": _each(figures),
    "POST bulktiers": _each(tiers),
    "POST orderdetails": orderdetails,
}
