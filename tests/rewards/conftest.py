"""A shop on a table in process, as the tests of orders use it."""

from tests.orders.conftest import shared_table, shop

__all__ = ["shared_table", "shop"]
