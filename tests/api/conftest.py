"""What the tests of this folder stand on: the whole app, called as a shop's server calls it."""

from tests.api.fixtures import empty_shop, engine, logged, one_table, open_shop, shop

__all__ = ["empty_shop", "engine", "logged", "one_table", "open_shop", "shop"]
