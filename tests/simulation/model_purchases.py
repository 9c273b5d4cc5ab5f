"""What placing and changing an order answers and does, on paper."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from tests.simulation.model import Body, Case, Handler, Refused, after, named
from tests.simulation.model_calls import allowed, takes_part
from tests.simulation.model_member import Counted, Earned, Hold, Member
from tests.simulation.model_orders import Changing, Line, Order, give
from tests.simulation.model_reads import closed_limits, given, instant, release
from tests.simulation.model_rules import PURCHASE, Programme, good_through, rounded, share_by, share_out, stamp

_REACHED = {"ship": "shipped", "return": "returned", "cancel": "cancelled"}


def post_orders(case: Case) -> Body:
    body, rules = case.body, case.rules
    ordered = case.now if "orderDate" not in body else instant(body["orderDate"])
    number = case.site.ids.get(body["userId"].casefold())
    if number is None:
        raise Refused(404, "AC1005")
    if ordered > case.now + 86_400_000:
        raise Refused(400, "AC1004", sticks=False)
    then, tier = _of_its_date(case, number, ordered)
    member = case.numbered(number)
    takes_part(member)
    before = member.tier
    tier = tier or member.tier
    shares, points, counted, is_withheld = _earned(case, then, member, tier)
    if body["id"] in case.site.orders:
        raise Refused(409, "AC1006")
    order = _order(case, member, then, tier, ordered, shares)
    order, hold = _book(case, member, order, then, points, counted)
    case.out.orders[order.id] = order
    case.out.has_effect = True
    member.settle(case.now, rules)
    lines = [{"id": each.product, "quantity": Decimal(each.quantity), "points": rules.points(each.share)}
             for each in order.lines]  # fmt: skip
    said = {
        "id": order.id,
        "userId": body["userId"],
        "orderTotal": rules.money(order.amount) if order.total is None else order.total,
        "orderDate": stamp(ordered),
        "pointsAwarded": rules.points(0 if hold else points),
        "pointsOnHold": rules.points(points if hold else 0),
        "holdPoints": rules.points(points if hold else 0),
        "releaseDate": "" if hold is None or hold.release_at is None else stamp(hold.release_at),
        "orderDetail": lines,
        **after(member, before, rules),
    }
    return said | ({"pointsWithheldReason": ...} if is_withheld else {})


def _of_its_date(case: Case, number: int, ordered: int) -> tuple[Programme, str | None]:
    """The programme and the tier of an order of another day; else those of now."""
    day, rules = case.rules.day(ordered), case.rules
    if day >= rules.day(case.now):
        return rules, None
    then, member = case.site.version_at(ordered, rules), case.numbered(number)
    if day >= member.since:
        return then, None
    booked = case.site.members[number].tiers_until_now
    return then, next((tier for at, tier in reversed(booked) if at <= ordered), booked[0][1])


def _earned(case: Case, then: Programme, member: Member, tier: str) -> tuple[list[int], int, list[Counted], bool]:
    """The shares of the lines, the points of the order, what they count against limits, whether they are withheld."""
    lines = case.body["orderDetail"]
    amounts = [Fraction(str(line["unitPrice"])) * int(line["quantity"]) for line in lines]
    ratio = Fraction(str(then.actions[PURCHASE]["ratio"])) * Fraction(then.tier_ratio(tier)) * 10**then.decimals
    nothing = [0] * len(lines)
    if not then.is_active(PURCHASE):
        return nothing, 0, [], True
    if sum(amounts) < Fraction(str(then.document["purchase"].get("minimumOrderAmount", 0))):
        return nothing, 0, [], False
    exact = [amount * ratio for amount in amounts]
    total = sum(exact)
    rounding = then.document["purchase"].get("rounding", "down")
    wished = rounded(Decimal(total.numerator) / Decimal(total.denominator), rounding)
    if not wished:
        return nothing, 0, [], False
    limiting = Case(case.site, case.call, case.now, then)
    if closed_limits(member, then, PURCHASE, then.day(case.now)):
        return nothing, 0, [], True
    points, counted = allowed(member, limiting, PURCHASE, wished)
    shares = share_out(wished, exact)
    return (shares if points == wished else share_by(points, shares)), points, counted, False


def _order(case: Case, member: Member, then: Programme, tier: str, ordered: int, shares: list[int]) -> Order:
    body = case.body
    total = None if "orderTotal" not in body else Decimal(str(body["orderTotal"]))
    sums = [Decimal(str(line["unitPrice"])) * int(line["quantity"]) for line in body["orderDetail"]]
    amount = rounded((sum(sums, Decimal(0)) if total is None else total).scaleb(then.money_decimals), "nearest")
    weights = [int(each * 10**6) for each in sums]
    weights = weights if any(weights) else [int(line["quantity"]) for line in body["orderDetail"]]
    lines = [
        Line(each["id"], int(each["quantity"]), Decimal(str(each["unitPrice"])), share, spend)
        for each, share, spend in zip(body["orderDetail"], shares, share_by(amount, weights), strict=True)
    ]
    kind = "P" if then.document["purchase"].get("pointType") == "Promotional" else "S"
    return Order(
        id=body["id"],
        owner=member.number,
        lines=tuple(lines),
        ordered=ordered,
        row=len(member.rows) + 1,
        day=case.rules.day(min(ordered, case.now)),
        amount=amount,
        version=then.version,
        policy=then.policy(PURCHASE, tier),
        kind=kind,
        is_held=then.is_held() and sum(shares) > 0,
        total=total,
        email=body.get("email", ""),
    )


def _book(
    case: Case, member: Member, order: Order, then: Programme, points: int, counted: list[Counted]
) -> tuple[Order, Hold | None]:
    """Award or promise the points of a new order; a promise that is due already is kept at once."""
    rules, effective = case.rules, min(order.ordered, case.now)
    member.counted += counted
    said = {"order": order.id}
    if not order.is_held:
        good = good_through(order.policy, order.day)
        kept = member.receive([(order.kind, good, points)] if points else [])
        member.lifetime += points
        member.diary.append(Earned(order.day, points, order.amount, 1))
        expires = good if kept else None
        member.show(PURCHASE, points, effective, rules, credit=True, kinds=kept, expires=expires, **said)
        member.after(case.now, rules, rises=True)
        return order, None
    due = then.after(order.ordered, then.hold_days) if then.hold["type"] == "orderDate" else None
    waits = due is None
    void = rules.after(case.now, then.document["purchase"].get("holdMaxDays", 180)) if waits else None
    freed = None if due is None else rules.day(due)
    order = replace(order, lines=tuple(replace(e, waiting=e.share if waits else 0, freed=freed) for e in order.lines))
    member.held += points
    member.diary.append(Earned(order.day, 0, order.amount, 1))
    kind = "Promotional" if order.kind == "P" else ""
    member.show(PURCHASE, points, effective, rules, credit=True, status="Hold", given_kind=kind, **said)
    member.after(case.now, rules, rises=True)
    parts = tuple((place, line.share) for place, line in enumerate(order.lines, 1) if line.share)
    group, policy = "o/" + order.id, tuple(order.policy.items())
    hold = Hold(group, 0, order.row, PURCHASE, parts, policy, order.kind, due, void, order.id, tuple(counted))
    if due is not None and due <= case.now:
        give(member, hold, case.now, rules, last=True)
        return order, None
    member.holds[group, 0] = hold
    return order, hold


def change_order(case: Case) -> Body:
    body, order_id = case.body, named(case.call)
    verb = body["status"]
    order = case.site.orders.get(order_id)
    if order is None:
        raise Refused(404, "AC1005")
    if case.site.members[order.owner].state == "closed":
        raise Refused(404, "AC1005")
    member = case.numbered(order.owner)
    cuts = _cuts(order, verb, body.get("orderDetail"))
    before, rules = member.tier, case.rules
    work = Changing(member, order, verb, case.site.version(order.version), rules, case.now)
    if cuts:
        work.run(cuts)
        case.out.orders[order_id] = work.order
        case.out.has_effect = work.has_effect
    order, holds = work.order, [hold for (group, _), hold in member.holds.items() if group == work.group]
    wished = sum(work.taken_by_day.values())
    return {
        "orderId": order_id,
        "status": order.status,
        "pointsAwarded": rules.points(given(order, holds)),
        "pointsRemoved": rules.points(work.deducted + work.from_hold),
        "pointsOnHold": rules.points(sum(hold.points for hold in holds)),
        "pointsNotDeducted": rules.points(wished - work.deducted),
        "pointsRefunded": rules.points(work.refunded),
        "discountRefundData": str(rules.worth(work.refunded)) if work.refunded else "",
        "releaseDate": release(holds),
        **after(member, before, rules),
    }


def _cuts(order: Order, verb: str, wanted: list[Body] | None) -> list[tuple[int, int]]:
    """How many units of which lines change. More than can is refused, a repeat of the whole changes nothing."""
    left = [line.open_for(verb) for line in order.lines]
    if not wanted:
        if verb == "cancel" and any(line.shipped for line in order.lines):
            raise Refused(400, "AC1004")
        if not any(left) and not any(getattr(line, _REACHED[verb]) for line in order.lines):
            raise Refused(400, "AC1004")
        return [(place, units) for place, units in enumerate(left) if units]
    cut = [0] * len(left)
    for want in wanted:
        places = [place for place, line in enumerate(order.lines) if line.product == want["id"]]
        there = sum(left[place] for place in places)
        units = there if "quantity" not in want else int(want["quantity"])
        if not places or not 0 < units <= there:
            raise Refused(400, "AC1004")
        for place in places:
            taken = min(units, left[place])
            left[place], cut[place], units = left[place] - taken, cut[place] + taken, units - taken
    return [(place, units) for place, units in enumerate(cut) if units]


HANDLERS: dict[str, Handler] = {
    "POST orders": post_orders,
    "PUT orders/": change_order,
    "PATCH orders/": change_order,
}
