"""Reasons that points were given or not: checks in their order, each with an outcome and a stable reason code.

Clients and support desks may rely on the codes. A sentence is for a person at a support desk and may be worded better
one day.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field
from datetime import datetime
from typing import Final, Literal
from zoneinfo import ZoneInfo

from chalicelib.errors import EARN_LATER, INVALID, LIMIT_REACHED
from chalicelib.ledger import days
from chalicelib.ledger.days import Unit
from chalicelib.programme.amounts import points_on_wire
from chalicelib.programme.document import Programme
from chalicelib.values import value

Outcome = Literal["passed", "refused", "waiting", "notReached"]
Code = Literal[
    "GRANTED",
    "NOT_REACHED",
    "MEMBER_ACTIVE",
    "MEMBER_INACTIVE",
    "MEMBER_OPTED_OUT",
    "MEMBER_BLOCKED",
    "ACTION_KNOWN",
    "ACTION_UNKNOWN",
    "ACTION_ACTIVE",
    "ACTION_INACTIVE",
    "ACTION_EARNS",
    "ACTION_TAKES_POINTS",
    "ACTION_BOOKED_BY_SYSTEM",
    "POINTS_CONFIGURED",
    "POINTS_NOT_CONFIGURED",
    "POINTS_FROM_REQUEST",
    "LIMIT_OPEN",
    "LIMIT_CAPPED",
    "LIMIT_OPENS_LATER",
    "LIMIT_USED_UP",
    "LIMIT_REACHED",
    "NOT_HELD",
    "HELD_AFTER_AWARD",
    "ORDER_RECEIVED",
    "ORDER_NOT_RECEIVED",
    "ORDER_DECIDES",
    "POINT_TYPE_EARNS",
    "POINT_TYPE_FLAT",
    "MINIMUM_REACHED",
    "MINIMUM_NOT_REACHED",
    "POINTS_EARNED",
    "RATIO_ZERO",
    "AMOUNT_TOO_SMALL",
    "RULES_GIVE_NOTHING",
    "RELEASED",
    "AWAITS_RELEASE",
    "AWAITS_SHIPMENT",
    "RELEASE_DUE",
    "HOLD_VOIDED",
    "RETURNED_ON_HOLD",
    "CANCELLED_ON_HOLD",
    "NOTHING_OWED",
    "PAID_ARREARS",
    "KEPT",
    "CANCELLED_AFTER_AWARD",
    "PARTLY_TAKEN_BACK",
    "RETURNED",
    "NEVER_EXPIRES",
    "GOOD_THROUGH",
    "EXPIRED",
    "USED_IN_TIME",
    "EXPIRY_NOT_FOLLOWED",
]
_STATES: Final[Mapping[str, Code]] = {
    "active": "MEMBER_ACTIVE",
    "inactive": "MEMBER_INACTIVE",
    "opted_out": "MEMBER_OPTED_OUT",
    "blocked": "MEMBER_BLOCKED",
}
_STORED: Final[Mapping[str, Code]] = {
    LIMIT_REACHED: "LIMIT_USED_UP",
    EARN_LATER: "LIMIT_OPENS_LATER",
    INVALID: "ACTION_INACTIVE",
    "MEMBER_INACTIVE": "MEMBER_INACTIVE",
    "MEMBER_OPTED_OUT": "MEMBER_OPTED_OUT",
    "MEMBER_BLOCKED": "MEMBER_BLOCKED",
}
_NOTEWORTHY: Final = frozenset({"LIMIT_CAPPED", "PAID_ARREARS", "PARTLY_TAKEN_BACK", "CANCELLED_AFTER_AWARD"})
"""Reasons of passed checks that explain why a member sees fewer points than expected."""


@value
class LimitUse:
    """How a limit stood: ``used`` of ``allowed`` performances or points (smallest units) of its period."""

    period: Unit
    kind: Literal["times", "points"]
    allowed: int
    used: int


@value
class Check:
    """One question put to an order or an action.

    ``remedy`` says what would make it pass, where something would; ``at`` when it will by itself, or when a limit
    opens again.
    """

    name: str
    outcome: Outcome
    code: Code
    sentence: str
    remedy: str = ""
    at: datetime | None = None
    limit: LimitUse | None = None


@value
class Attempt:
    """Attempts of one day that were refused and wrote nothing: how many, why the last, and when (milliseconds).

    ``order`` is the order that was refused, where it was one.
    """

    day: str
    times: int
    code: str
    order: str | None = None
    at: int | None = None


@value
class LastAward:
    """What an action was given by an entry. ``status`` is how lists show it, ``release_at`` in milliseconds."""

    entry: int
    at: int
    programme: int
    wished: int
    given: int
    held: int
    status: str
    release_at: int | None


@value
class Step:
    """The next checks under one name, looked at only when nothing before refused."""

    name: str
    look: Callable[[], Iterable[Check]] = field(repr=False)


def sequence(steps: Iterable[Step]) -> tuple[Check, ...]:
    """The checks of these steps in order; what comes after a refusal is not reached."""
    found: list[Check] = []
    is_refused = False
    for step in steps:
        if is_refused:
            found.append(not_reached(step.name, "Not looked at: a check before this one refused."))
            continue
        found += step.look()
        is_refused = any(check.outcome == "refused" for check in found)
    return tuple(found)


def not_reached(name: str, sentence: str) -> Check:
    """A check that it has not come to."""
    return Check(name, "notReached", "NOT_REACHED", sentence)


def deciding(checks: Sequence[Check]) -> Check | None:
    """The check that says why: the first that refused, else that waits, else the first that took points off.

    Of several limits that refuse it is the one that opens last. ``None`` when all is well.
    """
    refused = [check for check in checks if check.outcome == "refused"]
    if refused:
        closed = [check for check in refused if check.name == refused[0].name]
        return max(closed, key=lambda check: (check.at is None, check.at or days.EPOCH))
    waits = next((check for check in checks if check.outcome == "waiting"), None)
    return waits or next((check for check in checks if check.code in _NOTEWORTHY), None)


def attempt(day: str, times: int, reason: str, order: str | None, at: int | None) -> Attempt:
    """Refused attempts as they are kept, with the reason in the words of this module."""
    return Attempt(day, times, _STORED.get(reason, reason), order, at)


def member_code(state: str) -> Code:
    """The reason code of the state of an account; it is also what is kept of a refused attempt."""
    return _STATES.get(state, "MEMBER_INACTIVE")


def shown(programme: Programme, units: int) -> str:
    """Points in words."""
    amount = points_on_wire(programme, units)
    return f"{amount:f} point{'' if amount == 1 else 's'}"


def moment(instant: datetime, zone: ZoneInfo) -> str:
    """An instant as the programme's clocks show it: ``2026-03-19 00:00 (Europe/Berlin)``."""
    return f"{instant.astimezone(zone):%Y-%m-%d %H:%M} ({zone.key})"
