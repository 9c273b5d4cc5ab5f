"""Whether a reading is believed: awarded without a human, looked at by one, or rejected."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Final

from chalicelib.receipts.reading.reading import Reading
from chalicelib.receipts.reading.totals import INDEPENDENT, WITH_LABELS, WITH_PAYMENT, WITH_READER, WITH_ROUNDING
from chalicelib.receipts.reasons import REJECTED, Decision, Reason, decided
from chalicelib.receipts.thresholds import DEFAULT, Thresholds

NO_RECEIPT: Final = "no-receipt"
SEVERAL: Final = "several-receipts"
NO_TOTAL: Final = "no-total"
UNSURE_TOTAL: Final = "unsure-total"
RIVAL_TOTALS: Final = "rival-totals"
HIGH_TOTAL: Final = "high-total"
NO_DATE: Final = "no-date"
UNSURE_DATE: Final = "unsure-date"
NO_SHOP: Final = "no-shop"
UNSURE_SHOP: Final = "unsure-shop"


def judge(reading: Reading, more: Iterable[Reason] = (), thresholds: Thresholds = DEFAULT) -> Decision:
    """What becomes of a receipt. ``more`` are reasons found elsewhere: duplicates, age, shops, limits, products."""
    if is_no_receipt(reading, thresholds):
        text = "We could not find a receipt in this picture. Please photograph the whole receipt in good light."
        return decided((Reason(NO_RECEIPT, text, REJECTED), *more))
    return decided((*doubts(reading, thresholds), *more))


def is_no_receipt(reading: Reading, thresholds: Thresholds = DEFAULT) -> bool:
    """Whether the picture shows hardly any writing, or writing without an amount, a date or a shop."""
    if reading.words < thresholds.words_min:
        return True
    return reading.total is None and reading.day is None and reading.shop is None and not reading.lines


def doubts(reading: Reading, thresholds: Thresholds = DEFAULT) -> Iterator[Reason]:
    """What a human must look at before this reading is paid."""
    if reading.receipts > 1:
        yield Reason(SEVERAL, "There is more than one receipt in the picture; please send one picture of each.")
    if reading.total is None:
        yield Reason(NO_TOTAL, "We could not read the total.", about="total")
    else:
        yield from _about_total(reading, reading.total.value, thresholds)
    if reading.day is None:
        yield Reason(NO_DATE, "We could not read the date.", about="day")
    elif reading.is_day_disputed or reading.day.confidence < thresholds.day_confidence_min:
        yield Reason(UNSURE_DATE, "We are not sure of the date.", about="day")
    if reading.shop is None:
        yield Reason(NO_SHOP, "We could not read the name of the shop.", about="shop")
    elif reading.shop.confidence < thresholds.shop_confidence_min:
        yield Reason(UNSURE_SHOP, "We are not sure of the name of the shop.", about="shop")


def _about_total(reading: Reading, total: Decimal, thresholds: Thresholds) -> Iterator[Reason]:
    if reading.rivals:
        others = ", ".join(str(rival) for rival in reading.rivals)
        yield Reason(RIVAL_TOTALS, "More than one amount may be the total.", about=f"total: {others}")
    if not is_total_sure(reading, thresholds):
        yield Reason(UNSURE_TOTAL, "We are not sure of the total.", about="total")
    if total > thresholds.total_max:
        yield Reason(HIGH_TOTAL, "Receipts of such an amount are looked at by our team.", about="total")


def is_total_sure(reading: Reading, thresholds: Thresholds = DEFAULT) -> bool:
    """Whether the total rests on enough that cannot all be misread in the same way."""
    if reading.is_payment_other or reading.is_rounding_open:
        return False
    if reading.total is None or reading.rivals or not reading.is_total_exact:
        return False
    if reading.total.confidence < thresholds.total_confidence_min:
        return False
    codes = {each.code for each in reading.evidence}
    checks = len(codes & INDEPENDENT)
    if not reading.is_total_labelled:
        # Some shops print a subtotal and what was paid, and call nothing the total.
        return WITH_PAYMENT in codes and checks >= thresholds.checks_min
    if checks >= thresholds.checks_min or (WITH_PAYMENT in codes and codes & {WITH_LABELS, WITH_ROUNDING}):
        return True
    return checks > 0 and (reading.looks_agreeing >= thresholds.looks_agreeing_min or WITH_READER in codes)


def is_enough(reading: Reading, thresholds: Thresholds = DEFAULT) -> bool:
    """Whether another look at the picture would change nothing."""
    return not any(doubts(reading, thresholds))
