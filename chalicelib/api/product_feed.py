"""The product feed: a CSV file put into the catalogue, and a sample that shows its format."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

from typing_extensions import TypedDict

from chalicelib.api import fields
from chalicelib.api.fields import Body
from chalicelib.api.routing import Request, Routes
from chalicelib.catalog.feeding import service as feeding
from chalicelib.catalog.feeding import sheet
from chalicelib.catalog.feeding.service import Fed
from chalicelib.catalog.feeding.sheet import Feed
from chalicelib.dynamo.idempotency import Known

routes: Final = Routes(__name__, "Product")
CLASH: Final = "wanted at least productMinimumLimit, which one of the product itself contradicts"


class FeedBody(Body):
    """The text of a CSV file."""

    csv: Annotated[str, fields.text_up_to(sheet.CHARACTERS_MAX)]


class FeedFault(TypedDict):
    """A cell that cannot be taken; ``column`` is empty where the whole row is wrong."""

    line: int
    column: str
    reason: str


class FeedAnswer(TypedDict):
    """What came of a feed; ``faults`` are the first thousand."""

    siteId: str
    accepted: int
    refused: int
    created: int
    updated: int
    unchanged: int
    faults: list[FeedFault]


class FeedColumn(TypedDict):
    """A column of the file, and what its cells may hold."""

    column: str
    wanted: str
    required: bool


class FeedSample(TypedDict):
    """A file that shows the format."""

    siteId: str
    fileName: str
    csv: str
    columns: list[FeedColumn]


def _fed_again(request: Request, known: Known) -> Mapping[str, Any]:
    return _answer(request, sheet.read(request.body.csv), feeding.fed(known.ref))


@routes.add("POST", "/productfeed", scope="programme:write", body=FeedBody, response=FeedAnswer, again=_fed_again)
def feed_products(request: Request) -> Mapping[str, Any]:
    """Create and change products by a CSV file.

    csv is the text of a file with the names of the columns in its first line (GET /productfeed shows them all) and a
    product a line. Columns that the file lacks stay as they are at products that are there. A row with a wrong cell is
    refused with its line and column; all others are taken. At most 10,000 products a call: send a larger file in
    parts. With dryRun=true the file is only checked.
    """
    read = sheet.read(request.body.csv)
    return _answer(request, read, feeding.feed(request.site, request.command(), read))


@routes.add("GET", "/productfeed", scope="programme:read", response=FeedSample)
def get_product_feed(request: Request) -> Mapping[str, Any]:
    """Read a sample of the product feed, and what each of its columns may hold."""
    return {
        "siteId": request.site,
        "fileName": "products.csv",
        "csv": sheet.sample(),
        "columns": [
            {"column": each.name, "wanted": each.wants, "required": each.name == sheet.ID} for each in sheet.COLUMNS
        ],
    }


def _answer(request: Request, read: Feed, done: Fed) -> dict[str, Any]:
    faults = (*read.faults, *(sheet.Fault(line, sheet.MOST, CLASH) for line in done.clashing))[: sheet.FAULTS_MAX]
    return {
        "siteId": request.site,
        "accepted": len(read.rows) - len(done.clashing),
        "refused": read.refused + len(done.clashing),
        "created": done.created,
        "updated": done.updated,
        "unchanged": done.unchanged,
        "faults": [{"line": each.line, "column": each.column, "reason": each.text} for each in faults],
    }
