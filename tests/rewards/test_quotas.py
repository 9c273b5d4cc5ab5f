"""How often a member may claim: every kind of period, at its edges, and as a whole against a plain count."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.ledger import days
from chalicelib.ledger.account import Account
from chalicelib.programme.definitions.reward import Reward
from chalicelib.rewards.quotas import claimed, counted, quotas

JOINED = date(2024, 2, 29).toordinal()
START = date(2026, 3, 18).toordinal()


def reward(*limits: dict[str, Any], per_member: int = 0) -> Reward:
    return Reward.model_validate(
        {"rewardId": "r", "rewardName": "R", "claimsPerMember": per_member, "claimLimits": list(limits)}
    )


def account(limits: Any = None) -> Account:
    return Account(version=1, state="active", joined=JOINED, limits=limits or {})


def claim(found: Reward, seen: Account, day: int) -> Account:
    """The account after a claim, counted as the book counts (``book._limits``)."""
    limits = dict(seen.limits)
    for each in counted(quotas(found, seen, day)):
        period, times, points, *before = limits.get(each.key, (each.period, 0, 0, 0, 0, 0))
        if each.period not in (period, before[0]):
            period, times, points, before = each.period, 0, 0, [period, times, points]
        if each.period == period:
            times += 1
        else:
            before[1] += 1
        limits[each.key] = (period, times, points, before[0], before[1], before[2])
    return account(limits)


def full(found: Reward, seen: Account, day: int) -> bool:
    return any(quota.is_full for quota in quotas(found, seen, day))


PERIODS = [
    ({"period": "days", "days": 3}, START + 2, START + 3),
    ({"period": "week"}, date(2026, 3, 22).toordinal(), date(2026, 3, 23).toordinal()),
    ({"period": "month"}, date(2026, 3, 31).toordinal(), date(2026, 4, 1).toordinal()),
    ({"period": "year"}, date(2026, 12, 31).toordinal(), date(2027, 1, 1).toordinal()),
    ({"period": "anniversaryYear"}, date(2027, 2, 27).toordinal(), date(2027, 2, 28).toordinal()),
    (
        {"period": "calendarRange", "startDate": "2026-03-01", "endDate": "2026-03-20"},
        date(2026, 3, 20).toordinal(),
        date(2026, 3, 21).toordinal(),
    ),
]


@pytest.mark.parametrize(("limit", "last", "first"), PERIODS)
def test_a_period_is_full_through_its_last_day_and_opens_on_the_next(limit, last, first):
    found = reward({"times": 1, **limit})
    seen = claim(found, account(), START)

    assert full(found, seen, START)
    assert full(found, seen, last)
    assert not full(found, seen, first)
    assert [quota.again for quota in quotas(found, seen, last) if quota.is_full] == [first]


def test_a_lifetime_never_opens_again_and_the_narrower_of_two_bounds_holds():
    found = reward({"times": 2, "period": "lifetime"}, per_member=3)
    seen = claim(found, claim(found, account(), START), START + 400)

    (quota,) = quotas(found, seen, START + 9999)
    assert (quota.is_full, quota.used, quota.most, quota.again) == (True, 2, 2, None)
    assert claimed("r", seen) == 2


def test_before_and_after_its_range_a_calendar_range_bounds_nothing():
    found = reward({"times": 1, "period": "calendarRange", "startDate": "2026-03-19", "endDate": "2026-03-19"})

    assert [len(quotas(found, account(), START + step)) for step in (0, 1, 2)] == [1, 2, 1]


@given(
    st.integers(1, 3),
    st.sampled_from(["week", "month", "year", "anniversaryYear"]),
    st.lists(st.integers(0, 40), max_size=40),
)
def test_never_more_claims_in_a_period_than_it_allows(times, period, steps):
    """Days only go on; each claim that no quota refuses is made."""
    found, seen, day, made = reward({"times": times, "period": period}), account(), START, []
    for step in steps:
        day += step
        if not full(found, seen, day):
            seen = claim(found, seen, day)
            made.append(day)

    first = (lambda each: days.anniversary_of(JOINED, each)) if period == "anniversaryYear" else (
        lambda each: days.period_of(period, each)
    )  # fmt: skip
    periods = [first(each) for each in made]
    assert all(periods.count(each) <= times for each in periods)
    assert claimed("r", seen) == len(made)


@given(st.integers(1, 3), st.integers(1, 10), st.lists(st.integers(0, 6), max_size=60))
def test_rolling_days_begin_with_a_claim_and_hold_so_many(times, length, steps):
    found, seen, day, made = reward({"times": times, "period": "days", "days": length}), account(), START, []
    for step in steps:
        day += step
        if not full(found, seen, day):
            seen = claim(found, seen, day)
            made.append(day)

    groups: list[list[int]] = []
    for each in made:
        if groups and each < groups[-1][0] + length:
            groups[-1].append(each)
        else:
            groups.append([each])
    assert all(len(group) <= times for group in groups)
