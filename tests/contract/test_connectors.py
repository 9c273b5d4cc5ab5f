"""What the vendor's own commerce connector, the NetSuite modules and the Flutter app send, and what each of them reads
(client-facts, sections 3 to 5): bodies as they leave these programs, nulls and texts for numbers and all.
"""

from typing import Any

import pytest

from tests.api.shop import ADA, GRACE

CAP = {
    "rewardId": "121", "rewardName": "Cap", "displayText": "A cap", "status": "Live", "cost": 10, "claimsPerMember": 0,
    "url": "https://shop.example/cap", "codes": {"source": "generic", "code": "CAP-10"},
}  # fmt: skip
LINE = {
    "id": "P1", "quantity": "2", "unitPrice": "19.99", "netPrice": None, "estimatedShipDate": None, "categoryId": None,
    "categoryName": None, "url": None, "imageUrl": None, "description": None, "coupon": None, "autoDelivery": None,
}  # fmt: skip
ORDER = {
    "id": "SO-1", "userId": ADA, "email": ADA, "orderTotal": "39.98", "storeId": "IN1", "source": "Web",
    "discountAmount": "0.0", "coupon": "A,B", "orderDetail": [LINE], "firstName": None, "lastName": None,
    "eventId": None,
}  # fmt: skip
PRODUCT = {
    "pointAwardType": "Product",
    "productDetail": {
        "productId": "P1", "productName": "Lamp", "productPrice": "19.99", "productPointType": "YES",
        "productPointRatio": "1", "productBonus": "0", "productBonusFlag": "YES", "productMinimumLimit": "1",
    },
    "categoryDetail": {
        "categoryId": "C1", "categoryName": "Light", "categoryPointType": "YES", "categoryPointRatio": "1",
        "categoryBonus": "0", "categoryBonusFlag": "NO",
    },
}  # fmt: skip
SEGMENT = {
    "id": None, "name": "VIP", "type": "static", "fromDate": "2026-01-01", "toDate": "2027-01-01", "member": ADA,
    "status": "active", "externalId": "e1", "externalName": "E1",
}  # fmt: skip


@pytest.fixture
def store(shop):
    """A shop with a reward, a store and a campaign, and Ada with some points."""
    shop.programme(
        lambda document: document.update(
            rewards=[CAP],
            campaigns=[{"campaignId": "c-1", "campaignName": "Bonus", "benefit": {"type": "bonus", "points": 1}}],
        )
    )
    shop.post("/store", {"storeId": "IN1", "storeName": "Main", "Company": "Shop", "City": "Berlin"})
    shop.credit(500)
    return shop


CALLS: list[tuple[str, str, Any, str]] = [
    ("POST", "/users", {"id": GRACE, "email": GRACE, "firstName": "Grace", "lastName": "H", "optInStatus": "NO",
                        "status": None, "phone": None, "birthDate": None, "anniversaryDate": None,
                        "userProfileImageUrl": None, "extendedAttribute": None}, "id status"),
    ("PATCH", f"/users/{ADA}", {"id": ADA, "email": ADA, "optInStatus": "YES", "firstName": None, "lastName": None,
                                "zipCode": None, "status": None, "phone": None}, "id status"),
    ("POST", "/points", {"id": ADA, "activity": "CREDIT", "actionId": "101", "reason": None, "debit": None,
                         "credit": None, "orderId": None, "rewardId": None, "source": None},
     "activity credit holdPoints releaseDate updatedAvailablePoints"),
    ("GET", f"/users/{ADA}", None, ("id email firstName lastName status optInStatus optInDate phone birthDate "
                                   "anniversaryDate extendedAttribute totalSpendCurrency")),
    ("GET", f"/points/{ADA}", None,
     ("availablePoints usedPoints expiredPoints lifetimePoints holdPoints usedPointsOnReward pointsToExpire "
     "pointsToNextTier spendToNextTier pointsToExpireDate totalSpend creditsToCurrencyRatio creditsToCurrencyValue")),
    ("GET", f"/users/{ADA}/tiers", None, "currentTier nextTier pointsToNextTier purchaseRatio"),
    ("POST", "/products", {"id": ADA, "productDetail": [{"id": "P1", "quantity": "1", "unitPrice": "19.99",
                                                         "autoDelivery": "NO"}]}, "data"),
    ("POST", "/cart", {"userId": ADA, "appliedPoints": None,
                       "productDetail": [{"id": "P1", "quantity": "1", "unitPrice": "19.99"}]},
     "cartPoints productDetail"),
    ("GET", f"/users/{ADA}/reward", None, "rewardDetail creditsToCurrencyRatio creditsToCurrencyValue"),
    ("POST", "/points", {"id": ADA, "rewardId": "121", "activity": "DEBIT", "reason": "claim", "source": "web",
                         "debit": None, "credit": None, "orderId": None, "actionId": None},
     "rewardCode rewardId activity debit updatedAvailablePoints"),
    ("POST", "/points", {"id": ADA, "debit": "12.0", "activity": "DEBIT", "reason": "Points used with order",
                         "orderId": "SO-9"}, "pointsDeducted"),
    ("POST", "/points", {"id": ADA, "activity": "CREDIT", "actionId": "100", "credit": "50", "reason": "sorry"},
     "credit pointsAwarded"),
    ("GET", f"/users/{ADA}/usedreward?page=1", None, "rewardDetail pages current_page"),
    ("GET", f"/users/{ADA}/activity?page=1", None, "activityDetail pages currentPage totalActivityCount"),
    ("POST", "/actions?page=1", {"id": ADA, "page": "1"}, "allActionDetails records pages currentPage"),
    ("GET", "/actions/ALL", None, "allActionDetails pages current_page"),
    ("POST", "/orders", ORDER, "id pointsAwarded updatedAvailablePoints updatedLifetimePoints"),
    ("POST", "/segment", SEGMENT, "segmentId segmentName status"),
    ("GET", "/store/IN1", None, "storeId storeName Company"),
    ("GET", "/campaign/ALL", None, "allCampaignDetails pages currentPage"),
    ("POST", "/bulkproducts", {"1": PRODUCT}, "1"),
    ("PATCH", "/products/P1", PRODUCT, "status statusCode"),
    ("POST", "/getbulkpoints", {"1": {"id": ADA}}, "1"),
    ("POST", "/bulktiers", {"1": {"id": ADA}}, "1"),
]  # fmt: skip


@pytest.mark.proves("B007")
@pytest.mark.parametrize("call", CALLS, ids=lambda call: f"{call[0]} {call[1].partition('?')[0]}")
def test_the_commerce_connector_reads_what_it_needs(store, call):
    method, path, body, read = call
    if path == "/products/P1":
        store.post("/bulkproducts", {"1": PRODUCT})

    said = store.call(method, path, body).ok

    assert [name for name in read.split() if name not in said] == []


@pytest.mark.proves("B007")
def test_the_connector_returns_an_order_and_changes_and_reads_a_segment(store):
    store.post("/orders", ORDER).ok  # noqa: B018
    returned = {"orderId": "SO-1", "status": "return",
                "orderDetail": [{"id": "P1", "quantity": "1", "unitPrice": "19.99"}]}  # fmt: skip
    segment = store.post("/segment", SEGMENT).ok["segmentId"]

    said = store.patch("/orders/SO-1", returned).ok
    changed = store.patch(f"/segment/{segment}", SEGMENT | {"id": segment, "memberUpdate": "ADD"}).ok
    detail = store.get(f"/segment/{segment}").ok["segmentDetail"]

    assert (said["orderId"], said["pointsRemoved"] > 0, "pointsAwarded" in said) == ("SO-1", True, True)
    assert (changed["segmentId"], changed["memberUpdate"]) == (segment, "ADD")
    assert isinstance(detail, dict)


@pytest.mark.proves("B007")
def test_the_connector_shows_the_rewards_that_are_eligible(store):
    rows = store.get(f"/users/{ADA}/reward").ok["rewardDetail"]

    assert {"rewardId", "displayText", "creditRequired", "eligible", "rewardUrl", "rewardImageUrl"} <= set(rows[0])
    assert [row["displayText"] for row in rows if row["eligible"] == "YES"] == ["A cap"]


@pytest.mark.proves("B007")
def test_points_that_a_product_page_promises_are_numbers(store):
    body = {"id": ADA, "productDetail": [{"id": "P1", "quantity": "2", "unitPrice": "10", "autoDelivery": "YES"}]}

    (row,) = store.post("/products", body).ok["data"]

    assert {"id", "quantity", "unitPrice", "autoDelivery", "points", "calculation", "pointsRatio"} <= set(row)
    assert not isinstance(row["points"], str)
    assert not isinstance(row["pointsRatio"], str)


@pytest.mark.proves("B007")
def test_the_netsuite_modules_redeem_order_and_cancel(store):
    checkout = {"id": ADA, "actionId": "107", "activity": "DEBIT", "orderid": "SO-7", "debit": "5",
                "reason": "Points redeemed at checkout", "source": "Web"}  # fmt: skip
    claim = {"id": ADA, "email": ADA, "rewardId": "121", "activity": "DEBIT", "reason": "claim"}
    order = {"id": "SO-7", "userId": ADA, "email": ADA, "storeId": "IN1", "coupon": ["A"], "discountAmount": 5,
             "orderDetail": [{"id": "55", "quantity": 2, "unitPrice": "12.34"}]}  # fmt: skip

    said = [store.post("/points", checkout).ok, store.post("/points", claim).ok, store.post("/orders", order).ok,
            store.put("/orders/SO-7", {"orderId": "SO-7", "status": "return"}).ok]  # fmt: skip

    assert said[1]["rewardCode"] == "CAP-10"
    assert said[2]["pointsAwarded"] > 0
    assert said[3]["pointsRemoved"] >= 0


@pytest.mark.proves("B007")
def test_the_flutter_app_signs_in_and_changes_its_member(store):
    changed = {"id": ADA, "email": ADA, "firstName": "Ada", "lastName": "L", "optInStatus": "YES", "phone": "1"}

    assert store.get(f"/users/{ADA}").ok["status"] == "ACTIVE"
    assert store.put(f"/users/{ADA}", changed).ok["firstName"] == "Ada"
    figures = store.figures()
    assert isinstance(figures["siteId"], str)
    assert isinstance(figures["id"], str)
