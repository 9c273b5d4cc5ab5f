"""The table of effects of the design, row by row. A reader checks this file against the table, not the code."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.ledger import moves
from chalicelib.ledger.book import EFFECTS
from chalicelib.ledger.draft import EXPIRED
from chalicelib.ledger.entry import Earned
from chalicelib.ledger.rules import Lasting
from tests.support.books import A_YEAR, FOR_EVER, TOLD, Book, at

NAMES = ("available", "held", "used", "expired", "lifetime", "qualifying", "redeemed", "on_rewards")


def figures(book: Book) -> dict[str, int]:
    bucket, counter = book.account.bucket(), book.account.counter("E")
    values = (bucket.available, bucket.held, bucket.used, bucket.expired, bucket.lifetime, counter[0])
    return dict(zip(NAMES, (*values, bucket.redeemed, bucket.on_rewards), strict=True))


def stocked(n: int) -> Book:
    """Somebody with points to give: n available for a year, n held, n redeemed and n spent on rewards."""
    book = Book()
    book.award(3 * n)
    book.spend(n)
    book.spend(n, side="rewarded")
    book.do(lambda draft: moves.hold(draft, n, TOLD))
    return book


def returned(draft, n: int) -> None:
    moves.debit(draft, n, TOLD, side="deducted", earned=Earned(draft.day, -n))


def given_back(draft, n: int, side) -> None:
    lot = draft.account.bucket().lots[0]
    moves.refund(draft, [moves.Draw("points", lot.kind, lot.day, n)], TOLD, side=side)


def received(draft, n: int) -> None:
    moves.receive(draft, [moves.Draw("points", "S", 0, n)], TOLD)


MOVES = {
    "award": (lambda d, n: moves.award(d, n, FOR_EVER, TOLD), {"available": 1, "lifetime": 1, "qualifying": 1}),
    "place a hold": (lambda d, n: moves.hold(d, n, TOLD), {"held": 1}),
    "shrink or void a hold": (lambda d, n: moves.shrink(d, n, TOLD), {"held": -1}),
    "release": (
        lambda d, n: moves.release(d, n, FOR_EVER, TOLD, effective=d.now),
        {"available": 1, "held": -1, "lifetime": 1, "qualifying": 1},
    ),
    "redeem": (
        lambda d, n: moves.debit(d, n, TOLD, side="redeemed"),
        {"available": -1, "used": 1, "redeemed": 1},
    ),
    "redeem for a reward": (
        lambda d, n: moves.debit(d, n, TOLD, side="rewarded"),
        {"available": -1, "used": 1, "redeemed": 1, "on_rewards": 1},
    ),
    "refund of a redemption": (
        lambda d, n: given_back(d, n, "redeemed"),
        {"available": 1, "used": -1, "redeemed": -1},
    ),
    "refund of a reward": (
        lambda d, n: given_back(d, n, "rewarded"),
        {"available": 1, "used": -1, "redeemed": -1, "on_rewards": -1},
    ),
    "return": (returned, {"available": -1, "used": 1, "qualifying": -1}),
    "manual debit": (lambda d, n: moves.debit(d, n, TOLD, side="deducted"), {"available": -1, "used": 1}),
    "action debit 192": (lambda d, n: moves.debit(d, n, TOLD, side="expired"), {"available": -1, "expired": 1}),
    "transfer out": (lambda d, n: moves.send(d, n, TOLD), {"available": -1, "used": 1}),
    "transfer in": (received, {"available": 1, "lifetime": 1}),
}


@pytest.mark.proves("B049", "B050", "B052", "B053", "B056", "B057", "B071", "B079")
@pytest.mark.parametrize("name", MOVES)
@pytest.mark.parametrize("n", [1, 137])
def test_a_move_changes_exactly_what_the_table_says(name, n):
    book = stocked(n)
    move, signs = MOVES[name]
    before = figures(book)

    book.do(lambda draft: move(draft, n))

    after = figures(book)
    assert {key: after[key] - before[key] for key in NAMES} == {key: signs.get(key, 0) * n for key in NAMES}


@pytest.mark.proves("B052")
def test_expiry_moves_what_is_left_from_available_to_expired():
    book = Book(now="2026-03-01")
    book.award(100, Lasting("days", 10))
    book.spend(30)
    before = figures(book)

    (entry,) = book.wait("2026-03-12")

    after = figures(book)
    assert {key: after[key] - before[key] for key in NAMES if after[key] != before[key]} == {
        "available": -70,
        "expired": 70,
    }
    assert (entry.kind, entry.action, entry.shown) == ("expire", EXPIRED, True)


def test_closing_writes_off_what_is_left_and_drops_what_is_promised():
    book = stocked(50)

    book.do(moves.close)

    assert figures(book) == {
        "available": 0,
        "held": 0,
        "used": 100,
        "expired": 50,
        "lifetime": 150,
        "qualifying": 150,
        "redeemed": 100,
        "on_rewards": 50,
    }
    assert (book.account.state, book.account.due) == ("closed", None)


def test_closing_forgives_what_is_owed():
    book = Book()
    book.award(10)
    book.spend(60, may_owe=True)
    assert book.account.bucket().available == -50

    book.do(moves.close)

    bucket = book.account.bucket()
    assert (bucket.available, bucket.arrears) == (0, 0)
    assert bucket.lifetime == bucket.available + bucket.used + bucket.expired


@pytest.mark.parametrize("effect", EFFECTS.items(), ids=lambda item: " to ".join(item[0]))
def test_every_posting_keeps_lifetime_the_sum_of_its_parts(effect):
    (source, target), (available, held, used, redeemed, on_rewards, expired, lifetime) = effect

    assert lifetime == available + used + expired
    assert available == (target == "available") - (source == "available")
    assert held == (target == "held") - (source == "held")
    assert abs(on_rewards) <= abs(redeemed) <= abs(used)


@pytest.mark.proves("B066", "B067")
@given(st.lists(st.tuples(st.sampled_from(sorted(MOVES)), st.integers(1, 60)), max_size=12))
def test_turnover_is_what_came_and_went_this_year(steps):
    book = Book(now="2026-05-05")
    book.award(10_000, A_YEAR)
    book.do(lambda draft: moves.hold(draft, 10_000, TOLD))
    book.spend(2_000)
    book.spend(2_000, side="rewarded")
    for name, n in steps:
        book.do(lambda draft, move=MOVES[name][0], n=n: move(draft, n))

    credit, debit, _ = book.account.counter("T2026")
    assert credit - debit == book.account.bucket().available
    ups = sum(n for name, n in steps if MOVES[name][1].get("available") == 1)
    assert credit == 10_000 + ups
    book.now = at("2027-01-01")
    book.award(5)
    assert book.account.counter("T2027") == (5, 0, 0)
