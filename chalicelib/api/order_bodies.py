"""What shops send about orders, read leniently and checked strictly (annex-api-2, section 1)."""

from decimal import Decimal
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from chalicelib.api import fields, wire
from chalicelib.api.fields import Body
from chalicelib.orders.order import NewLine, NewOrder, Person
from chalicelib.orders.placing import LINES_MAX, QUANTITY_MAX
from chalicelib.orders.selecting import Wanted

ATTRIBUTES_MAX: Final = 50
"""Attributes of an order."""


def _coupons(value: object) -> tuple[str, ...]:
    """Codes from one text with commas (SAP) or a list (NetSuite)."""
    given = value.split(",") if isinstance(value, str) else value
    if not isinstance(given, list | tuple) or not all(_is_code(each) for each in given):
        raise ValueError(f"codes of at most {fields.TEXT_MAX} characters in a list, or in one text with commas")
    return tuple(code for code in (str(each).strip() for each in given) if code)


def _is_code(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, str | int):
        return False
    return len(str(value)) <= fields.TEXT_MAX and wire.is_clean(str(value))


def _units(value: object) -> Decimal:
    number = fields.exact(value)
    if number is None or not 0 < number <= QUANTITY_MAX:
        raise ValueError(f"a number of units above 0, at most {QUANTITY_MAX}")
    return number


Coupons = Annotated[
    tuple[str, ...],
    BeforeValidator(_coupons),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
]
Units = Annotated[
    Decimal,
    BeforeValidator(_units),
    WithJsonSchema({"anyOf": [{"type": "number", "exclusiveMinimum": 0}, {"type": "string"}]}),
]


OrderAttributes = Annotated[dict[fields.Text, fields.Text], Field(max_length=ATTRIBUTES_MAX)]
"""Names and texts of an order, kept and given back; segments of campaigns may ask for them."""


class LineBody(Body):
    """One product of an order."""

    id: fields.OrderId
    quantity: Units
    unit_price: fields.Money
    net_price: fields.Money | None = None
    estimated_ship_date: fields.Text = ""
    category_id: fields.Text = ""
    category_name: fields.Text = ""
    url: fields.LongText = ""
    image_url: fields.LongText = ""
    description: fields.LongText = ""
    coupon: fields.Text = ""
    auto_delivery: fields.Text = ""

    def value(self) -> NewLine:
        """As the use case takes it."""
        said = self.model_dump(exclude={"id"})
        return NewLine(product=self.id, **said)


class OrderBody(Body):
    """A purchase of a member."""

    id: fields.OrderId
    user_id: fields.MemberId
    email: fields.Text = ""
    first_name: fields.Text = ""
    last_name: fields.Text = ""
    order_total: fields.Money | None = None
    order_date: fields.Timestamp | None = None
    event_id: fields.Text = ""
    store_id: fields.Text = ""
    source: fields.Text = ""
    discount_amount: fields.Money | None = None
    coupon: Coupons = ()
    purchase_point_type: fields.Text = ""
    order_attribute: OrderAttributes = Field(default_factory=dict)
    order_detail: Annotated[list[LineBody], Field(min_length=1, max_length=LINES_MAX)]

    def value(self) -> NewOrder:
        """As the use case takes it."""
        return NewOrder(
            id=self.id,
            lines=[line.value() for line in self.order_detail],
            ordered=self.order_date,
            total=self.order_total,
            discount=self.discount_amount,
            coupons=self.coupon,
            store=self.store_id,
            source=self.source,
            event=self.event_id,
            point_type=self.purchase_point_type,
            attributes=self.order_attribute,
            buyer=Person(self.email, self.first_name, self.last_name),
        )


class ChangedLineBody(Body):
    """A product of which units change; without a quantity all that remain. Prices are read and not needed."""

    id: fields.OrderId
    quantity: Units | None = None


class ChangeBody(Body):
    """A change of status of an order, or of some units of it."""

    status: fields.Text
    order_id: fields.OrderId | None = None
    order_detail: Annotated[list[ChangedLineBody], Field(max_length=LINES_MAX)] | None = None

    @model_validator(mode="before")
    @classmethod
    def _as_clients_write_it(cls, raw: Any) -> Any:
        if isinstance(raw, dict) and "orderid" in raw and raw.get("orderId") is None:
            return {**raw, "orderId": raw["orderid"]}
        return raw

    def wanted(self) -> list[Wanted] | None:
        """The units that change; ``None`` for the whole order."""
        if not self.order_detail:
            return None
        return [Wanted(line.id, line.quantity) for line in self.order_detail]


class DetailsBody(Body):
    """Which orders to read: one, or all of a member, fifty a call."""

    user_id: fields.MemberId | None = None
    order_id: fields.OrderId | None = None
    before: fields.OrderId | None = None
    """What the answer before gave as ``next``."""
