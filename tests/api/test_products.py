"""Products and categories, singly and in bulk, and what they promise (annex-api-2, section 3)."""

from decimal import Decimal
from typing import Any

import pytest

from tests.api.calls_catalog import SAP
from tests.api.shop import ADA, Shop


def made(shop: Shop, product_id: str, **detail: Any) -> None:
    category = detail.pop("category", {})
    body = {"productDetail": {"productId": product_id, **detail}, "categoryDetail": category}
    assert shop.post("/products", body).status == 201


def asked(shop: Shop, *lines: dict[str, Any], **more: Any) -> list[dict[str, Any]]:
    data: list[dict[str, Any]] = shop.post("/products", {"productDetail": list(lines), **more}).ok["data"]
    return data


def bought(shop: Shop, order: str, *lines: dict[str, Any], **more: Any) -> dict[str, Any]:
    return shop.post("/orders", {"id": order, "userId": ADA, "orderDetail": list(lines), **more}).ok


@pytest.mark.proves("B212")
def test_products_come_in_bulk_as_real_clients_send_them(shop: Shop):
    said = shop.post("/bulkproducts", SAP).ok

    assert [(each["productId"], each["status"], each["statusCode"]) for each in said.values()] == [
        ("P1", "created", 201), ("P2", "created", 201),
    ]  # fmt: skip
    assert said["1"]["pointAwardType"] == "Product"
    assert said["1"]["productDetail"]["productPointRatio"] == 2
    assert said["2"]["categoryDetail"]["categoryPointRatio"] == Decimal("1.5")


@pytest.mark.proves("B212")
def test_a_product_is_read_with_its_category(shop: Shop):
    shop.post("/bulkproducts", SAP)

    said = shop.get("/products/P1").ok

    expected = {
        "siteId": shop.site, "productId": "P1", "productName": "Mug", "productPrice": Decimal("9.50"),
        "productPointType": "Yes", "productPointRatio": 2, "productMinimumLimit": 0, "bonusPoint": 0,
        "bonusFlag": "Yes", "categoryId": "Cat1", "categoryName": "Kitchen", "categoryPointType": "Yes",
        "categoryPointRatio": Decimal("1.5"),
    }  # fmt: skip
    assert {name: said[name] for name in expected} == expected
    assert shop.get("/products/none").refusal == (404, "AC1005")


@pytest.mark.proves("B212")
def test_the_documents_product_can_be_made_as_it_is_read(shop: Shop):
    said = shop.post("/products", {"productId": None, "productDetail": {
        "productId": 12345, "productName": "Mug", "productPrice": 105, "productPointType": "Bonus",
        "productMinimumLimit": 10, "productBonus": 7}})  # fmt: skip

    assert said.status == 201
    read = shop.get("/products/12345").ok
    assert (read["productPrice"], read["productMinimumLimit"], read["bonusPoint"]) == (105, 10, 7)
    assert shop.patch("/products/12345", {"bonusPoint": 8, "productName": "Cup"}).ok["status"] == "changed"
    assert shop.get("/products/12345")["bonusPoint"] == 8


def test_a_product_that_is_there_is_not_created_again(shop: Shop):
    made(shop, "P1")

    assert shop.post("/products", {"productDetail": {"productId": "P1"}}).refusal == (409, "AC1006")


def test_a_creation_that_is_refused_leaves_its_category_alone(shop: Shop):
    made(shop, "P1", category={"categoryId": "c", "categoryPointRatio": 2})

    body = {"productDetail": {"productId": "P1"}, "categoryDetail": {"categoryId": "c", "categoryPointRatio": 3}}
    assert shop.post("/products", body).status == 409
    assert shop.patch("/products/none", body | {"productDetail": {}}).status == 404
    assert shop.get("/products/P1")["categoryPointRatio"] == 2


@pytest.mark.proves("B212")
def test_a_change_keeps_what_is_not_given(shop: Shop):
    shop.post("/bulkproducts", SAP)

    said = shop.patch("/products/P1", {"productDetail": {"productPointRatio": "3"}}).ok

    assert (said["status"], said["statusCode"]) == ("changed", 200)
    assert said["productDetail"]["productName"] == "Mug"
    assert shop.get("/products/P1")["productPointRatio"] == 3


@pytest.mark.proves("B212")
def test_bulk_changes_leave_what_is_not_there_and_wrong_elements_alone(shop: Shop):
    shop.post("/bulkproducts", SAP)

    said = shop.post("/bulkpatchproducts", {
        "1": {"productDetail": {"productId": "P1", "productPrice": "11"}},
        "2": {"productDetail": {"productId": "P9"}, "categoryDetail": {"categoryId": "new", "categoryBonus": 1}},
        "3": {"productDetail": {"productId": "P2", "productPrice": "cheap"}},
        "4": {"productDetail": {"productId": "P1"}},
        "5": {"productDetail": {"productId": "P2", "productMinimumLimit": 5, "productMaximumLimit": 2}},
        "6": {}, "7": "x",
    }).ok  # fmt: skip

    assert said["1"]["status"] == "changed"
    assert {number: each.get("errorCode") for number, each in said.items() if number != "1"} == {
        "2": "AC1005", "3": "AC1004", "4": "AC1004", "5": "AC1004", "6": "AC1004", "7": "AC1004",
    }  # fmt: skip
    assert "new" not in str(shop.programme()["categories"])


def test_many_products_take_a_read_and_a_write_for_each_hundred(shop: Shop):
    shop.post("/bulkproducts", {str(n): {"productDetail": {"productId": f"P{n}"}} for n in range(250)})

    # One more where the programme has to be looked at again meanwhile.
    assert shop.lines[-1]["calls"] in {6, 7}


def test_products_that_were_sent_again_are_unchanged(shop: Shop):
    shop.post("/bulkproducts", SAP)

    said = shop.post("/bulkproducts", SAP).ok

    assert {each["status"] for each in said.values()} == {"unchanged"}


def test_the_catalogue_is_listed_page_by_page(shop: Shop):
    shop.post("/bulkproducts", {str(n): {"productDetail": {"productId": f"P{n:03}"}} for n in range(130)})

    first = shop.get("/products").ok
    second = shop.get(f"/products?after={first['next']}").ok

    listed = [each["productId"] for each in (*first["products"], *second["products"])]
    assert sorted(listed) == [f"P{n:03}" for n in range(130)]
    assert "next" not in second


def test_products_are_read_by_their_ids(shop: Shop):
    shop.post("/bulkproducts", SAP)

    assert [each["productId"] for each in shop.post("/products", {"productId": ["P2", "P9", "P1"]}).ok["data"]] == [
        "P2", "P1",
    ]  # fmt: skip
    assert shop.post("/products", {"productId": "P9"}).refusal == (404, "AC1005")
    assert shop.post("/products", {}).refusal == (400, "AC1004")


@pytest.mark.proves("B212")
def test_a_product_page_is_told_points_ratio_and_how_they_come_about(shop: Shop):
    shop.post("/bulkproducts", SAP)

    (line,) = asked(shop, {"id": "P1", "quantity": "2", "unitPrice": "19.99", "autoDelivery": "NO"}, id=ADA)

    assert line == {
        "id": "P1", "quantity": 2, "unitPrice": Decimal("19.99"), "autoDelivery": "NO", "points": 79, "pointsRatio": 2,
        "calculation": "39.98 × 1 (purchase) × 1 (tier) × 2 (rule) = 79.96",
    }  # fmt: skip


def test_without_a_price_the_catalogues_counts_and_without_any_it_is_refused(shop: Shop):
    made(shop, "P1", productPrice="9.50")
    made(shop, "P2")

    assert asked(shop, {"id": "P1", "quantity": 2})[0]["points"] == 19
    assert shop.post("/products", {"productDetail": [{"id": "P2"}]}).refusal == (400, "AC1004")
    assert shop.post("/products", {"productDetail": [{"id": "P1"}], "id": "nobody"}).refusal == (404, "AC1005")


KINDS = [
    ({}, 20),
    ({"productPointRatio": "2.5"}, 50),
    ({"productPointType": "No"}, 0),
    ({"productPointType": "Bonus", "productBonus": 7}, 14),
    ({"productPointType": "Yes", "productBonus": 7, "productBonusFlag": "YES"}, 34),
    ({"productPointType": "Yes", "productBonus": 7, "productBonusFlag": "NO"}, 20),
    ({"productMinimumLimit": 2}, 20),
    ({"productMinimumLimit": 3}, 0),
    ({"productMaximumLimit": 2}, 20),
    ({"productMaximumLimit": 1}, 0),
    ({"category": {"categoryId": "c", "categoryPointType": "No"}}, 0),
    ({"category": {"categoryId": "c", "categoryPointRatio": 5}}, 20),
]


@pytest.mark.proves("A106", "B212")
@pytest.mark.parametrize(("detail", "points"), KINDS)
def test_an_order_earns_what_the_product_promises(shop: Shop, detail, points):
    made(shop, "P1", **dict(detail))
    line = {"id": "P1", "quantity": 2, "unitPrice": 10}

    assert asked(shop, line)[0]["points"] == points
    assert bought(shop, "SO-1", line)["pointsAwarded"] == points


@pytest.mark.proves("A106", "B212")
def test_the_award_type_says_whose_rule_decides(shop: Shop):
    category = {"categoryId": "c", "categoryPointRatio": 5}
    made(shop, "P1", category=category)
    shop.post("/bulkproducts", {"1": {"pointAwardType": "Category", "productDetail": {"productId": "P2"},
                                      "categoryDetail": {"categoryId": "c"}}})  # fmt: skip
    lines = [{"id": "P1", "quantity": 1, "unitPrice": 10}, {"id": "P2", "quantity": 1, "unitPrice": 10}]

    assert [each["points"] for each in bought(shop, "SO-1", *lines)["orderDetail"]] == [10, 50]


@pytest.mark.proves("B212")
def test_a_category_named_by_the_order_counts_for_a_product_that_the_catalogue_does_not_know(shop: Shop):
    made(shop, "P1", category={"categoryId": "c", "categoryPointRatio": 5})
    line = {"id": "unlisted", "quantity": 1, "unitPrice": 10, "categoryId": "c"}

    assert bought(shop, "SO-1", line)["pointsAwarded"] == 50


@pytest.mark.proves("B212")
@pytest.mark.parametrize(("given", "points"), [("Both", 34), ("Ratio", 20), ("flat", 14), (None, 34)])
def test_purchase_point_type_lets_one_part_count(shop: Shop, given, points):
    made(shop, "P1", productBonus=7, productBonusFlag="YES")

    line = {"id": "P1", "quantity": 2, "unitPrice": 10}
    assert bought(shop, "SO-1", line, purchasePointType=given)["pointsAwarded"] == points


@pytest.mark.proves("B212")
def test_points_for_each_unit_are_multiplied_where_the_programme_says_so(shop: Shop):
    made(shop, "P1", productPointType="Bonus", productBonus=7, productPointRatio=2)
    shop.programme(lambda document: document["purchase"].update(applyAllRatios=True))

    assert bought(shop, "SO-1", {"id": "P1", "quantity": 2, "unitPrice": 10})["pointsAwarded"] == 28


def test_a_return_takes_back_the_lines_own_points_whatever_the_catalogue_says_by_then(shop: Shop):
    made(shop, "P1", productPointRatio=3)
    bought(shop, "SO-1", {"id": "P1", "quantity": 1, "unitPrice": 10}, {"id": "P2", "quantity": 1, "unitPrice": 10})
    shop.patch("/products/P1", {"productDetail": {"productPointType": "No"}})

    said = shop.patch("/orders/SO-1", {"status": "return", "orderDetail": [{"id": "P1"}]}).ok

    assert (said["pointsRemoved"], said["pointsAwarded"]) == (30, 10)


def test_an_order_of_twenty_products_reads_them_with_the_account(shop: Shop):
    shop.post("/bulkproducts", {str(n): {"productDetail": {"productId": f"P{n}"}} for n in range(20)})
    shop.figures()

    bought(shop, "SO-1", *({"id": f"P{n}", "quantity": 1, "unitPrice": 10} for n in range(20)))

    assert shop.lines[-1]["calls"] == 2


def test_an_order_of_two_hundred_products_is_priced_line_by_line(shop: Shop):
    shop.post("/bulkproducts", {str(n): {"productDetail": {"productId": f"P{n}", "productPointRatio": 2}}
                                for n in range(200)})  # fmt: skip

    said = bought(shop, "SO-1", *({"id": f"P{n}", "quantity": 1, "unitPrice": 1} for n in range(200)))

    assert said["pointsAwarded"] == 400


@pytest.mark.proves("A106")
def test_why_tells_how_each_line_came_about_as_it_was_recorded(shop: Shop):
    made(shop, "P1", productPointRatio=3)
    bought(shop, "SO-1", {"id": "P1", "quantity": 2, "unitPrice": 10}, {"id": "other", "quantity": 1, "unitPrice": 5})
    shop.patch("/products/P1", {"productPointType": "No"})

    said = shop.get(f"/users/{ADA}/why?orderId=SO-1", token=shop.staff()).ok

    (points,) = [each for each in said["checks"] if each["check"] == "points"]
    assert points["sentence"] == (
        "By the rules of its products it earns 65 points. P1: 20 × 1 (purchase) × 1 (tier) × 3 (rule) = 60."
    )
