"""What a human decides of a receipt: approve it as read or corrected, reject it, take it back, open it again."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from chalicelib import landing
from chalicelib.dynamo import rehearsal
from chalicelib.dynamo.commit import Write
from chalicelib.errors import Contention
from chalicelib.gateways import pictures, storage
from chalicelib.ledger import days
from chalicelib.ledger import service as ledger
from chalicelib.ledger.service import Command
from chalicelib.orders import service as orders
from chalicelib.programme import service as programmes
from chalicelib.programme.in_force import InForce
from chalicelib.receipts import matching, policy, submission, table, weighing
from chalicelib.receipts import purchase as purchases
from chalicelib.receipts.awarding import service as awarding
from chalicelib.receipts.awarding.service import Reconsidered, Wish, World
from chalicelib.receipts.duplicates import Print
from chalicelib.receipts.noting import service as noting
from chalicelib.receipts.purchase import Purchase
from chalicelib.receipts.reasons import REJECTED, Reason
from chalicelib.receipts.refusals import (
    BadCorrection,
    BadPicture,
    Incomplete,
    NothingCounts,
    PaidBefore,
    UnknownRetailer,
)
from chalicelib.receipts.resuming import service as resuming
from chalicelib.receipts.submission import Repeat, Submission, WrongState
from chalicelib.receipts.taking import service as taking

ATTEMPTS_MAX: Final = 4
APPROVABLE: Final = frozenset({submission.WAITING, submission.STUCK})
RETURN: Final = "return"


def approve(site: str, run: Command, submission_id: str, corrections: str, note: str, by: str) -> Submission:
    """Pay a receipt as it was read, or as a moderator corrected it (JSON text in the form of ``purchase.dump``).

    Raises ``UnknownReceipt``, ``WrongState``, ``Incomplete``, ``BadCorrection``, ``UnknownRetailer``,
    ``NothingCounts``, ``PaidBefore``, ``BadPicture`` for one whose picture was never read and cannot be opened, and
    all that placing an order raises.
    """
    mid, known = noting.found(site, submission_id)
    if known.state not in APPROVABLE:
        raise WrongState(known.state, submission.AWARDED)
    known = _with_print(site, run, mid, known)
    force = programmes.in_force(site)
    purchase = _purchase(site, run, force, mid, known, corrections)
    match = matching.matched(purchase, force.programme.receipts)
    found = weighing.corrected(known.print, purchase) if known.print else Print(sha256="", look=0)
    for attempt in range(ATTEMPTS_MAX):
        id_ = policy.order_id(known.receipt, known.awards)
        new = policy.order(force.programme, purchase, match, id_=id_, zone=force.zone, now=run.now)
        if new is None:
            raise NothingCounts
        alike = tuple(table.alike(site, found))
        wish = Wish(known.id, found, new, match.retailer, by, "approve", note, corrections, alike)
        try:
            done = awarding.award(site, run, force, mid, wish, _judge(known, found))
        except Reconsidered:
            if attempt + 1 == ATTEMPTS_MAX:
                raise Contention from None
            mid, known = noting.found(site, submission_id)
            continue
        break
    if rehearsal.current() is None:
        awarding.finish(site, force, mid, known.id, run.now)
    return done


def reject(site: str, run: Command, submission_id: str, code: str, text: str, by: str) -> Submission:
    """Turn a receipt down, in words that its member reads. Raises ``UnknownReceipt`` and ``WrongState``."""
    because = Reason(code or policy.BY_HAND, text, REJECTED)

    def change(before: Submission) -> Submission:
        return submission.became(
            before, submission.REJECTED, run.now, by, "reject", f"{because.code}: {text}", reasons=(because,)
        )  # fmt: skip

    return noting.changed(site, run, submission_id, change)


def reverse(site: str, run: Command, submission_id: str, text: str, by: str) -> Submission:
    """Take an award back: its order is returned, by the rules that were recorded with it.

    The order first, then the receipt: broken off in between, it is sent again and goes on. Raises ``UnknownReceipt``
    and ``WrongState``.
    """
    mid, known = noting.found(site, submission_id)
    if known.state != submission.AWARDED:
        raise WrongState(known.state, submission.REVERSED)
    force = programmes.in_force(site)
    # Of an order whose points are on hold nothing comes back before it is shipped.
    awarding.finish(site, force, mid, submission_id, run.now)
    orders.change(site, ledger.command(run.now), force, known.order, RETURN)

    def change(before: Submission) -> Submission:
        return submission.became(
            before, submission.REVERSED, run.now, by, "reverse", text, points=0, held=0,
            reasons=(Reason(policy.BY_HAND, text, REJECTED),),
        )  # fmt: skip

    return noting.changed(site, run, submission_id, change, beside=_unpaid)


def reopen(site: str, run: Command, submission_id: str, by: str) -> Submission:
    """Let a human decide anew of what was rejected or reversed. Raises ``UnknownReceipt`` and ``WrongState``."""

    def change(before: Submission) -> Submission:
        if before.state not in {submission.REJECTED, submission.REVERSED}:
            raise WrongState(before.state, submission.WAITING)
        return submission.became(before, submission.WAITING, run.now, by, "reopen")

    return noting.changed(site, run, submission_id, change)


def retry(site: str, run: Command, submission_id: str, by: str) -> Submission:
    """Have a receipt taken again that got stuck, or whose picture came too late. Raises as ``reopen`` does."""

    def change(before: Submission) -> Submission:
        if before.state == submission.RECEIVED:
            return submission.noted(before, run.now, by, "retry")
        if before.state not in {submission.STUCK, submission.EXPIRED}:
            raise WrongState(before.state, submission.RECEIVED)
        again = submission.became(before, submission.RECEIVED, run.now, by, "retry", reasons=(), tries=0)
        return replace(again, due=days.to_ms(run.now + submission.FIRST_LOOK))

    done = noting.changed(site, run, submission_id, change)
    if rehearsal.current() is None:
        resuming.send(site, submission_id)
    return done


def _with_print(site: str, run: Command, mid: str, known: Submission) -> Submission:
    """The submission with what its picture is, where no reader ever came so far. Raises ``BadPicture``."""
    if known.is_read:
        return known
    if rehearsal.current() is not None:
        return known
    try:
        for place in (landing.incoming, landing.kept, landing.refused):
            data = storage.get(place(landing.RECEIPTS, site, known.id), pictures.BYTES_MAX)
            if data is not None:
                break
        kept = None if data is None else taking.keep(site, mid, known, data, is_read=False, now=run.now)
    except storage.TooLarge as refused:
        text = f"The picture must be smaller than {pictures.BYTES_MAX // 1_000_000} MB."
        raise BadPicture(f"{text} It cannot be approved; reject it.") from refused
    except pictures.PictureRefused as refused:
        raise BadPicture(f"{refused} It cannot be approved; reject it.") from refused
    if kept is None:
        raise BadPicture("There is no picture of this receipt. It cannot be approved; reject it.")
    return kept


def _purchase(site: str, run: Command, force: InForce, mid: str, known: Submission, corrections: str) -> Purchase:
    """What was bought, with the corrections. Raises ``Incomplete``, ``BadCorrection`` and ``UnknownRetailer``."""
    body = table.read_body(site, mid, known.id)
    read = Purchase() if body is None else purchases.load(body["purchase"])
    purchase = purchases.corrected(read, corrections or known.corrections)
    if purchase.total is None:
        raise Incomplete("total")
    if purchase.day is None:
        raise Incomplete("date")
    today = date.fromordinal(days.day_of(run.now, force.zone))
    if purchase.day > today + timedelta(days=1):
        raise BadCorrection("date: lies in the future.")
    retailers = {each.retailer_id for each in force.programme.receipts.retailers}
    if purchase.retailer is not None and purchase.retailer not in retailers:
        raise UnknownRetailer
    return purchase


def _judge(known: Submission, found: Print) -> Callable[[Submission, World], list[Repeat]]:
    """A human decides of everything but whether the very same receipt was paid before."""

    def judge(before: Submission, read: World) -> list[Repeat]:
        if before.state not in APPROVABLE:
            raise WrongState(before.state, submission.AWARDED)
        if before.awards != known.awards:
            raise Reconsidered
        pairs = weighing.repeats(before, found, read.others)
        paid = weighing.paid_before(pairs, read.others)
        if paid is not None:
            raise PaidBefore(paid)
        return [repeat for repeat, _ in pairs]

    return judge


def _unpaid(site: str, mid: str, before: Submission) -> list[Write]:
    """The writes that take a receipt off the marks under which it was paid."""
    gates = table.read_gates(site, before.paid)
    kept = [replace(gate, paid=tuple(pair for pair in gate.paid if pair != (mid, before.id))) for gate in gates]
    return [table.gate_write(site, gate) for gate in kept]
