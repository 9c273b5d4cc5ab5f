"""Time applied to a book, and the limit of lots."""

import pytest

from chalicelib.ledger import book, moves
from chalicelib.ledger.account import LOTS_MAX
from chalicelib.ledger.days import from_ms
from chalicelib.ledger.draft import SETTLED_DAYS_MAX, Draft, Face, due_at
from chalicelib.ledger.entry import Draw
from chalicelib.ledger.rules import Keep, Lasting
from tests.support.books import FOR_EVER, SITE, TOLD, Book, at, day, ladder, rules


def filled(lots: int, step: int = 1) -> Book:
    """Somebody with that many lots of 10 points, one every ``step`` days from 1 March 2026."""
    member = Book(now="2026-02-01")
    for place in range(lots):
        member.award(10, Lasting("days", 28 + place * step))
    return member


@pytest.mark.parametrize(
    ("zone", "due"),
    [
        ("UTC", "2026-03-11"),
        ("America/New_York", "2026-03-11 04:00"),
        ("Pacific/Auckland", "2026-03-10 11:00"),
        ("Asia/Kathmandu", "2026-03-10 18:15"),
    ],
)
def test_points_are_good_to_the_end_of_their_last_day_in_the_programmes_zone(zone, due):
    member = Book(rules_=rules(zone), now="2026-03-01 10:00")

    assert member.award(50, Lasting("days", 9)).lots[0].day == day("2026-03-10")
    assert from_ms(member.account.due) == at(due)
    assert member.wait(due)[0].kind == "expire"


def test_points_are_there_a_millisecond_before_they_expire_and_gone_then():
    member = Book(rules_=rules("America/New_York"), now="2026-03-01 12:00")
    member.award(50, Lasting("days", 9))
    member.now = at("2026-03-11 03:59:59.999")
    assert member.draft().account.bucket().available == 50

    member.now = at("2026-03-11 04:00")

    assert member.draft().account.bucket().available == 0


def test_the_earliest_of_all_things_is_due():
    member = Book(rules_=rules(tiers=ladder(window="year")), now="2026-05-01")
    assert member.account.due is None
    member.award(600, Lasting("never"))
    assert from_ms(member.account.due) == at("2027-01-01")
    member.award(1, Lasting("days", 3))
    assert from_ms(member.account.due) == at("2026-05-05")

    member.spend(1)

    assert from_ms(member.account.due) == at("2027-01-01")


def test_nothing_is_due_on_a_closed_account():
    member = filled(1)
    member.do(moves.close)

    assert due_at(member.account, member.rules) is None
    assert member.wait("2036-01-01") == []


def test_what_fell_due_unseen_is_booked_in_the_order_it_happened():
    member = Book(rules_=rules(tiers=ladder(window="year")), now="2026-05-01")
    member.award(600, Lasting("days", 400))
    member.award(5, Lasting("days", 3))

    added = member.wait("2028-01-01")

    assert [(entry.kind, entry.day) for entry in added] == [
        ("expire", day("2026-05-05")),
        ("tier", day("2027-01-01")),
        ("expire", day("2027-06-06")),
    ]
    assert {entry.at for entry in added} == {added[0].at}
    assert [entry.effective for entry in added] == sorted(entry.effective for entry in added)


def test_each_day_of_expiry_is_an_entry_of_its_own():
    member = filled(3)
    member.award(7, Lasting("days", 28), kind="P")

    added = member.wait("2026-03-03")

    assert [sum(draw.amount for draw in entry.draws) for entry in added] == [17, 10]


@pytest.mark.parametrize("lots", [SETTLED_DAYS_MAX - 1, SETTLED_DAYS_MAX, SETTLED_DAYS_MAX + 1, LOTS_MAX])
def test_very_many_days_of_expiry_share_the_last_entry(lots):
    member = filled(lots)

    added = member.wait("2027-02-01")

    assert len(added) == min(lots, SETTLED_DAYS_MAX)
    assert member.account.bucket().expired == 10 * lots
    assert member.lots == []
    assert book.fold(member.entries) == member.account


def test_lots_and_tiers_that_end_by_turns_still_fit_into_one_transaction():
    keep = Keep("days", 1)
    member = Book(rules_=rules(tiers=ladder((0, 500), keep=keep)), now="2026-02-01")
    member.award(600, FOR_EVER)
    for place in range(LOTS_MAX - 1):
        member.award(10, Lasting("days", 28 + 2 * place))

    added = member.wait("2027-02-01")

    assert len(added) < 50
    assert member.account.bucket().expired == 10 * (LOTS_MAX - 1)
    assert (member.tier, member.account.bucket().available) == ("T1", 600)


def test_settling_twice_adds_nothing():
    member = filled(5)
    member.wait("2026-03-03")

    assert member.wait("2026-03-03") == []


def test_a_reading_settles_without_changing_the_book():
    member = filled(5)
    before = member.account
    member.now = at("2026-03-03")

    draft = member.draft()

    assert draft.account.bucket().available == 30
    assert member.account == before


@pytest.mark.parametrize(("lots", "merged"), [(LOTS_MAX - 1, False), (LOTS_MAX, False), (LOTS_MAX + 1, True)])
def test_beyond_128_lots_days_are_merged_forward_to_month_ends(lots, merged):
    member = filled(lots)

    kinds = [entry.kind for entry in member.entries]
    assert ("regroup" in kinds) == merged
    assert member.account.bucket().available == 10 * lots
    if merged:
        assert [lot[1] for lot in member.lots] == [
            day(text) for text in ("2026-03-31", "2026-04-30", "2026-05-31", "2026-06-30", "2026-07-31")
        ]
    assert book.fold(member.entries) == member.account


def test_merging_is_never_against_the_member():
    member, other = filled(LOTS_MAX + 1), filled(LOTS_MAX)
    for month in range(3, 9):
        for each in (member, other):
            each.wait(f"2026-{month:02}-15")
        extra = 10 if member.account.bucket().available else 0
        assert member.account.bucket().available >= other.account.bucket().available + extra


def test_classes_are_merged_apart():
    member = Book(now="2026-02-01")
    for place in range(70):
        member.award(1, Lasting("days", 28 + place))
        member.award(2, Lasting("days", 28 + place), kind="P")

    assert {(kind, points) for kind, last, points in member.lots if last == day("2026-03-31")} == {("S", 31), ("P", 62)}


def test_when_month_ends_are_too_many_lots_go_to_year_ends():
    member = Book(now="2026-02-01")
    for place in range(LOTS_MAX + 1):
        member.award(1, Lasting("month_end", place))

    assert [entry.kind for entry in member.entries][-1] == "regroup"
    assert len(member.lots) <= 12
    assert member.account.bucket().available == LOTS_MAX + 1


def test_lots_that_never_expire_are_left_alone():
    member = Book(now="2026-02-01")
    member.award(500, FOR_EVER)
    for place in range(LOTS_MAX):
        member.award(1, Lasting("days", 28 + place))

    assert ("S", 0, 500) in member.lots


def test_a_transfer_and_a_refund_keep_the_limit_too():
    member = filled(1)
    spent = member.spend(10)
    for place in range(LOTS_MAX):
        member.award(1, Lasting("days", 60 + place))

    member.do(lambda d: moves.refund(d, spent.draws, TOLD, side="redeemed"))
    assert len(member.lots) <= LOTS_MAX
    full = filled(LOTS_MAX)
    full.do(lambda d: moves.receive(d, [Draw("points", "S", day("2030-01-01"), 5)], TOLD))
    assert len(full.lots) <= LOTS_MAX


def test_what_is_dead_is_not_merged_into_life():
    member = Book(now="2026-03-20")
    for place in range(LOTS_MAX):
        member.award(1, Lasting("days", 28 + place))

    member.do(lambda d: moves.award(d, 50, Lasting("days", 5), TOLD, effective=at("2026-03-01")))

    assert member.account.bucket().expired == 50
    assert member.account.bucket().available == LOTS_MAX


def test_faces_of_one_row_add_up():
    draft = Draft(SITE, "m-ada", Book().account, rules(), "c", at("2026-02-01"))

    draft.show(3, Face(less=5))
    draft.show(3, Face("Released", less=2, day=740_000))
    draft.show(3, Face())

    assert draft.faces == {3: Face("Released", 7, 740_000)}


def test_every_entry_names_the_version_and_the_command_that_decided_it():
    member = Book()
    member.rules = rules(version=7)

    entry = member.award(5)

    assert (entry.programme, entry.command) == (7, "command")
    assert member.entries[0].programme == 1


def test_a_clock_that_was_set_back_does_not_break_the_book():
    member = Book(rules_=rules(tiers=ladder(window="rolling")), now="2026-02-01")
    member.award(600, Lasting("days", 30))
    member.wait("2027-06-01")
    assert (member.tier, member.account.bucket().expired) == ("T0", 600)

    member.award(700, Lasting("days", 30), now="2026-02-10")

    assert (member.tier, member.account.bucket().available) == ("T1", 700)
    assert [entry.kind for entry in member.wait("2026-03-13")] == ["tier", "expire"]
    assert book.fold(member.entries) == member.account
