"""A member's surroundings: the default programme's rules, commands, and something that happens in between."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.dynamo import items
from chalicelib.dynamo.idempotency import Key
from chalicelib.ledger import service as ledger
from chalicelib.ledger.rules import Rules
from chalicelib.ledger.service import Command
from chalicelib.programme.defaults import default_programme
from chalicelib.programme.in_force import rules as rules_of
from tests.support.fixtures import dynamodb_local_endpoint, ministack_endpoint, real_table, table

__all__ = ["dynamodb_local_endpoint", "ministack_endpoint", "real_table", "table"]

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="session")
def rules() -> Rules:
    return rules_of(default_programme(), 1)


@pytest.fixture
def run() -> Callable[..., Command]:
    """A new command at an instant, with a key when named."""

    def make(at: datetime = NOW, key: str | None = None) -> Command:
        return ledger.command(at, None if key is None else Key(key, f"request of {key}"))

    return make


@pytest.fixture
def meanwhile() -> Iterator[Callable[[Callable[[], object]], None]]:
    """Let something happen once, right before the next transaction is sent."""
    armed: list[Callable[[], object]] = []

    def fire(**_: Any) -> None:
        if armed:
            armed.pop()()

    def arm(happening: Callable[[], object]) -> None:
        items.connection().connection.client.meta.events.register("before-call.dynamodb.TransactWriteItems", fire)
        armed.append(happening)

    yield arm
    assert not armed, "no transaction was sent"
