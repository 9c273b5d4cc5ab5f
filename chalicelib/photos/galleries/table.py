"""Counters of galleries and photos, and boards of what trends. Nothing here grows with what a stranger sends: a row
is one of a gallery, variant, day and part, or one of a photo and month.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from pynamodb.attributes import TTLAttribute, UnicodeAttribute

from chalicelib import settings
from chalicelib.dynamo import items
from chalicelib.dynamo.commit import ABSENT, Write
from chalicelib.dynamo.items import Address, Item, Whole
from chalicelib.photos.galleries.trending import Counts
from chalicelib.values import value

KINDS: Final = ("views", "clicks", "buys")
"""What is counted of a photo."""
RECENT_MAX: Final = 64
"""Beacons that each part of a day's counter remembers, so that one that comes twice is counted once."""
GALLERY_DAYS_KEPT: Final = 400
PHOTO_DAYS_KEPT: Final = 190
ROWS_MAX: Final = 20_000
"""Rows that a report reads: 92 days of six variants in 16 parts are 8,832."""
_MONTH_DAYS: Final = 31
_BOARD: Final = "BOARD"


class GalleryItem(Item):
    """A part of a day's counts of one gallery in one variant."""

    ver = Whole()
    seen = Whole(null=True)
    clicked = Whole(null=True)
    bought = Whole(null=True)
    views = Whole(null=True)
    clicks = Whole(null=True)
    buys = Whole(null=True)
    recent = UnicodeAttribute(null=True)
    ttl = TTLAttribute()


def _of_month() -> dict[str, Any]:
    return {f"{kind}{day:02d}": Whole(null=True) for kind in KINDS for day in range(1, _MONTH_DAYS + 1)}


_made: Final[Any] = type(Item)
PhotoItem: Final[Any] = _made("PhotoItem", (Item,), {**_of_month(), "ttl": TTLAttribute(null=True)})
"""A month's counts of one photo, a number for each kind and day: added to without being read."""


class BoardItem(Item):
    """What trends, in order, as it was computed at a moment."""

    at = Whole()
    body = UnicodeAttribute()
    ttl = TTLAttribute()


@value
class Board:
    """Photos in order, and the second at which they were ranked."""

    photos: tuple[str, ...]
    at: int


@value
class Row:
    """Counts of a gallery on a day, in one variant (empty for none)."""

    day: date
    variant: str
    counts: Mapping[str, int]


def gallery_address(site: str, gallery: str, day: date, variant: str, shard: int) -> Address:
    """Where a part of a gallery's counts of a day stands. Neither ids nor variants hold the separator."""
    return (GalleryItem, _of_gallery(site, gallery), f"{day:%Y-%m-%d}#{variant}#{shard}")


def load_gallery(site: str, gallery: str, day: date, variant: str, shard: int) -> GalleryItem | None:
    """A part of a gallery's counts of a day."""
    found = items.get(*gallery_address(site, gallery, day, variant, shard))
    return found if isinstance(found, GalleryItem) else None


def gallery_write(
    site: str, gallery: str, day: date, variant: str, shard: int, before: GalleryItem | None, beacon: str,
    counts: Mapping[str, int],
) -> Write:  # fmt: skip
    """The write that adds a beacon's counts to those that were read, and remembers the beacon."""
    _, pk, sk = gallery_address(site, gallery, day, variant, shard)
    names = ("seen", "clicked", "bought", *KINDS)
    total: dict[str, Any] = {name: (getattr(before, name, None) or 0) + counts.get(name, 0) for name in names}
    version = 0 if before is None else before.ver
    recent = ",".join([*recent_of(before), beacon][-RECENT_MAX:])
    item = GalleryItem(pk, sk, ver=version + 1, recent=recent, ttl=_end_of(day, GALLERY_DAYS_KEPT), **total)
    return Write(item, GalleryItem.ver == version if version else ABSENT)


def recent_of(item: GalleryItem | None) -> list[str]:
    """The beacons that a part remembers, oldest first."""
    return item.recent.split(",") if item is not None and item.recent else []


def photo_write(site: str, photo: str, day: date, counts: Mapping[str, int]) -> Write:
    """The write that adds to a photo's counts of a day."""
    item = PhotoItem(_of_photo(site, photo), f"{day:%Y-%m}")
    actions = [getattr(PhotoItem, f"{kind}{day.day:02d}").add(many) for kind, many in counts.items() if many]
    return Write(item, actions=(*actions, PhotoItem.ttl.set(_end_of(day, PHOTO_DAYS_KEPT))))


def counts_of(site: str, photos: Sequence[str], first: date, last: date) -> dict[str, dict[date, Counts]]:
    """Counts of photos by day, from one day to another: a call for each hundred of photos and months."""
    months = list(dict.fromkeys(f"{day:%Y-%m}" for day in _days(first, last)))
    places = [(photo, month) for photo in photos for month in months]
    found = items.get_many([(PhotoItem, _of_photo(site, photo), month) for photo, month in places]) if places else []
    by_photo: dict[str, dict[date, Counts]] = {photo: {} for photo in photos}
    for (photo, month), item in zip(places, found, strict=True):
        if item is not None:
            by_photo[photo] |= {day: said for day, said in _by_day(item, month) if first <= day <= last}
    return by_photo


def rows(site: str, gallery: str, first: date, last: date) -> list[Row]:
    """A gallery's counts from one day to another, part by part."""
    bounds = GalleryItem.sk.between(f"{first:%Y-%m-%d}#", f"{last:%Y-%m-%d}$")
    found = items.query(GalleryItem, _of_gallery(site, gallery), bounds, limit=ROWS_MAX)
    return [_row(item) for item in found]


def load_board(site: str, name: str) -> Board | None:
    """What was ranked last under a name."""
    found = items.get(BoardItem, _of_board(site, name), _BOARD)
    return None if found is None else Board(tuple(found.body.split(",")) if found.body else (), found.at)


def board_write(site: str, name: str, before: Board | None, after: Board) -> Write:
    """The write of a ranking in place of the one that was read."""
    ttl = datetime.fromtimestamp(after.at, UTC) + timedelta(days=2)
    item = BoardItem(_of_board(site, name), _BOARD, at=after.at, body=",".join(after.photos), ttl=ttl)
    return Write(item, ABSENT if before is None else BoardItem.at == before.at)


def shards() -> int:
    """Parts of a day's counter."""
    return settings.COUNTER_SHARDS


def _by_day(item: Any, month: str) -> Iterable[tuple[date, Counts]]:
    for number in range(1, _MONTH_DAYS + 1):
        said = {kind: getattr(item, f"{kind}{number:02d}") or 0 for kind in KINDS}
        if any(said.values()):
            yield date.fromisoformat(f"{month}-{number:02d}"), Counts(**said)


def _row(item: GalleryItem) -> Row:
    day, variant, _ = item.sk.split("#")
    names = ("seen", "clicked", "bought", *KINDS)
    return Row(date.fromisoformat(day), variant, {name: getattr(item, name) or 0 for name in names})


def _days(first: date, last: date) -> Iterable[date]:
    return (first + timedelta(days=number) for number in range((last - first).days + 1))


def _end_of(day: date, kept_days: int) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=kept_days)


def _of_gallery(site: str, gallery: str) -> str:
    return f"VIEWS#{site}#gallery#{gallery}"


def _of_photo(site: str, photo: str) -> str:
    return f"VIEWS#{site}#photo#{photo}"


def _of_board(site: str, name: str) -> str:
    return f"VIEWS#{site}#board#{name}"
