import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.ledger import redemptions
from chalicelib.ledger.entry import Draw
from chalicelib.ledger.redemptions import Record, Redemption

DRAWS = (Draw("points", "S", 10, 5), Draw("points", "P", 20, 7), Draw("points", "S", 0, 8))
SPENT = Redemption(4, "redeemed", DRAWS)


def amounts(draws: tuple[Draw, ...]) -> list[tuple[int, int]]:
    return [(draw.day, draw.amount) for draw in draws]


@pytest.mark.parametrize(
    ("points", "back"),
    [
        (0, []),
        (4, [(10, 4)]),
        (5, [(10, 5)]),
        (6, [(10, 5), (20, 1)]),
        (12, [(10, 5), (20, 7)]),
        (20, [(10, 5), (20, 7), (0, 8)]),
    ],
)
def test_points_come_back_in_the_order_they_were_drawn(points, back):
    after, draws = SPENT.give_back(points)

    assert amounts(draws) == back
    assert after.refunded == points


def test_a_second_refund_goes_on_where_the_first_ended():
    after, _ = SPENT.give_back(6)

    last, draws = after.give_back(14)

    assert amounts(draws) == [(20, 6), (0, 8)]
    assert last.refunded == SPENT.points == 20


@pytest.mark.parametrize("points", [-1, 15, 21])
def test_no_more_comes_back_than_was_redeemed(points):
    after, _ = SPENT.give_back(6)

    with pytest.raises(ValueError, match="more would come back"):
        after.give_back(points)


@given(st.lists(st.integers(0, 20), max_size=6))
def test_any_split_of_refunds_gives_back_every_draw_once(parts):
    spent, given = SPENT, {}
    for part in parts:
        spent, draws = spent.give_back(min(part, spent.points - spent.refunded))
        for draw in draws:
            given[draw.day] = given.get(draw.day, 0) + draw.amount
    _, rest = spent.give_back(spent.points - spent.refunded)
    for draw in rest:
        given[draw.day] = given.get(draw.day, 0) + draw.amount

    assert given == {10: 5, 20: 7, 0: 8}


def test_a_record_is_read_as_it_was_written():
    record = Record((SPENT, Redemption(9, "rewarded", DRAWS[:1], 3)), version=6)

    assert redemptions.load(redemptions.dump(record.redemptions), 6) == record
    assert record.added(SPENT).redemptions[-1] is SPENT


BEYOND = Redemption(4, "redeemed", (Draw("miles", "P", 10, 5), Draw("miles", "S", 20, 7)), owed=8)
"""12 points from lots, and 8 that were not there."""


@pytest.mark.parametrize(
    ("points", "back"),
    [
        (12, [Draw("miles", "P", 10, 5), Draw("miles", "S", 20, 7)]),
        (13, [Draw("miles", "P", 10, 5), Draw("miles", "S", 20, 7), Draw("miles", "S", 99, 1)]),
        (20, [Draw("miles", "P", 10, 5), Draw("miles", "S", 20, 7), Draw("miles", "S", 99, 8)]),
    ],
)
def test_points_that_were_not_there_come_back_last_as_standard_points_of_the_same_bucket(points, back):
    after, draws = BEYOND.give_back(points, fresh=99)

    assert list(draws) == back
    assert (after.points, after.refunded) == (20, points)


def test_what_was_spent_beyond_nothing_comes_back_as_ordinary_points_that_never_expire():
    owing = Redemption(4, "redeemed", (), owed=8)

    _, draws = owing.give_back(8)

    assert draws == (Draw("points", "S", 0, 8),)


def test_a_refund_of_one_lot_names_its_bucket():
    single = Redemption(4, "redeemed", (Draw("miles", "S", 10, 5),), owed=2)

    assert single.give_back(7)[1][-1].bucket == "miles"


def test_a_redemption_beyond_the_balance_is_read_as_it_was_written():
    text = redemptions.dump([BEYOND, SPENT.give_back(6)[0]])

    assert redemptions.load(text, 3) == Record((BEYOND, SPENT.give_back(6)[0]), 3)


@pytest.mark.parametrize("points", [-1, 21])
def test_more_than_was_redeemed_never_comes_back(points):
    with pytest.raises(ValueError, match=r"^more would come back than was redeemed$"):
        BEYOND.give_back(points)
