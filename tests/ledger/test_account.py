import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.ledger import account
from chalicelib.ledger.account import Account, Bucket, Lot, Standing
from tests.support.books import day

WHOLE = st.integers(0, 10**15)
LOTS = st.lists(st.builds(Lot, st.sampled_from("SP"), WHOLE, WHOLE), max_size=5).map(tuple)
TRIPLES = st.tuples(WHOLE, WHOLE, WHOLE)
ACCOUNTS = st.builds(
    Account,
    version=WHOLE,
    head=st.text("abc", max_size=5),
    rows=WHOLE,
    state=st.sampled_from(["", "active", "closed"]),
    joined=WHOLE,
    buckets=st.dictionaries(
        st.sampled_from(["points", "miles"]),
        st.builds(Bucket, LOTS, WHOLE, WHOLE, WHOLE, WHOLE, WHOLE, WHOLE, WHOLE),
    ),
    counters=st.dictionaries(st.sampled_from(["E", "Y2026", "M202601"]), TRIPLES),
    limits=st.dictionaries(st.sampled_from(["101", "102"]), st.tuples(WHOLE, WHOLE, WHOLE, WHOLE, WHOLE, WHOLE)),
    actions=st.dictionaries(st.sampled_from(["101", "102"]), TRIPLES),
    standing=st.builds(Standing, st.text("T01"), WHOLE, st.none() | WHOLE, st.text("T01")),
    due=st.none() | WHOLE,
    at=WHOLE,
)


@given(ACCOUNTS)
def test_an_account_is_read_as_it_was_written(held):
    assert account.load(account.dump(held), held.version) == held


@pytest.mark.proves("B049", "B051")
@pytest.mark.parametrize(
    ("lots", "arrears", "available"),
    [((), 0, 0), ((Lot("S", 0, 5), Lot("P", 9, 7)), 0, 12), ((), 50, -50), ((Lot("S", 0, 5),), 7, -2)],
)
def test_available_is_what_lots_hold_less_what_is_owed(lots, arrears, available):
    assert Bucket(lots=lots, held=99, arrears=arrears).available == available


def test_lots_are_used_from_the_earliest_expiry_and_never_expiring_ones_last():
    lots = [Lot("S", account.NEVER, 1), Lot("P", 800, 2), Lot("S", 700, 3)]

    assert sorted(lots, key=Lot.order) == [Lot("S", 700, 3), Lot("P", 800, 2), Lot("S", account.NEVER, 1)]


def test_counters_are_named_by_the_period_that_contains_the_day():
    joined, of = day("2024-02-29"), day("2026-02-28")

    assert account.year_key(of) == "Y2026"
    assert account.turnover_key(of) == "T2026"
    assert account.month_key(of) == "M202602"
    assert account.membership_year_key(joined, of) == f"A{of}"
    assert account.membership_year_key(joined, of - 1) == f"A{day('2025-02-28')}"


def test_a_limit_without_an_earlier_period_takes_less_room():
    held = Account(limits={"101": (740_000, 1, 100, 0, 0, 0)})
    longer = replace(held, limits={"101": (740_000, 1, 100, 739_000, 2, 200)})

    assert '"101":[740000,1,100]' in account.dump(held)
    assert account.load(account.dump(longer), 0).limits == longer.limits


@pytest.mark.parametrize(
    ("limit", "stored"),
    [
        ((7, 1, 20, 0, 0, 0), [7, 1, 20]),
        ((7, 1, 20, 3, 0, 0), [7, 1, 20, 3, 0, 0]),
        ((7, 1, 20, 3, 2, 0), [7, 1, 20, 3, 2, 0]),
        ((7, 1, 20, 3, 0, 5), [7, 1, 20, 3, 0, 5]),
        ((0, 0, 0, 0, 0, 0), [0, 0, 0]),
    ],
)
def test_a_limit_is_stored_without_a_period_before_that_never_was(limit, stored):
    text = account.dump(Account(limits={"129m": limit}))

    assert json.loads(text)["l"] == {"129m": stored}
    assert account.load(text, 0).limits == {"129m": limit}


@pytest.mark.parametrize("numbers", [[10], [10, 5, 11], [10, 5, 11, 6, 12, 7]])
def test_lots_whose_classes_and_numbers_do_not_match_are_not_read(numbers):
    body = json.loads(account.dump(Account(buckets={"points": Bucket((Lot("S", 10, 5), Lot("P", 11, 6)))})))
    body["b"]["points"][1] = numbers

    with pytest.raises(ValueError, match=r"zip\(\) argument"):
        account.load(json.dumps(body), 1)
