"""A shop on a table in process, as the tests of orders use it."""

from tests.orders.conftest import shared_table, shop
from tests.support.fixtures import dynamodb_local_endpoint, faults, ministack_endpoint, real_table

__all__ = ["dynamodb_local_endpoint", "faults", "ministack_endpoint", "real_table", "shared_table", "shop"]
