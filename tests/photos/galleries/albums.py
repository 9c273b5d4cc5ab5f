"""An album in memory, for tests of what galleries do with published photos."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.photos.galleries.album import Frame, Listed, Shown, Size

NOON = datetime(2026, 6, 15, 12, tzinfo=UTC)
SITE = "29235480"


SIZES = (
    *(Size(f"w{width}.webp", "webp", width) for width in (256, 512, 1024, 1200)),
    *(Size(f"w{width}.jpg", "jpeg", width) for width in (512, 1024)),
)


def photo(name: str, age_days: int = 0, **more: Any) -> Shown:
    """A published photo, 1200 by 1600, valid by default."""
    given: dict[str, Any] = {
        "width": 1200,
        "height": 1600,
        "sizes": SIZES,
        "texts": {},
        "alt": {},
        "frames": {"square": Frame(0, 0.125, 1, 0.75)},
    }
    return Shown(id=name, published=NOON - timedelta(days=age_days), **(given | more))


class Shelf:
    """Photos that stand by product, tag and category, as they name them."""

    def __init__(self, *photos: Shown) -> None:
        self.photos = photos
        self.calls = 0

    def published(
        self, site: str, by: str, subject: str, *, after: str, limit: int, oldest_first: bool
    ) -> Sequence[Listed]:
        self.calls += 1
        fitting = [each for each in self.photos if site == SITE and _is_of(each, by, subject)]
        ordered = sorted(fitting, key=lambda each: each.published, reverse=not oldest_first)
        names = [each.id for each in ordered]
        first = names.index(after) + 1 if after in names else 0
        return [Listed(name, name) for name in names[first : first + limit]]

    def shown(self, site: str, photos: Sequence[str], crops: Mapping[str, str]) -> Sequence[Shown | None]:
        self.calls += 1
        by_id = {each.id: each for each in self.photos if site == SITE}
        assert len(crops) <= 1
        return [by_id.get(each) for each in photos]


def _is_of(each: Shown, by: str, subject: str) -> bool:
    return {"all": True, "product": subject in each.products, "tag": subject in each.tags}.get(by, False)
