"""What the cells of a purchase history mean: customers, dates, amounts and quantities, exactly or not at all."""

import re
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from chalicelib.ids import ID_LENGTH_MAX

AMOUNT_MAX: Final = Decimal(10**12)
AMOUNT_DECIMALS_MAX: Final = 6
QUANTITY_MAX: Final = Decimal(1_000_000)
QUANTITY_DECIMALS_MAX: Final = 3
FIRST_YEAR: Final = 1971
LAST_YEAR: Final = 2199
DIGITS_MAX: Final = 40
_NUMBER: Final = re.compile(r"[+-]?(\d+|\d{1,3}(,\d{3})+)(\.\d*)?")
_SYMBOLS: Final = "$€£¥ \u00a0"
_DAY: Final = re.compile(r"(\d{4})([-/.]?)(\d{2})\2(\d{2})(?:[T ]+(\S.*))?")


class BadCell(ValueError):
    """The cell cannot be read; the message says what is wanted."""


def customer(text: str) -> str:
    """An id as the API takes it."""
    if not text:
        raise BadCell("the customer is missing")
    if len(text) > ID_LENGTH_MAX or not text.isprintable():
        raise BadCell(f"a customer id has 1 to {ID_LENGTH_MAX} printable characters")
    return text


def amount(text: str, *, decimal_comma: bool) -> Decimal:
    """Money spent, from 0."""
    found = _number(text, decimal_comma=decimal_comma)
    if found is None:
        hint = "" if decimal_comma or "," not in text else "; for 12,50 say --decimal-comma"
        raise BadCell(f"{text!r} is not an amount such as 29.33{hint}")
    if found < 0:
        raise BadCell(f"{text} is below zero: a return belongs to an order, and this file does not say to which")
    if found > AMOUNT_MAX or decimals(found) > AMOUNT_DECIMALS_MAX:
        raise BadCell(f"{text} has more than {AMOUNT_DECIMALS_MAX} decimals or is more than {AMOUNT_MAX:,}")
    return found


def quantity(text: str, *, decimal_comma: bool) -> Decimal:
    """Units bought; nothing, or 0, counts as one purchase of one unit."""
    if not text:
        return Decimal(1)
    found = _number(text, decimal_comma=decimal_comma)
    if found is None or found < 0:
        raise BadCell(f"{text!r} is not a quantity such as 2")
    if found > QUANTITY_MAX or decimals(found) > QUANTITY_DECIMALS_MAX:
        raise BadCell(f"{text} has more than {QUANTITY_DECIMALS_MAX} decimals or is more than {QUANTITY_MAX:,}")
    return found or Decimal(1)


def day(text: str, *, pattern: str | None, zone: ZoneInfo) -> tuple[date, time | None]:
    """A date in the programme's calendar, and the time where one is said. A time with an offset is moved into it."""
    try:
        # Without an offset a time is one of the programme's zone, whatever that is.
        found, has_time = (datetime.strptime(text, pattern), True) if pattern else _standard(text)  # noqa: DTZ007
    except (ValueError, OverflowError):
        wanted = f"of the form {pattern}" if pattern else "such as 1997-01-31; for other forms say --date-format"
        raise BadCell(f"{text!r} is not a date {wanted}") from None
    if found.tzinfo is not None:
        found = found.astimezone(zone)
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise BadCell(f"{text} lies outside the years {FIRST_YEAR} to {LAST_YEAR}")
    return found.date(), found.time() if has_time else None


def decimals(number: Decimal) -> int:
    """Decimals of a finite number without its trailing zeros."""
    return len(format(number, "f").partition(".")[2].rstrip("0"))


def _number(text: str, *, decimal_comma: bool) -> Decimal | None:
    plain = text.strip(_SYMBOLS)
    if decimal_comma:
        plain = plain.translate({ord("."): ",", ord(","): "."})
    if len(plain) > DIGITS_MAX or not plain.isascii() or not _NUMBER.fullmatch(plain):
        return None
    return Decimal(plain.replace(",", ""))


def _standard(text: str) -> tuple[datetime, bool]:
    """Year, month and day with or without separators, then perhaps an ISO 8601 time."""
    found = _DAY.fullmatch(text)
    if not found:
        raise ValueError
    year, _, month, day_, rest = found.groups()
    when = datetime.fromisoformat(f"{year}-{month}-{day_}T{rest.replace(' UTC', 'Z') if rest else '00:00'}")
    return (when if when.tzinfo is None else when.astimezone(UTC)), bool(rest)
