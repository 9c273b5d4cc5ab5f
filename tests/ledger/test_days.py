from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.ledger import days
from tests.support.books import day

NEW_YORK = ZoneInfo("America/New_York")
AUCKLAND = ZoneInfo("Pacific/Auckland")
DATES = st.dates(date(1999, 1, 1), date(2101, 12, 31))


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "instant", "expected"),
    [
        ("UTC", utc(2026, 3, 1, 23, 59, 59), "2026-03-01"),
        ("UTC", utc(2026, 3, 2), "2026-03-02"),
        ("America/New_York", utc(2026, 3, 2, 4, 59, 59), "2026-03-01"),
        ("America/New_York", utc(2026, 3, 2, 5), "2026-03-02"),
        # Clocks went forward on 8 March: midnight is an hour nearer to UTC the day after.
        ("America/New_York", utc(2026, 3, 9, 3, 59, 59), "2026-03-08"),
        ("America/New_York", utc(2026, 3, 9, 4), "2026-03-09"),
        ("America/New_York", utc(2026, 11, 2, 4, 59, 59), "2026-11-01"),
        ("America/New_York", utc(2026, 11, 2, 5), "2026-11-02"),
        ("Pacific/Auckland", utc(2026, 1, 1, 10, 59, 59), "2026-01-01"),
        ("Pacific/Auckland", utc(2026, 1, 1, 11), "2026-01-02"),
        ("Asia/Kathmandu", utc(2026, 1, 1, 18, 14, 59), "2026-01-01"),
        ("Asia/Kathmandu", utc(2026, 1, 1, 18, 15), "2026-01-02"),
    ],
)
def test_a_day_begins_at_midnight_of_the_programmes_zone(zone, instant, expected):
    assert days.day_of(instant, ZoneInfo(zone)) == day(expected)


@pytest.mark.parametrize(
    ("zone", "of", "hours"),
    [
        (NEW_YORK, "2026-03-08", 23),
        (NEW_YORK, "2026-11-01", 25),
        (AUCKLAND, "2026-09-27", 23),
        (NEW_YORK, "2026-07-04", 24),
    ],
)
def test_a_day_is_as_long_as_its_zone_makes_it(zone, of, hours):
    assert days.start_of(day(of) + 1, zone) - days.start_of(day(of), zone) == timedelta(hours=hours)


def test_a_midnight_that_the_clocks_skip_still_begins_its_day():
    # In São Paulo clocks went from 00:00 to 01:00 on 4 November 2018: that day has no midnight.
    zone = ZoneInfo("America/Sao_Paulo")
    start = days.start_of(day("2018-11-04"), zone)

    assert days.day_of(start, zone) == day("2018-11-04")
    assert days.day_of(start - timedelta(milliseconds=1), zone) == day("2018-11-03")


@given(DATES, st.sampled_from(["UTC", "America/New_York", "Pacific/Auckland", "Europe/Berlin", "Pacific/Apia"]))
def test_the_start_of_a_day_is_its_first_instant(of, zone_name):
    zone = ZoneInfo(zone_name)
    if zone_name == "Pacific/Apia" and of == date(2011, 12, 30):
        return  # Samoa had no such day.
    start = days.start_of(of.toordinal(), zone)

    assert start.tzinfo is UTC
    assert days.day_of(start, zone) == of.toordinal()
    assert days.day_of(start - timedelta(seconds=1), zone) < of.toordinal()


@pytest.mark.parametrize(
    ("unit", "of", "first", "following"),
    [
        ("day", "2026-05-17", "2026-05-17", "2026-05-18"),
        ("week", "2026-05-17", "2026-05-11", "2026-05-18"),
        ("week", "2026-05-18", "2026-05-18", "2026-05-25"),
        ("week", "2027-01-01", "2026-12-28", "2027-01-04"),
        ("month", "2024-02-29", "2024-02-01", "2024-03-01"),
        ("month", "2026-12-31", "2026-12-01", "2027-01-01"),
        ("quarter", "2026-03-31", "2026-01-01", "2026-04-01"),
        ("quarter", "2026-04-01", "2026-04-01", "2026-07-01"),
        ("quarter", "2026-12-31", "2026-10-01", "2027-01-01"),
        ("year", "2026-12-31", "2026-01-01", "2027-01-01"),
    ],
)
def test_a_period_is_named_by_its_first_day(unit, of, first, following):
    assert days.period_of(unit, day(of)) == day(first)
    assert days.period_after(unit, day(first)) == day(following)


def test_a_lifetime_is_one_period_that_nothing_follows():
    assert days.period_of("lifetime", day("2026-05-17")) == days.FOREVER
    assert days.period_after("lifetime", days.FOREVER) is None


@given(DATES, st.sampled_from(["day", "week", "month", "quarter", "year"]))
def test_every_day_lies_in_its_period_and_before_the_next(of, unit):
    first = days.period_of(unit, of.toordinal())
    following = days.period_after(unit, first)

    assert first <= of.toordinal() < following
    assert days.period_of(unit, following - 1) == first
    assert days.period_of(unit, following) == following


@pytest.mark.parametrize(
    ("of", "months", "expected"),
    [
        ("2024-01-31", 1, "2024-02-29"),
        ("2023-01-31", 1, "2023-02-28"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-02-29", 48, "2028-02-29"),
        ("2026-12-15", 1, "2027-01-15"),
        ("2026-01-15", -1, "2025-12-15"),
        ("2026-03-31", -1, "2026-02-28"),
        ("2026-08-31", 0, "2026-08-31"),
    ],
)
def test_months_are_added_to_the_same_day_or_the_months_last(of, months, expected):
    assert days.add_months(day(of), months) == day(expected)


@given(DATES)
def test_months_and_years_end_as_the_calendar_says(of):
    assert date.fromordinal(days.month_end(of.toordinal())) == of.replace(day=monthrange(of.year, of.month)[1])
    assert date.fromordinal(days.year_end(of.toordinal())) == date(of.year, 12, 31)
    assert days.days_in_month(of) == monthrange(of.year, of.month)[1]


@pytest.mark.parametrize(
    ("joined", "of", "expected"),
    [
        ("2024-05-10", "2024-05-10", "2024-05-10"),
        ("2024-05-10", "2025-05-09", "2024-05-10"),
        ("2024-05-10", "2025-05-10", "2025-05-10"),
        ("2024-02-29", "2025-02-27", "2024-02-29"),
        ("2024-02-29", "2025-02-28", "2025-02-28"),
        ("2024-02-29", "2028-02-28", "2027-02-28"),
        ("2024-02-29", "2028-02-29", "2028-02-29"),
        ("2024-05-10", "2024-05-09", "2023-05-10"),
    ],
)
def test_a_membership_year_begins_on_the_day_of_joining(joined, of, expected):
    assert days.anniversary_of(day(joined), day(of)) == day(expected)


@given(st.integers(-(10**12), 4 * 10**12))
def test_milliseconds_keep_an_instant(milliseconds):
    assert days.to_ms(days.from_ms(milliseconds)) == milliseconds


def test_milliseconds_count_from_the_epoch_and_drop_what_is_finer():
    assert days.to_ms(utc(1970, 1, 2)) == 86_400_000
    assert days.to_ms(utc(1970, 1, 1, 0, 0, 0, 1_999)) == 1
