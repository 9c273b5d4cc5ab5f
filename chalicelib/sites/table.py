"""The item of a site: its name and its live secrets, sealed."""

import json
from typing import Final

from pynamodb.attributes import UnicodeAttribute

from chalicelib.dynamo import items, keys
from chalicelib.dynamo.commit import ABSENT, Write
from chalicelib.dynamo.items import Item, Whole
from chalicelib.errors import Refusal
from chalicelib.values import value

SORT_KEY: Final = "SITE"


class SiteItem(Item):
    """A tenant. ``sealed`` is a JSON list, newest secret first; ``cmd`` is the command that wrote it last."""

    ver = Whole()
    name = UnicodeAttribute()
    created = Whole()
    rotated = Whole(null=True)
    sealed = UnicodeAttribute()
    cmd = UnicodeAttribute()


@value
class Stored:
    """A site as it is stored; times in milliseconds since the epoch."""

    name: str
    created: int
    sealed: tuple[str, ...]
    rotated: int | None = None
    version: int = 0
    command: str = ""


def load(site: str) -> Stored | None:
    """One consistent read."""
    item = items.get(SiteItem, keys.of_site(site), SORT_KEY)
    if item is None:
        return None
    return Stored(item.name, item.created, tuple(json.loads(item.sealed)), item.rotated, item.ver, item.cmd)


def write(site: str, stored: Stored, *, command: str, taken: Refusal | None = None) -> Write:
    """The write that puts a site in place of the version that was read (0: of none, else ``taken`` is raised)."""
    item = SiteItem(
        keys.of_site(site),
        SORT_KEY,
        ver=stored.version + 1,
        name=stored.name,
        created=stored.created,
        rotated=stored.rotated,
        sealed=json.dumps(stored.sealed),
        cmd=command,
    )
    if stored.version == 0:
        return Write(item, ABSENT, taken=taken)
    return Write(item, SiteItem.ver == stored.version)
