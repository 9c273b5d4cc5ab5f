"""Why a member cannot have a reward: each reason alone, and all of them in their order."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.ledger.account import Account, Bucket, Lot, Standing
from chalicelib.programme.in_force import InForce, compiled
from chalicelib.programme.validation import validate
from chalicelib.rewards.catalogue import price
from chalicelib.rewards.judging import Levels, Reason, Taken, levels_of, reasons
from tests.programme.documents import document

NOW = datetime(2026, 3, 18, 12, tzinfo=UTC)
PLAIN = {"rewardId": "r", "rewardName": "R", "status": "Live", "cost": 100}


def judged(available: int, *, state: str = "active", levels: Levels | None = None, **reward: Any) -> list[Reason]:
    rules: InForce = compiled(validate(document(rewards=[PLAIN | reward])), 2)
    found = rules.reward_by_id["r"]
    lots = (Lot("S", 0, available),) if available > 0 else ()
    account = Account(
        version=1, state=state, buckets={"points": Bucket(lots, arrears=max(0, -available))},
        standing=Standing(rules.programme.tiers.levels[0].tier_id, 1),
    )  # fmt: skip
    return list(reasons(rules, found, account, NOW, levels or Levels(), price(found, rules)))


@pytest.mark.parametrize(("state", "word"), [("inactive", "inactive"), ("opted_out", "opted out"),
                                             ("blocked", "blocklist")])  # fmt: skip
def test_who_takes_no_part_is_told_why(state, word):
    (reason,) = judged(100, state=state)

    assert reason.code == "member"
    assert word in reason.text


@pytest.mark.parametrize(
    ("levels", "codes"),
    [(Levels(units=0), ["stock"]), (Levels(units=1), []), (Levels(claims=0), ["stock"]), (Levels(claims=-1), ["stock"]),
     (Levels(codes=0), ["codes"]), (Levels(codes=1), []), (Levels(0, 0, 0), ["stock", "stock", "codes"])],
)  # fmt: skip
def test_what_is_used_up_is_told(levels, codes):
    assert [reason.code for reason in judged(100, levels=levels)] == codes


@given(st.integers(-500, 500), st.integers(0, 500))
def test_the_shortfall_is_exact_and_what_is_free_is_free(available, cost):
    found = judged(available, cost=cost)

    if cost == 0 or available >= cost:
        assert found == []
    else:
        assert [(reason.code, reason.missing) for reason in found] == [("points", cost - available)]


def test_all_reasons_come_the_weightiest_first():
    found = judged(0, state="inactive", levels=Levels(units=0, codes=0), status="Archived")

    assert [reason.code for reason in found] == ["member", "status", "stock", "codes", "points"]


@given(st.none() | st.integers(0, 50), st.none() | st.integers(1, 50), st.integers(0, 60), st.integers(0, 60))
def test_levels_are_what_bounds_leave(stock, most, units, claims):
    rules = compiled(validate(document(rewards=[PLAIN | {"stock": stock, "claimsInAll": most}])), 2)

    found = levels_of(rules.reward_by_id["r"], Taken(units, claims), None)

    assert found.units == (None if stock is None else stock - units)
    assert found.claims == (None if most is None else most - claims)
