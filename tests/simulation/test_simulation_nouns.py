"""The second play in every test run: rewards with codes, a group, campaigns with budgets, returns and merges."""

import pytest

from tests.simulation import judge_nouns, nouns
from tests.simulation.plays import check, played_nouns
from tests.simulation.world import World

SEEDS = 150


@pytest.mark.slow
@pytest.mark.parametrize("first", range(1, 1 + SEEDS, 25))
def test_no_seed_loses_or_doubles_anything(first):
    check(range(first, first + 25), played_nouns, " PLAY=nouns")


def test_the_play_meets_what_it_is_about():
    """Codes run dry, points pass both ways, members are merged: otherwise the seeds above would prove nothing."""
    said: set[str] = set()
    for seed in range(1, 13):
        world = World(seed)
        try:
            nouns.populate(world)
            world.run()
            world.heal()
            said |= {_what(record) for record in world.history if record.answer is not None}
            assert judge_nouns.breaches(world) == []
        finally:
            world.close()

    assert {"claimed", "dry", "given", "taken", "merged", "returned", "campaign"} <= said


def _what(record):
    body, answer = record.call.body, record.answer.body
    if record.answer.status >= 400:
        return "dry" if "No code of this reward is left" in answer.get("errorMessage", "") else ""
    if record.call.path == "/mergeuser":
        return "merged"
    if record.call.path.startswith("/orders/"):
        return "returned"
    if isinstance(body, dict) and body.get("actionId") == 160:
        return "given" if body["activity"] == "CREDIT" else "taken"
    if answer.get("campaignPoints"):
        return "campaign"
    return "claimed" if answer.get("rewardCode") else ""
