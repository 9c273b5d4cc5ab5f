"""What a member spent before a merge is neither spent again nor lost after it."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib import clock
from chalicelib.ledger.service import command
from chalicelib.members.merging import service as merging
from chalicelib.members.merging.merged import Wanted
from chalicelib.outreach import service as outreach
from chalicelib.programme import service as programmes
from tests.api.calls_users import MERGE
from tests.api.grouping import HEDY, found, give, groups_on, of
from tests.api.proving import faults
from tests.api.rewarding import TEN_OFF, catalogue, claim
from tests.api.shop import ADA, GRACE, Shop, action

REDEEM = {"id": GRACE, "actionId": 107, "activity": "DEBIT", "debit": 50, "orderId": "SO-7", "reason": "claim"}
ORDER = {"id": "SO-7", "userId": GRACE, "orderDetail": [{"id": "P1", "quantity": "2", "unitPrice": "50"}]}
WANTED = Wanted(primary=ADA, secondary=GRACE, merged_by="desk")


@pytest.fixture
def both(shop: Shop) -> Shop:
    """Ada and Grace, who are one person, with 500 points each; the catalogue has a reward for 100."""
    catalogue(shop, TEN_OFF)
    shop.enrol(GRACE)
    shop.credit(500)
    shop.credit(500, GRACE)
    return shop


def merge(shop: Shop) -> None:
    shop.post("/mergeuser", MERGE).ok  # noqa: B018 - asks whether it went well.


def settle() -> None:
    """Do what is due."""
    for each in list(outreach._due(clock.now() + timedelta(seconds=1))):
        outreach.work({"kind": each.kind, "pk": each.pk, "sk": each.sk}, clock.now())


@pytest.mark.parametrize("body", [REDEEM, claim(id=GRACE, orderId="SO-7")], ids=["points", "reward"])
def test_a_retry_after_the_merge_answers_with_the_redemption_before_it(both: Shop, body: dict[str, Any]):
    wanted = body | {"retry": "YES"}
    first = both.post("/points", wanted).ok
    merge(both)
    left = both.figures()["availablePoints"]

    again = [both.post("/points", wanted, key=key).ok for key in (None, "k-1", "k-1")]

    assert again == [first] * 3
    assert both.figures()["availablePoints"] == left
    assert faults(both) == []


@pytest.mark.parametrize("body", [REDEEM, claim(id=GRACE, orderId="SO-7")], ids=["points", "reward"])
@pytest.mark.parametrize("step", [1, -1], ids=["spent first", "ordered first"])
def test_points_spent_on_an_order_come_back_with_it_whichever_came_before_the_merge(
    both: Shop, body: dict[str, Any], step: int
):
    first, second = (("/points", body), ("/orders", ORDER))[::step]
    both.post(*first).ok  # noqa: B018 - asks whether it went well.
    merge(both)
    both.post(*second).ok  # noqa: B018 - asks whether it went well.

    both.put("/orders/SO-7", {"status": "return", "orderDetail": [{"id": "P1", "quantity": "1"}]}).ok  # noqa: B018
    both.put("/orders/SO-7", {"status": "return"}).ok  # noqa: B018 - asks whether it went well.

    figures = both.figures()
    assert (figures["availablePoints"], figures["usedPointsOnReward"]) == (1000, 0)
    assert faults(both) == []


def test_points_spent_on_an_order_by_both_come_back_with_it_once(both: Shop):
    both.post("/points", REDEEM).ok  # noqa: B018 - asks whether it went well.
    both.post("/orders", ORDER).ok  # noqa: B018 - asks whether it went well.
    both.post("/points", REDEEM | {"id": ADA, "debit": 70}).ok  # noqa: B018 - asks whether it went well.
    merge(both)

    said = both.put("/orders/SO-7", {"status": "cancel"}).ok
    again = both.put("/orders/SO-7", {"status": "cancel"}).ok

    assert said["updatedAvailablePoints"] == again["updatedAvailablePoints"]
    assert both.figures()["availablePoints"] == 1000 + 100
    assert faults(both) == []


def test_a_reward_that_a_campaign_owed_is_given_although_the_worker_came_between_merge_and_follow_up(both: Shop):
    owes = {"campaignId": "1", "campaignName": "One", "benefit": {"type": "reward", "rewardId": "121"}}
    both.programme(lambda document: document.update(campaigns=[owes]))
    both.post("/orders", ORDER).ok  # noqa: B018 - asks whether it went well.
    # All that the request did before its process died.
    merging.merge(both.site, command(clock.now()), programmes.in_force(both.site).rules, WANTED)

    settle()
    settle()

    given = both.get(f"/users/{ADA}/rewards/history").ok["data"]
    assert [each["reward_id"] for each in given] == ["121"]
    assert faults(both) == []


@pytest.mark.parametrize("once", [{"customId": "c-1"}, {"surveyId": "7"}], ids=["customId", "survey"])
def test_what_earns_once_does_not_earn_again_after_a_merge(both: Shop, once: dict[str, str]):
    both.programme(lambda document: action(document, 102).update(actionPoints=40, limits=[], customIdLimit=1))
    body = {"id": GRACE, "actionId": 102, "activity": "CREDIT"} | once
    assert both.post("/points", body)["pointsAwarded"] == 40
    merge(both)

    said = both.post("/points", body)

    assert (said["pointsAwarded"], said["errorCode"]) == (0, "AC1026")
    assert both.post("/points", body | dict.fromkeys(once, "new"))["pointsAwarded"] == 40


def test_points_on_hold_of_the_merged_go_to_the_group_when_they_are_released(both: Shop):
    groups_on(both, autoTransfer=True)
    both.enrol(HEDY)
    group = found(both, GRACE, owner=HEDY)
    both.programme(lambda document: action(document, 102).update(holdDays=3))
    both.post("/points", {"id": GRACE, "actionId": 102, "activity": "CREDIT"}).ok  # noqa: B018 - it is checked.
    merge(both)
    clock.move_to(clock.now() + timedelta(days=4))

    settle()

    assert (both.figures()["availablePoints"], of(both, group)["groupAvailablePoints"]) == (1000, "50")
    assert faults(both) == []


def test_a_cancel_on_hold_shrinks_the_row_of_the_merged_once_beside_a_group(both: Shop):
    both.programme(lambda document: document["purchase"].update(hold={"type": "orderDate", "days": 10}))
    groups_on(both, autoTransfer=True)
    both.enrol(HEDY)
    found(both, GRACE, owner=HEDY)
    both.post("/orders", ORDER).ok  # noqa: B018 - asks whether it went well.
    merge(both)

    both.put("/orders/SO-7", {"status": "cancel", "orderDetail": [{"id": "P1", "quantity": "1"}]}).ok  # noqa: B018

    rows = [row for row in both.activity()["activityDetail"] if row["actionId"] == 109]
    assert [row["credit"] for row in rows] == [50]
    assert (both.figures()["holdPoints"], faults(both)) == (50, [])


def test_what_the_last_member_of_a_group_had_in_it_goes_over_where_the_survivor_is_in_another(both: Shop):
    groups_on(both)
    theirs, own = found(both, owner=GRACE), found(both, owner=ADA)
    give(both, theirs, 300, GRACE).ok  # noqa: B018 - asks whether it went well.

    merge(both)

    assert (both.figures()["availablePoints"], of(both, theirs)["groupStatus"]) == (1000, "DELETED")
    assert of(both, own)["groupStatus"] == "ACTIVE"
    assert faults(both) == []


@pytest.mark.parametrize("way", ["reward", "order"])
def test_what_a_group_paid_for_the_merged_goes_back_to_the_group(both: Shop, way: str):
    both.enrol(HEDY)
    groups_on(both, redemption="ALL")
    group = found(both, GRACE, owner=HEDY)
    give(both, group, 200, GRACE).ok  # noqa: B018 - asks whether it went well.
    if way == "reward":
        both.post("/points", claim(id=GRACE, groupId=group)).ok  # noqa: B018
    else:
        both.post("/orders", ORDER).ok  # noqa: B018
        both.post("/points", REDEEM | {"debit": 100, "groupId": group}).ok  # noqa: B018
    merge(both)
    assert int(of(both, group)["groupAvailablePoints"]) == 100

    if way == "reward":
        (used,) = both.get(f"/users/{ADA}/usedreward").ok["rewardDetail"]
        both.post(f"/users/{ADA}/rewards/{used['assignId']}/cancel", {}).ok  # noqa: B018
    else:
        both.patch("/orders/SO-7", {"orderId": "SO-7", "status": "return"}).ok  # noqa: B018

    assert int(of(both, group)["groupAvailablePoints"]) == 200
    assert faults(both) == []
