"""What is trending: a score that fades.

    score = publication · 2^(-a/h) + Σ over days d of (view·views(d) + click·clicks(d) + buy·buys(d)) · 2^(-(today-d)/h)

where a is the age of the publication in days, h the half-life, and the sum runs over the last ``WINDOW_DAYS`` days.
Days are those of UTC. Scores only rank, so binary fractions do.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from chalicelib.programme.definitions.gallery import Trending
from chalicelib.values import value

WINDOW_DAYS: Final = 92
"""Days that count: after three of the longest half-lives an interaction weighs an eighth."""


@value
class Counts:
    """Interactions with a photo on a day."""

    views: int = 0
    clicks: int = 0
    buys: int = 0


@value
class Candidate:
    """A photo that may trend: its id, the day (ordinal) it was published, and its counts by day."""

    photo: str
    published: int
    by_day: Mapping[int, Counts]


def score(candidate: Candidate, weights: Trending, today: int) -> float:
    """The score on a day (ordinal); what is to come, by a clock that is wrong, counts as of today."""
    half_life = weights.half_life_days
    total = float(weights.publication) * _left(today - candidate.published, half_life)
    for day, counts in candidate.by_day.items():
        if today - day < WINDOW_DAYS:
            total += _weighed(counts, weights) * _left(today - day, half_life)
    return total


def ranked(candidates: Iterable[Candidate], weights: Trending, today: int) -> list[str]:
    """The photos by score, highest first; equal scores stay in the order in which they came."""
    found = list(candidates)
    return [each.photo for each in sorted(found, key=lambda each: -score(each, weights, today))]


def _weighed(counts: Counts, weights: Trending) -> float:
    return float(weights.view * counts.views + weights.click * counts.clicks + weights.buy * counts.buys)


def _left(age: int, half_life: int) -> float:
    return float(0.5 ** (max(age, 0) / half_life))
