"""Photos as they are kept and read: for moderators, for galleries, for whoever they belong to; and forgetting them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from chalicelib import landing
from chalicelib.catalog import service as catalog
from chalicelib.dynamo.commit import Plan, Write, commit
from chalicelib.dynamo.items import Address
from chalicelib.errors import NotFound
from chalicelib.gateways import storage
from chalicelib.ledger import days
from chalicelib.moderation import queue
from chalicelib.moderation import service as moderation
from chalicelib.moderation.queue import Brief, Place
from chalicelib.photos import rights, table
from chalicelib.photos.photo import Photo, Rendition
from chalicelib.photos.table import Stored
from chalicelib.values import value

PAGE_MAX: Final = 50
EXPORT_MAX: Final = 100
FORGOTTEN_AT_ONCE: Final = 5
"""Photos whose files one call deletes."""
DOSSIER_MAX: Final = 500
_UNLISTED: Final = frozenset({"received", "expired"})
SMALLEST: Final = "w256.webp"


class NoSuchPhoto(NotFound):
    """The site has no photo by that id."""

    def __init__(self) -> None:
        super().__init__("No data found: there is no photo with this id. GET /moderation lists those that wait.")


@value
class Shown:
    """What the public may see of a published photo: nothing that leads to a person but the handle they publish by."""

    id: str
    media_type: str
    width: int
    height: int
    renditions: tuple[Rendition, ...]
    photo: Photo


@value
class Listed:
    """Ids of published photos, newest first, and the place to ask on from if there may be more."""

    ids: tuple[str, ...]
    following: str | None


def read(site: str, photo_id: str) -> Photo:
    """A photo. Raises ``NoSuchPhoto``."""
    return stored(site, photo_id).photo


def stored(site: str, photo_id: str) -> Stored:
    """A photo with the version that a change rests on. Raises ``NoSuchPhoto``."""
    found = table.read(site, photo_id)
    if found is None:
        raise NoSuchPhoto
    return found


def address(site: str, photo_id: str) -> Address:
    """Where a photo stands, for those who read it in a call of their own."""
    return table.address(site, photo_id)


def loaded(site: str, item: Any) -> Stored:
    """The photo of an item that was read at ``address``. Raises ``NoSuchPhoto``."""
    found = table.loaded(site, item)
    if found is None:
        raise NoSuchPhoto
    return found


def kept(
    site: str, before: Stored | None, after: Photo, command: str, due_at: datetime | None = None
) -> tuple[Write, ...]:
    """The writes of a photo that is new or changed: itself, its place in the queue and in galleries, and its owner."""
    was = None if before is None else before.photo
    gone = {} if was is None else table.places(site, was)
    come = table.places(site, after)
    writes = [table.write(site, after, before, command, due_at)]
    writes += moderation.moves(site, queue.PHOTO, None if was is None else place_of(was), place_of(after))
    writes += [table.place_removal(key) for key in sorted(gone.keys() - come.keys())]
    writes += [come[key] for key in sorted(come.keys() - gone.keys())]
    if (mid := "" if was is None else was.mid) != after.mid:
        writes += [table.disown(site, mid, after.id)] if mid else []
        writes += [table.own(site, after.mid, after.id, days.to_ms(after.uploaded))] if after.mid else []
    return tuple(writes)


def place_of(photo: Photo) -> Place | None:
    """Where a photo stands in the queue; ``None`` before anybody can look at it."""
    return None if photo.state in _UNLISTED else Place(photo.state, photo.since, photo.id)


def with_categories(site: str, photo: Photo) -> Photo:
    """The photo with the categories of its products as they are now; one call."""
    found = catalog.read_many(site, photo.products) if photo.products else []
    names = dict.fromkeys(each.category for each in found if each is not None and each.category)
    return photo.model_copy(update={"categories": tuple(names)})


def published(site: str, by: str, name: str, *, after: str | None = None, limit: int = PAGE_MAX) -> Listed:
    """A page of published photos ``by`` product, category, tag, campaign or all (with an empty name); one query."""
    found = table.placed(site, by, name, after=after, limit=min(limit, PAGE_MAX))
    more = found[-1][0] if len(found) == min(limit, PAGE_MAX) else None
    return Listed(tuple(photo for _, photo in found), more)


def shown(site: str, photo_ids: Sequence[str]) -> list[Shown | None]:
    """What the public may see of photos, in the order asked; ``None`` for what is not published. One call a hundred."""
    return [None if found is None else _shown(found.photo) for found in table.read_many(site, photo_ids)]


def seen(site: str, photo_id: str) -> Photo | None:
    """A photo that everybody may see; ``None`` for any other. One call."""
    found = table.read(site, photo_id)
    return None if found is None or found.photo.state != "published" else found.photo


def states_of(site: str, photo_ids: Sequence[str]) -> dict[str, str]:
    """The states of photos by their ids. One call a hundred."""
    return {each.photo.id: each.photo.state for each in table.read_many(site, photo_ids) if each is not None}


def exportable(site: str, after: str | None) -> tuple[list[Photo], str | None]:
    """Of the next ``EXPORT_MAX`` published photos those whose rights were granted, and where to go on. Two calls."""
    listed = table.placed(site, "all", "", after=after, limit=EXPORT_MAX)
    found = [each.photo for each in table.read_many(site, [name for _, name in listed]) if each is not None]
    more = listed[-1][0] if len(listed) == EXPORT_MAX else None
    return [photo for photo in found if photo.state == "published" and rights.is_free(photo)], more


def entered(site: str, campaign: str, limit: int) -> list[Photo]:
    """The newest approved photos of a campaign, at most so many. A call for each hundred, and one."""
    listed = table.placed(site, table.ENTRY, campaign, after=None, limit=limit)
    found: list[Photo] = []
    for first in range(0, len(listed), EXPORT_MAX):
        names = [name for _, name in listed[first : first + EXPORT_MAX]]
        found += [each.photo for each in table.read_many(site, names) if each is not None]
    return found


def public_path(site: str, photo: Photo) -> str:
    """The path of its largest WebP for everybody, below the version of the API; empty for one without a picture."""
    names = [each.name for each in photo.picture.renditions if each.format == "webp"] if photo.picture else []
    return f"/public/{site}/photos/{photo.id}/{names[-1]}" if names else ""


def briefs(site: str, photo_ids: Sequence[str]) -> list[Brief | None]:
    """What the queue of moderators shows of photos. One call a hundred."""
    return [None if found is None else _brief(site, found.photo) for found in table.read_many(site, photo_ids)]


def of_member(site: str, mids: Sequence[str], *, after: str | None = None, limit: int = PAGE_MAX) -> list[Photo]:
    """Photos of a member, of whom these are all numbers, newest first, beyond one of them. A call for each, and one."""
    most = min(limit, PAGE_MAX)
    found = (name for mid in mids for name in table.owned(site, mid, after=after, limit=most))
    names = sorted(found, reverse=True)[:most]
    return [found.photo for found in table.read_many(site, names) if found is not None]


def picture_key(site: str, photo: Photo) -> str | None:
    """Where the picture lies for moderators: the original that was kept, or what came in."""
    if photo.picture is not None:
        return landing.kept(landing.PHOTOS, site, photo.id)
    return landing.incoming(landing.PHOTOS, site, photo.id) if photo.media_type == "image" else None


def forget(site: str, mid: str) -> bool:
    """Delete the next photos of an erased member, files first; whether nothing is left. Safe to repeat."""
    names = table.owned(site, mid, after=None, limit=FORGOTTEN_AT_ONCE)
    for name in names:
        found = table.read(site, name)
        if found is not None and found.photo.mid == mid:
            delete_remains(site, name)
        _delete(site, mid, name)
    return len(names) < FORGOTTEN_AT_ONCE


def delete_remains(site: str, photo_id: str) -> None:
    """Delete whatever may lie in the bucket of a photo, also what was made and not listed by whoever was killed."""
    for way in (landing.incoming, landing.kept, landing.refused):
        storage.delete(way(landing.PHOTOS, site, photo_id))
    for name in landing.SHOWN_NAMES:
        storage.delete(landing.shown(site, photo_id, name))


def dossier(site: str, mid: str) -> dict[str, Any]:
    """Everything that this package holds of a member; empty when there is nothing."""
    names = table.owned(site, mid, after=None, limit=DOSSIER_MAX)
    found = [each.photo for each in table.read_many(site, names) if each is not None]
    return {"photos": [each.model_dump(mode="json", exclude_defaults=True) for each in found]} if found else {}


def _delete(site: str, mid: str, photo_id: str) -> None:
    def decide(found: Stored | None) -> Plan[None]:
        writes = [table.disown(site, mid, photo_id)]
        if found is not None and found.photo.mid == mid:
            writes += [table.removal(site, found)]
            writes += moderation.moves(site, queue.PHOTO, place_of(found.photo), None)
            writes += [table.place_removal(key) for key in sorted(table.places(site, found.photo))]
            writes += table.look_removals(site, found.photo)
        return Plan(tuple(writes), None)

    commit(lambda: table.read(site, photo_id), decide)


def _shown(photo: Photo) -> Shown | None:
    if photo.state != "published":
        return None
    picture, video = photo.picture, photo.video
    width, height = (picture.width, picture.height) if picture else (video.width, video.height) if video else (0, 0)
    return Shown(photo.id, photo.media_type, width, height, picture.renditions if picture else (), photo)


def _brief(site: str, photo: Photo) -> Brief:
    by = f"@{photo.author}" if photo.author else photo.member
    title = photo.caption[:80] or (photo.video.title[:80] if photo.video else "") or by or photo.source
    names = [each.name for each in photo.picture.renditions] if photo.picture else []
    thumbnail = landing.shown(site, photo.id, SMALLEST if SMALLEST in names else names[0]) if names else None
    reasons = tuple((each.code, each.text) for each in photo.reasons)
    return Brief(photo.id, title, photo.member or None, reasons, thumbnail, photo.media_type)
