"""Shops on one table in process; each has a site of its own."""

from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib import clock
from tests.orders.shop import Shop
from tests.support.fixtures import table
from tests.support.tables import moto_table

__all__ = ["table"]


@pytest.fixture(scope="module")
def shared_table() -> Iterator[Any]:
    with moto_table() as client:
        yield client


@pytest.fixture
def shop(shared_table: Any) -> Iterator[Shop]:
    yield Shop(shared_table)
    clock.move_to(None)
