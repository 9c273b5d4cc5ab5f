"""P9: ``dryRun=true`` answers what the real call would, and writes nothing at all."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest

from chalicelib import clock
from chalicelib.dynamo import claims
from tests.api.calls import CALLS, GIFT, ORDER, contents
from tests.api.fixtures import NOON
from tests.api.shop import ADA, GRACE, Said, Shop, action

DRY = "?dryRun=true"
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z?|\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")


def said(answer: Said) -> tuple[int, Any]:
    """An answer without the moments it tells: the clock goes on between two calls."""
    return answer.status, _INSTANT.sub("then", answer.raw.decode())


@pytest.mark.parametrize("name", CALLS)
def test_a_dry_run_answers_as_the_real_call_and_writes_nothing(shop, one_table, name):
    call = CALLS[name]
    call.before(shop)
    before = contents(one_table)

    dry = call.made(shop, None, query=DRY)
    unchanged = contents(one_table)
    real = call.made(shop, None)

    assert dry.headers["Dry-Run"] == "true"
    assert unchanged == before
    assert said(dry) == said(real)
    assert real.status in {200, 201}
    assert "Dry-Run" not in real.headers


@pytest.mark.parametrize("name", CALLS)
def test_a_dry_run_leaves_its_key_to_the_real_call(shop, one_table, name):
    call = CALLS[name]
    call.before(shop)
    before = contents(one_table)

    dry = call.made(shop, "key-1", query=DRY)
    unchanged = contents(one_table)
    real = call.made(shop, "key-1")
    again = call.made(shop, "key-1", query=DRY)

    assert unchanged == before
    assert not dry.is_repeat
    assert not real.is_repeat
    assert said(dry) == said(real)
    assert again.is_repeat
    assert name == "erase" or said(again) == said(real)


REFUSED = {
    "unknown member": ("POST", "/points", {**GIFT, "id": "nobody"}),
    "not enough": ("POST", "/points", {"id": ADA, "activity": "DEBIT", "debit": "999", "orderId": "SO-9"}),
    "order taken": ("POST", "/orders", ORDER),
    "unknown order": ("PUT", "/orders/SO-9", {"status": "return"}),
    "more than ordered": (
        "PATCH", "/orders/SO-1", {"status": "return", "orderDetail": [{"id": "P1", "quantity": "9"}]},
    ),
    "malformed": ("POST", "/points", {"id": ADA}),
    "id taken": ("POST", "/users", {"id": ADA}),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_a_refusal_is_the_same_and_sticks_to_no_key(shop, one_table, name):
    method, path, body = REFUSED[name]
    shop.post("/orders", ORDER)
    before = contents(one_table)

    dry = shop.call(method, path + DRY, body, key="key-1")
    unchanged = contents(one_table)
    real = shop.call(method, path, body, key="key-1")

    assert unchanged == before
    assert said(dry) == said(real)
    assert dry.status >= 400
    assert not real.is_repeat


def test_elements_of_a_dry_bulk_call_see_each_other(shop, one_table):
    spend = {"id": ADA, "actionId": 107, "activity": "DEBIT", "debit": "60"}
    elements = {"1": {**GIFT, "credit": "100"}, "2": spend, "3": spend}
    before = contents(one_table)

    dry = shop.post("/bulkpoints" + DRY, elements)
    unchanged = contents(one_table)
    real = shop.post("/bulkpoints", elements)

    assert unchanged == before
    assert said(dry) == said(real)
    assert dry["2"]["pointsDeducted"] == 60
    assert dry["3"]["errorCode"]


def test_a_withheld_award_is_not_counted_by_a_dry_run(shop, one_table):
    shop.programme(lambda document: action(document, 101).update(limits=[{"period": "day", "times": 1}]))
    once = {"id": ADA, "actionId": 101, "activity": "CREDIT"}
    shop.post("/points", once)
    before = contents(one_table)

    dry = shop.post("/points" + DRY, once)

    assert dry["errorCode"] == "AC1028"
    assert contents(one_table) == before
    assert said(shop.post("/points", once)) == said(dry)


def test_expired_points_are_not_booked_by_a_dry_run(shop, one_table):
    shop.credit(40)
    clock.move_to(NOON + timedelta(days=800))
    before = contents(one_table)

    dry = shop.post("/points" + DRY, {**GIFT, "activity": "DEBIT", "debit": "5"})

    assert dry["pointsNotDeducted"] == 5
    assert contents(one_table) == before


def test_a_rehearsed_member_is_not_found_afterwards(shop):
    shop.post("/users" + DRY, {"id": GRACE})

    assert shop.get(f"/points/{GRACE}").status == 404
    assert claims.find(shop.site, "id", GRACE) is None


def test_a_rehearsed_order_is_not_found_afterwards(shop):
    shop.post("/orders" + DRY, ORDER)

    assert shop.put("/orders/SO-1", {"status": "return"}).status == 404


def test_a_rehearsed_erasure_leaves_the_member(shop):
    shop.credit(40)
    shop.post("/userdelete" + DRY, {"id": ADA, "requestedBy": "o@example.test"})

    assert shop.figures()["availablePoints"] == 40


def test_a_rehearsed_programme_is_in_force_nowhere(shop: Shop, one_table):
    document = json.loads(json.dumps(shop.programme(), default=str))
    action(document, 101)["actionPoints"] = 77
    before = contents(one_table)

    dry = shop.put("/programme" + DRY, document, token=shop.staff())
    unchanged = contents(one_table)
    awarded = shop.post("/points", {"id": ADA, "actionId": 101, "activity": "CREDIT"})
    action(document, 101)["actionPoints"] = 78
    real = shop.put("/programme", document, token=shop.staff())

    assert unchanged == before
    assert dry["version"] == real["version"]
    assert awarded["pointsAwarded"] != 77
    shop.enrol(GRACE)
    assert shop.post("/points", {"id": GRACE, "actionId": 101, "activity": "CREDIT"})["pointsAwarded"] == 78


def test_a_dry_run_names_the_versions_it_rests_on(shop):
    shop.enrol(GRACE)
    shop.credit(500)
    transfer = CALLS["transfer"].body

    dry = shop.post("/points" + DRY, transfer)
    nobody = shop.post("/points" + DRY, {**GIFT, "id": "nobody"})

    assert dry.headers["Account-Version"] == "2, 1"
    assert "Account-Version" not in nobody.headers


@pytest.mark.parametrize(
    "given",
    ["dryRun=yes", "dryRun=1", "dryRun=True", "dryRun=", "dryrun=true", "DRYRUN=true", "dryRun=false&dryRun=true"],
)
def test_what_might_be_meant_as_a_dry_run_is_refused_before_anything_is_done(shop, one_table, given):
    before = contents(one_table)

    refused = shop.post(f"/points?{given}", GIFT)

    assert refused.refusal[0] == 400
    assert "dryRun" in refused["errorMessage"]
    assert contents(one_table) == before


def test_false_means_the_real_call(shop):
    assert shop.post("/points?dryRun=false", GIFT).ok["pointsAwarded"] == 50
    assert shop.figures()["availablePoints"] == 50
