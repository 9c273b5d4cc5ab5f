"""What goes wrong at calls to AWS, as the seed has it: some worlds are calm, some stormy, some have one sickness."""

import random
from enum import Enum


class Fate(Enum):
    """What becomes of one attempt of a call."""

    WORKS = "works"
    THROTTLED = "throttled"
    CONFLICT = "conflict"
    UNAVAILABLE = "unavailable"
    """An internal error of the engine: it may or may not have acted."""
    LOST = "lost"
    """It never arrives, and the caller waits in vain."""
    ANSWER_LOST = "answer lost"
    """It takes effect, and the caller waits in vain."""
    LATE = "late"
    """The caller waits in vain, and it arrives later."""
    TWICE = "twice"
    """The network sends it twice; the answer is the second one's."""
    DIES_BEFORE = "dies before"
    DIES_AFTER = "dies after"
    STALLS = "stalls"
    """The process stands still for seconds between two calls."""


_READS = (Fate.THROTTLED, Fate.UNAVAILABLE, Fate.LOST, Fate.ANSWER_LOST, Fate.DIES_BEFORE, Fate.DIES_AFTER, Fate.STALLS)
_WRITES = (*_READS, Fate.CONFLICT, Fate.LATE, Fate.TWICE)
_CALM = 0.2
_STORMY = 0.4
_ONE_SICKNESS = 0.65


class Weather:
    """How often each fate comes, in this world."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self.density: dict[Fate, float] = {}
        self.calm = False
        """While true, everything works."""
        kind = rng.random()
        if kind < _CALM:
            self.name = "calm"
        elif kind < _STORMY:
            self.name = "stormy"
            self.density = {fate: rng.uniform(0, 0.03) for fate in _WRITES}
        elif kind < _ONE_SICKNESS:
            fate = rng.choice(_WRITES)
            self.name = f"only {fate.value}"
            self.density = {fate: rng.uniform(0.05, 0.3)}
        else:
            self.name = "breezy"
            self.density = {fate: rng.uniform(0, 0.006) for fate in _WRITES}
        self._reads = _ladder(self.density, _READS)
        self._writes = _ladder(self.density, _WRITES)
        self.burst = rng.choice((0.0, 0.3, 0.8))
        """How often what failed at one attempt fails in some way at the next: faults come together."""
        self.torn = rng.choice((0.0, 0.0, 0.1, 0.5))
        """How often a read of several items sees a commit in its middle."""
        self.unprocessed = rng.choice((0.0, 0.0, 0.02, 0.2))
        """How often a batch leaves keys unread."""
        self.index_late = rng.choice((0, 0, 2, 10, 50))
        """Changes by which an index may be behind."""
        self.duplicates = rng.choice((0.0, 0.1, 0.4))
        """How often a delivery of queue or stream comes twice."""
        self.jobs = rng.choice((0.0, 0.01, 0.04, 0.1))
        """How often a job begins between two turns."""
        self.slow_answers = rng.choice((0.0, 0.1, 0.3))
        """How often others go on between an effect and its answer."""

    def fate(self, *, is_write: bool, again: bool = False) -> Fate:
        """What becomes of the next attempt; ``again`` if the one before it failed."""
        if self.calm:
            return Fate.WORKS
        ladder = self._writes if is_write else self._reads
        if not ladder:
            return Fate.WORKS
        drawn = self._rng.random()
        if again and self.burst and self._rng.random() < self.burst:
            drawn *= ladder[-1][0]
        if drawn >= ladder[-1][0]:
            return Fate.WORKS
        return next(fate for bound, fate in ladder if drawn < bound)

    def happens(self, likelihood: float) -> bool:
        """Whether something of this likelihood happens; never in calm weather."""
        return not self.calm and likelihood > 0 and self._rng.random() < likelihood


def _ladder(density: dict[Fate, float], fates: tuple[Fate, ...]) -> list[tuple[float, Fate]]:
    found, bound = [], 0.0
    for fate in fates:
        if density.get(fate):
            bound += density[fate]
            found.append((bound, fate))
    return found
