"""The service about itself: its description and whether it answers."""

from collections.abc import Mapping
from typing import Any, Final

from typing_extensions import TypedDict

from chalicelib.api.route import VERSION
from chalicelib.api.routing import Request, Routes
from chalicelib.sites.scopes import PUBLIC

routes: Final = Routes(__name__, "Service")


class Health(TypedDict):
    """That the service answers."""

    status: str
    version: str


@routes.add("GET", "/health", scope=PUBLIC, response=Health)
def get_health(request: Request) -> Mapping[str, Any]:  # noqa: ARG001
    """Tell that the service answers. It asks no database."""
    return {"status": "ok", "version": VERSION}
