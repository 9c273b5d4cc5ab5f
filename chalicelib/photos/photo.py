"""A photo or video as it is kept. Pure."""

from datetime import datetime
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict

PRODUCTS_MAX: Final = 20
SPOTS_MAX: Final = 20
TAGS_MAX: Final = 20
TEXTS_MAX: Final = 20
CROPS_MAX: Final = 10
HISTORY_MAX: Final = 50
CAPTION_CHARACTERS_MAX: Final = 2_000
TAG_CHARACTERS_MAX: Final = 60
LABEL_CHARACTERS_MAX: Final = 100

State = Literal["received", "pending", "approved", "published", "rejected", "withdrawn", "stuck", "expired"]
RightsState = Literal["none", "implicit", "requested", "granted", "denied"]
Source = Literal["upload", "api", "drop", "review", "instagram", "x", "facebook", "youtube", "csv", "code"]
HASHTAG: Final = "hashtag"


class Part(BaseModel):
    """A frozen part of a photo; what it does not say is what the field says by itself."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Rendition(Part):
    """A picture made of the original: ``name`` is its file, such as ``w512.webp``; pixels."""

    name: str
    format: str
    width: int
    height: int
    bytes: int = 0


class Picture(Part):
    """What is known of the picture itself, upright."""

    width: int
    height: int
    sha256: str
    look: str
    """A hash of 256 bits of what it looks like, in hexadecimal digits."""
    original_type: str
    renditions: tuple[Rendition, ...] = ()


class Video(Part):
    """A video that another service plays: nothing of it is copied but what its public embed data says."""

    provider: str
    video_id: str
    embed_url: str
    thumbnail_url: str = ""
    title: str = ""
    width: int = 0
    height: int = 0


class Step(Part):
    """Something that happened: when, by whom, what, and in words."""

    at: datetime
    by: str
    verb: str
    text: str = ""


class RightsStep(Part):
    """A change of rights, as evidence: when, by whom, to what, and the text that was agreed to or asked."""

    at: datetime
    by: str
    state: RightsState
    text: str = ""


class Rights(Part):
    """What the owner of the picture allowed, and how we know."""

    state: RightsState = "none"
    trail: tuple[RightsStep, ...] = ()


class HotSpot(Part):
    """A product at a place of the upright original, from its left and top, 0 to 1."""

    id: str
    product: str
    x: float
    y: float
    label: str = ""


class Crop(Part):
    """How a picture is cut for a place: about a focus, or as the vendor's pages say it, by a transformation."""

    focus_x: float | None = None
    focus_y: float | None = None
    x: float | None = None
    y: float | None = None
    scale: float | None = None
    wrapper_width: float | None = None


class Label(Part):
    """What the screen sees in a picture, and how surely (0 to 1)."""

    name: str
    confidence: float


class Reason(Part):
    """Why a human looks at it, or why it was refused."""

    code: str
    text: str


class Paid(Part):
    """The award for it: whose book, which entry, how many points, in smallest units; why none, if so."""

    mid: str
    entry: int = 0
    points: int = 0
    action: int = 0
    withheld: str = ""
    reversed: bool = False


class Photo(Part):
    """See the module. ``mid`` is the member it belongs to, ``member`` their id as it was given."""

    id: str
    source: Source
    source_id: str = ""
    via: str = ""
    """``hashtag`` where it was found by one, else empty."""
    state: State = "received"
    since: datetime
    uploaded: datetime
    media_type: Literal["image", "video"] = "image"
    author: str = ""
    """The handle of whoever published it, in the network of its source."""
    mid: str = ""
    member: str = ""
    caption: str = ""
    texts: dict[str, str] = {}
    """Captions by language."""
    alt: dict[str, str] = {}
    """What is to be seen, by language, for whoever does not see it."""
    tags: tuple[str, ...] = ()
    store: str = ""
    campaign: str = ""
    code: str = ""
    """The short code whose form it came by."""
    action: int = 0
    """The action that it pays, where its campaign names one."""
    posted: datetime | None = None
    permalink: str = ""
    rights: Rights = Rights()
    picture: Picture | None = None
    video: Video | None = None
    focus: tuple[float, float] = (0.5, 0.5)
    focus_by_hand: bool = False
    crops: dict[str, Crop] = {}
    products: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    """Of its products, when it was published or changed last."""
    hot_spots: tuple[HotSpot, ...] = ()
    labels: tuple[Label, ...] = ()
    reasons: tuple[Reason, ...] = ()
    similar: tuple[tuple[str, int], ...] = ()
    """Photos that look alike, and in how many of 256 bits they differ."""
    paid: Paid | None = None
    history: tuple[Step, ...] = ()
    url: str = ""
    """Where the picture is to be copied from, until it was."""

    def noting(self, step: Step) -> "Photo":
        """The photo that also remembers a step; the oldest beyond ``HISTORY_MAX`` are dropped."""
        return self.model_copy(update={"history": (*self.history, step)[-HISTORY_MAX:]})


def dump(photo: Photo) -> str:
    """The photo as JSON text."""
    return photo.model_dump_json(exclude_defaults=True)


def load(text: str) -> Photo:
    """The photo of ``dump``."""
    return Photo.model_validate_json(text)
