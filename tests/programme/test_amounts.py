"""Points and money between the wire and the book."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.programme import amounts
from chalicelib.programme.amounts import TooFine
from tests.programme.documents import programme


@pytest.mark.parametrize(
    ("decimals", "amount", "units"), [(0, "137", 137), (1, "13.7", 137), (2, "1.37", 137), (2, "5", 500)]
)
def test_points_become_whole_numbers(decimals: int, amount: str, units: int):
    assert amounts.points_in_units(programme(pointDecimals=decimals), Decimal(amount)) == units


@pytest.mark.parametrize(
    ("decimals", "amount", "wanted"),
    [(0, "0.5", "no decimals"), (1, "0.55", "at most 1 decimals"), (2, "0.001", "at most 2 decimals")],
)
def test_a_smaller_part_of_a_point_is_refused(decimals: int, amount: str, wanted: str):
    with pytest.raises(TooFine) as caught:
        amounts.points_in_units(programme(pointDecimals=decimals), Decimal(amount))

    assert str(caught.value) == f"Points of this programme have {wanted}; got {amount}."


@given(st.integers(-(10**20), 10**20), st.integers(0, 2))
def test_points_come_back_from_the_wire_as_they_were(units: int, decimals: int):
    rules = programme(pointDecimals=decimals)
    shown = amounts.points_on_wire(rules, units)

    assert amounts.points_in_units(rules, shown) == units
    assert "E" not in str(shown)


@pytest.mark.parametrize(("amount", "cents"), [("19.99", 1999), ("0.004", 0), ("0.005", 1), ("1.994999", 199)])
def test_money_is_counted_in_the_currencys_smallest_unit(amount: str, cents: int):
    assert amounts.money_in_units(programme(), Decimal(amount)) == cents


@pytest.mark.parametrize(
    ("rounding", "value_decimals", "units", "value"),
    [
        ("down", 2, 6620, "66.20"),
        ("down", 0, 199, "1"),
        ("nearest", 0, 149, "1"),
        ("nearest", 0, 150, "2"),
        ("up", 0, 101, "2"),
        ("up", 0, 100, "1"),
        ("down", 0, -199, "-1"),
        ("down", 2, 0, "0.00"),
    ],
)
def test_what_points_are_worth(rounding: str, value_decimals: int, units: int, value: str):
    rules = programme(currency={"rounding": rounding, "valueDecimals": value_decimals})

    assert str(amounts.currency_value(rules, units)) == value


@pytest.mark.parametrize(
    ("decimals", "units", "shown"), [(2, 1999, "19.99"), (2, 1950, "19.5"), (0, 7, "7"), (4, 1, "0.0001")]
)
def test_money_is_shown_without_trailing_zeros(decimals: int, units: int, shown: str):
    rules = programme(currency={"decimals": decimals, "valueDecimals": 0})

    assert str(amounts.money_on_wire(rules, units)) == shown


MANY_DIGITS = 10**40 + 1
"""More than decimal's default precision of 28 keeps."""


def test_no_digit_of_a_large_number_is_lost():
    assert amounts.on_wire(MANY_DIGITS, 2) == Decimal(MANY_DIGITS).scaleb(-2, amounts.EXACT)
    assert amounts.in_units(amounts.on_wire(MANY_DIGITS, 2), 2) == MANY_DIGITS
    assert amounts.rounded(Decimal(f"{MANY_DIGITS}.5"), "up") == MANY_DIGITS + 1
    assert amounts.rounded(Decimal(f"{MANY_DIGITS}.5"), "nearest") == MANY_DIGITS + 1


def test_what_very_many_points_are_worth_is_exact():
    rules = programme(currency={"creditsToCurrencyRatio": "1", "valueDecimals": 2})

    assert str(amounts.currency_value(rules, MANY_DIGITS)) == f"{MANY_DIGITS}.00"
