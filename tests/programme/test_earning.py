"""Points of a purchase: exact, rounded once, and shared among the lines without loss."""

from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.programme.earning import purchase_points
from chalicelib.programme.validation import validate
from tests.programme.documents import document, place_of


def shop(ratio: object = 1, tier_ratio: object = 1, **more: Any):
    whole = document(**more)
    whole["actions"][place_of(109)]["ratio"] = ratio
    whole["tiers"]["levels"][1]["purchaseRatio"] = tier_ratio
    return validate(whole)


def lines(*amounts: object) -> list[Decimal]:
    return [Decimal(str(amount)) for amount in amounts]


def test_the_vendors_own_example_earns_what_it_says():
    earned = purchase_points(shop(), lines(100, 400, 900), "1")

    assert (earned.total, earned.shares) == (1400, (100, 400, 900))


def test_the_tiers_ratio_multiplies():
    programme = shop(tier_ratio=2)

    assert purchase_points(programme, lines(500), "1").total == 500
    assert purchase_points(programme, lines(500), "2").total == 1000


def test_a_tier_that_is_gone_counts_as_the_lowest():
    assert purchase_points(shop(tier_ratio=2), lines(500), "Platinum").total == 500


@pytest.mark.parametrize(
    ("rounding", "amount", "points"),
    [
        ("down", "19.99", 19),
        ("down", "20.00", 20),
        ("nearest", "19.49", 19),
        ("nearest", "19.50", 20),
        ("up", "19.00", 19),
        ("up", "19.01", 20),
    ],
)
def test_rounding(rounding: str, amount: str, points: int):
    assert purchase_points(shop(purchase={"rounding": rounding}), lines(amount), "1").total == points


def test_the_sum_is_rounded_once_and_not_each_line():
    earned = purchase_points(shop(), lines("0.50", "0.50", "0.50"), "1")

    assert (earned.total, earned.shares) == (1, (1, 0, 0))


def test_the_largest_remainders_are_rounded_up():
    earned = purchase_points(shop(), lines("1.20", "2.70", "3.60", "0.50"), "1")

    assert (earned.total, earned.shares) == (8, (1, 3, 4, 0))


def test_points_with_decimals_are_counted_in_their_smallest_unit():
    assert purchase_points(shop(ratio="0.5", pointDecimals=2), lines("19.99"), "1").total == 999


@pytest.mark.parametrize(("amount", "points"), [("9.99", 0), ("10.00", 10), ("10.01", 10)])
def test_an_order_below_the_minimum_earns_nothing(amount: str, points: int):
    assert purchase_points(shop(purchase={"minimumOrderAmount": 10}), lines(amount), "1").total == points


def test_an_inactive_purchase_action_earns_nothing():
    whole = document()
    whole["actions"][place_of(109)]["status"] = "INACTIVE"
    earned = purchase_points(validate(whole), lines(100, 50), "1")

    assert (earned.total, earned.shares) == (0, (0, 0))


@pytest.mark.parametrize("amounts", [(), (0,), (0, 0)])
def test_an_order_of_nothing_earns_nothing(amounts: tuple[int, ...]):
    earned = purchase_points(shop(purchase={"rounding": "up"}), lines(*amounts), "1")

    assert (earned.total, earned.shares) == (0, (0,) * len(amounts))


def test_a_line_below_zero_is_a_fault_of_the_caller():
    with pytest.raises(ValueError, match=r"^the amount of a line is not below zero$"):
        purchase_points(shop(), lines(10, -1), "1")


def test_not_even_the_last_of_forty_digits_is_lost():
    """Rounded to decimal's 28 digits on the way, the sum would have no part left that rounds up."""
    programme = shop(Decimal("10000.000001"), Decimal("1000.000001"), purchase={"rounding": "up"})

    earned = purchase_points(programme, [Decimal(10**13), Decimal("0.000001")], "2")

    assert earned.total == 100_000_000_110_000_000_021
    assert sum(earned.shares) == earned.total


AMOUNTS = st.lists(st.decimals(0, 10**13, places=6, allow_nan=False), max_size=40)
RATIOS = st.decimals("0", "100", places=6, allow_nan=False)


@given(AMOUNTS, RATIOS, RATIOS, st.sampled_from(["down", "nearest", "up"]), st.integers(0, 2))
def test_shares_add_up_to_the_exact_sum_rounded_once(
    amounts: list[Decimal], ratio: Decimal, tier_ratio: Decimal, rounding: str, decimals: int
):
    programme = shop(ratio, tier_ratio, purchase={"rounding": rounding}, pointDecimals=decimals)
    factor = Fraction(ratio) * Fraction(tier_ratio) * 10**decimals
    exact = [Fraction(amount) * factor for amount in amounts]
    earned = purchase_points(programme, amounts, "2")
    whole = sum(exact, Fraction(0))

    assert earned.total == {"down": floor(whole), "nearest": floor(whole + Fraction(1, 2)), "up": ceil(whole)}[rounding]
    assert sum(earned.shares) == earned.total
    assert all(floor(part) <= share <= ceil(part) for share, part in zip(earned.shares, exact, strict=True))


@given(AMOUNTS, RATIOS)
def test_a_line_with_a_larger_remainder_is_never_the_one_left_out(amounts: list[Decimal], ratio: Decimal):
    earned = purchase_points(shop(ratio), amounts, "1")
    exact = [Fraction(amount) * Fraction(ratio) for amount in amounts]
    ups = [part - floor(part) for part, share in zip(exact, earned.shares, strict=True) if share > part]
    downs = [part - floor(part) for part, share in zip(exact, earned.shares, strict=True) if share <= part]

    assert not ups or not downs or min(ups) >= max(downs)
