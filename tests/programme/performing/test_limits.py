"""Whether a member may still earn: both sides of every limit, in its own period, and the waiting time in words."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from chalicelib.errors import EARN_LATER, LIMIT_REACHED
from chalicelib.ledger.account import Account, Limit
from chalicelib.ledger.entry import Counted
from chalicelib.programme.in_force import InForce, compiled
from chalicelib.programme.limits import Counter
from chalicelib.programme.performing.limits import Allowed, Withheld, allow, counted_so_far, performed, used_up, waiting
from chalicelib.programme.validation import validate
from tests.programme.documents import document, place_of

ACTION = 129
NOW = datetime(2026, 3, 18, 12, tzinfo=UTC)
TODAY = date(2026, 3, 18).toordinal()
MONTH = date(2026, 3, 1).toordinal()
LAST_MONTH = date(2026, 2, 1).toordinal()
NOTHING_BEFORE = (0, 0, 0)


def force(zone: str = "UTC", **fields: Any) -> InForce:
    """The default programme, its action 129 with these limits and no others."""
    whole = document(timeZone=zone)
    whole["actions"][place_of(ACTION)] |= {"limits": [], **fields}
    return compiled(validate(whole), 7)


def often(times: int, period: str) -> dict[str, Any]:
    return {"limits": [{"times": times, "period": period}]}


def cap(points: int, period: str) -> dict[str, Any]:
    return {"maxPoints": points, "period": period}


def counted(**limits: Limit) -> Account:
    """An account that has counted this much; keys are the letter of the period."""
    return Account(limits={f"{ACTION}{letter}": values for letter, values in limits.items()})


def judge(limits: dict[str, Any], account: Account, wished: int = 25, now: datetime = NOW) -> Allowed | Withheld:
    return allow(account, force(**limits), ACTION, wished, now)


def test_an_action_without_limits_lets_everything_through_and_counts_nothing():
    assert judge({}, Account(), 137) == Allowed(137, ())


def test_what_counts_is_named_by_limit_and_period():
    limits = often(3, "day") | cap(60, "month")

    assert judge(limits, Account()) == Allowed(25, (Counted("129d", TODAY, 1, 25), Counted("129m", MONTH, 1, 25)))


@pytest.mark.parametrize(("done", "is_open"), [(0, True), (1, True), (2, False), (3, False)])
def test_a_number_of_times_is_allowed_and_no_more(done: int, is_open: bool):  # noqa: FBT001
    outcome = judge(often(2, "month"), counted(m=(MONTH, done, 25 * done, *NOTHING_BEFORE)))

    assert isinstance(outcome, Allowed) is is_open


@pytest.mark.parametrize(("given", "points"), [(0, 25), (35, 25), (36, 24), (59, 1), (60, None), (61, None)])
def test_a_cap_lets_through_what_is_left_of_it(given: int, points: int | None):
    outcome = judge(cap(60, "month"), counted(m=(MONTH, 3, given, *NOTHING_BEFORE)))

    if points is None:
        assert isinstance(outcome, Withheld)
    else:
        assert outcome == Allowed(points, (Counted("129m", MONTH, 1, points),))


def test_the_tightest_of_several_caps_decides_whichever_comes_first():
    day_is_tighter = often(9, "week") | cap(60, "month")
    nearly_full = counted(w=(date(2026, 3, 16).toordinal(), 8, 0, 0, 0, 0), m=(MONTH, 1, 50, 0, 0, 0))

    outcome = judge(day_is_tighter, nearly_full)

    assert isinstance(outcome, Allowed)
    assert [each.points for each in outcome.counted] == [10, 10]


@pytest.mark.parametrize(
    ("present", "before", "expected"),
    [
        ((MONTH, 2), (LAST_MONTH, 9), 2),
        ((LAST_MONTH, 9), (0, 0), 0),
        ((date(2026, 4, 1).toordinal(), 9), (MONTH, 2), 2),
        ((date(2026, 4, 1).toordinal(), 9), (LAST_MONTH, 5), 0),
    ],
)
def test_only_the_period_that_is_now_counts(present: tuple[int, int], before: tuple[int, int], expected: int):
    """A clock that was set back finds its period as the one before."""
    account = counted(m=(present[0], present[1], 0, before[0], before[1], 0))
    limit = Counter("129m", "month", 3, None)

    assert performed(account, limit, TODAY) == expected


def test_points_of_the_period_before_count_when_the_clock_was_set_back():
    account = counted(m=(date(2026, 4, 1).toordinal(), 1, 5, MONTH, 1, 50))

    assert judge(cap(60, "month"), account) == Allowed(10, (Counted("129m", MONTH, 1, 10),))


def test_points_of_a_period_that_is_over_count_no_more():
    over = counted(m=(date(2026, 4, 1).toordinal(), 1, 55, LAST_MONTH, 5, 55))

    assert judge(cap(60, "month"), over, 60) == Allowed(60, (Counted("129m", MONTH, 1, 60),))
    assert judge(cap(60, "month"), Account(), 60) == Allowed(60, (Counted("129m", MONTH, 1, 60),))


def test_what_a_limit_stands_at_is_told_by_period_and_without_another_performance():
    limits = often(3, "day") | cap(60, "month")
    account = counted(d=(TODAY - 1, 2, 50, *NOTHING_BEFORE), m=(MONTH, 2, 50, *NOTHING_BEFORE))
    in_tokyo = datetime(2026, 3, 17, 15, tzinfo=UTC)  # The 18th has begun there.

    found = counted_so_far(account, force("Asia/Tokyo", **limits), ACTION, in_tokyo)

    assert found == (Counted("129d", TODAY, 0, 0), Counted("129m", MONTH, 2, 50))
    assert counted_so_far(account, force(), ACTION, NOW) == ()


def test_a_limit_opens_again_at_midnight_in_the_programmes_zone():
    tokyo = force("Asia/Tokyo", **often(1, "day"))

    outcome = allow(counted(d=(TODAY, 1, 25, *NOTHING_BEFORE)), tokyo, ACTION, 25, NOW)

    assert outcome == Withheld(
        EARN_LATER, "Points can be earned next in 3 hours", datetime(2026, 3, 18, 15, tzinfo=UTC)
    )


def test_nothing_was_performed_where_nothing_was_counted():
    assert performed(Account(), Counter("129m", "month", 3, None), TODAY) == 0


def test_a_limit_for_a_lifetime_is_used_up_for_good():
    outcome = judge(often(1, "lifetime"), counted(l=(0, 1, 25, *NOTHING_BEFORE)))

    assert outcome == Withheld(LIMIT_REACHED, "Points cannot be awarded due to limit reached")


def test_a_limit_of_a_period_says_when_it_opens():
    outcome = judge(often(1, "day"), counted(d=(TODAY, 1, 25, *NOTHING_BEFORE)))

    opens = datetime(2026, 3, 19, tzinfo=UTC)
    assert outcome == Withheld(EARN_LATER, "Points can be earned next in 12 hours", opens)


def test_of_two_limits_that_open_again_the_later_decides():
    both = {"limits": [{"times": 1, "period": "day"}, {"times": 1, "period": "month"}]}
    account = counted(d=(TODAY, 1, 25, *NOTHING_BEFORE), m=(MONTH, 1, 25, *NOTHING_BEFORE))

    outcome = judge(both, account)

    assert outcome == Withheld(
        EARN_LATER, "Points can be earned next in 13 days 12 hours", datetime(2026, 4, 1, tzinfo=UTC)
    )


def test_a_lifetime_that_is_over_is_over_whatever_else_opens_again():
    both = {"limits": [{"times": 1, "period": "day"}, {"times": 1, "period": "lifetime"}]}
    account = counted(d=(TODAY, 1, 25, *NOTHING_BEFORE), l=(0, 1, 25, *NOTHING_BEFORE))

    outcome = judge(both, account)

    assert isinstance(outcome, Withheld)
    assert (outcome.code, outcome.opens) == (LIMIT_REACHED, None)


def test_the_day_of_a_limit_is_the_programmes_day():
    late = datetime(2026, 3, 18, 15, tzinfo=UTC)  # The 19th has begun in Tokyo.
    tokyo = force("Asia/Tokyo", **often(1, "day"))
    account = counted(d=(TODAY, 1, 25, *NOTHING_BEFORE))

    assert isinstance(allow(account, tokyo, ACTION, 25, late - timedelta(seconds=1)), Withheld)
    assert allow(account, tokyo, ACTION, 25, late) == Allowed(25, (Counted("129d", TODAY + 1, 1, 25),))


def test_a_used_up_limit_is_told_and_an_open_one_is_not():
    once = force(**often(1, "lifetime"))
    nearly = force(**cap(60, "month"))

    assert used_up(counted(l=(0, 1, 25, *NOTHING_BEFORE)), once, ACTION, NOW) == Withheld(
        LIMIT_REACHED, "Points cannot be awarded due to limit reached"
    )
    assert used_up(Account(), once, ACTION, NOW) is None
    assert used_up(counted(m=(MONTH, 3, 59, *NOTHING_BEFORE)), nearly, ACTION, NOW) is None


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(0), "1 minute"),
        (timedelta(seconds=1), "1 minute"),
        (timedelta(seconds=60), "1 minute"),
        (timedelta(seconds=61), "2 minutes"),
        (timedelta(minutes=59, seconds=59), "1 hour"),
        (timedelta(hours=1), "1 hour"),
        (timedelta(hours=1, seconds=1), "1 hour 1 minute"),
        (timedelta(hours=23, minutes=58), "23 hours 58 minutes"),
        (timedelta(hours=23, minutes=59, seconds=59), "24 hours"),
        (timedelta(days=1), "1 day"),
        (timedelta(days=1, seconds=1), "1 day 1 hour"),
        (timedelta(days=1, hours=23, seconds=1), "2 days"),
        (timedelta(days=2, hours=2), "2 days 2 hours"),
        (timedelta(days=288, hours=12), "288 days 12 hours"),
    ],
)
def test_a_waiting_time_is_rounded_up_to_its_two_largest_units(left: timedelta, words: str):
    assert waiting(left) == words
