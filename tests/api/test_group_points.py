"""Points between members and their group: 160 both ways, earned for it, paid by it, and taken back."""

from datetime import timedelta

import pytest

from chalicelib import clock
from chalicelib.outreach import service as outreach
from tests.api.grouping import HEDY, found, give, groups_on, hand, of, pair, proved
from tests.api.shop import ADA, GRACE, Shop, action

ORDER = {"id": "SO-1", "userId": ADA, "orderDetail": [{"id": "P1", "quantity": "2", "unitPrice": "19.99"}]}
REDEEM = {"id": ADA, "actionId": 107, "activity": "DEBIT", "debit": 121, "orderId": "SO-9", "reason": "claim"}


def available(shop: Shop, *members: str) -> list[int]:
    return [int(shop.figures(member)["availablePoints"]) for member in members]


def pool(shop: Shop, group: str) -> int:
    return int(of(shop, group)["groupAvailablePoints"])


@pytest.mark.proves("B108", "B140", "B147", "B190", "B192", "B193")
def test_a_member_gives_points_to_the_group_as_the_pages_example_does(shop):
    """CREDIT with a ``debit`` amount, verbatim."""
    group = pair(shop)
    shop.credit(1_000)

    said = give(shop, group, 435, recipientData={"recipientId": GRACE}, reason="transfer points to group").ok

    assert (said["actionId"], said["activity"], said["credit"], said["pointsAwarded"]) == (160, "CREDIT", 435, 435)
    assert (said["error code"], said["error message"]) == ("", "")
    assert said["updatedAvailablePoints"] == 565
    assert said["hierarchy Data"] == {
        "groupId": group, "groupName": "The Analysts", "groupAvailablePoints": "435", "groupLifetimePoints": "435",
        "groupUsedPoints": "0", "groupExpiredPoints": "0",
    }  # fmt: skip
    assert (available(shop, ADA, GRACE), pool(shop, group)) == ([565, 0], 435)
    proved(shop)


@pytest.mark.proves("B107", "B137", "B146", "B159", "B160")
def test_the_group_gives_points_to_a_member_as_the_pages_example_does(shop):
    group = pair(shop)
    shop.credit(1_000)
    give(shop, group, 1_000).ok  # noqa: B018 - asks.

    said = hand(shop, group, 435, orderId="O-1", reason="transfer points to member",
                actionAttribute={"attributeValue": "shirt size"}).ok  # fmt: skip

    assert (said["debit"], said["pointsDeducted"], said["groupDebit"], said["groupPointsDeducted"]) == (435,) * 4
    assert (said["userId"], said["orderId"]) == (GRACE, "O-1")
    assert said["recipientData"] == {
        "recipientId": GRACE, "pointsAwarded": 435, "updatedAvailablePoints": 435, "updatedLifetimePoints": 435,
        "previousTier": "Bronze", "updatedUserTier": "Bronze",
    }  # fmt: skip
    assert (said["hierarchy Data"]["groupAvailablePoints"], said["hierarchy Data"]["groupUsedPoints"]) == ("565", "435")
    row = shop.activity(GRACE)["activityDetail"][0]
    assert (row["actionId"], row["activity"], row["credit"], row["reason"]) == (
        160, "CREDIT", 435, "transfer points to member",
    )  # fmt: skip
    proved(shop)


def test_passing_points_round_never_makes_them_younger(shop):
    shop.programme(lambda document: document.update(expiry={"type": "rollingDays", "days": 30}))
    group = pair(shop)
    shop.credit(100)
    clock.move_to(clock.now() + timedelta(days=20))
    give(shop, group, 100).ok  # noqa: B018 - asks.
    clock.move_to(clock.now() + timedelta(days=9))
    hand(shop, group, 60).ok  # noqa: B018 - asks.

    clock.move_to(clock.now() + timedelta(days=2))

    assert (available(shop, ADA, GRACE), pool(shop, group)) == ([0, 0], 0)
    assert (shop.figures(GRACE)["expiredPoints"], of(shop, group)["groupExpiredPoints"]) == (60, "40")


@pytest.mark.parametrize("points", [101, "100.5"])
def test_a_transfer_moves_the_whole_amount_or_nothing(shop, points):
    group = pair(shop)
    shop.credit(100)

    assert give(shop, group, points).status == 400
    assert (available(shop, ADA), pool(shop, group)) == ([100], 0)
    give(shop, group, 100).ok  # noqa: B018 - asks.
    assert hand(shop, group, points).status == 400
    assert (available(shop, GRACE), pool(shop, group)) == ([0], 100)


def test_who_may_spend_the_groups_points_is_a_rule(shop):
    group = pair(shop)
    shop.credit(100)
    give(shop, group, 100).ok  # noqa: B018 - asks.

    assert hand(shop, group, 10, owner=GRACE).refusal == (400, "AC1004")
    groups_on(shop, redemption="ALL")
    assert hand(shop, group, 10, owner=GRACE).status == 200


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"groupId": "91"}, (404, "AC1005")),
        ({"groupId": "999999999999"}, (404, "AC1005")),
        ({"groupId": ""}, (400, "AC1004")),
        ({"userId": HEDY}, (404, "AC1005")),
        ({"userId": "nobody"}, (404, "AC1005")),
        ({"userId": ""}, (400, "AC1004")),
        ({"debit": None}, (400, "AC1004")),
        ({"id": HEDY}, (404, "AC1005")),
        ({"rewardId": "121"}, (400, "AC1004")),
        ({"Credit[coins]": 5}, (400, "AC1004")),
    ],
)
def test_a_transfer_names_its_group_and_members_of_it(shop, change, refusal):
    group = pair(shop)
    shop.enrol(HEDY)
    shop.credit(100)
    give(shop, group, 100).ok  # noqa: B018 - asks.

    assert hand(shop, group, 10, **change).refusal == refusal
    assert pool(shop, group) == 100


def test_a_group_takes_from_its_members_alone(shop):
    group = pair(shop)
    shop.enrol(HEDY)
    shop.credit(100, HEDY)

    assert give(shop, group, 10, HEDY).refusal == (404, "AC1005")
    shop.credit(100)
    assert give(shop, group, 10, recipientData={"recipientId": HEDY}).refusal == (404, "AC1005")
    assert give(shop, group, 10, recipientData={"recipientId": group}).status == 200


def test_no_points_of_an_inactive_group_move(shop):
    group = pair(shop, autoTransfer=True)
    shop.credit(100)
    shop.patch(f"/group/{group}", {"updatedBy": ADA, "groupStatus": "INACTIVE"}).ok  # noqa: B018 - asks.
    shop.credit(10)

    assert hand(shop, group, 10).refusal == (400, "AC1004")
    assert give(shop, group, 10).refusal == (400, "AC1004")
    assert (available(shop, ADA), pool(shop, group)) == ([10], 100)


@pytest.mark.proves("B221")
def test_with_auto_transfer_whatever_members_earn_is_the_groups_at_once(shop):
    group = pair(shop, autoTransfer=True)

    said = shop.credit(50, key="k-1")
    again = shop.post(
        "/points", {"id": ADA, "actionId": "100", "activity": "CREDIT", "credit": 50, "reason": "a gift"}
    ).ok
    shop.post("/points", {"id": GRACE, "actionId": 101, "activity": "CREDIT"}).ok  # noqa: B018 - asks.
    placed = shop.post("/orders", ORDER).ok

    assert (said["pointsAwarded"], said["updatedAvailablePoints"], said["updatedLifetimePoints"]) == (50, 0, 50)
    assert said["hierarchy Data"]["groupAvailablePoints"] == "50"
    assert again["hierarchy Data"]["groupAvailablePoints"] == "100"
    assert (placed["pointsAwarded"], placed["updatedAvailablePoints"]) == (39, 0)
    assert (available(shop, ADA, GRACE), pool(shop, group)) == ([0, 0], 239)
    kinds = [(row["actionId"], row["activity"]) for row in shop.activity()["activityDetail"][:2]]
    assert kinds == [(160, "DEBIT"), (109, "CREDIT")]
    proved(shop)


def test_points_on_hold_go_to_the_group_when_they_are_released(shop, one_table):
    group = pair(shop, autoTransfer=True)
    shop.programme(lambda document: action(document, 102).update(holdDays=3))
    shop.post("/points", {"id": ADA, "actionId": 102, "activity": "CREDIT"}).ok  # noqa: B018 - asks.
    assert (available(shop, ADA), pool(shop, group)) == ([0], 0)
    (hold,) = [item for item in one_table.scan(TableName="laurel")["Items"] if item["sk"]["S"].startswith("H#")]
    clock.move_to(clock.now() + timedelta(days=4))

    outreach.work({"kind": "hold", "pk": hold["pk"]["S"], "sk": hold["sk"]["S"]}, clock.now())

    assert (available(shop, ADA), pool(shop, group)) == ([0], 50)
    assert shop.figures()["holdPoints"] == 0
    proved(shop)


def test_what_an_order_earned_for_the_group_comes_back_from_it(shop):
    group = pair(shop, autoTransfer=True)
    shop.post("/orders", ORDER).ok  # noqa: B018 - asks.
    assert pool(shop, group) == 39

    said = shop.patch("/orders/SO-1", {"status": "return", "orderDetail": [{"id": "P1", "quantity": 1}]}).ok

    assert said["pointsRemoved"] == 19
    assert (available(shop, ADA), pool(shop, group)) == ([0], 20)
    shop.put("/orders/SO-1", {"status": "return"}).ok  # noqa: B018 - asks.
    assert (available(shop, ADA), pool(shop, group)) == ([0], 0)
    proved(shop)


def test_a_return_takes_from_the_group_what_it_still_has(shop):
    group = pair(shop, autoTransfer=True, redemption="ALL")
    shop.post("/orders", ORDER).ok  # noqa: B018 - asks.
    groups_on(shop)
    hand(shop, group, 30).ok  # noqa: B018 - asks.
    groups_on(shop, autoTransfer=True)

    said = shop.put("/orders/SO-1", {"status": "return"}).ok

    assert said["pointsRemoved"] == 9
    assert (available(shop, ADA, GRACE), pool(shop, group)) == ([0, 30], 0)
    proved(shop)


@pytest.mark.proves("B114", "B159", "B160")
def test_a_redemption_that_names_the_group_takes_its_points(shop):
    group = pair(shop)
    shop.credit(500)
    give(shop, group, 300).ok  # noqa: B018 - asks.

    said = shop.post("/points", REDEEM | {"groupId": group}).ok

    assert (said["debit"], said["pointsDeducted"], said["groupDebit"], said["groupPointsDeducted"]) == (
        121, None, 121, 121,
    )  # fmt: skip
    assert said["updatedAvailablePoints"] == 200
    assert said["hierarchy Data"]["groupUsedPoints"] == "121"
    assert (available(shop, ADA), pool(shop, group)) == ([200], 179)
    proved(shop)


def test_a_group_never_pays_more_than_it_has_and_the_member_never_in_its_place(shop):
    group = pair(shop)
    shop.credit(500)
    give(shop, group, 100).ok  # noqa: B018 - asks.

    said = shop.post("/points", REDEEM | {"groupId": group})

    assert said.refusal == (400, "AC1004")
    assert (available(shop, ADA), pool(shop, group)) == ([400], 100)


def test_only_who_may_spend_them_redeems_the_groups_points(shop):
    group = pair(shop)
    shop.credit(500)
    give(shop, group, 300).ok  # noqa: B018 - asks.
    shop.enrol(HEDY)

    for body, refusal in (
        (REDEEM | {"groupId": group, "id": GRACE}, (400, "AC1004")),
        (REDEEM | {"groupId": group, "id": HEDY}, (404, "AC1005")),
        (REDEEM | {"groupId": "999999999999"}, (404, "AC1005")),
        ({"id": ADA, "actionId": 101, "activity": "CREDIT", "groupId": group}, (400, "AC1004")),
    ):
        assert shop.post("/points", body).refusal == refusal
    groups_on(shop, redemption="ALL")
    assert shop.post("/points", REDEEM | {"groupId": group, "id": GRACE}).status == 200


@pytest.mark.proves("B103", "B141")
def test_the_group_pays_a_reward(shop):
    shop.programme(
        lambda document: document["rewards"].append(
            {"rewardId": "121", "rewardName": "Mug", "status": "Live", "cost": 120}
        )
    )
    group = pair(shop)
    shop.credit(130)
    give(shop, group, 130).ok  # noqa: B018 - asks.
    body = {"id": ADA, "actionId": 107, "rewardId": "121", "groupId": group, "activity": "DEBIT", "reason": "claim"}

    said = shop.post("/points", body, key="k-1").ok
    again = shop.post("/points", body, key="k-1")

    assert (said["rewardName"], said["groupDebit"], said["groupPointsDeducted"]) == ("Mug", 120, 120)
    assert (again.is_repeat, again.body) == (True, said)
    assert (available(shop, ADA), pool(shop, group)) == ([0], 10)
    proved(shop)


def test_with_auto_redemption_the_group_pays_without_being_named(shop):
    group = pair(shop, autoRedemption=True, redemption="ALL")
    shop.credit(500)
    shop.credit(150, GRACE)
    give(shop, group, 300).ok  # noqa: B018 - asks.
    shop.enrol(HEDY)
    shop.credit(200, HEDY)

    said = shop.post("/points", REDEEM | {"id": GRACE}, key="k-1").ok
    again = shop.post("/points", REDEEM | {"id": GRACE}, key="k-1")
    alone = shop.post("/points", REDEEM | {"id": HEDY}).ok

    assert (said["groupPointsDeducted"], alone["groupPointsDeducted"], alone["pointsDeducted"]) == (121, 0, 121)
    assert (again.is_repeat, again.body) == (True, said)
    assert (available(shop, ADA, GRACE, HEDY), pool(shop, group)) == ([200, 150, 79], 179)
    proved(shop)


def test_what_the_group_paid_goes_back_to_it_when_the_order_is_returned(shop):
    group = pair(shop)
    shop.credit(300)
    give(shop, group, 300).ok  # noqa: B018 - asks.
    shop.post("/points", REDEEM | {"orderId": "SO-1", "groupId": group}).ok  # noqa: B018 - asks.
    shop.post("/orders", ORDER).ok  # noqa: B018 - asks.
    assert (available(shop, ADA), pool(shop, group)) == ([39], 179)

    shop.put("/orders/SO-1", {"status": "return"}).ok  # noqa: B018 - asks.

    assert (available(shop, ADA), pool(shop, group)) == ([0], 300)
    proved(shop)


def test_a_retried_redemption_of_an_order_takes_nothing_again(shop):
    group = pair(shop)
    shop.credit(300)
    give(shop, group, 300).ok  # noqa: B018 - asks.
    first = shop.post("/points", REDEEM | {"groupId": group, "retry": "YES"}).ok

    again = shop.post("/points", REDEEM | {"groupId": group, "retry": "YES"}).ok

    assert (first["groupPointsDeducted"], pool(shop, group)) == (121, 179)
    assert again["debit"] == 121


def test_the_groups_own_activity_names_the_member_on_the_other_side(shop):
    group = pair(shop)
    shop.credit(100)
    give(shop, group, 100, reason="for Grace").ok  # noqa: B018 - asks.
    hand(shop, group, 40, reason="thanks, Grace").ok  # noqa: B018 - asks.

    said = shop.get(f"/group/{group}/activity", token=shop.staff()).ok

    rows = [(row["actionId"], row["activity"], row["memberId"]) for row in said["activityDetail"]]
    assert rows == [(160, "DEBIT", GRACE), (160, "CREDIT", ADA)]
    assert (said["totalActivityCount"], said["pages"]) == (2, 1)
    assert {row["reason"] for row in said["activityDetail"]} == {""}


def test_a_transfer_answers_a_repeated_key_as_before(shop):
    group = pair(shop)
    shop.credit(100)
    body = {"id": ADA, "actionId": 160, "groupId": group, "activity": "DEBIT", "debit": 40, "userId": GRACE}
    give(shop, group, 100).ok  # noqa: B018 - asks.

    first = shop.post("/points", body, key="k-1").ok
    again = shop.post("/points", body, key="k-1")

    assert (again.is_repeat, again.body) == (True, first)
    assert pool(shop, group) == 60


def test_an_inactive_member_neither_gives_nor_receives(shop):
    group = pair(shop)
    shop.credit(100)
    give(shop, group, 50).ok  # noqa: B018 - asks.
    shop.patch(f"/users/{GRACE}", {"optInStatus": "NO"}).ok  # noqa: B018 - asks.

    assert hand(shop, group, 10).refusal == (400, "AC1004")
    shop.patch(f"/users/{ADA}", {"status": "INACTIVE"}).ok  # noqa: B018 - asks.
    assert give(shop, group, 10).refusal == (400, "AC1004")


def test_a_dry_run_moves_nothing(shop, one_table):
    group = pair(shop, autoTransfer=True)
    before = str(one_table.scan(TableName="laurel")["Items"])
    body = {"id": ADA, "actionId": "100", "activity": "CREDIT", "credit": 50, "reason": "a gift"}

    dry = shop.post("/points?dryRun=true", body).ok

    assert str(one_table.scan(TableName="laurel")["Items"]) == before
    assert shop.post("/points", body).ok == dry
    assert pool(shop, group) == 50


def test_a_site_without_groups_makes_no_call_more(shop):
    for path, body in (
        ("/points", {"id": ADA, "actionId": "100", "activity": "CREDIT", "credit": 50, "reason": "a gift"}),
        ("/orders", ORDER),
        ("/points", {"id": ADA, "actionId": 107, "activity": "DEBIT", "debit": 12}),
    ):
        shop.lines.clear()
        shop.post(path, body).ok  # noqa: B018 - asks.
        assert shop.lines[-1]["calls"] <= 3
    shop.lines.clear()
    shop.figures()
    assert shop.lines[-1]["calls"] == 1


def test_an_award_that_goes_to_a_group_takes_three_calls(shop):
    pair(shop, autoTransfer=True)
    shop.credit(1)
    shop.lines.clear()

    shop.credit(50)

    assert shop.lines[-1]["calls"] == 3


def test_points_of_a_second_group_are_out_of_reach(shop):
    pair(shop)
    shop.enrol(HEDY)
    shop.credit(100, HEDY)
    other = found(shop, owner=HEDY)
    give(shop, other, 100, HEDY).ok  # noqa: B018 - asks.

    assert shop.post("/points", REDEEM | {"debit": 10, "groupId": other}).refusal == (404, "AC1005")
