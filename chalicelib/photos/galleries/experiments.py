"""Experiments: who sees which variant, and what came of it, with intervals.

A visitor keeps a variant as long as the weights stay: it follows from a hash of the experiment and the visitor's id,
and nothing is stored. A page that names no visitor draws a position for each of its views.
"""

import hashlib
import math
import re
from collections.abc import Sequence
from statistics import NormalDist
from typing import Final, Literal

from chalicelib.programme.definitions.gallery import FULL, Experiment, Variant
from chalicelib.values import value

CONFIDENCE: Final = 0.95
"""Of all comparisons of an experiment together (Bonferroni)."""
_DRAWN: Final = re.compile(r"~[0-9]{1,2}")
"""A position from 0 to 99 that a page drew by itself."""

Verdict = Literal["better", "worse", "undecided"]


@value
class Tried:
    """A variant's page views in which the gallery was seen, and those of them that ended in what is counted."""

    variant: str
    seen: int
    reached: int


@value
class Rate:
    """A share with its interval (Wilson, without continuity correction)."""

    rate: float
    low: float
    high: float


@value
class Compared:
    """A variant's rate less that of the control, with its interval (Newcombe's tenth method)."""

    difference: float
    low: float
    high: float
    verdict: Verdict


def position(experiment: str, visitor: str) -> float:
    """Where a visitor stands between 0 and 100: by a hash of both, or drawn by the page (``~0`` to ``~99``)."""
    if _DRAWN.fullmatch(visitor):
        return float(visitor[1:])
    hashed = hashlib.sha256(f"{len(experiment)}:{experiment}{visitor}".encode()).digest()
    return int.from_bytes(hashed[:8], "big") / 2**64 * FULL


def assigned(experiment: Experiment, visitor: str) -> Variant:
    """The variant of a visitor; the control, which is the first, for nobody."""
    if not visitor:
        return experiment.variants[0]
    at, passed = position(experiment.experiment_id, visitor), 0
    for variant in experiment.variants:
        passed += variant.weight
        if at < passed:
            return variant
    return next(variant for variant in reversed(experiment.variants) if variant.weight)


def rate(seen: int, reached: int, comparisons: int = 1) -> Rate | None:
    """The rate; ``None`` where nobody saw anything. What was reached beyond what was seen is not believed."""
    if seen <= 0:
        return None
    reached = min(max(reached, 0), seen)
    z, share = _z(comparisons), reached / seen
    middle = share + z * z / (2 * seen)
    spread = z * math.sqrt(share * (1 - share) / seen + z * z / (4 * seen * seen))
    whole = 1 + z * z / seen
    low = 0.0 if reached == 0 else (middle - spread) / whole
    high = 1.0 if reached == seen else (middle + spread) / whole
    return Rate(share, low, high)


def compared(control: Tried, variant: Tried, comparisons: int = 1) -> Compared | None:
    """The difference of two variants; ``None`` where one of them was not seen."""
    first = rate(control.seen, control.reached, comparisons)
    other = rate(variant.seen, variant.reached, comparisons)
    if first is None or other is None:
        return None
    difference = other.rate - first.rate
    low = difference - math.hypot(other.rate - other.low, first.high - first.rate)
    high = difference + math.hypot(other.high - other.rate, first.rate - first.low)
    verdict: Verdict = "better" if low > 0 else "worse" if high < 0 else "undecided"
    return Compared(difference, low, high, verdict)


def comparisons_of(tried: Sequence[Tried]) -> int:
    """How many variants are compared with the control."""
    return max(len(tried) - 1, 1)


def _z(comparisons: int) -> float:
    return NormalDist().inv_cdf(1 - (1 - CONFIDENCE) / (2 * comparisons))
