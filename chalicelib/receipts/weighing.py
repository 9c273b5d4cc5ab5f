"""Whether a submission repeats others, and all that keeps it from being paid."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from chalicelib.receipts import duplicates
from chalicelib.receipts import purchase as purchases
from chalicelib.receipts.duplicates import MAYBE_SAME, SAME_FILE, Print
from chalicelib.receipts.purchase import Purchase
from chalicelib.receipts.reasons import MODERATION, REJECTED, Reason
from chalicelib.receipts.submission import AWARDED, EXPIRED, RECEIVED, REVERSED, STUCK, WAITING, Repeat, Submission
from chalicelib.receipts.submission import REJECTED as TURNED_DOWN
from chalicelib.values import value

REPEATS_MAX: Final = 10
_OPEN: Final = frozenset({RECEIVED, WAITING, STUCK})
FILE_MARK: Final = "file:"


@value
class Other:
    """Another submission that shares a mark with this one; without ``submission`` its member was erased.

    ``paid`` is the mark under which it is known as paid.
    """

    id: str
    mid: str
    submission: Submission | None
    paid: str = ""


def known_by(submission: Submission) -> Print | None:
    """By what it is known, with what a moderator corrected."""
    if submission.print is None or not submission.corrections:
        return submission.print
    return corrected(submission.print, purchases.corrected(_as_read(submission.print), submission.corrections))


def corrected(found: Print, purchase: Purchase) -> Print:
    """The print with what is known by now."""
    return replace(
        found,
        shop=purchase.shop,
        day=purchase.day,
        time_of_day=purchase.time_of_day,
        total=purchase.total,
        number=purchase.number,
    )


def repeats(own: Submission, found: Print, others: Iterable[Other]) -> list[tuple[Repeat, Reason]]:
    """Which others it repeats, those that decide first.

    Of two that nobody decided yet, the one that was sent first counts; the other one is told of it. What was turned
    down by itself, or never came, is no reason; what a human ended is one to ask a human again.
    """
    pairs = [(each, reason) for each in others if (reason := _repeats(own, found, each)) is not None]
    pairs.sort(key=lambda pair: (pair[1].outcome != REJECTED, pair[0].id))
    return [
        (Repeat(each.id, each.mid, reason.code, reason.text), reason) for each, reason in pairs[:REPEATS_MAX]
    ]  # fmt: skip


def _repeats(own: Submission, found: Print, other: Other) -> Reason | None:
    if other.id == own.id:
        return None
    if other.submission is None:
        return _erased(other)
    state, known = other.submission.state, known_by(other.submission)
    if known is None or state == EXPIRED or (state == TURNED_DOWN and not other.submission.was_judged_by_hand):
        return None
    if state in _OPEN and other.id > own.id:
        return None
    reason = duplicates.compared(found, known, about=other.id)
    is_final = state in {AWARDED, WAITING}
    return reason if reason is None or is_final or state not in _SOFT else replace(reason, outcome=MODERATION)


_SOFT: Final = frozenset({RECEIVED, STUCK, TURNED_DOWN, REVERSED})
"""States of another submission that make a repetition a question for a human."""


def _erased(other: Other) -> Reason | None:
    """What is still known of a receipt that was paid to somebody who was erased since."""
    if other.paid.startswith(FILE_MARK):
        return Reason(SAME_FILE, "This very picture was sent before.", REJECTED, other.id)
    if other.paid:
        text = "A very similar receipt was sent before; we check whether it is the same."
        return Reason(MAYBE_SAME, text, MODERATION, other.id)
    return None


def _as_read(found: Print) -> Purchase:
    return Purchase(
        shop=found.shop, day=found.day, time_of_day=found.time_of_day, total=found.total, number=found.number
    )


def paid_before(pairs: Sequence[tuple[Repeat, Reason]], others: Sequence[Other]) -> str | None:
    """The submission as which the very same receipt was paid, if it was; a likeness alone is for a human to judge."""
    paid = {each.id for each in others if each.submission is None or each.submission.state == AWARDED}
    return next(
        (repeat.submission for repeat, reason in pairs if reason.outcome == REJECTED and repeat.submission in paid),
        None,
    )
