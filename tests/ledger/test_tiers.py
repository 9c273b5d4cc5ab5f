"""The ladder, seen through a member's book: what raises a tier, what keeps it, and what lowers it."""

import pytest

from chalicelib.ledger import moves, tiers
from chalicelib.ledger.entry import Earned
from chalicelib.ledger.rules import Keep, Lasting
from tests.support.books import FOR_EVER, TOLD, Book, at, day, ladder, rules

pytestmark = pytest.mark.proves("B201")


def member(now: str = "2026-01-15", **options) -> Book:
    return Book(rules_=rules(tiers=ladder(**options)), now=now)


def until(book: Book) -> int | None:
    return book.account.standing.until


@pytest.mark.parametrize(("points", "tier"), [(499, "T0"), (500, "T1"), (501, "T1"), (1999, "T1"), (2000, "T2")])
def test_a_tier_is_reached_at_once_at_its_threshold(points, tier):
    book = member()

    entry = book.award(points, FOR_EVER)

    assert book.tier == tier
    assert entry.tier == ("T0", tier)


@pytest.mark.proves("B202")
@pytest.mark.parametrize(
    ("metric", "earned", "tier"),
    [
        ("points", Earned(day("2026-01-15"), points=500, spend=1, orders=1), "T1"),
        ("points", Earned(day("2026-01-15"), points=499, spend=9_999, orders=999), "T0"),
        ("spend", Earned(day("2026-01-15"), points=1, spend=500, orders=1), "T1"),
        ("spend", Earned(day("2026-01-15"), points=9_999, spend=499, orders=999), "T0"),
        ("orders", Earned(day("2026-01-15"), points=1, spend=1, orders=500), "T1"),
        ("orders", Earned(day("2026-01-15"), points=9_999, spend=9_999, orders=499), "T0"),
    ],
)
def test_a_ladder_reads_its_own_metric(metric, earned, tier):
    book = member(metric=metric)

    book.award(10, FOR_EVER, earned=earned)

    assert book.tier == tier


def test_a_sequential_ladder_rises_one_step_an_event():
    book = member(sequential=True)

    steps = [book.award(5_000, FOR_EVER).tier, book.award(1, FOR_EVER).tier, book.award(1, FOR_EVER).tier]

    assert steps == [("T0", "T1"), ("T1", "T2"), ("T2", "T2")]


def test_spending_does_not_lower_a_tier():
    book = member()
    book.award(600, FOR_EVER)

    book.spend(600)

    assert book.tier == "T1"


def test_a_return_lowers_a_tier_that_is_not_kept():
    book = member()
    book.award(600, FOR_EVER)

    entry = book.spend(101, side="deducted", earned=Earned(book.draft().day, points=-101))

    assert entry.tier == ("T1", "T0")
    assert book.account.standing.previous == "T1"


@pytest.mark.parametrize(
    ("window", "last_day", "after"),
    [
        ("year", "2026-12-31", "2027-01-01"),
        ("rolling", "2026-12-31", "2027-01-01"),
        ("anniversary", "2027-01-14", "2027-01-15"),
    ],
)
def test_a_tier_ends_with_the_window_that_earned_it(window, last_day, after):
    book = member(window=window)
    book.award(600, FOR_EVER)

    book.wait(f"{last_day} 23:59")
    assert book.tier == "T1"
    (entry,) = book.wait(after)

    assert (entry.kind, entry.day, entry.tier) == ("tier", day(after), ("T1", "T0"))
    assert book.account.standing.since == day(after)


def test_a_lifetime_tier_never_ends():
    book = member()
    book.award(600, FOR_EVER)

    assert book.wait("2046-01-15") == []
    assert (book.tier, until(book)) == ("T1", None)


def test_a_rolling_window_is_this_month_and_the_eleven_before():
    book = member(now="2026-01-31", window="rolling")
    book.award(300, FOR_EVER)

    book.award(200, FOR_EVER, now="2026-12-31 23:59")
    assert book.tier == "T1"
    book.wait("2027-01-01")

    assert book.tier == "T0"
    assert tiers.amount(book.account, book.rules.ladder, day("2027-01-01")) == 200


def test_a_year_counts_what_was_earned_in_it_by_the_programmes_calendar():
    book = Book(rules_=rules("Pacific/Auckland", ladder(window="year")), now="2026-12-31 10:59:59")
    book.award(400, FOR_EVER)

    # 11:00 UTC is midnight in Auckland's summer: a new year has begun.
    book.award(100, FOR_EVER, now="2026-12-31 11:00")

    assert book.tier == "T0"
    assert book.account.counters["Y2026"][0] == 400
    assert book.account.counters["Y2027"][0] == 100


@pytest.mark.parametrize(
    ("keep", "kept_through"),
    [
        (Keep("days", 30), "2026-02-14"),
        (Keep("months", 1), "2026-02-15"),
        (Keep("end_of_year"), "2026-12-31"),
        (Keep("end_of_next_year"), "2027-12-31"),
    ],
)
def test_a_tier_is_kept_through_its_period(keep, kept_through):
    book = member(window="year", keep=keep)

    book.award(600, FOR_EVER)

    assert until(book) == day(kept_through)


def test_months_are_kept_to_the_same_day_also_after_the_31st():
    book = member(now="2026-01-31", window="year", keep=Keep("months", 1))

    book.award(600, FOR_EVER)

    assert until(book) == day("2026-02-28")


def test_a_kept_tier_outlives_a_return():
    book = member(window="year", keep=Keep("end_of_year"))
    book.award(600, FOR_EVER)

    book.spend(300, side="deducted", earned=Earned(book.draft().day, points=-300))
    assert book.tier == "T1"
    book.wait("2027-01-01")

    assert book.tier == "T0"


def test_a_tier_earned_again_is_kept_for_another_period():
    book = member(window="year", keep=Keep("end_of_next_year"))
    book.award(600, FOR_EVER)
    book.award(500, FOR_EVER, now="2027-06-01")

    (entry,) = book.wait("2028-01-01")

    assert (entry.kind, entry.tier) == ("tier", ("T1", "T1"))
    assert until(book) == day("2028-12-31")
    assert book.account.standing.since == day("2026-01-15")


@pytest.mark.parametrize(("again", "tier"), [(499, "T0"), (500, "T1")])
def test_the_end_of_next_year_looks_back_on_the_year_that_ends(again, tier):
    book = member(window="year", keep=Keep("end_of_next_year"))
    book.award(600, FOR_EVER)
    book.award(again, FOR_EVER, now="2027-12-31")

    book.wait("2028-01-01")

    assert book.tier == tier


@pytest.mark.parametrize(
    ("downgrade", "tier", "later"), [("earned", "T0", "T0"), ("one_step", "T1", "T0"), ("never", "T2", "T2")]
)
def test_a_lapsed_tier_falls_as_the_programme_says(downgrade, tier, later):
    book = member(window="year", keep=Keep("end_of_year"), downgrade=downgrade)
    book.award(2_000, FOR_EVER)

    book.wait("2027-01-01")
    first = book.tier
    book.wait("2028-01-01")

    assert (first, book.tier) == (tier, later)


@pytest.mark.parametrize("keep", [None, Keep("end_of_year")])
def test_one_step_is_one_step_a_period_whatever_happens_in_it(keep):
    book = member(window="year", keep=keep, downgrade="one_step")
    book.award(2_000, FOR_EVER)

    book.award(1, FOR_EVER, now="2027-01-01")
    book.award(1, FOR_EVER)
    book.award(1, FOR_EVER, now="2027-12-31")
    assert book.tier == "T1"
    book.wait("2028-01-01")

    assert book.tier == "T0"


def test_a_tier_that_never_falls_is_not_looked_at_again():
    book = member(window="year", downgrade="never")

    book.award(600, FOR_EVER)

    assert until(book) is None
    assert book.wait("2031-01-01") == []


def test_a_sequential_ladder_also_rises_when_a_period_ends():
    book = member(now="2026-06-01", window="lifetime", sequential=True, keep=Keep("days", 10))
    book.award(5_000, FOR_EVER)

    (entry,) = book.wait("2026-06-12")

    assert entry.tier == ("T1", "T2")


def test_a_tier_that_the_programme_no_longer_has_is_placed_anew():
    book = member()
    book.award(600, FOR_EVER)
    book.rules = rules(tiers=ladder((0, 300)), version=2)
    book.account = moves_to(book, "gone")

    entry = book.award(1, FOR_EVER)

    assert entry.tier == ("gone", "T1")


def moves_to(book: Book, tier: str):
    draft = book.draft()
    draft.add("tier", standing=(tier, draft.day, None, book.tier))
    return draft.account


def test_a_ladder_that_begins_to_look_again_gives_tiers_an_end():
    book = member(window="year", downgrade="never")
    book.award(600, FOR_EVER)
    book.rules = rules(tiers=ladder(window="year"), version=2)

    book.award(1, FOR_EVER)

    assert until(book) == day("2026-12-31")


@pytest.mark.parametrize("window", ["lifetime", "year", "rolling", "anniversary"])
def test_nobody_looks_again_at_the_lowest_tier(window):
    assert until(member(window=window)) is None


def test_years_of_absence_fit_into_one_transaction():
    book = member(window="lifetime", keep=Keep("days", 1))
    book.award(600, FOR_EVER)

    entries = book.wait("2031-01-15")

    assert len(entries) == 1
    assert until(book) >= day("2031-01-15")


def test_looking_often_gives_the_tier_that_looking_once_gives():
    lapsing = {"window": "rolling", "thresholds": (0, 100, 200, 300)}
    often, once = member(**lapsing), member(**lapsing)
    for month, points in ((1, 100), (2, 100), (3, 100)):
        for book in (often, once):
            book.award(points, FOR_EVER, now=f"2026-0{month}-20")
    for month in range(4, 13):
        often.wait(f"2026-{month:02}-10")
    for month in range(1, 5):
        often.wait(f"2027-{month:02}-10")
    once.wait("2027-04-10")

    assert often.account.standing == once.account.standing
    fallen = [entry.tier for entry in once.entries if entry.kind == "tier" and entry.tier[0] != entry.tier[1]]
    assert fallen == [("T3", "T2"), ("T2", "T1"), ("T1", "T0")]


def test_checking_a_tier_without_an_end_is_our_mistake():
    book = member()

    with pytest.raises(ValueError, match="not looked at"):
        tiers.check(book.account, book.rules.ladder)


def test_a_back_dated_order_counts_in_the_year_of_its_date():
    book = member(now="2027-01-10", window="year")
    earned = Earned(day("2026-12-20"), points=700, spend=70_000, orders=1)

    book.do(lambda draft: moves.award(draft, 700, FOR_EVER, TOLD, earned=earned))

    assert book.tier == "T0"
    assert book.account.counters["Y2026"] == (700, 70_000, 1)


def test_points_that_were_born_dead_do_not_judge_the_tier_by_a_day_long_gone():
    book = member(now="2026-01-30", window="year")
    book.award(600, FOR_EVER)

    book.award(1, Lasting("days", 0), effective=at("2025-12-21"))

    assert book.account.bucket().expired == 1
    assert book.tier == "T1"
