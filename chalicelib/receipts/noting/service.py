"""Changing a submission in one transaction with the caller's key, for all that needs no picture."""

from collections.abc import Callable
from dataclasses import replace

from chalicelib.dynamo import idempotency
from chalicelib.dynamo.commit import Plan, Write, commit
from chalicelib.ledger.service import Command
from chalicelib.receipts import submission, table
from chalicelib.receipts.awarding import service as awarding
from chalicelib.receipts.awarding.service import REF
from chalicelib.receipts.refusals import UnknownReceipt
from chalicelib.receipts.submission import Submission


def attach(site: str, run: Command, submission_id: str, document: str, text: str, by: str) -> Submission:
    """Note what a reader on the phone calls a receipt, and what its client asked for. Raises ``UnknownReceipt``."""

    def change(before: Submission) -> Submission:
        return replace(submission.noted(before, run.now, by, "attach", text), document=document)

    return changed(site, run, submission_id, change)


def found(site: str, submission_id: str) -> tuple[str, Submission]:
    """The member and the submission with that id. Raises ``UnknownReceipt``."""
    mid = table.owner(site, submission_id)
    known = None if mid is None else table.read(site, mid, submission_id)
    if mid is None or known is None:
        raise UnknownReceipt
    return mid, known


def changed(
    site: str,
    run: Command,
    submission_id: str,
    change: Callable[[Submission], Submission],
    *,
    beside: Callable[[str, str, Submission], list[Write]] = lambda _site, _mid, _before: [],
) -> Submission:
    """One change of a submission, what is written beside it, and the caller's key. Raises ``UnknownReceipt``."""
    mid, _ = found(site, submission_id)

    def decide(before: Submission | None) -> Plan[Submission]:
        if before is None:
            raise UnknownReceipt
        after = change(before)
        writes = [*awarding.changes(site, mid, before, after, run.id), *beside(site, mid, before)]
        if run.key is not None:
            writes.append(idempotency.remember(site, run.key, status=200, mid=mid, ref=REF + submission_id))
        return Plan(tuple(writes), after, lambda: table.is_written_by(site, mid, submission_id, run.id))

    return commit(lambda: table.read(site, mid, submission_id), decide)
