"""A member's activity: the book as the vendor's list shows it, and the sum of one action."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from chalicelib.api.campaigns import told
from chalicelib.api.common import WireFigures, force_of, of_named, stamp, store_details, unpacked
from chalicelib.api.paging import PageQuery
from chalicelib.api.routing import Request, Routes
from chalicelib.api.shapes import ActivityAnswer, ActivitySummary
from chalicelib.catalog.stores import service as stores
from chalicelib.errors import Malformed
from chalicelib.ids import digest
from chalicelib.ledger import service as ledger
from chalicelib.ledger.account import POINTS, PROMOTIONAL
from chalicelib.ledger.entry import Entry
from chalicelib.ledger.service import CANCELLED, HOLD, RELEASED, RETURNED
from chalicelib.ledger.table import Row
from chalicelib.members.service import Resolved
from chalicelib.programme import standard
from chalicelib.programme.performing.service import UnknownAction
from chalicelib.rewards import service as rewards

routes: Final = Routes(__name__, "Activity")
_CREDITS: Final = frozenset({"award", "order", "hold", "release", "refund", "receive"})
_REVERSALS: Final = {"Standard": "Reversal Standard", "Promotional": "Reversal Promotion"}


@routes.add("GET", "/users/{memberId}/activity", scope="users:read", query=PageQuery, response=ActivityAnswer)
def get_activity(request: Request) -> Mapping[str, Any]:
    """List what happened to a member's points, newest first.

    A purchase is one row whose amount and pointStatus follow its hold; returns, expiries and debits have rows
    of their own. Twenty rows a page.
    """
    return of_named(request, lambda member: _activity(request, member))


def _activity(request: Request, member: Resolved) -> Mapping[str, Any]:
    force = force_of(request)
    show = WireFigures(force)
    found = ledger.activity(request.site, member.mid, force.rules, request.now, request.query.page, member.homes)
    stores.details(request.site, [row.entry.refs.store or "" for row in found.rows])
    rows = [row_of(row, show, request.site, owner) for row, owner in zip(found.rows, found.owners, strict=True)]
    redeemed = {
        (owner, row.entry.number): told
        for owner, row, told in zip(found.owners, found.rows, rows, strict=True)
        if row.entry.refs.reward
    }
    for owner in dict.fromkeys(owner for owner, _ in redeemed):
        numbers = [number for of, number in redeemed if of == owner]
        for number, benefit in rewards.benefits(request.site, owner, numbers).items():
            redeemed[owner, number]["rewardCode"] = benefit.code or ""
    return {
        "siteId": request.site,
        "id": member.given,
        "activityDetail": rows,
        "pages": found.pages,
        "currentPage": request.query.page,
        "totalActivityCount": found.total,
    }


@routes.add("GET", "/users/{memberId}/activitysummary/{actionId}", scope="users:read", response=ActivitySummary)
def get_activity_summary(request: Request) -> Mapping[str, Any]:
    """Read how many points a member earned and lost by one action."""
    text = request.params["actionId"]
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise Malformed("actionId: the number of an action, for example 101.")
    return of_named(request, lambda member: _summary(request, member, text))


def _summary(request: Request, member: Resolved, text: str) -> Mapping[str, Any]:
    force = force_of(request)
    show = WireFigures(force)
    account = ledger.read(request.site, member.mid, force.rules, request.now)
    action = force.action_by_id.get(int(text))
    known = account.actions.get(str(int(text)))
    if action is None and known is None:
        raise UnknownAction
    credit, debit, count = known or (0, 0, 0)
    return {
        "siteId": request.site,
        "id": member.given,
        "actionId": int(text),
        "actionName": action.action_name if action else "",
        "totalCredit": show.points(credit),
        "totalDebit": show.points(debit),
        "count": count,
    }


def row_of(row: Row, show: WireFigures, site: str, mid: str) -> dict[str, Any]:
    """One row. Amounts are always numbers, ``orderId`` is never null: clients compute and call methods on them."""
    entry, note = row.entry, row.note
    amount = _amount(row)
    is_credit = entry.kind in _CREDITS and row.status != CANCELLED
    return {
        "activityId": str(UUID(hex=digest(site, mid, str(entry.number))[:32])),
        "actionId": entry.action or 0,
        "activity": "CREDIT" if is_credit else "DEBIT",
        "credit": show.points(amount if is_credit else 0),
        "debit": show.points(0 if is_credit else amount),
        "pointType": _point_type(entry, str(note.get("pointType", ""))),
        "pointStatus": _status(row),
        "displayText": _text(entry, show),
        "reason": str(note.get("reason", "")),
        "rewardId": entry.refs.reward or "",
        "rewardCode": str(note.get("rewardCode", "")),
        "orderId": entry.refs.order or "",
        "customId": str(note.get("customId", "")),
        "source": entry.refs.source or "",
        "createDate": stamp(entry.effective),
        "expireDate": show.expiry(_good_through(row)),
        "storeDetails": store_details(site, entry.refs.store),
        **told(entry.campaigns, show),
        "multiBucketsData": _in_buckets(entry, show),
        "actionAttribute": unpacked(str(note.get("actionAttribute", ""))),
    }


def _amount(row: Row) -> int:
    """Ordinary points of the row: of a held credit what its hold has left, else what moved."""
    if row.amount is not None:
        return row.amount
    sides = {"available", "held"} if row.entry.kind != "shrink" else {"available"}
    return sum(
        posting.amount
        for posting in row.entry.postings
        if posting.bucket == POINTS and (posting.source in sides or posting.target in sides)
    )


def _in_buckets(entry: Entry, show: WireFigures) -> dict[str, Any]:
    """What the row moved in further buckets."""
    names = dict.fromkeys(posting.bucket for posting in entry.postings if posting.bucket != POINTS)
    is_credit = entry.kind in _CREDITS
    moved = {name: show.points(_moved(entry, name)) for name in names}
    nothing = show.points(0)
    return {
        name: {"credit": points if is_credit else nothing, "debit": nothing if is_credit else points}
        for name, points in moved.items()
    }


def _moved(entry: Entry, bucket: str) -> int:
    return sum(p.amount for p in entry.postings if p.bucket == bucket and "available" in (p.source, p.target))


def _status(row: Row) -> str:
    if row.status is not None:
        return row.status
    if row.entry.action == standard.RETURNED:
        return RETURNED
    if row.entry.kind == "expire":
        return "Expired"
    return HOLD if row.entry.kind == "hold" else RELEASED


def _point_type(entry: Entry, given: str) -> str:
    if given:
        return given
    kinds = {change.kind for change in entry.lots} or {draw.kind for draw in entry.draws}
    kind = "Promotional" if kinds == {PROMOTIONAL} else "Standard"
    return _REVERSALS[kind] if entry.kind == "reverse" or entry.action == standard.RETURNED else kind


def _text(entry: Entry, show: WireFigures) -> str:
    action = show.force.action_by_id.get(entry.action or 0)
    return action.action_name_display if action else ""


def _good_through(row: Row) -> int | None:
    if row.day is not None:
        return row.day
    return max((change.day for change in row.entry.lots), default=None) if row.entry.kind in _CREDITS else None
