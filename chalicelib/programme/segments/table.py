"""Lists of members by name: an item in the partition of each member, listed by the find index."""

from collections.abc import Iterator
from typing import Any, Final

from pynamodb.attributes import UnicodeAttribute

from chalicelib.dynamo import items, keys, listing
from chalicelib.dynamo.commit import Write
from chalicelib.dynamo.items import Address, Item, Whole

_PREFIX: Final = "L#"
LISTS_AT_ONCE: Final = 50
"""Lists of one member that a transaction works on: two writes each, and it takes a hundred."""


class ListedItem(Item):
    """A member is on a segment's list of a revision; lists of earlier revisions count no more."""

    rev = Whole()
    find_pk = UnicodeAttribute(null=True)
    find_sk = UnicodeAttribute(null=True)


def address(site: str, mid: str, segment: str) -> Address:
    """Where it stands that a member is on a list."""
    return (ListedItem, keys.member(site, mid), _PREFIX + segment)


def is_listed(item: Any, revision: int) -> bool:
    """Whether the item lists its member in this revision."""
    return isinstance(item, ListedItem) and item.rev == revision


def segment_of(item: Any) -> str:
    """The segment whose list an item is part of."""
    return str(item.sk).removeprefix(_PREFIX)


def put(site: str, mid: str, segment: str, revision: int, *, over: Any = None) -> Write:
    """The write that puts a member on a list; repeating it changes nothing. ``over``: only in place of that item."""
    _, pk, sk = address(site, mid, segment)
    item = ListedItem(pk, sk, rev=revision)
    item.find_pk, item.find_sk = listing.keys_of(_kind(segment, revision), site, mid)
    return Write(item) if over is None else Write(item, ListedItem.rev == over.rev)


def delete(site: str, mid: str, segment: str) -> Write:
    """The write that takes a member off a list."""
    _, pk, sk = address(site, mid, segment)
    return Write(ListedItem(pk, sk), delete=True)


def check(site: str, mid: str, segment: str, item: Any) -> Write:
    """The condition that a member still is, or still is not, on a list."""
    _, pk, sk = address(site, mid, segment)
    condition = ListedItem.pk.does_not_exist() if item is None else ListedItem.rev == item.rev
    return Write(ListedItem(pk, sk), condition, check=True)


def listed(site: str, segment: str, revision: int, shard: int, *, after: str, limit: int) -> Iterator[str]:
    """Numbers of members on a list, in one part of it, from the one that follows ``after``. One query."""
    return listing.names(_kind(segment, revision), site, shard, after=after, limit=limit)


def of_member(site: str, mid: str) -> list[ListedItem]:
    """At most fifty lists that name a member, of whichever revision."""
    found = items.query(ListedItem, keys.member(site, mid), ListedItem.sk.startswith(_PREFIX), limit=LISTS_AT_ONCE)
    return list(found)


def removals(site: str, mid: str) -> list[Write]:
    """The writes that take a member off at most fifty lists."""
    return [Write(ListedItem(item.pk, item.sk), delete=True) for item in of_member(site, mid)]


def _kind(segment: str, revision: int) -> str:
    return f"L{segment}.{revision}"
