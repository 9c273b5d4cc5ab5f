"""Between the product and AWS: clients that look like botocore's, on which the seed's faults are played.

One call makes up to three attempts, as botocore's standard retries do, each of which has a fate of its own.
"""

import random
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError

from chalicelib.dynamo.items import READ_TIMEOUT_SECONDS, RETRIES_MAX
from tests.simulation.engine import Engine, Refused, cancelled
from tests.simulation.faults import Fate, Weather
from tests.simulation.processes import ProcessDied
from tests.simulation.scheduler import SECOND, Scheduler

_WRITES = frozenset({"PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems"})
_STALL_SECONDS_MAX = 8
_LATE_SECONDS_MAX = 9
_INDEX_SECONDS_MAX = 60
"""Longer than this no index is behind the table."""
_STATUS = {"InternalServerError": 500}
_RETRIED = frozenset({"ThrottlingException", "InternalServerError"})
_URL = "https://dynamodb.invalid"


class DynamoClient:
    """What PynamoDB and the product need of a botocore client."""

    _request_signer = None

    def __init__(self, world: "Wire") -> None:
        self._world = world
        self._hooks: dict[str, list[Callable[..., None]]] = {}
        self.meta = SimpleNamespace(
            endpoint_url=_URL, events=SimpleNamespace(register=self._register, register_first=self._register)
        )

    def _register(self, event: str, hook: Callable[..., None]) -> None:
        self._hooks.setdefault(event.partition(".")[0], []).append(hook)

    def _make_api_call(self, operation: str, params: Mapping[str, Any]) -> dict[str, Any]:
        for hook in self._hooks.get("provide-client-params", ()):
            hook(params=params)
        try:
            parsed = self._world.call(operation, params)
        except ClientError as error:
            self._report(operation, {**error.response, "ResponseMetadata": {"HTTPStatusCode": 400}})
            raise
        self._report(operation, parsed)
        return parsed

    def _report(self, operation: str, parsed: Mapping[str, Any]) -> None:
        for hook in self._hooks.get("after-call", ()):
            hook(model=SimpleNamespace(name=operation), parsed=parsed)


class Wire:
    """Carries calls of the task that has the turn to the engine, if the weather lets it."""

    def __init__(
        self,
        engine: Engine,
        scheduler: Scheduler,
        weather: Weather,
        rng: random.Random,
        note: Callable[..., None],
        as_owner: Callable[[Any], Any],
    ) -> None:
        self._engine = engine
        self._scheduler = scheduler
        self._weather = weather
        self._rng = rng
        self._note = note
        self._as_owner = as_owner
        """Makes the engine's commits those of this task, though another may have the turn."""

    def call(self, operation: str, params: Mapping[str, Any]) -> dict[str, Any]:
        """Up to three attempts; raises what botocore would raise after the last."""
        is_write = operation in _WRITES
        for attempt in range(RETRIES_MAX + 1):
            is_last = attempt == RETRIES_MAX
            try:
                return self._attempt(operation, params, is_write=is_write, again=attempt > 0)
            except ReadTimeoutError:
                if is_last:
                    raise
            except ConnectionClosedError:
                if is_last:
                    raise
            except ClientError as error:
                error.response["ResponseMetadata"]["RetryAttempts"] = attempt
                if is_last or error.response["Error"]["Code"] not in _RETRIED:
                    raise
            self._scheduler.sleep(self._rng.random() * 2**attempt)
        raise AssertionError("the last attempt returns or raises")

    def check_alive(self) -> None:
        """Raise ``ProcessDied`` in a process that is dead, or has run for longer than its time."""
        task = self._scheduler.current
        if task is None or task.place is None:
            raise RuntimeError("only a process calls AWS")
        if task.place.is_dead or self._scheduler.time > task.deadline:
            task.place.is_dead = True
            raise ProcessDied

    def die(self) -> None:
        """Let the process of the task that has the turn die."""
        task = self._scheduler.current
        if task is not None and task.place is not None:
            task.place.is_dead = True
        raise ProcessDied

    def _attempt(self, operation: str, params: Mapping[str, Any], *, is_write: bool, again: bool) -> dict[str, Any]:
        self.check_alive()
        self._scheduler.turn()
        self.check_alive()
        fate = self._weather.fate(is_write=is_write, again=again)
        self._note(operation, params, fate)
        if fate is Fate.WORKS:
            parsed = self._parsed(operation, params)
        else:
            parsed = self._suffered(fate, operation, params, is_write=is_write)
        if self._weather.happens(self._weather.slow_answers):
            self._scheduler.turn()
            self.check_alive()
        return parsed

    def _suffered(self, fate: Fate, operation: str, params: Mapping[str, Any], *, is_write: bool) -> dict[str, Any]:
        if fate is Fate.THROTTLED:
            raise _error(Refused("ThrottlingException", "Throughput exceeds the current capacity"), operation)
        if fate is Fate.CONFLICT:
            raise self._conflicted(operation, params)
        if fate is Fate.DIES_BEFORE:
            self.die()
        if fate is Fate.STALLS:
            self._scheduler.sleep(self._rng.random() * _STALL_SECONDS_MAX)
            self.check_alive()
            return self._parsed(operation, params)
        if fate is Fate.UNAVAILABLE:
            if is_write and self._rng.random() < 0.5:
                self._try(operation, params)
            raise _error(Refused("InternalServerError", "The request could not be processed"), operation)
        if fate is Fate.LATE:
            self._send_later(operation, params)
        if fate in {Fate.ANSWER_LOST, Fate.TWICE, Fate.DIES_AFTER}:
            self._try(operation, params)
        if fate is Fate.DIES_AFTER:
            self.die()
        if fate is Fate.TWICE:
            return self._parsed(operation, params)
        raise self._silence()

    def _silence(self) -> Exception:
        """A time-out, or a connection that was closed at once."""
        if self._rng.random() < 0.5:
            return ConnectionClosedError(endpoint_url=_URL)
        self._scheduler.sleep(READ_TIMEOUT_SECONDS)
        return ReadTimeoutError(endpoint_url=_URL)

    def _send_later(self, operation: str, params: Mapping[str, Any]) -> None:
        task = self._scheduler.current
        # By the time it arrives, its caller may have gone on to another request.
        record = task.record if task is not None else None

        def arrives() -> None:
            with self._as_owner(task, record):
                self._note(f"late {operation}", params, Fate.WORKS)
                self._try(operation, params)

        self._scheduler.haunt(self._rng.random() * _LATE_SECONDS_MAX, arrives)

    def _try(self, operation: str, params: Mapping[str, Any]) -> None:
        """Let the engine act; whatever it says is heard by nobody."""
        try:
            self._engine.call(operation, params)
        except Refused:
            return

    def _conflicted(self, operation: str, params: Mapping[str, Any]) -> ClientError:
        if operation != "TransactWriteItems":
            return _error(Refused("TransactionConflictException", "Transaction is ongoing for the item"), operation)
        reasons = ["None"] * len(params["TransactItems"])
        reasons[self._rng.randrange(len(reasons))] = "TransactionConflict"
        return _error(cancelled(reasons), operation)

    def _parsed(self, operation: str, params: Mapping[str, Any]) -> dict[str, Any]:
        try:
            if operation == "BatchGetItem":
                parsed = self._read_batch(params)
            elif operation == "Query":
                parsed = self._read_range(params)
            else:
                parsed = self._engine.call(operation, params)
        except Refused as refused:
            raise _error(refused, operation) from None
        return {**parsed, "ResponseMetadata": {"HTTPStatusCode": 200}}

    def _read_batch(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """Items are read one by one: a commit may come between them, and some may not be read at all."""
        ((table, asked),) = params["RequestItems"].items()
        wanted, left = list(asked["Keys"]), []
        if self._weather.happens(self._weather.unprocessed):
            self._rng.shuffle(wanted)
            count = self._rng.randrange(len(wanted) + 1)
            wanted, left = wanted[count:], wanted[:count]
        found: list[Any] = []
        if len(wanted) > 1 and self._weather.happens(self._weather.torn):
            self._rng.shuffle(wanted)
            place = self._rng.randrange(1, len(wanted))
            parts = [wanted[:place], wanted[place:]]
        else:
            parts = [wanted]
        for number, part in enumerate(parts):
            if number:
                self._scheduler.turn()
                self.check_alive()
            found += self._engine.call("BatchGetItem", {"RequestItems": {table: {"Keys": part}}})["Responses"][table]
        unread = {table: {**asked, "Keys": left}} if left else {}
        return {"Responses": {table: found}, "UnprocessedKeys": unread}

    def _read_range(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """A range of the table is read item by item too; an index is read as far as it follows the table."""
        if params.get("IndexName"):
            late = self._rng.randint(0, self._weather.index_late) if not self._weather.calm else 0
            self._engine.settle_indexes(late=late, younger_than=_INDEX_SECONDS_MAX * SECOND)
            return self._engine.call("Query", params)
        if not self._weather.happens(self._weather.torn):
            return self._engine.call("Query", params)
        limit = params.get("Limit")
        first = self._engine.call("Query", {**params, "Limit": min(limit or 3, self._rng.randrange(1, 4))})
        last = first.get("LastEvaluatedKey")
        if last is None or len(first["Items"]) == limit:
            return first
        self._scheduler.turn()
        self.check_alive()
        rest = {**params, "ExclusiveStartKey": last}
        if limit:
            rest["Limit"] = limit - len(first["Items"])
        second = self._engine.call("Query", rest)
        found = [*first["Items"], *second["Items"]]
        return {**second, "Items": found, "Count": len(found), "ScannedCount": len(found)}


class QueueClient:
    """What ``gateways.queue`` needs of a botocore client for SQS."""

    def __init__(self, wire: Wire, scheduler: Scheduler, weather: Weather, put: Callable[[str], None]) -> None:
        self._wire = wire
        self._scheduler = scheduler
        self._weather = weather
        self._put = put

    def send_message_batch(self, **params: Any) -> dict[str, Any]:
        """Take messages; some may be left, and any may come twice."""
        entries: list[dict[str, str]] = params["Entries"]
        self._wire.check_alive()
        self._scheduler.turn()
        self._wire.check_alive()
        fate = self._weather.fate(is_write=True)
        if fate is Fate.DIES_BEFORE:
            self._wire.die()
        if fate in {Fate.THROTTLED, Fate.LOST}:
            raise _error(Refused("RequestThrottled", "Rate exceeded"), "SendMessageBatch")
        left = [entry for entry in entries if fate is Fate.CONFLICT and self._weather.happens(0.5)]
        for entry in entries:
            if entry not in left:
                self._put(entry["MessageBody"])
        if fate is Fate.DIES_AFTER:
            self._wire.die()
        if fate in {Fate.ANSWER_LOST, Fate.UNAVAILABLE}:
            raise ConnectionClosedError(endpoint_url=params["QueueUrl"])
        return {"Failed": [{"Id": entry["Id"]} for entry in left]}


def _error(refused: Refused, operation: str) -> ClientError:
    response: dict[str, Any] = {
        "Error": {"Code": refused.code, "Message": str(refused)},
        "ResponseMetadata": {"HTTPStatusCode": _STATUS.get(refused.code, 400), "HTTPHeaders": {}},
    }
    if refused.reasons:
        response["CancellationReasons"] = [{"Code": code} for code in refused.reasons]
    return ClientError(response, operation)  # type: ignore[arg-type]  # botocore's type knows fewer keys.
