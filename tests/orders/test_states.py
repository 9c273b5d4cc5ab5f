"""Both tables of annex-api-2, section 1.6 (items 7 and 8), row by row, and what else a change may not do."""

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.errors import Refusal
from chalicelib.orders.selecting import InvalidTransition, NotInOrder, TooManyUnits
from tests.orders.shop import Shop, line, order, want

pytestmark = pytest.mark.proves("B210")

AT_ONCE = (line("P10", "10"), line("P100", "100", "3"), line("P500", "500", "2"))
"""Earns 1310; the product that comes back is worth 10."""
HELD = (line("P21", "10"), line("P22", "30"), line("P23", "50", "2"))
"""Earns 140."""
PURCHASE = (109, "CREDIT", 1310, "Released")


def figures(shop: Shop) -> tuple[int, int]:
    seen = shop.see()
    return seen.points_awarded, seen.points_on_hold


@pytest.mark.parametrize(
    ("changes", "rows", "awarded", "removed"),
    [
        ([], [PURCHASE], 1310, 0),
        ([("PARTIAL SHIP", "P10")], [PURCHASE], 1310, 0),
        ([("Full Ship",)], [PURCHASE], 1310, 0),
        ([("PARTIAL RETURN", "P10")], [(148, "DEBIT", 10, "Return"), PURCHASE], 1300, 10),
        ([("ship",), ("return", "P10")], [(148, "DEBIT", 10, "Return"), PURCHASE], 1300, 10),
        ([("return",)], [(148, "DEBIT", 1310, "Return"), PURCHASE], 0, 1310),
        ([("Partial Cancel", "P10")], [PURCHASE], 1310, 0),
        ([("cancel",)], [PURCHASE], 1310, 0),
    ],
)
@pytest.mark.parametrize("kind", ["none", "itemShipDate"])
def test_an_order_without_hold(shop: Shop, kind: str, changes, rows, awarded, removed):
    shop.hold(kind, 0)
    shop.buy(*AT_ONCE)
    removals = [shop.change(status, *map(want, products)).points_removed for status, *products in changes]

    assert shop.rows() == rows
    assert figures(shop) == (awarded, 0)
    assert sum(removals) == removed
    assert shop.account().bucket().available == awarded
    shop.check_book()


@pytest.mark.parametrize(
    ("changes", "rows", "on_hold", "removed"),
    [
        ([], [(109, "CREDIT", 140, "Hold")], 140, 0),
        ([("ship", "P21")], [(109, "CREDIT", 140, "Hold")], 140, 0),
        ([("ship",)], [(109, "CREDIT", 140, "Hold")], 140, 0),
        ([("return", "P21")], [(109, "CREDIT", 140, "Hold")], 140, 0),
        ([("return",)], [(109, "CREDIT", 140, "Hold")], 140, 0),
        ([("ship", "P21"), ("return", "P21")], [(109, "CREDIT", 140, "Hold")], 140, 0),
        ([("ship",), ("return", "P21")], [(148, "DEBIT", 0, "Return"), (109, "CREDIT", 130, "Hold")], 130, 10),
        ([("ship",), ("return",)], [(148, "DEBIT", 0, "Return"), (109, "CREDIT", 0, "Return")], 0, 140),
        ([("cancel", "P21")], [(109, "CREDIT", 130, "Hold")], 130, 10),
        ([("cancel",)], [(109, "DEBIT", 0, "Cancelled")], 0, 140),
    ],
)
def test_an_order_that_waits_two_days_after_shipping(shop: Shop, changes, rows, on_hold, removed):
    shop.hold("itemShipDate", 2)
    placed = shop.buy(*HELD)
    removals = [shop.change(status, *map(want, products)).points_removed for status, *products in changes]

    assert (placed.points_awarded, placed.points_on_hold) == (0, 140)
    assert shop.rows() == rows
    assert figures(shop) == (0, on_hold)
    assert sum(removals) == removed
    assert (shop.account().bucket().available, shop.account().bucket().held) == (0, on_hold)
    shop.check_book()


def test_a_return_before_shipping_is_remembered_and_hinders_nothing(shop: Shop):
    shop.hold("itemShipDate", 2)
    shop.buy(*HELD)
    answer = shop.change("return")

    assert (answer.points_removed, answer.has_effect, answer.status) == (0, False, "placed")
    assert [noted.verb for noted in shop.see().order.noted] == ["return"] * 3
    assert shop.change("ship").status == "shipped"
    assert shop.change("return").points_removed == 140


@pytest.mark.parametrize("days", [1, 2, 3])
def test_each_item_is_released_days_after_its_own_shipment(shop: Shop, days: int):
    shop.hold("itemShipDate", days)
    shop.buy(*HELD)
    shop.change("ship", want("P21"))
    shop.wait(days=1)
    shop.change("ship")
    released = [0]
    for _ in range(days + 1):
        shop.settle_holds()
        released.append(shop.see().points_awarded)
        shop.wait(days=1)

    assert released == [0, *([0] * (days - 1)), 10, 140]
    assert shop.rows() == [(109, "CREDIT", 140, "Released")]
    shop.check_book()


def test_nothing_is_released_until_days_after_the_last_shipment(shop: Shop):
    shop.hold("wholeOrderShipped", 2)
    shop.buy(*HELD)
    shop.change("ship", want("P21"), want("P22"))
    shop.wait(days=5)
    shop.settle_holds()
    answer = shop.change("ship", want("P23"))

    assert shop.see().points_on_hold == 140
    assert answer.release_at == int(datetime(2026, 3, 9, tzinfo=UTC).timestamp() * 1000)
    shop.set(datetime(2026, 3, 9, tzinfo=UTC) - timedelta(milliseconds=1))
    shop.settle_holds()
    assert figures(shop) == (0, 140)
    shop.set(datetime(2026, 3, 9, tzinfo=UTC))
    shop.settle_holds()
    assert figures(shop) == (140, 0)


def test_cancelling_the_last_unshipped_product_completes_the_shipment(shop: Shop):
    shop.hold("wholeOrderShipped", 2)
    shop.buy(*HELD)
    shop.change("ship", want("P21"), want("P22"))
    shop.change("cancel", want("P23"))
    shop.wait(days=2)
    shop.settle_holds()

    assert figures(shop) == (40, 0)
    assert shop.rows() == [(109, "CREDIT", 40, "Released")]
    shop.check_book()


def test_a_hold_by_order_date_ends_after_its_days(shop: Shop):
    shop.hold("orderDate", 14)
    placed = shop.buy(*HELD)
    shop.set(datetime(2026, 3, 16, tzinfo=UTC))
    shop.settle_holds()

    assert placed.release_at == int(datetime(2026, 3, 16, tzinfo=UTC).timestamp() * 1000)
    assert figures(shop) == (140, 0)


def test_a_hold_by_order_date_ends_when_the_order_ships(shop: Shop):
    shop.hold("orderDate", 14)
    shop.buy(*HELD)
    partly = shop.change("ship", want("P21"), want("P22"))
    wholly = shop.change("ship")

    assert (partly.points_awarded, partly.points_on_hold) == (0, 140)
    assert (wholly.points_awarded, wholly.points_on_hold) == (140, 0)
    assert wholly.figures.available == 140
    assert shop.rows() == [(109, "CREDIT", 140, "Released")]
    assert shop.holds() == []
    shop.check_book()


def test_a_hold_that_waits_too_long_is_void_and_a_later_return_takes_nothing(shop: Shop):
    shop.hold("itemShipDate", 2, holdMaxDays=30)
    shop.buy(*HELD)
    shop.wait(days=31)
    shop.settle_holds()

    assert figures(shop) == (0, 0)
    assert shop.change("ship").points_on_hold == 0
    assert shop.change("return").points_removed == 0
    assert shop.account().bucket().lifetime == 0
    shop.check_book()


def test_a_partly_voided_order_loses_only_what_it_was_given(shop: Shop):
    shop.hold("itemShipDate", 2, holdMaxDays=30)
    shop.buy(*HELD)
    shop.change("ship", want("P21"))
    shop.wait(days=31)
    shop.settle_holds()

    assert figures(shop) == (10, 0)
    shop.change("ship")
    assert shop.change("return").points_removed == 10
    assert figures(shop) == (0, 0)
    shop.check_book()


@pytest.mark.parametrize(
    ("before", "status", "refusal", "says"),
    [
        (["ship"], "cancel", InvalidTransition, "what was shipped can be returned but not cancelled"),
        (["return"], "ship", InvalidTransition, "cannot be shipped"),
        (["cancel"], "ship", InvalidTransition, "cannot be shipped"),
        (["return"], "cancel", InvalidTransition, "this order is returned and cannot be cancelled"),
    ],
)
def test_what_cannot_follow_is_refused(shop: Shop, before, status: str, refusal: type[Refusal], says: str):
    shop.buy(*AT_ONCE)
    for each in before:
        shop.change(each)
    version = shop.see().order.version
    with pytest.raises(refusal, match=says) as refused:
        shop.change(status)

    assert (refused.value.status, refused.value.code) == (400, "AC1004")
    assert shop.see().order.version == version


@pytest.mark.parametrize(
    ("before", "status", "product", "quantity", "refusal"),
    [
        ([], "return", "P999", "1", NotInOrder),
        ([], "return", "P100", "4", TooManyUnits),
        ([("return", "P100", "2")], "return", "P100", "2", TooManyUnits),
        ([("ship", "P100", "3")], "cancel", "P100", "1", TooManyUnits),
        ([("ship", "P100", "2")], "cancel", "P100", "2", TooManyUnits),
        ([("return", "P100", "3")], "ship", "P100", "1", TooManyUnits),
        ([("cancel", "P100", "3")], "ship", "P100", "1", TooManyUnits),
        ([("return", "P100", "3")], "return", "P100", None, TooManyUnits),
    ],
)
def test_more_than_remains_is_refused_and_nothing_is_written(shop: Shop, before, status, product, quantity, refusal):
    shop.buy(*AT_ONCE)
    for verb, which, units in before:
        shop.change(verb, want(which, units))
    version, entries = shop.see().order.version, shop.account().version
    with pytest.raises(refusal):
        shop.change(status, want("P10"), want(product, quantity))

    assert (shop.see().order.version, shop.account().version) == (version, entries)


@pytest.mark.parametrize(("status", "left"), [("ship", 1310), ("return", 0), ("cancel", 1310)])
def test_repeating_a_change_of_the_whole_order_changes_nothing(shop: Shop, status: str, left: int):
    shop.buy(*AT_ONCE)
    first = shop.change(status)
    version = shop.see().order.version
    again = shop.change(status)

    assert again.status == first.status
    assert (again.points_removed, again.points_awarded, again.has_effect) == (0, left, False)
    assert shop.see().order.version == version


def test_a_cancel_after_release_takes_spend_but_no_points_and_a_return_then_takes_them(shop: Shop):
    shop.buy(*AT_ONCE)
    cancelled = shop.change("cancel")

    assert (cancelled.points_removed, cancelled.status) == (0, "cancelled")
    assert shop.account().counter("E") == (1310, 0, 0)
    returned = shop.change("return")
    assert (returned.points_removed, returned.status) == (1310, "returned")
    assert shop.account().counter("E") == (0, 0, 0)
    shop.check_book()


def test_the_rules_of_the_purchase_reverse_it_after_the_programme_changed(shop: Shop):
    shop.hold("itemShipDate", 2)
    shop.buy(*HELD)
    shop.hold("none", 0)
    shop.change("ship")

    assert [hold.release_at for hold in shop.holds()] == [int(datetime(2026, 3, 4, tzinfo=UTC).timestamp() * 1000)]
    assert shop.change("return").removed_from_hold == 140


def test_an_order_without_points_follows_the_same_states(shop: Shop):
    shop.hold("itemShipDate", 2)
    shop.place(order(line("P1", "0", "2")))

    assert shop.rows() == [(109, "CREDIT", 0, "Released")]
    assert shop.change("ship").status == "shipped"
    assert shop.change("return", want("P1", "1")).status == "partially returned"
    assert shop.change("return").status == "returned"
    assert shop.account().counter("E") == (0, 0, 0)
    shop.check_book()


def test_a_free_product_of_an_order_on_hold_comes_back_without_effect_too(shop: Shop):
    shop.hold("itemShipDate", 2)
    shop.buy(*HELD, line("Gift", "0"))
    shop.change("ship", want("Gift"))

    assert shop.change("return", want("Gift")).has_effect is False
    assert shop.rows() == [(109, "CREDIT", 140, "Hold")]


@pytest.mark.parametrize(("owes", "removed", "not_deducted", "left"), [(False, 40, 100, 0), (True, 140, 0, -100)])
def test_points_that_were_spent_meanwhile(shop: Shop, *, owes: bool, removed: int, not_deducted: int, left: int):
    shop.publish(negativePoints={"allowed": owes})
    shop.buy(*HELD)
    shop.redeem(100)
    answer = shop.change("return")

    assert (answer.points_removed, answer.points_not_deducted, answer.points_awarded) == (removed, not_deducted, 0)
    assert answer.figures.available == left
    assert shop.account().counter("E") == (0, 0, 0)
    shop.check_book()
