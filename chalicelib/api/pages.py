"""Screens for staff: pages, styles and scripts that a browser loads, from a fixed table of files and no other.

A page holds no data and no secret: what it shows it asks of this API with the token of whoever signed in. Its security
policy lets it run our scripts alone, talk to this API alone, and show pictures of our bucket.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, ClassVar, Final
from urllib.parse import urlsplit

from chalicelib import settings
from chalicelib.api.replies import File, etag
from chalicelib.api.routing import Request, Routes
from chalicelib.errors import UNKNOWN, Refusal
from chalicelib.gateways import storage
from chalicelib.sites.scopes import PUBLIC

routes: Final = Routes(__name__, "Service")
_FOLDER: Final = Path(__file__).with_name("static")
_KINDS: Final = {
    "html": "text/html; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
}
PAGES: Final[Mapping[str, str]] = {"moderation": "moderation.html"}
"""Page → its file."""
_PARTS: Final = (
    "moderation.css",
    "moderation-details.css",
    "moderation.js",
    "session.js",
    "api.js",
    "dom.js",
    "words.js",
    "queue.js",
    "outbox.js",
    "notices.js",
    "keys.js",
    "viewer.js",
    "details.js",
    "definitions.js",
    "receipt.js",
    "photo.js",
    "rights.js",
    "spots.js",
    "products.js",
    "framing.js",
    "crops.js",
)
FILES: Final[Mapping[str, str]] = {**PAGES, **{name: name for name in _PARTS}}
"""What can be asked for → its file; nothing that a caller says is ever part of a path."""


class PageUnknown(Refusal):
    """There is no such page or part of one (404)."""

    status: ClassVar[int] = 404
    code: ClassVar[str] = UNKNOWN


@routes.add("GET", "/screens/{file}", scope=PUBLIC, response=dict[str, Any])
def get_screen(request: Request) -> File:
    """Load a screen for staff in a browser: moderation, or a script or style that it is made of.

    The answer is the page itself (text/html), not JSON. Sign in on the page with a staff token.
    """
    name = FILES.get(request.params["file"])
    if name is None:
        raise PageUnknown(f"There is no such page. There is: {', '.join(PAGES)}.")
    data, tag = _file(name)
    headers = {
        # Asked for each time and answered 304: a page and its scripts are always of one release.
        "Cache-Control": "no-cache",
        "ETag": tag,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    if name.endswith(".html"):
        headers |= {
            "Content-Security-Policy": policy(),
            "Cross-Origin-Opener-Policy": "same-origin",
            "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
            "X-Frame-Options": "DENY",
        }
    return File(data, _KINDS[name.rpartition(".")[2]], headers)


def policy() -> str:
    """The Content-Security-Policy of every page (W3C CSP 3): nothing but our own files, and pictures of our bucket."""
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            f"img-src 'self' data: blob: {_pictures()}",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
            "object-src 'none'",
            "require-trusted-types-for 'script'",
        )
    )


def _pictures() -> str:
    """Where links to pictures lead: the bucket's own host in the cloud, the bucket's path on a laptop's engine."""
    link = urlsplit(storage.link("shown"))
    path = "/" if settings.BUCKET_STYLE == "virtual" else f"/{settings.BUCKET}/"
    return f"{link.scheme}://{link.netloc}{path}"


@cache
def _file(name: str) -> tuple[bytes, str]:
    data = (_FOLDER / name).read_bytes()
    return data, etag(data)
