"""Paying off purchases with points: transaction erasure (annex-api-1, section 4.10)."""

from collections.abc import Mapping
from typing import Any, Final, Literal

from pydantic import Field
from typing_extensions import TypedDict

from chalicelib.api import fields, wire
from chalicelib.api.common import WireFigures, force_of, stamp
from chalicelib.api.fields import Body
from chalicelib.api.order_bodies import OrderAttributes
from chalicelib.api.routing import Request, Routes
from chalicelib.api.shapes import Number
from chalicelib.dynamo.idempotency import Known
from chalicelib.errors import Malformed
from chalicelib.ids import composed
from chalicelib.members import service as members
from chalicelib.orders.erasure import service as erasure
from chalicelib.orders.erasure.eligible import Erased, left

routes: Final = Routes(__name__, "Users")


class ErasureBody(Body):
    """Which order, and whose."""

    order_id: fields.OrderId
    user_id: fields.MemberId


class ErasureChangeBody(ErasureBody):
    """What to change of an erasure."""

    status: fields.Text = ""
    order_attribute: OrderAttributes = Field(default_factory=dict)


class ErasureQuery(Body):
    """Where the list goes on."""

    before: fields.OrderId | None = None


class ErasedShape(TypedDict):
    """An order that was paid off with points."""

    orderId: str
    erasureDate: str
    userId: str
    pointsUsed: Number
    pointsRefunded: Number
    status: Literal["Erased", "Cancelled"]
    updateDate: str
    orderAttribute: dict[str, str]


class ErasureAnswer(TypedDict):
    """What was erased."""

    siteId: str
    transactiondetails: ErasedShape


class ErasableShape(TypedDict):
    """An order that was not paid off: what it would cost, and why it cannot be, if so."""

    orderId: str
    orderDate: str
    amount: Number
    pointsNeeded: Number
    eligible: str
    reason: str
    orderAttribute: dict[str, str]


class ErasuresAnswer(TypedDict):
    """A member's orders that can be and that were paid off; ``next`` goes into ``before``."""

    siteId: str
    userId: str
    availablePoints: Number
    erasableTransactions: list[ErasableShape]
    erasedTransactions: list[ErasedShape]
    next: str


def _again(request: Request, known: Known) -> Mapping[str, Any]:
    body: ErasureBody = request.body
    found = erasure.recall(request.site, known.mid, body.order_id)
    if found is None:
        raise erasure.NotErased
    return _answer(request, found)


@routes.add(
    "POST", "/transactionErasure", scope="points:write", body=ErasureBody, response=ErasureAnswer, again=_again,
    also=(405,),
)  # fmt: skip
def erase_transaction(request: Request) -> Mapping[str, Any]:
    """Pay off an order with points.

    The programme's transactionErasure says which orders may be, and at what price. The points are redeemed for the
    order, all or nothing; a return of the order refunds them as the programme says.
    """
    body: ErasureBody = request.body
    run, force = request.command(), force_of(request)
    done = members.on_member(
        request.site, body.user_id, lambda member: erasure.erase(request.site, run, force, member.mid, body.order_id)
    )
    return _answer(request, done)


@routes.add(
    "PATCH", "/transactionErasure", scope="points:write", body=ErasureChangeBody, response=ErasureAnswer, again=_again
)
def change_erasure(request: Request) -> Mapping[str, Any]:
    """Change an erasure: set orderAttribute, or cancel it with status CANCELLED, which gives its points back."""
    body: ErasureChangeBody = request.body
    status = body.status.strip().upper()
    if status not in {"", "ERASED", "CANCELLED"}:
        raise Malformed("status: CANCELLED, or nothing.")
    if status != "CANCELLED" and not body.order_attribute:
        raise Malformed("Missing parameters: status CANCELLED or orderAttribute.")
    run, force = request.command(), force_of(request)
    done = members.on_member(
        request.site,
        body.user_id,
        lambda member: erasure.update(
            request.site,
            run,
            force,
            member.mid,
            body.order_id,
            cancels=status == "CANCELLED",
            attributes=body.order_attribute,
        ),
    )
    return _answer(request, done)


@routes.add(
    "GET", "/transactionErasure/{memberId}", scope="points:read", query=ErasureQuery, response=ErasuresAnswer,
    also=(405,),
)  # fmt: skip
def get_erasures(request: Request) -> Mapping[str, Any]:
    """List a member's orders that can be paid off with points and those that were, fifty orders a call."""
    force = force_of(request)
    show, before = WireFigures(force), request.query.before
    found, member = members.on_member(
        request.site,
        fields.member_id(request.params["memberId"]),
        lambda who: (
            erasure.transactions(
                request.site, request.command(), force, who.mid, before=None if before is None else composed(before)
            ),
            who,
        ),
    )
    return {
        "siteId": request.site,
        "userId": member.given,
        "availablePoints": show.points(found.account.bucket().available),
        "erasableTransactions": [
            {
                "orderId": each.order.id,
                "orderDate": wire.timestamp(each.order.ordered),
                "amount": show.spend(left(each.order)),
                "pointsNeeded": show.points(each.points),
                "eligible": "NO" if each.why_not else "YES",
                "reason": each.why_not or "",
                "orderAttribute": dict(each.order.attributes),
            }
            for each in found.erasable
        ],
        "erasedTransactions": [_shown(each, member.given, show) for each in found.erased],
        "next": found.following or "",
    }


def _answer(request: Request, erased: Erased) -> dict[str, Any]:
    body: ErasureBody = request.body
    shown = _shown(erased, body.user_id, WireFigures(force_of(request)))
    return {"siteId": request.site, "transactiondetails": shown}


def _shown(erased: Erased, user_id: str, show: WireFigures) -> dict[str, Any]:
    return {
        "orderId": erased.order,
        "erasureDate": stamp(erased.at),
        "userId": user_id,
        "pointsUsed": show.points(erased.points),
        "pointsRefunded": show.points(erased.back),
        "status": erased.status,
        "updateDate": stamp(erased.changed or erased.at),
        "orderAttribute": dict(erased.attributes),
    }
