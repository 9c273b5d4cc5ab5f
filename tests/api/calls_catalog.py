"""Mutating calls of the catalogue."""

from tests.api.call import Call
from tests.api.shop import Shop

FEED = "productId,productName,productPrice\nP1,Mug,9.50\nP2,Coffee,12.90\nP3,Pan,x\n"
STORE = {"storeId": "IN12369", "storeName": "Main street", "City": "Springfield", "floor": 2}


def _stored(shop: Shop) -> None:
    shop.post("/store", STORE)


CALLS_CATALOG: dict[str, Call] = {
    "feed": Call("POST", "/productfeed", {"csv": FEED}, {"csv": "productId\nP9\n"}, by_staff=True),
    "create store": Call("POST", "/store", STORE, {"storeId": "IN-2"}),
    "change store": Call("PATCH", "/store/IN12369", {"City": "Shelbyville"}, {"City": "Ogdenville"}, _stored),
    "bulk stores": Call("POST", "/bulkstores", {"1": STORE, "2": {}, "3": {"storeId": "IN-3"}}, {"1": STORE}),
}
