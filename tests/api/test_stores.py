"""Stores, and their attributes wherever a storeId appears (annex-api-2, section 7)."""

import pytest

from chalicelib.catalog.stores import service as stores
from tests.api.calls_catalog import STORE
from tests.api.shop import ADA, Shop

DETAILS = {
    "storeId": "IN12369",
    "storeName": "Main street",
    "storeExtendedAttribute": {"City": "Springfield", "floor": "2"},
}
ORDER = {
    "id": "SO-1", "userId": ADA, "storeId": "IN12369",
    "orderDetail": [{"id": "55", "quantity": "2", "unitPrice": "19.99"}],
}  # fmt: skip
SAP_STORE = {
    "storeId": "S-7", "storeName": "Seven", "Company": "Example", "LineOfBusiness": "Retail", "District": "North",
    "Country": "US", "State": "GA", "City": "Atlanta", "Region": "South", "Zipcode": "30301",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _fresh():
    stores.clear_cache()


@pytest.mark.proves("B220", "B215")
def test_a_store_is_read_with_the_attributes_that_clients_know(shop: Shop):
    created = shop.post("/store", SAP_STORE)

    assert created.status == 201
    said = shop.get("/store/S-7").ok
    assert {name: said[name] for name in SAP_STORE} == SAP_STORE
    assert said["siteId"] == shop.site
    assert said["storeExtendedAttribute"]["Zipcode"] == "30301"


@pytest.mark.proves("B220")
def test_a_store_id_is_unique_in_a_site(shop: Shop):
    shop.post("/store", STORE)

    assert shop.post("/store", {**STORE, "storeName": "Other"}).refusal == (409, "AC1006")
    assert shop.get("/store/IN12369")["storeName"] == "Main street"
    assert shop.get("/store/none").refusal == (404, "AC1005")


@pytest.mark.proves("B220")
def test_a_change_keeps_what_is_not_given_and_an_empty_text_removes(shop: Shop):
    shop.post("/store", STORE)

    said = shop.patch("/store/IN12369", {"City": "", "storeExtendedAttribute": {"Country": "US"}, "State": None}).ok

    assert said["storeExtendedAttribute"] == {"floor": "2", "Country": "US"}
    assert shop.get("/store/IN12369")["Country"] == "US"
    assert shop.patch("/store/none", {"City": "X"}).refusal == (404, "AC1005")
    assert shop.patch("/store/IN12369", {"storeId": "other"}).refusal == (400, "AC1004")


@pytest.mark.proves("B220")
def test_stores_are_made_in_bulk_each_on_its_own(shop: Shop):
    shop.post("/store", STORE)

    said = shop.post(
        "/bulkstores",
        {"1": STORE, "2": {"storeName": "x"}, "3": {"storeId": "S-3"}, "4": {"storeId": "S-3"}, "5": [], "6":
         {"storeId": "IN12369 ", "City": {"a": 1}}, "7": {"storeId": 8, "storeName": "Eight"}},
    ).ok  # fmt: skip

    assert {number: each.get("status", each.get("errorCode")) for number, each in said.items()} == {
        "1": "unchanged", "2": "AC1004", "3": "created", "4": "AC1004", "5": "AC1004", "6": "AC1004", "7": "created",
    }  # fmt: skip
    assert shop.get("/store/8")["storeName"] == "Eight"
    changed = shop.post("/bulkstores", {"1": {"storeId": "S-3", "City": "Rome"}}).ok
    assert changed["1"]["status"] == "changed"


def test_many_stores_take_a_read_and_a_write_for_each_hundred(shop: Shop):
    shop.post("/bulkstores", {str(n): {"storeId": f"S-{n}"} for n in range(250)})

    assert shop.lines[-1]["calls"] == 6


@pytest.mark.proves("B220")
def test_all_stores_are_listed_page_by_page(shop: Shop):
    shop.post("/bulkstores", {str(n): {"storeId": f"S-{n:03}"} for n in range(230)})

    listed: list[str] = []
    after = ""
    for _ in range(5):
        page = shop.get(f"/stores?after={after}").ok
        listed += [each["storeId"] for each in page["stores"]]
        after = page.get("next", "")
        if not after:
            break

    assert sorted(listed) == [f"S-{n:03}" for n in range(230)]


@pytest.mark.parametrize("body", [{}, {"storeId": " "}, {"storeId": "x" * 256}, {"storeId": "S", "City": ["a"]},
                                  {"storeId": "S", "storeExtendedAttribute": "x"}, {"storeId": "S", "a": "x" * 1001},
                                  {"storeId": "S", **{f"n{n}": "1" for n in range(101)}}])  # fmt: skip
def test_what_is_no_store_is_refused(shop: Shop, body):
    assert shop.post("/store", body).refusal == (400, "AC1004")


@pytest.mark.proves("B025", "B119", "B034", "B035", "B036", "B037", "B170")
def test_a_known_store_is_told_with_all_attributes_where_points_move(shop: Shop):
    shop.post("/store", STORE)

    said = shop.credit(50, storeId="IN12369")

    assert said["storeDetails"] == DETAILS
    assert shop.activity()["activityDetail"][0]["storeDetails"] == DETAILS
    bulk = shop.post("/bulkpoints", {"1": {"id": ADA, "actionId": "100", "activity": "CREDIT", "credit": "50",
                                           "reason": "x", "storeId": "IN12369"}}).ok  # fmt: skip
    assert bulk["1"]["storeDetails"] == DETAILS


@pytest.mark.proves("B025", "B035")
def test_an_unknown_store_is_echoed_by_its_id_alone(shop: Shop):
    assert shop.credit(50, storeId="nowhere")["storeDetails"] == {"storeId": "nowhere"}
    assert shop.credit(50)["storeDetails"] == {}


def test_orders_tell_their_store_when_placed_and_when_read(shop: Shop):
    shop.post("/store", STORE)

    placed = shop.post("/orders", ORDER).ok

    assert placed["storeDetails"] == DETAILS
    assert shop.post("/orderdetails", {"orderId": "SO-1"}).ok["storeDetails"] == DETAILS


def test_a_changed_store_is_told_as_it_is_now(shop: Shop):
    shop.post("/store", STORE)
    shop.credit(50, storeId="IN12369")

    shop.patch("/store/IN12369", {"storeName": "Elm street"})

    assert shop.activity()["activityDetail"][0]["storeDetails"]["storeName"] == "Elm street"


def test_a_page_of_activity_reads_its_stores_in_one_call_and_keeps_them(shop: Shop):
    shop.post("/bulkstores", {str(n): {"storeId": f"S-{n}"} for n in range(5)})
    for n in range(5):
        shop.credit(5, storeId=f"S-{n}")
    stores.clear_cache()

    shop.activity()
    cold = shop.lines[-1]["calls"]
    shop.activity()

    assert cold == shop.lines[-1]["calls"] + 1
