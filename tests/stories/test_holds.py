"""Points of purchases wait, are released, shrink and are void, while the schedules run and time moves."""

from typing import Any

import pytest

from tests.api.shop import Shop
from tests.stories.wire import Clock, changed, figures_of, order, rows

pytestmark = [pytest.mark.slow, pytest.mark.engine, pytest.mark.network]
ADA = "ada@example.test"
THREE = (("P21", 1, "100"), ("P22", 2, "15"), ("P23", 1, "10"))


def held(shop: Shop, kind: str, days: int, **more: Any) -> None:
    """Let staff put a programme into force that holds purchases, and enrol Ada."""

    def change(document: dict[str, Any]) -> None:
        document["purchase"] |= {"hold": {"type": kind, "days": days}, **more}

    shop.programme(change)
    shop.enrol(ADA)


@pytest.mark.proves("B210", "B056")
def test_a_purchase_is_held_until_two_days_after_shipping_and_released_once(shop: Shop, clock: Clock) -> None:
    held(shop, "itemShipDate", 2)
    placed = shop.post("/orders", order("H-1", ADA, *THREE)).ok
    shop.put("/orders/H-1", changed("H-1", "ship"))

    clock.forward(days=1)
    clock.run_due()
    a_day_later = figures_of(shop, ADA, "available", "hold")
    clock.forward(days=1)
    clock.run_due()
    two_days_later = shop.figures(ADA), shop.activity(ADA)
    again = clock.run_due()

    assert (placed["pointsAwarded"], placed["pointsOnHold"]) == (0, 140)
    assert a_day_later == (0, 140)
    assert figures_of(shop, ADA, "available", "hold", "lifetime") == (140, 0, 140)
    assert again["messages"] == 0
    assert (shop.figures(ADA), shop.activity(ADA)) == two_days_later
    assert rows(shop, ADA, "actionId", "credit", "pointStatus") == [(109, 140, "Released")]


@pytest.mark.proves("A106", "B210")
def test_after_the_release_a_part_comes_back_and_takes_its_points(shop: Shop, clock: Clock) -> None:
    held(shop, "itemShipDate", 2)
    shop.post("/orders", order("H-2", ADA, *THREE))
    shop.put("/orders/H-2", changed("H-2", "ship"))
    clock.forward(days=2)
    clock.run_due()

    returned = shop.patch("/orders/H-2", changed("H-2", "PARTIAL RETURN", ("P22", 1))).ok
    cancelled = shop.put("/orders/H-2", changed("H-2", "cancel"))
    clock.run_due()

    assert (returned["pointsRemoved"], returned["pointsAwarded"]) == (15, 125)
    assert cancelled.refusal == (400, "AC1004")
    assert figures_of(shop, ADA, "available", "used", "lifetime") == (125, 15, 140)
    assert rows(shop, ADA, "actionId", "activity", "credit", "debit", "pointStatus", "displayText") == [
        (148, "DEBIT", 0, 15, "Return", "Return"),
        (109, "CREDIT", 140, 0, "Released", "Purchase"),
    ]


@pytest.mark.proves("B210")
def test_each_line_is_released_by_its_own_shipment_and_what_is_cancelled_never(shop: Shop, clock: Clock) -> None:
    held(shop, "itemShipDate", 2)
    shop.post("/orders", order("H-3", ADA, *THREE))
    shop.patch("/orders/H-3", changed("H-3", "ship", ("P21", 1)))
    clock.forward(days=1)
    shop.patch("/orders/H-3", changed("H-3", "cancel", ("P23", 1)))
    shop.patch("/orders/H-3", changed("H-3", "ship", ("P22", 2)))

    seen = [figures_of(shop, ADA, "available", "hold")]
    for _ in range(2):
        clock.forward(days=1)
        clock.run_due()
        seen.append(figures_of(shop, ADA, "available", "hold"))

    assert seen == [(0, 130), (100, 30), (130, 0)]
    assert rows(shop, ADA, "actionId", "credit", "pointStatus") == [(109, 130, "Released")]


@pytest.mark.proves("B210")
def test_a_hold_by_order_date_ends_with_its_days_or_with_the_shipment(shop: Shop, clock: Clock) -> None:
    held(shop, "orderDate", 3)
    shop.post("/orders", order("D-1", ADA, ("P1", 1, "50")))
    shop.post("/orders", order("D-2", ADA, ("P2", 1, "70")))

    shipped = shop.put("/orders/D-2", changed("D-2", "Full Ship")).ok
    at_once = figures_of(shop, ADA, "available", "hold")
    clock.forward(days=2)
    clock.run_due()
    before = figures_of(shop, ADA, "available", "hold")
    clock.forward(days=1)
    clock.run_due()

    assert shipped["pointsAwarded"] == 70
    assert at_once == before == (70, 50)
    assert figures_of(shop, ADA, "available", "hold") == (120, 0)


@pytest.mark.proves("B210")
def test_a_whole_order_is_held_until_days_after_its_last_shipment(shop: Shop, clock: Clock) -> None:
    held(shop, "wholeOrderShipped", 14)
    shop.post("/orders", order("A-1", ADA, *THREE))
    shop.patch("/orders/A-1", changed("A-1", "ship", ("P21", 1), ("P22", 1)))
    clock.forward(days=40)
    clock.run_due()
    waiting = figures_of(shop, ADA, "available", "hold")

    shop.patch("/orders/A-1", changed("A-1", "ship", ("P22", 1), ("P23", 1)))
    clock.forward(days=13)
    clock.run_due()
    nearly = figures_of(shop, ADA, "available", "hold")
    clock.forward(days=1)
    clock.run_due()

    assert waiting == nearly == (0, 140)
    assert figures_of(shop, ADA, "available", "hold") == (140, 0)


@pytest.mark.proves("B210")
def test_what_is_never_shipped_is_void_after_the_longest_wait(shop: Shop, clock: Clock) -> None:
    held(shop, "wholeOrderShipped", 14, holdMaxDays=60)
    shop.post("/orders", order("N-1", ADA, *THREE))

    clock.forward(days=59)
    clock.run_due()
    nearly = figures_of(shop, ADA, "available", "hold")
    clock.forward(days=1)
    clock.run_due()
    shop.put("/orders/N-1", changed("N-1", "ship"))
    clock.forward(days=30)
    clock.run_due()

    assert nearly == (0, 140)
    assert figures_of(shop, ADA, "available", "hold", "lifetime") == (0, 0, 0)
    assert rows(shop, ADA, "actionId", "credit", "debit", "pointStatus") == [(109, 0, 0, "Cancelled")]


def test_what_was_promised_is_kept_when_staff_change_the_rules(shop: Shop, clock: Clock) -> None:
    held(shop, "orderDate", 3)
    shop.post("/orders", order("C-1", ADA, ("P1", 1, "50")))
    shop.programme(lambda document: document["purchase"].update(hold={"type": "none", "days": 0}))
    at_once = shop.post("/orders", order("C-2", ADA, ("P1", 1, "7"))).ok

    clock.forward(days=2)
    clock.run_due()
    before = figures_of(shop, ADA, "available", "hold")
    clock.forward(days=1)
    clock.run_due()

    assert at_once["pointsAwarded"] == 7
    assert before == (7, 50)
    assert figures_of(shop, ADA, "available", "hold") == (57, 0)
