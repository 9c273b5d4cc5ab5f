"""Photos as they are taken and decided on, on an emulated table and bucket."""

import pytest

from tests.api.fixtures import empty_shop, engine, logged, one_table, open_shop, shop
from tests.support import buckets

__all__ = ["empty_shop", "engine", "logged", "one_table", "open_shop", "shop"]


@pytest.fixture
def files(one_table):
    with buckets.bucket() as client:
        yield client
