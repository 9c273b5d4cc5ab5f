"""What fires besides HTTP: read from the app itself, so that the laptop runs what the cloud would."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from chalice.app import Chalice, DynamoDBEventConfig, ScheduledEventConfig, SQSEventConfig

Function = Callable[[Mapping[str, Any], Any], Any]
"""A Lambda of ours: takes an event and a context."""
_SECONDS_BY_UNIT: Final = {"minute": 60, "hour": 3600, "day": 86_400}
_RATE: Final = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
CRON_SECONDS: Final = 3600
"""A schedule by the clock runs hourly on a laptop, which is rarely up at the hour it names; running early is safe."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """A function that runs again and again."""

    name: str
    function: Function
    every_seconds: int


@dataclass(frozen=True, slots=True)
class QueueTrigger:
    """A function that is handed messages of a queue, in batches."""

    name: str
    function: Function
    queue: str
    batch_size: int


@dataclass(frozen=True, slots=True)
class StreamTrigger:
    """A function that is handed records of the table's stream, in batches."""

    name: str
    function: Function
    batch_size: int


@dataclass(frozen=True, slots=True)
class Triggers:
    """All of an app."""

    schedules: tuple[Schedule, ...]
    queues: tuple[QueueTrigger, ...]
    streams: tuple[StreamTrigger, ...]


def of(app: Chalice) -> Triggers:
    """The triggers that an app declares. ``ValueError`` for one that the laptop cannot fire."""
    schedules, queues, streams = [], [], []
    for source in app.event_sources:
        function = app.handler_map[source.name]
        if isinstance(source, ScheduledEventConfig):
            schedules.append(Schedule(source.name, function, _period_seconds(source.schedule_expression)))
        elif isinstance(source, SQSEventConfig) and source.queue:
            queues.append(QueueTrigger(source.name, function, source.queue, source.batch_size))
        elif isinstance(source, DynamoDBEventConfig):
            streams.append(StreamTrigger(source.name, function, source.batch_size))
        else:
            raise ValueError(f"The laptop cannot fire {source.name}, a {type(source).__name__}.")
    return Triggers(tuple(schedules), tuple(queues), tuple(streams))


def _period_seconds(expression: Any) -> int:
    text = expression if isinstance(expression, str) else expression.to_string()
    rate = _RATE.fullmatch(text)
    if rate:
        return int(rate[1]) * _SECONDS_BY_UNIT[rate[2]]
    if text.startswith("cron("):
        return CRON_SECONDS
    raise ValueError(f"{text} is neither rate(...) nor cron(...).")
