"""A reading as plain values: for storing it, and for screens that draw boxes on the picture."""

from datetime import date, time
from decimal import Decimal
from typing import Any, Final

from chalicelib.receipts.reading.found import Found
from chalicelib.receipts.reading.lines import Line
from chalicelib.receipts.reading.reading import Reading
from chalicelib.recognised import Box

FIELDS: Final = (
    "shop",
    "address",
    "day",
    "time_of_day",
    "number",
    "total",
    "subtotal",
    "tax",
    "service",
    "discount",
    "rounding",
    "cash",
    "change",
)
"""The fields of a reading that have a place in the picture, by their names in ``Reading``."""
BOXES_MAX: Final = 40
"""Boxes of one field that are kept."""


def as_plain(reading: Reading) -> dict[str, Any]:
    """The reading for JSON: money as decimal texts, days as yyyy-mm-dd, boxes as left, top, right, bottom in pixels."""
    return {
        "fields": {name: _found(getattr(reading, name)) for name in FIELDS if getattr(reading, name) is not None},
        "currency": reading.currency,
        "lines": [_line(line) for line in reading.lines],
        "evidence": [{"code": each.code, "text": each.text} for each in reading.evidence],
        "rivals": [_text(amount) for amount in reading.rivals],
        "picture": {"width": reading.width, "height": reading.height, "turned": reading.turned},
        "looks": reading.looks,
        "looksAgreeing": reading.looks_agreeing,
    }


def _found(found: Found[Any]) -> dict[str, Any]:
    return {
        "value": _text(found.value),
        "confidence": round(found.confidence, 3),
        "boxes": [_box(box) for box in found.boxes[:BOXES_MAX]],
    }


def _line(line: Line) -> dict[str, Any]:
    return {
        "name": line.name,
        "quantity": _text(line.quantity),
        "unitPrice": None if line.unit_price is None else _text(line.unit_price),
        "amount": _text(line.amount),
        "confidence": round(line.confidence, 3),
        "boxes": [_box(box) for box in line.boxes[:BOXES_MAX]],
    }


def _box(box: Box) -> list[int]:
    return [round(each) for each in (box.left, box.top, box.right, box.bottom)]


def _text(known: Decimal | date | time | str) -> str:
    if isinstance(known, Decimal):
        return f"{known:f}"
    if isinstance(known, (date, time)):
        return known.isoformat()
    return known
