"""Which counters an action's limits need, and when a period opens again."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from chalicelib.programme.document import Action
from chalicelib.programme.in_force import compiled
from chalicelib.programme.limits import Counter, counters, opens_again, period_in
from chalicelib.programme.validation import validate
from tests.programme.documents import document, with_action


def found(**fields: object) -> tuple[Counter, ...]:
    return counters(Action.model_validate({"actionId": 101, "actionName": "Join", **fields}), 2)


def test_an_action_without_limits_has_no_counters():
    assert found() == ()


def test_times_and_points_of_one_period_share_a_counter():
    both = found(limits=[{"times": 3, "period": "month"}], maxPoints=50, period="month")

    assert both == (Counter("101m", "month", 3, 5000),)


def test_periods_have_counters_of_their_own_shortest_first():
    several = found(
        limits=[{"times": 9, "period": "lifetime"}, {"times": 1, "period": "day"}], maxPoints=2, period="week"
    )

    assert several == (
        Counter("101d", "day", 1, None),
        Counter("101w", "week", None, 200),
        Counter("101l", "lifetime", 9, None),
    )


def test_no_two_periods_share_a_key():
    units = ("day", "week", "month", "quarter", "year", "lifetime")
    keys = {counter.key for counter in found(limits=[{"times": 1, "period": unit} for unit in units])}

    assert len(keys) == len(units)


def test_a_version_knows_the_limits_of_its_actions():
    version = compiled(validate(with_action(102, limits=[{"times": 2, "period": "year"}])), 7)

    assert version.counters(102) == (Counter("102y", "year", 2, None),)
    assert version.counters(109) == ()
    assert version.counters(31337) == ()


def test_the_default_lets_a_member_join_once():
    version = compiled(validate(document()), 1)

    assert version.counters(101) == (Counter("101l", "lifetime", 1, None),)


@pytest.mark.parametrize(
    ("unit", "opens"),
    [
        ("day", datetime(2025, 3, 29, 23, tzinfo=UTC)),
        ("week", datetime(2025, 3, 30, 22, tzinfo=UTC)),
        ("month", datetime(2025, 3, 31, 22, tzinfo=UTC)),
        ("quarter", datetime(2025, 3, 31, 22, tzinfo=UTC)),
        ("year", datetime(2025, 12, 31, 23, tzinfo=UTC)),
        ("lifetime", None),
    ],
)
def test_a_limit_opens_again_when_its_period_ends_in_the_programmes_zone(unit: str, opens: datetime | None):
    limit, day = Counter("515x", unit, 1, None), date(2025, 3, 29).toordinal()

    assert opens_again(limit, period_in(limit, None, day), ZoneInfo("Europe/Berlin")) == opens


@pytest.mark.parametrize("fields", [{"maxPoints": 50}, {"period": "month"}])
def test_a_cap_without_a_period_or_a_period_without_a_cap_limits_nothing(fields: dict[str, object]):
    assert found(**fields) == ()
