import json
from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.local import controls
from chalicelib.local.gateway import Answer, Request


class Clockwork:
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.told: list[object] = []

    def set_clock(self, instant: datetime | None) -> datetime:
        self.told.append(instant)
        return instant or datetime(2026, 8, 19, tzinfo=UTC)

    def run_due(self) -> dict[str, Any]:
        self.told.append("run due")
        return {"drained": True}


def told(
    target: str, body: bytes = b"", method: str = "POST", **headers: str
) -> tuple[int, dict[str, Any], list[object]]:
    clockwork = Clockwork()
    site = controls.beside(lambda _: Answer(299, {}, b"{}"), clockwork)
    answer = site(Request(method, target, headers, body))
    return answer.status, json.loads(answer.body), clockwork.told


@pytest.mark.parametrize(
    ("now", "instant"),
    [
        ("2027-01-31T23:59:59Z", datetime(2027, 1, 31, 23, 59, 59, tzinfo=UTC)),
        ("2027-01-31T23:59:59+02:00", datetime(2027, 1, 31, 21, 59, 59, tzinfo=UTC)),
        ("2027-01-31T23:59:59", datetime(2027, 1, 31, 23, 59, 59, tzinfo=UTC)),
        ("2027-01-31", datetime(2027, 1, 31, tzinfo=UTC)),
        (None, None),
    ],
)
def test_the_clock_is_set_to_an_iso_instant_or_given_back(now: str | None, instant: datetime | None) -> None:
    status, body, done = told("/local/clock", json.dumps({"now": now}).encode())

    assert (status, done) == (200, [instant])
    assert body["moved"] is (instant is not None)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"now",
        b"[]",
        b"{}",
        b'{"now": 5}',
        b'{"now": "soon"}',
        b'{"now": "2027-13-01"}',
        b'{"now": "1969-12-31"}',
        b'{"now": "9999-01-01"}',
        b'{"now": "0001-01-01T00:00:00+14:00"}',
        b'{"now": null, "then": null}',
        b'{"now": "\\ud800"}',
        b"\xff",
        b"[" * 9_000,
        b'{"now": "' + b"1" * 20_000 + b'"}',
    ],
)
def test_a_clock_that_makes_no_sense_is_refused_and_left_alone(body: bytes) -> None:
    status, answered, done = told("/local/clock", body)

    assert (status, answered["errorCode"], done) == (400, "AC1004", [])


@pytest.mark.parametrize("body", [b"", b"{}", b" "])
def test_what_is_due_runs_when_asked(body: bytes) -> None:
    assert told("/local/run-due", body) == (200, {"drained": True}, ["run due"])


def test_run_due_takes_no_orders() -> None:
    assert told("/local/run-due", b'{"days": 3}')[0] == 400


@pytest.mark.parametrize(("target", "method", "status"), [("/local/clock", "GET", 405), ("/local/other", "POST", 404)])
def test_there_are_two_routes_and_both_are_posts(target: str, method: str, status: int) -> None:
    assert told(target, method=method)[0] == status


def test_a_page_in_a_browser_cannot_move_the_clock() -> None:
    status, _, done = told("/local/clock", b'{"now": null}', Origin="https://elsewhere.example")

    assert (status, done) == (403, [])


def test_everything_else_is_the_sites() -> None:
    assert told("/api/3.0/points/ada")[0] == 299
