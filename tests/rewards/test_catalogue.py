"""Rewards at an instant: their status, what they cost, what a definition must be."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.errors import Malformed
from chalicelib.programme.in_force import InForce, compiled
from chalicelib.programme.validation import InvalidProgramme, validate
from chalicelib.rewards.benefit import Benefit, assign_id, dump, last_instant, load, number_of
from chalicelib.rewards.catalogue import lowest, price, state
from tests.programme.documents import document

PLAIN = {"rewardId": "r", "rewardName": "R", "status": "Live"}


def force(*rewards: dict[str, Any], **more: Any) -> InForce:
    return compiled(validate(document(rewards=list(rewards), **more)), 2)


@pytest.mark.parametrize(
    ("status", "seconds", "found"),
    [("Live", -1, "Scheduled"), ("Live", 0, "Live"), ("Live", 3600, "Live"), ("Live", 3601, "Archived"),
     ("Scheduled", -1, "Scheduled"), ("Scheduled", 0, "Live"), ("Draft", 0, "Draft"), ("Archived", 0, "Archived")],
)  # fmt: skip
def test_between_its_dates_a_reward_is_live(status, seconds, found):
    rules = force(
        PLAIN | {"status": status, "startsAt": "2026-07-01T12:00:00", "endsAt": "2026-07-01T13:00:00"},
        timeZone="Europe/Berlin",
    )
    now = datetime(2026, 7, 1, 10, tzinfo=UTC) + timedelta(seconds=seconds)

    assert state(rules.reward_by_id["r"], now, rules) == found


def test_a_scheduled_reward_without_a_date_waits_for_staff():
    rules = force(PLAIN | {"status": "Scheduled"})

    assert state(rules.reward_by_id["r"], datetime(2026, 7, 1, tzinfo=UTC), rules) == "Scheduled"


@given(
    st.integers(1, 500), st.integers(1, 500), st.integers(1, 50), st.integers(0, 1200)
)  # minimum, beyond it, step, chosen
def test_chosen_points_are_taken_exactly_where_the_reward_says(minimum, beyond, step, chosen):
    rules = force(
        PLAIN | {"kind": "customPoints",
                 "customPoints": {"minimum": minimum, "maximum": minimum + beyond, "step": step}}
    )  # fmt: skip
    reward = rules.reward_by_id["r"]
    fits = minimum <= chosen <= minimum + beyond and chosen % step == 0 and chosen > 0

    if fits:
        assert price(reward, rules, Decimal(chosen)).points == chosen
        assert lowest(reward, rules).points <= chosen
    else:
        with pytest.raises(Malformed, match="debit"):
            price(reward, rules, Decimal(chosen))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"cost": "1.5"}, "cost"),
        ({"bucketCosts": [{"bucket": "none", "points": 1}]}, "bucketCosts[0].bucket"),
        ({"audience": {"tiers": ["none"]}}, "audience.tiers[0]"),
        ({"audience": {"segments": ["none"]}}, "audience.segments[0]"),
        ({"kind": "customPoints", "cost": 5}, "cost"),
        ({"customPoints": {}}, "customPoints"),
        ({"productId": "P"}, "productId"),
        ({"kind": "product", "discount": {}}, "discount"),
        ({"discount": {"type": "percent", "value": 101}}, "discount.value"),
        ({"discount": {"value": "1.999"}}, "discount.value"),
        ({"codes": {"source": "api"}}, "codes.url"),
        ({"codes": {"source": "generic"}}, "codes.code"),
        ({"codes": {"source": "pool", "code": "X"}}, "codes.code"),
        ({"codes": {"expiry": {"type": "rollingDays", "days": 3}}}, "codes.expiry"),
        ({"codes": {"source": "pool", "expiry": {"type": "rollingDays"}}}, "codes.expiry.days"),
        ({"codes": {"source": "pool", "expiry": {"type": "never", "date": "2026-01-01"}}}, "codes.expiry.date"),
        ({"claimLimits": [{"times": 1, "period": "days"}]}, "claimLimits[0].days"),
        ({"claimLimits": [{"times": 1, "period": "week", "days": 2}]}, "claimLimits[0].days"),
        ({"claimLimits": [{"times": 1, "period": "week"}] * 2}, "claimLimits[1].period"),
        ({"claimLimits": [{"times": 1, "period": "calendarRange", "startDate": "2026-01-01"}]},
         "claimLimits[0].endDate"),
        ({"startsAt": "2026-01-02", "endsAt": "2026-01-01"}, "endsAt"),
        ({"startsAt": "2026-01-02T00:00:00+01:00"}, "startsAt"),
        ({"startsAt": "2026-02-30"}, "startsAt"),
        ({"url": "ftp://x.example.test"}, "url"),
        ({"status": "gone"}, "status"),
        ({"unknown": 1}, "unknown"),
    ],
)  # fmt: skip
def test_a_wrong_reward_is_refused_by_its_field(change, field):
    with pytest.raises(InvalidProgramme) as refused:
        validate(document(rewards=[PLAIN | change]))

    assert f"rewards[0].{field}" in {problem.field for problem in refused.value.problems}


def test_two_rewards_of_one_id_are_refused():
    with pytest.raises(InvalidProgramme, match=r"rewards\[1\]\.rewardId"):
        validate(document(rewards=[PLAIN, PLAIN]))


@pytest.mark.parametrize(
    ("expiry", "last"),
    [({"type": "rollingDays", "days": 1}, "2026-03-29T21:59:59"), ({"type": "calendarDate", "date": "2026-10-25"},
                                                                   "2026-10-25T22:59:59")],
)  # fmt: skip
def test_a_code_is_good_to_the_last_second_of_its_day_also_when_clocks_change(expiry, last):
    codes = {"source": "pool", "expiry": expiry}
    rules = force(PLAIN | {"codes": codes}, timeZone="Europe/Berlin")
    now = datetime(2026, 3, 28, 12, tzinfo=UTC)

    found = last_instant(rules.reward_by_id["r"].codes.expiry, rules, now)

    assert datetime.fromtimestamp((found or 0) / 1000, UTC).replace(tzinfo=None).isoformat() == last


@given(st.integers(0, 10**12 - 1), st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=20))
def test_an_assign_id_leads_back_to_its_member_alone(number, mid):
    given_id = assign_id("29235480", mid, number)

    assert number_of("29235480", mid, given_id) == number
    assert number_of("29235480", mid, given_id.upper()) == number
    assert number_of("29235480", mid + "x", given_id) is None
    assert number_of("29235481", mid, given_id) is None


@pytest.mark.parametrize("given_id", ["", "x", "-3", "1" * 13, "4f1c2b3a-9e8d-8abc-a123-00000000004g", "²"])
def test_what_is_no_assign_id_leads_nowhere(given_id):
    assert number_of("29235480", "m", given_id) is None


@given(
    st.builds(
        Benefit, number=st.integers(1, 10**9), reward=st.just("r"), name=st.text(max_size=20), kind=st.just("product"),
        type=st.just("Reward"), at=st.integers(0, 2**40), programme=st.integers(1, 9), points=st.integers(0, 10**9),
        buckets=st.just((("coins", 5),)), entries=st.integers(1, 4),
        status=st.sampled_from(["Pending", "Awarded", "Used", "Cancelled", "Failed"]),
        expires=st.none() | st.integers(0, 2**40), order=st.none() | st.text(min_size=1, max_size=9),
        unit=st.booleans(), uses=st.lists(st.text(max_size=5), max_size=3).map(tuple), uses_max=st.integers(1, 9),
        attempts=st.integers(0, 9), retry_at=st.none() | st.integers(0, 2**40),
    )
)  # fmt: skip
def test_a_redemption_is_read_as_it_was_written(benefit: Benefit):
    read = load(dump(benefit), number=benefit.number, code=None, personal=None, version=0)

    assert read == benefit
