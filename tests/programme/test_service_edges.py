"""Publications whose answer is lost or whose key was used, units that stay, and how much a process remembers."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib import clock
from chalicelib.dynamo import idempotency
from chalicelib.dynamo.idempotency import Key, KeyTaken
from chalicelib.dynamo.meter import metered
from chalicelib.ledger import days
from chalicelib.programme import service, table
from chalicelib.programme.defaults import DEFAULT_DOCUMENT
from chalicelib.programme.service import ProgrammeChanged, UnitsFixed, UnknownVersion, clear_caches, publish
from tests.programme.documents import document, with_action
from tests.support.faults import AnswerLost, Faults, LostOnTheWay

SITE = "29235480"
NOON = datetime(2025, 6, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def faults(table: Any) -> Iterator[Faults]:
    playing = Faults()
    yield playing
    playing.end()


def joining(points: int) -> dict[str, Any]:
    return with_action(101, actionPoints=points)


def points_of(in_force: service.InForce) -> int:
    return in_force.award_units(in_force.action_by_id[101])


@pytest.mark.parametrize("earlier", [False, True])
def test_a_publication_whose_answer_is_lost_is_told_as_made(faults: Faults, earlier: bool):  # noqa: FBT001
    if earlier:
        publish(SITE, "c0", DEFAULT_DOCUMENT)
    faults.play("TransactWriteItems", AnswerLost())

    published = publish(SITE, "c1", joining(137))

    assert (published.in_force.version, published.is_new, points_of(published.in_force)) == (2, True, 137)
    pointer = table.load_pointer(SITE)
    assert pointer is not None
    assert [version for version, _ in pointer.since] == ([1, 2] if earlier else [2])


def test_a_publication_that_never_arrived_is_made_good(faults: Faults):
    faults.play("TransactWriteItems", LostOnTheWay())

    published = publish(SITE, "c1", joining(137))

    assert (published.in_force.version, published.is_new) == (2, True)
    assert points_of(service.in_force(SITE)) == 137


def test_a_lost_answer_uses_a_key_up_once(faults: Faults):
    faults.play("TransactWriteItems", AnswerLost())

    published = publish(SITE, "c1", joining(137), key=Key("k-1", "request"))

    assert (published.in_force.version, published.is_new) == (2, True)


def test_a_key_remembers_the_version_and_brings_nothing_back():
    key = Key("k-1", "request")
    publish(SITE, "c1", joining(137), key=key)
    publish(SITE, "c2", joining(59))

    with pytest.raises(KeyTaken):
        publish(SITE, "c3", joining(137), key=key)

    known = idempotency.find(SITE, key)
    assert known is not None
    assert (known.status, known.mid, known.ref) == (200, "", "2")
    assert points_of(service.in_force(SITE)) == 59


def test_a_publication_that_changes_nothing_uses_its_key_up_too():
    key = Key("k-1", "request")
    publish(SITE, "c1", joining(137))

    again = publish(SITE, "c2", joining(137), key=key)

    known = idempotency.find(SITE, key)
    assert (again.is_new, known.ref if known else None) == (False, "2")


def test_a_key_that_was_used_publishes_nothing():
    key = Key("k-1", "request")
    publish(SITE, "c1", joining(137), key=key)

    with pytest.raises(KeyTaken):
        publish(SITE, "c2", joining(59), key=key)
    clear_caches()

    assert points_of(service.in_force(SITE)) == 137


def test_who_was_overtaken_is_told_by_what():
    publish(SITE, "c1", joining(137))

    with pytest.raises(ProgrammeChanged) as caught:
        publish(SITE, "c2", joining(59), expected_version=1)

    assert str(caught.value) == (
        "The programme is at version 2, not 1: somebody changed it in the meantime. "
        "Nothing was written; read it again and repeat the change."
    )
    assert caught.value.status == 409
    assert not caught.value.sticks


@pytest.mark.parametrize(
    ("change", "path", "present"),
    [
        ({"pointDecimals": 2}, "pointDecimals", "0"),
        ({"currency": {"decimals": 0, "valueDecimals": 0}}, "currency.decimals", "2"),
        ({"currency": {"code": "EUR"}}, "currency.code", "USD"),
    ],
)
def test_a_unit_that_stays_is_named_with_what_it_is(change: dict[str, Any], path: str, present: str):
    publish(SITE, "c1", joining(137))

    with pytest.raises(UnitsFixed) as caught:
        publish(SITE, "c2", document(**change))

    assert str(caught.value) == (
        f"{path}: stays {present}. Points and amounts are counted in this unit since the programme was set up; "
        "for another one create another site."
    )


def test_the_first_publication_may_still_choose_its_units():
    published = publish(SITE, "c1", document(pointDecimals=2, currency={"code": "EUR"}))

    assert published.in_force.programme.point_decimals == 2


def test_a_version_that_is_not_there_is_named():
    with pytest.raises(UnknownVersion, match=r"^The programme has no version 7\.$"):
        service.at_version(SITE, 7)


def test_what_is_asked_for_now_is_in_force_now_also_after_the_clock_was_set_back():
    for place, points in enumerate((10, 20, 30)):
        clock.move_to(NOON + timedelta(days=place))
        publish(SITE, f"c{place}", joining(points))
    clock.move_to(NOON + timedelta(hours=1))
    now = clock.now()
    clock.move_to(now)

    assert points_of(service.in_force_at(SITE, now - timedelta(seconds=1))) == 10
    assert points_of(service.in_force_at(SITE, now + timedelta(seconds=1))) == 30


def test_the_last_of_several_publications_says_since_when():
    for place, points in enumerate((10, 20, 30)):
        clock.move_to(NOON + timedelta(days=place))
        publish(SITE, f"c{place}", joining(points))

    last = days.to_ms(NOON + timedelta(days=2))
    assert service.published_at(SITE) in range(last, last + 1_000)


def publish_on(sites: list[str]) -> None:
    for site in sites:
        publish(site, "c1", joining(137))
    clear_caches()


def reads(site: str) -> list[str]:
    with metered() as counted:
        service.in_force(site)
    return counted.operations


@pytest.mark.parametrize(("room", "reads_again"), [(2, ["GetItem"]), (3, [])])
def test_the_site_that_was_asked_for_longest_ago_is_forgotten_first(
    room: int, reads_again: list[str], monkeypatch: pytest.MonkeyPatch
):
    sites = ["29235481", "29235482", "29235483"]
    publish_on(sites)
    monkeypatch.setattr(service, "SITES_CACHED_MAX", room)

    for site in sites:
        assert reads(site) == ["GetItem", "GetItem"]

    assert (reads(sites[1]), reads(sites[2])) == ([], [])
    assert reads(sites[0]) == reads_again


@pytest.mark.parametrize(("room", "reads_again"), [(2, ["GetItem"]), (3, [])])
def test_the_version_that_was_asked_for_longest_ago_is_forgotten_first(
    room: int, reads_again: list[str], monkeypatch: pytest.MonkeyPatch
):
    sites = ["29235481", "29235482", "29235483"]
    publish_on(sites)
    monkeypatch.setattr(service, "VERSIONS_CACHED_MAX", room)

    for site in (sites[0], sites[1], sites[0], sites[2]):
        service.in_force(site)

    assert (reads(sites[0]), reads(sites[2])) == ([], [])
    assert reads(sites[1]) == reads_again


@pytest.mark.parametrize(("seconds", "reads_again"), [(4.999, []), (5, ["GetItem"]), (5.001, ["GetItem"])])
def test_a_pointer_is_known_for_less_than_five_seconds(
    seconds: float, reads_again: list[str], monkeypatch: pytest.MonkeyPatch
):
    publish_on([SITE])
    monkeypatch.setattr(clock, "monotonic_seconds", lambda: 1000.0)
    service.in_force(SITE)
    monkeypatch.setattr(clock, "monotonic_seconds", lambda: 1000.0 + seconds)

    assert reads(SITE) == reads_again


def test_what_was_published_here_is_not_read_again():
    publish(SITE, "c1", joining(137))

    assert reads(SITE) == ["GetItem"]
