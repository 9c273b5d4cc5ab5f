"""The due index: everything that is due is found, nothing that is not is read, no day is ever missed."""

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib import settings
from chalicelib.dynamo import due, items
from chalicelib.dynamo.due import DueKeys
from chalicelib.dynamo.meter import metered

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
KIND = "account"


def store(name: str, at: datetime, kind: str = KIND) -> None:
    items.connection()
    item = DueKeys(f"M#s#{name}", "ACCOUNT")
    item.due_pk, item.due_sk = due.keys_at(kind, item.pk, at)
    item.save()


def remove(name: str) -> None:
    DueKeys(f"M#s#{name}", "ACCOUNT").delete()


def sweep(now: datetime, kind: str = KIND) -> list[str]:
    return [found.pk.removeprefix("M#s#") for found in due.sweep(kind, 0, now)]


def calls(now: datetime) -> int:
    with metered() as counted:
        sweep(now)
    return counted.calls


def test_what_is_due_is_found_oldest_first(any_table):
    store("late", NOON - timedelta(minutes=1))
    store("early", NOON - timedelta(hours=20))

    assert sweep(NOON) == ["early", "late"]


@pytest.mark.parametrize(("early_ms", "found"), [(1, True), (0, True), (-1, False)])
def test_an_item_is_due_from_its_instant_on(any_table, early_ms, found):
    store("ada", NOON - timedelta(milliseconds=early_ms))

    assert sweep(NOON) == (["ada"] if found else [])


def test_kinds_are_swept_apart(any_table):
    store("ada", NOON, kind="hold")

    assert sweep(NOON) == []
    assert sweep(NOON, kind="hold") == ["ada"]


def test_found_items_tell_where_they_stand(table):
    store("ada", NOON)

    (found,) = due.sweep(KIND, 0, NOON)

    assert (found.kind, found.pk, found.sk) == (KIND, "M#s#ada", "ACCOUNT")


def test_every_shard_of_every_item_is_swept_once(table, monkeypatch):
    monkeypatch.setattr(settings, "DUE_SHARDS", 4)
    names = [f"m-{place}" for place in range(40)]
    for name in names:
        store(name, NOON)

    found = [[f.pk.removeprefix("M#s#") for f in due.sweep(KIND, shard, NOON)] for shard in range(4)]

    assert sorted(name for shard in found for name in shard) == sorted(names)
    assert all(found)


def test_what_stays_is_found_again(any_table):
    store("ada", NOON)
    sweep(NOON)

    assert sweep(NOON + timedelta(minutes=10)) == ["ada"]


@pytest.mark.parametrize("days", [1, 2, 10, 60])
def test_missed_days_are_made_good(table, days):
    sweep(NOON)
    for back in range(days):
        store(f"m-{back:02}", NOON + timedelta(days=days - back))

    assert len(sweep(NOON + timedelta(days=days))) == days


def test_a_commit_that_crosses_midnight_is_not_overtaken(table):
    midnight = datetime(2026, 3, 11, tzinfo=UTC)
    sweep(midnight + timedelta(seconds=1))

    store("ada", midnight - timedelta(seconds=1))

    assert sweep(midnight + timedelta(minutes=10)) == ["ada"]


def test_days_that_are_done_with_are_not_read_again(table):
    sweep(NOON)
    assert calls(NOON + timedelta(days=30)) > 30

    assert calls(NOON + timedelta(days=30, minutes=10)) <= 4


def test_the_watermark_waits_for_the_first_day_that_is_not_empty(table):
    sweep(NOON)
    store("ada", NOON + timedelta(days=2))
    later = NOON + timedelta(days=9)
    sweep(later)
    store("bea", NOON + timedelta(days=3))

    assert sweep(later) == ["ada", "bea"]
    remove("ada")
    remove("bea")
    sweep(later)
    assert calls(later) <= 4


def test_a_run_that_breaks_off_leaves_the_watermark(table):
    sweep(NOON)
    later = NOON + timedelta(days=5)
    store("ada", NOON + timedelta(days=1))
    store("bea", NOON + timedelta(days=4))
    next(due.sweep(KIND, 0, later))

    assert sweep(later) == ["ada", "bea"]


def test_a_clock_set_back_misses_nothing_behind_a_run_in_the_future(table):
    sweep(NOON)
    sweep(NOON + timedelta(days=400))
    due.rewind(NOON.date())
    store("ada", NOON + timedelta(days=3))

    assert sweep(NOON + timedelta(days=1)) == []
    assert sweep(NOON + timedelta(days=20)) == ["ada"]


def test_rewinding_never_moves_a_watermark_forward(table):
    sweep(NOON)
    store("ada", NOON + timedelta(days=1))

    due.rewind((NOON + timedelta(days=30)).date())

    assert sweep(NOON + timedelta(days=40)) == ["ada"]


def test_a_rewound_index_that_was_never_swept_begins_on_that_day(table):
    due.rewind(NOON.date())
    store("ada", NOON + timedelta(days=1))

    assert sweep(NOON + timedelta(days=400)) == ["ada"]


@pytest.mark.slow
def test_a_sweep_costs_what_is_due_and_not_what_is_there(table):
    sweep(NOON)

    def counted(members: int) -> tuple[int, float, int]:
        for place in range(members):
            store(f"m-{place:04}", NOON if place < 20 else NOON + timedelta(days=1 + place % 300))
        with metered() as counting:
            found = sweep(NOON)
        return counting.calls, counting.read_units, len(found)

    few, many = counted(100), counted(2_000)

    assert few == many
    assert few[2] == 20
    assert few[0] <= 3
