"""What operations cost, by the meter's own log lines: calls to the database and write units of the table."""

from datetime import UTC, datetime

import pytest

from chalicelib import clock
from chalicelib.dynamo import claims
from tests.api.shop import ADA, GRACE, Shop

GIFT = {"id": ADA, "actionId": "100", "activity": "CREDIT", "credit": 5, "reason": "a gift"}
ORDER = {
    "id": "SO-1", "userId": ADA, "email": ADA, "orderTotal": "259.87", "storeId": "IN12369", "source": "Web",
    "discountAmount": "10.0", "coupon": "A,B",
    "orderDetail": [{"id": f"P{n}", "quantity": "2", "unitPrice": "25.99"} for n in range(1, 6)],
}  # fmt: skip


@pytest.fixture(params=["default programme", "published programme"])
def lived_in(request: pytest.FixtureRequest, shop: Shop) -> Shop:
    """A shop whose member has twelve lots; the process knows its site, its programme and Ada's number."""
    if request.param == "published programme":
        shop.programme(lambda document: document.update(timeZone="Europe/Berlin"))
    for month in range(12):
        # Each expires on a day of its own.
        clock.move_to(datetime(2026, month + 1, 20, tzinfo=UTC))
        shop.credit(10)
    shop.figures()
    return shop


def cost(shop: Shop, operation: str) -> tuple[int, int]:
    """Calls and write units of the last request, which was this operation."""
    line = shop.lines[-1]
    assert line["op"] == operation
    assert line["status"] == 200
    return line["calls"], line["wcu"]


def test_an_award_is_two_calls_and_four_write_units(lived_in):
    lived_in.post("/points", GIFT)

    assert cost(lived_in, "post_point") == (2, 4)


def test_an_award_by_a_limited_action_costs_no_more(lived_in):
    lived_in.post("/points", {"id": ADA, "actionId": 101, "activity": "CREDIT"})

    assert cost(lived_in, "post_point") == (2, 4)


def test_an_award_before_the_member_is_known_is_three_calls(lived_in):
    claims.clear_cache()

    lived_in.post("/points", GIFT)

    assert cost(lived_in, "post_point") == (3, 4)


def test_an_award_with_a_key_is_at_most_six_write_units(lived_in):
    lived_in.post("/points", GIFT, key="key-1")
    calls, units = cost(lived_in, "post_point")
    assert (calls, units) == (3, 6)

    lived_in.post("/points", GIFT, key="key-1")

    assert cost(lived_in, "post_point")[1] == 0


def test_a_debit_and_a_redemption_cost_what_an_award_costs(lived_in):
    lived_in.debit(15)
    assert cost(lived_in, "post_point") == (2, 4)

    lived_in.post("/points", {"id": ADA, "actionId": 107, "activity": "DEBIT", "debit": 15})
    assert cost(lived_in, "post_point") == (2, 4)


def test_a_refused_award_reads_once_and_writes_one_count(lived_in):
    body = {"id": ADA, "actionId": 101, "activity": "CREDIT"}
    lived_in.post("/points", body)

    assert lived_in.post("/points", body)["errorCode"] == "AC1026"

    calls, units = cost(lived_in, "post_point")
    assert calls == 2
    assert units <= 4


def test_reading_the_figures_is_one_call(lived_in):
    lived_in.figures()
    assert cost(lived_in, "get_points") == (1, 0)

    claims.clear_cache()
    lived_in.figures()
    assert cost(lived_in, "get_points") == (2, 0)


@pytest.mark.parametrize("hold", [{"type": "none", "days": 0}, {"type": "orderDate", "days": 14},
                                  {"type": "itemShipDate", "days": 2}])  # fmt: skip
def test_an_order_of_five_lines_is_at_most_twelve_write_units(shop, hold):
    shop.programme(lambda document: document["purchase"].update(hold=hold))
    for _ in range(12):
        # The store is known to this process from then on, as it is for a minute.
        shop.credit(10, storeId=ORDER["storeId"])

    said = shop.post("/orders", ORDER).ok

    assert said["pointsOnHold"] == (0 if hold["type"] == "none" else 259)
    calls, units = cost(shop, "place_order")
    assert calls == 2
    assert units <= 12


def test_a_transfer_is_two_calls(shop):
    shop.enrol(GRACE)
    shop.credit(500)
    body = {"id": ADA, "actionId": 8055, "activity": "DEBIT", "debit": 5, "recipientData": {"recipientId": GRACE}}
    shop.post("/points", body)

    shop.post("/points", body)

    assert cost(shop, "post_point") == (2, 8)


def test_tiers_and_summaries_are_one_call(lived_in):
    lived_in.get(f"/users/{ADA}/tiers")
    assert cost(lived_in, "get_user_tiers") == (1, 0)

    lived_in.get(f"/users/{ADA}/activitysummary/100")
    assert cost(lived_in, "get_activity_summary") == (1, 0)


def test_a_refused_token_costs_no_call(lived_in):
    lived_in.post("/points", GIFT, token="a.b.c")

    line = lived_in.lines[-1]
    assert (line["status"], line["calls"]) == (401, 0)
