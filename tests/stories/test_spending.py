"""Points are spent on orders, come back with them, and pass from member to member, and keep their dates."""

from datetime import timedelta
from typing import Any

import pytest

from tests.api.shop import Shop
from tests.stories.wire import SPRING, Clock, changed, expiries, figures_of, order, rows

pytestmark = [pytest.mark.slow, pytest.mark.engine, pytest.mark.network]
ADA, BEN = "ada@example.test", "ben@example.test"
FIRST = f"{SPRING + timedelta(days=365):%Y-%m-%d}"
"""The last day of points earned when a story begins."""
LATER = f"{SPRING + timedelta(days=100 + 365):%Y-%m-%d}"
"""The last day of points earned a hundred days after that."""


def given_in_two_lots(shop: Shop, clock: Clock) -> None:
    """Give Ada 80 points today and 70 a hundred days later, where the story goes on."""
    shop.enrol(ADA)
    shop.credit(80)
    clock.forward(days=100)
    shop.credit(70)


def spend(shop: Shop, points: int, order_id: str) -> dict[str, Any]:
    """Pay with points as the SAP connector does: without an action, before the order is placed."""
    body = {"id": ADA, "debit": f"{points}.0", "activity": "DEBIT", "orderId": order_id, "actionId": None}
    return shop.post("/points", body | {"reason": "Points used with order"}).ok


@pytest.mark.proves("B104", "B116", "B210")
def test_points_spent_on_an_order_come_back_to_the_lots_they_came_from(shop: Shop, clock: Clock) -> None:
    given_in_two_lots(shop, clock)
    spend(shop, 100, "SO-1")
    shop.post("/orders", order("SO-1", ADA, ("P1", 2, "12.50")))
    spent = expiries(shop, ADA)

    returned = shop.put("/orders/SO-1", changed("SO-1", "return")).ok
    again = shop.put("/orders/SO-1", changed("SO-1", "return")).ok

    assert spent == {LATER: 50 + 25}
    assert (returned["pointsRemoved"], returned["pointsRefunded"], returned["discountRefundData"]) == (25, 100, "1.00")
    assert (again["pointsRemoved"], again["pointsRefunded"]) == (0, 0)
    assert expiries(shop, ADA) == {FIRST: 80, LATER: 70}
    assert figures_of(shop, ADA, "available", "used", "lifetime") == (150, 25, 175)
    assert rows(shop, ADA, "actionId", "credit", "debit", "orderId")[:4] == [
        (148, 0, 25, "SO-1"),
        (107, 100, 0, "SO-1"),
        (109, 25, 0, "SO-1"),
        (107, 0, 100, "SO-1"),
    ]


@pytest.mark.proves("B210")
def test_a_part_of_the_order_brings_back_its_part_where_the_programme_says_so(shop: Shop, clock: Clock) -> None:
    shop.programme(lambda document: document["refunds"].update(onPartialReturn=True))
    given_in_two_lots(shop, clock)
    spend(shop, 101, "SO-2")
    shop.post("/orders", order("SO-2", ADA, ("P1", 3, "10")))

    refunded = [shop.patch("/orders/SO-2", changed("SO-2", "return", ("P1", 1))).ok["pointsRefunded"] for _ in range(3)]

    assert refunded == [33, 34, 34]
    assert expiries(shop, ADA) == {FIRST: 80, LATER: 70}


@pytest.mark.proves("B210")
def test_what_comes_back_dead_is_not_spent_again(shop: Shop, clock: Clock) -> None:
    given_in_two_lots(shop, clock)
    spend(shop, 100, "SO-3")
    shop.post("/orders", order("SO-3", ADA, ("P1", 1, "0")))
    clock.forward(days=300)

    returned = shop.put("/orders/SO-3", changed("SO-3", "return")).ok

    assert (returned["pointsRefunded"], returned["updatedAvailablePoints"]) == (100, 70)
    assert figures_of(shop, ADA, "available", "used", "expired", "lifetime") == (70, 0, 80, 150)


@pytest.mark.proves("B109", "B138", "B148", "B191")
def test_points_passed_to_another_member_grow_no_younger(shop: Shop, clock: Clock) -> None:
    given_in_two_lots(shop, clock)
    shop.enrol(BEN)
    clock.forward(days=50)
    gift = {"id": ADA, "actionId": 8055, "activity": "DEBIT", "debit": 100, "recipientData": {"recipientId": BEN}}

    passed = shop.post("/points", gift).ok
    too_much = shop.post("/points", gift)
    back = shop.post("/points", gift | {"id": BEN, "debit": 10, "recipientData": {"recipientId": ADA}}).ok

    assert passed["recipientData"]["updatedAvailablePoints"] == 100
    assert too_much.refusal == (400, "AC1004")
    assert back["updatedAvailablePoints"] == 90
    assert (expiries(shop, ADA), expiries(shop, BEN)) == ({FIRST: 10, LATER: 50}, {FIRST: 70, LATER: 20})

    clock.forward(days=216)
    clock.run_due()
    assert (figures_of(shop, ADA, "available")[0], figures_of(shop, BEN, "available")[0]) == (50, 20)


@pytest.mark.proves("B145", "B158", "B184")
def test_where_nothing_moves_the_answer_still_tells_how_the_member_stands(shop: Shop) -> None:
    shop.programme(lambda document: document["actions"].append({"actionId": 900, "actionName": "Read a page"}))
    shop.enrol(ADA)
    shop.credit(80)
    shop.debit(80)

    in_vain = shop.debit(5)
    for_nothing = shop.post("/points", {"id": ADA, "activity": "CREDIT", "actionId": 900}, key="page")
    again = shop.post("/points", {"id": ADA, "activity": "CREDIT", "actionId": 900}, key="page")

    assert (in_vain["pointsDeducted"], in_vain["pointsNotDeducted"]) == (None, 5)
    assert (in_vain["updatedAvailablePoints"], in_vain["updatedLifetimePoints"]) == (0, 80)
    assert (for_nothing["pointsAwarded"], for_nothing["updatedLifetimePoints"]) == (0, 80)
    assert again.body == for_nothing.body
