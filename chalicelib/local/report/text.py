"""The report as plain text, for a terminal or a log."""

from collections.abc import Sequence
from typing import Final

from chalicelib.local.replay.proof import Proof
from chalicelib.local.report import words
from chalicelib.local.report.figures import Figures
from chalicelib.local.report.tables import Table, by_month, by_tier

_GAP: Final = "  "


def text(figures: Figures, proof: Proof) -> str:
    """The whole report."""
    sections = [
        ("What was assumed", [f"* {line}" for line in words.assumptions(figures)]),
        ("At a glance", _aligned(words.headline(figures), left=3)),
        ("Where the points went", _aligned([("", "Points", "Worth", "Of revenue"), *words.balance(figures)])),
        ("Points and orders by month", _table(by_month(figures))),
        ("Members by tier at the end of each month", _table(by_tier(figures))),
        ("Does it add up?", _proof(proof)),
    ]
    return "\n".join(f"{title}\n{'-' * len(title)}\n" + "\n".join(lines) + "\n" for title, lines in sections)


def _proof(proof: Proof) -> list[str]:
    lines: list[str] = []
    for check in proof.checks:
        lines.append(f"[{'ok' if check.is_true else 'NO'}] {check.title}")
        lines += [f"     {detail}" for detail in check.details]
    return [*lines, "", "Everything adds up." if proof.holds else "IT DOES NOT ADD UP. See the lines marked NO."]


def _table(table: Table) -> list[str]:
    header, rows = table
    return _aligned([header, *rows])


def _aligned(rows: Sequence[Sequence[str]], left: int = 1) -> list[str]:
    """Rows as columns; the first ``left`` are aligned to the left, numbers to the right."""
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    return [
        _GAP.join(
            cell.ljust(width) if place < left else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
