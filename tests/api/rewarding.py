"""A catalogue of rewards, as the tests of several routes use it."""

from typing import Any

from tests.api.shop import ADA, Shop

TEN_OFF = {
    "rewardId": "121", "rewardName": "10 euros off", "displayText": "10 euros off your next order", "status": "Live",
    "kind": "discountCode", "cost": 100, "sequence": 2, "categoryId": "543", "categoryName": "Discounts",
    "description": "A code for one order.", "terms": "Not with gift cards.", "url": "https://shop.example.test/r/121",
    "images": [{"url": "https://cdn.example.test/121.png", "alt": "a voucher"}], "attributes": {"colour": "blue"},
    "discount": {"type": "amount", "value": 10}, "claimsPerMember": 0,
    "codes": {"source": "generic", "code": "$10-OFF", "expiry": {"type": "rollingDays", "days": 30}},
}  # fmt: skip
BAG = {"rewardId": "bag", "rewardName": "Cotton bag", "kind": "product", "productId": "P-BAG", "status": "Live",
       "cost": 250, "stock": 2, "sequence": 1}  # fmt: skip
CASH = {"rewardId": "cash", "rewardName": "Points for money", "kind": "customPoints", "status": "Live",
        "claimsPerMember": 0, "customPoints": {"minimum": 100, "maximum": 500, "step": 50}, "sequence": 3}  # fmt: skip
POOL = {"rewardId": "pool", "rewardName": "A code of your own", "status": "Live", "cost": 10, "claimsPerMember": 0,
        "codes": {"source": "pool", "lowStockAt": 2, "recommendedStock": 5}, "sequence": 4}  # fmt: skip


def catalogue(shop: Shop, *rewards: dict[str, Any], **changes: Any) -> None:
    """Put these rewards into force, each with the changes."""
    shop.programme(lambda document: document.update(rewards=[reward | changes for reward in rewards]))


def claim(reward: str = "121", **more: Any) -> dict[str, Any]:
    """The body that real shops send to claim a reward (client-facts)."""
    return {
        "id": ADA,
        "rewardId": reward,
        "activity": "DEBIT",
        "reason": "claim",
        "source": "web",
    } | more


def upload(shop: Shop, *codes: str, reward: str = "pool") -> dict[str, Any]:
    """Upload codes to the pool of a reward."""
    return shop.post(f"/rewards/{reward}/codes", {"codes": list(codes)}, token=shop.staff()).ok
