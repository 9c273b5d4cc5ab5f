"""Idempotency-Key on every mutating route: the same key and body act once and answer the same for ever."""

import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from chalicelib import clock
from chalicelib.api import description
from chalicelib.dynamo import items
from tests.api.calls import CALLS, GIFT, ORDER, TRANSFER, contents
from tests.api.proving import faults
from tests.api.shop import ADA, GRACE

READING = {
    "POST /getbulkpoints",
    "POST /users/{memberId}/photochoices",
    "POST /bulktiers",
    "POST /actions",
    "POST /orderdetails",
    "POST /configuration/plan",
    "POST /calculator",
    "POST /segment/preview",
    "POST /users/{memberId}/actionseries",
    "POST /cart",
    "POST /campaign",
    "POST /users/search",
    "POST /issuancedetails/{memberId}",
}
OF_THE_SITE = {"PUT /programme", "POST /programme/backtest", "POST /public/{siteId}/events"}
"""Name no member: what a key does for the first is tried at the end of this file, for the second in test_backtest. The
third has no token, and carries a name of its own by which it is counted once (test_gallery_feed).
"""
WITH_FILES = {"POST /photos", "POST /users/{memberId}/photos", "POST /photoimport"}
"""Answer ids and links that are new each time they are rehearsed: what a key does for them is tried in test_photos and
test_photo_intake.
"""
REPEATED = {
    "PUT /networks/{network}",
    "DELETE /networks/{network}",
    "DELETE /photocampaigns/{campaignId}",
    "POST /photocampaigns/{campaignId}/contest",
    "POST /users/{memberId}/photocopies",
    "POST /public/{siteId}/upload/{code}",
}
"""What they do once they do not do again: a copy is of one picture, a draw of one contest. A form of the upload page
that nobody uses ends by itself.
"""


def template_of(name):
    """The route that serves a call; where several match, the one that says most literally where it stands."""
    fits = [
        route.key
        for route in description.described()
        if re.fullmatch(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(route.key)), name)
    ]
    return min(fits, key=lambda key: key.count("{"))


def test_every_mutating_route_is_here():
    """Fails for a new route that is neither tried with a key nor known to change nothing."""
    tried = {template_of(call.name) for call in CALLS.values()}
    mutating = {route.key for route in description.described() if route.method != "GET"}

    assert tried | READING | OF_THE_SITE | WITH_FILES | REPEATED == mutating


@pytest.mark.parametrize("name", CALLS)
def test_a_repeated_call_answers_the_same_and_writes_nothing(shop, one_table, name):
    call = CALLS[name]
    call.before(shop)

    first = call.made(shop, "key-1")
    after = contents(one_table)
    second = call.made(shop, "key-1")

    assert first.status in {200, 201}, first.body
    assert not first.is_repeat
    assert second.is_repeat
    assert contents(one_table) == after
    assert second.status == first.status
    if name != "erase":
        assert second.raw == first.raw


@pytest.mark.parametrize("name", CALLS)
def test_what_a_key_leads_to_stands_and_the_audit_finds_no_fault(shop, name):
    call = CALLS[name]
    call.before(shop)
    call.made(shop, "key-1")

    assert faults(shop) == []


@pytest.mark.parametrize("name", [name for name in CALLS if name != "erase"])
def test_an_answer_stays_the_same_whatever_happens_afterwards(shop, name):
    call = CALLS[name]
    call.before(shop)
    first = call.made(shop, "key-1")
    shop.patch(f"/users/{ADA}", {"lastName": "Lovelace", "optInStatus": "YES"})
    shop.credit(1000)
    shop.programme(lambda document: document["actions"][0].update(actionNameDisplay="Another name"))
    clock.move_to(datetime(2027, 9, 1, tzinfo=UTC))

    assert call.made(shop, "key-1").raw == first.raw


@pytest.mark.parametrize("name", CALLS)
def test_the_key_with_another_body_is_refused_and_writes_nothing(shop, one_table, name):
    call = CALLS[name]
    call.before(shop)
    call.made(shop, "key-1")
    after = contents(one_table)

    said = call.made(shop, "key-1", call.other)

    assert said.refusal == (409, "AC1006")
    assert contents(one_table) == after


def test_the_key_with_another_member_is_refused(shop):
    shop.enrol(GRACE)
    shop.post("/points", GIFT, key="key-1")

    assert shop.post("/points", GIFT | {"id": GRACE}, key="key-1").refusal == (409, "AC1006")
    assert shop.figures(GRACE)["lifetimePoints"] == 0


def test_the_key_on_another_route_or_another_member_of_the_path_is_refused(shop):
    shop.enrol(GRACE)
    body = {"firstName": "Ada"}
    shop.patch(f"/users/{ADA}", body, key="key-1")

    assert shop.patch(f"/users/{GRACE}", body, key="key-1").refusal == (409, "AC1006")
    assert shop.put(f"/users/{ADA}", body, key="key-1").refusal == (409, "AC1006")


def test_another_key_acts_again(shop):
    for key in ("key-1", "key-2"):
        shop.post("/points", GIFT, key=key)

    assert shop.figures()["availablePoints"] == 100


def test_a_key_belongs_to_its_site(open_shop):
    for shop in (open_shop(), open_shop()):
        shop.enrol(ADA)
        assert not shop.post("/points", GIFT, key="key-1").is_repeat
        assert shop.figures()["availablePoints"] == 50


REFUSED = {
    "not enough points": ("POST", "/points", {"id": ADA, "actionId": 107, "activity": "DEBIT", "debit": 100}, 400),
    "member exists": ("POST", "/users", {"id": ADA}, 409),
    "no such member": ("POST", "/points", GIFT | {"id": GRACE}, 404),
    "no such action": ("POST", "/points", {"id": ADA, "actionId": 515, "activity": "CREDIT"}, 404),
    "transfer": ("POST", "/points", {**TRANSFER, "recipientData": {"recipientId": GRACE}}, 404),
    "order of nobody": ("POST", "/orders", ORDER | {"userId": GRACE}, 404),
    "no such order": ("PUT", "/orders/SO-1", {"status": "return"}, 404),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_business_refusal_sticks_and_its_key_is_the_only_write(shop, one_table, name):
    method, path, body, status = REFUSED[name]
    before = one_table.scan(TableName="laurel")["Count"]

    first = shop.call(method, path, body, key="key-1")

    assert first.status == status
    assert one_table.scan(TableName="laurel")["Count"] == before + 1
    # Now everything that was in the way is mended.
    shop.credit(1000)
    shop.enrol(GRACE)
    shop.programme(
        lambda document: document["actions"].append({"actionId": 515, "actionName": "New", "actionPoints": 5})
    )
    again = shop.call(method, path, body, key="key-1")
    assert again.is_repeat
    assert (again.status, again.body) == (first.status, first.body)
    assert shop.figures()["availablePoints"] == 1000


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"id": ADA, "actionId": 100, "activity": "CREDIT", "credit": "many"}, 400),
        ({"id": ADA, "actionId": 100, "activity": "CREDIT"}, 400),
        ({"id": ADA, "actionId": 100, "activity": "CREDIT", "credit": 0.5}, 400),
        ({"id": ADA, "actionId": 106, "activity": "CREDIT"}, 400),
        (b"{", 400),
        (b"", 400),
    ],
)
def test_a_malformed_call_does_not_use_its_key_up(shop, one_table, body, status):
    before = contents(one_table)

    assert shop.post("/points", body, key="key-1").status == status

    assert contents(one_table) == before
    assert shop.post("/points", GIFT, key="key-1").ok["pointsAwarded"] == 50


def test_a_call_that_is_not_authorized_does_not_use_its_key_up(shop):
    assert shop.post("/points", GIFT, key="key-1", token="a.b.c").refusal == (401, "AC1002")

    assert not shop.post("/points", GIFT, key="key-1").is_repeat


def test_an_award_that_a_limit_withheld_repeats_its_answer(shop):
    body = {"id": ADA, "actionId": 120, "activity": "CREDIT"}
    shop.programme(lambda document: document["actions"].append(
        {"actionId": 120, "actionName": "Visit", "actionPoints": 5, "limits": [{"times": 1, "period": "day"}]}
    ))  # fmt: skip
    shop.post("/points", body)

    first = shop.post("/points", body, key="key-1")
    clock.move_to(datetime(2026, 3, 19, 12, tzinfo=UTC))
    second = shop.post("/points", body, key="key-1")

    assert first["errorCode"] == "AC1028"
    assert second.is_repeat
    assert second.raw == first.raw
    assert shop.post("/points", body, key="key-2").ok["pointsAwarded"] == 5


def test_an_erasure_repeats_without_the_erased_data(shop):
    shop.patch(f"/users/{ADA}", {"firstName": "Augusta"})
    body = {"id": ADA, "requestedBy": "operator@example.test"}
    first = shop.post("/userdelete", body, key="key-1").ok

    again = shop.post("/userdelete", body, key="key-1")

    assert again.is_repeat
    assert set(again.body) == set(first)
    assert (again["id"], again["requestedBy"], again["firstName"]) == (ADA, "operator@example.test", "")


def test_no_key_remembers_an_erased_person(shop, one_table):
    shop.post("/users", {"id": GRACE, "firstName": "Augusta"}, key="key-1")
    shop.patch(f"/users/{GRACE}", {"lastName": "Byron"}, key="key-2")
    shop.post("/points", GIFT | {"id": GRACE, "reason": "for Augusta Byron"}, key="key-3")

    shop.post("/userdelete", {"id": GRACE, "requestedBy": "o@example.test"})

    left = contents(one_table)
    assert "Augusta" not in left
    assert "Byron" not in left
    for method, path, body, key in (
        ("POST", "/users", {"id": GRACE, "firstName": "Augusta"}, "key-1"),
        ("PATCH", f"/users/{GRACE}", {"lastName": "Byron"}, "key-2"),
    ):
        said = shop.call(method, path, body, key=key)
        assert said.status < 300
        assert b"Augusta" not in said.raw
        assert b"Byron" not in said.raw


@pytest.mark.parametrize(
    ("key", "status"), [("x", 200), ("x" * 255, 200), ("a b/ü?#", 200), ("", 400), ("x" * 256, 400), ("a\tb", 400)]
)
def test_what_a_key_may_be(shop, key, status):
    said = shop.post("/points", GIFT, key=key)

    assert said.status == status
    if status == 400:
        assert "Idempotency-Key" in said["errorMessage"]
        assert shop.figures()["lifetimePoints"] == 0


def test_the_header_is_found_in_any_case(shop):
    shop.post("/points", GIFT, headers={"IDEMPOTENCY-KEY": "key-1"})

    assert shop.post("/points", GIFT, headers={"idempotency-key": "key-1"}).is_repeat


def test_a_bulk_call_that_broke_off_is_completed_by_its_repetition(shop):
    """The database goes away after the first element; the second call does what the first left undone, and no more."""
    body = {"1": GIFT, "2": GIFT | {"credit": "7"}, "3": GIFT | {"credit": "9"}}
    sent = []

    def gone(**_: Any) -> None:
        sent.append(1)
        if len(sent) > 2:
            raise EndpointConnectionError(endpoint_url="nowhere")

    events = items.connection().connection.client.meta.events
    events.register("before-call.dynamodb.TransactWriteItems", gone)
    try:
        first = shop.post("/bulkpoints", body, key="key-1")
    finally:
        events.unregister("before-call.dynamodb.TransactWriteItems", gone)

    assert first["1"]["pointsAwarded"] == 50
    assert "same Idempotency-Key" in first["2"]["errorMessage"]
    assert shop.figures()["availablePoints"] == 50
    second = shop.post("/bulkpoints", body, key="key-1")
    assert second["1"] == first["1"]
    assert [second[n]["updatedAvailablePoints"] for n in ("1", "2", "3")] == [50, 57, 66]
    assert shop.post("/bulkpoints", body, key="key-1").raw == second.raw
    assert shop.figures()["availablePoints"] == 66


def test_a_refused_element_of_a_bulk_call_sticks(shop):
    body = {"1": {"id": ADA, "actionId": 107, "activity": "DEBIT", "debit": 100}}
    first = shop.post("/bulkpoints", body, key="key-1")
    shop.credit(1000)

    assert first["1"]["errorCode"] == "AC1004"
    assert shop.post("/bulkpoints", body, key="key-1").raw == first.raw
    assert shop.figures()["availablePoints"] == 1000


def test_a_repeated_programme_does_not_undo_what_came_between(shop):
    document = json.loads(shop.get("/programme", token=shop.staff()).raw)["programme"]
    document["timeZone"] = "Europe/Berlin"
    first = shop.put("/programme", document, key="key-1", token=shop.staff())
    shop.programme(lambda other: other.update(timeZone="Asia/Tokyo"))

    again = shop.put("/programme", document, key="key-1", token=shop.staff())

    assert again.is_repeat
    assert again.raw == first.raw
    assert shop.programme()["timeZone"] == "Asia/Tokyo"
    document["timeZone"] = "America/New_York"
    assert shop.put("/programme", document, key="key-1", token=shop.staff()).refusal == (409, "AC1006")
