"""Where a member stands on the programme's ladder, and until when."""

from dataclasses import replace
from typing import Final

from chalicelib.ledger import days
from chalicelib.ledger.account import EVER, Account, Standing, membership_year_key, month_key, year_key
from chalicelib.ledger.rules import Ladder

_METRICS: Final = {"points": 0, "spend": 1, "orders": 2}
ROLLING_MONTHS: Final = 12


def amount(account: Account, ladder: Ladder, day: int) -> int:
    """What the member has in the ladder's metric and window on that day."""
    metric = _METRICS[ladder.metric]
    if ladder.window == "rolling":
        first = days.period_of("month", day)
        keys = [month_key(days.add_months(first, -back)) for back in range(ROLLING_MONTHS)]
        return sum(account.counter(key)[metric] for key in keys)
    return account.counter(_key(account, ladder, day))[metric]


def _earned(account: Account, ladder: Ladder, day: int) -> int:
    """The rank of the highest tier that the member meets on that day."""
    return ladder.rank_at(amount(account, ladder, day), account.limits)


def start(ladder: Ladder, day: int) -> Standing:
    """Where a new member stands."""
    return Standing(ladder.levels[0].id, day)


def evaluate(account: Account, ladder: Ladder, day: int, *, rises: bool = True) -> Standing:
    """The standing after something happened on that day: upwards at once, downwards only without a keep period.

    On a sequential ladder only what was earned by (``rises``) leads a step upwards.
    """
    standing = account.standing
    current, earned = ladder.rank(standing.tier), _earned(account, ladder, day)
    if ladder.levels[current].id != standing.tier:
        # The programme no longer has this tier: the member is placed anew.
        return _placed(account, ladder, earned, day)
    if earned > current and (rises or not ladder.sequential):
        return _placed(account, ladder, current + 1 if ladder.sequential else earned, day)
    if standing.fixed:
        return standing
    # One step a period: whoever was just lowered is not lowered again by the next thing that happens.
    waits = ladder.downgrade == "one_step" and standing.until is not None
    if earned < current and ladder.keep is None and not waits:
        return _lowered(account, ladder, earned, day)
    if standing.until is None and _until(account, ladder, current, day) is not None:
        # The programme began to look at tiers again after the member reached this one.
        return replace(standing, until=_until(account, ladder, current, day))
    return standing


def check(account: Account, ladder: Ladder) -> Standing:
    """The standing after its ``until`` has passed: kept for another period when earned again, else lowered."""
    standing = account.standing
    if standing.until is None:
        raise ValueError("this standing is not looked at again")
    after = standing.until + 1
    # "To the end of next year" looks back on the year that ends; every other period on the one that begins.
    day = standing.until if ladder.keep is not None and ladder.keep.unit == "end_of_next_year" else after
    current, earned = ladder.rank(standing.tier), _earned(account, ladder, day)
    if standing.fixed:
        return replace(_placed(account, ladder, earned, day), since=after)
    if earned > current:
        return replace(_placed(account, ladder, current + 1 if ladder.sequential else earned, day), since=after)
    if earned < current and ladder.downgrade != "never":
        return replace(_lowered(account, ladder, earned, day), since=after)
    return replace(standing, until=_until(account, ladder, current, day))


def _lowered(account: Account, ladder: Ladder, earned: int, day: int) -> Standing:
    if ladder.downgrade == "never":
        return replace(account.standing, until=None)
    current = ladder.rank(account.standing.tier)
    return _placed(account, ladder, current - 1 if ladder.downgrade == "one_step" else earned, day)


def _placed(account: Account, ladder: Ladder, rank: int, day: int) -> Standing:
    return Standing(ladder.levels[rank].id, day, _until(account, ladder, rank, day), account.standing.tier)


def _until(account: Account, ladder: Ladder, rank: int, day: int) -> int | None:
    """Through which day a tier reached or confirmed on that day stands without being looked at."""
    if rank == 0 or ladder.downgrade == "never":
        return None
    if ladder.keep is None:
        return _window_end(account, ladder, day)
    unit, count = ladder.keep.unit, ladder.keep.count
    if unit == "days":
        return day + count
    if unit == "months":
        return days.add_months(day, count)
    end = days.year_end(day)
    return end if unit == "end_of_year" else days.year_end(end + 1)


def _window_end(account: Account, ladder: Ladder, day: int) -> int | None:
    if ladder.window == "lifetime":
        return None
    if ladder.window == "year":
        return days.year_end(day)
    if ladder.window == "rolling":
        return days.month_end(day)
    return days.add_months(account.joined, 12 * (_years(account.joined, day) + 1)) - 1


def _years(joined: int, day: int) -> int:
    return round((days.anniversary_of(joined, day) - joined) / 365.25)


def _key(account: Account, ladder: Ladder, day: int) -> str:
    if ladder.window == "lifetime":
        return EVER
    return year_key(day) if ladder.window == "year" else membership_year_key(account.joined, day)


def assigned(account: Account, tier: str, day: int, until: int | None) -> Standing:
    """The standing of a member who is given a tier by hand on that day: kept through ``until`` unless a higher one is
    earned; afterwards the one that was earned.
    """
    return Standing(tier, day, until, account.standing.tier, fixed=True)
