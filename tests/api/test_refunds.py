"""Whose the points are that come back with a cancelled reward or a returned order, and of which kind."""

from typing import Any

from tests.api.grouping import give, groups_on, hand, of, pair
from tests.api.proving import faults
from tests.api.rewarding import TEN_OFF, catalogue, claim
from tests.api.shop import ADA, Shop

REDEEM = {"id": ADA, "actionId": 107, "activity": "DEBIT", "debit": 50, "orderId": "SO-1", "reason": "claim"}
ORDER = {"id": "SO-1", "userId": ADA, "orderDetail": [{"id": "P1", "quantity": "2", "unitPrice": "50"}]}


def first_claim(shop: Shop) -> str:
    return str(shop.get(f"/users/{ADA}/rewards/history").ok["data"][0]["assign_id"])


def cancel(shop: Shop) -> None:
    shop.post(f"/users/{ADA}/rewards/{first_claim(shop)}/cancel", {"reason": "changed my mind"}).ok  # noqa: B018 - asks.


def handed(shop: Shop) -> str:
    """Ada's group has 300 points and has just handed her 200, which are her own from then on."""
    group = pair(shop)
    shop.credit(1_000)
    give(shop, group, 500).ok  # noqa: B018 - asks.
    hand(shop, group, 200, receiver=ADA).ok  # noqa: B018 - asks.
    return group


def balances(shop: Shop, group: str) -> tuple[Any, Any]:
    return shop.figures()["availablePoints"], of(shop, group)["groupAvailablePoints"]


def test_a_cancelled_reward_that_the_member_paid_stays_the_members_after_a_transfer_from_the_group(shop: Shop):
    catalogue(shop, TEN_OFF)
    group = handed(shop)
    shop.post("/points", claim()).ok  # noqa: B018 - asks.

    cancel(shop)

    assert balances(shop, group) == (700, "300")
    assert faults(shop) == []


def test_points_that_the_member_spent_on_an_order_come_back_to_the_member_after_a_transfer_from_the_group(shop: Shop):
    group = handed(shop)
    shop.post("/points", REDEEM).ok  # noqa: B018 - asks.
    shop.post("/orders", ORDER).ok  # noqa: B018 - asks.

    shop.put("/orders/SO-1", {"status": "return"}).ok  # noqa: B018 - asks.

    assert balances(shop, group) == (700, "300")
    assert faults(shop) == []


def test_what_the_group_paid_goes_back_to_it(shop: Shop):
    catalogue(shop, TEN_OFF)
    group = handed(shop)
    groups_on(shop, redemption="ALL")
    shop.post("/points", claim(groupId=group)).ok  # noqa: B018 - asks.

    cancel(shop)

    assert balances(shop, group) == (700, "300")
    assert faults(shop) == []


def test_what_a_reward_cost_in_another_bucket_comes_back_to_that_bucket_with_the_order(shop: Shop):
    shop.programme(lambda document: document.update(buckets=[{"name": "coins"}]))
    catalogue(shop, TEN_OFF | {"bucketCosts": [{"bucket": "coins", "points": 30}]})
    shop.credit(500, **{"Credit[coins]": 100})
    shop.post("/points", claim(orderId="SO-1")).ok  # noqa: B018 - asks.
    shop.post("/orders", ORDER).ok  # noqa: B018 - asks.

    said = shop.put("/orders/SO-1", {"status": "return"}).ok

    figures = shop.figures()
    coins = figures["multiBucketsData"]["coins"]
    assert (figures["availablePoints"], coins["availablePoints"]) == (500, 100)
    assert (figures["usedPointsOnReward"], coins["usedPoints"]) == (0, 0)
    assert said["updatedAvailablePoints"] == 500
    assert faults(shop) == []


def test_a_reward_that_was_used_without_an_order_is_not_given_back(shop: Shop):
    catalogue(shop, TEN_OFF)
    shop.credit(500)
    shop.post("/points", claim()).ok  # noqa: B018 - asks.
    named = {"reward_id": "121", "user_id": ADA, "assign_id": first_claim(shop)}
    path = f"/rewards/121/users/{ADA}/assign"
    shop.patch(path, named | {"member_reward_status": "Used"}).ok  # noqa: B018 - asks.

    assert shop.patch(path, named | {"member_reward_status": "Cancelled"}).refusal == (400, "AC1004")
    assert shop.post(f"/users/{ADA}/rewards/{first_claim(shop)}/cancel", {}).refusal == (400, "AC1004")
    assert shop.figures()["availablePoints"] == 400
