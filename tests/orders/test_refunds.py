from hypothesis import given
from hypothesis import strategies as st

from chalicelib.ledger.entry import Draw
from chalicelib.ledger.redemptions import Record, Redemption
from chalicelib.orders.refunds import graced, refunds_for
from tests.orders.shop import START, Shop, line, want

TODAY = START.toordinal()


def record(*points: int) -> Record:
    return Record(
        tuple(Redemption(9 + at, "redeemed", (Draw("points", "S", TODAY, n),)) for at, n in enumerate(points))
    )


@given(st.integers(1, 10**6), st.lists(st.integers(0, 10**6), min_size=1, max_size=20), st.lists(st.integers(1, 400)))
def test_whatever_the_steps_all_comes_back_with_the_whole_order(total, points, steps):
    kept, back, returned = record(*(n for n in points if n)), 0, 0
    for step in steps:
        returned = min(total, returned + step)
        kept, refunds = refunds_for(kept, returned, total, is_whole=False)
        back += sum(refund.points for refund in refunds)
        assert back == sum(n * returned // total for n in points)
    kept, refunds = refunds_for(kept, total, total, is_whole=True)

    assert back + sum(refund.points for refund in refunds) == sum(points)
    assert all(each.refunded == each.points for each in kept.redemptions)


def test_a_part_of_the_order_brings_back_that_part_rounded_down():
    _, refunds = refunds_for(record(100, 7), 333, 1000, is_whole=False)

    assert [refund.points for refund in refunds] == [33, 2]


def test_a_free_order_brings_back_nothing_until_it_is_whole():
    assert refunds_for(record(100), 0, 0, is_whole=False)[1] == ()
    assert [refund.points for refund in refunds_for(record(100), 0, 0, is_whole=True)[1]] == [100]


def test_grace_makes_dead_lots_good_for_a_while_and_leaves_others():
    dead, dying, never = (Draw("points", "S", day, 5) for day in (TODAY - 1, TODAY, 0))

    assert graced([dead, dying, never], TODAY, 10) == (Draw("points", "S", TODAY + 10, 5), dying, never)
    assert graced([dead], TODAY, 0) == (dead,)


def spending(shop: Shop, **refunds: object) -> None:
    """Ada has 300 points and spends 90 of them on an order of three equal products."""
    shop.publish(refunds=refunds)
    shop.buy(line("Bike", "300"), id="SO-0")
    shop.redeem(90, "SO-1")
    shop.buy(line("P1", "20"), line("P2", "20"), line("P3", "20"))


def test_a_whole_return_refunds_what_was_spent_on_the_order(shop: Shop):
    spending(shop)
    answer = shop.change("return")

    assert (answer.points_removed, answer.points_refunded) == (60, 90)
    assert shop.rows()[:2] == [(148, "DEBIT", 60, "Return"), (107, "CREDIT", 90, "Released")]
    assert (shop.account().bucket().available, shop.account().bucket().redeemed) == (300, 0)
    assert shop.see().order.refunded == 90
    shop.check_book()


def test_points_that_an_order_earned_and_that_were_spent_on_it_are_taken_back_with_it(shop: Shop):
    shop.publish()
    shop.buy(line("P1", "40"))
    shop.redeem(40, "SO-1")

    answer = shop.change("return")

    assert (answer.points_refunded, answer.points_removed, answer.points_not_deducted) == (40, 40, 0)
    assert shop.account().bucket().available == 0
    shop.check_book()


def test_what_comes_back_dead_is_not_taken_in_place_of_living_points(shop: Shop):
    shop.publish(refunds={"onReturn": True, "graceDays": 0}, expiry={"type": "rollingDays", "days": 10})
    shop.buy(line("Bike", "50"), id="SO-0")
    shop.redeem(50, "SO-1")
    shop.wait(days=20)
    shop.buy(line("P1", "40"))

    answer = shop.change("return")

    assert (answer.points_refunded, answer.points_removed, answer.points_not_deducted) == (50, 40, 0)
    assert (shop.account().bucket().available, shop.account().bucket().expired) == (0, 50)
    shop.check_book()


def test_a_whole_return_refunds_nothing_where_that_is_switched_off(shop: Shop):
    spending(shop, onReturn=False)

    assert shop.change("return").points_refunded == 0
    assert shop.account().bucket().available == 210


def test_parts_refund_their_part_where_that_is_switched_on(shop: Shop):
    spending(shop, onPartialReturn=True)

    assert [shop.change("return", want(f"P{at}")).points_refunded for at in (1, 2, 3)] == [30, 30, 30]


def test_parts_refund_nothing_until_the_last_by_default(shop: Shop):
    spending(shop)

    assert [shop.change("return", want(f"P{at}")).points_refunded for at in (1, 2, 3)] == [0, 0, 90]


def test_a_cancel_refunds_too_whether_the_points_of_the_order_were_given_or_not(shop: Shop):
    spending(shop)
    assert shop.change("cancel").points_refunded == 90

    shop.hold("orderDate", 5)
    shop.redeem(30, "SO-2")
    shop.buy(line("P1", "20"), id="SO-2")
    assert shop.change("cancel", id="SO-2").points_refunded == 30


def test_an_order_paid_wholly_with_points_refunds_them_when_it_is_cancelled(shop: Shop):
    shop.buy(line("Bike", "300"), id="SO-0")
    shop.hold("itemShipDate", 5)
    shop.redeem(100, "SO-1")
    shop.buy(line("P1", "0"))

    assert shop.change("cancel").points_refunded == 100


def test_a_refund_of_more_than_there_was_pays_the_arrears_back(shop: Shop):
    shop.publish(refunds={"onReturn": True}, negativePoints={"allowed": True})
    shop.buy(line("Bike", "60"), id="SO-0")
    shop.redeem(100, "SO-1", may_owe=True)
    shop.buy(line("P1", "0"))
    assert shop.account().bucket().available == -40

    assert shop.change("return").points_refunded == 100
    bucket = shop.account().bucket()
    assert (bucket.available, bucket.used, bucket.arrears) == (60, 0, 0)
    shop.check_book()


def test_points_that_died_meanwhile_are_refunded_and_expire_in_the_same_commit(shop: Shop):
    shop.publish(refunds={"onReturn": True, "graceDays": 0}, expiry={"type": "rollingDays", "days": 10})
    shop.buy(line("Bike", "300"), id="SO-0")
    shop.redeem(90, "SO-1")
    shop.wait(days=8)
    shop.buy(line("P1", "20"))
    shop.wait(days=5)
    answer = shop.change("return")

    assert (answer.points_refunded, answer.figures.available) == (90, 0)
    assert shop.account().bucket().expired == 300
    shop.check_book()


def test_grace_days_keep_refunded_points_usable(shop: Shop):
    shop.publish(refunds={"onReturn": True, "graceDays": 7}, expiry={"type": "rollingDays", "days": 10})
    shop.buy(line("Bike", "300"), id="SO-0")
    shop.redeem(90, "SO-1")
    shop.wait(days=8)
    shop.buy(line("P1", "20"))
    shop.wait(days=5)
    answer = shop.change("return")

    assert answer.figures.available == 90
    assert [lot.day for lot in shop.account().bucket().lots] == [shop.now.toordinal() + 7]
    shop.check_book()
