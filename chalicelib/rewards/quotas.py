"""How often a member may claim a reward: the counters that the account keeps of it."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from chalicelib.ledger import days
from chalicelib.ledger.account import Account
from chalicelib.ledger.entry import Counted
from chalicelib.programme.definitions.reward import ClaimLimit, Period, Reward
from chalicelib.values import value

_LETTERS: Final[dict[Period, str]] = {
    "days": "d",
    "week": "w",
    "month": "m",
    "year": "y",
    "anniversaryYear": "a",
    "lifetime": "l",
    "calendarRange": "c",
}
_WORDS: Final[dict[Period, str]] = {
    "days": "in {days} days",
    "week": "a week",
    "month": "a month",
    "year": "a year",
    "anniversaryYear": "a year of membership",
    "lifetime": "a member",
    "calendarRange": "from {start_date} through {end_date}",
}


@value
class Quota:
    """One limit of a reward for one member: ``used`` of ``most`` claims (``None``: any number) in the period that
    began on the day ``first``, and the day on which it opens again (``None``: never).
    """

    key: str
    first: int
    used: int
    most: int | None
    words: str
    again: int | None

    @property
    def is_full(self) -> bool:
        """Whether no claim is left."""
        return self.most is not None and self.used >= self.most

    def opens_at(self, zone: ZoneInfo) -> datetime | None:
        """The instant at which claims are possible again, ``None`` for never."""
        return None if self.again is None else days.start_of(self.again, zone)


def quotas(reward: Reward, account: Account, day: int) -> tuple[Quota, ...]:
    """All limits of a reward that apply on a day, that of the whole life first; it is there also without a bound."""
    return tuple(_quotas(reward, account, day))


def counted(found: tuple[Quota, ...]) -> tuple[Counted, ...]:
    """What one claim counts, as its entry in the book carries it."""
    return tuple(Counted(quota.key, quota.first, 1, 0) for quota in found)


def claimed(reward_id: str, account: Account) -> int:
    """How often a member has claimed a reward, without what was cancelled."""
    return _times(account, _key(reward_id, "lifetime"), days.FOREVER)


def _quotas(reward: Reward, account: Account, day: int) -> Iterator[Quota]:
    own = {limit.period: limit for limit in reward.claim_limits}
    bounds = [reward.claims_per_member] if reward.claims_per_member else []
    bounds += [own["lifetime"].times] if "lifetime" in own else []
    key = _key(reward.reward_id, "lifetime")
    most = min(bounds, default=None)
    yield Quota(key, days.FOREVER, _times(account, key, days.FOREVER), most, _WORDS["lifetime"], None)
    for limit in reward.claim_limits:
        span = None if limit.period == "lifetime" else _span(limit, account, _key(reward.reward_id, limit.period), day)
        if span is not None:
            key, (first, again) = _key(reward.reward_id, limit.period), span
            words = _WORDS[limit.period].format(days=limit.days, start_date=limit.start_date, end_date=limit.end_date)
            yield Quota(key, first, _times(account, key, first), limit.times, words, again)


def _span(limit: ClaimLimit, account: Account, key: str, day: int) -> tuple[int, int] | None:
    """First day of the limit's period that contains the day, and the first day after it."""
    match limit.period:
        case "days":
            length = limit.days or 1
            began = account.limits.get(key, (day, 0, 0, 0, 0, 0))
            first = began[0] if began[1] and began[0] <= day < began[0] + length else day
            return first, first + length
        case "calendarRange":
            first, last = (date.fromisoformat(each or "").toordinal() for each in (limit.start_date, limit.end_date))
            return (first, last + 1) if first <= day <= last else None
        case "anniversaryYear":
            first = days.anniversary_of(account.joined, day)
            return first, days.add_months(first, 12)
        case "week" | "month" | "year" as unit:
            first = days.period_of(unit, day)
            return first, days.period_after(unit, first) or first
    return None


def _times(account: Account, key: str, first: int) -> int:
    """Claims counted in the period that began on a day; the account keeps the last two periods."""
    period, times, _, before, times_before, _ = account.limits.get(key, (first, 0, 0, 0, 0, 0))
    if period == first:
        return times
    return times_before if before == first else 0


def _key(reward_id: str, period: Period) -> str:
    return f"R{reward_id}#{_LETTERS[period]}"
