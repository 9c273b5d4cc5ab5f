"""Galleries for staff: define them, and see what came of them."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from typing_extensions import TypedDict

from chalicelib.api import fields
from chalicelib.api.common import force_of
from chalicelib.api.fields import Body
from chalicelib.api.gallery_shapes import wire_share
from chalicelib.api.openapi import SERVER
from chalicelib.api.paging import PageQuery, counted, page_of
from chalicelib.api.routing import Request, Routes
from chalicelib.dynamo.idempotency import Known
from chalicelib.photos.galleries import tag
from chalicelib.photos.galleries.counting import service as counting
from chalicelib.photos.galleries.counting.report import OfVariant, Outcome
from chalicelib.photos.galleries.defining import service as defining
from chalicelib.photos.galleries.experiments import Rate
from chalicelib.programme.definitions.gallery import NATURAL, Gallery
from chalicelib.programme.rendering import plain

routes: Final = Routes(__name__, "Galleries")
REPORT_DAYS: Final = 28
"""Days of a report that names none."""
_HOST: Final = re.compile(r"[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?")
_COUNTS: Final = ("seen", "clicked", "bought", "views", "clicks", "buys")


class GalleryAnswer(TypedDict):
    """A gallery, the version of the programme that defines it so, and the tag that puts it on a page."""

    siteId: str
    programmeVersion: int
    gallery: dict[str, Any]
    embed: str


class GalleryList(TypedDict):
    """A page of galleries."""

    siteId: str
    programmeVersion: int
    galleries: list[dict[str, Any]]
    pages: int
    currentPage: int


class GalleryDeleted(TypedDict):
    """What was deleted, and the version of the programme that has it no more."""

    siteId: str
    galleryId: str
    status: str
    programmeVersion: int


class ReportQuery(Body):
    """Days of the report, of UTC, both included; the last four weeks unless given. ``photos`` by commas, at most 50."""

    start_date: fields.Day | None = None
    end_date: fields.Day | None = None
    photos: fields.LongText = ""


class GalleryReport(TypedDict):
    """What came of a gallery: sums, days, and the variants of its experiment with intervals."""

    siteId: str
    galleryId: str
    startDate: str
    endDate: str
    total: dict[str, int]
    days: list[dict[str, Any]]
    experimentId: str | None
    variants: list[dict[str, Any]]
    photos: list[dict[str, Any]]


def _created_again(request: Request, known: Known) -> Mapping[str, Any]:
    return _again(request, known, defining.named("", request.key, _given(request)))


def _changed_again(request: Request, known: Known) -> Mapping[str, Any]:
    return _again(request, known, request.params["galleryId"])


def _again(request: Request, known: Known, gallery_id: str) -> Mapping[str, Any]:
    return _answer(request, defining.at_version(request.site, int(known.ref), gallery_id), int(known.ref))


def _deleted_again(request: Request, known: Known) -> Mapping[str, Any]:
    return _deleted(request, int(known.ref))


@routes.add(
    "POST",
    "/galleries",
    scope="programme:write",
    body=Gallery,
    response=GalleryAnswer,
    status=201,
    again=_created_again,
)
def create_gallery(request: Request) -> Mapping[str, Any]:
    """Create a gallery: what it shows, how, where, when, and in which variants.

    Without a galleryId it gets a number. It is in force within seconds; every wrong field is named.
    """
    return _answer(request, *defining.create(request.site, request.command(), _given(request)))


@routes.add("GET", "/galleries", scope="content:read", query=PageQuery, response=GalleryList)
def get_galleries(request: Request) -> Mapping[str, Any]:
    """List the galleries, whether or not they are shown now."""
    force, page = force_of(request), request.query.page
    found = force.programme.galleries
    return {
        "siteId": request.site,
        "programmeVersion": force.version,
        "galleries": [plain(gallery) for gallery in page_of(found, page)],
        **counted(len(found), page),
    }


@routes.add("GET", "/galleries/{galleryId}", scope="content:read", response=GalleryAnswer)
def get_gallery(request: Request) -> Mapping[str, Any]:
    """Read a gallery, and the script tag that puts it on a page."""
    force = force_of(request)
    return _answer(request, defining.found(force, request.params["galleryId"]), force.version)


@routes.add(
    "PUT", "/galleries/{galleryId}", scope="programme:write", body=Gallery, response=GalleryAnswer, again=_changed_again
)
def put_gallery(request: Request) -> Mapping[str, Any]:
    """Put another gallery in the place of one; the id stays."""
    gallery_id = request.params["galleryId"]
    return _answer(request, *defining.change(request.site, request.command(), gallery_id, _given(request), whole=True))


@routes.add(
    "PATCH",
    "/galleries/{galleryId}",
    scope="programme:write",
    body=dict[str, Any],
    response=GalleryAnswer,
    again=_changed_again,
)
def patch_gallery(request: Request) -> Mapping[str, Any]:
    """Change fields of a gallery: what is given, and nothing else. A list or object is replaced as a whole."""
    gallery_id = request.params["galleryId"]
    return _answer(request, *defining.change(request.site, request.command(), gallery_id, _given(request)))


@routes.add("DELETE", "/galleries/{galleryId}", scope="programme:write", response=GalleryDeleted, again=_deleted_again)
def delete_gallery(request: Request) -> Mapping[str, Any]:
    """Delete a gallery; pages that embed it show nothing in its place. Photos and counts stay."""
    return _deleted(request, defining.remove(request.site, request.command(), request.params["galleryId"]))


@routes.add("GET", "/galleries/{galleryId}/report", scope="content:read", query=ReportQuery, response=GalleryReport)
def get_gallery_report(request: Request) -> Mapping[str, Any]:
    """Report what came of a gallery: views, clicks, purchases, and how the variants of its experiment compare.

    Intervals hold for all comparisons of the experiment together with 95 per cent; rates count page views.
    """
    query: ReportQuery = request.query
    last = query.end_date or request.now.date()
    first = query.start_date or last - timedelta(days=REPORT_DAYS - 1)
    force, gallery_id = force_of(request), request.params["galleryId"]
    gallery = defining.found(force, gallery_id)
    found = counting.report(request.site, force, gallery_id, first, last)
    named = tuple(dict.fromkeys(each.strip() for each in query.photos.split(",") if each.strip()))
    return {
        "siteId": request.site,
        "galleryId": gallery_id,
        "startDate": first.isoformat(),
        "endDate": last.isoformat(),
        "total": _counts(found.total),
        "days": [{"date": day.isoformat(), **_counts(counts)} for day, counts in found.days],
        "experimentId": gallery.experiment.experiment_id if gallery.experiment else None,
        "variants": [_variant(each) for each in found.variants],
        "photos": [
            {"photoId": each.photo, "views": each.counts.views, "clicks": each.counts.clicks, "buys": each.counts.buys}
            for each in counting.photos(request.site, named, first, last)
        ],
    }


def _variant(each: OfVariant) -> dict[str, Any]:
    return {
        "variantId": each.variant,
        **_counts(each.counts),
        "clickRate": _rate(each.clicked.rate),
        "clickDifference": _difference(each.clicked),
        "buyRate": _rate(each.bought.rate),
        "buyDifference": _difference(each.bought),
    }


def _rate(rate: Rate | None) -> dict[str, Any] | None:
    if rate is None:
        return None
    return {"rate": wire_share(rate.rate), "low": wire_share(rate.low), "high": wire_share(rate.high)}


def _difference(outcome: Outcome) -> dict[str, Any] | None:
    found = outcome.compared
    if found is None:
        return None
    shares = {"difference": found.difference, "low": found.low, "high": found.high}
    return {**{name: wire_share(share) for name, share in shares.items()}, "verdict": found.verdict}


def _counts(counts: Mapping[str, int]) -> dict[str, int]:
    return {name: counts.get(name, 0) for name in _COUNTS}


def _given(request: Request) -> dict[str, Any]:
    """The body without what is null: absent."""
    return {name: value for name, value in request.raw.items() if value is not None}


def _answer(request: Request, gallery: Gallery, version: int) -> dict[str, Any]:
    return {
        "siteId": request.site,
        "programmeVersion": version,
        "gallery": plain(gallery),
        "embed": _tag(request, gallery),
    }


def _tag(request: Request, gallery: Gallery) -> str:
    ratio = force_of(request).programme.photos.ratio(gallery.layout.crop) or NATURAL
    return tag.tag(request.site, gallery, ratio, _address(request))


def _address(request: Request) -> str:
    """Where this API's public paths begin, as the caller reached it; only in what is shown to staff, never cached."""
    host = request.headers.get("host", "")
    prefix = f"https://{host}" if _HOST.fullmatch(host) else ""
    return f"{prefix}{SERVER}/public/"


def _deleted(request: Request, version: int) -> dict[str, Any]:
    gallery_id = request.params["galleryId"]
    return {"siteId": request.site, "galleryId": gallery_id, "status": "DELETED", "programmeVersion": version}
