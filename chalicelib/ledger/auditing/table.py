"""What the auditor reads, as it is stored: no item is taken for what it claims to be. It writes nothing."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from pynamodb.attributes import Attribute
from pynamodb.constants import STRING
from pynamodb.expressions.condition import Condition

from chalicelib.dynamo import items, keys
from chalicelib.dynamo.items import Item
from chalicelib.values import value

PARTITION_MAX: Final = 100_000_000
"""Items of a partition that are read; no bound of ours, a query wants one."""
CHUNK: Final = 100
"""Items that one call reads by their addresses (AWS limit)."""
_FIRST_ENTRY: Final = keys.entry(1)
_SITE: Final = "SITE"
_ATTRIBUTES: Final = ("pk", "sk", "mid", "ref", "code", "given")
_SORT_KEYS: Final = (keys.ACCOUNT, _FIRST_ENTRY, "KEY", "CLAIM", _SITE)
"""What a walk stops at: accounts, the first entries that want one, idempotency keys, claims, and sites."""


class _Text(Attribute[str]):
    """An attribute as text, whatever its type is; the auditor judges it."""

    attr_type = STRING

    def get_value(self, value: dict[str, Any]) -> str:
        """The only value there is."""
        return str(next(iter(value.values())))


class StoredItem(Item):
    """Any item that the auditor looks at."""

    ver = _Text(null=True)
    body = _Text(null=True)
    core = _Text(null=True)
    note = _Text(null=True)
    sts = _Text(null=True)
    amt = _Text(null=True)
    due_pk = _Text(null=True)
    due_sk = _Text(null=True)
    mid = _Text(null=True)
    ref = _Text(null=True)
    code = _Text(null=True)
    given = _Text(null=True)


Stored = Mapping[str, str]
"""Attributes of an item by name, with its keys."""
Place = tuple[str, str]
"""Partition and sort key."""


@value
class Page:
    """Items that a walk found, and where it goes on; ``following`` is ``None`` at the end of the segment."""

    items: Sequence[Stored]
    following: Place | None


def partition(site: str, mid: str) -> Iterator[Stored]:
    """Everything of one member in key order, page by page, read consistently."""
    for item in items.query(StoredItem, keys.member(site, mid), limit=PARTITION_MAX):
        yield item.attribute_values


def account_version(site: str, mid: str) -> int:
    """The number of a member's last entry as the account has it now, 0 when there is no account."""
    found = items.get(StoredItem, keys.member(site, mid), keys.ACCOUNT)
    return 0 if found is None else int(found.ver or 0)


def read(places: Sequence[Place]) -> list[Stored | None]:
    """Items by their addresses, read consistently, ``None`` where there is none."""
    found: list[Stored | None] = []
    for start in range(0, len(places), CHUNK):
        chunk = list(dict.fromkeys(places[start : start + CHUNK]))
        known = dict(zip(chunk, items.get_many([(StoredItem, *place) for place in chunk]), strict=True))
        found += [_values(known[place]) for place in places[start : start + CHUNK]]
    return found


def scan(segment: int, *, of: int, after: Place | None, limit: int) -> Page:
    """The next items of a segment of the whole table, of every site. Never for a request: it reads all there is.

    ``limit`` bounds what is read, not what is found.
    """
    start: Any = None if after is None else {"pk": {"S": after[0]}, "sk": {"S": after[1]}}
    reply = items.connection().scan(
        filter_condition=_is_wanted(),
        attributes_to_get=list(_ATTRIBUTES),
        limit=limit,
        segment=segment,
        total_segments=of,
        exclusive_start_key=start,
        consistent_read=True,
    )
    last = reply.get("LastEvaluatedKey")
    found = [StoredItem.from_raw_data(item).attribute_values for item in reply.get("Items", [])]
    return Page(found, None if not last else (last["pk"]["S"], last["sk"]["S"]))


def _is_wanted() -> Condition:
    first, *others = _SORT_KEYS
    return StoredItem.sk.is_in(first, *others)


def _values(item: Any) -> Stored | None:
    return None if item is None else item.attribute_values
