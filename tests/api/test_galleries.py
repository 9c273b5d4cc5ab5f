"""Staff define galleries, read the tag for a page, and see what came of them."""

import pytest

from tests.api.calls_galleries import GALLERY, define
from tests.api.shop import Shop


def said(shop: Shop, method: str, path: str, body: object = None) -> dict[str, object]:
    return shop.call(method, path, body, token=shop.staff()).ok


@pytest.mark.proves("A067")
def test_a_gallery_is_created_changed_and_deleted(shop):
    define(shop)

    assert said(shop, "GET", "/galleries/summer")["gallery"]["subject"] == "summer"
    assert said(shop, "PATCH", "/galleries/summer", {"perPage": 6})["gallery"]["perPage"] == 6
    assert said(shop, "PUT", "/galleries/summer", GALLERY)["gallery"]["perPage"] == 12
    assert [each["galleryId"] for each in said(shop, "GET", "/galleries")["galleries"]] == ["summer"]
    assert said(shop, "DELETE", "/galleries/summer")["status"] == "DELETED"
    assert shop.get("/galleries/summer", token=shop.staff()).status == 404


def test_a_gallery_without_an_id_gets_a_number(shop):
    created = said(shop, "POST", "/galleries", {"galleryName": "All"})

    assert created["gallery"]["galleryId"].isdigit()


def test_wrong_fields_are_named_as_they_stand_in_the_gallery(shop):
    refused = shop.post("/galleries", GALLERY | {"layout": {"crop": "round"}}, token=shop.staff())

    assert refused.refusal[0] == 400
    assert "layout.crop" in refused["errorMessage"]
    assert "galleries[" not in refused["errorMessage"]


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/galleries", GALLERY, 409),
        ("PATCH", "/galleries/summer", {"galleryId": "winter"}, 400),
        ("PATCH", "/galleries/winter", {"perPage": 6}, 404),
        ("PUT", "/galleries/winter", GALLERY | {"galleryId": "winter"}, 404),
        ("DELETE", "/galleries/winter", None, 404),
        ("GET", "/galleries/winter/report", None, 404),
        ("GET", "/galleries/summer/report?startDate=2026-01-01&endDate=2026-12-31", None, 400),
    ],
)
def test_what_cannot_be_is_refused(shop, method, path, body, status):
    define(shop)

    assert shop.call(method, path, body, token=shop.staff()).status == status


def test_a_server_reads_galleries_and_does_not_define_them(shop):
    define(shop)

    assert shop.get("/galleries").status == 200
    assert shop.post("/galleries", GALLERY).status == 403


def test_the_tag_names_the_gallery_and_keeps_room_for_it(shop):
    define(shop)
    tag = shop.call("GET", "/galleries/summer", token=shop.staff(), headers={"Host": "api.example.test"})["embed"]

    assert tag.startswith('<script async src="https://api.example.test/api/3.0/public/embed.js"')
    assert f'data-site="{shop.site}" data-gallery="summer" data-layout="slider 4 2 1 1:1 12 1"' in tag
    assert "padding-top:calc(2.3em + 50.0000%" in tag


@pytest.mark.proves("A072")
def test_the_report_of_an_experiment_has_rates_and_intervals(shop):
    variants = [{"variantId": "a", "weight": 50}, {"variantId": "b", "weight": 50, "perPage": 6}]
    define(shop, experiment={"experimentId": "e", "variants": variants})
    for number in range(40):
        events = [{"type": "seen"}, *([{"type": "clicked"}] if number < 30 else [])]
        told = {"gallery": "summer", "view": f"view-number-{number}", "experiment": "e", "events": events}
        shop.post(f"/public/{shop.site}/events", {**told, "variant": "b"})
        shop.post(
            f"/public/{shop.site}/events",
            {**told, "variant": "a", "view": f"other-view-{number}", "events": events[:1]},
        )
    found = said(shop, "GET", "/galleries/summer/report")

    assert found["total"] == {"seen": 80, "clicked": 30, "bought": 0, "views": 0, "clicks": 0, "buys": 0}
    first, second = found["variants"]
    assert (first["clickRate"]["rate"], first["clickDifference"]) == (0, None)
    assert (second["clickRate"]["rate"], second["clickDifference"]["verdict"]) == (0.75, "better")
    assert second["clickRate"]["low"] < 0.75 < second["clickRate"]["high"]
