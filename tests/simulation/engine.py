"""A small exact DynamoDB in memory: one table with its sparse indexes and its stream, one call at a time.

``test_engine.py`` holds it to DynamoDB Local. Items are never changed in place, so that whoever was handed one may
keep it. Indexes follow the table as far as ``settle_indexes`` lets them; nothing else is ever late.
"""

import json
from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from zlib import crc32

from tests.simulation import expressions
from tests.simulation.expressions import BadExpression, is_true
from tests.simulation.history import Change, Raw

ACTIONS_MAX = 100
BATCH_MAX = 100
ITEM_BYTES_MAX = 400 * 1024
PAGE_BYTES_MAX = 1024 * 1024
KEY_BYTES_MAX = {"pk": 2048, "sk": 1024}
_INDEXES = {"due": ("due_pk", "due_sk"), "find": ("find_pk", "find_sk")}
_FROM_START = ""
_TO_END = "\U0010ffff"

Key = tuple[str, str]


class Refused(Exception):
    """The engine answers with an error, and did nothing."""

    def __init__(self, code: str, message: str, reasons: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.code = code
        self.reasons = tuple(reasons)


class Engine:
    """The table. ``on_commit`` is told of every write that took effect, before its answer is given."""

    def __init__(self, on_commit: Callable[[tuple[Change, ...]], None] = lambda _changes: None) -> None:
        self._on_commit = on_commit
        self._partitions: dict[str, dict[str, Raw]] = {}
        self._order: dict[str, list[str]] = {}
        self._indexes: dict[str, dict[str, list[tuple[str, str, str]]]] = {name: {} for name in _INDEXES}
        self._late: list[tuple[int, str, str, tuple[str, str, str], bool]] = []
        self.time: Callable[[], int] = lambda: 0
        """Virtual time in microseconds, by which changes grow old."""
        self._tokens: dict[str, str] = {}
        self._operations: dict[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
            "GetItem": self._get,
            "BatchGetItem": self._get_batch,
            "Query": self._query,
            "Scan": self._scan,
            "PutItem": lambda p: self._single("Put", p),
            "UpdateItem": lambda p: self._single("Update", p),
            "DeleteItem": lambda p: self._single("Delete", p),
            "TransactWriteItems": self._transact,
        }

    def call(self, operation: str, params: Mapping[str, Any]) -> dict[str, Any]:
        """Answer an operation as botocore would hand the answer on. Raises ``Refused``."""
        try:
            return self._operations[operation](params)
        except BadExpression as fault:
            raise Refused("ValidationException", str(fault)) from fault

    def find(self, pk: str, sk: str) -> Raw | None:
        """One item."""
        return self._partitions.get(pk, {}).get(sk)

    def items(self) -> dict[Key, Raw]:
        """The whole table."""
        return {(pk, sk): item for pk, partition in self._partitions.items() for sk, item in partition.items()}

    def settle_indexes(self, *, late: int = 0, younger_than: int = 0) -> None:
        """Let the indexes follow the table, save for the last changes that are younger than so many microseconds."""
        old = bisect_right(self._late, self.time() - younger_than, key=lambda each: each[0])
        ready = max(old, len(self._late) - late)
        for _, name, hash_key, entry, is_there in self._late[:ready]:
            entries = self._indexes[name].setdefault(hash_key, [])
            if is_there:
                insort(entries, entry)
            else:
                entries.remove(entry)
        del self._late[:ready]

    def _get(self, params: Mapping[str, Any]) -> dict[str, Any]:
        item = self.find(*_key(params["Key"]))
        if item is None:
            return {}
        wanted = params.get("ProjectionExpression")
        return {"Item": expressions.projected(wanted, item, params.get("ExpressionAttributeNames", {}))}

    def _get_batch(self, params: Mapping[str, Any]) -> dict[str, Any]:
        ((table, asked),) = params["RequestItems"].items()
        places = [_key(key) for key in asked["Keys"]]
        if len(places) > BATCH_MAX:
            raise Refused("ValidationException", "Too many items requested for the BatchGetItem call")
        if len(set(places)) < len(places):
            raise Refused("ValidationException", "Provided list of item keys contains duplicates")
        found = [dict(item) for place in places if (item := self.find(*place)) is not None]
        return {"Responses": {table: found}, "UnprocessedKeys": {}}

    def _query(self, params: Mapping[str, Any]) -> dict[str, Any]:
        names, values = params.get("ExpressionAttributeNames", {}), params.get("ExpressionAttributeValues", {})
        ranges = expressions.key_range(params["KeyConditionExpression"], names, values)
        index = params.get("IndexName")
        hash_name, range_name = _INDEXES[index] if index else ("pk", "sk")
        if index and params.get("ConsistentRead"):
            raise Refused("ValidationException", "Consistent reads are not supported on global secondary indexes")
        operator, (hash_key,) = ranges.pop(hash_name, ("", [""]))
        if operator != "=" or set(ranges) - {range_name}:
            raise Refused("ValidationException", "Query condition missed key schema element")
        wanted = ranges.get(range_name)
        if index:
            entries = self._indexes[index].get(hash_key, [])
            found = [_index_item(index, hash_key, entry) for entry in entries if _within(wanted, entry[0])]
        else:
            partition, order = self._partitions.get(hash_key, {}), self._order.get(hash_key, [])
            low, high = _bounds(wanted)
            found = [partition[sk] for sk in order[bisect_left(order, low) : bisect_right(order, high)]]
            found = [item for item in found if _within(wanted, item["sk"]["S"])]
        if not params.get("ScanIndexForward", True):
            found.reverse()
        return _page(found, params, (*dict.fromkeys((hash_name, range_name, "pk", "sk")),))

    def _scan(self, params: Mapping[str, Any]) -> dict[str, Any]:
        total, segment = params.get("TotalSegments", 1), params.get("Segment", 0)
        if params.get("IndexName"):
            raise Refused("ValidationException", "nobody scans an index")
        pks = sorted((pk for pk in self._order if _hash(pk) % total == segment), key=lambda pk: (_hash(pk), pk))
        found = [self._partitions[pk][sk] for pk in pks for sk in self._order[pk]]
        return _page(found, params, ("pk", "sk"))

    def _single(self, kind: str, params: Mapping[str, Any]) -> dict[str, Any]:
        change, holds = self._planned(kind, params)
        if not holds:
            raise Refused("ConditionalCheckFailedException", "The conditional request failed")
        self._apply([change])
        wanted = params.get("ReturnValues", "NONE")
        returned = {"ALL_OLD": change.before, "ALL_NEW": change.after}.get(wanted)
        return {} if returned is None else {"Attributes": dict(returned)}

    def _transact(self, params: Mapping[str, Any]) -> dict[str, Any]:
        actions = params["TransactItems"]
        if not 0 < len(actions) <= ACTIONS_MAX:
            raise Refused("ValidationException", "Member must have length less than or equal to 100")
        token, body = params.get("ClientRequestToken"), ""
        if token is not None:
            body = json.dumps(actions, sort_keys=True, default=repr)
            known = self._tokens.get(token)
            if known is not None and known != body:
                raise Refused("IdempotentParameterMismatchException", "Another request had this token")
            if known is not None:
                return {}
        planned = [self._planned(kind, action) for each in actions for kind, action in each.items()]
        if len({(change.pk, change.sk) for change, _ in planned}) < len(planned):
            raise Refused("ValidationException", "Transaction request cannot include multiple operations on one item")
        if not all(holds for _, holds in planned):
            raise cancelled(["None" if holds else "ConditionalCheckFailed" for _, holds in planned])
        self._apply([change for change, _ in planned])
        if token is not None:
            self._tokens[token] = body
        return {}

    def _planned(self, kind: str, action: Mapping[str, Any]) -> tuple[Change, bool]:
        """What an action would do, and whether its condition holds."""
        pk, sk = _key(action["Item"] if kind == "Put" else action["Key"])
        names, values = action.get("ExpressionAttributeNames", {}), action.get("ExpressionAttributeValues", {})
        before = self.find(pk, sk)
        if not is_true(action.get("ConditionExpression"), before, names, values):
            return Change(pk, sk, before, before), False
        after = before
        if kind == "Put":
            after = _stored(action["Item"])
        elif kind == "Delete":
            after = None
        elif kind == "Update":
            start = before or {"pk": {"S": pk}, "sk": {"S": sk}}
            after = _stored(expressions.updated(action.get("UpdateExpression"), start, names, values))
        elif kind != "ConditionCheck":
            raise Refused("ValidationException", f"{kind} is no action")
        return Change(pk, sk, before, after), True

    def _apply(self, changes: Sequence[Change]) -> None:
        real = tuple(change for change in changes if change.before != change.after)
        for change in real:
            self._put(change)
            for name, (hash_name, range_name) in _INDEXES.items():
                was = _index_place(change.before, hash_name, range_name)
                now = _index_place(change.after, hash_name, range_name)
                if was == now:
                    continue
                for place, is_there in ((was, False), (now, True)):
                    if place is not None:
                        self._late.append((self.time(), name, place[0], (place[1], change.pk, change.sk), is_there))
        if real:
            self._on_commit(real)

    def _put(self, change: Change) -> None:
        if change.after is not None:
            if change.before is None:
                insort(self._order.setdefault(change.pk, []), change.sk)
            self._partitions.setdefault(change.pk, {})[change.sk] = change.after
            return
        del self._partitions[change.pk][change.sk]
        self._order[change.pk].remove(change.sk)
        if not self._order[change.pk]:
            del self._order[change.pk], self._partitions[change.pk]


def cancelled(reasons: Sequence[str]) -> Refused:
    """The refusal of a transaction, with a reason for each action."""
    message = f"Transaction cancelled, please refer cancellation reasons for specific reasons [{', '.join(reasons)}]"
    return Refused("TransactionCanceledException", message, reasons)


def size_of(item: Mapping[str, Mapping[str, Any]]) -> int:
    """Bytes of an item by AWS's rules, numbers a little too large."""
    return sum(len(name.encode()) + _content_size(value) for name, value in item.items())


def _content_size(value: Mapping[str, Any]) -> int:
    ((kind, content),) = value.items()
    if kind in {"S", "N"}:
        return len(content.encode())
    if kind == "B":
        return len(content)
    if kind == "M":
        return 3 + size_of(content) + len(content)
    if kind == "L":
        return 3 + sum(1 + _content_size(each) for each in content)
    return 1


def _key(given: Mapping[str, Any]) -> Key:
    pk, sk = given.get("pk", {}).get("S"), given.get("sk", {}).get("S")
    if not pk or not sk:
        raise Refused("ValidationException", "One or more parameter values are not valid: an empty or missing key")
    if len(pk) * 4 > KEY_BYTES_MAX["sk"] or len(sk) * 4 > KEY_BYTES_MAX["sk"]:
        for name, text in (("pk", pk), ("sk", sk)):
            if len(text.encode()) > KEY_BYTES_MAX[name]:
                raise Refused("ValidationException", f"Size of {name} has exceeded the maximum")
    return pk, sk


def _stored(item: Mapping[str, Any]) -> Raw:
    """The item as it will be given back; a copy, so that the caller's may change."""
    kept = {
        name: {"N": expressions.plain_number(value["N"])} if "N" in value else value for name, value in item.items()
    }
    if size_of(kept) > ITEM_BYTES_MAX:
        raise Refused("ValidationException", "Item size has exceeded the maximum allowed size")
    for names in _INDEXES.values():
        if any("S" not in kept[name] or not kept[name]["S"] for name in names if name in kept):
            raise Refused("ValidationException", "One or more parameter values were invalid: key of an index")
    return kept


def _index_place(item: Raw | None, hash_name: str, range_name: str) -> Key | None:
    if item is None or hash_name not in item or range_name not in item:
        return None
    return item[hash_name]["S"], item[range_name]["S"]


def _index_item(index: str, hash_key: str, entry: tuple[str, str, str]) -> Raw:
    hash_name, range_name = _INDEXES[index]
    range_key, pk, sk = entry
    return {hash_name: {"S": hash_key}, range_name: {"S": range_key}, "pk": {"S": pk}, "sk": {"S": sk}}


def _bounds(wanted: tuple[str, list[str]] | None) -> Key:
    if wanted is None:
        return _FROM_START, _TO_END
    operator, operands = wanted
    if operator == "BETWEEN":
        return operands[0], operands[1]
    if operator == "begins_with":
        return operands[0], operands[0] + _TO_END
    return (operands[0] if operator in {"=", ">", ">="} else _FROM_START), (
        operands[0] if operator in {"=", "<", "<="} else _TO_END
    )


def _within(wanted: tuple[str, list[str]] | None, text: str) -> bool:
    if wanted is None:
        return True
    operator, operands = wanted
    if operator == "begins_with":
        return text.startswith(operands[0])
    if operator == "BETWEEN":
        return operands[0] <= text <= operands[1]
    if operator == "=":
        return text == operands[0]
    low, high = (text, operands[0]) if operator in {"<", "<="} else (operands[0], text)
    return low < high or (low == high and operator.endswith("="))


def _page(found: list[Raw], params: Mapping[str, Any], key_names: tuple[str, ...]) -> dict[str, Any]:
    """A page of what was found, after the start key and up to the limit or a megabyte."""
    names, values = params.get("ExpressionAttributeNames", {}), params.get("ExpressionAttributeValues", {})
    start = params.get("ExclusiveStartKey")
    if start:
        places = [(item["pk"], item["sk"]) for item in found]
        at = (start["pk"], start["sk"])
        found = found[places.index(at) + 1 :] if at in places else _after(found, start, params, key_names)
    limit = params.get("Limit") or len(found) + 1
    taken = _first_bytes(found[:limit])
    kept = [item for item in taken if is_true(params.get("FilterExpression"), item, names, values)]
    page: dict[str, Any] = {"Count": len(kept), "ScannedCount": len(taken)}
    if params.get("Select") != "COUNT":
        wanted = params.get("ProjectionExpression")
        page["Items"] = [expressions.projected(wanted, item, names) for item in kept]
    if taken and (len(taken) < len(found) or len(taken) == limit):
        page["LastEvaluatedKey"] = {name: taken[-1][name] for name in key_names}
    return page


def _after(
    found: list[Raw], start: Mapping[str, Any], params: Mapping[str, Any], key_names: tuple[str, ...]
) -> list[Raw]:
    """What follows a start key whose item is gone."""
    if "KeyConditionExpression" not in params:

        def order(item: Mapping[str, Any]) -> Any:
            return _hash(item["pk"]["S"]), item["pk"]["S"], item["sk"]["S"]
    else:

        def order(item: Mapping[str, Any]) -> Any:
            return [item[name]["S"] for name in key_names[1:]]

    is_forward = params.get("ScanIndexForward", True)
    return [item for item in found if (order(item) > order(start)) == is_forward]


def _first_bytes(found: list[Raw]) -> list[Raw]:
    if len(found) < PAGE_BYTES_MAX // ITEM_BYTES_MAX:
        return found
    size = 0
    for place, item in enumerate(found):
        size += size_of(item)
        if size > PAGE_BYTES_MAX:
            return found[: place + 1]
    return found


def _hash(pk: str) -> int:
    return crc32(pk.encode())
