"""Items of stores: a partition each, listed by the find index."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from pynamodb.attributes import UnicodeAttribute

from chalicelib.dynamo import items, keys, listing
from chalicelib.dynamo.commit import ABSENT, Write
from chalicelib.dynamo.items import Address, Item
from chalicelib.ids import composed

SORT_KEY: Final = "STORE"
LISTED: Final = "STORE"
"""Kind of the list of stores."""


class StoreItem(Item):
    """A store of a site: its id and whatever attributes it has."""

    body = UnicodeAttribute()
    find_pk = UnicodeAttribute(null=True)
    find_sk = UnicodeAttribute(null=True)


def address(site: str, store_id: str) -> Address:
    """Where a store stands."""
    return (StoreItem, f"{keys.of_site(site)}#store#{composed(store_id)}", SORT_KEY)


def read(site: str, store_ids: Sequence[str]) -> list[dict[str, Any] | None]:
    """Stores by their ids, in the order asked, as they were written. One consistent call for up to a hundred."""
    places = [address(site, each) for each in store_ids]
    unique = list(dict.fromkeys(places))
    found = dict(zip(unique, items.get_many(unique), strict=True)) if unique else {}
    return [None if found[place] is None else json.loads(found[place].body) for place in places]


def put(site: str, written: Sequence[Mapping[str, Any]]) -> None:
    """Write stores over whatever is there, 25 a call."""
    items.put_many([_item(site, each) for each in written])


def remove(site: str, store_ids: Sequence[str]) -> list[Write]:
    """The writes that delete stores of these ids."""
    return [Write(Item(*address(site, each)[1:]), delete=True) for each in store_ids]


def write(site: str, before: StoreItem | None, store: Mapping[str, Any]) -> Write:
    """The write of a store in place of the item that was read, ``None`` where there was none."""
    return Write(_item(site, store), ABSENT if before is None else StoreItem.body == before.body)


def load(item: StoreItem | None) -> dict[str, Any] | None:
    """The store of its item."""
    if item is None:
        return None
    store: dict[str, Any] = json.loads(item.body)
    return store


def names(site: str, shard: int, *, after: str, limit: int) -> list[str]:
    """Ids of stores in one part of the site's list, from the one that follows ``after``. One query."""
    return list(listing.names(LISTED, site, shard, after=after, limit=limit))


def _item(site: str, store: Mapping[str, Any]) -> StoreItem:
    _, pk, sk = address(site, str(store["storeId"]))
    item = StoreItem(pk, sk, body=json.dumps(dict(store), separators=(",", ":"), ensure_ascii=False))
    item.find_pk, item.find_sk = listing.keys_of(LISTED, site, str(store["storeId"]))
    return item
