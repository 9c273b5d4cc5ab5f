"""GET /users/{id}/why: each reason code once, and that an answer tells what was recorded, to whom it may."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from chalicelib import clock
from chalicelib.api.why import CODES
from chalicelib.dynamo import claims
from tests.api.shop import ADA, GRACE
from tests.api.why_cases import (
    ALL_IS_WELL,
    BY_ACTION,
    BY_ORDER,
    CASES,
    FOLLOW,
    ORDER,
    buy,
    change,
    follow,
    held,
    opted_out,
    perform,
    selling,
    settle,
    wait,
    why,
)
from tests.support.faults import Faults, LostOnTheWay

CHECK_FIELDS = {"check", "outcome", "code", "sentence", "remedy", "at"}


def check(said, name):
    """The check of that name that says most: of several limits the one that refused, else the first."""
    found = [each for each in (*said["checks"], *said.get("ifItCameNow", ())) if each["check"] == name]
    return next((each for each in found if each["outcome"] != "passed"), found[0])


def contents(table: Any) -> list[str]:
    return sorted(str(sorted(item.items())) for item in table.scan(TableName="laurel")["Items"])


def test_every_code_has_a_case():
    assert {*CASES, ALL_IS_WELL} == set(CODES)


def test_the_handbook_lists_each_code_where_it_belongs():
    handbook = (Path(__file__).parents[2] / "docs/api.md").read_text()
    section = handbook.split("## Why\n")[1].split("\n## ")[0]
    columns = dict(enumerate(("passed", "refused", "waiting"), 2))
    rows = [line.split("|") for line in section.splitlines() if line.startswith("| `")]
    listed = {
        (row[1].strip().strip("`"), outcome, code)
        for row in rows
        for place, outcome in columns.items()
        for code in re.findall("[A-Z]+(?:_[A-Z]+)+|KEPT|RELEASED|RETURNED|EXPIRED", row[place])
    }

    assert {code for _, _, code in listed} | {ALL_IS_WELL, "NOT_REACHED"} == set(CODES)
    said = {(case.check, case.outcome, code) for code, case in CASES.items() if code != "NOT_REACHED"}
    assert said <= listed


@pytest.mark.parametrize("code", CASES)
def test_each_code_is_said_where_its_reason_is(shop, one_table, code):
    case = CASES[code]
    case.history(shop)
    before = contents(one_table)

    said = why(shop, case.query)

    found = check(said, case.check)
    assert (found["code"], found["outcome"]) == (code, case.outcome)
    assert len(found["sentence"]) > 15
    for each in (*said["checks"], *said.get("ifItCameNow", ())):
        assert set(each) - {"limit"} == CHECK_FIELDS
    if case.outcome == "refused":
        assert said["outcome"] == "refused"
        assert all(each["outcome"] == "notReached" for each in after(said["checks"], case.check))
    assert contents(one_table) == before


def after(checks, name):
    last = max(place for place, each in enumerate(checks) if each["check"] == name)
    return checks[last + 1 :]


def test_all_is_well(shop):
    buy(shop)

    said = why(shop, BY_ORDER)

    assert (said["outcome"], said["code"], said["answer"]) == ("passed", ALL_IS_WELL, "40 points were given.")
    assert (said["pointsWished"], said["pointsGranted"], said["pointsAwarded"]) == (40, 40, 40)
    assert [each["check"] for each in said["checks"]] == [
        "orderReceived", "memberActive", "actionActive", "pointType", "minimumAmount", "points", "limit", "release",
        "arrears", "kept", "expiry",
    ]  # fmt: skip
    assert why(shop, BY_ACTION)["code"] == ALL_IS_WELL


def test_a_limit_says_what_is_used_what_is_left_and_when_it_opens(shop):
    follow(shop, limits=[{"times": 2, "period": "day"}], maxPoints=60, period="month")
    perform(shop)

    times, points = [each for each in why(shop, BY_ACTION)["checks"] if each["check"] == "limit"]
    assert times["limit"] == {"period": "day", "kind": "times", "allowed": 2, "used": 1, "left": 1}
    assert points["limit"] == {"period": "month", "kind": "points", "allowed": 60, "used": 25, "left": 35}

    perform(shop)
    perform(shop)
    said = why(shop, BY_ACTION)
    assert said["answer"] == "2 of 2 daily times used. The daily limit opens again on 2026-03-19 00:00 (UTC)."
    assert check(said, "limit")["at"] == "2026-03-19T00:00:00+0000"
    assert said["refusedAttempts"] == [
        {"day": "2026-03-18", "times": 1, "code": "LIMIT_OPENS_LATER", "orderId": "",
         "lastAt": "2026-03-18T12:00:00+0000"}
    ]  # fmt: skip

    clock.move_to(datetime(2026, 3, 19, tzinfo=UTC))
    assert (why(shop, BY_ACTION)["code"], why(shop, BY_ACTION)["pointsGranted"]) == ("LIMIT_CAPPED", 10)


def test_of_several_closed_limits_the_one_that_opens_last_decides(shop):
    follow(shop, limits=[{"times": 1, "period": "day"}, {"times": 1, "period": "year"}])
    perform(shop)
    assert check(why(shop, BY_ACTION), "limit")["at"] == "2026-03-19T00:00:00+0000"
    assert "2027-01-01" in why(shop, BY_ACTION)["answer"]

    follow(shop, limits=[{"times": 1, "period": "day"}, {"times": 1, "period": "lifetime"}])
    perform(shop)
    wait(days=1)
    perform(shop)
    assert why(shop, BY_ACTION)["code"] == "LIMIT_USED_UP"


def test_an_action_shows_its_last_awards_as_they_stand(shop):
    follow(shop, holdDays=3)
    for _ in range(7):
        perform(shop)
        wait(hours=1)

    said = why(shop, BY_ACTION)

    assert (said["timesPerformed"], len(said["lastAwards"])) == (7, 5)
    assert said["lastAwards"][0] == {
        "entry": 8, "at": "2026-03-18T18:00:00+0000", "programmeVersion": 2, "pointsWished": 25, "pointsAwarded": 0,
        "pointsOnHold": 25, "pointStatus": "Hold", "releaseDate": "2026-03-21T00:00:00+0000",
    }  # fmt: skip


def test_an_order_is_told_by_what_was_recorded_and_not_by_todays_rules(shop):
    selling(shop, ratio=2, limits=[{"times": 1, "period": "day"}], maxPoints=50, period="month")
    buy(shop)
    buy(shop, id="SO-2")
    before = [why(shop, f"orderId={order}") for order in ("SO-1", "SO-2")]
    assert [each["code"] for each in before] == ["LIMIT_CAPPED", "LIMIT_OPENS_LATER"]
    assert [each["pointsWished"] for each in before] == [80, 80]
    assert [each["pointsGranted"] for each in before] == [50, 0]
    assert before[1]["checks"][6]["limit"] == {"period": "day", "kind": "times", "allowed": 1, "used": 1, "left": 0}

    def changed(document):
        document["purchase"].update(minimumOrderAmount=1000, hold={"type": "orderDate", "days": 9})
        found = next(each for each in document["actions"] if each["actionId"] == 109)
        found.update(ratio=7, status="INACTIVE", limits=[{"times": 9, "period": "week"}])

    shop.programme(changed)
    opted_out(shop)
    wait(days=40)

    assert [why(shop, f"orderId={order}") for order in ("SO-1", "SO-2")] == before
    assert before[0]["programmeVersion"] == 2


def test_an_order_of_an_old_date_is_told_by_the_programme_of_its_date(shop):
    clock.move_to(datetime(2026, 2, 1, tzinfo=UTC))
    selling(shop, ratio=3)
    clock.move_to(datetime(2026, 3, 1, tzinfo=UTC))
    selling(shop, ratio=1)

    buy(shop, 10, orderDate="2026-02-10T12:00:00+0000")

    said = why(shop, BY_ORDER)
    assert (said["programmeVersion"], said["pointsGranted"]) == (2, 30)
    assert "Ratio 3 × 1 (tier Bronze)" in check(said, "points")["sentence"]


def test_the_story_of_an_order(shop):
    held(shop)
    for status, product in (("return", "P1"), ("ship", "P2"), ("cancel", "P1")):
        wait(hours=1)
        change(shop, status, product)
    wait(days=3)

    said = why(shop, BY_ORDER)

    assert [(each["sentence"], each["points"]) for each in said["events"]] == [
        ("points of the purchase held", 40),
        ("returned before the whole order was shipped, without effect on points on hold", 0),
        ("points on hold dated", 0),
        ("points on hold taken off", 20),
    ]
    assert said["eventsComplete"] is True
    assert (said["code"], said["pointsOnHold"], said["pointsRemoved"]) == ("RELEASE_DUE", 20, 20)
    assert said["status"] == "partially cancelled"


@pytest.mark.parametrize(("price", "code"), [("24.99", "MINIMUM_NOT_REACHED"), (25, "MINIMUM_REACHED")])
def test_the_least_amount_is_enough(shop, price, code):
    selling(shop, purchase={"minimumOrderAmount": 25})
    buy(shop, price)

    said = check(why(shop, BY_ORDER), "minimumAmount")

    assert said["code"] == code
    assert said["remedy"] == ("0.01 USD were missing." if code == "MINIMUM_NOT_REACHED" else "")


@pytest.mark.parametrize(("cap", "code"), [(24, "LIMIT_CAPPED"), (25, "LIMIT_OPEN"), (26, "LIMIT_OPEN")])
def test_a_cap_of_points_counts_to_the_last_point(shop, cap, code):
    follow(shop, maxPoints=cap, period="month")
    before = why(shop, BY_ACTION)
    perform(shop)

    left = cap - min(cap, 25)
    after_it = why(shop, BY_ACTION)

    assert (check(before, "limit")["code"], before["pointsGranted"]) == (code, min(cap, 25))
    assert (check(after_it, "limit")["code"], after_it["pointsGranted"]) == (
        "LIMIT_CAPPED" if left else "LIMIT_OPENS_LATER",
        left,
    )


def test_a_return_tells_what_had_been_given_apart_from_what_was_on_hold(shop):
    held(shop, "itemShipDate", 1)
    change(shop, "ship", "P1")
    wait(days=2)
    settle(shop)
    change(shop, "cancel", "P2")
    change(shop, "return", "P1")

    said = why(shop, BY_ORDER)

    assert (said["code"], said["pointsRemoved"], said["status"]) == ("RETURNED", 40, "returned")
    assert "20 points were taken back" in check(said, "kept")["sentence"]


def test_points_that_could_not_be_taken_back_are_told(shop):
    buy(shop)
    shop.debit(25)
    change(shop, "return")

    assert "25 points of that could not be deducted" in check(why(shop, BY_ORDER), "kept")["sentence"]


def test_points_given_on_two_days_expire_on_two_days(shop):
    selling(shop, purchase={"hold": {"type": "itemShipDate", "days": 1}},
            sections={"expiry": {"type": "rollingDays", "days": 10}})  # fmt: skip
    buy(shop, 20, 15)
    for product in ("P1", "P2"):
        change(shop, "ship", product)
        wait(days=5)
        settle(shop)
    first = check(why(shop, BY_ORDER), "expiry")
    assert (first["code"], first["at"]) == ("GOOD_THROUGH", "2026-03-29T23:59:59+0000")
    assert first["sentence"].endswith("or longer.")

    shop.debit(12)
    wait(days=3)
    between = check(why(shop, BY_ORDER), "expiry")
    wait(days=30)
    at_last = check(why(shop, BY_ORDER), "expiry")

    assert (between["code"], between["at"]) == ("EXPIRED", first["at"])
    assert "up to 8 points" in between["sentence"]
    assert (at_last["code"], at_last["at"]) == ("EXPIRED", "2026-04-03T23:59:59+0000")
    assert "up to 23 points" in at_last["sentence"]


def test_a_hold_that_voided_itself_is_told_also_when_it_is_booked(shop):
    held(shop)
    wait(days=181)
    due = why(shop, BY_ORDER)
    settle(shop)
    booked = why(shop, BY_ORDER)

    assert due["code"] == booked["code"] == "HOLD_VOIDED"
    assert (due["pointsOnHold"], booked["pointsOnHold"], booked["pointsRemoved"]) == (40, 0, 40)


def test_an_order_that_never_came_lists_what_one_would_go_through_now(shop):
    selling(shop, purchase={"minimumOrderAmount": "50.00"}, limits=[{"times": 1, "period": "week"}])
    buy(shop, 60, id="SO-0")

    said = why(shop, BY_ORDER)

    assert (said["judged"], said["code"], said["pointsWished"]) == ("now", "ORDER_NOT_RECEIVED", None)
    assert [(each["check"], each["outcome"]) for each in said["ifItCameNow"]] == [
        ("memberActive", "passed"), ("actionActive", "passed"), ("pointType", "waiting"),
        ("minimumAmount", "waiting"), ("points", "waiting"), ("limit", "refused"), ("release", "notReached"),
    ]  # fmt: skip
    assert "50 USD" in said["ifItCameNow"][3]["sentence"]


@pytest.mark.parametrize("change", [{"status": "INACTIVE"}, {"optInStatus": "NO"}])
def test_attempts_of_members_who_may_not_take_part_are_counted(shop, change):
    shop.patch(f"/users/{ADA}", change)
    code = "MEMBER_INACTIVE" if "status" in change else "MEMBER_OPTED_OUT"
    for _ in range(2):
        assert perform(shop).refusal == (400, "AC1004")
        assert buy(shop).refusal == (400, "AC1004")
    buy(shop, id="SO-2")

    row = {"day": "2026-03-18", "times": 2, "code": code, "orderId": "", "lastAt": "2026-03-18T12:00:00+0000"}
    assert why(shop, BY_ACTION)["refusedAttempts"] == [row]
    said = why(shop, BY_ORDER)
    assert (said["outcome"], said["code"]) == ("refused", code)
    assert "2 times that day" in said["answer"]
    assert [(each["orderId"], each["times"]) for each in said["refusedAttempts"]] in (
        [(ORDER, 2), ("SO-2", 1)],
        [("SO-2", 1), (ORDER, 2)],
    )
    assert why(shop, "orderId=SO-3")["code"] == "ORDER_NOT_RECEIVED"


def test_a_refused_attempt_with_a_key_is_counted_once(shop):
    opted_out(shop)
    body = {"id": ADA, "actionId": FOLLOW, "activity": "CREDIT"}

    for _ in range(3):
        assert shop.post("/points", body, key="k-1").refusal == (400, "AC1004")

    assert why(shop, BY_ACTION)["refusedAttempts"][0]["times"] == 1


def test_the_order_of_another_member_is_as_unknown_as_none(shop):
    shop.enrol(GRACE)
    buy(shop, member=GRACE)

    theirs, none = (why(shop, f"orderId={order}") for order in (ORDER, "SO-9"))

    assert theirs | {"orderId": "SO-9"} == none
    assert why(shop, BY_ORDER, GRACE)["pointsGranted"] == 40


def test_a_member_may_ask_for_themselves_alone(shop):
    shop.enrol(GRACE)
    token = shop.member_token(ADA)

    assert shop.get(f"/users/{ADA}/why?{BY_ACTION}", token=token).status == 200
    assert shop.get(f"/users/{GRACE}/why?{BY_ACTION}", token=token).refusal == (403, "AC1002")


@pytest.mark.parametrize(
    "query", ["", "orderId=SO-1&actionId=129", "actionId=x", "actionId=0x81", "orderId=%00", f"orderId={'x' * 300}"]
)
def test_exactly_one_thing_is_asked_about(shop, query):
    said = shop.get(f"/users/{ADA}/why?{query}")

    assert said.refusal == (400, "AC1004")
    assert "Id" in said["errorMessage"]


def test_nobody_is_nobody(shop):
    assert shop.get(f"/users/nobody/why?{BY_ACTION}").refusal == (404, "AC1005")
    shop.post("/userdelete", {"id": ADA, "requestedBy": "o@example.test"})
    assert shop.get(f"/users/{ADA}/why?{BY_ACTION}").refusal == (404, "AC1005")


def test_what_asking_costs(shop):
    held(shop)
    for _ in range(2):
        perform(shop)
    change(shop, "ship")
    settle(shop)

    for query, calls in ((BY_ORDER, 4), ("orderId=SO-9", 3), (BY_ACTION, 3), ("actionId=102", 2)):
        why(shop, query)
        assert (shop.lines[-1]["op"], shop.lines[-1]["calls"], shop.lines[-1]["wcu"]) == ("get_why", calls, 0)
    claims.clear_cache()
    why(shop, BY_ORDER)
    assert shop.lines[-1]["calls"] == 5


def test_a_refusal_whose_count_is_not_written_is_a_refusal_all_the_same(shop):
    opted_out(shop)
    faults = Faults()
    faults.play("TransactWriteItems", *[LostOnTheWay()] * 9)

    said = perform(shop)
    faults.end()

    assert said.refusal == (400, "AC1004")
    assert why(shop, BY_ACTION)["refusedAttempts"] == []


def test_counting_a_refused_attempt_is_one_more_call(shop):
    opted_out(shop)
    perform(shop)

    perform(shop)

    assert (shop.lines[-1]["calls"], shop.lines[-1]["wcu"]) == (2, 2)
