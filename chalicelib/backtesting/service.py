"""Trying a draft programme on a site's own history, or on an invented one. No member is ever written.

A small site is answered at once. What takes longer goes on in slices through the queue of what is due: each slice
puts one part of the members forward, on condition that nobody else did, so that a message which comes twice, late
or beside another does no harm.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from chalicelib import clock
from chalicelib.backtesting import places, report, sums, table
from chalicelib.backtesting.events import Event
from chalicelib.backtesting.replaying import service as replaying
from chalicelib.backtesting.replaying.service import Trial
from chalicelib.backtesting.sums import Sums
from chalicelib.backtesting.table import Part, Run
from chalicelib.dynamo import listing, rehearsal
from chalicelib.errors import Contention, Malformed, NotFound
from chalicelib.facts import table as facts
from chalicelib.gateways import queue
from chalicelib.ledger import days
from chalicelib.ledger.book import BrokenBook
from chalicelib.programme import service as programmes
from chalicelib.programme.in_force import InForce, compiled
from chalicelib.programme.rendering import from_text, to_text
from chalicelib.values import value

REQUEST_SECONDS: Final = 15
"""How long a request works before it leaves the rest to the queue; API Gateway waits for 29 (AWS limit)."""
SLICE_SECONDS: Final = 3
"""How long a message works: ten of them share one call of 60 seconds."""
MEMBERS_PAGE: Final = 50
"""Members that are listed at a time."""
KIND: Final = "backtest"
"""Kind of the messages."""


class UnknownBacktest(NotFound):
    """There is no such run on this site, or it is older than a week."""

    def __init__(self) -> None:
        super().__init__("No data found: there is no backtest with this id. Runs are kept for a week.")


class BadPeriod(Malformed):
    """The period cannot be replayed."""


class HistoryTooLong(Malformed):
    """An uploaded history does not fit into a request."""

    def __init__(self) -> None:
        super().__init__(f"history: takes longer than {REQUEST_SECONDS} seconds to replay. Send a part of it.")


@value(kw_only=True)
class Backtest:
    """A run as it stands: its id (empty for one that was answered at once), how many of its parts are done, how many
    members were looked at, and, once it is done, the report.
    """

    id: str
    trial: Trial
    version: int
    parts: int
    parts_done: int
    members: int
    report: Mapping[str, Any] | None

    @property
    def is_done(self) -> bool:
        """Whether the report is there."""
        return self.report is not None


def try_out(
    site: str,
    run_id: str,
    document: object,
    start: datetime,
    end: datetime,
    now: datetime,
    *,
    seconds: float,
) -> Backtest:
    """Replay the site's recorded history from ``start`` to ``end`` under a draft; what is not done within ``seconds``
    goes on under the id through the queue. A run that is known by the id is not begun again, only urged on.

    Raises ``InvalidProgramme``, ``UnitsFixed`` and ``BadPeriod``.
    """
    _check_period(start, end, now)
    if table.read(site, run_id) is not None:
        _send(site, run_id, [part.shard for part in table.read_parts(site, run_id, listing.SHARDS) if not part.is_done])
        return status(site, run_id)
    draft = programmes.drafted(site, document)
    trial = Trial(draft=draft, start=start, end=end, versions=programmes.versions(site))
    until = clock.monotonic_seconds() + seconds
    parts = [_advanced(site, trial, Part(shard=shard), until) for shard in range(listing.SHARDS)]
    if all(part.is_done for part in parts):
        return _backtest(site, "", trial, parts)
    run = Run(
        id=run_id,
        draft=to_text(draft.programme),
        version=draft.version,
        since=trial.versions,
        start=trial.start_ms,
        end=trial.end_ms,
    )
    table.store(site, run, parts, now)
    _send(site, run_id, [part.shard for part in parts if not part.is_done])
    return _backtest(site, run_id, trial, parts)


def try_on(site: str, document: object, events_by_member: Mapping[str, Sequence[Event]], start: datetime) -> Backtest:
    """Replay an invented history, of people who exist nowhere, under the programme in force and, from ``start`` on,
    under a draft. Raises ``InvalidProgramme``, ``UnitsFixed``, ``BadPeriod`` and ``HistoryTooLong``.
    """
    draft, present = programmes.drafted(site, document), programmes.in_force(site)
    last = max(event.at for events in events_by_member.values() for event in events)
    if days.to_ms(start) > last:
        raise BadPeriod("from: not after everything in history.")
    trial = Trial(draft=draft, start=start, end=days.from_ms(last), versions=((present.version, 0),))
    until = clock.monotonic_seconds() + REQUEST_SECONDS
    done: list[Sums] = []
    for mid, events in events_by_member.items():
        if clock.monotonic_seconds() > until:
            raise HistoryTooLong
        done.append(replaying.invented(site, mid, events, trial))
    found = Sums({("members", "found"): len(done)})
    return _backtest(site, "", trial, [Part(shard=0, is_done=True, sums=sums.merged([found, *done]))])


def status(site: str, run_id: str) -> Backtest:
    """A run as it stands. Raises ``UnknownBacktest``."""
    run = table.read(site, run_id)
    if run is None:
        raise UnknownBacktest
    return _backtest(site, run_id, _trial(run), table.read_parts(site, run_id, listing.SHARDS))


def resume(site: str, run_id: str, shard: int, now: datetime) -> None:
    """Put one part of a run forward by a slice, and ask for the next. Safe to run twice, late or at once.

    Whoever finds that somebody else did the slice asks for nothing: the other one does.
    """
    run, part = table.read(site, run_id), table.read_part(site, run_id, shard)
    if run is None or part is None or part.is_done:
        return
    after = _advanced(site, _trial(run), part, clock.monotonic_seconds() + SLICE_SECONDS)
    if table.advance(site, run_id, part, after, now) and not after.is_done:
        _send(site, run_id, [shard])


def _check_period(start: datetime, end: datetime, now: datetime) -> None:
    if end > now:
        raise BadPeriod("to: not later than now; what has not happened yet cannot be replayed.")
    if start >= end:
        raise BadPeriod("from: before to (now, where to is left out).")


def _advanced(site: str, trial: Trial, part: Part, until: float) -> Part:
    """The part after as many members as there is time for, at least one while some are left."""
    done = [part.sums]
    after, is_done = part.after, False
    while not is_done:
        page = facts.members(site, part.shard, after=after, limit=MEMBERS_PAGE)
        for mid in page:
            done.append(_member(site, mid, trial))
            after = mid
            if clock.monotonic_seconds() > until:
                return replace(part, after=after, sums=sums.merged(done))
        is_done = len(page) < MEMBERS_PAGE
        if clock.monotonic_seconds() > until:
            break
    return replace(part, after=after, is_done=is_done, sums=sums.merged(done))


def _member(site: str, mid: str, trial: Trial) -> Sums:
    found = Sums({("members", "found"): 1})
    try:
        return sums.merged([found, replaying.member(site, mid, trial)])
    except Contention:
        return sums.merged([found, Sums({("members", "left"): 1, ("gap", "changingNow"): 1})])
    except (BrokenBook, ValueError):
        # One damaged book must not keep a merchant from the answer about all others.
        return sums.merged([found, Sums({("members", "left"): 1, ("gap", "bookDoesNotAddUp"): 1})])


def _trial(run: Run) -> Trial:
    return Trial(
        draft=compiled(from_text(run.draft), run.version),
        start=days.from_ms(run.start),
        end=days.from_ms(run.end),
        versions=run.since,
    )


def _backtest(site: str, run_id: str, trial: Trial, parts: Sequence[Part]) -> Backtest:
    added = sums.merged(part.sums for part in parts)
    was = _in_force_at(site, trial)
    done = sum(part.is_done for part in parts)
    is_whole = bool(parts) and done == len(parts)
    return Backtest(
        id=run_id,
        trial=trial,
        version=was.version,
        parts=len(parts),
        parts_done=done,
        members=added.of("members", "found"),
        report=report.report(added, was, trial.draft) if is_whole else None,
    )


def _in_force_at(site: str, trial: Trial) -> InForce:
    """The programme in force at the end of the period."""
    known = [version for version, since in trial.versions if since <= trial.end_ms]
    return programmes.at_version(site, known[-1] if known else programmes.FIRST)


def _send(site: str, run_id: str, shards: Sequence[int]) -> None:
    """Ask for a slice of each of these parts; a rehearsal asks for nothing."""
    if rehearsal.current() is not None:
        return
    asked = [places.part(site, run_id, shard) for shard in shards]
    queue.send(json.dumps({"kind": KIND, "pk": pk, "sk": sk}) for pk, sk in asked)
