"""Receipts for those around them: where one stands, what a moderator sees of it, and what is forgotten with a member.

Ways in are in ``submitting``, reading and deciding by itself in ``taking``, what humans decide in ``deciding``.
"""

from collections.abc import Sequence
from typing import Any, Final

from chalicelib import landing
from chalicelib.dynamo.commit import Plan, Write, commit
from chalicelib.gateways import storage
from chalicelib.gateways.storage import StorageUnavailable
from chalicelib.ledger import days
from chalicelib.members import service as members
from chalicelib.moderation import queue
from chalicelib.moderation import service as moderation
from chalicelib.moderation.queue import Brief, Place
from chalicelib.receipts import submission, table
from chalicelib.receipts.refusals import UnknownReceipt
from chalicelib.receipts.submission import Submission
from chalicelib.values import value

PAGE: Final = 50
"""Submissions of a page."""
FORGOTTEN_AT_ONCE: Final = 2
"""Submissions deleted by one transaction: each has about 45 items (100 actions, AWS limit)."""
FORGOTTEN_MAX: Final = 100
"""Submissions that one call forgets."""
DOSSIER_PAGES_MAX: Final = 200


@value
class Seen:
    """A submission with the number of its member."""

    mid: str
    submission: Submission


@value
class Listed:
    """A page of a member's submissions, newest first, and the id to ask on from if there may be more."""

    submissions: tuple[Submission, ...]
    following: str | None


def status(site: str, submission_id: str) -> Seen:
    """Where a submission stands: one read once its claim is known. Raises ``UnknownReceipt``."""
    mid = table.owner(site, submission_id)
    known = None if mid is None else table.read(site, mid, submission_id)
    if mid is None or known is None:
        raise UnknownReceipt
    return Seen(mid, known)


def numbered(site: str, receipt: str) -> Seen:
    """The submission with a number, which the older clients know it by. Raises ``UnknownReceipt``."""
    found = table.numbered(site, receipt)
    if found is None:
        raise UnknownReceipt
    return status(site, found[1])


def of_member(site: str, mids: Sequence[str], *, before: str | None = None, limit: int = PAGE) -> Listed:
    """A page of the submissions of a member and of who was merged into the member; one query for each of them."""
    found = [each for mid in mids for each in table.page(site, mid, before=before, limit=limit + 1)]
    found.sort(key=lambda each: each.id, reverse=True)
    shown = tuple(found[:limit])
    return Listed(shown, shown[-1].id if len(found) > limit else None)


def briefs(site: str, ids: Sequence[str]) -> list[Brief | None]:
    """What the queue shows of these submissions, in their order. Two calls, and one for each member."""
    owners = table.owners(site, ids)
    places = [(mid, each) for mid, each in zip(owners, ids, strict=True) if mid is not None]
    found = dict(zip((name for _, name in places), table.read_many(site, places), strict=True))
    names = {mid: member(site, mid) for mid in dict.fromkeys(mid for mid, _ in places)}
    return [
        None if mid is None or (known := found[each]) is None else _brief(site, known, names[mid])
        for mid, each in zip(owners, ids, strict=True)
    ]


def member(site: str, mid: str) -> str | None:
    """The outward id of a member; ``None`` once the member was erased."""
    profile = members.numbered(site, mid)
    return None if profile is None else profile.id


def picture_key(site: str, known: Submission) -> str | None:
    """Where its picture lies, upright, for whoever may look at it; ``None`` while there is none that can be shown."""
    return landing.kept(landing.RECEIPTS, site, known.id) if known.file == submission.KEPT else None


def due_id(site: str, sk: str) -> str:
    """The id of the submission of a site whose item stands there in the due index."""
    if not site:
        raise ValueError("something is due on a site")
    return table.submission_of(sk)


def forget(site: str, mid: str) -> bool:
    """Delete up to 100 submissions of a member with their pictures; whether nothing is left. Safe to repeat."""
    for _ in range(FORGOTTEN_MAX // FORGOTTEN_AT_ONCE):
        found = table.page(site, mid, before=None, limit=FORGOTTEN_AT_ONCE)
        if not found:
            commit(lambda: None, lambda _: Plan((table.counts_drop(site, mid),), None))
            return True
        ids = [known.id for known in found]
        try:
            _wipe(site, ids)
            _drop(site, mid, ids)
            # Whoever was reading one of them kept its picture until it was gone.
            _wipe(site, ids)
        except StorageUnavailable:
            # The worker of erasures goes on with it.
            return False
    return False


def _wipe(site: str, ids: Sequence[str]) -> None:
    for each in ids:
        for place in (landing.incoming, landing.kept, landing.refused):
            storage.delete(place(landing.RECEIPTS, site, each))


def dossier(site: str, mid: str) -> list[dict[str, Any]]:
    """Everything that this package holds of a member: each receipt, what was read of it, and what became of it."""
    told: list[dict[str, Any]] = []
    before: str | None = None
    for _ in range(DOSSIER_PAGES_MAX):
        page = table.page(site, mid, before=before, limit=PAGE)
        told += [_told(site, mid, each) for each in page]
        if len(page) < PAGE:
            break
        before = page[-1].id
    return told


def _told(site: str, mid: str, known: Submission) -> dict[str, Any]:
    return {
        "submissionId": known.id,
        "receiptId": known.receipt,
        "uploadDate": days.from_ms(known.uploaded).isoformat(),
        "state": known.state,
        "orderId": known.order,
        "reasons": [each.text for each in known.reasons],
        "read": table.read_body(site, mid, known.id),
        "corrections": known.corrections,
        "history": [[each.at, each.by, each.verb, each.text] for each in known.history],
    }


def _drop(site: str, mid: str, ids: Sequence[str]) -> None:
    def decide(found: list[Submission | None]) -> Plan[None]:
        writes: list[Write] = []
        for known in found:
            if known is not None:
                place = Place(known.state, days.from_ms(known.since), known.id)
                writes += [*table.drops(site, mid, known), *moderation.moves(site, queue.RECEIPT, place, None)]
        return Plan(tuple(writes), None)

    commit(lambda: table.read_many(site, [(mid, each) for each in ids]), decide)


def _brief(site: str, known: Submission, member: str | None) -> Brief:
    found = known.print
    shop = (found.shop if found else None) or "Receipt"
    total = "" if found is None or found.total is None else f" {found.total:.2f}"
    day = "" if found is None or found.day is None else f" {found.day.isoformat()}"
    reasons = tuple((each.code, each.text) for each in known.reasons)
    return Brief(known.id, f"{shop}{total}{day}", member, reasons, picture_key(site, known))
