"""What pages tell is counted once, of what is there, and reported with intervals."""

from datetime import date, timedelta
from typing import Any

import pytest

from chalicelib.dynamo import meter
from chalicelib.photos.galleries.counting import service as counting
from chalicelib.photos.galleries.counting.beacon import EVENTS_MAX, Beacon, Event, named
from chalicelib.photos.galleries.counting.service import BadRange
from chalicelib.photos.galleries.service import UnknownGallery
from chalicelib.photos.galleries.trending import Counts
from chalicelib.programme.in_force import InForce, compiled
from chalicelib.programme.validation import validate
from tests.photos.galleries.albums import NOON, SITE, Shelf, photo
from tests.programme.documents import document
from tests.support.fixtures import table as fresh_table

pytestmark = pytest.mark.usefixtures("table")
table = fresh_table
SHELF = Shelf(photo("p1"), photo("p2"))
TODAY = NOON.date()
VARIANTS = [{"variantId": "a", "weight": 50}, {"variantId": "b", "weight": 50}]
SEEN = (Event("seen"), Event("view", "p1"), Event("view", "p2"))


def force(**more: Any) -> InForce:
    gallery = {"galleryId": "g", "galleryName": "G", "experiment": {"experimentId": "e", "variants": VARIANTS}, **more}
    return compiled(validate({**document(), "galleries": [gallery]}), 2)


def count(name: str, *events: Event, variant: str = "", gallery: str = "g", **more: Any) -> bool:
    beacon = Beacon(gallery, named(name), "e" if variant else "", variant, events)
    return counting.count(SITE, force(**more), SHELF, beacon, NOON)


def report(**more: Any) -> Any:
    return counting.report(SITE, force(**more), "g", TODAY, TODAY)


def photos() -> dict[str, Counts]:
    return {each.photo: each.counts for each in counting.photos(SITE, ("p1", "p2"), TODAY, TODAY)}


@pytest.mark.proves("A070")
def test_views_and_clicks_of_photos_are_counted():
    count("v1", *SEEN, Event("clicked"), Event("click", "p2"))
    count("v2", *SEEN)

    assert photos() == {"p1": Counts(2, 0, 0), "p2": Counts(2, 1, 0)}
    assert report().total == {"seen": 2, "clicked": 1, "bought": 0, "views": 4, "clicks": 1, "buys": 0}


def test_a_beacon_that_comes_twice_is_counted_once():
    assert count("v1", *SEEN)
    assert not count("v1", *SEEN)
    assert report().total["seen"] == 1


def test_a_beacon_counts_each_thing_once():
    count("v1", *(Event("click", "p1") for _ in range(EVENTS_MAX)), Event("clicked"), Event("clicked"))

    assert (photos()["p1"].clicks, report().total["clicked"]) == (1, 1)


def test_photos_that_are_not_published_are_not_counted(table):
    count("v1", Event("seen"), Event("view", "p-secret"))

    assert report().total["views"] == 0
    assert "p-secret" not in str(table.scan(TableName="laurel")["Items"])


def test_strangers_cannot_make_the_table_grow(table):
    count("first", *SEEN)
    size = len(str(table.scan(TableName="laurel")["Items"]))
    for number in range(80):
        count(f"bot-{number}", *SEEN, Event("view", f"made-up-{number}"), variant=f"made-up-{number}")
    found = table.scan(TableName="laurel")["Items"]

    assert len(found) == 3
    assert len(str(found)) < size + 64 * 14


def test_a_beacon_of_nothing_writes_nothing(table):
    assert not count("v1", Event("view", "p-secret"))
    assert table.scan(TableName="laurel")["Count"] == 0


@pytest.mark.parametrize("more", [{"gallery": "other"}, {"status": "OFF"}])
def test_a_gallery_that_is_not_shown_is_not_counted(more):
    with pytest.raises(UnknownGallery):
        count("v1", *SEEN, **more)


@pytest.mark.proves("A072")
def test_the_report_compares_variants_with_the_control():
    for number in range(30):
        count(f"a{number}", Event("seen"), *([Event("clicked")] if number < 3 else []), variant="a")
        count(f"b{number}", Event("seen"), *([Event("clicked")] if number < 20 else []), variant="b")
    first, second = report().variants

    assert (first.variant, first.clicked.rate.rate, first.clicked.compared) == ("a", 0.1, None)
    assert second.clicked.compared.verdict == "better"
    assert second.clicked.compared.low > 0.3
    assert second.bought.compared.verdict == "undecided"
    assert report().total["seen"] == 60


def test_another_experiment_begins_anew():
    count("a", Event("seen"), variant="a")
    other = {"experimentId": "e2", "variants": VARIANTS}

    assert report(experiment=other).variants[0].counts == {}
    assert report(experiment=other).total["seen"] == 1


def test_days_stand_by_themselves():
    count("v1", Event("seen"))
    beacon = Beacon("g", named("v2"), "", "", (Event("seen"),))
    counting.count(SITE, force(), SHELF, beacon, NOON + timedelta(days=1))
    found = counting.report(SITE, force(), "g", TODAY, TODAY + timedelta(days=1))

    assert [(day, counts["seen"]) for day, counts in found.days] == [(TODAY, 1), (TODAY + timedelta(days=1), 1)]


@pytest.mark.parametrize("days", [-1, 92])
def test_a_report_covers_so_many_days(days):
    with pytest.raises(BadRange):
        counting.report(SITE, force(), "g", TODAY, TODAY + timedelta(days=days))
    assert counting.report(SITE, force(), "g", date(2026, 6, 15), date(2026, 9, 14)).total == {}


def test_a_beacon_costs_three_calls_with_its_photos():
    count("v1", *SEEN)
    album = Shelf(*SHELF.photos)
    with meter.metered() as counted:
        counting.count(SITE, force(), album, Beacon("g", named("v2"), "", "", SEEN), NOON)

    assert counted.calls + album.calls == 3
