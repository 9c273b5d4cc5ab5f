"""Creating, changing and removing galleries: each publishes the programme with one thing changed."""

from collections.abc import Mapping
from typing import Any, Final

from chalicelib.dynamo.idempotency import Key
from chalicelib.ids import digest
from chalicelib.ledger.service import Command
from chalicelib.photos.galleries.defining import editing
from chalicelib.photos.galleries.defining.editing import NoSuchGallery, OtherGalleryId
from chalicelib.programme import service as programme
from chalicelib.programme.definitions.gallery import Gallery
from chalicelib.programme.in_force import InForce

ID_DIGITS: Final = 9


def create(site: str, run: Command, gallery: Mapping[str, Any]) -> tuple[Gallery, int]:
    """Put a new gallery into force; without a ``galleryId`` it gets a number. The gallery, and the version.

    Raises ``GalleryExists``, ``InvalidProgramme`` naming each wrong field, and ``Contention``.
    """
    gallery_id = named(run.id, run.key, gallery)
    published = programme.amend(site, run.id, editing.add(gallery, gallery_id), key=run.key)
    return found(published.in_force, gallery_id), published.in_force.version


def change(
    site: str, run: Command, gallery_id: str, fields: Mapping[str, Any], *, whole: bool = False
) -> tuple[Gallery, int]:
    """Set fields of a gallery, or with ``whole`` put another in its place.

    Raises ``NoSuchGallery``, ``OtherGalleryId``, ``InvalidProgramme`` and ``Contention``.
    """
    if fields.get("galleryId") not in (None, gallery_id):
        raise OtherGalleryId
    edit = editing.change(gallery_id, fields, whole=whole)
    published = programme.amend(site, run.id, edit, key=run.key)
    return found(published.in_force, gallery_id), published.in_force.version


def remove(site: str, run: Command, gallery_id: str) -> int:
    """Take a gallery out of the programme. The programme's version. Raises ``NoSuchGallery`` and ``Contention``."""
    return programme.amend(site, run.id, editing.remove(gallery_id), key=run.key).in_force.version


def named(command_id: str, key: Key | None, gallery: Mapping[str, Any]) -> str:
    """The id of a new gallery: the one that was sent, or a number that a repeated key always gives again."""
    given = gallery.get("galleryId")
    if given not in (None, ""):
        return str(given)
    seed = digest("gallery", command_id if key is None else key.digest + key.request)
    return str(int(seed, 16) % 10**ID_DIGITS)


def at_version(site: str, version: int, gallery_id: str) -> Gallery:
    """A gallery as a version of the programme had it. Raises ``UnknownVersion`` and ``NoSuchGallery``."""
    return found(programme.at_version(site, version), gallery_id)


def found(force: InForce, gallery_id: str) -> Gallery:
    """A gallery of a programme, whether or not it is shown now. Raises ``NoSuchGallery``."""
    gallery = force.gallery_by_id.get(gallery_id)
    if gallery is None:
        raise NoSuchGallery
    return gallery
