"""Stores: create and change them singly and in bulk, list them, and tell their attributes wherever one is named."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from threading import Lock
from typing import Any, Final, Literal
from zlib import crc32

from chalicelib import clock
from chalicelib.catalog.stores import store as stores
from chalicelib.catalog.stores import table
from chalicelib.catalog.stores.store import ID, Store
from chalicelib.dynamo import idempotency, items, listing, rehearsal
from chalicelib.dynamo.commit import Plan, Write, commit
from chalicelib.errors import AlreadyExists, Malformed, NotFound
from chalicelib.ledger.service import Command
from chalicelib.values import value

CACHE_SECONDS: Final = 60
CACHED_MAX: Final = 5_000
PAGE: Final = 100
"""Stores of a page."""
Outcome = Literal["created", "changed", "unchanged", "refused"]
"""What came of one store of many; refused is what would have too many attributes with those that are there."""
_OUTCOMES: Final[dict[str, Outcome]] = {"c": "created", "C": "changed", "u": "unchanged", "r": "refused"}
_LETTERS: Final = {outcome: letter for letter, outcome in _OUTCOMES.items()}

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


def create(site: str, run: Command, store: Store) -> Store:
    """Put a new store there. Raises ``StoreExists`` and ``Malformed``; nothing is then written."""
    kept = stores.complete(store)
    new = replace(table.write(site, None, kept), taken=StoreExists())
    commit(lambda: None, lambda _: Plan((new, *_remembered(site, run, kept[ID])), None))
    _forget(site, [kept[ID]])
    return kept


def change(site: str, run: Command, store_id: str, given: Store) -> Store:
    """Change attributes of a store; an empty text removes one. Raises ``UnknownStore`` and ``Malformed``."""
    address = table.address(site, store_id)

    def decide(item: Any) -> Plan[Store]:
        before = table.load(item)
        if before is None:
            raise UnknownStore
        after = stores.changed(before, given)
        return Plan((table.write(site, item, after), *_remembered(site, run, store_id)), after)

    changed = commit(lambda: items.get(*address), decide)
    _forget(site, [store_id, changed[ID]])
    return changed


def upsert(site: str, run: Command, given: Sequence[Store]) -> list[Outcome]:
    """Create stores, and change those that are there, each id once: a hundred a transaction.

    Each rests on what was there when it was read, so that no change of somebody else is lost. The caller's key is used
    up at the end: a call that broke off is sent again and goes on. Raises ``Malformed`` for one that is not complete.
    """
    done: list[Outcome] = []
    for first in range(0, len(given), PAGE):
        done += _step(site, given[first : first + PAGE])
    _forget(site, [str(each[ID]) for each in given])
    if run.key is not None:
        writes = _remembered(site, run, "".join(_LETTERS[each] for each in done))
        commit(lambda: None, lambda _: Plan(writes, None))
    return done


def outcomes(ref: str) -> list[Outcome]:
    """What came of the stores of the call that a key's pointer stands for."""
    return [_OUTCOMES[letter] for letter in ref]


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


def _step(site: str, given: Sequence[Store]) -> list[Outcome]:
    places = [table.address(site, str(each[ID])) for each in given]

    def decide(found: list[Any]) -> Plan[list[Outcome]]:
        writes: list[Write] = []
        done: list[Outcome] = []
        for item, each in zip(found, given, strict=True):
            after, outcome = _upserted(table.load(item), each)
            if outcome in {"created", "changed"}:
                writes.append(table.write(site, item, after))
            done.append(outcome)
        return Plan(tuple(writes), done)

    return commit(lambda: items.get_many(places), decide)


def _upserted(before: Store | None, given: Store) -> tuple[Store, Outcome]:
    if before is None:
        return stores.complete(given), "created"
    try:
        after = stores.changed(before, given)
    except Malformed:
        return before, "refused"
    return after, "unchanged" if after == before else "changed"


def _remembered(site: str, run: Command, ref: str) -> tuple[Write, ...]:
    if run.key is None:
        return ()
    return (idempotency.remember(site, run.key, status=200, mid="", ref=ref),)


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
