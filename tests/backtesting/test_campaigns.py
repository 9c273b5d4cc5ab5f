"""A draft's campaigns are tried on what happened: what they would have given, and where their budget ends."""

from decimal import Decimal
from typing import Any

import pytest

from tests.backtesting import worlds
from tests.backtesting.test_service import tried
from tests.orders.shop import Shop, line

TREBLE: dict[str, Any] = {
    "campaignId": "treble",
    "campaignName": "Three times the points",
    "status": "ON",
    "startsAt": "2020-01-01T00:00:00",
    "endsAt": "2040-01-01T00:00:00",
    "actions": [109],
    "benefit": {"type": "multiplier", "multiplier": 3},
}


@pytest.fixture
def bought(shop: Shop) -> Shop:
    """A member with three orders of 40, 50 and 60 points."""
    for number, price in enumerate(("40", "50", "60")):
        shop.buy(line(f"P{number}", price), id=f"SO-{number}")
    worlds.project(shop, "m-ada")
    shop.wait(minutes=5)
    return shop


def awarded(report: Any) -> tuple[Decimal, ...]:
    found = report["points"]["awarded"]
    return tuple(Decimal(found[name]) for name in ("before", "after", "difference"))


@pytest.mark.proves("A014")
def test_a_campaign_of_the_draft_gives_what_it_would_have_given(bought):
    found = tried(bought, 60, campaigns=[TREBLE])

    assert found.report is not None
    assert awarded(found.report) == (150, 450, 300)


def test_a_campaign_that_ran_is_reproduced_and_taken_out(bought):
    bought.publish(campaigns=[TREBLE])
    bought.buy(line("P9", "10"), id="SO-9")
    bought.wait(minutes=5)

    same = tried(bought, 60)
    without = tried(bought, 60, campaigns=[])

    assert same.report is not None
    assert without.report is not None
    assert same.report["replayed"]["membersReproduced"] == 1
    assert awarded(same.report)[0] == 180
    assert awarded(without.report) == (180, 160, -20)


def test_a_budget_ends_in_a_trial_where_it_would_have_ended(bought):
    found = tried(bought, 60, campaigns=[{**TREBLE, "budgetPoints": 130}])

    assert found.report is not None
    assert awarded(found.report)[2] <= 130
