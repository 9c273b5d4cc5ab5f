"""A few plain errands, to prove the world itself: enrol, award, redeem, read, and let time pass."""

import random
from collections.abc import Callable, Iterator

from tests.simulation.running import Play
from tests.simulation.world import World

MEMBERS = ("ada@example.test", "grace@example.test")
CALLERS = 4
ERRANDS = 10
TRIES = 4


def populate(world: World) -> None:
    """Two members with points, and callers who award and redeem them."""
    rng = random.Random(f"errands {world.seed}")

    def open_shop() -> None:
        for member in MEMBERS:
            world.request("POST", "/users", {"id": member})
            world.request("POST", "/points", _award(member, 100))

    world.prelude(open_shop)
    for number in range(CALLERS):
        world.spawn(f"caller {number}", _caller(world, random.Random(rng.random()), number))


def breaches(world: World) -> Iterator[str]:
    """Every call that was answered with success has one commit, and the balances are what the calls say."""
    expected = dict.fromkeys(MEMBERS, 0)
    done: set[str] = set()
    for record in world.history:
        body = record.call.body
        if record.call.path != "/points" or record.call.method != "POST":
            continue
        written = any("ACCOUNT" in change.sk for place in record.own_commits for change in world.commits[place].changes)
        is_success = record.answer is not None and record.answer.status == 200
        if is_success and not written and record.call.key not in done:
            yield f"request {record.number} succeeded and wrote nothing"
        if written:
            if record.call.key is not None and record.call.key in done:
                yield f"request {record.number} acted a second time under its key"
            done.add(record.call.key or "")
            expected[body["id"]] += body.get("credit", 0) - body.get("debit", 0)
    found: dict[str, int] = {}

    def ask() -> None:
        for member in MEMBERS:
            answer = world.request("GET", f"/points/{member}")
            found[member] = 0 if answer is None else answer.body["availablePoints"]

    world.prelude(ask)
    if found != expected:
        yield f"balances are {found}, and the calls make {expected}"


ERRANDS_PLAY = Play(populate, breaches)


def _caller(world: World, rng: random.Random, number: int) -> Callable[[], None]:
    def errands() -> None:
        for place in range(ERRANDS):
            member = rng.choice(MEMBERS)
            kind = rng.random()
            if kind < 0.3:
                world.request("GET", f"/points/{member}")
                continue
            body = _award(member, rng.randint(1, 50)) if kind < 0.6 else _redemption(member, rng.randint(1, 60))
            for _ in range(TRIES):
                answer = world.request("POST", "/points", body, key=f"{number}-{place}")
                if answer is not None and answer.status < 409:
                    break
                world.pause(rng.random() * 5)
            if rng.random() < 0.1:
                world.advance(rng.random() * 86_400)

    return errands


def _award(member: str, points: int) -> dict[str, object]:
    return {"id": member, "actionId": "100", "activity": "CREDIT", "credit": points, "reason": "a gift"}


def _redemption(member: str, points: int) -> dict[str, object]:
    return {"id": member, "actionId": "107", "activity": "DEBIT", "debit": points}
