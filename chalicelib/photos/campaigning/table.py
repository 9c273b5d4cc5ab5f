"""Items of campaigns: how often a code was used on a day, and the draw of a contest."""

from datetime import date

from pynamodb.attributes import UnicodeAttribute

from chalicelib.dynamo import items, keys
from chalicelib.dynamo.commit import ABSENT, Write
from chalicelib.dynamo.items import Item, Whole
from chalicelib.errors import Refusal


class UsedItem(Item):
    """How many photos were begun by a code on a day; gone after a month."""

    times = Whole(null=True)
    ttl = Whole(null=True)


class DrawItem(Item):
    """The draw of a contest, as JSON."""

    body = UnicodeAttribute()


def use(site: str, code: str, day: date, most: int, gone_at: int, refused: Refusal) -> Write:
    """The write that counts a use of a code; ``refused`` is raised beyond so many a day."""
    item = UsedItem(f"PC#{site}#{code.casefold()}", day.isoformat())
    condition = UsedItem.times.does_not_exist() | (UsedItem.times < most)
    actions = (UsedItem.times.add(1), UsedItem.ttl.set(gone_at))
    return Write(item, condition, actions=actions, taken=refused)


def read_draw(site: str, campaign: str) -> str | None:
    """The draw of a contest, if it was drawn."""
    found = items.get(DrawItem, keys.of_site(site), _draw(campaign))
    return None if found is None else found.body


def draw_write(site: str, campaign: str, body: str, taken: Refusal) -> Write:
    """The write that keeps the one draw of a contest."""
    return Write(DrawItem(keys.of_site(site), _draw(campaign), body=body), ABSENT, taken=taken)


def _draw(campaign: str) -> str:
    return f"DRAW#{campaign}"
