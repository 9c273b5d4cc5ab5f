"""What a way in knows of a photo or a video. Pure."""

from dataclasses import field
from datetime import datetime
from typing import Final, Literal

from chalicelib.ids import command_id, digest
from chalicelib.photos.photo import (
    CAPTION_CHARACTERS_MAX,
    HASHTAG,
    PRODUCTS_MAX,
    TAG_CHARACTERS_MAX,
    TAGS_MAX,
    Photo,
    Rights,
    RightsState,
    RightsStep,
    Source,
    Step,
    Video,
)
from chalicelib.values import value

_BY: Final = "system"


@value(kw_only=True)
class Intake:
    """See the module. A picture comes as ``data``, by a ``url`` from which it is copied later, or by a form; of a video
    only its public embed data.
    """

    source: Source
    source_id: str = ""
    """What its source calls it; taken in once by it. Empty for what has no name elsewhere."""
    via: Literal["", "hashtag"] = ""
    author: str = ""
    """The handle of whoever published it."""
    caption: str = ""
    language: str = ""
    media_type: Literal["image", "video"] = "image"
    url: str = ""
    data: bytes | None = None
    video: Video | None = None
    mid: str = ""
    member: str = ""
    products: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    store: str = ""
    campaign: str = ""
    code: str = ""
    action: int = 0
    rights: RightsState = "none"
    consent: str = ""
    """The words, or the version of the terms, that were agreed to."""
    posted: datetime | None = None
    permalink: str = ""
    texts: dict[str, str] = field(default_factory=dict)


def photo_of(given: Intake, photo_id: str, now: datetime, mid: str, member: str) -> Photo:
    """The photo as it is first kept, before anybody looked at it."""
    trail = (RightsStep(at=now, by=_BY, state=given.rights, text=given.consent),) if given.rights != "none" else ()
    return Photo(
        id=photo_id,
        source=given.source,
        source_id=given.source_id,
        via=given.via,
        since=now,
        uploaded=now,
        media_type=given.media_type,
        author=given.author.strip().removeprefix("@")[:100],
        mid=mid,
        member=member,
        caption=given.caption.strip()[:CAPTION_CHARACTERS_MAX],
        texts=given.texts,
        tags=tags_of(given.tags),
        store=given.store,
        campaign=given.campaign,
        code=given.code,
        action=given.action,
        posted=given.posted,
        permalink=given.permalink,
        rights=Rights(state=given.rights, trail=trail),
        video=given.video,
        products=tuple(dict.fromkeys(given.products))[:PRODUCTS_MAX],
        history=(Step(at=now, by=_BY, verb="received", text=given.via or given.source),),
        url=given.url,
    )


def tags_of(given: tuple[str, ...]) -> tuple[str, ...]:
    """Tags as they are kept: small letters without the number sign, each once."""
    clean = (each.strip().removeprefix("#").casefold()[:TAG_CHARACTERS_MAX] for each in given)
    return tuple(dict.fromkeys(each for each in clean if each))[:TAGS_MAX]


def new_id(now: datetime) -> str:
    """An id for a photo: it begins with its time, so that ids sort as they came."""
    return f"{int(now.timestamp() * 1000):011x}{command_id()}"


def source_key(given: Intake) -> str:
    """What is claimed so that a source's photo is taken in once."""
    return f"{given.source}/{digest(given.source_id)}"


def is_by_hashtag(photo: Photo) -> bool:
    """Whether it was found by a hashtag, and not sent in by its owner."""
    return photo.via == HASHTAG
