"""Points expire and tiers end as time passes, whether a schedule ran or a member was merely read."""

import time
from datetime import timedelta
from typing import Any

import pytest

from tests.api.shop import Shop
from tests.stories.wire import SPRING, Clock, changed, expiries, figures_of, order, rows

pytestmark = [pytest.mark.slow, pytest.mark.engine, pytest.mark.network]
ADA, BEN, CLEO = "ada@example.test", "ben@example.test", "cleo@example.test"
YEAR = SPRING.year


@pytest.mark.proves("B052", "B061")
def test_points_are_there_on_the_last_day_and_gone_after_it_by_reading_alone(shop: Shop, clock: Clock) -> None:
    shop.enrol(ADA)
    shop.credit(100)
    before = shop.figures(ADA)

    clock.forward(days=364)
    near = figures_of(shop, ADA, "available", "expired")
    clock.forward(days=1)
    last = figures_of(shop, ADA, "available", "expired")
    clock.forward(hours=14)
    after = figures_of(shop, ADA, "available", "expired", "lifetime")

    assert before["pointsToExpireDate"] == f"{SPRING + timedelta(days=365):%Y-%m-%d}T23:59:59+0000"
    assert (near, last, after) == ((100, 0), (100, 0), (0, 100, 100))
    assert rows(shop, ADA, "actionId", "debit", "displayText", "pointStatus")[0] == (
        106,
        100,
        "Points Expired",
        "Expired",
    )


@pytest.mark.proves("B052")
def test_the_schedule_books_what_reading_showed_once(shop: Shop, clock: Clock) -> None:
    shop.enrol(ADA, BEN)
    shop.credit(100)
    shop.credit(100, BEN)
    clock.forward(days=366)
    read = shop.figures(ADA), shop.activity(ADA)

    clock.run_due()
    clock.run_due()

    unread = figures_of(shop, BEN, "available", "expired")
    assert unread == (0, 100)
    assert {name: value for name, value in shop.figures(ADA).items() if name != "pointsToExpireDate"} == {
        name: value for name, value in read[0].items() if name != "pointsToExpireDate"
    }
    assert shop.activity(ADA) == read[1]
    assert [row[0] for row in rows(shop, BEN, "actionId")] == [106, 100]


@pytest.mark.proves("B050", "B052")
def test_only_what_was_not_spent_expires(shop: Shop, clock: Clock) -> None:
    shop.programme(month_long)
    shop.enrol(ADA)
    shop.credit(100)
    clock.forward(days=20)
    shop.credit(30)
    shop.post("/points", {"id": ADA, "actionId": "107", "activity": "DEBIT", "debit": "40", "reason": "At the till"})

    seen = []
    for days in (11, 20, 30):
        clock.forward(days=days)
        clock.run_due()
        seen.append(figures_of(shop, ADA, "available", "used", "expired", "lifetime"))

    assert seen == [(30, 40, 60, 130), (0, 40, 90, 130), (0, 40, 90, 130)]


def test_time_goes_forward_and_back_and_nothing_that_falls_due_is_missed(shop: Shop, clock: Clock) -> None:
    """After each run in the future something new is given in the past, and must still be found when it is due."""
    shop.programme(month_long)
    gone: list[tuple[Any, ...]] = []
    for number, days in enumerate((90, 35, 200, 31)):
        member = f"traveller{number}@example.test"
        clock.set(SPRING + timedelta(days=number))
        shop.enrol(member)
        shop.credit(10 + number, member)
        clock.forward(days=days)
        clock.run_due()
        clock.set(SPRING + timedelta(days=number))
        # Read from the stored book: at this time the points are not due, so only a booked expiry shows.
        gone.append(figures_of(shop, member, "expired"))

    assert gone == [(10,), (11,), (12,), (13,)]


def test_after_a_jump_of_400_days_everything_due_is_done_within_a_minute(shop: Shop, clock: Clock) -> None:
    members = [f"m{number}@example.test" for number in range(40)]
    shop.programme(lambda document: document["purchase"].update(hold={"type": "orderDate", "days": 30}))
    shop.enrol(*members)
    for number, member in enumerate(members):
        shop.credit(100, member)
        shop.post("/orders", order(f"J-{number}", member, ("P1", 1, "7")))
    clock.forward(days=400)

    begun = time.monotonic()
    done = clock.run_due()
    seconds = time.monotonic() - begun

    assert seconds < 60
    assert done["messages"] >= 2 * len(members)
    # What was held was given as of its day, thirty days after the order, and has expired a year after that.
    found = {figures_of(shop, member, "available", "hold", "expired", "lifetime") for member in members}
    assert found == {(0, 0, 107, 107)}


@pytest.mark.proves("B201")
def test_a_tier_is_reached_at_once_kept_to_the_end_of_the_next_year_and_then_lost(shop: Shop, clock: Clock) -> None:
    def yearly(document: dict[str, Any]) -> None:
        document["tiers"] |= {"window": "calendarYear", "keepUntil": {"type": "endOfNextYear"}}
        document["tiers"]["levels"][1]["purchaseRatio"] = 2

    shop.programme(yearly)
    shop.enrol(ADA, BEN, CLEO)
    bought = [shop.post("/orders", order(f"T-{n}", ADA, ("P1", 1, "250"))).ok for n in range(3)]
    shop.credit(500, BEN)
    shop.post("/orders", order("T-9", CLEO, ("P1", 1, "500")))
    shop.put("/orders/T-9", changed("T-9", "return"))
    clock.set(f"{YEAR + 1}-06-01T10:00:00+00:00")
    shop.credit(500, BEN)

    clock.set(f"{YEAR + 1}-12-31T23:00:00+00:00")
    last_day = [tier(shop, member) for member in (ADA, BEN, CLEO)]
    clock.set(f"{YEAR + 2}-01-01T01:00:00+00:00")
    by_reading = [tier(shop, member) for member in (ADA, BEN, CLEO)]
    clock.run_due()

    assert [each["pointsAwarded"] for each in bought] == [250, 250, 500]
    assert [(each["previousTier"], each["updatedUserTier"]) for each in bought] == [
        ("Bronze", "Bronze"),
        ("Bronze", "Silver"),
        ("Silver", "Silver"),
    ]
    # What Cleo sent back does not take a tier away before its time.
    assert [each[0] for each in last_day] == ["Silver", "Silver", "Silver"]
    assert by_reading == [("Bronze", ""), ("Silver", f"{YEAR + 2}-12-31T23:59:59+0000"), ("Bronze", "")]
    assert [tier(shop, member) for member in (ADA, BEN, CLEO)] == by_reading


@pytest.mark.proves("B201")
def test_without_a_keeping_period_a_return_lowers_the_tier_at_once(shop: Shop, clock: Clock) -> None:
    shop.enrol(ADA)
    up = shop.post("/orders", order("L-1", ADA, ("P1", 2, "300"))).ok
    down = shop.patch("/orders/L-1", changed("L-1", "return", ("P1", 1))).ok

    assert (up["previousTier"], up["updatedUserTier"]) == ("Bronze", "Silver")
    assert (down["previousTier"], down["updatedUserTier"]) == ("Silver", "Bronze")
    assert shop.get(f"/users/{ADA}/tiers").ok["pointsToNextTier"] == 200


def test_days_begin_where_the_shop_is(shop: Shop, clock: Clock) -> None:
    month = {"type": "endOfMonth", "months": 0}
    shop.programme(lambda document: document.update(timeZone="Pacific/Auckland", expiry=month))
    shop.enrol(ADA)
    # Noon in London on the last of March is the first of April in Auckland, thirteen hours ahead.
    clock.set(f"{YEAR}-03-31T12:00:00+00:00")
    shop.credit(5)

    assert list(expiries(shop, ADA)) == [f"{YEAR}-04-30"]
    clock.set(f"{YEAR}-04-30T11:59:00+00:00")
    assert figures_of(shop, ADA, "available") == (5,)
    clock.set(f"{YEAR}-04-30T12:00:00+00:00")
    assert figures_of(shop, ADA, "available") == (0,)


def month_long(document: dict[str, Any]) -> None:
    """Points are good for thirty days, so that a story need not take a year."""
    document["expiry"] = {"type": "rollingDays", "days": 30}


def tier(shop: Shop, member: str) -> tuple[str, str]:
    """A member's tier and through when it is kept."""
    said = shop.get(f"/users/{member}/tiers").ok
    return said["currentTier"], said["tierExpireDate"]
