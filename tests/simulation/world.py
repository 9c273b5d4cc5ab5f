"""A simulated world: the real app on an engine in memory, callers and jobs interleaved as the seed decides."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from tests.simulation.history import Answer, Commit, Raw, Record


class World:
    """Everything of one seed. A workload spawns callers, ``run`` lets them run, ``heal`` drains what they left."""

    site: str
    """The one site; it exists when the world does, under the default programme."""
    history: list[Record]
    """Every request, in the order in which they were sent."""
    commits: list[Commit]
    """Every write that took effect, in that order."""
    breaches: list[str]
    """What the world itself found wrong, such as something stuck."""

    def __init__(self, seed: int) -> None:
        raise NotImplementedError

    def prelude(self, function: Callable[[], None]) -> None:
        """Run a function as a caller of its own without faults and before everything else."""
        raise NotImplementedError

    def spawn(self, name: str, function: Callable[[], None]) -> None:
        """A caller; the function runs, once ``run`` is called, interleaved with the others at every call to AWS."""
        raise NotImplementedError

    def request(
        self,
        method: str,
        path: str,
        body: Any = None,
        query: Mapping[str, str] | None = None,
        key: str | None = None,
        *,
        staff: bool = False,
    ) -> Answer | None:
        """Send a request from inside a caller and wait for its answer; ``None`` when the process died."""
        raise NotImplementedError

    @property
    def record(self) -> Record:
        """The record of the last request that the present caller sent."""
        raise NotImplementedError

    def now(self) -> datetime:
        """Virtual time by the world's own clock, which nobody's skew touches."""
        raise NotImplementedError

    def pause(self, seconds: float) -> None:
        """From inside a caller: do nothing for so long; others go on."""
        raise NotImplementedError

    def advance(self, seconds: float) -> None:
        """From inside a caller: let so much time pass for the whole world, at a moment when no request is under way."""
        raise NotImplementedError

    def items(self) -> dict[tuple[str, str], Raw]:
        """The raw table by (pk, sk)."""
        raise NotImplementedError

    def run(self) -> None:
        """Let the callers run to their ends, with faults and jobs as the seed decides."""
        raise NotImplementedError

    def heal(self) -> None:
        """No faults any more; schedules, queue and stream run until nothing changes. Requests by ``prelude`` are
        possible afterwards. A bound that is reached is a breach (``breaches``).
        """
        raise NotImplementedError

    def digest(self) -> str:
        """SHA-256 of the trace."""
        raise NotImplementedError

    def close(self) -> None:
        """Give the product its own clock, connection and caches back."""
        raise NotImplementedError
