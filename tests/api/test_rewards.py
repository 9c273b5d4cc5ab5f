"""What members can have and what they had: both families of the vendor's lists."""

from datetime import UTC, datetime

import pytest

from chalicelib import clock
from tests.api.rewarding import BAG, CASH, POOL, TEN_OFF, catalogue, claim, upload
from tests.api.shop import ADA, Shop

SOON = TEN_OFF | {"rewardId": "soon", "startsAt": "2026-04-01T00:00:00"}
OVER = TEN_OFF | {"rewardId": "over", "endsAt": "2026-03-18T11:59:59"}
GOLD = TEN_OFF | {"rewardId": "gold", "audience": {"tiers": ["gold"]}}
ONCE = TEN_OFF | {"rewardId": "once", "claimsPerMember": 1, "codes": {"source": "none"}}


def offers(shop: Shop, query: str = "") -> dict[str, dict]:
    return {row["rewardId"]: row for row in shop.get(f"/users/{ADA}/reward{query}").ok["rewardDetail"]}


@pytest.fixture
def open_shelf(shop: Shop) -> Shop:
    """A shop with rewards of every kind."""
    catalogue(shop, TEN_OFF, BAG, CASH, POOL, SOON, OVER, ONCE, TEN_OFF | {"rewardId": "draft", "status": "Draft"})
    return shop


@pytest.mark.proves("A013", "A132", "B203")
def test_the_list_of_a_member_has_the_fields_that_sap_reads(open_shelf: Shop):
    open_shelf.credit(100)

    said = open_shelf.get(f"/users/{ADA}/reward").ok

    assert said["creditsToCurrencyRatio"]
    assert "creditsToCurrencyValue" in said
    row = said["rewardDetail"][0]
    wanted = {
        "rewardId": "121", "displayText": "10 euros off your next order", "creditRequired": 100, "eligible": "YES",
        "rewardUrl": "https://shop.example.test/r/121", "rewardImageUrl": "https://cdn.example.test/121.png",
        "rewardStatus": "active", "reason": "", "pointsNeeded": 0,
    }  # fmt: skip
    assert row | wanted == row


@pytest.mark.proves("A013")
@pytest.mark.parametrize(("has", "missing", "eligible"), [(99, 1, "NO"), (100, 0, "YES"), (101, 0, "YES")])
def test_the_exact_shortfall_is_told(open_shelf: Shop, has, missing, eligible):
    open_shelf.credit(has)

    row = offers(open_shelf)["121"]

    assert (row["pointsNeeded"], row["eligible"]) == (missing, eligible)
    assert ("100 needed, 99 available" in row["reason"]) == (has == 99)


@pytest.mark.proves("A013", "B203")
def test_every_ineligible_reward_says_why(open_shelf: Shop):
    catalogue(open_shelf, SOON, OVER, ONCE, BAG | {"stock": 0}, POOL, GOLD_OF(open_shelf))
    open_shelf.credit(1000)
    open_shelf.post("/points", claim("once")).ok  # noqa: B018 - asks whether it went well.

    found = {name: (row["eligible"], row["reasonCode"]) for name, row in offers(open_shelf).items()}

    assert found == {
        "soon": ("NO", "status"), "once": ("NO", "claims"), "bag": ("NO", "stock"), "pool": ("NO", "codes"),
        "gold": ("NO", "tier"),
    }  # fmt: skip


def GOLD_OF(shop: Shop) -> dict:  # noqa: N802 - a reward, like the constants beside it.
    """A reward for the highest tier of the shop's programme."""
    return GOLD | {"audience": {"tiers": [shop.programme()["tiers"]["levels"][-1]["tierId"]]}}


def test_sort_by_sequence_sorts(open_shelf: Shop):
    assert [*offers(open_shelf)][:2] == ["121", "bag"]
    assert [*offers(open_shelf, "?sort_by=rewardSequence")][:2] == ["bag", "121"]


def test_a_claimed_limit_says_when_it_opens_again(open_shelf: Shop):
    weekly = ONCE | {"claimsPerMember": 0, "claimLimits": [{"times": 1, "period": "week"}]}
    catalogue(open_shelf, weekly)
    open_shelf.credit(1000)
    open_shelf.post("/points", claim("once")).ok  # noqa: B018 - asks whether it went well.

    assert "Again from 2026-03-23." in offers(open_shelf)["once"]["reason"]
    assert open_shelf.post("/points", claim("once")).refusal == (400, "AC1026")

    clock.move_to(datetime(2026, 3, 23, 12, tzinfo=UTC))
    assert offers(open_shelf)["once"]["eligible"] == "YES"


@pytest.mark.proves("A013", "A132", "B203")
def test_the_used_list_has_the_fields_that_sap_reads(open_shelf: Shop):
    open_shelf.credit(1000)
    upload(open_shelf, *(f"C-{number}" for number in range(20)))
    open_shelf.post("/points", claim("bag")).ok  # noqa: B018 - asks whether it went well.
    for _ in range(20):
        assert open_shelf.post("/points", claim("pool")).ok["rewardCode"].startswith("C-")

    first = open_shelf.get(f"/users/{ADA}/usedreward?page=1").ok
    second = open_shelf.get(f"/users/{ADA}/usedreward?page=2").ok

    assert (first["pages"], first["current_page"], len(first["rewardDetail"])) == (2, 1, 20)
    assert len({row["rewardCode"] for row in first["rewardDetail"]}) == 20
    row = second["rewardDetail"][0]
    assert row | {
        "rewardCode": "", "pointsUsed": 250, "rewardName": "Cotton bag", "rewardStatus": "Awarded", "reason": "claim",
        "claimLimit": 1, "claimCount": 1, "rewardId": "bag",
    } == row  # fmt: skip
    assert row["createDate"].startswith("2026-03-18T12:00")


@pytest.mark.proves("B203")
def test_a_returned_order_and_an_expired_code_show_in_the_used_list(open_shelf: Shop):
    open_shelf.credit(1000)
    order = {"id": "SO-1", "userId": ADA, "orderDetail": [{"id": "P1", "quantity": "1", "unitPrice": "20"}]}
    open_shelf.post("/orders", order)
    open_shelf.post("/points", claim(orderId="SO-1")).ok  # noqa: B018 - asks whether it went well.
    open_shelf.post("/points", claim()).ok  # noqa: B018 - asks whether it went well.

    open_shelf.put("/orders/SO-1", {"status": "return"})
    clock.move_to(datetime(2026, 4, 18, 12, tzinfo=UTC))

    rows = open_shelf.get(f"/users/{ADA}/usedreward").ok["rewardDetail"]
    assert [row["rewardStatus"] for row in rows] == ["Expired", "Refunded"]
    assert open_shelf.figures()["usedPointsOnReward"] == 100


@pytest.mark.proves("A013", "B203")
def test_the_catalogue_is_listed_filtered_and_paged(open_shelf: Shop):
    said = open_shelf.get("/rewards?page_size=2&page=2").ok
    assert (said["total_count"], said["total_pages"], said["current_page"], len(said["rewards"])) == (8, 4, 2, 2)

    live = open_shelf.get("/rewards?status=live").ok["rewards"]
    assert {row["reward_id"] for row in live} == {"121", "bag", "cash", "pool", "once"}
    assert [row["reward_id"] for row in open_shelf.get("/rewards?source_type=pool").ok["rewards"]] == ["pool"]
    assert open_shelf.get("/rewards?type=Nothing").ok["rewards"] == []
    assert open_shelf.get("/rewards?status=gone").refusal == (400, "AC1004")


def test_one_reward_is_read_and_a_draft_is_not_there(open_shelf: Shop):
    said = open_shelf.get("/rewards/121").ok

    assert said | {
        "reward_id": "121", "reward_name": "10 euros off", "reward_type": "Reward", "reward_status": "Live",
        "reward_category_id": "543", "reward_category_name": "Discounts", "points_required": 100, "reward_sequence": 2,
        "reward_images": [{"url": "https://cdn.example.test/121.png", "alt": "a voucher"}],
    } == said  # fmt: skip
    assert open_shelf.get("/rewards/draft").refusal == (404, "AC1005")


def test_a_member_without_any_reward_is_told_so(open_shelf: Shop):
    said = open_shelf.get(f"/users/{ADA}/rewards?eligible=YES").ok

    assert (said["eligible"], said["rewards"]) == (False, [])
    assert "not eligible" in said["message"]
    every = open_shelf.get(f"/users/{ADA}/rewards").ok["rewards"]
    shortfall = next(row for row in every if row["reward_id"] == "121")["ineligible_reasons"]
    assert [(each["code"], each["missing"], each["bucket"]) for each in shortfall] == [("points", 100, "points")]


@pytest.mark.proves("A013", "A015")
def test_a_reward_for_a_segment_is_for_its_members_alone(open_shelf: Shop):
    vip = {"segmentId": "vip", "name": "VIP", "pointsDetails": {"lifetimePointRangeFrom": 500}}
    open_shelf.programme(lambda document: document.update(segments=[vip]))
    catalogue(open_shelf, TEN_OFF | {"audience": {"segments": ["vip"]}})
    open_shelf.credit(499)

    assert (offers(open_shelf)["121"]["eligible"], offers(open_shelf)["121"]["reasonCode"]) == ("NO", "segment")
    assert open_shelf.post("/points", claim()).refusal == (400, "AC1004")

    open_shelf.credit(1)
    assert offers(open_shelf)["121"]["eligible"] == "YES"
    assert open_shelf.lines[-1]["calls"] == 1
    assert open_shelf.post("/points", claim()).ok["rewardCode"] == "$10-OFF"
