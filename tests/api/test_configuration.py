"""Programme as code: one document, exported, planned and applied."""

import json

import pytest

from chalicelib.catalog.stores import service as stores
from chalicelib.ledger.service import command
from tests.api.fixtures import NOON
from tests.api.shop import ADA, action
from tests.api.surveys import define
from tests.api.test_backtest import projected


def exported(shop):
    return json.loads(shop.get("/configuration", token=shop.staff()).raw)


def plan(shop, document, **more):
    return shop.post("/configuration/plan", {"configuration": document, **more}, token=shop.staff())


def apply(shop, document, key=None, **more):
    return shop.put("/configuration", {"configuration": document, **more}, token=shop.staff(), key=key)


@pytest.mark.proves("A012")
def test_an_empty_site_that_imports_a_configuration_has_its_hash(open_shop):
    first, second = open_shop(), open_shop("the-secret-of-site-b")
    first.programme(lambda document: document["currency"].update(code="EUR", creditsToCurrencyRatio="0.0125"))
    define(first)
    wanted = exported(first)

    said = apply(second, wanted["configuration"]).ok

    assert said["hash"] == wanted["hash"] != exported(first)["siteId"]
    assert exported(second)["configuration"] == wanted["configuration"]
    assert exported(second)["hash"] == wanted["hash"]
    assert second.get("/surveys/bread").ok["survey"]["surveyName"] == "What shall we bake?"


STORES = [{"storeId": f"IN{number}", "storeName": "Shop", "City": "Berlin"} for number in range(130)]


@pytest.mark.proves("A012")
def test_stores_go_with_it_are_compared_changed_and_removed(open_shop):
    first, second = open_shop(), open_shop("the-secret-of-site-b")
    stores.write(first.site, command(NOON), STORES)
    wanted = exported(first)
    assert [each["storeId"] for each in wanted["configuration"]["stores"]] == sorted(each["storeId"] for each in STORES)

    assert apply(second, wanted["configuration"]).ok["hash"] == wanted["hash"] == exported(second)["hash"]
    document = json.loads(json.dumps(wanted["configuration"]))
    document["stores"][0]["City"] = "Bonn"
    del document["stores"][1]
    changes = {each["path"]: each["kind"] for each in plan(second, document).ok["changes"]}
    assert changes == {"stores[IN0].City": "changed", "stores[IN1]": "removed"}
    assert exported(second)["hash"] == wanted["hash"]

    said = apply(second, document).ok

    assert exported(second)["hash"] == said["hash"] != wanted["hash"]
    assert stores.known(second.site, ["IN0", "IN1", "IN2"]) == [
        {"storeId": "IN0", "storeName": "Shop", "City": "Bonn"}, None, STORES[2]
    ]  # fmt: skip
    assert exported(first)["hash"] == wanted["hash"]


def test_a_plan_tells_every_change_and_makes_none(shop):
    before = exported(shop)
    document = json.loads(json.dumps(before["configuration"]))
    programme = document["programme"]
    action(programme, 109)["ratio"] = 2
    programme["actions"] = [each for each in programme["actions"] if each["actionId"] != 116]
    programme["tiers"]["levels"].append({"tierId": "4", "tierName": "Platinum", "threshold": 9000})

    said = plan(shop, document).ok

    changes = {each["path"]: (each["kind"], each["before"], each["after"]) for each in said["changes"]}
    assert changes["programme.actions[109].ratio"] == ("changed", 1, 2)
    assert changes["programme.actions[116]"][0] == "removed"
    assert changes["programme.tiers.levels[4]"][0] == "added"
    assert said["changesTotal"] == len(said["changes"]) == 3
    assert (said["isSame"], said["hashBefore"]) == (False, before["hash"])
    assert exported(shop) == before
    assert apply(shop, document, replaces=said["hashBefore"]).ok["hash"] == said["hashAfter"]


def test_the_plan_of_what_is_in_force_is_empty_and_applying_it_changes_nothing(shop):
    shop.programme(lambda document: document.update(timeZone="Europe/Berlin"))
    before = exported(shop)

    said = plan(shop, before["configuration"]).ok

    assert (said["isSame"], said["changes"], said["hashAfter"]) == (True, [], before["hash"])
    assert apply(shop, before["configuration"]).ok["version"] == before["version"]


def test_a_plan_is_tried_on_the_sites_own_history(shop, one_table):
    shop.post("/orders", {"id": "SO-1", "userId": ADA,
                          "orderDetail": [{"id": "P1", "quantity": 1, "unitPrice": 100}]})  # fmt: skip
    projected(shop, one_table)
    document = exported(shop)["configuration"]
    action(document["programme"], 109)["ratio"] = 3

    said = plan(shop, document, **{"from": "2026-03-01T00:00:00Z"}).ok

    assert said["backtest"]["status"] == "done"
    assert "300" in json.dumps(said["backtest"]["result"], default=str)


def test_whoever_planned_against_something_else_is_refused(shop):
    document = exported(shop)
    shop.programme(lambda programme: programme.update(timeZone="Asia/Tokyo"))

    said = apply(shop, document["configuration"], replaces=document["hash"])

    assert said.refusal == (409, "AC1001")


def test_a_repeated_key_answers_as_before(shop):
    document = exported(shop)["configuration"]
    document["programme"]["timeZone"] = "Europe/Berlin"

    first = apply(shop, document, key="k-1")
    shop.programme(lambda programme: programme.update(timeZone="Asia/Tokyo"))
    second = apply(shop, document, key="k-1")

    assert second.is_repeat
    assert second.body == first.body
    assert exported(shop)["configuration"]["programme"]["timeZone"] == "Asia/Tokyo"


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda document: document.pop("format"), "configuration.format"),
        (lambda document: document.update(stuff=1), "configuration.stuff"),
        (lambda document: document["programme"].update(timeZone="Moon"), "timeZone"),
        (lambda document: document.pop("programme"), "wanted"),
        (lambda document: document.pop("stores"), "configuration.stores: is missing"),
        (lambda document: document.update(stores={}), "configuration.stores: wanted a list"),
        (lambda document: document.update(stores=[{"storeName": "x"}]), "configuration.stores[0]: storeId"),
        (lambda document: document.update(stores=[{"storeId": "a"}] * 2), "configuration.stores[1].storeId"),
        (
            lambda document: document.update(stores=[{"storeId": "a", "at": {"lat": 52}}]),
            "configuration.stores[0]: at: a text",
        ),
    ],
)
def test_what_is_no_configuration_is_refused_by_name(shop, change, named):
    document = exported(shop)["configuration"]
    change(document)

    for said in (plan(shop, document), apply(shop, document)):
        assert said.refusal == (400, "AC1004")
        assert named in said["errorMessage"]


def test_it_is_for_staff_alone(shop):
    document = exported(shop)["configuration"]

    assert shop.get("/configuration").refusal == (403, "AC1002")
    assert shop.put("/configuration", {"configuration": document}).refusal == (403, "AC1002")
    assert shop.post("/configuration/plan", {"configuration": document}).refusal == (403, "AC1002")
