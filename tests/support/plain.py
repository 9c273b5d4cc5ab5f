"""Points as somebody would keep them on paper. Shares no code with the product, on purpose: when the two
disagree, one of them is wrong.
"""

from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

Taken = list[tuple[str, date | None, int]]
"""Class, last good day and points of each heap that a debit took from."""
_LAST = date(9999, 12, 31)


def last_good_day(unit: str, count: int, earned: date) -> date | None:
    """The last day of points earned on that day, by the words of the programme."""
    if unit == "never":
        return None
    if unit == "days":
        return earned + timedelta(days=count)
    if unit == "year_end":
        return date(earned.year + count, 12, 31)
    year, month = earned.year, earned.month
    for _ in range(count):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return date(year, month, monthrange(year, month)[1])


@dataclass
class Heap:
    """Points of one class that are good through one day."""

    kind: str
    good_through: date | None
    points: int


@dataclass
class PlainMember:
    """One member: heaps of points, promises, and a diary of what was earned when."""

    zone: ZoneInfo
    window: str
    thresholds: tuple[int, ...]
    metric: int
    now: datetime
    heaps: list[Heap] = field(default_factory=list)
    diary: list[tuple[date, tuple[int, int, int]]] = field(default_factory=list)
    promised: int = 0
    used: int = 0
    redeemed: int = 0
    on_rewards: int = 0
    expired: int = 0
    lifetime: int = 0
    owed: int = 0

    def __post_init__(self) -> None:
        self.joined = self.day_of(self.now)

    def day_of(self, instant: datetime) -> date:
        return instant.astimezone(self.zone).date()

    @property
    def today(self) -> date:
        return self.day_of(self.now)

    @property
    def available(self) -> int:
        return sum(heap.points for heap in self.heaps) - self.owed

    def wait(self, now: datetime) -> None:
        """Let time pass; throw away what is no longer good."""
        self.now = now
        for heap in self.heaps:
            if heap.good_through is not None and heap.good_through < self.today:
                self.expired += heap.points
                heap.points = 0
        self._tidy()

    def earn(self, on: date, points: int, spend: int = 0, orders: int = 0) -> None:
        self.diary.append((on, (points, spend, orders)))

    def receive(self, parcels: Taken) -> None:
        """Get points; what is owed is paid first, with the points that come first."""
        self.lifetime += sum(parcel[2] for parcel in parcels)
        self._fill(parcels)

    def undo(self, parcels: Taken, *, on_rewards: bool) -> None:
        """Get redeemed points back into the heaps they came from."""
        points = sum(parcel[2] for parcel in parcels)
        self.used -= points
        self.redeemed -= points
        self.on_rewards -= points if on_rewards else 0
        self._fill(parcels)

    def take(
        self, wished: int, purpose: str, *, may_owe: bool = False, first: tuple[str, date | None] | None = None
    ) -> Taken:
        """Give points away: from the heap named first, then what expires first, then on credit if allowed."""
        left, taken = wished, []
        heaps = sorted(self.heaps, key=lambda heap: heap.good_through or _LAST)
        heaps = [h for h in heaps if (h.kind, h.good_through) == first] + heaps
        for heap in heaps:
            part = min(left, heap.points)
            if part:
                heap.points -= part
                left -= part
                taken.append((heap.kind, heap.good_through, part))
        if may_owe:
            self.owed += left
            left = 0
        moved = wished - left
        if purpose == "expired":
            self.expired += moved
        else:
            self.used += moved
        if purpose in {"redeemed", "rewarded"}:
            self.redeemed += moved
        if purpose == "rewarded":
            self.on_rewards += moved
        self._tidy()
        return taken

    def tier(self) -> int:
        """The highest tier whose threshold today's window meets."""
        total = sum(amounts[self.metric] for on, amounts in self.diary if self._counts(on))
        return max(rank for rank, threshold in enumerate(self.thresholds) if rank == 0 or total >= threshold)

    def _counts(self, on: date) -> bool:
        today = self.today
        if self.window == "year":
            return on.year == today.year
        if self.window == "rolling":
            return 0 <= (today.year - on.year) * 12 + today.month - on.month <= 11
        if self.window == "anniversary":
            return self._membership_year(on) == self._membership_year(today)
        return True

    def _membership_year(self, on: date) -> int:
        last = monthrange(on.year, self.joined.month)[1]
        anniversary = date(on.year, self.joined.month, min(self.joined.day, last))
        return on.year - (on < anniversary)

    def _fill(self, parcels: Taken) -> None:
        for kind, good_through, points in parcels:
            paid = min(points, self.owed)
            self.owed -= paid
            same = [heap for heap in self.heaps if (heap.kind, heap.good_through) == (kind, good_through)]
            if same:
                same[0].points += points - paid
            else:
                self.heaps.append(Heap(kind, good_through, points - paid))
        self._tidy()
        self.wait(self.now)

    def _tidy(self) -> None:
        self.heaps = [heap for heap in self.heaps if heap.points]
