"""Galleries as a page shows them: found, filled with published photos, and ranked where they trend.

A page of a gallery takes at most three calls to the database: its list or ranking, its photos, their products. A
ranking is computed by whoever finds it ten minutes old; that one call takes up to six more.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from chalicelib.catalog import service as catalog
from chalicelib.catalog.product import Product
from chalicelib.dynamo.commit import Plan, commit
from chalicelib.errors import Malformed, NotFound
from chalicelib.photos.galleries import choosing, filtering, table, trending
from chalicelib.photos.galleries.album import Album, Listed, Priced, Shown
from chalicelib.photos.galleries.choosing import Chosen
from chalicelib.photos.galleries.table import Board
from chalicelib.photos.galleries.trending import Candidate
from chalicelib.programme.definitions.gallery import Gallery
from chalicelib.programme.in_force import InForce
from chalicelib.values import value

BOARD_SECONDS: Final = 600
RANKED_MAX: Final = 100
"""Photos that can trend: the newest of a subject."""
PRODUCTS_MAX: Final = 100
"""Products of a page that are named; a photo shows those that are."""


class UnknownGallery(NotFound):
    """There is no such gallery, or not now."""

    def __init__(self) -> None:
        super().__init__(
            "No data found: there is no gallery of this id, or it is switched off or not within its dates."
        )


class SubjectMissing(Malformed):
    """The gallery leaves it to the page what it is about."""

    def __init__(self, by: str) -> None:
        super().__init__(f"{by}: this gallery shows photos of one {by}; name it in the query.")


@value
class Asked:
    """What a page asks for. ``about`` is its product, category or tag, for galleries that leave it open."""

    gallery: str
    about: str = ""
    visitor: str = ""
    place: str = ""


@value
class Page:
    """A page of a gallery: its photos, the products they name, and the place after which it goes on, if it does."""

    chosen: Chosen
    photos: tuple[Shown, ...]
    products: dict[str, Priced]
    following: str


def feed(site: str, force: InForce, album: Album, asked: Asked, now: datetime) -> Page:
    """A page of a gallery. Raises ``UnknownGallery``, ``SubjectMissing`` and ``BadPlace``."""
    chosen = open_gallery(site, force, asked.gallery, asked.visitor, now)
    gallery = chosen.gallery
    subject = _subject(gallery, asked.about)
    place = filtering.checked_place(asked.place)
    wide = filtering.looks_at(gallery.filters, gallery.per_page)
    listed, is_more = _listed(site, album, gallery, subject, place, wide, now)
    found = album.shown(site, [each.photo for each in listed], crops_of(gallery, force))
    used, photos = filtering.page([each.photo for each in listed], found, gallery.filters, gallery.per_page)
    goes_on = bool(listed) and (is_more or used < len(listed))
    return Page(chosen, tuple(photos), _products(site, photos), listed[used - 1].place if goes_on else "")


def open_gallery(site: str, force: InForce, gallery_id: str, visitor: str, now: datetime) -> Chosen:
    """A gallery that is shown now, as a visitor sees it. Raises ``UnknownGallery``."""
    _ = site
    gallery = force.gallery_by_id.get(gallery_id)
    if gallery is None or not choosing.is_open(gallery, now, force.zone):
        raise UnknownGallery
    return choosing.chosen(gallery, visitor, now, force.zone)


def crops_of(gallery: Gallery, force: InForce) -> dict[str, str]:
    """The crop in which a gallery shows its photos, with its ratio of width to height; none for their own."""
    ratio = force.programme.photos.ratio(gallery.layout.crop)
    return {} if ratio is None else {gallery.layout.crop: ratio}


def _subject(gallery: Gallery, about: str) -> str:
    if gallery.by in ("all", "picked"):
        return ""
    subject = gallery.subject or about
    if not subject:
        raise SubjectMissing(gallery.by)
    return subject


def _listed(
    site: str, album: Album, gallery: Gallery, subject: str, place: str, wide: int, now: datetime
) -> tuple[list[Listed], bool]:
    """Photos from a place on, and whether there may be more of them."""
    if gallery.by == "picked" and gallery.order == "manual":
        return _part(gallery.photos, place, wide)
    if gallery.by == "picked":
        return _part(_picked(site, album, gallery, now), place, wide)
    if gallery.order == "trending":
        return _part(_trending(site, album, gallery, subject, now), place, wide)
    # One more than is shown tells whether there is another page: nobody is to be led to an empty one.
    is_oldest_first = gallery.order == "oldest"
    found = album.published(site, gallery.by, subject, after=place, limit=wide + 1, oldest_first=is_oldest_first)
    return list(found[:wide]), len(found) > wide


def _part(photos: Sequence[str], place: str, wide: int) -> tuple[list[Listed], bool]:
    first = filtering.number_of(place)
    part = [Listed(photo, str(first + number + 1)) for number, photo in enumerate(photos[first : first + wide])]
    return part, first + wide < len(photos)


def _picked(site: str, album: Album, gallery: Gallery, now: datetime) -> Sequence[str]:
    """Picked photos in an order that is not by hand; ranked anew as what trends is."""

    def rank() -> list[str]:
        found = [each for each in album.shown(site, gallery.photos, {}) if each is not None]
        if gallery.order == "trending":
            return _ranked(site, gallery, found, now)
        by_time = sorted(found, key=lambda each: each.published, reverse=gallery.order == "newest")
        return [each.id for each in by_time]

    return _board(site, f"{gallery.gallery_id}#{gallery.order}#", rank, now)


def _trending(site: str, album: Album, gallery: Gallery, subject: str, now: datetime) -> Sequence[str]:
    def rank() -> list[str]:
        newest = album.published(site, gallery.by, subject, after="", limit=RANKED_MAX, oldest_first=False)
        found = album.shown(site, [each.photo for each in newest], {})
        return _ranked(site, gallery, [each for each in found if each is not None], now)

    return _board(site, f"{gallery.gallery_id}#trending#{subject}", rank, now)


def _ranked(site: str, gallery: Gallery, photos: Sequence[Shown], now: datetime) -> list[str]:
    today = now.date()
    counts = table.counts_of(
        site, [each.id for each in photos], today - timedelta(days=trending.WINDOW_DAYS - 1), today
    )
    candidates = [
        Candidate(
            each.id, each.published.date().toordinal(), {day.toordinal(): said for day, said in counts[each.id].items()}
        )
        for each in photos
    ]
    return trending.ranked(candidates, gallery.trending, today.toordinal())


def _board(site: str, name: str, rank: Callable[[], list[str]], now: datetime) -> Sequence[str]:
    """The ranking under a name, computed anew where it is old. Of several who do so at once the first one's stands.

    What nobody published under is not kept, so that made-up subjects leave nothing behind.
    """
    at = int(now.timestamp())
    board = table.load_board(site, name)
    if board is not None and at - board.at < BOARD_SECONDS:
        return board.photos
    ranked = tuple(rank())
    if not ranked and board is None:
        return ()

    def decide(before: Board | None) -> Plan[Sequence[str]]:
        if before is not None and at - before.at < BOARD_SECONDS:
            return Plan((), before.photos)
        return Plan((table.board_write(site, name, before, Board(ranked, at)),), ranked)

    return commit(lambda: table.load_board(site, name), decide)


def _priced(product: Product) -> Priced:
    names = product.names_by_language
    return Priced(product.id, product.name, product.url, product.price, product.image_url, names)


def _products(site: str, photos: Sequence[Shown]) -> dict[str, Priced]:
    """The products of these photos that the catalogue has, in one call."""
    ids = list(dict.fromkeys(each for photo in photos for each in (*photo.products, *(s.product for s in photo.spots))))
    found = catalog.read_many(site, ids[:PRODUCTS_MAX]) if ids else []
    return {each.id: _priced(each) for each in found if each}
