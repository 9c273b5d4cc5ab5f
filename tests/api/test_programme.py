"""GET and PUT /programme, for staff alone."""

import json

import pytest

from tests.api.shop import ADA, action


def document_of(shop):
    return json.loads(json.dumps(shop.programme(), default=str))


@pytest.mark.proves("A012")
def test_what_is_read_can_be_sent_back_and_changes_nothing(shop):
    read = shop.get("/programme", token=shop.staff())

    said = shop.put("/programme", read.raw, token=shop.staff()).ok

    assert said["programme"] == read["programme"]
    again = shop.put("/programme", read.raw, token=shop.staff()).ok
    assert again["version"] == said["version"]


@pytest.mark.proves("A012")
def test_a_change_is_a_new_version_and_is_in_force_at_once(shop):
    before = shop.get("/programme", token=shop.staff()).ok["version"]

    shop.programme(lambda document: action(document, 101).update(actionPoints=250))

    assert shop.get("/programme", token=shop.staff()).ok["version"] == before + 1
    assert shop.post("/points", {"id": ADA, "actionId": 101, "activity": "CREDIT"}).ok["pointsAwarded"] == 250


def test_two_people_never_overwrite_each_other(shop):
    read = json.loads(shop.get("/programme", token=shop.staff()).raw)
    mine = json.loads(json.dumps(read))
    mine["programme"]["timeZone"] = "Europe/Berlin"
    shop.programme(lambda document: document.update(timeZone="Asia/Tokyo"))

    said = shop.put("/programme", mine, token=shop.staff())

    assert said.status == 409
    assert "version" in said["errorMessage"]
    assert shop.programme()["timeZone"] == "Asia/Tokyo"


@pytest.mark.proves("A012")
@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda d: d.update(timeZone="Mars/Olympus"), "timeZone"),
        (lambda d: action(d, 102).update(maxPoints="many"), "actions[2].maxPoints"),
        (lambda d: d["tiers"]["levels"][1].update(threshold=0), "tiers.levels[1]"),
        (lambda d: d.update(colour="red"), "colour"),
        (lambda d: d.pop("currency"), "currency"),
        (lambda d: d["actions"].append({"actionId": 101, "actionName": "Again"}), "actions["),
        (lambda d: d["expiry"].update(days=0), "expiry.days"),
    ],
)
def test_each_wrong_field_is_named_by_its_place(shop, change, place):
    document = document_of(shop)
    change(document)

    said = shop.put("/programme", document, token=shop.staff())

    assert said.refusal == (400, "AC1004")
    assert place in said["errorMessage"]
    assert shop.get("/programme", token=shop.staff()).ok["version"] == 1


@pytest.mark.parametrize(
    "body",
    [
        {},
        b"[]",
        b"",
        {"programme": None},
        {"programme": []},
        {"version": "1", "programme": {}},
        {"programme": {}, "version": True},
    ],
)
def test_what_is_no_programme_is_refused(shop, body):
    assert shop.put("/programme", body, token=shop.staff()).refusal == (400, "AC1004")


@pytest.mark.proves("B006")
def test_neither_a_shops_server_nor_a_member_reaches_the_programme(shop):
    assert shop.get("/programme").refusal == (403, "AC1002")
    assert shop.put("/programme", document_of(shop)).refusal == (403, "AC1002")
    assert shop.get("/programme", token=shop.member_token(ADA)).refusal == (403, "AC1002")
    assert shop.get("/programme", token=shop.staff("users:read")).refusal == (403, "AC1002")
    assert shop.put("/programme", document_of(shop), token=shop.staff("programme:read")).refusal == (403, "AC1002")
