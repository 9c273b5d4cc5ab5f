"""A file of coupon codes: which lines can be taken, and what is wrong with the others."""

import csv
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from chalicelib.errors import Malformed
from chalicelib.ids import folded
from chalicelib.programme.definitions.reward import CODE_CHARACTERS_MAX
from chalicelib.values import value

CODES_PER_CALL_MAX: Final = 10_000
"""Codes of one upload; a larger file is sent in parts."""
CELLS_MAX: Final = 2
_HEADINGS: Final = frozenset({"code", "codes", "coupon", "coupons", "couponcode", "coupon code", "coupon_code"})


@value
class Line:
    """One code of a file: its line, from 1, and the last day (ordinal) that the merchant's shop takes it."""

    number: int
    code: str
    last_day: int | None = None

    @property
    def folded(self) -> str:
        """The form in which codes are compared: without case, composed."""
        return folded(self.code)


@value
class Fault:
    """A line that is refused, and why."""

    number: int
    text: str


@value
class Sheet:
    """What a file holds."""

    lines: tuple[Line, ...]
    faults: tuple[Fault, ...]


def from_csv(text: str) -> Sheet:
    """The codes of a CSV file: a code a line and, if wanted, its last day in a second column; a heading is skipped.

    Raises ``Malformed`` for what is no CSV, and beyond ``CODES_PER_CALL_MAX`` lines.
    """
    first = text.lstrip("\ufeff").split("\n", 1)[0]
    delimiter = ";" if ";" in first and "," not in first else "," if "\t" not in first else "\t"
    rows: list[tuple[int, list[str]]] = []
    reader = csv.reader(text.lstrip("\ufeff").splitlines(keepends=True), delimiter=delimiter)
    try:
        for cells in reader:
            said = [cell.strip() for cell in cells]
            is_heading = not rows and bool(said) and said[0].casefold() in _HEADINGS
            if any(said) and not is_heading:
                rows.append((reader.line_num, said))
            if len(rows) > CODES_PER_CALL_MAX:
                break
    except csv.Error as error:
        raise Malformed(f"csv: line {reader.line_num} is no CSV ({error}).") from None
    return _checked(rows)


def from_list(codes: Sequence[str]) -> Sheet:
    """The codes of a list; their places from 1 stand for lines."""
    return _checked([(number, [code.strip()]) for number, code in enumerate(codes, 1)])


def _checked(rows: Sequence[tuple[int, list[str]]]) -> Sheet:
    if not rows:
        raise Malformed("There is no code in it; send one code a line.")
    if len(rows) > CODES_PER_CALL_MAX:
        raise Malformed(f"More than {CODES_PER_CALL_MAX} codes; send the file in parts.")
    lines: list[Line] = []
    faults: list[Fault] = []
    first: dict[str, int] = {}
    for number, cells in rows:
        read = _line(number, cells)
        if isinstance(read, Fault):
            faults.append(read)
        elif read.folded in first:
            faults.append(Fault(number, f"the same code as in line {first[read.folded]}"))
        else:
            first[read.folded] = number
            lines.append(read)
    return Sheet(tuple(lines), tuple(faults))


def _line(number: int, cells: list[str]) -> Line | Fault:
    code = unicodedata.normalize("NFC", cells[0])
    if any(cells[CELLS_MAX:]):
        return Fault(number, "more than a code and a date")
    if not 0 < len(code) <= CODE_CHARACTERS_MAX or not code.isprintable():
        return Fault(number, f"no code of 1 to {CODE_CHARACTERS_MAX} printable characters")
    said = cells[1] if len(cells) > 1 else ""
    if not said:
        return Line(number, code)
    try:
        last = date.fromisoformat(said)
    except ValueError:
        return Fault(number, "no date of the form 2026-08-19")
    return Line(number, code, last.toordinal())


def slices(lines: Iterable[Line], size: int) -> list[tuple[Line, ...]]:
    """The lines in groups of at most ``size``."""
    rest = list(lines)
    return [tuple(rest[place : place + size]) for place in range(0, len(rest), size)]
