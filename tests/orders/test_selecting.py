from decimal import Decimal

import pytest

from chalicelib.ledger.rules import Lasting
from chalicelib.orders.order import Line, Order
from chalicelib.orders.selecting import (
    BadSelection,
    Cut,
    NotInOrder,
    TooManyUnits,
    UnknownStatus,
    Wanted,
    check,
    moved,
    select,
    verb_of,
)
from tests.orders.shop import START, line, want


def order(*lines: Line) -> Order:
    return Order("SO-1", lines, START, 2, 739_000, 0, 1, "1", Lasting("never"))


THREE = order(Line(line("P1", quantity="2")), Line(line("P2")), Line(line("P1", quantity="1.5")))


@pytest.mark.parametrize(
    ("status", "verb"),
    [
        ("ship", "ship"),
        ("Full Ship", "ship"),
        ("PARTIAL SHIP", "ship"),
        ("shipped", "ship"),
        ("return", "return"),
        ("PARTIAL RETURN", "return"),
        ("partial_return", "return"),
        ("Full-Return", "return"),
        (" returned ", "return"),
        ("cancel", "cancel"),
        ("Partial  Cancel", "cancel"),
        ("CANCELLED", "cancel"),
        ("Canceled", "cancel"),
    ],
)
def test_status_words_in_any_case(status: str, verb: str):
    assert verb_of(status) == verb


@pytest.mark.parametrize("status", ["", "   ", "placed", "refund", "partial", "return it", "full full ship", "ship\0"])
def test_other_words_are_refused(status: str):
    with pytest.raises(UnknownStatus, match="ship, return or cancel"):
        verb_of(status)


def test_units_fill_the_lines_of_a_product_in_their_order():
    assert select(THREE, "return", [want("P1", "2.5")]) == (Cut(0, 2000), Cut(2, 500))


def test_a_product_named_twice_goes_on_where_it_stopped():
    assert select(THREE, "ship", [want("P1", "1"), want("P1", "2")]) == (Cut(0, 2000), Cut(2, 1000))


def test_without_a_quantity_all_that_remain_are_meant():
    assert select(THREE, "cancel", [want("P1")]) == (Cut(0, 2000), Cut(2, 1500))


def test_the_whole_order_means_all_lines():
    assert select(THREE, "ship", None) == (Cut(0, 2000), Cut(1, 1000), Cut(2, 1500))


@pytest.mark.parametrize(("quantity", "fits"), [("3.5", True), ("3.501", False), ("4", False)])
def test_no_more_than_there_is(quantity: str, *, fits: bool):
    if fits:
        assert sum(cut.units for cut in select(THREE, "return", [want("P1", quantity)])) == 3500
    else:
        with pytest.raises(TooManyUnits, match=r"orderDetail\[0\].quantity: 3.5 of this product can still be returned"):
            select(THREE, "return", [want("P1", quantity)])


def test_an_unknown_product_is_named_by_its_place():
    with pytest.raises(NotInOrder, match=r"orderDetail\[1\].id"):
        select(THREE, "ship", [want("P2"), want("p1")])


def test_product_ids_are_compared_in_composed_form():
    cafe = order(Line(line("Caf\u00e9")))

    assert select(cafe, "ship", [want("Cafe\u0301")]) == (Cut(0, 1000),)


@pytest.mark.parametrize("quantity", ["0", "-1", "0.0001", "NaN", "Infinity", "1000001"])
def test_quantities_that_are_none(quantity: str):
    with pytest.raises(BadSelection, match=r"orderDetail\[1\].quantity"):
        check([want("P1"), Wanted("P1", Decimal(quantity))])


@pytest.mark.parametrize(("count", "fits"), [(0, False), (1, True), (200, True), (201, False)])
def test_so_many_lines_at_most(count: int, *, fits: bool):
    if fits:
        check([want("P1")] * count)
    else:
        with pytest.raises(BadSelection, match="1 to 200"):
            check([want("P1")] * count)


def test_shipped_units_come_back_first_then_unshipped_then_spared_ones():
    start = Line(line("P1", quantity="6"), shipped=2000, cancelled=3000, spared=2000)

    assert moved(start, "return", 1000) == Line(start.about, shipped=1000, returned=1000, cancelled=3000, spared=2000)
    assert moved(start, "return", 3000) == Line(start.about, returned=3000, cancelled=3000, spared=2000)
    assert moved(start, "return", 5000) == Line(start.about, returned=5000, cancelled=1000)
