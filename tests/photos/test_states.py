"""Approve and publish are two steps, and no way leads round them."""

from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.photos import photo as photos
from chalicelib.photos import states
from chalicelib.photos.photo import Photo, Picture, State, Video

NOON = datetime(2026, 3, 18, 12, tzinfo=UTC)
PICTURE = Picture(width=800, height=600, sha256="0" * 64, look="0" * 64, original_type="image/jpeg")


def photo(state="pending", **more):
    return Photo(id="p", source="upload", since=NOON, uploaded=NOON, state=state, **{"picture": PICTURE, **more})


@pytest.mark.proves("A164")
@given(st.sampled_from(get_args(State)), st.lists(st.sampled_from(sorted(states.WAYS)), max_size=30))
def test_whatever_moderators_do_nothing_is_published_that_was_not_approved_before(state, verbs):
    found, seen = photo(state), [state]
    for place, verb in enumerate(verbs):
        try:
            after = states.moved(found, verb, NOON + timedelta(minutes=place), "staff")
        except states.WrongState:
            assert found.state not in states.WAYS[verb][0]
            assert found.state != states.WAYS[verb][1]
            continue
        if after.state == "published" and found.state != "published":
            assert found.state == "approved"
        if after.state != found.state:
            assert after.since == NOON + timedelta(minutes=place)
            assert after.history[-1].verb == verb
        found = after
        seen.append(after.state)

    assert len(found.history) <= photos.HISTORY_MAX


@pytest.mark.parametrize("verb", sorted(states.WAYS))
def test_a_verb_that_is_repeated_changes_nothing(verb):
    there = photo(states.WAYS[verb][1])

    assert states.moved(there, verb, NOON + timedelta(hours=1), "staff") is there


@pytest.mark.parametrize(("verb", "state"), [("approve", "pending"), ("publish", "approved"), ("reopen", "rejected")])
def test_a_photo_without_a_picture_can_be_shown_by_no_verb(verb, state):
    with pytest.raises(states.NothingToShow):
        states.moved(photo(state, picture=None), verb, NOON, "staff")


def test_a_video_needs_no_picture():
    video = Video(provider="youtube", video_id="abc", embed_url="https://www.youtube-nocookie.com/embed/abc")

    assert states.moved(photo(picture=None, video=video), "approve", NOON, "staff").state == "approved"


def test_a_stuck_photo_can_be_rejected_though_it_has_no_picture():
    assert states.moved(photo("stuck", picture=None), "reject", NOON, "staff").state == "rejected"


def test_what_is_kept_is_read_again_as_it_was():
    found = photo(
        texts={"de": "Hallo"}, tags=("a",), crops={"square": photos.Crop(x=1, y=2, scale=1.5)}, similar=(("q", 3),)
    )

    assert photos.load(photos.dump(found)) == found
