"""Makes the triggers of ``app.py`` fire on a laptop: schedules, queues and the stream."""

import logging
import threading
from datetime import datetime
from typing import Any, Final

from chalice.app import Chalice
from chalice.local import LambdaContext

from chalicelib import clock
from chalicelib.dynamo import due
from chalicelib.local import clients, events, triggers
from chalicelib.local.queues import QueueReader
from chalicelib.local.resources import STREAM_FAILED_QUEUE, Resources
from chalicelib.local.streams import StreamReader
from chalicelib.local.triggers import Schedule

QUEUE_THREADS: Final = 4
"""Readers of each queue: as many members are settled at once."""
RUN_DUE_SECONDS_MAX: Final = 55
ROUNDS_MAX: Final = 50
POLL_SECONDS: Final = 0.05
TICK_SECONDS: Final = 0.25
SCHEDULE_SECONDS_MAX: Final = 75
"""What a schedule is told it has; the audit, which keeps a minute of that in reserve, then works for a moment."""
_MEMORY_MB: Final = 512
_log = logging.getLogger(__name__)


class Pump:
    """All triggers of an app against the engines that the environment names."""

    def __init__(self, app: Chalice, resources: Resources) -> None:
        found = triggers.of(app)
        sqs = clients.client("sqs")
        failed = resources.queue_url_by_name[STREAM_FAILED_QUEUE]
        self._schedules = found.schedules
        self._queues = [
            QueueReader(trigger, sqs, resources.queue_url_by_name[trigger.queue]) for trigger in found.queues
        ]
        streams = clients.client("dynamodbstreams")
        self._streams = [
            StreamReader(
                trigger,
                streams=streams,
                arn=resources.stream_arn,
                give_up=lambda text: sqs.send_message(QueueUrl=failed, MessageBody=text),
            )
            for trigger in found.streams
        ]
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []
        # A sweep that began before the clock was set must not move a watermark after it.
        self._sweeping = threading.Lock()

    def start(self) -> None:
        """Begin to read queues and stream and to fire schedules, each of them at once for the first time."""
        self._begin("schedules", self._run_schedules)
        for queue in self._queues:
            for _ in range(QUEUE_THREADS):
                self._begin("queue", lambda reader=queue: reader.run(self._stop.is_set))
        for stream in self._streams:
            self._begin("stream", lambda reader=stream: reader.run(self._stop.is_set))

    def stop(self, *, seconds: float) -> None:
        """Let the stream run empty, because not every engine keeps it, and end all threads."""
        deadline = clock.monotonic_seconds() + seconds
        for stream in self._streams:
            stream.wait_until_empty(seconds / 2)
        self._stop.set()
        for thread in self._threads:
            thread.join(max(0.0, deadline - clock.monotonic_seconds()))

    def set_clock(self, instant: datetime | None) -> datetime:
        """Move programme time for everything, or give real time back; returns the time it is now."""
        with self._sweeping:
            clock.move_to(instant)
            now = clock.now()
            due.rewind(now.date())
        return now

    def run_due(self) -> dict[str, Any]:
        """Run every schedule at this time until nothing is left to do; says what was done.

        ``failed`` names schedules that raised (the log says what); ``drained`` is false when it took longer
        than ``RUN_DUE_SECONDS_MAX``, and the rest goes on by itself.
        """
        deadline = clock.monotonic_seconds() + RUN_DUE_SECONDS_MAX
        before = self._handled()
        drained, rounds = False, 0
        failed: set[str] = set()
        while rounds < ROUNDS_MAX and clock.monotonic_seconds() < deadline:
            rounds += 1
            messages = sum(queue.handled for queue in self._queues)
            failed |= {schedule.name for schedule in self._schedules if not self._fire(schedule)}
            drained = self._drain(deadline)
            if not drained or sum(queue.handled for queue in self._queues) == messages:
                break
        messages, records = (after - first for after, first in zip(self._handled(), before, strict=True))
        return {
            "now": clock.now().isoformat(),
            "schedules": [schedule.name for schedule in self._schedules],
            "failed": sorted(failed),
            "rounds": rounds,
            "messages": messages,
            "records": records,
            "drained": drained,
        }

    def _handled(self) -> tuple[int, int]:
        return sum(queue.handled for queue in self._queues), sum(stream.handled for stream in self._streams)

    def _drain(self, deadline: float) -> bool:
        """Wait until queues and stream are empty, also of what either put into the other."""
        while (left := deadline - clock.monotonic_seconds()) > 0:
            if not self._queues_are_empty():
                clock.sleep(POLL_SECONDS)
            elif all(stream.wait_until_empty(left) for stream in self._streams) and self._queues_are_empty():
                return True
        return False

    def _queues_are_empty(self) -> bool:
        return all(queue.is_empty() for queue in self._queues)

    def _fire(self, schedule: Schedule) -> bool:
        """Run a schedule once; whether it did not fail."""
        context = LambdaContext(schedule.name, _MEMORY_MB, SCHEDULE_SECONDS_MAX * 1000)
        try:
            with self._sweeping:
                schedule.function(events.scheduled(schedule.name, clock.now()), context)
        except Exception:  # noqa: BLE001 - a schedule that failed runs again when its time comes.
            _log.exception("The schedule %s failed", schedule.name)
            return False
        return True

    def _run_schedules(self) -> None:
        next_at = {schedule.name: clock.monotonic_seconds() for schedule in self._schedules}
        while not self._stop.wait(TICK_SECONDS):
            for schedule in self._schedules:
                if clock.monotonic_seconds() >= next_at[schedule.name]:
                    self._fire(schedule)
                    next_at[schedule.name] = clock.monotonic_seconds() + schedule.every_seconds

    def _begin(self, name: str, work: Any) -> None:
        thread = threading.Thread(target=work, name=name, daemon=True)
        self._threads.append(thread)
        thread.start()
