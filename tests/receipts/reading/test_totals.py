"""Which amount is the total, and why."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.receipts.judging import is_total_sure
from tests.receipts.layouts import GROCER, reading

CENTS = st.decimals(min_value=Decimal("0.05"), max_value=Decimal(900), places=2, allow_nan=False)


def codes(found) -> set[str]:
    return {each.code for each in found.evidence}


def test_the_total_of_a_whole_receipt_is_proved_in_several_ways():
    found = reading(GROCER)

    assert found.total.value == Decimal("50.85")
    assert codes(found) >= {"payment", "parts", "lines"}
    assert found.rivals == ()
    assert is_total_sure(found)


@pytest.mark.parametrize(
    ("text", "total"),
    [
        ("TOTAL  10.00\nCASH  50.00\nCHANGE  40.00", "10.00"),
        ("SUBTOTAL  10.02\nROUNDING  -0.02\nTOTAL  10.00", "10.00"),
        ("TOTAL SALES INCL GST  10.02\nROUNDING ADJ  -0.02\nROUNDED TOTAL  10.00\nVISA  10.00", "10.00"),
        (
            "SUB TOTAL  79.60\nDISCOUNT  -30.00\nTOTAL AMOUNT  49.60\nSERV CHARGE  4.96\nGST  3.27\nTOTAL  57.83",
            "57.83",
        ),
        ("Total 6% supplies (Inc. GST)  25.44\nTotal 0% supplies  7.61\nTotal Payable  33.05", "33.05"),
        ("Summe  12,40\nBar  20,00\nRückgeld  7,60", "12.40"),
        ("Sous-total  10,00\nTVA 20%  2,00\nTotal TTC  12,00\nCB  12,00", "12.00"),
        ("TOTAL QTY  3.00\nTOTAL  7.70\nTOTAL SAVING  1.20\nCASH  7.70", "7.70"),
        ("TOTAL\n45.00\nCASH  50.00\nCHANGE  5.00", "45.00"),
    ],
)
def test_the_total_is_what_is_to_be_paid(text, total):
    assert reading(f"SOME SHOP\n{text}").total.value == Decimal(total)


def test_amounts_of_a_table_of_taxes_are_no_totals():
    text = "SHOP\nTOTAL  106.00\nCASH  106.00\nGST SUMMARY  AMOUNT  TAX\nSR 6%  100.00  6.00\nTOTAL  100.00  6.00"

    found = reading(text)

    assert found.total.value == Decimal("106.00")
    assert codes(found) >= {"payment", "taxes"}


def test_what_was_paid_against_the_total_is_doubted():
    found = reading("SHOP\nTEA  10.00\nTOTAL  10.00\nVOUCHER  4.00\nCASH  10.00\nCHANGE  4.00")

    assert found.is_payment_other or found.total.value == Decimal("6.00")
    assert not is_total_sure(found)


def test_a_rounding_without_a_total_after_it_is_left_open():
    found = reading("SHOP\nSUBTOTAL  2.28\nTOTAL  2.28\nCASH  5.00\nROUNDING  0.02\nCHANGE  2.70")

    assert found.total.value == Decimal("2.28")
    assert found.is_rounding_open
    assert not is_total_sure(found)


def test_two_totals_that_nothing_explains_are_rivals():
    found = reading("SHOP\nTOTAL  10.00\nTOTAL  12.00")

    assert found.rivals
    assert not is_total_sure(found)


def test_a_lone_total_is_found_and_not_believed():
    found = reading("SHOP\nTOTAL  10.00")

    assert found.total.value == Decimal("10.00")
    assert not is_total_sure(found)


@given(st.lists(CENTS, min_size=1, max_size=6), st.integers(min_value=0, max_value=5000))
def test_a_receipt_that_adds_up_is_read_right(amounts, change_cents):
    total = sum(amounts)
    change = Decimal(change_cents) / 100
    lines = "\n".join(f"THING {chr(65 + at)}  {amount:.2f}" for at, amount in enumerate(amounts))

    found = reading(
        f"SHOP\nITEM  AMOUNT\n{lines}\nTOTAL  {total:.2f}\nCASH  {total + change:.2f}\nCHANGE  {change:.2f}"
    )

    assert found.total.value == total
    assert codes(found) >= {"payment", "lines"}
    assert is_total_sure(found)


@given(CENTS, CENTS, st.sampled_from([-2, -1, 0, 1, 2]))
def test_subtotal_tax_and_rounding_make_the_total(net, tax, rounding_cents):
    rounding = Decimal(rounding_cents) / 100
    total = net + tax + rounding
    text = f"SHOP\nSUB TOTAL  {net:.2f}\nGST  {tax:.2f}\nROUNDING  {rounding:.2f}\nGRAND TOTAL  {total:.2f}"

    found = reading(text)

    assert found.total.value == total
    assert "parts" in codes(found)


@given(CENTS, st.integers(min_value=1, max_value=9))
def test_one_misread_digit_is_never_believed(amount, step):
    """Where cash and lines speak against the amount at the label, the receipt is not paid by itself."""
    cents = int(amount * 100)
    misread = Decimal(cents - cents % 10 + (cents + step) % 10) / 100
    if misread == amount:
        return

    found = reading(f"SHOP\nTEA  {amount:.2f}\nTOTAL  {misread:.2f}\nCASH  {amount:.2f}\nCHANGE  0.00")

    assert not (is_total_sure(found) and found.total.value == misread)
