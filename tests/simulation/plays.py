"""The play that the simulator gives: the workload, and the judge with a site on paper."""

from typing import Final

from tests.simulation import judge, workload
from tests.simulation.running import Outcome, Play, play

PLAY: Final = Play(workload.populate, judge.breaches)


def played(seed: int) -> Outcome:
    """Play a seed. Here, and not in ``__main__``, so that worker processes find it."""
    return play(seed, PLAY)
