"""Paper receipts: which shops and products count, how sure a reading must be, and what shoppers are told."""

from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Annotated, Final, Literal

from pydantic import Field, StrictBool

from chalicelib.programme.fields import Exact, Few, Matching, Text, Whole
from chalicelib.programme.section import Days, DefinitionId, Display, Money, Name, Problem, Section

RETAILERS_MAX: Final = 300
PRODUCTS_MAX: Final = 1_000
NAMES_MAX: Final = 20
"""Other spellings of one shop or product."""
LIMITS_MAX: Final = 3
TEXTS_MAX: Final = 60
CURRENCIES_MAX: Final = 10

Share = Annotated[Decimal, Exact("0", "1", 3)]
Barcode = Annotated[str, Matching("[0-9A-Za-z-]{4,40}", "4 to 40 letters, digits or -")]
Currency = Annotated[str, Matching("[A-Z]{3}", "an ISO 4217 code of three capital letters")]
Names = Annotated[tuple[Name, ...], Few(NAMES_MAX)]


class Retailer(Section):
    """A shop whose receipts are accepted."""

    retailer_id: DefinitionId
    name: Name
    aliases: Names = ()
    """Other names that its tills print."""
    addresses: Annotated[tuple[Display, ...], Few(NAMES_MAX)] = ()
    """Where its branches are; they help where a name is read badly."""
    tax_ids: Names = ()
    """Tax or registration numbers as its tills print them: one of them on a receipt settles whose it is."""
    store_id: Annotated[str, Text(255, 0)] = ""
    """The store that its orders name."""


class ReceiptProduct(Section):
    """A product that counts on a receipt."""

    product_id: Annotated[str, Text(255)]
    names: Annotated[tuple[Name, ...], Few(NAMES_MAX, 1)]
    """As tills print it."""
    barcodes: Annotated[tuple[Barcode, ...], Few(NAMES_MAX)] = ()


class ReceiptLimit(Section):
    """How many receipts of a member are paid by themselves in a period."""

    times: Annotated[int, Whole(1, 10_000)]
    period: Literal["day", "week", "month"]


class ReceiptText(Section):
    """What a shopper reads for a reason, in place of our own words."""

    code: Annotated[str, Matching("[a-z]+(-[a-z]+)*", "the code of a reason, for example same-receipt")]
    text: Annotated[str, Text(500)]


class ReceiptReading(Section):
    """How sure a reading must be to be paid without a human."""

    total_confidence: Share = Decimal("0.6")
    date_confidence: Share = Decimal("0.75")
    shop_confidence: Share = Decimal("0.5")
    total_max: Money = Decimal(5_000)
    """A higher total is looked at by a human."""


class ReceiptMatching(Section):
    """How alike a printed name and a listed one must be: at least ``sure`` for certain, ``perhaps`` for a human."""

    sure: Share = Decimal("0.85")
    perhaps: Share = Decimal("0.6")


class Receipts(Section):
    """Everything about receipts; as it stands by default every shop is accepted and the whole total counts."""

    auto_approve: StrictBool = True
    """Whether what is sure is paid without a human."""
    retailers: Annotated[tuple[Retailer, ...], Few(RETAILERS_MAX)] = ()
    """Without any, every shop is accepted."""
    unknown_retailers: Literal["reject", "moderate"] = "moderate"
    products: Annotated[tuple[ReceiptProduct, ...], Few(PRODUCTS_MAX)] = ()
    """Only these go into the order, the others are dropped (annex-api-2, section 11); without any, the total does."""
    purchase: Literal["lines", "total"] = "lines"
    """``total``: one listed product is enough, and the whole total counts."""
    total_product_id: Annotated[str, Text(255)] = "receipt"
    """The product of an order that is made of the total alone."""
    max_age_days: Days = 0
    """How old a receipt may be when it is sent; 0 for any age."""
    minimum_total: Money = Decimal(0)
    currencies: Annotated[tuple[Currency, ...], Few(CURRENCIES_MAX)] = ()
    """Whose amounts are taken one for one; without any, the programme's own."""
    limits: Annotated[tuple[ReceiptLimit, ...], Few(LIMITS_MAX)] = ()
    uploads_per_day: Annotated[int, Whole(1, 1_000)] = 20
    """Pictures that a member may send a day, whatever becomes of them."""
    reading: ReceiptReading = Field(default_factory=ReceiptReading)
    matching: ReceiptMatching = Field(default_factory=ReceiptMatching)
    texts: Annotated[tuple[ReceiptText, ...], Few(TEXTS_MAX)] = ()

    @property
    def text_by_code(self) -> dict[str, str]:
        """What shoppers read, by the code of a reason."""
        return {each.code: each.text for each in self.texts}


def problems(receipts: Receipts, decimals: int) -> Iterator[Problem]:
    """What one field cannot know of another; ``decimals`` are those of the programme's currency."""
    yield from _repeated("retailers", "retailerId", (each.retailer_id for each in receipts.retailers))
    yield from _repeated("products", "productId", (each.product_id for each in receipts.products))
    yield from _repeated("limits", "period", (each.period for each in receipts.limits))
    yield from _repeated("texts", "code", (each.code for each in receipts.texts))
    if receipts.matching.perhaps > receipts.matching.sure:
        yield Problem("receipts.matching.perhaps", "is at most sure")
    for name, amount in (("minimumTotal", receipts.minimum_total), ("reading.totalMax", receipts.reading.total_max)):
        exponent = amount.as_tuple().exponent
        if isinstance(exponent, int) and -exponent > decimals:
            yield Problem(f"receipts.{name}", f"has at most {decimals} decimals, as the currency")


def _repeated(listed: str, field: str, ids: Iterable[str]) -> Iterator[Problem]:
    counted = Counter[str]()
    for place, each in enumerate(ids):
        counted[each] += 1
        if counted[each] > 1:
            yield Problem(f"receipts.{listed}[{place}].{field}", f"is given twice: {each}")
