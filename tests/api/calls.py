"""Every mutating call of the API once, in its variants: for what must hold of all of them.

A noun with many calls has them in a module of its own (``calls_orders.py`` and the like), which is added below.
"""

from typing import Any

from tests.api.call import Call
from tests.api.calls_blocklist import CALLS_BLOCKLIST
from tests.api.calls_campaigns import CALLS_CAMPAIGNS
from tests.api.calls_catalog import CALLS_CATALOG
from tests.api.calls_configuration import CALLS_CONFIGURATION
from tests.api.calls_galleries import CALLS_GALLERIES
from tests.api.calls_groups import CALLS_GROUPS
from tests.api.calls_issuance import CALLS_ISSUANCE
from tests.api.calls_photos import CALLS_PHOTOS
from tests.api.calls_receipts import CALLS_RECEIPTS
from tests.api.calls_rewards import CALLS_REWARDS
from tests.api.calls_segments import CALLS_SEGMENTS
from tests.api.calls_surveys import CALLS_SURVEYS
from tests.api.calls_tiers import CALLS_TIERS
from tests.api.calls_users import CALLS_USERS
from tests.api.shop import ADA, GRACE, Shop, action

ORDER = {"id": "SO-1", "userId": ADA, "orderDetail": [{"id": "P1", "quantity": "2", "unitPrice": "19.99"}]}
GIFT = {"id": ADA, "actionId": "100", "activity": "CREDIT", "credit": "50", "reason": "a gift"}


def _ordered(shop: Shop) -> None:
    shop.post("/orders", ORDER)


def _rich(shop: Shop) -> None:
    shop.credit(500)


def _holding(shop: Shop) -> None:
    shop.programme(lambda document: action(document, 102).update(holdDays=3))


def _both(shop: Shop) -> None:
    shop.enrol(GRACE)
    shop.credit(500)


TRANSFER = {"id": ADA, "actionId": 8055, "activity": "DEBIT", "debit": 35, "recipientData": {"recipientId": GRACE}}
CALLS = {
    "enrol": Call("POST", "/users", {"id": GRACE, "firstName": "Grace"}, {"id": "hedy@example.test"}),
    "patch": Call("PATCH", f"/users/{ADA}", {"firstName": "Ada"}, {"firstName": "Augusta"}),
    "put": Call("PUT", f"/users/{ADA}", {"optInStatus": "NO"}, {"optInStatus": "YES"}),
    "unchanged": Call("PATCH", f"/users/{ADA}", {"optInStatus": "YES"}, {"optInStatus": "NO"}),
    "award": Call("POST", "/points", {"id": ADA, "actionId": 101, "activity": "CREDIT"}, GIFT),
    "credit": Call("POST", "/points", GIFT, GIFT | {"credit": "51"}),
    "held": Call("POST", "/points", {"id": ADA, "actionId": 102, "activity": "CREDIT"}, GIFT, _holding),
    "debit": Call("POST", "/points", {**GIFT, "activity": "DEBIT", "debit": "600"}, GIFT, _rich),
    "nothing taken": Call("POST", "/points", {**GIFT, "activity": "DEBIT", "debit": "600"}, GIFT),
    "redeem": Call("POST", "/points", {"id": ADA, "activity": "DEBIT", "debit": "12", "orderId": "SO-1"}, GIFT, _rich),
    "transfer": Call("POST", "/points", TRANSFER, GIFT, _both),
    "bulk": Call("POST", "/bulkpoints", {"1": GIFT, "2": {**GIFT, "id": "nobody"}, "3": GIFT}, {"1": GIFT}),
    "order": Call("POST", "/orders", ORDER, ORDER | {"id": "SO-2"}),
    "put order": Call("PUT", "/orders/SO-1", {"status": "return"}, {"status": "cancel"}, _ordered),
    "patch order": Call(
        "PATCH", "/orders/SO-1", {"status": "return", "orderDetail": [{"id": "P1", "quantity": "1"}]},
        {"status": "return", "orderDetail": [{"id": "P1", "quantity": "2"}]}, _ordered,
    ),
    "erase": Call("POST", "/userdelete", {"id": ADA, "requestedBy": "o@example.test"},
                  {"id": GRACE, "requestedBy": "o@example.test"}, lambda shop: shop.enrol(GRACE)),
}  # fmt: skip
OF_NOUNS: tuple[dict[str, Call], ...] = (
    CALLS_TIERS,
    CALLS_ISSUANCE,
    CALLS_CATALOG,
    CALLS_SEGMENTS,
    CALLS_CONFIGURATION,
    CALLS_SURVEYS,
    CALLS_REWARDS,
    CALLS_USERS,
    CALLS_GROUPS,
    CALLS_BLOCKLIST,
    CALLS_CAMPAIGNS,
    CALLS_GALLERIES,
    CALLS_PHOTOS,
    CALLS_RECEIPTS,
)
"""The calls of each noun that has a module of its own."""
for _calls in OF_NOUNS:
    if set(_calls) & set(CALLS):
        raise ValueError(f"calls of one name would hide each other: {sorted(set(_calls) & set(CALLS))}")
    CALLS |= _calls


def contents(table: Any) -> str:
    """Everything that the table holds."""
    return str(sorted(str(sorted(item.items())) for item in table.scan(TableName="laurel")["Items"]))
