"""What runs besides requests: the schedule, the queue's workers and the stream's readers, as the cloud runs them.

Deliveries may come twice, late, in batches of any size and at the same time; only the order of one item's changes
is kept. A process that dies loses nothing: what it was handed comes again.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from zlib import crc32

import app
from chalicelib import clock, settings
from chalicelib.local import events
from tests.simulation.faults import Weather
from tests.simulation.history import Change

MESSAGES_MAX = 10
RECORDS_MAX = 100
RECEIVED_MAX = 5
SHARDS = 2
SEVERAL = 3
"""Copies of one function that may run at once."""


@dataclass(eq=False, slots=True)
class Message:
    """One message of the queue."""

    id: str
    body: str
    received: int = 0
    is_out: bool = False
    """Whether a worker holds it now."""


@dataclass(eq=False, slots=True)
class Shard:
    """A part of the stream, read in order by one batch at a time."""

    records: list[dict[str, Any]] = field(default_factory=list)
    done: int = 0
    is_out: bool = False


class Jobs:
    """The triggers of one world. ``serve`` runs a handler of the app in a process of the named function."""

    def __init__(self, rng: random.Random, weather: Weather, serve: Callable[[str, Callable[[], Any]], Any]) -> None:
        self._rng = rng
        self._weather = weather
        self._serve = serve
        self.queue: list[Message] = []
        self.shards = [Shard() for _ in range(SHARDS)]
        self.given_up: list[Message] = []
        """The dead-letter queue."""
        self._number = 0

    def put(self, body: str) -> None:
        """A message is sent; the queue may keep a second copy."""
        for _ in range(2 if self._weather.happens(self._weather.duplicates) else 1):
            self._number += 1
            self.queue.append(Message(f"m{self._number}", body))

    def changed(self, change: Change, at_seconds: float) -> None:
        """An item was changed: a record of the stream."""
        self._number += 1
        shard = self.shards[crc32(change.pk.encode()) % SHARDS]
        kind = "INSERT" if change.before is None else "REMOVE" if change.after is None else "MODIFY"
        keys = {"pk": {"S": change.pk}, "sk": {"S": change.sk}}
        shard.records.append(
            {
                "eventID": f"e{self._number}",
                "eventName": kind,
                "eventSource": "aws:dynamodb",
                "dynamodb": {
                    "Keys": keys,
                    "SequenceNumber": f"{self._number:021d}",
                    "ApproximateCreationDateTime": at_seconds,
                    "StreamViewType": "KEYS_ONLY",
                },
            }
        )

    def any(self) -> tuple[str, Callable[[], None]]:
        """A job that may begin now."""
        name = self._rng.choices(("sweep", "settle_due", "project"), (1, 3, 3))[0]
        return name, {"sweep": self.sweep, "settle_due": self.settle, "project": self.project}[name]

    @property
    def is_idle(self) -> bool:
        """Whether queue and stream are empty."""
        return not self.queue and all(shard.done == len(shard.records) for shard in self.shards)

    def sweep(self) -> None:
        """The schedule fires."""
        self._serve("sweep", lambda: app.sweep(events.scheduled("sweep", clock.now()), None))

    def settle(self) -> None:
        """A worker takes what it gets from the queue."""
        waiting = [message for message in self.queue if not message.is_out]
        if not waiting:
            return
        taken = self._rng.sample(waiting, min(len(waiting), self._rng.randint(1, MESSAGES_MAX)))
        for message in taken:
            message.received += 1
            message.is_out = not self._weather.happens(self._weather.duplicates)
        given = [
            {"MessageId": each.id, "ReceiptHandle": f"{each.id}:{each.received}", "Body": each.body} for each in taken
        ]
        result = self._serve("settle_due", lambda: app.settle_due(events.queued(given, settings.DUE_QUEUE), None))
        failed = events.failed_ids(result) if result is not None else None
        for message in taken:
            message.is_out = False
            if message not in self.queue:
                continue
            is_done = failed is not None and message.id not in failed
            if is_done or message.received >= RECEIVED_MAX:
                self.queue.remove(message)
                if not is_done:
                    self.given_up.append(message)

    def project(self) -> None:
        """A reader takes the next records of a shard; rarely some that it took before."""
        waiting = [shard for shard in self.shards if shard.done < len(shard.records) and not shard.is_out]
        if not waiting:
            return
        shard = self._rng.choice(waiting)
        first = shard.done
        if self._weather.happens(self._weather.duplicates):
            first = max(0, first - self._rng.randint(1, 5))
        batch = shard.records[first : first + self._rng.randint(1, RECORDS_MAX)]
        shard.is_out = not self._weather.happens(self._weather.duplicates)
        event = events.streamed(batch, settings.STREAM_ARN)
        result = self._serve("project", lambda: app.project(event, None))
        shard.is_out = False
        failed = events.failed_ids(result) if result is not None else None
        if failed is None:
            return
        numbers = [record["dynamodb"]["SequenceNumber"] for record in batch]
        taken = min((numbers.index(each) for each in failed), default=len(batch))
        shard.done = max(shard.done, first + taken)
