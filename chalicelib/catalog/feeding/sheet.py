"""A CSV file of products: which rows can be taken, and in which column the others are wrong."""

import csv
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field
from decimal import Decimal
from typing import Any, Final

from chalicelib.errors import Malformed
from chalicelib.ids import ID_LENGTH_MAX, composed
from chalicelib.values import value

ROWS_MAX: Final = 10_000
"""Products of one file; a larger catalogue is sent in parts."""
CHARACTERS_MAX: Final = 4_000_000
"""Characters of one file: Lambda takes 6 MB a call (AWS limit)."""
FAULTS_MAX: Final = 1_000
"""Faults that one answer tells of."""
NAME_CHARACTERS_MAX: Final = 500
CATEGORY_CHARACTERS_MAX: Final = 255
LONG_CHARACTERS_MAX: Final = 2_000
PRICE_MAX: Final = 10**12
POINTS_MAX: Final = 10**9
RATIO_MAX: Final = 100_000
UNITS_MAX: Final = 1_000_000
ID: Final = "productId"
MOST: Final = "productMaximumLimit"


class _Wrong(Exception):
    """A cell that cannot be read; its text is what is wanted."""


@value
class Column:
    """A column of the file: the field of a product it fills, how a cell is read, and what an empty one means."""

    name: str
    field: str
    read: Callable[[str], Any]
    otherwise: Any
    wants: str


@value
class Row:
    """A product of the file: its line, its id, and the fields that the file gives."""

    line: int
    id: str
    fields: Mapping[str, Any] = field(default_factory=dict)


@value
class Fault:
    """What is wrong with a cell, or with a whole row where ``column`` is empty."""

    line: int
    column: str
    text: str


@value
class Feed:
    """What a file holds. ``faults`` are the first so many; ``refused`` counts the rows that have any."""

    rows: tuple[Row, ...]
    faults: tuple[Fault, ...]
    refused: int


def read(text: str) -> Feed:
    """The products of a CSV file: names of columns in the first line, in any order and case, then a product a line.

    Commas, semicolons or tabs separate the cells. A product that stands in the file twice is refused where it stands
    again. Raises ``Malformed`` for a file without rows, with columns unknown or doubled, or with too many rows.
    """
    clean = text.lstrip("\ufeff")
    reader = csv.reader(clean.splitlines(keepends=True), delimiter=_delimiter(clean))
    found: list[tuple[int, list[str]]] = []
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                found.append((reader.line_num, [cell.strip() for cell in cells]))
            if len(found) > ROWS_MAX + 1:
                raise Malformed(f"csv: more than {ROWS_MAX} products; send the file in parts.")
    except csv.Error as error:
        raise Malformed(f"csv: line {reader.line_num} is no CSV ({error}).") from None
    if len(found) < 2:
        raise Malformed("csv: the names of the columns in the first line, then a product a line.")
    return _checked(_columns(found[0][1]), found[1:])


def sample() -> str:
    """A file that shows the format: every column, and a product of each kind."""
    return SAMPLE


def _delimiter(text: str) -> str:
    first = text.split("\n", 1)[0]
    return max(",;\t", key=first.count)


def _columns(names: Sequence[str]) -> list[Column]:
    by_name = {column.name.casefold(): column for column in COLUMNS}
    unknown = [name for name in names if name.casefold() not in by_name]
    if unknown:
        known = ", ".join(column.name for column in COLUMNS)
        raise Malformed(f"csv: no column {unknown[0]!r}; there are {known}.")
    columns = [by_name[name.casefold()] for name in names]
    doubled = [column.name for place, column in enumerate(columns) if column in columns[:place]]
    if doubled:
        raise Malformed(f"csv: the column {doubled[0]} stands twice.")
    if columns.count(by_name[ID.casefold()]) != 1:
        raise Malformed(f"csv: the column {ID} is missing.")
    return columns


def _checked(columns: Sequence[Column], found: Iterable[tuple[int, list[str]]]) -> Feed:
    rows: list[Row] = []
    faults: list[Fault] = []
    refused = 0
    first: dict[str, int] = {}
    for line, cells in found:
        row, wrong = _row(line, columns, cells)
        if not wrong and composed(row.id) in first:
            wrong = [Fault(line, ID, f"the same product as in line {first[composed(row.id)]}")]
        if wrong:
            refused += 1
            faults += wrong[: FAULTS_MAX - len(faults)]
        else:
            first[composed(row.id)] = line
            rows.append(row)
    return Feed(tuple(rows), tuple(faults), refused)


def _row(line: int, columns: Sequence[Column], cells: Sequence[str]) -> tuple[Row, list[Fault]]:
    if len(cells) > len(columns):
        return Row(line, ""), [Fault(line, "", f"{len(cells)} cells, and {len(columns)} columns in the first line")]
    faults = []
    fields: dict[str, Any] = {}
    for column, cell in zip(columns, [*cells, *[""] * (len(columns) - len(cells))], strict=True):
        try:
            fields[column.field] = column.read(cell) if cell or column.name == ID else column.otherwise
        except _Wrong:
            faults.append(Fault(line, column.name, f"wanted {column.wants}"))
    least, most = fields.get("least"), fields.get("most")
    if least is not None and most is not None and most < least:
        faults.append(Fault(line, MOST, f"wanted at least productMinimumLimit, which is {least:f}"))
    return Row(line, fields.pop("id", ""), fields), faults


def _text(most: int) -> Callable[[str], str]:
    def read_text(cell: str) -> str:
        if len(cell) > most or any(ord(letter) < ord(" ") and letter not in "\n\t" for letter in cell):
            raise _Wrong
        return cell

    return read_text


def _product_id(cell: str) -> str:
    if not cell or len(composed(cell)) > ID_LENGTH_MAX or not cell.isprintable():
        raise _Wrong
    return cell


def _number(most: int, places: int) -> Callable[[str], Decimal]:
    def read_number(cell: str) -> Decimal:
        if len(cell) > CELL_DIGITS_MAX or not _PLAIN.fullmatch(cell):
            raise _Wrong
        number = Decimal(cell)
        if number > most or len(cell.partition(".")[2].rstrip("0")) > places:
            raise _Wrong
        return number

    return read_number


def _word(words: Mapping[str, Any]) -> Callable[[str], Any]:
    def read_word(cell: str) -> Any:
        if cell.casefold() not in words:
            raise _Wrong
        return words[cell.casefold()]

    return read_word


CELL_DIGITS_MAX: Final = 30
_PLAIN: Final = re.compile(r"\+?(\d+(\.\d*)?|\.\d+)", re.ASCII)
_KINDS: Final = {"yes": "Yes", "no": "No", "bonus": "Bonus", "true": "Yes", "false": "No"}
_FLAGS: Final = {"yes": True, "no": False, "true": True, "false": False}
_AWARDS: Final = {"product": "Product", "category": "Category"}
_LONG: Final = f"text of at most {LONG_CHARACTERS_MAX} characters"
COLUMNS: Final = (
    Column(ID, "id", _product_id, "", f"an id of 1 to {ID_LENGTH_MAX} characters"),
    Column("productName", "name", _text(NAME_CHARACTERS_MAX), "", f"text of at most {NAME_CHARACTERS_MAX} characters"),
    Column("productPrice", "price", _number(PRICE_MAX, 6), None, "an amount from 0, for example 19.99"),
    Column("productPointType", "point_type", _word(_KINDS), "Yes", "Yes, No or Bonus"),
    Column("productPointRatio", "ratio", _number(RATIO_MAX, 6), Decimal(1), f"a number from 0 to {RATIO_MAX}"),
    Column("productBonus", "bonus", _number(POINTS_MAX, 2), Decimal(0), f"points from 0 to {POINTS_MAX} for each unit"),
    Column("productBonusFlag", "has_bonus", _word(_FLAGS), otherwise=False, wants="YES or NO"),
    Column("productMinimumLimit", "least", _number(UNITS_MAX, 3), Decimal(0), f"units from 0 to {UNITS_MAX}"),
    Column(MOST, "most", _number(UNITS_MAX, 3), None, f"units from 0 to {UNITS_MAX}, or nothing"),
    Column("pointAwardType", "award_type", _word(_AWARDS), "", "Product or Category"),
    Column(
        "categoryId",
        "category",
        _text(CATEGORY_CHARACTERS_MAX),
        "",
        f"an id of at most {CATEGORY_CHARACTERS_MAX} characters",
    ),
    Column("url", "url", _text(LONG_CHARACTERS_MAX), "", _LONG),
    Column("imageUrl", "image_url", _text(LONG_CHARACTERS_MAX), "", _LONG),
    Column("description", "description", _text(LONG_CHARACTERS_MAX), "", _LONG),
)
"""The columns of a file, in the order of the sample; only the first must be there."""
SAMPLE: Final = """\
productId,productName,productPrice,productPointType,productPointRatio,productBonus,productBonusFlag,\
productMinimumLimit,productMaximumLimit,pointAwardType,categoryId,url,imageUrl,description
P-100,Filter coffee 500 g,12.90,Yes,1,,NO,,,Product,coffee,https://shop.example.test/P-100,,"Beans, whole"
P-200,Espresso machine,349.00,Yes,2,50,YES,,3,Product,machines,,,Twice the points and 50 on top for each of up to three
P-300,Mug,9.50,Bonus,,20,,2,,Product,,,,20 points for each from two units on
P-400,Gift card,25.00,No,,,,,,Product,,,,Earns nothing
P-500,Grinder,89.00,Yes,,,,,,Category,machines,,,Earns as its category says
"""
