"""Merging members over HTTP: the survivor has everything, the merged id leads to it, and the audit stays clean."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib import clock, settings
from chalicelib.dynamo import due
from chalicelib.ledger.service import command
from chalicelib.members.merging import service as merging
from chalicelib.members.merging.merged import Wanted
from chalicelib.outreach import service as outreach
from chalicelib.programme import service as programmes
from tests.api.calls_users import MERGE
from tests.api.fixtures import NOON
from tests.api.grouping import found, groups_on, members
from tests.api.proving import faults
from tests.api.shop import ADA, GRACE, Shop, action, quoted

HEDY = "hedy@example.test"
ORDER = {"id": "SO-7", "userId": GRACE, "orderDetail": [{"id": "P1", "quantity": "2", "unitPrice": "50"}]}


@pytest.fixture
def both(shop: Shop) -> Shop:
    """Ada and Grace, who are one person."""
    shop.enrol(GRACE)
    return shop


def merge(shop: Shop, **more: Any) -> dict[str, Any]:
    return shop.post("/mergeuser", MERGE | more).ok


def held(document: dict[str, Any]) -> None:
    document["purchase"]["hold"] = {"type": "orderDate", "days": 10}


@pytest.mark.proves("B011")
def test_the_survivor_has_the_points_of_both_and_the_answer_says_so(both: Shop):
    both.credit(100)
    both.credit(50, GRACE)
    both.debit(20, GRACE)

    said = merge(both)

    assert said["siteID"] == both.site
    assert (said["primaryUID"], said["secondaryUID"], said["mergedBy"]) == (ADA, GRACE, "staff@example.test")
    assert (said["mergeDate"], said["status"], said["reason"]) == ("2026-03-18", "completed", "Duplicate records")
    assert (said["updatedAvailablePoints"], said["updatedLifetimePoints"]) == (130, 150)
    figures = both.figures()
    assert (figures["availablePoints"], figures["usedPoints"], figures["lifetimePoints"]) == (130, 20, 150)
    assert faults(both) == []


def test_the_merged_id_leads_to_the_survivor_from_then_on(both: Shop):
    merge(both)

    both.credit(30, GRACE)

    assert both.figures(ADA)["availablePoints"] == 30
    assert both.get(f"/users/{GRACE}").ok["id"] == ADA
    assert both.post("/users", {"id": GRACE}).refusal == (409, "AC1006")


def test_profile_fields_that_the_primary_lacks_come_from_the_secondary(both: Shop):
    both.patch(f"/users/{ADA}", {"firstName": "Ada", "extendedAttribute": {"shoe": "38"}})
    both.patch(
        f"/users/{GRACE}",
        {"firstName": "Grace", "phone": "44-32456", "extendedAttribute": {"shoe": "40", "hat": "7"}},
    )

    merge(both)

    user = both.get(f"/users/{ADA}").ok
    assert (user["firstName"], user["phone"]) == ("Ada", "44-32456")
    assert user["extendedAttribute"] == {"shoe": "38", "hat": "7"}


def test_the_activity_of_the_survivor_goes_on_with_that_of_the_merged(both: Shop):
    for points in range(1, 16):
        both.credit(points)
        both.credit(100 + points, GRACE)

    merge(both)

    first, second = both.activity(), both.activity(page=2)
    assert (first["totalActivityCount"], first["pages"]) == (30, 2)
    rows = [row["credit"] for page in (first, second) for row in page["activityDetail"]]
    assert rows == [*range(15, 0, -1), *range(115, 100, -1)]
    assert len({row["activityId"] for page in (first, second) for row in page["activityDetail"]}) == 30


def test_an_order_of_the_merged_is_returned_from_the_points_of_the_survivor(both: Shop):
    both.post("/orders", ORDER).ok  # noqa: B018 - asks whether it went well.
    before = both.figures(GRACE)["availablePoints"]
    assert before > 0
    merge(both)

    both.put("/orders/SO-7", {"status": "return"}).ok  # noqa: B018 - asks whether it went well.

    assert both.figures(ADA)["availablePoints"] == 0
    assert both.post("/orderdetails", {"userId": ADA}).ok["orders"][0]["id"] == "SO-7"
    assert both.post("/orderdetails", {"orderId": "SO-7", "userId": ADA}).ok["userId"] == ADA
    assert faults(both) == []


def test_points_on_hold_of_the_merged_are_released_to_the_survivor(both: Shop):
    both.programme(held)
    both.post("/orders", ORDER).ok  # noqa: B018 - asks whether it went well.
    promised = both.figures(GRACE)["holdPoints"]
    merge(both)
    assert both.figures(ADA)["holdPoints"] == promised > 0
    assert faults(both) == []

    clock.move_to(NOON + timedelta(days=11))
    for each in list(outreach._due(clock.now())):
        outreach.work({"kind": each.kind, "pk": each.pk, "sk": each.sk}, clock.now())

    figures = both.figures(ADA)
    assert (figures["availablePoints"], figures["holdPoints"]) == (promised, 0)
    assert both.activity()["activityDetail"][0]["pointStatus"] == "Released"
    assert faults(both) == []


def test_part_of_a_held_order_of_the_merged_is_cancelled_after_the_merge(both: Shop):
    both.programme(held)
    both.post("/orders", ORDER).ok  # noqa: B018 - asks whether it went well.
    promised = both.figures(GRACE)["holdPoints"]
    merge(both)

    both.patch("/orders/SO-7", {"status": "cancel", "orderDetail": [{"id": "P1", "quantity": "1"}]}).ok  # noqa: B018

    assert both.figures(ADA)["holdPoints"] == promised // 2
    assert faults(both) == []


@pytest.mark.parametrize("keeps", [ADA, GRACE])
def test_points_for_an_action_that_both_did_are_taken_back_from_one(both: Shop, keeps: str):
    both.programme(lambda document: action(document, 102).update(actionPoints=40))
    for member in (ADA, GRACE):
        both.post("/points", {"id": member, "actionId": 102, "activity": "CREDIT"}).ok  # noqa: B018 - it is checked.

    said = merge(both, duplicateActions=[{"userIdToRetainActions": keeps, "actionID": 102}])

    assert said["duplicateActions"] == [{"userIdToRetainActions": keeps, "actionID": 102, "pointsTakenBack": 40}]
    assert both.figures()["availablePoints"] == 40
    assert faults(both) == []


def test_an_action_that_only_one_did_keeps_its_points(both: Shop):
    both.programme(lambda document: action(document, 102).update(actionPoints=40))
    both.post("/points", {"id": GRACE, "actionId": 102, "activity": "CREDIT"}).ok  # noqa: B018 - it is checked.

    said = merge(both, duplicateActions=[{"userIdToRetainActions": ADA, "actionID": 102}])

    assert said["duplicateActions"][0]["pointsTakenBack"] == 0
    assert both.figures()["availablePoints"] == 40


def test_the_history_of_merges_is_listed_under_every_id_of_the_member(both: Shop):
    both.enrol(HEDY)
    merge(both, primaryUID=GRACE, secondaryUID=HEDY, secondaryUserMultitemplateId=253)
    clock.move_to(NOON + timedelta(hours=1))
    merge(both)

    for member in (ADA, GRACE, HEDY):
        said = both.get(f"/mergeuser/{quoted(member)}").ok
        assert (said["siteID"], said["id"], said["pages"], said["records"]) == (both.site, ADA, 1, 2)
        assert [(each["primaryUID"], each["secondaryUID"]) for each in said["userDetail"]] == [
            (ADA, GRACE),
            (GRACE, HEDY),
        ]
        assert said["userDetail"][1]["secondaryUserMultitemplateId"] == 253
    assert faults(both) == []


def test_who_was_never_merged_has_no_history(shop: Shop):
    said = shop.get(f"/mergeuser/{ADA}").ok

    assert (said["userDetail"], said["pages"]) == ([], 0)


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ({"secondaryUID": ADA.upper()}, (400, "AC1004")),
        ({"secondaryUID": "nobody"}, (404, "AC1005")),
        ({"primaryUID": "nobody"}, (404, "AC1005")),
        ({"mergedBy": ""}, (400, "AC1004")),
        ({"mergedBy": None}, (400, "AC1004")),
        ({"duplicateActions": [{"userIdToRetainActions": HEDY, "actionID": 102}]}, (400, "AC1004")),
        ({"duplicateActions": [{"userIdToRetainActions": ADA, "actionID": 99999}]}, (404, "AC1005")),
        ({"secondaryUserMultitemplateId": "x"}, (400, "AC1004")),
    ],
)
def test_what_cannot_be_merged_is_refused_and_nothing_changes(both: Shop, more: dict[str, Any], refusal: Any):
    assert both.post("/mergeuser", MERGE | more).refusal == refusal

    assert both.get(f"/users/{GRACE}").ok["id"] == GRACE


@pytest.mark.parametrize("opted_out", [ADA, GRACE])
def test_who_is_opted_out_is_not_merged(both: Shop, opted_out: str):
    both.patch(f"/users/{opted_out}", {"optInStatus": "NO"})

    assert both.post("/mergeuser", MERGE).refusal == (400, "AC1004")


@pytest.mark.parametrize("blocked", [ADA, GRACE])
def test_nobody_gets_round_the_blocklist_by_a_merge(both: Shop, blocked: str):
    both.post("/blocklist", {"blocklistUsers": blocked, "blockedBy": "staff@example.test"}).ok  # noqa: B018

    said = both.post("/mergeuser", MERGE)

    assert said.refusal == (400, "AC1004")
    assert "blocklist" in said["errorMessage"]


def test_at_most_ten_are_merged_into_one(shop: Shop):
    others = [f"other-{number}@example.test" for number in range(11)]
    shop.enrol(*others)
    for other in others[:10]:
        merge(shop, secondaryUID=other)

    assert shop.post("/mergeuser", MERGE | {"secondaryUID": others[10]}).refusal == (400, "AC1004")
    assert faults(shop) == []


def test_erasing_the_survivor_erases_what_was_merged_into_it(both: Shop):
    both.credit(50, GRACE, reason="for Grace's birthday")
    both.patch(f"/users/{GRACE}", {"firstName": "Grace"}, key="kept")
    merge(both)

    both.post("/userdelete", {"id": GRACE, "requestedBy": "staff@example.test"}).ok  # noqa: B018 - it is checked.
    for each in list(outreach._due(clock.now() + timedelta(seconds=1))):
        outreach.work({"kind": each.kind, "pk": each.pk, "sk": each.sk}, clock.now())

    for member in (ADA, GRACE):
        assert both.get(f"/users/{member}").status == 404
    both.enrol(ADA, GRACE)
    assert both.figures(GRACE)["availablePoints"] == 0


def test_the_table_forgets_the_merged_persons_words(both: Shop, one_table: Any):
    both.credit(50, GRACE, reason="for the birthday of Grace")
    merge(both)
    both.post("/userdelete", {"id": ADA, "requestedBy": "staff@example.test"}).ok  # noqa: B018 - it is checked.

    for each in list(outreach._due(clock.now() + timedelta(seconds=1))):
        outreach.work({"kind": each.kind, "pk": each.pk, "sk": each.sk}, clock.now())

    left = str(one_table.scan(TableName="laurel")["Items"]).casefold()
    assert "grace" not in left
    assert ADA not in left


def falling_due(minutes: float) -> list[due.Found]:
    """Merges that are due so many minutes later."""
    clock.move_to(NOON + timedelta(minutes=minutes))
    return [each for shard in range(settings.DUE_SHARDS) for each in due.sweep("merge", shard, clock.now())]


def test_a_process_that_dies_after_the_merge_leaves_the_rest_to_the_sweep(both: Shop):
    both.enrol(HEDY)
    groups_on(both)
    group = found(both, GRACE, owner=HEDY)
    rules = programmes.in_force(both.site).rules
    wanted = Wanted(primary=ADA, secondary=GRACE, merged_by="desk")
    # All that the request did before it died.
    merging.merge(both.site, command(clock.now()), rules, wanted)
    assert set(members(both, group)) == {HEDY, GRACE}
    assert falling_due(1) == []

    for _ in range(2):
        for each in falling_due(3):
            outreach.work({"kind": each.kind, "pk": each.pk, "sk": each.sk}, clock.now())

    assert set(members(both, group)) == {HEDY, ADA}
    assert falling_due(9) == []
    assert faults(both) == []


def test_a_merge_that_was_followed_is_not_due(both: Shop):
    merge(both)

    assert falling_due(60) == []


def test_nothing_follows_a_merge_whose_survivor_was_erased_since(both: Shop):
    rules = programmes.in_force(both.site).rules
    wanted = Wanted(primary=ADA, secondary=GRACE, merged_by="desk")
    merging.merge(both.site, command(clock.now()), rules, wanted)
    left = falling_due(3)
    assert both.post("/userdelete", {"id": ADA, "requestedBy": "desk"}).status == 200

    for each in left:
        outreach.work({"kind": each.kind, "pk": each.pk, "sk": each.sk}, clock.now())

    assert len(left) == 1
    assert falling_due(9) == []
    assert faults(both) == []
