"""Product and category rules, tiers and campaigns on the lines of a purchase (annex-api-2, sections 3.5 and 14.6)."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.programme.document import Programme
from chalicelib.programme.earning import Benefit, PricedLine, Rule, purchase
from chalicelib.programme.validation import validate
from tests.programme.documents import document, place_of


def shop(ratio: object = 1, tier_ratio: object = 1, **more: Any) -> Programme:
    whole = document(**more)
    whole["actions"][place_of(109)]["ratio"] = ratio
    whole["tiers"]["levels"][1]["purchaseRatio"] = tier_ratio
    return validate(whole)


def line(amount: object = 20, quantity: object = 2, **rules: Any) -> PricedLine:
    return PricedLine(Decimal(str(amount)), Decimal(str(quantity)), **rules)


RATIO = Rule(ratio=Decimal(3))
FLAT = Rule(by_ratio=False, ratio=Decimal(3), flat=Decimal(7))
BOTH = Rule(ratio=Decimal(3), flat=Decimal(7))
OUT = Rule(excluded=True)


@pytest.mark.proves("A106", "B212")
@pytest.mark.parametrize(
    ("rule", "parts", "all_ratios", "points"),
    [
        (RATIO, "both", False, 240),
        (RATIO, "ratio", False, 240),
        (RATIO, "flat", False, 0),
        (FLAT, "both", False, 14),
        (FLAT, "ratio", False, 0),
        (FLAT, "flat", True, 168),
        (BOTH, "both", False, 254),
        (BOTH, "both", True, 408),
        (BOTH, "ratio", True, 240),
        (BOTH, "flat", False, 14),
        (OUT, "both", True, 0),
    ],
)
def test_kinds_of_rules(rule: Rule, parts: Any, all_ratios, points: int):
    programme = shop(ratio=2, tier_ratio=2, purchase={"applyAllRatios": all_ratios})

    assert purchase(programme, [line(product_rule=rule)], "2", parts=parts).total == points


@pytest.mark.parametrize(("units", "points"), [("1.999", 0), (2, 20), (3, 20), ("3.001", 0)])
def test_units_below_the_least_and_above_the_most_earn_nothing(units: object, points: int):
    rule = Rule(least=Decimal(2), most=Decimal(3))

    earned = purchase(shop(), [line(quantity=units, product_rule=rule)], "1")

    assert earned.total == points
    assert bool(points) != earned.lines[0].calculation.endswith("units")


@pytest.mark.parametrize(
    ("rules", "points"),
    [
        ({"product_rule": RATIO, "category_rule": FLAT}, 60),
        ({"product_rule": RATIO, "category_rule": FLAT, "by_category": True}, 14),
        ({"category_rule": FLAT}, 14),
        ({"product_rule": RATIO, "by_category": True}, 60),
        ({"product_rule": RATIO, "category_rule": OUT}, 0),
        ({"product_rule": OUT, "category_rule": RATIO, "by_category": True}, 0),
        ({}, 20),
    ],
)
def test_the_product_or_the_category_decides_and_either_excludes(rules: dict[str, Any], points: int):
    assert purchase(shop(), [line(**rules)], "1").total == points


def test_the_sum_is_rounded_once():
    lines = [line("0.4"), line("0.4"), line("0.4")]

    earned = purchase(shop(), lines, "1")

    assert (earned.total, earned.shares) == (1, (1, 0, 0))


def test_the_sentence_tells_every_factor():
    earned = purchase(shop(tier_ratio="1.5"), [line("39.98", product_rule=BOTH)], "2")

    assert earned.lines[0].calculation == (
        "39.98 × 1 (purchase) × 1.5 (tier) × 3 (rule) = 179.91 + 2 units × 7 points = 14"
    )
    assert earned.lines[0].ratio == Decimal("4.5")


@pytest.mark.proves("A014")
def test_campaigns_are_told_apart_and_are_part_of_the_shares():
    benefits = [
        Benefit("double", multipliers=(Decimal(2), Decimal(1))),
        Benefit("extra", bonuses=(Decimal(0), Decimal(5))),
    ]

    earned = purchase(shop(), [line(20), line(10)], "1", benefits=benefits)

    assert (earned.total, earned.own, earned.shares) == (55, 30, (40, 15))
    assert earned.campaigns == (("double", 20), ("extra", 5))


RULES = st.builds(
    Rule,
    excluded=st.sampled_from([False, False, False, True]),
    by_ratio=st.booleans(),
    ratio=st.decimals(0, 9, places=3),
    flat=st.decimals(0, 50, places=2),
    least=st.decimals(0, 3, places=3),
    most=st.none() | st.decimals(3, 9, places=3),
)
LINES = st.builds(
    PricedLine,
    amount=st.decimals(0, 5_000, places=5),
    quantity=st.decimals("0.001", 10, places=3),
    product_rule=st.none() | RULES,
    category_rule=st.none() | RULES,
    by_category=st.booleans(),
)


@given(
    st.lists(LINES, min_size=1, max_size=12),
    st.sampled_from(["down", "nearest", "up"]),
    st.sampled_from(["both", "ratio", "flat"]),
    st.integers(0, 2),
    st.booleans(),
)
def test_shares_and_campaigns_add_up_to_the_total(lines, rounding, parts, decimals, flat):
    programme = shop(ratio="1.7", pointDecimals=decimals, purchase={"rounding": rounding, "applyAllRatios": flat})
    some = tuple(Decimal(place % 3) for place in range(len(lines)))
    benefits = [Benefit("more", multipliers=tuple(1 + each for each in some)), Benefit("extra", bonuses=some)]

    earned = purchase(programme, lines, "1", parts=parts, benefits=benefits)

    exact = sum((each.own + sum(each.more.values()) for each in earned.lines), Decimal(0)).scaleb(decimals)
    assert abs(earned.total - exact) < 1
    assert sum(earned.shares) == earned.total
    assert min(earned.shares) >= 0
    assert earned.own + sum(points for _, points in earned.campaigns) == earned.total
    for share, each in zip(earned.shares, earned.lines, strict=True):
        assert abs(share - (each.own + sum(each.more.values())).scaleb(decimals)) < 1
    for each, one in zip(earned.lines, lines, strict=True):
        assert each.own == 0 or not one.is_excluded
