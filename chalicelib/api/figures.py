"""The figures of a member and the report of expiries, from the account and the book."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from chalicelib.api import buckets
from chalicelib.api.common import WireFigures, force_of
from chalicelib.api.paging import counted, page_of
from chalicelib.api.routing import Request
from chalicelib.api.wire import timestamp
from chalicelib.errors import Malformed
from chalicelib.ledger import days, tiers
from chalicelib.ledger import service as ledger
from chalicelib.ledger.account import (
    EVER,
    NEVER,
    Account,
    Bucket,
    membership_year_key,
    month_key,
    turnover_key,
    year_key,
)
from chalicelib.ledger.reading import service as reading
from chalicelib.ledger.rules import Metric
from chalicelib.members.service import Resolved
from chalicelib.programme import amounts

_MONTHS: Final = {"quarter": 3, "semester": 6}
_PERIOD_NAMES: Final = {
    "calendarYear": "calendar year",
    "anniversaryYear": "anniversary year",
    "semester": "semester",
    "quarter": "quarter",
}


def figures(account: Account, show: WireFigures, site: str, member: str, now: datetime) -> Mapping[str, Any]:
    """Every figure of ``GET /points/{id}``: always all of them, numbers as numbers."""
    bucket = account.bucket()
    day = days.day_of(now, show.force.zone)
    credit, debit, _ = account.counter(turnover_key(day))
    spent = account.counter(EVER)[1]
    dying, last_day = next_expiry(bucket, day, show)
    value = amounts.currency_value(show.force.programme, bucket.available)
    currency = show.force.programme.currency
    said: dict[str, Any] = {
        "siteId": site,
        "id": member,
        "availablePoints": show.points(bucket.available),
        "usedPoints": show.points(bucket.used),
        "negativePoints": show.points(-bucket.arrears),
        "expiredPoints": show.points(bucket.expired),
        "lifetimePoints": show.points(bucket.lifetime),
        "holdPoints": show.points(bucket.held),
        "usedPointsOnReward": show.points(bucket.on_rewards),
        "pointsToExpire": show.points(dying),
        "pointsToExpireDate": show.expiry(last_day) or timestamp(now),
        "pointsToNextTier": to_next(account, show, day, "points"),
        "spendToNextTier": to_next(account, show, day, "spend"),
        "totalSpent": show.spend(spent),
        "totalSpend": show.spend(spent),
        "rewardDenomination": show.force.programme.display.reward_denomination,
        "creditsToCurrencyRatio": currency.credits_to_currency_ratio,
        "creditsToCurrencyValue": format(value, "f") if currency.value_as_text else value,
        "ytdCreditPoints": show.points(credit),
        "ytdDebitPoints": show.points(debit),
        "multiBucketsData": buckets.standing(account, show, now),
        "availableRedemptionPoints": show.points(max(0, bucket.available)),
        "usedRedemptionPoints": show.points(bucket.redeemed),
        "groupDetails": {},
    }
    period = show.force.programme.display.earned_points_period
    if period is not None:
        said["earnedPointsPeriod"] = _PERIOD_NAMES[period]
        said["earnedPoints"] = show.points(earned_in(account, period, day))
    return said


def next_expiry(bucket: Bucket, day: int, show: WireFigures) -> tuple[int, int | None]:
    """Points of the next expiry and its day; with a look-ahead all within it, and the first of their days."""
    ahead = show.force.programme.display.expiry_look_ahead_days
    mortal = [lot for lot in bucket.lots if lot.day != NEVER]
    if not mortal:
        return 0, None
    first = mortal[0].day
    through = first if ahead is None else day + ahead
    return sum(lot.left for lot in mortal if lot.day <= through), first


def to_next(account: Account, show: WireFigures, day: int, metric: Metric) -> Decimal:
    """What is missing to the next tier in the metric; 0 at the top, or when tiers go by another metric."""
    ladder = show.force.rules.ladder
    rank = ladder.rank(account.standing.tier)
    if ladder.metric != metric or rank + 1 == len(ladder.levels):
        return Decimal(0)
    missing = max(0, ladder.levels[rank + 1].threshold - tiers.amount(account, ladder, day))
    if metric == "orders":
        return Decimal(missing)
    return show.points(missing) if metric == "points" else show.spend(missing)


def earned_in(account: Account, period: str, day: int) -> int:
    """Points earned in the present calendar year, membership year, semester or quarter."""
    if period == "calendarYear":
        return account.counter(year_key(day))[0]
    if period == "anniversaryYear":
        return account.counter(membership_year_key(account.joined, day))[0]
    months = _MONTHS[period]
    date_ = date.fromordinal(day)
    first = date_.replace(month=(date_.month - 1) // months * months + 1, day=1).toordinal()
    return sum(account.counter(month_key(days.add_months(first, step)))[0] for step in range(months))


@dataclass
class _Day:
    """What expired and what will expire after one day."""

    to_expire: int = 0
    expired: int = 0


def expiry_answer(
    request: Request, member: Resolved, start: datetime, end: datetime, by: str, page: int
) -> Mapping[str, Any]:
    """A page of expiry blocks between two instants, both included. Raises ``Malformed`` for another block."""
    label = _LABELS.get(by.strip().lower())
    if label is None:
        raise Malformed("aggregate_by: week, month, quarter or year.")
    show = WireFigures(force_of(request))
    found = _expiries(request, member.mid, show, start, end)
    blocks: dict[str, list[int]] = defaultdict(list)
    for day in sorted(found):
        blocks[label(date.fromordinal(day))].append(day)
    labels = list(blocks)
    return {
        "siteId": request.site,
        "id": member.given,
        "expiryDetail": [
            _block(name, {day: found[day] for day in blocks[name]}, show) for name in page_of(labels, page)
        ],
        **counted(len(labels), page),
        "totalExpiryDetailCount": len(labels),
    }


def _expiries(request: Request, mid: str, show: WireFigures, start: datetime, end: datetime) -> dict[int, _Day]:
    zone = show.force.zone
    draft = ledger.settled(request.site, mid, show.force.rules, request.now)
    first, last = days.day_of(start, zone), days.day_of(end, zone)
    found: dict[int, _Day] = defaultdict(_Day)
    pending = [draw for line in draft.lines if line.entry.kind == "expire" for draw in line.entry.draws]
    # What is booked after the account was read is pending in this picture; it must not count twice.
    through = draft.account.version - len(draft.lines)
    booked = reading.expired_between(request.site, mid, first - 1, last, through=through)
    for home in draft.account.absorbed:
        booked += reading.expired_between(request.site, home, first - 1, last)
    for day, points in [*((day, points) for day, points, _ in booked), *((d.day, d.amount) for d in pending)]:
        found[day].expired += points
    for lot in draft.account.bucket().lots:
        if lot.day != NEVER:
            found[lot.day].to_expire += lot.left
    ends = {day: days.start_of(day + 1, zone) - timedelta(seconds=1) for day in found}
    return {day: each for day, each in found.items() if start <= ends[day] <= end}


def _block(name: str, found: Mapping[int, _Day], show: WireFigures) -> dict[str, Any]:
    totals = {
        "totalPointsToExpire": show.points(sum(each.to_expire for each in found.values())),
        "totalPointsExpired": show.points(sum(each.expired for each in found.values())),
    }
    rows = [
        {"points": show.points(each.to_expire + each.expired), "expiryDate": show.expiry(day) or "", **totals}
        for day, each in found.items()
    ]
    return {"date": name, "pointsActivity": rows, **totals}


_LABELS: Final = {
    "week": lambda day: f"{day.isocalendar().year}-W{day.isocalendar().week:02d}",
    "month": lambda day: f"{day:%Y-%m}",
    "quarter": lambda day: f"{day.year}-Q{(day.month + 2) // 3}",
    "year": lambda day: str(day.year),
}
