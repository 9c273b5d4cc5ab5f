"""How an entry is cut to an account that has less than the one it was written for, lot by lot."""

from typing import Any

import pytest

from chalicelib.ledger import book, history
from chalicelib.ledger.account import Account, Bucket, Lot
from chalicelib.ledger.entry import Draw, Entry, LotChange, Posting
from tests.support.books import day

SOON, LATER, MONTH_END = day("2026-02-11"), day("2026-02-20"), day("2026-02-28")


def account(*lots: Lot, **figures: int) -> Account:
    return Account(version=1, buckets={"points": Bucket(lots, **figures), "miles": Bucket((Lot("S", SOON, 9),))})


def entry(kind: Any, **effects: Any) -> Entry:
    return Entry(number=2, kind=kind, at=1, effective=1, day=day("2026-02-01"), command="c", programme=1, **effects)


def used(points: int, bucket: str = "points", target: Any = "redeemed") -> Posting:
    return Posting("available", target, bucket, points)


def lots_after(before: Account, fitted: Entry) -> list[tuple[str, int, int]]:
    return [(lot.kind, lot.day, lot.left) for lot in book.effects(before, fitted).bucket().lots]


def test_an_entry_that_fits_comes_back_as_it_is():
    spent = entry("redeem", postings=(used(5),), draws=(Draw("points", "S", SOON, 5),))

    assert history._fitted(account(Lot("S", SOON, 5)), spent) is spent


def test_an_expiry_takes_what_is_there_of_every_lot_and_nothing_of_other_buckets():
    expired = entry(
        "expire",
        postings=(used(9, "miles", "expired"), used(30, target="expired")),
        draws=(Draw("miles", "S", SOON, 9), Draw("points", "S", SOON, 10), Draw("points", "P", SOON, 20)),
    )
    before = account(Lot("S", SOON, 4), Lot("P", SOON, 17))

    fitted = history._fitted(before, expired)

    assert fitted.draws == (Draw("miles", "S", SOON, 9), Draw("points", "S", SOON, 4), Draw("points", "P", SOON, 17))
    assert fitted.postings == (used(9, "miles", "expired"), used(21, target="expired"))
    assert fitted.owed == ()
    assert lots_after(before, fitted) == []


def test_an_expiry_of_what_is_not_there_moves_nothing():
    expired = entry("expire", postings=(used(10, target="expired"),), draws=(Draw("points", "S", SOON, 10),))

    fitted = history._fitted(account(), expired)

    assert (fitted.postings, fitted.draws, fitted.owed) == ((), (), ())


def test_a_debit_of_more_than_is_there_owes_the_rest():
    spent = entry("redeem", postings=(used(30),), draws=(Draw("points", "S", SOON, 10), Draw("points", "S", LATER, 20)))
    before = account(Lot("S", SOON, 4), Lot("S", LATER, 17))

    fitted = history._fitted(before, spent)

    assert fitted.draws == (Draw("points", "S", SOON, 4), Draw("points", "S", LATER, 17))
    assert (fitted.postings, fitted.owed) == ((used(30),), (("points", 9),))
    assert book.effects(before, fitted).bucket().available == -9


def test_two_draws_on_one_lot_share_what_is_there():
    reversed_ = entry(
        "reverse", postings=(used(16),), draws=(Draw("points", "S", SOON, 6, 3), Draw("points", "S", SOON, 10))
    )

    fitted = history._fitted(account(Lot("S", SOON, 9)), reversed_)

    assert fitted.draws == (Draw("points", "S", SOON, 6, 3), Draw("points", "S", SOON, 3))
    assert fitted.owed == (("points", 7),)


def test_a_debt_that_is_not_there_yet_becomes_points_without_an_expiry():
    paid = entry(
        "award",
        postings=(Posting("issued", "available", "points", 30),),
        lots=(LotChange("points", "P", SOON, 10),),
        owed=(("points", -20),),
    )
    before = account(Lot("S", SOON, 1), arrears=5)

    fitted = history._fitted(before, paid)

    assert fitted.owed == (("points", -5),)
    assert fitted.lots == (LotChange("points", "P", SOON, 10), LotChange("points", "S", 0, 15))
    assert book.effects(before, fitted).bucket().available == 1 - 5 + 30


def test_a_debt_of_another_bucket_is_left_alone():
    closed = entry(
        "close",
        postings=(Posting("issued", "available", "points", 5), Posting("issued", "available", "miles", 7)),
        owed=(("points", -5), ("miles", -7)),
    )
    both = Account(version=1, buckets={"points": Bucket(arrears=2), "miles": Bucket(arrears=7)})

    fitted = history._fitted(both, closed)

    assert fitted.owed == (("points", -2), ("miles", -7))
    assert fitted.lots == (LotChange("points", "S", 0, 3),)


def merged(*changes: LotChange) -> Entry:
    return entry("regroup", lots=changes)


def test_days_are_merged_with_what_is_there():
    whole = merged(
        LotChange("points", "S", SOON, -10),
        LotChange("points", "S", MONTH_END, 10),
        LotChange("points", "S", LATER, -20),
        LotChange("points", "S", MONTH_END, 20),
    )
    before = account(Lot("S", SOON, 4), Lot("S", LATER, 20), Lot("P", LATER, 1))

    fitted = history._fitted(before, whole)

    assert [(change.day, change.delta) for change in fitted.lots] == [
        (SOON, -4),
        (MONTH_END, 4),
        (LATER, -20),
        (MONTH_END, 20),
    ]
    assert lots_after(before, fitted) == [("P", LATER, 1), ("S", MONTH_END, 24)]


def test_a_lot_that_is_merged_and_merged_again_is_followed():
    """A month end may be merged on, to the end of the year, by the same entry."""
    twice = merged(
        LotChange("points", "S", SOON, -10),
        LotChange("points", "S", LATER, 10),
        LotChange("points", "S", LATER, -30),
        LotChange("points", "S", MONTH_END, 30),
    )

    fitted = history._fitted(account(Lot("S", SOON, 4), Lot("S", LATER, 20)), twice)

    assert [change.delta for change in fitted.lots] == [-4, 4, -24, 24]


def test_lots_that_are_not_there_are_not_merged():
    gone = merged(LotChange("points", "S", SOON, -10), LotChange("points", "S", MONTH_END, 10))

    assert history._fitted(account(), gone).lots == ()


def test_points_that_came_and_go_within_one_entry_are_there():
    before = account()
    both = entry(
        "release",
        postings=(Posting("issued", "available", "points", 10), used(4)),
        lots=(LotChange("points", "S", SOON, 10),),
        draws=(Draw("points", "S", SOON, 4),),
    )

    assert history._fitted(before, both) is both


@pytest.mark.parametrize(("held", "left"), [(0, None), (12, 12), (25, 25), (40, 25)])
def test_a_promise_is_taken_back_as_far_as_it_was_made(held: int, left: int | None):
    shrunk = entry(
        "release",
        postings=(
            Posting("held", "promised", "points", 25),
            Posting("issued", "available", "points", 25),
            Posting("held", "promised", "miles", 3),
        ),
        lots=(LotChange("points", "S", SOON, 25),),
    )
    both = Account(version=1, buckets={"points": Bucket(held=held), "miles": Bucket(held=3)})

    fitted = history._fitted(both, shrunk)

    taken = () if left is None else (Posting("held", "promised", "points", left),)
    assert fitted.postings == (*taken, *shrunk.postings[1:])


def test_what_is_cut_from_several_postings_is_cut_in_their_order():
    postings = (used(5), used(7, "miles"), used(10), used(20))

    assert history._less(postings, "points", "available", 8) == (used(7, "miles"), used(7), used(20))
    assert history._less(postings, "points", "available", 0) == postings
    assert history._less(postings, "points", "held", 8) == postings
    assert history._less(postings, "points", "available", 35) == (used(7, "miles"),)
