from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.dynamo.commit import Plan, commit
from chalicelib.moderation import queue
from chalicelib.moderation import service as moderation
from chalicelib.moderation.queue import PHOTO, RECEIPT, Place
from tests.support.tables import moto_table

SITE = "29235480"
NOON = datetime(2026, 3, 18, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def table():
    with moto_table() as client:
        yield client


def moved(kind, was, to, site=SITE):
    commit(lambda: None, lambda _: Plan(moderation.moves(site, kind, was, to), None))


def place(name, state="waiting", minutes=0):
    return Place(state, NOON + timedelta(minutes=minutes), name)


def test_a_thing_stands_in_one_state_and_is_found_oldest_first():
    for name, minutes in (("c", 2), ("a", 0), ("b", 1)):
        moved(RECEIPT, None, place(name, minutes=minutes))
    moved(RECEIPT, place("b", minutes=1), place("b", "awarded", 5))

    waiting = moderation.page(SITE, RECEIPT, "waiting")

    assert [each.id for each in waiting.places] == ["a", "c"]
    assert waiting.following is None
    assert moderation.page(SITE, RECEIPT, "awarded").places == (place("b", "awarded", 5),)


def test_pages_go_on_where_the_last_one_ended_either_way():
    for number in range(5):
        moved(PHOTO, None, place(f"p{number}", "pending", number))

    first = moderation.page(SITE, PHOTO, "pending", limit=2)
    second = moderation.page(SITE, PHOTO, "pending", limit=2, after=first.following)
    newest = moderation.page(SITE, PHOTO, "pending", limit=2, newest_first=True)
    older = moderation.page(SITE, PHOTO, "pending", limit=2, newest_first=True, after=newest.following)

    assert [each.id for each in (*first.places, *second.places)] == ["p0", "p1", "p2", "p3"]
    assert [each.id for each in (*newest.places, *older.places)] == ["p4", "p3", "p2", "p1"]


def test_what_waits_is_counted_with_the_age_of_the_oldest():
    moved(RECEIPT, None, place("a", minutes=3))
    moved(RECEIPT, None, place("b", minutes=1))
    moved(RECEIPT, None, place("done", "awarded"))

    counts = {(each.kind, each.state): each for each in moderation.counts(SITE)}

    assert counts[RECEIPT, "waiting"].count == 2
    assert counts[RECEIPT, "waiting"].oldest == NOON + timedelta(minutes=1)
    assert not counts[RECEIPT, "waiting"].is_more
    assert counts[PHOTO, "pending"].oldest is None
    assert (RECEIPT, "awarded") not in counts


def test_one_site_never_sees_the_queue_of_another():
    moved(RECEIPT, None, place("a"))

    assert moderation.page("1", RECEIPT, "waiting").places == ()


def test_what_did_not_move_is_not_written():
    assert moderation.moves(SITE, PHOTO, place("p", "pending"), place("p", "pending")) == ()


def test_a_state_of_another_kind_is_a_fault_of_ours():
    with pytest.raises(ValueError, match="state of its kind"):
        moderation.moves(SITE, RECEIPT, None, place("p", "published"))


def test_a_place_is_the_same_read_back():
    exact = Place("waiting", datetime(2026, 3, 18, 12, 0, 1, 987_000, tzinfo=UTC), "a#b")

    assert queue.parse("waiting", exact.key) == exact
