"""Points of campaigns are part of one award: shown apart, bounded together, taken back by their share."""

import pytest

from tests.api.rewarding import BAG
from tests.api.shop import ADA, GRACE, action

DOUBLE = {"campaignId": "77", "campaignName": "Double points", "benefit": {"type": "multiplier", "multiplier": 2}}
GIFT = {"campaignId": "78", "campaignName": "A gift", "actions": [101], "benefit": {"type": "bonus", "points": 30}}
ORDER = {"id": "SO-1", "userId": ADA, "orderDetail": [{"id": "P1", "quantity": "2", "unitPrice": "20"},
                                                      {"id": "P2", "quantity": "1", "unitPrice": "60"}]}  # fmt: skip
EARN = {"id": ADA, "actionId": "101", "activity": "CREDIT"}
DETAILS = {"77": {"campaignId": "77", "campaignName": "Double points", "campaignPoints": 100}}


def running(shop, *campaigns, change=None):
    def edit(document):
        document["campaigns"] = list(campaigns)
        if change is not None:
            change(document)

    shop.programme(edit)


def figures(shop, campaign="77"):
    said = shop.get(f"/campaigns/{campaign}/figures", token=shop.staff()).ok
    return said["participants"], said["orders"], said["points"]


@pytest.mark.proves("A014", "B175", "B176", "B177", "B178")
def test_an_order_tells_the_campaigns_part_of_its_points(shop):
    running(shop, DOUBLE)

    placed = shop.post("/orders", ORDER).ok
    read = shop.post("/orderdetails", {"orderId": "SO-1"}).ok
    (row,) = shop.activity()["activityDetail"]

    assert placed["pointsAwarded"] == 200
    assert [line["points"] for line in placed["orderDetail"]] == [80, 120]
    for said in (placed, read, row):
        told = (said["campaignId"], said["campaignName"], said["campaignPoints"], said["campaignDetails"])
        assert told == ("77", "Double points", 100, DETAILS)
    entry = shop.get(f"/users/{ADA}/ledger").ok["entries"][0]
    assert entry["campaigns"] == [{"campaignId": "77", "points": 100}]


@pytest.mark.proves("A014")
def test_a_return_takes_the_campaigns_share_back_and_leaves_the_budget_as_it_is(shop):
    running(shop, DOUBLE | {"budgetPoints": 120})
    shop.post("/orders", ORDER).ok  # noqa: B018

    returned = shop.patch("/orders/SO-1", {"status": "return", "orderDetail": [{"id": "P1", "quantity": "1"}]}).ok
    again = shop.post("/orders", ORDER | {"id": "SO-2"}).ok

    assert returned["pointsRemoved"] == 40
    assert (again["pointsAwarded"], again["campaignPoints"]) == (120, 20)
    assert shop.put("/orders/SO-1", {"status": "return"}).ok["pointsRemoved"] == 160
    assert figures(shop) == (1, 2, 120)


def test_a_held_order_holds_its_campaigns_points_too(shop):
    running(shop, DOUBLE, change=lambda document: document["purchase"].update(hold={"type": "orderDate", "days": 3}))

    placed = shop.post("/orders", ORDER).ok

    assert (placed["pointsAwarded"], placed["pointsOnHold"], placed["campaignPoints"]) == (0, 200, 100)
    assert shop.put("/orders/SO-1", {"status": "cancel"}).ok["pointsRemoved"] == 200
    assert shop.figures()["holdPoints"] == 0


@pytest.mark.proves("A014", "B143")
def test_an_action_tells_its_campaigns_part(shop):
    running(shop, GIFT)

    said = shop.post("/points", EARN).ok

    own = said["pointsAwarded"] - 30
    assert own > 0
    assert (said["campaignId"], said["campaignName"], said["campaignPoints"]) == ("78", "A gift", 30)
    assert figures(shop, "78") == (1, 0, 30)


def test_a_limit_is_on_all_of_it_and_cuts_in_proportion(shop):
    def capped(document):
        action(document, 101).update(actionPoints=30, maxPoints=40, period="day", limits=[])

    running(shop, GIFT, change=capped)

    said = shop.post("/points", EARN).ok

    assert (said["pointsAwarded"], said["campaignPoints"]) == (40, 20)
    assert figures(shop, "78") == (1, 0, 20)


@pytest.mark.proves("B128", "B105")
def test_an_award_is_attributed_to_the_campaign_that_it_names(shop):
    running(shop, DOUBLE | {"budgetPoints": 50})

    first = shop.credit(40, campaignId="77")
    second = shop.credit(40, campaignId="77")
    body = {"id": ADA, "actionId": "100", "activity": "CREDIT", "credit": 40, "reason": "x", "campaignId": "77"}

    assert (first["pointsAwarded"], first["campaignPoints"]) == (40, 40)
    assert (second["credit"], second["pointsAwarded"], second["campaignPoints"]) == (40, 10, 10)
    assert shop.post("/points", body).refusal[0] == 400
    assert shop.post("/points", body | {"campaignId": "79"}).refusal == (404, "AC1005")
    assert figures(shop) == (1, 0, 50)


def test_a_dry_run_spends_no_budget(shop):
    running(shop, DOUBLE | {"budgetPoints": 100})

    rehearsed = shop.post("/orders?dryRun=true", ORDER).ok
    real = shop.post("/orders", ORDER).ok

    assert rehearsed["campaignPoints"] == real["campaignPoints"] == 100


def test_a_repeated_key_gives_once_and_tells_the_same(shop):
    running(shop, DOUBLE, GIFT)

    for path, body in (("/orders", ORDER), ("/points", EARN)):
        first, again = shop.post(path, body, key=path), shop.post(path, body, key=path)
        assert again.is_repeat
        assert again.body == first.body
    assert figures(shop)[2] == 100


@pytest.mark.proves("A014", "B206")
def test_a_member_reaches_milestones_and_bounds(shop):
    visit = {"times": 2, "repeats": True, "timesMax": 2, "benefit": {"type": "bonus", "points": 5}}
    running(shop, {"campaignId": "9", "campaignName": "Visits", "milestones": [visit], "memberPointsMax": 8})

    given = [shop.post("/orders", ORDER | {"id": f"SO-{n}"}).ok["campaignPoints"] for n in range(8)]

    assert given == [0, 5, 0, 3, 0, 0, 0, 0]
    assert figures(shop, "9") == (1, 2, 8)


@pytest.mark.proves("A014", "A019", "B004", "B207")
def test_a_campaign_for_a_segment_adds_for_its_members_alone(shop):
    shop.enrol(GRACE)
    segment = {"segmentId": "list", "name": "List", "type": "static", "fromDate": "2026-01-01",
               "toDate": "2026-12-31", "member": GRACE}  # fmt: skip
    shop.post("/segment", segment).ok  # noqa: B018
    running(shop, DOUBLE | {"audience": {"segments": ["list"]}})

    given = [shop.post("/orders", ORDER | {"id": f"SO-{who}", "userId": who}).ok["campaignPoints"]
             for who in (ADA, GRACE)]  # fmt: skip

    assert given == [0, 100]


def test_why_an_order_earned_names_its_campaign(shop):
    running(shop, DOUBLE)
    shop.post("/orders", ORDER).ok  # noqa: B018

    why = shop.get(f"/users/{ADA}/why?orderId=SO-1", token=shop.staff()).ok

    points = next(each for each in why["checks"] if each["check"] == "points")
    assert "200 points" in points["sentence"]
    assert "77" in points["sentence"]


def test_after_a_merge_the_member_goes_on_with_what_both_did(shop):
    shop.enrol(GRACE)
    visit = {"times": 2, "benefit": {"type": "bonus", "points": 5}}
    running(shop, {"campaignId": "9", "campaignName": "Visits", "milestones": [visit]})
    shop.post("/orders", ORDER).ok  # noqa: B018
    shop.post("/orders", ORDER | {"id": "SO-2", "userId": GRACE}).ok  # noqa: B018

    shop.post("/mergeuser", {"primaryUID": ADA, "secondaryUID": GRACE, "mergedBy": "o@example.test"}).ok  # noqa: B018
    (row,) = shop.post("/campaign", {"userId": ADA}).ok["allCampaignDetails"]

    assert row["timesQualified"] == 2


def test_very_many_campaigns_of_very_many_lists_are_judged_as_far_as_one_call_reads(shop):
    lists = [{"segmentId": f"s{number}", "name": f"S {number}", "type": "static", "listRevision": 1}
             for number in range(40)]  # fmt: skip
    named = [f"s{number}" for number in range(40)]
    many = [
        GIFT
        | {"campaignId": str(number), "budgetPoints": 1000, "priority": 100 - number}
        | ({"audience": {"segments": named[number % 20 : number % 20 + 20]}} if number % 2 else {})
        for number in range(30)
    ]
    running(shop, *many, change=lambda document: document.update(segments=lists))

    said = shop.post("/points", EARN).ok

    assert {"0", "2"} <= set(said["campaignDetails"])


def test_an_order_that_passes_a_milestone_very_often_is_taken(shop):
    cent = {"counts": "amount", "amount": "0.01", "repeats": True, "benefit": {"type": "reward", "rewardId": "bag"}}
    points = cent | {"benefit": {"type": "bonus", "points": 1}}
    campaign = {"campaignId": "9", "campaignName": "Cents", "milestones": [cent, points]}
    running(shop, campaign, change=lambda document: document.update(rewards=[BAG]))
    order = ORDER | {"orderDetail": [{"id": "P1", "quantity": "1", "unitPrice": "999999"}]}

    given = [shop.post("/orders", order | {"id": f"SO-{number}"}).ok["campaignPoints"] for number in range(3)]

    assert given == [100_000] * 3
