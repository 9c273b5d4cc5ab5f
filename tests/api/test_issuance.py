"""Issuances: points that the shop computed, held, shipped, returned and cancelled as orders are."""

import pytest

from tests.api.calls_issuance import ISSUANCE, PART
from tests.api.shop import ADA, GRACE

HELD = ISSUANCE | {"orderStatus": "HOLD"}


def issue(shop, **more):
    return shop.post("/issuance", ISSUANCE | more)


def patch(shop, status, *products, **more):
    body = {"orderId": "ISS-1", "orderStatus": status} | more
    return shop.patch("/issuance", body | ({"productDetails": list(products)} if products else {}))


def read(shop, **more):
    return shop.post(f"/issuancedetails/{ADA}", {"orderId": "ISS-1", "userId": ADA} | more)


@pytest.mark.proves("B222", "B223")
def test_the_points_sent_are_the_points_given(shop):
    said = issue(shop).ok

    assert said | {"productDetails": None} == {
        "siteId": shop.site, "userId": ADA, "orderId": "ISS-1", "actionId": 174, "source": "Web", "coupon": "NEW10",
        "orderTotalSpend": 100, "orderTotalPoints": 90, "pointsAwarded": 90, "holdPoints": 0,
        "pointsExpirationDate": said["pointsExpirationDate"], "orderDiscountAmount": 5, "orderStatus": "SHIP",
        "pointType": "Regular", "orderDate": "2026-03-18T12:00:00+0000", "orderShipDate": "2026-03-19",
        "storeId": "S1", "storeDetails": {"storeId": "S1"}, "productDetails": None, "till": {"number": 7},
        "cashier": "K-12", "updatedAvailablePoints": 90, "updatedLifetimePoints": 90, "previousTier": "Bronze",
        "updatedUserTier": "Bronze",
    }  # fmt: skip
    assert said["productDetails"] == [
        {"productId": "P1", "productName": "Tea", "productQuantity": 2, "productPrice": 0, "productPoints": 60,
         "status": "shipped", "pointsAwarded": 60, "holdPoints": 0, "shade": "green"},
        {"productId": "P2", "productName": "Pot", "productQuantity": 1, "productPrice": 0, "productPoints": 30,
         "status": "shipped", "pointsAwarded": 30, "holdPoints": 0},
    ]  # fmt: skip
    row = shop.activity()["activityDetail"][0]
    assert (row["actionId"], row["credit"], row["orderId"]) == (174, 90, "ISS-1")


def test_a_transaction_without_products_is_issued_as_well(shop):
    body = {"orderId": "T-1", "userId": ADA, "actionId": "174", "orderTotalSpend": "0", "orderTotalPoints": "25",
            "orderStatus": "ship", "purpose": "a visit"}  # fmt: skip

    said = shop.post("/issuance", body).ok

    assert (said["pointsAwarded"], said["productDetails"], said["purpose"]) == (25, [], "a visit")


def test_the_same_order_id_is_issued_once(shop):
    issue(shop)

    assert issue(shop).refusal == (409, "AC1006")


def test_points_on_hold_are_given_when_the_issuance_is_shipped(shop):
    assert shop.post("/issuance", HELD).ok["holdPoints"] == 90
    assert shop.figures()["availablePoints"] == 0

    part = patch(shop, "Partial Ship", {"productId": "P2", "productQuantity": 1}).ok
    assert (part["pointsAwarded"], part["holdPoints"]) == (30, 60)
    whole = patch(shop, "Full Ship").ok

    assert (whole["pointsAwarded"], whole["holdPoints"], whole["updatedAvailablePoints"]) == (90, 0, 90)


@pytest.mark.proves("B223")
def test_returns_take_points_back_by_the_recorded_shares(shop):
    issue(shop)

    part = patch(shop, "PARTIAL RETURN", {"productId": "P1", "productQuantity": 1}).ok
    assert (part["pointsRemoved"], part["pointsAwarded"], part["orderStatus"]) == (30, 60, "PARTIAL RETURN")
    rest = patch(shop, "Return").ok

    assert (rest["pointsRemoved"], rest["updatedAvailablePoints"]) == (60, 0)
    assert read(shop)["orderStatus"] == "returned"


def test_cancels_of_what_is_on_hold(shop):
    shop.post("/issuance", HELD)

    part = patch(shop, "Partial Cancel", {"productId": "P1"}, orderDate="2026-03-18 10:00:00").ok
    assert (part["pointsRemoved"], part["holdPoints"]) == (60, 30)

    assert patch(shop, "Full Cancel").ok["holdPoints"] == 0
    assert shop.figures()["holdPoints"] == 0


def test_what_was_shipped_is_returned_not_cancelled(shop):
    issue(shop)

    assert patch(shop, "Full Cancel").refusal == (400, "AC1004")
    assert shop.figures()["availablePoints"] == 90


def test_an_update_ships_and_corrects_what_the_issuance_says(shop):
    shop.post("/issuance", HELD)

    said = shop.put("/issuance", ISSUANCE | {"coupon": "B,C", "storeId": "S2", "cashier": "K-13"}).ok

    assert (said["pointsAwarded"], said["coupon"], said["storeId"], said["cashier"]) == (90, "B,C", "S2", "K-13")
    assert read(shop).ok["cashier"] == "K-13"
    again = shop.put("/issuance", ISSUANCE | {"coupon": "B,C"}).ok
    assert (again["updatedAvailablePoints"], again["pointsAwarded"]) == (90, 90)


@pytest.mark.parametrize("change", [{"orderTotalPoints": 91}, {"orderTotalSpend": 101}, {"orderStatus": "RETURN"}])
def test_an_update_changes_no_points(shop, change):
    shop.post("/issuance", HELD)

    assert 400 <= shop.put("/issuance", ISSUANCE | change).status < 410
    assert shop.figures()["availablePoints"] == 0


def test_creating_with_return_undoes_what_is_known(shop):
    assert issue(shop, orderStatus="RETURN").status == 404
    issue(shop)

    assert issue(shop, orderStatus="RETURN").ok["pointsRemoved"] == 90


def test_products_may_bring_their_own_points(shop):
    products = [{"productId": "P1", "productPoints": 80}, {"productId": "P2", "productPoints": 10}]

    said = issue(shop, productDetails=products).ok

    assert [each["productPoints"] for each in said["productDetails"]] == [80, 10]
    assert issue(shop, orderId="ISS-2", orderTotalPoints=91, productDetails=products).status == 400


def test_a_point_type_decides_the_class(shop):
    issue(shop, pointType="Promotional")

    assert shop.activity()["activityDetail"][0]["pointType"] == "Promotional"


def test_back_dated_points_expire_from_their_day(shop):
    first = issue(shop, orderDate="2026-01-01").ok
    second = issue(shop, orderId="ISS-2", orderDate="2026-01-02 08:00:00").ok

    assert first["orderDate"] <= "2026-01-01T12"
    assert second["orderDate"] == "2026-01-02T08:00:00+0000"


def test_an_issuance_is_read_by_its_member_alone(shop):
    shop.enrol(GRACE)
    issue(shop)

    said = read(shop).ok
    assert (said["pages"], said["currentPage"], said["orderStatus"], said["till"]) == (1, 1, "shipped", {"number": 7})
    assert shop.post(f"/issuancedetails/{GRACE}", {"orderId": "ISS-1"}).status == 404
    assert read(shop, userId=GRACE).status == 400
    assert patch(shop, "Return", userId=GRACE).status == 404


def test_a_purchase_is_no_issuance(shop):
    shop.post("/orders", {"id": "SO-1", "userId": ADA, "orderDetail": [{"id": "P1", "quantity": 1, "unitPrice": 10}]})

    assert shop.patch("/issuance", {"orderId": "SO-1", "orderStatus": "Return"}).status == 404


@pytest.mark.parametrize(
    "wrong",
    [{"orderTotalPoints": -1}, {"orderStatus": "LOST"}, {"orderDate": "soon"}, {"orderShipDate": "later"},
     {"actionId": 107}, {"cashier": "x" * 5000}, {"productDetails": [{"productName": "Tea"}]}],
)  # fmt: skip
def test_what_cannot_be_issued_is_refused(shop, wrong):
    assert 400 <= issue(shop, **wrong).status < 410
    assert shop.figures()["availablePoints"] == 0


def test_why_says_who_computed_the_points(shop):
    issue(shop)

    said = str(shop.get(f"/users/{ADA}/why?orderId=ISS-1", token=shop.staff()).body)

    assert "The shop computed its points itself (action 174): 90 points." in said


def test_a_part_needs_its_products(shop):
    issue(shop)

    assert shop.patch("/issuance", PART).refusal == (400, "AC1004")
