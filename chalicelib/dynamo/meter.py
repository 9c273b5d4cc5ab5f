"""What an operation costs: calls to DynamoDB and capacity units, counted by us because no emulator does.

Every item read or written is sized by AWS's rules; a write counts per started KiB of the larger of the
old and the new item, twice in a transaction; a read per started 4 KiB, half when eventually consistent;
a condition check counts as a write. Index writes are counted apart. The old size of an item is known
when the operation has read it, which ours do before they write.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from math import ceil
from typing import Any, Final

from chalicelib import clock

WRITE_UNIT_BYTES: Final = 1024
READ_UNIT_BYTES: Final = 4096
_INDEX_KEYS: Final = (("due_pk", "due_sk"), ("find_pk", "find_sk"))
_Item = Mapping[str, Any]


@dataclass
class Meter:
    """Counts of one operation so far."""

    calls: int = 0
    read_units: float = 0
    write_units: int = 0
    index_units: int = 0
    seconds: float = 0
    """How long the operation took, once it is over."""
    operations: list[str] = field(default_factory=list)
    _seen: dict[tuple[str, str], _Item] = field(default_factory=dict)

    def read(self, items: list[_Item], *, asked: int, consistent: bool) -> None:
        """Count items read; a key that finds nothing costs the smallest read."""
        factor = 1 if consistent else 0.5
        for item in items:
            self.read_units += factor * ceil(size_of(item) / READ_UNIT_BYTES)
            if "pk" in item and "sk" in item:
                self._seen[item["pk"]["S"], item["sk"]["S"]] = item
        self.read_units += factor * max(0, asked - len(items))

    def known(self, address: tuple[str, str], otherwise: _Item) -> _Item:
        """The item as this operation last saw it."""
        return self._seen.get(address, otherwise)

    def wrote(self, key: _Item, new: _Item | None, *, transactional: bool) -> None:
        """Count one item put, updated, deleted (``new`` None) or condition-checked."""
        address = key["pk"]["S"], key["sk"]["S"]
        old = self._seen.get(address, {})
        size = max(size_of(old), size_of(new or {}), 1)
        self.write_units += ceil(size / WRITE_UNIT_BYTES) * (2 if transactional else 1)
        for index_key in _INDEX_KEYS:
            before, after = (tuple(item.get(name, {}).get("S") for name in index_key) for item in (old, new or {}))
            if before != after:
                self.index_units += (before[0] is not None) + (after[0] is not None)
        if new is not None:
            self._seen[address] = new


_current: ContextVar[Meter | None] = ContextVar("meter", default=None)


@contextmanager
def metered() -> Iterator[Meter]:
    """Count everything that this context does until the block ends."""
    counting = Meter()
    token = _current.set(counting)
    started = clock.monotonic_seconds()
    try:
        yield counting
    finally:
        counting.seconds = clock.monotonic_seconds() - started
        _current.reset(token)


def attach(client: Any) -> None:
    """Make a botocore DynamoDB client report to the meter of whoever uses it."""
    client.meta.events.register("after-call.dynamodb.*", _after_call)
    client.meta.events.register("provide-client-params.dynamodb.*", _before_call)


def size_of(item: _Item) -> int:
    """Bytes of an item by AWS's rules: names and values in UTF-8, numbers by digits."""
    return sum(len(name.encode()) + _value_size(value) for name, value in item.items())


def _value_size(value: _Item) -> int:
    ((kind, content),) = value.items()
    if kind == "S":
        return len(content.encode())
    if kind == "N":
        return len(content.lstrip("-").replace(".", "").strip("0")) // 2 + 2
    if kind == "B":
        return len(content)
    if kind == "M":
        return 3 + sum(len(name.encode()) + _value_size(inner) + 1 for name, inner in content.items())
    if kind == "L":
        return 3 + sum(_value_size(inner) + 1 for inner in content)
    return 1


_params: ContextVar[Mapping[str, Any]] = ContextVar("params")


def _before_call(params: Mapping[str, Any], **_: Any) -> None:
    _params.set(params)


def _after_call(model: Any, parsed: Mapping[str, Any], **_: Any) -> None:
    counting = _current.get()
    if counting is None:
        return
    counting.calls += 1
    counting.operations.append(model.name)
    if parsed.get("ResponseMetadata", {}).get("HTTPStatusCode", 200) < 300:
        count = _COUNT.get(model.name)
        if count is not None:
            count(counting, _params.get(), parsed)


def _count_get(counting: Meter, params: Mapping[str, Any], parsed: Mapping[str, Any]) -> None:
    items = [parsed["Item"]] if parsed.get("Item") else []
    counting.read(items, asked=1, consistent=bool(params.get("ConsistentRead")))


def _count_batch_get(counting: Meter, params: Mapping[str, Any], parsed: Mapping[str, Any]) -> None:
    for table, request in params["RequestItems"].items():
        items = parsed.get("Responses", {}).get(table, [])
        counting.read(items, asked=len(request["Keys"]), consistent=bool(request.get("ConsistentRead")))


def _count_query(counting: Meter, params: Mapping[str, Any], parsed: Mapping[str, Any]) -> None:
    # A query pays for the sum of its items, not for each one rounded up.
    factor = 1 if params.get("ConsistentRead") else 0.5
    items = parsed.get("Items", [])
    counting.read_units += factor * max(1, ceil(sum(map(size_of, items)) / READ_UNIT_BYTES))
    before = counting.read_units
    counting.read(items, asked=0, consistent=True)
    counting.read_units = before


def _count_transaction(counting: Meter, params: Mapping[str, Any], _parsed: Mapping[str, Any]) -> None:
    for action in params["TransactItems"]:
        ((kind, body),) = action.items()
        _count_action(counting, kind, body, transactional=True)


def _count_action(counting: Meter, kind: str, body: Mapping[str, Any], *, transactional: bool) -> None:
    if kind == "Put":
        counting.wrote(body["Item"], body["Item"], transactional=transactional)
        return
    known = counting.known((body["Key"]["pk"]["S"], body["Key"]["sk"]["S"]), body["Key"])
    values = {f"v{place}": value for place, value in enumerate(body.get("ExpressionAttributeValues", {}).values())}
    new = None if kind == "Delete" else {**known, **(values if kind == "Update" else {})}
    counting.wrote(body["Key"], new, transactional=transactional)


def _count_single(kind: str) -> Any:
    def count(counting: Meter, params: Mapping[str, Any], _parsed: Mapping[str, Any]) -> None:
        _count_action(counting, kind, params, transactional=False)

    return count


_COUNT: Final[dict[str, Any]] = {
    "GetItem": _count_get,
    "BatchGetItem": _count_batch_get,
    "Query": _count_query,
    "TransactWriteItems": _count_transaction,
    "PutItem": _count_single("Put"),
    "UpdateItem": _count_single("Update"),
    "DeleteItem": _count_single("Delete"),
}
