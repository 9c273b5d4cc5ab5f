"""What was bought."""

from decimal import Decimal

from chalicelib.receipts.reading.reading import read
from chalicelib.recognised import HintedLine, Page
from tests.receipts.layouts import GROCER, TODAY, page, reading


def bought(text: str) -> list[tuple[str, Decimal, Decimal | None, Decimal]]:
    return [(line.name, line.quantity, line.unit_price, line.amount) for line in reading(text).lines]


def test_columns_give_quantity_price_and_amount():
    assert bought(GROCER) == [
        ("RICE 5KG", 2, Decimal("14.50"), Decimal("29.00")),
        ("SARDINES", 3, Decimal("4.20"), Decimal("12.60")),
        ("TEA", 1, Decimal("6.36"), Decimal("6.36")),
    ]


def test_a_name_may_stand_above_its_amounts():
    text = "SHOP\nLTD\nJALAN 1\nTEL 12\nITEM  QTY  PRICE  AMOUNT\nCEMENT BLOCK\n9071872  2 X 1.60  3.20\nTOTAL  3.20"

    assert bought(text) == [("CEMENT BLOCK", 2, Decimal("1.60"), Decimal("3.20"))]


def test_a_discount_among_the_lines_is_taken_off():
    text = "SHOP\nLTD\nJALAN 1\nTEL 12\nITEM  QTY  AMOUNT\nTEA  1  5.00\nDISCOUNT  1.00\nTOTAL  4.00"

    found = reading(text)

    assert [line.amount for line in found.lines] == [Decimal("5.00"), Decimal("-1.00")]
    assert "lines" in {each.code for each in found.evidence}


def test_lines_of_a_reader_that_knows_receipts_come_first():
    hinted = (
        HintedLine("TEA", "2", "$3.00", "$6.00", 0.9),
        HintedLine("MILK", "", "2.50", "5.00", 0.9),
        HintedLine("NOTHING", "", "", "free", 0.9),
    )
    plain = page("SHOP\nTOTAL  11.00")

    found = read(Page(plain.words, plain.width, plain.height, lines=hinted), TODAY)

    assert [(line.name, line.quantity, line.amount) for line in found.lines] == [
        ("TEA", 2, Decimal("6.00")),
        ("MILK", 2, Decimal("5.00")),
    ]
