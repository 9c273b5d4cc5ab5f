"""Orders: place, ship, return, cancel and read purchases (annex-api-2, section 1)."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final, NotRequired

from typing_extensions import TypedDict

from chalicelib.api import buckets, fields
from chalicelib.api.campaigns import told
from chalicelib.api.common import WireFigures, force_of, shown, stamp, store_details
from chalicelib.api.order_bodies import ChangeBody, DetailsBody, OrderBody
from chalicelib.api.routing import Request, Routes
from chalicelib.api.shapes import Number
from chalicelib.catalog.stores import service as stores
from chalicelib.dynamo.idempotency import Known
from chalicelib.errors import Contention, Malformed, NotFound
from chalicelib.ids import composed
from chalicelib.members import service as members
from chalicelib.members.service import Resolved
from chalicelib.orders import service as orders
from chalicelib.orders.listing import service as listing
from chalicelib.orders.order import UNIT, Line, Order, Person
from chalicelib.orders.results import Changed, Figures, LineView, OrderView, Placed
from chalicelib.orders.taking import service as taking
from chalicelib.programme import amounts

routes: Final = Routes(__name__, "Orders")
READS_MAX: Final = 5
"""How often orders are read again because their member's id changed hands meanwhile."""


class UnknownOrderOfUser(NotFound):
    """The order belongs to another member."""

    def __init__(self) -> None:
        super().__init__("No data found: this member has no order with this orderId.")


class PlacedOrder(TypedDict):
    """A purchase as it was recorded, and what it earned."""

    siteId: str
    id: str
    userId: str
    email: str
    orderTotal: Number
    orderDate: str
    storeId: str
    storeDetails: dict[str, Any]
    source: str
    discountAmount: Number
    coupon: str
    orderAttribute: dict[str, str]
    purchasePointType: str
    pointsAwarded: Number
    pointsOnHold: Number
    holdPoints: Number
    releaseDate: str
    pointsWithheldReason: NotRequired[str]
    campaignId: str
    campaignName: str
    campaignPoints: Number
    campaignDetails: dict[str, Any]
    multiBucketsData: dict[str, Any]
    orderDetail: list[dict[str, Any]]
    updatedAvailablePoints: Number
    updatedLifetimePoints: Number
    previousTier: str
    updatedUserTier: str


class ChangedOrder(TypedDict):
    """An order after a change of status."""

    siteId: str
    orderId: str
    status: str
    pointsAwarded: Number
    pointsRemoved: Number
    pointsOnHold: Number
    pointsNotDeducted: Number
    pointsRefunded: Number
    discountRefundData: str
    releaseDate: str
    updatedAvailablePoints: Number
    updatedLifetimePoints: Number
    previousTier: str
    updatedUserTier: str


class OrderDetails(TypedDict, total=False):
    """One order, or (``orders``) the orders of a member; ``next`` asks on."""

    siteId: str
    id: str
    userId: str
    email: str
    firstName: str
    lastName: str
    orderDate: str
    orderTotal: Number
    purchasePointType: str
    storeId: str
    storeDetails: dict[str, Any]
    source: str
    eventId: str
    discountAmounts: Number
    discountRefundData: str
    coupon: str
    orderAttribute: dict[str, str]
    status: str
    pointsAwarded: Number
    pointsOnHold: Number
    releaseDate: str
    campaignId: str
    campaignName: str
    campaignPoints: Number
    campaignDetails: dict[str, Any]
    multiBucketsData: dict[str, Any]
    orderDetail: list[dict[str, Any]]
    orders: list[dict[str, Any]]
    next: str


def _again_placed(request: Request, known: Known) -> Mapping[str, Any]:
    placed = orders.recall(request.site, known.mid, known.ref)
    body: OrderBody = request.body
    if not isinstance(placed, Placed):
        return {"siteId": request.site, "id": body.id, "userId": body.user_id}
    return _placed(request, body, placed)


def _again_changed(request: Request, known: Known) -> Mapping[str, Any]:
    changed = orders.recall(request.site, known.mid, known.ref)
    if not isinstance(changed, Changed):
        return {"siteId": request.site, "orderId": request.params["orderId"]}
    return _changed(request, changed)


@routes.add("POST", "/orders", scope="orders:write", body=OrderBody, response=PlacedOrder, again=_again_placed)
def place_order(request: Request) -> Mapping[str, Any]:
    """Record a purchase and award its points, at once or on hold.

    Points are unit price × quantity × the ratios, summed over the lines and rounded once. An order of zero is
    ordinary. When a limit or a switch withholds the points, the order is recorded all the same and
    pointsWithheldReason says why. The same order id again is 409.
    """
    body: OrderBody = request.body
    force = force_of(request)
    run, new = request.command(), body.value()
    placed = members.on_member(
        request.site, body.user_id, lambda member: taking.place(request.site, run, force, member.mid, new)
    )
    return _placed(request, body, placed)


@routes.add(
    "PUT", "/orders/{orderId}", scope="orders:write", body=ChangeBody, response=ChangedOrder, again=_again_changed
)
def put_order(request: Request) -> Mapping[str, Any]:
    """Ship, return or cancel a whole order, or the products named.

    Returns take points back by what was recorded when they were awarded. A whole order that has the status
    already answers so, with nothing removed.
    """
    return _change(request)


@routes.add(
    "PATCH", "/orders/{orderId}", scope="orders:write", body=ChangeBody, response=ChangedOrder, again=_again_changed
)
def patch_order(request: Request) -> Mapping[str, Any]:
    """Ship, return or cancel some units of an order: orderDetail names products and quantities."""
    return _change(request)


@routes.add("POST", "/orderdetails", scope="orders:read", body=DetailsBody, response=OrderDetails)
def read_orders(request: Request) -> Mapping[str, Any]:
    """Read an order by orderId, or all orders of a member by userId, fifty a call."""
    body: DetailsBody = request.body
    show = WireFigures(force_of(request))
    if body.order_id is not None:
        view = orders.details(request.site, body.order_id)
        return _one(request.site, body, view, show)
    if body.user_id is None:
        raise Malformed("Missing parameters: userId, orderId or both.")
    member, page = _orders_of(request.site, body.user_id, body.before)
    stores.details(request.site, [view.order.store for view in page.orders])
    said: dict[str, Any] = {
        "siteId": request.site,
        "userId": member.given,
        "orders": [_details(request.site, member.given, view, show) for view in page.orders],
    }
    return said | ({"next": page.following} if page.following else {})


def _orders_of(site: str, user_id: str, before: str | None) -> tuple[Resolved, orders.OrderPage]:
    """A page of a member's orders. Raises ``NoSuchMember`` and ``Contention``.

    Orders outlive their member, so the id is asked for after them: whoever is still there then was there all the
    time, and what this process remembers of the id may lead to somebody who was erased.
    """
    member = members.resolve(site, user_id)
    for _ in range(READS_MAX):
        page = listing.details_of(site, (member.mid, *member.homes), before=before)
        present = members.resolve(site, user_id, fresh=True)
        if (present.mid, present.homes) == (member.mid, member.homes):
            return present, page
        member = present
    raise Contention


def _one(site: str, body: DetailsBody, view: OrderView, show: WireFigures) -> Mapping[str, Any]:
    if body.user_id is not None:
        member = members.resolve(site, body.user_id, fresh=True)
        if view.mid not in (member.mid, *member.homes):
            raise UnknownOrderOfUser
        return _details(site, member.given, view, show)
    profile = members.numbered(site, view.mid)
    if profile is None:
        # An erasure removes the buyer a little later than the member: until then it is not shown.
        return _details(site, "", replace(view, order=replace(view.order, buyer=Person())), show)
    return _details(site, profile.id, view, show)


def _change(request: Request) -> Mapping[str, Any]:
    order_id = fields.order_id(request.params["orderId"])
    body: ChangeBody = request.body
    if body.order_id is not None and composed(body.order_id) != composed(order_id):
        raise Malformed("orderId: the body names another order than the path.")
    changed = orders.change(request.site, request.command(), force_of(request), order_id, body.status, body.wanted())
    return _changed(request, changed)


def _placed(request: Request, body: OrderBody, placed: Placed) -> dict[str, Any]:
    show, order = WireFigures(force_of(request)), placed.order
    held = show.points(placed.points_on_hold)
    reason = {"pointsWithheldReason": placed.withheld.message} if placed.withheld else {}
    return {
        "siteId": request.site,
        "id": order.id,
        "userId": body.user_id,
        "email": body.email,
        "orderTotal": _total(order, show),
        "orderDate": shown(order.ordered),
        "storeId": order.store,
        "storeDetails": store_details(request.site, order.store),
        "source": order.source,
        "discountAmount": order.discount or 0,
        "coupon": ",".join(order.coupons),
        "orderAttribute": dict(order.attributes),
        "purchasePointType": order.point_type or "Both",
        "pointsAwarded": show.points(placed.points_awarded),
        "pointsOnHold": held,
        "holdPoints": held,
        "releaseDate": _date(placed.release_at),
        **reason,
        **told(order.campaigns, show),
        "multiBucketsData": buckets.of_order(order.purses, show),
        "orderDetail": [_line(line, show) for line in order.lines],
        **_figures(placed.figures, show),
    }


def _changed(request: Request, changed: Changed) -> dict[str, Any]:
    show = WireFigures(force_of(request))
    return {
        "siteId": request.site,
        "orderId": changed.order_id,
        "status": changed.status,
        "pointsAwarded": show.points(changed.points_awarded),
        "pointsRemoved": show.points(changed.points_removed),
        "pointsOnHold": show.points(changed.points_on_hold),
        "pointsNotDeducted": show.points(changed.points_not_deducted),
        "pointsRefunded": show.points(changed.points_refunded),
        "discountRefundData": _money_text(changed.points_refunded, show),
        "releaseDate": _date(changed.release_at),
        **_figures(changed.figures, show),
    }


def _details(site: str, user: str, view: OrderView, show: WireFigures) -> dict[str, Any]:
    order = view.order
    return {
        "siteId": site,
        "id": order.id,
        "userId": user,
        "email": order.buyer.email,
        "firstName": order.buyer.first_name,
        "lastName": order.buyer.last_name,
        "orderDate": shown(order.ordered),
        "orderTotal": _total(order, show),
        "purchasePointType": order.point_type or "Both",
        "storeId": order.store,
        "storeDetails": store_details(site, order.store),
        "source": order.source,
        "eventId": order.event,
        "discountAmounts": order.discount or 0,
        "discountRefundData": _money_text(order.refunded, show),
        "coupon": ",".join(order.coupons),
        "orderAttribute": dict(order.attributes),
        "status": order.status,
        "pointsAwarded": show.points(view.points_awarded),
        "pointsOnHold": show.points(view.points_on_hold),
        "releaseDate": _date(view.release_at),
        **told(order.campaigns, show),
        "multiBucketsData": buckets.of_order(order.purses, show),
        "orderDetail": [_line_view(line, show) for line in view.lines],
    }


def _line_view(seen: LineView, show: WireFigures) -> dict[str, Any]:
    line = seen.line
    return _line(line, show) | {
        "status": line.status,
        "shippedQuantity": _units(line.shipped),
        "returnedQuantity": _units(line.returned),
        "cancelledQuantity": _units(line.cancelled),
        "pointsAwarded": show.points(seen.points_awarded),
        "pointsOnHold": show.points(seen.points_on_hold),
        "releaseDate": _date(seen.release_at),
    }


def _line(line: Line, show: WireFigures) -> dict[str, Any]:
    about = line.about
    return {
        "id": about.product,
        "quantity": about.quantity,
        "unitPrice": about.unit_price,
        "netPrice": about.unit_price if about.net_price is None else about.net_price,
        "estimatedShipDate": about.estimated_ship_date,
        "categoryId": about.category_id,
        "categoryName": about.category_name,
        "url": about.url,
        "imageUrl": about.image_url,
        "description": about.description,
        "coupon": about.coupon,
        "autoDelivery": about.auto_delivery,
        "points": show.points(line.share),
    }


def _figures(after: Figures, show: WireFigures) -> dict[str, Any]:
    return {
        "updatedAvailablePoints": show.points(after.available),
        "updatedLifetimePoints": show.points(after.lifetime),
        "previousTier": show.tier(after.tier_before),
        "updatedUserTier": show.tier(after.tier_after),
    }


def _total(order: Order, show: WireFigures) -> Decimal:
    return show.spend(order.amount) if order.total is None else order.total


def _money_text(points: int, show: WireFigures) -> str:
    """What points are worth, as text; empty when there are none."""
    return format(amounts.currency_value(show.force.programme, points), "f") if points else ""


def _units(thousandths: int) -> Decimal:
    whole, rest = divmod(thousandths, UNIT)
    return Decimal(whole) if not rest else (Decimal(thousandths) / UNIT).normalize()


def _date(milliseconds: int | None) -> str:
    return "" if milliseconds is None else stamp(milliseconds)
