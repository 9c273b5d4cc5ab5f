"""Which units of an order changed when follows from its final state and what the book tells of each change."""

from dataclasses import replace
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from chalicelib.backtesting.changes import Told, changes_of
from chalicelib.orders.order import Line, NewLine, Noted, Order
from tests.backtesting import worlds
from tests.orders.shop import START

UTC = ZoneInfo("UTC")


def line(product: str, quantity: str, spend: int, **more: int) -> Line:
    return Line(NewLine(product, Decimal(quantity), Decimal(1)), share=spend // 100, spend=spend, **more)


def order(*lines: Line, **more: object) -> Order:
    base = Order("SO-1", lines, START, 2, START.toordinal(), 0, 1, "1", worlds.LASTING)
    return replace(base, **more)


def back(at: int, spend: int, points: int | None = None) -> Told:
    return Told(at, at, "return", spend, spend // 100 if points is None else points)


def wanted(found: Order, *told: Told) -> list[tuple[int, str, dict[str, int]]]:
    changes, guessed = changes_of(found, told, UTC)
    assert guessed == 0
    return [(each.at, each.verb, {name: int(units) for name, units in each.wanted}) for each in changes]


def test_a_single_return_is_all_that_came_back():
    found = order(line("A", "2", 6_000, returned=2_000), line("B", "1", 500, returned=1_000), line("C", "1", 100))

    assert wanted(found, back(9, 6_500)) == [(9, "return", {"A": 2, "B": 1})]


def test_returns_in_parts_are_told_apart_by_what_they_were_worth():
    found = order(line("A", "3", 9_000, returned=3_000), line("B", "2", 1_000, returned=2_000))

    assert wanted(found, back(7, 1_000), back(8, 6_000), back(9, 3_000)) == [
        (7, "return", {"B": 2}),
        (8, "return", {"A": 2}),
        (9, "return", {"A": 1}),
    ]


def test_units_of_one_line_beside_a_whole_other_are_found():
    found = order(line("A", "3", 9_000, returned=3_000), line("B", "2", 1_000, returned=2_000))

    assert wanted(found, back(7, 7_000), back(9, 3_000))[0] == (7, "return", {"A": 2, "B": 2})


def test_a_shipment_that_left_no_entry_was_the_last_and_of_everything():
    found = order(line("A", "2", 6_000, shipped=1_000, returned=1_000), shipped_at=5)

    assert wanted(found, back(9, 3_000)) == [(5, "ship", {"A": 2}), (9, "return", {"A": 1})]


def test_what_was_noted_is_exact():
    noted = (Noted(4, "return", 1, 1_000), Noted(6, "cancel", 0, 2_000))
    found = order(line("A", "3", 9_000, cancelled=2_000, spared=2_000), line("B", "1", 100), noted=noted)

    assert wanted(found, Told(6, 6, "cancel", 6_000, 0)) == [(4, "return", {"B": 1}), (6, "cancel", {"A": 2})]


def test_what_fits_nothing_is_taken_line_by_line_and_counted():
    found = order(line("A", "2", 6_000, returned=2_000), line("B", "1", 500, returned=1_000))

    changes, guessed = changes_of(found, [back(7, 1_234), back(9, 5_266)], UTC)

    assert guessed == 2
    assert [dict(each.wanted) for each in changes] == [{"A": 1}, {"A": 1, "B": 1}]


@pytest.mark.parametrize("units", [1, 2, 3])
def test_units_of_one_product_on_several_lines_are_asked_for_together(units):
    lines = [line("A", "1", 1_000, returned=1_000 if place < units else 0) for place in range(3)]

    assert wanted(order(*lines), back(9, 1_000 * units)) == [(9, "return", {"A": units})]
