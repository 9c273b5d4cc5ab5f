"""Days and periods of a programme's calendar.

A *day* is a proleptic ordinal (``date.toordinal``) in the programme's time zone; a *period* is named by
the ordinal of its first day. Instants are aware datetimes in UTC.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

Unit = Literal["day", "week", "month", "quarter", "year", "lifetime"]
UNITS: Final[tuple[Unit, ...]] = ("day", "week", "month", "quarter", "year", "lifetime")
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
FOREVER: Final = 0
"""The first day of the only period of ``lifetime``."""
_MONTHS: Final[dict[str, int]] = {"month": 1, "quarter": 3, "year": 12}


def day_of(instant: datetime, zone: ZoneInfo) -> int:
    """The programme's day that contains the instant."""
    return instant.astimezone(zone).toordinal()


def start_of(day: int, zone: ZoneInfo) -> datetime:
    """The instant, in UTC, at which the day begins in the zone."""
    midnight = datetime.combine(date.fromordinal(day), time(), zone)
    return midnight.astimezone(UTC)


def period_of(unit: Unit, day: int) -> int:
    """First day of the period that contains the day; weeks begin on Monday (ISO 8601)."""
    if unit == "lifetime":
        return FOREVER
    if unit == "day":
        return day
    date_ = date.fromordinal(day)
    if unit == "week":
        return day - date_.weekday()
    months = _MONTHS[unit]
    return date_.replace(month=(date_.month - 1) // months * months + 1, day=1).toordinal()


def period_after(unit: Unit, first_day: int) -> int | None:
    """First day of the next period, ``None`` for ``lifetime``."""
    if unit == "lifetime":
        return None
    if unit == "day":
        return first_day + 1
    if unit == "week":
        return first_day + 7
    return add_months(first_day, _MONTHS[unit])


def add_months(day: int, months: int) -> int:
    """The same day of the month, ``months`` later; the month's last day where it has no such day."""
    date_ = date.fromordinal(day)
    month0 = date_.year * 12 + date_.month - 1 + months
    year, month = divmod(month0, 12)
    first = date(year, month + 1, 1)
    return first.toordinal() + min(date_.day, days_in_month(first)) - 1


def month_end(day: int) -> int:
    """Last day of the month that contains the day."""
    date_ = date.fromordinal(day)
    first = date_.replace(day=1)
    return first.toordinal() + days_in_month(first) - 1


def year_end(day: int) -> int:
    """Last day of the calendar year that contains the day."""
    return date(date.fromordinal(day).year, 12, 31).toordinal()


def anniversary_of(joined: int, day: int) -> int:
    """First day of the membership year that contains the day; the day of joining begins the first."""
    start = date.fromordinal(joined)
    years = date.fromordinal(day).year - start.year
    candidate = add_months(joined, 12 * years)
    return candidate if candidate <= day else add_months(joined, 12 * (years - 1))


def days_in_month(first: date) -> int:
    """How many days the month of that date has."""
    following = first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1, day=1)
    return (following - first.replace(day=1)).days


def to_ms(instant: datetime) -> int:
    """Milliseconds since the epoch, exact for instants of ``clock.now``."""
    return (instant - EPOCH) // timedelta(milliseconds=1)


def from_ms(milliseconds: int) -> datetime:
    """The instant of ``to_ms``."""
    return EPOCH + timedelta(milliseconds=milliseconds)
