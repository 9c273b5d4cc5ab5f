"""The items of the queue: one for each thing and the state it is in, sorted by time."""

from pynamodb.attributes import UnicodeAttribute

from chalicelib.dynamo import items
from chalicelib.dynamo.commit import Write
from chalicelib.dynamo.items import Item
from chalicelib.moderation import queue
from chalicelib.moderation.queue import Place


class QueueItem(Item):
    """That a thing stands there; its id again, because a key of a page is all that is read of it."""

    thing = UnicodeAttribute()


def put(site: str, kind: str, place: Place) -> Write:
    """The write that lists a thing under its state."""
    return Write(QueueItem(_pk(site, kind, place.state), place.key, thing=place.id))


def drop(site: str, kind: str, place: Place) -> Write:
    """The write that takes it off again."""
    return Write(QueueItem(_pk(site, kind, place.state), place.key), delete=True)


def page(site: str, kind: str, state: str, *, after: str | None, limit: int, newest_first: bool = False) -> list[Place]:
    """At most ``limit`` places of one state beyond the key ``after``; one consistent query."""
    beyond = None if after is None else (QueueItem.sk < after if newest_first else QueueItem.sk > after)
    found = items.query(QueueItem, _pk(site, kind, state), beyond, limit=limit, newest_first=newest_first)
    return [queue.parse(state, each.sk) for each in found]


def _pk(site: str, kind: str, state: str) -> str:
    return f"Q#{site}#{kind}#{state}"
