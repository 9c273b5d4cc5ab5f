"""A whole receipt, and pages that nobody would call one."""

import random
from datetime import date, time
from decimal import Decimal
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.receipts.reading.reading import read
from chalicelib.recognised import WORDS_MAX, Box, Page, Word
from tests.receipts.layouts import GROCER, TODAY, page, reading

SECONDS_MAX = 5.0


@pytest.mark.proves("A018")
@pytest.mark.parametrize("slope", [0.0, 0.05])
def test_a_receipt_is_understood_to_the_last_field(slope):
    found = reading(GROCER, slope=slope)

    assert found.shop.value == "GREEN VALLEY MART SDN BHD"
    assert found.address.value.endswith("SELANGOR")
    assert (found.day.value, found.time_of_day.value) == (date(2026, 3, 14), time(18, 42))
    assert found.number.value == "GV-100234"
    amounts = {name: getattr(found, name).value for name in ("total", "subtotal", "tax", "rounding", "cash", "change")}
    assert amounts == {
        "total": Decimal("50.85"),
        "subtotal": Decimal("47.96"),
        "tax": Decimal("2.88"),
        "rounding": Decimal("0.01"),
        "cash": Decimal("60.00"),
        "change": Decimal("9.15"),
    }
    assert len(found.lines) == 3
    assert found.total.boxes


def test_a_currency_without_cents_has_whole_totals():
    found = reading(
        "WARUNG SATU\nNASI GORENG  Rp 25.000\nES TEH  Rp 5.000\nTOTAL  Rp 30.000\nTUNAI  Rp 50.000\nKEMBALI  Rp 20.000"
    )

    assert (found.total.value, found.currency) == (30000, "IDR")


@given(st.lists(st.text(max_size=40), max_size=12))
def test_whatever_is_written_is_read_without_a_fault(rows):
    words = tuple(Word(text, Box(0, at * 20, 10 * len(text) + 1, at * 20 + 15), 0.5) for at, text in enumerate(rows))

    read(Page(words, 400, 400), TODAY)


@pytest.mark.parametrize(
    "label", ["TOTAL", "SUBTOTAL", "CASH", "CHANGE", "GST", "ROUNDING", "01/02/2020", "X" * 300, "7"]
)
def test_a_page_made_to_take_long_is_read_in_time(label):
    chance = random.Random(137)
    rows = "\n".join(f"{label}  {chance.randrange(99999) / 100:.2f}" for _ in range(WORDS_MAX))

    began = process_time()
    read(page(rows), TODAY)

    assert process_time() - began < SECONDS_MAX


def test_a_page_of_one_endless_row_is_read_in_time():
    one_row = Page(tuple(Word("1.23", Box(at, 0, at + 9, 9), 1.0) for at in range(0, 20 * WORDS_MAX, 10)), 9, 9)

    began = process_time()
    read(one_row, TODAY)

    assert process_time() - began < SECONDS_MAX
