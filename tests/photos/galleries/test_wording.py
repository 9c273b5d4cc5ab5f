"""Texts in the language of whoever looks, with fallback."""

import pytest

from chalicelib.photos.galleries import wording
from chalicelib.programme.definitions.gallery import Gallery

TEXTS = {"en": {"title": "Summer", "subtitle": "Sun"}, "de": {"title": "Sommer"}, "fr-CA": {"title": "Été"}}


def gallery(language: str = "en") -> Gallery:
    return Gallery.model_validate({"galleryId": "g", "galleryName": "G", "texts": TEXTS, "language": language})


@pytest.mark.parametrize(
    ("locale", "title"),
    [("de-AT", "Sommer"), ("de", "Sommer"), ("fr", "Été"), ("fr-BE", "Été"), ("ja", "Summer"), ("", "Summer")],
)
@pytest.mark.proves("A073")
def test_a_title_is_found_by_region_then_language_then_the_shops_own(locale, title):
    assert wording.texts_of(gallery(), locale)["title"] == title


def test_each_text_falls_back_by_itself():
    assert wording.texts_of(gallery(), "de")["subtitle"] == "Sun"


def test_without_the_shops_own_language_any_is_better_than_none():
    assert wording.texts_of(gallery("it"), "ja")["title"] == "Sommer"


def test_built_in_words_stand_where_the_shop_says_nothing():
    found = wording.texts_of(gallery(), "de-CH")

    assert (found["buy"], found["close"]) == ("Kaufen", "Schließen")


def test_words_of_an_unknown_language_are_english():
    assert wording.words("xx")["close"] == "Close"


def test_every_language_has_the_same_places_for_names():
    english = wording.words("en")
    for language in wording.known_languages():
        found = wording.words(language)
        assert {name: _places(text) for name, text in found.items()} == {n: _places(t) for n, t in english.items()}


@pytest.mark.parametrize(
    ("said", "locale"),
    [
        ("de_at", "de-AT"),
        ("EN", "en"),
        ("zh-Hant-TW", "zh-TW"),
        ("es-419", "es-419"),
        ("", ""),
        ("x", ""),
        ("../..", ""),
    ],
)
def test_a_locale_is_read_as_browsers_and_shops_spell_it(said, locale):
    assert wording.locale_of(said) == locale


@pytest.mark.parametrize(
    ("header", "locale"),
    [
        ("de-AT,de;q=0.9,en;q=0.8", "de-AT"),
        ("en;q=0.2, fr;q=0.7", "fr"),
        ("*", ""),
        ("de;q=nine, en;q=0.1", "en"),
        ("", ""),
    ],
)
def test_the_locale_of_a_browser_is_the_one_it_wants_most(header, locale):
    assert wording.accepted(header) == locale


def test_arabic_runs_from_the_right():
    assert wording.is_right_to_left("ar-EG")
    assert not wording.is_right_to_left("de")


def _places(text: str) -> set[str]:
    return {part.partition("}")[0] for part in text.split("{")[1:]}


@pytest.mark.parametrize(("locale", "name"), [("de-AT", "Stiefel"), ("fr", "Boot"), ("", "Boot")])
@pytest.mark.proves("A073")
def test_a_product_is_named_in_the_language_or_by_its_own_name(locale, name):
    assert wording.name_of({"de": "Stiefel"}, "Boot", locale) == name
