"""What the shop sends for a line of the file: its amount and its quantity, to the cent and the unit."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.local.replay.history import Purchase
from chalicelib.local.replay.shop import lines

DAY = date(2026, 3, 1)
amounts = st.decimals(0, 10**6, places=2)


def sent(amount: str | Decimal, quantity: str | int | Decimal) -> list[dict[str, str]]:
    return lines(Purchase(1, "ann", DAY, Decimal(amount), Decimal(quantity)))


def test_an_even_price_is_one_product():
    assert sent("29.33", 2) == [{"id": "item", "quantity": "2", "unitPrice": "14.665"}]


def test_a_price_that_does_not_divide_is_two_products():
    assert sent("10.00", 3) == [
        {"id": "item", "quantity": "2", "unitPrice": "3.33"},
        {"id": "item-last", "quantity": "1", "unitPrice": "3.34"},
    ]


def test_an_order_of_zero_is_ordinary():
    assert sent("0", 2) == [{"id": "item", "quantity": "2", "unitPrice": "0"}]


@given(amounts, st.integers(1, 500))
def test_no_cent_and_no_unit_is_lost(amount, quantity):
    found = sent(amount, quantity)

    assert sum(Decimal(line["quantity"]) * Decimal(line["unitPrice"]) for line in found) == amount
    assert sum(Decimal(line["quantity"]) for line in found) == quantity


@given(amounts, st.decimals("0.001", 500, places=3))
def test_no_cent_is_lost_of_parts_of_units(amount, quantity):
    found = sent(amount, quantity)

    assert sum(Decimal(line["quantity"]) * Decimal(line["unitPrice"]) for line in found) == amount
