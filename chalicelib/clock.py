"""The only place that asks what time it is.

Programme time can be moved on a laptop (``local/``); tokens are always judged by real time.
"""

import time
from datetime import UTC, datetime, timedelta

_offset = timedelta()


def now() -> datetime:
    """Programme time, aware, in UTC, to the millisecond (what the ledger stores)."""
    instant = datetime.now(UTC) + _offset
    return instant.replace(microsecond=instant.microsecond // 1000 * 1000)


def real_seconds() -> float:
    """Seconds since the epoch by the machine's own clock, for tokens. Never moved."""
    return time.time()


def monotonic_seconds() -> float:
    """Seconds of a clock that only goes forward, for caches and durations."""
    return time.monotonic()


def sleep(seconds: float) -> None:
    """Wait between retries."""
    time.sleep(seconds)


def move_to(instant: datetime | None) -> None:
    """Set programme time, from which it goes on running; ``None`` gives real time back."""
    global _offset
    _offset = timedelta() if instant is None else instant - datetime.now(UTC)
