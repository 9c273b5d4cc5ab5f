"""What callers say of receipts, and which form their answers have (annex-api-2, section 11)."""

import base64
import binascii
import json
from collections.abc import Mapping
from datetime import time
from decimal import Decimal
from typing import Annotated, Any, Final, NotRequired

from pydantic import BeforeValidator, Field, WithJsonSchema
from typing_extensions import TypedDict

from chalicelib.api import fields
from chalicelib.api.fields import Body
from chalicelib.api.multipart import Upload
from chalicelib.api.shapes import Number
from chalicelib.errors import Malformed
from chalicelib.receipts import purchase as purchases
from chalicelib.receipts.purchase import Bought, Purchase

LINES_MAX: Final = 200
URL_CHARACTERS_MAX: Final = 2_048


def _upload(value: object) -> Upload:
    if not isinstance(value, Upload):
        raise fields.wanted("a file in multipart/form-data; in JSON send file_url")
    return value


def _address(value: object) -> str:
    """An address as the older client sends it: in base64, of either alphabet, or as it is."""
    text = value if isinstance(value, str) else ""
    if text.lower().startswith(("https://", "http://")):
        return text
    try:
        plain = base64.b64decode(text.strip().replace("-", "+").replace("_", "/") + "=" * (-len(text.strip()) % 4))
        said = plain.decode("utf-8")
    except (ValueError, binascii.Error):
        raise fields.wanted("the address of the picture in base64") from None
    if not said or len(said) > URL_CHARACTERS_MAX:
        raise fields.wanted(f"an address of at most {URL_CHARACTERS_MAX} characters in base64")
    return said


def _clock(value: object) -> time:
    try:
        return time.fromisoformat(value if isinstance(value, str) else "").replace(tzinfo=None)
    except ValueError:
        raise fields.wanted("a time of day, for example 18:42") from None


def _amount(value: object) -> Decimal:
    number = fields.exact(value)
    if number is None or abs(number) > fields.MONEY_MAX:
        raise fields.wanted("an amount, for example 19.99; discounts are negative")
    return number


def _currency(value: object) -> str:
    text = value.strip().upper() if isinstance(value, str) else ""
    if len(text) != 3 or not text.isascii() or not text.isalpha():
        raise fields.wanted('an ISO 4217 code, for example "EUR"')
    return text


File = Annotated[Any, BeforeValidator(_upload), WithJsonSchema({"type": "string", "format": "binary"})]
Address = Annotated[str, BeforeValidator(_address), WithJsonSchema({"type": "string", "maxLength": 4_096})]
Clock = Annotated[time, BeforeValidator(_clock), WithJsonSchema({"type": "string", "examples": ["18:42"]})]
Amount = Annotated[
    Decimal, BeforeValidator(_amount), WithJsonSchema({"anyOf": [{"type": "number"}, {"type": "string"}]})
]
Currency = Annotated[str, BeforeValidator(_currency), WithJsonSchema({"type": "string", "pattern": "^[A-Za-z]{3}$"})]


class ReceiptBody(Body):
    """A picture of one receipt: a file, or the address of one."""

    user_id: fields.MemberId
    file: File | None = None
    file_url: fields.LongText | None = Field(None, alias="file_url")


class UploadIdBody(Body):
    """A picture by its address in base64, as an older app sends it."""

    email: fields.MemberId
    image_url: Address = Field(alias="image_url")


class DocumentBody(Body):
    """What the reader on the phone calls a receipt that was sent before."""

    email: fields.MemberId
    doc_id: fields.Text = Field(alias="doc_id")
    upload_id: fields.Text = Field(alias="upload_id")
    skip_validation: Annotated[str, fields.text_up_to(5)] = Field("", alias="skip_validation")

    @property
    def asks_to_skip(self) -> bool:
        """Whether the app would rather not have it moderated."""
        return self.skip_validation.strip().lower() in {"1", "true", "yes"}


class UploadTestBody(Body):
    """A picture by its address in base64."""

    email: fields.MemberId
    url: Address


class ReceiptLineBody(Body):
    """A line as a moderator sees it: the amount, or what a unit costs."""

    name: fields.Text = ""
    quantity: Annotated[Decimal, BeforeValidator(_amount), WithJsonSchema({"type": "number"})] = Decimal(1)
    unit_price: Amount | None = None
    amount: Amount | None = None
    product_id: fields.Text | None = None

    def value(self, place: int) -> Bought:
        """As the use case takes it. Raises ``Malformed``."""
        if self.quantity <= 0:
            raise Malformed(f"lines[{place}].quantity: a number above 0.")
        amount = self.amount
        if amount is None and self.unit_price is not None:
            amount = self.unit_price * self.quantity
        if amount is None:
            raise Malformed(f"lines[{place}].amount: an amount, or unitPrice.")
        return Bought(
            name=self.name,
            quantity=self.quantity,
            unit_price=self.unit_price,
            amount=amount,
            product=self.product_id or "",
        )


class ApproveBody(Body):
    """What a moderator puts in place of what was read; nothing pays it as it was read."""

    shop: fields.Text | None = None
    retailer_id: fields.Text | None = None
    date: fields.Day | None = None
    time: Clock | None = None
    number: fields.Text | None = None
    currency: Currency | None = None
    total: fields.Money | None = None
    lines: Annotated[list[ReceiptLineBody], Field(max_length=LINES_MAX)] | None = None
    note: fields.Text = ""

    def corrections(self) -> str:
        """What was given, as the use case keeps it; empty for nothing."""
        lines = None if self.lines is None else tuple(line.value(at) for at, line in enumerate(self.lines))
        plain = purchases.dump(
            Purchase(
                shop=self.shop,
                retailer=self.retailer_id,
                day=self.date,
                time_of_day=self.time,
                number=self.number,
                currency=self.currency,
                total=self.total,
                lines=lines or (),
            )
        )
        plain.pop("codes")
        if lines is None:
            plain.pop("lines")
        return json.dumps(plain, ensure_ascii=False) if plain else ""


class RejectBody(Body):
    """Why a receipt is turned down, in words that its member reads."""

    reason: Annotated[fields.Text, Field(min_length=1)]
    code: Annotated[str, fields.text_up_to(40)] = ""


class ReverseBody(Body):
    """Why an award is taken back."""

    reason: Annotated[fields.Text, Field(min_length=1)]


class PlainBody(Body):
    """Nothing needs to be said."""


class ListQuery(Body):
    """Where a list goes on."""

    before: Annotated[str, fields.text_up_to(64)] | None = None


class SentReceipt(TypedDict):
    """A receipt that was taken in."""

    submissionId: str
    receiptId: str
    status: str
    message: str


class ReceiptReason(TypedDict):
    """Why a receipt is not simply paid, in words that its member reads."""

    code: str
    text: str


class ReceiptStatus(TypedDict):
    """Where a receipt stands: Pending, Points Awarded or Rejected."""

    submissionId: str
    receiptId: str
    uploadDate: str
    pointsAwarded: Number
    status: str
    pointsOnHold: Number
    orderId: str
    reasons: list[ReceiptReason]


class MemberReceipts(TypedDict):
    """The receipts of a member, newest first; ``next`` asks on as ``before``."""

    siteId: str
    id: str
    receipts: list[ReceiptStatus]
    next: NotRequired[str]


class ReceiptForm(SentReceipt):
    """What a browser posts the picture with: every field as it is, then the picture as ``file``."""

    url: str
    fields: dict[str, str]
    bytesMax: int
    expiresInSeconds: int


class UploadId(TypedDict):
    """The number of a picture that was taken in."""

    uploadid: str
    submissionId: str
    message: str


class ReceiptDetails(TypedDict):
    """Everything that a moderator sees of a receipt."""

    siteId: str
    submissionId: str
    receiptId: str
    state: str
    status: str
    memberId: str | None
    uploadDate: str
    source: str
    documentId: str
    picture: dict[str, Any] | None
    fields: dict[str, dict[str, Any]]
    currency: str | None
    lines: list[dict[str, Any]]
    retailer: dict[str, Any] | None
    evidence: list[dict[str, str]]
    reasons: list[dict[str, str]]
    duplicates: list[dict[str, Any]]
    orderId: str | None
    pointsAwarded: Number
    pointsOnHold: Number
    history: list[dict[str, str]]
    corrections: Mapping[str, Any] | None
