"""Stores: create and change them singly and in bulk, list them, and tell their attributes wherever one is named."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from threading import Lock
from typing import Any, Final
from zlib import crc32

from chalicelib import clock
from chalicelib.catalog.stores import table
from chalicelib.dynamo import idempotency, listing, rehearsal
from chalicelib.dynamo.commit import Plan, Write, commit
from chalicelib.errors import AlreadyExists, NotFound
from chalicelib.ledger.service import Command
from chalicelib.values import value

CACHE_SECONDS: Final = 60
CACHED_MAX: Final = 5_000
PAGE: Final = 100
"""Stores of a page."""
ID: Final = "storeId"
NAME: Final = "storeName"

_cache: OrderedDict[tuple[str, str], tuple[float, dict[str, Any] | None]] = OrderedDict()
_lock = Lock()


class UnknownStore(NotFound):
    """The site has no such store."""

    def __init__(self) -> None:
        super().__init__("No data found: there is no store with this id. Create it with POST /store first.")


class StoreExists(AlreadyExists):
    """The id is taken."""

    def __init__(self) -> None:
        super().__init__("Data already exists: there is a store with this id. Change it with PATCH /store/{storeId}.")


@value
class StorePage:
    """Stores in no order that means anything, and the id after which the next page begins."""

    stores: tuple[dict[str, Any], ...]
    following: str


def read(site: str, store_id: str) -> dict[str, Any]:
    """A store with its attributes. Raises ``UnknownStore``."""
    found = table.read(site, [store_id])[0]
    if found is None:
        raise UnknownStore
    return found


def details(site: str, store_ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """The stores of these ids that there are, known for up to a minute; one call for all that are not."""
    now = clock.monotonic_seconds()
    wanted = list(dict.fromkeys(each for each in store_ids if each))
    with _lock:
        known = {
            each: _cache[site, each][1] for each in wanted if (site, each) in _cache and _cache[site, each][0] > now
        }
    missing = [each for each in wanted if each not in known][: listing.SHARDS * PAGE]
    if missing:
        read_now = dict(zip(missing, table.read(site, missing[:PAGE]), strict=False))
        known |= read_now
        if rehearsal.current() is None:
            _remember(site, read_now, now)
    return {each: store for each, store in known.items() if store is not None}


def write(site: str, run: Command, stores: Sequence[Mapping[str, Any]], *, ref: str = "stores") -> None:
    """Put stores in place of what is there; a repetition writes the same again. 25 a call to DynamoDB."""
    table.put(site, stores)
    _forget(site, [str(each[ID]) for each in stores])
    if run.key is not None:
        remember = idempotency.remember(site, run.key, status=200, mid="", ref=ref)
        commit(lambda: None, lambda _: Plan((remember,), None))


def remove(site: str, store_ids: Sequence[str]) -> None:
    """Delete stores, a hundred at a time; what names them afterwards shows the id alone. Safe to repeat."""
    for begin in range(0, len(store_ids), PAGE):
        _delete(table.remove(site, store_ids[begin : begin + PAGE]))
    _forget(site, store_ids)


def known(site: str, store_ids: Sequence[str]) -> list[dict[str, Any] | None]:
    """The stores of these ids as they are stored now, in the order asked; at most a hundred."""
    return table.read(site, store_ids)


def page(site: str, *, after: str = "") -> StorePage:
    """The next stores of the site's list: at most a query for each of its parts, and one read."""
    found: list[str] = []
    shard = crc32(after.encode()) % listing.SHARDS if after else 0
    for part in range(shard, listing.SHARDS):
        left = PAGE - len(found)
        if left <= 0:
            break
        found += table.names(site, part, after=after if part == shard else "", limit=left)
    stores = [each for each in table.read(site, found) if each is not None]
    return StorePage(tuple(stores), found[-1] if len(found) >= PAGE else "")


def clear_cache() -> None:
    """Forget every store that this process knows (tests, a laptop whose data were exchanged)."""
    with _lock:
        _cache.clear()


def _remember(site: str, found: Mapping[str, dict[str, Any] | None], now: float) -> None:
    with _lock:
        for store_id, store in found.items():
            _cache[site, store_id] = (now + CACHE_SECONDS, store)
            _cache.move_to_end((site, store_id))
        while len(_cache) > CACHED_MAX:
            _cache.popitem(last=False)


def _forget(site: str, store_ids: Sequence[str]) -> None:
    with _lock:
        for each in store_ids:
            _cache.pop((site, each), None)


def _delete(writes: Sequence[Write]) -> None:
    commit(lambda: None, lambda _: Plan(tuple(writes), None))
