"""Tiers of further buckets: counted apart, kept and ended by the book, and folded from the entries."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.ledger import account, book, moves
from chalicelib.ledger.account import STANDARD
from chalicelib.ledger.draft import Draft
from chalicelib.ledger.entry import Earned, parse
from chalicelib.ledger.moves import Telling
from chalicelib.ledger.rules import Keep, Lasting
from tests.support.books import Book, day, ladder, rules

COINS = "coins"
TOLD = Telling(action=100)
FOR_EVER = Lasting("never")


def collector(**more):
    return replace(rules(**more), ladders={COINS: ladder((0, 100, 300), keep=Keep("days", 30))})


def credit(points, **more):
    return lambda draft: moves.award(draft, points, FOR_EVER, TOLD, bucket=COINS, **more)


def test_points_of_a_bucket_lead_up_its_own_ladder_and_no_other():
    ada = Book(rules_=collector())

    entry = ada.do(credit(150))[0]

    assert entry.tiers == {COINS: ("", "T1")}
    assert ada.account.standings[COINS].tier == "T1"
    assert ada.account.standing.tier == "T0"
    assert ada.account.counter(account.EVER) == (0, 0, 0)
    assert ada.account.seen_by(COINS).counter(account.EVER) == (150, 0, 0)


def test_an_award_may_count_otherwise_than_its_points():
    ada = Book(rules_=collector())

    ada.do(credit(10, counting=300))

    assert ada.account.bucket(COINS).available == 10
    assert ada.account.standings[COINS].tier == "T2"


def test_what_counts_may_move_nothing_at_all():
    ada = Book(rules_=collector())

    entry = ada.do(credit(0, counting=99))[0]

    assert entry.postings == ()
    assert entry.balances[COINS] == (0, 0, 0, 0, 0)
    assert ada.account.standings[COINS].tier == "T0"


def test_a_tier_of_a_bucket_ends_when_its_time_is_over():
    ada = Book(rules_=collector(), now="2026-01-01")
    ada.do(credit(150))
    ada.do(lambda draft: moves.debit(draft, 0, TOLD, side="deducted", earned=Earned(draft.day, -150, bucket=COINS),
                                     bucket=COINS))  # fmt: skip

    assert [entry.kind for entry in ada.wait("2026-01-31")] == []
    ended = ada.wait("2026-02-01")

    assert [(entry.kind, entry.day) for entry in ended] == [("tier", day("2026-02-01"))]
    assert ended[0].tiers == {COINS: ("T1", "T0")}
    assert ada.account.due is None


def test_a_ladder_that_the_programme_no_longer_has_is_left_as_it_stood():
    ada = Book(rules_=collector(), now="2026-01-01")
    ada.do(credit(150))
    ada.rules = rules()

    assert ada.wait("2027-01-01") == []
    assert ada.account.standings[COINS].tier == "T1"


MOVES = st.one_of(
    st.tuples(st.just("coins"), st.integers(0, 200), st.none() | st.integers(-50, 200)),
    st.tuples(st.just("points"), st.integers(0, 800), st.none()),
    st.tuples(st.just("wait"), st.integers(1, 60), st.none()),
    st.tuples(st.just("spend"), st.integers(1, 200), st.none()),
)


@given(st.lists(MOVES, max_size=25))
def test_whatever_happens_the_account_is_the_fold_of_its_entries_and_is_stored_as_it_is(steps):
    ada = Book(rules_=collector(), now="2026-01-01")
    for what, number, counting in steps:
        if what == "wait":
            ada.now += timedelta(days=number)
            ada.do(lambda _draft: None)
        else:
            ada.do(_move(what, number, counting))

    folded = book.fold(parse(line.core) for line in ada.lines)
    assert folded == ada.account
    assert account.load(account.dump(ada.account), ada.account.version) == ada.account
    assert ada.account.bucket(COINS).available >= 0


def _move(what, number, counting):
    def act(draft: Draft):
        if what == "spend":
            return moves.debit(draft, number, TOLD, side="deducted", bucket=COINS)
        name = COINS if what == "coins" else account.POINTS
        return moves.award(draft, number, Lasting("days", 20), TOLD, kind=STANDARD, bucket=name, counting=counting)

    return act
