"""Claiming a reward by ``POST /points``, in every form that shops send."""

import pytest

from tests.api.rewarding import BAG, CASH, TEN_OFF, catalogue, claim
from tests.api.shop import ADA, Shop

EXAMPLE = {
    "id": ADA, "actionId": 107, "customId": "c-1", "rewardId": "121", "activity": "DEBIT", "orderId": "SO-1",
    "retry": "YES", "reason": "reward", "storeId": "IN12369", "source": "web", "allowNegativePoints": "0",
    "vendorEmail": "vendor@example.test", "vendorName": "Vendor", "actionAttribute": {"attributeValue": "shirt size"},
}  # fmt: skip


@pytest.fixture
def rich(shop: Shop) -> Shop:
    """Ada has 1,000 points; the catalogue has a code, a bag and points for money."""
    catalogue(shop, TEN_OFF, BAG, CASH)
    shop.credit(1000)
    return shop


@pytest.mark.proves(
    "A013", "A144", "B103", "B113", "B141", "B154", "B161", "B162", "B163", "B164", "B165", "B166", "B169"
)
def test_the_documents_example_answers_with_every_field(rich: Shop):
    said = rich.post("/points", EXAMPLE).ok

    assert said | {"updatedAvailablePoints": 900, "updatedLifetimePoints": 1000} == said
    told = {
        "siteId": rich.site, "id": ADA, "actionId": 107, "activity": "DEBIT", "orderId": "SO-1", "customId": "c-1",
        "rewardId": "121", "rewardName": "10 euros off", "rewardCategory": "Discounts", "rewardCategoryId": "543",
        "rewardDescription": "A code for one order.", "rewardTerms": "Not with gift cards.", "debit": 100,
        "pointsDeducted": 100, "groupDebit": 0, "groupPointsDeducted": 0, "reason": "reward", "source": "web",
        "rewardCode": "$10-OFF", "rewardCodeExpDate": "2026-04-17T23:59:59", "rewardAttribute": {"colour": "blue"},
        "vendorEmail": "vendor@example.test", "vendorName": "Vendor",
        "actionAttribute": {"attributeValue": "shirt size"}, "storeDetails": {"storeId": "IN12369"},
    }  # fmt: skip
    assert said | told == said


@pytest.mark.proves("B111", "B167", "B168", "A132")
def test_real_shops_claim_without_an_action_and_get_a_scalar_code(rich: Shop):
    nulls = dict.fromkeys(["debit", "credit", "orderId", "actionId", "holdPoints", "releaseDate"])

    said = rich.post("/points", claim() | nulls).ok

    assert (said["rewardCode"], said["debit"], said["updatedAvailablePoints"]) == ("$10-OFF", 100, 900)
    assert rich.figures()["usedPointsOnReward"] == 100
