"""One member on paper: lots, a diary, promises, a tier. Knows nothing of the product's code.

What is added up from the past (tiers, year to date, limits) is added up again from the diary each time.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from tests.simulation.model_rules import EXPIRED, RETURNED, Programme, next_period, period

Parcel = tuple[str, int, int]
"""Class, last good day (0: for ever) and points."""
EXPIRY_ROWS_AT_ONCE = 20


@dataclass(frozen=True)
class Row:
    """A line of the activity list. A held one is replaced by another as its hold goes on."""

    number: int
    action: int
    credit: bool
    amount: int
    status: str
    at: int
    expires: int | None = None
    order: str = ""
    kind: str = "Standard"
    reason: str = ""


@dataclass(frozen=True)
class Earned:
    """What counts towards tiers on a day."""

    day: int
    points: int = 0
    spend: int = 0
    orders: int = 0


@dataclass(frozen=True)
class Counted:
    """What counts against a limit in the period that begins on a day."""

    key: str
    first_day: int
    times: int
    points: int


@dataclass(frozen=True)
class Hold:
    """Points promised: by line of an order (or line 0 of an action) until a day begins, or until shipped."""

    group: str
    place: int
    row: int
    action: int
    parts: tuple[tuple[int, int], ...]
    policy: tuple[tuple[str, Any], ...]
    kind: str
    release_at: int | None
    void_at: int | None
    order: str = ""
    counted: tuple[Counted, ...] = ()

    @property
    def points(self) -> int:
        return sum(points for _, points in self.parts)

    def of(self, line: int) -> int:
        return dict(self.parts).get(line, 0)

    def less(self, line: int, points: int) -> "Hold":
        parts = [(each, left - points if each == line else left) for each, left in self.parts]
        return replace(self, parts=tuple((each, left) for each, left in parts if left))


@dataclass(frozen=True)
class Redemption:
    """Points spent on an order: which row, from which lots, how many beyond the balance, how many came back."""

    answer: dict[str, Any]
    taken: tuple[Parcel, ...]
    owed: int
    refunded: int = 0

    @property
    def points(self) -> int:
        return sum(parcel[2] for parcel in self.taken) + self.owed


@dataclass
class Member:
    """Everything that is known of one member."""

    number: int
    profile: dict[str, Any]
    joined: int
    state: str = "active"
    lots: list[Parcel] = field(default_factory=list)
    owed: int = 0
    held: int = 0
    used: int = 0
    redeemed: int = 0
    expired: int = 0
    lifetime: int = 0
    diary: list[Earned] = field(default_factory=list)
    dead: list[Parcel] = field(default_factory=list)
    turnover: list[tuple[int, int, int]] = field(default_factory=list)
    counted: list[Counted] = field(default_factory=list)
    performed: list[tuple[int, int, int, int]] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    holds: dict[tuple[str, int], Hold] = field(default_factory=dict)
    redemptions: dict[str, tuple[Redemption, ...]] = field(default_factory=dict)
    tier: str = ""
    since: int = 0
    until: int | None = None
    previous: str = ""
    judged: int = 0
    last_at: int = 0
    tiers_until_now: list[tuple[int, str]] = field(default_factory=list)

    def copy(self) -> "Member":
        """Another of the same; what it consists of is never changed in place but its lists and dicts."""
        copied = replace(self)
        for name in (
            "profile",
            "lots",
            "dead",
            "diary",
            "turnover",
            "counted",
            "performed",
            "rows",
            "holds",
            "redemptions",
        ):
            setattr(copied, name, getattr(self, name).copy())
        copied.tiers_until_now = self.tiers_until_now.copy()
        return copied

    @property
    def available(self) -> int:
        return sum(points for _, _, points in self.lots) - self.owed

    # --- time -------------------------------------------------------------------------------------------------

    def is_settled(self, now: int, rules: Programme) -> bool:
        """Whether time has done nothing yet that was not booked."""
        waits = [day for _, day, _ in self.lots if day] + ([] if self.until is None else [self.until])
        return self.state == "closed" or not waits or min(waits) >= rules.day(now)

    def begin(self, now: int, rules: Programme) -> None:
        """Look at the member anew, as every call does: apply what time has done since anything was booked."""
        self.judged = rules.day(self.last_at)
        self.settle(now, rules)

    def settle(self, now: int, rules: Programme) -> None:
        """Expire what is no longer good and end tiers whose time is over, in the order in which that happened."""
        today, booked = rules.day(now), 0
        while not self.is_settled(now, rules):
            dead = min((day for _, day, _ in self.lots if day), default=None)
            if dead is not None and dead < today and (self.until is None or dead <= self.until):
                booked += 1
                if booked >= EXPIRY_ROWS_AT_ONCE:
                    dead = max(day for _, day, _ in self.lots if 0 < day < today)
                self._expire(dead, now, rules)
            else:
                self._end_tier(now, rules)

    def _expire(self, through: int, now: int, rules: Programme) -> None:
        gone = [parcel for parcel in self.lots if 0 < parcel[1] <= through]
        points = sum(parcel[2] for parcel in gone)
        self.lots = [parcel for parcel in self.lots if parcel not in gone]
        self.expired += points
        self.dead += gone
        self.show(EXPIRED, points, rules.start(through + 1), rules, status="Expired", credit=False, kinds=gone)
        self.after(now, rules, day=max(through + 1, self.judged))

    # --- moves ------------------------------------------------------------------------------------------------

    def receive(self, parcels: Iterable[Parcel]) -> list[Parcel]:
        """Get points; what is owed is paid first. What became lots."""
        kept = []
        for kind, day, points in parcels:
            paid = min(points, self.owed)
            self.owed -= paid
            if points > paid:
                self._put((kind, day, points - paid))
                kept.append((kind, day, points - paid))
        return kept

    def take(self, points: int, *, first: tuple[str, int] | None = None) -> list[Parcel]:
        """Points out of the lots: the one named first, then what is good for the shortest time."""
        taken: list[Parcel] = []
        for parcel in [*(p for p in self.lots if p[:2] == first), *(p for p in self.lots if p[:2] != first)]:
            amount = min(points, parcel[2])
            if amount:
                taken.append((*parcel[:2], amount))
                points -= amount
        left = {parcel[:2]: parcel[2] for parcel in taken}
        self.lots = [(k, d, n - left.get((k, d), 0)) for k, d, n in self.lots if n > left.get((k, d), 0)]
        return taken

    def show(
        self,
        action: int,
        amount: int,
        at: int,
        rules: Programme,
        *,
        credit: bool,
        status: str = "Released",
        kinds: Iterable[Parcel] = (),
        given_kind: str = "",
        is_row: bool = True,
        **said: Any,
    ) -> int:
        """Write a row, or (``is_row`` false) only what the action's sums need; the row's number."""
        moved = 0 if status in {"Hold", "nothing"} else amount
        self.performed.append((action, moved if credit else 0, 0 if credit else moved, int(is_row)))
        self.turnover.append((rules.day(at), moved if credit else 0, 0 if credit else moved))
        if is_row:
            kind = given_kind or ("Promotional" if {k for k, _, _ in kinds} == {"P"} else "Standard")
            if action == RETURNED:
                kind = {"Standard": "Reversal Standard", "Promotional": "Reversal Promotion"}[kind]
            status = "Released" if status == "nothing" else status
            self.rows.append(Row(len(self.rows) + 1, action, credit, amount, status, at, kind=kind, **said))
        return len(self.rows)

    def reshow(self, number: int, **changes: Any) -> None:
        """Change how a held row is shown."""
        self.rows[number - 1] = replace(self.rows[number - 1], **changes)

    def _put(self, parcel: Parcel) -> None:
        kind, day, points = parcel
        for place, each in enumerate(self.lots):
            if each[:2] == (kind, day):
                self.lots[place] = (kind, day, each[2] + points)
                return
        self.lots = sorted([*self.lots, parcel], key=lambda each: (each[1] == 0, each[1]))

    # --- tiers ------------------------------------------------------------------------------------------------

    def enrol(self, now: int, rules: Programme) -> None:
        """Stand on the lowest tier."""
        self.tier, self.since = str(rules.levels[0]["tierId"]), rules.day(now)
        self.judged = self.since
        self._booked(now)

    def counts(self, rules: Programme, day: int, criterion: str | None = None) -> int:
        """What the member has in the ladder's criterion and window on that day."""
        name = {"earnedPoints": "points", "spend": "spend", "orders": "orders"}[criterion or rules.tiers["criterion"]]
        if rules.tiers["window"] == "lifetime":
            return sum(getattr(each, name) for each in self.diary)
        year = period("year", day)
        return sum(getattr(each, name) for each in self.diary if period("year", each.day) == year)

    def after(self, now: int, rules: Programme, *, day: int | None = None, rises: bool = False) -> None:
        """Judge the tier after something happened: upwards at once, downwards only where tiers are not kept."""
        if self.state == "closed":
            return
        self.judged = rules.day(now) if day is None else day
        rank, earned = rules.rank(self.tier), self._earned(rules, self.judged)
        keeps = rules.tiers.get("keepUntil", {"type": "none"})["type"] != "none"
        if earned > rank and (rises or not rules.tiers.get("sequential")):
            self._stand(rank + 1 if rules.tiers.get("sequential") else earned, self.judged, rules)
        elif earned < rank and not keeps and rules.tiers.get("downgrade", "earned") == "earned":
            self._stand(earned, self.judged, rules)
        elif self.until is None:
            self.until = self._kept_through(rank, self.judged, rules)
        self._booked(now)

    def _end_tier(self, now: int, rules: Programme) -> None:
        """The tier's time is over: it is kept anew when it is earned again, else it is lost."""
        day = (self.until or 0) + 1
        rank, earned = rules.rank(self.tier), self._earned(rules, day)
        if earned != rank:
            up = rank + 1 if rules.tiers.get("sequential") else earned
            self._stand(up if earned > rank else earned, day, rules)
        else:
            self.until = self._kept_through(rank, day, rules)
        self.judged = day
        self._booked(now)

    def _booked(self, now: int) -> None:
        self.last_at = now
        self.tiers_until_now.append((now, self.tier))

    def _earned(self, rules: Programme, day: int) -> int:
        amount = self.counts(rules, day)
        return max(rank for rank, wanted in enumerate(rules.thresholds) if rank == 0 or amount >= wanted)

    def _stand(self, rank: int, day: int, rules: Programme) -> None:
        self.previous, self.tier = self.tier, str(rules.levels[rank]["tierId"])
        self.since, self.until = day, self._kept_through(rank, day, rules)

    def _kept_through(self, rank: int, day: int, rules: Programme) -> int | None:
        if rank == 0:
            return None
        keep = rules.tiers.get("keepUntil", {"type": "none"})
        if keep["type"] == "days":
            return day + int(keep["count"])
        if keep["type"] == "none" and rules.tiers["window"] == "calendarYear":
            return (next_period("year", day) or 0) - 1
        return None

    # --- limits -----------------------------------------------------------------------------------------------

    def so_far(self, key: str, first_day: int) -> tuple[int, int]:
        """How often, and to how many points, the member earned in that period."""
        found = [each for each in self.counted if (each.key, each.first_day) == (key, first_day)]
        return sum(each.times for each in found), sum(each.points for each in found)
