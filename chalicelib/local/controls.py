"""Two routes that exist only on a laptop, beside the API: they move its clock and run what is due."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final, Protocol

from chalicelib import errors
from chalicelib.local.gateway import Answer, Request, refused

PREFIX: Final = "/local/"
BODY_BYTES_MAX: Final = 10_000
EARLIEST: Final = datetime(1970, 1, 2, tzinfo=UTC)
LATEST: Final = datetime(2200, 1, 1, tzinfo=UTC)


class Clockwork(Protocol):
    """What the routes control."""

    def set_clock(self, instant: datetime | None) -> datetime:
        """Move programme time, or give real time back; returns the time it is now."""

    def run_due(self) -> dict[str, Any]:
        """Run what is due and say what was done."""


class _BadRequest(Exception):
    """The body does not say what the route needs."""


def beside(site: Callable[[Request], Answer], clockwork: Clockwork) -> Callable[[Request], Answer]:
    """The site with the two routes beside it."""
    return lambda request: _answer(request, clockwork) if request.target.startswith(PREFIX) else site(request)


def _answer(request: Request, clockwork: Clockwork) -> Answer:
    path = request.target.partition("?")[0].rstrip("/")
    routes = {"/local/clock": _set_clock, "/local/run-due": _run_due}
    if path not in routes:
        return refused(404, errors.UNKNOWN, "There is no such route. Try POST /local/clock or POST /local/run-due.")
    if request.method != "POST":
        return refused(405, errors.UNKNOWN, f"{path} takes POST only.", {"Allow": "POST"})
    if any(name.lower() == "origin" for name in request.headers):
        # A page from anywhere can make a browser post here; a browser always says so in this header.
        return refused(403, errors.UNAUTHORIZED, "These routes do not answer browsers.")
    try:
        found = routes[path](request.body, clockwork)
    except _BadRequest as bad:
        return refused(400, errors.INVALID, str(bad))
    return Answer(200, {"Content-Type": "application/json"}, json.dumps(found).encode())


def _set_clock(body: bytes, clockwork: Clockwork) -> dict[str, Any]:
    given = _object(body)
    if given.keys() != {"now"}:
        raise _BadRequest('The body is {"now": "2026-08-19T12:00:00Z"}, or {"now": null} for real time.')
    instant = None if given["now"] is None else _instant(given["now"])
    now = clockwork.set_clock(instant)
    return {"now": now.isoformat(), "moved": instant is not None}


def _run_due(body: bytes, clockwork: Clockwork) -> dict[str, Any]:
    if body.strip() and _object(body):
        raise _BadRequest("Nothing can be said here: send no body, or {}.")
    return clockwork.run_due()


def _object(body: bytes) -> dict[str, Any]:
    if len(body) > BODY_BYTES_MAX:
        raise _BadRequest(f"The body is larger than {BODY_BYTES_MAX} bytes.")
    try:
        given = json.loads(body)
    except (ValueError, RecursionError):
        raise _BadRequest("The body is not JSON.") from None
    if not isinstance(given, dict):
        raise _BadRequest("The body is not a JSON object.")
    return given


def _instant(text: object) -> datetime:
    """An ISO 8601 instant; without an offset it is UTC."""
    if not isinstance(text, str):
        raise _BadRequest("now is an ISO 8601 text, or null.")
    try:
        instant = datetime.fromisoformat(text)
        instant = instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)
    except (ValueError, OverflowError):
        raise _BadRequest(f"{text[:40]!r} is not an ISO 8601 instant such as 2026-08-19T12:00:00Z.") from None
    if not EARLIEST <= instant < LATEST:
        raise _BadRequest(f"now lies from {EARLIEST:%Y-%m-%d} to before {LATEST:%Y-%m-%d}.")
    return instant
