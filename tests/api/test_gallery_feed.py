"""What pages ask without a token: feeds, slots, counting and the script."""

import json
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.api import gallery_shapes
from chalicelib.photos.galleries.album import Frame, Priced, Shown, Spot
from tests.api.calls_galleries import GALLERY, define
from tests.api.gallery_page import EMBED
from tests.api.photos import get_bytes
from tests.api.shop import Shop


def public(shop: Shop, path: str, **headers: str) -> Any:
    """A call without a token, as a browser on another host makes it."""
    sent = {name.replace("_", "-"): said for name, said in headers.items()}
    return shop.call(
        "GET", f"/public/{shop.site}{path}", headers={"Authorization": "", "X-AnnexCloud-Site": "", **sent}
    )


@pytest.mark.proves("A067")
def test_a_feed_may_be_cached_and_read_from_any_page(shop):
    define(shop)
    first = public(shop, "/galleries/summer")

    assert (first.status, first["rating"], first["photos"], first["following"]) == (200, None, [], None)
    assert first.headers["Cache-Control"] == "public, max-age=60, stale-while-revalidate=600"
    assert first.headers["Access-Control-Allow-Origin"] == "*"
    assert first["layout"]["ratio"] == "1:1"


@pytest.mark.proves("A073")
def test_the_locale_of_the_request_decides(shop):
    define(shop)

    assert public(shop, "/galleries/summer?locale=de-AT")["texts"]["title"] == "Sommer"
    assert public(shop, "/galleries/summer", Accept_Language="de-CH,en;q=0.5")["texts"]["close"] == "Schließen"
    assert public(shop, "/galleries/summer?locale=ar")["direction"] == "rtl"


@pytest.mark.parametrize("path", ["/galleries/none", "/slots/top"])
def test_what_is_not_there_is_not_found(shop, path):
    define(shop)

    assert public(shop, path).status == 404


def test_a_site_that_does_not_exist_has_no_galleries(shop):
    assert shop.call("GET", "/public/no%23site/galleries/summer").status == 404
    assert shop.call("GET", "/public/nosite/galleries/summer").status == 404


@pytest.mark.proves("A097")
def test_a_slot_shows_the_banner_of_the_day(shop):
    define(shop, banner={"slot": "top", "theme": "sea", "link": "https://shop.example.test/sea"})

    assert public(shop, "/slots/top?theme=sea")["banner"]["link"] == "https://shop.example.test/sea"
    assert public(shop, "/slots/top?theme=snow").status == 404


@pytest.mark.proves("A072")
def test_a_visitor_keeps_a_variant_and_their_answer_is_not_shared(shop):
    variants = [{"variantId": "a", "weight": 50}, {"variantId": "b", "weight": 50, "perPage": 6}]
    define(shop, experiment={"experimentId": "e", "variants": variants})
    seen = [public(shop, "/galleries/summer?visitor=v-17") for _ in range(3)]

    assert len({each["experiment"]["variantId"] for each in seen}) == 1
    assert seen[0].headers["Cache-Control"].startswith("private")
    assert public(shop, "/galleries/summer?visitor=~99").headers["Cache-Control"].startswith("public")
    assert public(shop, "/galleries/summer?visitor=~99")["experiment"]["variantId"] == "b"


def test_a_beacon_is_counted_once_also_as_plain_text(shop):
    define(shop)
    told = {"gallery": "summer", "view": "random-text", "events": [{"type": "seen"}]}
    path = f"/public/{shop.site}/events"
    said = [shop.post(path, json.dumps(told).encode(), headers={"Content-Type": "text/plain"}) for _ in range(2)]

    assert [each["counted"] for each in said] == ["YES", "NO"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"gallery": "other"},
        {"view": "short"},
        {"events": []},
        {"events": [{"type": "seen"}] * 101},
        {"events": [{"type": "stolen"}]},
        {"events": "seen"},
    ],
)
def test_a_beacon_that_cannot_be_is_refused(shop, wrong):
    define(shop)
    told = {"gallery": "summer", "view": "random-text", "events": [{"type": "seen"}]} | wrong

    assert shop.post(f"/public/{shop.site}/events", told).status in {400, 404}


@pytest.mark.parametrize("whose", ["", "/{site}"])
def test_the_script_is_served_to_any_page_and_known_again(shop, whose):
    path = f"/public{whose.format(site=shop.site)}/embed.js"
    script = get_bytes(shop, path)
    again = get_bytes(shop, path, **{"If-None-Match": script.headers["ETag"]})

    assert (script.status, script.headers["Content-Type"]) == (200, "text/javascript; charset=utf-8")
    assert script.body == EMBED.read_bytes()
    assert script.headers["Cache-Control"].startswith("public, max-age=3600")
    assert (again.status, again.body) == (304, b"")


def test_a_feed_that_did_not_change_is_not_sent_again(shop):
    define(shop)
    path = f"/public/{shop.site}/galleries/summer"
    tag = get_bytes(shop, path).headers["ETag"]

    assert get_bytes(shop, path, **{"If-None-Match": tag}).status == 304
    shop.patch("/galleries/summer", {"perPage": 6, "captions": False}, token=shop.staff())
    assert get_bytes(shop, path, **{"If-None-Match": tag}).status == 200


def test_a_rehearsed_beacon_counts_nothing(shop):
    define(shop)
    told = {"gallery": "summer", "view": "random-text", "events": [{"type": "seen"}]}

    assert shop.post(f"/public/{shop.site}/events?dryRun=true", told)["counted"] == "YES"
    assert shop.get("/galleries/summer/report", token=shop.staff())["total"]["seen"] == 0


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("https://shop.test/cup", True),
        ("/cup", True),
        ("javascript:alert(1)", False),
        (" JaVaScript:alert(1)", False),
        ("data:text/html,x", False),
        ("java\tscript:alert(1)", False),
        ("\x01javascript:alert(1)", False),
        ("//shop.test/cup", True),
        ("cup?at=10:30", True),
        ("http://[odd", True),
    ],
)
def test_a_link_to_buy_is_nothing_that_a_browser_would_run(url, told):
    reader = gallery_shapes.Reader("en", "EUR", 2, None, "en")
    said = gallery_shapes.product_of(Priced("P", "Cup", url=url), SimpleNamespace(buy_links=True), reader)
    assert bool(said["url"]) == told


def test_a_hot_spot_on_the_very_edge_shows_in_every_crop_that_has_the_edge():
    frame = Frame(0.5023448275862068, 0.0, 0.49765517241379315, 1.0)
    photo = Shown(id="p", published=None, width=9, height=9, texts={}, alt={}, frames={"square": frame}, sizes=())
    said = gallery_shapes.spot_of(Spot("s", "P", 1.0, 0.5), photo)
    assert str(said["crops"]["square"]["x"]) in {"1", "1.0", "1.0000"}


def test_a_photo_is_picked_once(shop):
    twice = GALLERY | {"by": "picked", "subject": "", "photos": ["p1", "p2", "p1"]}
    said = shop.post("/galleries", twice, token=shop.staff())
    assert said.refusal == (400, "AC1004")
    assert "photos" in said.body["errorMessage"]
