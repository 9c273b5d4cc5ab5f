"""The book itself: a member's entries, and the trail between awards and debits."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

from pydantic import WithJsonSchema

from chalicelib.api import cursors, fields
from chalicelib.api.common import WireFigures, force_of, of_named
from chalicelib.api.entries import LedgerAnswer, TrailAnswer, entry_of, row_of, trail_of
from chalicelib.api.fields import Body
from chalicelib.api.routing import Request, Routes
from chalicelib.errors import Malformed
from chalicelib.ledger import trail
from chalicelib.ledger.reading import service as reading
from chalicelib.members.service import Resolved

routes: Final = Routes(__name__, "Activity")
PAGE_DEFAULT: Final = 20
PAGE_MAX: Final = 100
"""Entries of one page."""
NUMBER_DIGITS_MAX: Final = 12
_LISTED: Final = "ledger"
"""What cursors of this list are bound to."""


class LedgerQuery(Body):
    """Which entries are wanted."""

    limit: Annotated[
        int, fields.whole_up_to(PAGE_MAX), WithJsonSchema({"type": "integer", "minimum": 1, "maximum": PAGE_MAX})
    ] = PAGE_DEFAULT
    cursor: fields.Text = ""


@routes.add("GET", "/users/{memberId}/ledger", scope="users:read", query=LedgerQuery, response=LedgerAnswer)
def get_ledger(request: Request) -> Mapping[str, Any]:
    """List the entries of a member's book, newest first, with the lots that each filled and drew.

    Every change of an account is an entry, also one that moved no points. For the next page send nextCursor as
    cursor; it is empty on the last page. What time has made due and nobody has booked yet stands in pending.
    """
    return of_named(request, lambda member: _page(request, member))


@routes.add("GET", "/users/{memberId}/ledger/{number}/trail", scope="users:read", response=TrailAnswer)
def get_trail(request: Request) -> Mapping[str, Any]:
    """Read which awards an entry consumed and which debits it fed, down to the orders.

    A refund tells what it gave back, and related names the other entries of the same order, hold or transfer.
    Answered for members with up to 10,000 entries.
    """
    text = request.params["number"]
    if not (text.isascii() and text.isdigit() and len(text) <= NUMBER_DIGITS_MAX):
        raise Malformed("number: the number of an entry, as the list of entries gives it, for example 42.")
    return of_named(request, lambda member: _trail(request, member, int(text)))


def _page(request: Request, member: Resolved) -> Mapping[str, Any]:
    query: LedgerQuery = request.query
    force = force_of(request)
    show = WireFigures(force)
    through = cursors.place_in(request.site, _LISTED, member.mid, query.cursor) if query.cursor else None
    found = reading.entries(request.site, member.mid, force.rules, request.now, through=through, limit=query.limit)
    last = found.rows[-1].entry.number if found.rows else 1
    return {
        "siteId": request.site,
        "id": member.given,
        "entries": [row_of(row, show) for row in found.rows],
        "pending": [entry_of(entry, show) for entry in found.pending] if through is None else [],
        "totalEntryCount": found.total,
        "nextCursor": cursors.following(request.site, _LISTED, member.mid, last - 1) if last > 1 else "",
    }


def _trail(request: Request, member: Resolved, number: int) -> Mapping[str, Any]:
    force = force_of(request)
    found = reading.book(request.site, member.mid, force.rules, request.now, number)
    return {
        "siteId": request.site,
        "id": member.given,
        **trail_of(found, trail.follow(found.entries), WireFigures(force)),
    }
