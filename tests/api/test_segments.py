"""Segments over the API: defined, listed, changed, and who is in them."""

import pytest

from chalicelib.dynamo import meter
from chalicelib.members import service as members
from chalicelib.reporting import service as reporting
from tests.api.calls_segments import LISTED, YOUNG
from tests.api.shop import ADA, GRACE

HEDY = "hedy@example.test"


@pytest.fixture
def crowd(shop):
    """Ada has 137 points, Grace none, Hedy has bought; facts follow the book."""
    shop.enrol(GRACE, HEDY)
    shop.credit(137)
    detail = [{"id": "P1", "quantity": "2", "unitPrice": "30", "categoryId": "shoes"}]
    shop.post("/orders", {"id": "SO-1", "userId": HEDY, "storeId": "IN1", "source": "Web", "orderDetail": detail})
    for member in (ADA, GRACE, HEDY):
        projected(shop, member)
    return shop


def projected(shop, member):
    mid = members.resolve(shop.site, member).mid
    for sk in ("ACCOUNT", "O#SO-1"):
        reporting.project(f"M#{shop.site}#{mid}", sk)


def eligible(shop, segment):
    return [row["userId"] for row in shop.get(f"/eligiblesegment/{segment}").ok["memberDetails"]]


@pytest.mark.proves("A015", "B204")
def test_a_segment_is_created_as_the_commerce_connector_does_it(crowd):
    said = crowd.post("/segment", LISTED).ok

    segment = said.pop("segmentId")
    assert segment.isdigit()
    assert said == {
        "siteId": crowd.site, "segmentName": "Testers", "segmentType": "static", "segmentFromDate": "2026-01-01",
        "segmentToDate": "2026-12-31", "member": f"{ADA}, nobody@example.test", "memberUpdate": "",
        "status": "ACTIVE", "externalId": "x-1", "externalName": "Testers of X",
        "unknownMembers": ["nobody@example.test"],
    }  # fmt: skip
    assert eligible(crowd, segment) == [ADA]


def test_members_are_added_removed_and_replaced(crowd):
    segment = crowd.post("/segment", LISTED).ok["segmentId"]

    crowd.patch(f"/segment/{segment}", {"member": GRACE, "memberUpdate": "ADD"}).ok  # noqa: B018
    assert sorted(eligible(crowd, segment)) == [ADA, GRACE]
    crowd.patch(f"/segment/{segment}", {"member": ADA, "memberUpdate": "remove"}).ok  # noqa: B018
    assert eligible(crowd, segment) == [GRACE]
    crowd.patch(f"/segment/{segment}", {"member": f"{HEDY},{ADA}", "memberUpdate": "REPLACE"}).ok  # noqa: B018
    assert sorted(eligible(crowd, segment)) == [ADA, HEDY]


def test_a_segment_shows_every_family_of_conditions(crowd):
    crowd.post("/segment", YOUNG).ok  # noqa: B018

    detail = crowd.get("/segment/young").ok["segmentDetail"]

    assert detail["segmentName"] == "Young"
    assert detail["segmentDateFrom"] == "2026-01-01"
    assert detail["memberDetails"] == {"userId": [], "zipCode": [], "anniversaryDate": "", "birthDate": ""}
    assert detail["actionDetails"] == {"actions": [], "actionSeries": []}
    assert detail["pointsDetails"]["availablePointRangeFrom"] == 100
    assert detail["pointsDetails"]["availablePointRangeTo"] == ""
    assert set(detail["purchaseDetails"]) == {"productPurchased", "productCategory", "source", "country"}
    assert {"storeName", "country", "region", "state", "city"} <= set(detail["storeDetails"])


@pytest.mark.proves("A015", "A016")
@pytest.mark.parametrize(
    ("conditions", "inside"),
    [
        ({"pointsDetails": {"availablePointRangeFrom": 137}}, [ADA]),
        ({"pointsDetails": {"availablePointRangeFrom": 138}}, []),
        ({"pointsDetails": {"availablePointRangeTo": 0}}, [GRACE]),
        ({"actionDetails": {"actions": [100, 101]}}, [ADA]),
        ({"purchaseDetails": {"productPurchased": ["p1"]}}, [HEDY]),
        ({"purchaseDetails": {"productCategory": ["shoes"], "source": ["web"]}}, [HEDY]),
        ({"purchaseDetails": {"productCategory": ["shoes"], "source": ["app"]}}, []),
        ({"storeDetails": {"storeId": ["IN1"]}}, [HEDY]),
        ({"rfm": {"recencyDaysTo": 0, "frequencyFrom": 1, "monetaryFrom": 60}}, [HEDY]),
        ({"rfm": {"monetaryFrom": "60.01"}}, []),
        ({"rfm": {"frequencyTo": 0}}, [ADA, GRACE]),
        ({"memberDetails": {"userId": [ADA.upper()]}}, [ADA]),
        ({"where": {"join": "any", "comparisons": [
            {"fact": "spend", "compared": "gt", "values": 59},
            {"fact": "available", "compared": "between", "values": [130, 140]}]}}, [ADA, HEDY]),
        ({"where": {"join": "none", "comparisons": [{"fact": "products", "compared": "contains", "values": ["P1"]}]}},
         [ADA, GRACE]),
        ({"transactionDetails": {"storeId": ["IN1"]}}, []),
    ],
)  # fmt: skip
def test_conditions_hold_whom_they_mean(crowd, conditions, inside):
    said = crowd.post("/segment/preview", conditions).ok

    assert sorted(row["userId"] for row in said["memberDetails"]) == inside
    assert (said["examined"], said["eligible"], said["nextCursor"]) == (3, len(inside), "")


def test_lists_go_through_all_segments_by_status(crowd):
    crowd.post("/segment", YOUNG).ok  # noqa: B018
    crowd.post("/segment", LISTED).ok  # noqa: B018
    crowd.patch("/segment/young", {"status": "inactive"}).ok  # noqa: B018

    names = {value: [row["segmentName"] for row in crowd.get(f"/segmentlist/{value}").ok["segmentDetail"]]
             for value in ("all", "ACTIVE", "inactive", "status")}  # fmt: skip

    assert names == {"all": ["Young", "Testers"], "ACTIVE": ["Testers"], "inactive": ["Young"],
                     "status": ["Young", "Testers"]}  # fmt: skip


def test_the_list_is_narrowed_by_name_id_and_type(crowd):
    crowd.post("/segment", YOUNG).ok  # noqa: B018
    crowd.post("/segment", LISTED).ok  # noqa: B018

    names = {query: [row["segmentName"] for row in crowd.get(f"/segmentlist/all?{query}").ok["segmentDetail"]]
             for query in ("name=TEST", "segmentId=YOUNG", "type=Static", "name=o&type=static")}  # fmt: skip

    assert names == {"name=TEST": ["Testers"], "segmentId=YOUNG": ["Young"], "type=Static": ["Testers"],
                     "name=o&type=static": []}  # fmt: skip


def test_a_member_is_told_the_segments_that_hold_them(crowd):
    crowd.post("/segment", YOUNG).ok  # noqa: B018
    crowd.post("/segment", {**LISTED, "member": GRACE}).ok  # noqa: B018

    found = {who: [row["segmentName"] for row in crowd.get(f"/users/{who}/segments").ok["segments"]]
             for who in (ADA, GRACE)}  # fmt: skip

    assert found == {ADA: ["Young"], GRACE: ["Testers"]}


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""}, {"fromDate": "soon"}, {"toDate": None}, {"fromDate": "2027-01-01"},
        {"pointsDetails": {"availablePointRangeFrom": "many"}}, {"pointsDetails": {"unknown": 1}},
        {"where": {"comparisons": [{"fact": "mood", "values": ["good"]}]}},
        {"where": {"comparisons": [{"fact": "spend", "compared": "gt", "values": ["much"]}]}},
        {"where": {"groups": [{"groups": [{"groups": [{"groups": [{"comparisons": []}]}]}]}]}},
        {"where": {"comparisons": [{"fact": "tier", "values": ["nowhere"]}]}},
        {"status": "perhaps"},
    ],
)  # fmt: skip
def test_a_wrong_definition_is_refused_and_not_stored(crowd, wrong):
    assert crowd.post("/segment", YOUNG | wrong).refusal == (400, "AC1004")
    assert crowd.get("/segmentlist/all").ok["segmentDetail"] == []


def test_an_id_is_taken_once_and_an_unknown_one_is_not_found(crowd):
    crowd.post("/segment", YOUNG).ok  # noqa: B018

    assert crowd.post("/segment", YOUNG).refusal == (409, "AC1006")
    for said in (
        crowd.get("/segment/old"),
        crowd.patch("/segment/old", {"name": "x"}),
        crowd.get("/eligiblesegment/old"),
    ):
        assert said.refusal == (404, "AC1005")


def test_looking_at_members_takes_one_call_for_every_twenty_five_of_them(crowd):
    crowd.post("/segment", YOUNG).ok  # noqa: B018
    crowd.enrol(*(f"m{number}@example.test" for number in range(30)))
    for number in range(30):
        projected(crowd, f"m{number}@example.test")

    with meter.metered() as counted:
        said = crowd.get("/eligiblesegment/young").ok

    assert said["examined"] == 33
    # Eight parts of the list, and two batches; whatever else may be warm or not.
    assert counted.calls <= 13
