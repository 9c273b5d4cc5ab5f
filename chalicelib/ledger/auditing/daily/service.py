"""The daily audit, slice by slice, and the proof that it leaves of each site.

Any number of runs may overlap or end at any moment: a step's sums are written in one transaction with the place
where the segment goes on, on condition that nobody else moved it. What was found is logged once it is written.
"""

import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from chalicelib import clock
from chalicelib.dynamo.commit import Plan, Write, commit
from chalicelib.errors import NotFound, Refusal
from chalicelib.ids import command_id
from chalicelib.ledger.auditing import service as auditing
from chalicelib.ledger.auditing import sums as adding
from chalicelib.ledger.auditing.daily import table
from chalicelib.ledger.auditing.daily.table import Proof, Run, Segment
from chalicelib.ledger.auditing.sums import Finding, Sums
from chalicelib.values import value

SEGMENTS: Final = 8
"""Segments of a run; as many slices can work at once."""
RESERVE_SECONDS: Final = 60
"""A slice takes no further step when it has less time left: a step may prove a member with very many entries."""
STEP_SECONDS: Final = 5
"""After so long a step is written."""
STEP_SITES_MAX: Final = 90
"""Sites of a step: each is one action of its transaction (100, AWS limit)."""
EVERY_MINUTES: Final = 15
"""How often a slice runs (``app.py``)."""
_log = logging.getLogger("laurel")


class _Overtaken(Refusal):
    """Another slice did this step."""

    def __init__(self) -> None:
        super().__init__("Another slice was first.")


class NotProvedYet(NotFound):
    """No audit of the site has finished."""

    def __init__(self, progress: "Progress | None") -> None:
        when = f"The first begins within {EVERY_MINUTES} minutes."
        if progress is not None:
            done = f"{progress.segments_done} of {progress.segments} parts are done"
            when = f"The first that covers it began at {progress.started:%Y-%m-%dT%H:%M:%SZ}; {done}."
        super().__init__(f"No data found: no audit of this site has finished yet. {when}")


@value
class Progress:
    """How far the audit under way has come; ``members`` are those of one site."""

    started: datetime
    segments: int
    segments_done: int
    members: int


@value
class Slice:
    """What one slice did."""

    steps: int
    members: int
    faults: int
    is_finished: bool
    """Whether nothing is left to do before tomorrow."""


def run_slice(now: datetime, seconds_left: Callable[[], float]) -> Slice:
    """Go on with the audit of the day, beginning it if it is not begun, until it is done or time runs short."""
    run = _opened(now)
    steps = members = faults = 0
    if run.finished is None:
        # Slices that overlap begin at different segments, so that they seldom meet.
        first = int(command_id(), 36) % run.segments
        for number in [*range(first, run.segments), *range(first)]:
            while seconds_left() > RESERVE_SECONDS:
                done, found = _step(run, number, seconds_left)
                steps += 1
                members += sum(each.members for each in found.values())
                faults += sum(each.faults for each in found.values())
                if done:
                    break
        segments = table.read_segments(run)
        if all(each.is_done for each in segments) and seconds_left() > 0:
            run = _finish(run, segments, clock.now())
    return Slice(steps, members, faults, run.finished is not None)


def last_proof(site: str) -> tuple[Proof, Progress | None]:
    """The last finished proof of a site, and how far the audit under way has come, if one is. No scan.

    Raises ``NotProvedYet``.
    """
    proof, progress = table.read_proof(site), _progress(site)
    if proof is None:
        raise NotProvedYet(progress)
    return proof, progress


def _progress(site: str) -> Progress | None:
    run = table.read_run()
    if run is None or run.finished is not None:
        return None
    done = sum(each.is_done for each in table.read_segments(run))
    shares = table.read_shares(site, run, range(run.segments))
    return Progress(run.started, run.segments, done, sum(each.members for each in shares))


def _opened(now: datetime) -> Run:
    """The run to work on: the one under way, or a new one once the last is of another day."""
    last = table.read_run()
    if last is not None and (last.finished is None or _day(last.started) == _day(now)):
        return last
    fresh = Run(command_id(), SEGMENTS, now, version=last.version if last else 0)
    try:
        _commit(table.run_write(fresh, _Overtaken()), witness=lambda: _is_run(fresh.id))
    except _Overtaken:
        return table.read_run() or fresh
    return replace(fresh, version=fresh.version + 1)


def _day(instant: datetime) -> int:
    return instant.astimezone(UTC).toordinal()


def _step(run: Run, number: int, seconds_left: Callable[[], float]) -> tuple[bool, dict[str, Sums]]:
    """One step of a segment; whether the segment needs no further one of this slice, and what the step added."""
    segment = table.read_segment(run, number)
    if segment.is_done:
        return True, {}
    after, found = _walked(run, segment, seconds_left)
    moved = replace(
        segment,
        after=after,
        is_done=after is None,
        sites=tuple(sorted({*segment.sites, *found})),
        command=command_id(),
    )
    writes = [table.segment_write(moved, _Overtaken())]
    for site, added in found.items():
        (share,) = table.read_shares(site, run, [number])
        share.add(added)
        writes.append(table.share_write(site, run, number, share))
    try:
        _commit(*writes, witness=lambda: table.read_segment(run, number).command == moved.command)
    except _Overtaken:
        # Whoever was first is at work here: what was found is theirs to say.
        return True, {}
    for added in found.values():
        _tell(added.findings)
    return moved.is_done, found


def _walked(
    run: Run, segment: Segment, seconds_left: Callable[[], float]
) -> tuple[tuple[str, str] | None, dict[str, Sums]]:
    """Walk on for a few seconds; where the segment goes on, and what was found."""
    started, after, limit = clock.monotonic_seconds(), segment.after, auditing.ITEMS_READ_MAX
    found: dict[str, Sums] = {}
    settled = auditing.settled_by(run.started)
    while True:
        walked = auditing.walk(segment.number, of=run.segments, after=after, settled=settled, limit=limit)
        if len({*found, *walked.sums}) > STEP_SITES_MAX:
            if found:
                return after, found
            # Every item is of one site at most, so a smaller page will do.
            limit = STEP_SITES_MAX
            continue
        for site, each in walked.sums.items():
            found.setdefault(site, Sums()).add(each)
        after = walked.following
        is_long = clock.monotonic_seconds() - started >= STEP_SECONDS
        if after is None or is_long or seconds_left() <= RESERVE_SECONDS:
            return after, found


def _finish(run: Run, segments: Sequence[Segment], now: datetime) -> Run:
    """Write the proof of each site that was met, and end the run. May be repeated and run twice."""
    for site in sorted({site for segment in segments for site in segment.sites}):
        _prove(site, run, segments, now)
    ended = replace(run, finished=now)
    try:
        _commit(table.run_write(ended, _Overtaken()), witness=lambda: _is_finished(run.id))
    except _Overtaken:
        return ended
    return ended


def _prove(site: str, run: Run, segments: Sequence[Segment], now: datetime) -> None:
    before = table.read_proof(site)
    if before is not None and before.run == run.id:
        return
    met = [segment.number for segment in segments if site in segment.sites]
    total = Sums()
    for share in table.read_shares(site, run, met):
        total.add(share)
    found = adding.site_findings(site, total)
    total.report(found)
    proof = Proof(run.id, run.started, now, total, before.version if before else 0)
    try:
        _commit(table.proof_write(site, proof, _Overtaken()), witness=lambda: _is_proved(site, run.id))
    except _Overtaken:
        return
    _tell(found)


def _commit(*writes: Write, witness: Callable[[], bool]) -> None:
    commit(lambda: None, lambda _: Plan(writes, None, witness))


def _is_run(run: str) -> bool:
    found = table.read_run()
    return found is not None and found.id == run


def _is_finished(run: str) -> bool:
    found = table.read_run()
    return found is not None and found.id == run and found.finished is not None


def _is_proved(site: str, run: str) -> bool:
    found = table.read_proof(site)
    return found is not None and found.run == run


def _tell(findings: Sequence[Finding]) -> None:
    """One line for each finding: a member's number and an entry's, and nothing that a client wrote."""
    for each in findings:
        said = {"op": "audit.finding", "site": each.site, "mid": each.mid, "entry": each.entry}
        _log.error(json.dumps({**said, "kind": each.kind, "what": each.what}, separators=(",", ":")))
