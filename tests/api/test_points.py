"""POST /points: award, credit, debit, redeem, transfer; every field of the request and of the answer."""

from decimal import Decimal

import pytest

from tests.api.shop import ADA, GRACE, action


@pytest.mark.proves("A104", "B101", "B111", "B126", "B143", "B156", "B196")
def test_a_configured_action_awards_its_own_points(shop):
    said = shop.post("/points", {"id": ADA, "actionId": "101", "activity": "CREDIT", "credit": 9_999}).ok

    assert (said["actionId"], said["activity"], said["pointsAwarded"], said["credit"]) == (101, "CREDIT", 100, 100)
    assert shop.figures()["availablePoints"] == 100


@pytest.mark.proves("A105")
def test_the_newsletter_is_another_action_with_points_of_its_own(shop):
    said = shop.post("/points", {"id": ADA, "actionId": 102, "activity": "CREDIT"}).ok

    assert said["pointsAwarded"] == 50


@pytest.mark.proves("A084", "A126")
def test_a_custom_action_needs_no_code(shop):
    shop.programme(lambda document: document["actions"].append(
        {"actionId": 515, "actionName": "First Time Purchaser Bonus", "actionPoints": 250}
    ))  # fmt: skip

    assert shop.post("/points", {"id": ADA, "actionId": "515", "activity": "CREDIT"}).ok["pointsAwarded"] == 250
    assert shop.activity()["activityDetail"][0]["displayText"] == "First Time Purchaser Bonus"


@pytest.mark.proves("A010", "B105", "B110", "B112", "B115", "B116", "B118", "B120", "B124", "B127", "B136")
def test_a_credit_keeps_and_echoes_what_the_caller_says_of_it(shop):
    said = shop.post("/points", {
        "id": ADA, "actionId": 100, "customId": 1022, "activity": "CREDIT", "credit": 435, "pointType": "Promotional",
        "orderId": "A12345", "source": "web", "reason": "bonus", "storeId": "IN12369",
        "actionAttribute": {"attributeValue": "shirt size", "width": 12.5},
    }).ok  # fmt: skip

    echoed = {
        "id": ADA, "siteId": shop.site, "customId": "1022", "credit": 435, "pointsAwarded": 435, "orderId": "A12345",
        "pointType": "Promotional", "source": "web", "reason": "bonus", "storeDetails": {"storeId": "IN12369"},
        "actionAttribute": {"attributeValue": "shirt size", "width": Decimal("12.5")},
    }  # fmt: skip
    assert echoed.items() <= said.items()
    row = shop.activity()["activityDetail"][0]
    kept = ("customId", "orderId", "source", "reason", "storeDetails", "actionAttribute", "pointType", "credit")
    assert {name: row[name] for name in kept} == {name: echoed[name] for name in kept}


@pytest.mark.proves("B132", "B133", "B135", "B179-B182")
def test_survey_fields_are_kept_and_echoed(shop):
    survey = {"sectionId": "654", "sectionName": "main section", "surveyId": "123", "surveyName": "general survey"}

    said = shop.credit(435, **survey)

    assert survey.items() <= said.items()


@pytest.mark.proves("B122", "B123")
def test_vendor_fields_are_kept_and_echoed(shop):
    vendor = {"vendorEmail": "vendor@domain.com", "vendorName": "John mark"}

    assert vendor.items() <= shop.credit(10, **vendor).items()


@pytest.mark.proves("B143", "B149-B153", "B155", "B156", "B171-B174", "B183-B187")
def test_the_answer_to_an_award_has_every_documented_field(shop):
    said = shop.credit(437)

    assert said == {
        "siteId": shop.site, "id": ADA, "actionId": 100, "activity": "CREDIT", "credit": 437, "pointsAwarded": 437,
        "holdPoints": 0, "releaseDate": "", "pointType": "Standard", "orderId": "", "rewardId": "", "customId": "",
        "reason": "a gift", "source": "", "storeDetails": {}, "actionAttribute": {}, "campaignId": "",
        "campaignName": "", "campaignPoints": 0, "campaignDetails": {}, "multiBucketsData": {}, "tier": {},
        "updatedAvailablePoints": 437, "updatedLifetimePoints": 437, "previousTier": "Bronze",
        "updatedUserTier": "Bronze",
    }  # fmt: skip


@pytest.mark.proves("B145", "B154", "B157", "B158", "B184")
def test_the_answer_to_a_debit_has_every_documented_field(shop):
    shop.credit(437)

    said = shop.debit(37)

    assert said == {
        "siteId": shop.site, "id": ADA, "actionId": 100, "activity": "DEBIT", "debit": 37, "pointsDeducted": 37,
        "pointsNotDeducted": 0, "groupDebit": 0, "groupPointsDeducted": 0, "orderId": "", "rewardId": "",
        "customId": "", "reason": "an error", "source": "", "storeDetails": {}, "actionAttribute": {},
        "campaignId": "", "campaignName": "", "campaignPoints": 0, "campaignDetails": {}, "multiBucketsData": {},
        "tier": {}, "updatedAvailablePoints": 400, "updatedLifetimePoints": 437, "previousTier": "Bronze",
        "updatedUserTier": "Bronze",
    }  # fmt: skip


@pytest.mark.proves("B185", "B186")
@pytest.mark.parametrize(
    ("points", "before", "after"),
    [(499, "Bronze", "Bronze"), (500, "Bronze", "Silver"), (1999, "Bronze", "Silver"), (2000, "Bronze", "Gold")],
)
def test_an_award_tells_the_tier_before_and_after(shop, points, before, after):
    said = shop.credit(points)

    assert (said["previousTier"], said["updatedUserTier"]) == (before, after)


@pytest.mark.proves("B145", "B157", "B158")
@pytest.mark.parametrize(
    ("asked", "taken", "not_taken", "left"),
    [(99, 99, 0, 1), (100, 100, 0, 0), (101, 100, 1, 0)],
)
def test_a_manual_debit_takes_at_most_what_is_there(shop, asked, taken, not_taken, left):
    shop.credit(100)

    said = shop.debit(asked)

    assert (said["pointsDeducted"], said["pointsNotDeducted"]) == (taken, not_taken)
    assert said["pointsDeducted"] + said["pointsNotDeducted"] == said["debit"] == asked
    assert said["updatedAvailablePoints"] == shop.figures()["availablePoints"] == left


@pytest.mark.proves("B157")
def test_nothing_taken_is_null(shop):
    said = shop.debit(50)

    assert (said["pointsDeducted"], said["pointsNotDeducted"]) == (None, 50)


@pytest.mark.proves("B121")
def test_a_programme_may_let_members_owe_points(shop):
    shop.programme(lambda document: document["negativePoints"].update(allowed=True))
    shop.credit(100)

    said = shop.debit(150)

    assert (said["pointsDeducted"], said["pointsNotDeducted"], said["updatedAvailablePoints"]) == (150, 0, -50)
    figures = shop.figures()
    assert (figures["availablePoints"], figures["negativePoints"]) == (-50, -50)
    assert figures["availableRedemptionPoints"] == 0
    shop.credit(80)
    assert (shop.figures()["availablePoints"], shop.figures()["negativePoints"]) == (30, 0)


@pytest.mark.proves("B104", "B116", "B125", "B142", "B154", "B157")
def test_points_are_redeemed_as_a_discount(shop):
    shop.credit(500)

    said = shop.post("/points", {
        "id": ADA, "actionId": 107, "customId": "gadget01", "activity": "DEBIT", "orderId": "A12345", "debit": 121,
        "reason": "custom points redeemed for discount", "storeId": "IN12369", "source": "web",
        "actionAttribute": {"attributeValue": "shirt size"},
    }).ok  # fmt: skip

    assert (said["actionId"], said["orderId"], said["debit"], said["pointsDeducted"]) == (107, "A12345", 121, 121)
    figures = shop.figures()
    assert (figures["usedPoints"], figures["usedRedemptionPoints"], figures["usedPointsOnReward"]) == (121, 121, 0)


@pytest.mark.proves("B104")
@pytest.mark.parametrize(("asked", "status"), [(100, 200), (101, 400)])
def test_a_redemption_is_all_or_nothing(shop, asked, status):
    shop.credit(100)

    said = shop.post(
        "/points", {"id": ADA, "actionId": 107, "activity": "DEBIT", "debit": asked, "reason": "a discount"}
    )

    assert said.status == status
    assert shop.figures()["availablePoints"] == (0 if status == 200 else 100)
    if status == 400:
        assert said.refusal == (400, "AC1004")
        assert "101 asked, 100 available" in said["errorMessage"]


@pytest.mark.proves("B121")
@pytest.mark.parametrize(("word", "allowed", "left"), [("2", True, -50), ("2", False, 100), ("NO", True, 100)])
def test_a_redemption_overdraws_only_where_caller_and_programme_allow_it(shop, word, allowed, left):
    shop.programme(lambda document: document["negativePoints"].update(allowed=allowed))
    shop.credit(100)

    said = shop.post("/points", {"id": ADA, "actionId": 107, "activity": "DEBIT", "debit": 150,
                                 "allowNegativePoints": word})  # fmt: skip

    assert said.status == (200 if left < 0 else 400)
    assert shop.figures()["availablePoints"] == left


@pytest.mark.proves("B117")
def test_retry_debits_an_order_once(shop):
    shop.credit(500)
    body = {"id": ADA, "actionId": 107, "activity": "DEBIT", "orderId": "A12345", "debit": 121, "retry": "YES"}

    first = shop.post("/points", body).ok
    again = shop.post("/points", body).ok

    assert again == first
    assert shop.figures()["availablePoints"] == 379
    assert shop.activity()["totalActivityCount"] == 2


def test_without_retry_an_order_may_be_paid_in_two_parts(shop):
    shop.credit(500)
    body = {"id": ADA, "actionId": 107, "activity": "DEBIT", "orderId": "A12345", "debit": 121}

    shop.post("/points", body)
    shop.post("/points", body)

    assert shop.figures()["availablePoints"] == 258


@pytest.mark.proves("B050", "B052")
def test_the_action_debit_counts_as_expired(shop):
    shop.credit(100)

    said = shop.debit(30, actionId=192)

    assert (said["actionId"], said["pointsDeducted"]) == (192, 30)
    figures = shop.figures()
    assert (figures["availablePoints"], figures["usedPoints"], figures["expiredPoints"]) == (70, 0, 30)


@pytest.mark.proves("B109", "B138", "B148", "B191")
def test_points_pass_from_member_to_member(shop):
    shop.enrol(GRACE)
    shop.credit(500)
    shop.credit(7, GRACE)

    said = shop.post("/points", {"id": ADA, "actionId": 8055, "activity": "DEBIT", "debit": 435,
                                 "recipientData": {"recipientId": GRACE}}).ok  # fmt: skip

    assert (said["debit"], said["pointsDeducted"], said["pointsNotDeducted"]) == (435, 435, 0)
    assert (said["groupDebit"], said["groupPointsDeducted"], said["updatedAvailablePoints"]) == (0, 0, 65)
    assert said["recipientData"] == {
        "recipientId": GRACE, "pointsAwarded": 435, "updatedAvailablePoints": 442, "updatedLifetimePoints": 442,
        "previousTier": "Bronze", "updatedUserTier": "Bronze",
    }  # fmt: skip
    mine, hers = shop.figures(), shop.figures(GRACE)
    assert mine["availablePoints"] + hers["availablePoints"] == 507
    assert (mine["usedPoints"], mine["lifetimePoints"]) == (435, 500)


@pytest.mark.proves("B109", "B138")
@pytest.mark.parametrize(
    ("change", "expected", "about"),
    [
        ({"recipientData": {"recipientId": "nobody"}}, (404, "AC1005"), "recipientId"),
        ({"recipientData": {"recipientId": ADA.upper()}}, (400, "AC1004"), "another member"),
        ({"recipientData": None}, (400, "AC1004"), "recipientId"),
        ({"recipientData": {}}, (400, "AC1004"), "recipientId"),
        ({"debit": 501}, (400, "AC1004"), "whole amount"),
        ({"debit": None}, (400, "AC1004"), "debit"),
        ({"activity": "CREDIT", "credit": 10}, (400, "AC1004"), "DEBIT"),
    ],
)
def test_a_transfer_that_cannot_be_done_moves_nothing(shop, change, expected, about):
    shop.enrol(GRACE)
    shop.credit(500)
    body = {"id": ADA, "actionId": 8055, "activity": "DEBIT", "debit": 435, "recipientData": {"recipientId": GRACE}}

    said = shop.post("/points", body | change)

    assert said.refusal == expected
    assert about in said["errorMessage"]
    assert (shop.figures()["availablePoints"], shop.figures(GRACE)["availablePoints"]) == (500, 0)


@pytest.mark.proves("B109")
def test_a_transfer_needs_a_receiver_who_takes_part(shop):
    shop.enrol(GRACE)
    shop.credit(500)
    shop.patch(f"/users/{GRACE}", {"optInStatus": "NO"})

    said = shop.post("/points", {"id": ADA, "actionId": 8055, "activity": "DEBIT", "debit": 35,
                                 "recipientData": {"recipientId": GRACE}})  # fmt: skip

    assert said.refusal == (400, "AC1004")


@pytest.mark.parametrize("change", [{"status": "INACTIVE"}, {"optInStatus": "NO"}])
def test_who_does_not_take_part_neither_earns_nor_spends(shop, change):
    shop.credit(100)
    shop.patch(f"/users/{ADA}", change)

    for body in (
        {"actionId": "101", "activity": "CREDIT"},
        {"actionId": "100", "activity": "CREDIT", "credit": 5},
        {"actionId": "100", "activity": "DEBIT", "debit": 5},
        {"actionId": "107", "activity": "DEBIT", "debit": 5},
    ):
        said = shop.post("/points", {"id": ADA, "reason": "x", **body})
        assert said.refusal == (400, "AC1004")
        assert "optInStatus" in said["errorMessage"]
    assert shop.figures()["availablePoints"] == 100

    shop.patch(f"/users/{ADA}", {"status": "ACTIVE", "optInStatus": "YES"})
    assert shop.credit(5)["updatedAvailablePoints"] == 105


@pytest.mark.parametrize(
    ("change", "about"),
    [
        ({"rewardId": "121"}, "rewardId"),
        ({"groupId": "91"}, "groupId"),
        ({"campaignId": 12345}, "campaignId"),
        ({"Credit[Coins]": 100}, "Credit[Coins]"),
        ({"TierCredit[Coins]": 200}, "TierCredit[Coins]"),
    ],
)
def test_naming_what_does_not_exist_is_no_data_found(shop, change, about):
    said = shop.post("/points", {"id": ADA, "actionId": 100, "activity": "CREDIT", "credit": 5, "reason": "x"} | change)

    assert said.refusal == (404, "AC1005")
    assert about in said["errorMessage"]
    assert shop.figures()["lifetimePoints"] == 0


@pytest.mark.proves("B111")
@pytest.mark.parametrize(
    ("action_id", "expected"),
    [("4711", (404, "AC1005")), ("106", (400, "AC1004")), ("148", (400, "AC1004")), ("107", (400, "AC1004"))],
)
def test_what_is_no_action_to_credit_is_refused(shop, action_id, expected):
    said = shop.post("/points", {"id": ADA, "actionId": action_id, "activity": "CREDIT", "credit": 5})

    assert said.refusal == expected


@pytest.mark.proves("A012")
def test_an_action_can_be_changed_and_switched_off(shop):
    shop.programme(lambda document: action(document, 102).update(actionPoints=75, actionNameDisplay="News!"))
    assert shop.post("/points", {"id": ADA, "actionId": 102, "activity": "CREDIT"}).ok["pointsAwarded"] == 75
    assert shop.activity()["activityDetail"][0]["displayText"] == "News!"

    shop.programme(lambda document: action(document, 129).update(status="INACTIVE"))
    said = shop.post("/points", {"id": ADA, "actionId": 129, "activity": "CREDIT"})

    assert said.refusal == (400, "AC1004")
    assert "not active" in said["errorMessage"]


@pytest.mark.proves("A012", "B056")
def test_an_action_may_hold_its_points_for_some_days(shop):
    shop.programme(lambda document: action(document, 102).update(holdDays=3))

    said = shop.post("/points", {"id": ADA, "actionId": 102, "activity": "CREDIT"}).ok

    assert (said["pointsAwarded"], said["holdPoints"], said["releaseDate"]) == (0, 50, "2026-03-21T00:00:00+0000")
    figures = shop.figures()
    assert (figures["availablePoints"], figures["holdPoints"], figures["lifetimePoints"]) == (0, 50, 0)
    row = shop.activity()["activityDetail"][0]
    assert (row["credit"], row["pointStatus"], row["expireDate"]) == (50, "Hold", None)


@pytest.mark.parametrize(("decimals", "credit", "status"), [(0, "10.0", 200), (0, "10.5", 400), (1, "10.5", 200),
                                                            (1, "10.55", 400), (2, "10.55", 200)])  # fmt: skip
def test_points_have_as_many_decimals_as_the_programme_gives_them(shop, decimals, credit, status):
    shop.programme(lambda document: document.update(pointDecimals=decimals))

    said = shop.post("/points", {"id": ADA, "actionId": 100, "activity": "CREDIT", "credit": credit})

    assert said.status == status
    assert shop.figures()["availablePoints"] == (Decimal(credit) if status == 200 else 0)


@pytest.mark.proves("B127", "B174")
@pytest.mark.parametrize("word", ["Standard", "Promotional", "promotional", "Regular"])
def test_a_point_type_is_kept_as_given(shop, word):
    assert shop.credit(5, pointType=word)["pointType"] == word
    assert shop.activity()["activityDetail"][0]["pointType"] == word
