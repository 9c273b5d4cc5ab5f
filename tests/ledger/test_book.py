"""Apply refuses whatever does not fit, and knows no rule."""

from dataclasses import replace

import pytest

from chalicelib.ledger import book, moves
from chalicelib.ledger.account import Account
from chalicelib.ledger.book import BrokenBook
from chalicelib.ledger.entry import Counted, Draw, Earned, Entry, LotChange, Posting
from tests.support.books import A_YEAR, FOR_EVER, TOLD, Book, day, ladder, rules


@pytest.fixture
def ada() -> Book:
    """100 points for a year, 40 of them spent, and 25 promised."""
    member = Book(now="2026-02-01")
    member.award(100)
    member.spend(40)
    member.do(lambda draft: moves.hold(draft, 25, TOLD))
    return member


def next_entry(member: Book, decide=lambda draft: moves.debit(draft, 10, TOLD, side="redeemed")) -> Entry:
    draft = member.draft()
    return decide(draft)


def refused(member: Book, entry: Entry) -> str:
    with pytest.raises(BrokenBook) as caught:
        book.apply(member.account, entry)
    return str(caught.value)


def test_the_next_entry_fits(ada):
    entry = next_entry(ada)

    after = book.apply(ada.account, entry)

    assert after.version == entry.number == ada.account.version + 1
    assert after.bucket().available == 50


@pytest.mark.parametrize("shift", [-1, 1, 7])
def test_a_number_out_of_turn_is_refused(ada, shift):
    entry = next_entry(ada)

    assert "follows" in refused(ada, replace(entry, number=entry.number + shift))


def test_an_entry_that_follows_another_is_refused(ada):
    assert "does not follow" in refused(ada, replace(next_entry(ada), previous="elsewhere"))


@pytest.mark.parametrize("place", range(5))
def test_balances_that_are_not_what_moved_are_refused(ada, place):
    entry = next_entry(ada)
    figures = list(entry.balances["points"])
    figures[place] += 1

    assert "balances" in refused(ada, replace(entry, balances={"points": tuple(figures)}))


@pytest.mark.parametrize("tier", [("T1", "T0"), ("T0", "T1")])
def test_a_tier_that_the_member_does_not_stand_in_is_refused(ada, tier):
    assert "tier" in refused(ada, replace(next_entry(ada), tier=tier))


@pytest.mark.parametrize("shift", [-1, 1])
def test_a_row_number_out_of_turn_is_refused(ada, shift):
    entry = next_entry(ada)

    assert "row" in refused(ada, replace(entry, rows=entry.rows + shift))


@pytest.mark.parametrize("amount", [0, -10])
def test_a_posting_of_nothing_or_less_is_refused(ada, amount):
    posting = Posting("available", "redeemed", "points", amount)

    assert "posting of" in refused(ada, replace(next_entry(ada), postings=(posting,)))


@pytest.mark.parametrize(
    ("source", "target"),
    [("issued", "held"), ("available", "available"), ("expired", "available"), ("promised", "available"), ("x", "y")],
)
def test_a_posting_between_sides_that_do_not_meet_is_refused(ada, source, target):
    posting = Posting(source, target, "points", 10)

    assert "nothing moves" in refused(ada, replace(next_entry(ada), postings=(posting,)))


def test_a_draw_beyond_a_lot_is_refused(ada):
    lot = ada.account.bucket().lots[0]
    posting = Posting("available", "redeemed", "points", 61)
    draw = Draw("points", lot.kind, lot.day, 61)

    assert "beyond its points" in refused(ada, replace(next_entry(ada), postings=(posting,), draws=(draw,)))


def test_a_draw_from_a_lot_that_is_not_there_is_refused(ada):
    draw = Draw("points", "P", day("2030-01-01"), 10)

    assert "beyond its points" in refused(ada, replace(next_entry(ada), draws=(draw,)))


@pytest.mark.parametrize("drawn", [9, 11])
def test_draws_that_do_not_add_up_to_the_postings_are_refused(ada, drawn):
    lot = ada.account.bucket().lots[0]
    draw = Draw("points", lot.kind, lot.day, drawn)

    assert "do not add up" in refused(ada, replace(next_entry(ada), draws=(draw,)))


def test_points_put_into_a_lot_without_a_posting_are_refused(ada):
    change = LotChange("points", "S", day("2030-01-01"), 10)

    assert "do not add up" in refused(ada, replace(next_entry(ada), lots=(change,)))


def test_arrears_below_nothing_are_refused(ada):
    entry = next_entry(ada, lambda draft: moves.award(draft, 10, A_YEAR, TOLD))
    forged = replace(entry, lots=(), owed=(("points", -10),))

    assert "less than nothing" in refused(ada, forged)


def test_taking_back_more_than_was_promised_is_refused(ada):
    entry = next_entry(ada, lambda draft: moves.shrink(draft, 25, TOLD))
    forged = replace(entry, postings=(Posting("held", "promised", "points", 26),))

    assert "less than nothing" in refused(ada, forged)


def test_the_moves_themselves_cannot_promise_less_than_nothing(ada):
    with pytest.raises(BrokenBook, match="less than nothing"):
        ada.do(lambda draft: moves.shrink(draft, 26, TOLD))


def test_an_entry_for_another_bucket_touches_no_points(ada):
    before = ada.account.bucket()

    entry = ada.do(lambda draft: moves.award(draft, 9, FOR_EVER, TOLD, bucket="miles"))[0]

    assert ada.account.bucket() == before
    assert ada.account.bucket("miles").available == 9
    assert set(entry.balances) == {"miles", "points"}


def test_a_book_folds_to_its_account_whatever_the_rules_are_now(ada):
    ada.rules = rules("Pacific/Auckland", ladder((0, 10)), may_owe=True, version=2)
    ada.spend(500, may_owe=True)
    ada.wait("2027-06-01")

    assert book.fold(ada.entries) == ada.account


def test_a_fold_of_nothing_is_an_empty_account():
    assert book.fold([]) == Account()


def test_a_changed_entry_breaks_the_chain(ada):
    entries = ada.entries
    entries[1] = replace(entries[1], action=101)

    with pytest.raises(BrokenBook, match="does not follow"):
        book.fold(entries)


def test_a_missing_entry_breaks_the_chain(ada):
    entries = ada.entries
    del entries[1]

    with pytest.raises(BrokenBook, match="follows"):
        book.fold(entries)


@pytest.mark.parametrize(
    ("counted", "limit"),
    [
        ([(30, 1, 10)], (30, 1, 10, 0, 0, 0)),
        ([(30, 1, 10), (30, 1, 5)], (30, 2, 15, 0, 0, 0)),
        ([(30, 2, 15), (60, 1, 7)], (60, 1, 7, 30, 2, 15)),
        ([(30, 2, 15), (60, 1, 7), (30, 1, 5)], (60, 1, 7, 30, 3, 20)),
        ([(30, 2, 15), (60, 1, 7), (30, -1, -5)], (60, 1, 7, 30, 1, 10)),
        ([(30, 2, 15), (60, 1, 7), (90, 1, 1)], (90, 1, 1, 60, 1, 7)),
        ([(30, 2, 15), (60, 1, 7), (90, 1, 1), (30, -1, -5)], (90, 1, 1, 60, 1, 7)),
    ],
)
def test_limits_count_in_this_period_and_the_one_before(counted, limit):
    member = Book()
    for period, times, points in counted:
        member.award(1, FOR_EVER, counted=(Counted("101", period, times, points),))

    assert member.account.limits == {"101": limit}


def test_an_account_keeps_the_newest_counters_only():
    member = Book(now="2023-01-31")
    for month in range(30):
        year, number = divmod(month, 12)
        member.award(1, FOR_EVER, now=f"{2023 + year}-{number + 1:02}-28")

    kinds = [key[0] for key in member.account.counters]
    assert {kind: kinds.count(kind) for kind in kinds} == {"Y": 2, "T": 2, "A": 2, "M": 13, "E": 1}
    assert min(key for key in member.account.counters if key[0] == "M") == "M202406"
    assert member.account.counter("E")[0] == 30


@pytest.mark.parametrize(
    ("earned", "key", "points"),
    [("2026-02-01", "Y2026", 150), ("2025-12-31", "Y2025", 50), ("2025-12-31", "M202512", 50)],
)
def test_qualifying_goes_to_the_period_of_its_day(ada, earned, key, points):
    ada.award(50, FOR_EVER, earned=Earned(day(earned), points=50))

    assert ada.account.counter(key)[0] == points


def test_actions_are_summed_by_their_id(ada):
    credit, debit, rows = ada.account.actions["100"]

    assert (credit, debit, rows) == (100, 40, 3)


def test_an_entry_that_is_not_shown_has_no_row(ada):
    before = ada.account.rows

    ada.do(lambda draft: moves.debit(draft, 1, replace(TOLD, shown=False), side="redeemed"))

    assert ada.account.rows == before
