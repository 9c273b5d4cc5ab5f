"""How many pictures a member sent and how many receipts were paid, by day, week and month of the upload."""

import json
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Final

from chalicelib.programme.definitions.receipts import ReceiptLimit, Receipts
from chalicelib.receipts.reasons import REJECTED, Reason
from chalicelib.values import value

KEPT_DAYS: Final = 70
"""Periods that began longer ago are left out: nothing is counted against them any more."""
UPLOADS: Final = "upload"
LIMITED: Final = {"day": "limit-day", "week": "limit-week", "month": "limit-month"}
_WORDS: Final = {"day": "a day", "week": "a week", "month": "a month"}


@value
class Counts:
    """Counts by period (``day:2026-03-18``), and the version of their item, 0 for none."""

    by_period: Mapping[str, int]
    version: int = 0

    def more(self, key: str, today: date) -> "Counts":
        """One more of that, without periods that are long over."""
        first = (today - timedelta(days=KEPT_DAYS)).isoformat()
        kept = {name: count for name, count in self.by_period.items() if name.rpartition(":")[2] >= first}
        return Counts(kept | {key: kept.get(key, 0) + 1}, self.version)


NOTHING: Final = Counts({})


def upload_key(today: date) -> str:
    """What a picture sent today is counted under."""
    return f"{UPLOADS}:{today.isoformat()}"


def award_keys(uploaded: date) -> tuple[str, ...]:
    """What a receipt that was sent on a day and is paid is counted under."""
    return tuple(_key(period, uploaded) for period in LIMITED)


def paid(counts: Counts, uploaded: date, today: date) -> Counts:
    """The counts with one more paid receipt."""
    for key in award_keys(uploaded):
        counts = counts.more(key, today)
    return counts


def used_up(counts: Counts, receipts: Receipts, uploaded: date) -> Iterator[Reason]:
    """The limits that another receipt of that day would break."""
    for limit in receipts.limits:
        if counts.by_period.get(_key(limit.period, uploaded), 0) >= limit.times:
            yield Reason(LIMITED[limit.period], _said(limit), REJECTED)


def dump(counts: Counts) -> str:
    """The counts as text."""
    return json.dumps(dict(counts.by_period), separators=(",", ":"))


def load(text: str, version: int) -> Counts:
    """The counts of ``dump``."""
    return Counts(json.loads(text), version)


def _said(limit: ReceiptLimit) -> str:
    many = "receipt counts" if limit.times == 1 else "receipts count"
    return f"At most {limit.times} {many} {_WORDS[limit.period]}, and you have sent as many."


def _key(period: str, day: date) -> str:
    begin = {"day": day, "week": day - timedelta(days=day.weekday()), "month": day.replace(day=1)}[period]
    return f"{period}:{begin.isoformat()}"
