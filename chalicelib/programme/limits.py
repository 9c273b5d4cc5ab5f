"""How often and how much a member may earn by an action: which counters the account keeps for it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from chalicelib.ledger import days
from chalicelib.ledger.days import UNITS, Unit
from chalicelib.programme.amounts import in_units
from chalicelib.programme.definitions.action_group import ActionGroup
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
    rolling: int | None = None
    """Days from the first points to the end of a period that the calendar does not give."""
    group: str = ""
    """Name of the action group whose cap it is."""

    @property
    def word(self) -> str:
        """The period in a word."""
        word = _ADJECTIVES[self.unit] if self.rolling is None else f"{self.rolling}-day"
        return f"{word} {self.group}" if self.group else word


_ADJECTIVES: Final[Mapping[Unit, str]] = {
    "day": "daily",
    "week": "weekly",
    "month": "monthly",
    "quarter": "quarterly",
    "year": "yearly",
    "lifetime": "lifetime",
}


def counters(action: Action, point_decimals: int) -> tuple[Counter, ...]:
    """The limits of an action, shortest period first; empty when it has none."""
    times = {limit.period: limit.times for limit in action.limits}
    points = {} if action.max_points is None or action.period is None else {action.period: action.max_points}
    return tuple(
        Counter(f"{action.action_id}{unit[0]}", unit, times.get(unit), _units(points.get(unit), point_decimals))
        for unit in UNITS
        if unit in times or unit in points
    )


def shared(groups: Sequence[ActionGroup], action_id: int, point_decimals: int) -> tuple[Counter, ...]:
    """The caps that an action shares with others of its groups."""
    return tuple(
        Counter(
            f"G{group.group_id}",
            group.period or "lifetime",
            None,
            in_units(group.max_points, point_decimals),
            rolling=group.days,
            group=group.group_name,
        )
        for group in groups
        if group.is_active and action_id in group.actions
    )


def periods_of(action: Action) -> frozenset[Unit]:
    """The periods in which an action is counted."""
    capped = set() if action.period is None else {action.period}
    return frozenset(capped | {limit.period for limit in action.limits})


def period_in(limit: Counter, since: int | None, day: int) -> int:
    """First day of the limit's period that contains the day; ``since`` is that of the period counted last."""
    if limit.rolling is None:
        return days.period_of(limit.unit, day)
    return since if since is not None and since <= day < since + limit.rolling else day


def opens_again(limit: Counter, period: int, zone: ZoneInfo) -> datetime | None:
    """The instant at which the limit's period after this one begins; ``None`` for a lifetime."""
    following = days.period_after(limit.unit, period) if limit.rolling is None else period + limit.rolling
    return None if following is None else days.start_of(following, zone)


def _units(points: Decimal | None, point_decimals: int) -> int | None:
    return None if points is None else in_units(points, point_decimals)
