"""Figures of another time: ``GET /points/{id}?at=…``."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from chalicelib.api import group_points, wire
from chalicelib.api.common import WireFigures
from chalicelib.api.fields import Body, Timestamp
from chalicelib.api.figures import figures
from chalicelib.api.routing import Request
from chalicelib.errors import Malformed
from chalicelib.ledger.reading import service as reading
from chalicelib.ledger.reading.service import By
from chalicelib.members.service import Resolved
from chalicelib.programme import service as programme

YEAR_MIN: Final = 1970
AHEAD_DAYS_MAX: Final = 3660
"""How far into the future figures are told: ten years."""


def _by(value: object) -> str:
    word = value.strip().lower() if isinstance(value, str) else ""
    if word not in ("record", "effect"):
        raise PydanticCustomError("wanted", "record (as it was known then) or effect (with what was back-dated since)")
    return word


class AtQuery(Body):
    """The instant that figures are wanted for; without one they are those of now."""

    at: Timestamp | None = None
    by: Annotated[By, BeforeValidator(_by), WithJsonSchema({"type": "string", "enum": ["record", "effect"]})] | None = (
        None
    )


def figures_at(request: Request, member: Resolved) -> Mapping[str, Any]:
    """The figures of a member at the instant that the query names. Raises ``Malformed`` and as ``account_at`` does."""
    query: AtQuery = request.query
    at, by = query.at, query.by or "record"
    if at is None:
        raise Malformed("at is missing: the time that by belongs to, for example 2026-08-19T15:50:07+0000.")
    if at.year < YEAR_MIN or at > request.now + timedelta(days=AHEAD_DAYS_MAX):
        raise Malformed(f"at: a time from {YEAR_MIN} to {AHEAD_DAYS_MAX} days from now.")
    force = programme.was_in_force(request.site, at)
    account = reading.account_at(request.site, member.mid, force.rules, at, by)
    show = WireFigures(force)
    said = figures(account, show, request.site, member.given, at)
    group = group_points.of_member(request, member.mid, show, at, by)
    return {**said, "groupDetails": group, "asOf": wire.timestamp(at), "by": by, "isForecast": at > request.now}
