"""Which gallery stands where, when, and in which variant."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from chalicelib.photos.galleries.choosing import applied, banner, chosen, is_open, variants_of
from chalicelib.programme.definitions.gallery import Gallery

ZONE = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 6, 15, 12, tzinfo=UTC)


def gallery(name: str = "g", **more: Any) -> Gallery:
    return Gallery.model_validate({"galleryId": name, "galleryName": name, **more})


def trial(**more: Any) -> dict[str, Any]:
    variants = [{"variantId": "a", "weight": 50}, {"variantId": "b", "weight": 50, "perPage": 6, "hotSpots": False}]
    return {"experimentId": "e", "variants": variants, **more}


@pytest.mark.parametrize(
    ("dates", "is_shown"),
    [
        ({}, True),
        ({"startsAt": "2026-06-15T14:00:00"}, True),
        ({"startsAt": "2026-06-15T14:00:01"}, False),
        ({"endsAt": "2026-06-15T14:00:00"}, False),
        ({"endsAt": "2026-06-15T14:00:01"}, True),
        ({"status": "OFF"}, False),
    ],
)
@pytest.mark.proves("A097")
def test_dates_are_on_the_clocks_of_the_programme(dates, is_shown):
    assert is_open(gallery(**dates), NOON, ZONE) is is_shown


@pytest.mark.proves("A097")
def test_a_banner_stands_in_its_slot_on_pages_of_its_theme_and_category():
    sale = gallery("sale", banner={"slot": "top", "theme": "sale"})
    shoes = gallery("shoes", banner={"slot": "top", "category": "shoes"})
    all_pages = gallery("all", banner={"slot": "top"})
    found = [sale, shoes, all_pages, gallery("none")]

    assert banner(found, "top", "sale", "", NOON, ZONE) == sale
    assert banner(found, "top", "", "shoes", NOON, ZONE) == shoes
    assert banner(found, "top", "", "", NOON, ZONE) == all_pages
    assert banner(found, "bottom", "", "", NOON, ZONE) is None


def test_priority_comes_before_what_fits_closer():
    shoes = gallery("shoes", banner={"slot": "top", "category": "shoes"})
    loud = gallery("loud", banner={"slot": "top", "priority": 1})

    assert banner([shoes, loud], "top", "", "shoes", NOON, ZONE) == loud


def test_a_banner_out_of_its_dates_leaves_the_slot_to_another():
    over = gallery("over", endsAt="2026-06-01", banner={"slot": "top", "priority": 9})
    plain = gallery("plain", banner={"slot": "top"})

    assert banner([over, plain], "top", "", "", NOON, ZONE) == plain


def test_a_variant_replaces_what_it_names_and_nothing_else():
    found = chosen(gallery(experiment=trial()), "~99", NOON, ZONE)

    assert (found.variant, found.gallery.per_page, found.gallery.hot_spots) == ("b", 6, False)
    assert found.gallery.captions


def test_an_experiment_out_of_its_dates_changes_nothing():
    found = chosen(gallery(experiment=trial(endsAt="2026-06-01")), "~99", NOON, ZONE)

    assert (found.experiment, found.variant, found.gallery.per_page) == ("", "", 12)


def test_texts_of_a_variant_replace_those_of_its_languages():
    texts = {"en": {"title": "A"}, "de": {"title": "B"}}
    tried = trial()
    tried["variants"][1]["texts"] = {"en": {"title": "C"}}
    one = gallery(texts=texts, experiment=tried)

    assert {language: said.title for language, said in applied(one, one.experiment.variants[1]).texts.items()} == {
        "en": "C",
        "de": "B",
    }


def test_counted_variants_are_those_of_the_definition():
    assert variants_of(gallery()) == ("",)
    assert variants_of(gallery(experiment=trial())) == ("", "a", "b")
