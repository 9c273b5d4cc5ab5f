"""The daily audit gives one proof, however its slices are cut, killed or run at once."""

import json
import logging
from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from chalicelib.ledger.auditing import service as auditing
from chalicelib.ledger.auditing import sums as adding
from chalicelib.ledger.auditing.daily import service, table
from chalicelib.ledger.auditing.daily.service import NotProvedYet, last_proof, run_slice
from tests.ledger.auditing import damage
from tests.ledger.auditing.calls import at_call
from tests.ledger.auditing.damage import ADA, LATER, drop, entry
from tests.support.books import SITE
from tests.support.tables import everything

A_DAY = timedelta(days=1)


class Killed(BaseException):
    """The process ends, without a word."""


@pytest.fixture(autouse=True)
def world(table: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three members, walked a few items at a step, so that there is much to interrupt."""
    damage.world()
    monkeypatch.setattr(auditing, "PAUSE_SECONDS", 0.0)
    monkeypatch.setattr(auditing, "ITEMS_READ_MAX", 12)
    monkeypatch.setattr(service, "STEP_SECONDS", 0)
    monkeypatch.setattr(service, "SEGMENTS", 3)


def an_hour() -> float:
    return 3_600.0


def for_steps(number: int) -> Callable[[], float]:
    """Time for so many steps."""
    # A step asks before it begins and again when it has walked.
    left = iter([3_600.0] * 2 * number)
    return lambda: next(left, 59.0)


def proved() -> dict[str, Any]:
    """The last proof, without when it was made."""
    return adding.dump(last_proof(SITE)[0].sums)


def die() -> None:
    raise Killed


def calls_of_a_run() -> int:
    """How many calls a whole run makes."""
    with at_call(0, die) as calls:
        assert run_slice(LATER, an_hour).is_finished
    return len(calls)


def test_one_run_proves_what_a_walk_proves() -> None:
    run_slice(LATER, an_hour)

    assert proved() == adding.dump(damage.audit())
    proof, progress = last_proof(SITE)
    assert (proof.started, progress) == (LATER, None)


@pytest.mark.slow
def test_a_run_killed_before_any_call_is_completed_by_the_next() -> None:
    total = calls_of_a_run()
    whole = proved()

    for number in range(1, total + 1):
        today = LATER + number * A_DAY
        with pytest.raises(Killed), at_call(number, die):
            run_slice(today, an_hour)
        assert run_slice(today, an_hour).is_finished
        assert last_proof(SITE)[0].started == today
        assert proved() == whole, f"killed at call {number}"


@pytest.mark.slow
@pytest.mark.parametrize("steps", [1, 4])
def test_two_runs_at_once_double_nothing(steps: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another slice does so many steps just before any one call of the first."""
    ids = count(1)
    # Every slice begins at the first segment, so that the two meet.
    monkeypatch.setattr(service, "command_id", lambda: f"{next(ids):x}00")
    total = calls_of_a_run()
    whole = proved()

    for number in range(1, total + 1):
        today = LATER + number * A_DAY
        with at_call(number, lambda today=today: run_slice(today, for_steps(steps))):
            run_slice(today, an_hour)
        # A slice leaves a segment alone in which it met another; the next one goes on there.
        assert run_slice(today, an_hour).is_finished
        assert last_proof(SITE)[0].started == today
        assert proved() == whole, f"another run at call {number}"


def test_a_slice_stops_before_its_time_is_over_and_the_next_goes_on() -> None:
    first = run_slice(LATER, for_steps(1))

    with pytest.raises(NotProvedYet, match=r"\d of 3 parts are done"):
        last_proof(SITE)
    second = run_slice(LATER + timedelta(minutes=15), an_hour)

    assert not first.is_finished
    assert first.steps > 0
    assert second.is_finished
    assert last_proof(SITE)[0].started == LATER
    assert first.members + second.members == proved()["n"][0] == 3


def test_a_finished_audit_rests_until_the_next_day() -> None:
    run_slice(LATER, an_hour)
    again = run_slice(LATER + timedelta(hours=2), an_hour)
    tomorrow = run_slice(LATER + A_DAY, an_hour)

    assert (again.steps, again.is_finished) == (0, True)
    assert tomorrow.steps > 0


def test_what_is_wrong_is_logged_once_and_without_words_of_a_client(
    table: Any, caplog: pytest.LogCaptureFixture
) -> None:
    drop(table, entry(table, ADA, 3))

    with caplog.at_level(logging.ERROR, logger="laurel"):
        done = run_slice(LATER, an_hour)
        run_slice(LATER + timedelta(hours=1), an_hour)

    lines = [json.loads(record.getMessage()) for record in caplog.records]
    assert {"op", "site", "mid", "entry", "kind", "what"} == set(lines[0])
    assert (ADA, 3, "gap") in {(line["mid"], line["entry"], line["kind"]) for line in lines}
    assert len(lines) == len(last_proof(SITE)[0].sums.findings)
    assert done.faults > 0
    assert "o-9" not in str(lines)


def test_before_the_first_run_it_is_said_when_that_will_be() -> None:
    with pytest.raises(NotProvedYet, match="within 15 minutes"):
        last_proof(SITE)


def test_more_sites_than_a_transaction_holds_are_proved(table: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(auditing, "ITEMS_READ_MAX", 100)
    monkeypatch.setattr(service, "STEP_SITES_MAX", 4)
    for number in range(12):
        damage.put(table, {"pk": {"S": f"S#shop{number}"}, "sk": {"S": "SITE"}})

    assert run_slice(LATER, an_hour).is_finished

    assert [last_proof(f"shop{number}")[0].sums.members for number in range(12)] == [0] * 12
    assert last_proof(SITE)[0].sums.members == 3


def test_the_audit_writes_nothing_but_its_own(table: Any) -> None:
    before = everything(table)
    run_slice(LATER, an_hour)

    added = [item for item in everything(table) if item not in before]
    assert {(item["pk"]["S"], item["sk"]["S"].partition("#")[0]) for item in added} == {
        ("W#audit", "RUN"),
        ("W#audit", "SEGMENT"),
        (f"S#{SITE}", "AUDIT"),
        (f"S#{SITE}", "PROOF"),
    }


def test_another_run_begins_every_segment_anew() -> None:
    run_slice(LATER, an_hour)
    fresh = table.Run("other", 3, LATER, version=1)

    assert all(not each.is_done and each.after is None for each in table.read_segments(fresh))
    assert [each.members for each in table.read_shares(SITE, fresh, [0, 1, 2])] == [0, 0, 0]
