"""Files of codes: every line is taken or named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.errors import Malformed
from chalicelib.rewards.codes import sheet


@pytest.mark.parametrize(
    "text",
    ["A\nB", "A\r\nB\r\n", "code\nA\nB\n", "\ufeffCoupon Code\nA\nB", "A,\nB,", "code;expires\nA;\nB;", "A\n\n  \nB",
     "code\texpires\nA\t\nB\t", '"A"\n"B"'],
)  # fmt: skip
def test_codes_are_read_from_what_sheets_write(text):
    read = sheet.from_csv(text)

    assert [line.code for line in read.lines] == ["A", "B"]
    assert read.faults == ()


@pytest.mark.parametrize("text", ["", "\n \n", "code\n", '"unfinished\nA' + "\x00"])
def test_a_file_without_codes_is_refused_or_has_only_faults(text):
    try:
        read = sheet.from_csv(text)
    except Malformed:
        return
    assert read.lines == ()


def test_a_code_too_many_is_refused_whole():
    sheet.from_list([str(number) for number in range(sheet.CODES_PER_CALL_MAX)])

    with pytest.raises(Malformed, match="in parts"):
        sheet.from_csv("\n".join(str(number) for number in range(sheet.CODES_PER_CALL_MAX + 1)))


@given(st.lists(st.text(st.sampled_from("aAbBéÉ "), max_size=4), min_size=1, max_size=60))
def test_every_line_is_taken_once_or_refused_once(codes):
    read = sheet.from_list(codes)

    numbers = [line.number for line in read.lines] + [fault.number for fault in read.faults]
    filled = [number for number, code in enumerate(codes, 1)]
    assert sorted(numbers) == filled
    folded = [line.folded for line in read.lines]
    assert len(set(folded)) == len(folded)


@given(st.lists(st.integers(), max_size=300), st.integers(1, 100))
def test_slices_hold_everything_in_order(numbers, size):
    lines = [sheet.Line(number, str(number)) for number in numbers]

    parts = sheet.slices(lines, size)

    assert [line for part in parts for line in part] == lines
    assert all(0 < len(part) <= size for part in parts)
