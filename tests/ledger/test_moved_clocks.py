"""A clock that was set back and a programme that moved to another zone do not bend the book."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from chalicelib.ledger import book, days, moves, tiers
from chalicelib.ledger.account import Account, turnover_key, year_key
from chalicelib.ledger.draft import Draft
from chalicelib.ledger.entry import Counted, parse
from chalicelib.ledger.moves import Telling
from chalicelib.ledger.rules import Ladder, Lasting, Level, Rules

LADDER = Ladder("points", "year", False, None, "earned", (Level("1", "Bronze", 0), Level("2", "Silver", 500)))
RULES = Rules(1, ZoneInfo("UTC"), LADDER, may_owe=False)
EVER = Lasting("never")


def drafted(account: Account, year: int, rules: Rules = RULES, **more: int) -> Draft:
    now = datetime(year, 3, 1, 12, tzinfo=UTC) + timedelta(**more)
    draft = Draft("29235480", "m-ada", account, rules, f"c{year}", now)
    draft.settle()
    return draft


def earned(account: Account, year: int, points: int, **more: tuple[Counted, ...]) -> Account:
    draft = drafted(account, year)
    moves.award(draft, points, EVER, Telling(action=100), **more)
    assert book.apply(account, draft.lines[-1].entry) == draft.account
    return draft.account


@pytest.fixture
def ada() -> Account:
    draft = drafted(Account(), 2026)
    moves.enrol(draft, "active")
    return draft.account


def test_the_present_year_counts_after_the_clock_came_back_from_later_ones(ada: Account):
    for year in (2030, 2031):
        ada = earned(ada, year, 10)

    ada = earned(ada, 2027, 600)

    day = datetime(2027, 3, 1, tzinfo=UTC).toordinal()
    assert ada.counter(year_key(day))[0] == 600
    assert ada.counter(turnover_key(day))[0] == 600
    assert ada.standing.tier == "2"


@pytest.mark.parametrize("years", [(2030, 2031, 2027, 2027), (2027, 2026, 2026, 2026)])
def test_a_limit_counts_in_the_period_of_a_clock_that_came_back(ada: Account, years: tuple[int, ...]):
    for year in years:
        period = datetime(year, 1, 1, tzinfo=UTC).toordinal()
        ada = earned(ada, year, 10, counted=(Counted("5y", period, 1, 10),))

    last = datetime(years[-1], 1, 1, tzinfo=UTC).toordinal()
    assert ada.limits["5y"][:3] == (last, years.count(years[-1]), 10 * years.count(years[-1]))


def test_what_a_void_gives_back_of_a_period_long_gone_opens_no_new_one(ada: Account):
    for year in (2027, 2028):
        period = datetime(year, 1, 1, tzinfo=UTC).toordinal()
        ada = earned(ada, year, 10, counted=(Counted("5y", period, 1, 10),))
    before = ada.limits["5y"]
    draft = drafted(ada, 2028)

    gone = Counted("5y", datetime(2026, 1, 1, tzinfo=UTC).toordinal(), -1, -10)
    moves.shrink(draft, 0, Telling(action=109), counted=(gone,))

    assert draft.account.limits["5y"] == before


def test_points_are_dead_in_the_zone_in_force(ada: Account):
    west, east = (replace(RULES, zone=ZoneInfo(name)) for name in ("America/Los_Angeles", "Pacific/Auckland"))
    draft = drafted(ada, 2026, west)
    moves.award(draft, 100, Lasting("days", 10), Telling(action=100))
    last = parse(draft.lines[-1].core).lots[0].day

    moved = Draft("29235480", "m-ada", draft.account, east, "c", days.start_of(last + 1, east.zone))
    moved.settle()

    assert (moved.account.bucket().available, moved.account.bucket().expired) == (0, 100)


def test_on_a_sequential_ladder_only_earning_leads_upwards(ada: Account):
    levels = (*LADDER.levels, Level("3", "Gold", 1000))
    rules = replace(RULES, ladder=replace(LADDER, window="lifetime", sequential=True, levels=levels))
    draft = drafted(ada, 2026, rules)
    moves.award(draft, 5000, EVER, Telling(action=100))
    assert draft.account.standing.tier == "2"

    moves.debit(draft, 1, Telling(action=107), side="redeemed")
    assert draft.account.standing.tier == "2"
    moves.award(draft, 1, EVER, Telling(action=100))

    assert draft.account.standing.tier == "3"
    assert tiers.amount(draft.account, rules.ladder, draft.day) == 5001
