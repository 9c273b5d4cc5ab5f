"""A CSV file of products: rows taken, and faults by row and column."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.catalog.feeding import sheet
from chalicelib.errors import Malformed


def faults(text: str) -> list[tuple[int, str]]:
    return [(each.line, each.column) for each in sheet.read(text).faults]


@pytest.mark.proves("A151")
def test_the_sample_is_read_without_a_fault():
    feed = sheet.read(sheet.sample())

    assert (feed.faults, feed.refused) == ((), 0)
    assert [row.id for row in feed.rows] == ["P-100", "P-200", "P-300", "P-400", "P-500"]
    machine = feed.rows[1].fields
    assert (machine["price"], machine["ratio"], machine["bonus"]) == (Decimal("349.00"), Decimal(2), Decimal(50))
    assert (machine["has_bonus"], machine["most"], machine["category"]) == (True, Decimal(3), "machines")
    assert feed.rows[2].fields["point_type"] == "Bonus"


@pytest.mark.proves("A151")
def test_each_wrong_cell_is_named_by_its_row_and_column():
    text = (
        "productId,productPrice,productPointType,productMinimumLimit,productMaximumLimit\n"
        "P1,9.99,Yes,,\n"
        ",1,Yes,,\n"
        "P3,cheap,Maybe,,\n"
        "P4,-1,No,,\n"
        "P1,2,No,,\n"
        "P5,1,Yes,5,4\n"
        "P6,1,Yes,,,extra\n"
    )

    feed = sheet.read(text)

    assert [row.id for row in feed.rows] == ["P1"]
    assert feed.refused == 6
    assert faults(text) == [
        (3, "productId"), (4, "productPrice"), (4, "productPointType"), (5, "productPrice"), (6, "productId"),
        (7, "productMaximumLimit"), (8, ""),
    ]  # fmt: skip
    assert feed.faults[4].text == "the same product as in line 2"


def test_only_the_columns_of_the_file_are_changed():
    (row,) = sheet.read("PRODUCTID;productname\nP1;Mug\n").rows

    assert (row.id, dict(row.fields)) == ("P1", {"name": "Mug"})


def test_an_empty_cell_means_what_a_new_product_has():
    (row,) = sheet.read("productId\tproductPrice\tproductPointRatio\nP1\t\t\n").rows

    assert dict(row.fields) == {"price": None, "ratio": Decimal(1)}


def test_a_cell_may_hold_lines_and_the_line_of_a_fault_is_that_of_the_files():
    text = 'productId,description,productPrice\nP1,"two\nlines",1\nP2,,x\n'

    assert sheet.read(text).rows[0].fields["description"] == "two\nlines"
    assert faults(text) == [(4, "productPrice")]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "names of the columns"),
        ("productId\n", "names of the columns"),
        ("productName\nMug\n", "productId is missing"),
        ("productId,colour\nP1,red\n", "no column 'colour'"),
        ("productId,productId\nP1,P1\n", "stands twice"),
    ],
)
def test_what_is_no_feed_is_refused(text: str, said: str):
    with pytest.raises(Malformed, match=said):
        sheet.read(text)


def test_a_file_of_ten_thousand_products_is_read_and_one_more_is_refused():
    rows = [f"P{number}" for number in range(sheet.ROWS_MAX)]

    assert len(sheet.read("\n".join(["productId", *rows])).rows) == sheet.ROWS_MAX
    with pytest.raises(Malformed, match="send the file in parts"):
        sheet.read("\n".join(["productId", *rows, "more"]))


@pytest.mark.parametrize("cell", ["1e5", "NaN", "Infinity", "1_000", "٣", "1,5", "0.0000001", "1000001" * 5])
def test_what_is_no_plain_number_is_a_fault(cell: str):
    assert sheet.read(f"productId;productMinimumLimit\nP1;{cell}\n").refused == 1


@given(st.text(max_size=400))
def test_any_text_is_read_or_refused(text: str):
    try:
        feed = sheet.read("productId,productPrice,productName\n" + text)
    except Malformed:
        return

    assert feed.refused <= len(feed.faults) + (feed.refused if len(feed.faults) == sheet.FAULTS_MAX else 0)
    assert len({row.id for row in feed.rows}) == len(feed.rows)
