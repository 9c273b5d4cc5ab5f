"""What a gallery sees of photos: those that are published, without a word about members."""

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from chalicelib.values import value


@value
class Spot:
    """A point of the upright picture, from 0 to 1, that leads to a product."""

    id: str
    product: str
    x: float
    y: float
    label: str = ""


@value
class Priced:
    """A product beside a photo: its name, its page and its price in the programme's currency."""

    id: str
    name: str
    url: str = ""
    price: Decimal | None = None
    image: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    """By language, where it has others than its own name."""


@value
class Frame:
    """A part of the upright picture, all from 0 to 1."""

    left: float
    top: float
    width: float
    height: float
    version: str = ""
    """Another one where the picture or the frame was changed."""


@value
class Size:
    """A file that shows the whole picture: its name in addresses, its format and its width in pixels."""

    name: str
    format: str
    width: int


@value(kw_only=True)
class Shown:
    """A published photo or video. ``author`` is empty where their name may not be shown."""

    id: str
    published: datetime
    media_type: str = "image"
    width: int
    """Of the upright picture, in pixels."""
    height: int
    caption: str = ""
    texts: Mapping[str, str]
    """Captions by language."""
    alt: Mapping[str, str]
    """What is to be seen, by language."""
    author: str = ""
    tags: tuple[str, ...] = ()
    store: str = ""
    source: str = ""
    products: tuple[str, ...] = ()
    spots: tuple[Spot, ...] = ()
    frames: Mapping[str, Frame]
    """What shows of the picture in a crop, by the crop's name."""
    video: str = ""
    """Where a player of the video is embedded from; empty for pictures."""
    poster: str = ""
    """A picture of a video that we have none of."""
    sizes: tuple[Size, ...]


@value
class Listed:
    """Ids of published photos in order, each with the place after which a list goes on."""

    photo: str
    place: str


class Album(Protocol):
    """Where published photos are found."""

    def published(
        self, site: str, by: str, subject: str, *, after: str, limit: int, oldest_first: bool
    ) -> Sequence[Listed]:
        """At most ``limit`` published photos of a subject, from the one after a place (empty: the first). One query."""
        ...

    def shown(self, site: str, photos: Sequence[str], crops: Mapping[str, str]) -> Sequence[Shown | None]:
        """Published photos by their ids, with what shows in crops (name → ratio); ``None`` for others. One call."""
        ...
