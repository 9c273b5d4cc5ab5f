"""Races for the budget of a campaign: everybody is let through, and it gives what it has, to the last point."""

from chalicelib.programme.campaigning import service as campaigning
from tests.races import arena as calls
from tests.races.arena import Arena, Outcome
from tests.races.workers import Side

BUDGET = 1_030
"""Not a multiple of what one purchase is given, so that the last one is cut."""
DOUBLE = {"campaignId": "77", "campaignName": "Double points", "budgetPoints": BUDGET,
          "benefit": {"type": "multiplier", "multiplier": 2}}  # fmt: skip
GIFT = {"campaignId": "78", "campaignName": "A gift", "actions": [101], "budgetAmount": 5,
        "benefit": {"type": "bonus", "points": 33}}  # fmt: skip
CREW = [f"m-{place:02}" for place in range(16)]


def a_budget_for_ten_wanted_by_thirty_two_orders(arena: Arena) -> Outcome:
    site = arena.site(*CREW, campaigns=[DOUBLE])
    orders = [calls.place(site, member, f"SO-{turn}-{member}", key=arena.key()) for turn in range(2) for member in CREW]

    heat = arena.workers.race(Side(orders))

    assert {said.refusal for said in heat.said} == {None}
    more = [said.body["pointsAwarded"] - 100 for said in heat.said]
    assert sum(more) == BUDGET
    books = arena.proved(site, *CREW)
    told = [dict(entry.campaigns).get("77", 0) for member in books for entry in member.entries]
    spent = campaigning.figures(site, "77")
    assert sum(told) == BUDGET
    assert (spent.points, spent.orders) == (BUDGET, sum(points > 0 for points in more))
    assert spent.members == sum(any(entry.campaigns for entry in member.entries) for member in books)
    assert sum(member.available for member in books) == 3200 + BUDGET
    return arena.outcome("a budget of 1,030 for 32 orders of 100", heat, sum(points > 0 for points in more))


def a_budget_in_currency_for_actions_and_named_awards(arena: Arena) -> Outcome:
    """5.00 at a hundredth a point are 500; awards by hand that name the campaign draw from the same budget."""
    site = arena.site(*CREW, campaigns=[GIFT])
    acts = [calls.earn(site, member, 101, arena.key()) for member in CREW]
    gifts = [calls.credit(site, member, 40, arena.key(), campaignId="78") for member in CREW]

    heat = arena.workers.race(Side([call for pair in zip(acts, gifts, strict=True) for call in pair]))

    spent = [said for said in heat.said if said.refusal is None]
    assert {said.refusal for said in heat.said[::2]} == {None}
    told = [dict(entry.campaigns).get("78", 0) for member in arena.proved(site, *CREW) for entry in member.entries]
    assert sum(told) == campaigning.figures(site, "78").points == 500
    return arena.outcome("a budget of 5.00 for 16 actions and 16 gifts", heat, len(spent))


RACES = (a_budget_for_ten_wanted_by_thirty_two_orders, a_budget_in_currency_for_actions_and_named_awards)
