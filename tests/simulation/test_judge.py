"""That the judge can condemn: histories that are true are let pass, and each lie in one of them is found."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.simulation.history import Answer
from tests.simulation.judge import Breach, Court, breaches
from tests.simulation.judge_compare import differences
from tests.simulation.workload_documents import SIMPLE
from tests.simulation.world import World

SEED = 0


@pytest.fixture
def world() -> Iterator[World]:
    """Ada earns 60, redeems 20 under a key, is refused 90, places an order and reads her points."""
    world = World(SEED)
    body = {"id": "ada", "actionId": 107, "activity": "DEBIT"}

    def shop() -> None:
        from_gift = {"id": "ada", "actionId": 100, "activity": "CREDIT", "credit": 60, "reason": "a gift"}
        world.request("PUT", "/programme", SIMPLE, staff=True)
        world.request("POST", "/users", {"id": "ada"})
        world.request("POST", "/points", from_gift)
        world.request("POST", "/points", {**body, "debit": 20}, key="k")
        world.request("POST", "/points", {**body, "debit": 90})
        line = {"id": "P1", "quantity": 1, "unitPrice": 30}
        world.request("POST", "/orders", {"id": "SO-1", "userId": "ada", "orderDetail": [line]})
        world.request("GET", "/points/ada")

    world.prelude(shop)
    world.heal()
    yield world
    world.close()


CREDIT, REDEMPTION, REFUSAL, ORDER, READING = 2, 3, 4, 5, 6


def _says(world: World, number: int, **body) -> None:
    record = world.history[number]
    record.answer = replace(record.answer, body={**record.answer.body, **body})


def _condemned(world: World) -> str:
    with pytest.raises(Breach) as breach:
        Court(world).run()
    return str(breach.value)


def test_a_true_history_passes(world):
    assert breaches(world) == []


def test_a_wrong_figure_in_a_reading_is_found(world):
    _says(world, READING, availablePoints=71)

    assert "availablePoints: wanted 70, got 71" in _condemned(world)


def test_a_wrong_figure_in_the_answer_of_a_change_is_found(world):
    _says(world, REDEMPTION, updatedAvailablePoints=41)

    assert "updatedAvailablePoints: wanted 40, got 41" in _condemned(world)


def test_a_refusal_that_was_never_true_is_found(world):
    world.history[REFUSAL].call.body["debit"] = 40

    assert "must have written" in _condemned(world)


def test_a_success_that_wrote_nothing_is_found(world):
    world.history[CREDIT].own_commits.clear()
    world.commits[:] = [
        replace(each, record=None, changes=()) if each.record == CREDIT else each for each in world.commits
    ]

    assert "must have written" in _condemned(world)


def test_a_call_that_acted_twice_is_found(world):
    again = next(each for each in world.commits if each.record == REDEMPTION)
    world.commits.append(replace(again, number=len(world.commits)))
    world.history[REDEMPTION].own_commits.append(len(world.commits) - 1)

    assert "acted twice" in _condemned(world)


def test_an_answer_of_contention_after_a_commit_is_found(world):
    told = Answer(409, {"errorCode": "AC1001"}, {"retry-after": "1"})
    world.history[REDEMPTION].answer = told

    assert "nothing was written" in _condemned(world)


def test_no_answer_excuses_the_answer_and_not_the_effect(world):
    world.history[REDEMPTION].answer = None

    assert breaches(world) == []


def test_a_stored_figure_that_no_call_explains_is_found(world):
    for (_pk, sk), item in world.items().items():
        if sk == "ACCOUNT":
            item["body"]["S"] = item["body"]["S"].replace('"s":"active"', '"s":"inactive"')

    assert any("state" in text for text in breaches(world))


def test_only_what_is_wanted_is_compared_and_lists_by_their_length():
    assert list(differences({"a": 1}, {"a": 1, "b": 2})) == []
    assert list(differences({"a": [1]}, {"a": [1, 2]})) != []
    assert list(differences({"a": 1}, {"a": "1"})) == [".a: wanted 1, got '1'"]
