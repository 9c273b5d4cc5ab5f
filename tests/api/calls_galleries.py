"""Mutating calls of galleries."""

from typing import Any

from tests.api.call import Call
from tests.api.shop import Shop

GALLERY: dict[str, Any] = {
    "galleryId": "summer",
    "galleryName": "Summer",
    "by": "tag",
    "subject": "summer",
    "layout": {"type": "slider", "crop": "square"},
    "texts": {"en": {"title": "Summer"}, "de": {"title": "Sommer"}},
}


def define(shop: Shop, **more: Any) -> None:
    """Put a gallery into force."""
    assert shop.post("/galleries", GALLERY | more, token=shop.staff()).status == 201


def _defined(shop: Shop) -> None:
    define(shop)


CALLS_GALLERIES: dict[str, Call] = {
    "create gallery": Call("POST", "/galleries", GALLERY, GALLERY | {"galleryId": "winter"}, by_staff=True),
    "patch gallery": Call("PATCH", "/galleries/summer", {"status": "OFF"}, {"perPage": 6}, _defined, by_staff=True),
    "put gallery": Call(
        "PUT", "/galleries/summer", GALLERY | {"status": "OFF"}, GALLERY | {"perPage": 6}, _defined, by_staff=True
    ),
    "delete gallery": Call("DELETE", "/galleries/summer", {"reason": "over"}, {"reason": "x"}, _defined, by_staff=True),
}
