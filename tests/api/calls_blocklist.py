"""Mutating calls of the blocklist."""

from tests.api.call import Call
from tests.api.shop import ADA, Shop

_BLOCK = {"blocklistUsers": ADA, "blocklistDomains": "spam.example.test", "blockedBy": "o@example.test"}


def _blocked(shop: Shop) -> None:
    shop.post("/blocklist", _BLOCK)


CALLS_BLOCKLIST: dict[str, Call] = {
    "block": Call("POST", "/blocklist", _BLOCK, {"blocklistUsers": ADA}),
    "block again": Call("POST", "/blocklist", _BLOCK, {"blocklistUsers": ADA}, _blocked),
    "block a file": Call("POST", "/blocklist/upload", {"csv": f"type,value\nuser,{ADA}"}, {"csv": "domain,a.test"}),
    "unblock": Call("DELETE", "/blocklist", _BLOCK | {"blocklistDomains": "a.test"}, {"blocklistUsers": ADA}, _blocked),
}
