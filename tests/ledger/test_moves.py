"""Each move on both sides of its edges."""

from dataclasses import replace

import pytest

from chalicelib.ledger import book, moves
from chalicelib.ledger.account import NEVER
from chalicelib.ledger.entry import Draw, Earned, LotChange
from chalicelib.ledger.moves import RETURN
from chalicelib.ledger.rules import Lasting
from tests.support.books import A_YEAR, FOR_EVER, TOLD, Book, at, day, rules

TEN_DAYS = Lasting("days", 10)


def drawn(entry) -> list[tuple[str, int, int]]:
    return [(draw.kind, draw.day, draw.amount) for draw in entry.draws]


@pytest.fixture
def ada() -> Book:
    """Three lots: 10 that expire in ten days, 20 in a year, and 30 that never do."""
    member = Book(now="2026-02-01")
    member.award(30, FOR_EVER)
    member.award(20, A_YEAR)
    member.award(10, TEN_DAYS)
    return member


SOON, LATER = day("2026-02-11"), day("2027-02-01")


@pytest.mark.parametrize(
    ("points", "draws"),
    [
        (1, [("S", SOON, 1)]),
        (9, [("S", SOON, 9)]),
        (10, [("S", SOON, 10)]),
        (11, [("S", SOON, 10), ("S", LATER, 1)]),
        (30, [("S", SOON, 10), ("S", LATER, 20)]),
        (31, [("S", SOON, 10), ("S", LATER, 20), ("S", NEVER, 1)]),
        (60, [("S", SOON, 10), ("S", LATER, 20), ("S", NEVER, 30)]),
    ],
)
def test_a_debit_takes_what_expires_first(ada, points, draws):
    assert drawn(ada.spend(points)) == draws


@pytest.mark.parametrize(("wished", "taken"), [(59, 59), (60, 60), (61, 60), (10**12, 60)])
def test_a_debit_takes_at_most_what_is_there(ada, wished, taken):
    entry = ada.do(lambda d: moves.debit(d, wished, replace(TOLD, wished=wished), side="deducted"))[0]

    assert (entry.moved("available"), entry.wished) == (taken, wished)
    assert ada.account.bucket().available == 60 - taken
    assert ada.account.bucket().arrears == 0


def test_a_debit_of_nobody_with_nothing_moves_nothing():
    poor = Book()

    entry = poor.spend(5)

    assert (entry.postings, entry.draws) == ((), ())


@pytest.mark.proves("B051")
@pytest.mark.parametrize(("points", "owed"), [(59, 0), (60, 0), (61, 1), (110, 50)])
def test_a_debit_goes_into_arrears_where_the_programme_allows(ada, points, owed):
    entry = ada.spend(points, may_owe=True)

    assert ada.account.bucket().available == 60 - points
    assert ada.account.bucket().arrears == owed
    assert entry.owed == ((("points", owed),) if owed else ())
    assert ada.account.bucket().used == points


@pytest.mark.parametrize(
    ("points", "left", "available"), [(49, 1, -1), (50, 0, 0), (51, 0, 1)], ids=["less", "all", "more"]
)
def test_a_credit_pays_arrears_first(ada, points, left, available):
    ada.spend(110, may_owe=True)

    entry = ada.award(points)

    bucket = ada.account.bucket()
    assert (bucket.arrears, bucket.available) == (left, available)
    assert sum(lot.left for lot in bucket.lots) == max(0, points - 50)
    assert entry.owed == (("points", -min(points, 50)),)
    assert bucket.lifetime == 60 + points


def test_a_second_debit_deepens_arrears(ada):
    ada.spend(110, may_owe=True)

    ada.spend(7, may_owe=True)

    assert ada.account.bucket().available == -57


def test_without_leave_a_debit_from_arrears_takes_nothing(ada):
    ada.spend(110, may_owe=True)

    entry = ada.spend(7)

    assert entry.postings == ()
    assert ada.account.bucket().available == -50


def test_points_of_the_same_day_and_class_are_one_lot(ada):
    ada.award(5, TEN_DAYS)
    ada.award(4, TEN_DAYS, kind="P")

    assert ada.lots[:2] == [("S", SOON, 15), ("P", SOON, 4)]


def test_of_two_classes_that_expire_together_the_older_goes_first():
    member = Book(now="2026-02-01")
    member.award(5, TEN_DAYS, kind="P")
    member.award(5, TEN_DAYS, kind="S")

    assert drawn(member.spend(6)) == [("P", SOON, 5), ("S", SOON, 1)]


@pytest.mark.parametrize(
    ("points", "draws"),
    [
        (19, [Draw("points", "S", LATER, 19, 3)]),
        (20, [Draw("points", "S", LATER, 20, 3)]),
        (21, [Draw("points", "S", LATER, 20, 3), Draw("points", "S", SOON, 1)]),
        (31, [Draw("points", "S", LATER, 20, 3), Draw("points", "S", SOON, 10), Draw("points", "S", NEVER, 1)]),
    ],
)
def test_a_reversal_takes_from_its_own_award_first(ada, points, draws):
    entry = ada.spend(points, side="deducted", first=("S", LATER, 3))

    assert list(entry.draws) == draws


def test_a_reversal_whose_award_is_spent_takes_what_expires_first(ada):
    entry = ada.spend(5, side="deducted", first=("S", day("2026-06-01"), 3))

    assert list(entry.draws) == [Draw("points", "S", SOON, 5)]


def test_a_return_lowers_what_counts_for_tiers_and_not_lifetime(ada):
    told = replace(TOLD, action=RETURN)

    ada.do(lambda d: moves.debit(d, 12, told, side="deducted", earned=Earned(d.day, points=-12, spend=-1200)))

    assert ada.entries[-1].kind == "reverse"
    assert ada.account.counter("E") == (48, -1200, 0)
    assert ada.account.bucket().lifetime == 60


def test_a_refund_goes_back_to_the_lots_it_came_from(ada):
    before = ada.lots
    entry = ada.spend(35)

    ada.do(lambda d: moves.refund(d, entry.draws, TOLD, side="redeemed"))

    assert ada.lots == before
    assert (ada.account.bucket().used, ada.account.bucket().redeemed) == (0, 0)


@pytest.mark.parametrize("now", ["2026-02-11 23:59:59", "2026-02-12"])
def test_a_refund_into_a_dead_lot_expires_in_the_same_breath(ada, now):
    spent = ada.spend(10)

    added = ada.do(lambda d: moves.refund(d, spent.draws, TOLD, side="redeemed"), now)

    alive = now.startswith("2026-02-11")
    assert [entry.kind for entry in added] == (["refund"] if alive else ["refund", "expire"])
    assert ada.account.bucket().expired == (0 if alive else 10)
    assert ada.account.bucket().available == (60 if alive else 50)


def test_a_refund_pays_arrears_with_what_expires_first(ada):
    entry = ada.spend(25)
    ada.spend(47, side="deducted", may_owe=True)
    assert ada.account.bucket().arrears == 12

    ada.do(lambda d: moves.refund(d, entry.draws, TOLD, side="redeemed"))

    assert ada.lots == [("S", LATER, 13)]
    assert ada.account.bucket().available == 13


@pytest.mark.proves("B109", "B148")
def test_a_transfer_keeps_class_and_expiry():
    giver, receiver = Book("m-ada", now="2026-02-01"), Book("m-bea", now="2026-02-01")
    giver.award(10, TEN_DAYS, kind="P")
    giver.award(20, A_YEAR)

    sent = giver.do(lambda d: moves.send(d, 15, TOLD))[0]
    receiver.do(lambda d: moves.receive(d, sent.draws, TOLD))

    assert receiver.lots == [("P", SOON, 10), ("S", LATER, 5)]
    assert giver.lots == [("S", LATER, 15)]
    assert giver.account.bucket().used == receiver.account.bucket().lifetime == 15
    assert receiver.account.counter("E") == (0, 0, 0)


def test_passing_points_round_never_makes_them_younger():
    ring = [Book(f"m-{place}", now="2026-02-01") for place in range(3)]
    ring[0].award(10, TEN_DAYS)
    for place in range(9):
        giver, receiver = ring[place % 3], ring[(place + 1) % 3]
        for member in (giver, receiver):
            member.now = at(f"2026-02-{place + 2:02}")
        sent = giver.do(lambda d: moves.send(d, 10, TOLD))[0]
        receiver.do(lambda d, sent=sent: moves.receive(d, sent.draws, TOLD))

    assert ring[0].lots == [("S", SOON, 10)]
    assert [entry.kind for entry in ring[0].wait("2026-02-12")] == ["expire"]


def test_a_receiver_in_arrears_pays_them_with_what_expires_first():
    giver, receiver = Book("m-ada", now="2026-02-01"), Book("m-bea", now="2026-02-01")
    giver.award(10, TEN_DAYS)
    giver.award(20, A_YEAR)
    receiver.spend(13, may_owe=True)

    sent = giver.do(lambda d: moves.send(d, 30, TOLD))[0]
    receiver.do(lambda d: moves.receive(d, sent.draws, TOLD))

    assert receiver.lots == [("S", LATER, 17)]
    assert receiver.account.bucket().available == 17


def test_an_award_of_nothing_counts_what_was_spent():
    member = Book()

    entry = member.award(0, earned=Earned(member.draft().day, points=0, spend=4_200, orders=1))

    assert (entry.kind, entry.postings, entry.lots) == ("order", (), ())
    assert member.account.counter("E") == (0, 4_200, 1)


@pytest.mark.parametrize(
    ("placed", "alive"), [("2025-12-31 12:00", False), ("2026-01-22", False), ("2026-01-23", True)]
)
def test_a_back_dated_award_counts_its_expiry_from_its_date(placed, alive):
    member = Book(now="2026-02-02")

    added = member.do(lambda d: moves.award(d, 50, TEN_DAYS, TOLD, effective=at(placed)))

    assert [entry.kind for entry in added] == (["award"] if alive else ["award", "expire"])
    assert added[0].day == at(placed).toordinal()
    assert member.account.bucket().lifetime == 50
    assert member.account.bucket().available == (50 if alive else 0)


def test_a_release_counts_its_expiry_from_its_date():
    member = Book(now="2026-02-01")
    member.do(lambda d: moves.hold(d, 40, TOLD))

    member.do(lambda d: moves.release(d, 40, TEN_DAYS, TOLD, effective=at("2026-02-15")), "2026-02-20")

    assert member.lots == [("S", day("2026-02-25"), 40)]
    assert member.account.bucket().held == 0


def test_a_promise_cannot_be_spent():
    member = Book()
    member.do(lambda d: moves.hold(d, 40, TOLD))

    assert member.spend(1).postings == ()
    assert member.account.bucket().held == 40


def test_taking_back_nothing_is_recorded():
    member = Book()

    (entry,) = member.do(lambda d: moves.shrink(d, 0, TOLD))

    assert (entry.kind, entry.postings, member.account.rows) == ("shrink", (), 1)


def test_what_was_wished_stands_beside_what_was_given():
    member = Book()

    entry = member.do(lambda d: moves.award(d, 30, A_YEAR, replace(TOLD, wished=100)))[0]

    assert (entry.wished, entry.moved("issued")) == (100, 30)


def test_a_state_is_an_entry_of_its_own():
    member = Book()

    (entry,) = member.do(lambda d: moves.set_state(d, "inactive"))

    assert (entry.kind, entry.state, member.account.state) == ("state", "inactive", "inactive")
    assert book.fold(member.entries) == member.account


def test_enrolment_records_the_day_of_the_programmes_calendar():
    member = Book(rules_=rules("Pacific/Auckland"), now="2026-01-01 11:30")

    (entry,) = member.entries

    assert (entry.kind, entry.number, entry.joined) == ("enrol", 1, day("2026-01-02"))
    assert entry.standing == ("T0", day("2026-01-02"), None, "")


def test_closing_takes_every_bucket():
    member = Book()
    member.award(5)
    member.do(lambda d: moves.award(d, 7, FOR_EVER, TOLD, bucket="miles"))
    member.do(lambda d: moves.hold(d, 3, TOLD, bucket="miles"))

    member.do(moves.close)

    assert [(b.available, b.held, b.expired) for b in member.account.buckets.values()] == [(0, 0, 5), (0, 0, 7)]


def test_a_lot_change_of_a_credit_is_what_arrears_left():
    member = Book(now="2026-02-01")
    member.spend(4, may_owe=True)

    assert member.award(10, TEN_DAYS).lots == (LotChange("points", "S", SOON, 6),)
