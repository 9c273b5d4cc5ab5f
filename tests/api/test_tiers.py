"""Tiers: where a member stands, and the ladder."""

from datetime import UTC, datetime

import pytest

from chalicelib import clock
from tests.api.shop import ADA, action


def standing(shop, member=ADA):
    return shop.get(f"/users/{member}/tiers").ok


@pytest.mark.proves("B201")
def test_every_field_of_a_members_tier(shop):
    shop.programme(lambda document: document["tiers"]["levels"][1].update(purchaseRatio=1.5))
    shop.credit(600)

    assert standing(shop) == {
        "siteId": shop.site, "id": ADA, "currentTier": "Silver", "nextTier": "Gold", "previousTier": "Bronze",
        "pointsToNextTier": 1400, "spendToNextTier": 0, "ordersToNextTier": 0, "purchaseRatio": 1.5,
        "currentTierPurchaseRatio": 1.5, "tierLimitType": "Rolling", "tierLimitPeriod": "365 days",
        "tierSince": "2026-03-18T00:00:00+0000", "tierExpireDate": "", "multiBucketsData": {},
        "seriesToNextTier": "",
    }  # fmt: skip


@pytest.mark.proves("B201")
@pytest.mark.parametrize(
    ("points", "current", "following", "missing"),
    [(0, "Bronze", "Silver", 500), (499, "Bronze", "Silver", 1), (500, "Silver", "Gold", 1500), (2000, "Gold", "", 0)],
)
def test_both_sides_of_a_threshold(shop, points, current, following, missing):
    if points:
        shop.credit(points)

    found = standing(shop)

    assert (found["currentTier"], found["nextTier"], found["pointsToNextTier"]) == (current, following, missing)


@pytest.mark.proves("B201")
def test_a_sequential_ladder_is_climbed_step_by_step(shop):
    shop.programme(lambda document: document["tiers"].update(sequential=True))

    said = shop.credit(5000)

    assert said["updatedUserTier"] == "Silver"
    assert shop.credit(1)["updatedUserTier"] == "Gold"


@pytest.mark.proves("B201", "B202")
def test_a_tier_of_a_calendar_year_is_lost_with_the_year_and_reads_see_it_at_once(shop):
    shop.programme(lambda document: document["tiers"].update(window="calendarYear"))
    shop.credit(600)
    clock.move_to(datetime(2026, 12, 31, 23, 59, tzinfo=UTC))
    assert standing(shop)["currentTier"] == "Silver"

    clock.move_to(datetime(2027, 1, 1, tzinfo=UTC))

    found = standing(shop)
    assert (found["currentTier"], found["previousTier"], found["pointsToNextTier"]) == ("Bronze", "Silver", 500)


@pytest.mark.proves("B201")
def test_a_tier_may_be_kept_until_the_end_of_the_next_year(shop):
    shop.programme(
        lambda document: document["tiers"].update(window="calendarYear", keepUntil={"type": "endOfNextYear"})
    )
    shop.credit(600)

    assert standing(shop)["tierExpireDate"] == "2027-12-31T23:59:59+0000"
    clock.move_to(datetime(2027, 12, 31, 23, tzinfo=UTC))
    assert standing(shop)["currentTier"] == "Silver"
    clock.move_to(datetime(2028, 1, 1, tzinfo=UTC))
    assert standing(shop)["currentTier"] == "Bronze"


@pytest.mark.proves("B201")
def test_the_list_of_tiers(shop):
    def changed(document):
        document["tiers"].update(criterion="spend", window="calendarYear", sequential=True)
        document["tiers"]["levels"][2].update(
            purchaseRatio=2, expiry={"type": "endOfMonth", "months": 3}, tierDisplay="Only gold glitters"
        )

    shop.programme(changed)

    assert shop.get("/tierlist/all").ok == {
        "siteId": shop.site,
        "tierMethod": "sequential",
        "tierDetail": [
            _tier("1", "Bronze", 1, 0),
            _tier("2", "Silver", 2, 500),
            _tier("3", "Gold", 3, 2000)
            | {"tierPointsExpirationType": "Calendar", "purchaseRatio": 2, "tierDisplay": "Only gold glitters"},
        ],
        "pages": 1,
        "currentPage": 1,
    }


def test_the_list_of_tiers_is_paged(shop):
    assert shop.get("/tierlist/all?page=1").ok["currentPage"] == 1
    assert shop.get("/tierlist/all?page=2").ok["tierDetail"] == []
    assert shop.get("/tierlist/all?page=0").refusal == (400, "AC1004")


@pytest.mark.proves("B201")
def test_the_expiry_of_a_tier_is_that_of_points_earned_in_it(shop):
    shop.programme(lambda document: document["tiers"]["levels"][1].update(expiry={"type": "endOfYear", "years": 1}))
    shop.credit(600)

    shop.credit(5)

    newest, first = shop.activity()["activityDetail"]
    assert (first["expireDate"], newest["expireDate"]) == ("2027-03-18T23:59:59+0000", "2027-12-31T23:59:59+0000")
    found = standing(shop)
    assert (found["tierLimitType"], found["tierLimitPeriod"]) == ("Calendar", "1 years")


def test_the_ratio_of_the_purchase_action_counts_too(shop):
    def changed(document):
        action(document, 109).update(ratio=2)
        document["tiers"]["levels"][0].update(purchaseRatio=1.25)

    shop.programme(changed)

    found = standing(shop)
    assert (found["purchaseRatio"], found["currentTierPurchaseRatio"]) == (1.25, 2.5)


def _tier(tier_id, name, level, threshold):
    return {
        "tierId": tier_id, "tierName": name, "tierLevel": level, "tierStatus": "active",
        "tierType": "amount spent based on calendar year", "tierPointsExpirationType": "Rolling",
        "tierThreshold": threshold, "purchaseRatio": 1, "tierDisplay": "", "prerequisiteSeries": [],
    }  # fmt: skip
