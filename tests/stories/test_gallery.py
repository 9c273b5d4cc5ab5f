"""From a customer's photo to a shoppable gallery, over HTTP: sent in, published, shown, clicked, withdrawn."""

import pytest

from tests.api.calls_galleries import define
from tests.api.fixtures import empty_shop, engine, logged, one_table, open_shop, shop
from tests.api.photos import decide, get_bytes, pending
from tests.api.shop import ADA
from tests.support import buckets

__all__ = ["empty_shop", "engine", "logged", "one_table", "open_shop", "shop"]


BOOT = {
    "productId": "P1",
    "productName": "Boot",
    "productNames": {"de": "Stiefel"},
    "productPrice": "1019.90",
    "url": "https://shop.example.test/boot",
}


@pytest.fixture
def files(shop):
    with buckets.bucket() as client:
        yield client


def feed(shop, query=""):
    return shop.call("GET", f"/public/{shop.site}/galleries/summer{query}", headers={"Authorization": ""})


@pytest.mark.proves("A067", "A070", "A071", "A073", "A074")
def test_a_published_photo_is_shown_with_its_products_and_gone_when_it_is_withdrawn(shop, files):
    define(shop)
    shop.post("/products", {"productDetail": BOOT}).ok  # noqa: B018
    photo = pending(shop, files, memberId=ADA, caption="At the sea")
    edit = {
        "tags": ["summer"],
        "focus": {"x": 0.5, "y": 0.5},
        "hotSpots": [{"productId": "P1", "x": 0.5, "y": 0.5}, {"productId": "P1", "x": 0.01, "y": 0.5}],
        "texts": {"de": "Am Meer"},
    }
    shop.patch(f"/photos/{photo}", edit, token=shop.staff()).ok  # noqa: B018
    decide(shop, photo, "approve").ok  # noqa: B018
    assert feed(shop)["photos"] == []
    decide(shop, photo, "publish").ok  # noqa: B018

    said = feed(shop, "?locale=de-AT")
    (shown,) = said["photos"]
    assert (shown["photoId"], shown["caption"], shown["alt"]) == (photo, "Am Meer", "Am Meer")
    assert ADA.encode() not in said.raw
    first, second = shown["hotSpots"]
    assert (first["crops"]["square"], second["crops"]["square"]) == ({"x": 0.5, "y": 0.5}, None)
    assert shown["products"] == [
        {"productId": "P1", "name": "Stiefel", "url": BOOT["url"], "price": "$\u00a01.019,90", "imageUrl": ""}
    ]
    address = shown["picture"]["url"].replace("..", f"/public/{shop.site}")
    assert get_bytes(shop, address).headers["Content-Type"] == "image/webp"
    for source in shown["full"]["sources"]:
        for each in source["srcset"].split(", "):
            assert get_bytes(shop, each.split(" ")[0].replace("..", f"/public/{shop.site}")).status == 200

    told = {
        "gallery": "summer",
        "view": "a-random-text",
        "events": [{"type": "seen"}, {"type": "click", "photo": photo}],
    }
    assert shop.post(f"/public/{shop.site}/events", told)["counted"] == "YES"
    report = shop.get(f"/galleries/summer/report?photos={photo}", token=shop.staff())
    assert report["photos"] == [{"photoId": photo, "views": 0, "clicks": 1, "buys": 0}]
    assert shop.lines[-1]["calls"] <= 3

    decide(shop, photo, "withdraw").ok  # noqa: B018
    assert feed(shop)["photos"] == []
