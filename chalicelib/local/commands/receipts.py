"""``receipts``: read a folder of pictures of receipts, and say what would be decided about each.

No programme applies: every shop counts as accepted, and there is no limit of age, member or day and no list of
products; the decision rests on how surely a picture was read and on duplicates within the folder. Where the folder
has a ``labels.json`` (name of a file without its ending → company, date, total), what is right is counted. Progress
goes to standard error, and with ``--json`` only JSON lines go to standard output. Exit status 0, and 2 with a
sentence for a folder that cannot be read.
"""

import argparse
import json
import sys
from pathlib import Path

from chalicelib import clock
from chalicelib.local import receipts
from chalicelib.local.receipts import Figures, Outcome


def main(arguments: list[str]) -> int:
    """Read, decide and print."""
    options = _parser().parse_args(arguments)
    today = clock.now().date()
    labels_file = options.labels or options.folder / receipts.LABELS
    try:
        files = receipts.files_of(options.folder)
        has_labels = options.labels is not None or labels_file.is_file()
        labels = receipts.labels_of(labels_file, today) if has_labels else {}
    except receipts.NoFolder as problem:
        print(problem, file=sys.stderr)
        return 2
    began = clock.monotonic_seconds()
    figures = Figures()
    for number, outcome in enumerate(receipts.outcomes(files, today, options.processes), 1):
        print(f"{number}/{len(files)} {outcome.file}: {outcome.decision.outcome}", file=sys.stderr, flush=True)
        print(json.dumps(outcome.as_json(), ensure_ascii=False) if options.json else _as_text(outcome), flush=True)
        wanted = labels.get(Path(outcome.file).stem)
        if wanted is not None:
            figures.add(outcome, wanted)
    took = clock.monotonic_seconds() - began
    print(f"{len(files)} pictures in {took:.0f} s, {took / len(files):.1f} s each.", file=sys.stderr)
    if labels:
        print("\n".join(["", *figures.lines()]), file=sys.stderr if options.json else sys.stdout)
    return 0


def _as_text(outcome: Outcome) -> str:
    reading = outcome.reading
    lines = [f"{outcome.file}: {outcome.decision.outcome}"]
    lines += [f"  ! {reason.text} ({reason.code}{_about(reason.about)})" for reason in outcome.decision.reasons]
    if reading.shop:
        lines.append(f"  shop     {reading.shop.value}")
    if reading.address:
        lines.append(f"  address  {reading.address.value}")
    if reading.day or reading.time_of_day:
        day, time = reading.day.value if reading.day else "?", reading.time_of_day.value if reading.time_of_day else ""
        lines.append(f"  date     {day} {time}".rstrip())
    if reading.number:
        lines.append(f"  number   {reading.number.value}")
    lines += [f"  {line.quantity:>4} × {line.name or '?'}: {line.amount}" for line in reading.lines]
    for name in ("subtotal", "discount", "service", "tax", "rounding", "total", "cash", "change"):
        found = getattr(reading, name)
        if found:
            lines.append(f"  {name:8} {found.value} {(reading.currency or '') if name == 'total' else ''}".rstrip())
    lines += [f"  because  {each.text}" for each in reading.evidence]
    return "\n".join(lines)


def _about(about: str) -> str:
    return f": {about}" if about else ""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m chalicelib.local receipts", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="DIR", help="pictures: JPEG, PNG or HEIC, one receipt each")
    parser.add_argument("--json", action="store_true", help="one JSON line a picture, for a program")
    parser.add_argument("--labels", type=Path, metavar="FILE", help="labels, where they are not DIR/labels.json")
    parser.add_argument(
        "--processes", type=int, default=receipts.PROCESSES_MAX, choices=(1, 2), help="how many read at once"
    )
    return parser
