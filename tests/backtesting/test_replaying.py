"""A member's history is replayed by the use cases: as it was it comes to what is recorded, under a draft to its own."""

import random
from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib.backtesting.reading import service as reading
from chalicelib.backtesting.replaying.service import member
from chalicelib.dynamo import meter
from chalicelib.programme import service as programmes
from tests.backtesting import worlds
from tests.backtesting.worlds import BOB, publish, replayed, told, trial, unequal
from tests.orders.shop import ADA, START, Shop, line
from tests.support.tables import everything


def period(shop: Shop) -> datetime:
    """The beginning of the version in force."""
    return datetime.fromtimestamp(programmes.versions(shop.site)[-1][1] / 1000, START.tzinfo)


def test_a_draft_that_changes_nothing_differs_by_nothing_and_the_replay_is_what_is_recorded(shop, table):
    worlds.rich(shop)
    before = everything(table)

    found = replayed(shop, trial(shop, period(shop)))

    assert unequal(found) == {}
    assert found.of("members", "reproduced") == found.of("members", "same") == 2
    assert found.of("gap", "refusedAgain") == 0
    assert everything(table) == before


@pytest.mark.parametrize("share", [0.0, 0.1, 0.35, 0.8, 1.0])
def test_wherever_the_period_ends_it_comes_to_what_was_recorded_by_then(shop, share):
    worlds.rich(shop)
    end = START + (shop.now - START) * share + timedelta(minutes=1)

    found = replayed(shop, trial(shop, START - timedelta(days=1), min(end, shop.now)))

    assert found.of("members", "differing") == 0
    assert found.of("members", "reproduced") + found.of("members", "later") == 2


@pytest.mark.parametrize("seed", range(6))
def test_any_history_is_reproduced(shop, seed):
    chance = random.Random(seed)
    worlds.wander(shop, chance, 25)
    worlds.sweep(shop)

    found = replayed(shop, trial(shop, START + (shop.now - START) * chance.random()))

    assert found.of("members", "reproduced") == 2
    assert unequal(found) == {}


def test_a_doubled_ratio_doubles(shop):
    worlds.rich(shop)
    doubled = [{**each, "ratio": "2"} if each["actionId"] == 109 else each for each in _actions(shop)]

    report = told(shop, trial(shop, period(shop), actions=doubled))

    [purchases] = [each for each in report["actions"] if each["actionId"] == 109]
    assert purchases["points"]["awarded"] == {"before": 1150, "after": 2300, "difference": 1150}
    assert purchases["times"]["difference"] == 0
    assert report["points"]["redeemed"]["difference"] == 0


def _actions(shop: Shop) -> list[dict[str, Any]]:
    actions: list[dict[str, Any]] = worlds.render(shop.force.programme)["actions"]
    return actions


def test_lower_thresholds_move_members_up(shop):
    worlds.rich(shop)
    levels = worlds.render(shop.force.programme)["tiers"]["levels"]
    lower = {"levels": [{**each, "threshold": each["threshold"] // 4} for each in levels]}

    report = told(shop, trial(shop, period(shop), tiers=lower))

    assert [(each["before"], each["after"]) for each in report["tiers"]["levels"]] == [(1, 1), (1, 0), (0, 1)]
    assert (report["tiers"]["movedUp"], report["tiers"]["movedDown"]) == (1, 0)


def test_higher_thresholds_move_members_down(shop):
    shop.wait(seconds=worlds.KNOWN_SECONDS)
    shop.buy(line("A", "600"))
    shop.enrol(BOB)
    levels = worlds.render(shop.force.programme)["tiers"]["levels"]
    higher = {"levels": [levels[0], {**levels[1], "threshold": 1_000}, {**levels[2], "threshold": 5_000}]}

    report = told(shop, trial(shop, START, tiers=higher))

    assert (report["tiers"]["movedUp"], report["tiers"]["movedDown"]) == (0, 1)


def test_a_shorter_expiry_shows_in_what_expires_and_in_the_liability(shop):
    shop.enrol(BOB)
    shop.buy(line("A", "100"))
    shop.wait(days=40)

    report = told(shop, trial(shop, START, expiry={"days": 30}))

    assert report["points"]["expired"] == {"before": 0, "after": 100, "difference": 100}
    assert report["liability"]["points"] == {"before": 100, "after": 0, "difference": -100}
    assert str(report["liability"]["value"]["difference"]) == "-1.00"
    assert report["members"]["largestLosses"] == [-100]


def test_a_hold_that_the_draft_brings_is_released_in_its_time(shop):
    shop.enrol(BOB)
    shop.buy(line("A", "100"))
    shop.wait(days=10)
    shop.buy(line("A", "70"), id="SO-2")
    shop.wait(days=5)

    report = told(shop, trial(shop, START, purchase={"hold": {"type": "orderDate", "days": 14}}))

    assert report["points"]["promised"]["after"] == 170
    assert report["points"]["awarded"] == {"before": 170, "after": 100, "difference": -70}
    assert report["liability"]["pointsOnHold"]["difference"] == 70
    assert report["members"]["same"] == 2


def test_what_the_draft_refuses_is_counted(shop):
    shop.enrol(BOB)
    shop.buy(line("A", "100"))
    shop.redeem(80)
    worlds.send(shop, 20)
    halved = [{**each, "ratio": "0.5"} if each["actionId"] == 109 else each for each in _actions(shop)]

    report = told(shop, trial(shop, START, actions=halved))

    assert report["refused"]["times"] == {"before": 0, "after": 1, "difference": 1}
    assert report["refused"]["points"]["after"] == 80
    [redemptions] = [each for each in report["actions"] if each["actionId"] == 107]
    assert redemptions["refused"]["after"] == 1
    assert report["points"]["redeemed"] == {"before": 80, "after": 0, "difference": -80}


def test_what_a_limit_refused_then_is_told_and_not_made_up(shop):
    shop.enrol(BOB)
    worlds.award(shop, 101)
    worlds.award(shop, 101)
    free = [{**each, "limits": []} if each["actionId"] == 101 else each for each in _actions(shop)]

    report = told(shop, trial(shop, START, actions=free))

    [gap] = report["replayed"]["notReplayed"]
    assert (gap["reason"], gap["count"]) == ("awardRefusedThen", 1)
    assert report["points"]["awarded"]["difference"] == 0


def test_what_happened_before_the_period_is_where_it_begins(shop):
    shop.enrol(BOB)
    shop.buy(line("A", "100"))
    shop.wait(days=10)
    start = shop.now
    shop.wait(days=1)
    shop.change("return", id="SO-1")

    report = told(
        shop, trial(shop, start, actions=[{**a, "ratio": "3"} if "ratio" in a else a for a in _actions(shop)])
    )

    assert report["replayed"]["events"] == 1
    assert report["points"]["deducted"] == {"before": 100, "after": 100, "difference": 0}
    assert report["members"]["same"] == 2


def test_an_order_of_an_older_day_is_judged_by_the_programme_of_that_day(shop):
    shop.enrol(BOB)
    publish(shop)
    shop.wait(days=10)
    start = shop.now
    shop.wait(days=1)
    shop.buy(line("A", "100"), ordered=start - timedelta(days=3))
    shop.buy(line("A", "50"), id="SO-2")
    tripled = [{**a, "ratio": "3"} if "ratio" in a else a for a in _actions(shop)]

    report = told(shop, trial(shop, start, actions=tripled))

    assert report["points"]["awarded"] == {"before": 150, "after": 250, "difference": 100}


def test_a_member_with_more_entries_than_a_replay_takes_is_left_out_and_told(shop):
    shop.enrol(BOB)
    for _ in range(3):
        worlds.award(shop, 100, 1)
    limit = reading.ENTRIES_MAX
    reading.ENTRIES_MAX = 3
    try:
        report = told(shop, trial(shop, START))
    finally:
        reading.ENTRIES_MAX = limit

    assert [each["reason"] for each in report["replayed"]["notReplayed"]] == ["tooManyEntries"]
    assert report["replayed"]["membersReplayed"] == 1


def test_whoever_enrolled_after_the_period_is_not_in_it(shop):
    end = shop.now + timedelta(hours=1)
    shop.wait(days=1)
    shop.enrol(BOB)

    found = replayed(shop, trial(shop, START - timedelta(days=1), end))

    assert (found.of("members", "later"), found.of("members", "replayed")) == (1, 1)


@pytest.mark.parametrize(("mid", "calls"), [(ADA, 6), (BOB, 2)])
def test_a_member_costs_few_calls_however_long_the_history(shop, mid, calls):
    worlds.rich(shop)
    tried = trial(shop, period(shop))
    with meter.metered():
        member(shop.site, mid, tried)

    with meter.metered() as counted:
        member(shop.site, mid, tried)

    assert counted.calls <= calls
    # Products are read as they are now, in one call for each order.
    assert set(counted.operations) <= {"Query", "BatchGetItem"}


def test_two_sites_know_nothing_of_each_other(shop, table):
    worlds.rich(shop)
    other = Shop(table)

    found = member(other.site, BOB, trial(other, START))

    assert dict(found.counts) == {("members", "later"): 1}
