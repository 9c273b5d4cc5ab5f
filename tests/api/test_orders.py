"""Orders over the wire: placed, shipped, returned, cancelled and read (annex-api-2, section 1)."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from chalicelib import clock
from tests.api.shop import ADA, GRACE, action, quoted

LINES = [
    {"id": "P21", "quantity": "1", "unitPrice": "10"},
    {"id": "P22", "quantity": "2", "unitPrice": "25"},
    {"id": "P23", "quantity": "4", "unitPrice": "20"},
]
"""140 points at ratio 1, P21 worth 10 of them (state table 8 of annex-2, 1.6)."""


def place(shop, order="SO-1", member=ADA, lines=None, **more):
    return shop.post("/orders", {"id": order, "userId": member, "orderDetail": lines or LINES, **more})


def change(shop, status, *lines, order="SO-1", method=None):
    body = {"orderId": order, "status": status}
    if lines:
        body["orderDetail"] = [{"id": product, "quantity": str(quantity)} for product, quantity in lines]
    return shop.call(method or ("PATCH" if lines else "PUT"), f"/orders/{quoted(order)}", body)


def rows(shop):
    return [
        (row["actionId"], row["activity"], row["credit"] or row["debit"], row["pointStatus"])
        for row in shop.activity()["activityDetail"]
    ]


def on_hold(shop, mode="itemShipDate", days=2):
    shop.programme(lambda document: document["purchase"].update(hold={"type": mode, "days": days}))


@pytest.mark.proves("A106", "B210")
def test_every_field_of_a_placed_order(shop):
    said = place(
        shop, email=ADA, firstName="Ada", lastName="Lovelace", orderTotal="129.50", storeId="IN12369", source="web",
        discountAmount="10.50", coupon="A,B", eventId="E1", orderDate="2026-03-18T09:00:00+0000",
        lines=[LINES[0], {**LINES[1], "categoryId": "C1", "description": "A lamp", "autoDelivery": "NO"}],
    )  # fmt: skip

    assert said.ok == {
        "siteId": shop.site, "id": "SO-1", "userId": ADA, "email": ADA, "orderTotal": Decimal("129.50"),
        "orderDate": "2026-03-18T09:00:00+0000", "storeId": "IN12369", "storeDetails": {"storeId": "IN12369"},
        "source": "web", "discountAmount": Decimal("10.50"), "coupon": "A,B", "orderAttribute": {},
        "purchasePointType": "Both",
        "pointsAwarded": 60, "pointsOnHold": 0, "holdPoints": 0, "releaseDate": "", "campaignDetails": {},
        "campaignId": "", "campaignName": "", "campaignPoints": 0, "multiBucketsData": {},
        "orderDetail": [
            _product("P21", 1, 10, 10),
            _product("P22", 2, 25, 50) | {"categoryId": "C1", "description": "A lamp", "autoDelivery": "NO"},
        ],
        "updatedAvailablePoints": 60, "updatedLifetimePoints": 60, "previousTier": "Bronze",
        "updatedUserTier": "Bronze",
    }  # fmt: skip
    figures = shop.figures()
    assert (figures["availablePoints"], figures["totalSpent"]) == (60, Decimal("129.50"))
    assert shop.get(f"/users/{ADA}").ok["totalSpendCurrency"] == "129.50 USD"


@pytest.mark.proves("A106", "B210")
def test_points_are_price_times_quantity_times_ratio_summed_and_rounded_once(shop):
    """100 × 1 + 200 × 2 + 300 × 3 at ratio 1 is 1,400 (annex-2, 1.6 rule 1)."""
    lines = [{"id": f"P{n}", "quantity": n, "unitPrice": n * 100} for n in (1, 2, 3)]
    assert place(shop, lines=lines).ok["pointsAwarded"] == 1400

    cents = [{"id": "P1", "quantity": 1, "unitPrice": "0.99"}, {"id": "P2", "quantity": 1, "unitPrice": "0.99"}]
    assert place(shop, "SO-2", lines=cents).ok["pointsAwarded"] == 1


@pytest.mark.proves("A106")
def test_the_ratio_of_the_tier_counts_and_the_tier_is_that_before_the_order(shop):
    shop.programme(lambda document: document["tiers"]["levels"][1].update(purchaseRatio=2))

    first = place(shop, lines=[{"id": "P1", "quantity": 1, "unitPrice": 600}]).ok
    second = place(shop, "SO-2", lines=[{"id": "P1", "quantity": 1, "unitPrice": 100}]).ok

    assert (first["pointsAwarded"], first["previousTier"], first["updatedUserTier"]) == (600, "Bronze", "Silver")
    assert second["pointsAwarded"] == 200


@pytest.mark.proves("B210")
def test_an_order_of_zero_is_ordinary(shop):
    said = place(shop, lines=[{"id": "P1", "quantity": "1", "unitPrice": "0.00"}], orderTotal="0.0")

    assert (said.ok["pointsAwarded"], said["orderTotal"]) == (0, 0)
    assert shop.post("/orderdetails", {"orderId": "SO-1"}).ok["status"] == "placed"


@pytest.mark.proves("B210")
def test_an_order_id_is_used_once_in_a_site(shop):
    shop.enrol(GRACE)
    place(shop)

    for member in (ADA, GRACE):
        assert place(shop, member=member).refusal == (409, "AC1006")
    assert shop.figures()["availablePoints"] == 140


@pytest.mark.parametrize("order", ["a/b", "a b", "a+b", "Ünïcode", "#1", "100%", "x" * 255, "日本"], ids=ascii)
def test_order_ids_of_any_kind_are_ordinary(shop, order):
    assert place(shop, order).ok["id"] == order

    assert change(shop, "return", order=order).ok["pointsRemoved"] == 140
    assert shop.post("/orderdetails", {"orderId": order}).ok["id"] == order


@pytest.mark.proves("B210")
def test_a_released_order_row_by_row(shop):
    """State table 7: item ship date with 0 days, or no hold at all."""
    on_hold(shop, days=0)
    place(shop)
    assert rows(shop) == [(109, "CREDIT", 140, "Released")]

    change(shop, "ship", ("P21", 1))
    assert rows(shop) == [(109, "CREDIT", 140, "Released")]

    partial = change(shop, "PARTIAL RETURN", ("P21", 1)).ok
    assert (partial["pointsAwarded"], partial["pointsRemoved"], partial["pointsOnHold"]) == (130, 10, 0)
    assert rows(shop)[0] == (148, "DEBIT", 10, "Return")

    full = change(shop, "return").ok
    assert (full["pointsAwarded"], full["pointsRemoved"], full["pointsOnHold"]) == (0, 130, 0)
    assert rows(shop) == [(148, "DEBIT", 130, "Return"), (148, "DEBIT", 10, "Return"), (109, "CREDIT", 140, "Released")]
    figures = shop.figures()
    assert (figures["availablePoints"], figures["usedPoints"], figures["totalSpent"]) == (0, 140, 0)


@pytest.mark.proves("B210")
def test_cancelling_a_released_order_changes_no_points(shop):
    place(shop)

    for said in (change(shop, "cancel", ("P21", 1)), change(shop, "cancel")):
        assert (said.ok["pointsAwarded"], said["pointsRemoved"]) == (140, 0)
    assert rows(shop) == [(109, "CREDIT", 140, "Released")]


@pytest.mark.proves("B210")
def test_a_held_order_row_by_row(shop):
    """State table 8: item ship date with 2 days."""
    on_hold(shop)
    said = place(shop).ok
    assert (said["pointsAwarded"], said["pointsOnHold"], said["holdPoints"]) == (0, 140, 140)
    assert rows(shop) == [(109, "CREDIT", 140, "Hold")]

    early = change(shop, "return", ("P21", 1)).ok
    assert (early["pointsAwarded"], early["pointsRemoved"], early["pointsOnHold"]) == (0, 0, 140)
    assert rows(shop) == [(109, "CREDIT", 140, "Hold")]


@pytest.mark.proves("B210")
def test_a_held_order_shipped_and_returned(shop):
    on_hold(shop)
    place(shop)
    for product in (("P21", 1), ("P22", 2), ("P23", 4)):
        shipped = change(shop, "ship", product).ok
        assert (shipped["pointsAwarded"], shipped["pointsOnHold"]) == (0, 140)

    partial = change(shop, "return", ("P21", 1)).ok
    assert (partial["pointsAwarded"], partial["pointsOnHold"]) == (0, 130)
    assert rows(shop)[0] == (148, "DEBIT", 0, "Return")

    full = change(shop, "return").ok
    assert (full["pointsAwarded"], full["pointsOnHold"]) == (0, 0)
    assert rows(shop)[0] == (148, "DEBIT", 0, "Return")
    assert shop.figures()["holdPoints"] == 0


@pytest.mark.proves("B210")
def test_a_held_order_cancelled(shop):
    on_hold(shop)
    place(shop)

    partial = change(shop, "cancel", ("P21", 1)).ok
    assert (partial["pointsAwarded"], partial["pointsOnHold"]) == (0, 130)
    assert rows(shop) == [(109, "CREDIT", 130, "Hold")]

    full = change(shop, "cancel").ok
    assert (full["pointsAwarded"], full["pointsOnHold"]) == (0, 0)
    assert rows(shop) == [(109, "DEBIT", 0, "Cancelled")]
    assert shop.activity()["totalActivityCount"] == 1


@pytest.mark.proves("B210")
@pytest.mark.parametrize(
    ("before", "status", "lines"),
    [
        ("ship", "cancel", ()),
        ("ship", "cancel", [("P21", 1)]),
        ("return", "ship", ()),
        ("cancel", "ship", ()),
        ("cancel", "ship", [("P21", 1)]),
        (None, "return", [("P21", 2)]),
        (None, "return", [("P99", 1)]),
        (None, "return", [("P21", 0)]),
        (None, "return", [("P21", -1)]),
        (None, "return", [("P21", "some")]),
        (None, "lose", ()),
        (None, "", ()),
    ],
)
def test_a_change_that_cannot_be_is_refused_and_changes_nothing(shop, before, status, lines):
    place(shop)
    if before:
        change(shop, before)
    seen = shop.post("/orderdetails", {"orderId": "SO-1"}).ok, shop.figures(), rows(shop)

    said = change(shop, status, *lines)

    assert said.refusal == (400, "AC1004")
    assert (shop.post("/orderdetails", {"orderId": "SO-1"}).ok, shop.figures(), rows(shop)) == seen


@pytest.mark.proves("B210")
def test_an_order_that_is_partly_shipped_is_cancelled_by_line_alone(shop):
    on_hold(shop)
    place(shop)
    change(shop, "ship", ("P22", 1))

    assert change(shop, "cancel").refusal == (400, "AC1004")
    assert change(shop, "cancel", ("P22", 2)).refusal == (400, "AC1004")
    assert change(shop, "cancel", ("P22", 1)).ok["pointsOnHold"] == 115


@pytest.mark.parametrize("word", ["return", "RETURN", "Returned", "Full Return"])
@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_a_status_word_in_any_form_and_by_either_verb(shop, word, method):
    place(shop)

    said = change(shop, word, method=method).ok

    assert (said["orderId"], said["pointsAwarded"], said["pointsRemoved"]) == ("SO-1", 0, 140)
    again = change(shop, word, method=method).ok
    assert again["pointsRemoved"] == 0


def test_points_spent_meanwhile_are_reported_as_not_deducted(shop):
    place(shop)
    shop.debit(100, actionId=107)

    said = change(shop, "return").ok

    assert (said["pointsRemoved"], said["pointsNotDeducted"], said["updatedAvailablePoints"]) == (40, 100, 0)


@pytest.mark.proves("B116", "B210")
def test_points_paid_on_an_order_come_back_with_its_return(shop):
    """SAP's order flow: pay with points (11), place the order (17), return it (18)."""
    shop.credit(500)
    shop.post("/points", {"id": ADA, "debit": "120", "activity": "DEBIT", "orderId": "SO-1",
                          "reason": "Points used with order"})  # fmt: skip
    place(shop)
    assert shop.figures()["availablePoints"] == 520

    said = change(shop, "return").ok

    assert (said["pointsRefunded"], said["discountRefundData"]) == (120, "1.20")
    figures = shop.figures()
    assert (figures["availablePoints"], figures["usedRedemptionPoints"]) == (500, 0)


@pytest.mark.proves("B210")
def test_an_order_is_read_with_its_products(shop):
    place(shop, email=ADA, firstName="Ada", coupon=["$20_OFF"], purchasePointType="Both", discountAmount=23,
          storeId="IN12369", source="web", orderTotal=200)  # fmt: skip
    change(shop, "ship", ("P22", 1))
    change(shop, "return", ("P21", 1))

    said = shop.post("/orderdetails", {"orderId": "SO-1", "userId": ADA}).ok

    products = said.pop("orderDetail")
    assert said == {
        "siteId": shop.site, "id": "SO-1", "userId": ADA, "email": ADA, "firstName": "Ada", "lastName": "",
        "orderDate": "2026-03-18T12:00:00+0000", "orderTotal": 200, "purchasePointType": "Both", "storeId": "IN12369",
        "storeDetails": {"storeId": "IN12369"},
        "source": "web", "eventId": "", "discountAmounts": 23, "discountRefundData": "", "coupon": "$20_OFF",
        "orderAttribute": {},
        "status": "partially returned", "pointsAwarded": 130, "pointsOnHold": 0, "releaseDate": "",
        "campaignId": "", "campaignName": "", "campaignPoints": 0, "campaignDetails": {},
        "multiBucketsData": {},
    }  # fmt: skip
    assert [(each["id"], each["status"], each["pointsAwarded"]) for each in products] == [
        ("P21", "returned", 0), ("P22", "partially shipped", 50), ("P23", "placed", 80),
    ]  # fmt: skip


@pytest.mark.proves("B210")
def test_all_orders_of_a_member(shop):
    shop.enrol(GRACE)
    for n in range(3):
        place(shop, f"SO-{n}")
    place(shop, "SO-9", GRACE)

    said = shop.post("/orderdetails", {"userId": ADA.upper()}).ok

    assert said["userId"] == ADA
    assert {order["id"] for order in said["orders"]} == {"SO-0", "SO-1", "SO-2"}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, (400, "AC1004")),
        ({"orderId": "SO-99"}, (404, "AC1005")),
        ({"userId": "nobody"}, (404, "AC1005")),
        ({"orderId": "SO-1", "userId": GRACE}, (404, "AC1005")),
        ({"orderId": None, "userId": None}, (400, "AC1004")),
    ],
)
def test_orders_that_cannot_be_read(shop, body, expected):
    shop.enrol(GRACE)
    place(shop)

    assert shop.post("/orderdetails", body).refusal == expected


@pytest.mark.proves("B210")
@pytest.mark.parametrize(
    ("body", "about", "expected"),
    [
        ({"id": None}, "id", (400, "AC1004")),
        ({"id": "x" * 256}, "id", (400, "AC1004")),
        ({"userId": None}, "userId", (400, "AC1004")),
        ({"userId": "nobody"}, "POST /users", (404, "AC1005")),
        ({"orderDetail": None}, "orderDetail is missing", (400, "AC1004")),
        ({"orderDetail": []}, "orderDetail: at least 1", (400, "AC1004")),
        ({"orderDetail": {}}, "orderDetail", (400, "AC1004")),
        ({"orderDetail": ["P1"]}, "orderDetail[0]", (400, "AC1004")),
        ({"orderDetail": LINES * 67}, "orderDetail: at most 200", (400, "AC1004")),
        ({"orderDetail": [{"quantity": 1, "unitPrice": 1}]}, "orderDetail[0].id", (400, "AC1004")),
        ({"orderDetail": [{"id": "P1", "unitPrice": 1}]}, "orderDetail[0].quantity", (400, "AC1004")),
        ({"orderDetail": [{"id": "P1", "quantity": 1}]}, "orderDetail[0].unitPrice", (400, "AC1004")),
        ({"orderDetail": [{"id": "P1", "quantity": 0, "unitPrice": 1}]}, "orderDetail[0].quantity", (400, "AC1004")),
        ({"orderDetail": [{"id": "P1", "quantity": "1.2345", "unitPrice": 1}]}, "quantity", (400, "AC1004")),
        ({"orderDetail": [{"id": "P1", "quantity": 1, "unitPrice": -1}]}, "orderDetail[0].unitPrice", (400, "AC1004")),
        ({"orderDetail": [{"id": "P1", "quantity": 1, "unitPrice": "a lot"}]}, "unitPrice", (400, "AC1004")),
        ({"orderTotal": "-1"}, "orderTotal", (400, "AC1004")),
        ({"orderDate": "2026-03-20T12:00:00+0000"}, "orderDate", (400, "AC1004")),
        ({"orderDate": "yesterday"}, "orderDate", (400, "AC1004")),
        ({"purchasePointType": "Neither"}, "purchasePointType", (400, "AC1004")),
        ({"coupon": {"a": 1}}, "coupon", (400, "AC1004")),
        ({"coupon": [True]}, "coupon", (400, "AC1004")),
        ({"coupon": "x" * 256}, "coupon: codes of at most 255 characters", (400, "AC1004")),
        ({"coupon": ["a\0b"]}, "coupon", (400, "AC1004")),
        ({"coupon": ["A"] * 51}, "coupon", (400, "AC1004")),
    ],
)
def test_a_wrong_order_is_refused_by_the_name_of_what_is_wrong(shop, body, about, expected):
    said = shop.post("/orders", {"id": "SO-1", "userId": ADA, "orderDetail": LINES, **body})

    assert said.refusal == expected
    assert about in said["errorMessage"]
    assert shop.post("/orderdetails", {"orderId": "SO-1"}).refusal == (404, "AC1005")


@pytest.mark.parametrize("total", [None, "100.0", 100])
def test_an_order_may_be_as_large_as_two_hundred_lines(shop, total):
    lines = [{"id": f"P{n}", "quantity": "2", "unitPrice": "19.99"} for n in range(200)]

    assert place(shop, lines=lines, orderTotal=total).ok["pointsAwarded"] == 7996


@pytest.mark.proves("B210")
def test_an_order_of_an_earlier_day_lasts_from_that_day(shop):
    place(shop, orderDate="2025-12-01T00:00:00+0000")

    row = shop.activity()["activityDetail"][0]

    assert (row["createDate"], row["expireDate"]) == ("2025-12-01T00:00:00+0000", "2026-12-01T23:59:59+0000")


def test_an_order_older_than_its_points_last_is_awarded_and_expired_at_once(shop):
    said = place(shop, orderDate="2024-01-01T00:00:00+0000").ok

    assert (said["updatedAvailablePoints"], said["updatedLifetimePoints"]) == (0, 140)
    assert shop.figures()["expiredPoints"] == 140


@pytest.mark.parametrize("limits", [{"status": "INACTIVE"}, {"limits": [{"times": 1, "period": "day"}]}])
def test_an_order_is_recorded_where_its_points_are_withheld(shop, limits):
    shop.programme(lambda document: action(document, 109).update(limits))
    place(shop, "SO-0")

    said = place(shop).ok

    assert said["pointsAwarded"] == 0
    assert said["pointsWithheldReason"]
    assert shop.figures()["totalSpent"] == 280


@pytest.mark.proves("B210")
def test_points_of_an_order_are_released_when_their_day_comes(shop):
    on_hold(shop, "orderDate", 10)
    said = place(shop).ok
    assert (said["pointsOnHold"], said["releaseDate"]) == (140, "2026-03-28T00:00:00+0000")

    change(shop, "ship")

    assert (shop.figures()["availablePoints"], shop.figures()["holdPoints"]) == (140, 0)
    assert rows(shop) == [(109, "CREDIT", 140, "Released")]


def test_a_body_that_names_another_order_than_the_path(shop):
    place(shop)

    said = shop.put("/orders/SO-1", {"orderId": "SO-2", "status": "return"})

    assert said.refusal == (400, "AC1004")
    assert "orderId" in said["errorMessage"]
    assert shop.put("/orders/SO-404", {"orderId": "SO-404", "status": "return"}).refusal == (404, "AC1005")


def test_an_erased_members_orders_name_nobody(shop):
    place(shop, email="augusta@example.test", firstName="Augusta", lastName="King")
    shop.post("/userdelete", {"id": ADA, "requestedBy": "operator@example.test"})

    said = shop.post("/orderdetails", {"orderId": "SO-1"})

    assert b"ugusta" not in said.raw
    assert ADA.encode() not in said.raw


def test_an_order_of_a_member_who_opted_out_is_refused(shop):
    shop.patch(f"/users/{ADA}", {"optInStatus": "NO"})

    said = place(shop)

    assert said.refusal == (400, "AC1004")
    assert "optInStatus" in said["errorMessage"]
    assert shop.figures()["lifetimePoints"] == 0


def test_time_goes_on_between_order_and_return(shop):
    place(shop)
    clock.move_to(datetime(2027, 6, 1, tzinfo=UTC))

    said = change(shop, "return").ok

    assert (said["pointsRemoved"], said["pointsNotDeducted"]) == (0, 140)
    assert shop.figures()["expiredPoints"] == 140


def _product(product, quantity, price, points):
    return {
        "id": product, "quantity": quantity, "unitPrice": price, "netPrice": price, "estimatedShipDate": "",
        "categoryId": "", "categoryName": "", "url": "", "imageUrl": "", "description": "", "coupon": "",
        "autoDelivery": "", "points": points,
    }  # fmt: skip
