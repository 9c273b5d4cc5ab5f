"""Which gallery stands in a place, and in which form."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from chalicelib.photos.galleries import experiments
from chalicelib.programme.definitions.gallery import Experiment, Gallery, Variant
from chalicelib.values import value

_REPLACED: Final = (
    "order",
    "per_page",
    "layout",
    "texts",
    "networks",
    "captions",
    "authors",
    "hot_spots",
    "buy_links",
)
"""Fields of a gallery that a variant may replace."""


@value
class Chosen:
    """A gallery as one variant of its experiment shows it; without a running experiment, as it is."""

    gallery: Gallery
    experiment: str = ""
    variant: str = ""


def is_open(dated: Gallery | Experiment, now: datetime, zone: ZoneInfo) -> bool:
    """Whether it is switched on, and ``now`` lies between its dates, if it has any, on the clocks of the zone."""
    moment = now.astimezone(zone).replace(tzinfo=None).isoformat(timespec="seconds")
    begun = dated.starts_at is None or dated.starts_at <= moment
    return dated.status == "ON" and begun and (dated.ends_at is None or moment < dated.ends_at)


def banner(
    galleries: Iterable[Gallery], slot: str, theme: str, category: str, now: datetime, zone: ZoneInfo
) -> Gallery | None:
    """The gallery for a slot of a page: of those that fit, the highest priority, then the one that says most of the
    page (theme and category), then the one that began last; ``None`` for none.
    """
    fitting = [
        gallery
        for gallery in galleries
        if gallery.banner is not None
        and gallery.banner.slot == slot
        and gallery.banner.theme in ("", theme)
        and gallery.banner.category in ("", category)
        and is_open(gallery, now, zone)
    ]
    return max(fitting, key=_precedence, default=None)


def chosen(gallery: Gallery, visitor: str, now: datetime, zone: ZoneInfo) -> Chosen:
    """The gallery as this visitor sees it."""
    experiment = gallery.experiment
    if experiment is None or not is_open(experiment, now, zone):
        return Chosen(gallery)
    variant = experiments.assigned(experiment, visitor)
    return Chosen(applied(gallery, variant), experiment.experiment_id, variant.variant_id)


def applied(gallery: Gallery, variant: Variant) -> Gallery:
    """The gallery with the fields that the variant replaces; texts are replaced language by language."""
    changes = {name: said for name in _REPLACED if (said := getattr(variant, name)) is not None}
    if variant.texts is not None:
        changes["texts"] = {**gallery.texts, **variant.texts}
    return gallery.model_copy(update=changes)


def variants_of(gallery: Gallery) -> tuple[str, ...]:
    """The variants whose interactions are counted; one without a name where there is no experiment."""
    return ("", *(variant.variant_id for variant in gallery.experiment.variants)) if gallery.experiment else ("",)


def _precedence(gallery: Gallery) -> tuple[int, int, str, str]:
    placed = gallery.banner
    if placed is None:
        return (0, 0, "", gallery.gallery_id)
    return (placed.priority, bool(placed.theme) + bool(placed.category), gallery.starts_at or "", gallery.gallery_id)
