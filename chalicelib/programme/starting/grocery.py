"""A grocery shop: small margins, a basket every week; points that are soon spent."""

from typing import Final

from chalicelib.programme.starting.parts import (
    ONCE,
    SURVEYED,
    Start,
    action,
    amount_off,
    campaign,
    every,
    every_so_often,
    level,
    question,
    standard_actions,
    survey,
)

GROCERY: Final = Start(
    name="grocery",
    title="Groceries and drugstores",
    summary=(
        "A basket every week at a small margin: one per cent back, vouchers from a few weeks' shopping on, tiers by "
        "the number of purchases in the last twelve months, points that are good for half a year."
    ),
    document={
        "timeZone": "UTC",
        "pointDecimals": 0,
        "currency": {"code": "USD", "decimals": 2, "creditsToCurrencyRatio": "0.01", "valueDecimals": 2},
        "purchase": {"rounding": "down", "pointType": "Standard", "minimumOrderAmount": 5, "hold": {"type": "none"}},
        "expiry": {"type": "endOfMonth", "months": 6},
        "tiers": {
            "criterion": "orders",
            "window": "rolling",
            "keepUntil": {"type": "months", "count": 3},
            "downgrade": "earned",
            "levels": [
                level("basket", "Basket", 0),
                level("pantry", "Pantry", 20, "1.1"),
                level("table", "Table", 45, "1.25", "Free delivery on weekdays"),
            ],
        },
        "negativePoints": {"allowed": False},
        "refunds": {"onReturn": True, "onPartialReturn": True, "graceDays": 14},
        "display": {"earnedPointsPeriod": "quarter", "rewardDenomination": 500, "expiryLookAheadDays": 30},
        "actions": [
            *standard_actions(ratio=1, sign_up=200, friend=300),
            action(102, "Newsletter Sign-up", 100, **ONCE),
            action(518, "Visit of the Shop", 5, **every(1, "day")),
            action(513, "Bring a Bag", 5, **every(2, "day")),
            action(514, "Recipe Review", 25, **every(2, "week"), holdDays=2),
            action(SURVEYED, "Complete Survey"),
        ],
        "rewards": [
            amount_off("5-off", 5, 500, sequence=1),
            amount_off("10-off", 10, 1000, sequence=2),
            amount_off("25-off", 25, 2400, sequence=3),
            {
                "rewardId": "delivery",
                "rewardName": "Free delivery",
                "kind": "discountCode",
                "status": "Draft",
                "cost": 300,
                "sequence": 4,
                "discount": {"type": "freeShipping"},
                "codes": {"source": "pool", "expiry": {"type": "rollingDays", "days": 30}},
                "claimsPerMember": 0,
                "claimLimits": [{"times": 2, "period": "month"}],
            },
        ],
        "campaigns": [
            campaign(
                "tenth-basket",
                "Every tenth basket: 100 points",
                conditions={"minimumAmount": 20},
                milestones=every_so_often(10, 100),
            )
        ],
        "surveys": [
            survey(
                "weekly-shop",
                "How do you shop for the week?",
                150,
                home=(
                    "At home",
                    [
                        question("people", "How many are at your table?", "number", minimum=1, maximum=20),
                        question("organic", "Do you look for organic products?", "yesNo"),
                        question(
                            "diet",
                            "What do you avoid?",
                            "multipleChoice",
                            required=False,
                            choices={"meat": "Meat", "milk": "Milk", "gluten": "Gluten", "nuts": "Nuts"},
                        ),
                    ],
                ),
                shop=(
                    "Our shop",
                    [question("fresh", "How fresh is what you get from us?", "rating")],
                ),
            )
        ],
    },
)
