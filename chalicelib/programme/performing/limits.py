"""Whether a member may still earn by an action, how much, and if not, when again."""

from datetime import datetime, timedelta
from math import ceil
from typing import Final

from chalicelib.errors import EARN_LATER, LIMIT_REACHED
from chalicelib.ledger import days
from chalicelib.ledger.account import Account
from chalicelib.ledger.entry import Counted
from chalicelib.programme.in_force import InForce
from chalicelib.programme.limits import Counter, opens_again, period_in
from chalicelib.values import value

_DAY: Final = timedelta(days=1)
_HOUR: Final = timedelta(hours=1)
_MINUTE: Final = timedelta(minutes=1)


@value
class Withheld:
    """An award that a limit does not allow: the vendor's code and sentence, and when earning opens again."""

    code: str
    message: str
    opens: datetime | None = None


@value
class Allowed:
    """How many of the wished points the limits allow, and what then counts against them."""

    points: int
    counted: tuple[Counted, ...]


def allow(account: Account, force: InForce, action_id: int, wished: int, now: datetime) -> Allowed | Withheld:
    """Judge an award of ``wished`` points by every limit of the action in its own period.

    A limit for a lifetime that is used up is AC1026; one whose next period will come is AC1028 with the
    waiting time, the longest when there are several. A cap of points lets through what is left of it.
    """
    day = days.day_of(now, force.zone)
    points = wished
    closed: list[Counter] = []
    for limit in force.counters(action_id):
        times, given = used(account, limit, day)
        if limit.times is not None and times >= limit.times:
            closed.append(limit)
        if limit.points is not None:
            points = min(points, limit.points - given)
            if limit.points <= given:
                closed.append(limit)
    if closed:
        return _withheld(account, closed, day, force, now)
    counted = tuple(Counted(limit.key, _period(account, limit, day), 1, points) for limit in force.counters(action_id))
    return Allowed(points, counted)


def used_up(account: Account, force: InForce, action_id: int, now: datetime) -> Withheld | None:
    """The limit that keeps the member from earning by the action now, if one does."""
    outcome = allow(account, force, action_id, 1, now)
    return outcome if isinstance(outcome, Withheld) else None


def performed(account: Account, limit: Counter, day: int) -> int:
    """How often the member performed the action in the limit's present period."""
    return used(account, limit, day)[0]


def counted_so_far(account: Account, force: InForce, action_id: int, now: datetime) -> tuple[Counted, ...]:
    """What counts against each limit of the action in its present period, before another performance."""
    day = days.day_of(now, force.zone)
    return tuple(
        Counted(limit.key, _period(account, limit, day), *used(account, limit, day))
        for limit in force.counters(action_id)
    )


def waiting(left: timedelta) -> str:
    """A waiting time in words, rounded up to its two largest units: ``3 days 4 hours``."""
    if left >= _DAY:
        hours = ceil(left / _HOUR)
        return _words((hours // 24, "day"), (hours % 24, "hour"))
    minutes = max(1, ceil(left / _MINUTE))
    return _words((minutes // 60, "hour"), (minutes % 60, "minute"))


def used(account: Account, limit: Counter, day: int) -> tuple[int, int]:
    """How often and how much (smallest units) counts against the limit in the period that contains the day."""
    period = _period(account, limit, day)
    known = account.limits.get(limit.key)
    if known is None:
        return 0, 0
    if known[0] == period:
        return known[1], known[2]
    return (known[4], known[5]) if known[3] == period else (0, 0)


def _period(account: Account, limit: Counter, day: int) -> int:
    known = account.limits.get(limit.key)
    return period_in(limit, None if known is None else known[0], day)


def _withheld(account: Account, closed: list[Counter], day: int, force: InForce, now: datetime) -> Withheld:
    openings = [opens_again(limit, _period(account, limit, day), force.zone) for limit in closed]
    if any(opening is None for opening in openings):
        return Withheld(LIMIT_REACHED, "Points cannot be awarded due to limit reached")
    opens = max(opening for opening in openings if opening is not None)
    return Withheld(EARN_LATER, f"Points can be earned next in {waiting(opens - now)}", opens)


def _words(*parts: tuple[int, str]) -> str:
    return " ".join(f"{count} {unit}{'' if count == 1 else 's'}" for count, unit in parts if count)
