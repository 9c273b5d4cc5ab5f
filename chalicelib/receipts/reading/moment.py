"""When a receipt was printed, and under which number."""

import re
from collections.abc import Sequence
from datetime import date, time
from typing import Final

from chalicelib.receipts.reading.dates import Printed, dates_in, times_in
from chalicelib.receipts.reading.found import Found
from chalicelib.receipts.reading.rows import Row
from chalicelib.recognised import Box, Page
from chalicelib.values import value

_DATED: Final = re.compile(r"\b(?:date|dated|tarikh|datum|fecha|data|dt)\b|date\W|^date|invdate|tanggal", re.IGNORECASE)
_NOT_PRINTED: Final = re.compile(
    r"expir|valid|until|due|birth|dob|since|act\s?\d|before|return|exp\b|member|best|luput|delivery|check-?in",
    re.IGNORECASE,
)
_NUMBERED: Final = re.compile(
    r"(?:(?:tax\s?)?inv(?:[o0][il1]ce)?|receipt|recpt|rcpt|bill|doc(?:ument)?|slip|trans(?:action)?|trx|bon|beleg|ticket|check|ref)"
    r"\W{0,3}(?:number|nummer|num|no|n0|nr|id|#)?\W{0,4}(?P<number>(?=[A-Z/-]*\d)[A-Z0-9][A-Z0-9/-]{2,29})",
    re.IGNORECASE,
)
_AFTER: Final = re.compile(r"(?P<number>(?=[A-Z/-]*\d)[A-Z0-9][A-Z0-9/-]{3,29})$", re.IGNORECASE)
DAYS_MAX: Final = 20
"""Different days that are weighed; a receipt has one or two."""
_LABELLED: Final = 3.0
_WITH_TIME: Final = 2.0
HINTED: Final = 0.9
"""How sure a date is of which only a reader that knows receipts speaks, or whose year has two digits."""


@value
class Moment:
    """When, and the number of the receipt."""

    day: Found[date] | None
    time_of_day: Found[time] | None
    number: Found[str] | None
    is_disputed: bool
    """Two different dates were found that are equally likely."""


def moment_of(rows: Sequence[Row], page: Page, today: date) -> Moment:
    """The date, the time and the number. Of several dates the one at a label or a time of day counts."""
    month_first = _is_american(rows, today)
    scores: dict[date, float] = {}
    seen: dict[date, tuple[Row, Printed]] = {}
    for number, row in enumerate(rows):
        if len(seen) >= DAYS_MAX:
            break
        for printed in dates_in(row.text, today, month_first=month_first):
            above = rows[number - 1].text if number else ""
            score = _score(row, printed, above, number / len(rows))
            scores[printed.day] = scores.get(printed.day, 0.0) + score
            if printed.day not in seen or printed.is_certain:
                seen[printed.day] = (row, printed)
    for hint in page.hints:
        if hint.kind == "date":
            for printed in dates_in(hint.text, today, month_first=month_first):
                scores[printed.day] = scores.get(printed.day, 0.0) + _LABELLED
    ranked = sorted(scores, key=lambda day: (-scores[day], day))
    day = ranked[0] if ranked else None
    disputed = len(ranked) > 1 and scores[ranked[1]] > scores[ranked[0]] - 1.0
    found = None
    if day is not None:
        sure: float = HINTED
        boxes: tuple[Box, ...] = ()
        if day in seen:
            row, printed = seen[day]
            sure, boxes = row.confidence * (1.0 if printed.is_certain else HINTED), row.boxes
        found = Found(day, sure * (0.5 if disputed else 1.0), boxes)
    return Moment(found, _time(rows, today), _number(rows, page), disputed)


def _is_american(rows: Sequence[Row], today: date) -> bool:
    """Whether a date of the receipt can only be read month first, and none only day first."""
    printed = [each for row in rows for each in dates_in(row.text, today)]
    return any(each.is_american and each.is_certain for each in printed) and not any(
        each.day.day > 12 and not each.is_american for each in printed
    )


def _score(row: Row, printed: Printed, above: str, depth: float) -> float:
    before = row.text[: printed.start]
    score = 1.0 + (0.5 if printed.is_certain else 0.0) - 0.3 * depth
    if _NOT_PRINTED.search(before):
        score -= 2.0
    elif _DATED.search(before):
        score += _LABELLED
    elif _DATED.search(above):
        score += 1.0
    if next(times_in(row.text[: printed.start] + " " + row.text[printed.end :]), None):
        score += _WITH_TIME
    return score


def _time(rows: Sequence[Row], today: date) -> Found[time] | None:
    """The first time of day: beside the date where it can be, else at a label, else anywhere."""
    best: tuple[int, Found[time]] | None = None
    for row in rows:
        text, dated = row.text, False
        for printed in dates_in(row.text, today):
            text, dated = text.replace(row.text[printed.start : printed.end], " "), True
        for each in times_in(text):
            rank = 2 if dated else 1 if re.search(r"time|masa|uhr|heure|hora|ora", text, re.IGNORECASE) else 0
            if best is None or rank > best[0]:
                best = (rank, Found(each, row.confidence, row.boxes))
    return None if best is None else best[1]


def _number(rows: Sequence[Row], page: Page) -> Found[str] | None:
    for hint in page.hints:
        if hint.kind == "number" and hint.text.strip():
            return Found(hint.text.strip()[:30], hint.confidence, hint.boxes)
    for row in rows:
        if re.search(r"gst\W?(?:id|no|reg)|\btel\b|\bco\W?reg", row.text, re.IGNORECASE):
            continue
        match = _NUMBERED.search(row.text)
        if match:
            return Found(match["number"].strip("-/").upper(), row.confidence, row.boxes)
    return None
