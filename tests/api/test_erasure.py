"""Paying off purchases with points: eligible ones alone, once, for the points that it costs, and back again."""

from typing import Any

import pytest

from tests.api.calls_users import PAID_OFF, erasable
from tests.api.shop import ADA, Shop


@pytest.fixture
def paying(shop: Shop) -> Shop:
    """Ada has an order of 40 that costs 400 points to pay off."""
    erasable(shop)
    return shop


def policy(shop: Shop, **more: Any) -> None:
    shop.programme(lambda document: document["transactionErasure"].update(more))


def rule(subject: str, comparison: str, *values: str, name: str = "") -> dict[str, Any]:
    condition = {"subject": subject, "comparison": comparison, "values": list(values), "name": name}
    return {"name": "a rule", "conditions": [condition]}


@pytest.mark.proves("B011")
def test_an_order_is_paid_off_with_points(paying):
    before = paying.figures()["availablePoints"]

    said = paying.post("/transactionErasure", PAID_OFF).ok["transactiondetails"]

    assert (said["orderId"], said["userId"], said["pointsUsed"]) == ("SO-7", ADA, 400)
    assert said["erasureDate"] == "2026-03-18T12:00:00+0000"
    assert said["orderAttribute"] == {"attribute_1": "gift"}
    assert paying.figures()["availablePoints"] == before - 400
    row = paying.activity()["activityDetail"][0]
    assert (row["actionId"], row["orderId"], row["debit"]) == (107, "SO-7", 400)
    assert paying.post("/transactionErasure", PAID_OFF).refusal == (400, "AC1004")


def test_the_list_tells_what_can_be_and_what_was_erased(paying):
    listed = paying.get(f"/transactionErasure/{ADA}").ok
    assert [(each["orderId"], each["amount"], each["pointsNeeded"]) for each in listed["erasableTransactions"]] == [
        ("SO-7", 40, 400)
    ]
    assert (listed["erasableTransactions"][0]["eligible"], listed["erasedTransactions"]) == ("YES", [])

    paying.post("/transactionErasure", PAID_OFF).ok  # noqa: B018 - asks whether it went well.

    listed = paying.get(f"/transactionErasure/{ADA}").ok
    assert (listed["erasableTransactions"], listed["next"]) == ([], "")
    assert [(each["orderId"], each["pointsUsed"], each["status"]) for each in listed["erasedTransactions"]] == [
        ("SO-7", 400, "Erased")
    ]


def test_a_cancelled_erasure_gives_the_points_back_and_the_order_may_be_erased_again(paying):
    before = paying.figures()
    paying.post("/transactionErasure", PAID_OFF).ok  # noqa: B018 - asks whether it went well.

    said = paying.patch("/transactionErasure", PAID_OFF | {"status": "cancelled"}).ok["transactiondetails"]

    assert (said["status"], said["pointsRefunded"]) == ("Cancelled", 400)
    after = paying.figures()
    assert (after["availablePoints"], after["usedPoints"]) == (before["availablePoints"], before["usedPoints"])
    assert paying.patch("/transactionErasure", PAID_OFF | {"status": "cancelled"}).refusal == (400, "AC1004")
    assert paying.post("/transactionErasure", PAID_OFF).ok["transactiondetails"]["status"] == "Erased"


def test_attributes_of_an_erasure_can_be_set(paying):
    paying.post("/transactionErasure", PAID_OFF).ok  # noqa: B018 - asks whether it went well.

    said = paying.patch("/transactionErasure", PAID_OFF | {"orderAttribute": {"attribute_2": "till 4"}}).ok

    assert said["transactiondetails"]["orderAttribute"] == {"attribute_1": "gift", "attribute_2": "till 4"}
    assert said["transactiondetails"]["status"] == "Erased"


def test_a_return_refunds_an_erasure_and_a_cancel_then_only_the_rest(paying):
    paying.post("/transactionErasure", PAID_OFF).ok  # noqa: B018 - asks whether it went well.
    paying.put("/orders/SO-7", {"status": "return"}).ok  # noqa: B018 - asks whether it went well.

    said = paying.patch("/transactionErasure", PAID_OFF | {"status": "CANCELLED"}).ok["transactiondetails"]

    assert said["pointsRefunded"] == 0
    assert paying.figures()["availablePoints"] == 1000


@pytest.mark.parametrize(
    ("given", "allowed"),
    [
        (rule("amount", "atMost", "40"), True),
        (rule("amount", "atMost", "39.99"), False),
        (rule("amount", "atLeast", "40.01"), False),
        (rule("amount", "equals", "40.00", "50"), True),
        (rule("amount", "notEquals", "40"), False),
        (rule("orderAttribute", "equals", "Gift", "loan", name="attribute_1"), True),
        (rule("orderAttribute", "notEquals", "gift", name="attribute_1"), False),
        (rule("userAttribute", "equals", "staff", name="userType"), False),
        (rule("userAttribute", "notEquals", "staff", name="userType"), True),
        (rule("transactionType", "equals", "purchase"), True),
        (rule("transactionType", "equals", "issuance"), False),
        (rule("orderAttribute", "atLeast", "3", name="attribute_1"), False),
        (rule("transactionType", "equals", "purchase") | {"startDate": "2026-03-19"}, False),
        (rule("transactionType", "equals", "purchase") | {"endDate": "2026-03-17"}, False),
        (rule("transactionType", "equals", "purchase") | {"startDate": "2026-03-18", "endDate": "2026-03-18"}, True),
    ],
)
def test_a_rule_says_which_orders_can_be_erased(paying, given, allowed):
    policy(paying, rules=[given])

    listed = paying.get(f"/transactionErasure/{ADA}").ok["erasableTransactions"][0]
    said = paying.post("/transactionErasure", PAID_OFF)

    assert listed["eligible"] == ("YES" if allowed else "NO")
    assert said.status == (200 if allowed else 400)


def test_one_rule_of_several_is_enough(paying):
    policy(paying, rules=[rule("amount", "atMost", "1"), rule("transactionType", "equals", "purchase")])

    paying.post("/transactionErasure", PAID_OFF).ok  # noqa: B018 - asks whether it went well.


def test_it_is_refused_while_it_is_off_or_the_points_are_short(paying):
    policy(paying, pointsPerCurrency=1000)
    assert paying.post("/transactionErasure", PAID_OFF).refusal == (400, "AC1004")
    policy(paying, enabled=False)
    assert paying.post("/transactionErasure", PAID_OFF).refusal == (405, "AC1001")
    assert paying.get(f"/transactionErasure/{ADA}").refusal == (405, "AC1001")


@pytest.mark.parametrize(
    ("method", "body", "refusal"),
    [
        ("POST", {"orderId": "SO-8", "userId": ADA}, (404, "AC1005")),
        ("POST", {"orderId": "SO-7", "userId": "nobody"}, (404, "AC1005")),
        ("POST", {"orderId": "SO-7"}, (400, "AC1004")),
        ("PATCH", PAID_OFF | {"status": "CANCELLED"}, (404, "AC1005")),
        ("PATCH", PAID_OFF | {"status": "undone"}, (400, "AC1004")),
        ("PATCH", PAID_OFF, (400, "AC1004")),
    ],
)
def test_what_is_not_there_is_refused(paying, method, body, refusal):
    assert paying.call(method, "/transactionErasure", body).refusal == refusal
