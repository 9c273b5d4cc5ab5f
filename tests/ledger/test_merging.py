"""Two books become one: nothing appears, vanishes or becomes younger, and the survivor's tiers are judged anew."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.ledger import account as accounts
from chalicelib.ledger import book, merging, moves, trail
from chalicelib.ledger.account import Account
from chalicelib.ledger.entry import Counted, core_of, parse
from tests.support.books import A_YEAR, FOR_EVER, TOLD, Book, day

GRACE = "m-grace"


def merge(primary: Book, secondary: Book) -> None:
    """Merge as ``service.post`` does, at the later of the two moments."""
    primary.now = secondary.now = max(primary.now, secondary.now)
    one, other = primary.draft(), secondary.draft()
    merging.merge(one, other, {"reason": "Duplicate records"})
    primary.keep(one)
    secondary.keep(other)


def figures(account: Account) -> list[int]:
    bucket = account.bucket()
    return [
        bucket.available,
        bucket.held,
        bucket.used,
        bucket.redeemed,
        bucket.on_rewards,
        bucket.expired,
        bucket.lifetime,
    ]


def check_folds(*books: Book) -> None:
    """P2 and P8: from their entries as they are stored, to the letter."""
    for each in books:
        folded = book.fold(parse(core_of(entry)) for entry in each.entries)
        assert folded == each.account
        assert accounts.load(accounts.dump(each.account), each.account.version) == each.account
        trail.follow(each.entries)


steps = st.lists(
    st.tuples(st.sampled_from(["award", "spend", "reward", "hold", "take", "owe", "expire"]), st.integers(1, 300)),
    max_size=8,
)


def live(owner: Book, life: list[tuple[str, int]]) -> None:
    """Let a member do these things."""
    for what, points in life:
        match what:
            case "award":
                owner.award(points, A_YEAR if points % 2 else FOR_EVER)
            case "spend" | "reward":
                owner.spend(points, side="redeemed" if what == "spend" else "rewarded")
            case "hold":
                owner.do(lambda draft, n=points: moves.hold(draft, n, TOLD))
            case "take" | "owe":
                owner.spend(points, side="deducted", may_owe=what == "owe")
            case "expire":
                owner.spend(points, side="expired")


@given(steps, steps)
def test_a_merge_adds_every_figure_up_and_leaves_nothing(mine, theirs):
    ada, grace = Book(), Book(GRACE)
    live(ada, mine)
    live(grace, theirs)
    before = [a + b for a, b in zip(figures(ada.account), figures(grace.account), strict=True)]

    merge(ada, grace)

    assert figures(ada.account) == before
    assert figures(grace.account) == [0] * 7
    assert not grace.account.bucket().lots
    assert not grace.account.bucket().arrears
    bucket = ada.account.bucket()
    assert not (bucket.lots and bucket.arrears)
    assert bucket.lifetime == bucket.available + bucket.used + bucket.expired
    check_folds(ada, grace)


def test_lots_keep_their_class_and_expiry():
    ada, grace = Book(), Book(GRACE)
    ada.award(30)
    grace.award(50, kind="P")

    merge(ada, grace)

    assert ada.lots == [("P", day("2027-01-01"), 50), ("S", day("2027-01-01"), 30)] or ada.lots == [
        ("S", day("2027-01-01"), 30),
        ("P", day("2027-01-01"), 50),
    ]


def test_what_both_counted_lifts_the_survivor_to_its_tier():
    ada, grace = Book(), Book(GRACE)
    ada.award(300)
    grace.award(300)
    assert ada.tier == "T0"

    merge(ada, grace)

    assert ada.tier == "T1"
    assert ada.account.counter("E") == (600, 0, 0)


def test_limits_of_one_period_add_up_and_of_two_the_newest_stand():
    ada, grace = Book(), Book(GRACE)
    ada.award(5, counted=(Counted("102:E", 10, 1, 5), Counted("103:D", 20, 1, 5)))
    grace.award(5, counted=(Counted("102:E", 10, 1, 5), Counted("103:D", 19, 2, 9), Counted("104:E", 1, 1, 1)))

    merge(ada, grace)

    assert ada.account.limits["102:E"] == (10, 2, 10, 0, 0, 0)
    assert ada.account.limits["103:D"] == (20, 1, 5, 19, 2, 9)
    assert ada.account.limits["104:E"] == (1, 1, 1, 0, 0, 0)


def test_sums_by_action_add_up_and_year_to_date_does_not_count_the_merge_itself():
    ada, grace = Book(), Book(GRACE)
    ada.award(30)
    grace.award(50)
    grace.spend(20, side="deducted")

    merge(ada, grace)

    assert ada.account.actions["100"][:2] == (80, 20)
    assert ada.account.counter("T2026") == (80, 20, 0)


@pytest.mark.parametrize("first", ["ada", "grace"])
def test_a_debt_is_paid_from_the_lots_of_the_other(first):
    debtor, rich = Book("m-debtor"), Book("m-rich")
    debtor.spend(40, side="deducted", may_owe=True)
    rich.award(100)

    if first == "ada":
        merge(debtor, rich)
    else:
        merge(rich, debtor)

    survivor = debtor if first == "ada" else rich
    assert survivor.account.bucket().available == 60
    assert survivor.account.bucket().arrears == 0
    check_folds(debtor, rich)


def test_the_merged_account_is_closed_and_the_survivor_knows_all_that_it_took_in():
    ada, grace, hedy = Book(), Book(GRACE), Book("m-hedy")

    merge(grace, hedy)
    merge(ada, grace)

    assert (grace.account.state, grace.account.into, grace.account.due) == ("closed", ada.mid, None)
    assert set(ada.account.absorbed) == {GRACE, "m-hedy"}
    check_folds(ada, grace, hedy)
