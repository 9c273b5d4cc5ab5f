"""What may go wrong between us and the engine, played on botocore's own events: one step of a script a call."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ReadTimeoutError

from chalicelib.dynamo import items


@dataclass(frozen=True)
class Works:
    """Nothing goes wrong."""


@dataclass(frozen=True)
class LostOnTheWay:
    """The engine never sees the request, however often botocore sends it."""


@dataclass(frozen=True)
class AnswerLost:
    """The engine acts, and nobody hears of it; ``times`` that botocore sends the request."""

    times: int = 99


@dataclass(frozen=True)
class Says:
    """The engine answers with this error and does nothing."""

    status: int
    code: str
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class Replies:
    """The engine answers with this and does nothing."""

    parsed: Mapping[str, Any]


Step = Works | LostOnTheWay | AnswerLost | Says | Replies


@dataclass(frozen=True)
class _Http:
    status_code: int


@dataclass
class Faults:
    """Plays the script of each operation, then works; remembers the body of every call.

    Losing an answer needs moto, whose engine acts while botocore's event is handled.
    """

    scripts: dict[str, list[Step]] = field(default_factory=dict)
    bodies: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    sends: int = 0
    _now: Step = Works()

    def __post_init__(self) -> None:
        self._events = items.connection().connection.client.meta.events
        self._events.register_first("before-call.dynamodb", self._before_call)
        self._events.register_first("before-send.dynamodb", self._before_send)
        # moto listens to the general event, and handlers of a more general event are called later.
        self._events.register_last("before-send", self._after_send)

    def end(self) -> None:
        """Stop listening."""
        self._events.unregister("before-call.dynamodb", self._before_call)
        self._events.unregister("before-send.dynamodb", self._before_send)
        self._events.unregister("before-send", self._after_send)

    def play(self, operation: str, *steps: Step) -> None:
        """What happens to the next calls of the operation."""
        self.scripts[operation] = list(steps)

    def called(self, operation: str) -> list[dict[str, Any]]:
        """The bodies of all calls of the operation so far."""
        return self.bodies.get(operation, [])

    def _before_call(self, model: Any, params: Mapping[str, Any], **_: Any) -> tuple[_Http, dict[str, Any]] | None:
        self.bodies.setdefault(model.name, []).append(json.loads(params["body"]))
        script = self.scripts.get(model.name)
        step = script.pop(0) if script else Works()
        self._now, self.sends = step, 0
        if isinstance(step, Replies):
            return _Http(200), {**step.parsed, "ResponseMetadata": {"HTTPStatusCode": 200, "HTTPHeaders": {}}}
        if isinstance(step, Says):
            answer: dict[str, Any] = {"Error": {"Code": step.code, "Message": step.code}}
            answer["ResponseMetadata"] = {"HTTPStatusCode": step.status, "HTTPHeaders": {}}
            if step.reasons:
                answer["CancellationReasons"] = [{"Code": reason} for reason in step.reasons]
            return _Http(step.status), answer
        return None

    def _before_send(self, request: Any, **_: Any) -> None:
        self.sends += 1
        if isinstance(self._now, LostOnTheWay):
            raise ReadTimeoutError(endpoint_url=request.url)

    def _after_send(self, request: Any, **_: Any) -> None:
        if isinstance(self._now, AnswerLost) and self.sends <= self._now.times:
            raise ReadTimeoutError(endpoint_url=request.url)
