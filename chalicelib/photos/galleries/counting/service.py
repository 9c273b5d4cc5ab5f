"""Count what pages tell of galleries, once, and report it. No cookie, no address, no person: sums by day."""

from datetime import date, datetime, timedelta
from typing import Final
from zlib import crc32

from chalicelib.dynamo.commit import Plan, commit
from chalicelib.errors import Malformed
from chalicelib.photos.galleries import service as galleries
from chalicelib.photos.galleries import table
from chalicelib.photos.galleries.album import Album
from chalicelib.photos.galleries.counting import beacon as beacons
from chalicelib.photos.galleries.counting import report as reports
from chalicelib.photos.galleries.counting.beacon import Beacon
from chalicelib.photos.galleries.counting.report import Report
from chalicelib.photos.galleries.service import UnknownGallery
from chalicelib.photos.galleries.table import GalleryItem
from chalicelib.photos.galleries.trending import Counts
from chalicelib.programme.in_force import InForce
from chalicelib.values import value

REPORT_DAYS_MAX: Final = 92
PHOTOS_TOLD_MAX: Final = 50


class BadRange(Malformed):
    """Days that no report covers."""

    def __init__(self) -> None:
        super().__init__(f"from, to: days in order, at most {REPORT_DAYS_MAX} of them, for example 2026-06-01.")


@value
class OfPhoto:
    """What was counted of a photo in the days of a report."""

    photo: str
    counts: Counts


def count(site: str, force: InForce, album: Album, beacon: Beacon, now: datetime) -> bool:
    """Count what a page told of a gallery that is shown now; ``False`` where it was counted before.

    Raises ``UnknownGallery``. Only published photos are counted, and each thing once a beacon.
    """
    gallery = galleries.open_gallery(site, force, beacon.gallery, "", now).gallery
    named = beacons.photos_of(beacon)
    known = [each.id for each in album.shown(site, named, {}) if each is not None] if named else []
    counted = beacons.counted(beacon, known)
    if not counted.gallery:
        return False
    day, row = now.date(), beacons.row_of(gallery, beacon)
    shard = crc32(beacon.name.encode()) % table.shards()

    def load() -> GalleryItem | None:
        return table.load_gallery(site, gallery.gallery_id, day, row, shard)

    def decide(before: GalleryItem | None) -> Plan[bool]:
        if beacon.name in table.recent_of(before):
            return Plan((), result=False)
        total = table.gallery_write(site, gallery.gallery_id, day, row, shard, before, beacon.name, counted.gallery)
        of_photos = (table.photo_write(site, photo, day, said) for photo, said in counted.by_photo.items())
        return Plan((total, *of_photos), result=True, witness=lambda: beacon.name in table.recent_of(load()))

    return commit(load, decide)


def report(site: str, force: InForce, gallery_id: str, first: date, last: date) -> Report:
    """What was counted of a gallery from one day to another, both included, days of UTC.

    Raises ``UnknownGallery`` and ``BadRange``. Galleries that are off or over can be reported on.
    """
    gallery = force.gallery_by_id.get(gallery_id)
    if gallery is None:
        raise UnknownGallery
    _check(first, last)
    rows = ((each.day, each.variant, each.counts) for each in table.rows(site, gallery_id, first, last))
    return reports.report(rows, gallery.experiment)


def photos(site: str, ids: tuple[str, ...], first: date, last: date) -> list[OfPhoto]:
    """What was counted of photos in all galleries together, the most clicked first. Raises ``BadRange``."""
    _check(first, last)
    found = table.counts_of(site, ids[:PHOTOS_TOLD_MAX], first, last)
    told = [OfPhoto(photo, _sum(list(by_day.values()))) for photo, by_day in found.items()]
    return sorted(told, key=lambda each: (-each.counts.buys, -each.counts.clicks, -each.counts.views))


def _sum(counts: list[Counts]) -> Counts:
    return Counts(
        sum(each.views for each in counts), sum(each.clicks for each in counts), sum(each.buys for each in counts)
    )


def _check(first: date, last: date) -> None:
    if not timedelta(0) <= last - first < timedelta(days=REPORT_DAYS_MAX):
        raise BadRange
