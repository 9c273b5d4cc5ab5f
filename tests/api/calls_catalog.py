"""Mutating calls of the catalogue."""

from typing import Any

from tests.api.call import Call
from tests.api.shop import Shop

FEED = "productId,productName,productPrice\nP1,Mug,9.50\nP2,Coffee,12.90\nP3,Pan,x\n"
SAP: dict[str, Any] = {
    "1": {
        "pointAwardType": "Product",
        "productDetail": {
            "productId": "P1", "productName": "Mug", "productPrice": "9.50", "productPointType": "YES",
            "productPointRatio": "2", "productBonus": None, "productBonusFlag": "YES", "productMinimumLimit": None,
        },
        "categoryDetail": {
            "categoryId": "Cat1", "categoryName": "Kitchen", "categoryPointType": "YES", "categoryPointRatio": "1.5",
            "categoryBonus": "0", "categoryBonusFlag": "NO",
        },
    },
    "2": {"pointAwardType": "Category", "productDetail": {"productId": "P2", "productPrice": 20},
          "categoryDetail": {"categoryId": "Cat1"}},
}  # fmt: skip
STORE = {"storeId": "IN12369", "storeName": "Main street", "City": "Springfield", "floor": 2}


def _catalogued(shop: Shop) -> None:
    shop.post("/bulkproducts", SAP)


def _stored(shop: Shop) -> None:
    shop.post("/store", STORE)


CALLS_CATALOG: dict[str, Call] = {
    "feed": Call("POST", "/productfeed", {"csv": FEED}, {"csv": "productId\nP9\n"}, by_staff=True),
    "create product": Call("POST", "/products", SAP["1"], SAP["2"]),
    "patch product": Call(
        "PATCH", "/products/P1", {"productDetail": {"productPointRatio": 3}, "categoryDetail": {"categoryBonus": 5}},
        {"productDetail": {"productPointRatio": 4}}, _catalogued,
    ),
    "bulk products": Call("POST", "/bulkproducts", SAP, {"1": SAP["1"]}),
    "bulk patch products": Call("POST", "/bulkpatchproducts", {**SAP, "3": {"productDetail": {"productId": "none"}}},
                       {"1": SAP["1"]}, _catalogued),
    "create store": Call("POST", "/store", STORE, {"storeId": "IN-2"}),
    "change store": Call("PATCH", "/store/IN12369", {"City": "Shelbyville"}, {"City": "Ogdenville"}, _stored),
    "bulk stores": Call("POST", "/bulkstores", {"1": STORE, "2": {}, "3": {"storeId": "IN-3"}}, {"1": STORE}),
}  # fmt: skip
