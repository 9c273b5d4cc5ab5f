"""Changes of the programme's list of galleries, each a function from programme to programme."""

from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.errors import AlreadyExists, Malformed, NotFound
from chalicelib.programme.definitions.gallery import GALLERIES_MAX
from chalicelib.programme.document import Programme
from chalicelib.programme.rendering import render
from chalicelib.programme.section import Problem
from chalicelib.programme.validation import InvalidProgramme, validate

Edit = Callable[[Programme], Programme]


class NoSuchGallery(NotFound):
    """The programme has no such gallery."""

    def __init__(self) -> None:
        super().__init__("No data found: there is no gallery with this id. POST /galleries creates one.")


class GalleryExists(AlreadyExists):
    """The id is taken."""

    def __init__(self) -> None:
        super().__init__("Data already exists: there is a gallery with this id. Change it with PATCH /galleries/{id}.")


class OtherGalleryId(Malformed):
    """A change that names another gallery than its path does."""

    def __init__(self) -> None:
        super().__init__("galleryId: stays as it is in the path; leave it out.")


def add(gallery: Mapping[str, Any], gallery_id: str) -> Edit:
    """Add a gallery as it was sent, at the end. Raises ``GalleryExists`` and ``InvalidProgramme``."""

    def edit(programme: Programme) -> Programme:
        if any(each.gallery_id == gallery_id for each in programme.galleries):
            raise GalleryExists
        if len(programme.galleries) >= GALLERIES_MAX:
            raise InvalidProgramme([Problem("galleries", f"wanted at most {GALLERIES_MAX} of them")])
        return _with(programme, [*_plain(programme), {**gallery, "galleryId": gallery_id}], len(programme.galleries))

    return edit


def change(gallery_id: str, fields: Mapping[str, Any], *, whole: bool) -> Edit:
    """Set these fields of a gallery, or put them in place of all; ``None`` takes a field away.

    Raises ``NoSuchGallery`` and ``InvalidProgramme``.
    """

    def edit(programme: Programme) -> Programme:
        plain = _plain(programme)
        place = _place(programme, gallery_id)
        before = {} if whole else plain[place]
        plain[place] = {**before, **fields, "galleryId": gallery_id}
        return _with(programme, plain, place)

    return edit


def remove(gallery_id: str) -> Edit:
    """Take a gallery out; what was counted of it stays for a while. Raises ``NoSuchGallery``."""

    def edit(programme: Programme) -> Programme:
        place = _place(programme, gallery_id)
        rest = (*programme.galleries[:place], *programme.galleries[place + 1 :])
        return programme.model_copy(update={"galleries": rest})

    return edit


def _place(programme: Programme, gallery_id: str) -> int:
    for place, gallery in enumerate(programme.galleries):
        if gallery.gallery_id == gallery_id:
            return place
    raise NoSuchGallery


def _plain(programme: Programme) -> list[dict[str, Any]]:
    return list(render(programme).get("galleries", []))


def _with(programme: Programme, galleries: list[dict[str, Any]], place: int) -> Programme:
    """The programme with these galleries; what is wrong with the one at ``place`` is named by its own fields."""
    try:
        return validate({**render(programme), "galleries": galleries})
    except InvalidProgramme as refused:
        raise InvalidProgramme([_inside(each, f"galleries[{place}]") for each in refused.problems]) from refused


def _inside(problem: Problem, path: str) -> Problem:
    return Problem(problem.field.removeprefix(path).removeprefix(".") or "gallery", problem.text)
