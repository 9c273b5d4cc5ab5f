"""Points: award, redeem, deduct, transfer, and read the figures (annex-api-1, section 5)."""

from collections.abc import Mapping
from typing import Any, Final

from chalicelib.api import fields, group_points
from chalicelib.api.bodies import ExpiryQuery, MemberBody, PointsBody
from chalicelib.api.bulk import each, numbered, read_of
from chalicelib.api.common import WireFigures, force_of, of_named
from chalicelib.api.figures import expiry_answer, figures
from chalicelib.api.history import AtQuery, figures_at
from chalicelib.api.posting import post_points, replay_points
from chalicelib.api.routing import Reply, Request, Routes
from chalicelib.api.shapes import BulkError, ExpiryAnswer, PointsAnswer, PointsFigures
from chalicelib.dynamo.idempotency import Known
from chalicelib.errors import Malformed
from chalicelib.ledger import service as ledger

routes: Final = Routes(__name__, "Points")


def _again(request: Request, known: Known) -> Mapping[str, Any]:
    return replay_points(request, request.body, known)


@routes.add("POST", "/points", scope="points:write", body=PointsBody, response=PointsAnswer, again=_again)
def post_point(request: Request) -> Mapping[str, Any]:
    """Award, deduct, redeem or transfer points of one member.

    Without an actionId a CREDIT is manual (100), a DEBIT with an orderId redeems points (107) and any other
    DEBIT is manual (100); a reason is then needed. A configured action awards its own points. When a limit
    withholds them, the answer has status 200, pointsAwarded 0 and errorCode AC1026 or AC1028.
    """
    return post_points(request, request.body, request.command())


@routes.add("GET", "/points/{memberId}", scope="points:read", query=AtQuery, response=PointsFigures)
def get_points(request: Request) -> Mapping[str, Any]:
    """Read all figures of a member's points, now or at another time.

    With at they are those of that time: by record (the default) as a reading found them then, by effect with what
    was back-dated since. In the future they are what will be left of today's points; points on hold stay on hold.
    """
    if request.query.at is not None or request.query.by is not None:
        return of_named(request, lambda member: figures_at(request, member))
    return of_named(request, lambda member: read_figures(request, member.mid, member.given))


def read_figures(request: Request, mid: str, given: str) -> Mapping[str, Any]:
    """The figures of a member, from the account alone."""
    force = force_of(request)
    account = ledger.read(request.site, mid, force.rules, request.now)
    show = WireFigures(force)
    said = figures(account, show, request.site, given, request.now)
    return {**said, "groupDetails": group_points.of_member(request, mid, show)}


@routes.add("GET", "/pointsexpiry/{memberId}", scope="points:read", query=ExpiryQuery, response=ExpiryAnswer)
def get_points_expiry(request: Request) -> Mapping[str, Any]:
    """Read which points expired and will expire in a range, by week, month, quarter or year.

    Both ends belong to the range. Blocks are named 2026-W17, 2026-04, 2026-Q2 and 2026.
    """
    query: ExpiryQuery = request.query
    if query.end_date < query.start_date:
        raise Malformed("end_date: not before start_date.")
    start, end, by = query.start_date, query.end_date, query.aggregate_by
    return of_named(request, lambda member: expiry_answer(request, member, start, end, by, query.page))


@routes.add(
    "POST",
    "/bulkpoints",
    scope="points:write",
    body=dict[str, PointsBody],
    response=dict[str, PointsAnswer | BulkError],
)
def post_bulk_points(request: Request) -> Reply:
    """Move points of several members, each on its own.

    The body is an object with the keys "1", "2", … and the answer has the same keys; an element that is
    refused has an errorCode and stops no other. At most 200 elements.
    """

    def one(element: Mapping[str, Any], within: Request) -> Mapping[str, Any]:
        body = fields.read(PointsBody, dict(element))
        if body.action_id is None:
            raise Malformed("actionId is missing.")
        return post_points(within, body, within.command())

    def again(element: Mapping[str, Any], within: Request, known: Known) -> Mapping[str, Any]:
        return replay_points(within, fields.read(PointsBody, dict(element)), known)

    return each(request, one, again)


@routes.add(
    "POST",
    "/getbulkpoints",
    scope="points:read",
    body=dict[str, MemberBody],
    response=dict[str, PointsFigures | BulkError],
)
def get_bulk_points(request: Request) -> Mapping[str, Any]:
    """Read the figures of several members, by numbered elements."""
    return numbered(request, read_of(read_figures))
