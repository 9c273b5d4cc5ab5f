"""Each part of the proof fails when what it compares differs."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from chalicelib.ledger import moves
from chalicelib.ledger.account import dump
from chalicelib.ledger.entry import Earned
from chalicelib.ledger.moves import Telling
from chalicelib.local.replay import proof
from chalicelib.local.replay.counting import MonthlyCount
from chalicelib.local.replay.evidence import Evidence, RawEntry, RawMember
from chalicelib.local.replay.history import Purchase, in_order
from chalicelib.local.replay.plan import Plan, load_programme
from chalicelib.local.replay.proof import Months, Proof
from tests.support.books import A_YEAR, SITE, Book, day

JANUARY = day("2024-01-01")
CONSERVED, WHOLE, FOLDED, COUNTED, FILED = range(5)


def plan() -> Plan:
    document, programme = load_programme(None)
    return Plan(SITE, document, programme, 500, redeems=False, ship_days=2, through=date(2024, 1, 31))


def history():
    return in_order([Purchase(1, "Ada", date(2024, 1, 10), Decimal("137.50"))])


def member() -> RawMember:
    book = Book(now="2024-01-10")
    earned = Earned(day("2024-01-10"), 137, 13_750, 1)
    book.do(lambda draft: moves.award(draft, 137, A_YEAR, Telling(action=109), earned=earned))
    facts = '{"available":137,"held":0,"used":0,"expired":0,"lifetime":137}'
    entries = [RawEntry(line.entry.number, line.core, line.note) for line in book.lines]
    return RawMember(book.mid, dump(book.account), 2, facts, 2, entries, ["line-1"])


def evidence(of: RawMember) -> Evidence:
    return Evidence([of], {"ada": of.mid})


def counters() -> Months:
    change = MonthlyCount()
    change.figures.update(members=1, orders=1, spend=13_750, available=137, lifetime=137)
    change.tiers.update({"T0": 1})
    return {JANUARY: change}


def proven(of: RawMember | None = None, **changes) -> Proof:
    given = {"history": history(), "evidence": evidence(of or member()), "counters": counters()} | changes
    return proof.prove(given["history"], plan(), given["evidence"], given["counters"])


def failing(found: Proof) -> list[int]:
    return [place for place, check in enumerate(found.checks) if not check.is_true]


def test_what_adds_up_is_proved_with_its_figures():
    found = proven()

    assert found.holds
    assert failing(found) == []
    assert "1 customers, 1 orders, 137.50 USD" in found.checks[FILED].details


def test_an_account_with_points_of_its_own_is_found_by_all_that_look_at_it():
    richer = Book(now="2024-01-10")
    richer.award(138)
    forged = replace(member(), account=dump(richer.account))

    assert failing(proven(forged)) == [CONSERVED, WHOLE, FOLDED]


def test_a_missing_entry_is_found():
    short = member()
    del short.entries[1]

    assert failing(proven(short)) == [CONSERVED, WHOLE, FOLDED, COUNTED, FILED]


@pytest.mark.parametrize("figure", proof.COUNTED)
def test_a_counter_that_is_off_by_one_is_found(figure):
    wrong = counters()
    wrong[JANUARY].figures[figure] += 1

    found = proven(counters=wrong)

    assert failing(found) == [COUNTED]
    assert f"2024-01: {figure} is" in found.checks[COUNTED].details[0]


def test_a_tier_counter_and_a_month_too_many_are_found():
    wrong = counters()
    wrong[JANUARY].tiers["T1"] = 1
    wrong[day("2024-02-01")] = MonthlyCount()
    wrong[day("2024-02-01")].figures["orders"] = 1

    details = proven(counters=wrong).checks[COUNTED].details

    assert [detail.partition(" is ")[0] for detail in details] == ["2024-01: tier T1", "2024-02: orders"]


@pytest.mark.parametrize(
    "purchases",
    [
        [Purchase(1, "Ada", date(2024, 1, 10), Decimal("137.51"))],
        [Purchase(2, "Ada", date(2024, 1, 10), Decimal("137.50"))],
        [Purchase(1, "Ada", date(2024, 1, 10), Decimal("137.50")), Purchase(2, "Ada", date(2024, 1, 10), Decimal(0))],
        [Purchase(1, "Ben", date(2024, 1, 10), Decimal("137.50"))],
    ],
    ids=["another amount", "another line", "an order more", "another customer"],
)
def test_a_file_that_says_something_else_is_found(purchases):
    assert failing(proven(history=in_order(purchases))) == [FILED]


def test_a_member_whom_no_customer_knows_is_found():
    stranger = replace(member(), mid="m-stranger")
    both = Evidence([member(), stranger], {"ada": member().mid})

    assert FILED in failing(proven(evidence=both))


def test_only_so_many_examples_are_shown():
    crowd = [replace(member(), mid=f"m{number}", facts_version=1) for number in range(9)]

    details = proven(evidence=Evidence(crowd, {"ada": "m0"})).checks[WHOLE].details

    assert len(details) == proof.EXAMPLES_MAX + 1
    assert details[-1].endswith("more")
