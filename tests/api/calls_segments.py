"""Mutating calls of segments."""

from typing import Any

from tests.api.call import Call
from tests.api.shop import ADA, GRACE, Shop

YOUNG: dict[str, Any] = {
    "segmentId": "young", "name": "Young", "type": "computed", "fromDate": "2026-01-01", "toDate": "2026-12-31",
    "pointsDetails": {"availablePointRangeFrom": 100},
}  # fmt: skip
LISTED: dict[str, Any] = {
    "id": None, "name": "Testers", "type": "static", "fromDate": "2026-01-01", "toDate": "2026-12-31",
    "member": f"{ADA}, nobody@example.test", "status": "active", "externalId": "x-1", "externalName": "Testers of X",
}  # fmt: skip


def _defined(shop: Shop) -> None:
    shop.enrol(GRACE)
    shop.post("/segment", YOUNG)


CALLS_SEGMENTS: dict[str, Call] = {
    "create segment": Call("POST", "/segment", LISTED, {**LISTED, "name": "Others"}),
    "patch segment": Call("PATCH", "/segment/young", {"name": "Younger"}, {"name": "Older"}, _defined),
    "list in segment": Call(
        "PATCH", "/segment/young", {"member": GRACE, "memberUpdate": "ADD"}, {"member": GRACE}, _defined
    ),
}
