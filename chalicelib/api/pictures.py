"""Pictures of published photos for everybody: the sizes that were made, and cuts that are made on the way."""

from typing import Annotated, Any, Final

from chalicelib import landing
from chalicelib.api import fields
from chalicelib.api.common import public_site
from chalicelib.api.fields import Body
from chalicelib.api.replies import File, is_known
from chalicelib.api.routing import Request, Routes
from chalicelib.errors import Malformed, NotFound
from chalicelib.gateways import storage
from chalicelib.photos import service as photos
from chalicelib.photos.cutting import service as cutting
from chalicelib.photos.photo import Photo
from chalicelib.programme import service as programmes

routes: Final = Routes(__name__, "Galleries")
_TYPES: Final = {"webp": "image/webp", "jpeg": "image/jpeg", "avif": "image/avif"}
WHOLE_CACHED: Final = "public, max-age=86400"
"""A whole picture never changes under its address, but its owner may take it back: a day later nobody shows it."""
CUT_CACHED: Final = "public, max-age=3600"
PATH: Final = "/public/{siteId}/photos/{photoId}/{file}"


class CutQuery(Body):
    """Which cut: one of the programme's crops, by its name."""

    crop: Annotated[str, fields.text_up_to(30)] = ""


class NoSuchPicture(NotFound):
    """There is no such picture for everybody."""

    def __init__(self) -> None:
        super().__init__("No data found: there is no published picture at this address.")


@routes.add("GET", PATH, scope="public", query=CutQuery, response=Any)
def get_picture(request: Request) -> File:
    """Read a picture of a published photo: w256.webp, w512.webp, w1024.webp, w2048.webp, w512.jpg, w1024.jpg, or an
    AVIF where there is one.

    With crop one of the site's named crops is cut on the way, by the photo's own transformation or its focus; the
    original is never changed. Pictures may be cached: a whole one for a day, since its owner may take it back; a cut
    for an hour, since moderators may move it. After that they are asked for again by their ETag.
    """
    site, photo_id = public_site(request), fields.outside_id("photoId", request.params["photoId"])
    photo = photos.seen(site, photo_id)
    if photo is None or photo.picture is None:
        raise NoSuchPicture
    name = request.params["file"]
    crop = request.query.crop
    if crop:
        return _cut(request, site, photo, name, crop)
    found = next((each for each in photo.picture.renditions if each.name == name), None)
    if found is None:
        raise NoSuchPicture
    kind, tag = _TYPES[found.format], f'"{photo.picture.sha256[:24]}-{found.name}"'
    known = is_known(_file(b"", kind, tag, WHOLE_CACHED), request.headers.get("if-none-match", ""))
    data = b"" if known else storage.get(landing.shown(site, photo_id, found.name), cutting.BYTES_MAX)
    if data is None:
        raise NoSuchPicture
    return _file(data, kind, tag, WHOLE_CACHED)


def _cut(request: Request, site: str, photo: Photo, name: str, crop: str) -> File:
    ratio = programmes.in_force(site).programme.photos.ratio(crop)
    if ratio is None:
        raise Malformed("crop: the site has no crop of that name.")
    width = cutting.width_of(name)
    if width is None:
        raise NoSuchPicture
    tag = cutting.tag_of(photo, crop, ratio, width)
    # Whoever has this very cut already is told so before it is made again.
    known = is_known(_file(b"", "image/webp", tag, CUT_CACHED), request.headers.get("if-none-match", ""))
    data = b"" if known else cutting.cut(site, photo, crop, ratio, width)
    if data is None:
        raise NoSuchPicture
    return _file(data, "image/webp", tag, CUT_CACHED)


def _file(data: bytes, kind: str, tag: str, cached: str) -> File:
    headers = {
        "Cache-Control": cached,
        "ETag": tag,
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
    return File(data, kind, headers)
