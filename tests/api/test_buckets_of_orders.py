"""Purchases that earn in further buckets: earned, held, shipped, returned and cancelled with the order."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib import clock
from chalicelib.ledger import service as ledger
from chalicelib.ledger import table
from chalicelib.members import service as members
from chalicelib.orders import booking
from chalicelib.programme import service as programmes
from tests.api.shop import ADA

COINS = {
    "name": "coins", "ratio": 2, "minimumOrderAmount": 20, "expiry": {"type": "never"},
    "excludedProducts": ["gift-card"],
}  # fmt: skip
ORDER = {
    "id": "SO-1", "userId": ADA,
    "orderDetail": [
        {"id": "P1", "quantity": 3, "unitPrice": "10"}, {"id": "gift-card", "quantity": 1, "unitPrice": "50"},
    ],
}  # fmt: skip


@pytest.fixture
def bank(shop):
    shop.programme(lambda document: document.update(buckets=[COINS]))
    return shop


@pytest.fixture
def holding(shop):
    def change(document):
        document.update(buckets=[COINS])
        document["purchase"]["hold"] = {"type": "wholeOrderShipped", "days": 2}

    shop.programme(change)
    return shop


def due(shop):
    """Settle every hold of the order that is due by now, as the worker does."""
    mid = members.resolve(shop.site, ADA).mid
    force = programmes.in_force(shop.site)
    for hold in table.read_holds(shop.site, mid, booking.group_of("SO-1")):
        ledger.settle_hold(shop.site, mid, hold.group, hold.place, force.rules, clock.now())


def coins(shop):
    found = shop.figures()["multiBucketsData"]["coins"]
    return found["availablePoints"], found["holdPoints"]


def returned(shop, *lines):
    detail = [{"id": product, "quantity": quantity} for product, quantity in lines]
    return shop.patch("/orders/SO-1", {"status": "return", "orderDetail": detail}).ok


def test_an_order_earns_in_a_bucket_by_its_ratio_from_what_the_bucket_admits(bank):
    said = bank.post("/orders", ORDER).ok

    assert said["pointsAwarded"] == 80
    assert said["multiBucketsData"] == {"coins": {"bucketName": "coins", "pointsEarned": 60, "pointsRemoved": 0}}
    assert coins(bank) == (60, 0)


def test_below_its_minimum_a_bucket_earns_nothing(bank):
    bank.post("/orders", {**ORDER, "orderDetail": [{"id": "P1", "quantity": 1, "unitPrice": "19.99"}]}).ok  # noqa: B018

    assert coins(bank) == (0, 0)


def test_a_return_takes_back_the_recorded_share_of_each_bucket(bank):
    bank.post("/orders", ORDER).ok  # noqa: B018
    bank.programme(lambda document: document["buckets"][0].update(ratio=9))

    returned(bank, ("P1", 1))
    assert coins(bank) == (40, 0)
    returned(bank, ("P1", 2), ("gift-card", 1))
    assert coins(bank) == (0, 0)


def test_held_purchases_hold_their_buckets_too(holding):
    holding.post("/orders", ORDER).ok  # noqa: B018
    assert coins(holding) == (0, 60)

    holding.put("/orders/SO-1", {"status": "ship"}).ok  # noqa: B018
    returned(holding, ("P1", 1))
    assert coins(holding) == (0, 40)

    clock.move_to(datetime(2026, 3, 18, 12, tzinfo=UTC) + timedelta(days=3))
    due(holding)
    assert coins(holding) == (40, 0)


def test_a_cancelled_order_keeps_no_bucket_on_hold(holding):
    holding.post("/orders", ORDER).ok  # noqa: B018

    holding.put("/orders/SO-1", {"status": "cancel"}).ok  # noqa: B018

    assert coins(holding) == (0, 0)


def test_an_item_released_by_its_shipment_releases_its_part_of_the_bucket(shop):
    def change(document):
        document.update(buckets=[COINS])
        document["purchase"]["hold"] = {"type": "itemShipDate", "days": 2}

    shop.programme(change)
    shop.post("/orders", ORDER).ok  # noqa: B018
    shop.patch("/orders/SO-1", {"status": "ship", "orderDetail": [{"id": "P1", "quantity": 1}]}).ok  # noqa: B018

    clock.move_to(datetime(2026, 3, 18, 12, tzinfo=UTC) + timedelta(days=3))
    due(shop)

    assert coins(shop) == (20, 40)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(1, 3), max_size=6))
def test_whatever_is_returned_in_whatever_parts_the_bucket_never_gives_back_more_than_it_got(bank, parts):
    order = f"SO-{len(bank.lines)}"
    before = coins(bank)[0]
    detail = [{"id": "P1", "quantity": 7, "unitPrice": "9.99"}]
    bank.post("/orders", {"id": order, "userId": ADA, "orderDetail": detail}).ok  # noqa: B018
    got = coins(bank)[0] - before
    back = 0
    for part in parts:
        if back + part > 7:
            break
        back += part
        body = {"status": "return", "orderDetail": [{"id": "P1", "quantity": part}]}
        bank.patch(f"/orders/{order}", body).ok  # noqa: B018

    assert before + got - coins(bank)[0] == (got if back == 7 else got * back // 7)
