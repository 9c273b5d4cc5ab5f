"""A page of a gallery: its photos in their order, in few calls, and what trends."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.dynamo import meter
from chalicelib.photos.galleries import service as galleries
from chalicelib.photos.galleries import table as rows
from chalicelib.photos.galleries.album import Spot
from chalicelib.photos.galleries.filtering import BadPlace
from chalicelib.photos.galleries.service import Asked, SubjectMissing, UnknownGallery
from chalicelib.photos.galleries.table import Board
from chalicelib.programme.in_force import InForce, compiled
from chalicelib.programme.validation import validate
from tests.photos.galleries.albums import NOON, SITE, Shelf, photo
from tests.programme.documents import document

pytestmark = pytest.mark.usefixtures("table")
SHELF = Shelf(
    photo("p-new", 0, tags=("summer",), products=("P1",), source="upload"),
    photo("p-mid", 1, tags=("summer", "sea"), products=("P2",), source="hashtag"),
    photo("p-old", 2, tags=("summer",), media_type="video", source="upload"),
)


def force(**more: Any) -> InForce:
    gallery = {"galleryId": "g", "galleryName": "G", **more}
    return compiled(validate({**document(), "galleries": [gallery]}), 2)


def feed(album: Shelf = SHELF, *, about: str = "", place: str = "", now: Any = NOON, **more: Any) -> galleries.Page:
    return galleries.feed(SITE, force(**more), album, Asked("g", about=about, place=place), now)


def ids(page: galleries.Page) -> list[str]:
    return [each.id for each in page.photos]


@pytest.mark.parametrize(
    ("more", "found"),
    [
        ({}, ["p-new", "p-mid", "p-old"]),
        ({"order": "oldest"}, ["p-old", "p-mid", "p-new"]),
        ({"by": "tag", "subject": "sea"}, ["p-mid"]),
        ({"by": "product", "subject": "P1"}, ["p-new"]),
        ({"by": "picked", "order": "manual", "photos": ["p-mid", "p-gone", "p-new"]}, ["p-mid", "p-new"]),
        ({"by": "picked", "photos": ["p-mid", "p-new"]}, ["p-new", "p-mid"]),
        ({"filters": {"sources": ["upload"]}}, ["p-new", "p-old"]),
        ({"filters": {"mediaType": "image"}}, ["p-new", "p-mid"]),
        ({"filters": {"tags": ["summer", "sea"]}}, ["p-mid"]),
        ({"filters": {"withProducts": True}}, ["p-new", "p-mid"]),
        ({"filters": {"stores": ["IN1"]}}, []),
    ],
)
@pytest.mark.proves("A067")
def test_a_gallery_shows_what_its_definition_says(more, found):
    assert ids(feed(**more)) == found


def test_a_gallery_of_a_product_shows_the_product_of_the_page():
    assert ids(feed(by="product", about="P2")) == ["p-mid"]


def test_a_subject_of_the_definition_is_not_replaced_by_the_page():
    assert ids(feed(by="product", subject="P1", about="P2")) == ["p-new"]


def test_a_page_must_name_what_the_definition_leaves_open():
    with pytest.raises(SubjectMissing, match="product"):
        feed(by="product")


@pytest.mark.parametrize("more", [{"status": "OFF"}, {"endsAt": "2026-06-01"}, {"startsAt": "2026-07-01"}])
def test_a_gallery_that_is_not_on_is_not_found(more):
    with pytest.raises(UnknownGallery):
        feed(**more)


@pytest.mark.parametrize("more", [{}, {"order": "trending"}, {"by": "picked", "photos": ["p-new", "p-mid", "p-old"]}])
def test_pages_follow_each_other_without_gaps(more):
    first = feed(perPage=2, **more)
    second = feed(perPage=2, place=first.following, **more)

    assert (ids(first), ids(second), second.following) == (["p-new", "p-mid"], ["p-old"], "")


@pytest.mark.parametrize("more", [{}, {"order": "oldest"}, {"order": "trending"}])
def test_a_page_that_the_last_photo_fills_does_not_promise_another(more):
    page = feed(perPage=3, **more)

    assert (len(page.photos), page.following) == (3, "")


def test_a_page_with_filters_goes_on_where_it_stopped_looking():
    album = Shelf(*(photo(f"p{n}", n, source="upload" if n % 4 == 0 else "hashtag") for n in range(20)))
    found, place = [], ""
    for _ in range(10):
        page = feed(album, perPage=2, filters={"sources": ["upload"]}, place=place)
        found += ids(page)
        if not (place := page.following):
            break

    assert found == ["p0", "p4", "p8", "p12", "p16"]


@pytest.mark.parametrize("place", ["x" * 201, "a b", "é", "<"])
def test_a_made_up_cursor_is_refused(place):
    with pytest.raises(BadPlace):
        feed(place=place)


@pytest.mark.parametrize("place", ["-1", "²", "99999999", "p"])
def test_a_made_up_place_in_a_ranking_is_refused(place):
    with pytest.raises(BadPlace):
        feed(order="trending", place=place)


@pytest.mark.proves("A096")
def test_what_people_click_comes_first_and_the_ranking_lasts_ten_minutes():
    before = ids(feed(order="trending"))
    click(SHELF.photos[2].id, 10)

    assert before == ["p-new", "p-mid", "p-old"]
    assert ids(feed(order="trending", now=NOON + timedelta(seconds=599))) == before
    assert ids(feed(order="trending", now=NOON + timedelta(seconds=600)))[0] == "p-old"


def test_a_made_up_subject_leaves_nothing_behind(table):
    feed(by="tag", about="no-such-tag", order="trending")

    assert table.scan(TableName="laurel")["Count"] == 0


@pytest.mark.parametrize("more", [{}, {"order": "trending"}, {"by": "picked", "order": "manual", "photos": ["p-new"]}])
def test_a_page_takes_at_most_three_calls(more):
    """Those to the album are queries and reads, one each; the rest is what the meter counts."""
    feed(**more)
    album = Shelf(*SHELF.photos)
    with meter.metered() as counted:
        feed(album, **more)

    assert counted.calls + album.calls <= 3


def test_of_two_that_rank_at_once_the_first_ones_stands():
    first = rows.board_write(SITE, "g#trending#", None, Board(("p-old",), int(NOON.timestamp())))
    first.item.save()

    assert ids(feed(order="trending")) == ["p-old"]


def test_products_of_hot_spots_are_named_too():
    album = Shelf(photo("p", products=("P1",), spots=(Spot("s", "P2", 0.5, 0.5),)))

    assert feed(album).products == {}


def click(name: str, times: int) -> None:
    for _ in range(times):
        write = rows.photo_write(SITE, name, NOON.date(), {"clicks": 1})
        write.item.update(actions=list(write.actions))
