"""GET /points/{id}?at=…: the figures of another time, by record and by effect."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib import clock
from chalicelib.dynamo import claims
from chalicelib.ledger.reading import service as reading
from chalicelib.programme import service as programme
from tests.api.shop import ADA, GRACE, Shop, action

NOON = datetime(2026, 3, 18, 12, tzinfo=UTC)
DAY = timedelta(days=1)
TELLING = {"asOf", "by", "isForecast"}


def asked(shop: Shop, at: datetime | str, by: str = "", member: str = ADA) -> dict[str, Any]:
    """The figures at an instant, without what tells of the time."""
    text = at if isinstance(at, str) else f"{at:%Y-%m-%dT%H:%M:%S}Z"
    said = shop.get(f"/points/{member}?at={text}{by and f'&by={by}'}").ok
    return {name: value for name, value in said.items() if name not in TELLING}


def order(shop: Shop, name: str, price: str, when: datetime | None = None, **more: Any) -> dict[str, Any]:
    """A purchase of one unit."""
    body = {"id": name, "userId": ADA, "orderDetail": [{"id": "P1", "quantity": "1", "unitPrice": price}]}
    dated = {} if when is None else {"orderDate": f"{when:%Y-%m-%dT%H:%M:%S}+0000"}
    return shop.post("/orders", body | dated | more).ok


def steps(shop: Shop) -> list[tuple[timedelta, Callable[[], Any]]]:
    """A life in which everything happens once: how long to wait, and what then happens."""
    spend = {"id": ADA, "actionId": 107, "activity": "DEBIT", "debit": 35, "orderId": "SO-1", "reason": "spent"}
    pass_on = {"id": ADA, "actionId": 8055, "activity": "DEBIT", "debit": 5, "recipientData": {"recipientId": GRACE}}
    quick = lambda document: action(document, 100).update(expireInDays=20)  # noqa: E731
    tiers = lambda document: document["tiers"]["levels"][1].update(threshold=60)  # noqa: E731
    holds = lambda document: document["purchase"].update(hold={"type": "orderDate", "days": 14})  # noqa: E731
    return [
        (DAY, lambda: shop.credit(50)),
        (DAY, lambda: shop.programme(tiers)),
        (DAY, lambda: shop.programme(holds)),
        (DAY, lambda: order(shop, "SO-1", "120.00")),
        (3 * DAY, lambda: shop.post("/points", spend).ok),
        (40 * DAY, lambda: shop.patch("/orders/SO-1", {"orderId": "SO-1", "status": "return"}).ok),
        (DAY, lambda: shop.programme(quick)),
        (DAY, lambda: shop.credit(11)),
        (30 * DAY, lambda: shop.post("/points", pass_on).ok),
        (200 * DAY, lambda: shop.debit(500)),
        (200 * DAY, lambda: shop.credit(3)),
    ]


def test_every_figure_is_what_a_reading_found_then(shop):
    shop.enrol(GRACE)
    now, found = NOON, {}
    for wait, happens in steps(shop):
        for part in (wait / 3, wait * 2 / 3):
            clock.move_to(now + part)
            found[now + part] = shop.figures()
        now += wait
        clock.move_to(now)
        happens()
        programme.clear_caches()
        clock.move_to(now + timedelta(seconds=1))
        found[now + timedelta(seconds=1)] = shop.figures()

    assert len({str(figures) for figures in found.values()}) >= 12
    for instant, figures in found.items():
        told = asked(shop, instant)
        # Without points that expire, this one tells the time of the reading itself, which runs on.
        if not figures["pointsToExpire"]:
            del told["pointsToExpireDate"], figures["pointsToExpireDate"]
        assert told == figures, instant


def test_before_enrolment_there_is_nothing(shop):
    shop.credit(50)

    said = shop.get(f"/points/{ADA}?at=2026-03-18T11:59:59Z").ok

    assert (said["availablePoints"], said["lifetimePoints"], said["holdPoints"]) == (0, 0, 0)
    assert (said["asOf"], said["by"], said["isForecast"]) == ("2026-03-18T11:59:59+0000", "record", False)
    assert set(said) == set(shop.figures()) | TELLING


def test_before_enrolment_also_the_points_of_a_membership_year_are_none(shop):
    shop.programme(lambda document: document["display"].update(earnedPointsPeriod="anniversaryYear"))
    clock.move_to(NOON + DAY)
    shop.enrol(GRACE)

    for by in ("record", "effect"):
        assert asked(shop, NOON + DAY / 2, by, GRACE)["earnedPoints"] == 0


def test_without_a_time_nothing_tells_of_one(shop):
    assert not TELLING & set(shop.figures())


def test_a_back_dated_order_counts_from_its_date_by_effect(shop):
    shop.programme(lambda document: document["purchase"].update(hold={"type": "none", "days": 0}))
    clock.move_to(NOON + 20 * DAY)
    order(shop, "SO-1", "70.00", NOON + 5 * DAY)
    between = NOON + 10 * DAY

    assert asked(shop, between)["availablePoints"] == 0
    assert asked(shop, between, "record")["totalSpent"] == 0
    by_effect = asked(shop, between, "effect")
    assert (by_effect["availablePoints"], by_effect["totalSpent"], by_effect["ytdCreditPoints"]) == (70, 70, 70)
    assert asked(shop, NOON + 4 * DAY, "effect")["availablePoints"] == 0


def test_what_had_expired_by_then_is_expired_though_it_was_booked_later(shop):
    shop.programme(lambda document: action(document, 100).update(expireInDays=20))
    shop.credit(40)
    clock.move_to(NOON + 100 * DAY)
    shop.credit(1)

    for by in ("record", "effect"):
        before, after = asked(shop, NOON + 19 * DAY, by), asked(shop, NOON + 22 * DAY, by)
        assert (before["availablePoints"], before["pointsToExpire"], before["expiredPoints"]) == (40, 40, 0)
        assert (after["availablePoints"], after["pointsToExpire"], after["expiredPoints"]) == (0, 0, 40)


def test_the_future_tells_what_will_have_expired_and_says_that_it_is_one(shop):
    shop.programme(lambda document: document["purchase"].update(hold={"type": "orderDate", "days": 14}))
    shop.credit(40)
    order(shop, "SO-1", "70.00")

    said = shop.get(f"/points/{ADA}?at=2028-01-01T00:00:00Z").ok

    assert said["isForecast"] is True
    assert said["availablePoints"] == 0
    assert said["expiredPoints"] == said["lifetimePoints"] == shop.figures()["lifetimePoints"]
    assert said["holdPoints"] == shop.figures()["holdPoints"] == 70
    assert shop.figures()["availablePoints"] > 0


def test_now_by_record_and_by_effect_is_what_is(shop):
    shop.credit(40)
    order(shop, "SO-1", "70.00", NOON - 5 * DAY)
    shop.debit(10)
    now = clock.now() + timedelta(seconds=1)

    expected = shop.figures()

    assert asked(shop, now) == asked(shop, now, "effect") == expected


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("at=yesterday", "at:"),
        ("at=2026-02-30T00:00:00Z", "at:"),
        ("at=2026-03-01", "at:"),
        ("at=1969-12-31T23:59:59Z", "at:"),
        ("at=2037-01-01T00:00:00Z", "at:"),
        ("at=2199-12-31T23:59:59Z", "at:"),
        ("at=2026-03-01T00:00:00Z&by=guess", "by:"),
        ("by=effect", "at is missing"),
    ],
)
def test_a_time_that_cannot_be_answered_is_refused_with_what_to_send(shop, query, named):
    said = shop.get(f"/points/{ADA}?{query}")

    assert said.refusal == (400, "AC1004")
    assert named in said["errorMessage"]


def test_the_edges_of_what_can_be_asked(shop):
    last = clock.now() + timedelta(days=3660)

    assert asked(shop, "1970-01-01T00:00:00Z")["availablePoints"] == 0
    assert asked(shop, last - timedelta(seconds=1))["availablePoints"] == 0
    assert shop.get(f"/points/{ADA}?at={last + timedelta(seconds=5):%Y-%m-%dT%H:%M:%S}Z").status == 400


def test_nobody_is_found_at_any_time_who_is_not_enrolled(shop):
    shop.credit(4)
    shop.post("/userdelete", {"id": ADA, "requestedBy": "o@example.test"})

    for member in (ADA, "nobody"):
        for by in ("record", "effect"):
            assert shop.get(f"/points/{member}?at=2026-03-18T12:00:00Z&by={by}").refusal == (404, "AC1005")


def test_figures_at_a_time_are_one_call_or_one_more_for_every_500_entries(shop):
    for _ in range(20):
        shop.credit(1)
    clock.move_to(NOON + DAY)
    shop.credit(1)
    shop.figures()

    asked(shop, NOON + DAY + timedelta(minutes=5))
    assert shop.lines[-1]["calls"] == 1
    asked(shop, NOON + timedelta(hours=1))
    assert shop.lines[-1]["calls"] == 2
    asked(shop, NOON + DAY + timedelta(minutes=5), "effect")
    assert shop.lines[-1]["calls"] == 2
    assert shop.lines[-1]["wcu"] == 0

    claims.clear_cache()
    asked(shop, NOON + timedelta(hours=1))
    assert shop.lines[-1]["calls"] == 3


def test_a_long_book_is_read_in_pages(shop, monkeypatch):
    monkeypatch.setattr(reading, "PAGE_ENTRIES", 2)
    for points in (40, 1, 1, 1):
        shop.credit(points)
    shop.figures()

    for by, calls in (("record", 4), ("effect", 4)):
        assert asked(shop, NOON - DAY, by)["availablePoints"] == 0
        assert shop.lines[-1]["calls"] == calls
    assert asked(shop, clock.now() + timedelta(seconds=1), "effect")["availablePoints"] == 43


def test_a_book_that_is_too_long_is_refused_with_a_way_out(shop, monkeypatch):
    monkeypatch.setattr(reading, "ENTRIES_MAX", 3)
    shop.credit(40)
    shop.credit(2)
    assert asked(shop, NOON - DAY)["availablePoints"] == 0
    shop.credit(1)

    said = shop.get(f"/points/{ADA}?at=2026-03-18T11:00:00Z")

    assert said.refusal == (400, "AC1004")
    assert "4 entries" in said["errorMessage"]
    assert "by=record" in said["errorMessage"]
    assert asked(shop, clock.now() + timedelta(seconds=1))["availablePoints"] == 43
