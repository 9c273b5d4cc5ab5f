"""Requests as real clients send them (client-facts, section 1, traps 8 to 18; sections 3 to 5)."""

import pytest

from tests.api.shop import ADA

SAP_USER = {
    "id": ADA, "email": ADA, "firstName": "Ada", "lastName": "Lovelace", "optInStatus": "NO", "status": None,
    "phone": None, "birthDate": None, "anniversaryDate": None, "userProfileImageUrl": None, "extendedAttribute": None,
}  # fmt: skip
SAP_OPT_IN = {"id": ADA, "email": ADA, "optInStatus": "YES", "firstName": None, "lastName": None, "zipCode": None,
              "status": None, "phone": None}  # fmt: skip
SAP_NULLS = {"reason": None, "debit": None, "credit": None, "orderId": None, "rewardId": None, "source": None}
SAP_LINE = dict.fromkeys(
    ("netPrice", "estimatedShipDate", "categoryId", "categoryName", "url", "imageUrl", "description", "coupon",
     "autoDelivery")
)  # fmt: skip
SAP_ORDER = {
    "id": "00001001", "userId": ADA, "email": ADA, "orderTotal": "100.0", "storeId": "IN12369", "source": "Web",
    "discountAmount": "0.0", "coupon": "SUMMER,WINTER", "firstName": None, "lastName": None, "eventId": None,
    "orderDetail": [{"id": "P1", "quantity": "2", "unitPrice": "19.99", **SAP_LINE}],
}  # fmt: skip
NETSUITE_ORDER = {
    "id": "SO123", "userId": ADA, "email": "a@b.c", "storeId": "Main",
    "orderDetail": [{"id": "55", "quantity": "2", "unitPrice": "19.99"}],
    "coupon": ["A", "B"], "discountAmount": 5,
}  # fmt: skip


@pytest.mark.proves("A104", "B002")
def test_saps_enrolment_opt_in_and_first_points(empty_shop):
    """Trap 8, SAP's calls 1 to 4: null is absent, so that an opt-in does not wipe the name."""
    assert empty_shop.post("/users", SAP_USER).status == 201

    opted = empty_shop.patch(f"/users/{ADA}", SAP_OPT_IN).ok
    assert (opted["firstName"], opted["lastName"], opted["optInStatus"]) == ("Ada", "Lovelace", "YES")
    said = empty_shop.post("/points", {"id": ADA, "activity": "CREDIT", "actionId": "101", **SAP_NULLS}).ok
    assert said["pointsAwarded"] == 100
    assert empty_shop.get(f"/users/{ADA}").ok["optInStatus"] == "YES"


@pytest.mark.proves("B023", "B125", "B126")
@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/points", {"id": ADA, "activity": "CREDIT", "actionId": "100", "credit": "50", "reason": "x"}),
        ("/points", {"id": ADA, "activity": "CREDIT", "actionId": 100, "credit": 50.0, "reason": "x"}),
        ("/points", {"id": ADA, "activity": "DEBIT", "debit": "12.0", "reason": "Points used", "orderId": "1"}),
        ("/actions", {"id": ADA, "page": "1"}),
        ("/orders", SAP_ORDER),
        ("/orders", NETSUITE_ORDER),
    ],
)
def test_numbers_arrive_as_text(shop, path, body):
    """Trap 9."""
    shop.credit(100)

    assert shop.post(path, body).status == 200


@pytest.mark.proves("B045")
def test_an_address_stands_raw_in_a_path_and_a_plus_is_a_plus(empty_shop):
    """Trap 10."""
    empty_shop.enrol("ada+1@example.test", "ada 1@example.test")

    assert empty_shop.get("/points/ada+1@example.test").ok["id"] == "ada+1@example.test"
    assert empty_shop.get("/users/ada+1@example.test/activity?page=1").ok["id"] == "ada+1@example.test"


@pytest.mark.proves("B104")
def test_netsuites_debit_spells_orderid_in_lower_case(shop):
    """Trap 11."""
    shop.credit(500)

    said = shop.post("/points", {
        "id": ADA, "actionId": "107", "activity": "DEBIT", "orderid": "SO123", "debit": "120",
        "reason": "Points redeemed at checkout", "source": "Web",
    }).ok  # fmt: skip

    assert said["orderId"] == "SO123"
    assert shop.activity()["activityDetail"][0]["orderId"] == "SO123"


@pytest.mark.proves("B210")
@pytest.mark.parametrize(("body", "coupon", "discount"), [(SAP_ORDER, "SUMMER,WINTER", 0), (NETSUITE_ORDER, "A,B", 5)])
def test_coupons_as_text_or_as_a_list_and_a_discount_as_text_or_number(shop, body, coupon, discount):
    """Trap 12."""
    said = shop.post("/orders", body).ok

    assert (said["coupon"], said["discountAmount"]) == (coupon, discount)
    assert shop.post("/orderdetails", {"orderId": body["id"]}).ok["coupon"] == coupon


@pytest.mark.proves("B210")
def test_sap_returns_lines_by_patch(shop):
    """Trap 13, SAP's call 18: only the lines that came back."""
    shop.post("/orders", SAP_ORDER)
    body = {
        "orderId": "00001001",
        "status": "return",
        "orderDetail": [{"id": "P1", "quantity": "1", "unitPrice": "19.99"}],
    }

    said = shop.patch("/orders/00001001", body).ok

    assert (said["orderId"], said["pointsAwarded"], said["pointsRemoved"]) == ("00001001", 20, 19)


@pytest.mark.proves("B210")
@pytest.mark.parametrize(("status", "removed"), [("return", 39), ("cancel", 0)])
def test_netsuite_changes_whole_orders_by_put(shop, status, removed):
    """Trap 13."""
    shop.post("/orders", NETSUITE_ORDER)

    said = shop.put("/orders/SO123", {"orderId": "SO123", "status": status}).ok

    assert (said["pointsAwarded"], said["pointsRemoved"]) == (39 - removed, removed)


def test_flutter_changes_a_member_by_put(shop):
    """Trap 14."""
    body = {"id": ADA, "email": ADA, "firstName": "Ada", "lastName": "King", "optInStatus": "YES", "phone": "44-1"}

    assert shop.put(f"/users/{ADA}", body).ok["lastName"] == "King"


@pytest.mark.proves("B111")
@pytest.mark.parametrize(
    "body",
    [
        {"id": ADA, "rewardId": "121", "activity": "DEBIT", "reason": "claim", "source": "web", "credit": None},
        {"id": ADA, "email": ADA, "rewardId": "121", "activity": "DEBIT", "reason": "claim"},
    ],
)
def test_a_claim_without_an_action_is_understood(shop, body):
    """Trap 15: it fails for want of the reward alone, not as malformed."""
    said = shop.post("/points", body)

    assert said.refusal == (404, "AC1005")
    assert "rewardId" in said["errorMessage"]


@pytest.mark.proves("B018")
def test_a_credit_for_action_101_has_no_points_in_it(shop):
    """Trap 15."""
    assert shop.post("/points", {"id": ADA, "actionId": "101", "activity": "CREDIT"}).ok["pointsAwarded"] == 100


def test_saps_points_as_money(shop):
    """SAP's call 11: neither action nor reward, a debit with an order."""
    shop.credit(500)

    said = shop.post("/points", {"id": ADA, "debit": "12.0", "activity": "DEBIT", "reason": "Points used with order",
                                 "orderId": "00001001"}).ok  # fmt: skip

    assert (said["actionId"], said["pointsDeducted"]) == (107, 12)


def test_an_id_in_another_case_than_the_paths(shop):
    """Trap 16."""
    assert shop.patch("/users/ADA@example.test", {"id": "Ada@Example.Test", "phone": "44-1"}).ok["id"] == ADA
    assert shop.get("/points/ADA@EXAMPLE.TEST").ok["id"] == ADA


@pytest.mark.parametrize("query", ['?data={"a":"b:c"}', "?a={}&b=[1]", "?page=1&x=%zz", "?ü=ö"])
def test_a_query_with_raw_braces_is_no_obstacle(shop, query):
    """Trap 18 asks it of the sale pixel; the front end is the same for all."""
    assert shop.get(f"/users/{ADA}/tiers{query}").status == 200


def test_saps_bulk_readings(shop):
    """SAP's calls 26 and 27."""
    for path in ("/getbulkpoints", "/bulktiers"):
        assert shop.post(path, {"1": {"id": ADA}}).ok["1"]["id"] == ADA


def test_fields_that_nobody_knows_are_left_alone(shop):
    body = {
        "id": ADA,
        "email": ADA,
        "actionId": "100",
        "activity": "CREDIT",
        "credit": "5",
        "reason": "x",
        "shoeSize": 38,
    }

    assert shop.post("/points", body).ok["pointsAwarded"] == 5
