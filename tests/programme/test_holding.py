"""When points on hold are released: annex-api-2, section 1.6, rules 6 to 8."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.programme.document import HoldPolicy
from chalicelib.programme.holding import after_days, is_held, release_at

BERLIN = ZoneInfo("Europe/Berlin")
ORDERED = datetime(2025, 3, 28, 22, 30, tzinfo=UTC)
"""23:30 on the 28th in Berlin; summer time begins there on the 30th."""
SHIPPED = datetime(2025, 3, 29, 23, 30, tzinfo=UTC)
"""00:30 on the 30th in Berlin."""


@pytest.mark.parametrize(
    ("kind", "days", "held"), [("none", 5, False), ("orderDate", 0, False), ("orderDate", 1, True)]
)
def test_a_purchase_is_held_where_a_kind_and_days_are_named(kind: Any, days: int, held: bool):  # noqa: FBT001
    assert is_held(HoldPolicy(type=kind, days=days)) is held


def test_no_days_after_an_instant_is_the_instant():
    assert after_days(ORDERED, 0, BERLIN) == ORDERED


def released(kind: Any, days: int, **shipments: datetime) -> datetime | None:
    return release_at(HoldPolicy(type=kind, days=days), ordered=ORDERED, zone=BERLIN, **shipments)


@pytest.mark.parametrize("kind", ["none", "orderDate", "itemShipDate", "wholeOrderShipped"])
def test_a_hold_of_no_days_is_none(kind: Any):
    assert not is_held(HoldPolicy(type=kind, days=0))
    assert released(kind, 0) == ORDERED


@pytest.mark.parametrize(
    ("days", "at"),
    [
        (1, datetime(2025, 3, 28, 23, tzinfo=UTC)),
        (2, datetime(2025, 3, 29, 23, tzinfo=UTC)),
        (3, datetime(2025, 3, 30, 22, tzinfo=UTC)),
    ],
)
def test_days_after_the_order_end_at_midnight_in_the_programmes_zone_also_over_a_change_of_clocks(
    days: int, at: datetime
):
    assert released("orderDate", days) == at


def test_a_hold_by_order_date_ends_when_the_whole_order_is_shipped_before():
    assert released("orderDate", 9, order_shipped=SHIPPED) == SHIPPED


def test_a_hold_by_order_date_does_not_wait_for_a_late_shipment():
    late = ORDERED + timedelta(days=30)

    assert released("orderDate", 2, order_shipped=late) == datetime(2025, 3, 29, 23, tzinfo=UTC)


def test_a_shipment_before_the_order_releases_no_earlier_than_the_order():
    assert released("orderDate", 2, order_shipped=ORDERED - timedelta(days=3)) == ORDERED


def test_items_wait_for_their_own_shipment():
    assert released("itemShipDate", 2) is None
    assert released("itemShipDate", 2, order_shipped=SHIPPED) is None
    assert released("itemShipDate", 2, item_shipped=SHIPPED) == datetime(2025, 3, 31, 22, tzinfo=UTC)


def test_whole_orders_wait_for_the_last_item():
    assert released("wholeOrderShipped", 2, item_shipped=SHIPPED) is None
    assert released("wholeOrderShipped", 2, order_shipped=SHIPPED) == datetime(2025, 3, 31, 22, tzinfo=UTC)


INSTANTS = st.integers(0, 4_000_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Apia", "Australia/Lord_Howe"]


@given(
    INSTANTS,
    st.integers(1, 3650),
    st.sampled_from(
        ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Apia", "Australia/Lord_Howe"]
    ),
)
def test_a_hold_ends_on_the_right_day_of_the_zone(instant: datetime, count: int, name: str):
    zone = ZoneInfo(name)
    end = after_days(instant, count, zone)
    # Apia had no 30th of December 2011: a day that is not there begins when the next one does.
    skipped = name == "Pacific/Apia"

    passed = (end.astimezone(zone).date() - instant.astimezone(zone).date()).days
    assert passed == count or (skipped and passed == count + 1)
    assert end > instant
