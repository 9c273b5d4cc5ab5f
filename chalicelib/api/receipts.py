"""Receipts: send pictures of them in, and see what became of them (annex-api-2, section 11)."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from chalicelib.api import fields
from chalicelib.api.common import WireFigures, force_of, of_named
from chalicelib.api.receipt_bodies import (
    DocumentBody,
    ListQuery,
    MemberReceipts,
    PlainBody,
    ReceiptBody,
    ReceiptForm,
    ReceiptStatus,
    SentReceipt,
    UploadId,
    UploadIdBody,
    UploadTestBody,
)
from chalicelib.api.routing import Reply, Request, Routes
from chalicelib.dynamo.idempotency import Known
from chalicelib.errors import Malformed
from chalicelib.formats import RECEIPT_BYTES_MAX
from chalicelib.gateways.storage import FORM_SECONDS
from chalicelib.ledger import days
from chalicelib.members import service as members
from chalicelib.members.service import Resolved
from chalicelib.receipts import service as receipts
from chalicelib.receipts import submission
from chalicelib.receipts.awarding.service import REF
from chalicelib.receipts.noting import service as noting
from chalicelib.receipts.refusals import UnknownReceipt
from chalicelib.receipts.submission import Submission
from chalicelib.receipts.submitting import service as submitting

routes: Final = Routes(__name__, "Receipts")
STATUSES: Final = {
    submission.AWARDED: "Points Awarded",
    submission.REJECTED: "Rejected",
    submission.REVERSED: "Rejected",
    submission.EXPIRED: "Rejected",
}
PENDING: Final = "Pending"
TAKEN: Final = "The receipt was taken in and is being read."
APP: Final = "app"


def _again_sent(request: Request, known: Known) -> Mapping[str, Any]:
    body: ReceiptBody = request.body
    return _sent(_resent(request, known, lambda: _picture(request.site, body)))


def _again_fetched(request: Request, known: Known) -> Mapping[str, Any]:
    body: UploadIdBody | UploadTestBody = request.body
    url = body.image_url if isinstance(body, UploadIdBody) else body.url
    return _numbered(_resent(request, known, lambda: submitting.fetched(request.site, url)))


def _again_offered(request: Request, known: Known) -> Mapping[str, Any]:
    return _offered(request, _known(request, known))


def _again_noted(request: Request, known: Known) -> Mapping[str, Any]:
    return _numbered(_known(request, known))


@routes.add(
    "POST",
    "/receipts",
    scope="receipts:write",
    body=ReceiptBody,
    response=SentReceipt,
    takes_files=True,
    again=_again_sent,
)
def post_receipt(request: Request) -> Mapping[str, Any]:
    """Send in a picture of one receipt, as a file or as the address of one.

    multipart/form-data with userId and file, or JSON with userId and file_url: a JPEG, PNG or HEIC of less than 10 MB,
    judged by its content. Files of more than about 4 MB go through POST /users/{memberId}/receipts/form in the cloud,
    where a function takes 6 MB a call. The answer comes at once; what became of it tells GET /receipts/{submissionId}.
    """
    body: ReceiptBody = request.body
    if (body.file is None) == (body.file_url is None):
        raise Malformed("file: send either a file (multipart/form-data) or file_url (JSON).")
    # Nothing is fetched for nobody.
    members.resolve(request.site, body.user_id)
    data = _picture(request.site, body)
    return _sent(_submitted(request, body.user_id, data, "api" if body.file_url is None else "url"))


@routes.add(
    "POST",
    "/users/{memberId}/receipts/form",
    scope="receipts:write",
    body=PlainBody,
    response=ReceiptForm,
    again=_again_offered,
)
def post_receipt_form(request: Request) -> Mapping[str, Any]:
    """Get a form with which a browser or an app puts the picture of one receipt straight into the bucket.

    Post every field as it is and then the picture as file to url, within an hour. A receipt whose picture does not
    come within a day is Rejected.
    """
    force, by = force_of(request), request.principal.kind
    run = request.command()
    known = of_named(request, lambda member: submitting.offer(request.site, run, force, member.mid, by))
    return _offered(request, known)


@routes.add("GET", "/receipts/{submissionId}", scope="receipts:read", response=ReceiptStatus)
def get_receipt(request: Request) -> Mapping[str, Any]:
    """Read what became of a receipt: Pending, Points Awarded or Rejected, and why."""
    return shown(request, receipts.status(request.site, request.params["submissionId"]).submission)


@routes.add("GET", "/receipts/user/{memberId}", scope="receipts:read", query=ListQuery, response=list[ReceiptStatus])
def get_receipts_of_user(request: Request) -> Reply:
    """List the receipts of a member, newest first, fifty a call; ask on with before = the last submissionId."""
    return Reply([shown(request, each) for each in _listed(request)[1].submissions])


@routes.add("GET", "/users/{memberId}/receipts", scope="receipts:read", query=ListQuery, response=MemberReceipts)
def get_member_receipts(request: Request) -> Mapping[str, Any]:
    """List a member's receipts for a page that the member sees, newest first, fifty a call; next goes on."""
    member, page = _listed(request)
    said: dict[str, Any] = {
        "siteId": request.site,
        "id": member.given,
        "receipts": [shown(request, each) for each in page.submissions],
    }
    return said | ({} if page.following is None else {"next": page.following})


@routes.add(
    "POST", "/generateuploadid", scope="receipts:write", body=UploadIdBody, response=UploadId,
    again=_again_fetched,
)  # fmt: skip
def generate_upload_id(request: Request) -> Mapping[str, Any]:
    """Send in a receipt by the address of its picture in base64, and get the number of it (an older app's call)."""
    body: UploadIdBody = request.body
    members.resolve(request.site, body.email)
    data = submitting.fetched(request.site, body.image_url)
    return _numbered(_submitted(request, body.email, data, APP))


@routes.add(
    "POST", "/receiptuploadtest", scope="receipts:write", body=UploadTestBody, response=UploadId,
    again=_again_fetched,
)  # fmt: skip
def post_receipt_upload_test(request: Request) -> Mapping[str, Any]:
    """Send in a receipt by the address of its picture in base64 (an older app's call)."""
    body: UploadTestBody = request.body
    members.resolve(request.site, body.email)
    data = submitting.fetched(request.site, body.url)
    return _numbered(_submitted(request, body.email, data, APP))


@routes.add(
    "POST", "/flutterapi", scope="receipts:write", body=DocumentBody, response=UploadId, again=_again_noted
)  # fmt: skip
def post_flutter_document(request: Request) -> Mapping[str, Any]:
    """Say what the reader on the phone calls a receipt that was sent in before (an older app's call).

    Moderators see it. skip_validation is noted for them and skips nothing: what a phone says is no proof.
    """
    body: DocumentBody = request.body
    seen = receipts.numbered(request.site, body.upload_id.strip())
    member = members.resolve(request.site, body.email)
    if seen.mid not in (member.mid, *member.homes):
        raise UnknownReceipt
    text = f"document {body.doc_id}" + (", asked to skip validation" if body.asks_to_skip else "")
    run, by = request.command(), request.principal.kind
    return _numbered(noting.attach(request.site, run, seen.submission.id, body.doc_id, text, by))


def shown(request: Request, known: Submission) -> dict[str, Any]:
    """A receipt as its member sees it; reasons of one that was paid are nobody's concern."""
    show = WireFigures(force_of(request))
    return {
        "submissionId": known.id,
        "receiptId": known.receipt,
        "uploadDate": date_of(request, known.uploaded),
        "pointsAwarded": show.points(known.points),
        "status": status_of(known),
        "pointsOnHold": show.points(known.held),
        "orderId": known.order,
        "reasons": [
            {"code": each.code, "text": each.text}
            for each in known.reasons
            if known.state != submission.AWARDED
        ],
    }  # fmt: skip


def status_of(known: Submission) -> str:
    """The vendor's word for where it stands."""
    return STATUSES.get(known.state, PENDING)


def date_of(request: Request, milliseconds: int) -> str:
    """A time as the vendor writes it here: ``2025-04-23 12:12:57``, in the site's time zone."""
    local = days.from_ms(milliseconds).astimezone(force_of(request).zone)
    return local.replace(tzinfo=None, microsecond=0).isoformat(" ")


def _picture(site: str, body: ReceiptBody) -> bytes:
    if body.file is not None:
        data: bytes = body.file.data
        return data
    return submitting.fetched(site, body.file_url or "")


def _submitted(request: Request, member_id: str, data: bytes, source: str) -> Submission:
    force, run, by = force_of(request), request.command(), request.principal.kind

    def act(member: Resolved) -> Submission:
        return submitting.submit(request.site, run, force, member.mid, data, source, by)

    return members.on_member(request.site, member_id, act)


def _resent(request: Request, known: Known, load: Callable[[], bytes]) -> Submission:
    """The receipt of an earlier call, whose picture is stored now if that call broke off before it was."""
    found = _known(request, known)
    submitting.again(request.site, known.mid, found.id, load)
    return found


def _known(request: Request, known: Known) -> Submission:
    return receipts.status(request.site, known.ref.removeprefix(REF)).submission


def _listed(request: Request) -> tuple[Resolved, receipts.Listed]:
    query: ListQuery = request.query

    def act(member: Resolved) -> tuple[Resolved, receipts.Listed]:
        mids: Sequence[str] = (member.mid, *member.homes)
        return member, receipts.of_member(request.site, mids, before=query.before)

    # An id that was erased a moment ago leads nowhere, whatever this process remembers of it.
    return act(members.resolve(request.site, fields.member_id(request.params["memberId"]), fresh=True))


def _sent(known: Submission) -> dict[str, Any]:
    return {"submissionId": known.id, "receiptId": known.receipt, "status": PENDING, "message": TAKEN}


def _numbered(known: Submission) -> dict[str, Any]:
    return {"uploadid": known.receipt, "submissionId": known.id, "message": TAKEN}


def _offered(request: Request, known: Submission) -> dict[str, Any]:
    form = submitting.form(request.site, known.id)
    more = {"url": form.url, "fields": form.fields, "bytesMax": RECEIPT_BYTES_MAX - 1}
    return {**_sent(known), "message": "Post the picture to url.", **more, "expiresInSeconds": FORM_SECONDS}
