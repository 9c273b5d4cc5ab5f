"""Which photos a gallery admits beyond its subject, and which page of them is asked for."""

import re
from collections.abc import Sequence
from typing import Final

from chalicelib.errors import Malformed
from chalicelib.photos.galleries.album import Shown
from chalicelib.programme.definitions.gallery import Filters

PLACE_CHARACTERS_MAX: Final = 200
READ_MAX: Final = 100
"""Photos that one page looks at, whatever its filters leave of them."""
LOOKED_AHEAD: Final = 3
"""Photos that a page with filters looks at for each that it shows."""
_PLACE: Final = re.compile(r"[A-Za-z0-9_.~:#-]*")


class BadPlace(Malformed):
    """A cursor that no page of a gallery gave."""

    def __init__(self) -> None:
        super().__init__("cursor: send what the page before gave as following, or leave it out to begin.")


def admits(filters: Filters, photo: Shown) -> bool:
    """Whether the photo is what the filters ask for."""
    return (
        set(filters.tags) <= set(photo.tags)
        and (not filters.stores or photo.store in filters.stores)
        and (not filters.sources or photo.source in filters.sources)
        and filters.media_type in ("any", photo.media_type)
        and (not filters.with_products or bool(photo.products))
    )


def looks_at(filters: Filters, per_page: int) -> int:
    """How many photos a page reads to fill itself."""
    return min(per_page if filters == Filters() else per_page * LOOKED_AHEAD, READ_MAX)


def checked_place(said: str) -> str:
    """The place of a cursor. Raises ``BadPlace``. It opens nothing that the gallery's subject does not have."""
    if len(said) > PLACE_CHARACTERS_MAX or not _PLACE.fullmatch(said):
        raise BadPlace
    return said


def number_of(place: str) -> int:
    """The place of a list that is kept in one piece: how many came before. Raises ``BadPlace``."""
    if not place:
        return 0
    if not place.isascii() or not place.isdigit() or len(place) > len(str(READ_MAX)) + 1:
        raise BadPlace
    return int(place)


def page(
    listed: Sequence[str], photos: Sequence[Shown | None], filters: Filters, per_page: int
) -> tuple[int, list[Shown]]:
    """The photos of a page, and how many of those that were listed it used up."""
    found: list[Shown] = []
    for used, photo in enumerate(photos):
        if len(found) == per_page:
            return used, found
        if photo is not None and admits(filters, photo):
            found.append(photo)
    return len(listed), found
