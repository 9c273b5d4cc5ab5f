"""Money and dates as people of a locale write them: the forms of CLDR's decimal and short date patterns, in a table.

A locale is found by language and region, then by language, then as English.
"""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from chalicelib.values import value

_NBSP: Final = "\u00a0"
_THIN: Final = "\u202f"


@value
class Form:
    """Marks between digits, the place of the currency (``n`` stands for the number, ``c`` for the sign), and a date.

    ``least`` digits must stand before the first group mark: Spanish writes 1234 and 12.345.
    """

    point: str
    group: str
    money: str
    day: str
    least: int = 1


_EN: Final = Form(".", ",", "cn", "{m}/{d}/{y}")
_GB: Final = Form(".", ",", "cn", "{dd}/{mm}/{y}")
_DE: Final = Form(",", ".", f"n{_NBSP}c", "{dd}.{mm}.{y}")
_CH: Final = Form(".", "\u2019", f"c{_NBSP}n", "{dd}.{mm}.{y}")
_NORTH: Final = Form(",", _NBSP, f"n{_NBSP}c", "{dd}.{mm}.{y}")
_SLASHED: Final = Form(",", ".", f"n{_NBSP}c", "{dd}/{mm}/{y}")
_EAST: Final = Form(".", ",", "cn", "{y}/{mm}/{dd}")
FORMS: Final[dict[str, Form]] = {
    "en": _EN,
    "en-GB": _GB,
    "en-IE": _GB,
    "en-AU": _GB,
    "en-NZ": _GB,
    "en-IN": _GB,
    "en-CA": Form(".", ",", "cn", "{y}-{mm}-{dd}"),
    "de": _DE,
    "de-AT": Form(",", ".", f"c{_NBSP}n", "{dd}.{mm}.{y}"),
    "de-CH": _CH,
    "de-LI": _CH,
    "it": _SLASHED,
    "it-CH": _CH,
    "fr": Form(",", _THIN, f"n{_NBSP}c", "{dd}/{mm}/{y}"),
    "fr-CA": Form(",", _NBSP, f"n{_NBSP}c", "{y}-{mm}-{dd}"),
    "fr-CH": Form(".", _THIN, f"n{_NBSP}c", "{dd}.{mm}.{y}"),
    "es": Form(",", ".", f"n{_NBSP}c", "{d}/{m}/{y}", least=2),
    "es-MX": Form(".", ",", "cn", "{dd}/{mm}/{y}"),
    "es-US": Form(".", ",", "cn", "{d}/{m}/{y}"),
    "nl": Form(",", ".", f"c{_NBSP}n", "{dd}-{mm}-{y}"),
    "pt": Form(",", ".", f"c{_NBSP}n", "{dd}/{mm}/{y}"),
    "pt-PT": Form(",", _NBSP, f"n{_NBSP}c", "{dd}/{mm}/{y}", least=2),
    "pl": Form(",", _NBSP, f"n{_NBSP}c", "{d}.{mm}.{y}", least=2),
    "cs": Form(",", _NBSP, f"n{_NBSP}c", "{d}. {m}. {y}"),
    "sk": Form(",", _NBSP, f"n{_NBSP}c", "{d}. {m}. {y}"),
    "hu": Form(",", _NBSP, f"n{_NBSP}c", "{y}. {mm}. {dd}.", least=1),
    "ro": _DE,
    "sv": Form(",", _NBSP, f"n{_NBSP}c", "{y}-{mm}-{dd}"),
    "da": _DE,
    "nb": _NORTH,
    "fi": Form(",", _NBSP, f"n{_NBSP}c", "{d}.{m}.{y}"),
    "ru": _NORTH,
    "uk": _NORTH,
    "tr": Form(",", ".", "cn", "{dd}.{mm}.{y}"),
    "el": Form(",", ".", f"n{_NBSP}c", "{d}/{m}/{y}"),
    "he": Form(".", ",", f"n{_NBSP}c", "{d}.{m}.{y}"),
    "ar": Form(".", ",", f"n{_NBSP}c", "{d}/{m}/{y}"),
    "ja": _EAST,
    "zh": _EAST,
    "ko": Form(".", ",", "cn", "{y}. {m}. {d}."),
}
_SIGNS: Final = {
    "EUR": "€",
    "USD": "$",
    "GBP": "£",
    "JPY": "¥",
    "PLN": "zł",
    "CZK": "Kč",
    "SEK": "kr",
    "NOK": "kr",
    "DKK": "kr.",
    "HUF": "Ft",
    "BRL": "R$",
    "INR": "₹",
    "KRW": "₩",
    "TRY": "₺",
    "ILS": "₪",
    "UAH": "₴",
}
"""Signs that readers of prices know; any other currency is named by its code, as are dollars other than the US ones."""


def form_of(locale: str) -> Form:
    """How a locale writes."""
    return FORMS.get(locale) or FORMS.get(locale.partition("-")[0]) or _EN


def number(amount: Decimal, decimals: int, locale: str) -> str:
    """A number with so many decimals, halves away from zero."""
    form = form_of(locale)
    digits = format(abs(amount).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP), "f")
    whole, _, fraction = digits.partition(".")
    if len(whole) >= 3 + form.least:
        head = len(whole) % 3
        parts = ([whole[:head]] if head else []) + [whole[at : at + 3] for at in range(head, len(whole), 3)]
        whole = form.group.join(parts)
    sign = "-" if amount < 0 else ""
    return f"{sign}{whole}{form.point}{fraction}" if fraction else f"{sign}{whole}"


def money(amount: Decimal, currency: str, decimals: int, locale: str) -> str:
    """An amount of a currency, with the sign where readers know it, else with the code and a space."""
    form = form_of(locale)
    sign = _SIGNS.get(currency, currency)
    pattern = form.money
    if sign.isascii() and sign.isalpha() and pattern == "cn":
        pattern = f"c{_NBSP}n"
    said = number(abs(amount), decimals, locale)
    minus = "-" if amount < 0 else ""
    return minus + "".join({"n": said, "c": sign}.get(letter, letter) for letter in pattern)


def day(of: date, locale: str) -> str:
    """A date in digits."""
    return form_of(locale).day.format(y=of.year, m=of.month, d=of.day, mm=f"{of.month:02d}", dd=f"{of.day:02d}")
