"""A hold that is released: what the entry says of it, how long the points last, and how its row is shown."""

from dataclasses import replace

from chalicelib.ledger import days, moves
from chalicelib.ledger.draft import Draft, Face
from chalicelib.ledger.entry import Refs
from chalicelib.ledger.hold import Hold
from chalicelib.ledger.releasing import of_hold, release_hold
from chalicelib.ledger.rules import Lasting
from tests.support.books import TOLD, Book, at, day, rules

PROMISED = Hold(
    group="order1",
    place=3,
    row=2,
    action=109,
    parts={"1": 40, "2": 5},
    lasting=Lasting("days", 10),
    programme=7,
    kind="P",
    order="o-1",
)


def released(release_at: int | None = None, *, last: bool = True) -> Draft:
    """In Auckland, on 2 February there: the day has begun at 11:00 UTC the day before."""
    member = Book(rules_=rules("Pacific/Auckland"), now="2026-02-01 12:00")
    member.do(lambda draft: moves.hold(draft, 45, TOLD))
    hold = replace(PROMISED, release_at=release_at)
    draft = member.draft()
    release_hold(draft, hold, last=last)
    return draft


def test_an_entry_about_a_hold_names_it_and_is_no_row_of_its_own():
    told = of_hold(PROMISED)

    assert (told.action, told.shown, told.programme) == (109, False, 7)
    assert told.refs == Refs(order="o-1", hold="order1#3")


def test_a_release_gives_the_points_in_their_class_from_the_day_of_the_programmes_zone():
    draft = released()

    (line,) = draft.lines
    bucket = draft.account.bucket()
    assert [(lot.kind, lot.day, lot.left) for lot in bucket.lots] == [("P", day("2026-02-12"), 45)]
    assert (line.entry.kind, line.entry.programme, line.entry.shown) == ("release", 7, False)
    assert bucket.held == 0
    assert draft.faces == {2: Face("Released", day=day("2026-02-12"))}


def test_a_release_counts_from_its_date_and_not_from_when_it_is_booked():
    draft = released(days.to_ms(at("2026-01-31 11:00")))

    assert draft.lines[0].entry.effective == days.to_ms(at("2026-01-31 11:00"))
    assert draft.account.bucket().lots[0].day == day("2026-02-11")
    assert draft.faces[2].day == day("2026-02-11")


def test_a_row_is_released_with_its_last_hold_only():
    draft = released(last=False)

    assert draft.faces == {2: Face(None, day=day("2026-02-12"))}
