"""What decided about an order's points when it came: told from what was recorded then, never by today's rules."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final

from chalicelib.ids import composed
from chalicelib.ledger import days
from chalicelib.ledger.account import Account
from chalicelib.ledger.entry import Entry
from chalicelib.orders import placing
from chalicelib.orders.order import Line, NewOrder, Order
from chalicelib.programme import standard
from chalicelib.programme.amounts import EXACT
from chalicelib.programme.document import Programme
from chalicelib.programme.holding import is_held
from chalicelib.programme.in_force import InForce
from chalicelib.programme.performing import explaining
from chalicelib.programme.performing.limits import counted_so_far
from chalicelib.programme.performing.reasons import Attempt, Check, Code, Step, moment, shown

_WORDS: Final[Mapping[Code, str]] = {
    "MEMBER_OPTED_OUT": "had opted out",
    "MEMBER_BLOCKED": "was on the blocklist",
}

LINES_TOLD_MAX: Final = 10
"""Lines of an order whose rules one explanation tells."""


def judged(order: Order, entry: Entry, then: InForce) -> list[Step]:
    """The checks that the order went through when it came, under the programme and tier recorded with it."""
    new = NewOrder(order.id, [line.about for line in order.lines], point_type=order.point_type)
    at = days.from_ms(entry.at)
    action = then.action_by_id.get(standard.PURCHASE)
    if order.action:
        said = (
            f"The shop computed its points itself (action {order.action}): {shown(then.programme, entry.wished or 0)}."
        )
        return [
            Step("orderReceived", lambda: [_received(order, entry, then)]),
            Step("memberActive", lambda: [_took_part()]),
            Step("points", lambda: [Check("points", "passed", "POINTS_FROM_REQUEST", said)]),
        ]
    return [
        Step("orderReceived", lambda: [_received(order, entry, then)]),
        Step("memberActive", lambda: [_took_part()]),
        Step("actionActive", lambda: [explaining.active(action)]),
        Step("pointType", lambda: [_point_type(order.point_type, entry.wished or 0)]),
        Step("minimumAmount", lambda: [_minimum(then.programme, new)]),
        Step("points", lambda: [_points(then, order, entry.wished or 0)]),
        Step("limit", lambda: _limits(order, entry, then, at)),
    ]


def missing(order_id: str, attempts: Sequence[Attempt]) -> Check:
    """An order that is not there; where it was refused, the reason is that of the last attempt."""
    wanted = composed(order_id)
    refused = next((each for each in attempts if each.order is not None and composed(each.order) == wanted), None)
    if refused is None:
        said = "No order with this id was received for this member."
        return Check("orderReceived", "refused", "ORDER_NOT_RECEIVED", said, "Place it with POST /orders.")
    code: Code = next((each for each in _WORDS if each == refused.code), "MEMBER_INACTIVE")
    word = _WORDS.get(code, "was inactive")
    times = "once" if refused.times == 1 else f"{refused.times} times"
    said = f"The order was sent on {refused.day} ({times} that day) and refused, because the member {word}."
    remedy = "Let the member take part again with PATCH /users/{id}, then place the order with POST /orders."
    return Check("orderReceived", "refused", code, said, remedy)


def coming(account: Account, force: InForce, now: datetime) -> list[Step]:
    """What an order would go through if it came now. What only its products can decide says what it would need."""
    action, purchase = force.action_by_id.get(standard.PURCHASE), force.programme.purchase
    least = f"{purchase.minimum_order_amount:f} {force.programme.currency.code}"
    ratio = Decimal(0) if action is None or action.ratio is None else action.ratio
    each = ratio * force.programme.tier(account.standing.tier).purchase_ratio
    earns = f"It would earn by ratio: {each:f} for 1 {force.programme.currency.code}."
    held = f"Points of purchases are held ({purchase.hold.type}, {purchase.hold.days} days)."
    at_once = Check("release", "passed", "NOT_HELD", "Points of purchases are given at once.")
    return [
        Step("memberActive", lambda: [explaining.member(account.state)]),
        Step("actionActive", lambda: [explaining.active(action)]),
        Step("pointType", lambda: [_open("pointType", "purchasePointType Flat would earn nothing.")]),
        Step("minimumAmount", lambda: [_open("minimumAmount", f"Its products must come to {least} or more.")]),
        Step("points", lambda: [_open("points", earns)]),
        Step("limit", lambda: _now_limited(account, force, now)),
        Step("release", lambda: [_open("release", held) if is_held(purchase.hold) else at_once]),
    ]


def _now_limited(account: Account, force: InForce, now: datetime) -> list[Check]:
    judging = counted_so_far(account, force, standard.PURCHASE, now)
    return explaining.limits(force, standard.PURCHASE, judging, None, now)


def _open(name: str, sentence: str) -> Check:
    return Check(name, "waiting", "ORDER_DECIDES", sentence)


def _received(order: Order, entry: Entry, then: InForce) -> Check:
    came = moment(days.from_ms(entry.at), then.zone)
    dated = moment(order.ordered, then.zone)
    said = f"Received on {came}, dated {dated}: entry {entry.number} of the book. Sent again it is refused (409)."
    return Check("orderReceived", "passed", "ORDER_RECEIVED", said)


def _took_part() -> Check:
    said = "The member took part when the order came; otherwise it would not have been recorded."
    return Check("memberActive", "passed", "MEMBER_ACTIVE", said)


def _point_type(given: str, wished: int) -> Check:
    if given.strip().casefold() == placing.FLAT and wished:
        said = "purchasePointType Flat lets the points for each unit count alone."
        return Check("pointType", "passed", "POINT_TYPE_EARNS", said)
    if given.strip().casefold() == placing.FLAT:
        remedy = "Send purchasePointType Both or Ratio."
        said = "purchasePointType Flat earns no points by amount."
        return Check("pointType", "refused", "POINT_TYPE_FLAT", said, remedy)
    return Check("pointType", "passed", "POINT_TYPE_EARNS", f"purchasePointType {given or 'Both'} earns by amount.")


def _minimum(programme: Programme, new: NewOrder) -> Check:
    least, code = programme.purchase.minimum_order_amount, programme.currency.code
    amount = new.amount
    lacking = EXACT.subtract(least, amount)
    said = f"The products come to {amount:f} {code}; the least for points was {least:f} {code}."
    if lacking <= 0:
        return Check("minimumAmount", "passed", "MINIMUM_REACHED", said)
    remedy = f"{lacking:f} {code} were missing."
    return Check("minimumAmount", "refused", "MINIMUM_NOT_REACHED", said, remedy)


def _points(then: InForce, order: Order, wished: int) -> Check:
    programme = then.programme
    ruled = [line for line in order.lines if line.calculation]
    if ruled:
        return _ruled(programme, ruled, wished)
    action, level = programme.action(standard.PURCHASE), programme.tier(order.tier)
    ratio = Decimal(0) if action is None or action.ratio is None else action.ratio
    by, verb = f"Ratio {ratio:f} × {level.purchase_ratio:f} (tier {level.tier_name})", "gives"
    if order.campaigns:
        names = [f"{_name(then, campaign)} ({campaign})" for campaign, _ in order.campaigns]
        by, verb = f"{by} and the campaign{'s' * (len(names) > 1)} {', '.join(names)}", "give"
    said = f"{by} {verb} {shown(programme, wished)}."
    if wished:
        return Check("points", "passed", "POINTS_EARNED", said)
    if not ratio * level.purchase_ratio:
        remedy = "Set the ratio of action 109, and of the tier, above 0; that counts from then on."
        return Check("points", "refused", "RATIO_ZERO", said, remedy)
    remedy = "The amount is too small for a point by this ratio."
    return Check("points", "refused", "AMOUNT_TOO_SMALL", said, remedy)


def _name(then: InForce, campaign_id: str) -> str:
    campaign = then.campaign_by_id.get(campaign_id)
    return campaign.campaign_name if campaign else ""


def _ruled(programme: Programme, lines: Sequence[Line], wished: int) -> Check:
    """Points that rules of products and categories decided, told line by line as it was recorded."""
    told = "; ".join(f"{line.about.product}: {line.calculation}" for line in lines[:LINES_TOLD_MAX])
    more = len(lines) - LINES_TOLD_MAX
    rest = f"; and {more} more" if more > 0 else ""
    said = f"By the rules of its products it earns {shown(programme, wished)}. {told}{rest}."
    if wished:
        return Check("points", "passed", "POINTS_EARNED", said)
    remedy = "Change the rules of the product or its category with PATCH /products; that counts from then on."
    return Check("points", "refused", "RULES_GIVE_NOTHING", said, remedy)


def _limits(order: Order, entry: Entry, then: InForce, at: datetime) -> Iterable[Check]:
    wished = entry.wished or 0
    if order.judged or not then.counters(standard.PURCHASE):
        return explaining.limits(then, standard.PURCHASE, order.judged, wished, at)
    # An order of a release that did not keep what had counted: the entry still tells what the limits left.
    if order.points == wished:
        return [Check("limit", "passed", "LIMIT_OPEN", "The limits left room for all of its points.")]
    said = f"Limits left {shown(then.programme, order.points)} of {shown(then.programme, wished)}."
    if order.points:
        return [Check("limit", "passed", "LIMIT_CAPPED", said)]
    return [Check("limit", "refused", "LIMIT_REACHED", f"{said} Which one it was is not recorded.")]
