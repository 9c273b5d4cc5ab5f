"""Amounts of money in a row of text, in the forms that shops print and readers garble."""

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from chalicelib.values import value

AMOUNT_MAX: Final = Decimal(10_000_000)
DIGITS_MAX: Final = 12
_LIKE: Final = str.maketrans("OoQDUlI|!SBZ", "000001111582")
"""Letters that a reader takes for digits, where digits stand around them."""
CURRENCY_BY_SIGN: Final = {
    "RM": "MYR", "MYR": "MYR", "S$": "SGD", "SGD": "SGD", "€": "EUR", "EUR": "EUR", "£": "GBP", "GBP": "GBP",
    "US$": "USD", "USD": "USD", "A$": "AUD", "AUD": "AUD", "CHF": "CHF", "R$": "BRL", "BRL": "BRL", "CAD": "CAD",
    "JPY": "JPY", "¥": "JPY", "IDR": "IDR", "Rp": "IDR", "INR": "INR", "₹": "INR", "THB": "THB", "฿": "THB",
    "PHP": "PHP", "SEK": "SEK", "NOK": "NOK", "DKK": "DKK", "PLN": "PLN", "MXN": "MXN", "NZD": "NZD", "HKD": "HKD",
    "$": "USD",
}  # fmt: skip
WITHOUT_CENTS: Final = frozenset({"JPY", "IDR", "KRW", "VND", "CLP"})
_DIGIT: Final = r"[0-9OoQDUlI|!SBZ]"
_BODY: Final = (
    r"(?P<whole>\d{1,3}(?:[ ,.'’]\d{3})+|\d{1,7}|" + _DIGIT + r"{1,4}?)"  # noqa: RUF001 - a typographic thousands sign.
    r"\s?[.,:]\s?(?P<cents>\d{2}|\d" + _DIGIT + r"|" + _DIGIT + r"\d)"
)
_AMOUNT: Final = re.compile(
    r"(?<![0-9A-KN-Za-ln-z][.,/:-])(?<![0-9])(?P<open>\()?(?P<sign>[-+])?\s?(?:[A-Za-z]{0,2}\$|RM|[€£])?\s?(?P<minus>-)?"
    + _BODY
    + r"(?![0-9])(?P<after>\s?-(?![0-9A-Za-z])|\))?"
)
_NO_MONEY_AFTER: Final = re.compile(
    r"\s?(?:%|[.,/:-]\s?\d|(?:litres?|liters?|ltr|kg|km|gm?|ml|l|cm|mm|pcs|am|pm|hrs?)(?![a-z]))", re.IGNORECASE
)
_BARE: Final = re.compile(r"(?<![0-9A-Za-z.,/:#-])(?:RM|[€£$])?\s?(?P<digits>\d{3,6})(?![0-9.,/:%A-Za-z-])")
_GROUPED: Final = re.compile(
    r"(?<![0-9A-Za-z.,/:#-])(?:Rp\.?|[¥])?\s?(?P<digits>\d{1,3}(?:[.,]\d{3})+|\d{2,7})(?![0-9./:%-])"
)
_CENT: Final = Decimal("0.01")


@value
class Money:
    """An amount in a text, with the place of its first and one past its last character."""

    value: Decimal
    is_exact: bool
    """Printed as it stands; otherwise a letter was taken for a digit, or the decimal point was not read."""
    start: int
    end: int


def amounts_in(text: str) -> tuple[Money, ...]:
    """Amounts with two decimals, from left to right; dates, times, rates and measures are none."""
    found: list[Money] = []
    for match in _AMOUNT.finditer(text):
        if _NO_MONEY_AFTER.match(text, match.end()) or not any(map(str.isdigit, match["cents"] + match["whole"])):
            continue
        if text[match.start() - 1 : match.start()].isalpha() and not match["whole"].isdigit():
            continue
        money = _money(match, text)
        if money is not None:
            found.append(money)
    return tuple(found)


def bare_amounts_in(text: str) -> tuple[Money, ...]:
    """Whole numbers that are amounts in cents if the reader missed the point (``1200`` for 12.00)."""
    return tuple(
        Money(Decimal(match["digits"]) * _CENT, is_exact=False, start=match.start(), end=match.end())
        for match in _BARE.finditer(text)
        if not match["digits"].startswith("0") or match["digits"] == "000"
    )


def whole_amounts_in(text: str) -> tuple[Money, ...]:
    """Amounts of a currency without cents (``25.000``, ``1,200``)."""
    return tuple(
        Money(Decimal(re.sub(r"\D", "", match["digits"])), is_exact=True, start=match.start(), end=match.end())
        for match in _GROUPED.finditer(text)
    )


def currency_in(texts: Iterable[str]) -> str | None:
    """The currency that the receipt names most often, as its ISO code, or ``None`` where it names none."""
    counts: dict[str, int] = {}
    for text in texts:
        for sign in _SIGNS.findall(text):
            code = CURRENCY_BY_SIGN[sign]
            counts[code] = counts.get(code, 0) + 1
    return max(counts, key=lambda code: (counts[code], code)) if counts else None


_SIGNS: Final = re.compile(
    r"(?<![A-Za-z])(US\$|S\$|A\$|R\$|\$|€|£|¥|₹|฿|(?:"
    + "|".join(sign for sign in CURRENCY_BY_SIGN if sign.isalpha())
    + r")(?=[^a-z]|$))"
)


def _money(match: re.Match[str], text: str) -> Money | None:
    raw = match["whole"] + match["cents"]
    repaired = raw.translate(_LIKE)
    digits = re.sub(r"\D", "", repaired)
    if len(digits) > DIGITS_MAX or (text[match.start("cents") - 1] == ":" and not _is_lone(match, text)):
        return None
    if match["whole"][0] in "SBZDQU" and len(match["whole"]) > 1:
        return None
    amount = Decimal(digits) * _CENT
    if amount > AMOUNT_MAX:
        return None
    is_minus = bool(match["sign"] == "-" or match["minus"] or (match["after"] or "").strip() == "-") or (
        match["open"] is not None and match["after"] == ")"
    )
    tight = " " not in text[match.end("whole") : match.start("cents")] and ":" not in match[0]
    return Money(
        -amount if is_minus else amount,
        is_exact=repaired == raw and tight,
        start=match.start(),
        end=match.end(),
    )


def _is_lone(match: re.Match[str], text: str) -> bool:
    """Whether nothing but the amount is in the text, so that a colon can be a garbled point, yet not a time."""
    return text.strip(" RM$€£-") == match[0].strip(" RM$€£-") and int(match["cents"].translate(_LIKE)) > 59
