"""Receipts for moderators: what was read, with its places in the picture, and their decisions."""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from chalicelib.api import wire
from chalicelib.api.common import WireFigures, force_of
from chalicelib.api.receipt_bodies import ApproveBody, PlainBody, ReceiptDetails, RejectBody, ReverseBody
from chalicelib.api.receipts import date_of, status_of
from chalicelib.api.routing import Request, Routes
from chalicelib.dynamo.idempotency import Known
from chalicelib.gateways import storage
from chalicelib.ledger import days
from chalicelib.receipts import purchase as purchases
from chalicelib.receipts import service as receipts
from chalicelib.receipts.deciding import service as deciding
from chalicelib.receipts.matching import Match
from chalicelib.receipts.purchase import Bought
from chalicelib.receipts.showing import service as showing
from chalicelib.receipts.showing.service import Details, Near

routes: Final = Routes(__name__, "Moderation")
_NAMES: Final = {"day": "date", "time_of_day": "time"}
"""Fields of a reading that moderators know by another name."""


def _again(request: Request, _known: Known) -> Mapping[str, Any]:
    return _details(request)


@routes.add("GET", "/receipts/{submissionId}/details", scope="content:moderate", response=ReceiptDetails)
def get_receipt_details(request: Request) -> Mapping[str, Any]:
    """Read everything of a receipt: the picture, what was read and where, and the receipts that are like it.

    Boxes are left, top, right and bottom in pixels of a picture of picture.width × picture.height, which is the one at
    picture.url turned by picture.turned degrees counter-clockwise. Links work for a quarter of an hour.
    """
    return _details(request)


@routes.add(
    "POST", "/receipts/{submissionId}/approve", scope="content:moderate", body=ApproveBody, response=ReceiptDetails,
    again=_again,
)  # fmt: skip
def approve_receipt(request: Request) -> Mapping[str, Any]:
    """Pay a receipt as it was read, or with these corrections.

    Lines that are given stand in place of all that were read; productId says which receipt product a line is. A
    receipt that was paid before as another submission is refused (409).
    """
    body: ApproveBody = request.body
    by = request.principal.kind
    deciding.approve(request.site, request.command(), _named(request), body.corrections(), body.note, by)
    return _details(request)


@routes.add(
    "POST", "/receipts/{submissionId}/reject", scope="content:moderate", body=RejectBody, response=ReceiptDetails,
    again=_again,
)  # fmt: skip
def reject_receipt(request: Request) -> Mapping[str, Any]:
    """Turn a receipt down; reason is what its member reads."""
    body: RejectBody = request.body
    by = request.principal.kind
    deciding.reject(request.site, request.command(), _named(request), body.code, body.reason, by)
    return _details(request)


@routes.add(
    "POST", "/receipts/{submissionId}/reverse", scope="content:moderate", body=ReverseBody, response=ReceiptDetails,
    again=_again,
)  # fmt: skip
def reverse_receipt(request: Request) -> Mapping[str, Any]:
    """Take back the points of a receipt: its order is returned, by the rules that were recorded with it."""
    body: ReverseBody = request.body
    deciding.reverse(request.site, request.command(), _named(request), body.reason, request.principal.kind)
    return _details(request)


@routes.add(
    "POST", "/receipts/{submissionId}/reopen", scope="content:moderate", body=PlainBody, response=ReceiptDetails,
    again=_again,
)  # fmt: skip
def reopen_receipt(request: Request) -> Mapping[str, Any]:
    """Put a receipt that was rejected or reversed before a moderator again."""
    deciding.reopen(request.site, request.command(), _named(request), request.principal.kind)
    return _details(request)


@routes.add(
    "POST", "/receipts/{submissionId}/retry", scope="content:moderate", body=PlainBody, response=ReceiptDetails,
    again=_again,
)  # fmt: skip
def retry_receipt(request: Request) -> Mapping[str, Any]:
    """Have a receipt read again that got stuck, or whose picture came too late."""
    deciding.retry(request.site, request.command(), _named(request), request.principal.kind)
    return _details(request)


def _named(request: Request) -> str:
    return request.params["submissionId"]


def _details(request: Request) -> dict[str, Any]:
    found = showing.details(request.site, _named(request))
    known, show = found.seen.submission, WireFigures(force_of(request))
    plain: dict[str, Any] = {} if found.body is None else found.body["plain"]
    return {
        "siteId": request.site,
        "submissionId": known.id,
        "receiptId": known.receipt,
        "state": known.state,
        "status": status_of(known),
        "memberId": found.member,
        "uploadDate": date_of(request, known.uploaded),
        "source": known.source,
        "documentId": known.document,
        "picture": _picture(request, found, plain),
        "fields": _fields(found, plain),
        "currency": found.purchase.currency,
        "lines": _lines(found, plain),
        "retailer": _match(found.match.retailer),
        "evidence": plain.get("evidence", []),
        "reasons": [{"code": each.code, "text": each.text, "about": each.about} for each in known.reasons],
        "duplicates": [_near(request, each) for each in found.near],
        "orderId": known.order or None,
        "pointsAwarded": show.points(known.points),
        "pointsOnHold": show.points(known.held),
        "history": [
            {"at": wire.timestamp(days.from_ms(each.at)), "by": each.by, "verb": each.verb, "text": each.text}
            for each in known.history
        ],
        "corrections": _corrections(known.corrections),
    }


def _picture(request: Request, found: Details, plain: Mapping[str, Any]) -> dict[str, Any] | None:
    key = receipts.picture_key(request.site, found.seen.submission)
    if key is None or found.body is None:
        return None
    width, height = found.body["picture"]
    said = plain["picture"]
    # Boxes lie in the picture as it was read; one that nobody could read is shown as it is.
    size = {"width": said["width"] or width, "height": said["height"] or height, "turned": said["turned"]}
    return {"url": storage.link(key), **size}


def _fields(found: Details, plain: Mapping[str, Any]) -> dict[str, Any]:
    """The fields by their names, with what a moderator put in their place."""
    said: dict[str, Any] = {_NAMES.get(name, name): each for name, each in plain.get("fields", {}).items()}
    if found.purchase.currency is not None:
        # A currency is read off all amounts together: it has no place and no confidence of its own.
        said["currency"] = {"value": found.purchase.currency, "confidence": None, "boxes": []}
    known = found.seen.submission
    given = json.loads(known.corrections) if known.corrections else {}
    for name, text in given.items():
        if name not in {"lines", "retailer"}:
            said[_NAMES.get(name, name)] = {"value": text, "confidence": 1, "boxes": []}
    return said


def _lines(found: Details, plain: Mapping[str, Any]) -> list[dict[str, Any]]:
    known = found.seen.submission
    is_read = not known.corrections or "lines" not in json.loads(known.corrections)
    places: Sequence[Mapping[str, Any]] = plain.get("lines", []) if is_read else []
    return [
        _line(line, match, places[at]["boxes"] if at < len(places) else [])
        for at, (line, match) in enumerate(zip(found.purchase.lines, found.match.lines, strict=True))
    ]


def _line(line: Bought, match: Match | None, boxes: list[list[int]]) -> dict[str, Any]:
    return {
        "name": line.name,
        "quantity": line.quantity,
        "unitPrice": line.unit_price,
        "amount": line.amount,
        "confidence": Decimal(str(line.confidence)),
        "boxes": boxes,
        "productId": None if match is None else match.id,
        "score": None if match is None else Decimal(str(match.score)),
    }


def _match(match: Match | None) -> dict[str, Any] | None:
    return None if match is None else {"id": match.id, "name": match.name, "score": Decimal(str(match.score))}


def _corrections(text: str) -> dict[str, Any] | None:
    """What a moderator put in place of what was read, by the names of the request."""
    if not text:
        return None
    given: dict[str, Any] = json.loads(text)
    said = {_NAMES.get(name, name): each for name, each in given.items() if name not in {"lines", "retailer"}}
    if "retailer" in given:
        said["retailerId"] = given["retailer"]
    if "lines" in given:
        lines = purchases.load({"lines": given["lines"]}).lines
        said["lines"] = [
            {"name": each.name, "quantity": each.quantity, "amount": each.amount, "productId": each.product or None}
            for each in lines
        ]
    return said


def _near(request: Request, near: Near) -> dict[str, Any]:
    known = near.seen.submission
    key = receipts.picture_key(request.site, known)
    return {
        "submissionId": known.id,
        "memberId": near.member,
        "code": near.code,
        "text": near.text,
        "state": known.state,
        "uploadDate": date_of(request, known.uploaded),
        "pictureUrl": None if key is None else storage.link(key),
    }
