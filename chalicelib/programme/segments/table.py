"""Lists of members by name: an item in the partition of each member, listed by the find index."""

from collections.abc import Iterator
from typing import Any, Final

from pynamodb.attributes import UnicodeAttribute

from chalicelib.dynamo import items, keys, listing
from chalicelib.dynamo.commit import Write
from chalicelib.dynamo.items import Address, Item, Whole

_PREFIX: Final = "L#"
FORGOTTEN_MAX: Final = 100


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


def put(site: str, mid: str, segment: str, revision: int) -> Write:
    """The write that puts a member on a list; repeating it changes nothing."""
    _, pk, sk = address(site, mid, segment)
    item = ListedItem(pk, sk, rev=revision)
    item.find_pk, item.find_sk = listing.keys_of(_kind(segment, revision), site, mid)
    return Write(item)


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


def removals(site: str, mid: str) -> list[Write]:
    """The writes that take a member off at most a hundred lists."""
    pk = keys.member(site, mid)
    found = items.query(ListedItem, pk, ListedItem.sk.startswith(_PREFIX), limit=FORGOTTEN_MAX)
    return [Write(ListedItem(pk, item.sk), delete=True) for item in found]


def _kind(segment: str, revision: int) -> str:
    return f"L{segment}.{revision}"
