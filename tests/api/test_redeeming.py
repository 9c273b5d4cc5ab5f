"""Claiming a reward by ``POST /points``, in every form that shops send."""

import pytest

from chalicelib import clock
from chalicelib.ledger.auditing import service as auditing
from tests.api.rewarding import BAG, CASH, TEN_OFF, catalogue, claim
from tests.api.shop import ADA, Shop

EXAMPLE = {
    "id": ADA, "actionId": 107, "customId": "c-1", "rewardId": "121", "activity": "DEBIT", "orderId": "SO-1",
    "retry": "YES", "reason": "reward", "storeId": "IN12369", "source": "web", "allowNegativePoints": "0",
    "vendorEmail": "vendor@example.test", "vendorName": "Vendor", "actionAttribute": {"attributeValue": "shirt size"},
}  # fmt: skip


@pytest.fixture
def rich(shop: Shop) -> Shop:
    """Ada has 1,000 points; the catalogue has a code, a bag and points for money."""
    catalogue(shop, TEN_OFF, BAG, CASH)
    shop.credit(1000)
    return shop


@pytest.mark.proves(
    "A013", "A144", "B103", "B113", "B140", "B141", "B154", "B161", "B162", "B163", "B164", "B165", "B166", "B169"
)
def test_the_documents_example_answers_with_every_field(rich: Shop):
    said = rich.post("/points", EXAMPLE).ok

    assert said | {"updatedAvailablePoints": 900, "updatedLifetimePoints": 1000} == said
    told = {
        "siteId": rich.site, "id": ADA, "actionId": 107, "activity": "DEBIT", "orderId": "SO-1", "customId": "c-1",
        "rewardId": "121", "rewardName": "10 euros off", "rewardCategory": "Discounts", "rewardCategoryId": "543",
        "rewardDescription": "A code for one order.", "rewardTerms": "Not with gift cards.", "debit": 100,
        "pointsDeducted": 100, "groupDebit": 0, "groupPointsDeducted": 0, "reason": "reward", "source": "web",
        "rewardCode": "$10-OFF", "rewardCodeExpDate": "2026-04-17T23:59:59", "rewardAttribute": {"colour": "blue"},
        "vendorEmail": "vendor@example.test", "vendorName": "Vendor",
        "actionAttribute": {"attributeValue": "shirt size"}, "storeDetails": {"storeId": "IN12369"},
    }  # fmt: skip
    assert said | told == said


@pytest.mark.proves("B111", "B167", "B168", "A132")
def test_real_shops_claim_without_an_action_and_get_a_scalar_code(rich: Shop):
    nulls = dict.fromkeys(["debit", "credit", "orderId", "actionId", "holdPoints", "releaseDate"])

    said = rich.post("/points", claim() | nulls).ok

    assert (said["rewardCode"], said["debit"], said["updatedAvailablePoints"]) == ("$10-OFF", 100, 900)
    assert rich.figures()["usedPointsOnReward"] == 100


@pytest.mark.proves("A013", "B113")
@pytest.mark.parametrize(
    ("change", "refused", "word"),
    [
        ({"rewardId": "none"}, (404, "AC1005"), "no reward"),
        ({"activity": "CREDIT", "credit": 5}, (400, "AC1004"), "DEBIT"),
        ({"actionId": 100}, (400, "AC1004"), "107"),
        ({"debit": 99}, (400, "AC1004"), "costs 100"),
        ({"retry": "YES"}, (400, "AC1004"), "orderId"),
        ({"Credit[coins]": 5}, (404, "AC1005"), "bucket"),
        ({"id": "nobody"}, (404, "AC1005"), "no member"),
        ({"groupId": "91"}, (404, "AC1005"), "group"),
    ],
)
def test_what_no_redemption_has_is_refused_and_takes_nothing(rich: Shop, change, refused, word):
    said = rich.post("/points", claim() | change)

    assert said.refusal == refused
    assert word in said["errorMessage"]
    assert rich.figures()["availablePoints"] == 1000


def test_naming_the_very_cost_is_fine(rich: Shop):
    assert rich.post("/points", claim(debit="100.0")).ok["debit"] == 100


@pytest.mark.proves("A013")
@pytest.mark.parametrize(("debit", "fits"), [(50, False), (99, False), (100, True), (125, False), (150, True),
                                             (500, True), (550, False), (None, False)])  # fmt: skip
def test_points_for_money_are_from_least_to_most_in_steps(rich: Shop, debit, fits):
    said = rich.post("/points", claim("cash", debit=debit))

    assert (said.status == 200) == fits
    assert rich.figures()["usedPointsOnReward"] == (debit if fits else 0)


@pytest.mark.proves("A139", "B103")
def test_amounts_stack_on_one_order_and_others_do_not(rich: Shop):
    fixed = TEN_OFF | {"rewardId": "p", "discount": {"type": "percent", "value": 10}}
    catalogue(rich, TEN_OFF, TEN_OFF | {"rewardId": "122"}, fixed)

    assert rich.post("/points", claim("121", orderId="SO-1")).ok["rewardCode"]
    assert rich.post("/points", claim("122", orderId="SO-1")).ok["rewardCode"]
    refused = rich.post("/points", claim("p", orderId="SO-1"))
    assert refused.refusal == (400, "AC1004")
    assert "does not go with another" in refused["errorMessage"]
    assert rich.post("/points", claim("p", orderId="SO-2")).ok["rewardCode"]
    assert rich.post("/points", claim("121", orderId="SO-2")).refusal == (400, "AC1004")


@pytest.mark.proves("B103")
def test_retry_answers_with_what_the_order_has_of_this_reward(rich: Shop):
    first = rich.post("/points", EXAMPLE).ok
    again = rich.post("/points", EXAMPLE).ok
    points = rich.post("/points", {"id": ADA, "activity": "DEBIT", "debit": 5, "orderId": "SO-1", "retry": "YES"}).ok

    assert (again["rewardCode"], again["updatedAvailablePoints"]) == (first["rewardCode"], 900)
    assert points["pointsDeducted"] == 5
    assert rich.figures()["availablePoints"] == 895


def test_retry_does_so_also_when_nothing_is_left_for_another(rich: Shop):
    rich.debit(850)
    first = rich.post("/points", EXAMPLE).ok

    assert rich.post("/points", EXAMPLE).ok == first
    assert rich.post("/points", EXAMPLE | {"orderId": "SO-2"}).refusal == (400, "AC1004")


def test_negative_points_need_both_the_caller_and_the_programme(rich: Shop):
    rich.debit(950)
    owing = claim(allowNegativePoints="2")
    assert rich.post("/points", owing).refusal == (400, "AC1004")

    rich.programme(lambda document: document.update(negativePoints={"allowed": True}))

    assert rich.post("/points", claim()).refusal == (400, "AC1004")
    assert rich.post("/points", owing).ok["updatedAvailablePoints"] == -50


@pytest.mark.proves("A013")
def test_units_end_and_claims_in_all_end(rich: Shop):
    catalogue(rich, BAG | {"claimsPerMember": 0}, TEN_OFF | {"claimsInAll": 1})

    assert [rich.post("/points", claim("bag")).status for _ in range(3)] == [200, 200, 400]
    assert [rich.post("/points", claim()).status for _ in range(2)] == [200, 400]


def test_a_cost_in_several_buckets_is_taken_together_and_comes_back_together(rich: Shop):
    rich.programme(lambda document: document.update(buckets=[{"name": "coins"}]))
    catalogue(rich, BAG | {"bucketCosts": [{"bucket": "coins", "points": 5}], "claimsPerMember": 0})
    poor = rich.post("/points", claim("bag"))
    assert "points of coins: 5 needed, 0 available" in poor["errorMessage"]
    rich.post("/points", {"id": ADA, "actionId": 100, "activity": "CREDIT", "Credit[coins]": 8, "reason": "x"})

    said = rich.post("/points", claim("bag", orderId="SO-1"), key="k-1").ok

    assert rich.figures()["multiBucketsData"]["coins"]["availablePoints"] == 3
    assert rich.post("/points", claim("bag", orderId="SO-1"), key="k-1").ok == said
    used = rich.get(f"/users/{ADA}/usedreward").ok["rewardDetail"][0]
    assert used["multiBucketsData"] == {"coins": {"pointsUsed": 5}}
    back = rich.post(f"/users/{ADA}/rewards/{used['assignId']}/cancel", {}).ok
    assert (back["pointsRefunded"], back["multiBucketsData"]) == (250, {"coins": {"pointsRefunded": 5}})
    assert rich.figures()["multiBucketsData"]["coins"]["availablePoints"] == 8


def test_the_activity_shows_reward_and_code(rich: Shop):
    rich.post("/points", claim()).ok  # noqa: B018 - asks whether it went well.

    row = rich.activity()["activityDetail"][0]

    assert (row["rewardId"], row["rewardCode"], row["debit"]) == ("121", "$10-OFF", 100)


@pytest.mark.proves("A013")
def test_the_book_proves_after_everything_that_rewards_do(rich: Shop):
    order = {"id": "SO-1", "userId": ADA, "orderDetail": [{"id": "P1", "quantity": "1", "unitPrice": "20"}]}
    rich.post("/orders", order)
    for body in (claim(orderId="SO-1"), claim("bag"), claim("cash", debit=100, orderId="SO-1")):
        rich.post("/points", body, key=body["rewardId"]).ok  # noqa: B018 - asks whether it went well.
    assign = {"reward_id": "121", "user_id": ADA}
    rich.post(f"/rewards/121/users/{ADA}/assign", assign, key="a").ok  # noqa: B018 - asks whether it went well.
    used = rich.get(f"/users/{ADA}/usedreward").ok["rewardDetail"]
    for row in used[::2]:
        body = assign | {
            "reward_id": row["rewardId"],
            "assign_id": row["assignId"],
            "member_reward_status": "Cancelled",
        }
        assert rich.patch(f"/rewards/{row['rewardId']}/users/{ADA}/assign", body, key=row["assignId"]).status == 200
    rich.put("/orders/SO-1", {"status": "return"})

    walked = auditing.walk(0, of=1, after=None, settled=auditing.settled_by(clock.now()), only=rich.site)

    assert walked.sums[rich.site].findings == []
    assert walked.sums[rich.site].keys == 6


@pytest.mark.proves("A013")
def test_an_erased_member_leaves_no_redemption_and_no_code_behind(rich: Shop, one_table):
    rich.post("/points", claim(vendorName="Augusta's shop")).ok  # noqa: B018 - asks whether it went well.
    found = {item["sk"]["S"][:3] for item in one_table.scan(TableName="laurel")["Items"]}
    assert "BEN" in found

    rich.post("/userdelete", {"id": ADA, "requestedBy": "o@example.test"})

    left = one_table.scan(TableName="laurel")["Items"]
    assert not [item for item in left if item["sk"]["S"].startswith("BEN") or "Augusta's" in str(item)]
