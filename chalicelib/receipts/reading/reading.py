"""What a receipt says, from the words of one or several looks at it."""

from collections.abc import Sequence
from datetime import date, time
from decimal import Decimal
from typing import Final

from chalicelib.receipts.reading.amounts import currency_in
from chalicelib.receipts.reading.figures import figures_of
from chalicelib.receipts.reading.found import Found
from chalicelib.receipts.reading.lines import Line, lines_of, sum_of
from chalicelib.receipts.reading.moment import moment_of
from chalicelib.receipts.reading.rows import Row, rows_of
from chalicelib.receipts.reading.shop import shop_of
from chalicelib.receipts.reading.totals import Candidate, Evidence, judged
from chalicelib.recognised import Page
from chalicelib.values import value

SCORE_SURE: Final = 9.0
"""What a well labelled total with one or two checks scores."""


@value(kw_only=True)
class Reading:
    """A receipt as understood. Money is in the receipt's currency; ``None`` is what was not found."""

    shop: Found[str] | None = None
    address: Found[str] | None = None
    day: Found[date] | None = None
    time_of_day: Found[time] | None = None
    number: Found[str] | None = None
    currency: str | None = None
    total: Found[Decimal] | None = None
    subtotal: Found[Decimal] | None = None
    tax: Found[Decimal] | None = None
    service: Found[Decimal] | None = None
    discount: Found[Decimal] | None = None
    rounding: Found[Decimal] | None = None
    cash: Found[Decimal] | None = None
    change: Found[Decimal] | None = None
    lines: tuple[Line, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    """Why the total is believed."""
    is_total_labelled: bool = False
    is_total_exact: bool = False
    """Its digits were read as they stand, at least once."""
    rivals: tuple[Decimal, ...] = ()
    """Other amounts that are called a total and differ for no reason that is printed."""
    is_payment_other: bool = False
    """What was paid, less the change, is another amount: a voucher, a second receipt, or a misreading."""
    is_rounding_open: bool = False
    """A rounding is printed, and the total is the one before it as far as we can see."""
    is_day_disputed: bool = False
    receipts: int = 1
    """How many receipts are in the picture, where the reader can tell."""
    width: int = 0
    height: int = 0
    """Of the picture in which the boxes lie, in pixels."""
    turned: int = 0
    """By how many degrees, counter-clockwise, the upright picture was turned for that."""
    words: int = 0
    """How many words were recognised."""
    looks: int = 1
    looks_agreeing: int = 1
    """How many looks at the picture found this total."""


def read(page: Page, today: date) -> Reading:
    """Understand one look at a receipt; ``today`` says which dates are plausible."""
    rows = rows_of(page)
    figures = figures_of(rows, page)
    lines = lines_of(rows, figures, page)
    added = sum_of(lines)
    sums = judged(figures, added.value if added else None)
    shop = shop_of(rows, page)
    moment = moment_of(rows, page, today)
    best = sums.best
    return Reading(
        shop=shop.name,
        address=shop.address,
        day=moment.day,
        time_of_day=moment.time_of_day,
        number=moment.number,
        currency=_currency(rows, page),
        total=None if best is None else _total(best),
        subtotal=sums.parts.get("subtotal"),
        tax=sums.parts.get("tax"),
        service=sums.parts.get("service"),
        discount=sums.parts.get("discount"),
        rounding=sums.parts.get("rounding"),
        cash=sums.parts.get("cash"),
        change=sums.parts.get("change"),
        lines=lines,
        evidence=best.evidence if best else (),
        is_total_labelled=best is not None and best.is_labelled,
        is_total_exact=best is not None and best.is_exact,
        is_payment_other=sums.is_payment_other,
        is_rounding_open=sums.is_rounding_open,
        rivals=tuple(each.amount for each in sums.rivals),
        is_day_disputed=moment.is_disputed,
        receipts=page.receipts,
        width=page.width,
        height=page.height,
        turned=page.turned,
        words=len(page.words),
    )


def _total(best: Candidate) -> Found[Decimal]:
    at = max(best.figures, key=lambda figure: (figure.is_exact, figure.confidence))
    sure = at.confidence * min(1.0, best.score / SCORE_SURE)
    return Found(best.amount, sure, tuple(each.box for each in best.figures))


def _currency(rows: Sequence[Row], page: Page) -> str | None:
    hinted = next((hint.currency for hint in page.hints if hint.currency), None)
    return hinted or currency_in(row.text for row in rows)
