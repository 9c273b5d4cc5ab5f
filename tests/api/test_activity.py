"""GET /users/{id}/activity and /activitysummary/{actionId}: the book as members read it."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from chalicelib import clock
from tests.api.shop import ADA, GRACE, action

DAY = timedelta(days=1)
NOON = datetime(2026, 3, 18, 12, tzinfo=UTC)


@pytest.mark.proves("B200")
def test_a_row_has_every_documented_field(shop):
    shop.credit(437, customId="c-1", orderId="A12345", source="web", storeId="IN1", pointType="Promotional")

    said = shop.activity()

    assert (said["siteId"], said["id"], said["pages"]) == (shop.site, ADA, 1)
    assert (said["currentPage"], said["totalActivityCount"]) == (1, 1)
    (row,) = said["activityDetail"]
    assert UUID(row.pop("activityId"))
    assert row == {
        "actionId": 100, "activity": "CREDIT", "credit": 437, "debit": 0, "pointType": "Promotional",
        "pointStatus": "Released", "displayText": "Points Adjustment", "reason": "a gift", "rewardId": "",
        "rewardCode": "", "orderId": "A12345", "customId": "c-1", "source": "web",
        "createDate": "2026-03-18T12:00:00+0000", "expireDate": "2027-03-18T23:59:59+0000",
        "storeDetails": {"storeId": "IN1"}, "campaignId": "", "campaignName": "",
            "campaignPoints": 0, "campaignDetails": {}, "actionAttribute": {},
        "multiBucketsData": {},
    }  # fmt: skip


@pytest.mark.proves("B200")
def test_many_rows_come_page_by_page_newest_first_each_once(shop):
    """65 rows of every kind over four pages, in a book that also has entries without a row."""
    shop.programme(lambda document: action(document, 102).update(holdDays=3, limits=[], actionPoints=5))
    shop.enrol(GRACE)
    wanted = []
    for n in range(1, 60):
        if n % 7 == 0:
            shop.post("/points", {"id": ADA, "actionId": 102, "activity": "CREDIT", "reason": f"r{n}"}).ok  # noqa: B018
        elif n % 5 == 0:
            shop.debit(1, reason=f"r{n}")
        else:
            shop.credit(10, reason=f"r{n}")
        wanted.append(f"r{n}")
        if n % 10 == 0:
            shop.patch(f"/users/{ADA}", {"optInStatus": "NO"})
            shop.patch(f"/users/{ADA}", {"optInStatus": "YES"})
    for n in range(60, 66):
        shop.debit(1, reason=f"r{n}")
        wanted.append(f"r{n}")

    pages = [shop.activity(page=page) for page in (1, 2, 3, 4)]

    rows = [row for page in pages for row in page["activityDetail"]]
    assert [row["reason"] for row in rows] == wanted[::-1]
    assert [len(page["activityDetail"]) for page in pages] == [20, 20, 20, 5]
    assert {(page["pages"], page["totalActivityCount"]) for page in pages} == {(4, 65)}
    assert [page["currentPage"] for page in pages] == [1, 2, 3, 4]
    assert len({row["activityId"] for row in rows}) == 65
    assert {row["pointStatus"] for row in rows if row["actionId"] == 102} == {"Hold"}
    assert shop.activity(page=5)["activityDetail"] == []
    assert shop.activity(page=1_000_000)["totalActivityCount"] == 65


@pytest.mark.proves("B200")
def test_the_first_page_is_one_query(shop):
    for _ in range(25):
        shop.credit(1)
    shop.activity()
    shop.lines.clear()

    shop.activity()

    assert shop.lines[-1]["calls"] == 2


def test_a_row_keeps_its_id_from_page_to_page_and_year_to_year(shop):
    shop.credit(1, reason="first")
    before = shop.activity()["activityDetail"][0]["activityId"]
    for _ in range(20):
        shop.credit(1)
    clock.move_to(NOON + 100 * DAY)

    (row,) = shop.activity(page=2)["activityDetail"]

    assert (row["activityId"], row["reason"]) == (before, "first")


@pytest.mark.proves("B200")
def test_what_time_has_done_shows_before_anybody_booked_it(shop):
    shop.credit(100)
    clock.move_to(datetime(2027, 3, 19, 8, tzinfo=UTC))

    seen = shop.activity()
    shop.credit(7, reason="books it")
    booked = shop.activity()

    assert (seen["totalActivityCount"], booked["totalActivityCount"]) == (2, 3)
    expired = seen["activityDetail"][0]
    assert (expired["actionId"], expired["activity"], expired["debit"]) == (106, "DEBIT", 100)
    assert (expired["displayText"], expired["pointStatus"]) == ("Points Expired", "Expired")
    assert booked["activityDetail"][1] == expired


@pytest.mark.parametrize("page", ["0", "-1", "1.5", "x", "1000001", "NaN"])
def test_a_page_is_a_number_from_one(shop, page):
    said = shop.get(f"/users/{ADA}/activity?page={page}")

    assert said.refusal == (400, "AC1004")
    assert "page" in said["errorMessage"]


@pytest.mark.parametrize("query", ["", "?page=1", "?page=", "?page=1&page=2", "?other=1", "?page=1.0"])
def test_without_a_page_it_is_the_first(shop, query):
    shop.credit(5)

    assert shop.get(f"/users/{ADA}/activity{query}").ok["currentPage"] == 1


def test_a_debit_row(shop):
    shop.credit(100)
    shop.debit(30, actionId="107", orderId="SO-2")

    row = shop.activity()["activityDetail"][0]

    assert (row["actionId"], row["activity"], row["credit"], row["debit"]) == (107, "DEBIT", 0, 30)
    assert (row["displayText"], row["orderId"], row["expireDate"]) == ("Redemption", "SO-2", None)


def test_a_transfer_is_a_debit_here_and_a_credit_there(shop):
    shop.enrol(GRACE)
    shop.credit(100)
    body = {"id": ADA, "actionId": 8055, "activity": "DEBIT", "debit": 40, "recipientData": {"recipientId": GRACE}}
    shop.post("/points", body)

    mine, hers = shop.activity()["activityDetail"][0], shop.activity(GRACE)["activityDetail"][0]

    assert (mine["actionId"], mine["activity"], mine["debit"], mine["credit"]) == (8055, "DEBIT", 40, 0)
    assert (hers["actionId"], hers["activity"], hers["debit"], hers["credit"]) == (8055, "CREDIT", 0, 40)
    assert hers["expireDate"] == "2027-03-18T23:59:59+0000"


def test_a_refused_award_leaves_no_row(shop):
    for _ in range(3):
        shop.post("/points", {"id": ADA, "actionId": 101, "activity": "CREDIT"})

    assert shop.activity()["totalActivityCount"] == 1


@pytest.mark.proves("B005", "B200")
def test_a_summary_adds_up_what_one_action_did(shop):
    shop.credit(100)
    shop.credit(20)
    shop.debit(30)

    assert shop.get(f"/users/{ADA}/activitysummary/100").ok == {
        "siteId": shop.site, "id": ADA, "actionId": 100, "actionName": "Points Adjustment", "totalCredit": 120,
        "totalDebit": 30, "count": 3,
    }  # fmt: skip
    assert shop.get(f"/users/{ADA}/activitysummary/101").ok["count"] == 0


@pytest.mark.parametrize(("path", "expected"), [("4711", (404, "AC1005")), ("x", (400, "AC1004")),
                                                ("-1", (400, "AC1004")), ("1" * 30, (400, "AC1004"))])  # fmt: skip
def test_a_summary_of_no_action(shop, path, expected):
    assert shop.get(f"/users/{ADA}/activitysummary/{path}").refusal == expected
