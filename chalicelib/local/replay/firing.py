"""Fires the triggers of ``app.py`` when a replay wants it: the sweep, the queue's workers, the stream's consumer.

The pump of ``make run`` waits for work in threads of its own; here each step is over when the call returns.
"""

import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from datetime import datetime
from typing import Any, Final
from zlib import crc32

from chalice.app import Chalice
from chalice.local import LambdaContext

from chalicelib import clock, settings
from chalicelib.dynamo import schema
from chalicelib.local import clients, events, triggers
from chalicelib.local.resources import Resources

SWEEP: Final = "sweep"
"""The schedule that a replay runs. An audit of each simulated day would prove what the replay proves at its end."""
MESSAGES_MAX: Final = 10
RECORDS_MAX: Final = 1_000
ROUNDS_MAX: Final = 100_000
EMPTY_RECEIVES_MAX: Final = 50
_MEMORY_MB: Final = 768
_FUNCTION_MS: Final = 60_000
_Record = Mapping[str, Any]


class TriggerFailed(Exception):
    """A function of ``app.py`` did not do what it was handed; its log line says why."""


class Firing:
    """The triggers of an app, fired one step at a time."""

    def __init__(self, app: Chalice, resources: Resources, workers: Executor, worker_count: int) -> None:
        found = triggers.of(app)
        self._schedules = [schedule for schedule in found.schedules if schedule.name == SWEEP]
        queues = [trigger for trigger in found.queues if trigger.queue == settings.DUE_QUEUE]
        self._queues = [(trigger, resources.queue_url_by_name[trigger.queue]) for trigger in queues]
        self._streams = found.streams
        self._sqs = clients.client("sqs")
        self._reader = clients.client("dynamodbstreams")
        self._table = clients.client("dynamodb")
        self._arn = resources.stream_arn
        self._iterators: dict[str, str | None] = {}
        self._workers, self._worker_count = workers, worker_count
        self._counting = threading.Lock()
        self.messages = 0
        """Messages of the queue that were handled."""
        self.records = 0
        """Records of the stream that were handled."""

    def sweep(self) -> int:
        """Run the sweep and do what it queued, until nothing is due; how many messages that was."""
        before = self.messages
        for _ in range(ROUNDS_MAX):
            found = 0
            for schedule in self._schedules:
                context = LambdaContext(schedule.name, _MEMORY_MB, _FUNCTION_MS)
                found += schedule.function(events.scheduled(schedule.name, clock.now()), context)["found"]
            if not found:
                return self.messages - before
            self._drain(found)
        raise TriggerFailed("What is due does not come to an end.")

    def next_due(self) -> datetime | None:
        """When something next falls due, ``None``: never. One scan of the due index, which a replay alone may do."""
        pages = self._table.get_paginator("scan").paginate(
            TableName=settings.TABLE, IndexName=schema.DUE_INDEX, ProjectionExpression="due_sk"
        )
        instants = [item["due_sk"]["S"].partition("#")[0] for page in pages for item in page["Items"]]
        return datetime.fromisoformat(min(instants)) if instants else None

    def project(self) -> set[str]:
        """Hand over all that the stream holds; the partitions in which an item changed."""
        changed: set[str] = set()
        for record in self._records():
            changed.add(record["dynamodb"]["Keys"]["pk"]["S"])
        return changed

    def _records(self) -> list[_Record]:
        """What is new in the stream, after the consumers have taken it."""
        self._look_for_shards()
        found: list[_Record] = []
        for shard, iterator in list(self._iterators.items()):
            following = iterator
            while following is not None:
                reply = self._reader.get_records(ShardIterator=following, Limit=RECORDS_MAX)
                following = reply.get("NextShardIterator")
                found += reply["Records"]
                if not reply["Records"]:
                    break
            self._iterators[shard] = following
        for trigger in self._streams:
            # As with Lambda's parallelization factor: apart by key, in order within one.
            shares = [
                [each for each in found if _share(each, self._worker_count) == n] for n in range(self._worker_count)
            ]
            list(self._workers.map(lambda share, trigger=trigger: self._deliver(trigger, share), shares))
        self.records += len(found)
        return found

    def _look_for_shards(self) -> None:
        if any(self._iterators.values()):
            return
        for shard in self._reader.describe_stream(StreamArn=self._arn)["StreamDescription"]["Shards"]:
            name = shard["ShardId"]
            if name not in self._iterators:
                self._iterators[name] = self._reader.get_shard_iterator(
                    StreamArn=self._arn, ShardId=name, ShardIteratorType="TRIM_HORIZON"
                )["ShardIterator"]

    def _deliver(self, trigger: triggers.StreamTrigger, records: Sequence[_Record]) -> None:
        context = LambdaContext(trigger.name, _MEMORY_MB, _FUNCTION_MS)
        # Only an account's change is projected; a batch of one record a key spares the consumer repetitions.
        for start in range(0, len(records), trigger.batch_size):
            batch = records[start : start + trigger.batch_size]
            failed = events.failed_ids(trigger.function(events.streamed(batch, self._arn), context))
            if failed is None or failed:
                raise TriggerFailed(f"{trigger.name} failed on a record of the stream.")

    def _drain(self, expected: int) -> None:
        """Handle that many messages, with all workers."""
        for trigger, url in self._queues:
            left = expected
            for _ in range(EMPTY_RECEIVES_MAX + expected):
                if left <= 0:
                    break
                batches = [
                    batch for batch in self._workers.map(lambda _, url=url: self._receive(url), self._all) if batch
                ]
                list(self._workers.map(lambda batch, t=trigger, u=url: self._handle(t, u, batch), batches))
                left -= sum(map(len, batches))
            if left > 0:
                raise TriggerFailed(f"{left} messages of {trigger.queue} did not arrive.")

    @property
    def _all(self) -> range:
        return range(self._worker_count)

    def _receive(self, url: str) -> list[Mapping[str, Any]]:
        reply = self._sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=MESSAGES_MAX, AttributeNames=["All"])
        messages: list[Mapping[str, Any]] = reply.get("Messages", [])
        return messages

    def _handle(self, trigger: triggers.QueueTrigger, url: str, messages: Sequence[Mapping[str, Any]]) -> None:
        context = LambdaContext(trigger.name, _MEMORY_MB, _FUNCTION_MS)
        failed = events.failed_ids(trigger.function(events.queued(messages, trigger.queue), context))
        if failed is None or failed:
            raise TriggerFailed(f"{trigger.name} failed on a message.")
        entries = [{"Id": str(place), "ReceiptHandle": each["ReceiptHandle"]} for place, each in enumerate(messages)]
        self._sqs.delete_message_batch(QueueUrl=url, Entries=entries)
        with self._counting:
            self.messages += len(messages)


def _share(record: _Record, shares: int) -> int:
    return crc32(record["dynamodb"]["Keys"]["pk"]["S"].encode()) % shares
