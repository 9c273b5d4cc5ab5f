"""Prices and dates as each locale writes them."""

from datetime import date
from decimal import Decimal

import pytest

from chalicelib.photos.galleries.formats import FORMS, day, money, number

NB = "\u00a0"
CHRISTMAS = date(2026, 12, 4)


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        ("en-US", "€1,234.50"),
        ("en", "€1,234.50"),
        ("de", f"1.234,50{NB}€"),
        ("de-DE", f"1.234,50{NB}€"),
        ("de-AT", f"€{NB}1.234,50"),
        ("de-CH", f"€{NB}1\u2019234.50"),
        ("fr", f"1\u202f234,50{NB}€"),
        ("es", f"1234,50{NB}€"),
        ("pl", f"1234,50{NB}€"),
        ("nl", f"€{NB}1.234,50"),
        ("sv", f"1{NB}234,50{NB}€"),
        ("xx", "€1,234.50"),
    ],
)
@pytest.mark.proves("A073")
def test_a_price_is_written_as_people_write_it(locale, said):
    assert money(Decimal("1234.5"), "EUR", 2, locale) == said


def test_spanish_groups_from_five_digits():
    assert number(Decimal(12345), 0, "es") == "12.345"


def test_a_currency_without_a_known_sign_is_named_by_its_code():
    assert money(Decimal(5), "CAD", 2, "en") == f"CAD{NB}5.00"
    assert money(Decimal(5), "CHF", 2, "de") == f"5,00{NB}CHF"


@pytest.mark.parametrize(("amount", "said"), [("0.005", "0.01"), ("999.995", "1,000.00"), ("-3", "-3.00")])
def test_halves_are_rounded_away_from_zero(amount, said):
    assert number(Decimal(amount), 2, "en") == said


def test_money_without_decimals_has_no_point():
    assert money(Decimal("1234.4"), "JPY", 0, "ja") == "¥1,234"


@pytest.mark.parametrize(
    ("locale", "said"),
    [("en", "12/4/2026"), ("en-GB", "04/12/2026"), ("de", "04.12.2026"), ("fr-CA", "2026-12-04"), ("ja", "2026/12/04")],
)
@pytest.mark.proves("A073")
def test_a_date_is_written_as_people_write_it(locale, said):
    assert day(CHRISTMAS, locale) == said


def test_every_form_shows_year_month_and_day():
    assert all({"2026", "12", "4"} <= set(_numbers(day(CHRISTMAS, locale))) for locale in FORMS)


def _numbers(text: str) -> list[str]:
    return ["".join(part).lstrip("0") for part in "".join(c if c.isdigit() else " " for c in text).split()]
