"""Limits of actions: AC1026 when one is used up for good, AC1028 with the waiting time when it opens again."""

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib import clock
from tests.api.shop import ADA, GRACE, action

USED_UP = ("AC1026", "Points cannot be awarded due to limit reached")


def perform(shop, action_id=129, member=ADA):
    return shop.post("/points", {"id": member, "actionId": action_id, "activity": "CREDIT"})


def limit(shop, **change):
    def changed(document):
        found = action(document, 129)
        found.pop("limits")
        found.update(actionPoints=25, **change)

    shop.programme(changed)


@pytest.mark.proves("A104", "A105", "B027", "B139")
@pytest.mark.parametrize("action_id", [101, 102])
def test_once_a_member_means_once(shop, action_id):
    shop.enrol(GRACE)
    first, second = perform(shop, action_id), perform(shop, action_id)

    assert first.ok["pointsAwarded"] > 0
    assert second.status == 200
    assert (second["errorCode"], second["errorMessage"]) == USED_UP
    assert (second["pointsAwarded"], second["holdPoints"]) == (0, 0)
    assert second["updatedAvailablePoints"] == first["updatedAvailablePoints"]
    assert second["updatedLifetimePoints"] == first["updatedLifetimePoints"]
    assert second["previousTier"] == second["updatedUserTier"] == "Bronze"
    assert perform(shop, action_id, GRACE).ok["pointsAwarded"] > 0


@pytest.mark.proves("B028", "B139")
@pytest.mark.parametrize(
    ("period", "waiting", "opens"),
    [
        ("day", "12 hours", datetime(2026, 3, 19, tzinfo=UTC)),
        ("week", "4 days 12 hours", datetime(2026, 3, 23, tzinfo=UTC)),
        ("month", "13 days 12 hours", datetime(2026, 4, 1, tzinfo=UTC)),
        ("quarter", "13 days 12 hours", datetime(2026, 4, 1, tzinfo=UTC)),
        ("year", "288 days 12 hours", datetime(2027, 1, 1, tzinfo=UTC)),
    ],
)
def test_a_limit_of_a_period_says_when_it_opens_again_and_does(shop, period, waiting, opens):
    limit(shop, limits=[{"times": 2, "period": period}])
    perform(shop)
    perform(shop)

    said = perform(shop)

    assert said.status == 200
    assert (said["errorCode"], said["pointsAwarded"]) == ("AC1028", 0)
    assert said["errorMessage"].startswith("Points can be earned next in ")
    assert said["errorMessage"].removeprefix("Points can be earned next in ") == waiting
    clock.move_to(opens - timedelta(seconds=59))
    assert perform(shop)["errorMessage"].endswith(" 1 minute")
    clock.move_to(opens)
    assert perform(shop).ok["pointsAwarded"] == 25


@pytest.mark.proves("B038", "B143", "B156")
def test_a_cap_of_points_lets_through_what_is_left_of_it(shop):
    limit(shop, maxPoints=60, period="month")

    given = [perform(shop) for _ in range(4)]

    assert [said["pointsAwarded"] for said in given] == [25, 25, 10, 0]
    assert (given[2]["credit"], given[2]["updatedAvailablePoints"]) == (25, 60)
    assert given[3]["errorCode"] == "AC1028"
    assert shop.figures()["lifetimePoints"] == 60


@pytest.mark.parametrize(("limits", "cap", "code"), [
    ([{"times": 1, "period": "day"}], {"maxPoints": 25, "period": "lifetime"}, "AC1026"),
    ([{"times": 1, "period": "lifetime"}], {"maxPoints": 25, "period": "day"}, "AC1026"),
    ([{"times": 1, "period": "day"}, {"times": 1, "period": "week"}], {}, "AC1028"),
])  # fmt: skip
def test_of_several_limits_the_strictest_speaks(shop, limits, cap, code):
    limit(shop, limits=limits, **cap)
    perform(shop)

    said = perform(shop)

    assert said["errorCode"] == code
    if code == "AC1028":
        assert said["errorMessage"].endswith("4 days 12 hours")


def test_the_day_of_a_limit_is_a_day_in_the_zone_of_the_programme(shop):
    limit(shop, limits=[{"times": 1, "period": "day"}])
    shop.programme(lambda document: document.update(timeZone="Asia/Tokyo"))
    clock.move_to(datetime(2026, 3, 18, 14, 59, tzinfo=UTC))
    assert perform(shop).ok["pointsAwarded"] == 25
    assert perform(shop)["errorCode"] == "AC1028"

    clock.move_to(datetime(2026, 3, 18, 15, 0, tzinfo=UTC))

    assert perform(shop).ok["pointsAwarded"] == 25


def test_a_limit_that_holds_points_counts_them_at_once(shop):
    limit(shop, limits=[{"times": 1, "period": "day"}], holdDays=5)

    assert perform(shop).ok["holdPoints"] == 25
    assert perform(shop)["errorCode"] == "AC1028"


def test_manual_points_have_no_limit(shop):
    for _ in range(5):
        shop.credit(10)

    assert shop.figures()["availablePoints"] == 50


@pytest.mark.proves("B195")
def test_what_a_limit_withheld_is_seen_in_the_list_of_actions(shop):
    perform(shop, 101)
    perform(shop, 101)

    found = shop.post("/actions", {"id": ADA}).ok["allActionDetails"]

    account = next(each for each in found if each["actionId"] == 101)
    assert (account["actionLimitReachedFlag"], account["actionLimitReachedStatus"]) == ("YES", USED_UP[1])
    assert (account["requiredCount"], account["completedCount"], account["pendingsCount"]) == (1, 1, 0)
