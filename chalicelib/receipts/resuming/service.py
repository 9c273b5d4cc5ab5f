"""Look after submissions that nobody finished: a notification that was lost, a form that was never used."""

import json
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from chalicelib import landing, settings
from chalicelib.dynamo.commit import Plan, commit
from chalicelib.gateways import queue, storage
from chalicelib.ledger import days
from chalicelib.ledger import service as ledger
from chalicelib.programme import service as programmes
from chalicelib.receipts import policy, submission, table
from chalicelib.receipts.awarding import service as awarding
from chalicelib.receipts.awarding.service import BY_SYSTEM
from chalicelib.receipts.reasons import MODERATION, Reason
from chalicelib.receipts.submission import RECEIVED, STUCK, Submission

STUCK_CODE: Final = "stuck"
STUCK_TEXT_MAX: Final = 300


def resume(site: str, submission_id: str, now: datetime) -> None:
    """Look after a submission that nobody finished: send its file to the readers again, or give it up after a day."""
    mid = table.owner(site, submission_id)
    known = None if mid is None else table.read(site, mid, submission_id)
    if mid is None or known is None or not known.due or known.due > days.to_ms(now):
        return
    if known.todo:
        awarding.finish(site, programmes.in_force(site), mid, submission_id, now)
    elif known.state == RECEIVED:
        _look_after(site, mid, known, now)


def stuck(site: str, submission_id: str, reason: str, now: datetime) -> None:
    """Say to moderators that a submission could not be taken; one that is settled meanwhile is left alone."""
    mid = table.owner(site, submission_id)
    if mid is not None:
        because = Reason(STUCK_CODE, f"It could not be processed: {reason[:STUCK_TEXT_MAX]}", MODERATION)
        end(site, mid, submission_id, now, STUCK, (because,))


def send(site: str, submission_id: str) -> None:
    """Have a submission taken by the function that reads pictures. Raises ``QueueRefused``."""
    key = landing.incoming(landing.RECEIPTS, site, submission_id)
    queue.send([json.dumps({"key": key})], name=settings.UPLOADS_QUEUE)


def end(
    site: str, mid: str, submission_id: str, now: datetime, state: str, reasons: tuple[Reason, ...], **more: Any
) -> None:
    """Put a submission that is not settled into a state that the system gives it."""
    run = ledger.command(now)
    said = policy.worded(programmes.in_force(site).programme.receipts, reasons)

    def decide(before: Submission | None) -> Plan[None]:
        if before is None or before.state != RECEIVED:
            return Plan((), None)
        text = ", ".join(each.code for each in said)
        after = submission.became(before, state, now, BY_SYSTEM, "decide", text, reasons=said, **more)
        writes = awarding.changes(site, mid, before, after, run.id)
        return Plan(tuple(writes), None, lambda: table.is_written_by(site, mid, submission_id, run.id))

    commit(lambda: table.read(site, mid, submission_id), decide)


def _look_after(site: str, mid: str, known: Submission, now: datetime) -> None:
    # One that is put aside was refused by an attempt that broke off before it said so.
    places = (landing.incoming, landing.refused)
    is_there = known.is_read or any(
        storage.size(place(landing.RECEIPTS, site, known.id)) is not None for place in places
    )
    if is_there and known.tries >= submission.TRIES_MAX:
        stuck(site, known.id, "it was sent to the reader again and again, and never came back", now)
        return
    if not is_there and submission.is_unused(known, now):
        because = Reason(submission.EXPIRED, "No picture came within a day; please send it again.")
        end(site, mid, known.id, now, submission.EXPIRED, (because,))
        return
    run = ledger.command(now)

    def decide(before: Submission | None) -> Plan[bool]:
        if before is None or before.state != RECEIVED or before.version != known.version:
            return Plan((), result=False)
        after = replace(submission.looked_after(before, now), tries=before.tries + is_there)
        return Plan((table.write(site, mid, after, run.id),), result=is_there)

    if commit(lambda: table.read(site, mid, known.id), decide):
        send(site, known.id)
