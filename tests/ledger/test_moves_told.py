"""What the entry of each move says: its kind, what the caller told, the bucket, the day, and what it counts."""

from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.ledger import days, moves
from chalicelib.ledger.account import LOTS_MAX
from chalicelib.ledger.draft import SETTLED_DAYS_MAX, Draft
from chalicelib.ledger.entry import Counted, Draw, Earned, Entry, LotChange, Posting, Refs, read_note
from chalicelib.ledger.moves import RETURN, Telling
from chalicelib.ledger.rules import Lasting
from tests.support.books import FOR_EVER, TOLD, Book, at, day, rules

TELLING = Telling(129, Refs(order="o-1", source="till"), {"reason": "sorry"}, wished=99, shown=False, programme=7)
TEN_DAYS = Lasting("days", 10)
IN_TEN = day("2026-02-11")
MILES = "miles"


def miles(member: Book, points: int = 100) -> None:
    member.do(lambda draft: moves.award(draft, points, TEN_DAYS, TOLD, bucket=MILES))


MOVES: dict[str, tuple[str, Callable[[Draft], Entry]]] = {
    "award": ("award", lambda d: moves.award(d, 10, TEN_DAYS, TELLING, bucket=MILES)),
    "order": ("order", lambda d: moves.award(d, 10, TEN_DAYS, TELLING, earned=Earned(d.day, 10), bucket=MILES)),
    "hold": ("hold", lambda d: moves.hold(d, 10, TELLING, bucket=MILES)),
    "shrink": ("shrink", lambda d: moves.shrink(d, 10, TELLING, bucket=MILES)),
    "release": ("release", lambda d: moves.release(d, 10, TEN_DAYS, TELLING, effective=d.now, bucket=MILES)),
    "redeem": ("redeem", lambda d: moves.debit(d, 10, TELLING, side="redeemed", bucket=MILES)),
    "reward": ("redeem", lambda d: moves.debit(d, 10, TELLING, side="rewarded", bucket=MILES)),
    "deduct": ("deduct", lambda d: moves.debit(d, 10, TELLING, side="deducted", bucket=MILES)),
    "expire by hand": ("deduct", lambda d: moves.debit(d, 10, TELLING, side="expired", bucket=MILES)),
    "refund": (
        "refund",
        lambda d: moves.refund(d, [Draw(MILES, "S", IN_TEN, 10)], TELLING, side="redeemed", bucket=MILES),
    ),
    "send": ("send", lambda d: moves.send(d, 10, TELLING, bucket=MILES)),
    "receive": ("receive", lambda d: moves.receive(d, [Draw(MILES, "S", IN_TEN, 10)], TELLING, bucket=MILES)),
}


def stocked() -> Book:
    """100 miles, 20 of them held and 20 redeemed, beside points that nobody may touch."""
    member = Book(now="2026-02-01")
    member.award(500)
    miles(member, 120)
    member.do(lambda draft: moves.hold(draft, 20, TOLD, bucket=MILES))
    member.do(lambda draft: moves.debit(draft, 20, TOLD, side="redeemed", bucket=MILES))
    return member


@pytest.mark.parametrize("name", MOVES)
def test_every_move_says_its_kind_and_what_it_was_told_and_moves_in_its_bucket_only(name: str):
    kind, move = MOVES[name]
    member = stocked()
    rows, points = member.account.rows, member.account.bucket()

    entry = member.do(move)[0]

    assert entry.kind == kind
    assert (entry.action, entry.refs, entry.wished, entry.shown) == (129, TELLING.refs, 99, False)
    assert (entry.programme, member.account.rows) == (7, rows)
    assert read_note(member.lines[-1].note) == {"reason": "sorry"}
    assert {posting.bucket for posting in entry.postings} == {MILES}
    assert {posting.amount for posting in entry.postings} == {10}
    assert entry.owed == ()
    assert member.account.bucket() == points
    assert list(entry.balances) == [MILES]


def test_a_return_is_a_reversal_whatever_it_takes_from():
    member = Book()
    member.award(50)

    (entry,) = member.do(lambda d: moves.debit(d, 10, Telling(RETURN), side="redeemed"))

    assert entry.kind == "reverse"


def test_a_promise_and_taking_it_back_count_for_limits_and_tiers():
    counted = (Counted("109m", day("2026-02-01"), 1, 10),)
    back = (Counted("109m", day("2026-02-01"), -1, -10),)
    earned = Earned(day("2026-01-31"), spend=4_200, orders=1)
    member = Book(now="2026-02-01")

    (promised,) = member.do(
        lambda d: moves.hold(d, 10, TOLD, effective=at("2026-01-31 08:00"), earned=earned, counted=counted)
    )
    assert (promised.day, promised.effective) == (day("2026-01-31"), days.to_ms(at("2026-01-31 08:00")))
    assert (promised.earned, promised.counted) == (earned, counted)
    assert member.account.counter("E") == (0, 4_200, 1)
    less = Earned(day("2026-01-31"), spend=-4_200, orders=-1)
    (shrunk,) = member.do(lambda d: moves.shrink(d, 10, TOLD, earned=less, counted=back))

    assert (shrunk.earned, shrunk.counted) == (less, back)
    assert member.account.counter("E") == (0, 0, 0)
    assert member.account.limits["109m"] == (day("2026-02-01"), 0, 0, 0, 0, 0)


def test_what_is_released_counts_and_expires_by_the_programmes_day():
    member = Book(rules_=rules("Pacific/Auckland"), now="2026-02-01 12:00")
    member.do(lambda d: moves.hold(d, 40, TOLD))

    (entry,) = member.do(lambda d: moves.release(d, 40, TEN_DAYS, TOLD, effective=d.now, kind="P"))

    assert entry.earned == Earned(day("2026-02-02"), 40)
    assert entry.lots == (LotChange("points", "P", day("2026-02-12"), 40),)


def test_an_award_counts_and_expires_by_the_programmes_day():
    member = Book(rules_=rules("Pacific/Auckland"), now="2026-02-01 12:00")

    entry = member.award(40, TEN_DAYS, effective=at("2026-01-31 12:00"))

    assert entry.earned == Earned(day("2026-02-01"), 40)
    assert entry.lots == (LotChange("points", "S", day("2026-02-11"), 40),)


@pytest.mark.parametrize("may_owe", [False, True])
def test_a_debit_without_leave_owes_nothing(may_owe: bool):  # noqa: FBT001
    member = Book()

    (entry,) = member.do(lambda d: moves.debit(d, 5, TOLD, side="redeemed", may_owe=may_owe, bucket=MILES))

    assert entry.owed == (((MILES, 5),) if may_owe else ())


def test_a_transfer_into_arrears_of_a_bucket_pays_them_there():
    member = Book(now="2026-02-01")
    member.do(lambda d: moves.debit(d, 7, TOLD, side="redeemed", may_owe=True, bucket=MILES))

    (entry,) = member.do(lambda d: moves.receive(d, [Draw(MILES, "S", IN_TEN, 10)], TOLD, bucket=MILES))

    assert entry.owed == ((MILES, -7),)
    assert entry.lots == (LotChange(MILES, "S", IN_TEN, 3),)


def test_closing_is_an_entry_that_moves_everything_out():
    member = Book(now="2026-02-01")
    member.award(5, TEN_DAYS)
    member.do(lambda d: moves.hold(d, 3, TOLD))
    member.do(lambda d: moves.debit(d, 7, TOLD, side="redeemed", may_owe=True, bucket=MILES))

    (entry,) = member.do(moves.close)

    assert (entry.kind, entry.state, entry.shown) == ("close", "closed", False)
    assert entry.postings == (
        Posting("available", "written_off", "points", 5),
        Posting("held", "promised", "points", 3),
        Posting("issued", "available", MILES, 7),
    )
    assert entry.draws == (Draw("points", "S", IN_TEN, 5),)
    assert entry.owed == ((MILES, -7),)


def test_what_is_good_today_survives_an_expiry_of_very_many_days_at_once():
    member = Book(now="2026-02-01")
    for place in range(SETTLED_DAYS_MAX + 5):
        member.award(1, Lasting("days", place))
    member.award(500, FOR_EVER)

    member.wait("2026-02-25 23:59")

    assert member.lots == [("S", day("2026-02-25"), 1), ("S", 0, 500)]
    assert member.account.bucket().expired == SETTLED_DAYS_MAX + 4
    assert [entry.kind for entry in member.wait("2026-02-26")] == ["expire"]


def test_merging_days_leaves_alone_what_stands_at_a_month_end_already():
    member = Book(now="2026-02-01")
    member.award(7, Lasting("month_end", 1))
    member.award(500, FOR_EVER)
    for place in range(LOTS_MAX):
        member.award(1, Lasting("days", 28 + place))

    merging = member.entries[-1]

    assert merging.kind == "regroup"
    assert all(change.day != 0 for change in merging.lots)
    assert all(change.delta > 0 for change in merging.lots if change.day == day("2026-03-31"))
    assert ("S", day("2026-03-31"), 7 + 31) in member.lots


@pytest.mark.parametrize("field", ["action", "refs", "note", "wished", "shown"])
def test_a_telling_gives_an_entry_every_field_also_where_nothing_was_told(field: str):
    said: dict[str, Any] = Telling().fields()

    assert said[field] == getattr(Telling(), field)
    assert "programme" not in said
