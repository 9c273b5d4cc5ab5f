"""Daily counters of a site, sharded so that no item is written by every award."""

from collections.abc import Mapping
from datetime import date
from typing import Final
from zlib import crc32

from pynamodb.attributes import UnicodeAttribute

from chalicelib import settings
from chalicelib.dynamo import items
from chalicelib.dynamo.commit import Write
from chalicelib.dynamo.items import Item, Whole

LINES_PER_MONTH_MAX: Final = 10_000
"""Counters of one shard and month that are read: 31 days of all members and of 10 tiers are 341, and tiers change
from version to version.
"""
ALL: Final = "all"
"""Subject of the counters of all members."""


class CounterItem(Item):
    """Changes of one day and one subject (all members, or those of a tier)."""

    members = Whole(null=True)
    available = Whole(null=True)
    held = Whole(null=True)
    used = Whole(null=True)
    redeemed = Whole(null=True)
    expired = Whole(null=True)
    lifetime = Whole(null=True)
    spend = Whole(null=True)
    orders = Whole(null=True)
    subject = UnicodeAttribute(null=True)


def add(site: str, mid: str, day: int, subject: str, changes: Mapping[str, int]) -> Write:
    """The write that adds changes to a day's counter of the subject."""
    shard = crc32(mid.encode()) % settings.COUNTER_SHARDS
    item = CounterItem(_partition(site, day, shard), f"{date.fromordinal(day):%Y-%m-%d}#{subject}")
    actions = [CounterItem.subject.set(subject)]
    actions += [getattr(CounterItem, name).add(change) for name, change in changes.items()]
    return Write(item, actions=tuple(actions))


def month(site: str, first_day: int) -> dict[int, dict[str, dict[str, int]]]:
    """Day → subject → figures of the month that begins on that day, added up over the shards."""
    found: dict[int, dict[str, dict[str, int]]] = {}
    for shard in range(settings.COUNTER_SHARDS):
        for item in items.query(CounterItem, _partition(site, first_day, shard), limit=LINES_PER_MONTH_MAX):
            text, _, subject = item.sk.partition("#")
            figures = found.setdefault(date.fromisoformat(text).toordinal(), {}).setdefault(subject, {})
            for name, value in item.attribute_values.items():
                if isinstance(value, int):
                    figures[name] = figures.get(name, 0) + value
    return found


def _partition(site: str, day: int, shard: int) -> str:
    return f"N#{site}#{date.fromordinal(day):%Y-%m}#{shard}"
