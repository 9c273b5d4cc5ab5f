"""A person leaves, and what remains leads to nobody, adds up, and does not stand in the way of a new start."""

import json
import subprocess
import sys
from typing import Any

import pytest

from chalicelib.local import environment
from chalicelib.local.home import ROOT, Home
from tests.api.shop import Shop
from tests.laptop import Laptop
from tests.stories.wire import SPRING, Clock, changed, figures_of, order

pytestmark = [pytest.mark.slow, pytest.mark.engine, pytest.mark.network]
ADA, BEN = "Ada.Lovelace@example.test", "ben@example.test"


def a_life(shop: Shop) -> None:
    """Ada joins, buys with points on hold, spends, and says a few personal things."""
    shop.programme(lambda document: document["purchase"].update(hold={"type": "orderDate", "days": 3}))
    shop.post("/users", {"id": ADA, "email": ADA, "firstName": "Ada", "lastName": "Lovelace", "phone": "44-1815"})
    shop.enrol(BEN)
    shop.credit(100, ADA, reason="Ada wrote us a poem")
    shop.credit(60, BEN)
    person = {"email": ADA, "firstName": "Ada", "lastName": "Lovelace"}
    shop.post("/orders", order("E-1", ADA, ("P1", 1, "40"), **person))
    shop.post("/points", {"id": ADA, "activity": "DEBIT", "debit": "30", "orderId": "E-1", "reason": "Ada pays"})


def erase(shop: Shop, **more: Any) -> Any:
    return shop.post("/userdelete", {"id": ADA.lower(), "requestedBy": "care@example.test"}, **more)


@pytest.mark.proves("B006")
def test_an_erased_person_is_gone_from_every_read(shop: Shop) -> None:
    a_life(shop)

    erased = erase(shop).ok

    assert (erased["firstName"], erased["requestedBy"]) == ("Ada", "care@example.test")
    answers = [
        shop.get(f"/users/{ADA}"),
        shop.get(f"/points/{ADA}"),
        shop.get(f"/users/{ADA}/activity?page=1"),
        shop.get(f"/users/{ADA}/activitysummary/100"),
        shop.get(f"/users/{ADA}/tiers"),
        shop.patch(f"/users/{ADA}", {"firstName": "Ada"}),
        shop.post("/points", {"id": ADA, "activity": "CREDIT", "actionId": "101"}),
        shop.post("/orders", order("E-2", ADA, ("P1", 1, "40"))),
        shop.post("/actions", {"id": ADA}),
        shop.post("/orderdetails", {"userId": ADA}),
        erase(shop),
    ]
    assert [answer.refusal for answer in answers] == [(404, "AC1005")] * len(answers)
    kept = shop.post("/orderdetails", {"orderId": "E-1"})
    assert b"ovelace" not in kept.raw
    assert b"Ada" not in kept.raw


def test_the_same_id_starts_again_at_zero_and_old_holds_bring_nothing(shop: Shop, clock: Clock) -> None:
    a_life(shop)
    erase(shop)

    assert shop.post("/users", {"id": ADA}).status == 201
    clock.forward(days=10)
    clock.run_due()
    shop.put("/orders/E-1", changed("E-1", "return"))

    assert set(figures_of(shop, ADA, "available", "lifetime", "used", "expired", "hold")) == {0}
    assert (shop.figures(ADA)["totalSpent"], shop.activity(ADA)["totalActivityCount"]) == (0, 0)
    assert shop.get(f"/users/{ADA}").ok["firstName"] == ""
    assert shop.post("/points", {"id": ADA, "activity": "CREDIT", "actionId": "101"}).ok["pointsAwarded"] == 100


def test_nothing_personal_is_left_in_the_table_or_the_log(laptop: Laptop, shop: Shop, clock: Clock) -> None:
    a_life(shop)
    assert "Lovelace" in _table(laptop, shop.site)
    erase(shop, key="leave-1")
    repeated = erase(shop, key="leave-1")
    clock.run_due()

    assert repeated.is_repeat
    assert repeated["firstName"] == ""
    left = _table(laptop, shop.site)
    for word in ("ovelace", "poem", "Ada pays", "44-1815"):
        assert word not in left
    assert "ovelace" not in (laptop.folder / "laurel.log").read_text()


def test_the_counters_from_the_stream_follow_the_one_who_left(laptop: Laptop, shop: Shop, clock: Clock) -> None:
    a_life(shop)
    clock.run_due()
    before = _counted(laptop, shop.site)
    erase(shop)
    clock.run_due()

    after = _counted(laptop, shop.site)
    ben = shop.figures(BEN)
    assert (before["members"], after["members"]) == (2, 1)
    assert (before["available"], before["held"]) == (70 + 60, 40)
    assert (after["available"], after.get("held", 0)) == (ben["availablePoints"], 0)
    assert before["lifetime"] == after["lifetime"] == 160


def _counted(laptop: Laptop, site: str) -> dict[str, int]:
    """All counters of the site in this spring month, added up."""
    first = SPRING.date().replace(day=1).toordinal()
    script = f"""
import json
from chalicelib.reporting import service
print(json.dumps([subjects["all"] for subjects in service.monthly({site!r}, {first}).values() if "all" in subjects]))
"""
    sums: dict[str, int] = {}
    for figures in json.loads(_on(laptop, script)):
        for name, change in figures.items():
            sums[name] = sums.get(name, 0) + change
    return sums


def _table(laptop: Laptop, site: str) -> str:
    """All items of the site as text, read past the product."""
    script = f"""
from chalicelib import settings
from chalicelib.local import clients
for page in clients.client("dynamodb").get_paginator("scan").paginate(TableName=settings.TABLE):
    print(*(item for item in page["Items"] if {site!r} in item["pk"]["S"]), sep="\\n")
"""
    return _on(laptop, script)


def _on(laptop: Laptop, script: str) -> str:
    """What a script says that works on the copy that runs."""
    home = Home(laptop.folder)
    running = home.running()
    assert running is not None
    variables = {**laptop.environment, **environment.of_laptop(home, running)}
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=variables, capture_output=True, text=True, check=True, timeout=60
    )
    return done.stdout
