"""A newcomer tries Laurel: what is printed, what the documents show, and a first member's first day."""

import json
import re
import subprocess
from decimal import Decimal
from pathlib import Path

import pytest

from tests.api.shop import Shop
from tests.laptop import COMMANDS, Laptop
from tests.stories.wire import Clock, order, rows

pytestmark = [pytest.mark.slow, pytest.mark.engine, pytest.mark.network]
GRACE = "grace@example.test"
ROOT = Path(__file__).parents[2]


@pytest.mark.proves("A104", "B002", "B196")
def test_a_first_member_joins_buys_and_sees_it_all(shop: Shop) -> None:
    shop.post("/users", {"id": GRACE, "email": GRACE, "firstName": "Grace"})
    welcome = {"id": GRACE, "activity": "CREDIT", "actionId": "101", "reason": None, "credit": None}
    first = shop.post("/points", welcome).ok
    second = shop.post("/points", welcome)
    bought = shop.post("/orders", order("SO-1", GRACE, ("tea", 2, "19.99"), source="Web", storeId="S-7")).ok
    figures = shop.figures(GRACE)

    assert first["pointsAwarded"] == 100
    assert (second.status, second["errorCode"], second["pointsAwarded"]) == (200, "AC1026", 0)
    assert (bought["pointsAwarded"], bought["updatedAvailablePoints"]) == (39, 139)
    assert (figures["availablePoints"], figures["lifetimePoints"], figures["usedPoints"]) == (139, 139, 0)
    assert figures["totalSpent"] == Decimal("39.98")
    assert rows(shop, GRACE, "actionId", "activity", "credit", "displayText", "pointStatus", "orderId", "source") == [
        (109, "CREDIT", 39, "Purchase", "Released", "SO-1", "Web"),
        (101, "CREDIT", 100, "Create an Account", "Released", "", ""),
    ]


@pytest.mark.proves("A009", "A010", "A017", "B003")
def test_one_balance_wherever_the_member_is_met_and_each_row_says_where(shop: Shop) -> None:
    shop.enrol(GRACE)
    shop.post("/orders", order("W-1", GRACE, ("tea", 1, "20"), source="Web"))
    shop.post("/orders", order("S-1", GRACE, ("tea", 1, "30"), source="Store", storeId="IN12369"))
    app = {"id": GRACE.upper(), "activity": "CREDIT", "actionId": 102, "source": "App"}
    from_app = shop.post("/points", app).ok
    spent = {
        "id": GRACE,
        "activity": "DEBIT",
        "debit": "60",
        "orderid": "S-2",
        "source": "Store",
        "reason": "At the till",
    }
    shop.post("/points", spent | {"storeId": "IN12369"})

    assert from_app["updatedAvailablePoints"] == 100
    assert shop.figures(GRACE)["availablePoints"] == 40
    assert rows(shop, GRACE, "actionId", "source", "storeDetails") == [
        (107, "Store", {"storeId": "IN12369"}),
        (102, "App", {}),
        (109, "Store", {"storeId": "IN12369"}),
        (109, "Web", {}),
    ]


def test_the_printed_commands_work_as_pasted_at_any_later_time(laptop: Laptop, clock: Clock) -> None:
    clock.forward(days=400)

    answers = [json.loads(_shell(command)) for command in laptop.commands]

    assert [answer.get("errorCode") for answer in answers] == [None] * COMMANDS
    figures, credited, activity, sent, receipts = answers
    assert credited["updatedAvailablePoints"] == figures["availablePoints"] + 50
    assert activity["activityDetail"][0]["credit"] == 50
    assert receipts["receipts"][0]["submissionId"] == sent["submissionId"]


@pytest.mark.proves("B009", "B213")
def test_the_samples_of_the_documentation_work_as_printed(laptop: Laptop, clock: Clock) -> None:
    page = (ROOT / "docs" / "api.md").read_text()
    samples = re.findall(r"```sh\n(.*?)```", page, re.DOTALL)
    script = "".join(samples).replace(":8000/", f":{laptop.port}/")

    answers = [json.loads(line) for line in _shell(script).splitlines()]

    assert len(answers) == script.count("\ncall ") + script.count("\nread_ ")
    assert [answer.get("errorCode") for answer in answers] == [None] * len(answers)
    assert answers[-1]["totalActivityCount"] == 4
    assert re.findall(r"^## (.*)$", page, re.MULTILINE)[0] == "Authentication"


def _shell(script: str) -> str:
    done = subprocess.run(["sh", "-c", script], cwd="/", capture_output=True, text=True, check=True, timeout=60)
    return done.stdout
