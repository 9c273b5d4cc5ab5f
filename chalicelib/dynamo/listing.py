"""The find index: lists of a site that are read page by page, such as its members, without a scan.

An item with ``find_pk = kind#site#shard`` and ``find_sk`` is listed under its kind. The index follows the table
within a moment, so a list may miss what was written a second ago; nothing is decided by it.
"""

from collections.abc import Iterator
from typing import Final
from zlib import crc32

from pynamodb.attributes import UnicodeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection

from chalicelib.dynamo import items, schema
from chalicelib.dynamo.items import Item

SHARDS: Final = 8
"""Parts of each list, by hash of the sort key, so that several workers can go through it at once. Never changed:
an item stays where it was listed first.
"""


class FindIndex(GlobalSecondaryIndex["FindKeys"]):  # type: ignore[no-untyped-call]  # PynamoDB's own hook has no types.
    """Sparse: only items that belong to a list are in it."""

    class Meta:
        index_name = schema.FIND_INDEX
        projection = KeysOnlyProjection()

    find_pk = UnicodeAttribute(hash_key=True)
    find_sk = UnicodeAttribute(range_key=True)


class FindKeys(Item):
    """Keys of an item that stands in a list."""

    find_pk = UnicodeAttribute(null=True)
    find_sk = UnicodeAttribute(null=True)
    find = FindIndex()


def keys_of(kind: str, site: str, name: str) -> tuple[str, str]:
    """``find_pk`` and ``find_sk`` of the item listed under that name."""
    return _part(kind, site, crc32(name.encode()) % SHARDS), name


def names(kind: str, site: str, shard: int, *, after: str, limit: int) -> Iterator[str]:
    """At most ``limit`` names of one part of a list, in order, from the one that follows ``after`` (empty: the first).

    One query, eventually consistent.
    """
    items.connection()
    beyond = FindKeys.find_sk > after if after else None
    found = FindKeys.find.query(_part(kind, site, shard), beyond, limit=limit, page_size=limit)
    yield from (str(each.find_sk) for each in found)


def between(kind: str, site: str, shard: int, first: str, last: str, *, after: str, limit: int) -> list[str]:
    """At most ``limit`` names of one part of a list from ``first`` to ``last``, in order, those beyond ``after``.

    One query, eventually consistent.
    """
    items.connection()
    # A key is never empty (AWS limit), and no name begins with less than a space.
    begin = max(first, after, " ")
    bounds = FindKeys.find_sk.between(begin, last)
    # Both ends of a range belong to it, so one more is read than is wanted.
    found = FindKeys.find.query(_part(kind, site, shard), bounds, limit=limit + 1, page_size=limit + 1)
    return [name for each in found if (name := str(each.find_sk)) != after][:limit]


def part_of(name: str) -> int:
    """The part of a list in which a name stands."""
    return crc32(name.encode()) % SHARDS


def _part(kind: str, site: str, shard: int) -> str:
    return f"{kind}#{site}#{shard}"
