"""The trail where awards are taken in parts, debts are paid in parts, and refunds give back more than one thing."""

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.ledger import moves, trail
from chalicelib.ledger.book import BrokenBook
from chalicelib.ledger.entry import Draw, Entry, LotChange, Posting, Refs
from chalicelib.ledger.moves import Telling
from chalicelib.ledger.trail import Flow, Return, Unpaid, Unspent
from tests.support.books import A_YEAR, FOR_EVER, Book, day

SOON, LATER = day("2026-02-11"), day("2026-03-31")
LOT = ("points", "S", SOON)


def entry(number: int, kind: Any, **effects: Any) -> Entry:
    return Entry(number=number, kind=kind, at=1, effective=1, day=1, command="c", programme=1, **effects)


def award(number: int, points: int, place: int = SOON, bucket: str = "points", **more: Any) -> Entry:
    return entry(number, "award", lots=(LotChange(bucket, "S", place, points),), **more)


def taken(number: int, *draws: Draw, kind: Any = "redeem", **more: Any) -> Entry:
    return entry(number, kind, draws=draws, **more)


def draw(points: int, target: int | None = None, place: int = SOON, bucket: str = "points") -> Draw:
    return Draw(bucket, "S", place, points, target)


def flows(entries: list[Entry]) -> list[tuple[int, int, int]]:
    return [(flow.award, flow.debit, flow.points) for flow in trail.follow(entries).flows]


def unspent(entries: list[Entry]) -> list[tuple[int, int, int]]:
    return [(each.award, each.place[2], each.points) for each in trail.follow(entries).unspent]


def test_of_an_award_that_is_taken_by_name_the_rest_stays():
    book = [award(1, 30), award(2, 20), taken(3, draw(5, 2))]

    assert flows(book) == [(2, 3, 5)]
    assert unspent(book) == [(1, SOON, 30), (2, SOON, 15)]
    assert flows([*book, taken(4, draw(15, 2)), taken(5, draw(30))]) == [(2, 3, 5), (2, 4, 15), (1, 5, 30)]


def test_an_award_that_was_taken_whole_by_name_is_not_found_again():
    book = [award(1, 30), award(2, 20), taken(3, draw(20, 2)), taken(4, draw(1, 2))]

    assert flows(book) == [(2, 3, 20), (1, 4, 1)]


def test_two_draws_of_one_debit_on_one_award_are_one_flow():
    book = [award(1, 30), taken(2, draw(5, 1), draw(7))]

    assert trail.follow(book).flows == (Flow(1, 2, "points", LOT, 12, 0),)


def test_a_draw_that_names_an_award_does_not_take_what_belongs_to_no_promise():
    """Releases of no order are nobody's; an award that is no promise stands for itself alone."""
    loose = entry(2, "release", lots=(LotChange("points", "S", SOON, 10),))
    book = [award(1, 3), loose, award(3, 5), taken(4, draw(6, 3))]

    assert sorted(flows(book)) == [(1, 4, 1), (3, 4, 5)]


def test_merged_days_keep_the_awards_apart_and_in_order():
    merging = entry(
        3,
        "regroup",
        lots=(
            LotChange("points", "S", SOON, -30),
            LotChange("points", "S", LATER, 30),
            LotChange("points", "S", SOON + 1, -20),
            LotChange("points", "S", LATER, 20),
        ),
    )
    book = [award(1, 30), award(2, 20, SOON + 1), merging]

    assert unspent(book) == [(1, LATER, 30), (2, LATER, 20)]
    assert flows([*book, taken(4, draw(31, place=LATER))]) == [(1, 4, 30), (2, 4, 1)]


def test_a_merge_of_one_point_is_followed_like_any_other():
    merging = entry(2, "regroup", lots=(LotChange("points", "S", SOON, -1), LotChange("points", "S", LATER, 1)))

    assert unspent([award(1, 1), merging]) == [(1, LATER, 1)]


def test_merging_more_than_there_is_names_the_entry():
    with pytest.raises(BrokenBook, match=r"^entry 2: a lot is drawn beyond its points$"):
        trail.follow([award(1, 5), entry(2, "regroup", lots=(LotChange("points", "S", SOON, -6),))])


def test_a_debt_of_one_point_is_a_debt():
    book = [taken(1, owed=(("points", 1),))]

    assert trail.follow(book).unpaid == (Unpaid(1, "points", 1),)
    assert flows([*book, award(2, 4, owed=(("points", -1),))]) == [(2, 1, 1)]


def test_debts_are_paid_oldest_first_each_in_its_bucket():
    owing = [
        taken(1, owed=(("miles", 5),)),
        taken(2, owed=(("points", 10),)),
        taken(3, owed=(("points", 10),)),
    ]
    paying = entry(4, "award", owed=(("points", -14),))

    found = trail.follow([*owing, paying])

    assert found.flows == (Flow(4, 2, "points", None, 10, 0), Flow(4, 3, "points", None, 4, 0))
    assert found.unpaid == (Unpaid(1, "miles", 5), Unpaid(3, "points", 6))


def test_paying_a_debt_that_nobody_has_is_a_broken_book():
    with pytest.raises(BrokenBook, match=r"^more debts are paid than there are$"):
        trail.follow([award(1, 5, owed=(("points", -1),))])


def test_a_refund_gives_back_in_its_bucket_only():
    spent = taken(3, draw(8), draw(6, bucket="miles"))
    back = entry(4, "refund", lots=(LotChange("miles", "S", SOON, 4),), refs=Refs(undoes=3))

    found = trail.follow([award(1, 8), award(2, 6, bucket="miles"), spent, back])

    assert found.returns == (Return(2, 3, 4, "miles", 4),)
    assert [(flow.bucket, flow.points, flow.back) for flow in found.flows] == [("points", 8, 0), ("miles", 6, 4)]


def test_a_reversal_that_names_what_it_undoes_is_a_credit_of_its_own():
    """Only refunds give points back to the awards they came from."""
    book = [award(1, 8), taken(2, draw(8)), award(3, 5, refs=Refs(undoes=2))]

    assert trail.follow(book).returns == ()
    assert unspent(book) == [(3, SOON, 5)]


def test_a_refund_that_names_nothing_is_a_credit_of_its_own():
    book = [award(1, 8), taken(2, draw(8)), entry(3, "refund", lots=(LotChange("points", "S", SOON, 5),))]

    assert unspent(book) == [(3, SOON, 5)]


def test_a_refund_of_what_was_owed_cancels_the_debt_and_gives_nothing_back():
    book = [
        award(1, 8),
        taken(2, draw(8), owed=(("points", 12),)),
        entry(3, "refund", lots=(LotChange("points", "S", SOON, 8),), owed=(("points", -7),), refs=Refs(undoes=2)),
    ]

    found = trail.follow(book)

    assert found.unpaid == (Unpaid(2, "points", 5),)
    assert found.unspent == (Unspent(1, LOT, 8),)


def test_a_refund_of_more_than_was_taken_is_its_own_award_for_the_rest():
    book = [
        award(1, 8),
        taken(2, draw(8)),
        entry(3, "refund", lots=(LotChange("points", "S", SOON, 11),), refs=Refs(undoes=2)),
    ]

    assert unspent(book) == [(1, SOON, 8), (3, SOON, 3)]


def test_points_taken_off_a_row_of_portions_leave_the_rest_of_the_last():
    portions = trail.deque([(1, 5), (2, 7), (3, 9)])

    assert trail._off(portions, 8) == [(1, 5), (2, 3)]
    assert list(portions) == [(2, 4), (3, 9)]
    assert trail._off(portions, 4) == [(2, 4)]
    assert list(portions) == [(3, 9)]


def test_the_trail_of_a_life_with_debts_sums_up():
    book = Book(now="2026-02-01")
    book.spend(10, may_owe=True)
    first = book.award(4, A_YEAR)
    second = book.award(30, FOR_EVER)

    found = trail.follow(book.entries)

    assert [(flow.award, flow.debit, flow.points) for flow in found.flows] == [
        (first.number, 2, 4),
        (second.number, 2, 6),
    ]
    assert found.unspent == (Unspent(second.number, ("points", "S", 0), 24),)


def test_a_transfer_that_was_received_is_an_award():
    book = Book(now="2026-02-01")
    told = replace(Telling(8055), refs=Refs(source="app"))
    book.do(lambda d: moves.receive(d, [draw(10)], told))
    spent = book.spend(4)

    assert [(flow.award, flow.debit, flow.points) for flow in trail.follow(book.entries).flows] == [
        (2, spent.number, 4)
    ]
    assert Posting("transferred", "available", "points", 10) in book.entries[1].postings
