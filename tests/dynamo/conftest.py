import pytest

from chalicelib import clock
from tests.support.fixtures import any_table, dynamodb_local_endpoint, faults, ministack_endpoint, real_table, table

__all__ = ["any_table", "dynamodb_local_endpoint", "faults", "ministack_endpoint", "real_table", "table"]


@pytest.fixture(autouse=True)
def _retries_do_not_wait(monkeypatch):
    """Nothing races here, so that pausing between attempts would only take time."""
    monkeypatch.setattr(clock, "sleep", lambda _seconds: None)
