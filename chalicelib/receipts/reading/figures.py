"""Every amount of a receipt with what its label says it is."""

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Final

from chalicelib.receipts.reading import labels
from chalicelib.receipts.reading.amounts import (
    WITHOUT_CENTS,
    Money,
    amounts_in,
    bare_amounts_in,
    currency_in,
    whole_amounts_in,
)
from chalicelib.receipts.reading.rows import Row
from chalicelib.recognised import Box, Page, Word
from chalicelib.values import value

FIGURES_MAX: Final = 400
TAX_TABLE: Final = re.compile(
    r"(?:gst|sst|tax|vat|mwst|tva|iva|btw)\s?(?:rate)?\s?(?:summary|analysis|summ|breakdown|details?)|tax\s?code"
    r"|summary.*(?:amount|amt|tax)|sumary|^(?!.*(?:qty|quantity|price|item|descr|disc)).*(?:amount|amt|goods|net|netto|base)\W+(?:\(?rm\)?)?\W*(?:tax|gst|vat|mwst|iva|tva)",
    re.IGNORECASE,
)
_NO_LABEL: Final = re.compile(r"[^A-Za-z]+")


@value
class Figure:
    """An amount under its label."""

    kind: str
    label: str
    amount: Decimal
    is_exact: bool
    row: int
    """Which row from the top it stands in."""
    column: int
    """Which amount of its label it is; 0 for the first."""
    columns: int
    """How many amounts the label has."""
    in_tax_table: bool
    confidence: float
    box: Box
    is_hint: bool = False
    """Named by a reader that knows receipts, rather than found by us."""


def figures_of(rows: Sequence[Row], page: Page) -> tuple[Figure, ...]:
    """The amounts of a page from top to bottom; at most ``FIGURES_MAX``."""
    cents = _has_cents(rows)
    found: list[Figure] = []
    in_table = is_paid = False
    above = ""
    for number, row in enumerate(rows):
        text = row.text
        parts = list(_labelled(row, has_cents=cents, above=above))
        if TAX_TABLE.search(text) and not any(money.is_exact for _, monies in parts for _, money in monies):
            in_table = True
        for label, monies in parts:
            kind = labels.kind_of(label)
            in_table = in_table and not _ends_table(kind, monies)
            is_rate = in_table or (is_paid and _is_rate(kind, label, monies))
            is_paid = is_paid or kind in {labels.TOTAL, labels.SUM, labels.CASH, labels.CARD}
            found += (
                Figure(
                    kind, label, money.value, money.is_exact, number, column, len(monies), is_rate,
                    word.confidence, word.box,
                )
                for column, (word, money) in enumerate(monies)
            )  # fmt: skip
        above = "" if parts else text
        if len(found) >= FIGURES_MAX:
            break
    return (*found[:FIGURES_MAX], *_hinted(page, len(rows)))


def _ends_table(kind: str, monies: Sequence[object]) -> bool:
    """What is paid and given back is no part of a table of taxes."""
    return kind in {labels.CASH, labels.CHANGE, labels.CARD, labels.ROUNDING} or (
        kind == labels.TOTAL and len(monies) == 1
    )


def _is_rate(kind: str, label: str, monies: Sequence[tuple[Word, Money]]) -> bool:
    """A net amount and its tax below the total, behind a rate or a code: a row of a table whose head was not read."""
    if kind not in {labels.ITEM, labels.TAX} or len(monies) != 2:
        return False
    net, tax = (money.value for _, money in monies)
    return ("%" in label or len(labels.compact(label)) <= CODE_LETTERS_MAX) and 0 <= tax < net * RATE_MAX


CODE_LETTERS_MAX: Final = 3
RATE_MAX: Final = Decimal("0.3")


def _has_cents(rows: Iterable[Row]) -> bool:
    texts = [row.text for row in rows]
    if currency_in(texts) in WITHOUT_CENTS:
        return False
    whole = sum(len(whole_amounts_in(text)) for text in texts)
    return whole == 0 or any(amounts_in(text) for text in texts)


def _labelled(row: Row, *, has_cents: bool, above: str) -> Iterator[tuple[str, list[tuple[Word, Money]]]]:
    """A row as labels, each with the amounts that follow it."""
    label: list[str] = []
    monies: list[tuple[Word, Money]] = []
    for word in row.words:
        found = amounts_in(word.text) if has_cents else whole_amounts_in(word.text)
        if not found and has_cents and len(row.words) > 1:
            found = _missed_point(word.text, " ".join(label) or above)
        at = 0
        for money in found:
            before = word.text[at : money.start]
            if monies and _is_words(before):
                yield _label(label, above), monies
                label, monies = [], []
            if not monies:
                label.append(before)
            monies.append((word, money))
            at = money.end
        rest = word.text[at:]
        if monies and not found and _is_words(rest):
            yield _label(label, above), monies
            label, monies = [], []
        if not monies:
            label.append(rest)
    if monies:
        yield _label(label, above), monies


def _missed_point(text: str, label: str) -> tuple[Money, ...]:
    """A whole number as an amount, where it stands alone behind a label."""
    if labels.kind_of(label) in {labels.ITEM, labels.OTHER}:
        return ()
    found = bare_amounts_in(text)
    return found if len(found) == 1 and not _is_words(text[: found[0].start] + text[found[0].end :]) else ()


def _is_words(text: str) -> bool:
    """Whether a text is more than a currency, a tax code or marks."""
    bare = _NO_LABEL.sub("", text)
    return len(bare) > 3 and bare not in {"CRM", "MYR"}


def _label(parts: Iterable[str], above: str) -> str:
    label = " ".join(parts).strip()
    return label if _NO_LABEL.sub("", label) not in {"", "RM", "CRM", "MYR", "EUR"} else f"{above} {label}".strip()


def _hinted(page: Page, rows: int) -> Iterator[Figure]:
    """Amounts that a reader which knows receipts has named."""
    for hint in page.hints:
        found = amounts_in(hint.text) or whole_amounts_in(hint.text)
        if hint.kind in _AMOUNT_HINTS and found:
            box = hint.boxes[0] if hint.boxes else Box(0, 0, 0, 0)
            yield Figure(
                _AMOUNT_HINTS[hint.kind], "", found[-1].value, found[-1].is_exact, rows, 0, 1, in_tax_table=False,
                confidence=hint.confidence, box=box, is_hint=True,
            )  # fmt: skip


_AMOUNT_HINTS: Final = {
    "total": labels.TOTAL,
    "subtotal": labels.SUBTOTAL,
    "tax": labels.TAX,
    "service": labels.SERVICE,
    "discount": labels.DISCOUNT,
    "paid": labels.CASH,
    "change": labels.CHANGE,
}
