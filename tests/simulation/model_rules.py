"""A programme document as the simulator's plain model reads it: days, periods, ratios, expiry, limits, holds.

Written from ``docs/programme.md`` alone. Instants are milliseconds since the epoch, days are ordinals in the
programme's time zone, points are whole numbers of their smallest unit.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

MANUAL, EXPIRED, REDEEMED, PURCHASE, RETURNED = 100, 106, 107, 109, 148
GROUP_TRANSFER, ACTION_DEBIT, MEMBER_TRANSFER = 160, 192, 8055
BOOKED_ALONE = {EXPIRED, RETURNED}
TAKING = {EXPIRED, REDEEMED, RETURNED, GROUP_TRANSFER, ACTION_DEBIT, MEMBER_TRANSFER}
PERIODS = ("day", "week", "month", "quarter", "year", "lifetime")
_ROUNDING = {"down": ROUND_DOWN, "nearest": ROUND_HALF_UP, "up": ROUND_UP}


@lru_cache(maxsize=4096)
def day_of(at: int, zone: str) -> int:
    """The day that contains the instant."""
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=at)).astimezone(ZoneInfo(zone)).toordinal()


@lru_cache(maxsize=4096)
def start_of(day: int, zone: str) -> int:
    """The instant at which the day begins."""
    start = datetime.combine(date.fromordinal(day), datetime.min.time(), ZoneInfo(zone))
    return int(start.timestamp()) * 1000


@lru_cache(maxsize=4096)
def stamp(at: int) -> str:
    """An instant as the wire shows it."""
    whole = datetime(1970, 1, 1) + timedelta(seconds=at // 1000)
    return whole.isoformat() + "+0000"


def period(unit: str, day: int) -> int:
    """The first day of the period that contains the day; one for the whole lifetime."""
    on = date.fromordinal(day)
    if unit == "lifetime":
        return 0
    if unit == "day":
        return day
    if unit == "week":
        return day - on.weekday()
    if unit == "month":
        return on.replace(day=1).toordinal()
    if unit == "quarter":
        return date(on.year, (on.month - 1) // 3 * 3 + 1, 1).toordinal()
    return date(on.year, 1, 1).toordinal()


def next_period(unit: str, day: int) -> int | None:
    """The first day of the period after the one that contains the day; none after a lifetime."""
    if unit == "lifetime":
        return None
    first = later = period(unit, day)
    while period(unit, later) == first:
        later += 1
    return later


def good_through(policy: dict[str, Any], day: int) -> int:
    """The last good day of points earned on that day; 0 when they never expire."""
    if policy["type"] == "never":
        return 0
    if policy["type"] == "rollingDays":
        return day + int(policy["days"])
    on = date.fromordinal(day)
    if policy["type"] == "endOfYear":
        return date(on.year + int(policy.get("years", 0)), 12, 31).toordinal()
    months = on.year * 12 + on.month - 1 + int(policy["months"])
    year, month = months // 12, months % 12 + 1
    return date(year, month, monthrange(year, month)[1]).toordinal()


def rounded(exact: Decimal, rounding: str) -> int:
    """A whole number, as the programme rounds."""
    return int(exact.to_integral_value(_ROUNDING[rounding]))


@dataclass(frozen=True)
class Limit:
    """How often, or to how many points, an action may earn in each period of a kind."""

    key: str
    unit: str
    times: int | None
    points: int | None


class Programme:
    """One version of a document, with the questions that the model asks of it."""

    def __init__(self, version: int, document: dict[str, Any]) -> None:
        self.version = version
        self.document = document
        self.zone: str = document["timeZone"]
        self.decimals: int = document.get("pointDecimals", 0)
        self.currency: dict[str, Any] = document["currency"]
        self.money_decimals: int = self.currency.get("decimals", 2)
        self.may_owe: bool = document["negativePoints"].get("allowed", False)
        self.tiers: dict[str, Any] = document["tiers"]
        self.levels: list[dict[str, Any]] = self.tiers["levels"]
        self.hold: dict[str, Any] = document["purchase"].get("hold", {"type": "none"})
        self.hold_days: int = 0 if self.hold["type"] == "none" else self.hold.get("days", 0)
        self.refunds: dict[str, Any] = document["refunds"]
        self.actions: dict[int, dict[str, Any]] = {each["actionId"]: each for each in document["actions"]}
        self.limits: dict[int, list[Limit]] = {number: self._limits(each) for number, each in self.actions.items()}
        scale = {"earnedPoints": self.decimals, "spend": self.money_decimals, "orders": 0}[self.tiers["criterion"]]
        self.thresholds = [int(Decimal(str(level["threshold"])) * 10**scale) for level in self.levels]

    def day(self, at: int) -> int:
        return day_of(at, self.zone)

    def start(self, day: int) -> int:
        return start_of(day, self.zone)

    def units(self, points: Any) -> int:
        """Points of the wire in their smallest unit."""
        return int(Decimal(str(points)) * 10**self.decimals)

    def points(self, units: int) -> Decimal:
        """Points as the wire shows them."""
        return Decimal(units).scaleb(-self.decimals)

    def money(self, units: int) -> Decimal:
        return Decimal(units).scaleb(-self.money_decimals)

    def worth(self, units: int) -> Decimal:
        """What points are worth, rounded as the programme says."""
        decimals = self.currency.get("valueDecimals", 2)
        exact = self.points(units) * Decimal(str(self.currency["creditsToCurrencyRatio"]))
        return Decimal(rounded(exact.scaleb(decimals), self.currency.get("rounding", "down"))).scaleb(-decimals)

    def good(self, day: int) -> str | None:
        """The last second of a day on which points are good, as the wire shows it."""
        return stamp(self.start(day + 1) - 1000) if day else None

    def rank(self, tier: str) -> int:
        """Position of a tier; one that the programme no longer has counts as the lowest."""
        ids = [level["tierId"] for level in self.levels]
        return ids.index(tier) if tier in ids else 0

    def tier_name(self, tier: str) -> str:
        return str(self.levels[self.rank(tier)]["tierName"]) if tier else ""

    def is_active(self, action: int) -> bool:
        return bool(self.actions[action].get("status", "ACTIVE") == "ACTIVE")

    def policy(self, action: int, tier: str) -> dict[str, Any]:
        """How long points last: by the action, else by the tier, else by the programme."""
        said = self.actions.get(action, {})
        days = said.get("expireInDays")
        if days is not None:
            return {"type": "rollingDays", "days": days} if days else {"type": "never"}
        found: dict[str, Any] = (
            said.get("expiry") or self.levels[self.rank(tier)].get("expiry") or self.document["expiry"]
        )
        return found

    def tier_ratio(self, tier: str) -> Decimal:
        return Decimal(str(self.levels[self.rank(tier)].get("purchaseRatio", 1)))

    def is_held(self) -> bool:
        """Whether purchases are held at all."""
        return self.hold_days > 0

    def after(self, at: int, count: int) -> int:
        """The beginning of the day so many days later."""
        return self.start(self.day(at) + count)

    def _limits(self, action: dict[str, Any]) -> list[Limit]:
        times = {each["period"]: each["times"] for each in action.get("limits", [])}
        points = {action["period"]: self.units(action["maxPoints"])} if action.get("maxPoints") is not None else {}
        return [
            Limit(f"{action['actionId']}/{unit}", unit, times.get(unit), points.get(unit))
            for unit in PERIODS
            if unit in times or unit in points
        ]


def share_out(total: int, exact: list[Fraction]) -> list[int]:
    """Whole parts of a total from their exact parts: rounded down, the largest remainders then up, ties by place."""
    shares = [int(part) for part in exact]
    order = sorted(range(len(exact)), key=lambda place: (shares[place] - exact[place], place))
    for place in order[: total - sum(shares)]:
        shares[place] += 1
    return shares


def share_by(total: int, weights: list[int]) -> list[int]:
    """A total shared out by whole weights; equally where all are 0."""
    whole = sum(weights)
    if not whole:
        weights, whole = [1] * len(weights), len(weights)
    return share_out(total, [Fraction(total * weight, whole) for weight in weights])
