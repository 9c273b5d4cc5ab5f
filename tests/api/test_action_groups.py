"""Caps that actions share, customIds that earn once, and the actions of a name."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib import clock
from tests.api.shop import ADA, GRACE, action

CALENDAR = {"limitType": "Calendar", "period": "month"}
ROLLING = {"limitType": "Rolling", "days": 10}


def grouped(shop, **limit):
    def changed(document):
        for number in (129, 132):
            action(document, number).update(actionPoints=25, limits=[])
        group = {"groupId": "social", "groupName": "Social media", "actions": [129, 132], "maxPoints": 40}
        document["actionGroups"] = [group | limit]

    shop.programme(changed)


def perform(shop, action_id=129, member=ADA, **more):
    return shop.post("/points", {"id": member, "actionId": action_id, "activity": "CREDIT"} | more)


@pytest.mark.proves("A123", "B198")
@pytest.mark.parametrize("limit", [CALENDAR, ROLLING])
def test_actions_of_a_group_share_a_cap(shop, limit):
    grouped(shop, **limit)

    awarded = [perform(shop, number)["pointsAwarded"] for number in (129, 132, 129)]

    assert awarded == [25, 15, 0]
    assert perform(shop, 132)["errorCode"] == "AC1028"
    assert perform(shop, 101).ok["pointsAwarded"] > 0


def test_a_rolling_cap_opens_when_its_days_are_over(shop):
    grouped(shop, **ROLLING)
    start = datetime(2026, 3, 18, 12, tzinfo=UTC)
    given = []
    for day in (0, 3, 9, 10, 19, 20):
        clock.move_to(start + timedelta(days=day))
        given.append(perform(shop)["pointsAwarded"])

    assert given == [25, 15, 0, 25, 15, 25]


def test_a_group_that_is_switched_off_caps_nothing(shop):
    grouped(shop, **CALENDAR, status="inactive")

    assert [perform(shop, number)["pointsAwarded"] for number in (129, 132)] == [25, 25]


def test_actions_tell_their_groups(shop):
    grouped(shop, **ROLLING)

    rows = {each["actionId"]: each for each in shop.post("/actions", {"id": ADA}).ok["allActionDetails"]}

    assert rows[129]["isActionInActionGroup"] == "YES"
    assert rows[129]["actionGroupDetails"] == [
        {"groupId": "social", "groupName": "Social media", "actionIds": [129, 132], "maxPoints": 40,
         "limitType": "Rolling", "limitDetails": "10 days"}
    ]  # fmt: skip
    assert rows[101]["isActionInActionGroup"] == "NO"


def test_why_tells_of_the_cap_of_a_group(shop):
    grouped(shop, **CALENDAR)
    perform(shop)
    perform(shop)

    said = str(shop.get(f"/users/{ADA}/why?actionId=132", token=shop.staff()).body)

    assert "40 of 40 monthly Social media points earned." in said


@pytest.mark.parametrize(
    "wrong",
    [{"limitType": "Rolling", "period": "month"}, {"limitType": "Calendar", "days": 3}, {**CALENDAR, "actions": [107]},
     {**CALENDAR, "actions": [129, 129]}, {**CALENDAR, "maxPoints": 0}],
)  # fmt: skip
def test_groups_that_contradict_themselves_are_refused(shop, wrong):
    document = shop.programme()
    group = {"groupId": "social", "groupName": "Social media", "actions": [129], "maxPoints": 40}
    plain = {"actionGroups": [group | wrong]}

    said = shop.put("/programme", {**_plain(document), **plain}, token=shop.staff())

    assert said.status == 400
    assert "actionGroups[0]" in said["errorMessage"]


@pytest.mark.proves("A122", "A124", "B112")
def test_a_custom_id_earns_as_often_as_the_action_says(shop):
    shop.enrol(GRACE)
    shop.programme(lambda document: action(document, 129).update(actionPoints=25, limits=[], customIdLimit=1))

    first, again = perform(shop, customId="contest-7"), perform(shop, customId="contest-7")

    assert first.ok["pointsAwarded"] == 25
    assert (again["pointsAwarded"], again["errorCode"]) == (0, "AC1026")
    assert "customId" in again["errorMessage"]
    assert perform(shop, customId="contest-8").ok["pointsAwarded"] == 25
    assert perform(shop, customId="contest-7", member=GRACE).ok["pointsAwarded"] == 25
    assert [perform(shop)["pointsAwarded"] for _ in range(2)] == [25, 25]


def test_an_award_that_another_limit_withholds_does_not_use_the_custom_id_up(shop):
    limits = [{"times": 1, "period": "day"}]
    shop.programme(lambda document: action(document, 129).update(actionPoints=25, limits=limits, customIdLimit=1))
    perform(shop, customId="a")
    assert perform(shop, customId="b")["errorCode"] == "AC1028"
    clock.move_to(datetime(2026, 3, 19, 12, tzinfo=UTC))

    assert perform(shop, customId="b").ok["pointsAwarded"] == 25


@pytest.mark.proves("A121")
def test_a_profile_earns_when_its_fields_are_full(shop):
    fields = ["firstName", "phone"]
    shop.programme(lambda document: action(document, 129).update(actionPoints=25, profileFields=fields))

    shop.patch(f"/users/{ADA}", {"firstName": "Ada", "phone": ""})
    early = perform(shop)
    shop.patch(f"/users/{ADA}", {"phone": "+49 30 1"})

    assert (early["pointsAwarded"], early["errorCode"]) == (0, "AC1026")
    assert "phone" in early["errorMessage"]
    assert perform(shop).ok["pointsAwarded"] == 25


@pytest.mark.proves("A105")
def test_a_newsletter_earns_again_only_after_a_new_opt_in(shop):
    shop.programme(lambda document: action(document, 129).update(actionPoints=25, limits=[], oncePerOptIn=True))

    given = [perform(shop)["pointsAwarded"], perform(shop)["pointsAwarded"]]
    clock.move_to(datetime(2026, 4, 1, 12, tzinfo=UTC))
    shop.patch(f"/users/{ADA}", {"optInStatus": "NO"})
    shop.patch(f"/users/{ADA}", {"optInStatus": "YES"})
    given += [perform(shop)["pointsAwarded"], perform(shop)["pointsAwarded"]]

    assert given == [25, 0, 25, 0]


@pytest.mark.proves("B194")
def test_actions_by_their_name(shop):
    shop.programme(lambda document: action(document, 129).update(actionName="Follow us", actionNameDisplay="Twitter"))

    for name in ("follow us", "TWITTER"):
        assert [each["actionId"] for each in shop.get(f"/actions?action_name={name}").ok["allActionDetails"]] == [129]
    assert shop.get("/actions?action_name=none").ok["records"] == 0
    assert shop.get("/actions").ok["records"] == 17


def _plain(document):
    return json.loads(json.dumps(document, default=str))
