"""What a simulated world remembers: every request, every write that took effect, and whose it was."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Raw = dict[str, dict[str, Any]]
"""An item as DynamoDB says it: attribute → type → content."""


@dataclass(frozen=True, slots=True)
class Call:
    """A request as a client sends it."""

    method: str
    path: str
    """Without the base path: ``/points``."""
    body: Any = None
    query: Mapping[str, str] | None = None
    key: str | None = None
    staff: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What a client hears; the body's numbers are ``int`` and ``Decimal``."""

    status: int
    body: Any
    headers: Mapping[str, Any]


@dataclass(slots=True)
class Record:
    """A request that was sent. It is appended to the history when it is sent, and completed as it goes on."""

    number: int
    """Place in ``world.history``."""
    caller: str
    call: Call
    commits_before: int
    """How many commits had taken effect when it was sent."""
    now: datetime | None = None
    """Programme time it was judged by; ``None`` if it never got so far."""
    nows: list[datetime] = field(default_factory=list)
    """Every answer it got when it asked for programme time; ``now`` is the first."""
    commits_after: int = -1
    """How many commits had taken effect when it was answered, or its process died; -1 while it is under way."""
    own_commits: list[int] = field(default_factory=list)
    """Places in ``world.commits`` of what it wrote; may grow after the answer where a lost write arrived late."""
    answer: Answer | None = None
    """``None`` while it is under way, and for ever when the process died."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a commit did to one item; ``None`` where there was or is none."""

    pk: str
    sk: str
    before: Raw | None
    after: Raw | None


@dataclass(frozen=True, slots=True)
class Commit:
    """One write or transaction that took effect, all at once."""

    number: int
    """Place in ``world.commits``."""
    owner: str
    """The caller of a request, or the name of a job."""
    record: int | None
    """The request's place in ``world.history``; ``None`` for a job."""
    changes: tuple[Change, ...]
    at: datetime
    """Virtual time, by the world's own clock."""
