"""POST /calculator: five figures in, a structure with its cost out."""

import json

import pytest

from tests.api.shop import ADA, GRACE
from tests.api.test_backtest import projected

SHOP = {
    "averageOrderValue": "80",
    "costPerAcquisition": 20,
    "conversionRate": "2%",
    "repeatPurchaseRate": 0.3,
    "monthlyUniqueVisitors": "50000",
}


def ask(shop, **fields):
    body = {name: value for name, value in {**SHOP, **fields}.items() if value is not None}
    return shop.post("/calculator", body, token=shop.staff())


@pytest.mark.proves("A098", "A099", "A100", "A101", "A102", "A103")
def test_five_figures_give_actions_rewards_and_their_cost(shop):
    said = ask(shop).ok

    assert (said["pointsPerCurrencyUnit"], said["pointsPerOrder"]) == (1, 80)
    assert [each["points"] for each in said["rewards"]] == [80, 200, 400, 800]
    assert {each["actionId"] for each in said["actions"]} == {101, 102, 119, 525}
    assert said["expectedCost"] <= said["budget"] == 28800
    assert said["expectedCostPercent"] <= 5
    assert said["programme"] is None


@pytest.mark.proves("A098")
def test_the_proposal_can_be_put_into_force_as_it_is(shop):
    said = ask(shop, withProgramme="YES", currency="EUR", timeZone="Europe/Berlin").ok

    document = json.loads(json.dumps(said["programme"], default=str))
    shop.put("/programme", document, token=shop.staff()).ok  # noqa: B018 - asks whether it went well.

    order = {"id": "SO-1", "userId": ADA, "orderDetail": [{"id": "P", "quantity": 1, "unitPrice": 80}]}
    assert shop.post("/orders", order).ok["pointsAwarded"] == said["pointsPerOrder"]


@pytest.mark.proves("A099", "A100", "A101", "A102", "A103")
@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"averageOrderValue": 0}, "averageOrderValue: a number from 0.01"),
        ({"averageOrderValue": None}, "averageOrderValue is missing"),
        ({"costPerAcquisition": -1}, "costPerAcquisition: a number from 0"),
        ({"conversionRate": "101%"}, "conversionRate: a number from 0 to 1"),
        ({"conversionRate": "%"}, "conversionRate: a number from 0 to 1"),
        ({"repeatPurchaseRate": 1.01}, "repeatPurchaseRate: a number from 0 to 1"),
        ({"monthlyUniqueVisitors": "1.5"}, "monthlyUniqueVisitors: a whole number"),
        ({"monthlyUniqueVisitors": -1}, "monthlyUniqueVisitors: a whole number"),
        ({"giveBackPercent": 51}, "giveBackPercent: a number from 0.01 to 50"),
        ({"averageOrderValue": "0.01", "giveBackPercent": "0.01"}, "giveBackPercent: with this averageOrderValue"),
        ({"withProgramme": "YES", "currency": "euro"}, "currency.code"),
    ],
)
def test_impossible_figures_are_refused_by_name(shop, fields, named):
    refused = ask(shop, **fields)

    assert refused.refusal == (400, "AC1004")
    assert named in refused["errorMessage"]


@pytest.mark.proves("A099", "A102")
def test_a_site_measures_its_own_figures(shop, one_table):
    shop.enrol(GRACE)
    for number, (member, price) in enumerate([(ADA, 30), (ADA, 60), (GRACE, 90)]):
        line = {"id": "P", "quantity": 1, "unitPrice": price}
        shop.post("/orders", {"id": f"SO-{number}", "userId": member, "orderDetail": [line]}).ok  # noqa: B018
    assert shop.get("/calculator/metrics", token=shop.staff()).ok["averageOrderValue"] is None

    projected(shop, one_table)

    said = shop.get("/calculator/metrics", token=shop.staff()).ok
    assert (said["orders"], said["customers"], said["averageOrderValue"]) == (3, 2, 60)
    assert said["repeatPurchaseRate"] == 0.5


def test_it_is_for_staff_alone(shop):
    assert shop.post("/calculator", SHOP).refusal == (403, "AC1002")
    assert shop.get("/calculator/metrics").refusal == (403, "AC1002")
