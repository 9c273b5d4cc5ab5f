"""``POST /cart``: what an order would earn if it were placed now (annex-api-2, section 1.5)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Final, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from chalicelib.api import fields
from chalicelib.api.campaigns import told
from chalicelib.api.common import WireFigures, force_of, stamp, store_details
from chalicelib.api.fields import Body
from chalicelib.api.order_bodies import Coupons, LineBody, OrderAttributes
from chalicelib.api.routing import Request, Routes
from chalicelib.api.shapes import Number
from chalicelib.members import service as members
from chalicelib.orders.order import NewOrder
from chalicelib.orders.placing import LINES_MAX
from chalicelib.orders.taking import service as taking
from chalicelib.orders.taking.service import Estimate
from chalicelib.programme import amounts

routes: Final = Routes(__name__, "Orders")
UNPLACED: Final = "cart"
"""The id that an order would have; nothing is written under it."""


class CartBody(Body):
    """A cart: the products of the order that would follow, and where it would be placed."""

    user_id: fields.MemberId
    applied_points: fields.Money | None = None
    product_detail: Annotated[list[LineBody], Field(min_length=1, max_length=LINES_MAX)]
    store_id: fields.Text = ""
    source: fields.Text = ""
    coupon: Coupons = ()
    order_attribute: OrderAttributes = Field(default_factory=dict)
    order_total: fields.Money | None = None
    discount_amount: fields.Money | None = None
    purchase_point_type: fields.Text = ""

    def value(self) -> NewOrder:
        """The order that would follow."""
        return NewOrder(
            id=UNPLACED,
            lines=[line.value() for line in self.product_detail],
            total=self.order_total,
            discount=self.discount_amount,
            coupons=self.coupon,
            store=self.store_id,
            source=self.source,
            point_type=self.purchase_point_type,
            attributes=self.order_attribute,
        )


class CartAnswer(TypedDict):
    """What the cart would earn, how the member stands, and how after the order."""

    siteId: str
    userId: str
    lifetimePoints: Number
    usedPoints: Number
    availablePoints: Number
    holdPoints: Number
    appliedPoints: Number
    cartPoints: Number
    availablePointsAfterOrder: Number
    holdPointsAfterOrder: Number
    releaseDate: str
    creditsToCurrencyRatio: Number
    creditsToCurrencyValue: Number | str
    creditsToCurrencyValueAfterOrder: Number | str
    creditsToCurrencyValueCartPoints: Number | str
    pointsWithheldReason: NotRequired[str]
    storeId: str
    storeDetails: dict[str, Any]
    coupon: str
    orderAttribute: dict[str, str]
    campaignId: str
    campaignName: str
    campaignPoints: Number
    campaignDetails: dict[str, Any]
    previousTier: str
    updatedUserTier: str
    productDetail: list[dict[str, Any]]


@routes.add("POST", "/cart", scope="orders:read", body=CartBody, response=CartAnswer)
def post_cart(request: Request) -> Mapping[str, Any]:
    """Calculate the points of a cart: exactly what the order that follows would earn.

    The products' rules, the tier, campaigns with their budgets, limits and holds are all looked at, by the very code
    that places orders; storeId, coupon and orderAttribute count where segments ask for them. appliedPoints are spent
    on the order first. cartPoints are given at once or held, as holdPointsAfterOrder and releaseDate tell. Nothing is
    written.
    """
    body: CartBody = request.body
    force = force_of(request)
    applied = amounts.points_in_units(force.programme, body.applied_points or Decimal(0))
    run, new = request.command(), body.value()
    found = members.on_member(
        request.site, body.user_id, lambda member: taking.estimate(request.site, run, force, member.mid, new, applied)
    )
    return _answer(request, body, found, applied)


def _answer(request: Request, body: CartBody, found: Estimate, applied: int) -> dict[str, Any]:
    show, placed, before = WireFigures(force_of(request)), found.placed, found.before
    cart = placed.points_awarded + placed.points_on_hold
    after = placed.figures.available - applied
    return {
        "siteId": request.site,
        "userId": body.user_id,
        "lifetimePoints": show.points(before.lifetime),
        "usedPoints": show.points(before.used),
        "availablePoints": show.points(before.available),
        "holdPoints": show.points(before.held),
        "appliedPoints": show.points(applied),
        "cartPoints": show.points(cart),
        "availablePointsAfterOrder": show.points(after),
        "holdPointsAfterOrder": show.points(placed.figures.held),
        "releaseDate": "" if placed.release_at is None else stamp(placed.release_at),
        "creditsToCurrencyRatio": show.force.programme.currency.credits_to_currency_ratio,
        "creditsToCurrencyValue": _worth(before.available, show),
        "creditsToCurrencyValueAfterOrder": _worth(after, show),
        "creditsToCurrencyValueCartPoints": _worth(cart, show),
        **({"pointsWithheldReason": placed.withheld.message} if placed.withheld else {}),
        "storeId": body.store_id,
        "storeDetails": store_details(request.site, body.store_id),
        "coupon": ",".join(body.coupon),
        "orderAttribute": body.order_attribute,
        **told(placed.order.campaigns, show),
        "previousTier": show.tier(placed.figures.tier_before),
        "updatedUserTier": show.tier(placed.figures.tier_after),
        "productDetail": [
            {
                "id": line.about.product,
                "quantity": line.about.quantity,
                "unitPrice": line.about.unit_price,
                "categoryId": line.about.category_id,
                "points": show.points(line.share),
                "calculation": calculation,
            }
            for line, calculation in zip(placed.order.lines, found.calculations, strict=True)
        ],
    }


def _worth(units: int, show: WireFigures) -> Decimal | str:
    worth = amounts.currency_value(show.force.programme, units)
    return format(worth, "f") if show.force.programme.currency.value_as_text else worth
