"""Rewards beside other things: in bulk, paid by a group, in files of thousands, in uploads that break off."""

from typing import Any

import pytest

from chalicelib.rewards.codes import service as codes
from tests.api.grouping import give, pair, proved
from tests.api.rewarding import BAG, POOL, TEN_OFF, catalogue, claim
from tests.api.shop import ADA, GRACE, Shop


@pytest.fixture
def rich(shop: Shop) -> Shop:
    """Ada has 1,000 points; the pool is empty still."""
    catalogue(shop, TEN_OFF, BAG, POOL)
    shop.credit(1000)
    return shop


def sent(shop: Shop, *listed: str, key: str | None = None) -> Any:
    return shop.post("/rewards/pool/codes", {"codes": list(listed)}, token=shop.staff(), key=key)


def test_rewards_are_claimed_in_bulk_each_on_its_own(rich: Shop):
    body = {"1": claim(actionId=107), "2": claim("none", actionId=107), "3": claim("bag", actionId=107)}

    said = rich.post("/bulkpoints", body, key="k-1").ok

    assert (said["1"]["rewardCode"], said["2"]["errorCode"], said["3"]["debit"]) == ("$10-OFF", "AC1005", 250)
    assert rich.post("/bulkpoints", body, key="k-1").ok == said
    assert rich.figures()["availablePoints"] == 650


@pytest.mark.proves("B103", "B155", "B156")
def test_a_group_pays_a_reward_and_gets_the_points_back_when_it_is_cancelled(shop: Shop):
    group = pair(shop, redemption="ALL")
    catalogue(shop, BAG)
    shop.credit(1000)
    give(shop, group, 300).ok  # noqa: B018 - asks whether it went well.

    body = claim("bag", id=GRACE, groupId=group)
    said = shop.post("/points", body, key="k-1").ok

    assert (said["groupDebit"], said["groupPointsDeducted"], said["pointsDeducted"]) == (250, 250, None)
    assert said["rewardName"] == "Cotton bag"
    assert shop.post("/points", body, key="k-1").ok == said
    assert shop.get(f"/group/{group}").ok["groupAvailablePoints"] == "50"
    assert shop.post("/points", claim("bag", groupId=group)).refusal == (400, "AC1004")

    assigned = shop.get(f"/users/{GRACE}/usedreward").ok["rewardDetail"][0]["assignId"]
    shop.post(f"/users/{GRACE}/rewards/{assigned}/cancel", {"reason": "x"}).ok  # noqa: B018 - asks.
    assert shop.get(f"/group/{group}").ok["groupAvailablePoints"] == "300"
    assert shop.figures(GRACE)["availablePoints"] == 0
    proved(shop)


@pytest.mark.proves("A140", "A142")
def test_an_upload_is_two_calls_for_eighty_eight_codes(rich: Shop):
    said = sent(rich, *(f"C-{number}" for number in range(200))).ok

    assert (said["accepted"], said["remaining"]) == (200, 200)
    slices = -(-200 // codes.CODES_PER_COMMIT)
    assert rich.lines[-1]["calls"] <= 2 * slices + 2


def test_an_upload_that_broke_off_puts_in_the_rest_and_nothing_twice(rich: Shop, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(codes, "CODES_PER_COMMIT", 3)
    put, done = codes._put, []

    def dying(*given: Any, **more: Any) -> Any:
        if len(done) == 2:
            raise SystemExit
        done.append(given)
        return put(*given, **more)

    monkeypatch.setattr(codes, "_put", dying)
    listed = [f"C-{number}" for number in range(10)]
    with pytest.raises(SystemExit):
        sent(rich, *listed, key="k-1")
    monkeypatch.setattr(codes, "_put", put)
    assert rich.get("/rewards/pool/codes", token=rich.staff()).ok["remaining"] == 6

    said = sent(rich, *listed, key="k-1").ok

    assert (said["accepted"], said["refused"], said["remaining"]) == (10, 0, 10)
    given = {rich.post("/points", claim("pool")).ok["rewardCode"] for _ in range(10)}
    assert given == set(listed)


def test_what_two_rewards_share_is_one_pool(rich: Shop):
    shared = POOL["codes"] | {"pool": "both"}
    catalogue(rich, POOL | {"codes": shared}, POOL | {"rewardId": "other", "codes": shared})
    assert sent(rich, "A", "B").ok["pool"] == "both"

    first, second = (rich.post("/points", claim(name)).ok["rewardCode"] for name in ("pool", "other"))

    assert {first, second} == {"A", "B"}
    alerts = rich.get("/rewardalerts", token=rich.staff()).ok["alerts"]
    assert [each["rewardIds"] for each in alerts] == [["pool", "other"]]


@pytest.mark.proves("B203")
def test_a_members_own_token_reads_its_rewards_and_no_drafts(rich: Shop):
    catalogue(rich, TEN_OFF, BAG | {"status": "Draft"})
    token = rich.member_token(ADA)

    assert [row["rewardId"] for row in rich.get(f"/users/{ADA}/reward", token=token).ok["rewardDetail"]] == ["121"]
    assert [row["reward_id"] for row in rich.get("/rewards", token=token).ok["rewards"]] == ["121"]
    assert len(rich.get("/rewards").ok["rewards"]) == 2
    assert rich.get(f"/users/{GRACE}/reward", token=token).refusal == (403, "AC1002")
    assert rich.post("/points", claim(), token=token).refusal == (403, "AC1002")
