"""What shops send about issuances, with attributes of their own beside the known fields (annex-api-2, section 10)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, ConfigDict, Field, WithJsonSchema

from chalicelib.api import fields, wire
from chalicelib.api.common import WireFigures, packed
from chalicelib.api.fields import Body
from chalicelib.api.order_bodies import Coupons, Units
from chalicelib.errors import Malformed
from chalicelib.orders.issuing.service import ISSUANCE, Details
from chalicelib.orders.order import NewLine, NewOrder, Person
from chalicelib.orders.placing import LINES_MAX
from chalicelib.orders.selecting import Wanted

NO_PRODUCT: Final = "issuance"
"""The product of an issuance that names none, such as a transaction that is no purchase."""


def _points(value: object) -> Decimal:
    number = fields.exact(value)
    if number is None or not 0 <= number <= fields.POINTS_MAX:
        raise fields.wanted(f"a number of points from 0 to {fields.POINTS_MAX}")
    return number


def _products(value: object) -> object:
    """One product stands alone in the document, several come as a list."""
    return [value] if isinstance(value, dict) else value


Points = Annotated[
    Decimal, BeforeValidator(_points), WithJsonSchema({"anyOf": [{"type": "number", "minimum": 0}, {"type": "string"}]})
]


class ProductBody(Body):
    """A product of an issuance. Whatever else it says is kept and given back."""

    model_config = ConfigDict(extra="allow")

    product_id: fields.OrderId
    product_name: fields.LongText = ""
    product_quantity: Units = Decimal(1)
    product_price: fields.Money = Decimal(0)
    product_points: Points | None = None
    """Its part of the points, where the shop says it."""


Products = Annotated[list[ProductBody], BeforeValidator(_products), Field(max_length=LINES_MAX)]


class ChangeIssuanceBody(Body):
    """A change of an issuance. Points and amounts come back by what was recorded when it was issued."""

    order_id: fields.OrderId
    order_status: fields.Text
    user_id: fields.MemberId | None = None
    product_details: Products = Field(default_factory=list)

    def wanted(self) -> list[Wanted] | None:
        """The units that change; ``None`` for all. Raises ``Malformed`` where a part is meant and none is named."""
        word = self.order_status.strip().upper()
        if word.startswith("PARTIAL") and not self.product_details:
            raise Malformed("productDetails is missing: which products, and how many of each.")
        if word.startswith("FULL") or not self.product_details:
            return None
        given = [each.product_quantity if _says_units(each) else None for each in self.product_details]
        pairs = zip(self.product_details, given, strict=True)
        return [Wanted(each.product_id, quantity) for each, quantity in pairs]


class IssuanceBody(ChangeIssuanceBody):
    """An issuance: the shop computes its points. Whatever else it says is kept and given back."""

    model_config = ConfigDict(extra="allow")

    user_id: fields.MemberId
    action_id: fields.ActionId = ISSUANCE
    source: fields.Text = ""
    coupon: Coupons = ()
    order_total_spend: fields.Money = Decimal(0)
    order_total_points: Points
    order_discount_amount: fields.Money = Decimal(0)
    point_type: fields.Text = ""
    order_date: fields.Text = ""
    order_ship_date: fields.Text = ""
    store_id: fields.Text = ""

    def value(self, show: WireFigures, *, waits: bool) -> NewOrder:
        """As the use case takes it."""
        lines = [_line(each) for each in self.product_details]
        return NewOrder(
            id=self.order_id,
            lines=lines or [NewLine(NO_PRODUCT, Decimal(1), self.order_total_spend)],
            ordered=self.dated(show),
            total=self.order_total_spend,
            discount=self.order_discount_amount,
            coupons=self.coupon,
            store=self.store_id,
            source=self.source,
            point_type=self.point_type,
            buyer=Person(said=self.said()),
            action=self.action_id,
            waits=waits,
        )

    def dated(self, show: WireFigures) -> datetime | None:
        """When it happened: a day begins in the programme's zone, a time without an offset is UTC."""
        text = self.order_date
        zone = UTC if ":" in text else show.force.zone
        return wire.parse_timestamp(text, zone=zone, date_only=True) if text.strip() else None

    def shares(self, show: WireFigures) -> list[int] | None:
        """The products' own points in smallest units; ``None`` where none says any. Raises ``Malformed``."""
        given = [show.units(each.product_points) for each in self.product_details]
        said = [each for each in given if each is not None]
        if not said:
            return None
        if len(said) < len(given):
            raise Malformed("productDetails: productPoints for every product, or for none.")
        return said

    def said(self) -> str:
        """The attributes beyond the known ones, of the issuance and of each product, as text. Raises ``Malformed``."""
        if self.order_ship_date:
            wire.parse_timestamp(self.order_ship_date, date_only=True)
        products = [each.model_extra or {} for each in self.product_details]
        own: Mapping[str, Any] = self.model_extra or {}
        text = packed(
            {
                **({"order": own} if own else {}),
                **({"shipDate": self.order_ship_date} if self.order_ship_date else {}),
                **({"products": products} if any(products) else {}),
            }
        )
        text = "" if text == "{}" else text
        if len(text.encode()) > fields.ATTRIBUTES_BYTES_MAX:
            raise Malformed(f"attributes: at most {fields.ATTRIBUTES_BYTES_MAX} bytes beyond the known fields.")
        return text

    def details(self) -> Details:
        """What an update puts in place."""
        given = self.model_fields_set
        return Details(
            coupons=self.coupon if "coupon" in given else None,
            store=self.store_id if "store_id" in given else None,
            source=self.source if "source" in given else None,
            said=self.said() or None,
        )


class IssuanceDetailsBody(Body):
    """Which issuance of a member is meant."""

    order_id: fields.OrderId
    user_id: fields.MemberId | None = None


def _says_units(body: ProductBody) -> bool:
    return "product_quantity" in body.model_fields_set


def _line(body: ProductBody) -> NewLine:
    return NewLine(body.product_id, body.product_quantity, body.product_price, description=body.product_name)
