"""What was bought: names, quantities, prices and amounts of the lines above the total."""

import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Final

from chalicelib.receipts.reading import labels
from chalicelib.receipts.reading.amounts import amounts_in
from chalicelib.receipts.reading.figures import Figure
from chalicelib.receipts.reading.found import Found
from chalicelib.receipts.reading.rows import Row
from chalicelib.recognised import Box, HintedLine, Page
from chalicelib.values import value

LINES_MAX: Final = 200
HEAD_ROWS: Final = 3
"""The first rows of a receipt name the shop; nothing is bought in them."""
QUANTITY_MAX: Final = 9_999
NAME_CHARACTERS_MAX: Final = 120
_TIMES: Final = re.compile(
    r"(?<![0-9.,])(?P<count>\d{1,4}(?:\.\d{1,3})?)\s?[xX×*@]\s?(?:RM|[$€£])?\s?(?P<price>\d{1,6}[.,]\d{2})"
)
_TIMES_AFTER: Final = re.compile(r"(?P<price>\d{1,6}[.,]\d{2})\s?[xX×*@]\s?(?P<count>\d{1,4})(?![0-9.,])")
_COUNT: Final = re.compile(r"^(?P<count>\d{1,4})(?:\s?[xX*]|\s?(?:pcs?|unit|ea|st[kü]?))?$", re.IGNORECASE)
_CODE: Final = re.compile(r"^[#*]?[0-9A-Z][0-9A-Z/-]{5,}$")
_HEADING: Final = re.compile(
    r"qty|quantity|amount|price|description|item|menge|preis|prix|qte|importe|prezzo", re.IGNORECASE
)
_HEADINGS_MIN: Final = 2


@value
class Line:
    """Something bought. The quantity is 1 where none is printed; the unit price is unknown where it is not."""

    name: str
    quantity: Decimal
    unit_price: Decimal | None
    amount: Decimal
    confidence: float
    boxes: tuple[Box, ...] = ()


def lines_of(rows: Sequence[Row], figures: Sequence[Figure], page: Page) -> tuple[Line, ...]:
    """The lines of a receipt, top to bottom; those of a reader that knows receipts where it gave any."""
    if page.lines:
        return tuple(line for hinted in page.lines[:LINES_MAX] if (line := _hinted(hinted)))
    end = min((each.row for each in figures if _ends(each)), default=len(rows))
    first = min((each.row for each in figures if each.kind == labels.ITEM and each.row > HEAD_ROWS), default=end)
    start = max((number + 1 for number, row in enumerate(rows[: min(first, end)]) if _is_heading(row.text)), default=0)
    found: list[Line] = []
    name_rows: list[Row] = []
    for number in range(start, end):
        at = [each for each in figures if each.row == number and each.kind not in _NOT_BOUGHT and not each.in_tax_table]
        if at:
            found.append(_line(rows[number], at[-1], name_rows))
            name_rows = []
        elif not any(each.row == number for each in figures):
            name_rows = [*name_rows[-1:], rows[number]] if start else [rows[number]]
    return tuple(found[:LINES_MAX])


def sum_of(lines: Sequence[Line]) -> Found[Decimal] | None:
    """The amounts of the lines together, or ``None`` without lines."""
    if not lines:
        return None
    return Found(sum((line.amount for line in lines), Decimal(0)), min(line.confidence for line in lines))


_ENDING: Final = frozenset(
    {labels.TOTAL, labels.SUM, labels.SUBTOTAL, labels.NET, labels.CASH, labels.CARD, labels.ROUNDING}
)
_NOT_BOUGHT: Final = _ENDING | {labels.CHANGE, labels.TAX, labels.SERVICE}


def _ends(figure: Figure) -> bool:
    return figure.kind in _ENDING or figure.in_tax_table or (figure.kind == labels.OTHER and "otal" in figure.label)


def _is_heading(text: str) -> bool:
    return len(_HEADING.findall(text)) >= _HEADINGS_MIN and not amounts_in(text)


def _line(row: Row, figure: Figure, above: Sequence[Row]) -> Line:
    amount = -abs(figure.amount) if figure.kind == labels.DISCOUNT else figure.amount
    quantity, price = _counted(row, amount)
    name = _name(row)
    if not name and above:
        name = next((text for each in reversed(above) if (text := _name(each))), "")
    if price is None and above:
        counted, priced = _counted(above[-1], amount)
        if priced is not None:
            quantity, price = counted, priced
    agrees = price is not None and abs(quantity * price - amount) <= Decimal("0.01")
    sure = figure.confidence * (1.0 if figure.is_exact else 0.5) * (1.0 if agrees or price is None else 0.8)
    return Line(name[:NAME_CHARACTERS_MAX], quantity, price, amount, sure, row.boxes)


def _counted(row: Row, amount: Decimal) -> tuple[Decimal, Decimal | None]:
    """Quantity and unit price of a row: ``2 x 3.10``, ``3.10*2``, or cells whose product is the amount."""
    for pattern in (_TIMES, _TIMES_AFTER):
        match = pattern.search(row.text)
        if match:
            return Decimal(match["count"]), Decimal(match["price"].replace(",", "."))
    parts = [part for word in row.words for part in word.text.split()]
    counts = [Decimal(match["count"]) for part in parts if (match := _COUNT.match(part))]
    prices = [money.value for word in row.words for money in amounts_in(word.text)]
    for count in counts:
        if 0 < count <= QUANTITY_MAX:
            for price in prices:
                if abs(count * price - amount) <= Decimal("0.01") and (len(prices) > 1 or count == 1):
                    return count, price
    first = row.words[0].text
    for count in counts:
        if 1 < count <= QUANTITY_MAX and amount % count == 0 and len(prices) == 1 and first.startswith(str(count)):
            return count, amount / count
    return Decimal(1), None


def _name(row: Row) -> str:
    """The words of a row that are neither numbers nor codes."""
    kept = []
    for word in row.words:
        money = amounts_in(word.text)
        text = word.text[: money[0].start] if money else word.text
        kept += [part for part in text.split() if not _CODE.match(part) or not any(map(str.isdigit, part))]
    while kept and (_COUNT.match(kept[0]) or not any(map(str.isalpha, kept[0]))):
        kept.pop(0)
    while kept and (_COUNT.match(kept[-1]) or kept[-1] in {"RM", "x", "X", "*", "SR", "ZR", "S", "Z", "$"}):
        kept.pop()
    text = " ".join(kept)
    return text if sum(map(str.isalpha, text)) > 2 else ""


def _hinted(line: HintedLine) -> Line | None:
    amounts = amounts_in(line.amount)
    if not amounts:
        return None
    amount = amounts[-1].value
    prices = amounts_in(line.unit_price)
    price = prices[-1].value if prices else None
    quantity = _number(line.quantity)
    if quantity is None:
        quantity = amount / price if price and amount % price == 0 else Decimal(1)
    return Line(line.name[:NAME_CHARACTERS_MAX], quantity, price, amount, line.confidence, line.boxes)


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal("".join(char for char in text.replace(",", ".") if char.isdigit() or char == "."))
    except InvalidOperation:
        return None
    return number if 0 < number <= QUANTITY_MAX else None
