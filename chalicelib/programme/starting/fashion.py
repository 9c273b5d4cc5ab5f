"""A fashion shop: few, large baskets that come back; tiers by spending in a year."""

from typing import Final

from chalicelib.programme.starting.parts import (
    ONCE,
    SURVEYED,
    Start,
    action,
    amount_off,
    campaign,
    every,
    level,
    question,
    standard_actions,
    survey,
)

FASHION: Final = Start(
    name="fashion",
    title="Fashion and shoes",
    summary=(
        "Large baskets a few times a year, many of them returned. Points are held until the time to return is over; "
        "tiers count what is spent in a calendar year and are kept for the next."
    ),
    document={
        "timeZone": "UTC",
        "pointDecimals": 0,
        "currency": {"code": "USD", "decimals": 2, "creditsToCurrencyRatio": "0.05", "valueDecimals": 2},
        "purchase": {
            "rounding": "down",
            "pointType": "Standard",
            "hold": {"type": "itemShipDate", "days": 30},
            "holdMaxDays": 120,
        },
        "expiry": {"type": "endOfYear", "years": 1},
        "tiers": {
            "criterion": "spend",
            "window": "calendarYear",
            "keepUntil": {"type": "endOfNextYear"},
            "downgrade": "oneStep",
            "levels": [
                level("insider", "Insider", 0),
                level("stylist", "Stylist", 300, "1.25", "Free returns"),
                level("icon", "Icon", 1000, "1.5", "Free express delivery and early access to the sale"),
            ],
        },
        "negativePoints": {"allowed": True},
        "refunds": {"onReturn": True, "onPartialReturn": True, "graceDays": 30},
        "display": {"earnedPointsPeriod": "calendarYear", "expiryLookAheadDays": 60},
        "actions": [
            *standard_actions(ratio=1, sign_up=50, friend=100),
            action(102, "Newsletter Sign-up", 25, **ONCE),
            action(134, "Connect with Instagram", 20, **ONCE),
            action(510, "Product Review", 15, **every(5, "month"), holdDays=3),
            action(511, "Photo of a Look", 30, **every(2, "month"), holdDays=3),
            action(512, "Birthday", 100, **every(1, "year")),
            action(SURVEYED, "Complete Survey"),
        ],
        "rewards": [
            amount_off("10-off", 10, 200, sequence=1),
            amount_off("25-off", 25, 450, sequence=2),
            amount_off("60-off", 60, 1000, sequence=3, audience={"tiers": ["stylist", "icon"]}),
            {
                "rewardId": "styling",
                "rewardName": "An hour with a stylist",
                "kind": "product",
                "productId": "styling-hour",
                "status": "Live",
                "cost": 600,
                "sequence": 4,
                "audience": {"tiers": ["icon"]},
            },
        ],
        "segments": [
            {"segmentId": "lapsed", "name": "Last purchase half a year ago or longer", "rfm": {"recencyDaysFrom": 180}}
        ],
        "campaigns": [
            campaign(
                "welcome-back",
                "Welcome back: double points",
                audience={"segments": ["lapsed"]},
                benefit={"type": "multiplier", "multiplier": 2},
                memberTimesMax=1,
                budgetPoints=100_000,
            )
        ],
        "surveys": [
            survey(
                "your-style",
                "Tell us about your style",
                50,
                style=(
                    "Your style",
                    [
                        question(
                            "occasion",
                            "What do you mostly buy for?",
                            "multipleChoice",
                            choices={"work": "Work", "weekend": "Weekend", "sport": "Sport", "evening": "Evenings"},
                        ),
                        question(
                            "fit",
                            "How do our sizes fit?",
                            "singleChoice",
                            choices={"small": "Too small", "right": "Just right", "large": "Too large"},
                        ),
                    ],
                ),
                shop=(
                    "Our shop",
                    [
                        question("recommend", "Would you recommend us?", "rating", minimum=0, maximum=10),
                        question("missing", "What do you miss?", "text", required=False, maximum=500),
                    ],
                ),
            )
        ],
    },
)
