"""The facts row of a member."""

import json

from pynamodb.attributes import UnicodeAttribute

from chalicelib.dynamo import keys
from chalicelib.dynamo.commit import ABSENT, Write
from chalicelib.dynamo.items import Address, Item, Whole
from chalicelib.facts.row import Facts

SORT_KEY = "FACTS"


class FactsItem(Item):
    """What is known of a member as of a version of the account."""

    ver = Whole()
    body = UnicodeAttribute()


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
    return Write(item, FactsItem.ver == before.version if before.version else ABSENT)
