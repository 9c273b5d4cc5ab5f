"""What a page tells of one view of a gallery, and what is counted of it.

    {"gallery": "summer", "view": "<random>", "experiment": "e", "variant": "a",
     "events": [{"type": "seen"}, {"type": "view", "photo": "p1"}, {"type": "click", "photo": "p1"}]}

``view`` is a random text that the page makes for this view and message; it leads to nobody and is forgotten.
"""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Final, Literal

from chalicelib.programme.definitions.gallery import Gallery
from chalicelib.values import value

EVENTS_MAX: Final = 100
PHOTOS_MAX: Final = 50
"""Photos of one beacon that are counted."""
BEACON_LETTERS: Final = 12
Kind = Literal["seen", "clicked", "bought", "view", "click", "buy"]
KINDS: Final[tuple[Kind, ...]] = ("seen", "clicked", "bought", "view", "click", "buy")
_OF_GALLERY: Final = frozenset({"seen", "clicked", "bought"})
_COUNTED_AS: Final = {"view": "views", "click": "clicks", "buy": "buys"}


@value
class Event:
    """Something that happened in the view: to the gallery (seen, its first click and purchase), or to a photo."""

    kind: Kind
    photo: str = ""


@value
class Beacon:
    """What a page tells at once."""

    gallery: str
    name: str
    """Digest of the page's random text."""
    experiment: str
    variant: str
    events: tuple[Event, ...]


@value
class Counted:
    """What is added: to the gallery, and to each photo."""

    gallery: Mapping[str, int]
    by_photo: Mapping[str, Mapping[str, int]]


def named(text: str) -> str:
    """The name under which a beacon is remembered for a while."""
    return hashlib.sha256(text.encode()).hexdigest()[:BEACON_LETTERS]


def photos_of(beacon: Beacon) -> list[str]:
    """The photos that a beacon names, each once, not more than are counted."""
    return list(dict.fromkeys(each.photo for each in beacon.events if each.photo))[:PHOTOS_MAX]


def counted(beacon: Beacon, known: Iterable[str]) -> Counted:
    """Each thing at most once a beacon, and only photos that are published."""
    gallery = {kind: 1 for kind in _OF_GALLERY if any(each.kind == kind for each in beacon.events)}
    by_photo: dict[str, dict[str, int]] = {}
    of_known = set(known)
    for each in beacon.events:
        if each.photo in of_known and each.kind in _COUNTED_AS:
            by_photo.setdefault(each.photo, {})[_COUNTED_AS[each.kind]] = 1
    totals = {kind: sum(kind in said for said in by_photo.values()) for kind in _COUNTED_AS.values()}
    return Counted(gallery | {kind: many for kind, many in totals.items() if many}, by_photo)


def row_of(gallery: Gallery, beacon: Beacon) -> str:
    """The row of the gallery's counters: experiment and variant, where the gallery has these, else the plain one."""
    experiment = gallery.experiment
    if experiment is None or experiment.experiment_id != beacon.experiment:
        return ""
    has = any(variant.variant_id == beacon.variant for variant in experiment.variants)
    return variant_row(beacon.experiment, beacon.variant) if has else ""


def variant_row(experiment: str, variant: str) -> str:
    """How a variant's counts are named; neither id holds a colon."""
    return f"{experiment}:{variant}"
