"""What a programme says of a receipt: whether it counts, and the order that it becomes."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from chalicelib.orders.order import NewLine, NewOrder
from chalicelib.orders.placing import LINES_MAX as ORDER_LINES_MAX
from chalicelib.orders.placing import PLACES_MAX, QUANTITY_MAX
from chalicelib.programme.definitions.receipts import Receipts
from chalicelib.programme.document import Programme
from chalicelib.receipts.matching import Match, Matched
from chalicelib.receipts.purchase import Bought, Purchase
from chalicelib.receipts.reasons import MODERATION, REJECTED, Reason
from chalicelib.receipts.thresholds import Thresholds

SOURCE: Final = "receipt"
"""``source`` of an order that is made of a receipt."""
TOO_OLD: Final = "too-old"
IN_FUTURE: Final = "future-date"
OTHER_CURRENCY: Final = "other-currency"
BELOW_MINIMUM: Final = "below-minimum"
UNKNOWN_SHOP: Final = "unknown-shop"
MAYBE_SHOP: Final = "maybe-shop"
NO_LINES: Final = "no-lines"
NO_PRODUCT: Final = "no-product"
MAYBE_PRODUCT: Final = "maybe-product"
LINES_OPEN: Final = "lines-open"
NOT_AUTOMATIC: Final = "not-automatic"
BLOCKED: Final = "member-blocked"
READER_REFUSED: Final = "reader-refused"
BY_HAND: Final = "moderator"
PAID_BEFORE: Final = "paid-before"
NOON: Final = time(12)
QUANTITY_PLACES_MAX: Final = 3
"""Decimals of a quantity in an order."""


def thresholds(receipts: Receipts) -> Thresholds:
    """How sure a reading must be, by the programme."""
    wanted = receipts.reading
    return Thresholds(
        total_confidence_min=float(wanted.total_confidence),
        day_confidence_min=float(wanted.date_confidence),
        shop_confidence_min=float(wanted.shop_confidence),
        total_max=wanted.total_max,
    )


def judged(
    programme: Programme, purchase: Purchase, match: Matched, doubts: Sequence[Reason], uploaded: date
) -> Iterator[Reason]:
    """What the programme has against paying a receipt that was sent on a day, or wants a human to look at.

    Nobody is turned away for something that was not surely read: ``doubts`` make a refusal a question.
    """
    doubtful = {reason.about.partition(":")[0] for reason in doubts}
    receipts = programme.receipts
    yield from _about_day(receipts, purchase, uploaded, is_sure="day" not in doubtful)
    yield from _about_money(programme, purchase, is_sure="total" not in doubtful)
    yield from _about_shop(receipts, match, is_sure="shop" not in doubtful)
    yield from _about_lines(receipts, purchase, match)
    if not receipts.auto_approve:
        yield Reason(NOT_AUTOMATIC, "Our team looks at every receipt.")


def _about_day(receipts: Receipts, purchase: Purchase, uploaded: date, *, is_sure: bool) -> Iterator[Reason]:
    if purchase.day is None:
        return
    if purchase.day > uploaded + timedelta(days=1):
        yield Reason(IN_FUTURE, "The date of this receipt lies in the future.", MODERATION, "day")
    most = receipts.max_age_days
    if most and (uploaded - purchase.day).days > most:
        yield Reason(TOO_OLD, f"Receipts can be sent for {most} days after the purchase.", _refusal(is_sure), "day")


def _about_money(programme: Programme, purchase: Purchase, *, is_sure: bool) -> Iterator[Reason]:
    receipts = programme.receipts
    accepted = receipts.currencies or (programme.currency.code,)
    if purchase.currency is not None and purchase.currency not in accepted:
        text = f"This receipt is in {purchase.currency}; we look at what it comes to."
        yield Reason(OTHER_CURRENCY, text, MODERATION, "currency")
    if purchase.total is not None and purchase.total < receipts.minimum_total:
        text = f"Receipts count from {receipts.minimum_total} {programme.currency.code} on."
        yield Reason(BELOW_MINIMUM, text, _refusal(is_sure), "total")


def _about_shop(receipts: Receipts, match: Matched, *, is_sure: bool) -> Iterator[Reason]:
    if not receipts.retailers:
        return
    if match.retailer is None:
        is_refused = is_sure and receipts.unknown_retailers == "reject"
        text = "Receipts of this shop do not count here." if is_refused else "We check whether this shop takes part."
        yield Reason(UNKNOWN_SHOP, text, _refusal(is_refused), "shop")
    elif match.retailer.score < float(receipts.matching.sure):
        yield Reason(MAYBE_SHOP, "We check whose receipt this is.", MODERATION, f"shop: {match.retailer.name}")


def _about_lines(receipts: Receipts, purchase: Purchase, match: Matched) -> Iterator[Reason]:
    if not receipts.products:
        return
    if not purchase.lines:
        yield Reason(NO_LINES, "We could not read what was bought.", MODERATION, "lines")
        return
    sure = float(receipts.matching.sure)
    if any(each is not None and each.score < sure for each in match.lines):
        yield Reason(MAYBE_PRODUCT, "We check which of these products count.", MODERATION, "lines")
    elif not any(match.lines):
        # Only where all lines were read is it known that none of them is a product that counts.
        text = "None of the products on this receipt takes part."
        yield Reason(NO_PRODUCT, text, _refusal(purchase.is_added_up), "lines")
    elif receipts.purchase == "lines" and not purchase.is_added_up:
        yield Reason(LINES_OPEN, "What was bought does not add up to the total.", MODERATION, "lines")


def worded(receipts: Receipts, reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    """The reasons in the programme's own words where it has some."""
    texts = receipts.text_by_code
    return tuple(Reason(each.code, texts.get(each.code, each.text), each.outcome, each.about) for each in reasons)


def order_id(receipt: str, awards: int) -> str:
    """The id of the order of a receipt that was paid so many times before; more than once only after a reversal."""
    return f"receipt-{receipt}" if not awards else f"receipt-{receipt}-{awards + 1}"


def order(
    programme: Programme, purchase: Purchase, match: Matched, *, id_: str, zone: ZoneInfo, now: datetime
) -> NewOrder | None:
    """The order that a receipt becomes, or ``None`` when nothing on it counts.

    Only products of the list go into it, the others are dropped; without a list its total is one line.
    """
    receipts = programme.receipts
    listed = [_line(line, each) for line, each in zip(purchase.lines, match.lines, strict=True) if each is not None]
    lines = [line for line in listed if line.quantity > 0 and line.unit_price >= 0][:ORDER_LINES_MAX]
    is_whole = not receipts.products or receipts.purchase == "total"
    if receipts.products and not lines:
        return None
    if is_whole:
        if purchase.total is None or purchase.total < 0:
            return None
        lines = [NewLine(product=receipts.total_product_id, quantity=Decimal(1), unit_price=purchase.total)]
    store = next((each.store_id for each in receipts.retailers if _is(match.retailer, each.retailer_id)), "")
    return NewOrder(
        id=id_,
        lines=lines,
        ordered=ordered(purchase, zone, now),
        total=purchase.total if is_whole else None,
        store=store,
        source=SOURCE,
    )


def ordered(purchase: Purchase, zone: ZoneInfo, now: datetime) -> datetime | None:
    """When it was bought, never later than now; ``None`` means today, at the moment of the decision."""
    if purchase.day is None:
        return None
    instant = datetime.combine(purchase.day, purchase.time_of_day or NOON, zone)
    return None if instant >= now else instant


def _line(line: Bought, match: Match) -> NewLine:
    quantity = line.quantity.normalize()
    if not 0 < quantity <= QUANTITY_MAX or _decimals(quantity) > QUANTITY_PLACES_MAX:
        quantity = Decimal(1)
    price = (line.amount / quantity).normalize()
    if _decimals(price) > PLACES_MAX or price * quantity != line.amount:
        # A price that cannot be written exactly: the whole line is one unit, so that not a cent is lost.
        quantity, price = Decimal(1), line.amount
    return NewLine(product=match.id, quantity=quantity, unit_price=price, description=line.name)


def _decimals(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _refusal(is_sure: bool) -> str:  # noqa: FBT001 - reads as a question and its answer.
    return REJECTED if is_sure else MODERATION


def _is(match: Match | None, retailer: str) -> bool:
    return match is not None and match.id == retailer
