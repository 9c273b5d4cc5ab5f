"""A shop's year: a family pools its points, a spring campaign runs out of money and a drawer of coupons out of codes,
one person's two cards become one, something is sent back, and at the end the books add up.
"""

from typing import Any

import pytest

from tests.api.shop import Shop
from tests.laptop import Laptop
from tests.stories.wire import Clock, changed, figures_of, order

pytestmark = [pytest.mark.slow, pytest.mark.engine, pytest.mark.network]
ADA, BOB, GRACE, OLD = "ada@example.test", "bob@example.test", "grace@example.test", "g.hopper@example.test"
CODES = "code\nSPRING-1\nSPRING-2\nSPRING-1\n"


def opened(shop: Shop) -> None:
    """Points for money, coupons for points, groups, and a campaign with a small budget."""

    def change(document: dict[str, Any]) -> None:
        document["groups"] = {"enabled": True, "invitationAcceptanceRequired": True}
        document["refunds"] = {"onReturn": True}
        document["rewards"] = [
            {
                "rewardId": "ten-off", "rewardName": "10 off", "status": "Live", "cost": 100, "claimsPerMember": 0,
                "codes": {"source": "pool"},
            }
        ]  # fmt: skip
        document["campaigns"] = [
            {
                "campaignId": "spring", "campaignName": "Spring doubles", "budgetPoints": 150,
                "benefit": {"type": "multiplier", "multiplier": 2}, "audience": {"segments": ["card-holders"]},
            }
        ]  # fmt: skip
        document["segments"] = [{"segmentId": "card-holders", "name": "Card holders", "rfm": {"frequencyFrom": 0}}]

    shop.programme(change)
    shop.enrol(ADA, BOB, GRACE, OLD)


@pytest.mark.proves("A013", "A014", "A019", "A140", "B205", "B208", "B221")
def test_a_year_of_a_shop_and_the_books_add_up(shop: Shop, clock: Clock, laptop: Laptop) -> None:
    opened(shop)

    # March: a drawer of coupons; one line of the file stands there twice.
    uploaded = shop.post("/rewards/ten-off/codes", {"csv": CODES}, token=shop.staff()).ok
    # April: the campaign doubles Ada's purchase, and half of Bob's, because its budget ends there.
    first = shop.post("/orders", order("Y-1", ADA, ("P1", 1, "100"))).ok
    second = shop.post("/orders", order("Y-2", BOB, ("P1", 1, "90"))).ok
    third = shop.post("/orders", order("Y-3", GRACE, ("P1", 1, "200"))).ok
    figures = shop.get("/campaigns/spring/figures", token=shop.staff()).ok
    # May: Ada and Bob pool their points.
    clock.forward(days=30)
    group = shop.post("/group", {"id": ADA, "groupName": "Family"}).body["groupId"]
    shop.post("/group/invite", {"id": ADA, "groupId": group, "addMemberDetails": {"memberId": BOB}})
    shop.patch(f"/group/invite/{BOB}", {"groupId": group, "invitationStatus": "ACCEPT"}).ok  # noqa: B018
    given = shop.post("/points", {"id": BOB, "actionId": 160, "activity": "CREDIT", "debit": 140, "groupId": group,
                                  "reason": "ours"}).ok  # fmt: skip
    # June: the coupons run dry.
    clock.forward(days=30)
    claim = {"rewardId": "ten-off", "activity": "DEBIT", "reason": "claim", "source": "web"}
    codes = [shop.post("/points", {"id": ADA, **claim}).ok["rewardCode"] for _ in range(2)]
    dry = shop.post("/points", {"id": GRACE, **claim})
    # July: Grace had an older card.
    clock.forward(days=30)
    shop.credit(25, OLD)
    merged = shop.post("/mergeuser", {"primaryUID": GRACE, "secondaryUID": OLD, "mergedBy": "staff@example.test"}).ok
    # August: half of her purchase comes back.
    clock.forward(days=30)
    returned = shop.put("/orders/Y-3", changed("Y-3", "return")).ok
    # And the next spring what nobody used is gone.
    clock.forward(days=400)
    clock.run_due()

    assert (uploaded["accepted"], [each["line"] for each in uploaded["refusedLines"]]) == (2, [4])
    assert [each["pointsAwarded"] for each in (first, second, third)] == [200, 140, 200]
    assert [each["campaignPoints"] for each in (first, second, third)] == [100, 50, 0]
    assert (figures["participants"], figures["orders"], figures["points"], figures["budgetLeft"]) == (2, 2, 150, 0)
    assert given["pointsDeducted"] == 140
    assert sorted(codes) == ["SPRING-1", "SPRING-2"]
    assert dry.status == 400
    assert merged
    assert returned["pointsRemoved"] == 200
    assert figures_of(shop, GRACE, "available", "lifetime") == (0, 225)
    assert figures_of(shop, ADA, "available") == (0,)
    assert laptop.run("audit")
