"""Galleries on moto."""

from tests.support.fixtures import table

__all__ = ["table"]
