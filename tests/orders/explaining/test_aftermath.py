"""What became of a lot, followed through the book."""

from typing import Any

from chalicelib.ledger.account import POINTS, STANDARD
from chalicelib.ledger.entry import Draw, Entry, LotChange
from chalicelib.orders.explaining import aftermath


def entry(number: int, kind: Any, **more: Any) -> Entry:
    return Entry(number, kind, at=number, effective=number, day=number, command="c", programme=1, **more)


def moved(kind: str, day: int, into: int, points: int = 5) -> tuple[LotChange, LotChange]:
    return LotChange(POINTS, kind, day, -points), LotChange(POINTS, kind, into, points)


BOOK = [
    entry(1, "order"),
    entry(2, "regroup", lots=(*moved("P", 100, 130), *moved(STANDARD, 99, 130), *moved(STANDARD, 100, 131))),
    entry(3, "award"),
    entry(4, "regroup", lots=moved(STANDARD, 131, 365)),
    entry(
        5, "expire", draws=(Draw(POINTS, STANDARD, 365, 7), Draw(POINTS, "P", 365, 2), Draw("stars", STANDARD, 365, 3))
    ),
]


def test_a_lot_is_followed_through_every_merging_of_days():
    assert aftermath._followed(BOOK, 1, STANDARD, 100) == 365
    assert aftermath._followed(BOOK, 1, "P", 100) == 130
    assert aftermath._followed(BOOK, 1, STANDARD, 98) == 98


def test_what_was_merged_before_the_points_were_given_is_another_lot():
    assert aftermath._followed(BOOK, 3, STANDARD, 100) == 100
    assert aftermath._followed(BOOK, 3, STANDARD, 131) == 365


def test_expired_points_are_those_of_the_lot_alone():
    assert aftermath._expired(BOOK, 1, STANDARD, 365) == 7
    assert aftermath._expired(BOOK, 1, "P", 365) == 2
    assert aftermath._expired(BOOK, 1, STANDARD, 364) == 0
    assert aftermath._expired(BOOK, 5, STANDARD, 365) == 0
