"""Series of actions: progress, windows, bonus and the limit of achievements."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib import clock
from tests.api.proving import faults
from tests.api.shop import ADA, GRACE, action

START = datetime(2026, 3, 18, 12, tzinfo=UTC)
SERIES = {
    "seriesId": "7", "seriesName": "Good start", "bonusPoints": 50,
    "actions": [{"actionId": 129, "count": 2}, {"actionId": 132}],
}  # fmt: skip


def define(shop, **more):
    def changed(document):
        for number in (129, 132):
            action(document, number).update(actionPoints=10, limits=[])
        document["actionSeries"] = [SERIES | more]

    shop.programme(changed)


def perform(shop, number=129):
    return shop.post("/points", {"id": ADA, "actionId": number, "activity": "CREDIT"}).ok


def read(shop):
    return shop.post(f"/users/{ADA}/actionseries", {"actionSeriesId": 7}).ok


@pytest.mark.proves("B194", "B198", "B199")
def test_a_series_from_its_beginning_to_its_bonus(shop):
    shop.patch(f"/users/{ADA}", {"firstName": "Ada", "lastName": "L."})
    define(shop)

    pending = read(shop)
    assert (pending["siteId"], pending["id"], pending["memberName"]) == (shop.site, ADA, "Ada L.")
    assert pending["pendingActionSeries"]["pendingsCount"] == 3
    perform(shop, 132)
    perform(shop)
    begun = read(shop)["inProgressActionSeries"]
    assert (begun["completedCount"], begun["pendingsCount"], begun["requiredCount"]) == (2, 1, 3)
    assert begun["actions"][0] == {"actionId": 129, "requiredCount": 2, "completedCount": 1, "pendingsCount": 1}
    last = perform(shop)

    assert (last["pointsAwarded"], last["updatedAvailablePoints"]) == (10, 80)
    said = read(shop)
    assert said["completedActionSeries"] | {"actions": None} == {
        "actionseriesId": "7", "actionseriesName": "Good start", "actionseriesDisplay": "Good start",
        "actionSeriesType": "Based on Count", "status": "ON", "bonusPoints": 50, "pointsExpiryDays": 0,
        "maximumAchievementLimit": 1, "achievedCount": 1, "completedCredits": 50, "requiredCount": 3,
        "completedCount": 3, "pendingsCount": 0, "windowStart": "", "windowEnd": "", "actions": None,
    }  # fmt: skip
    assert (said["inProgressActionSeries"], said["pendingActionSeries"], said["completedCredits"]) == ({}, {}, 50)
    rows = shop.activity()["activityDetail"]
    assert sorted(row["credit"] for row in rows[:2]) == [10, 50]


def test_a_series_is_completed_as_often_as_it_may_be(shop):
    define(shop, achievementsMax=2)
    for _ in range(4):
        perform(shop)
        perform(shop)
        perform(shop, 132)

    said = read(shop)["completedActionSeries"]
    assert (said["achievedCount"], said["completedCredits"]) == (2, 100)
    assert shop.figures()["availablePoints"] == 12 * 10 + 2 * 50


def test_a_rolling_series_begins_anew_when_its_days_are_over(shop):
    define(shop, duration="Rolling", days=10, achievementsMax=5)
    for day in (0, 10, 19):
        clock.move_to(START + timedelta(days=day))
        perform(shop)
    perform(shop, 132)

    said = read(shop)["completedActionSeries"]
    assert (said["actionSeriesType"], said["achievedCount"]) == ("Rolling", 1)
    assert (said["windowStart"][:10], said["windowEnd"][:10]) == ("2026-03-28", "2026-04-06")


def test_a_calendar_series_begins_anew_with_its_period(shop):
    define(shop, period="month", achievementsMax=5)
    perform(shop)
    perform(shop, 132)
    clock.move_to(datetime(2026, 4, 1, 12, tzinfo=UTC))
    perform(shop)

    assert read(shop)["inProgressActionSeries"]["completedCount"] == 1
    assert shop.figures()["availablePoints"] == 30


@pytest.mark.parametrize("more", [{"status": "off"}, {"fromDate": "2026-03-19"}, {"toDate": "2026-03-17"}])
def test_a_series_that_is_not_open_counts_nothing(shop, more):
    define(shop, **more)
    perform(shop)

    assert read(shop)["pendingActionSeries"]["completedCount"] == 0


def test_an_unknown_series(shop):
    assert shop.post(f"/users/{ADA}/actionseries", {"actionSeriesId": 8}).status == 404


def _gold(document):
    return document["tiers"]["levels"][2]


def _standing(shop):
    said = shop.get(f"/users/{ADA}/tiers").ok
    return said["currentTier"], said["seriesToNextTier"]


@pytest.mark.proves("B194", "B199")
def test_a_tier_waits_for_the_series_it_asks_for_and_is_reached_with_it(shop):
    define(shop)
    shop.programme(lambda document: _gold(document).update(prerequisiteSeries=["7"]))
    shop.credit(5000)
    assert _standing(shop) == ("Silver", "7")
    assert shop.get("/tierlist/all").ok["tierDetail"][2]["prerequisiteSeries"] == ["7"]

    perform(shop)
    perform(shop)
    assert _standing(shop) == ("Silver", "7")
    last = perform(shop, 132)

    assert last["updatedUserTier"] == "Gold"
    assert _standing(shop) == ("Gold", "")
    assert faults(shop) == []


def test_a_series_alone_reaches_no_tier(shop):
    define(shop)
    shop.programme(lambda document: _gold(document).update(prerequisiteSeries=["7"]))
    for number in (129, 129, 132):
        perform(shop, number)

    assert _standing(shop) == ("Bronze", "")
    shop.credit(2000)
    assert _standing(shop) == ("Gold", "")


def test_a_tier_above_does_not_ask_for_what_the_one_below_asks_for_unless_members_climb_step_by_step(shop):
    define(shop)
    shop.programme(lambda document: document["tiers"]["levels"][1].update(prerequisiteSeries=["7"]))
    shop.enrol(GRACE)
    shop.credit(2000)
    assert _standing(shop) == ("Gold", "")

    shop.programme(lambda document: document["tiers"].update(sequential=True))
    shop.credit(2000, GRACE)
    said = shop.get(f"/users/{GRACE}/tiers").ok
    assert (said["currentTier"], said["seriesToNextTier"]) == ("Bronze", "7")


@pytest.mark.parametrize(("place", "asked"), [(0, ["7"]), (1, ["8"]), (1, ["7"] * 6)])
def test_prerequisites_that_cannot_be(shop, place, asked):
    define(shop)
    staff = shop.staff()
    document = json.loads(shop.get("/programme", token=staff).raw)["programme"]
    document["tiers"]["levels"][place]["prerequisiteSeries"] = asked

    said = shop.put("/programme", document, token=staff)

    assert said.refusal == (400, "AC1004")
    assert f"tiers.levels[{place}].prerequisiteSeries" in said["errorMessage"]
