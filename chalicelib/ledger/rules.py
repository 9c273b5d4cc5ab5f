"""What the book needs to know of a programme to decide, as plain values.

``programme/`` compiles its document into these; the book never reads the document.
"""

from collections.abc import Container, Mapping
from dataclasses import field
from typing import Literal
from zoneinfo import ZoneInfo

from chalicelib.ledger import days
from chalicelib.ledger.account import NEVER
from chalicelib.values import value

Metric = Literal["points", "spend", "orders"]
Window = Literal["lifetime", "year", "rolling", "anniversary"]
Downgrade = Literal["earned", "one_step", "never"]
KeepUnit = Literal["days", "months", "end_of_year", "end_of_next_year"]


@value
class Level:
    """One tier: reached when the metric is at least ``threshold`` (points in smallest units, spend in
    the currency's smallest units, or a count of orders) and each limit that it ``needs`` was counted once at least.
    """

    id: str
    name: str
    threshold: int
    needs: tuple[str, ...] = ()
    """Keys of the account's limits."""


@value
class Keep:
    """How long a tier is kept once reached: ``count`` days or months, or to the end of a calendar year."""

    unit: KeepUnit
    count: int = 0


@value
class Ladder:
    """The tiers of a programme, lowest first; the first has threshold 0.

    ``keep`` None means the tier always equals what the counters say. A rolling window covers the current
    month and the eleven before it.
    """

    metric: Metric
    window: Window
    sequential: bool
    keep: Keep | None
    downgrade: Downgrade
    levels: tuple[Level, ...]

    def rank(self, level_id: str) -> int:
        """Position of a tier; a tier that the programme no longer has counts as the lowest."""
        for rank, level in enumerate(self.levels):
            if level.id == level_id:
                return rank
        return 0

    def rank_at(self, amount: int, done: Container[str] = ()) -> int:
        """Position of the highest tier whose threshold the amount meets, of those that need only what is ``done``.

        Step by step on a sequential ladder: nobody climbs past a tier that needs something else.
        """
        rank = 0
        for place, level in enumerate(self.levels):
            if amount >= level.threshold and all(key in done for key in level.needs):
                rank = place
            elif self.sequential:
                break
        return rank


@value
class Rules:
    """A programme version as the book sees it."""

    version: int
    zone: ZoneInfo
    ladder: Ladder
    may_owe: bool
    """Whether a debit may go beyond the balance into arrears (the negative-points policy)."""
    ladders: Mapping[str, Ladder] = field(default_factory=dict)
    """Tiers of other buckets, by the bucket's name."""


LastingUnit = Literal["never", "days", "month_end", "year_end"]


@value
class Lasting:
    """How long points are good: ``count`` days after they were earned, to the end of the month ``count``
    months later, to the end of the calendar year ``count`` years later, or for ever.
    """

    unit: LastingUnit
    count: int = 0

    def good_through(self, day: int) -> int:
        """Last day on which points earned on that day are good; ``NEVER`` (0) when they do not expire."""
        if self.unit == "never":
            return NEVER
        if self.unit == "days":
            return day + self.count
        months = self.count if self.unit == "month_end" else 12 * self.count
        target = days.add_months(day, months)
        return days.month_end(target) if self.unit == "month_end" else days.year_end(target)
