"""What a shop and its members do at the API while a history is replayed."""

import json
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_DOWN, Context, Decimal, localcontext
from typing import Final

from chalicelib.local.calls import CallFailed, Client
from chalicelib.local.replay.cells import decimals
from chalicelib.local.replay.history import Purchase
from chalicelib.programme import standard

SOURCE: Final = "replay"
PRICE_DECIMALS_MAX: Final = 6
"""Decimals that the API takes in a price."""
CENT_DECIMALS: Final = 2


@dataclass(frozen=True, slots=True)
class Shop:
    """Calls that any server of a merchant makes. Each raises ``CallFailed`` when the API refuses it."""

    client: Client

    def enrol(self, customer: str) -> None:
        """Enrol a customer, which by itself awards nothing."""
        self.client.send("POST", "/users", {"id": customer, "optInStatus": "YES", "source": SOURCE})

    def welcome(self, customer: str) -> None:
        """Post the action of joining."""
        action = str(standard.ACCOUNT_CREATED)
        self.client.send(
            "POST", "/points", {"id": customer, "activity": "CREDIT", "actionId": action, "source": SOURCE}
        )

    def order(self, purchase: Purchase, ordered: datetime) -> Decimal:
        """Place an order of one line of the file; the points that the customer has then."""
        body = {
            "id": purchase.order_id,
            "userId": purchase.customer,
            "orderTotal": format(purchase.amount, "f"),
            "orderDate": _stamp(ordered),
            "source": SOURCE,
            "orderDetail": lines(purchase),
        }
        return Decimal(str(self.client.send("POST", "/orders", body)["updatedAvailablePoints"]))

    def ship(self, order_id: str) -> None:
        """Report that a whole order went out."""
        self.client.send("PUT", f"/orders/{order_id}", {"orderId": order_id, "status": "Full Ship"})

    def available(self, customer: str) -> Decimal:
        """Points that a customer may spend now."""
        found = self.client.get("/points", customer)
        if found.status != 200:
            raise CallFailed(f"GET /points/{customer} answered {found.status}: {found.body.decode(errors='replace')}")
        said = json.loads(found.body, parse_float=Decimal)
        return Decimal(said["availableRedemptionPoints"])

    def redeem(self, customer: str, points: Decimal) -> None:
        """Spend points on rewards."""
        body = {
            "id": customer,
            "activity": "DEBIT",
            "actionId": str(standard.REDEEMED),
            "debit": format(points, "f"),
            "reason": "Reward",
            "source": SOURCE,
        }
        self.client.send("POST", "/points", body)


def lines(purchase: Purchase) -> list[dict[str, str]]:
    """The order's products: one, at the price of a unit; or two, where the amount does not divide by the quantity."""
    amount, quantity = purchase.amount, purchase.quantity
    if quantity == 1:
        return [_line("item", quantity, amount)]
    with localcontext(Context(prec=60, traps=[])):
        price = amount / quantity
        if price * quantity == amount and decimals(price) <= PRICE_DECIMALS_MAX:
            return [_line("item", quantity, price)]
        if quantity != quantity.to_integral_value():
            # A part of a unit at a price that no money can pay: what counts is the amount.
            return [_line("item", Decimal(1), amount)]
        even = price.quantize(Decimal(1).scaleb(-CENT_DECIMALS), ROUND_DOWN)
        last = amount - even * (quantity - 1)
    return [_line("item", quantity - 1, even), _line("item-last", Decimal(1), last)]


def _line(product: str, quantity: Decimal, price: Decimal) -> dict[str, str]:
    return {"id": product, "quantity": format(quantity, "f"), "unitPrice": format(price, "f")}


def _stamp(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%dT%H:%M:%S+0000")
