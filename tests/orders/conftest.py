"""Shops on one table in process; each has a site of its own."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from chalicelib import clock
from chalicelib.dynamo import items
from tests.orders.shop import Shop
from tests.support.fixtures import dynamodb_local_endpoint, ministack_endpoint, real_table, table
from tests.support.tables import begin_anew, moto_table

__all__ = ["dynamodb_local_endpoint", "ministack_endpoint", "real_table", "table"]


@pytest.fixture(scope="module")
def shared_table() -> Iterator[Any]:
    with moto_table() as client:
        yield client


@pytest.fixture
def shop(shared_table: Any) -> Iterator[Shop]:
    begin_anew(shared_table)
    yield Shop(shared_table)
    clock.move_to(None)


@pytest.fixture
def meanwhile() -> Iterator[Callable[[Callable[[], object]], None]]:
    """Let something happen once, right before the next transaction is sent."""
    armed: list[Callable[[], object]] = []

    def fire(**_: Any) -> None:
        if armed:
            armed.pop()()

    event = "before-call.dynamodb.TransactWriteItems"

    def arm(happening: Callable[[], object]) -> None:
        items.connection().connection.client.meta.events.register(event, fire)
        armed.append(happening)

    yield arm
    assert not armed, "no transaction was sent"
    items.connection().connection.client.meta.events.unregister(event, fire)
