"""What the book costs: calls, capacity units of the table, bytes."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.dynamo.idempotency import Key
from chalicelib.dynamo.meter import Meter, metered, size_of
from chalicelib.ledger import account, moves, service, table
from chalicelib.ledger.account import LOTS_MAX, MONTHS_KEPT, YEARS_KEPT, Account
from chalicelib.ledger.draft import Draft
from chalicelib.ledger.entry import Counted, Earned, Refs
from chalicelib.ledger.moves import Telling
from chalicelib.ledger.rules import Lasting
from tests.support.books import SITE, TOLD, rules
from tests.support.stored import NOW, RULES, award, enrol, post, promise, spend
from tests.support.tables import raw_items

ADA = "0a1b2c3d4e5f6"
"""As long as the numbers that members really get."""
PK = f"M#{SITE}#{ADA}"
LIMITS, ACTIONS = 60, 100
ENTRY = "E#"


def counted(use: Any) -> Meter:
    with metered() as counting:
        use()
    return counting


def bytes_of_account(client: Any) -> int:
    (item,) = raw_items(client, PK, "ACCOUNT")
    return size_of(item)


def ordinary(lots: int = 12) -> None:
    """A member of a year: a dozen lots, a few actions and limits, a tier."""
    start = NOW - timedelta(days=360)
    enrol(ADA, now=start)
    for place in range(lots):
        now = start + timedelta(days=30 * place)
        told = replace(TOLD, action=(100, 101, 109)[place % 3])
        count = (Counted(f"{told.action}d", now.toordinal(), 1, 120),)
        post([ADA], lambda d, t=told, c=count: moves.award(d, 120, Lasting("days", 365), t, counted=c), now)


def everything_full() -> Account:
    """An account at every limit, with figures of ordinary size."""
    draft = Draft(SITE, ADA, Account(), rules("Pacific/Auckland"), "c", NOW - timedelta(days=500))
    moves.enrol(draft, "active")
    for place in range(LOTS_MAX):
        moves.award(draft, 12_345, Lasting("days", 600 + 3 * place), TOLD, kind="SP"[place % 2])
    day = draft.day
    months = {f"M{2025 + place // 12}{place % 12 + 1:02}": (123_456, 1_234_567, 12) for place in range(MONTHS_KEPT)}
    years = {f"{kind}{year}": (1_234_567, 12_345_678, 123) for kind in "YT" for year in range(2025, 2025 + YEARS_KEPT)}
    full = replace(
        draft.account,
        counters={**draft.account.counters, **months, **years},
        limits={f"{1000 + place}d": (day, 12, 1200, day - 31, 34, 3400) for place in range(LIMITS)},
        actions={str(1000 + place): (123_456, 12_345, 123) for place in range(ACTIONS)},
    )
    assert len(full.bucket().lots) == LOTS_MAX
    return full


def store(full: Account) -> None:
    service.commit(lambda: None, lambda _: service.Plan((table.account_write(SITE, ADA, Account(), full),), None))


@pytest.mark.parametrize("lots", [1, 12])
def test_an_award_without_a_key_is_one_read_and_one_write(table, lots):
    ordinary(lots)

    cost = counted(lambda: award(ADA, 10))

    assert cost.operations == ["GetItem", "TransactWriteItems"]
    assert cost.write_units <= 4
    assert cost.read_units == 1


def test_a_redemption_costs_no_more(table):
    ordinary()
    told = Telling(107, Refs(order="o-137", store="s-1", source="web"), {"reason": "checkout", "customId": "c-137"})

    cost = counted(lambda: spend(ADA, 500, telling=told))

    assert cost.operations == ["GetItem", "TransactWriteItems"]
    assert cost.write_units <= 4


def test_an_award_with_a_key_costs_at_most_six(table):
    ordinary()

    cost = counted(lambda: award(ADA, 10, run=service.command(NOW, Key("d" * 64, "r" * 64))))

    assert cost.operations == ["GetItem", "TransactWriteItems"]
    assert cost.write_units <= 6


def test_reading_all_figures_is_one_call(table):
    ordinary()

    cost = counted(lambda: service.read(SITE, ADA, RULES, NOW))

    assert (cost.operations, cost.read_units) == (["GetItem"], 1)


def test_the_first_page_of_the_activity_list_is_one_query(table):
    ordinary()

    cost = counted(lambda: service.activity(SITE, ADA, RULES, NOW, 1))

    assert cost.operations == ["GetItem", "Query"]


def test_expiring_a_member_costs_at_most_four(table):
    ordinary()

    cost = counted(lambda: service.settle(SITE, ADA, RULES, NOW + timedelta(days=10)))

    assert len(raw_items(table, PK, ENTRY)) == 14
    assert cost.operations == ["GetItem", "TransactWriteItems"]
    assert cost.write_units <= 4


def test_settling_when_nothing_is_due_only_reads(table):
    ordinary()

    assert counted(lambda: service.settle(SITE, ADA, RULES, NOW)).operations == ["GetItem"]


def test_releasing_a_hold_reads_twice_and_writes_once(table):
    ordinary()
    promise(ADA, 50, release=NOW + timedelta(days=1))

    cost = counted(lambda: service.settle_hold(SITE, ADA, "order1", 0, RULES, NOW + timedelta(days=1)))

    assert cost.operations == ["GetItem", "Query", "TransactWriteItems"]
    assert cost.write_units <= 8


def test_an_ordinary_account_is_smaller_than_a_kibibyte(table):
    ordinary()

    assert len(service.read(SITE, ADA, RULES, NOW).bucket().lots) == 12
    assert bytes_of_account(table) < 1024


def test_an_account_at_every_limit_is_smaller_than_eight(table):
    store(everything_full())

    assert bytes_of_account(table) < 8 * 1024


def test_an_account_at_every_limit_still_awards_and_spends_in_one_transaction(any_table):
    store(everything_full())
    under = rules("Pacific/Auckland")
    before = service.read(SITE, ADA, under, NOW).bucket().available

    assert counted(lambda: award(ADA, 7, under=under)).operations == ["GetItem", "TransactWriteItems"]
    assert bytes_of_account(any_table) < 8 * 1024
    assert counted(lambda: spend(ADA, before + 7, under=under)).operations == ["GetItem", "TransactWriteItems"]

    assert service.read(SITE, ADA, under, NOW).bucket().available == 0


def test_spending_all_of_128_lots_names_every_one_of_them(table):
    store(everything_full())
    under = rules("Pacific/Auckland")
    before = service.read(SITE, ADA, under, NOW).bucket().available

    entry = spend(ADA, before, under=under)

    assert len(entry.draws) == LOTS_MAX
    assert size_of(raw_items(table, PK, ENTRY)[-1]) < 8 * 1024


def test_an_account_far_beyond_its_day_settles_in_one_transaction(table):
    store(everything_full())

    cost = counted(lambda: service.settle(SITE, ADA, rules("Pacific/Auckland"), NOW + timedelta(days=2_000)))

    assert cost.operations == ["GetItem", "TransactWriteItems"]
    assert service.read(SITE, ADA, RULES, NOW + timedelta(days=2_000)).bucket().available == 0


def test_what_an_account_keeps_does_not_grow_with_years(table):
    def live(first: int, last: int) -> None:
        for month in range(first, last):
            now = NOW + timedelta(days=30 * month)
            earned = Earned(now.toordinal(), 100, 10_000, 1)
            post([ADA], lambda d, e=earned: moves.award(d, 100, Lasting("days", 365), TOLD, earned=e), now)

    enrol(ADA)
    live(0, 30)
    after_years = bytes_of_account(table)
    live(30, 90)

    assert bytes_of_account(table) <= after_years + 10
    kept = account.load(raw_items(table, PK, "ACCOUNT")[0]["body"]["S"], 1)
    assert len(kept.counters) == sum(account.KEPT.values())
