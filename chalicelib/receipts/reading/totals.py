"""Which amount is the total, and why it is believed: labels are heard, and sums are checked."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import combinations
from typing import Final

from chalicelib.receipts.reading import labels
from chalicelib.receipts.reading.figures import Figure
from chalicelib.receipts.reading.found import Found
from chalicelib.values import value

CENT: Final = Decimal("0.01")
ROUNDED_MAX: Final = Decimal("0.05")
"""Cash is rounded to five or ten cents."""
TAX_SLACK: Final = Decimal("0.02")
"""Taxes are rounded by line or in total."""
PARTS_MAX: Final = 5
BASES_MAX: Final = 12
"""Different amounts of one meaning that are tried in sums; a receipt has two or three."""
CANDIDATES_MAX: Final = 40
WITH_PAYMENT: Final = "payment"
"""Cash minus change, or what the card paid, is the total."""
WITH_PARTS: Final = "parts"
"""Subtotal with tax, service, discount and rounding is the total."""
WITH_LINES: Final = "lines"
"""The lines add up to the total (or to what, with tax and rounding, is the total)."""
WITH_TAXES: Final = "taxes"
"""The table of taxes adds up to the total."""
WITH_LABELS: Final = "labels"
"""The same amount stands at several labels of a total."""
WITH_READER: Final = "reader"
"""A reader that knows receipts takes it for the total."""
WITH_ROUNDING: Final = "rounding"
"""Another total and the printed rounding make the total."""
INDEPENDENT: Final = frozenset({WITH_PAYMENT, WITH_PARTS, WITH_LINES, WITH_TAXES})

_WEIGHT_BY_KIND: Final = {
    labels.TOTAL: 4.0,
    labels.SUM: 3.0,
    labels.SUBTOTAL: 1.0,
    labels.NET: 0.3,
    labels.CARD: 1.2,
    labels.CASH: 0.8,
}
_WEIGHT_BY_EVIDENCE: Final = {
    WITH_PAYMENT: 4.0,
    WITH_PARTS: 2.5,
    WITH_LINES: 2.0,
    WITH_TAXES: 2.0,
    WITH_LABELS: 1.0,
    WITH_READER: 2.0,
    WITH_ROUNDING: 3.0,
}
_LATER: Final = 0.5
"""What the lowest row adds: of two totals the later one is what is paid."""


_OUTDONE: Final = 2.0
"""What an amount loses where a larger one is called the total further down."""


@value
class Evidence:
    """One reason to believe the total."""

    code: str
    text: str


@value
class Candidate:
    """An amount that may be the total."""

    amount: Decimal
    score: float
    is_labelled: bool
    """Stands at a label of a total, outside a table of taxes."""
    is_exact: bool
    evidence: tuple[Evidence, ...]
    figures: tuple[Figure, ...]

    def has(self, *codes: str) -> bool:
        """Whether one of the reasons to believe it is of these kinds."""
        return any(each.code in codes for each in self.evidence)


CALLED_SHARE: Final = 0.5
"""An amount that is called the total needs this share of the score of one that is not."""


@value
class Sums:
    """The amounts of a receipt that make its total, and what else might be the total."""

    best: Candidate | None
    rivals: tuple[Candidate, ...]
    parts: dict[str, Found[Decimal]]
    is_payment_other: bool = False
    is_rounding_open: bool = False


def judged(figures: Sequence[Figure], lines_sum: Decimal | None) -> Sums:
    """Weigh every amount that can be the total. ``lines_sum`` is the sum of the lines, where lines were read."""
    candidates = sorted(_candidates(figures, lines_sum), key=lambda each: -each.score)
    if not candidates:
        return Sums(None, (), _parts(figures, None))
    # What nobody calls a total is one only where nothing else is called so.
    best = candidates[0]
    called = next((each for each in candidates if each.is_labelled), best)
    if called.score >= best.score * CALLED_SHARE:
        best = called
    rivals = tuple(
        each
        for each in candidates
        if each != best and each.is_labelled and not (best.is_labelled and _explained(each, best, figures))
    )
    return Sums(
        best,
        rivals,
        _parts(figures, best.amount),
        is_payment_other=_is_payment_other(best, figures),
        is_rounding_open=_is_rounding_open(best.amount, figures),
    )


def _is_payment_other(best: Candidate, figures: Sequence[Figure]) -> bool:
    """Whether cash and change were read, and make another amount."""
    surely = [each for each in figures if each.is_exact and each.amount]
    paid = {each for each in _paid(surely) if each > 0}
    return bool(paid) and not best.has(WITH_PAYMENT) and best.amount not in paid


def _is_rounding_open(amount: Decimal, figures: Sequence[Figure]) -> bool:
    """Whether a printed rounding leads from the amount to another one rather than to the amount."""
    rounding = [each for each in _of(figures, labels.ROUNDING) if each and abs(each) <= ROUNDED_MAX]
    return bool(rounding) and amount % ROUNDED_MAX != 0


def _candidates(figures: Sequence[Figure], lines_sum: Decimal | None) -> Iterator[Candidate]:
    last = max((each.row for each in figures), default=0) + 1
    amounts = dict.fromkeys(each.amount for each in reversed(figures) if _may_be_total(each))
    for amount in list(amounts)[:CANDIDATES_MAX]:
        if amount <= 0:
            continue
        at = [each for each in figures if each.amount == amount and _may_be_total(each)]
        evidence = tuple(_evidence(amount, figures, lines_sum))
        weights = sorted((_weight(each) for each in at), reverse=True)
        score = weights[0] + 0.5 * sum(weights[1:3]) + sum(_WEIGHT_BY_EVIDENCE[each.code] for each in evidence)
        score += _LATER * max(each.row for each in at) / last
        score -= _OUTDONE * _is_outdone(amount, at, figures)
        labelled = [each for each in at if each.kind in {labels.TOTAL, labels.SUM} and not each.in_tax_table]
        yield Candidate(
            amount, score, bool(labelled), any(each.is_exact for each in labelled or at), evidence, tuple(at)
        )


def _is_outdone(amount: Decimal, at: Sequence[Figure], figures: Sequence[Figure]) -> bool:
    lowest = max(each.row for each in at)
    return any(
        each.row > lowest and each.amount > amount and not each.in_tax_table and each.is_exact
        for each in figures
        if each.kind in {labels.TOTAL, labels.SUM}
    )


def _may_be_total(figure: Figure) -> bool:
    return figure.kind in _WEIGHT_BY_KIND and not (figure.in_tax_table and figure.columns > 1)


def _weight(figure: Figure) -> float:
    weight = _WEIGHT_BY_KIND[figure.kind]
    if figure.in_tax_table:
        weight *= 0.3
    if not figure.is_exact:
        weight *= 0.6
    return weight


def _paid(figures: Iterable[Figure]) -> Iterator[Decimal]:
    """What was really paid: cash given minus change."""
    listed = tuple(figures)
    given = [each for each in listed if each.kind in {labels.CASH, labels.CARD}][-BASES_MAX:]
    back = [each for each in listed if each.kind == labels.CHANGE][-BASES_MAX:]
    for cash in given:
        for change in back:
            # Some tills print what was given as a debit.
            if change.row >= cash.row - 1 and abs(cash.amount) > abs(change.amount):
                yield abs(cash.amount) - abs(change.amount)


def _evidence(amount: Decimal, figures: Sequence[Figure], lines_sum: Decimal | None) -> Iterator[Evidence]:
    if _is_paid(amount, figures):
        yield Evidence(WITH_PAYMENT, "What was paid, less the change, is the total.")
    made = _made_of_parts(amount, figures)
    if made:
        yield Evidence(WITH_PARTS, f"The total is {made}.")
    if lines_sum is not None and any(abs(amount - each) < CENT for each in _with_extras(lines_sum, figures)):
        yield Evidence(WITH_LINES, "The lines add up to the total.")
    if _taxed(amount, figures):
        yield Evidence(WITH_TAXES, "The table of taxes adds up to the total.")
    called = [each for each in figures if each.amount == amount and each.kind in {labels.TOTAL, labels.SUM}]
    if any(each.is_hint for each in called):
        yield Evidence(WITH_READER, "The reader takes it for the total.")
    if len({each.row for each in called if not each.is_hint}) > 1:
        yield Evidence(WITH_LABELS, "The same amount is called the total more than once.")
    if _is_rounded(amount, figures):
        yield Evidence(WITH_ROUNDING, "Another total and the rounding make the total.")


def _is_paid(amount: Decimal, figures: Sequence[Figure]) -> bool:
    if amount in set(_paid(figures)):
        return True
    paid = set(_paid(figures)) - set(_of(figures, labels.TOTAL, labels.SUM))
    rounding = [each for each in _of(figures, labels.ROUNDING) if each and abs(each) <= ROUNDED_MAX]
    if any(amount + sign * each in paid for each in rounding for sign in (1, -1)):
        return True
    if any(each.kind == labels.CHANGE and each.amount for each in figures):
        return False
    return any(each.kind in {labels.CASH, labels.CARD} and abs(each.amount) == amount for each in figures)


def _of(figures: Iterable[Figure], *kinds: str) -> list[Decimal]:
    """Different amounts of these kinds, outside a table of taxes, in their order; the last ``BASES_MAX``."""
    amounts = dict.fromkeys(each.amount for each in figures if each.kind in kinds and not each.in_tax_table)
    return list(amounts)[-BASES_MAX:]


def _extras(figures: Sequence[Figure]) -> list[Decimal]:
    """What is added to a subtotal: taxes and service as they are, discounts taken off, rounding with its sign."""
    added = [abs(each) for each in _of(figures, labels.TAX, labels.SERVICE)]
    taken = [-abs(each) for each in _of(figures, labels.DISCOUNT)]
    small = [amount for amount in _of(figures, labels.ROUNDING) if abs(amount) <= ROUNDED_MAX]
    # A reader loses a minus more easily than it makes one up.
    rounded = [each for amount in small for each in ((amount, -amount) if amount > 0 else (amount,))]
    return [each for each in (*added, *taken, *dict.fromkeys(rounded)) if each][: PARTS_MAX + 2]


def _with_extras(base: Decimal, figures: Sequence[Figure]) -> Iterator[Decimal]:
    extras = _extras(figures)
    for count in range(min(PARTS_MAX, len(extras)) + 1):
        for chosen in combinations(extras, count):
            yield base + sum(chosen)


def _made_of_parts(amount: Decimal, figures: Sequence[Figure]) -> str:
    """The sum in words that makes the amount out of a subtotal, or an empty text."""
    extras = _extras(figures)
    for base in _of(figures, labels.SUBTOTAL, labels.NET, labels.SUM):
        for count in range(1, min(PARTS_MAX, len(extras)) + 1):
            for chosen in combinations(extras, count):
                if base + sum(chosen) == amount != base:
                    return " ".join([f"{base}", *(f"{each:+}" for each in chosen)])
    return _made_of_rates(amount, figures) or _made_but_for_rounding(amount, figures)


def _made_of_rates(amount: Decimal, figures: Sequence[Figure]) -> str:
    """As above, out of the totals of two or three tax rates, each with or without its tax."""
    rates = _of(figures, labels.PARTIAL)
    taxes = [each for each in _of(figures, labels.TAX) if each]
    for count in range(2, min(PARTS_MAX, len(rates)) + 1):
        for chosen in combinations(rates, count):
            if sum(chosen) == amount or any(sum(chosen) + tax == amount for tax in taxes):
                return " ".join(f"{each:+}" for each in chosen)
    return ""


def _made_but_for_rounding(amount: Decimal, figures: Sequence[Figure]) -> str:
    """As above, where all that is added gives an amount that was rounded, and the rounding was not read."""
    if amount % ROUNDED_MAX:
        return ""
    added = _extras(figures)
    for base in _of(figures, labels.SUBTOTAL, labels.SUM):
        missing = amount - base - sum(added)
        if len(added) > 1 and 0 < abs(missing) < ROUNDED_MAX:
            return " ".join([f"{base}", *(f"{each:+}" for each in added), f"{missing:+} of rounding"])
    return ""


def _taxed(amount: Decimal, figures: Sequence[Figure]) -> bool:
    """Whether the rows of a table of taxes, each a net amount and its tax, add up to the amount."""
    rows: dict[int, list[Decimal]] = {}
    for each in figures:
        if each.in_tax_table and each.columns >= 2:
            rows.setdefault(each.row, []).append(each.amount)
    pairs = [(max(row), min(row)) for row in rows.values() if len(row) == 2]
    sums = [net + tax for net, tax in pairs]
    if not sums or not amount:
        return False
    everything = sum(sums, Decimal(0))
    return any(
        abs(each - amount) <= TAX_SLACK for each in (*sums, everything, everything / 2)
    ) and any(tax for _, tax in pairs)  # fmt: skip


def _is_rounded(amount: Decimal, figures: Sequence[Figure]) -> bool:
    rounding = [each for each in _of(figures, labels.ROUNDING) if each and abs(each) <= ROUNDED_MAX]
    bases = _of(figures, labels.TOTAL, labels.SUM, labels.SUBTOTAL)
    return any(amount != base and abs(amount - base) == abs(each) for base in bases for each in rounding) and (
        amount % ROUNDED_MAX == 0
    )


def _explained(rival: Candidate, best: Candidate, figures: Sequence[Figure]) -> bool:
    """Whether a lower label of a total differs from the best for a reason that the receipt prints."""
    difference = best.amount - rival.amount
    if not difference:
        return True
    extras = _extras(figures)
    for count in range(1, min(PARTS_MAX, len(extras)) + 1):
        if any(sum(chosen) == difference for chosen in combinations(extras, count)):
            return True
    if len(extras) > 1 and abs(difference - sum(extras)) < ROUNDED_MAX and not best.amount % ROUNDED_MAX:
        return True
    # A total before a later one that is paid: a sum of part of the lines, or of their tax.
    if any(each.is_hint for each in rival.figures):
        return False
    return rival.amount < best.amount and best.has(WITH_PAYMENT) and best.has(WITH_PARTS, WITH_LINES, WITH_TAXES)


def _parts(figures: Sequence[Figure], total: Decimal | None) -> dict[str, Found[Decimal]]:
    """The amounts beside the total, the last one of each kind; the tax is the largest that is no total."""
    found: dict[str, Found[Decimal]] = {}
    for each in figures:
        if each.in_tax_table or each.kind not in _SHOWN or (each.kind == labels.TAX and each.amount == total):
            continue
        sure = each.confidence if each.is_exact else each.confidence / 2
        found[_SHOWN[each.kind]] = Found(each.amount, sure, (each.box,))
    return found


_SHOWN: Final = {
    labels.SUBTOTAL: "subtotal",
    labels.TAX: "tax",
    labels.SERVICE: "service",
    labels.DISCOUNT: "discount",
    labels.ROUNDING: "rounding",
    labels.CASH: "cash",
    labels.CARD: "cash",
    labels.CHANGE: "change",
}
