"""Reading a folder of receipts on several processors, and measuring what was read against labels."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final

from chalicelib.gateways import pictures
from chalicelib.gateways.ocr import rapid
from chalicelib.receipts.duplicates import Print, compared
from chalicelib.receipts.judging import judge
from chalicelib.receipts.reading.dates import dates_in
from chalicelib.receipts.reading.letters import similarity
from chalicelib.receipts.reading.reading import Reading
from chalicelib.receipts.reasons import REJECTED, Decision, Reason
from chalicelib.receipts.seen import print_of
from chalicelib.receipts.understanding import understood

PROCESSES_MAX: Final = 2
SIMILAR: Final = 0.8
"""Names at least this alike, after normalising, are the same shop."""
LABELS: Final = "labels.json"
SUFFIXES: Final = frozenset(
    {".jpg", ".jpeg", ".jfif", ".png", ".heic", ".heif", ".webp", ".gif", ".bmp", ".tif", ".tiff"}
)
FIRST_BYTES: Final = 16


class NoFolder(Exception):
    """There is nothing to read."""


@dataclass(frozen=True, slots=True)
class Read:
    """What one picture says, before it is compared with the others; ``facts`` is ``None`` for what is no picture."""

    file: str
    facts: pictures.Facts | None
    reading: Reading
    refusal: Reason | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was read from one picture and what would be decided."""

    file: str
    reading: Reading
    decision: Decision

    def as_json(self) -> dict[str, Any]:
        """One line for a program."""
        reading = self.reading
        return {
            "file": self.file,
            "company": reading.shop.value if reading.shop else None,
            "date": reading.day.value.isoformat() if reading.day else None,
            "total": f"{reading.total.value:.2f}" if reading.total else None,
            "decision": self.decision.outcome,
            "reasons": [{"code": reason.code, "text": reason.text} for reason in self.decision.reasons],
        }


def files_of(folder: Path) -> list[Path]:
    """The pictures of a folder, by name; what is named like one or begins like one. Raises ``NoFolder``."""
    if not folder.is_dir():
        raise NoFolder(f"{folder} is no folder.")
    found = [path for path in sorted(folder.iterdir()) if path.is_file() and _may_be_picture(path)]
    if not found:
        raise NoFolder(f"There is no picture in {folder}.")
    return found


def _may_be_picture(path: Path) -> bool:
    if path.name.startswith("."):
        return False
    if path.suffix.lower() in SUFFIXES:
        return True
    with path.open("rb") as file:
        return pictures.kind_of(file.read(FIRST_BYTES)) is not None


def outcomes(files: Sequence[Path], today: date, processes: int) -> Iterator[Outcome]:
    """Read and decide, in the order of the files; each is compared with those before it."""
    seen: list[tuple[str, Print]] = []
    for read in _all_read(files, today, processes):
        if read.facts is None:
            reasons = (read.refusal,) if read.refusal else ()
            yield Outcome(read.file, read.reading, Decision(REJECTED, reasons))
            continue
        known = print_of(read.facts.sha256, read.facts.look, read.reading)
        again = [reason for name, old in seen if (reason := compared(known, old, about=name))]
        seen.append((read.file, known))
        yield Outcome(read.file, read.reading, judge(read.reading, again))


def _all_read(files: Sequence[Path], today: date, processes: int) -> Iterator[Read]:
    if min(processes, len(files)) <= 1:
        yield from (read_file(path, today) for path in files)
        return
    # Spawned, not forked: the reader's library starts threads of its own.
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        yield from pool.map(read_file, files, [today] * len(files))


def read_file(path: Path, today: date) -> Read:
    """Read one picture; a file that is none carries why."""
    try:
        with path.open("rb") as file:
            data = file.read(pictures.BYTES_MAX + 1)
        facts = pictures.examine(data)
        return Read(path.name, facts, understood(rapid.looks(data), today))
    except pictures.PictureRefused as problem:
        return Read(path.name, None, Reading(), Reason(problem.code, str(problem), REJECTED))


@dataclass(frozen=True, slots=True)
class Wanted:
    """The label of one picture."""

    company: str
    day: date | None
    total: Decimal | None


def labels_of(path: Path, today: date) -> dict[str, Wanted]:
    """Labels by the file's name without its ending. Raises ``NoFolder`` for what is no file of labels."""
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        return {name: _wanted(label, today) for name, label in raw.items()}
    except (OSError, ValueError, AttributeError, TypeError) as problem:
        raise NoFolder(f"{path} is no file of labels: {problem}") from problem


def _wanted(label: dict[str, Any], today: date) -> Wanted:
    digits = "".join(char for char in str(label.get("total") or "") if char.isdigit() or char == ".").strip(".")
    try:
        total = Decimal(digits) if digits else None
    except InvalidOperation:
        total = None
    day = next((printed.day for printed in dates_in(str(label.get("date") or ""), today)), None)
    return Wanted(str(label.get("company") or ""), day, total)


@dataclass(slots=True)
class Figures:
    """How much of what was read is right."""

    pictures: int = 0
    total: int = 0
    day: int = 0
    shop: int = 0
    awarded: int = 0
    awarded_right: int = 0
    decisions: Counter[str] | None = None
    wrong: list[str] | None = None

    def add(self, outcome: Outcome, wanted: Wanted) -> None:
        """Count one picture."""
        reading = outcome.reading
        total = reading.total.value if reading.total else None
        day = reading.day.value if reading.day else None
        shop = reading.shop.value if reading.shop else ""
        is_total, is_day = total == wanted.total, day == wanted.day
        alike = similarity(shop, wanted.company)
        self.pictures += 1
        self.total += is_total
        self.day += is_day
        self.shop += alike >= SIMILAR
        self.awarded += outcome.decision.is_awarded
        self.awarded_right += outcome.decision.is_awarded and is_total
        self.decisions = (self.decisions or Counter()) + Counter([outcome.decision.outcome])
        for kind, right, got, want in (
            ("total", is_total, total, wanted.total),
            ("date", is_day, day, wanted.day),
            ("shop", alike >= SIMILAR, shop or None, wanted.company),
        ):
            if not right:
                how = "not found" if got is None else "another"
                self.wrong = [*(self.wrong or []), f"{kind} {how}: {outcome.file}: read {got}, is {want}"]

    def lines(self) -> Iterator[str]:
        """The figures as text."""
        count = max(1, self.pictures)
        yield f"{self.pictures} pictures with labels."
        yield f"total exactly right   {self.total:4d}  {self.total / count:6.1%}"
        yield f"date right            {self.day:4d}  {self.day / count:6.1%}"
        yield f"shop recognisable     {self.shop:4d}  {self.shop / count:6.1%}"
        yield f"awarded               {self.awarded:4d}  {self.awarded / count:6.1%}"
        share = f"{self.awarded_right / self.awarded:6.1%}" if self.awarded else "     -"
        yield f"of these, total right {self.awarded_right:4d}  {share}"
        yield "decisions: " + ", ".join(f"{name} {number}" for name, number in sorted((self.decisions or {}).items()))
        kinds = Counter(line.split(":")[0] for line in self.wrong or ())
        yield "wrong: " + (", ".join(f"{name} {number}" for name, number in sorted(kinds.items())) or "nothing")
        yield from (f"  {line}" for line in self.wrong or ())
