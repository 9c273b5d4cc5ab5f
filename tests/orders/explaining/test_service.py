"""An order is explained as of one moment, also while it changes."""

from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.dynamo import items
from chalicelib.errors import Contention
from chalicelib.orders.explaining import service
from tests.orders.conftest import shared_table, shop
from tests.orders.shop import ADA, Shop, line

__all__ = ["shared_table", "shop"]
READS = "before-call.dynamodb.Query"


def explained(shop: Shop) -> service.OrderExplained:
    return service.explain(shop.site, shop.force, ADA, "SO-1", shop.now)


def during_reads(deeds: list[Callable[[], object]]) -> Callable[[], None]:
    """Do one deed before each query from now on, while there are any; what is given ends that."""
    events = items.connection().connection.client.meta.events
    is_busy = False

    def fire(**_: Any) -> None:
        nonlocal is_busy
        if deeds and not is_busy:
            is_busy = True
            deeds.pop(0)()
            is_busy = False

    events.register(READS, fire)
    return lambda: events.unregister(READS, fire)


def test_an_order_that_changes_while_it_is_read_is_read_again(shop):
    shop.hold("itemShipDate", 2)
    shop.buy(line("P1", "100"))
    end = during_reads([lambda: shop.change("cancel")])

    found = explained(shop)
    end()

    assert found.view is not None
    assert (found.view.order.status, found.view.points_on_hold) == ("cancelled", 0)
    assert "CANCELLED_ON_HOLD" in [check.code for check in found.checks]


def test_an_expiry_that_is_booked_while_it_is_read_counts_once(shop):
    shop.publish(expiry={"type": "rollingDays", "days": 10})
    shop.buy(line("P1", "100"))
    shop.wait(days=20)
    unbooked = explained(shop)
    end = during_reads([lambda: shop.buy(line("P1", "1"), id="SO-2")])

    booked = explained(shop)
    end()

    assert [check.sentence for check in booked.checks] == [check.sentence for check in unbooked.checks]
    assert "up to 100 points" in booked.checks[-1].sentence


def test_a_book_that_never_rests_is_not_explained(shop):
    shop.buy(line("P1", "100"))
    end = during_reads([lambda n=n: shop.buy(line("P1", "1"), id=f"N-{n}") for n in range(9)])

    with pytest.raises(Contention):
        explained(shop)
    end()
