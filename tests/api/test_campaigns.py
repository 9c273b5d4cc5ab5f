"""Campaigns over the API: read, activated, defined, measured."""

from datetime import timedelta

import pytest

from chalicelib.outreach import service as outreach
from chalicelib.programme import service as programmes
from tests.api.calls_campaigns import DOUBLE
from tests.api.rewarding import BAG
from tests.api.shop import ADA, GRACE

ORDER = {"id": "SO-1", "userId": ADA, "orderDetail": [{"id": "P1", "quantity": "2", "unitPrice": "20"}]}
OPEN = {"campaignId": "1", "campaignName": "For all", "benefit": {"type": "bonus", "points": 5}}
GOLD = OPEN | {"campaignId": "2", "campaignName": "For gold", "audience": {"tiers": ["3"]}}
OVER = OPEN | {"campaignId": "3", "campaignName": "Over", "startsAt": "2025-01-01", "endsAt": "2025-02-01"}
OFF = OPEN | {"campaignId": "4", "campaignName": "Off", "status": "OFF"}
FULL = {
    "campaignId": "5", "campaignName": "Visits", "description": "Come twice.", "terms": "Once.", "tagline": "Twice!",
    "groupName": "Spring", "startsAt": "2026-03-01T08:00:00", "endsAt": "2026-05-01T00:00:00",
    "audience": {"tiers": ["1"]}, "activationRequired": True, "validityDays": 30,
    "milestones": [{"times": 2, "benefit": {"type": "bonus", "points": 40}}],
}  # fmt: skip


def running(shop, *campaigns, **more):
    shop.programme(lambda document: document.update(campaigns=list(campaigns), **more))


def listed(shop, named):
    return [row["campaignId"] for row in shop.get(f"/campaign/{named}").ok["allCampaignDetails"]]


@pytest.mark.proves("B205", "B206", "B207")
def test_a_campaign_is_read_in_the_shape_of_the_commerce_connector(shop):
    running(shop, FULL)

    said = shop.get("/campaign/ALL").ok

    assert (said["siteId"], said["pages"], said["currentPage"]) == (shop.site, 1, 1)
    (row,) = said["allCampaignDetails"]
    assert {
        "campaignId": "5", "campaignName": "Visits", "campaignDateFrom": "2026-03-01T08:00:00",
        "campaignDateTo": "2026-05-01T00:00:00", "campaignDescription": "Come twice.", "campaignTerms": "Once.",
        "campaignTagline": "Twice!", "audience": {"segment": "", "tier": "Bronze"}, "campaignStatus": "ON",
        "campaignGroupName": "Spring", "numberOfMilestones": 1, "campaignCreateDate": row["campaignCreateDate"],
        "campaignUpdateDate": row["campaignUpdateDate"],
    }.items() <= row.items()  # fmt: skip
    assert row["campaignCreateDate"].startswith("2026-03-18T")


@pytest.mark.proves("B205", "B209")
def test_the_id_is_all_a_campaigns_or_a_members(shop):
    running(shop, OPEN, GOLD, OVER, OFF)

    assert listed(shop, "ALL") == listed(shop, "all") == ["1", "2", "3", "4"]
    assert listed(shop, "3") == ["3"]
    assert listed(shop, ADA) == ["1"]
    assert shop.get("/campaign/nobody").refusal == (404, "AC1005")


def test_campaigns_are_paged(shop):
    running(shop, *(OPEN | {"campaignId": str(number)} for number in range(45)))

    pages = [shop.get(f"/campaign/ALL?page={page}").ok for page in (1, 3, 4)]

    assert [len(each["allCampaignDetails"]) for each in pages] == [20, 5, 0]
    assert {each["pages"] for each in pages} == {3}


@pytest.mark.proves("B205", "B208", "B209")
def test_a_member_activates_a_campaign_and_is_told_how_far_they_are(shop):
    running(shop, FULL)
    shop.post("/orders", ORDER).ok  # noqa: B018
    before = shop.post("/campaign", {"userId": ADA, "campaignId": "5"}).ok["allCampaignDetails"][0]

    said = shop.post("/campaign/5/activation", {"userId": ADA}).ok
    again = shop.post("/campaign/5/activation", {"userId": ADA}).ok
    given = [shop.post("/orders", ORDER | {"id": f"SO-{n}"}).ok["campaignPoints"] for n in (2, 3, 4)]
    after = shop.post("/campaign", {"userId": ADA}).ok["allCampaignDetails"][0]

    assert (before["activated"], before["timesQualified"]) == ("NO", 0)
    assert before["reason"] == "The member has to activate the campaign first."
    assert (said["activated"], said["activationDate"]) == ("YES", again["activationDate"])
    assert given == [0, 40, 0]
    assert (after["timesQualified"], after["timesAchieved"], after["campaignPoints"]) == (3, 1, 40)
    assert after["milestoneDetails"] == [{"milestone": 1, "completedCount": 1, "pendingCount": 0}]
    assert after["validUntil"] == "2026-04-16T23:59:59+0000"


@pytest.mark.parametrize(
    ("campaign", "member", "refusal"),
    [("9", ADA, (404, "AC1005")), ("1", ADA, (400, "AC1004")), ("5", "nobody", (404, "AC1005"))],
)
def test_what_cannot_be_activated(shop, campaign, member, refusal):
    running(shop, FULL, OPEN)

    assert shop.post(f"/campaign/{campaign}/activation", {"userId": member}).refusal == refusal


def test_nobody_activates_what_is_over_or_for_others(shop):
    running(shop, FULL | {"audience": {"tiers": ["3"]}}, FULL | {"campaignId": "6", "endsAt": "2026-03-02"})

    for campaign in ("5", "6"):
        assert shop.post(f"/campaign/{campaign}/activation", {"userId": ADA}).refusal == (400, "AC1004")


@pytest.mark.proves("B206")
def test_staff_define_one_campaign_and_are_told_what_is_wrong(shop):
    made = shop.put("/campaigns/double", DOUBLE, token=shop.staff()).ok
    wrong = shop.put("/campaigns/double", {**DOUBLE, "benefit": {"type": "bonus"}}, token=shop.staff())

    assert made["campaign"]["campaignId"] == "double"
    assert listed(shop, "ALL") == ["double"]
    assert wrong.status == 400
    assert "benefit.points" in wrong["errorMessage"]


@pytest.mark.proves("B208")
def test_figures_are_current(shop):
    shop.enrol(GRACE)
    running(shop, OPEN | {"budgetAmount": 1})

    for number, member in enumerate((ADA, GRACE, GRACE)):
        shop.post("/orders", ORDER | {"id": f"SO-{number}", "userId": member}).ok  # noqa: B018
    said = shop.get("/campaigns/1/figures", token=shop.staff()).ok

    assert (said["participants"], said["times"], said["orders"], said["points"]) == (2, 3, 3, 15)
    assert (said["budgetPoints"], said["budgetLeft"], str(said["pointsValue"])) == (100, 85, "0.15")


@pytest.mark.proves("A014")
def test_a_campaigns_reward_is_given_once_for_nothing(shop, monkeypatch):
    running(shop, OPEN | {"benefit": {"type": "reward", "rewardId": "bag"}}, rewards=[BAG])
    shop.post("/orders", ORDER).ok  # noqa: B018
    before = shop.figures()["availablePoints"]
    sent: list[str] = []
    monkeypatch.setattr(outreach, "queue", Queue(sent))

    now = programmes.clock.now() + timedelta(seconds=1)
    for _ in range(2):
        outreach.sweep(now)
        for body in sent:
            outreach.work(outreach.json.loads(body), now)

    rewards = shop.get(f"/users/{ADA}/usedreward").ok
    assert str(rewards).count("'bag'") == 1
    assert shop.figures()["availablePoints"] == before


class Queue:
    """Keeps what would be sent."""

    def __init__(self, sent):
        self.sent = sent

    def send(self, bodies):
        found = list(bodies)
        self.sent += found
        return len(found)
