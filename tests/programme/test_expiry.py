"""Which expiry policy decides, and the last day on which points are good."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.ledger.account import NEVER
from chalicelib.programme.definitions.ladder import Expiry
from chalicelib.programme.expiry import lasting, lasting_of, own_expiry, rolling_days
from chalicelib.programme.section import DAYS_MAX
from chalicelib.programme.validation import validate
from tests.programme.documents import document, place_of


def last_day(policy: Expiry, earned: date) -> date | None:
    day = lasting_of(policy).good_through(earned.toordinal())
    return None if day == NEVER else date.fromordinal(day)


@pytest.mark.parametrize(
    ("policy", "earned", "last"),
    [
        (Expiry(type="rollingDays", days=365), date(2025, 3, 1), date(2026, 3, 1)),
        (Expiry(type="rollingDays", days=365), date(2024, 2, 29), date(2025, 2, 28)),
        (Expiry(type="rollingDays", days=1), date(2025, 12, 31), date(2026, 1, 1)),
        (Expiry(type="endOfMonth", months=0), date(2024, 2, 1), date(2024, 2, 29)),
        (Expiry(type="endOfMonth", months=0), date(2024, 2, 29), date(2024, 2, 29)),
        (Expiry(type="endOfMonth", months=1), date(2025, 1, 31), date(2025, 2, 28)),
        (Expiry(type="endOfMonth", months=12), date(2025, 2, 28), date(2026, 2, 28)),
        (Expiry(type="endOfMonth", months=1), date(2025, 12, 31), date(2026, 1, 31)),
        (Expiry(type="endOfYear"), date(2025, 1, 1), date(2025, 12, 31)),
        (Expiry(type="endOfYear"), date(2025, 12, 31), date(2025, 12, 31)),
        (Expiry(type="endOfYear", years=1), date(2024, 2, 29), date(2025, 12, 31)),
        (Expiry(type="never"), date(2025, 1, 1), None),
    ],
)
def test_the_last_day_on_which_points_are_good(policy: Expiry, earned: date, last: date | None):
    assert last_day(policy, earned) == last


DATES = st.dates(date(1970, 1, 1), date(2200, 12, 31))


@given(DATES, st.integers(1, DAYS_MAX))
def test_rolling_points_are_good_for_their_days(earned: date, days: int):
    last = last_day(Expiry(type="rollingDays", days=days), earned)

    assert last is not None
    assert (last - earned).days == days


@given(DATES, st.integers(0, 120))
def test_points_to_a_month_end_die_on_the_last_day_of_the_right_month(earned: date, months: int):
    last = last_day(Expiry(type="endOfMonth", months=months), earned)

    assert last is not None
    assert (last.year - earned.year) * 12 + last.month - earned.month == months
    assert date.fromordinal(last.toordinal() + 1).day == 1


@given(DATES, DATES, st.sampled_from([Expiry(type="rollingDays", days=9), Expiry(type="endOfMonth", months=2)]))
def test_points_earned_later_never_die_earlier(one: date, other: date, policy: Expiry):
    first, second = last_day(policy, min(one, other)), last_day(policy, max(one, other))

    assert first is not None
    assert second is not None
    assert first <= second


def test_the_actions_policy_goes_before_the_tiers_and_that_before_the_programmes():
    whole = document()
    whole["actions"][place_of(101)]["expireInDays"] = 30
    whole["tiers"]["levels"][1]["expiry"] = {"type": "endOfYear"}
    programme = validate(whole)

    assert lasting(programme, 101, "2").count == 30
    assert lasting(programme, 102, "2").unit == "year_end"
    assert lasting(programme, 102, "1").count == 365
    assert lasting(programme, 999, "1").count == 365


@pytest.mark.parametrize(("days", "shown"), [(0, 0), (1, 1), (365, 365)])
def test_zero_days_mean_never(days: int, shown: int):
    whole = document()
    whole["actions"][place_of(101)]["expireInDays"] = days
    action = validate(whole).action(101)
    assert action is not None
    policy = own_expiry(action)

    assert policy is not None
    assert policy.type == ("rollingDays" if days else "never")
    assert rolling_days(policy) == shown


def test_ends_of_months_and_years_have_no_number_of_days():
    assert rolling_days(Expiry(type="endOfYear")) is None
