"""A write that is still under way when another attempt of the same call is answered."""

from collections.abc import Callable

import pytest

from tests.simulation.errands import MEMBERS
from tests.simulation.faults import Fate
from tests.simulation.world import World

AWARD = {"id": MEMBERS[0], "actionId": "100", "activity": "CREDIT", "credit": 5, "reason": "a gift"}


@pytest.mark.parametrize("second", [Fate.CONFLICT, Fate.THROTTLED])
def test_a_write_that_botocore_sent_again_and_that_lands_late_is_done_once(second):
    for seed in range(40):
        world = World(seed)
        try:
            world.prelude(lambda world=world: world.request("POST", "/users", {"id": MEMBERS[0]}))
            world.prelude(world.jobs.sweep)
            world.weather.fate = _scripted([Fate.LATE, second, second][: 2 + (second is Fate.THROTTLED)])
            world.spawn("shop", lambda world=world: world.request("POST", "/points", AWARD))
            world.run()
            world.heal()
            record = world.history[-1]
        finally:
            world.close()

        booked = [n for n in record.own_commits if any(c.sk.startswith("E#") for c in world.commits[n].changes)]
        assert len(booked) == 1, f"seed {seed}"


def _scripted(writes: list[Fate]) -> Callable[..., Fate]:
    """These fates for the writes; then the witness is asked, and the next reading of the account takes its time."""
    reads = [Fate.WORKS, Fate.STALLS]

    def fate(*, is_write: bool, again: bool) -> Fate:
        if is_write:
            return writes.pop(0) if writes else Fate.WORKS
        return Fate.WORKS if writes or not reads else reads.pop(0)

    return fate
