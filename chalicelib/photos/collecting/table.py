"""The connection of a site to a network: sealed credentials, how far each hashtag was read, and when to look again."""

from datetime import datetime
from typing import Any, Final

from pynamodb.attributes import UnicodeAttribute

from chalicelib.dynamo import due, items, keys
from chalicelib.dynamo.commit import ABSENT, Write
from chalicelib.dynamo.items import Item, Whole

DUE: Final = "hashtag"
_NETWORK: Final = "NETWORK#"
NETWORKS_MAX: Final = 10


class NetworkItem(Item):
    """See the module. ``cursors`` is JSON: hashtag → page that is not read yet, and the newest post that is known."""

    sealed = UnicodeAttribute()
    account = UnicodeAttribute()
    cursors = UnicodeAttribute()
    state = UnicodeAttribute()
    ver = Whole()
    ran = Whole(null=True)
    found = Whole()
    due_pk = UnicodeAttribute(null=True)
    due_sk = UnicodeAttribute(null=True)


def read(site: str, network: str) -> NetworkItem | None:
    """The connection, or ``None``."""
    return items.get(NetworkItem, keys.of_site(site), _NETWORK + network)


def read_all(site: str) -> list[NetworkItem]:
    """All connections of a site; one query."""
    return list(items.query(NetworkItem, keys.of_site(site), NetworkItem.sk.startswith(_NETWORK), limit=NETWORKS_MAX))


def write(site: str, network: str, before: NetworkItem | None, *, due_at: datetime | None, **values: Any) -> Write:
    """The write that keeps a connection, if it is as it was read."""
    pk, sk = keys.of_site(site), _NETWORK + network
    due_pk, due_sk = (None, None) if due_at is None else due.keys_at(DUE, pk, due_at)
    version = 1 if before is None else before.ver + 1
    item = NetworkItem(pk, sk, ver=version, due_pk=due_pk, due_sk=due_sk, **values)
    return Write(item, ABSENT if before is None else NetworkItem.ver == before.ver)


def removal(site: str, before: NetworkItem) -> Write:
    """The write that ends a connection."""
    return Write(NetworkItem(keys.of_site(site), before.sk), NetworkItem.ver == before.ver, delete=True)


def network_of(item: NetworkItem) -> str:
    """Which network a connection is to."""
    return str(item.sk).removeprefix(_NETWORK)
