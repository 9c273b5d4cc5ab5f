"""What is told of a dropped file, as JSON. Pure."""

import json
from datetime import datetime
from typing import Any, Final

from chalicelib.catalog.feeding import sheet
from chalicelib.catalog.feeding.sheet import Fault, Feed

CLASH: Final = "wanted at least productMinimumLimit, which one of the product itself contradicts"


def of_feed(name: str, read: Feed, done: dict[str, int], clashing: tuple[int, ...], now: datetime) -> bytes:
    """The report of a file that was read: counts, and each wrong cell by line and column (the first thousand)."""
    faults = (*read.faults, *(Fault(line, sheet.MOST, CLASH) for line in clashing))[: sheet.FAULTS_MAX]
    told = {
        "accepted": len(read.rows) - len(clashing),
        "refused": read.refused + len(clashing),
        **done,
        "faults": [{"line": each.line, "column": each.column, "reason": each.text} for each in faults],
    }
    return _json(name, now, told)


def of_refusal(name: str, message: str, now: datetime) -> bytes:
    """The report of a file of which nothing could be taken."""
    return _json(name, now, {"accepted": 0, "errorMessage": message, "faults": []})


def _json(name: str, now: datetime, told: dict[str, Any]) -> bytes:
    return json.dumps({"fileName": name, "takenAt": now.isoformat(), **told}, indent=1).encode()
