"""Mutating calls of users beyond the single ones."""

from tests.api.call import Call
from tests.api.shop import ADA, GRACE, Shop

HEDY = "hedy@example.test"
MERGE = {"primaryUID": ADA, "secondaryUID": GRACE, "mergedBy": "staff@example.test", "reason": "Duplicate records"}


def _both(shop: Shop) -> None:
    shop.enrol(GRACE, HEDY)
    shop.credit(50, GRACE)


CALLS_USERS: dict[str, Call] = {
    "bulk enrol": Call("POST", "/bulkpostusers", {"1": {"id": GRACE}, "2": {"id": ADA}}, {"1": {"id": HEDY}}),
    "bulk patch": Call(
        "POST",
        "/bulkpatchusers",
        {"1": {"id": ADA, "firstName": "Ada"}, "2": {"id": "nobody"}},
        {"1": {"id": ADA, "firstName": "Augusta"}},
    ),
    "merge": Call("POST", "/mergeuser", MERGE, MERGE | {"secondaryUID": HEDY}, _both),
}
