"""The programmes of simulated worlds: small documents in which much happens within days."""

import copy
import random
from typing import Any

Document = dict[str, Any]
VISIT, WELCOME, REVIEW, OFF = 515, 101, 516, 520
"""Actions of the sites: limited by the day and capped, once in a lifetime, held for days, switched off."""

_FIXED = [
    {"actionId": 100, "actionName": "Points Adjustment"},
    {"actionId": 106, "actionName": "Points Expired"},
    {"actionId": 107, "actionName": "Redemption"},
    {"actionId": 148, "actionName": "Return"},
    {"actionId": 160, "actionName": "Group Transfer", "status": "INACTIVE"},
    {"actionId": 192, "actionName": "Points Removed"},
    {"actionId": 8055, "actionName": "Transfer to Another Member"},
    {"actionId": WELCOME, "actionName": "Welcome", "actionPoints": 100, "limits": [{"times": 1, "period": "lifetime"}]},
    {"actionId": OFF, "actionName": "Spring Game", "actionPoints": 5, "status": "INACTIVE"},
]


def _tiers(criterion: str, thresholds: tuple[int, int], **more: Any) -> Document:
    levels = [
        {"tierId": "basic", "tierName": "Basic", "threshold": 0},
        {"tierId": "silver", "tierName": "Silver", "threshold": thresholds[0], "purchaseRatio": 1.5},
        {"tierId": "gold", "tierName": "Gold", "threshold": thresholds[1], "purchaseRatio": 2},
    ]
    return {"criterion": criterion, "window": "lifetime", "keepUntil": {"type": "none"}, "levels": levels, **more}


def _refunds(*, whole: bool = True, partial: bool = False, grace: int = 0) -> Document:
    return {"onReturn": whole, "onPartialReturn": partial, "graceDays": grace}


SIMPLE: Document = {
    "timeZone": "UTC",
    "currency": {"code": "USD", "creditsToCurrencyRatio": 0.01},
    "purchase": {"hold": {"type": "none"}},
    "expiry": {"type": "rollingDays", "days": 3},
    "tiers": _tiers("earnedPoints", (150, 400)),
    "negativePoints": {"allowed": False},
    "refunds": _refunds(),
    "display": {"earnedPointsPeriod": "calendarYear"},
    "actions": [
        *_FIXED,
        {"actionId": 109, "actionName": "Purchase", "ratio": 1},
        {
            "actionId": VISIT,
            "actionName": "Daily visit",
            "actionPoints": 7,
            "maxPoints": 24,
            "period": "week",
            "limits": [{"times": 2, "period": "day"}],
        },
        {"actionId": REVIEW, "actionName": "Review", "actionPoints": 30, "holdDays": 1, "expireInDays": 5},
    ],
}
"""Points at once, short-lived; tiers by points, for ever."""

HELD: Document = {
    "timeZone": "Europe/Berlin",
    "pointDecimals": 1,
    "currency": {"code": "EUR", "creditsToCurrencyRatio": 0.005, "valueAsText": True},
    "purchase": {"rounding": "nearest", "hold": {"type": "itemShipDate", "days": 1}, "holdMaxDays": 4},
    "expiry": {"type": "endOfMonth", "months": 0},
    "tiers": _tiers("spend", (60, 150), keepUntil={"type": "days", "count": 2}),
    "negativePoints": {"allowed": True},
    "refunds": _refunds(partial=True, grace=2),
    "display": {"expiryLookAheadDays": 5},
    "actions": [
        *_FIXED,
        {"actionId": 109, "actionName": "Purchase", "ratio": 1.3, "maxPoints": 200, "period": "day"},
        {
            "actionId": VISIT,
            "actionName": "Daily visit",
            "actionPoints": 2.5,
            "limits": [{"times": 1, "period": "day"}],
        },
        {
            "actionId": REVIEW,
            "actionName": "Review",
            "actionPoints": 12.5,
            "holdDays": 2,
            "limits": [{"times": 2, "period": "month"}],
            "expiry": {"type": "never"},
        },
    ],
}
"""Purchases held until a day after each line is shipped; members may owe; tiers kept for days."""

WHOLE: Document = {
    "timeZone": "America/New_York",
    "currency": {"code": "USD", "creditsToCurrencyRatio": 0.01, "rounding": "nearest"},
    "purchase": {
        "minimumOrderAmount": 5,
        "pointType": "Promotional",
        "hold": {"type": "wholeOrderShipped", "days": 1},
        "holdMaxDays": 3,
    },
    "expiry": {"type": "rollingDays", "days": 2},
    "tiers": _tiers("orders", (2, 4), window="calendarYear", sequential=True),
    "negativePoints": {"allowed": False},
    "refunds": _refunds(partial=True),
    "display": {},
    "actions": [
        *_FIXED,
        {
            "actionId": 109,
            "actionName": "Purchase",
            "ratio": 2,
            "expireInDays": 3,
            "limits": [{"times": 3, "period": "day"}],
        },
        {
            "actionId": VISIT,
            "actionName": "Daily visit",
            "actionPoints": 9,
            "limits": [{"times": 3, "period": "lifetime"}],
        },
        {"actionId": REVIEW, "actionName": "Review", "actionPoints": 20, "holdDays": 1},
    ],
}
"""Purchases held until all was shipped; promotional points; tiers one step at a time, by orders of the year."""

DATED: Document = {
    **copy.deepcopy(SIMPLE),
    "purchase": {"hold": {"type": "orderDate", "days": 2}},
    "tiers": _tiers("earnedPoints", (100, 200), keepUntil={"type": "days", "count": 3}, window="calendarYear"),
    "refunds": _refunds(whole=False),
}
"""Purchases held for two days; tiers kept for three."""

FAMILIES = (SIMPLE, HELD, WHOLE, DATED)


def chosen(rng: random.Random) -> Document:
    """The programme of a world."""
    return copy.deepcopy(rng.choice(FAMILIES))


def changed(document: Document, rng: random.Random) -> Document:
    """Another version of a programme: other ratios, thresholds, limits, expiries, holds. Units and names stay."""
    after = copy.deepcopy(document)
    purchase = next(action for action in after["actions"] if action["actionId"] == 109)
    visit = next(action for action in after["actions"] if action["actionId"] == VISIT)
    change = rng.randrange(8)
    if change == 0:
        purchase["ratio"] = rng.choice((0.7, 1, 3))
    elif change == 1:
        visit["actionPoints"] = rng.choice((1, 4, 11))
        visit["limits"] = [{"times": rng.randint(1, 4), "period": rng.choice(("day", "month"))}]
    elif change == 2:
        after["expiry"] = rng.choice(
            ({"type": "rollingDays", "days": 1}, {"type": "never"}, {"type": "endOfMonth", "months": 1})
        )
    elif change == 3:
        for level, threshold in zip(after["tiers"]["levels"][1:], rng.choice(((50, 90), (3, 300))), strict=True):
            level["threshold"] = threshold
    elif change == 4:
        after["negativePoints"]["allowed"] = not after["negativePoints"]["allowed"]
    elif change == 5:
        after["purchase"]["hold"] = rng.choice(
            ({"type": "none"}, {"type": "itemShipDate", "days": 1}, {"type": "orderDate", "days": 1})
        )
    elif change == 6:
        after["tiers"]["keepUntil"] = rng.choice(({"type": "none"}, {"type": "days", "count": 1}))
    else:
        after["refunds"] = rng.choice((_refunds(whole=False), _refunds(partial=True, grace=1)))
    return after
