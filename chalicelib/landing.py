"""Keys of the bucket: where uploads land, where they are kept, and which file belongs to whom. Pure.

``in/<kind>/<site>/<id>`` is what a form of ours, or the API, put there for an upload that is already known.
``drop/…`` is for files that another system or a person puts there without asking first.
"""

import re
from typing import Final
from urllib.parse import quote, unquote

from chalicelib.values import value

RECEIPTS: Final = "receipts"
PHOTOS: Final = "photos"
PRODUCTS: Final = "products"
KINDS: Final = (RECEIPTS, PHOTOS, PRODUCTS)
INCOMING: Final = "in"
DROPPED: Final = "drop"
KEPT: Final = "kept"
SHOWN: Final = "shown"
REFUSED: Final = "refused"
REPORTS: Final = "reports"
SHOWN_NAMES: Final = (
    "w256.webp", "w512.webp", "w1024.webp", "w2048.webp", "w512.jpg", "w1024.jpg", "w512.avif", "w1024.avif"
)  # fmt: skip
"""Names of everything that may be made of a photo."""
NAME_CHARACTERS_MAX: Final = 200
"""Of the last part of a key; S3 takes 1,024 bytes for all of it."""
_SITE: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_CONTROLS: Final = re.compile(r"[\x00-\x1f\x7f]")


@value
class Landed:
    """A file that came in: whose, of which kind, and what is known of it by its key alone."""

    kind: str
    site: str
    name: str
    """The id of the upload, or of a dropped file its name as it was given."""
    is_dropped: bool = False
    is_kept: bool = False
    """Whether it was taken already, and something more is to be made of it: nobody but we say so."""
    member: str | None = None
    """The outward id of the member for whom a receipt was dropped."""


def incoming(kind: str, site: str, upload: str) -> str:
    """Where the file of a known upload lands."""
    return _key(INCOMING, kind, site, upload)


def kept(kind: str, site: str, upload: str) -> str:
    """Where the file of an upload stays once it was taken."""
    return _key(KEPT, kind, site, upload)


def refused(kind: str, site: str, upload: str) -> str:
    """Where the file of a refused upload waits for its end (the bucket deletes it after 30 days)."""
    return _key(REFUSED, kind, site, upload)


def shown(site: str, photo: str, rendition: str) -> str:
    """Where a rendition of a photo lies; ``rendition`` is a name of ours, such as ``w512.webp``."""
    return f"{_key(SHOWN, PHOTOS, site, photo)}/{rendition}"


def report(kind: str, site: str, name: str) -> str:
    """Where it is told what came of a dropped file: beside nothing that anybody drops."""
    return f"{REPORTS}/{kind}/{site}/{name}.json"


def dropped(kind: str, site: str, name: str, member: str | None = None) -> str:
    """Where somebody drops a file; receipts name their member."""
    middle = "" if member is None else f"{quote(member, safe='')}/"
    return f"{DROPPED}/{kind}/{site}/{middle}{name}"


def parse(key: str) -> Landed | None:
    """What a key that a notification names says, or ``None`` for a key under which nothing is taken."""
    parts = key.split("/")
    if len(parts) < 4 or parts[1] not in KINDS or not _SITE.fullmatch(parts[2]) or _CONTROLS.search(key):
        return None
    way, kind, site, *rest = parts
    if way == INCOMING and len(rest) == 1 and _ID.fullmatch(rest[0]):
        return Landed(kind, site, rest[0])
    if way == KEPT and kind == PHOTOS and len(rest) == 1 and _ID.fullmatch(rest[0]):
        return Landed(kind, site, rest[0], is_kept=True)
    if way != DROPPED or not 0 < len(rest[-1]) <= NAME_CHARACTERS_MAX:
        return None
    if kind == RECEIPTS:
        return (
            Landed(kind, site, rest[1], is_dropped=True, member=unquote(rest[0]))
            if len(rest) == 2 and rest[0]
            else None
        )
    return Landed(kind, site, rest[0], is_dropped=True) if len(rest) == 1 else None


def _key(way: str, kind: str, site: str, upload: str) -> str:
    if kind not in KINDS or not _SITE.fullmatch(site) or not _ID.fullmatch(upload):
        raise ValueError("a key is made of a kind, a site and an id of ours")
    return f"{way}/{kind}/{site}/{upload}"
