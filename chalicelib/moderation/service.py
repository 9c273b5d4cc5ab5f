"""The queue: listing a thing under its state in the transaction that changes it, pages, and counts.

What stands in the queue is what the thing itself says, because one transaction writes both. The queue knows ids only;
what is shown of a thing is its own package's.
"""

from datetime import datetime
from typing import Final

from chalicelib.dynamo.commit import Write
from chalicelib.moderation import queue, table
from chalicelib.moderation.queue import Place
from chalicelib.values import value

PAGE_MAX: Final = 100
"""Things on one page."""
COUNTED_MAX: Final = 1_000
"""Things of one state that are counted; of more it is said that there are more."""


@value
class Listed:
    """A page of the queue, and the key to ask on from if there may be more."""

    places: tuple[Place, ...]
    following: str | None


@value
class Count:
    """How many things of a kind are in a state, and since when the oldest of them is."""

    kind: str
    state: str
    count: int
    is_more: bool
    oldest: datetime | None


def moves(site: str, kind: str, was: Place | None, to: Place | None) -> tuple[Write, ...]:
    """The writes that list a thing where it stands now and no longer where it stood; none when it did not move."""
    _check(site, kind, *(each.state for each in (was, to) if each is not None))
    if was == to:
        return ()
    gone = () if was is None else (table.drop(site, kind, was),)
    come = () if to is None else (table.put(site, kind, to),)
    return (*gone, *come)


def page(
    site: str, kind: str, state: str, *, after: str | None = None, limit: int = 50, newest_first: bool = False
) -> Listed:
    """A page of one state, oldest first unless ``newest_first``; one call. ``limit`` up to ``PAGE_MAX``."""
    _check(site, kind, state)
    limit = min(limit, PAGE_MAX)
    found = table.page(site, kind, state, after=after, limit=limit, newest_first=newest_first)
    return Listed(tuple(found), found[-1].key if len(found) == limit else None)


def counts(site: str) -> list[Count]:
    """What waits for a human, by kind and state; one call each, up to ``COUNTED_MAX`` things."""
    found = []
    for kind, states in queue.WAITING.items():
        for state in states:
            places = table.page(site, kind, state, after=None, limit=COUNTED_MAX + 1)
            oldest = places[0].since if places else None
            found.append(Count(kind, state, min(len(places), COUNTED_MAX), len(places) > COUNTED_MAX, oldest))
    return found


def _check(site: str, kind: str, *states: str) -> None:
    if not site or not all(state in queue.STATES[kind] for state in states):
        raise ValueError("a thing stands in a state of its kind")
