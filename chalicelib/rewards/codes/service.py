"""Uploading codes, giving them away, and knowing how many are left."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from zlib import crc32

from chalicelib.dynamo import idempotency, items
from chalicelib.dynamo.claims import ClaimItem
from chalicelib.dynamo.commit import Plan, Write, commit
from chalicelib.dynamo.items import Address
from chalicelib.ids import digest, folded
from chalicelib.ledger import days
from chalicelib.ledger.service import Command
from chalicelib.programme.definitions.reward import Reward
from chalicelib.programme.in_force import InForce
from chalicelib.rewards.codes import table
from chalicelib.rewards.codes.pool import FAULTS_KEPT_MAX, SHARDS, Alert, Cursor, Upload
from chalicelib.rewards.codes.sheet import Fault, Line, Sheet, slices
from chalicelib.values import value

CODES_PER_COMMIT: Final = 88
"""With the blocks and cursors of four shards they make 96 actions (100 a transaction, AWS limit)."""
SHARDS_PER_COMMIT: Final = 4
BLOCKS_LOOKED_MAX: Final = 20
"""Blocks that one claim looks through for a code that has not expired."""


PLACES: Final = SHARDS + 1
"""Items that a claim reads of a pool."""


@value
class Drawn:
    """A code that is given: its last day as uploaded, the writes that make it so, and codes left in the pool.

    ``is_low`` says that the pool runs low and nobody was told before.
    """

    code: str
    last_day: int | None
    writes: tuple[Write, ...]
    left: int
    is_low: bool


def places(site: str, pool: str) -> list[Address]:
    """What a claim reads of a pool beside the account: the cursors and the alert."""
    return [*(table.cursor_address(site, pool, shard) for shard in range(SHARDS)), table.alert_address(site, pool)]


def left_in(found: Sequence[Any]) -> int:
    """Codes left by what was read of ``places``; some may have expired meanwhile."""
    return sum(table.load_cursor(item).left for item in found[:SHARDS])


def draw(
    site: str, pool: str, found: Sequence[Any], *, turn: str, attempt: int, today: int, low_at: int, now: datetime
) -> Drawn | None:
    """The next code of a shard that ``turn`` chooses, another one with every ``attempt``; ``None`` when none is left.

    ``found`` is what was read of ``places``. One further call, more only where codes have expired.
    """
    cursors = [table.load_cursor(item) for item in found[:SHARDS]]
    looked = 0
    for step in range(SHARDS):
        shard = (crc32(turn.encode()) + attempt + step) % SHARDS
        seen = cursors[shard]
        while seen.left > 0 and looked < BLOCKS_LOOKED_MAX:
            looked += 1
            seen, line = _next_live(table.read_block(site, pool, shard, seen.block), seen, today)
            if line is not None:
                left = sum(each.left for each in cursors) - (cursors[shard].left - seen.left)
                is_low = left <= low_at and found[SHARDS] is None
                writes = [table.advance_write(site, pool, shard, cursors[shard], seen)]
                writes += [table.alert_write(site, pool, left=left, low_at=low_at, now=now)] if is_low else []
                return Drawn(line.code, line.last_day, tuple(writes), left, is_low)
    return None


def upload(site: str, run: Command, force: InForce, reward: Reward, sheet: Sheet) -> Upload:
    """Put the codes of a sheet into the reward's pool, slice by slice; a code that the site has already is refused.

    Sent again with the same key after a crash it goes on where it stopped, and codes that it had put in count as
    accepted. Two calls to DynamoDB for 88 codes.
    """
    pool = reward.pool or reward.reward_id
    upload_id = run.id if run.key is None else str(int(digest("upload", run.key.digest)[:15], 16))
    generic = {folded(each.codes.code) for each in force.programme.rewards if each.codes.code is not None}
    faults = [*sheet.faults]
    faults += [Fault(line.number, "a generic code of a reward") for line in sheet.lines if line.folded in generic]
    accepted = 0
    parts = slices((line for line in sheet.lines if line.folded not in generic), CODES_PER_COMMIT)
    for number, lines in enumerate(parts):
        refused = _put(site, pool, upload_id, lines, first=number * SHARDS_PER_COMMIT)
        faults += refused
        accepted += len(lines) - len(refused)
    faults.sort(key=lambda fault: fault.number)
    left = remaining(site, pool)
    kept = Upload(
        upload_id,
        days.to_ms(run.now),
        accepted,
        len(faults),
        tuple(faults[:FAULTS_KEPT_MAX]),
        left,
        reward.codes.recommended_stock,
    )
    _finish(site, run, pool, kept, is_enough=left > reward.codes.low_stock_at)
    return kept


def uploaded(site: str, pool: str, upload_id: str) -> Upload | None:
    """What came of an upload."""
    return table.read_upload(site, pool, upload_id)


def uploads(site: str, pool: str) -> list[Upload]:
    """The uploads of a pool, newest first."""
    return sorted(table.read_uploads(site, pool), key=lambda each: each.at, reverse=True)


def remaining(site: str, pool: str) -> int:
    """Codes left in a pool, exactly; some may have expired meanwhile. One call."""
    return sum(cursor.left for cursor in table.read_cursors(site, pool))


def alerts(site: str) -> list[Alert]:
    """The pools that run low, the newest alert first."""
    return sorted(table.read_alerts(site), key=lambda each: each.at, reverse=True)


def pool_of(site: str, code: str) -> str | None:
    """The pool that a code was uploaded to, or where else it came from; ``None`` for one that the site has not."""
    found = table.claim_of(site, folded(code))
    return None if found is None else found.mid


def claim_write(site: str, source: str, code: str, ref: str) -> Write:
    """The write that makes a code from elsewhere unique in the site; where another has it the decision is anew."""
    return table.claim_write(site, source, Line(0, code), ref)


def _next_live(lines: list[Line], seen: Cursor, today: int) -> tuple[Cursor, Line | None]:
    """The cursor after the next code of its block that has not expired, and the code, if the block has one left."""
    for passed, line in enumerate(lines[seen.place :], 1):
        if line.last_day is None or line.last_day >= today:
            place = seen.place + passed
            after = replace(seen, place=place, left=seen.left - passed)
            return (after if place < len(lines) else _in_next_block(after), line)
    return _in_next_block(replace(seen, left=seen.left - len(lines[seen.place :]))), None


def _in_next_block(seen: Cursor) -> Cursor:
    return replace(seen, block=seen.block + 1, place=0)


def _put(site: str, pool: str, upload_id: str, lines: tuple[Line, ...], *, first: int) -> list[Fault]:
    """Put a slice of codes into the pool in one transaction; the lines whose codes another upload has."""
    shards = [(first + step) % SHARDS for step in range(min(SHARDS_PER_COMMIT, len(lines)))]
    addresses = table.claim_addresses(site, pool, lines)
    addresses += [table.cursor_address(site, pool, shard) for shard in shards]

    def decide(found: list[Any]) -> Plan[list[Fault]]:
        claims: list[ClaimItem | None] = found[: len(lines)]
        cursors = [table.load_cursor(item) for item in found[len(lines) :]]
        taken = list(zip(lines, claims, strict=True))
        fresh = [line for line, claim in taken if claim is None]
        faults = [
            Fault(line.number, f"already there, in {claim.mid}")
            for line, claim in taken
            if claim is not None and claim.cmd != upload_id
        ]
        writes = [table.claim_write(site, pool, line, upload_id) for line in fresh]
        for place, (shard, cursor) in enumerate(zip(shards, cursors, strict=True)):
            part = fresh[place :: len(shards)]
            if part:
                writes += table.block_writes(site, pool, shard, cursor, part)
        return Plan(tuple(writes), faults)

    return commit(lambda: items.get_many(addresses), decide)


def _finish(site: str, run: Command, pool: str, kept: Upload, *, is_enough: bool) -> None:
    """Keep what came of an upload, use the caller's key up, and take the alert back where there are enough again."""
    writes = [table.upload_write(site, pool, kept)]
    if is_enough:
        writes.append(table.alert_delete(site, pool))
    if run.key is not None:
        writes.append(idempotency.remember(site, run.key, status=200, mid="", ref=kept.id))
    commit(lambda: None, lambda _: Plan(tuple(writes), None))
