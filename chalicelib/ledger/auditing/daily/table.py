"""The items of the daily audit: which run there is, how far each segment has come, each site's share, the proofs."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from pynamodb.attributes import UnicodeAttribute

from chalicelib.dynamo import items, keys
from chalicelib.dynamo.commit import ABSENT, Write
from chalicelib.dynamo.items import Item, Whole
from chalicelib.errors import Refusal
from chalicelib.ledger import days
from chalicelib.ledger.auditing import sums
from chalicelib.ledger.auditing.sums import Sums
from chalicelib.ledger.auditing.table import Place
from chalicelib.values import value

PARTITION: Final = "W#audit"
"""Runs and segments are of the whole table; what is found of a site stands with the site."""
_RUN: Final = "RUN"
_PROOF: Final = "PROOF"
SEGMENTS_MAX: Final = 100
"""Segments of a run: their items and a site's shares are read in one call each."""


class RunItem(Item):
    """The newest run. Times in milliseconds."""

    ver = Whole()
    run = UnicodeAttribute()
    segments = Whole()
    started = Whole()
    finished = Whole(null=True)


class SegmentItem(Item):
    """How far a segment of the table has come in a run; ``cmd`` is the command that wrote it last."""

    ver = Whole()
    run = UnicodeAttribute()
    after = UnicodeAttribute(null=True)
    done = Whole()
    sites = UnicodeAttribute()
    cmd = UnicodeAttribute()


class ShareItem(Item):
    """What a segment has of a site so far."""

    run = UnicodeAttribute()
    body = UnicodeAttribute()


class ProofItem(Item):
    """The last finished proof of a site."""

    ver = Whole()
    run = UnicodeAttribute()
    started = Whole()
    finished = Whole()
    body = UnicodeAttribute()


@value
class Run:
    """One audit of the whole table; ``version`` is that of its item."""

    id: str
    segments: int
    started: datetime
    finished: datetime | None = None
    version: int = 0


@value
class Segment:
    """A segment in a run: where it goes on, whether it is done, and which sites it has met."""

    number: int
    run: str
    after: Place | None = None
    is_done: bool = False
    sites: tuple[str, ...] = ()
    version: int = 0
    command: str = ""


@value
class Proof:
    """What an audit found out about a site."""

    run: str
    started: datetime
    finished: datetime
    sums: Sums
    version: int = 0


def read_run() -> Run | None:
    """The newest run, ``None`` before the first."""
    item = items.get(RunItem, PARTITION, _RUN)
    if item is None:
        return None
    finished = days.from_ms(item.finished) if item.finished else None
    return Run(item.run, item.segments, days.from_ms(item.started), finished, item.ver)


def run_write(run: Run, taken: Refusal) -> Write:
    """The write of a run in place of the version that was read; ``taken`` is raised when another was first."""
    item = RunItem(PARTITION, _RUN, ver=run.version + 1, run=run.id, segments=run.segments)
    item.started = days.to_ms(run.started)
    item.finished = None if run.finished is None else days.to_ms(run.finished)
    return Write(item, RunItem.ver == run.version if run.version else ABSENT, taken=taken)


def read_segments(run: Run) -> list[Segment]:
    """All segments as they stand in the run, in one call."""
    numbers = range(run.segments)
    found = items.get_many([(SegmentItem, PARTITION, _segment_key(number)) for number in numbers])
    return [_segment(run, number, item) for number, item in zip(numbers, found, strict=True)]


def read_segment(run: Run, number: int) -> Segment:
    """One segment as it stands in the run."""
    return _segment(run, number, items.get(SegmentItem, PARTITION, _segment_key(number)))


def segment_write(segment: Segment, taken: Refusal) -> Write:
    """The write of a segment in place of the version that was read; ``taken`` is raised when another was first."""
    item = SegmentItem(
        PARTITION,
        _segment_key(segment.number),
        ver=segment.version + 1,
        run=segment.run,
        after=None if segment.after is None else json.dumps(segment.after),
        done=int(segment.is_done),
        sites=json.dumps(segment.sites),
        cmd=segment.command,
    )
    return Write(item, SegmentItem.ver == segment.version if segment.version else ABSENT, taken=taken)


def read_shares(site: str, run: Run, numbers: Sequence[int]) -> list[Sums]:
    """What these segments have of a site in the run, nothing where they have not met it."""
    found = items.get_many([(ShareItem, keys.of_site(site), _share_key(number)) for number in numbers])
    return [_share(site, run, item) for item in found]


def share_write(site: str, run: Run, number: int, share: Sums) -> Write:
    """The write of a segment's share of a site. It goes with the segment's own write, whose condition guards it."""
    body = json.dumps(sums.dump(share), separators=(",", ":"))
    return Write(ShareItem(keys.of_site(site), _share_key(number), run=run.id, body=body))


def read_proof(site: str) -> Proof | None:
    """The last finished proof of a site."""
    item = items.get(ProofItem, keys.of_site(site), _PROOF)
    if item is None:
        return None
    found = sums.load(site, json.loads(item.body))
    return Proof(item.run, days.from_ms(item.started), days.from_ms(item.finished), found, item.ver)


def proof_write(site: str, proof: Proof, taken: Refusal) -> Write:
    """The write of a proof in place of the version that was read; ``taken`` is raised when another was first."""
    item = ProofItem(
        keys.of_site(site),
        _PROOF,
        ver=proof.version + 1,
        run=proof.run,
        started=days.to_ms(proof.started),
        finished=days.to_ms(proof.finished),
        body=json.dumps(sums.dump(proof.sums), separators=(",", ":")),
    )
    return Write(item, ProofItem.ver == proof.version if proof.version else ABSENT, taken=taken)


def _segment_key(number: int) -> str:
    return f"SEGMENT#{number:03d}"


def _segment(run: Run, number: int, item: SegmentItem | None) -> Segment:
    """The segment of its item; one of another run begins anew at that version."""
    if item is None:
        return Segment(number, run.id)
    if item.run != run.id:
        return Segment(number, run.id, version=item.ver)
    after: Place | None = tuple(json.loads(item.after)) if item.after else None
    return Segment(number, run.id, after, bool(item.done), tuple(json.loads(item.sites)), item.ver, item.cmd)


def _share_key(number: int) -> str:
    return f"AUDIT#{number:03d}"


def _share(site: str, run: Run, item: ShareItem | None) -> Sums:
    return Sums() if item is None or item.run != run.id else sums.load(site, json.loads(item.body))
