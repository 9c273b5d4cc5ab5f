"""What the end of a tier's period does where programmes changed, and where periods end by turns with other things."""

import pytest

from chalicelib.ledger import book, days, tiers
from chalicelib.ledger.account import Account, Standing
from chalicelib.ledger.entry import Earned
from chalicelib.ledger.rules import Keep, Lasting, Level, Rules
from tests.support.books import FOR_EVER, Book, at, day, ladder, rules

pytestmark = pytest.mark.proves("B201")


def member(now: str = "2026-01-15", zone: str = "UTC", **options) -> Book:
    return Book(rules_=rules(zone, ladder(**options)), now=now)


def changed(version: int = 2, **options) -> Rules:
    return rules(tiers=ladder(**options), version=version)


def test_a_tier_is_not_lowered_once_the_programme_lowers_none():
    kept = member(window="year", keep=Keep("end_of_year"))
    kept.award(600, FOR_EVER)
    kept.rules = changed(window="year", keep=Keep("end_of_year"), downgrade="never")

    (entry,) = kept.wait("2027-01-01")

    assert entry.tier == ("T1", "T1")
    assert kept.account.standing == Standing("T1", day("2026-01-15"), None, "T0")
    assert kept.wait("2031-01-01") == []


def returned(book: Book, points: int) -> None:
    book.spend(points, side="deducted", earned=Earned(book.draft().day, points=-points))


def test_a_return_lowers_nobody_where_the_programme_lowers_none():
    kept = member(downgrade="never")
    kept.award(600, FOR_EVER)

    returned(kept, 101)

    assert kept.account.standing == Standing("T1", day("2026-01-15"), None, "T0")


def test_a_return_ends_the_period_of_a_tier_that_the_programme_stopped_lowering():
    kept = member(window="year")
    kept.award(600, FOR_EVER)
    assert kept.account.standing.until == day("2026-12-31")
    kept.rules = changed(window="year", downgrade="never")

    returned(kept, 101)

    assert kept.account.standing == Standing("T1", day("2026-01-15"), None, "T0")


@pytest.mark.parametrize(("sequential", "tier"), [(True, "T2"), (False, "T3")])
def test_a_period_that_ends_raises_by_one_step_or_to_what_was_earned(sequential, tier):
    ended = member(keep=Keep("end_of_next_year"))
    ended.award(600, FOR_EVER)
    ended.rules = changed(thresholds=(0, 100, 200, 300), sequential=sequential, keep=Keep("end_of_next_year"))

    (entry,) = ended.wait("2028-01-01")

    assert entry.tier == ("T1", tier)
    assert ended.account.standing == Standing(tier, day("2028-01-01"), day("2028-12-31"), "T1")


def test_who_falls_stands_lower_from_the_day_after_the_period():
    fallen = member(window="year", keep=Keep("end_of_next_year"))
    fallen.award(2_000, FOR_EVER)

    fallen.wait("2028-01-01")

    assert fallen.account.standing == Standing("T0", day("2028-01-01"), None, "T2")


def test_a_membership_year_confirms_a_tier_to_its_own_end():
    confirmed = member(now="2024-02-29", window="anniversary")
    confirmed.award(600, FOR_EVER)
    assert confirmed.account.standing.until == day("2025-02-27")
    confirmed.award(700, FOR_EVER, now="2025-02-27 23:59")
    assert confirmed.account.standing.until == day("2025-02-27")

    confirmed.award(700, FOR_EVER, now="2025-03-10")
    assert confirmed.account.standing == Standing("T1", day("2025-03-10"), day("2026-02-27"), "T0")
    confirmed.award(700, FOR_EVER, now="2026-03-10")

    assert confirmed.account.standing.until == day("2027-02-27")


@pytest.mark.parametrize(
    ("years", "last"), [(0, "2025-02-27"), (1, "2026-02-27"), (3, "2028-02-28"), (50, "2075-02-27")]
)
def test_a_membership_year_ends_on_the_day_before_the_next_begins(years, last):
    account = Account(joined=day("2024-02-29"))
    yearly = ladder(window="anniversary")

    today = days.add_months(day("2024-03-10"), 12 * years)

    assert tiers._until(account, yearly, 1, today) == day(last)


def test_a_tier_that_became_the_lowest_is_not_looked_at_again():
    lowest = member(window="year", keep=Keep("end_of_year"))
    lowest.award(600, FOR_EVER)
    without_first = ladder(window="year", keep=Keep("end_of_year"))
    lowest.rules = Rules(2, lowest.rules.zone, _only(without_first, "T1"), may_owe=False)

    (entry,) = lowest.wait("2027-01-01")

    assert entry.tier == ("T1", "T1")
    assert lowest.account.standing.until is None


def _only(whole, level_id: str):
    from_there = [Level(level.id, level.name, 0) for level in whole.levels if level.id == level_id]
    return type(whole)(whole.metric, whole.window, whole.sequential, whole.keep, whole.downgrade, tuple(from_there))


def test_an_expiry_between_two_ends_is_judged_by_its_own_day():
    """At the end of April the rolling window still holds what was earned in June; in December it does not."""
    away = member(now="2026-03-10", window="rolling", thresholds=(0, 100, 200))
    away.award(100, FOR_EVER)
    away.award(100, FOR_EVER, now="2026-06-10")
    away.award(1, Lasting("days", 309), now="2026-06-10")

    added = away.wait("2027-12-01")

    assert [(entry.kind, entry.day, entry.tier) for entry in added] == [
        ("tier", day("2027-03-01"), ("T2", "T1")),
        ("tier", day("2027-04-01"), ("T1", "T1")),
        ("expire", day("2027-04-16"), ("T1", "T1")),
        ("tier", day("2027-06-01"), ("T1", "T0")),
    ]


def test_what_expires_on_the_last_day_of_a_period_is_booked_before_the_period_ends():
    """Periods of a day that only begin anew share an entry, but not across an expiry."""
    daily = member(keep=Keep("days", 1))
    daily.award(600, FOR_EVER)
    daily.award(10, Lasting("days", 5))

    added = daily.wait("2026-01-27")

    assert [(entry.kind, entry.day) for entry in added] == [
        ("tier", day("2026-01-19")),
        ("expire", day("2026-01-21")),
        ("tier", day("2026-01-27")),
    ]
    assert daily.account.standing.until == day("2026-01-28")


@pytest.mark.parametrize(
    ("days_good", "entries"),
    [
        (349, [("expire", "2026-12-31", ("T1", "T1")), ("tier", "2027-01-01", ("T1", "T0"))]),
        (350, [("expire", "2027-01-01", ("T1", "T0"))]),
    ],
)
def test_an_expiry_is_judged_on_the_day_after_the_last(days_good, entries):
    yearly = member(window="year")
    yearly.award(600, Lasting("days", days_good))

    added = yearly.wait("2027-01-05")

    assert [(entry.kind, entry.day, entry.tier) for entry in added] == [
        (kind, day(text), tier) for kind, text, tier in entries
    ]


def test_points_expire_at_midnight_in_the_programmes_zone():
    there = member(zone="Pacific/Auckland")
    there.award(50, Lasting("days", 9))

    (entry,) = there.wait("2026-03-01")

    assert (entry.day, entry.effective) == (day("2026-01-25"), days.to_ms(at("2026-01-24 11:00")))


def test_a_period_ends_at_midnight_in_the_programmes_zone():
    there = member(zone="Pacific/Auckland", window="year")
    there.award(600, FOR_EVER)
    midnight = "2026-12-31 11:00"

    assert there.wait("2026-12-31 10:59:59") == []
    (entry,) = there.wait(midnight)

    assert (entry.day, entry.effective) == (day("2027-01-01"), days.to_ms(at(midnight)))


def test_a_tier_that_fell_due_without_an_end_is_a_broken_book():
    broken = member()

    with pytest.raises(book.BrokenBook, match=r"^a tier fell due that has no end$"):
        broken.draft()._check_tier("points")


def test_a_standing_that_is_not_looked_at_again_says_so():
    with pytest.raises(ValueError, match=r"^this standing is not looked at again$"):
        tiers.check(Account(standing=Standing("T1", 1)), ladder())
