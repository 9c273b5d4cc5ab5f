"""Versions: how they come into force, how they are found again, and what happens when two people publish."""

import random
import string
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib import clock
from chalicelib.dynamo import items
from chalicelib.dynamo.meter import metered
from chalicelib.ledger import days
from chalicelib.programme import service, table
from chalicelib.programme.defaults import DEFAULT_DOCUMENT, default_programme
from chalicelib.programme.rendering import render
from chalicelib.programme.service import HISTORY_MAX, ProgrammeChanged, UnknownVersion, clear_caches, publish
from chalicelib.programme.validation import InvalidProgramme
from tests.programme.documents import document, with_action

SITE = "29235480"
pytestmark = pytest.mark.usefixtures("table")


def joining(points: int) -> dict[str, Any]:
    return with_action(101, actionPoints=points)


def points_of(in_force: service.InForce) -> int:
    return in_force.award_units(in_force.action_by_id[101])


def stored() -> list[str]:
    found = items.query(items.Item, f"S#{SITE}", limit=100)
    return [item.sk for item in found]


def set_clock(instant: datetime) -> None:
    clock.move_to(instant)


def test_a_site_without_a_programme_has_the_default_as_version_1():
    in_force = service.in_force(SITE)

    assert (in_force.version, in_force.programme) == (1, default_programme())
    assert stored() == []


def test_publishing_the_default_makes_it_version_1():
    published = publish(SITE, "c1", DEFAULT_DOCUMENT)

    assert (published.in_force.version, published.is_new) == (1, True)
    assert stored() == ["PROGRAMME", "PROGRAMME#00000001#00"]


def test_a_first_programme_is_version_2_and_keeps_the_default_as_version_1():
    published = publish(SITE, "c1", joining(137))

    assert published.in_force.version == 2
    assert points_of(service.at_version(SITE, 1)) == 100
    assert stored() == ["PROGRAMME", "PROGRAMME#00000001#00", "PROGRAMME#00000002#00"]


def test_each_publication_is_the_next_version_and_older_ones_stay():
    publish(SITE, "c1", DEFAULT_DOCUMENT)
    publish(SITE, "c2", joining(137))
    publish(SITE, "c3", joining(59))
    clear_caches()

    assert points_of(service.in_force(SITE)) == 59
    assert [points_of(service.at_version(SITE, version)) for version in (1, 2, 3)] == [100, 137, 59]


def test_putting_back_what_was_got_changes_nothing():
    publish(SITE, "c1", joining(137))
    again = publish(SITE, "c2", render(service.in_force(SITE).programme))

    assert (again.in_force.version, again.is_new) == (2, False)


def test_a_change_is_in_force_at_once_in_the_process_that_made_it():
    publish(SITE, "c1", DEFAULT_DOCUMENT)
    service.in_force(SITE)
    publish(SITE, "c2", joining(137))

    assert points_of(service.in_force(SITE)) == 137


def test_a_document_that_is_wrong_writes_nothing():
    with pytest.raises(InvalidProgramme):
        publish(SITE, "c1", with_action(101, actionPoints=-1))

    assert stored() == []


def test_an_unknown_version_is_refused():
    publish(SITE, "c1", DEFAULT_DOCUMENT)

    for version in (0, 2, -1):
        with pytest.raises(UnknownVersion):
            service.at_version(SITE, version)


def test_whoever_changes_an_older_version_is_refused_and_nothing_is_written():
    publish(SITE, "c1", DEFAULT_DOCUMENT)
    publish(SITE, "c2", joining(137), expected_version=1)
    before = stored()
    with pytest.raises(ProgrammeChanged) as refused:
        publish(SITE, "c3", joining(59), expected_version=1)

    assert (refused.value.status, refused.value.expected, refused.value.found) == (409, 1, 2)
    assert stored() == before


def test_a_site_without_a_programme_expects_version_1():
    with pytest.raises(ProgrammeChanged):
        publish(SITE, "c1", joining(59), expected_version=2)

    assert publish(SITE, "c1", joining(59), expected_version=1).in_force.version == 2


def lose_a_race(monkeypatch: pytest.MonkeyPatch, other: dict[str, Any]) -> None:
    """Let somebody else publish between our first read of the pointer and our write."""
    read = table.load_pointer
    raced: list[bool] = []

    def load_pointer(site: str) -> table.Pointer | None:
        pointer = read(site)
        if not raced:
            raced.append(True)
            publish(site, "theirs", other)
        return pointer

    monkeypatch.setattr(table, "load_pointer", load_pointer)


def test_a_lost_race_is_refused_when_a_version_was_expected(monkeypatch: pytest.MonkeyPatch):
    publish(SITE, "c1", DEFAULT_DOCUMENT)
    lose_a_race(monkeypatch, joining(59))
    with pytest.raises(ProgrammeChanged):
        publish(SITE, "mine", joining(137), expected_version=1)
    clear_caches()

    assert points_of(service.in_force(SITE)) == 59


def test_a_lost_race_without_an_expected_version_is_published_after_the_other(monkeypatch: pytest.MonkeyPatch):
    publish(SITE, "c1", DEFAULT_DOCUMENT)
    lose_a_race(monkeypatch, joining(59))
    published = publish(SITE, "mine", joining(137))
    clear_caches()

    assert published.in_force.version == 3
    assert [points_of(service.at_version(SITE, version)) for version in (2, 3)] == [59, 137]


def test_two_first_publications_at_once_leave_one_default_and_both_versions(monkeypatch: pytest.MonkeyPatch):
    lose_a_race(monkeypatch, joining(59))
    published = publish(SITE, "mine", joining(137))

    assert published.in_force.version == 3
    assert [points_of(service.at_version(SITE, version)) for version in (1, 2, 3)] == [100, 59, 137]


def test_a_plan_knows_what_its_own_command_wrote():
    publish(SITE, "c1", DEFAULT_DOCUMENT)

    assert table.is_written_by(SITE, 1, "c1")
    assert not table.is_written_by(SITE, 1, "c2")
    assert not table.is_written_by(SITE, 2, "c1")


def test_sites_do_not_see_each_others_programmes():
    publish(SITE, "c1", joining(137))

    assert points_of(service.in_force("29235481")) == 100
    with pytest.raises(UnknownVersion):
        service.at_version("29235481", 2)


def test_the_pointer_is_read_once_in_five_seconds_and_a_version_once():
    publish(SITE, "c1", joining(137))
    clear_caches()
    with metered() as first:
        service.in_force(SITE)
    with metered() as second:
        service.in_force(SITE)

    assert (first.calls, second.calls) == (2, 0)


def test_another_processs_change_is_seen_when_the_pointer_is_read_again(monkeypatch: pytest.MonkeyPatch):
    publish(SITE, "c1", DEFAULT_DOCUMENT)
    service.in_force(SITE)
    known = dict(service._pointers)
    publish(SITE, "theirs", joining(137))
    service._pointers.update(known)
    before = clock.monotonic_seconds()
    monkeypatch.setattr(clock, "monotonic_seconds", lambda: before + 4)
    early = points_of(service.in_force(SITE))
    monkeypatch.setattr(clock, "monotonic_seconds", lambda: before + 6)
    late = points_of(service.in_force(SITE))

    assert (early, late) == (100, 137)


def test_when_the_version_in_force_was_published_is_known():
    assert service.published_at(SITE) is None
    publish_daily(10, 20)

    second = days.to_ms(NOON + timedelta(days=1))
    assert service.published_at(SITE) in range(second, second + 1_000)


NOON = datetime(2025, 6, 1, 12, tzinfo=UTC)


def publish_daily(*points: int) -> None:
    for place, amount in enumerate(points):
        set_clock(NOON + timedelta(days=place))
        publish(SITE, f"c{place}", joining(amount))


@pytest.mark.parametrize(
    ("when", "points"),
    [
        (NOON - timedelta(days=400), 10),
        (NOON + timedelta(hours=1), 10),
        (NOON + timedelta(days=1) - timedelta(minutes=1), 10),
        (NOON + timedelta(days=1, minutes=1), 20),
        (NOON + timedelta(days=2, minutes=1), 30),
        (NOON + timedelta(days=900), 30),
    ],
)
def test_a_back_dated_order_finds_the_version_of_its_date(when: datetime, points: int):
    publish_daily(10, 20, 30)

    assert points_of(service.in_force_at(SITE, when)) == points


@pytest.mark.parametrize(("at", "version"), [(999, 5), (1000, 5), (1999, 5), (2000, 6), (2001, 6)])
def test_a_version_is_in_force_from_its_very_millisecond(at: int, version: int):
    assert service._version_at(table.Pointer(6, ((5, 1000), (6, 2000))), at) == version


def test_what_is_in_force_now_is_the_newest_version_even_if_the_clock_was_once_ahead():
    publish_daily(10, 20)
    set_clock(NOON - timedelta(days=10))

    assert points_of(service.in_force_at(SITE, NOON - timedelta(days=9))) == 20


def test_a_site_without_a_programme_has_the_default_at_every_date():
    assert service.in_force_at(SITE, NOON).version == 1


def test_the_pointer_keeps_the_dates_of_the_last_versions_only():
    pointer = table.Pointer(HISTORY_MAX, tuple((version, version) for version in range(1, HISTORY_MAX + 1)))
    history = service._history(pointer, HISTORY_MAX + 1, HISTORY_MAX + 1)

    assert len(history) == HISTORY_MAX
    assert (history[0], history[-1]) == ((2, 2), (HISTORY_MAX + 1, HISTORY_MAX + 1))


def test_what_is_in_force_after_the_clock_was_set_back_is_the_newest_version():
    publish_daily(10, 20)
    set_clock(NOON - timedelta(days=30))
    publish(SITE, "c9", joining(30))
    set_clock(NOON - timedelta(days=10))

    assert points_of(service.in_force_at(SITE, NOON - timedelta(days=20))) == 30
    assert points_of(service.in_force(SITE)) == 30


def test_a_large_programme_is_kept_in_chunks(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(table, "CHUNK_BYTES_MAX", 10_000)
    noise = random.Random(137)
    large = document()
    for number in range(80):
        text = "".join(noise.choices(string.ascii_letters + string.digits, k=500))
        large["actions"].append({"actionId": 5000 + number, "actionName": f"A{number}", "actionLimitDisplay": text})
    publish(SITE, "c1", large)
    clear_caches()

    assert len([sk for sk in stored() if sk.startswith("PROGRAMME#00000002#")]) > 2
    assert render(service.in_force(SITE).programme)["actions"][-1]["actionLimitDisplay"] == text


def test_a_snapshot_with_a_missing_chunk_is_never_taken_for_a_programme():
    publish(SITE, "c1", joining(137))
    chunk = items.get(table.ChunkItem, f"S#{SITE}", "PROGRAMME#00000002#00")
    assert chunk is not None
    chunk.chunks = 2
    chunk.save()
    clear_caches()

    with pytest.raises(ValueError, match="damaged"):
        service.in_force(SITE)


@pytest.mark.parametrize(
    ("change", "path"),
    [({"pointDecimals": 2}, "pointDecimals"), ({"currency": {"decimals": 0}}, "currency.decimals")],
)
def test_the_units_of_points_and_money_are_chosen_once(change: dict[str, Any], path: str):
    publish(SITE, "c1", joining(137))
    publish(SITE, "c2", joining(138))
    other = joining(139)
    other["currency"] = {**other["currency"], **change.get("currency", {})}
    other.update({name: value for name, value in change.items() if name != "currency"})
    if path == "currency.decimals":
        other["currency"]["valueDecimals"] = 0

    with pytest.raises(service.UnitsFixed, match=path):
        publish(SITE, "c3", other)

    assert service.in_force(SITE).programme.action(101).action_points == 138
