"""Rows rebuilt from boxes."""

import pytest

from chalicelib.receipts.reading.rows import plain, rows_of
from chalicelib.recognised import Box, Page, Word
from tests.receipts.layouts import GROCER, page


def texts(found: Page) -> list[str]:
    return [row.text for row in rows_of(found)]


@pytest.mark.parametrize("slope", [-0.08, -0.03, 0.0, 0.03, 0.08])
def test_rows_of_a_skewed_page_are_the_printed_rows(slope):
    expected = [" ".join(line.split()) for line in GROCER.strip("\n").split("\n")]

    assert texts(page(GROCER, slope=slope)) == expected


def test_words_above_each_other_are_no_row_however_close():
    words = (Word("TOTAL", Box(0, 0, 50, 20), 1.0), Word("TUNAI", Box(5, 8, 55, 28), 1.0))

    assert texts(Page(words, 100, 100)) == ["TOTAL", "TUNAI"]


def test_a_row_runs_from_left_to_right_whatever_the_order_of_reading():
    words = (Word("9.15", Box(200, 2, 240, 22), 1.0), Word("CHANGE", Box(0, 0, 60, 20), 1.0))

    assert texts(Page(words, 300, 100)) == ["CHANGE 9.15"]


def test_full_width_signs_become_those_of_a_keyboard():
    assert plain("（12345－X）：") == "(12345-X):"  # noqa: RUF001 - what a reader of Chinese print gives.


def test_an_empty_page_has_no_rows():
    assert texts(Page((), 100, 100)) == []
