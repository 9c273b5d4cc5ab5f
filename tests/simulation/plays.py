"""The play that the simulator gives: the workload, and the judge with a site on paper."""

from collections.abc import Callable, Iterable
from typing import Final

from tests.simulation import judge, judge_nouns, nouns, workload
from tests.simulation.running import Outcome, Play, play

PLAY: Final = Play(workload.populate, judge.breaches)
NOUNS: Final = Play(nouns.populate, judge_nouns.breaches)
"""Rewards, groups, campaigns and merges."""


def played(seed: int) -> Outcome:
    """Play a seed. Here, and not in ``__main__``, so that worker processes find it."""
    return play(seed, PLAY)


def played_nouns(seed: int) -> Outcome:
    """Play a seed of the second play."""
    return play(seed, NOUNS)


def check(seeds: Iterable[int], played: Callable[[int], Outcome] = played, more: str = "") -> None:
    """Play seeds for a test; fails with what the first breach was, and how to see it again."""
    for seed in seeds:
        outcome = played(seed)
        again = f"make simulate SEEDS=1 SEED={seed}{more}"
        assert not outcome.breaches, f"{again}\n{outcome.story}\n" + "\n".join(outcome.breaches)
