"""A shop starts from a programme made for its kind."""

import pytest

from chalicelib.programme.starting.service import STARTS
from tests.api.shop import ADA, action

NAMES = [start.name for start in STARTS]


def start(shop, name, **body):
    return shop.post(f"/programme/defaults/{name}", body, token=shop.staff())


def test_they_are_listed_and_read(shop):
    listed = shop.get("/programme/defaults", token=shop.staff()).ok["defaults"]

    assert [each["name"] for each in listed] == NAMES == ["fashion", "grocery", "coffee"]
    for each in listed:
        read = shop.get(f"/programme/defaults/{each['name']}", token=shop.staff()).ok
        assert {name: read[name] for name in each} == each
        assert read["programme"]["rewards"]
    assert shop.get("/programme/defaults/garage", token=shop.staff()).refusal == (404, "AC1005")
    assert shop.get("/programme/defaults").refusal == (403, "AC1002")


@pytest.mark.proves("A012")
@pytest.mark.parametrize("name", NAMES)
def test_a_shop_starts_and_its_first_customer_earns_and_answers(empty_shop, name):
    said = start(empty_shop, name, currency="EUR", timeZone="Europe/Berlin").ok
    assert said["programme"]["currency"]["code"] == "EUR"
    assert said["programme"]["timeZone"] == "Europe/Berlin"
    empty_shop.enrol(ADA)

    joined = empty_shop.post("/points", {"id": ADA, "actionId": 101, "activity": "CREDIT"}).ok
    order = {"id": "SO-1", "userId": ADA, "orderDetail": [{"id": "P1", "quantity": 1, "unitPrice": 80}]}
    placed = empty_shop.post("/orders", order).ok

    programme = said["programme"]
    assert joined["pointsAwarded"] == action(programme, 101)["actionPoints"]
    assert placed["pointsAwarded"] + placed["pointsOnHold"] >= 80 * action(programme, 109)["ratio"]
    survey = programme["surveys"][0]
    assert survey["status"] == "OFF"
    empty_shop.patch(f"/surveys/{survey['surveyId']}", {"status": "ON"}).ok  # noqa: B018
    assert empty_shop.get(f"/users/{ADA}/surveys").ok["surveys"][0]["status"] == "OPEN"


def test_a_start_never_replaces_a_programme(shop):
    shop.programme(lambda document: document.update(timeZone="Europe/Berlin"))

    assert start(shop, "coffee").refusal == (409, "AC1006")
    assert shop.programme()["timeZone"] == "Europe/Berlin"


@pytest.mark.parametrize("body", [{"currency": "euro"}, {"timeZone": "Moon"}, {"currency": ""}, {"timeZone": ""}])
def test_what_is_no_place_is_refused(shop, body):
    assert start(shop, "coffee", **body).refusal == (400, "AC1004")


@pytest.mark.parametrize("name", NAMES)
def test_a_start_is_what_put_takes(shop, name):
    document = shop.get(f"/programme/defaults/{name}", token=shop.staff())

    shop.programme(lambda present: (present.clear(), present.update(document["programme"])))

    assert shop.programme() == document["programme"]
