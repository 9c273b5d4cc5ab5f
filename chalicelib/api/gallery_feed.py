"""What a shop's pages ask of galleries, without a token: photos to show, the script that shows them, and counting."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import Field
from typing_extensions import TypedDict

from chalicelib.api import fields, wire
from chalicelib.api.fields import Body
from chalicelib.api.gallery_shapes import GalleryFeed, feed_of
from chalicelib.api.replies import File, etag
from chalicelib.api.routing import Request, Routes
from chalicelib.photos.galleries import choosing, wording
from chalicelib.photos.galleries import service as galleries
from chalicelib.photos.galleries.counting import beacon as beacons
from chalicelib.photos.galleries.counting import service as counting
from chalicelib.photos.galleries.counting.beacon import Beacon, Event
from chalicelib.photos.galleries.hanging.service import ALBUM
from chalicelib.photos.galleries.service import Asked, UnknownGallery
from chalicelib.programme import service as programme
from chalicelib.programme.in_force import InForce
from chalicelib.sites.scopes import PUBLIC

routes: Final = Routes(__name__, "Galleries")
FEED_SECONDS: Final = 60
STALE_SECONDS: Final = 600
SCRIPT_SECONDS: Final = 3_600
SCRIPT_STALE_SECONDS: Final = 604_800
VIEW_CHARACTERS_MAX: Final = 64
_SITE: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_DRAWN: Final = re.compile(r"(~[0-9]{1,2})?")
_SCRIPT: Final = Path(__file__).with_name("static") / "embed.js"


class FeedQuery(Body):
    """Who looks, at what, and from where on."""

    locale: fields.Text = ""
    product: fields.Text = ""
    category: fields.Text = ""
    tag: fields.Text = ""
    visitor: fields.Text = ""
    cursor: fields.Text = ""


class SlotQuery(FeedQuery):
    """The page on which the slot is."""

    theme: fields.Text = ""


class EventBody(Body):
    """Something that happened in a view of a gallery."""

    type: Literal["seen", "clicked", "bought", "view", "click", "buy"]
    photo: fields.Text = ""


class BeaconBody(Body):
    """What a page tells of one view of a gallery."""

    gallery: fields.Text
    view: Annotated[str, fields.text_up_to(VIEW_CHARACTERS_MAX), Field(min_length=8)]
    experiment: fields.Text = ""
    variant: fields.Text = ""
    events: Annotated[list[EventBody], Field(min_length=1, max_length=beacons.EVENTS_MAX)]


class Told(TypedDict):
    """Whether it was counted: not where it came before, and not where it told of nothing that is shown."""

    counted: str


@routes.add("GET", "/public/{siteId}/galleries/{galleryId}", scope=PUBLIC, query=FeedQuery, response=GalleryFeed)
def get_public_gallery(request: Request) -> File:
    """Read a page of a gallery: photos with sizes and hot spots, products, texts and layout.

    No token, no personal data. Addresses of pictures are relative to that of the answer. ``locale`` chooses texts
    and formats, else the header Accept-Language does; product, category or tag say what a gallery is about that leaves
    it open; ``visitor`` keeps a visitor in one variant of an experiment (an id of yours, or ~0 to ~99 drawn by the
    page); ``cursor`` is what the page before gave as ``following``.
    """
    return _feed(request, _force(request), request.params["galleryId"])


@routes.add("GET", "/public/{siteId}/slots/{slot}", scope=PUBLIC, query=SlotQuery, response=GalleryFeed)
def get_public_slot(request: Request) -> File:
    """Read the banner gallery that stands in a slot of a page now, by the page's theme and category."""
    query: SlotQuery = request.query
    force = _force(request)
    found = choosing.banner(
        force.programme.galleries, request.params["slot"], query.theme, query.category, request.now, force.zone
    )
    if found is None:
        raise UnknownGallery
    return _feed(request, force, found.gallery_id)


@routes.add("POST", "/public/{siteId}/events", scope=PUBLIC, body=BeaconBody, response=Told)
def post_public_events(request: Request) -> Mapping[str, Any]:
    """Count views, clicks and purchases of a gallery: sums by day, without cookies and without a word about who.

    ``view`` is a random text for this message: sent again it is not counted twice.
    """
    body: BeaconBody = request.body
    told = Beacon(
        gallery=body.gallery,
        name=beacons.named(body.view),
        experiment=body.experiment,
        variant=body.variant,
        events=tuple(Event(each.type, each.photo) for each in body.events),
    )
    is_counted = counting.count(request.params["siteId"], _force(request), ALBUM, told, request.now)
    return {"counted": "YES" if is_counted else "NO"}


@routes.add("GET", "/public/embed.js", scope=PUBLIC, response=str)
def get_embed(request: Request) -> File:  # noqa: ARG001
    """Load the script that shows galleries on a page; docs/galleries.md says how."""
    return _script()


@routes.add("GET", "/public/{siteId}/embed.js", scope=PUBLIC, response=str)
def get_site_embed(request: Request) -> File:
    """Load the script that shows galleries on a page, for a site that its tag then need not name."""
    _force(request)
    return _script()


def _force(request: Request) -> InForce:
    """The programme of the site in the path. A site that does not exist has no galleries."""
    site = request.params["siteId"]
    if not _SITE.fullmatch(site):
        raise UnknownGallery
    return programme.in_force(site)


def _feed(request: Request, force: InForce, gallery_id: str) -> File:
    query: FeedQuery = request.query
    site = request.params["siteId"]
    gallery = force.gallery_by_id.get(gallery_id)
    about = "" if gallery is None else getattr(query, gallery.by, "")
    asked = Asked(gallery_id, about=about, visitor=query.visitor, place=query.cursor)
    page = galleries.feed(site, force, ALBUM, asked, request.now)
    locale = wording.locale_of(query.locale) or wording.accepted(request.headers.get("accept-language", ""))
    data = wire.render(feed_of(site, force, page, locale))
    # An id of the shop's own makes the answer one visitor's; shared caches must not keep it.
    kept = "public" if _DRAWN.fullmatch(query.visitor) else "private"
    headers = {
        "Cache-Control": f"{kept}, max-age={FEED_SECONDS}, stale-while-revalidate={STALE_SECONDS}",
        "ETag": etag(data),
        "Vary": "Accept-Language",
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
    return File(data, "application/json", headers)


def _script() -> File:
    data = _read()
    headers = {
        "Cache-Control": f"public, max-age={SCRIPT_SECONDS}, stale-while-revalidate={SCRIPT_STALE_SECONDS}",
        "ETag": etag(data),
        "Cross-Origin-Resource-Policy": "cross-origin",
        "X-Content-Type-Options": "nosniff",
    }
    return File(data, "text/javascript; charset=utf-8", headers)


@cache
def _read() -> bytes:
    return _SCRIPT.read_bytes()
