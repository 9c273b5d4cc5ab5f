"""How often and how much a member may earn by an action: which counters the account keeps for it."""

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from chalicelib.ledger import days
from chalicelib.ledger.days import UNITS, Unit
from chalicelib.programme.amounts import in_units
from chalicelib.programme.document import Action
from chalicelib.values import value


@value
class Counter:
    """A limit of one action in one period: at most ``times`` performances and ``points`` smallest units.

    ``key`` names the account's counter and stays the same from version to version, so that a changed limit
    goes on counting where it stood.
    """

    key: str
    unit: Unit
    times: int | None
    points: int | None


def counters(action: Action, point_decimals: int) -> tuple[Counter, ...]:
    """The limits of an action, shortest period first; empty when it has none."""
    times = {limit.period: limit.times for limit in action.limits}
    points = {} if action.max_points is None or action.period is None else {action.period: action.max_points}
    return tuple(
        Counter(f"{action.action_id}{unit[0]}", unit, times.get(unit), _units(points.get(unit), point_decimals))
        for unit in UNITS
        if unit in times or unit in points
    )


def periods_of(action: Action) -> frozenset[Unit]:
    """The periods in which an action is counted."""
    capped = set() if action.period is None else {action.period}
    return frozenset(capped | {limit.period for limit in action.limits})


def opens_again(unit: Unit, day: int, zone: ZoneInfo) -> datetime | None:
    """The instant at which the limit's next period begins; ``None`` for a lifetime."""
    following = days.period_after(unit, days.period_of(unit, day))
    return None if following is None else days.start_of(following, zone)


def _units(points: Decimal | None, point_decimals: int) -> int | None:
    return None if points is None else in_units(points, point_decimals)
