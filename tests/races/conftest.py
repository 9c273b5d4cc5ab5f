import pytest

pytest.register_assert_rewrite("tests.races.arena", "tests.races.contests", "tests.races.crashes")

from tests.support.fixtures import dynamodb_local_endpoint, ministack_endpoint  # noqa: E402 - after the rewriting.

__all__ = ["dynamodb_local_endpoint", "ministack_endpoint"]
