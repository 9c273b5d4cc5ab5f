"""Mutating calls of issuances."""

from typing import Any

from tests.api.call import Call
from tests.api.shop import ADA, Shop

ISSUANCE: dict[str, Any] = {
    "orderId": "ISS-1", "userId": ADA, "actionId": 174, "source": "Web", "coupon": "NEW10", "orderTotalSpend": 100,
    "orderTotalPoints": 90, "orderDiscountAmount": 5, "orderStatus": "SHIP", "pointType": "Regular",
    "orderShipDate": "2026-03-19", "storeId": "S1",
    "productDetails": [
        {"productId": "P1", "productName": "Tea", "productQuantity": 2, "shade": "green"},
        {"productId": "P2", "productName": "Pot", "productQuantity": 1},
    ],
    "till": {"number": 7}, "cashier": "K-12",
}  # fmt: skip


def _issued(shop: Shop) -> None:
    shop.post("/issuance", ISSUANCE)


def _held(shop: Shop) -> None:
    shop.post("/issuance", ISSUANCE | {"orderStatus": "HOLD"})


PART = {"orderId": "ISS-1", "orderStatus": "Partial Return"}
_ONE, _BOTH = [{"productId": "P1", "productQuantity": 1}], [{"productId": "P1", "productQuantity": 2}]
CALLS_ISSUANCE: dict[str, Call] = {
    "issue": Call("POST", "/issuance", ISSUANCE, ISSUANCE | {"orderTotalPoints": 91}),
    "issue on hold": Call("POST", "/issuance", ISSUANCE | {"orderStatus": "HOLD"}, ISSUANCE),
    "put issuance": Call("PUT", "/issuance", ISSUANCE | {"coupon": "B"}, ISSUANCE | {"coupon": "C"}, _held),
    "return of an issuance": Call(
        "PATCH", "/issuance", PART | {"productDetails": _ONE}, PART | {"productDetails": _BOTH}, _issued
    ),
    "cancel of an issuance": Call(
        "PATCH", "/issuance", {"orderId": "ISS-1", "orderStatus": "Full Cancel"},
        {"orderId": "ISS-1", "orderStatus": "Full Ship"}, _held,
    ),
}  # fmt: skip
