"""Members sorted by their points (A128)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from typing_extensions import TypedDict

from chalicelib.api import cursors, fields
from chalicelib.api.common import WireFigures, force_of
from chalicelib.api.fields import Body
from chalicelib.api.routing import Request, Routes
from chalicelib.reporting.standings import service as standings

routes: Final = Routes(__name__, "Users")
_LISTED: Final = "standings"


class StandingsQuery(Body):
    """Whom to list: members with so many points, both ends included."""

    available_from: fields.Money | None = None
    available_to: fields.Money | None = None
    cursor: fields.Text = ""
    """``nextCursor`` of the page before."""


class StandingRow(TypedDict):
    """A member, with what is needed to write to them."""

    id: str
    email: str
    firstName: str
    lastName: str
    optInStatus: str
    status: str
    tierId: str
    availablePoints: Decimal
    lifetimePoints: Decimal


class StandingsAnswer(TypedDict):
    """Members by falling points."""

    siteId: str
    members: list[StandingRow]
    nextCursor: str


@routes.add("GET", "/pointstandings", scope="users:read", query=StandingsQuery, response=StandingsAnswer)
def get_point_standings(request: Request) -> Mapping[str, Any]:
    """List members by their points, whoever has most first.

    A hundred a page; while nextCursor is not empty, send it as cursor with the same bounds. Points follow the book
    within a moment.
    """
    site, query, shown = request.site, request.query, WireFigures(force_of(request))
    place = cursors.place_in(site, _LISTED, "", query.cursor) if query.cursor else 0
    after = place.to_bytes((place.bit_length() + 7) // 8, "big").decode()
    found = standings.page(
        site, after=after, highest=shown.units(query.available_to), lowest=shown.units(query.available_from)
    )
    following = int.from_bytes(found.following.encode(), "big")
    names = ("id", "email", "firstName", "lastName", "optInStatus", "status")
    return {
        "siteId": site,
        "members": [
            {
                **{name: row.profile[name] for name in names},
                "tierId": row.tier,
                "availablePoints": shown.points(row.available),
                "lifetimePoints": shown.points(row.lifetime),
            }
            for row in found.rows
        ],
        "nextCursor": cursors.following(site, _LISTED, "", following) if following else "",
    }
