"""Hands messages of a real queue to the function that waits for them, as Lambda's poller does."""

import logging
import threading
from collections.abc import Callable, Mapping
from typing import Any, Final

from chalice.local import LambdaContext

from chalicelib import clock
from chalicelib.local import events
from chalicelib.local.triggers import QueueTrigger

WAIT_SECONDS: Final = 1
"""Length of a long poll, and so how long a stop may take."""
RETRY_SECONDS: Final = 1
"""A failed message is handed out again after this, until the queue's redrive policy takes it away."""
PAUSE_SECONDS: Final = 1.0
"""After an engine did not answer."""
FUNCTION_SECONDS_MAX: Final = 60
_MEMORY_MB: Final = 768
_log = logging.getLogger(__name__)


class QueueReader:
    """Reads one queue, in as many threads as call ``run``."""

    def __init__(self, trigger: QueueTrigger, sqs: Any, url: str) -> None:
        self._trigger = trigger
        self._sqs = sqs
        self._url = url
        self._counting = threading.Lock()
        self.handled = 0
        """Messages that the function has taken since the start."""

    def run(self, stopped: Callable[[], bool]) -> None:
        """Read until told to stop. Nothing that goes wrong ends it."""
        while not stopped():
            try:
                self._turn()
            except Exception:  # noqa: BLE001 - the outermost edge of a worker.
                if not stopped():
                    _log.exception("Reading the queue %s failed; trying again", self._trigger.queue)
                    clock.sleep(PAUSE_SECONDS)

    def is_empty(self) -> bool:
        """Whether no message waits, is delayed or is being handled."""
        names = [
            "ApproximateNumberOfMessages",
            "ApproximateNumberOfMessagesNotVisible",
            "ApproximateNumberOfMessagesDelayed",
        ]
        found = self._sqs.get_queue_attributes(QueueUrl=self._url, AttributeNames=names).get("Attributes", {})
        return not any(int(found.get(name, 0)) for name in names)

    def _turn(self) -> None:
        reply = self._sqs.receive_message(
            QueueUrl=self._url,
            MaxNumberOfMessages=min(self._trigger.batch_size, 10),
            WaitTimeSeconds=WAIT_SECONDS,
            AttributeNames=["All"],
            MessageAttributeNames=["All"],
        )
        messages = reply.get("Messages", [])
        if not messages:
            return
        failed = self._failed(messages)
        taken = [message for message in messages if message["MessageId"] not in failed]
        self._settle(taken, [message for message in messages if message["MessageId"] in failed])
        with self._counting:
            self.handled += len(taken)

    def _failed(self, messages: list[Mapping[str, Any]]) -> set[str]:
        everything = {str(message["MessageId"]) for message in messages}
        context = LambdaContext(self._trigger.name, _MEMORY_MB, FUNCTION_SECONDS_MAX * 1000)
        try:
            result = self._trigger.function(events.queued(messages, self._trigger.queue), context)
        except Exception:  # noqa: BLE001 - Lambda too returns the batch to the queue, whatever was raised.
            _log.exception("%s failed on %d messages", self._trigger.name, len(messages))
            return everything
        failed = events.failed_ids(result)
        return everything if failed is None or not everything.issuperset(failed) else set(failed)

    def _settle(self, taken: list[Mapping[str, Any]], failed: list[Mapping[str, Any]]) -> None:
        if taken:
            self._sqs.delete_message_batch(QueueUrl=self._url, Entries=_entries(taken))
        if failed:
            entries = [{**entry, "VisibilityTimeout": RETRY_SECONDS} for entry in _entries(failed)]
            self._sqs.change_message_visibility_batch(QueueUrl=self._url, Entries=entries)


def _entries(messages: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [{"Id": str(place), "ReceiptHandle": message["ReceiptHandle"]} for place, message in enumerate(messages)]
