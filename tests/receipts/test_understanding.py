"""As many looks as it takes."""

from collections.abc import Iterator
from decimal import Decimal

import pytest

from chalicelib.receipts.judging import judge
from chalicelib.receipts.reading.agreeing import agreed
from chalicelib.receipts.understanding import LOOKS_MAX, understood
from chalicelib.recognised import Page
from tests.receipts.layouts import GROCER, TODAY, page, reading

FAINT = (
    GROCER.replace("CASH                              60.00\n", "")
    .replace("14.50      29.00", "14.50      2?.00")
    .replace("SUB TOTAL                         47.96\n", "")
)


class Looks:
    """Pages one after the other, counted."""

    def __init__(self, *texts: str) -> None:
        self.texts = texts
        self.taken = 0

    def __iter__(self) -> Iterator[Page]:
        for text in self.texts:
            self.taken += 1
            yield page(text)


def test_one_look_is_enough_where_everything_adds_up():
    looks = Looks(GROCER, GROCER)

    assert understood(looks, TODAY).total.value == Decimal("50.85")
    assert looks.taken == 1


def test_a_second_look_mends_the_first():
    looks = Looks(FAINT, GROCER)

    found = understood(looks, TODAY)

    assert looks.taken == 2
    assert found.looks_agreeing == 2
    assert judge(found).is_awarded


def test_looks_that_disagree_on_the_total_leave_it_to_a_human():
    found = understood(Looks(FAINT, FAINT.replace("50.85", "56.85")), TODAY)

    assert found.rivals
    assert not judge(found).is_awarded


def test_no_more_looks_are_taken_than_allowed():
    looks = Looks(*(["SHOP\nNOTHING  HERE"] * 9))

    understood(looks, TODAY)

    assert looks.taken == LOOKS_MAX


def test_no_look_at_all_reads_nothing():
    assert understood((), TODAY).total is None
    with pytest.raises(ValueError, match="no look"):
        agreed([])


def test_the_date_is_the_one_that_most_looks_saw():
    other = reading(GROCER.replace("14/03/2026", "19/03/2026"))

    found = agreed([other, reading(GROCER), reading(GROCER)])

    assert found.day.value.day == 14
    assert not found.is_day_disputed
    assert agreed([other, reading(GROCER)]).is_day_disputed
