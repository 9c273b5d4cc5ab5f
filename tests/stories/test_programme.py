"""Staff write the rules of a shop, change them while members take part, and switch off what they no longer want."""

import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.api.shop import Shop, action
from tests.stories.wire import Clock, changed, figures_of, order

pytestmark = [pytest.mark.slow, pytest.mark.engine, pytest.mark.network]
ADA = "ada@example.test"
PAGE = Path(__file__).parents[2] / "docs" / "programme.md"
VISIT = {"id": ADA, "activity": "CREDIT", "actionId": 515, "source": "App"}


@pytest.fixture
def german(shop: Shop) -> Shop:
    """A shop under the full example of the documentation."""
    document = json.loads(re.findall(r"```json\n(.*?)```", PAGE.read_text(), re.DOTALL)[0])
    assert shop.put("/programme", document, token=shop.staff()).ok["version"] == 2
    assert shop.post("/users", {"id": ADA, "firstName": "Ada"}).status == 201
    return shop


def test_the_full_example_of_the_documentation_runs_a_shop(german: Shop, clock: Clock) -> None:
    german.post("/orders", order("DE-1", ADA, ("kettle", 1, "300.00")))
    in_silver = german.post("/orders", order("DE-2", ADA, ("tea", 1, "10.33"))).ok
    too_small = german.post("/orders", order("DE-3", ADA, ("tea", 1, "4.99"))).ok
    german.put("/orders/DE-2", changed("DE-2", "ship"))
    clock.forward(days=14)
    clock.run_due()
    figures = german.figures()

    # A half and one: 15.495 points are 15.5, as this programme rounds to the nearest tenth.
    assert (in_silver["updatedUserTier"], in_silver["pointsOnHold"]) == ("Silver", Decimal("15.5"))
    assert (too_small["pointsOnHold"], too_small["pointsAwarded"]) == (0, 0)
    assert (figures["availablePoints"], figures["holdPoints"]) == (Decimal("15.5"), 300)
    assert figures["creditsToCurrencyValue"] == Decimal("0.07")
    assert figures["spendToNextTier"] == 1000 - Decimal("315.32")
    assert figures["pointsToExpireDate"] == f"{clock.now.year + 2}-12-31T22:59:59+0000"


@pytest.mark.proves("A120", "B028")
def test_a_visit_earns_once_a_day_of_the_shop_and_so_much_a_month(german: Shop, clock: Clock) -> None:
    clock.set(f"{clock.now.year}-04-02T20:00:00+00:00")
    first, again = (german.post("/points", VISIT) for _ in range(2))
    # Midnight in Berlin is 22:00 UTC in summer.
    clock.forward(hours=2)
    given = [first["pointsAwarded"], german.post("/points", VISIT)["pointsAwarded"]]
    for _ in range(19):
        clock.forward(days=1)
        given.append(german.post("/points", VISIT)["pointsAwarded"])
    capped = german.post("/points", VISIT)

    assert (again.status, again["errorCode"], again["pointsAwarded"]) == (200, "AC1028", 0)
    assert again["errorMessage"] == "Points can be earned next in 2 hours"
    assert given == [Decimal("2.5")] * 20 + [0]
    assert capped["errorMessage"] == "Points can be earned next in 9 days"
    clock.forward(days=9)
    assert german.post("/points", VISIT).ok["pointsAwarded"] == Decimal("2.5")


@pytest.mark.proves("A012")
def test_an_action_is_made_changed_and_switched_off_while_members_take_part(shop: Shop, clock: Clock) -> None:
    shop.enrol(ADA)
    poem = {"actionId": 900, "actionName": "Wrote a poem", "actionPoints": 30, "holdDays": 2, "expireInDays": 10}
    body = {"id": ADA, "activity": "CREDIT", "actionId": "900"}

    unknown = shop.post("/points", body)
    shop.programme(lambda document: document["actions"].append(poem))
    held = shop.post("/points", body).ok
    shop.programme(lambda document: action(document, 900).update(actionPoints=45, holdDays=0))
    more = shop.post("/points", body).ok
    shop.programme(lambda document: action(document, 900).update(status="INACTIVE"))
    off = shop.post("/points", body)
    listed = shop.get("/actions/inactive").ok["allActionDetails"]

    assert unknown.refusal == (404, "AC1005")
    assert (held["pointsAwarded"], held["holdPoints"], more["pointsAwarded"]) == (0, 30, 45)
    assert off.refusal == (400, "AC1004")
    assert [(each["actionId"], each["actionName"], each["actionPoints"]) for each in listed] == [
        (900, "Wrote a poem", 45)
    ]
    # What was promised and given under older rules goes on by them: two days held, ten days good.
    seen = []
    for days in (2, 9, 2):
        clock.forward(days=days)
        clock.run_due()
        seen.append(figures_of(shop, ADA, "available", "hold", "expired"))
    assert seen == [(75, 0, 0), (30, 0, 45), (0, 0, 75)]


@pytest.mark.proves("A012")
def test_two_people_do_not_overwrite_each_other_and_a_wrong_document_changes_nothing(shop: Shop) -> None:
    staff = shop.staff()
    read: dict[str, Any] = json.loads(shop.get("/programme", token=staff).raw)
    mine = {**read, "programme": {**read["programme"], "pointDecimals": 1}}
    wrong = {**read["programme"], "expiry": {"type": "rollingDays", "days": "many"}, "colour": "blue"}

    first = shop.put("/programme", mine, token=staff).ok
    second = shop.put("/programme", {**read, "programme": {**read["programme"], "pointDecimals": 2}}, token=staff)
    refused = shop.put("/programme", wrong, token=staff)

    assert (first["version"], second.status) == (2, 409)
    assert refused.refusal == (400, "AC1004")
    assert ["expiry.days" in refused["errorMessage"], "colour" in refused["errorMessage"]] == [True, True]
    assert shop.get("/programme", token=staff).ok["programme"]["pointDecimals"] == 1
