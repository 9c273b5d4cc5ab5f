"""Dates in every printed form, day first, and never a nonsense."""

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.receipts.reading.dates import dates_in, times_in
from tests.receipts.layouts import TODAY, reading


def days(text: str) -> list[date]:
    return [printed.day for printed in dates_in(text, TODAY)]


@pytest.mark.parametrize(
    "text",
    [
        "05/04/2018", "05-04-2018", "05.04.2018", "5/4/18", "05 APR 2018", "5-Apr-18", "APR 5, 2018", "5th April 2018",
        "2018-04-05", "20180405", "05 Avril 2018", "5. Apr. 2018", "5 de abril de 2018", "05/04/20185:41:06",
        "05/04/1808:28", "o5/o4/2018", "DATE:05/04/2018(Thu)", "ORD #07-REG#19-05/04/2018 17:24",
    ],
)  # fmt: skip
def test_one_day_in_many_forms(text):
    assert days(text) == [date(2018, 4, 5)]


@pytest.mark.parametrize(
    "text", ["31/02/2018", "45/13/2018", "05/04/1987", "05/04/2031", "INVOICE NO:22497", "1-300-88-2525"]
)
def test_what_is_no_date_of_a_receipt_is_none(text):
    assert days(text) == []


def test_month_first_only_where_the_receipt_shows_it():
    assert days("04/25/2018") == [date(2018, 4, 25)]
    assert reading("SHOP\nDATE 04/05/2018\nDUE 04/25/2018").day.value == date(2018, 4, 5)
    assert reading("SHOP\nDATE 04/05/2018").day.value == date(2018, 5, 4)


def test_the_date_at_its_label_counts_more_than_others():
    found = reading("SHOP\nMEMBER SINCE 01/01/2015\nDATE 04/05/2018 12:30\nEXCHANGE UNTIL 04/06/2018")

    assert found.day.value == date(2018, 5, 4)
    assert not found.is_day_disputed


def test_two_dates_alike_are_in_dispute():
    assert reading("SHOP\n04/05/2018\n07/05/2018").is_day_disputed


def test_a_month_that_lost_a_letter_is_still_one():
    assert days("14/um/2017") == [date(2017, 6, 14)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("08:34:22", time(8, 34, 22)), ("1:09 PM", time(13, 9)), ("12:05am", time(0, 5)), ("17h24", time(17, 24))],
)
def test_times_of_day(text, expected):
    assert list(times_in(text)) == [expected]


@given(
    st.dates(min_value=date(2006, 1, 1), max_value=TODAY),
    st.sampled_from(["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d %b %Y"]),
)
def test_every_day_is_read_back_as_it_was_printed(day, form):
    assert days(day.strftime(form)) == [day]
