"""Further buckets through the API: credited, debited, ranked, expired and shown apart from the points."""

from datetime import UTC, datetime

import pytest

from chalicelib import clock
from tests.api.shop import ADA

LEVELS = [
    {"tierId": "b1", "tierName": "Starter", "threshold": 0},
    {"tierId": "b2", "tierName": "Collector", "threshold": 100},
]
COINS = {
    "name": "coins", "displayName": "Coins", "expiry": {"type": "rollingDays", "days": 30},
    "tiers": {"criterion": "earnedPoints", "window": "lifetime", "levels": LEVELS},
}  # fmt: skip
CREDIT = {"id": ADA, "actionId": 100, "activity": "CREDIT", "credit": 435, "reason": "bonus"}


@pytest.fixture
def bank(shop):
    shop.programme(lambda document: document.update(buckets=[COINS, {"name": "perks", "status": "INACTIVE"}]))
    return shop


@pytest.mark.proves("B068", "B069", "B106", "B130", "B131", "B144", "B188", "B189")
def test_a_custom_credit_moves_points_and_buckets_at_once(bank):
    said = bank.post("/points", CREDIT | {"Credit[coins]": "100", "TierCredit[coins]": 60}).ok

    assert (said["pointsAwarded"], said["updatedAvailablePoints"]) == (435, 435)
    assert said["multiBucketsData"] == {
        "coins": {
            "bucketName": "coins", "pointsAwarded": 100, "pointsDeducted": 0, "updatedAvailablePoints": 100,
            "updatedLifetimePoints": 100, "usedPoints": 0, "expiredPoints": 0, "holdPoints": 0,
        }
    }  # fmt: skip
    assert said["tier"] == {"coins": {"previousTier": "Starter", "updatedUserTier": "Starter"}}
    assert said["multiBucketsData[coins]"] == said["multiBucketsData"]["coins"]
    assert said["tier[coins]"] == said["tier"]["coins"]
    coins = bank.figures()["multiBucketsData"]["coins"]
    assert (coins["availablePoints"], coins["tierPoints"], coins["pointsToNextTier"]) == (100, 60, 40)
    assert (coins["currentTier"], coins["nextTier"]) == ("Starter", "Collector")


def test_a_bucket_alone_can_be_credited_and_its_points_count_towards_its_tiers(bank):
    body = {"id": ADA, "actionId": 100, "activity": "CREDIT", "Credit[Coins]": 100, "reason": "a find"}

    said = bank.post("/points", body).ok

    assert (said["pointsAwarded"], said["updatedAvailablePoints"]) == (0, 0)
    assert said["tier"] == {"coins": {"previousTier": "Starter", "updatedUserTier": "Collector"}}
    assert bank.get(f"/users/{ADA}/tiers").ok["multiBucketsData"]["coins"]["currentTier"] == "Collector"


def test_a_debit_takes_what_is_there(bank):
    bank.post("/points", CREDIT | {"Credit[coins]": 70}).ok  # noqa: B018

    said = bank.post("/points", {**CREDIT, "activity": "DEBIT", "debit": 5, "Credit[coins]": 90}).ok

    assert (said["pointsDeducted"], said["updatedAvailablePoints"]) == (5, 430)
    assert said["multiBucketsData"]["coins"]["pointsDeducted"] == 70
    assert bank.figures()["multiBucketsData"]["coins"]["availablePoints"] == 0


def test_a_repeated_key_answers_with_the_same_buckets(bank):
    body = CREDIT | {"Credit[coins]": 7}
    first = bank.post("/points", body, key="k-1")
    bank.post("/points", body)

    again = bank.post("/points", body, key="k-1")

    assert again.is_repeat
    assert again.body == first.body


def test_coins_expire_by_their_own_days_and_leave_the_points_alone(bank):
    bank.post("/points", CREDIT | {"Credit[coins]": 70}).ok  # noqa: B018
    clock.move_to(datetime(2027, 3, 19, tzinfo=UTC))

    figures = bank.figures()

    assert figures["multiBucketsData"]["coins"]["expiredPoints"] == 70
    assert figures["expiredPoints"] == 0 or figures["availablePoints"] == 435 - figures["expiredPoints"]


def test_activity_shows_what_moved_in_a_bucket_beside_the_points(bank):
    bank.post("/points", CREDIT | {"Credit[coins]": 70}).ok  # noqa: B018

    rows = bank.activity()["activityDetail"]

    assert [(row["credit"], row["multiBucketsData"]) for row in rows] == [
        (0, {"coins": {"credit": 70, "debit": 0}}),
        (435, {}),
    ]


@pytest.mark.proves("B130")
@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"Credit[miles]": 5}, (404, "AC1005")),
        ({"Credit[perks]": 5}, (400, "AC1004")),
        ({"Credit[coins]": 5, "Credit[COINS]": 6}, (400, "AC1004")),
        ({"Credit[coins]": "many"}, (400, "AC1004")),
        ({"Credit[coins]": -5}, (400, "AC1004")),
        ({"activity": "DEBIT", "actionId": 107, "debit": 5, "Credit[coins]": 5}, (400, "AC1004")),
    ],
)
def test_what_cannot_be_moved_is_refused_and_nothing_moves(bank, change, refusal):
    assert bank.post("/points", CREDIT | change).refusal == refusal
    assert bank.activity()["totalActivityCount"] == 0
