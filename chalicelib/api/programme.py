"""The programme of a site: one validated, versioned document. For staff."""

from collections.abc import Mapping
from typing import Any, Final

from typing_extensions import TypedDict

from chalicelib.api.routing import Request, Routes
from chalicelib.dynamo.idempotency import Known
from chalicelib.errors import Malformed
from chalicelib.ids import command_id
from chalicelib.programme import service as programme
from chalicelib.programme.document import Programme
from chalicelib.programme.in_force import InForce
from chalicelib.programme.rendering import render

routes: Final = Routes(__name__, "Programme")


class ProgrammeAnswer(TypedDict):
    """A version of the programme."""

    siteId: str
    version: int
    programme: dict[str, Any]


@routes.add("GET", "/programme", scope="programme:read", response=ProgrammeAnswer)
def get_programme(request: Request) -> Mapping[str, Any]:
    """Read the programme in force and its version."""
    return _answer(request.site, programme.in_force(request.site))


def _again(request: Request, known: Known) -> Mapping[str, Any]:
    return _answer(request.site, programme.at_version(request.site, int(known.ref)))


@routes.add("PUT", "/programme", scope="programme:write", body=dict[str, Any], response=ProgrammeAnswer, again=_again)
def put_programme(request: Request) -> Mapping[str, Any]:
    """Put a whole programme into force as the next version.

    Send the document itself, or what GET gave ({"version", "programme"}): then a version that is no longer in
    force is refused with 409, so that two people never overwrite each other. A document equal to the one in
    force changes nothing. Every wrong field is named.
    """
    document, expected = _sent(request.raw)
    published = programme.publish(request.site, command_id(), document, expected_version=expected, key=request.key)
    return _answer(request.site, published.in_force)


def _sent(raw: Mapping[str, Any]) -> tuple[Any, int | None]:
    if "programme" not in raw:
        return dict(raw), None
    version = raw.get("version")
    if version is not None and (isinstance(version, bool) or not isinstance(version, int)):
        raise Malformed("version: the whole number that GET /programme gave.")
    return raw["programme"], version


def _answer(site: str, force: InForce) -> dict[str, Any]:
    shown: Programme = force.programme
    return {"siteId": site, "version": force.version, "programme": render(shown)}
