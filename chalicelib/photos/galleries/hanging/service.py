"""Published photos as galleries see them: no word about members, and authors only where they may be named."""

from collections.abc import Mapping, Sequence
from typing import Final

from chalicelib.ids import digest
from chalicelib.photos import service as photos
from chalicelib.photos import table
from chalicelib.photos.cutting import service as cutting
from chalicelib.photos.galleries.album import Album, Frame, Listed, Shown, Size, Spot
from chalicelib.photos.photo import Photo

NETWORKS: Final = frozenset({"instagram", "x", "facebook", "youtube"})
"""Sources whose authors published under their handle themselves."""
CONSENTED: Final = frozenset({"implicit", "granted"})
VERSION_LETTERS: Final = 8


class Published:
    """The photos of the site that are published."""

    def published(
        self, site: str, by: str, subject: str, *, after: str, limit: int, oldest_first: bool
    ) -> Sequence[Listed]:
        """At most ``limit`` published photos of a subject, from the one after a place. One query."""
        found = table.placed(site, by, subject, after=after or None, limit=limit, oldest_first=oldest_first)
        return [Listed(photo, place) for place, photo in found]

    def shown(self, site: str, photo_ids: Sequence[str], crops: Mapping[str, str]) -> Sequence[Shown | None]:
        """Published photos by their ids, with what shows in crops (name → ratio). One call a hundred."""
        found = photos.shown(site, photo_ids)
        return [None if each is None else _shown(each.photo, crops) for each in found]


ALBUM: Final[Album] = Published()


def _shown(photo: Photo, crops: Mapping[str, str]) -> Shown:
    picture, video = photo.picture, photo.video
    is_named = photo.source in NETWORKS and photo.rights.state in CONSENTED
    return Shown(
        id=photo.id,
        published=photo.since,
        media_type=photo.media_type,
        width=picture.width if picture else video.width if video and video.width else 16,
        height=picture.height if picture else video.height if video and video.height else 9,
        caption=photo.caption,
        texts=photo.texts,
        alt=photo.alt,
        author=photo.author if is_named else "",
        tags=photo.tags,
        store=photo.store,
        source=photo.source,
        products=photo.products,
        spots=tuple(Spot(each.id, each.product, each.x, each.y, each.label) for each in photo.hot_spots),
        frames={} if picture is None else {name: _frame(photo, name, ratio) for name, ratio in crops.items()},
        video=video.embed_url if video else "",
        poster=video.thumbnail_url if video and picture is None else "",
        sizes=() if picture is None else tuple(Size(e.name, e.format, e.width) for e in picture.renditions),
    )


def _frame(photo: Photo, crop: str, ratio: str) -> Frame:
    seen = cutting.window_of(photo, crop, ratio)
    sha = photo.picture.sha256 if photo.picture else ""
    version = digest(sha, repr(seen))[:VERSION_LETTERS]
    return Frame(seen.left, seen.top, seen.width, seen.height, version)
