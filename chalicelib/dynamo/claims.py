"""Claims: whatever must be unique in a site, or is addressed without its member, has one.

A claim is written in the transaction that creates the thing; an index could neither enforce uniqueness
nor be read right after the write. Reads are consistent and may be cached for seconds.
"""

from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock
from typing import Final

from pynamodb.attributes import UnicodeAttribute

from chalicelib import clock
from chalicelib.dynamo import items, keys, rehearsal
from chalicelib.dynamo.commit import ABSENT, Write
from chalicelib.dynamo.items import Address, Item
from chalicelib.errors import Refusal
from chalicelib.ids import digest

CACHE_SECONDS: Final = 5
CACHED_MAX: Final = 10_000
VALUE_BYTES_MAX: Final = 1_500
"""Longer values are claimed by their digest: a partition key holds 2,048 bytes (AWS limit)."""
SORT_KEY: Final = "CLAIM"


class ClaimItem(Item):
    """An outward id, the member it leads to, and its spelling as given."""

    mid = UnicodeAttribute()
    given = UnicodeAttribute(null=True)
    cmd = UnicodeAttribute(null=True)
    homes = UnicodeAttribute(null=True)
    """Numbers of accounts that were merged into the member's, whose history stands with them; comma-separated."""


_cache: OrderedDict[str, tuple[float, ClaimItem]] = OrderedDict()
_lock = Lock()


def find(site: str, kind: str, value: str, *, fresh: bool = False) -> ClaimItem | None:
    """Who holds the claim, from a cache of five seconds unless ``fresh``. Absence is never cached."""
    pk = _pk(site, kind, value)
    if not fresh and not _is_rehearsed(pk):
        with _lock:
            known = _cache.get(pk)
        if known is not None and known[0] > clock.monotonic_seconds():
            return known[1]
    found = items.get(ClaimItem, pk, SORT_KEY)
    if rehearsal.current() is not None:
        # What was only rehearsed is nobody else's claim.
        return found
    with _lock:
        _cache.pop(pk, None)
        if found is not None:
            _cache[pk] = (clock.monotonic_seconds() + CACHE_SECONDS, found)
            if len(_cache) > CACHED_MAX:
                _cache.popitem(last=False)
    return found


def find_many(site: str, kind: str, values: Sequence[str]) -> list[ClaimItem | None]:
    """Who holds each of up to 100 claims, in the order asked; one consistent call, nothing from the cache."""
    places: list[Address] = [(ClaimItem, _pk(site, kind, value), SORT_KEY) for value in values]
    unique = list(dict.fromkeys(places))
    found = dict(zip(unique, items.get_many(unique), strict=True)) if unique else {}
    return [found[place] for place in places]


def put(site: str, kind: str, value: str, mid: str, *, given: str, cmd: str, taken: Refusal) -> Write:
    """The write that takes the claim; ``taken`` is raised when somebody has it."""
    item = ClaimItem(_pk(site, kind, value), SORT_KEY, mid=mid, given=given, cmd=cmd)
    return Write(item, ABSENT, taken=taken)


def repoint(
    site: str, kind: str, value: str, was: str, mid: str, *, given: str, cmd: str, homes: Sequence[str]
) -> Write:
    """The write that lets the claim lead to another member, if it still leads to ``was``."""
    item = ClaimItem(_pk(site, kind, value), SORT_KEY, mid=mid, given=given, cmd=cmd, homes=",".join(homes))
    return Write(item, ClaimItem.mid == was)


def release(site: str, kind: str, value: str, mid: str) -> Write:
    """The write that gives the claim back, if it still leads to the member."""
    return Write(ClaimItem(_pk(site, kind, value), SORT_KEY), ClaimItem.mid == mid, delete=True)


def forget(site: str, kind: str, value: str) -> None:
    """Drop the claim from this process's cache."""
    with _lock:
        _cache.pop(_pk(site, kind, value), None)


def clear_cache() -> None:
    """Drop every cached claim of this process."""
    with _lock:
        _cache.clear()


def _is_rehearsed(pk: str) -> bool:
    """Whether a rehearsal knows better than the cache."""
    world = rehearsal.current()
    return world is not None and world.covers(pk, SORT_KEY)


def _pk(site: str, kind: str, value: str) -> str:
    if len(value.encode()) > VALUE_BYTES_MAX:
        value = f"sha256:{digest(value)}"
    return keys.claim(site, kind, value)
