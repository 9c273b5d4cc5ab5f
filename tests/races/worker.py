"""One process of a race: the whole app with its own connection and caches, and four threads that call it.

The parent sends orders through a pipe and gets each answer as soon as it is there. A call that is told to come
again (contention, an engine that is away) does so here, with its key, as a shop's server would.
"""

import json
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from multiprocessing.connection import Connection
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Any

import app
from chalicelib import clock
from chalicelib.dynamo import items
from chalicelib.local.gateway import Gateway, Request
from tests.api.shop import claims_for, literal, sign

THREADS = 4
PATIENCE_SECONDS = 60
PAUSE_SECONDS = 0.02
AWAY_SECONDS = 0.2
READY = "ready"


@dataclass(frozen=True)
class Call:
    """A request of a shop's server, signed when it is sent."""

    site: str
    method: str
    path: str
    body: Mapping[str, Any] | None = None
    key: str | None = None


@dataclass(frozen=True)
class Job:
    """A message of the queue that the sweep fills."""

    message: Mapping[str, str]


Task = Call | Job


@dataclass(frozen=True)
class Order:
    """A task, when to start it (by the machine's monotonic clock), and the programme's time in this process."""

    ident: int
    task: Task
    start: float = 0
    at: datetime | None = None


@dataclass(frozen=True)
class Said:
    """The last answer to a task, and how often it was told before to come again."""

    status: int
    text: str
    is_repeat: bool = False
    contentions: int = 0
    away: int = 0
    """Answers that the engine was away, and whether the call took effect was unknown."""

    @property
    def body(self) -> dict[str, Any]:
        """The answer's object; empty for a job."""
        body: dict[str, Any] = json.loads(self.text or "{}")
        return body

    @property
    def refusal(self) -> str | None:
        """Status, code and the sentence's beginning, where something was refused or withheld."""
        code = self.body.get("errorCode")
        return f"{self.status} {code} {self.body['errorMessage'].partition(':')[0].partition('.')[0]}" if code else None


@dataclass(frozen=True)
class Report:
    """What goes back through the pipe; ``lost`` counts this process's transactions that lost to another's."""

    ident: int
    said: Said
    lost: int


def serve(pipe: Connection) -> None:
    """Serve orders until the pipe closes."""
    logging.getLogger("laurel").setLevel(logging.CRITICAL)
    _Worker(pipe).serve()


class _Worker:
    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self._gateway = Gateway(app.app)
        self._orders: SimpleQueue[Order] = SimpleQueue()
        self._sending = Lock()
        self._at: datetime | None = None
        self._lost = 0
        client = items.connection().connection.client
        client.meta.events.register("after-call.dynamodb.TransactWriteItems", self._count)

    def serve(self) -> None:
        for _ in range(THREADS):
            Thread(target=self._work, daemon=True).start()
        self._pipe.send(READY)
        while True:
            try:
                order = self._pipe.recv()
            except EOFError:
                return
            if order.at != self._at:
                clock.move_to(order.at)
                self._at = order.at
            self._orders.put(order)

    def _work(self) -> None:
        while True:
            order = self._orders.get()
            time.sleep(max(0.0, order.start - time.monotonic()))
            said = self._until_answered(order.task)
            with self._sending:
                self._pipe.send(Report(order.ident, said, self._lost))

    def _until_answered(self, task: Task) -> Said:
        deadline = time.monotonic() + PATIENCE_SECONDS
        contentions = away = 0
        while True:
            status, text, headers = self._called(task) if isinstance(task, Call) else self._worked(task)
            if "Retry-After" not in headers or time.monotonic() > deadline:
                return Said(status, text, headers.get("Idempotency-Hit") == "true", contentions, away)
            contentions += status == 409
            away += status == 503
            time.sleep(AWAY_SECONDS if status == 503 else PAUSE_SECONDS)

    def _called(self, call: Call) -> tuple[int, str, Mapping[str, Any]]:
        raw = b"" if call.body is None else json.dumps(call.body).encode()
        signed = literal(call.path) if call.method == "GET" else raw
        headers = {
            "Content-Type": "application/json",
            "X-AnnexCloud-Site": call.site,
            "Authorization": f"Bearer {sign(claims_for(signed, call.site))}",
            **({} if call.key is None else {"Idempotency-Key": call.key}),
        }
        answer = self._gateway.answer(Request(call.method, f"/api/3.0{call.path}", headers, raw))
        return answer.status, answer.body.decode(), answer.headers

    def _worked(self, job: Job) -> tuple[int, str, Mapping[str, Any]]:
        """What the queue's function makes of the message; a message that fails comes again."""
        records = [{"messageId": "1", "body": json.dumps(job.message)}]
        failed = app.settle_due({"Records": records}, None)["batchItemFailures"]
        return (409, "", {"Retry-After": "0"}) if failed else (200, "", {})

    def _count(self, http_response: Any, **_: Any) -> None:
        self._lost += http_response.status_code == 400
