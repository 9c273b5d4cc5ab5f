"""Which play the simulator gives."""

from tests.simulation.errands import ERRANDS_PLAY as PLAY

__all__ = ["PLAY"]
