"""Items of photos: the photo itself, its row with its member, its places in galleries, and what looks alike."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from pynamodb.attributes import UnicodeAttribute

from chalicelib import looks
from chalicelib.dynamo import due, items, keys
from chalicelib.dynamo.commit import ABSENT, Write
from chalicelib.dynamo.items import Address, Item, Whole
from chalicelib.ids import digest
from chalicelib.photos import photo as photos
from chalicelib.photos.photo import Photo
from chalicelib.values import value

SORT_KEY: Final = "PHOTO"
DUE: Final = "photo"
_OF_MEMBER: Final = "V#"
_LAST_MS: Final = 10**14
"""Places in galleries count down from here, so that the newest come first."""
ALIKE_MAX: Final = 20
"""Photos of one band that are compared."""
BANDS: Final = 16
"""Parts of a look under which it is kept: pictures that differ in fewer than 16 bits share one for certain, and those
that differ in 20 nearly always.
"""
ENTRY: Final = "entry"
"""The list of a campaign's approved photos."""
_EVEN: Final = frozenset({"0000", "ffff"})
"""Rows without a change, or that grow brighter all the way."""
SIMILAR_MAX: Final = 10
"""Photos that look alike of which a photo tells."""


class PhotoItem(Item):
    """A photo as JSON; ``due`` keys while it is not processed."""

    doc = UnicodeAttribute()
    ver = Whole()
    cmd = UnicodeAttribute()
    due_pk = UnicodeAttribute(null=True)
    due_sk = UnicodeAttribute(null=True)


class OwnItem(Item):
    """That a photo belongs to the member, so that an erasure and a list find it."""

    at = Whole()


class PlaceItem(Item):
    """That a published photo shows a product, bears a tag, or is of a category."""

    photo = UnicodeAttribute()


class LookItem(Item):
    """That a photo has a part of a look."""

    look = UnicodeAttribute()


@value
class Stored:
    """A photo as read, with the version that a change rests on and the command that wrote it."""

    photo: Photo
    version: int
    command: str


def address(site: str, photo_id: str) -> Address:
    """Where a photo stands."""
    return (PhotoItem, _pk(site, photo_id), SORT_KEY)


def loaded(site: str, item: Any) -> Stored | None:
    """The photo of an item."""
    return None if item is None or not site else Stored(photos.load(item.doc), item.ver, item.cmd)


def read(site: str, photo_id: str) -> Stored | None:
    """A photo; one consistent read."""
    return loaded(site, items.get(*address(site, photo_id)))


def read_many(site: str, photo_ids: Sequence[str]) -> list[Stored | None]:
    """Photos in the order asked; a call for each hundred."""
    return [loaded(site, item) for item in items.get_many([address(site, each) for each in photo_ids])]


def write(site: str, photo: Photo, before: Stored | None, command: str, due_at: datetime | None = None) -> Write:
    """The write that keeps a photo, on condition that it is as it was read; due while it is not processed."""
    pk = _pk(site, photo.id)
    due_pk, due_sk = (None, None) if due_at is None else due.keys_at(DUE, pk, due_at)
    version = 1 if before is None else before.version + 1
    item = PhotoItem(pk, SORT_KEY, doc=photos.dump(photo), ver=version, cmd=command, due_pk=due_pk, due_sk=due_sk)
    return Write(item, ABSENT if before is None else PhotoItem.ver == before.version)


def removal(site: str, before: Stored) -> Write:
    """The write that deletes a photo, if it is as it was read."""
    return Write(PhotoItem(_pk(site, before.photo.id), SORT_KEY), PhotoItem.ver == before.version, delete=True)


def own(site: str, mid: str, photo_id: str, at: int) -> Write:
    """The write that gives a photo to a member."""
    return Write(OwnItem(keys.member(site, mid), _OF_MEMBER + photo_id, at=at))


def disown(site: str, mid: str, photo_id: str) -> Write:
    """The write that takes it from the member again."""
    return Write(OwnItem(keys.member(site, mid), _OF_MEMBER + photo_id), delete=True)


def owned(site: str, mid: str, *, after: str | None, limit: int) -> list[str]:
    """Ids of at most ``limit`` photos of a member beyond one of them, newest first (ids begin with their time)."""
    pk = keys.member(site, mid)
    sort = OwnItem.sk.startswith(_OF_MEMBER) if after is None else OwnItem.sk.between(_OF_MEMBER, _OF_MEMBER + after)
    found = items.query(OwnItem, pk, sort, limit=limit + 1, newest_first=True)
    names = [each.sk.removeprefix(_OF_MEMBER) for each in found]
    return [name for name in names if name not in {after, ""}][:limit]


def places(site: str, photo: Photo) -> dict[tuple[str, str], Write]:
    """The writes that list a photo: approved with its campaign, and published also under its products, tags, their
    categories and with all.
    """
    if photo.state not in {"approved", "published"}:
        return {}
    at = f"{_LAST_MS - int(photo.since.timestamp() * 1000):014d}#{photo.id}"
    named = [(ENTRY, photo.campaign)] if photo.campaign else []
    if photo.state == "published":
        named += [("product", each) for each in photo.products]
        named += [("tag", each) for each in photo.tags]
        named += [("category", each) for each in photo.categories]
        named += [("all", "")] + ([("campaign", photo.campaign)] if photo.campaign else [])
    keyed = {(_place(site, by, name), at) for by, name in named}
    return {key: Write(PlaceItem(*key, photo=photo.id)) for key in sorted(keyed)}


def place_removal(key: tuple[str, str]) -> Write:
    """The write that takes a photo out of a list."""
    return Write(PlaceItem(*key), delete=True)


def placed(
    site: str, by: str, name: str, *, after: str | None, limit: int, oldest_first: bool = False
) -> list[tuple[str, str]]:
    """Place and photo of at most ``limit`` published photos, newest first unless asked the other way round, beyond a
    place; one consistent query.
    """
    beyond = None if after is None else PlaceItem.sk < after if oldest_first else PlaceItem.sk > after
    found = items.query(PlaceItem, _place(site, by, name), beyond, limit=limit, newest_first=oldest_first)
    return [(each.sk, each.photo) for each in found]


def put_look(site: str, photo_id: str, look: str) -> None:
    """Let a photo be found by its look: a hint, written before anybody decides on it and safe to repeat."""
    items.put_many([LookItem(_band(site, each), photo_id, look=look) for each in _bands(look)])


def look_removals(site: str, photo: Photo) -> list[Write]:
    """The writes that let it be found no more."""
    if photo.picture is None:
        return []
    return [Write(LookItem(_band(site, each), photo.id), delete=True) for each in _bands(photo.picture.look)]


def alike(site: str, photo_id: str, look: str, bits: int) -> list[tuple[str, int]]:
    """Other photos that differ from a look in at most so many bits, the nearest first; a query for each band."""
    number = int(look, 16)
    found: dict[str, int] = {}
    for band in _bands(look):
        for each in items.query(LookItem, _band(site, band), limit=ALIKE_MAX, newest_first=True):
            found[each.sk] = looks.distance(number, int(each.look, 16))
    near = [(apart, name) for name, apart in found.items() if apart <= bits and name != photo_id]
    return [(name, apart) for apart, name in sorted(near)[:SIMILAR_MAX]]


def _bands(look: str) -> tuple[str, ...]:
    """Parts under which a look is found: rows of it. Even rows, such as of a sky, are those of every other photo."""
    return tuple(each for each in looks.bands(int(look, 16), BANDS) if each.partition(":")[2] not in _EVEN)


def _pk(site: str, photo_id: str) -> str:
    return f"V#{site}#{photo_id}"


def _place(site: str, by: str, name: str) -> str:
    return f"G#{site}#{by}#{digest(name)[:32] if len(name) > 100 else name}"


def _band(site: str, band: str) -> str:
    return f"LOOK#{site}#photo#{band}"
