"""GET /points/{memberId}: every figure, from the account alone, always all of them."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from chalicelib import clock
from tests.api.shop import ADA, GRACE, action

ALWAYS = {
    "siteId", "id", "availablePoints", "usedPoints", "negativePoints", "expiredPoints", "lifetimePoints", "holdPoints",
    "usedPointsOnReward", "pointsToExpire", "pointsToExpireDate", "pointsToNextTier", "spendToNextTier", "totalSpent",
    "totalSpend", "rewardDenomination", "creditsToCurrencyRatio", "creditsToCurrencyValue", "ytdCreditPoints",
    "ytdDebitPoints", "multiBucketsData", "availableRedemptionPoints", "usedRedemptionPoints", "groupDetails",
}  # fmt: skip


@pytest.mark.proves("B045", "B047-B053", "B056", "B058-B067", "B070", "B071", "B079")
def test_every_documented_key_is_there_and_lifetime_adds_up(shop):
    """The document's example: 8,620 earned, 2,000 of them used, 6,620 left."""
    shop.credit(8620)
    shop.debit(2000, actionId="107")

    figures = shop.figures()

    assert figures == {
        "siteId": shop.site, "id": ADA, "availablePoints": 6620, "usedPoints": 2000, "negativePoints": 0,
        "expiredPoints": 0, "lifetimePoints": 8620, "holdPoints": 0, "usedPointsOnReward": 0, "pointsToExpire": 6620,
        "pointsToExpireDate": "2027-03-18T23:59:59+0000", "pointsToNextTier": 0, "spendToNextTier": 0, "totalSpent": 0,
        "totalSpend": 0, "rewardDenomination": 0, "creditsToCurrencyRatio": Decimal("0.01"),
        "creditsToCurrencyValue": Decimal("66.20"), "ytdCreditPoints": 8620, "ytdDebitPoints": 2000,
        "multiBucketsData": {}, "availableRedemptionPoints": 6620, "usedRedemptionPoints": 2000, "groupDetails": {},
    }  # fmt: skip
    assert set(figures) == ALWAYS


@pytest.mark.proves("B050", "B052", "B053", "B079")
def test_lifetime_is_available_and_used_and_expired(shop):
    shop.credit(1000)
    shop.debit(111)
    shop.debit(222, actionId=107)
    shop.debit(333, actionId=192)
    clock.move_to(datetime(2027, 3, 18, 23, 59, tzinfo=UTC))
    assert shop.figures()["availablePoints"] == 334
    clock.move_to(datetime(2027, 3, 19, tzinfo=UTC))

    figures = shop.figures()

    assert (figures["availablePoints"], figures["usedPoints"], figures["expiredPoints"]) == (0, 333, 667)
    assert figures["lifetimePoints"] == 1000
    assert (figures["usedRedemptionPoints"], figures["ytdDebitPoints"]) == (222, 334)


@pytest.mark.proves("B058", "B061")
def test_the_next_expiry_is_that_of_the_earliest_points_unspent(shop):
    shop.credit(100)
    clock.move_to(datetime(2026, 3, 20, tzinfo=UTC))
    shop.credit(200)
    shop.debit(30)

    figures = shop.figures()

    assert (figures["pointsToExpire"], figures["pointsToExpireDate"]) == (70, "2027-03-18T23:59:59+0000")


@pytest.mark.proves("B058", "B061")
def test_the_next_expiry_may_look_ahead(shop):
    shop.programme(lambda document: document["display"].update(expiryLookAheadDays=360))
    shop.credit(100)
    clock.move_to(datetime(2026, 3, 20, tzinfo=UTC))
    shop.credit(200)
    clock.move_to(datetime(2026, 3, 29, tzinfo=UTC))
    shop.credit(400)

    assert shop.figures()["pointsToExpire"] == 300


@pytest.mark.proves("B059", "B060")
def test_what_is_missing_to_the_next_tier(shop):
    assert shop.figures()["pointsToNextTier"] == 500
    shop.credit(437)
    assert shop.figures()["pointsToNextTier"] == 63
    shop.credit(63)
    assert shop.figures()["pointsToNextTier"] == 1500
    shop.credit(1500)
    assert (shop.figures()["pointsToNextTier"], shop.figures()["spendToNextTier"]) == (0, 0)


@pytest.mark.proves("B060", "B202")
def test_tiers_by_spend_tell_what_is_to_be_spent(shop):
    shop.programme(lambda document: document["tiers"].update(criterion="spend"))

    figures = shop.figures()

    assert (figures["pointsToNextTier"], figures["spendToNextTier"]) == (0, 500)


@pytest.mark.proves("B054", "B055")
@pytest.mark.parametrize(
    ("period", "name", "earned"),
    [
        ("calendarYear", "calendar year", 220),
        ("anniversaryYear", "anniversary year", 320),
        ("semester", "semester", 220),
        ("quarter", "quarter", 200),
    ],
)
def test_points_earned_in_a_period_are_shown_when_the_programme_wants_it(shop, period, name, earned):
    assert "earnedPoints" not in shop.figures()
    for day, points in ((datetime(2026, 12, 31, 23, tzinfo=UTC), 100), (datetime(2027, 1, 5, tzinfo=UTC), 20)):
        clock.move_to(day)
        shop.credit(points)
    clock.move_to(datetime(2027, 1, 10, tzinfo=UTC))
    shop.credit(200)
    if period == "quarter":
        earned += 20
    shop.programme(lambda document: document["display"].update(earnedPointsPeriod=period))

    figures = shop.figures()

    assert (figures["earnedPointsPeriod"], figures["earnedPoints"]) == (name, earned)


@pytest.mark.proves("B066", "B067")
def test_this_year_begins_in_the_zone_of_the_programme(shop):
    shop.programme(lambda document: document.update(timeZone="America/New_York"))
    clock.move_to(datetime(2027, 1, 1, 4, 59, tzinfo=UTC))
    shop.credit(100)
    shop.debit(10)
    assert (shop.figures()["ytdCreditPoints"], shop.figures()["ytdDebitPoints"]) == (100, 10)

    clock.move_to(datetime(2027, 1, 1, 5, 0, tzinfo=UTC))

    assert (shop.figures()["ytdCreditPoints"], shop.figures()["ytdDebitPoints"]) == (0, 0)
    shop.credit(7)
    shop.debit(3)
    assert (shop.figures()["ytdCreditPoints"], shop.figures()["ytdDebitPoints"]) == (7, 3)


@pytest.mark.proves("B064", "B065")
@pytest.mark.parametrize(
    ("rounding", "decimals", "as_text", "value"),
    [
        ("down", 2, False, Decimal("4.37")),
        ("down", 2, True, "4.37"),
        ("nearest", 1, False, Decimal("4.4")),
        ("up", 0, False, 5),
        ("down", 0, True, "4"),
    ],
)
def test_the_worth_of_points_is_rounded_by_the_programme(shop, rounding, decimals, as_text, value):
    shop.programme(
        lambda document: document["currency"].update(rounding=rounding, valueDecimals=decimals, valueAsText=as_text)
    )
    shop.credit(437)

    figures = shop.figures()

    assert figures["creditsToCurrencyValue"] == value
    assert isinstance(figures["creditsToCurrencyValue"], str) == as_text
    assert figures["creditsToCurrencyRatio"] == Decimal("0.01")


@pytest.mark.proves("B063")
def test_the_denomination_of_rewards_is_shown(shop):
    shop.programme(lambda document: document["display"].update(rewardDenomination=500))

    assert shop.figures()["rewardDenomination"] == 500


@pytest.mark.proves("B046")
def test_a_limit_never_shows_in_a_plain_read(shop):
    body = {"id": ADA, "actionId": 101, "activity": "CREDIT"}
    shop.post("/points", body)
    assert shop.post("/points", body)["errorCode"] == "AC1026"

    assert not {"errorCode", "errorMessage"} & set(shop.figures())


@pytest.mark.proves("B045")
def test_who_is_not_enrolled_has_no_figures(shop):
    said = shop.get("/points/nobody")

    assert said.refusal == (404, "AC1005")
    assert "POST /users" in said["errorMessage"]


def test_a_read_books_nothing(shop, one_table):
    shop.credit(100)
    clock.move_to(datetime(2027, 6, 1, tzinfo=UTC))
    before = one_table.scan(TableName="laurel")["Items"]

    assert shop.figures()["expiredPoints"] == 100

    assert one_table.scan(TableName="laurel")["Items"] == before


@pytest.mark.proves("B061")
def test_points_for_ever_have_a_date_of_now_that_can_be_parsed(shop):
    shop.programme(lambda document: action(document, 100).update(expireInDays=0))
    shop.credit(100)

    figures = shop.figures()

    assert (figures["pointsToExpire"], figures["pointsToExpireDate"]) == (0, "2026-03-18T12:00:00+0000")
    assert shop.activity()["activityDetail"][0]["expireDate"] is None


def test_another_member_is_another_account(shop):
    shop.enrol(GRACE)
    shop.credit(100)

    assert shop.figures(GRACE)["availablePoints"] == 0
