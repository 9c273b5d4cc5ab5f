"""Rights go only where somebody agreed, and the trail says who and when."""

from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.photos import rights
from chalicelib.photos.photo import Photo, RightsState

NOON = datetime(2026, 3, 18, 12, tzinfo=UTC)
STATES = get_args(RightsState)


def photo():
    return Photo(id="p", source="instagram", since=NOON, uploaded=NOON)


@pytest.mark.proves("A166")
@given(st.lists(st.sampled_from(STATES), max_size=30))
def test_the_trail_tells_every_step_and_only_what_was_granted_is_free(wishes):
    found = photo()
    steps = []
    for place, to in enumerate(wishes):
        was = found.rights.state
        try:
            found = rights.changed(found, to, NOON + timedelta(minutes=place), "staff", f"step {place}")
        except rights.NoSuchWay:
            assert to not in rights.WAYS[was]
            continue
        if (was, to) != ("none", "none"):
            steps.append((to, f"step {place}"))

    assert [(each.state, each.text) for each in found.rights.trail] == steps
    assert rights.is_free(found) == (found.rights.state == "granted")


def test_no_step_is_dropped_for_a_later_one():
    found = photo()
    for place in range(rights.TRAIL_MAX):
        found = rights.changed(found, "granted", NOON, "staff", f"step {place}")

    assert len(found.rights.trail) == rights.TRAIL_MAX
    with pytest.raises(rights.TrailIsFull):
        rights.changed(found, "denied", NOON, "staff", "one more")
    assert rights.changed(found, "granted", NOON, "staff", "") is found


def test_every_state_has_its_ways():
    assert set(rights.WAYS) == set(STATES)
    assert all(to <= set(STATES) for to in rights.WAYS.values())
    assert all("none" not in to for to in rights.WAYS.values())


@pytest.mark.parametrize(
    ("language", "text"),
    [("de", "Hallo"), ("de-AT", "Hallo"), ("pt-BR", "Oi"), ("pt", "Hello"), ("fr", "Hello")],
)
def test_words_are_asked_for_in_the_language_or_what_is_nearest(language, text):
    texts = {"de": "Hallo", "pt-BR": "Oi", "en": "Hello"}

    assert rights.request_text(texts, language, {}) == text


def test_without_english_the_first_language_is_taken_and_without_any_our_own_words():
    assert rights.request_text({"it": "Ciao", "es": "Hola"}, "fr", {}) == "Hola"
    assert rights.request_text({}, "fr", {"author": "@ada", "brand": "acme", "terms": "https://example.test/t"}) == (
        "Hello @ada, we love your picture! May we show it on our site and in our mails? "
        "Reply with #yesacme to agree to https://example.test/t."
    )
