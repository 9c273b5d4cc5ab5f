"""A photo as it is kept: where it came from, what it shows, what was decided. Pure."""

from collections.abc import Mapping
from dataclasses import field, replace
from datetime import datetime
from functools import cache
from typing import Any, Final

from pydantic import TypeAdapter

from chalicelib.errors import NotFound, Refusal
from chalicelib.moderation.queue import Place
from chalicelib.photos.crops import Focus, Transform
from chalicelib.photos.rights import Rights
from chalicelib.values import value

RECEIVED: Final = "received"
PENDING: Final = "pending"
APPROVED: Final = "approved"
PUBLISHED: Final = "published"
REJECTED: Final = "rejected"
WITHDRAWN: Final = "withdrawn"
STUCK: Final = "stuck"
EXPIRED: Final = "expired"
STATES: Final = (RECEIVED, PENDING, APPROVED, PUBLISHED, REJECTED, WITHDRAWN, STUCK, EXPIRED)
VERBS: Final[Mapping[str, Mapping[str, str]]] = {
    "approve": {PENDING: APPROVED},
    "publish": {APPROVED: PUBLISHED},
    "unpublish": {PUBLISHED: APPROVED},
    "reject": {PENDING: REJECTED, APPROVED: REJECTED, PUBLISHED: REJECTED, STUCK: REJECTED},
    "withdraw": {PENDING: WITHDRAWN, APPROVED: WITHDRAWN, PUBLISHED: WITHDRAWN},
    "reopen": {APPROVED: PENDING, REJECTED: PENDING, WITHDRAWN: PENDING},
    "retry": {STUCK: RECEIVED},
}
"""Verb → the state it needs → the state it leads to. Approve and publish are two steps; a reopened photo is paid no
second time.
"""
IMAGE: Final = "image"
VIDEO: Final = "video"
SOURCES: Final = (
    "upload", "store", "form", "contest", "drop", "url", "csv", "review", "instagram", "x", "facebook", "youtube",
)  # fmt: skip
"""Where photos come from: a member's upload, one taken in a store, a printed code's form, a contest, a dropped file, an
address, a list of addresses, a review, and networks.
"""
HASHTAG_SOURCES: Final = ("instagram", "x")
PRODUCTS_MAX: Final = 20
TAGS_MAX: Final = 12
CATEGORIES_MAX: Final = 12
"""Categories of its products under which a photo is listed."""
SPOTS_MAX: Final = 30
CROPS_MAX: Final = 12
TEXTS_MAX: Final = 20
CAPTION_CHARACTERS_MAX: Final = 2_200
"""As long as the longest of the networks'."""
TAG_CHARACTERS_MAX: Final = 60
LABEL_CHARACTERS_MAX: Final = 100
HISTORY_MAX: Final = 60
REASONS_MAX: Final = 12
POINTS_REVERSED: Final = "reversed"


class NoSuchPhoto(NotFound):
    """There is no photo with that id on this site."""

    def __init__(self) -> None:
        super().__init__("photoId: there is no such photo.")


class PhotoNotReady(Refusal):
    """The verb does not lead on from the state that the photo is in."""

    status = 409

    def __init__(self, verb: str, state: str) -> None:
        needed = " or ".join(VERBS[verb])
        super().__init__(f"This photo is {state}; {verb} needs one that is {needed}.")


class NoPicture(Refusal):
    """The photo has no picture that could be shown."""

    status = 409

    def __init__(self) -> None:
        super().__init__("This photo has no picture that can be shown; the file was refused or never came.")


@value
class Why:
    """Why a human should look, or why it was rejected; ``about`` names another photo."""

    code: str
    text: str
    about: str = ""


@value
class Past:
    """Something that happened to the photo."""

    at: datetime
    by: str
    verb: str
    text: str = ""


@value
class HotSpot:
    """A place of the upright original, 0 to 1 from left and top, that leads to a product."""

    id: str
    product: str
    x: float
    y: float
    label: str = ""


@value
class Label:
    """What the screen saw, and how sure it is, 0 to 100."""

    name: str
    confidence: float


@value
class Rendition:
    """A file of ours that shows the photo."""

    name: str
    format: str
    width: int
    height: int


@value
class Video:
    """A video of elsewhere: its id there, and the page that plays it in a frame."""

    id: str
    url: str


@value
class Similar:
    """A photo that looks the same, and in how many of 256 bits it differs."""

    photo: str
    bits: int


@value
class Paid:
    """What was paid at the approval: the entry, whose it is, and how many points it gave or promised."""

    mid: str = ""
    entry: int = 0
    points: int = 0
    action: int = 0
    code: str = ""
    """Why nothing was paid."""
    message: str = ""
    reversal: int = 0
    """The entry that took the points back, 0 without one."""
    is_reversed: bool = False


@value(kw_only=True)
class Photo:
    """The whole asset. ``version`` is the item's and not in its body."""

    id: str
    source: str
    source_id: str
    state: str
    since: datetime
    uploaded: datetime
    taken: datetime | None = None
    """When it was posted in its network, where that is known."""
    author: str = ""
    mid: str = ""
    member: str = ""
    """The outward id of the member, as it was given."""
    media_type: str = IMAGE
    caption: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)
    """Captions by language."""
    tags: tuple[str, ...] = ()
    store: str = ""
    action: int = 0
    """The action of the programme that pays it when that is not its source's own; 0 without."""
    campaign: str = ""
    rights: Rights = Rights()
    terms: str = ""
    """The version of the terms that were accepted with it."""
    remote: str = ""
    """Where the picture is fetched from."""
    page: str = ""
    """Where the photo stands in its network."""
    width: int = 0
    height: int = 0
    look: str = ""
    """The hash of what it looks like, in hex."""
    sha256: str = ""
    renditions: tuple[Rendition, ...] = ()
    video: Video | None = None
    focus: Focus = Focus()
    is_focus_by_hand: bool = False
    crops: Mapping[str, Focus | Transform] = field(default_factory=dict)
    """By the name of a crop; one that is not there goes by the focus."""
    products: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    """Of its products, as they were when it was published or changed last."""
    spots: tuple[HotSpot, ...] = ()
    labels: tuple[Label, ...] = ()
    reasons: tuple[Why, ...] = ()
    similar: tuple[Similar, ...] = ()
    paid: Paid | None = None
    history: tuple[Past, ...] = ()
    published: datetime | None = None
    later: str = ""
    """What is still to be made: ``avif``."""
    version: int = 0

    @property
    def place(self) -> Place:
        """Where it stands in the queue of moderators."""
        return Place(self.state, self.since, self.id)

    @property
    def is_showable(self) -> bool:
        """Whether there is something to show."""
        return bool(self.renditions) or self.video is not None

    @property
    def is_public(self) -> bool:
        """Whether everybody may see it."""
        return self.state == PUBLISHED

    def rendition(self, name: str) -> Rendition | None:
        """The rendition of a name, such as ``w512.webp``."""
        return next((each for each in self.renditions if each.name == name), None)


def moved(photo: Photo, verb: str, *, at: datetime, by: str, text: str = "") -> Photo:
    """The photo after a verb. Raises ``PhotoNotReady`` and ``NoPicture``."""
    to = VERBS[verb].get(photo.state)
    if to is None:
        raise PhotoNotReady(verb, photo.state)
    if to in {PENDING, APPROVED, PUBLISHED} and not photo.is_showable:
        raise NoPicture
    return put(photo, to, verb, at=at, by=by, text=text)


def put(photo: Photo, state: str, verb: str, *, at: datetime, by: str, text: str = "") -> Photo:
    """The photo in a state, told in its history, of which the oldest lines but the first give way."""
    since = at if state != photo.state else photo.since
    return replace(told(photo, verb, at=at, by=by, text=text), state=state, since=since)


def told(photo: Photo, verb: str, *, at: datetime, by: str, text: str = "") -> Photo:
    """The photo with a further line of history."""
    lines = (*photo.history, Past(at, by, verb, text))
    if len(lines) > HISTORY_MAX:
        lines = (lines[0], *lines[-(HISTORY_MAX - 1) :])
    return replace(photo, history=lines)


def dump(photo: Photo) -> str:
    """The body of its item."""
    return _adapter().dump_json(photo, exclude={"version"}, exclude_defaults=True).decode()


def load(body: str, version: int) -> Photo:
    """The photo of a body."""
    return replace(_adapter().validate_json(body), version=version)


@cache
def _adapter() -> Any:
    return TypeAdapter(Photo)
