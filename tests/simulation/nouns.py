"""The second play: rewards with codes that run dry, a group, campaigns with budgets, orders, returns and merges.

Callers do all of it at once in the same weather as ever; what must be so afterwards is counted from the stored items
and from what callers heard: no model says what each call would answer, so this play finds what is lost or doubled.
"""

import copy
import random
from typing import Any

from tests.simulation.workload_documents import REVIEW, SIMPLE, VISIT

MEMBERS = tuple(f"m{number}@example.test" for number in range(1, 7))
CODES = 7
BUDGET = 90
COST = 20
TRIES_MAX = 6
STEPS = (4, 9)
CALLERS = (3, 5)


def document() -> dict[str, Any]:
    """A programme with a pool that runs dry, a budget that does, and a group."""
    made = copy.deepcopy(SIMPLE)
    made["expiry"] = {"type": "rollingDays", "days": 200}
    for action in made["actions"]:
        if action["actionId"] == 160:
            action.pop("status")
    made["rewards"] = [
        {
            "rewardId": "coupon", "rewardName": "Coupon", "status": "Live", "cost": COST, "claimsPerMember": 0,
            "codes": {"source": "pool"},
        },
        {"rewardId": "bag", "rewardName": "Bag", "status": "Live", "cost": 5, "stock": 4, "claimsPerMember": 2},
    ]  # fmt: skip
    made["campaigns"] = [
        {
            "campaignId": "bonus", "campaignName": "Bonus", "actions": [109, VISIT, REVIEW], "budgetPoints": BUDGET,
            "benefit": {"type": "bonus", "points": 13},
        },
        {
            "campaignId": "double", "campaignName": "Double", "actions": [109], "stacking": "best", "memberTimesMax": 2,
            "benefit": {"type": "multiplier", "multiplier": 2},
        },
        {
            "campaignId": "third", "campaignName": "Every second", "actions": [109],
            "milestones": [{"counts": "times", "times": 2, "repeats": True, "benefit": {"type": "bonus", "points": 3}}],
        },
    ]  # fmt: skip
    made["groups"] = {"enabled": True, "invitationAcceptanceRequired": False}
    return made


def populate(world: Any) -> None:
    """Open the shop, and let callers in."""
    rng = random.Random(f"nouns {world.seed}")
    world.prelude(lambda: _open(world))
    for number in range(rng.randint(*CALLERS)):
        own = random.Random(f"nouns {world.seed} {number}")
        world.spawn(f"shop-{number}", lambda number=number, own=own: _calls(world, own, number))


def _open(world: Any) -> None:
    plain = {"programme": document()}
    assert world.request("PUT", "/programme", plain["programme"], staff=True).status == 200
    for member in MEMBERS:
        assert world.request("POST", "/users", {"id": member}).status == 201
        body = {"id": member, "actionId": 100, "activity": "CREDIT", "credit": 60, "reason": "begin"}
        assert world.request("POST", "/points", body).status == 200
    codes = {"codes": [f"CODE-{number}" for number in range(CODES)]}
    assert world.request("POST", "/rewards/coupon/codes", codes, staff=True).status in {200, 201}
    group = {
        "id": MEMBERS[0],
        "groupName": "Ours",
        "addMemberDetails": [{"memberId": MEMBERS[1], "userRole": "Member"}],
    }
    made = world.request("POST", "/group", group)
    assert made.status == 201, made.body
    world.group = str(made.body["groupId"])


def _calls(world: Any, rng: random.Random, number: int) -> None:
    orders: list[str] = []
    for step in range(rng.randint(*STEPS)):
        member, key = rng.choice(MEMBERS), f"k-{number}-{step}"
        kind = rng.choices(("claim", "bag", "give", "take", "order", "back", "visit", "merge", "again"),
                           (5, 3, 3, 3, 4, 2, 3, 1, 1))[0]  # fmt: skip
        if kind == "again" and step:
            key = f"k-{number}-{step - 1}"
            continue
        path, body = _call(world, rng, kind, member, f"SO-{number}-{step}", orders)
        method = "PUT" if kind == "back" else "POST"
        for _ in range(TRIES_MAX):
            answer = world.request(method, path, body, key=key)
            if answer is not None and answer.status < 500 and not (answer.status == 409 and "errorCode" in answer.body):
                break
            world.pause(rng.random())
        if rng.random() < 0.3:
            world.request(method, path, body, key=key)
        if kind == "order":
            orders.append(f"SO-{number}-{step}")


def _call(
    world: Any, rng: random.Random, kind: str, member: str, order: str, orders: list[str]
) -> tuple[str, dict[str, Any]]:
    moving = {"actionId": 160, "debit": rng.choice((5, 11, 40)), "groupId": world.group, "reason": "ours"}
    inside = rng.choice(MEMBERS[:2])
    if kind in {"claim", "bag"}:
        reward = "coupon" if kind == "claim" else "bag"
        return "/points", {"id": member, "rewardId": reward, "activity": "DEBIT", "reason": "claim"}
    if kind == "give":
        return "/points", {"id": inside, "activity": "CREDIT", **moving}
    if kind == "take":
        return "/points", {"id": MEMBERS[0], "userId": inside, "activity": "DEBIT", **moving}
    if kind == "order":
        detail = [{"id": "P1", "quantity": rng.randint(1, 3), "unitPrice": rng.choice((4, "9.99", 20))}]
        return "/orders", {"id": order, "userId": member, "orderDetail": detail}
    if kind == "back" and orders:
        return f"/orders/{rng.choice(orders)}", {"status": "return"}
    if kind == "merge":
        first, second = rng.sample(MEMBERS, 2)
        return "/mergeuser", {"primaryUID": first, "secondaryUID": second, "mergedBy": "staff@example.test"}
    action = rng.choice((VISIT, REVIEW))
    return ("/points" if kind != "back" else "/orders/SO-none"), (
        {"status": "return"} if kind == "back" else {"id": member, "actionId": action, "activity": "CREDIT"}
    )
