"""Tiers: where a member stands, and the ladder (annex-api-1, section 8)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from chalicelib.api import buckets
from chalicelib.api.bodies import MemberBody
from chalicelib.api.bulk import numbered, read_of
from chalicelib.api.common import WireFigures, force_of, of_named, shown
from chalicelib.api.figures import to_next
from chalicelib.api.paging import PageQuery, counted, page_of
from chalicelib.api.routing import Request, Routes
from chalicelib.api.shapes import BulkError, TierAnswer, TierList
from chalicelib.ledger import days
from chalicelib.ledger import service as ledger
from chalicelib.ledger.account import Account
from chalicelib.programme.definitions.action_series import completions_key
from chalicelib.programme.definitions.ladder import Expiry
from chalicelib.programme.document import Programme

routes: Final = Routes(__name__, "Tiers")
_CRITERIA: Final = {"earnedPoints": "earned points", "spend": "amount spent", "orders": "number of purchases"}
_WINDOWS: Final = {
    "lifetime": "over the lifetime",
    "calendarYear": "based on calendar year",
    "rolling": "based on rolling 12 months",
    "anniversary": "based on anniversary year",
}


@routes.add("GET", "/users/{memberId}/tiers", scope="users:read", response=TierAnswer)
def get_user_tiers(request: Request) -> Mapping[str, Any]:
    """Read a member's tier, the next one, and what is missing to it."""
    return of_named(request, lambda member: read_tier(request, member.mid, member.given))


@routes.add(
    "POST", "/bulktiers", scope="users:read", body=dict[str, MemberBody], response=dict[str, TierAnswer | BulkError]
)
def get_bulk_tiers(request: Request) -> Mapping[str, Any]:
    """Read the tiers of several members, by numbered elements."""
    return numbered(request, read_of(read_tier))


@routes.add("GET", "/tierlist/all", scope="definitions:read", query=PageQuery, response=TierList)
def get_tier_list(request: Request) -> Mapping[str, Any]:
    """List the tiers of the programme, lowest first."""
    force = force_of(request)
    programme = force.programme
    levels = programme.tiers.levels
    page = request.query.page
    return {
        "siteId": request.site,
        "tierMethod": "sequential" if programme.tiers.sequential else "non-sequential",
        "tierDetail": [
            {
                "tierId": level.tier_id,
                "tierName": level.tier_name,
                "tierLevel": place,
                "tierStatus": "active",
                "tierType": tier_type(programme),
                "tierPointsExpirationType": limit_of(level.expiry or programme.expiry)[0],
                "tierThreshold": level.threshold,
                "purchaseRatio": level.purchase_ratio,
                "prerequisiteSeries": list(level.prerequisite_series),
                "tierDisplay": level.tier_display,
            }
            for place, level in page_of(list(enumerate(levels, 1)), page)
        ],
        **counted(len(levels), page),
    }


def read_tier(request: Request, mid: str, given: str) -> Mapping[str, Any]:
    """A member's tier, from the account alone."""
    force = force_of(request)
    account = ledger.read(request.site, mid, force.rules, request.now)
    return tier_of(account, WireFigures(force), request.site, given, request.now)


def tier_of(account: Account, show: WireFigures, site: str, member: str, now: datetime) -> dict[str, Any]:
    """The answer about a tier. Its limit type and period say how its points expire."""
    day = days.day_of(now, show.force.zone)
    ladder, programme = show.force.rules.ladder, show.force.programme
    rank = ladder.rank(account.standing.tier)
    above = ladder.levels[rank + 1].name if rank + 1 < len(ladder.levels) else ""
    level = programme.tiers.levels[rank]
    kind, period = limit_of(level.expiry or programme.expiry)
    purchase = next((action for action in programme.actions if action.ratio is not None), None)
    base = purchase.ratio if purchase is not None and purchase.ratio is not None else 0
    until = account.standing.until
    return {
        "siteId": site,
        "id": member,
        "currentTier": level.tier_name,
        "nextTier": above,
        "previousTier": show.tier(account.standing.previous),
        "pointsToNextTier": to_next(account, show, day, "points"),
        "spendToNextTier": to_next(account, show, day, "spend"),
        "ordersToNextTier": int(to_next(account, show, day, "orders")),
        "seriesToNextTier": _series_missing(account, programme, rank + 1),
        "purchaseRatio": level.purchase_ratio,
        "currentTierPurchaseRatio": base * level.purchase_ratio,
        "tierLimitType": kind,
        "tierLimitPeriod": period,
        "tierSince": shown(days.start_of(account.standing.since, show.force.zone)),
        "tierExpireDate": show.expiry(until) or "",
        "multiBucketsData": buckets.standing(account, show, now),
    }


def _series_missing(account: Account, programme: Programme, rank: int) -> str:
    """The action series that the member has yet to complete for a tier: their ids, by commas."""
    asked = [series for level in programme.tiers.levels[rank : rank + 1] for series in level.prerequisite_series]
    return ", ".join(series for series in asked if completions_key(series) not in account.limits)


def tier_type(programme: Programme) -> str:
    """The criterion in words, as the vendor prints it: ``earned points based on calendar year``."""
    return f"{_CRITERIA[programme.tiers.criterion]} {_WINDOWS[programme.tiers.window]}"


def limit_of(expiry: Expiry) -> tuple[str, str]:
    """How points expire in a tier: ``Rolling`` with days, ``Calendar`` with months or years; empty for never."""
    if expiry.type == "rollingDays":
        return "Rolling", f"{expiry.days} days"
    if expiry.type == "endOfMonth":
        return "Calendar", f"{expiry.months} months"
    return ("Calendar", f"{expiry.years} years") if expiry.type == "endOfYear" else ("", "")
