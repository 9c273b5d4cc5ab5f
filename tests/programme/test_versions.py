"""Versions of the past, versions that were never published, and versions that only a rehearsal sees."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib import clock
from chalicelib.dynamo.meter import metered
from chalicelib.dynamo.rehearsal import Rehearsal, rehearsing
from chalicelib.ledger import days
from chalicelib.programme import service, table
from chalicelib.programme.defaults import default_programme
from chalicelib.programme.service import FIRST, UnitsFixed, UnknownVersion, clear_caches, publish
from chalicelib.programme.table import Pointer
from chalicelib.programme.validation import InvalidProgramme
from tests.programme.documents import document, with_action

SITE = "29235480"
NOON = datetime(2025, 6, 1, 12, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("table")


def joining(points: int) -> dict[str, Any]:
    return with_action(101, actionPoints=points)


def points_of(force: service.InForce) -> int:
    return force.award_units(force.action_by_id[101])


def publish_daily(*points: int) -> None:
    for place, amount in enumerate(points):
        clock.move_to(NOON + timedelta(days=place))
        publish(SITE, f"c{place}", joining(amount))


@pytest.fixture
def world() -> Iterator[Rehearsal]:
    with rehearsing(Rehearsal()) as started:
        yield started


@pytest.mark.parametrize(
    ("when", "points"),
    [
        (NOON - timedelta(days=400), 100),
        (NOON - timedelta(seconds=1), 100),
        (NOON + timedelta(seconds=2), 10),
        (NOON + timedelta(days=1, seconds=2), 20),
        (NOON + timedelta(days=900), 20),
    ],
)
def test_before_the_first_publication_the_default_decided(when: datetime, points: int):
    publish_daily(10, 20)

    assert points_of(service.was_in_force(SITE, when)) == points


def test_the_default_decided_up_to_the_very_millisecond_of_the_first_publication():
    publish_daily(10, 20)
    (_, since), _ = service.versions(SITE)

    assert points_of(service.was_in_force(SITE, days.from_ms(since - 1))) == 100
    assert points_of(service.was_in_force(SITE, days.from_ms(since))) == 10


def test_where_the_default_was_published_itself_it_decided_at_every_time_before():
    clock.move_to(NOON)
    publish(SITE, "c0", document())
    clock.move_to(NOON + timedelta(days=1))
    publish(SITE, "c1", joining(10))

    assert service.was_in_force(SITE, NOON - timedelta(days=9)).version == FIRST
    assert points_of(service.was_in_force(SITE, NOON + timedelta(hours=1))) == 100


def test_of_a_site_that_published_nothing_the_default_decided():
    assert service.was_in_force(SITE, NOON).programme == default_programme()


def test_what_decides_now_is_what_is_in_force_also_after_the_clock_was_set_back():
    publish_daily(10, 20)
    clock.move_to(NOON - timedelta(days=30))

    assert points_of(service.was_in_force(SITE, NOON - timedelta(days=29))) == 20


def test_versions_are_told_with_the_time_of_each():
    assert service.versions(SITE) == ()
    publish_daily(10, 20)

    found = service.versions(SITE)

    assert [version for version, _ in found] == [2, 3]
    assert all(
        since // 1_000 == days.to_ms(NOON + timedelta(days=place)) // 1_000 for place, (_, since) in enumerate(found)
    )


def test_a_draft_is_the_version_after_the_present_one_and_nothing_is_written():
    publish_daily(10, 20)
    before = service.versions(SITE)

    with metered() as calls:
        draft = service.drafted(SITE, joining(59))

    assert (draft.version, draft.rules.version, points_of(draft)) == (4, 4, 59)
    assert all(operation in {"GetItem", "BatchGetItem"} for operation in calls.operations)
    assert service.versions(SITE) == before


def test_a_draft_that_is_wrong_or_counts_in_another_unit_is_refused():
    publish_daily(10)

    with pytest.raises(InvalidProgramme):
        service.drafted(SITE, joining(-1))
    with pytest.raises(UnitsFixed, match="pointDecimals"):
        service.drafted(SITE, document(pointDecimals=2))


def test_a_rehearsal_sees_the_versions_it_was_told_and_nobody_else_does(world: Rehearsal):
    publish_now = Rehearsal()
    with rehearsing(publish_now):
        draft = service.drafted(SITE, joining(59))
        service.rehearse(SITE, ((draft.version, days.to_ms(NOON)),), draft)

        assert service.in_force(SITE) is draft
        assert service.at_version(SITE, draft.version) is draft
        assert service.versions(SITE) == ((draft.version, days.to_ms(NOON)),)

    assert service.versions(SITE) == ()
    assert service.in_force(SITE).version == FIRST
    assert world.touched(f"S#{SITE}") == 0


def test_a_draft_of_a_rehearsal_is_also_read_from_what_it_wrote(world: Rehearsal):
    draft = service.drafted(SITE, joining(59))
    service.rehearse(SITE, ((draft.version, 1),), draft)
    world.kept.clear()

    found = service.in_force(SITE)

    assert (found.version, found.programme) == (draft.version, draft.programme)
    assert service.in_force(SITE) is found


def test_a_rehearsal_may_have_a_history_of_published_versions():
    publish_daily(10, 20)
    at = clock.now()

    with rehearsing(Rehearsal()):
        service.rehearse(SITE, ((2, days.to_ms(at) + 1_000),))

        assert points_of(service.in_force(SITE)) == 10
    clear_caches()

    assert points_of(service.in_force(SITE)) == 20


@pytest.mark.usefixtures("world")
def test_a_rehearsal_of_no_version_has_the_default():
    publish_now = table.load_pointer(SITE)
    assert publish_now is None
    service.rehearse(SITE, ())

    assert service.in_force(SITE).programme == default_programme()
    assert table.load_pointer(SITE) is None


def test_a_rehearsal_forgets_what_it_takes_away():
    publish_daily(10)

    with rehearsing(Rehearsal()):
        service.rehearse(SITE, ())
        assert service.versions(SITE) == ()
        assert service.in_force(SITE).version == FIRST

    assert points_of(service.in_force(SITE)) == 10


def test_outside_a_rehearsal_nothing_is_made_up():
    with pytest.raises(RuntimeError, match=r"^versions are made up in a rehearsal only$"):
        service.rehearse(SITE, ((2, 1),))

    assert service.versions(SITE) == ()


def test_what_is_published_in_a_rehearsal_is_published_there_only():
    publish_daily(10)

    with rehearsing(Rehearsal()) as there:
        published = publish(SITE, "c9", joining(59))
        assert (published.in_force.version, published.is_new) == (3, True)
        assert points_of(service.in_force(SITE)) == 59
        assert points_of(service.at_version(SITE, 3)) == 59
        assert points_of(service.at_version(SITE, 2)) == 10
        assert table.rehearsed(SITE) is there
        assert table.rehearsed(SITE, 3) is there
        assert table.rehearsed(SITE, 2) is None

    assert table.rehearsed(SITE) is None
    assert points_of(service.in_force(SITE)) == 10
    with pytest.raises(UnknownVersion):
        service.at_version(SITE, 3)


def test_a_rehearsed_pointer_stands_wherever_it_is_put():
    (kept, taken) = (table.rehearsed_pointer(SITE, Pointer(2, ((2, 10),))), table.rehearsed_pointer(SITE, None))

    assert (kept.item.pk, kept.item.sk, kept.item.version, kept.item.since) == (f"S#{SITE}", "PROGRAMME", 2, "[[2,10]]")
    assert (kept.delete, kept.condition) == (False, None)
    assert (taken.item.pk, taken.item.sk, taken.delete) == (f"S#{SITE}", "PROGRAMME", True)
