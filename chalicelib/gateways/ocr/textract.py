"""Reading in the cloud: Textract AnalyzeExpense, which names the fields of receipts besides recognising their words.

One call a picture, synchronous. Geometry comes as shares of the page and leaves as pixels of the upright picture.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, Final

from botocore.config import Config
from botocore.exceptions import ClientError, HTTPClientError

from chalicelib import clients
from chalicelib.gateways import ocr, pictures
from chalicelib.recognised import WORDS_MAX, Box, Hint, HintedLine, Page, Word

CONNECT_SECONDS_MAX: Final = 2
READ_SECONDS_MAX: Final = 40
ATTEMPTS_MAX: Final = 3
LINES_MAX: Final = 200
HUNDRED: Final = 100.0
"""Textract's confidence is a percentage."""
_BUSY: Final = frozenset(
    {
        "InternalServerError",
        "LimitExceededException",
        "ProvisionedThroughputExceededException",
        "ServiceUnavailable",
        "ThrottlingException",
    }
)
_REFUSED: Final = frozenset(
    {
        "BadDocumentException",
        "DocumentTooLargeException",
        "InvalidParameterException",
        "InvalidS3ObjectException",
        "UnsupportedDocumentException",
    }
)
KIND_BY_TYPE: Final = {
    "VENDOR_NAME": "shop",
    "VENDOR_ADDRESS": "address",
    "INVOICE_RECEIPT_DATE": "date",
    "INVOICE_RECEIPT_ID": "number",
    "TOTAL": "total",
    "AMOUNT_DUE": "total",
    "SUBTOTAL": "subtotal",
    "TAX": "tax",
    "SERVICE_CHARGE": "service",
    "GRATUITY": "service",
    "DISCOUNT": "discount",
    "AMOUNT_PAID": "paid",
}
"""Textract's normalized fields → what our parser takes them for; others are left to our own parser."""


def looks(data: bytes) -> Iterator[Page]:
    """The one look that a picture needs. See ``ocr.Reader``; what Textract does not take is turned into a JPEG."""
    raw, width, height = pictures.upright(data)
    yield page_of(_analysed(client(), {"Bytes": raw}), width, height)


def look_at_stored(bucket: str, name: str, *, width: int, height: int) -> Page:
    """The look at an upright JPEG or PNG in S3, of so many pixels."""
    return page_of(_analysed(client(), {"S3Object": {"Bucket": bucket, "Name": name}}), width, height)


@cache
def client() -> Any:
    """The one client, made at first use: few functions read receipts."""
    config = Config(
        connect_timeout=CONNECT_SECONDS_MAX,
        read_timeout=READ_SECONDS_MAX,
        retries={"mode": "standard", "total_max_attempts": ATTEMPTS_MAX},
    )
    return clients.client("textract", config)


def _analysed(textract: Any, document: Mapping[str, Any]) -> dict[str, Any]:
    try:
        answer: dict[str, Any] = textract.analyze_expense(Document=document)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code in _BUSY:
            raise ocr.ReaderFailed(f"Textract: {code}") from error
        if code in _REFUSED:
            raise ocr.ReaderRefused(f"Textract takes no such picture: {code}") from error
        raise
    except HTTPClientError as error:
        raise ocr.ReaderFailed(f"Textract was not reached: {type(error).__name__}") from error
    return answer


def page_of(answer: Mapping[str, Any], width: int, height: int) -> Page:
    """Words, named fields and lines of an answer. Of several receipts in one picture the first is read."""
    documents = sorted(answer.get("ExpenseDocuments", ()), key=lambda each: each.get("ExpenseIndex", 0))
    first = documents[0] if documents else {}
    fields = [field for field in first.get("SummaryFields", ()) if not _is_of_buyer(field)]
    return Page(
        words=tuple(_words(first.get("Blocks", ()), width, height)),
        width=width,
        height=height,
        hints=tuple(_hints(fields, width, height)),
        lines=tuple(_lines(first.get("LineItemGroups", ()), width, height)),
        receipts=max(1, len(documents)),
    )


def _words(blocks: Iterable[Mapping[str, Any]], width: int, height: int) -> Iterator[Word]:
    kept = 0
    for block in blocks:
        if block.get("BlockType") == "WORD" and block.get("Text") and kept < WORDS_MAX:
            kept += 1
            box, slope = _placed(block.get("Geometry", {}), width, height)
            yield Word(block["Text"], box, _share(block), slope)


def _placed(geometry: Mapping[str, Any], width: int, height: int) -> tuple[Box, float]:
    """The box in pixels, and how far the writing falls by the upper edge of its polygon."""
    bounds = geometry.get("BoundingBox", {})
    left, top = bounds.get("Left", 0.0) * width, bounds.get("Top", 0.0) * height
    box = Box(left, top, left + bounds.get("Width", 0.0) * width, top + bounds.get("Height", 0.0) * height)
    polygon = geometry.get("Polygon", ())
    if len(polygon) < 2:
        return box, 0.0
    run = (polygon[1].get("X", 0.0) - polygon[0].get("X", 0.0)) * width
    fall = (polygon[1].get("Y", 0.0) - polygon[0].get("Y", 0.0)) * height
    return box, fall / run if run > 0 else 0.0


def _share(detection: Mapping[str, Any]) -> float:
    return min(1.0, max(0.0, float(detection.get("Confidence", 0.0)) / HUNDRED))


def _type(field: Mapping[str, Any]) -> str:
    return str(field.get("Type", {}).get("Text", ""))


def _is_of_buyer(field: Mapping[str, Any]) -> bool:
    """Whether a name or an address is of whoever bought."""
    kinds = {kind for group in field.get("GroupProperties", ()) for kind in group.get("Types", ())}
    return bool(kinds) and all(kind.startswith("RECEIVER") for kind in kinds)


def _hints(fields: Iterable[Mapping[str, Any]], width: int, height: int) -> Iterator[Hint]:
    for field in fields:
        kind = KIND_BY_TYPE.get(_type(field))
        found = field.get("ValueDetection", {})
        text = " ".join(str(found.get("Text", "")).split())
        if kind and text:
            sure = min(_share(found), _share(field.get("Type", {})))
            box, _ = _placed(found.get("Geometry", {}), width, height)
            yield Hint(kind, text, sure, (box,), str(field.get("Currency", {}).get("Code", "")))


def _lines(groups: Iterable[Mapping[str, Any]], width: int, height: int) -> Iterator[HintedLine]:
    items = [item for group in groups for item in group.get("LineItems", ())]
    for item in items[:LINES_MAX]:
        fields = {_type(field): field.get("ValueDetection", {}) for field in item.get("LineItemExpenseFields", ())}
        text = {name: " ".join(str(found.get("Text", "")).split()) for name, found in fields.items()}
        if not text.get("PRICE"):
            continue
        shown = [fields[name] for name in ("ITEM", "QUANTITY", "UNIT_PRICE", "PRICE") if name in fields]
        yield HintedLine(
            name=text.get("ITEM", ""),
            quantity=text.get("QUANTITY", ""),
            unit_price=text.get("UNIT_PRICE", ""),
            amount=text["PRICE"],
            confidence=min(_share(found) for found in shown),
            boxes=tuple(_placed(found.get("Geometry", {}), width, height)[0] for found in shown),
        )
