import pytest

from chalicelib.ledger.account import NEVER
from chalicelib.ledger.rules import Lasting
from tests.support.books import day, ladder


@pytest.mark.parametrize(
    ("lasting", "earned", "last"),
    [
        (Lasting("days", 0), "2026-05-17", "2026-05-17"),
        (Lasting("days", 365), "2026-05-17", "2027-05-17"),
        (Lasting("days", 365), "2027-05-17", "2028-05-16"),
        (Lasting("days", 1), "2024-02-28", "2024-02-29"),
        (Lasting("month_end", 0), "2026-05-17", "2026-05-31"),
        (Lasting("month_end", 1), "2026-01-31", "2026-02-28"),
        (Lasting("month_end", 12), "2023-02-10", "2024-02-29"),
        (Lasting("year_end", 0), "2026-12-31", "2026-12-31"),
        (Lasting("year_end", 0), "2027-01-01", "2027-12-31"),
        (Lasting("year_end", 2), "2024-02-29", "2026-12-31"),
    ],
)
def test_points_are_good_through_the_last_day_of_their_policy(lasting, earned, last):
    assert lasting.good_through(day(earned)) == day(last)


def test_points_that_never_expire_have_no_last_day():
    assert Lasting("never").good_through(day("2026-05-17")) == NEVER


@pytest.mark.parametrize(("amount", "rank"), [(-5, 0), (0, 0), (499, 0), (500, 1), (501, 1), (1999, 1), (2000, 2)])
def test_a_tier_is_reached_at_its_threshold(amount, rank):
    assert ladder().rank_at(amount) == rank


def test_a_tier_that_the_programme_no_longer_has_counts_as_the_lowest():
    assert [ladder().rank(name) for name in ("T0", "T2", "gone")] == [0, 2, 0]
