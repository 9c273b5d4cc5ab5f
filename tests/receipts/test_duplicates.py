"""The same receipt sent again."""

from dataclasses import replace
from datetime import date, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.receipts.duplicates import LOOK_BITS, Print, bands, compared, key_of
from chalicelib.receipts.reasons import MODERATION, REJECTED
from chalicelib.receipts.seen import print_of
from tests.receipts.layouts import GROCER, reading

LOOK = int("0123456789abcdef" * 4, 16)
FIRST = Print(
    sha256="a" * 64,
    look=LOOK,
    shop="GREEN VALLEY MART SDN BHD",
    day=date(2026, 3, 14),
    time_of_day=time(18, 42),
    total=Decimal("50.85"),
    number="GV-100234",
)
FAR = LOOK ^ (1 << 200) - 1


def flipped(bits: int) -> int:
    return LOOK ^ sum(1 << place * 8 for place in range(bits))


def code(new: Print, old: Print = FIRST) -> str | None:
    reason = compared(new, old, "S-1")
    return reason.code if reason else None


@pytest.mark.proves("A018")
def test_the_same_file_is_known_whatever_was_read():
    assert code(Print(sha256="a" * 64, look=0)) == "same-file"


@pytest.mark.proves("A018")
def test_the_same_photograph_resized_is_known_by_its_look():
    reason = compared(replace(FIRST, sha256="b", look=flipped(20), shop=None, time_of_day=None), FIRST, "S-1")

    assert reason is not None
    assert (reason.code, reason.outcome, reason.about) == ("same-picture", REJECTED, "S-1")


@pytest.mark.proves("A018")
def test_another_photograph_of_the_same_paper_is_known_by_what_it_says():
    assert code(replace(FIRST, sha256="b", look=FAR)) == "same-receipt"
    assert code(replace(FIRST, sha256="b", look=FAR, number=None, shop="GREEN VALEY MART SDN BHD")) == "same-receipt"
    assert code(replace(FIRST, sha256="b", look=FAR, time_of_day=None)) == "same-receipt"


def test_where_too_little_was_read_a_human_compares():
    reason = compared(replace(FIRST, sha256="b", look=FAR, time_of_day=None, number=None), FIRST)

    assert reason is not None
    assert reason.outcome == MODERATION


@pytest.mark.parametrize(
    "change",
    [
        {"time_of_day": time(18, 43), "number": "GV-100235"},
        {"total": Decimal("50.86")},
        {"day": date(2026, 3, 15)},
        {"shop": "RIVER PHARMACY", "look": FAR},
    ],
)
def test_two_purchases_at_one_till_are_two(change):
    assert code(replace(FIRST, **{"sha256": "b", "look": flipped(30), **change})) is None


def test_the_very_same_look_with_another_total_is_looked_at():
    assert code(replace(FIRST, sha256="b", look=flipped(10), total=Decimal("50.86"))) == "maybe-same-receipt"
    assert code(replace(FIRST, sha256="b", look=flipped(11), total=Decimal("50.86"))) is None


def test_two_pictures_of_nothing_are_no_duplicates_for_sure():
    reason = compared(Print(sha256="b", look=0), Print(sha256="c", look=0))

    assert reason is not None
    assert reason.outcome == MODERATION


def test_a_print_holds_what_was_read():
    found = print_of("c" * 64, 5, reading(GROCER))

    assert (found.day, found.total, found.number) == (date(2026, 3, 14), Decimal("50.85"), "GV-100234")
    assert key_of(found) == key_of(replace(found, sha256="d", look=9, shop="OTHER"))
    assert key_of(found) != key_of(replace(found, number="GV-100235"))
    assert key_of(replace(found, number=None, time_of_day=None)) is None


@given(st.integers(min_value=0, max_value=2**LOOK_BITS - 1), st.sets(st.integers(0, LOOK_BITS - 1), max_size=31))
def test_looks_that_differ_in_few_bits_share_a_band(look, places):
    other = look
    for place in places:
        other ^= 1 << place

    assert set(bands(look)) & set(bands(other))
    assert len(bands(look)) == 32
