"""What the words before an amount say."""

import pytest

from chalicelib.receipts.reading import labels


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Grand Total", labels.TOTAL), ("TOTAL INCL. GST@6%", labels.TOTAL), ("Total Rounded", labels.TOTAL),
        ("TOTAL (GST INCL)", labels.TOTAL), ("Amount Due", labels.TOTAL), ("Zu zahlen", labels.TOTAL),
        ("Net à payer", labels.TOTAL), ("Totale complessivo", labels.TOTAL), ("Te betalen", labels.TOTAL),
        ("Item 2 Total with GST", labels.TOTAL), ("TOTAL", labels.SUM), ("T0TAL:", labels.SUM), ("Jumlah", labels.SUM),
        ("Summe EUR", labels.SUM), ("Totaal", labels.SUM), ("Importe", labels.SUM), ("Tatal", labels.SUM),
        ("IUIAL", labels.SUM), ("Sub Total", labels.SUBTOTAL), ("Zwischensumme", labels.SUBTOTAL),
        ("Sous-total", labels.SUBTOTAL), ("SubTatal", labels.SUBTOTAL), ("Total (Excluding GST)", labels.NET),
        ("GST 6%", labels.TAX), ("Total GST", labels.TAX), ("MwSt 19%", labels.TAX), ("TVA 20%", labels.TAX),
        ("IVA", labels.TAX), ("Rounding Adj", labels.ROUNDING), ("Qty 4 Rounding", labels.ROUNDING),
        ("Discount", labels.DISCOUNT), ("Rabatt", labels.DISCOUNT), ("Service Charge 10%", labels.SERVICE),
        ("CASH", labels.CASH), ("Tunai", labels.CASH), ("Espèces", labels.CASH), ("Cash Tendered", labels.CASH),
        ("VISA", labels.CARD), ("Kreditkarte", labels.CARD), ("CHANGE", labels.CHANGE), ("Rückgeld", labels.CHANGE),
        ("Baki", labels.CHANGE), ("Total Qty", labels.OTHER), ("Total Saving", labels.OTHER), ("Points", labels.OTHER),
        ("SARDINES", labels.ITEM), ("CASHEW NUTS", labels.ITEM), ("", labels.ITEM), ("RM", labels.ITEM),
    ],
)  # fmt: skip
def test_a_label_says_what_its_amount_is(text, kind):
    assert labels.kind_of(text) == kind
