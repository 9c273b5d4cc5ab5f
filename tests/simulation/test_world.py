"""The simulated world itself: repeatable, with real processes, real faults, and nothing left behind."""

import os
import subprocess
import sys
from collections import Counter, OrderedDict
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import pytest

import app
from chalicelib import clock
from chalicelib.dynamo import claims, items
from tests.simulation.errands import ERRANDS_PLAY, MEMBERS
from tests.simulation.faults import Fate
from tests.simulation.processes import KEPT
from tests.simulation.running import play
from tests.simulation.world import World

ROOT = Path(__file__).parents[2]
SEEDS_OF_FATES = 60
PURE_CACHES = {
    ("chalicelib.programme.service", "_default"),
    ("chalicelib.programme.defaults", "default_programme"),
    ("chalicelib.programme.service", "default_programme"),
    ("chalicelib.gateways.coupons", "urlsplit"),
    ("chalicelib.gateways.fetching", "urlsplit"),
    ("chalicelib.api.pages", "urlsplit"),
    ("chalicelib.api.upload_page", "urlsplit"),
    ("chalicelib.gateways.networks.youtube", "urlsplit"),
    ("chalicelib.api.pages", "_file"),
    ("chalicelib.api.gallery_feed", "_read"),
    ("chalicelib.gateways.reaching", "_context"),
    ("chalicelib.clients", "_session"),
    ("chalicelib.gateways.ocr", "chosen"),
    ("chalicelib.gateways.ocr.rapid", "_engine"),
    ("chalicelib.gateways.ocr.textract", "client"),
    ("chalicelib.gateways.screening", "chosen"),
    ("chalicelib.gateways.screening.rekognition", "_client"),
    ("chalicelib.gateways.storage", "_client"),
    ("chalicelib.programme.starting.service", "_plain"),
}
"""Caches that depend on nothing but the code, so that processes may share them."""
EXCHANGED_CACHES = {
    ("chalicelib.gateways.queue", "_client"),
    ("chalicelib.gateways.queue", "_url"),
    ("chalicelib.gateways.sealing", "_chosen"),
}
"""Caches in whose place a world puts its own functions."""
SAY_DIGEST = (
    "from tests.simulation.errands import ERRANDS_PLAY;"
    "from tests.simulation.running import play;"
    "print(*(play(seed, ERRANDS_PLAY, digest=True).digest for seed in ({seeds})))"
)


@pytest.fixture
def world():
    made = World(7)
    made.weather.density.clear()
    made.weather.calm = True
    yield made
    made.close()


def digests(hash_seed: str, *seeds: int) -> str:
    command = [sys.executable, "-c", SAY_DIGEST.format(seeds=", ".join(map(str, seeds)) + ",")]
    environment = os.environ | {"PYTHONHASHSEED": hash_seed}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout


def test_a_seed_is_the_same_world_in_every_interpreter():
    mine = [play(seed, ERRANDS_PLAY, digest=True).digest for seed in (3, 5, 8)]

    assert digests("1", 3, 5, 8).split() == mine
    assert digests("2", 8, 3).split() == [mine[2], mine[0]]
    assert len(set(mine)) == 3


def module_state() -> dict[tuple[str, str], Any]:
    """What the product's modules hold that could change: containers by their content, caches by their size."""
    found: dict[tuple[str, str], Any] = {}
    for name, module in sorted(sys.modules.items()):
        if name != "app" and (not name.startswith("chalicelib.") or name.startswith("chalicelib.local")):
            continue
        for attribute, value in vars(module).items():
            if hasattr(value, "cache_info"):
                found[name, attribute] = value.cache_info().currsize
            elif hasattr(value, "clear") and hasattr(value, "__len__"):
                found[name, attribute] = id(value), repr(value)
            elif not isinstance(value, (FunctionType, ModuleType, type)):
                found[name, attribute] = id(value)
    return found


def test_a_world_leaves_nothing_in_the_modules_of_the_product():
    play(1, ERRANDS_PLAY)
    before, place_of_clock = module_state(), clock.now

    for seed in range(2, 12):
        play(seed, ERRANDS_PLAY)

    changed = {name for name, value in module_state().items() if value != before[name]}
    assert changed - PURE_CACHES == set()
    assert clock.now is place_of_clock


def test_whatever_a_process_keeps_is_its_own():
    kept = {(module.__name__, name) for module, name, _ in KEPT if isinstance(module, ModuleType)}
    ordered = {
        (name, attribute)
        for name, module in sys.modules.items()
        if name.startswith("chalicelib.") and not name.startswith("chalicelib.local")
        for attribute, value in vars(module).items()
        if isinstance(value, OrderedDict)
    }
    caches = {
        (name, attribute)
        for name, module in sys.modules.items()
        if name.startswith("chalicelib.") and not name.startswith("chalicelib.local") and "kms" not in name
        for attribute, value in vars(module).items()
        if hasattr(value, "cache_info")
    }

    assert ordered == kept
    assert caches - {("chalicelib.gateways.sealing.local", "_key")} <= PURE_CACHES | EXCHANGED_CACHES


def test_processes_remember_apart(world):
    seen: list[set[str]] = []
    before = app.app.current_request

    def looks() -> None:
        world.request("POST", "/users", {"id": MEMBERS[0]})
        for name in ("one", "two"):
            world._in_process(name, 29, lambda: seen.append(set(claims._cache)))
        world.request("GET", f"/points/{MEMBERS[0]}")

    world.prelude(looks)

    assert seen == [set(), set()]
    assert any(process.kept[0] for process in world._pools["api"])
    assert app.app.current_request is before


def test_callers_take_turns_within_their_requests(world):
    for number in (1, 2, 3, 4):
        world.spawn(f"c{number}", lambda number=number: world.request("POST", "/users", {"id": f"m{number}"}))

    world.run()

    assert [each.answer.status for each in world.history] == [201] * 4
    assert world.history[-1].commits_before < max(each.commits_after for each in world.history)
    turns = [line[1] for line in world.trace if len(line) == 6 and line[1].startswith("c")]
    assert turns != sorted(turns)


def test_a_record_tells_when_it_was_and_what_it_wrote(world):
    world.prelude(lambda: world.request("POST", "/users", {"id": "m"}))

    (record,) = world.history
    (own,) = record.own_commits
    assert record.commits_before <= own < record.commits_after
    assert world.commits[own].record == record.number
    assert {change.sk for change in world.commits[own].changes} >= {"ACCOUNT", "PROFILE", "CLAIM"}
    assert abs((record.now - world.now()).total_seconds()) < 3


def test_time_leaps_only_when_nothing_is_under_way(world):
    def patient() -> None:
        world.advance(86_400)
        world.request("GET", "/points/m")

    def busy() -> None:
        for _ in range(5):
            world.request("POST", "/users", {"id": "m"})

    begun = world.now()
    world.spawn("patient", patient)
    world.spawn("busy", busy)
    world.run()

    assert (world.now() - begun).days == 1
    for record in world.history:
        assert all((after - record.now).total_seconds() < 60 for after in record.nows)


def test_a_process_that_dies_answers_nothing_and_remembers_nothing(world):
    world.weather.calm = False
    world.weather._writes = [(1.0, Fate.DIES_AFTER)]
    world.weather._reads = []
    world.spawn("c", lambda: world.request("POST", "/users", {"id": "m"}))

    world.run()

    (record,) = world.history
    assert record.answer is None
    assert len(record.own_commits) == 1
    assert all(not process.is_dead for process in world._pools["api"])


def test_every_fate_befalls_somebody_and_the_book_stays_right():
    met: Counter[Fate] = Counter()
    for seed in range(SEEDS_OF_FATES):
        world = World(seed)
        try:
            ERRANDS_PLAY.populate(world)
            world.run()
            world.heal()
            found = [*world.breaches, *ERRANDS_PLAY.breaches(world)]
        finally:
            world.close()
        assert found == []
        met.update(world.fates)

    assert set(met) == set(Fate)


def test_what_cannot_be_done_is_stuck(world):
    def never() -> None:
        while True:
            world.pause(1)

    world.spawn("never", never)
    world._scheduler.turns = 10**9
    world.run()

    assert "not done" in world.breaches[0]


def test_what_stays_due_is_a_breach(world):
    forgotten = {"pk": "M#1#m", "sk": "X", "due_pk": "nobody", "due_sk": "2020-01-01T00:00:00.000000Z#M#1#m"}
    put = {"Item": {name: {"S": value} for name, value in forgotten.items()}}
    world.prelude(lambda: world._engine.call("PutItem", put))

    world.heal()

    assert world.breaches == ["stuck: M#1#m X is due since 2020-01-01T00:00:00.000000Z#M#1#m"]


def test_the_connection_of_other_suites_comes_back():
    before = items._connection

    World(1).close()

    assert items._connection is before
