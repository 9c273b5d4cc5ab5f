"""Mutating calls of users beyond the single ones."""

from tests.api.call import Call
from tests.api.shop import ADA, GRACE, Shop

HEDY = "hedy@example.test"
MERGE = {"primaryUID": ADA, "secondaryUID": GRACE, "mergedBy": "staff@example.test", "reason": "Duplicate records"}


def _both(shop: Shop) -> None:
    shop.enrol(GRACE, HEDY)
    shop.credit(50, GRACE)


def erasable(shop: Shop) -> None:
    """Points, and an order of 40 that may be paid off for 400 of them."""
    shop.programme(lambda document: document.update(transactionErasure={"enabled": True, "pointsPerCurrency": 10}))
    shop.credit(1000)
    order = {"id": "SO-7", "userId": ADA, "orderDetail": [{"id": "P1", "quantity": "2", "unitPrice": "20"}]}
    shop.post("/orders", order | {"orderAttribute": {"attribute_1": "gift"}}).ok  # noqa: B018 - it is checked.


PAID_OFF = {"orderId": "SO-7", "userId": ADA}
CALLS_USERS: dict[str, Call] = {
    "bulk enrol": Call("POST", "/bulkpostusers", {"1": {"id": GRACE}, "2": {"id": ADA}}, {"1": {"id": HEDY}}),
    "bulk patch": Call(
        "POST",
        "/bulkpatchusers",
        {"1": {"id": ADA, "firstName": "Ada"}, "2": {"id": "nobody"}},
        {"1": {"id": ADA, "firstName": "Augusta"}},
    ),
    "erase order": Call("POST", "/transactionErasure", PAID_OFF, PAID_OFF | {"orderId": "SO-9"}, erasable),
    "cancel erasure": Call(
        "PATCH",
        "/transactionErasure",
        PAID_OFF | {"status": "CANCELLED"},
        PAID_OFF | {"orderAttribute": {"a": "b"}},
        lambda shop: (erasable(shop), shop.post("/transactionErasure", PAID_OFF).ok),
    ),
    "merge": Call("POST", "/mergeuser", MERGE, MERGE | {"secondaryUID": HEDY}, _both),
}
