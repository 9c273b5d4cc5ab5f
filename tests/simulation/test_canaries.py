"""A guardian that notices nothing is none: each planted fault is noticed, and the planting itself can fail."""

import pytest

from tests.simulation.canaries import CANARIES
from tests.simulation.hunting import hunt
from tests.simulation.planting import Canary, plant

SEEDS = 25


def test_there_are_enough_and_each_has_a_name_of_its_own():
    assert len({canary.name for canary in CANARIES}) == len(CANARIES) >= 15


@pytest.mark.parametrize("canary", CANARIES, ids=lambda canary: canary.name)
def test_a_planted_fault_is_noticed(canary: Canary):
    catch = hunt(canary, SEEDS, canary.near)

    assert catch.seeds is not None, f"{canary.says} Nobody noticed in {SEEDS} seeds from {canary.near}."


def test_a_piece_that_is_not_there_cannot_be_exchanged():
    canary = Canary("nothing", "exchanges nothing", "chalicelib.clock", "this is not in the source", "")

    with pytest.raises(LookupError, match="not once"):
        canary.planted("def now(): ...")


def test_a_module_that_was_imported_already_is_left_alone():
    with pytest.raises(RuntimeError, match="imported before"):
        plant(Canary("late", "comes too late", "tests.simulation.planting", "x", "y"))
