"""Mutating calls of campaigns."""

from typing import Any

from tests.api.call import Call
from tests.api.shop import ADA, Shop

DOUBLE: dict[str, Any] = {
    "campaignName": "Double points", "benefit": {"type": "multiplier", "multiplier": 2}, "activationRequired": True,
}  # fmt: skip


def _running(shop: Shop) -> None:
    shop.programme(lambda document: document.update(campaigns=[{"campaignId": "double", **DOUBLE}]))


CALLS_CAMPAIGNS: dict[str, Call] = {
    "put campaign": Call("PUT", "/campaigns/double", DOUBLE, {**DOUBLE, "status": "OFF"}, by_staff=True),
    "activate": Call(
        "POST", "/campaign/double/activation", {"userId": ADA}, {"userId": "nobody@example.test"}, _running
    ),
}
