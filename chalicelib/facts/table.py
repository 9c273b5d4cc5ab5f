"""The facts row of a member, and the list of a site's members that these rows make."""

import json
from typing import Final

from pynamodb.attributes import UnicodeAttribute

from chalicelib.dynamo import keys, listing
from chalicelib.dynamo.commit import ABSENT, Write
from chalicelib.dynamo.items import Address, Item, Whole
from chalicelib.facts import row
from chalicelib.facts.row import Facts
from chalicelib.ledger.account import DISSOLVED, GROUP

SORT_KEY: Final = "FACTS"
LISTED: Final = "F"
"""Kind of the list of members."""


class FactsItem(Item):
    """What is known of a member as of a version of the account."""

    ver = Whole()
    rev = Whole(null=True)
    """Counts writes: facts of purchases change while the account's version stays."""
    body = UnicodeAttribute()
    find_pk = UnicodeAttribute(null=True)
    find_sk = UnicodeAttribute(null=True)


def address(site: str, mid: str) -> Address:
    """Where a member's facts stand."""
    return (FactsItem, keys.member(site, mid), SORT_KEY)


def load(item: FactsItem | None) -> Facts:
    """The facts of their item; nothing known without one."""
    return Facts() if item is None else row.read(json.loads(item.body))


def write(site: str, mid: str, found: FactsItem | None, after: Facts) -> Write:
    """The write that puts newer facts in place of the item read, or makes the first."""
    _, pk, sk = address(site, mid)
    item = FactsItem(pk, sk, ver=after.version, body=json.dumps(after.plain(), separators=(",", ":")))
    item.rev = 1 if found is None else (found.rev or 0) + 1
    if after.state not in {GROUP, DISSOLVED}:
        item.find_pk, item.find_sk = listing.keys_of(LISTED, site, mid)
    if found is None:
        return Write(item, ABSENT)
    return Write(item, FactsItem.rev == found.rev if found.rev else (FactsItem.ver == found.ver) & _NO_REVISION)


_NO_REVISION: Final = FactsItem.rev.does_not_exist()


def members(site: str, shard: int, *, after: str, limit: int) -> list[str]:
    """At most ``limit`` numbers of members in one part (of ``listing.SHARDS``) of the site's list, from the one that
    follows ``after``. Erased members are in it too; somebody who enrolled a moment ago may not be yet.
    """
    return list(listing.names(LISTED, site, shard, after=after, limit=limit))
