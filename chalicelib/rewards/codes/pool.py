"""A pool of codes as values: the cursors of its shards, what came of an upload, an alert."""

from typing import Final

from chalicelib.rewards.codes.sheet import Fault
from chalicelib.values import value

SHARDS: Final = 8
"""Parts of a pool. Never changed: codes stay where they were put."""
FAULTS_KEPT_MAX: Final = 1_000
"""Refused lines that an answer lists; all are counted."""


@value
class Cursor:
    """The next code of a shard."""

    block: int = 0
    place: int = 0
    blocks: int = 0
    left: int = 0


@value
class Upload:
    """What came of an upload: lines taken, lines refused and the first of them, codes left in the pool afterwards."""

    id: str
    at: int
    accepted: int
    refused: int
    faults: tuple[Fault, ...]
    left: int
    recommended: int = 0
    """Codes that the pool should have had left."""


@value
class Alert:
    """A pool that had no more codes than ``low_at`` left at an instant."""

    pool: str
    at: int
    left: int
    low_at: int
