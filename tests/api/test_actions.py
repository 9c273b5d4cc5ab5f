"""POST /actions and GET /actions/{status}: what can be earned, and how far a member is."""

import pytest

from tests.api.shop import ADA, action

PLAIN = {
    "actionId", "actionName", "actionPoints", "maxPoints", "period", "ratio", "status", "expireInDays", "holdDays",
    "actionNameDisplay", "actionLimitDisplay", "createDate", "updateDate", "isActionInActionGroup",
}  # fmt: skip
PROGRESS = {
    "actionPerformStatus", "requiredCount", "completedCount", "pendingsCount", "actionLimitReachedFlag",
    "actionLimitReachedStatus",
}  # fmt: skip


def listed(said):
    return {each["actionId"]: each for each in said["allActionDetails"]}


@pytest.mark.proves("A012", "B197")
def test_all_actions_with_every_field(shop):
    def changed(document):
        action(document, 102).update(
            actionName="Newsletter", actionNameDisplay="Our letter", actionLimitDisplay="twice a week", actionPoints=50,
            limits=[{"times": 2, "period": "week"}], maxPoints=80, period="month", holdDays=3, expireInDays=90,
        )  # fmt: skip

    shop.programme(changed)

    said = shop.get("/actions/ALL").ok

    assert (said["siteId"], said["records"], said["pages"]) == (shop.site, 17, 1)
    assert said["currentPage"] == said["current_page"] == 1
    assert all(set(each) == PLAIN for each in said["allActionDetails"])
    assert listed(said)[102] == {
        "actionId": 102, "actionName": "Newsletter", "actionPoints": 50, "maxPoints": 80, "period": "month",
        "ratio": 0, "status": "active", "expireInDays": 90, "holdDays": 3, "actionNameDisplay": "Our letter",
        "actionLimitDisplay": "twice a week", "createDate": "2026-03-18T12:00:00+0000",
        "updateDate": "2026-03-18T12:00:00+0000", "isActionInActionGroup": "NO",
    }  # fmt: skip
    assert listed(said)[109]["ratio"] == 1


@pytest.mark.parametrize(("word", "found"), [("all", 17), ("ALL", 17), ("active", 16), ("Inactive", 1)])
def test_actions_by_status(shop, word, found):
    shop.programme(lambda document: action(document, 129).update(status="INACTIVE"))

    assert shop.get(f"/actions/{word}").ok["records"] == found


def test_another_status_is_refused(shop):
    said = shop.get("/actions/some")

    assert said.refusal == (400, "AC1004")
    assert "inactive" in said["errorMessage"]


@pytest.mark.proves("B195")
def test_what_a_member_has_done(shop):
    shop.post("/points", {"id": ADA, "actionId": 101, "activity": "CREDIT"})
    shop.post("/points", {"id": ADA, "actionId": 112, "activity": "CREDIT"})

    said = shop.post("/actions?page=1", {"id": ADA, "page": "1"}).ok

    assert all(set(each) == PLAIN | PROGRESS for each in said["allActionDetails"])
    done, some, none = (listed(said)[action_id] for action_id in (101, 112, 102))
    assert [done[name] for name in sorted(PROGRESS)] == [
        "YES", "Points cannot be awarded due to limit reached", "YES", 1, 0, 1,
    ]  # fmt: skip
    assert [some[name] for name in sorted(PROGRESS)] == ["NO", "", "YES", 1, 9, 10]
    assert [none[name] for name in sorted(PROGRESS)] == ["NO", "", "NO", 0, 1, 1]


def test_a_list_beyond_its_end_is_empty(shop):
    assert shop.post("/actions", {"id": ADA, "page": 2}).ok["allActionDetails"] == []
    assert shop.post("/actions?page=2", {"id": ADA}).ok["currentPage"] == 2
    assert shop.get("/actions/all?page=2").ok["allActionDetails"] == []


@pytest.mark.parametrize(
    ("body", "expected"),
    [({}, (400, "AC1004")), ({"id": "nobody"}, (404, "AC1005")), ({"id": ADA, "page": 0}, (400, "AC1004"))],
)
def test_whose_actions_must_be_said(shop, body, expected):
    assert shop.post("/actions", body).refusal == expected


def test_a_programme_of_as_many_actions_as_may_be_is_one_page(shop):
    def changed(document):
        for n in range(83):
            document["actions"].append({"actionId": 5000 + n, "actionName": f"Custom {n}", "actionPoints": n})

    shop.programme(changed)

    said = shop.get("/actions/all").ok

    assert (said["records"], said["pages"], len(listed(said))) == (100, 1, 100)
