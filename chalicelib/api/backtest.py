"""Trying a draft programme on what happened, or on what might. For staff; no member is ever written."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Final

from pydantic import Field
from typing_extensions import TypedDict

from chalicelib.api import fields, wire
from chalicelib.api.bulk import take
from chalicelib.api.common import WireFigures, force_of
from chalicelib.api.fields import Body
from chalicelib.api.order_bodies import Units
from chalicelib.api.routing import Reply, Request, Routes
from chalicelib.backtesting import service as backtesting
from chalicelib.backtesting.invented import HISTORY_MAX, LINES_MAX, Happening, by_member
from chalicelib.backtesting.service import Backtest
from chalicelib.dynamo import idempotency
from chalicelib.errors import Malformed
from chalicelib.ids import command_id, digest
from chalicelib.orders.order import NewLine

routes: Final = Routes(__name__, "Programme")
ACCEPTED: Final = 202
_ID_LETTERS: Final = 16


class HistoryLine(Body):
    """One product of a purchase that is tried."""

    id: fields.OrderId = "product"
    quantity: Units
    unit_price: fields.Money


class HistoryRow(Body):
    """Something that a member does: buys (``orderDetail``), acts (``actionId``) or redeems (``debit``)."""

    user_id: fields.MemberId
    at: fields.Timestamp
    order_detail: Annotated[list[HistoryLine], Field(max_length=LINES_MAX)] = Field(default_factory=list)
    action_id: fields.ActionId | None = None
    credit: fields.Points | None = None
    debit: fields.Points | None = None


class BacktestBody(Body):
    """A draft and what to try it on: a period of the site's own history, or a history sent along."""

    programme: dict[str, Any]
    start: fields.Timestamp | None = Field(default=None, alias="from")
    end: fields.Timestamp | None = Field(default=None, alias="to")
    history: Annotated[list[HistoryRow], Field(min_length=1, max_length=HISTORY_MAX)] | None = None


BacktestAnswer = TypedDict(
    "BacktestAnswer",
    {
        "siteId": str,
        "id": str,
        "status": str,
        "from": str,
        "to": str,
        "version": int,
        "progress": dict[str, int],
        "result": dict[str, Any] | None,
    },
)
"""A run as it stands; the result once it is done, and null before."""


@routes.add(
    "POST", "/programme/backtest", scope="programme:read", body=BacktestBody, response=BacktestAnswer, also=(ACCEPTED,)
)
def try_programme(request: Request) -> Reply:
    """Try a draft programme on a period of the site's own history, or on a history sent along.

    The answer compares what the use cases of today give under the programmes as they were with what they give under
    the draft: points, liability, tiers, members better and worse off, by action; and says how much was replayed and
    what could not be. A small site is answered at once. Otherwise the answer is 202 with an id, and GET
    /programme/backtest/{backtestId} tells the progress and, for a week, the result. Nothing is written to members.
    """
    # A key that was used for another body is refused first; a draft that is refused uses none up.
    is_repeat = request.key is not None and idempotency.find(request.site, request.key) is not None
    found = _tried(request, request.body)
    if request.key is not None:
        is_repeat = take(request.site, request.key) or is_repeat
    return Reply(answer(request.site, found), 200 if found.is_done else ACCEPTED, is_repeat=is_repeat)


def _tried(request: Request, body: BacktestBody) -> Backtest:
    if body.history is not None:
        return _invented(request, body.history)
    if body.start is None:
        raise Malformed("from: is missing, the first instant of the period.")
    return backtesting.try_out(
        request.site,
        run_id(request),
        request.raw["programme"],
        body.start,
        body.end or request.now,
        request.now,
        seconds=backtesting.REQUEST_SECONDS,
    )


@routes.add("GET", "/programme/backtest/{backtestId}", scope="programme:read", response=BacktestAnswer)
def get_backtest(request: Request) -> Mapping[str, Any]:
    """Read how far a backtest is, and its result once it is done."""
    return answer(request.site, backtesting.status(request.site, request.params["backtestId"]))


def _invented(request: Request, history: list[HistoryRow]) -> Backtest:
    show = WireFigures(force_of(request))
    happenings = [_happening(place, row, show) for place, row in enumerate(history)]
    start: datetime = request.body.start or min(each.at for each in happenings)
    if max(each.at for each in happenings) > request.now:
        raise Malformed("history: nothing later than now.")
    return backtesting.try_on(request.site, request.raw["programme"], by_member(happenings), start)


def _happening(place: int, row: HistoryRow, show: WireFigures) -> Happening:
    said = [bool(row.order_detail), row.action_id is not None, row.debit is not None]
    if sum(said) != 1:
        raise Malformed(f"history[{place}]: one of orderDetail, actionId and debit.")
    lines = tuple(NewLine(line.id, line.quantity, line.unit_price) for line in row.order_detail)
    points = show.units(row.credit if row.debit is None else row.debit)
    return Happening(member=row.user_id, at=row.at, lines=lines, action=row.action_id, points=points)


def run_id(request: Request) -> str:
    """A new id, or for a call with a key the one that it always has: a repeat finds its run and begins no other."""
    if request.key is None:
        return command_id()
    return digest(request.key.digest, request.key.request)[:_ID_LETTERS]


def answer(site: str, found: Backtest) -> dict[str, Any]:
    """A run as it stands, on the wire."""
    return {
        "siteId": site,
        "id": found.id,
        "status": "done" if found.is_done else "running",
        "from": wire.timestamp(found.trial.start),
        "to": wire.timestamp(found.trial.end),
        "version": found.version,
        "progress": {"members": found.members, "parts": found.parts, "partsDone": found.parts_done},
        "result": None if found.report is None else dict(found.report),
    }
