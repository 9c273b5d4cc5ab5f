"""The due index: whatever must happen later, found without reading what is not due.

An item with ``due_pk = kind#day#shard`` and ``due_sk = instant#pk`` is found by the sweep of its
day. The index is a hint only: whoever acts on it decides on a consistent read. A run takes each kind
and shard from its stored watermark, which moves past empty days only, so a missed day is made good.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final
from zlib import crc32

from pynamodb.attributes import UnicodeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection

from chalicelib import settings
from chalicelib.dynamo import items, schema
from chalicelib.dynamo.items import Item, Whole
from chalicelib.values import value

KINDS: Final = ("account", "hold", "erasure", "coupon", "campaign", "merge", "receipt", "photo", "hashtag")
"""Everything that can be due: an account (expiry, end of a tier), a hold, an unfinished erasure, a code that the
merchant's coupon API still owes, a reward that a campaign owes, what follows a merge, a receipt or a photo that nobody
finished taking, a hashtag to look for.
"""
SAFE_DAYS: Final = 1
"""The watermark stays a day behind, so that a commit that crosses midnight is not overtaken."""
PAGE: Final = 1_000
_INSTANT: Final = "%Y-%m-%dT%H:%M:%S.%fZ"


class DueIndex(GlobalSecondaryIndex["DueKeys"]):  # type: ignore[no-untyped-call]  # PynamoDB's own hook has no types.
    """Sparse: only items with something due are in it."""

    class Meta:
        index_name = schema.DUE_INDEX
        projection = KeysOnlyProjection()

    due_pk = UnicodeAttribute(hash_key=True)
    due_sk = UnicodeAttribute(range_key=True)


class DueKeys(Item):
    """Keys of an item that has something due."""

    due_pk = UnicodeAttribute(null=True)
    due_sk = UnicodeAttribute(null=True)
    due = DueIndex()


class WatermarkItem(Item):
    """The first day that a kind and shard must still be swept from."""

    day = Whole()


@value
class Found:
    """Something that is due: where its item stands."""

    kind: str
    pk: str
    sk: str


def keys_at(kind: str, pk: str, at: datetime) -> tuple[str, str]:
    """``due_pk`` and ``due_sk`` of the item in partition ``pk`` that is due at the instant (UTC)."""
    shard = crc32(pk.encode()) % settings.DUE_SHARDS
    return _due_pk(kind, at.toordinal(), shard), f"{at.strftime(_INSTANT)}#{pk}"


def sweep(kind: str, shard: int, now: datetime) -> Iterator[Found]:
    """Everything of the kind and shard that is due by ``now``, oldest first; then moves the watermark."""
    today = now.toordinal()
    mark = items.get(WatermarkItem, *_watermark_key(kind, shard))
    first = today - SAFE_DAYS if mark is None else min(mark.day, today)
    empty_through = first - 1
    bound = f"{(now + timedelta(microseconds=1)).strftime(_INSTANT)}#"
    for day in range(first, today + 1):
        seen = False
        for key in DueKeys.due.query(_due_pk(kind, day, shard), DueKeys.due_sk < bound, page_size=PAGE):
            seen = True
            yield Found(kind, key.pk, key.sk)
        if not seen and empty_through == day - 1:
            empty_through = day
    behind = min(empty_through + 1, today - SAFE_DAYS)
    if mark is None or behind != mark.day:
        _store_watermark(kind, shard, behind)


def rewind(day: date) -> None:
    """Sweep from this day again. Told when a clock was set back, so that nothing behind it is missed."""
    for kind in KINDS:
        for shard in range(settings.DUE_SHARDS):
            mark = items.get(WatermarkItem, *_watermark_key(kind, shard))
            if mark is None or mark.day > day.toordinal() - SAFE_DAYS:
                _store_watermark(kind, shard, day.toordinal() - SAFE_DAYS)


def _store_watermark(kind: str, shard: int, day: int) -> None:
    items.connection()
    WatermarkItem(*_watermark_key(kind, shard), day=day).save()


def _watermark_key(kind: str, shard: int) -> tuple[str, str]:
    return f"W#due#{kind}#{shard}", "WATERMARK"


def _due_pk(kind: str, day: int, shard: int) -> str:
    return f"{kind}#{date.fromordinal(day).isoformat()}#{shard}"
