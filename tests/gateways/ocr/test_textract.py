"""Textract's answers, of the documented shape, become the same pages and readings."""

import io
from datetime import date
from decimal import Decimal
from typing import Any

import botocore.session
import pytest
from botocore.exceptions import ClientError, ReadTimeoutError
from botocore.stub import ANY, Stubber
from PIL import Image

from chalicelib.gateways import ocr
from chalicelib.gateways.ocr import textract
from chalicelib.receipts.judging import judge
from chalicelib.receipts.reading.reading import read
from tests.receipts.layouts import GROCER, TODAY, page

WIDTH, HEIGHT = 600, 900


def geometry(left: float = 0.1, top: float = 0.1, width: float = 0.2, height: float = 0.02) -> dict[str, Any]:
    corners = [(left, top), (left + width, top), (left + width, top + height), (left, top + height)]
    return {
        "BoundingBox": {"Left": left, "Top": top, "Width": width, "Height": height},
        "Polygon": [{"X": across, "Y": down} for across, down in corners],
    }


def field(kind: str, text: str, *, sure: float = 97.0, label: str = "", **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = {
        "Type": {"Text": kind, "Confidence": sure},
        "ValueDetection": {"Text": text, "Confidence": sure, "Geometry": geometry()},
        "PageNumber": 1,
        **more,
    }
    if label:
        found["LabelDetection"] = {"Text": label, "Confidence": sure, "Geometry": geometry()}
    return found


def item(**texts: str) -> dict[str, Any]:
    return {"LineItemExpenseFields": [field(kind, text) for kind, text in texts.items()]}


def blocks_of(text: str) -> list[dict[str, Any]]:
    """The words of a receipt as blocks, geometry in shares of the page."""
    made = page(text)
    blocks: list[dict[str, Any]] = [{"BlockType": "PAGE", "Id": "p", "Geometry": geometry(0, 0, 1, 1)}]
    for number, word in enumerate(made.words):
        box = word.box
        place = geometry(box.left / WIDTH, box.top / HEIGHT, box.width / WIDTH, box.height / HEIGHT)
        blocks += (
            {"BlockType": kind, "Id": f"{kind}{number}", "Text": word.text, "Confidence": 98.5, "Geometry": place}
            for kind in ("LINE", "WORD")
        )
    return blocks


def answer(**changes: Any) -> dict[str, Any]:
    document = {
        "ExpenseIndex": 1,
        "SummaryFields": [
            field("VENDOR_NAME", "GREEN VALLEY\nMART SDN BHD", GroupProperties=[{"Types": ["VENDOR"], "Id": "g1"}]),
            field("NAME", "SOMEBODY ELSE", GroupProperties=[{"Types": ["RECEIVER_BILL_TO"], "Id": "g2"}]),
            field("VENDOR_ADDRESS", "NO 12, JALAN ANGGERIK 3"),
            field("INVOICE_RECEIPT_DATE", "14/03/2026", label="DATE:"),
            field("INVOICE_RECEIPT_ID", "GV-100234"),
            field("TOTAL", "RM50.85", label="TOTAL", Currency={"Code": "MYR", "Confidence": 90.0}),
            field("TAX", "2.88"),
            field("OTHER", "03-5551234", label="TEL"),
        ],
        "LineItemGroups": [
            {
                "LineItemGroupIndex": 1,
                "LineItems": [
                    item(ITEM="RICE 5KG", QUANTITY="2", UNIT_PRICE="14.50", PRICE="29.00", EXPENSE_ROW="RICE 5KG 2"),
                    item(ITEM="SARDINES", QUANTITY="3", PRICE="12.60"),
                    item(ITEM="TEA", PRICE="6.36"),
                    item(ITEM="NO PRICE"),
                ],
            }
        ],
        "Blocks": blocks_of(GROCER),
        **changes,
    }
    return {"DocumentMetadata": {"Pages": 1}, "ExpenseDocuments": [document]}


@pytest.fixture
def stub(monkeypatch: pytest.MonkeyPatch):
    client = botocore.session.get_session().create_client("textract", region_name="eu-west-1")
    monkeypatch.setattr(textract, "client", lambda: client)
    with Stubber(client) as stubber:
        yield stubber


def picture() -> bytes:
    output = io.BytesIO()
    Image.new("RGB", (WIDTH, HEIGHT), "white").save(output, "JPEG")
    return output.getvalue()


@pytest.mark.proves("A018")
def test_a_receipt_read_in_the_cloud_is_understood_like_one_read_on_a_laptop(stub):
    stub.add_response("analyze_expense", answer(), {"Document": {"Bytes": picture()}})

    (look,) = textract.looks(picture())
    found = read(look, TODAY)

    assert (found.shop.value, found.day.value, found.number.value) == (
        "GREEN VALLEY MART SDN BHD",
        date(2026, 3, 14),
        "GV-100234",
    )
    assert (found.total.value, found.currency) == (Decimal("50.85"), "MYR")
    assert [(line.name, line.quantity, line.amount) for line in found.lines] == [
        ("RICE 5KG", 2, Decimal("29.00")),
        ("SARDINES", 3, Decimal("12.60")),
        ("TEA", 1, Decimal("6.36")),
    ]
    assert {each.code for each in found.evidence} >= {"payment", "parts", "lines", "reader"}
    assert judge(found).is_awarded


def test_boxes_are_pixels_of_the_picture():
    look = textract.page_of(answer(), WIDTH, HEIGHT)
    total = next(word for word in look.words if word.text == "50.85")
    hint = next(hint for hint in look.hints if hint.kind == "total")

    assert (total.box.left, total.box.top) == pytest.approx((340, 470))
    assert (total.box.right, total.box.bottom) == pytest.approx((390, 490))
    assert (hint.boxes[0].left, hint.boxes[0].top) == (60, 90)
    assert hint.confidence == pytest.approx(0.97)


def test_what_textract_names_is_evidence_and_our_own_reading_may_speak_against_it():
    wrong = [field("TOTAL", "29.00"), field("INVOICE_RECEIPT_DATE", "14/03/2026")]

    found = read(textract.page_of(answer(SummaryFields=wrong), WIDTH, HEIGHT), TODAY)

    assert found.total.value == Decimal("50.85")
    assert not judge(found).is_awarded


def test_named_fields_alone_are_read_where_no_words_came():
    found = read(textract.page_of(answer(Blocks=[]), WIDTH, HEIGHT), TODAY)

    assert found.total.value == Decimal("50.85")
    assert found.day.value == date(2026, 3, 14)
    assert found.shop.value == "GREEN VALLEY MART SDN BHD"


def test_of_two_receipts_in_a_picture_the_first_is_read_and_a_human_looks():
    two = answer()
    two["ExpenseDocuments"].append({"ExpenseIndex": 2, "SummaryFields": [field("TOTAL", "9.99")], "Blocks": []})

    found = read(textract.page_of(two, WIDTH, HEIGHT), TODAY)

    assert found.total.value == Decimal("50.85")
    assert [reason.code for reason in judge(found).reasons] == ["several-receipts"]


def test_an_answer_without_a_receipt_is_an_empty_page():
    look = textract.page_of({"DocumentMetadata": {"Pages": 1}, "ExpenseDocuments": []}, WIDTH, HEIGHT)

    assert (look.words, look.hints, look.lines) == ((), (), ())


def test_a_picture_in_s3_is_named_and_not_sent(stub):
    stub.add_response("analyze_expense", answer(), {"Document": {"S3Object": {"Bucket": "uploads", "Name": "r/1.jpg"}}})

    look = textract.look_at_stored("uploads", "r/1.jpg", width=WIDTH, height=HEIGHT)

    assert look.words


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("ThrottlingException", ocr.ReaderFailed),
        ("ProvisionedThroughputExceededException", ocr.ReaderFailed),
        ("InternalServerError", ocr.ReaderFailed),
        ("UnsupportedDocumentException", ocr.ReaderRefused),
        ("BadDocumentException", ocr.ReaderRefused),
        ("AccessDeniedException", ClientError),
    ],
)
def test_failures_tell_what_may_help(stub, code, expected):
    stub.add_client_error("analyze_expense", code, expected_params={"Document": {"Bytes": ANY}})

    with pytest.raises(expected):
        list(textract.looks(picture()))


def test_a_reader_out_of_reach_may_be_asked_again(monkeypatch):
    class Silent:
        def analyze_expense(self, **_: object) -> None:
            raise ReadTimeoutError(endpoint_url="textract")

    monkeypatch.setattr(textract, "client", Silent)

    with pytest.raises(ocr.ReaderFailed, match="ReadTimeoutError"):
        list(textract.looks(picture()))


def test_the_client_is_made_at_first_use_with_deadlines():
    made = textract.client()

    assert made.meta.config.read_timeout == textract.READ_SECONDS_MAX
    assert textract.client() is made


def test_the_reader_is_chosen_by_the_environment(monkeypatch):
    monkeypatch.setattr("chalicelib.settings.OCR", "textract")
    ocr.chosen.cache_clear()

    assert ocr.chosen() is textract
    ocr.chosen.cache_clear()
