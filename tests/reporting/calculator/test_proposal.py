"""Whatever a shop's figures are, the proposal keeps its bounds."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.reporting.calculator.draft import programme_of
from chalicelib.reporting.calculator.metrics import Metrics, measured
from chalicelib.reporting.calculator.proposal import (
    ORDERS_A_YEAR_MAX,
    PointTooSmall,
    orders_per_member,
    points_per_unit,
    propose,
    rounded_down,
    rounded_up,
)

SHOP = Metrics(
    average_order_value=Decimal(80),
    cost_per_acquisition=Decimal(20),
    conversion_rate=Decimal("0.02"),
    repeat_purchase_rate=Decimal("0.3"),
    monthly_unique_visitors=50_000,
)
TINY = Decimal("1e-15")
"""Of a division's last digit."""


def shares(most: str = "1") -> st.SearchStrategy[Decimal]:
    return st.decimals("0", most, places=4)


METRICS = st.builds(
    Metrics,
    average_order_value=st.decimals("1", "100000", places=2),
    cost_per_acquisition=st.decimals("0", "1000", places=2),
    conversion_rate=shares(),
    repeat_purchase_rate=shares(),
    monthly_unique_visitors=st.integers(0, 10**8),
    give_back=st.decimals("0.005", "0.5", places=4),
    breakage=shares("0.9"),
    member_share=shares(),
)


@pytest.mark.proves("A098", "A100")
@given(METRICS)
def test_it_never_costs_more_than_it_may(metrics):
    found = propose(metrics)

    assert found.cost <= found.budget * (1 - metrics.breakage) * (1 + TINY)
    assert sum(each.cost for each in found.actions) <= found.budget * Decimal("0.2") * (1 + TINY)
    for each in found.actions[:2]:
        assert each.value <= metrics.cost_per_acquisition
    assert found.actions[1].value <= metrics.average_order_value / 4
    assert 0 <= found.liability <= found.points_issued * found.point_value * (1 + TINY)


@pytest.mark.proves("A098", "A099")
@given(METRICS)
def test_rewards_rise_and_no_point_buys_more_than_it_is_worth(metrics):
    found = propose(metrics)

    points = [level.points for level in found.levels]
    assert points == sorted(set(points))
    assert [level.value for level in found.levels] == sorted(level.value for level in found.levels)
    assert [level.orders for level in found.levels] == sorted(level.orders for level in found.levels)
    for level in found.levels:
        assert level.value <= level.points * found.point_value
        assert (level.orders - 1) * found.points_per_order < level.points <= level.orders * found.points_per_order
    assert found.points_per_order == int(metrics.average_order_value * found.points_per_unit)


@given(METRICS)
def test_it_makes_a_programme_that_validates(metrics):
    found = propose(metrics)

    programme = programme_of(found, currency="EUR", time_zone="Europe/Berlin")

    assert programme.currency.credits_to_currency_ratio == found.point_value
    purchase = programme.action(109)
    assert purchase is not None
    assert purchase.ratio == found.points_per_unit
    assert [reward.cost for reward in programme.rewards] == [each.points for each in found.levels if each.value]


@pytest.mark.proves("A103")
@given(METRICS, st.integers(2, 9))
def test_more_visitors_scale_volumes_and_change_no_price(metrics, times):
    one, many = (
        propose(metrics),
        propose(replace(metrics, monthly_unique_visitors=metrics.monthly_unique_visitors * times)),
    )

    assert [each.points for each in many.actions] == [each.points for each in one.actions]
    assert [each.points for each in many.levels] == [each.points for each in one.levels]
    for name in ("orders", "member_revenue", "budget", "cost", "liability", "points_issued"):
        assert abs(getattr(many, name) - times * getattr(one, name)) <= TINY * (1 + getattr(many, name))


@pytest.mark.proves("A100", "A101", "A102")
@given(METRICS, shares(), shares())
def test_figures_pull_the_way_they_should(metrics, low, high):
    low, high = sorted((low, high))

    rare, frequent = (propose(replace(metrics, repeat_purchase_rate=rate)) for rate in (low, high))
    assert rare.orders_per_member <= frequent.orders_per_member
    assert rare.members >= frequent.members
    few, many = (propose(replace(metrics, conversion_rate=rate)) for rate in (low, high))
    assert few.orders <= many.orders
    assert few.budget <= many.budget
    cheap, dear = (propose(replace(metrics, cost_per_acquisition=metrics.cost_per_acquisition * rate))
                   for rate in (low, high))  # fmt: skip
    for small, large in zip(cheap.actions, dear.actions, strict=True):
        assert small.points <= large.points


@pytest.mark.proves("A098")
def test_a_shop_that_was_worked_out_by_hand():
    """5 per cent of 80, four fifths for purchases: a point per unit is worth 4 cents, an order earns 80."""
    found = propose(SHOP)

    assert (found.points_per_unit, found.point_value, found.points_per_order) == (1, Decimal("0.04"), 80)
    assert (found.orders, found.member_revenue, found.budget) == (12_000, 576_000, 28_800)
    # An order and 0.43 of another a year: a fifth of 5 per cent of 114.29 is 1.14, of which joining has 0.46.
    assert found.actions[0].points == 10
    # The acquisition of 20 bounds a friend's purchase, before a quarter of the order, also 20, does.
    assert (found.actions[1].points, found.actions[1].value) == (500, 20)
    assert [(each.points, each.value, each.orders) for each in found.levels] == [
        (80, 3, 1), (200, 8, 3), (400, 15, 5), (800, 30, 10)
    ]  # fmt: skip
    assert found.remarks == ()


def test_what_cannot_be_is_refused_or_remarked():
    with pytest.raises(PointTooSmall):
        propose(replace(SHOP, average_order_value=Decimal("0.01"), give_back=Decimal("0.0001")))
    assert "no volumes" in propose(replace(SHOP, monthly_unique_visitors=0)).remarks[0]
    assert "Create an Account" in propose(replace(SHOP, cost_per_acquisition=Decimal(0))).remarks[0]
    slow = propose(replace(SHOP, repeat_purchase_rate=Decimal(0)))
    assert slow.levels[0].months == 12


@given(st.decimals("0.01", "1000000", places=2))
def test_round_numbers(number):
    assert 0 < rounded_down(number) <= number
    assert rounded_down(number) * 2 > number
    whole = int(number)
    assert rounded_up(whole) >= whole
    assert rounded_up(whole) <= 2 * whole or whole == 0
    assert number * points_per_unit(number) >= 50
    assert orders_per_member(Decimal(1)) == ORDERS_A_YEAR_MAX


@pytest.mark.proves("A102")
def test_purchases_are_measured():
    def days(*given_: int) -> list[tuple[int, Decimal]]:
        return [(day, Decimal(10 * (place + 1))) for place, day in enumerate(given_)]

    last = 1000
    found = measured({"a": days(0, 365), "b": days(0, 366), "c": days(635), "d": days(636, 700)}, last)

    assert (found.orders, found.customers, found.is_whole_year) == (7, 4, True)
    assert found.average_order_value == Decimal("14.29")
    assert found.repeat_purchase_rate == Decimal("0.3333")
    young = measured({"a": days(900, 950), "b": days(950)}, last)
    assert (young.repeat_purchase_rate, young.is_whole_year) == (Decimal("0.5"), False)
    assert measured({}, last).average_order_value is None
