"""Something that happens between two calls to the engine."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from chalicelib.dynamo import items


@contextmanager
def at_call(number: int, happen: Callable[[], Any]) -> Iterator[list[str]]:
    """Let something happen just before a call to the engine (from 1; 0: never); gives the names of all calls."""
    events = items.connection().connection.client.meta.events
    calls: list[str] = []
    is_happening = False

    def before(model: Any, **_: Any) -> None:
        nonlocal is_happening
        if is_happening:
            return
        calls.append(model.name)
        if len(calls) == number:
            is_happening = True
            happen()
            is_happening = False

    events.register_first("before-call.dynamodb", before)
    try:
        yield calls
    finally:
        events.unregister("before-call.dynamodb", before)
