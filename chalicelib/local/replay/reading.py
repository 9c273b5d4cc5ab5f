"""Reads a purchase history: the CDNOW layout, or a CSV whose columns are named by options or by its header."""

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

from chalicelib.ids import folded
from chalicelib.local.replay import cells
from chalicelib.local.replay.cells import BadCell
from chalicelib.local.replay.history import History, Purchase, in_order

PURCHASES_MAX: Final = 5_000_000
BYTES_MAX: Final = 1_000_000_000
PROBLEMS_SHOWN: Final = 20
ROLES: Final = ("customer", "date", "amount", "quantity")
DELIMITERS: Final = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|", "space": " "}
_SNIFFED: Final = ",;\t|"
_NAMES: Final = {
    "customer": (
        "customer",
        "customerid",
        "customernumber",
        "client",
        "clientid",
        "user",
        "userid",
        "member",
        "memberid",
    ),
    "date": ("date", "orderdate", "purchasedate", "invoicedate", "transactiondate", "day", "orderedat", "createdat"),
    "amount": (
        "amount",
        "total",
        "ordertotal",
        "totalamount",
        "revenue",
        "sales",
        "dollars",
        "value",
        "price",
        "spend",
    ),
    "quantity": ("quantity", "qty", "units", "items", "itemcount", "count"),
}
_CDNOW: Final = re.compile(r"\s*\d+\s+(?:\d+\s+)?\d{8}\s+\d+\s+\d+(?:\.\d+)?\s*")


Value = TypeVar("Value")


class BadHistory(Exception):
    """The file cannot be replayed; the message names lines and columns."""


@dataclass(frozen=True, slots=True)
class Layout:
    """What the caller says of the file; whatever is ``None`` is found out."""

    columns: dict[str, str] = field(default_factory=dict)
    """Role → the header's name of its column, or its number from 1."""
    date_format: str | None = None
    delimiter: str | None = None
    decimal_comma: bool = False
    encoding: str = "utf-8-sig"


@dataclass(frozen=True, slots=True)
class _Table:
    """Rows with their line numbers, and the place of each role's column."""

    rows: list[tuple[int, list[str]]]
    place_by_role: dict[str, int]


def read(path: Path, layout: Layout, zone: ZoneInfo) -> History:
    """The history of a file; dates belong to the calendar of ``zone``. Raises ``BadHistory``."""
    text = _text(path, layout.encoding)
    is_cdnow = not layout.columns and layout.delimiter is None and _is_cdnow(text)
    table = _cdnow(text) if is_cdnow else _csv(text, layout)
    problems: list[str] = []
    purchases: list[Purchase] = []
    spellings: dict[str, str] = {}
    for line, row in table.rows:
        found = _purchase(_Row(line, row, table.place_by_role, problems), layout, zone)
        if found is not None:
            # Two spellings of one id are one member to the API, which compares ids without case.
            spelling = spellings.setdefault(folded(found.customer), found.customer)
            purchases.append(replace(found, customer=spelling))
        if len(purchases) > PURCHASES_MAX:
            raise BadHistory(f"{path}: more than {PURCHASES_MAX:,} purchases.")
    if problems:
        more = len(problems) - PROBLEMS_SHOWN
        lines = [f"{path}: {problem}" for problem in problems[:PROBLEMS_SHOWN]]
        raise BadHistory("\n".join([*lines, *([f"... and {more} more."] if more > 0 else [])]))
    if not purchases:
        raise BadHistory(f"{path}: there is no purchase in it.")
    return in_order(purchases)


def _text(path: Path, encoding: str) -> str:
    try:
        if path.stat().st_size > BYTES_MAX:
            raise BadHistory(f"{path}: larger than {BYTES_MAX:,} bytes.")
        raw = path.read_bytes()
    except OSError as error:
        raise BadHistory(f"{path}: {error.strerror}.") from None
    try:
        return raw.decode(encoding)
    except LookupError:
        raise BadHistory(f"There is no encoding {encoding}.") from None
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise BadHistory(f"{path}: line {line}: this is not {encoding}; name the file's with --encoding.") from None


def _is_cdnow(text: str) -> bool:
    first = next((line for line in text.splitlines() if line.strip()), "")
    return bool(_CDNOW.fullmatch(first))


def _cdnow(text: str) -> _Table:
    """Customer, perhaps the number within the sample, date, CDs, dollars; separated by blanks."""
    rows = [(number, line.split()) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    width = len(rows[0][1])
    return _Table(rows, {"customer": 0, "date": width - 3, "quantity": width - 2, "amount": width - 1})


def _csv(text: str, layout: Layout) -> _Table:
    rows = list(_rows(text, layout))
    if not rows:
        return _Table([], {})
    header = [_plain(cell) for cell in rows[0][1]]
    named = {role: name for role, name in layout.columns.items() if not name.isdigit()}
    if named or (not layout.columns and _known(header)):
        return _Table(rows[1:], _by_header(rows[0][1], header, layout))
    places = {role: int(name) - 1 for role, name in layout.columns.items()} or _in_usual_order(rows[0][1])
    missing = [role for role in ROLES[:3] if role not in places]
    if missing:
        raise BadHistory(_which_columns(rows[0][1], missing))
    return _Table(rows[1:] if _is_header(rows[0][1], places) else rows, places)


def _rows(text: str, layout: Layout) -> Iterator[tuple[int, list[str]]]:
    """Rows with the number of the line on which each begins."""
    lines = text.splitlines(keepends=True)
    first = next((line for line in lines if line.strip()), "")
    delimiter = layout.delimiter or max(_SNIFFED, key=first.count)
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True, strict=True)
    begins = 1
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                yield begins, [cell.strip() for cell in row]
            begins = reader.line_num + 1
    except csv.Error as error:
        raise BadHistory(f"line {begins}: {error}.") from None


def _plain(cell: str) -> str:
    return re.sub(r"[\W_]+", "", cell).casefold()


def _known(header: Sequence[str]) -> bool:
    return any(name in header for role in ROLES for name in _NAMES[role])


def _by_header(cells_: Sequence[str], header: Sequence[str], layout: Layout) -> dict[str, int]:
    found: dict[str, int] = {}
    for role in ROLES:
        said = layout.columns.get(role)
        if said is not None and said.isdigit():
            found[role] = int(said) - 1
        elif said is not None:
            if _plain(said) not in header:
                raise BadHistory(f"There is no column {said!r}; the columns are {', '.join(cells_)}.")
            found[role] = header.index(_plain(said))
        else:
            known = [header.index(name) for name in _NAMES[role] if name in header]
            if known:
                found[role] = known[0]
    missing = [role for role in ROLES[:3] if role not in found]
    if missing:
        raise BadHistory(_which_columns(cells_, missing))
    return found


def _in_usual_order(row: Sequence[str]) -> dict[str, int]:
    """Without any name: customer, date, amount and perhaps quantity, if the first row reads so."""
    places = dict(zip(ROLES, range(len(row)), strict=False))
    return places if len(row) in {3, 4} and not _is_header(row, places) else {}


def _is_header(row: Sequence[str], places: dict[str, int]) -> bool:
    """A first row without a digit where dates and amounts stand holds names."""
    return not any(
        any(character.isdigit() for character in row[place])
        for role, place in places.items()
        if role in {"date", "amount"} and place < len(row)
    )


def _which_columns(row: Sequence[str], missing: Sequence[str]) -> str:
    options = ", ".join(f"--{role}-column" for role in missing)
    return f"Which column is it? Say {options}, by name or by number from 1. The first line has: {', '.join(row)}."


@dataclass(frozen=True, slots=True)
class _Row:
    """A line of the file; what is wrong with its cells is noted in ``problems``."""

    line: int
    cells: Sequence[str]
    place_by_role: dict[str, int]
    problems: list[str]

    def take(self, role: str, read_cell: Callable[[str], Value]) -> Value | None:
        """What the cell of a role means, ``None`` when it means nothing or its column is not there."""
        place = self.place_by_role.get(role)
        if place is None:
            return None
        try:
            return read_cell(self.cells[place])
        except IndexError:
            problem = f"the line has only {len(self.cells)} columns"
        except BadCell as bad:
            problem = str(bad)
        self.problems.append(f"line {self.line}, column {place + 1} ({role}): {problem}.")
        return None


def _purchase(row: _Row, layout: Layout, zone: ZoneInfo) -> Purchase | None:
    """The purchase of a row, ``None`` when there is a problem with it."""
    comma = layout.decimal_comma
    customer = row.take("customer", cells.customer)
    when = row.take("date", lambda cell: cells.day(cell, pattern=layout.date_format, zone=zone))
    amount = row.take("amount", lambda cell: cells.amount(cell, decimal_comma=comma))
    quantity = row.take("quantity", lambda cell: cells.quantity(cell, decimal_comma=comma))
    if customer is None or when is None or amount is None or (quantity is None and "quantity" in row.place_by_role):
        return None
    return Purchase(row.line, customer, when[0], amount, quantity or Decimal(1), when[1])
