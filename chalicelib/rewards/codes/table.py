"""Items of code pools.

A pool has eight shards, so that members who claim at once do not all change one item. A shard's codes lie in
blocks that are never changed; its item says which code is the next, and giving a code means moving that on.
"""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Final

from pynamodb.attributes import UnicodeAttribute
from pynamodb.expressions.condition import Condition

from chalicelib.dynamo import claims, items
from chalicelib.dynamo.claims import ClaimItem
from chalicelib.dynamo.commit import ABSENT, Write
from chalicelib.dynamo.items import Address, Item, Whole
from chalicelib.errors import AlreadyExists
from chalicelib.ledger.days import to_ms
from chalicelib.rewards.codes.pool import SHARDS, Alert, Cursor, Upload
from chalicelib.rewards.codes.sheet import Fault, Line
from chalicelib.rewards.table import partition

CLAIM: Final = "code"
"""Kind of the claim that makes a code unique in a site, for ever."""
UPLOADS_MAX: Final = 100
"""Uploads of a pool that are listed, the newest."""
ALERTS_MAX: Final = 500


class CursorItem(Item):
    """The next code of a shard: its block and its place there; how many blocks there are and codes left."""

    block = Whole()
    place = Whole()
    blocks = Whole()
    left = Whole()


class BlockItem(Item):
    """Codes of a shard, in order; never changed."""

    body = UnicodeAttribute()


class UploadItem(Item):
    """What came of an upload."""

    body = UnicodeAttribute()


class AlertItem(Item):
    """A pool that runs low."""

    at = Whole()
    left = Whole()
    low_at = Whole()


def cursor_address(site: str, pool: str, shard: int) -> Address:
    """Where the cursor of a shard stands; beside the levels of rewards, so that one query reads both."""
    return (CursorItem, partition(site), f"POOL#{pool}#{shard}")


def load_cursor(item: CursorItem | None) -> Cursor:
    """The cursor of its item; that of an empty shard where there is none."""
    return Cursor() if item is None else Cursor(item.block, item.place, item.blocks, item.left)


def read_cursors(site: str, pool: str) -> list[Cursor]:
    """The cursors of a pool, by shard, in one call."""
    return [load_cursor(item) for item in items.get_many([cursor_address(site, pool, n) for n in range(SHARDS)])]


def read_block(site: str, pool: str, shard: int, block: int) -> list[Line]:
    """The codes of a block, in order."""
    pk, sk = _block_key(site, pool, shard, block)
    item = items.get(BlockItem, pk, sk)
    return [] if item is None else [Line(number, code, last) for number, code, last in json.loads(item.body)]


def advance_write(site: str, pool: str, shard: int, before: Cursor, after: Cursor) -> Write:
    """The write that moves a shard's cursor on from where it was read: each code is passed once."""
    _, pk, sk = cursor_address(site, pool, shard)
    actions = (
        CursorItem.block.set(after.block),
        CursorItem.place.set(after.place),
        CursorItem.left.add(after.left - before.left),
    )
    stands = (CursorItem.block == before.block) & (CursorItem.place == before.place)
    return Write(CursorItem(pk, sk), stands, actions=actions)


def block_writes(site: str, pool: str, shard: int, before: Cursor, lines: Iterable[Line]) -> tuple[Write, Write]:
    """The writes that put a block of codes at the end of a shard."""
    codes = [[line.number, line.code, line.last_day] for line in lines]
    pk, sk = _block_key(site, pool, shard, before.blocks)
    block = BlockItem(pk, sk, body=json.dumps(codes, separators=(",", ":"), ensure_ascii=False))
    _, pk, sk = cursor_address(site, pool, shard)
    if not before.blocks:
        cursor = CursorItem(pk, sk, block=0, place=0, blocks=1, left=len(codes))
        return Write(block, ABSENT), Write(cursor, ABSENT)
    actions = (CursorItem.blocks.set(before.blocks + 1), CursorItem.left.add(len(codes)))
    return Write(block, ABSENT), Write(CursorItem(pk, sk), CursorItem.blocks == before.blocks, actions=actions)


def claim_write(site: str, pool: str, line: Line, upload: str) -> Write:
    """The write that makes a code this upload's, for ever; where another has it the decision is taken anew."""
    taken = AlreadyExists("The code is there already.")
    put = claims.put(site, CLAIM, line.folded, pool, given=line.code, cmd=upload, taken=taken)
    return replace(put, taken=None)


def claim_of(site: str, code: str) -> ClaimItem | None:
    """Where a code came from."""
    return claims.find(site, CLAIM, code, fresh=True)


def claim_addresses(site: str, pool: str, lines: Iterable[Line]) -> list[Address]:
    """Where the claims of codes stand."""
    written = [claim_write(site, pool, line, "").item for line in lines]
    return [(ClaimItem, item.pk, item.sk) for item in written]


def upload_write(site: str, pool: str, upload: Upload, condition: Condition | None = None) -> Write:
    """The write that keeps what came of an upload."""
    body = {
        "a": upload.accepted,
        "n": upload.refused,
        "f": [[fault.number, fault.text] for fault in upload.faults],
        "l": upload.left,
        "t": upload.at,
        "r": upload.recommended,
    }
    pk, sk = _upload_key(site, pool, upload.id)
    return Write(UploadItem(pk, sk, body=json.dumps(body, separators=(",", ":"), ensure_ascii=False)), condition)


def read_upload(site: str, pool: str, upload_id: str) -> Upload | None:
    """What came of an upload."""
    item = items.get(UploadItem, *_upload_key(site, pool, upload_id))
    return None if item is None else _upload(item)


def read_uploads(site: str, pool: str) -> list[Upload]:
    """The uploads of a pool, at most ``UPLOADS_MAX``."""
    pk, _ = _upload_key(site, pool, "")
    found = items.query(UploadItem, pk, UploadItem.sk.startswith("UP#"), limit=UPLOADS_MAX)
    return [_upload(item) for item in found]


def alert_address(site: str, pool: str) -> Address:
    """Where the alert of a pool stands."""
    return (AlertItem, partition(site), f"ALERT#{pool}")


def alert_write(site: str, pool: str, *, left: int, low_at: int, now: datetime) -> Write:
    """The write that raises the alert of a pool."""
    _, pk, sk = alert_address(site, pool)
    return Write(AlertItem(pk, sk, at=to_ms(now), left=left, low_at=low_at))


def alert_delete(site: str, pool: str) -> Write:
    """The write that takes the alert of a pool back."""
    _, pk, sk = alert_address(site, pool)
    return Write(AlertItem(pk, sk), delete=True)


def read_alerts(site: str) -> list[Alert]:
    """The pools of a site that run low."""
    found = items.query(AlertItem, partition(site), AlertItem.sk.startswith("ALERT#"), limit=ALERTS_MAX)
    return [Alert(item.sk.removeprefix("ALERT#"), item.at, item.left, item.low_at) for item in found]


def _upload(item: UploadItem) -> Upload:
    body = json.loads(item.body)
    faults = tuple(Fault(number, text) for number, text in body["f"])
    return Upload(item.sk.removeprefix("UP#"), body["t"], body["a"], body["n"], faults, body["l"], body["r"])


def _block_key(site: str, pool: str, shard: int, block: int) -> tuple[str, str]:
    return f"RB#{site}#{pool}", f"{shard}#{block:08d}"


def _upload_key(site: str, pool: str, upload_id: str) -> tuple[str, str]:
    return f"RB#{site}#{pool}", f"UP#{upload_id}"
