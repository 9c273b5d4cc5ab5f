"""Totals as tills print them, each till in its own way."""

from decimal import Decimal

import pytest

from tests.receipts.layouts import reading

HEAD = """
SOME SHOP SDN BHD
(123456-A)
NO 1 JALAN SATU
41000 KLANG
TAX INVOICE
DATE: 12/03/2018 10:11
"""
TILLS = [
    pytest.param(
        """
APPLES  10.00
PEARS  16.20
SUB-TOTAL  26.20
TOTAL SALES INCL GST  26.22
ROUNDING ADJ  -0.02
TOTAL AFTER ADJ INCL GST  26.20
CASH  50.20
ITEM COUNT  4
CHANGE AMT  24.00
TAX SUMMARY
RATE  NET AMT  TAX AMT
6%  24.72  1.48
        """,
        "26.20",
        id="rounded after tax",
    ),
    pytest.param(
        """
MEAT DISH  $4.40  1  $4.40
VEGE  $3.80  1  $3.80
TOTAL AMOUNT:  $8.20
GST @0%:  $0.00
ROUNDING:  $0.00
NETT TOTAL:  $8.20
PAYMENT MODE  AMOUNT
CASH  $8.20
CHANGE  $0.00
GST SUMMARY  AMOUNT($)  TAX($)
SR @ 0%  $8.20  $0.00
        """,
        "8.20",
        id="total, net total",
    ),
    pytest.param(
        """
PEN  20.91
SUB-TOTAL:  20.91
DISCOUNT  0.00
ROUNDING ADJUSTMENT  -0.01
TOTAL AMOUNT (INCL. GST)  20.90
CASH  50
CHANGE  29.10
        """,
        "20.90",
        id="whole cash",
    ),
    pytest.param(
        """
1 TR LATTE  14.00
SUBTOTAL  RM13.21
6% GST  RM0.79
Total  RM14.00
Cash  RM50.00
Change Due  RM36.00
        """,
        "14.00",
        id="subtotal and tax",
    ),
    pytest.param(
        """
PRIMAX 95  43.67 litre  91.71
RM/L  2.100
TOTAL RM  91.71
CASH RM  100.00
CHANGE  8.29
GST RELIEF  91.71
        """,
        "91.71",
        id="petrol",
    ),
    pytest.param(
        """
BOOK  4.77
Total RM Incl. of GST  4.77
Rounding RM  -0.02
Total RM  4.75
Cash  -50.00
CHANGE  45.25
Item Count 1
        """,
        "4.75",
        id="cash as a debit",
    ),
    pytest.param(
        """
BOLT  100.00
Total Amount With GST 6% (RM)  100.00
Total GST  5.66
Rounding  0.00
Total Amount Payable  100.00
Paid Amount  100.00
Total amount w/o GST  94.34
        """,
        "100.00",
        id="payable, without tax last",
    ),
    pytest.param(
        """
MEAL  21.50
TTL  21.50
CASH  22.00
CHANGE  0.50
        """,
        "21.50",
        id="short label",
    ),
    pytest.param(
        """
MEAL  15.00
Total (Items: 3)  15.00
CASH  15.00
        """,
        "15.00",
        id="count in the label",
    ),
    pytest.param(
        """
MEAL  21.20
QTY: 5  TOTAL RM  21.20
CASH RM  50.00  CHANGE RM  28.80
        """,
        "21.20",
        id="two labels a row",
    ),
    pytest.param(
        """
Duration 2:30
Amount Paid  RM 7.00
GST 6%  RM 0.40
        """,
        "7.00",
        id="only paid",
    ),
    pytest.param(
        """
Sub Total (RM) :  10.00
Tax :  0.60
Grand Total(RM):  10.60
Payment:  CASH
Amount Tendered  20.00
Change  9.40
        """,
        "10.60",
        id="grand total",
    ),
    pytest.param(
        """
X  10.00
Total Excl. GST  9.43
Total GST  0.57
Total Incl. GST  10.00
VISA  10.00
        """,
        "10.00",
        id="without and with tax",
    ),
    pytest.param(
        """
X  10.00
Gross Amt  10.00
Disc  1.00
Nett Amt  9.00
Cash  10.00
Change  1.00
        """,
        "9.00",
        id="gross and net",
    ),
    pytest.param(
        """
X  10.00
TOTAL DUE  10.00
MASTERCARD  10.00
        """,
        "10.00",
        id="card",
    ),
    pytest.param(
        """
X  10.00
INVOICE TOTAL  10.00
TENDERED  20.00
BALANCE  10.00
        """,
        "10.00",
        id="balance as change",
    ),
    pytest.param(
        """
X  10.00
Y  5.00
TOTAL  15.00
VOUCHER  5.00
CASH  10.00
CHANGE  0.00
        """,
        "15.00",
        id="voucher",
    ),
    pytest.param(
        """
Jumlah Besar  15.00
Tunai  20.00
Baki  5.00
        """,
        "15.00",
        id="Malay",
    ),
    pytest.param(
        """
ITEM  1 X 15.00  15.00
SUBTOTAL  15.00
SERVICE TAX 6%  0.90
SERVICE CHARGE 10%  1.50
BILL TOTAL  17.40
ROUNDING  0.00
NET TOTAL  17.40
CREDIT CARD  17.40
        """,
        "17.40",
        id="service and tax",
    ),
    pytest.param(
        """
A4 PAPER  12.72 SR
Total Gross  12.72
Total Discount  0.00
Total  12.72
Rounding Adj  -0.02
Amount Due  12.70
Cash  20.00
Change  7.30
        """,
        "12.70",
        id="amount due after rounding",
    ),
    pytest.param(
        """
TOTAL EXCLUDE GST :  18.87
TOTAL GST :  1.13
TOTAL INCLUDE GST :  20.00
TOTAL SAVINGS  3.00
CASH :  20.00
        """,
        "20.00",
        id="savings after total",
    ),
    pytest.param(
        """
Amount  20.00
GST @ 6%  1.20
Total  21.20
Total Paid  50.00
Change  28.80
        """,
        "21.20",
        id="total paid is cash",
    ),
    pytest.param(
        """
MILK  5.30
GROSS TOTAL  5.30
TOTAL QTY  1
NET TTL  5.30
CASH TENDER  10.00
CASH CHANGE  4.70
        """,
        "5.30",
        id="net, short",
    ),
    pytest.param(
        """
TEA TARIK  2.00
Total (RM)  2.00
Total Taxable  1.89
Total Tax  0.11
        """,
        "2.00",
        id="no payment",
    ),
    pytest.param(
        """
SATAY  8.00
Sub-Total  8.00
Gov. Tax 6%  0.48
Rounding Adj.  0.02
TOTAL  8.50
CASH  10.00
CHANGE  1.50
GST Summary  Amt  Tax
SR(6%)  8.00  0.48
Total  8.00  0.48
        """,
        "8.50",
        id="table of taxes",
    ),
    pytest.param(
        """
Item A  5.00
TOTAL AMT  5.00
CASH  5.00
CHANGE  0.00
THANK YOU
POINTS EARNED  5.00
TOTAL POINTS  1,205.00
        """,
        "5.00",
        id="points",
    ),
    pytest.param(
        """
Net Amount  47.17
GST  2.83
Total Amount  50.00
Rounding  0.00
Grand Total  50.00
Tender  100.00
Change  50.00
        """,
        "50.00",
        id="tender",
    ),
]


@pytest.mark.parametrize(("rows", "total"), TILLS)
def test_the_total_of_each_till_is_found(rows, total):
    found = reading(HEAD + rows.strip())

    assert found.total.value == Decimal(total)
    assert found.shop.value == "SOME SHOP SDN BHD"
