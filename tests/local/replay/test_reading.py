"""Histories are read exactly, in the layouts that are promised, and what is wrong is named by line and column."""

from datetime import date, time
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from chalicelib.local.replay.history import Purchase
from chalicelib.local.replay.reading import BadHistory, Layout, read

UTC = ZoneInfo("UTC")
SAMPLE = Path(__file__).parents[4] / "shared" / "data" / "cdnow" / "CDNOW_sample.txt"


def history(tmp_path: Path, text: str | bytes, zone: ZoneInfo = UTC, **layout):
    file = tmp_path / "history.csv"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read(file, Layout(**layout), zone)


def refusal(tmp_path: Path, text: str | bytes, **layout) -> str:
    with pytest.raises(BadHistory) as refused:
        history(tmp_path, text, **layout)
    return str(refused.value)


def test_the_cdnow_layout_is_recognised(tmp_path):
    found = history(tmp_path, " 00004 0001 19970101  2   29.33\r\n 00004 0001 19970118  2    0.00\r\n")

    assert list(found.purchases) == [
        Purchase(1, "00004", date(1997, 1, 1), Decimal("29.33"), Decimal(2)),
        Purchase(2, "00004", date(1997, 1, 18), Decimal("0.00"), Decimal(2)),
    ]


def test_the_cdnow_layout_without_the_sample_number_is_recognised(tmp_path):
    found = history(tmp_path, "00001 19970101 1 11.77\n")

    assert found.purchases[0] == Purchase(1, "00001", date(1997, 1, 1), Decimal("11.77"), Decimal(1))


def test_the_whole_cdnow_sample_is_read():
    if not SAMPLE.exists():
        pytest.skip(f"{SAMPLE.name} is not beside the repository")

    found = read(SAMPLE, Layout(), UTC)

    assert (len(found.purchases), len(found.orders_by_customer)) == (6919, 2357)
    assert sum(purchase.amount for purchase in found.purchases) == Decimal("244091.94")
    assert (found.first_day, found.last_day) == (date(1997, 1, 1), date(1998, 6, 30))


@pytest.mark.parametrize(
    "text",
    [
        "Customer ID,Order Date,Total\nann,2026-03-01,12.50\n",
        "Total;order_date;client\n12.50;2026-03-01;ann\n",
        "customer\tdate\tqty\tamount\nann\t20260301\t1\t$12.50\n",
        '\ufeffcustomer,date,amount\n\n"ann",2026/03/01,12.50\n',
        "ann,2026-03-01,12.50\n",
        "ann,2026-03-01T09:30:00,12.50,1\n",
    ],
)
def test_a_csv_is_understood_by_its_header_or_its_usual_order(tmp_path, text):
    found = history(tmp_path, text).purchases[0]

    assert (found.customer, found.day, found.amount, found.quantity) == ("ann", date(2026, 3, 1), Decimal("12.50"), 1)


def test_columns_are_named_by_options(tmp_path):
    text = "no,who,when,paid,pieces\n1,ann,2026-03-01,12.50,3\n"
    named = {"customer": "WHO", "date": "when", "amount": "4", "quantity": "pieces"}

    found = history(tmp_path, text, columns=named).purchases[0]

    assert (found.line, found.customer, found.amount, found.quantity) == (2, "ann", Decimal("12.50"), 3)


@pytest.mark.parametrize("first", ["", "who,what,when,paid\n"])
def test_columns_are_named_by_numbers_with_and_without_a_header(tmp_path, first):
    numbered = {"customer": "1", "date": "3", "amount": "4"}

    found = history(tmp_path, f"{first}ann,tea,2026-03-01,12.50\n", columns=numbered)

    assert [purchase.customer for purchase in found.purchases] == ["ann"]


def test_dates_take_a_form_of_their_own(tmp_path):
    found = history(tmp_path, "customer,date,amount\nann,31/12/2025,1\n", date_format="%d/%m/%Y")

    assert found.first_day == date(2025, 12, 31)


def test_a_time_with_an_offset_belongs_to_the_day_of_the_programme(tmp_path):
    text = "customer,date,amount\nann,2026-03-01T03:30:00Z,1\n"

    found = history(tmp_path, text, ZoneInfo("America/New_York")).purchases[0]

    assert (found.day, found.at) == (date(2026, 2, 28), time(22, 30))


def test_a_decimal_comma_is_read_when_it_is_announced(tmp_path):
    found = history(tmp_path, "customer;date;amount\nann;2026-03-01;1.234,50\n", decimal_comma=True)

    assert found.purchases[0].amount == Decimal("1234.50")


def test_purchases_come_in_the_order_of_time_and_then_of_lines(tmp_path):
    text = "customer,date,amount\nc,2026-03-02,1\na,2026-03-01 18:00:00,1\nb,2026-03-01 09:00:00,1\nc,2026-03-02,2\n"

    found = history(tmp_path, text)

    assert [(each.customer, each.line) for each in found.purchases] == [("b", 4), ("a", 3), ("c", 2), ("c", 5)]
    assert [each.order_id for each in found.orders_by_customer["c"]] == ["line-2", "line-5"]


def test_spellings_that_the_api_takes_for_one_member_are_one_customer(tmp_path):
    found = history(tmp_path, "customer,date,amount\nAnn@x.test,2026-03-01,1\nann@X.test,2026-03-02,2\n")

    assert list(found.orders_by_customer) == ["Ann@x.test"]


@pytest.mark.parametrize(
    ("row", "column", "sentence"),
    [
        (",2026-03-01,1", "1 (customer)", "the customer is missing"),
        ("x" * 256 + ",2026-03-01,1", "1 (customer)", "1 to 255"),
        ("ann,2026-02-30,1", "2 (date)", "is not a date"),
        ("ann,01.03.2026,1", "2 (date)", "--date-format"),
        ("ann,1066-10-14,1", "2 (date)", "1971"),
        ("ann,2026-03-01,many", "3 (amount)", "is not an amount"),
        ("ann,2026-03-01,NaN", "3 (amount)", "is not an amount"),
        ("ann,2026-03-01,1e5", "3 (amount)", "is not an amount"),
        ('ann,2026-03-01,"12,5"', "3 (amount)", "--decimal-comma"),
        ("ann,2026-03-01,-1", "3 (amount)", "below zero"),
        ("ann,2026-03-01,1.0000001", "3 (amount)", "6 decimals"),
        ("ann,2026-03-01", "3 (amount)", "only 2 columns"),
        ("ann,2026-03-01,1,-2", "4 (quantity)", "is not a quantity"),
    ],
)
def test_what_is_wrong_is_named_by_line_and_column(tmp_path, row, column, sentence):
    said = refusal(tmp_path, f"customer,date,amount,quantity\nben,2026-01-01,5,1\n{row}\n")

    assert f"line 3, column {column}: " in said
    assert sentence in said


def test_all_that_is_wrong_is_said_at_once_up_to_a_limit(tmp_path):
    said = refusal(tmp_path, "customer,date,amount\n" + "ann,never,nothing\n" * 30)

    assert len(said.splitlines()) == 21
    assert said.endswith("... and 40 more.")


@pytest.mark.parametrize(
    ("text", "layout", "sentence"),
    [
        ("", {}, "no purchase"),
        ("customer,date,amount\n", {}, "no purchase"),
        ("a,b,c,d,e\n1,2,3,4,5\n", {}, "--customer-column"),
        ("who,when,paid\nann,2026-03-01,1\n", {"columns": {"customer": "who", "date": "day"}}, "no column 'day'"),
        ("customer,when,amount\nann,2026-03-01,1\n", {}, "--date-column"),
        (b"customer,date,amount\n\xe4nn,2026-03-01,1\n", {}, "line 2"),
        ("customer,date,amount\nann,2026-03-01,1\n", {"encoding": "klingon"}, "no encoding"),
        ('customer,date,amount\n"ann,2026-03-01,1\n', {}, "line 2"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused(tmp_path, text, layout, sentence):
    assert sentence in refusal(tmp_path, text, **layout)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(BadHistory, match="No such file"):
        read(tmp_path / "nowhere.csv", Layout(), UTC)
