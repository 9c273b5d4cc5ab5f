"""The items of a backtest that takes longer than a request: what is tried, and how far each part of the members is.

None of them stands in a member's partition, and all of them go after a week.
"""

import json
import zlib
from datetime import datetime, timedelta
from typing import Final

from pynamodb.attributes import BinaryAttribute, BooleanAttribute, TTLAttribute, UnicodeAttribute

from chalicelib.backtesting import places, sums
from chalicelib.backtesting.sums import Sums
from chalicelib.dynamo import items
from chalicelib.dynamo.commit import ABSENT, Plan, Write, commit
from chalicelib.dynamo.items import Item, Whole
from chalicelib.errors import Malformed
from chalicelib.values import value

KEPT: Final = timedelta(days=7)
DRAFT_BYTES_MAX: Final = 300_000
"""A draft, packed: an item holds 400 KB (AWS limit)."""
DRAFT_TEXT_MAX: Final = 8_000_000
"""A draft unpacked; a bound on what a damaged item may make of itself."""
RUN: Final = "RUN"


class DraftTooLarge(Malformed):
    """The draft does not fit into what a long backtest keeps of it."""

    def __init__(self) -> None:
        super().__init__("programme: too large for a backtest that takes longer than a request; shorten its texts.")


class RunItem(Item):
    """What is tried, written once."""

    draft = BinaryAttribute(legacy_encoding=False)
    version = Whole()
    since = UnicodeAttribute()
    start = Whole()
    end = Whole()
    ttl = TTLAttribute()


class PartItem(Item):
    """How far one part of the members is: up to which of them, and what they come to."""

    ver = Whole()
    after = UnicodeAttribute()
    done = BooleanAttribute()
    body = UnicodeAttribute()
    ttl = TTLAttribute()


@value(kw_only=True)
class Run:
    """What is tried: the draft as text and its version, the versions that the site had, the period in milliseconds."""

    id: str
    draft: str
    version: int
    since: tuple[tuple[int, int], ...]
    start: int
    end: int


@value(kw_only=True)
class Part:
    """One part of a site's members: those up to ``after`` are in the sums."""

    shard: int
    after: str = ""
    is_done: bool = False
    sums: Sums = Sums()
    version: int = 0


def store(site: str, run: Run, parts: list[Part], now: datetime) -> None:
    """Write a run with its parts; nothing, when it stands there already. Raises ``DraftTooLarge``."""
    packed = zlib.compress(run.draft.encode(), level=9)
    if len(packed) > DRAFT_BYTES_MAX:
        raise DraftTooLarge
    item = RunItem(places.of_run(site, run.id), RUN, draft=packed, version=run.version, ttl=now + KEPT)
    item.since, item.start, item.end = json.dumps(run.since, separators=(",", ":")), run.start, run.end
    writes = (Write(item, ABSENT), *(_part_write(site, run.id, part, now) for part in parts))
    commit(lambda: read(site, run.id), lambda found: Plan(() if found else writes, None))


def read(site: str, run: str) -> Run | None:
    """What is tried by a run; ``None`` when there is none by that id, or none any more."""
    item = items.get(RunItem, places.of_run(site, run), RUN)
    if item is None:
        return None
    unpacking = zlib.decompressobj()
    text = unpacking.decompress(item.draft, DRAFT_TEXT_MAX)
    since = tuple((version, at) for version, at in json.loads(item.since))
    return Run(id=run, draft=text.decode(), version=item.version, since=since, start=item.start, end=item.end)


def read_parts(site: str, run: str, count: int) -> list[Part]:
    """All parts of a run."""
    found = items.query(PartItem, places.of_run(site, run), PartItem.sk.startswith(places.PART), limit=count)
    return [_part(item) for item in found]


def read_part(site: str, run: str, shard: int) -> Part | None:
    """One part of a run."""
    item = items.get(PartItem, *places.part(site, run, shard))
    return None if item is None else _part(item)


def advance(site: str, run: str, before: Part, after: Part, now: datetime) -> bool:
    """Put a part forward, unless somebody else did so meanwhile: then nothing is written, and it says False."""

    def decide(found: Part | None) -> Plan[bool]:
        if found is None or found.version != before.version:
            return Plan((), result=False)
        return Plan((_part_write(site, run, after, now),), result=True, witness=is_ours)

    def is_ours() -> bool:
        found = read_part(site, run, before.shard)
        return found is not None and (found.version, found.after) == (after.version + 1, after.after)

    return commit(lambda: read_part(site, run, before.shard), decide)


def _part_write(site: str, run: str, part: Part, now: datetime) -> Write:
    item = PartItem(*places.part(site, run, part.shard), ver=part.version + 1, after=part.after, done=part.is_done)
    item.body, item.ttl = sums.dump(part.sums), now + KEPT
    return Write(item, PartItem.ver == part.version if part.version else ABSENT)


def _part(item: PartItem) -> Part:
    shard = int(item.sk.removeprefix(places.PART))
    return Part(shard=shard, after=item.after, is_done=item.done, sums=sums.load(item.body), version=item.ver)
