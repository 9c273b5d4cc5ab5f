"""Coffee by subscription: the same order every month; staying is what is rewarded."""

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

COFFEE: Final = Start(
    name="coffee",
    title="Coffee and other subscriptions",
    summary=(
        "The same order every month. Points never expire while somebody stays, renewals earn on top of purchases, "
        "beans are a second kind of points that only coffee earns, and tiers count a membership year."
    ),
    document={
        "timeZone": "UTC",
        "pointDecimals": 0,
        "currency": {"code": "USD", "decimals": 2, "creditsToCurrencyRatio": "0.02", "valueDecimals": 2},
        "purchase": {"rounding": "nearest", "pointType": "Standard", "hold": {"type": "wholeOrderShipped", "days": 3}},
        "expiry": {"type": "never"},
        "buckets": [
            {
                "name": "beans",
                "displayName": "Beans",
                "ratio": 1,
                "categories": ["coffee"],
                "expiry": {"type": "rollingDays", "days": 365},
            }
        ],
        "tiers": {
            "criterion": "earnedPoints",
            "window": "anniversary",
            "keepUntil": {"type": "months", "count": 12},
            "downgrade": "earned",
            "levels": [
                level("taster", "Taster", 0),
                level("regular", "Regular", 400, "1.2"),
                level("connoisseur", "Connoisseur", 1200, "1.5", "A rare coffee with each fourth parcel"),
            ],
        },
        "negativePoints": {"allowed": False},
        "refunds": {"onReturn": True, "onPartialReturn": False},
        "display": {"earnedPointsPeriod": "anniversaryYear"},
        "actions": [
            *standard_actions(ratio=2, sign_up=100, friend=250),
            action(102, "Newsletter Sign-up", 50, **ONCE),
            action(516, "Subscription Renewed", 50, **every(1, "month")),
            action(517, "A Year of Subscription", 500, **every(1, "year")),
            action(510, "Product Review", 20, **every(3, "month"), holdDays=2),
            action(SURVEYED, "Complete Survey"),
        ],
        "rewards": [
            amount_off("5-off", 5, 250, sequence=1),
            amount_off("20-off", 20, 900, sequence=2),
            {
                "rewardId": "rare-coffee",
                "rewardName": "A bag of rare coffee",
                "kind": "product",
                "productId": "rare-250g",
                "status": "Live",
                "cost": 300,
                "bucketCosts": [{"bucket": "beans", "points": 100}],
                "sequence": 3,
                "claimsPerMember": 0,
            },
            {
                "rewardId": "any-amount",
                "rewardName": "Points for money",
                "kind": "customPoints",
                "status": "Live",
                "customPoints": {"minimum": 100, "maximum": 2000, "step": 50},
                "sequence": 4,
                "claimsPerMember": 0,
            },
        ],
        "campaigns": [
            campaign(
                "third-renewal",
                "Every third renewal: 100 points",
                actions=[516],
                milestones=every_so_often(3, 100),
            )
        ],
        "surveys": [
            survey(
                "your-cup",
                "How do you drink your coffee?",
                75,
                cup=(
                    "Your cup",
                    [
                        question(
                            "brew",
                            "How do you brew it?",
                            "singleChoice",
                            choices={"filter": "Filter", "espresso": "Espresso", "press": "French press"},
                        ),
                        question("cups", "How many cups a day?", "number", minimum=0, maximum=20),
                        question("roast", "How dark do you like it, from light to dark?", "rating"),
                    ],
                ),
                subscription=(
                    "Your subscription",
                    [
                        question("often", "Does a parcel come often enough?", "yesNo"),
                        question("since", "Since when have you been drinking good coffee?", "date", required=False),
                    ],
                ),
            )
        ],
    },
)
