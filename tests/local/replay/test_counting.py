"""The second count finds a sound book sound, and each thing that can be wrong with one."""

import json
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from chalicelib.ledger import moves
from chalicelib.ledger.account import dump
from chalicelib.ledger.entry import Earned
from chalicelib.ledger.moves import Telling
from chalicelib.local.replay import counting
from chalicelib.local.replay.evidence import RawEntry, RawMember
from tests.support.books import A_YEAR, ADA, SITE, Book, day

ZONE = ZoneInfo("UTC")
REWARD = 200


def eventful() -> Book:
    """Joins, buys, spends, gets something back, loses the rest to time."""
    book = Book()
    book.award(137, now="2026-01-05", earned=Earned(day("2026-01-05"), 137, 13_700, 1))
    book.award(100, now="2026-02-01")
    book.spend(60, "2026-02-10")
    book.do(lambda draft: moves.send(draft, 7, Telling(action=8055)), "2026-02-11")
    book.do(lambda draft: moves.hold(draft, 40, Telling(action=109)), "2026-03-01")
    book.do(lambda draft: moves.shrink(draft, 40, Telling(action=109, shown=False)), "2026-03-02")
    book.wait("2027-02-20")
    return book


def member_of(book: Book) -> RawMember:
    account = book.account
    bucket = account.bucket()
    facts = {"available": bucket.available, "held": bucket.held, "used": bucket.used}
    return RawMember(
        ADA,
        account=dump(account),
        version=account.version,
        facts=json.dumps(facts | {"expired": bucket.expired, "lifetime": bucket.lifetime}),
        facts_version=account.version,
        entries=[RawEntry(line.entry.number, line.core, line.note) for line in book.lines],
    )


def counted(member: RawMember) -> counting.Count:
    return counting.count(SITE, member, ZONE, REWARD)


def changed(member: RawMember, place: int, old: str, new: str) -> RawMember:
    """The member with an entry rewritten where it stands."""
    entry = member.entries[place]
    assert old in entry.core
    member.entries[place] = replace(entry, core=entry.core.replace(old, new, 1))
    return member


def test_a_sound_book_has_no_fault_and_the_figures_of_its_moves():
    found = counted(member_of(eventful()))

    assert found.faults == []
    assert {name: found.figures[name] for name in counting.FIGURES} == {
        "available": 0,
        "held": 0,
        "used": 67,
        "expired": 170,
        "lifetime": 237,
    }
    assert (found.spend, found.orders, found.arrears) == (13_700, 1, 0)


def test_flows_belong_to_the_month_in_which_they_were_recorded():
    months = counted(member_of(eventful())).by_month

    assert {date_: dict(each.figures)["lifetime"] for date_, each in months.items() if each.figures["lifetime"]} == {
        day("2026-01-01"): 137,
        day("2026-02-01"): 100,
    }
    assert months[day("2026-01-01")].figures["members"] == 1
    assert months[day("2026-01-01")].tiers == {"T0": 1}
    assert sum(each.figures["expired"] for each in months.values()) == 170


def test_the_first_reward_is_reached_on_the_day_that_lifetime_comes_to_it():
    found = counted(member_of(eventful()))

    assert (found.joined_day, found.reward_day) == (day("2026-01-01"), day("2026-02-01"))


def test_points_are_known_by_the_last_day_on_which_they_are_good():
    found = counted(member_of(eventful()))

    assert found.issued_by_day == {day("2027-01-05"): 137, day("2027-02-01"): 100}


def test_arrears_are_counted():
    book = Book()
    book.award(10)
    book.spend(25, may_owe=True)

    found = counted(member_of(book))

    assert (found.faults, found.arrears, found.figures["available"]) == ([], 15, -15)


def test_a_missing_entry_is_a_gap():
    member = member_of(eventful())
    del member.entries[2]

    assert any("stands where 3 should" in fault for fault in counted(member).faults)


def test_an_entry_that_was_rewritten_breaks_the_chain():
    member = changed(member_of(eventful()), 1, '"d":', '"d": ')

    assert any("entry 3 does not continue the chain" in fault for fault in counted(member).faults)


def test_an_entry_that_was_rewritten_last_does_not_fit_the_account():
    member = member_of(eventful())
    member = changed(member, len(member.entries) - 1, '"d":', '"d": ')

    assert any("the account stands at entry" in fault for fault in counted(member).faults)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('["issued","available","points",137]', '["issued","available","points",138]', "the lots do not add up"),
        (
            '["issued","available","points",137]',
            '["issued","held","points",137]',
            "moves 137 points from issued to held",
        ),
        ('["issued","available","points",137]', '["issued","available","points",-137]', "moves -137 points"),
        ('"b":{"points":[137,', '"b":{"points":[136,', "says [136"),
    ],
)
def test_postings_and_balances_must_agree(old, new, fault):
    found = counted(changed(member_of(eventful()), 1, old, new))

    assert any(fault in each for each in found.faults)


def test_a_lot_cannot_be_drawn_beyond_its_points():
    book = Book()
    book.award(10, now="2026-01-05")
    member = member_of(book)
    draw = f'"w":[["points","S",{day("2027-01-05")},11]]'
    member = changed(member, 1, '"k":"award"', f'"k":"award",{draw}')

    assert any("draws more than a lot holds" in fault for fault in counted(member).faults)


def test_points_cannot_be_spent_after_their_last_day():
    book = Book()
    book.award(10, now="2026-01-05")
    book.spend(10, "2026-01-06")
    member = changed(member_of(book), 2, f'"d":{day("2026-01-06")}', f'"d":{day("2027-01-06")}')

    assert any("spends points that expired on 2027-01-05" in fault for fault in counted(member).faults)


def test_a_note_must_be_the_one_that_was_sealed():
    book = Book()
    book.do(lambda draft: moves.award(draft, 5, A_YEAR, Telling(action=100, note={"reason": "Late parcel"})))
    member = member_of(book)
    assert counted(member).faults == []
    member.entries[1] = replace(member.entries[1], note=(member.entries[1].note or "").replace("Late", "Lost"))

    assert any("the note of entry 2" in fault for fault in counted(member).faults)


def test_an_account_that_says_more_than_its_entries_is_found():
    book, richer = Book(), Book()
    book.award(10, now="2026-01-05")
    richer.award(11, now="2026-01-05")
    member = member_of(book)
    member.account = dump(richer.account)

    assert any("the account says" in fault for fault in counted(member).faults)
    assert any("the lots of the account" in fault for fault in counted(member).faults)


def test_holds_and_facts_must_agree_with_the_account():
    member = member_of(eventful())
    member.holds = ['{"p":{"1":40}}']
    member.facts_version -= 1

    found = counted(member).faults

    assert any("the holds promise 40" in fault for fault in found)
    assert any("the facts are not those of the account" in fault for fault in found)


def test_a_member_without_an_account_is_found():
    member = member_of(eventful())
    member.account = ""

    assert counted(member).faults == ["there is no account"]
