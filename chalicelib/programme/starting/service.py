"""The programmes to start from, and putting one into force."""

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from chalicelib.errors import AlreadyExists, NotFound
from chalicelib.ledger.service import Command
from chalicelib.programme import service as programme
from chalicelib.programme.document import Programme
from chalicelib.programme.rendering import render
from chalicelib.programme.service import Published
from chalicelib.programme.starting.coffee import COFFEE
from chalicelib.programme.starting.fashion import FASHION
from chalicelib.programme.starting.grocery import GROCERY
from chalicelib.programme.starting.parts import Start
from chalicelib.programme.validation import validate

STARTS: Final[tuple[Start, ...]] = (FASHION, GROCERY, COFFEE)


class UnknownStart(NotFound):
    """There is no programme of that name to start from."""

    def __init__(self) -> None:
        names = ", ".join(start.name for start in STARTS)
        super().__init__(f"No data found: programmes to start from are {names}.")


class ProgrammeThere(AlreadyExists):
    """The site has a programme of its own, which a start never replaces."""

    def __init__(self) -> None:
        super().__init__(
            "Data already exists: this site has published a programme. Read the default with GET "
            "/programme/defaults/{name} and take over with PUT /programme what you want of it."
        )


def find(name: str) -> Start:
    """The start of that name. Raises ``UnknownStart``."""
    found = next((start for start in STARTS if start.name == name), None)
    if found is None:
        raise UnknownStart
    return found


def programme_of(name: str, *, currency: str | None = None, time_zone: str | None = None) -> Programme:
    """The programme of a start, in another currency or time zone where one is named. Raises ``UnknownStart`` and
    ``InvalidProgramme``.
    """
    if currency is None and time_zone is None:
        return _plain(name)
    document: dict[str, Any] = {**find(name).document}
    if currency is not None:
        document["currency"] = {**_of(document, "currency"), "code": currency}
    if time_zone is not None:
        document["timeZone"] = time_zone
    return validate(document)


def start(
    site: str, run: Command, name: str, *, currency: str | None = None, time_zone: str | None = None
) -> Published:
    """Put a start into force on a site that has published no programme yet.

    Raises ``UnknownStart``, ``InvalidProgramme``, and ``ProgrammeThere``, upon which nothing is written.
    """
    wanted = programme_of(name, currency=currency, time_zone=time_zone)

    def first(present: Programme) -> Programme:
        if programme.versions(site):
            raise ProgrammeThere
        return wanted if present != wanted else present

    return programme.amend(site, run.id, first, key=run.key)


@cache
def _plain(name: str) -> Programme:
    return validate(find(name).document)


def shown(name: str) -> dict[str, Any]:
    """The document of a start, as ``PUT /programme`` takes it. Raises ``UnknownStart``."""
    return render(_plain(name))


def _of(document: Mapping[str, Any], section: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = document[section]
    return found
