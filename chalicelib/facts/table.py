"""The facts row of a member, and the list of a site's members that these rows make."""

import json
from typing import Final

from pynamodb.attributes import UnicodeAttribute

from chalicelib.dynamo import keys, listing
from chalicelib.dynamo.commit import ABSENT, Write
from chalicelib.dynamo.items import Address, Item, Whole
from chalicelib.facts import row, standing
from chalicelib.facts.row import Facts
from chalicelib.ledger.account import DISSOLVED, GROUP
from chalicelib.ledger.draft import CLOSED

SORT_KEY: Final = "FACTS"
LISTED: Final = "F"
"""Kind of the list of members."""
STANDING_KEY: Final = "STANDING"
STANDINGS: Final = "P"
"""Kind of the list of members by their points."""


class FactsItem(Item):
    """What is known of a member as of a version of the account."""

    ver = Whole()
    rev = Whole(null=True)
    """Counts writes: facts of purchases change while the account's version stays."""
    body = UnicodeAttribute()
    find_pk = UnicodeAttribute(null=True)
    find_sk = UnicodeAttribute(null=True)


class StandingItem(Item):
    """Where a member stands in the list by points."""

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


def standing_writes(site: str, mid: str, before: Facts, after: Facts) -> list[Write]:
    """The write that lists a member at the points they have now, or takes an erased one off; none without a change."""
    was, is_now = before.version > 0 and before.state not in UNLISTED, after.state not in UNLISTED
    if was == is_now and before.available == after.available:
        return []
    item = StandingItem(keys.member(site, mid), STANDING_KEY)
    if not is_now:
        return [Write(item, delete=True)] if was else []
    item.find_pk, item.find_sk = listing.keys_of(STANDINGS, site, standing.name(after.available, mid))
    return [Write(item)]


UNLISTED: Final = frozenset({CLOSED, GROUP, DISSOLVED})
"""States of accounts that no member stands behind."""


def standings(site: str, shard: int, *, after: str, limit: int) -> list[str]:
    """At most ``limit`` names (``facts.standing``) in one part of the list by points, those that follow ``after``."""
    return list(listing.names(STANDINGS, site, shard, after=after, limit=limit))


def members(site: str, shard: int, *, after: str, limit: int) -> list[str]:
    """At most ``limit`` numbers of members in one part (of ``listing.SHARDS``) of the site's list, from the one that
    follows ``after``. Erased members are in it too; somebody who enrolled a moment ago may not be yet.
    """
    return list(listing.names(LISTED, site, shard, after=after, limit=limit))
