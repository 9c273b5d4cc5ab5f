"""The product as a world has it: its clock, its randomness, its seal and its connections are the world's.

Everything is put back afterwards, so that other suites in the same interpreter find what they left.
"""

import base64
import json
import logging
import os
import random
from collections.abc import Callable
from datetime import datetime
from typing import Any

from pynamodb.connection import TableConnection
from pynamodb.connection.base import MetaTable

import app
from chalicelib import clock, settings
from chalicelib.dynamo import items, meter, schema
from chalicelib.gateways import queue, sealing

_LOGGER = logging.getLogger("laurel")
QUEUE_URL = "https://queue.invalid/laurel-due"


class _Seal:
    """Seals nothing: Fernet's answers differ from run to run."""

    def seal(self, plain: bytes, _context: Any) -> str:
        return base64.b64encode(plain).decode()

    def unseal(self, sealed: str, _context: Any) -> bytes | None:
        return base64.b64decode(sealed)


class _Faults(logging.Handler):
    """Keeps what the product logs of faults of its own."""

    def __init__(self, kept: list[dict[str, Any]]) -> None:
        super().__init__(logging.ERROR)
        self._kept = kept

    def emit(self, record: logging.LogRecord) -> None:
        self._kept.append(json.loads(record.getMessage()))


class Product:
    """What of the product is the world's while the world stands."""

    def __init__(
        self,
        *,
        rng: random.Random,
        now: Callable[[], datetime],
        seconds: Callable[[], float],
        monotonic: Callable[[], float],
        sleep: Callable[[float], None],
        dynamo: Any,
        sqs: Any,
    ) -> None:
        self.faults: list[dict[str, Any]] = []
        """Log lines of exceptions that the product did not expect."""
        connection = TableConnection(
            settings.TABLE, region=settings.REGION, meta_table=MetaTable(schema.TABLE_DEFINITION)
        )
        connection.connection._client = dynamo
        meter.attach(dynamo)
        seal = _Seal()
        self._before: list[tuple[Any, str, Any]] = []
        self._random_state = random.getstate()
        for place, name, value in (
            (clock, "now", now),
            (clock, "real_seconds", seconds),
            (clock, "monotonic_seconds", monotonic),
            (clock, "sleep", sleep),
            (os, "urandom", rng.randbytes),
            (random, "_urandom", rng.randbytes),
            (items, "_connection", connection),
            (items.Item, "_connection", connection),
            (queue, "_client", lambda: sqs),
            (queue, "_url", lambda _: QUEUE_URL),
            (sealing, "_chosen", lambda: seal),
            (_LOGGER, "handlers", [_Faults(self.faults)]),
            (_LOGGER, "propagate", False),
        ):
            self._before.append((place, name, getattr(place, name)))
            setattr(place, name, value)
        self._level = _LOGGER.level
        _LOGGER.setLevel(logging.ERROR)
        random.seed(rng.random())

    def give_back(self) -> None:
        """Put everything back."""
        for place, name, value in reversed(self._before):
            setattr(place, name, value)
        random.setstate(self._random_state)
        _LOGGER.setLevel(self._level)


def handle(event: Any) -> Any:
    """What the function answers to a request."""
    return app.app(event, None)
