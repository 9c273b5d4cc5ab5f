"""The facts row of a member, and the list of a site's members that these rows make."""

import json
from typing import Final

from pynamodb.attributes import UnicodeAttribute

from chalicelib.dynamo import keys, listing
from chalicelib.dynamo.commit import ABSENT, Write
from chalicelib.dynamo.items import Address, Item, Whole
from chalicelib.facts.row import Facts

SORT_KEY: Final = "FACTS"
LISTED: Final = "F"
"""Kind of the list of members."""


class FactsItem(Item):
    """What is known of a member as of a version of the account."""

    ver = Whole()
    body = UnicodeAttribute()
    find_pk = UnicodeAttribute(null=True)
    find_sk = UnicodeAttribute(null=True)


def address(site: str, mid: str) -> Address:
    """Where a member's facts stand."""
    return (FactsItem, keys.member(site, mid), SORT_KEY)


def load(item: FactsItem | None) -> Facts:
    """The facts of their item; nothing known without one."""
    return Facts() if item is None else Facts(**json.loads(item.body))


def write(site: str, mid: str, before: Facts, after: Facts) -> Write:
    """The write that puts newer facts in place of the ones read."""
    _, pk, sk = address(site, mid)
    item = FactsItem(pk, sk, ver=after.version, body=json.dumps(after.plain(), separators=(",", ":")))
    item.find_pk, item.find_sk = listing.keys_of(LISTED, site, mid)
    return Write(item, FactsItem.ver == before.version if before.version else ABSENT)


def members(site: str, shard: int, *, after: str, limit: int) -> list[str]:
    """At most ``limit`` numbers of members in one part (of ``listing.SHARDS``) of the site's list, from the one that
    follows ``after``. Erased members are in it too; somebody who enrolled a moment ago may not be yet.
    """
    return list(listing.names(LISTED, site, shard, after=after, limit=limit))
