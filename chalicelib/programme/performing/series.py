"""How far a member is in a series of actions, and what performing one more counts. Kept in the account's counters.

``S<id>`` counts performances in the series' present period (``times``) and its completions there (``points``),
``S<id>/<action>`` those of one action, ``S<id>*`` completions of a lifetime and the bonus points they gave.
"""

from collections.abc import Mapping
from dataclasses import replace

from chalicelib.ledger import days, moves
from chalicelib.ledger.account import Account, Limit
from chalicelib.ledger.draft import Draft
from chalicelib.ledger.entry import Counted
from chalicelib.ledger.moves import Telling
from chalicelib.ledger.rules import Lasting
from chalicelib.programme import standard
from chalicelib.programme.amounts import in_units
from chalicelib.programme.definitions.action_series import ActionSeries, completions_key
from chalicelib.programme.expiry import lasting
from chalicelib.programme.in_force import InForce
from chalicelib.values import value

_NONE: Limit = (0, 0, 0, 0, 0, 0)


@value
class Progress:
    """Where a member stands in a series: ``done`` performances by action in the period that begins with the day
    ``window``, completions in it and in all, and the bonus points (smallest units) they gave.
    """

    window: int
    done: Mapping[int, int]
    completions: int
    total: int
    credits: int

    def missing(self, series: ActionSeries) -> int:
        """Performances that are missing to the next completion."""
        due = self.completions + 1
        return sum(max(0, step.count * due - self.done[step.action_id]) for step in series.actions)


@value
class Tally:
    """What one more performance counts, and the series that it completes."""

    counted: tuple[Counted, ...] = ()
    completed: tuple[ActionSeries, ...] = ()


def progress(account: Account, series: ActionSeries, day: int) -> Progress:
    """Where the member stands on a day."""
    key = f"S{series.series_id}"
    window = _window(account, series, day)
    done = {step.action_id: _in(account, f"{key}/{step.action_id}", window)[0] for step in series.actions}
    total = account.limits.get(f"{key}*", _NONE)
    return Progress(window, done, _in(account, key, window)[1], total[1], total[2])


def tally(account: Account, force: InForce, action_id: int, day: int) -> Tally:
    """What performing the action on a day counts in the series that have it."""
    counted: list[Counted] = []
    completed: list[ActionSeries] = []
    for series in force.programme.action_series:
        if not series.is_open(day) or action_id not in {step.action_id for step in series.actions}:
            continue
        now = progress(account, series, day)
        if now.total >= series.achievements_max:
            continue
        after = replace(now, done={**now.done, action_id: now.done[action_id] + 1})
        is_complete = not after.missing(series)
        key = f"S{series.series_id}"
        counted += [Counted(key, now.window, 1, int(is_complete)), Counted(f"{key}/{action_id}", now.window, 1, 0)]
        completed += [series] if is_complete else []
    return Tally(tuple(counted), tuple(completed))


def bonus(force: InForce, series: ActionSeries) -> tuple[int, Counted]:
    """The points of a completion in smallest units, and what it counts for a lifetime."""
    points = in_units(series.bonus_points, force.programme.point_decimals)
    return points, Counted(completions_key(series.series_id), days.FOREVER, 1, points)


def completed(account: Account) -> frozenset[str]:
    """The series that the member ever completed."""
    return frozenset(key[1:-1] for key in account.limits if key[0] == "S" and key[-1] == "*")


def book(draft: Draft, force: InForce, action_id: int) -> tuple[Counted, ...]:
    """Credit the bonus of each series that performing the action completes, ahead of the performance itself; gives
    what the performance counts.
    """
    found = tally(draft.account, force, action_id, draft.day)
    for series in found.completed:
        points, counted = bonus(force, series)
        good = (
            lasting(force.programme, standard.MANUAL, draft.account.standing.tier)
            if series.expire_in_days is None
            else Lasting("days", series.expire_in_days)
        )
        note = {"reason": f"Action series: {series.series_name}", "actionSeriesId": series.series_id}
        telling = Telling(action=standard.MANUAL, note=note, wished=points)
        moves.award(draft, points, good, telling, counted=(counted,))
    return found.counted


def _window(account: Account, series: ActionSeries, day: int) -> int:
    if series.days is None:
        return days.period_of(series.period, day)
    since = account.limits.get(f"S{series.series_id}", _NONE)[0]
    return since if since and since <= day < since + series.days else day


def _in(account: Account, key: str, window: int) -> tuple[int, int]:
    period, times, points, *_ = account.limits.get(key, _NONE)
    return (times, points) if period == window else (0, 0)
