"""Mutating calls of the catalogue."""

from tests.api.call import Call

FEED = "productId,productName,productPrice\nP1,Mug,9.50\nP2,Coffee,12.90\nP3,Pan,x\n"
CALLS_CATALOG: dict[str, Call] = {
    "feed": Call("POST", "/productfeed", {"csv": FEED}, {"csv": "productId\nP9\n"}, by_staff=True),
}
