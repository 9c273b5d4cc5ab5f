"""``POST /cart``: exactly what the order that follows would earn (annex-api-2, section 1.5)."""

from decimal import Decimal
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.dynamo import claims
from tests.api.calls import contents
from tests.api.shop import ADA, Shop, action

SAP = {"userId": ADA, "appliedPoints": None, "productDetail": [{"id": "P1", "quantity": "2", "unitPrice": "19.99"}]}
CATALOGUE = {
    "1": {"productDetail": {"productId": "P0", "productPointRatio": "1.37"}},
    "2": {"productDetail": {"productId": "P1", "productPointType": "Bonus", "productBonus": 7}},
    "3": {"productDetail": {"productId": "P2", "productBonus": 3, "productBonusFlag": "YES", "productMinimumLimit": 2},
          "categoryDetail": {"categoryId": "c", "categoryPointRatio": "2.5"}},
    "4": {"pointAwardType": "Category", "productDetail": {"productId": "P3", "productMaximumLimit": 5},
          "categoryDetail": {"categoryId": "c"}},
    "5": {"productDetail": {"productId": "P4", "productPointType": "No"}},
}  # fmt: skip
_numbers = count(1)


def order_of(cart: dict[str, Any]) -> dict[str, Any]:
    """The order that follows a cart."""
    same = {name: said for name, said in cart.items() if name not in {"productDetail", "appliedPoints"}}
    return {**same, "id": f"SO-{next(_numbers)}", "orderDetail": cart["productDetail"]}


@pytest.fixture
def stocked(shop: Shop) -> Shop:
    """A shop with products of every kind, a limit on purchases and a member with points."""
    shop.post("/bulkproducts", CATALOGUE)
    shop.programme(lambda document: action(document, 109).update(maxPoints=9000, period="year"))
    shop.credit(500)
    return shop


@pytest.mark.proves("B210")
def test_a_cart_answers_what_real_clients_read(shop: Shop):
    shop.credit(500)

    said = shop.post("/cart", SAP).ok

    expected = {
        "siteId": shop.site, "userId": ADA, "lifetimePoints": 500, "usedPoints": 0, "availablePoints": 500,
        "holdPoints": 0, "appliedPoints": 0, "cartPoints": 39, "availablePointsAfterOrder": 539,
        "holdPointsAfterOrder": 0, "creditsToCurrencyRatio": Decimal("0.01"), "campaignPoints": 0,
    }  # fmt: skip
    assert {name: said[name] for name in expected} == expected
    assert [Decimal(str(said[f"creditsToCurrencyValue{each}"])) for each in ("", "AfterOrder", "CartPoints")] == [
        Decimal("5.00"), Decimal("5.39"), Decimal("0.39"),
    ]  # fmt: skip
    line = {"id": "P1", "quantity": 2, "unitPrice": Decimal("19.99"), "points": 39}
    assert {name: said["productDetail"][0][name] for name in line} == line


def test_a_cart_writes_nothing(shop: Shop, one_table: Any):
    before = contents(one_table)

    dry = shop.post("/cart?dryRun=true", SAP).ok

    assert shop.post("/cart", SAP).ok == dry
    assert contents(one_table) == before


@pytest.mark.proves("B210")
def test_points_applied_to_the_order_are_spent_first(shop: Shop):
    shop.credit(500)

    said = shop.post("/cart", {**SAP, "appliedPoints": "120"}).ok

    assert (said["appliedPoints"], said["availablePointsAfterOrder"]) == (120, 419)
    shop.post("/points", {"id": ADA, "actionId": 107, "activity": "DEBIT", "debit": 120})
    assert shop.post("/orders", order_of(SAP)).ok["updatedAvailablePoints"] == 419
    assert shop.post("/cart", {**SAP, "appliedPoints": "9999"}).refusal == (400, "AC1004")


@pytest.mark.proves("B210")
def test_points_that_would_be_held_are_told_as_held(shop: Shop):
    shop.programme(lambda document: document["purchase"].update(hold={"type": "orderDate", "days": 14}))

    said = shop.post("/cart", SAP).ok

    assert (said["cartPoints"], said["availablePointsAfterOrder"], said["holdPointsAfterOrder"]) == (39, 0, 39)
    assert said["releaseDate"] == shop.post("/orders", order_of(SAP)).ok["releaseDate"] != ""


def test_a_limit_that_is_used_up_is_told(shop: Shop):
    shop.programme(lambda document: action(document, 109).update(limits=[{"times": 1, "period": "year"}]))
    shop.post("/orders", order_of(SAP))

    said = shop.post("/cart", SAP).ok

    assert said["cartPoints"] == 0
    assert said["pointsWithheldReason"].startswith("Points can be earned next in")


def test_what_no_order_could_be_is_no_cart(shop: Shop):
    assert shop.post("/cart", {**SAP, "userId": "nobody"}).refusal == (404, "AC1005")
    assert shop.post("/cart", {**SAP, "productDetail": []}).refusal == (400, "AC1004")
    assert shop.post("/cart", {**SAP, "purchasePointType": "Some"}).refusal == (400, "AC1004")
    shop.patch(f"/users/{ADA}", {"optInStatus": "NO"})
    assert shop.post("/cart", SAP).refusal == shop.post("/orders", order_of(SAP)).refusal


def test_order_attributes_and_store_are_kept_and_given_back(shop: Shop):
    cart = {**SAP, "storeId": "S-1", "coupon": ["A", "B"], "orderAttribute": {"gift": "yes", "floor": 2}}

    said = shop.post("/cart", cart).ok
    placed = shop.post("/orders", order_of(cart)).ok

    for each in (said, placed, shop.post("/orderdetails", {"orderId": placed["id"]}).ok):
        assert each["orderAttribute"] == {"gift": "yes", "floor": "2"}
        assert each["storeDetails"] == {"storeId": "S-1"}
        assert each["coupon"] == "A,B"


@pytest.mark.parametrize("programme", ["default", "published"])
def test_a_cart_of_twenty_lines_is_two_calls(shop: Shop, programme: str):
    if programme == "published":
        shop.post("/bulkproducts", CATALOGUE)
    shop.figures()
    claims.clear_cache()
    lines = [{"id": f"P{n}", "quantity": 1, "unitPrice": "9.99"} for n in range(20)]

    shop.post("/cart", {**SAP, "productDetail": lines})

    line = shop.lines[-1]
    assert (line["op"], line["status"]) == ("post_cart", 200)
    assert (line["calls"], line["wcu"]) == (2, 0)


LINES = st.fixed_dictionaries(
    {
        "id": st.sampled_from([f"P{n}" for n in range(6)]),
        "quantity": st.decimals("0.001", "8", places=3).map(str) | st.integers(1, 8),
        "unitPrice": st.decimals(0, 200, places=2).map(str),
    },
    optional={"categoryId": st.sampled_from(["c", "other"])},
)
CARTS = st.fixed_dictionaries(
    {"userId": st.just(ADA), "productDetail": st.lists(LINES, min_size=1, max_size=6)},
    optional={
        "purchasePointType": st.sampled_from(["Both", "Ratio", "Flat"]),
        "storeId": st.sampled_from(["S-1", "S-2"]),
        "coupon": st.sampled_from(["A", "A,B"]),
        "orderAttribute": st.just({"gift": "yes"}),
    },
)


@pytest.mark.proves("B210", "B212")
@given(carts=st.lists(CARTS, min_size=1, max_size=3), tier=st.sampled_from(["1", "1.5", "2.25"]), held=st.booleans())
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_order_that_follows_earns_just_what_the_cart_said(stocked: Shop, carts, tier, held):
    def edit(document: dict[str, Any]) -> None:
        for level in document["tiers"]["levels"]:
            level["purchaseRatio"] = tier
        document["purchase"].update(hold={"type": "orderDate" if held else "none", "days": 7 if held else 0})

    stocked.programme(edit)
    for cart in carts:
        said = stocked.post("/cart", cart).ok
        placed = stocked.post("/orders", order_of(cart)).ok
        figures = stocked.figures()

        assert placed["pointsAwarded"] + placed["pointsOnHold"] == said["cartPoints"]
        assert [line["points"] for line in placed["orderDetail"]] == [line["points"] for line in said["productDetail"]]
        assert figures["availablePoints"] == said["availablePointsAfterOrder"]
        assert figures["holdPoints"] == said["holdPointsAfterOrder"]
        for name in ("releaseDate", "campaignDetails", "updatedUserTier", "previousTier", "orderAttribute", "coupon"):
            assert placed[name] == said[name]
        assert placed.get("pointsWithheldReason") == said.get("pointsWithheldReason")
