"""What the callers of a world do, by its seed: shops that read and award, retry what they do not hear of, and some
that race each other on purpose.
"""

import random
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.simulation.calls import MIX, Drawing, Scene
from tests.simulation.history import Answer, Call
from tests.simulation.workload_documents import chosen

MEMBERS = ("ada@example.test", "grace@example.test", "edith", "zoë", "m 5+plus")
ATTEMPTS = 4
_CALLS, _WEIGHTS = zip(*MIX, strict=True)


def populate(world: Any) -> None:
    """Open the shop, enrol its members, and spawn its callers."""
    rng = random.Random(f"workload {world.seed}")
    scene = Scene(list(MEMBERS[: rng.randint(2, 5)]), chosen(rng))

    def opening() -> None:
        world.request("PUT", "/programme", scene.document, staff=True)
        for member in scene.members[: len(scene.members) - rng.randint(0, 1)]:
            world.request("POST", "/users", {"id": member})
            body = {"id": member, "actionId": 100, "activity": "CREDIT", "credit": 60, "reason": "a welcome"}
            world.request("POST", "/points", body)

    world.prelude(opening)
    # The schedule has run before, as it has wherever a shop is open.
    world.prelude(world.jobs.sweep)
    callers = rng.randint(3, 6)
    steps = rng.randint(36, 60) // callers
    for number in range(callers):
        own = random.Random(rng.random())
        world.spawn(f"shop-{number}", lambda own=own: _shop(world, own, scene, steps))
    if rng.random() < 0.6:
        own = random.Random(rng.random())
        world.spawn("calendar", lambda: _calendar(world, own, scene))
    _spawn_races(world, rng, scene)


def send(world: Any, rng: random.Random, call: Call, scene: Scene) -> Answer | None:
    """Send a call as a real client does: again after no answer, a fault or contention, with the same key if any."""
    scene.sent.append(call)
    for _ in range(ATTEMPTS):
        answer: Answer | None = world.request(
            call.method, call.path, call.body, query=call.query, key=call.key, staff=call.staff
        )
        if answer is not None and not _is_retried(answer):
            if call.path == "/orders" and answer.status == 200:
                scene.placed[call.body["id"]] = call.body["orderDetail"]
            return answer
        if call.key is None and call.method != "GET" and rng.random() < 0.6:
            return answer
        world.pause(rng.uniform(0.05, 3))
    return answer


def _is_retried(answer: Answer) -> bool:
    """Whether clients send again: a fault, or contention, which the code tells."""
    return answer.status >= 500 or (answer.status == 409 and answer.body.get("errorCode") == "AC1001")


def _shop(world: Any, rng: random.Random, scene: Scene, steps: int) -> None:
    for _ in range(steps):
        call = _next_call(world, rng, scene)
        send(world, rng, call, scene)
        if rng.random() < 0.3:
            world.pause(rng.choice((0.01, 1, 6, 60)))


def _next_call(world: Any, rng: random.Random, scene: Scene) -> Call:
    """A new call, or one that was sent before, with its key, with another body under its key, or as it was."""
    kind = rng.random()
    if kind < 0.06 and scene.sent:
        return rng.choice(scene.sent[-12:])
    make = rng.choices(_CALLS, _WEIGHTS)[0]
    call = make(Drawing(rng, scene, world.now()))
    if call.method == "GET" or rng.random() < 0.45:
        return call
    # Elements of a bulk call see one another, also in a dry run: each of them is judged alone.
    if rng.random() < 0.1 and not call.path.startswith(("/bulk", "/getbulk")):
        return replace(call, query={"dryRun": "true"})
    keyed = [each.key for each in scene.sent[-12:] if each.key]
    if kind < 0.09 and keyed:
        return replace(call, key=rng.choice(keyed))
    return replace(call, key=scene.new_key())


def _calendar(world: Any, rng: random.Random, scene: Scene) -> None:
    """Time goes on in leaps: to just before and after midnight, over expiries and the ends of tiers."""
    zone = ZoneInfo(scene.document["timeZone"])
    for _ in range(rng.randint(1, 6)):
        world.pause(rng.uniform(1, 30))
        kind = rng.random()
        if kind < 0.5:
            world.advance(max(0.0, _to_midnight(world.now(), zone) - rng.choice((0.0, 0.5, 1.5, 20))))
        else:
            world.advance(rng.choice((3600, 86_400, 86_400, 2 * 86_400, 5 * 86_400, 13 * 86_400)))


def _to_midnight(now: datetime, zone: ZoneInfo) -> float:
    tomorrow = now.astimezone(zone).date() + timedelta(days=1)
    return (datetime.combine(tomorrow, time(), zone).astimezone(UTC) - now).total_seconds()


def _spawn_races(world: Any, rng: random.Random, scene: Scene) -> None:
    """Two or three callers who do the same thing, or opposite things, at the same moment."""
    for _ in range(rng.randint(0, 3)):
        calls = _race(rng, scene)
        start = rng.uniform(0, 20)
        for number, call in enumerate(calls):
            own = random.Random(rng.random())

            def runner(call: Call = call, own: random.Random = own, start: float = start) -> None:
                world.pause(start)
                send(world, own, call, scene)

            world.spawn(f"racer-{number}", runner)


def _race(rng: random.Random, scene: Scene) -> list[Call]:
    member, other = rng.choice(scene.members), rng.choice(scene.members)
    redeem = Call("POST", "/points", {"id": member, "actionId": 107, "activity": "DEBIT", "debit": 50})
    visit = Call("POST", "/points", {"id": member, "actionId": 515, "activity": "CREDIT"})
    erase = Call("POST", "/userdelete", {"id": member, "requestedBy": "staff@example.test"})
    gift = {"id": member, "actionId": 8055, "activity": "DEBIT", "debit": 20, "recipientData": {"recipientId": other}}
    order_id = rng.choice(scene.orders) if scene.orders else scene.new_order()
    line = {"id": "P1", "quantity": 2, "unitPrice": 20}
    order = Call("POST", "/orders", {"id": order_id, "userId": member, "orderDetail": [line]})
    ship, cancel, back = (
        Call("PUT", f"/orders/{order_id}", {"orderId": order_id, "status": word})
        for word in ("ship", "cancel", "return")
    )
    key = scene.new_key()
    same = rng.choice((redeem, visit, order, Call("POST", "/points", gift)))
    return rng.choice(
        (
            [redeem, redeem],
            [visit, visit, visit],
            [replace(same, key=key)] * 3,
            [replace(redeem, key=key), replace(visit, key=key)],
            [order, order],
            [order, ship, cancel],
            [ship, back, back],
            [erase, Call("POST", "/points", gift), redeem],
            [erase, Call("POST", "/users", {"id": member}), visit],
            [Call("POST", "/points", gift), Call("POST", "/points", gift), redeem],
        )
    )
