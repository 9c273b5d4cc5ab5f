"""Mutating calls of tiers."""

from typing import Any

from tests.api.call import Call
from tests.api.shop import ADA, Shop

SUMMER: dict[str, Any] = {
    "programId": "summer", "programName": "Summer", "status": "SCHEDULED", "startDate": "2026-06-01",
    "tiers": {"criterion": "spend", "window": "rolling", "levels": [
        {"tierId": "1", "tierName": "Sand", "threshold": 0},
        {"tierId": "sun", "tierName": "Sun", "threshold": 100},
    ]},
}  # fmt: skip


def programs(shop: Shop) -> None:
    """Let tiers be assigned by hand, with another tier program beside the live one."""

    def changed(document: dict[str, Any]) -> None:
        document["tierProgram"] = {"manualAssignment": True, "assignmentMessage": "Well done."}
        document["tierPrograms"] = [SUMMER]

    shop.programme(changed)


GOLD = {"user_id": ADA, "tier_id": "3", "expire_at": "2026-12-31", "reason": "a complaint"}
CALLS_TIERS: dict[str, Call] = {
    "assign tier": Call("POST", "/tier/3", GOLD, GOLD | {"reason": "x"}, programs),
    "live tier program": Call(
        "PATCH", "/tier/program/summer", {"program_status": "live"}, {"program_status": "active"}, programs,
        by_staff=True,
    ),
}  # fmt: skip
