"""How photos are told on the wire."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from typing_extensions import TypedDict

from chalicelib import landing
from chalicelib.api import wire
from chalicelib.catalog import service as catalog
from chalicelib.gateways import storage
from chalicelib.photos import service as photos
from chalicelib.photos.photo import Crop, Photo, Rendition, RightsStep, Step
from chalicelib.programme import amounts
from chalicelib.programme.in_force import InForce

PLACES: Final = 6
"""Digits of a fraction of a picture."""


class PhotoRendition(TypedDict):
    """A size of a picture; its link works for a quarter of an hour."""

    name: str
    format: str
    width: int
    height: int
    url: str


class PhotoView(TypedDict):
    """A photo or video with all that staff know of it."""

    siteId: str
    photoId: str
    state: str
    source: str
    sourceId: str
    via: str
    author: str
    memberId: str | None
    mediaType: str
    uploadDate: str
    since: str
    postedDate: str | None
    permalink: str
    caption: str
    texts: dict[str, str]
    alt: dict[str, str]
    tags: list[str]
    storeId: str
    campaignId: str
    code: str
    rights: dict[str, Any]
    picture: dict[str, Any] | None
    video: dict[str, Any] | None
    focus: dict[str, Any]
    crops: dict[str, Any]
    ratios: dict[str, str]
    products: list[dict[str, Any]]
    hotSpots: list[dict[str, Any]]
    labels: list[dict[str, Any]]
    reasons: list[dict[str, Any]]
    similar: list[dict[str, Any]]
    points: dict[str, Any]
    history: list[dict[str, Any]]


def view(site: str, force: InForce, photo: Photo) -> dict[str, Any]:
    """A photo for staff: two calls more for its products and what looks like it."""
    return {
        "siteId": site,
        "photoId": photo.id,
        "state": photo.state,
        **_origin(photo),
        "caption": photo.caption,
        "texts": dict(photo.texts),
        "alt": dict(photo.alt),
        "tags": list(photo.tags),
        "rights": {"state": photo.rights.state, "trail": [_step(each) for each in photo.rights.trail]},
        "picture": _picture(site, photo),
        "video": _video(photo),
        "focus": {**point(*photo.focus), "byHand": photo.focus_by_hand},
        "crops": {name: crop_view(crop) for name, crop in photo.crops.items()},
        "ratios": {each.name: each.ratio for each in force.programme.photos.crops},
        "products": _products(site, photo),
        "hotSpots": [
            {"id": each.id, "productId": each.product, **point(each.x, each.y), "label": each.label}
            for each in photo.hot_spots
        ],
        "labels": [{"name": each.name, "confidence": fraction(each.confidence)} for each in photo.labels],
        "reasons": [{"code": each.code, "text": each.text} for each in photo.reasons],
        "similar": _similar(site, photo),
        "points": _points(force, photo),
        "history": [_step(each) for each in photo.history],
    }


def _origin(photo: Photo) -> dict[str, Any]:
    """Where it came from, and when."""
    return {
        "source": photo.source,
        "sourceId": photo.source_id,
        "via": photo.via,
        "author": photo.author,
        "memberId": photo.member or None,
        "mediaType": photo.media_type,
        "uploadDate": wire.timestamp(photo.uploaded),
        "since": wire.timestamp(photo.since),
        "postedDate": None if photo.posted is None else wire.timestamp(photo.posted),
        "permalink": photo.permalink,
        "storeId": photo.store,
        "campaignId": photo.campaign,
        "code": photo.code,
    }


def _step(step: Step | RightsStep) -> dict[str, str]:
    """Something that happened, on a trail."""
    what = {"verb": step.verb} if isinstance(step, Step) else {"state": step.state}
    return {"at": wire.timestamp(step.at), "by": step.by, **what, "text": step.text}


def fraction(number: float) -> Decimal:
    """A number of a picture with its digits, for the wire."""
    return Decimal(str(round(number, PLACES)))


def point(x: float, y: float) -> dict[str, Decimal]:
    """A place of a picture."""
    return {"x": fraction(x), "y": fraction(y)}


def crop_view(crop: Crop) -> dict[str, Any]:
    """A crop as it was said: by its focus, or by its transformation."""
    if crop.focus_x is not None and crop.focus_y is not None:
        return {"focus": point(crop.focus_x, crop.focus_y)}
    named = {"x": crop.x, "y": crop.y, "scale": crop.scale, "wrapperWidth": crop.wrapper_width}
    return {name: fraction(number) for name, number in named.items() if number is not None}


def rendition_view(site: str, photo_id: str, each: Rendition) -> dict[str, Any]:
    """A rendition with a link for staff."""
    return {
        "name": each.name,
        "format": each.format,
        "width": each.width,
        "height": each.height,
        "url": storage.link(landing.shown(site, photo_id, each.name)),
    }


def _picture(site: str, photo: Photo) -> dict[str, Any] | None:
    if photo.picture is None:
        return None
    return {
        "url": storage.link(landing.kept(landing.PHOTOS, site, photo.id)),
        "width": photo.picture.width,
        "height": photo.picture.height,
        "renditions": [rendition_view(site, photo.id, each) for each in photo.picture.renditions],
    }


def _video(photo: Photo) -> dict[str, Any] | None:
    video = photo.video
    if video is None:
        return None
    return {
        "url": video.embed_url,
        "provider": video.provider,
        "videoId": video.video_id,
        "title": video.title,
        "thumbnailUrl": video.thumbnail_url,
        "width": video.width,
        "height": video.height,
    }


def _products(site: str, photo: Photo) -> list[dict[str, Any]]:
    found = catalog.read_many(site, photo.products) if photo.products else []
    return [
        {
            "productId": name,
            "name": each.name if each else "",
            "url": each.url if each else "",
            "isKnown": each is not None,
        }
        for name, each in zip(photo.products, found, strict=True)
    ]


def _similar(site: str, photo: Photo) -> list[dict[str, Any]]:
    known = dict(photo.similar)
    briefs = photos.briefs(site, list(known)) if known else []
    states = photos.states_of(site, list(known)) if known else {}
    return [
        {
            "photoId": brief.id,
            "bits": known[brief.id],
            "state": states.get(brief.id, ""),
            "thumbnail": None if brief.thumbnail is None else storage.link(brief.thumbnail),
        }
        for brief in briefs
        if brief is not None
    ]


def _points(force: InForce, photo: Photo) -> dict[str, Any]:
    paid = photo.paid
    if paid is None:
        return {"awarded": 0, "entry": None, "actionId": None, "withheld": "", "isReversed": False}
    return {
        "awarded": amounts.points_on_wire(force.programme, paid.points),
        "entry": paid.entry or None,
        "actionId": str(paid.action) if paid.action else None,
        "withheld": paid.withheld,
        "isReversed": paid.reversed,
    }


def brief_view(photo: Photo) -> Mapping[str, Any]:
    """A photo as its owner sees it."""
    reasons = [each.text for each in photo.reasons] if photo.state == "rejected" else []
    return {
        "photoId": photo.id,
        "state": photo.state,
        "uploadDate": wire.timestamp(photo.uploaded),
        "caption": photo.caption,
        "mediaType": photo.media_type,
        "reasons": reasons,
    }
