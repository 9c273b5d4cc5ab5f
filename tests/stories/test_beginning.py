"""Shops begin: with figures of theirs, with a default programme, and with a file that goes from site to site."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.api.shop import ADA, GRACE, Shop
from tests.laptop import Laptop
from tests.stories.wire import Clock, changed, figures_of, order

pytestmark = [pytest.mark.slow, pytest.mark.engine, pytest.mark.network]


def start(shop: Shop, name: str) -> None:
    body = {"currency": "EUR", "timeZone": "Europe/Berlin"}
    assert shop.post(f"/programme/defaults/{name}", body, token=shop.staff()).status == 200
    shop.enrol(ADA)


@pytest.mark.proves("A012", "A125")
def test_coffee_comes_every_month_and_a_survey_pays(shop: Shop, clock: Clock) -> None:
    start(shop, "coffee")
    for month in range(3):
        parcel = order(f"C-{month}", ADA, ("espresso-1kg", 1, "30.00"))
        parcel["orderDetail"][0]["categoryId"] = "coffee"
        assert shop.post("/orders", parcel).status == 200
        shop.put(f"/orders/C-{month}", changed(f"C-{month}", "ship"))
        renewed = shop.post("/points", {"id": ADA, "actionId": 516, "activity": "CREDIT"}).ok
        clock.forward(days=31)
        clock.run_due()
        assert renewed["pointsAwarded"] == (150 if month == 2 else 50)
    shop.patch("/surveys/your-cup", {"status": "ON"})
    cup = {"brew": "espresso", "cups": "3", "roast": 4}
    said = shop.post(
        f"/users/{ADA}/surveys/your-cup",
        {
            "sections": [
                {"sectionId": "cup", "answers": cup},
                {"sectionId": "subscription", "answers": {"often": "YES"}},
            ]
        },
    ).ok

    # Thrice 60 for coffee and 50 for staying, 100 more at the third renewal, and 75 for the survey.
    assert said["completion"]["pointsAwarded"] == 75
    assert figures_of(shop, ADA, "available", "hold") == (3 * (60 + 50) + 100 + 75, 0)
    assert shop.get("/surveys/your-cup/summary", token=shop.staff()).ok["sections"][0]["members"] == 1


@pytest.mark.proves("A012")
def test_fashion_is_returned_before_its_points_are_there(shop: Shop, clock: Clock) -> None:
    start(shop, "fashion")
    shop.post("/orders", order("F-1", ADA, ("coat", 1, "250.00"), ("scarf", 1, "60.00")))
    shop.put("/orders/F-1", changed("F-1", "ship"))
    in_time = shop.patch("/orders/F-1", changed("F-1", "return", ("coat", 1))).ok
    clock.forward(days=31)
    clock.run_due()

    assert in_time["pointsRemoved"] == 250
    assert figures_of(shop, ADA, "available", "hold") == (60, 0)


@pytest.mark.proves("A012")
def test_groceries_climb_by_the_number_of_purchases(shop: Shop, clock: Clock) -> None:
    start(shop, "grocery")
    for week in range(20):
        shop.post("/orders", order(f"G-{week}", ADA, ("basket", 1, "40.00")))
        clock.forward(days=1)

    assert shop.get(f"/users/{ADA}/tiers").ok["currentTier"] == "Pantry"
    assert shop.post("/orders", order("G-small", ADA, ("gum", 1, "1.00"))).ok["pointsAwarded"] == 0
    # Every tenth basket of 20 and more brings 100 points.
    assert figures_of(shop, ADA, "available") == (20 * 40 + 2 * 100,)


@pytest.mark.proves("A098")
def test_figures_become_a_programme_that_a_file_carries_to_the_next_site(
    open_shop: Callable[[], Shop], laptop: Laptop, tmp_path: Path
) -> None:
    first, second = open_shop(), open_shop()
    shop = {"averageOrderValue": 80, "costPerAcquisition": 20, "conversionRate": "2%", "repeatPurchaseRate": "30%"}
    proposed = first.post(
        "/calculator", {**shop, "monthlyUniqueVisitors": 50000, "withProgramme": "YES"}, token=first.staff()
    ).ok
    first.put("/programme", json.loads(json.dumps(proposed["programme"], default=str)), token=first.staff())
    file = tmp_path / "shop.json"

    laptop.run("configuration", "export", first.site, str(file))
    laptop.run("configuration", "apply", second.site, str(file))

    hashes = {each.get("/configuration", token=each.staff()).ok["hash"] for each in (first, second)}
    assert len(hashes) == 1
    second.enrol(GRACE)
    placed = second.post("/orders", order("SO-1", GRACE, ("kettle", 1, "80.00"))).ok
    assert placed["pointsAwarded"] == proposed["pointsPerOrder"]
