"""Codes from the merchant's own coupon API: at once, later, or never; the points are out of reach meanwhile."""

import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import timedelta

import pytest

from chalicelib import clock, settings
from chalicelib.dynamo import due
from chalicelib.outreach import service as outreach
from chalicelib.rewards.issuing.service import ATTEMPTS_MAX
from tests.api.fixtures import NOON
from tests.api.rewarding import TEN_OFF, catalogue, claim
from tests.api.shop import ADA, SECRET, Shop
from tests.support.coupon_api import CouponApi, coupon_api


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[CouponApi]:
    monkeypatch.setattr(settings, "COUPON_API_LOCAL", True)
    with coupon_api() as made:
        yield made


@pytest.fixture
def rich(shop: Shop, api: CouponApi) -> Shop:
    """Ada has 1,000 points; the codes of the reward come from the API."""
    catalogue(shop, TEN_OFF | {"codes": {"source": "api", "url": api.url, "expiry": {"type": "never"}}, "stock": 3})
    shop.credit(1000)
    return shop


def work(shop: Shop, *, later: timedelta) -> int:
    """Move the clock, sweep, and do what is due; how much that was."""
    clock.move_to(NOON + later)
    found = [each for each in due.sweep("coupon", 0, clock.now()) if f"#{shop.site}#" in each.pk]
    for each in found:
        outreach.work({"kind": each.kind, "pk": each.pk, "sk": each.sk}, clock.now())
    return len(found)


def used(shop: Shop) -> dict:
    return shop.get(f"/users/{ADA}/usedreward").ok["rewardDetail"][0]


@pytest.mark.proves("A143", "B167")
def test_a_code_of_the_api_comes_with_the_answer(rich: Shop, api: CouponApi):
    said = rich.post("/points", claim(orderId="SO-1")).ok

    assert (said["rewardCode"], said["rewardStatus"]) == ("API-1", "Awarded")
    assert said["rewardCodeExpDate"] == "2026-12-31T23:59:59"
    headers, body = api.asked[0]
    assert body | {"rewardId": "121", "userId": ADA, "orderId": "SO-1", "siteId": rich.site} == body
    assert headers["Idempotency-Key"] == body["assignId"] == used(rich)["assignId"]
    raw = json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode()
    assert headers["X-Laurel-Signature"] == "sha256=" + hmac.new(SECRET.encode(), raw, hashlib.sha256).hexdigest()
    assert work(rich, later=timedelta(days=1)) == 0


@pytest.mark.proves("A143")
def test_a_code_that_does_not_come_is_fetched_later_with_the_same_key(rich: Shop, api: CouponApi):
    api.status = 503

    said = rich.post("/points", claim(), key="k-1").ok
    assert (said["rewardCode"], said["rewardStatus"]) == ("", "Pending")
    assert rich.figures()["availablePoints"] == 900

    api.status = 200
    assert work(rich, later=timedelta(minutes=4)) == 0
    assert work(rich, later=timedelta(minutes=6)) == 1
    assert (used(rich)["rewardCode"], used(rich)["rewardStatus"]) == ("API-1", "Awarded")
    assert {headers["Idempotency-Key"] for headers, _ in api.asked} == {used(rich)["assignId"]}
    assert rich.post("/points", claim(), key="k-1").ok["rewardCode"] == "API-1"
    assert rich.figures()["availablePoints"] == 900


@pytest.mark.proves("A143")
def test_a_code_that_never_comes_gives_the_points_the_claim_and_the_unit_back(rich: Shop, api: CouponApi):
    api.raw = b"{}"
    rich.post("/points", claim()).ok  # noqa: B018 - asks whether it went well.

    for number in range(1, ATTEMPTS_MAX):
        assert used(rich)["rewardStatus"] == "Pending"
        assert work(rich, later=timedelta(hours=7 * number)) == 1

    assert used(rich)["rewardStatus"] == "Failed"
    assert (rich.figures()["availablePoints"], rich.figures()["usedPointsOnReward"]) == (1000, 0)
    offer = rich.get(f"/users/{ADA}/reward").ok["rewardDetail"][0]
    assert (offer["remainingStock"], offer["claimCount"]) == (3, 0)
    assert len(api.asked) == ATTEMPTS_MAX
    assert work(rich, later=timedelta(days=9)) == 0


def test_a_code_that_the_site_has_already_is_not_given_again(rich: Shop, api: CouponApi):
    api.codes = ["SAME"]

    first = rich.post("/points", claim()).ok
    second = rich.post("/points", claim()).ok

    assert (first["rewardCode"], second["rewardCode"]) == ("SAME", "")


def test_a_dry_run_asks_nobody(rich: Shop, api: CouponApi):
    said = rich.post("/points?dryRun=true", claim()).ok

    assert said["rewardStatus"] == "Pending"
    assert api.asked == []


def test_a_pending_redemption_can_be_cancelled_and_nobody_is_asked_again(rich: Shop, api: CouponApi):
    api.status = 500
    rich.post("/points", claim()).ok  # noqa: B018 - asks whether it went well.

    rich.post(f"/users/{ADA}/rewards/{used(rich)['assignId']}/cancel", {}).ok  # noqa: B018 - asks whether it went well.

    assert work(rich, later=timedelta(days=1)) == 0
    assert rich.figures()["availablePoints"] == 1000
