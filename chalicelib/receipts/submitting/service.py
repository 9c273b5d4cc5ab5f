"""Take receipts in. The submission is written first, so that whatever happens then, somebody looks after it."""

import hashlib
import json
import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any, Final

from chalicelib import landing
from chalicelib.dynamo import claims, rehearsal
from chalicelib.dynamo.commit import Write
from chalicelib.dynamo.idempotency import Answer
from chalicelib.errors import AlreadyExists
from chalicelib.formats import RECEIPT_BYTES_MAX, TYPES, kind_of
from chalicelib.gateways import fetching, storage
from chalicelib.gateways.fetching import FetchFailed, FetchRefused
from chalicelib.gateways.storage import Form
from chalicelib.ids import digest
from chalicelib.ledger import days
from chalicelib.ledger import service as ledger
from chalicelib.ledger.draft import Draft
from chalicelib.ledger.service import Command
from chalicelib.members import service as members
from chalicelib.programme import service as programmes
from chalicelib.programme.in_force import InForce
from chalicelib.receipts import counting, submission, table
from chalicelib.receipts.awarding import service as awarding
from chalicelib.receipts.awarding.service import REF
from chalicelib.receipts.refusals import BadFileUrl, BadPicture, FileNotFound, PictureTooLarge, TooManyUploads
from chalicelib.receipts.submission import Submission

FETCH_SECONDS_MAX: Final = 10
ID_BITS: Final = 74
NUMBER_LEAST: Final = 10**14
"""Numbers have fifteen digits, as the vendor's."""
DROP: Final = "receiptDrop"
"""Kind of the claim on a dropped file, so that the same one is taken once."""
_MISSING: Final = frozenset({"status-404", "status-410"})
_LARGE: Final = "too-large"


class DroppedBefore(AlreadyExists):
    """The file was taken already."""

    def __init__(self) -> None:
        super().__init__("This file was dropped before.")


def submit(
    site: str, run: Command, force: InForce, mid: str, data: bytes, source: str, by: str, text: str = ""
) -> Submission:
    """Take in a picture. Raises ``BadPicture``, ``PictureTooLarge``, ``TooManyUploads`` and ``NoSuchMember``."""
    check(site, data)
    return _stored(site, _opened(site, run, force, mid, source, by, text), data)


def submit_url(
    site: str, run: Command, force: InForce, mid: str, url: str, source: str, by: str
) -> Submission:  # fmt: skip
    """Take in the picture at an address. Raises as ``submit`` does, ``BadFileUrl`` and ``FileNotFound``."""
    return submit(site, run, force, mid, fetched(site, url), source, by, "from an address")


def fetched(site: str, url: str) -> bytes:
    """The picture at an address of anybody's choice, which is fetched for the site within limits.

    Raises ``BadFileUrl``, ``FileNotFound`` and ``PictureTooLarge``.
    """
    if not site:
        raise ValueError("a picture is fetched for a site")
    try:
        return fetching.fetch(url, bytes_max=RECEIPT_BYTES_MAX - 1, seconds=FETCH_SECONDS_MAX).data
    except FetchRefused as refused:
        if refused.code in _MISSING:
            raise FileNotFound from refused
        if refused.code == _LARGE:
            raise PictureTooLarge(f"file_url: {refused}") from refused
        raise BadFileUrl(f"file_url: {refused}") from refused
    except FetchFailed as failed:
        raise BadFileUrl("file_url: its host did not answer, or not in time. Send it again later.") from failed


def offer(site: str, run: Command, force: InForce, mid: str, by: str) -> Submission:
    """Open a submission whose picture comes by a form. Raises ``TooManyUploads`` and ``NoSuchMember``."""
    return _opened(site, run, force, mid, "form", by)


def form(site: str, submission_id: str) -> Form:
    """The form with which its picture is sent to the bucket, good for an hour and for nothing else."""
    return storage.form(landing.incoming(landing.RECEIPTS, site, submission_id), RECEIPT_BYTES_MAX - 1)


def again(site: str, mid: str, submission_id: str, load: Callable[[], bytes]) -> None:
    """Store the picture of a submission that was written before it broke off; one that has its picture stays."""
    known = table.read(site, mid, submission_id)
    if known is None or known.state != submission.RECEIVED or known.is_read or rehearsal.current() is not None:
        return
    if storage.size(landing.incoming(landing.RECEIPTS, site, submission_id)) is None:
        _stored(site, known, load())


def check(site: str, data: bytes) -> None:
    """Whether a site takes such bytes, by what they are. Raises ``BadPicture`` and ``PictureTooLarge``."""
    if not site or not data:
        raise BadPicture("file: is empty. Send a JPEG, PNG or HEIC picture.")
    if len(data) >= RECEIPT_BYTES_MAX:
        raise PictureTooLarge(f"file: must be smaller than {RECEIPT_BYTES_MAX // 1_000_000} MB.")
    if kind_of(data) is None:
        raise BadPicture("file: must be a JPEG, PNG or HEIC picture; its name does not matter, its content does.")


def take_dropped(site: str, key: str, run: Command) -> bool:
    """Take a receipt that another system dropped for a member; False when it is gone, taken by another already.

    What is wrong with it is told in the report at ``landing.report``, and the file put aside. Raises
    ``StorageUnavailable``, ``EngineUnavailable`` and ``Contention``.
    """
    landed = landing.parse(key)
    if landed is None or landed.member is None:
        return False
    told: dict[str, Any]
    try:
        data = storage.get(key, RECEIPT_BYTES_MAX)
        if data is None:
            return False
        check(site, data)
        done = _dropped(site, run, landed.member, digest(key, hashlib.sha256(data).hexdigest()), data)
        told = {"accepted": 1, "submissionId": done}
        storage.delete(key)
    except storage.TooLarge:
        told = {"accepted": 0, "errorMessage": f"The file is larger than {RECEIPT_BYTES_MAX} bytes."}
    except (BadPicture, TooManyUploads, ledger.NoSuchMember) as refused:
        told = {"accepted": 0, "errorMessage": refused.message}
    report = {"fileName": landed.name, "takenAt": run.now.isoformat(), **told}
    storage.put(landing.report(landing.RECEIPTS, site, landed.name), json.dumps(report).encode(), "application/json")
    if not told["accepted"]:
        storage.move(key, landing.refused(landing.RECEIPTS, site, digest(key)[:32]))
    return True


def _dropped(site: str, run: Command, member: str, mark: str, data: bytes) -> str:
    """The submission of a dropped file, a new one or the one that it was taken as before."""
    force = programmes.in_force(site)

    def act(found: members.Resolved) -> Submission:
        return _opened(site, run, force, found.mid, "drop", "drop", mark=mark)

    try:
        known = members.on_member(site, member, act)
    except DroppedBefore:
        claim = claims.find(site, DROP, mark, fresh=True)
        if claim is None or claim.given is None:
            raise
        again(site, claim.mid, claim.given, lambda: data)
        return claim.given
    _stored(site, known, data)
    return known.id


def _opened(
    site: str, run: Command, force: InForce, mid: str, source: str, by: str, text: str = "", mark: str = ""
) -> Submission:
    """Write a submission without its picture; each counts against the uploads of its day."""
    known = _new(run, source, by, text)
    most = force.programme.receipts.uploads_per_day

    def decide(drafts: list[Draft], found: list[Any]) -> tuple[list[Write], Submission]:
        draft = drafts[0]
        counts = table.load_counts(found[0])
        today = date.fromordinal(days.day_of(run.now, force.zone))
        key = counting.upload_key(today)
        if counts.by_period.get(key, 0) >= most:
            raise TooManyUploads(most)
        writes: list[Write] = [
            *awarding.changes(site, draft.mid, None, known, run.id),
            *table.claim_writes(site, draft.mid, known, run.id),
            table.counts_write(site, draft.mid, counts.more(key, today)),
        ]
        if mark:
            writes.append(claims.put(site, DROP, mark, mid, given=known.id, cmd=run.id, taken=DroppedBefore()))
        return writes, replace(known, version=1)

    return ledger.post(
        site,
        [mid],
        run,
        force.rules,
        decide,
        also=(table.counts_address(site, mid),),
        answer=lambda done: Answer(REF + done.id),
        witness=lambda: table.is_written_by(site, mid, known.id, run.id),
    )


def _new(run: Command, source: str, by: str, text: str) -> Submission:
    """A submission with ids of its own; in rehearsals always the same, as a dry run compares two of them."""
    is_rehearsed = rehearsal.current() is not None
    bits = 0 if is_rehearsed else secrets.randbits(ID_BITS)
    number = NUMBER_LEAST + (0 if is_rehearsed else secrets.randbelow(9 * NUMBER_LEAST))
    id_ = submission.id_at(run.now, bits)
    return submission.opened(id_=id_, receipt=str(number), source=source, by=by, now=run.now, text=text)


def _stored(site: str, known: Submission, data: bytes) -> Submission:
    """Put its picture where the queue is told of it; not in a rehearsal, which writes nothing."""
    if rehearsal.current() is None:
        kind = TYPES[kind_of(data) or "jpeg"]
        storage.put(landing.incoming(landing.RECEIPTS, site, known.id), data, kind)
    return known
