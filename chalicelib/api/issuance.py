"""Issuance: orders whose points the shop computed itself, with free attributes (annex-api-2, section 10)."""

from collections.abc import Mapping
from typing import Any, Final, NotRequired

from typing_extensions import TypedDict

from chalicelib.api import fields
from chalicelib.api.common import WireFigures, force_of, shown, store_details, unpacked
from chalicelib.api.issuance_bodies import NO_PRODUCT, ChangeIssuanceBody, IssuanceBody, IssuanceDetailsBody
from chalicelib.api.paging import PageQuery
from chalicelib.api.routing import Request, Routes
from chalicelib.api.shapes import Number
from chalicelib.dynamo.idempotency import Known
from chalicelib.errors import Malformed
from chalicelib.ids import folded
from chalicelib.members import service as members
from chalicelib.orders import selecting
from chalicelib.orders import service as orders
from chalicelib.orders.issuing import service as issuing
from chalicelib.orders.issuing.service import PointsFixed
from chalicelib.orders.order import Line, Order
from chalicelib.orders.results import Changed, Figures, LineView, OrderView, Placed

routes: Final = Routes(__name__, "Issuance")
_CREATED: Final = {"SHIP": False, "SHIPPED": False, "HOLD": True}
"""Statuses of a new issuance, and whether its points wait."""


class IssuanceAnswer(TypedDict):
    """An issuance and what the call moved; attributes of the shop's own stand beside these."""

    siteId: str
    userId: str
    orderId: str
    actionId: int
    source: str
    coupon: str
    orderTotalSpend: Number
    orderTotalPoints: Number
    pointsAwarded: Number
    holdPoints: Number
    pointsExpirationDate: str
    orderDiscountAmount: Number
    orderStatus: str
    pointType: str
    orderDate: str
    orderShipDate: str
    storeId: str
    storeDetails: dict[str, Any]
    productDetails: list[dict[str, Any]]
    pointsRemoved: NotRequired[Number]
    pointsNotDeducted: NotRequired[Number]
    pointsRefunded: NotRequired[Number]
    updatedAvailablePoints: NotRequired[Number]
    updatedLifetimePoints: NotRequired[Number]
    previousTier: NotRequired[str]
    updatedUserTier: NotRequired[str]
    pages: NotRequired[int]
    currentPage: NotRequired[int]


def _again(request: Request, known: Known) -> Mapping[str, Any]:
    body: ChangeIssuanceBody = request.body
    said = orders.recall(request.site, known.mid, known.ref)
    return _answer(request, body, said)


@routes.add("POST", "/issuance", scope="orders:write", body=IssuanceBody, response=IssuanceAnswer, again=_again)
def create_issuance(request: Request) -> Mapping[str, Any]:
    """Give the points that your shop computed for a purchase, or for a transaction without products.

    orderStatus SHIP gives them at once, HOLD when the issuance is shipped. No ratio, limit, tier or campaign changes
    them. Fields of your own are kept and given back. RETURN and CANCEL undo an issuance that is known.
    """
    body: IssuanceBody = request.body
    force = force_of(request)
    show = WireFigures(force)
    word = body.order_status.strip().upper()
    if word not in _CREATED:
        if selecting.verb_of(word) == "ship":
            raise Malformed("orderStatus: SHIP or HOLD, and RETURN or CANCEL for an issuance that is known.")
        return _change(request, body)
    new = body.value(show, waits=_CREATED[word])
    points, shares, run = show.units(body.order_total_points) or 0, body.shares(show), request.command()
    placed = members.on_member(
        request.site,
        body.user_id,
        lambda member: issuing.issue(request.site, run, force, member.mid, new, points, shares),
    )
    return _answer(request, body, placed)


@routes.add("PUT", "/issuance", scope="orders:write", body=IssuanceBody, response=IssuanceAnswer, again=_again)
def update_issuance(request: Request) -> Mapping[str, Any]:
    """Ship a whole issuance, and correct its coupons, source, store and own attributes.

    Points and amount stay what was issued: others are refused.
    """
    body: IssuanceBody = request.body
    if selecting.verb_of(body.order_status) != "ship":
        raise Malformed("orderStatus: SHIP; returns and cancels are sent with PATCH.")
    view, show = _named(request, body), WireFigures(force_of(request))
    if show.units(body.order_total_points) != view.order.points:
        raise PointsFixed("orderTotalPoints")
    if "order_total_spend" in body.model_fields_set and body.order_total_spend != view.order.total:
        raise PointsFixed("orderTotalSpend")
    run = request.command()
    issuing.correct(request.site, body.order_id, body.details())
    return _answer(request, body, orders.change(request.site, run, force_of(request), body.order_id, "ship"))


@routes.add("PATCH", "/issuance", scope="orders:write", body=ChangeIssuanceBody, response=IssuanceAnswer, again=_again)
def patch_issuance(request: Request) -> Mapping[str, Any]:
    """Ship, return or cancel an issuance, FULL or PARTIAL with productDetails.

    Points come back by the shares that were recorded when it was issued, rounded down once for each product.
    """
    return _change(request, request.body)


@routes.add(
    "POST",
    "/issuancedetails/{memberId}",
    scope="orders:read",
    body=IssuanceDetailsBody,
    query=PageQuery,
    response=IssuanceAnswer,
)
def read_issuance(request: Request) -> Mapping[str, Any]:
    """Read an issuance of a member, with its products and everything the shop said of it."""
    body: IssuanceDetailsBody = request.body
    member_id = fields.member_id(request.params["memberId"])
    if body.user_id is not None and folded(body.user_id) != folded(member_id):
        raise Malformed("userId: the body names another member than the path.")
    view = issuing.issued(request.site, body.order_id)
    _check_owner(request.site, member_id, view)
    show = WireFigures(force_of(request))
    figures = {"pointsAwarded": show.points(view.points_awarded), "holdPoints": show.points(view.points_on_hold)}
    paged = {"pages": 1, "currentPage": request.query.page}
    return {**_row(request.site, member_id, view, show), **figures, "orderStatus": view.order.status, **paged}


def _change(request: Request, body: ChangeIssuanceBody) -> Mapping[str, Any]:
    selecting.verb_of(body.order_status)
    wanted = body.wanted()
    _named(request, body)
    force = force_of(request)
    changed = orders.change(request.site, request.command(), force, body.order_id, body.order_status, wanted)
    return _answer(request, body, changed)


def _named(request: Request, body: ChangeIssuanceBody) -> OrderView:
    """The issuance that a body names. Raises ``UnknownOrder``, ``NotIssued`` and ``UnknownOrder`` of another member."""
    view = issuing.issued(request.site, body.order_id)
    if body.user_id is not None:
        _check_owner(request.site, body.user_id, view)
    return view


def _check_owner(site: str, member_id: str, view: OrderView) -> None:
    member = members.resolve(site, member_id, fresh=True)
    if view.mid not in (member.mid, *member.homes):
        raise orders.UnknownOrder


def _answer(request: Request, body: ChangeIssuanceBody, said: Placed | Changed | None) -> dict[str, Any]:
    """The issuance as it stands, and what the call moved."""
    show, view = WireFigures(force_of(request)), issuing.issued(request.site, body.order_id)
    user = body.user_id
    if user is None:
        profile = members.numbered(request.site, view.mid)
        user = "" if profile is None else profile.id
    row = _row(request.site, user, view, show) | {"orderStatus": body.order_status.strip()}
    if said is None:
        return row
    awarded = {"pointsAwarded": show.points(said.points_awarded), "holdPoints": show.points(said.points_on_hold)}
    if isinstance(said, Changed):
        awarded |= {
            "pointsRemoved": show.points(said.points_removed),
            "pointsNotDeducted": show.points(said.points_not_deducted),
            "pointsRefunded": show.points(said.points_refunded),
        }
    return row | awarded | _figures(said.figures, show)


def _figures(after: Figures, show: WireFigures) -> dict[str, Any]:
    return {
        "updatedAvailablePoints": show.points(after.available),
        "updatedLifetimePoints": show.points(after.lifetime),
        "previousTier": show.tier(after.tier_before),
        "updatedUserTier": show.tier(after.tier_after),
    }


def _row(site: str, user: str, view: OrderView, show: WireFigures) -> dict[str, Any]:
    order = view.order
    said = unpacked(order.buyer.said)
    further: list[dict[str, Any]] = said.get("products", [])
    return {
        **said.get("order", {}),
        "siteId": site,
        "userId": user,
        "orderId": order.id,
        "actionId": order.action,
        "source": order.source,
        "coupon": ",".join(order.coupons),
        "orderTotalSpend": order.total or 0,
        "orderTotalPoints": show.points(order.points),
        "pointsAwarded": show.points(view.points_awarded),
        "holdPoints": show.points(view.points_on_hold),
        "pointsExpirationDate": show.expiry(order.lasting.good_through(order.day)) or "",
        "orderDiscountAmount": order.discount or 0,
        "pointType": order.point_type or "Standard",
        "orderDate": shown(order.ordered),
        "orderShipDate": said.get("shipDate", ""),
        "storeId": order.store,
        "storeDetails": store_details(site, order.store),
        "productDetails": _products(order, view, further, show),
    }


def _products(order: Order, view: OrderView, further: list[dict[str, Any]], show: WireFigures) -> list[dict[str, Any]]:
    """The products with what each said beside; none for an issuance without products."""
    if [line.about.product for line in order.lines] == [NO_PRODUCT]:
        return []
    more = further or [{}] * len(order.lines)
    return [each | _product(seen, show) for each, seen in zip(more, view.lines, strict=True)]


def _product(seen: LineView, show: WireFigures) -> dict[str, Any]:
    line: Line = seen.line
    return {
        "productId": line.about.product,
        "productName": line.about.description,
        "productQuantity": line.about.quantity,
        "productPrice": line.about.unit_price,
        "productPoints": show.points(line.share),
        "status": line.status,
        "pointsAwarded": show.points(seen.points_awarded),
        "holdPoints": show.points(seen.points_on_hold),
    }
