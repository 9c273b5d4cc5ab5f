"""A shop on an empty table in process: what a history writes makes moto slow for the next."""

from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib import clock
from tests.orders.shop import Shop
from tests.support.fixtures import table

__all__ = ["table"]


@pytest.fixture
def shop(table: Any) -> Iterator[Shop]:
    yield Shop(table)
    clock.move_to(None)
