"""Mutating calls of the blocklist."""

from tests.api.call import Call
from tests.api.shop import GRACE, Shop

_BLOCK = {"blocklistUsers": GRACE, "blocklistDomains": "spam.example.test", "blockedBy": "o@example.test"}


def _enrolled(shop: Shop) -> None:
    shop.enrol(GRACE)


def _blocked(shop: Shop) -> None:
    shop.enrol(GRACE)
    shop.post("/blocklist", _BLOCK)


CALLS_BLOCKLIST: dict[str, Call] = {
    "block": Call("POST", "/blocklist", _BLOCK, {"blocklistUsers": GRACE}, _enrolled),
    "block again": Call("POST", "/blocklist", _BLOCK, {"blocklistUsers": GRACE}, _blocked),
    "block a file": Call(
        "POST", "/blocklist/upload", {"csv": f"type,value\nuser,{GRACE}"}, {"csv": "domain,a.test"}, _enrolled
    ),
    "unblock": Call(
        "DELETE", "/blocklist", _BLOCK | {"blocklistDomains": "a.test"}, {"blocklistUsers": GRACE}, _blocked
    ),
}
