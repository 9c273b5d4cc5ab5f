"""The programme as the book takes it."""

from decimal import Decimal
from zoneinfo import ZoneInfo

from chalicelib.ledger.rules import Keep, Ladder, Level, Rules
from chalicelib.programme.in_force import compiled, rules
from tests.programme.documents import programme


def test_the_default_programme_as_the_book_takes_it():
    levels = (Level("1", "Bronze", 0), Level("2", "Silver", 500), Level("3", "Gold", 2000))
    ladder = Ladder("points", "lifetime", sequential=False, keep=None, downgrade="earned", levels=levels)

    assert rules(programme(), 1) == Rules(version=1, zone=ZoneInfo("UTC"), ladder=ladder, may_owe=False)


def test_thresholds_are_in_the_smallest_unit_of_their_criterion():
    def thresholds(criterion: str) -> list[int]:
        document = programme(tiers={"criterion": criterion}, pointDecimals=1, currency={"decimals": 3})
        return [level.threshold for level in rules(document, 1).ladder.levels]

    assert thresholds("earnedPoints") == [0, 5000, 20000]
    assert thresholds("spend") == [0, 500000, 2000000]
    assert thresholds("orders") == [0, 500, 2000]


def test_windows_keep_periods_and_downgrades_have_the_books_names():
    tiers = {
        "window": "calendarYear",
        "keepUntil": {"type": "endOfNextYear"},
        "downgrade": "oneStep",
        "sequential": True,
    }
    ladder = rules(programme(tiers=tiers), 1).ladder

    assert (ladder.window, ladder.keep, ladder.downgrade) == ("year", Keep("end_of_next_year"), "one_step")
    assert ladder.sequential


def test_a_keep_period_has_its_count():
    ladder = rules(programme(tiers={"keepUntil": {"type": "months", "count": 18}}), 1).ladder

    assert ladder.keep == Keep("months", 18)


def test_negative_points_are_a_switch():
    assert rules(programme(negativePoints={"allowed": True}), 1).may_owe


def test_an_award_is_in_smallest_units():
    version = compiled(programme(pointDecimals=2), 3)

    assert version.award_units(version.action_by_id[101]) == 100_00
    assert version.programme.actions[1].action_points == Decimal(100)
    assert version.zone == ZoneInfo("UTC")
    assert (version.version, version.rules.version) == (3, 3)
