"""Hands records of the table's real stream to the function that projects them, as Lambda's poller does.

Per shard in order, with the partial batch responses, bisecting, bounded attempts and failure queue of
``.chalice/resources.yaml``.
"""

import json
import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from chalice.local import LambdaContext

from chalicelib import clock
from chalicelib.local import events
from chalicelib.local.triggers import StreamTrigger

POLL_SECONDS: Final = 0.1
PAUSE_SECONDS: Final = 1.0
LOOK_FOR_SHARDS_SECONDS: Final = 30
ATTEMPTS_MAX: Final = 3
"""Of a single record; the cloud takes more, over hours."""
FUNCTION_SECONDS_MAX: Final = 60
RECORDS_MAX: Final = 1_000
"""What ``GetRecords`` gives at most (AWS limit)."""
_MEMORY_MB: Final = 768
_log = logging.getLogger(__name__)
_Record = Mapping[str, Any]


class StreamReader:
    """Reads one stream in one thread."""

    def __init__(self, trigger: StreamTrigger, *, streams: Any, arn: str, give_up: Callable[[str], None]) -> None:
        self._trigger = trigger
        self._streams = streams
        self._arn = arn
        self._give_up = give_up
        """Takes, as JSON, what could not be projected."""
        self._iterators: dict[str, str | None] = {}
        self._looked_at: float | None = None
        self._passed = threading.Condition()
        self._passes = 0
        self._empty_passes = 0
        self.handled = 0
        """Records that the function has taken since the start."""

    def run(self, stopped: Callable[[], bool]) -> None:
        """Read until told to stop. Nothing that goes wrong ends it."""
        while not stopped():
            try:
                count = self._pass()
            except Exception:  # noqa: BLE001 - the outermost edge of a worker.
                if not stopped():
                    _log.exception("Reading the stream failed; trying again")
                    # Iterators may have expired meanwhile. Records seen before come again, which is harmless.
                    self._iterators, self._looked_at = {}, None
                    clock.sleep(PAUSE_SECONDS)
                continue
            if not count:
                clock.sleep(POLL_SECONDS)

    def wait_until_empty(self, seconds: float) -> bool:
        """Whether, within this time, a whole pass that began after this call found nothing."""
        deadline = clock.monotonic_seconds() + seconds
        with self._passed:
            # The pass that is under way may have read a shard already.
            begun = self._passes + 1
            while self._empty_passes <= begun:
                left = deadline - clock.monotonic_seconds()
                if left <= 0:
                    return False
                self._passed.wait(left)
        return True

    def _pass(self) -> int:
        """Read every open shard once; counts the records."""
        self._look_for_shards()
        count = 0
        for shard, iterator in list(self._iterators.items()):
            if iterator is None:
                continue
            reply = self._streams.get_records(ShardIterator=iterator, Limit=RECORDS_MAX)
            records = reply["Records"]
            for start in range(0, len(records), self._trigger.batch_size):
                self._deliver(records[start : start + self._trigger.batch_size])
            self._iterators[shard] = reply.get("NextShardIterator")
            count += len(records)
        self.handled += count
        with self._passed:
            self._passes += 1
            if not count:
                self._empty_passes = self._passes
            self._passed.notify_all()
        return count

    def _look_for_shards(self) -> None:
        """Take in shards that have opened; parents are listed before their children, and read to the end first."""
        now = clock.monotonic_seconds()
        is_open = any(self._iterators.values())
        if self._looked_at is not None and is_open and now - self._looked_at < LOOK_FOR_SHARDS_SECONDS:
            return
        self._looked_at = now
        for shard in self._streams.describe_stream(StreamArn=self._arn)["StreamDescription"]["Shards"]:
            name = shard["ShardId"]
            if name not in self._iterators:
                self._iterators[name] = self._streams.get_shard_iterator(
                    StreamArn=self._arn, ShardId=name, ShardIteratorType="TRIM_HORIZON"
                )["ShardIterator"]

    def _deliver(self, records: Sequence[_Record], attempt: int = 1) -> None:
        """Hand over a batch; what fails is halved until the one bad record is alone, then given up on."""
        if not records:
            return
        first_failed = self._first_failed(records)
        if first_failed is None:
            return
        rest = records[first_failed:]
        if len(rest) > 1 and first_failed == 0:
            middle = len(rest) // 2
            self._deliver(rest[:middle])
            self._deliver(rest[middle:])
        elif len(rest) > 1:
            self._deliver(rest)
        elif attempt < ATTEMPTS_MAX:
            self._deliver(rest, attempt + 1)
        else:
            self._give_up(json.dumps(events.streamed(rest, self._arn)))

    def _first_failed(self, records: Sequence[_Record]) -> int | None:
        """Place of the first record that failed, from which on all come again; ``None`` when none did."""
        context = LambdaContext(self._trigger.name, _MEMORY_MB, FUNCTION_SECONDS_MAX * 1000)
        try:
            result = self._trigger.function(events.streamed(records, self._arn), context)
        except Exception:  # noqa: BLE001 - Lambda too tries again, whatever was raised.
            _log.exception("%s failed on %d records", self._trigger.name, len(records))
            return 0
        failed = events.failed_ids(result)
        if failed is None:
            return 0
        numbers = [record["dynamodb"]["SequenceNumber"] for record in records]
        return min((numbers.index(each) if each in numbers else 0 for each in failed), default=None)
