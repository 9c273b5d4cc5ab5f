"""Which play the simulator gives."""

from typing import Final

from tests.simulation import judge, workload
from tests.simulation.running import Play

PLAY: Final = Play(workload.populate, judge.breaches)
