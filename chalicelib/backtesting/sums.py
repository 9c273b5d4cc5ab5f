"""What replays add up to: counts and the largest differences. Sums of any members merge in any order."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import field
from typing import Any, Final, Literal

from chalicelib.values import value

Side = Literal["before", "after"]
SIDES: Final[tuple[Side, Side]] = ("before", "after")
"""As it was, and under the draft."""
LARGEST_MAX: Final = 10
"""Gains and losses that are listed one by one."""
EDGES: Final = (1, 10, 100, 1_000, 10_000, 100_000)
"""Bounds of the distribution, in whole points, on either side of zero."""
Count = tuple[str, ...]
_JOINT: Final = "|"


@value
class Sums:
    """Counts by what they count, and the largest gains and losses (points in smallest units), largest first."""

    counts: Mapping[Count, int] = field(default_factory=dict)
    gains: tuple[int, ...] = ()
    losses: tuple[int, ...] = ()

    def of(self, *name: str) -> int:
        """One count, 0 where nothing was counted."""
        return self.counts.get(name, 0)

    def under(self, *name: str) -> dict[Count, int]:
        """The counts whose names begin so, by the rest of their names."""
        size = len(name)
        return {key[size:]: count for key, count in self.counts.items() if key[:size] == name}


def merged(many: Iterable[Sums]) -> Sums:
    """The sums of all, in any order."""
    counts: dict[Count, int] = {}
    gains: list[int] = []
    losses: list[int] = []
    for each in many:
        for name, count in each.counts.items():
            counts[name] = counts.get(name, 0) + count
        gains += each.gains
        losses += each.losses
    return Sums(counts, tuple(sorted(gains, reverse=True)[:LARGEST_MAX]), tuple(sorted(losses)[:LARGEST_MAX]))


def difference(points: int, decimals: int) -> Sums:
    """How a member's difference (smallest units) counts: better, worse or the same, and in the distribution."""
    if not points:
        return Sums({("members", "same"): 1})
    word = "better" if points > 0 else "worse"
    reached = sum(abs(points) >= edge * 10**decimals for edge in EDGES)
    counts = {("members", word): 1, ("distribution", word, str(reached)): 1}
    return Sums(counts, (points,), ()) if points > 0 else Sums(counts, (), (points,))


def dump(sums: Sums) -> str:
    """As JSON text."""
    counts = {_JOINT.join(name): count for name, count in sums.counts.items() if count}
    return json.dumps([counts, sums.gains, sums.losses], separators=(",", ":"))


def load(text: str) -> Sums:
    """The sums of ``dump``."""
    counts, gains, losses = json.loads(text)
    named: dict[str, Any] = counts
    return Sums({tuple(name.split(_JOINT)): count for name, count in named.items()}, tuple(gains), tuple(losses))
