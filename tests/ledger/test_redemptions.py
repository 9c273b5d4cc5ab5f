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
