"""A CSV file of photos: which rows can be taken, and in which column the others are wrong. Pure."""

import csv
import re
from collections.abc import Mapping
from typing import Final

from chalicelib.errors import Malformed
from chalicelib.photos.photo import CAPTION_CHARACTERS_MAX
from chalicelib.values import value

ROWS_MAX: Final = 100
"""Photos of one file: each is kept by a call of its own, and the gateway waits 29 seconds."""
CHARACTERS_MAX: Final = 400_000
CELL_CHARACTERS_MAX: Final = 2_048
FAULTS_MAX: Final = 300
URL: Final = "url"
COLUMNS: Final[Mapping[str, str]] = {
    URL: "an address that begins with https://, of a picture or a YouTube video",
    "sourceId": "what you call it; a photo with it is taken in once",
    "caption": f"up to {CAPTION_CHARACTERS_MAX} characters",
    "author": "the handle of whoever made it",
    "memberId": "a member whom it belongs to",
    "tags": "separated by blanks",
    "products": "ids of products, separated by blanks",
    "storeId": "a store",
    "rights": "granted, requested, denied or none",
    "consent": "the words that prove the rights",
}
SAMPLE: Final = (
    "url,sourceId,caption,author,memberId,tags,products,storeId,rights,consent\r\n"
    "https://images.example.test/1.jpg,DAM-1,Tea on the terrace,ada,,tea summer,tea-assam,,granted,contract 17\r\n"
    "https://youtu.be/dQw4w9WgXcQ,,How we brew,,,brewing,,,,\r\n"
)
_ADDRESS: Final = re.compile(r"https://[^\s/?#@]+[^\s]*")
"""Where it leads is judged when it is fetched."""
RIGHTS: Final = ("none", "granted", "requested", "denied")


@value(kw_only=True)
class Row:
    """A photo of the file."""

    line: int
    url: str
    source_id: str = ""
    caption: str = ""
    author: str = ""
    member: str = ""
    tags: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    store: str = ""
    rights: str = "none"
    consent: str = ""


@value
class Fault:
    """What is wrong with a cell, or with a whole row where ``column`` is empty."""

    line: int
    column: str
    text: str


@value
class Sheet:
    """What a file holds."""

    rows: tuple[Row, ...]
    faults: tuple[Fault, ...]


def read(text: str) -> Sheet:
    """The photos of a CSV file. Raises ``Malformed`` for a file without rows, with columns unknown or doubled, or with
    too many rows.
    """
    reader = csv.reader(text.lstrip("\ufeff").splitlines(keepends=True))
    found: list[tuple[int, list[str]]] = []
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                found.append((reader.line_num, [cell.strip() for cell in cells]))
            if len(found) > ROWS_MAX + 1:
                raise Malformed(f"csv: more than {ROWS_MAX} photos; send the file in parts.")
    except csv.Error as error:
        raise Malformed(f"csv: line {reader.line_num} is no CSV ({error}).") from None
    if len(found) < 2:
        raise Malformed("csv: the names of the columns in the first line, then a photo a line.")
    names = _names(found[0][1])
    rows: list[Row] = []
    faults: list[Fault] = []
    for line, cells in found[1:]:
        given = dict(zip(names, cells, strict=False))
        wrong = _wrong(line, cells, names, given)
        faults += wrong
        if not wrong:
            rows.append(_row(line, given))
    return Sheet(tuple(rows), tuple(faults[:FAULTS_MAX]))


def _names(cells: list[str]) -> list[str]:
    known = {name.casefold(): name for name in COLUMNS}
    for cell in cells:
        if cell.casefold() not in known:
            raise Malformed(f"csv: no column {cell[:60]!r}; there are {', '.join(COLUMNS)}.")
    names = [known[cell.casefold()] for cell in cells]
    if len(set(names)) < len(names) or URL not in names:
        raise Malformed("csv: each column once, and url among them.")
    return names


def _wrong(line: int, cells: list[str], names: list[str], given: Mapping[str, str]) -> list[Fault]:
    if len(cells) > len(names):
        return [Fault(line, "", f"wanted {len(names)} cells, got {len(cells)}")]
    found = [
        Fault(line, name, f"wanted at most {CELL_CHARACTERS_MAX} characters")
        for name, cell in given.items()
        if len(cell) > CELL_CHARACTERS_MAX
    ]
    url = given.get(URL, "")
    if not _ADDRESS.fullmatch(url):
        found.append(Fault(line, URL, f"wanted {COLUMNS[URL]}"))
    if (given.get("rights") or "none").lower() not in RIGHTS:
        found.append(Fault(line, "rights", f"wanted {', '.join(RIGHTS)}"))
    return found


def _row(line: int, given: Mapping[str, str]) -> Row:
    return Row(
        line=line,
        url=given[URL],
        source_id=given.get("sourceId", ""),
        caption=given.get("caption", ""),
        author=given.get("author", ""),
        member=given.get("memberId", ""),
        tags=tuple(given.get("tags", "").split()),
        products=tuple(given.get("products", "").split()),
        store=given.get("storeId", ""),
        rights=(given.get("rights") or "none").lower(),
        consent=given.get("consent", ""),
    )
