"""Amounts in the forms that shops print and readers garble."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.receipts.reading.amounts import amounts_in, bare_amounts_in, currency_in, whole_amounts_in


def values(text: str) -> list[str]:
    return [str(money.value) for money in amounts_in(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12.80", ["12.80"]),
        ("RM 1,234.50", ["1234.50"]),
        ("1.234,50 EUR", ["1234.50"]),
        ("12,80 €", ["12.80"]),
        ("$4.00", ["4.00"]),
        ("45.00S", ["45.00"]),
        ("5.60SR", ["5.60"]),
        ("-30.00", ["-30.00"]),
        ("0.24-", ["-0.24"]),
        ("(3.00)", ["-3.00"]),
        ("7.90*3", ["7.90"]),
        ("RMO.40", ["0.40"]),
        ("4. 96", ["4.96"]),
        ("2 x 3.10 6.20", ["3.10", "6.20"]),
    ],
)
def test_an_amount_is_seen_in_each_printed_form(text, expected):
    assert values(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "14.03.2026",
        "6.00 %",
        "39.42litre",
        "2.5",
        "18:42",
        "03-5551234",
        "No.49,Jalan",
        "12.50.1",
        "1.25L",
        "TEL 12345678",
    ],
)
def test_dates_rates_measures_and_numbers_are_no_amounts(text):
    assert values(text) == []


def test_a_letter_taken_for_a_digit_makes_an_amount_doubtful():
    assert [money.is_exact for money in amounts_in("RMO.40")] == [False]
    assert [money.is_exact for money in amounts_in("RM0.40")] == [True]


def test_a_missed_point_is_put_before_the_cents_and_doubted():
    (money,) = bare_amounts_in("1200")

    assert (money.value, money.is_exact) == (Decimal("12.00"), False)


def test_currencies_without_cents_have_whole_amounts():
    assert [money.value for money in whole_amounts_in("Rp 25.000")] == [25000]


@pytest.mark.parametrize(
    ("texts", "code"),
    [
        (["TOTAL RM 5.00"], "MYR"),
        (["Summe EUR 5,00"], "EUR"),
        (["£4.00"], "GBP"),
        (["S$ 4.00"], "SGD"),
        (["5.00"], None),
    ],
)
def test_the_currency_is_what_the_receipt_says(texts, code):
    assert currency_in(texts) == code


@given(st.decimals(min_value=0, max_value=Decimal("9999999.99"), places=2, allow_nan=False))
def test_every_amount_is_read_back_as_it_was_printed(amount):
    for text in (f"{amount:.2f}", f"{amount:,.2f}", f"RM{amount:.2f}", f"{amount:.2f} SR"):
        assert [money.value for money in amounts_in(text)] == [amount]
