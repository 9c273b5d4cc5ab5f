"""The queues: what is due goes from the sweep to the workers, and uploads to whoever takes them."""

import json
from collections.abc import Iterable
from functools import cache
from itertools import islice
from typing import Any, Final

from botocore.config import Config

from chalicelib import clients, settings

BATCH_MAX: Final = 10
"""Messages a SendMessageBatch takes (AWS limit)."""
CONNECT_SECONDS_MAX: Final = 2
READ_SECONDS_MAX: Final = 10
ATTEMPTS_MAX: Final = 3


UPLOADS: Final = settings.UPLOADS_QUEUE
"""The queue of uploads, for those who want one looked at again."""


class QueueRefused(Exception):
    """The queue did not take some messages; the next sweep finds what they stood for again."""


def send(bodies: Iterable[str], *, name: str = settings.DUE_QUEUE) -> int:
    """Put messages on a queue of ours, ten a call; the count of messages. Raises ``QueueRefused``."""
    sent = 0
    remaining = iter(bodies)
    while batch := list(islice(remaining, BATCH_MAX)):
        entries = [{"Id": str(place), "MessageBody": body} for place, body in enumerate(batch)]
        reply = _client().send_message_batch(QueueUrl=_url(name), Entries=entries)
        if reply.get("Failed"):
            raise QueueRefused(f"{len(reply['Failed'])} of {len(batch)} messages were not taken")
        sent += len(batch)
    return sent


def upload(key: str) -> str:
    """The message that has the object under a key taken, as a notification of the bucket would."""
    return json.dumps({"key": key})


def forget_clients() -> None:
    """Make a new client at the next call, for a queue that is elsewhere now (tests)."""
    _client.cache_clear()
    _url.cache_clear()


@cache
def _client() -> Any:
    config = Config(
        connect_timeout=CONNECT_SECONDS_MAX,
        read_timeout=READ_SECONDS_MAX,
        retries={"mode": "standard", "total_max_attempts": ATTEMPTS_MAX},
    )
    return clients.client("sqs", config)


@cache
def _url(name: str) -> str:
    url: str = _client().get_queue_url(QueueName=name)["QueueUrl"]
    return url
