"""POST /bulkpoints, /getbulkpoints, /bulktiers: numbered elements, each done or refused on its own."""

import pytest

from tests.api.shop import ADA, GRACE


def element(member=ADA, **change):
    body = {"id": member, "actionId": "100", "activity": "CREDIT", "credit": 100, "reason": "Bonus points"}
    return {name: value for name, value in (body | change).items() if value is not ...}


@pytest.mark.proves("B014", "B015", "B020")
def test_one_bad_element_stops_no_other_and_the_numbers_stay(shop):
    shop.enrol(GRACE)

    said = shop.post("/bulkpoints", {
        "7": element(), "2": element("nobody"), "1": element(GRACE, credit=30), "abc": element(actionId="x"),
    })  # fmt: skip

    assert said.status == 200
    assert list(said.body) == ["7", "2", "1", "abc"]
    assert said["7"]["pointsAwarded"] == 100
    assert (said["2"]["id"], said["2"]["errorCode"]) == ("nobody", "AC1005")
    assert said["1"]["updatedAvailablePoints"] == 30
    assert said["abc"]["errorCode"] == "AC1004"
    assert (shop.figures()["availablePoints"], shop.figures(GRACE)["availablePoints"]) == (100, 30)


@pytest.mark.proves("B016")
@pytest.mark.parametrize("name", ["id", "actionId", "activity"])
def test_what_is_mandatory_is_named_when_it_is_missing(shop, name):
    said = shop.post("/bulkpoints", {"1": element(**{name: ...}), "2": element(**{name: None})})

    for number in ("1", "2"):
        assert said[number]["errorCode"] == "AC1004"
        assert name in said[number]["errorMessage"]
        assert "missing" in said[number]["errorMessage"]
    assert shop.figures()["lifetimePoints"] == 0


@pytest.mark.proves("B017")
@pytest.mark.parametrize("change", [{"credit": ...}, {"activity": "DEBIT", "credit": ...}, {"activity": "DEBIT"}])
def test_a_manual_movement_needs_its_points(shop, change):
    said = shop.post("/bulkpoints", {"1": element(**change)})

    assert said["1"]["errorCode"] == "AC1004"
    assert change.get("activity", "CREDIT").lower() in said["1"]["errorMessage"]


@pytest.mark.proves("B018")
@pytest.mark.parametrize("credit", [..., 7, 100_000])
def test_a_configured_action_awards_its_points_whatever_is_given(shop, credit):
    said = shop.post("/bulkpoints", {"1": element(actionId=101, credit=credit)})

    assert said["1"]["pointsAwarded"] == 100


@pytest.mark.proves("B019")
@pytest.mark.parametrize("body", [{}, b"", b"[]", b"null", b'"1"'])
def test_an_empty_call_is_refused(shop, body):
    assert shop.post("/bulkpoints", body).refusal == (400, "AC1004")


@pytest.mark.parametrize("value", [None, 5, "text", [], [{}], True])
def test_an_element_that_is_no_object_is_refused_alone(shop, value):
    said = shop.post("/bulkpoints", {"1": value, "2": element()})

    assert said["1"]["errorCode"] == "AC1004"
    assert said["2"]["pointsAwarded"] == 100


@pytest.mark.proves("B021-B023", "B129")
@pytest.mark.parametrize(
    "change",
    [
        {"actionId": 100},
        {"activity": "credit"},
        {"activity": "Credit"},
        {"credit": "100"},
        {"credit": "100.0"},
        {"credit": ..., "debit/credit": 100},
        {"credit": ..., "credit/debit": "100"},
        {"credit": ..., "credit or debit": 100},
    ],
)
def test_elements_are_read_leniently(shop, change):
    assert shop.post("/bulkpoints", {"1": element(**change)})["1"]["pointsAwarded"] == 100


@pytest.mark.proves("B021-B023")
@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"actionId": "4711"}, "AC1005"),
        ({"actionId": "gold"}, "AC1004"),
        ({"activity": "TRANSFER"}, "AC1004"),
        ({"credit": 0}, "AC1004"),
        ({"credit": -100}, "AC1004"),
        ({"credit": "many"}, "AC1004"),
        ({"credit": 0.5}, "AC1004"),
    ],
)
def test_elements_that_cannot_be_done_are_refused(shop, change, code):
    said = shop.post("/bulkpoints", {"1": element(**change)})

    assert said["1"]["errorCode"] == code
    assert shop.figures()["lifetimePoints"] == 0


@pytest.mark.proves("B024", "B029-B033", "B035", "B038-B043")
def test_the_answer_to_an_element_has_every_documented_field(shop):
    shop.credit(450)

    said = shop.post("/bulkpoints", {"1": element(storeId="IN12369")})["1"]

    documented = {
        "siteId": shop.site, "id": ADA, "actionId": 100, "activity": "CREDIT", "credit": 100,
        "storeDetails": {"storeId": "IN12369"}, "pointsAwarded": 100, "reason": "Bonus points",
        "updatedAvailablePoints": 550, "updatedLifetimePoints": 550, "previousTier": "Bronze",
        "updatedUserTier": "Silver",
    }  # fmt: skip
    assert documented.items() <= said.items()
    assert "errorCode" not in said
    assert shop.activity()["activityDetail"][0]["reason"] == "Bonus points"


@pytest.mark.proves("B040", "B041")
def test_elements_for_one_member_follow_one_another(shop):
    said = shop.post(
        "/bulkpoints", {"1": element(), "2": element(activity="DEBIT", credit=..., debit=30), "3": element()}
    )

    assert [said[n]["updatedAvailablePoints"] for n in ("1", "2", "3")] == [100, 70, 170]
    assert [said[n]["updatedLifetimePoints"] for n in ("1", "2", "3")] == [100, 100, 200]


@pytest.mark.proves("B027", "B038")
def test_a_limit_that_is_used_up_answers_its_element_with_its_code(shop):
    said = shop.post("/bulkpoints", {"1": element(actionId=101), "2": element(actionId=101), "3": element()})

    assert said["1"]["pointsAwarded"] == 100
    assert (said["2"]["pointsAwarded"], said["2"]["errorCode"]) == (0, "AC1026")
    assert said["2"]["errorMessage"] == "Points cannot be awarded due to limit reached"
    assert said["3"]["updatedAvailablePoints"] == 200


@pytest.mark.parametrize(("count", "status"), [(200, 200), (201, 400)])
def test_a_call_takes_two_hundred_elements(shop, count, status):
    said = shop.post("/bulkpoints", {str(n): {"id": "nobody"} for n in range(count)})

    assert said.status == status
    if status == 400:
        assert said.refusal == (400, "AC1004")
        assert "200" in said["errorMessage"]


@pytest.mark.parametrize(("path", "name"), [("/getbulkpoints", "availablePoints"), ("/bulktiers", "currentTier")])
def test_bulk_readings_answer_each_member_as_the_single_call_does(shop, path, name):
    """SAP's calls 26 and 27."""
    shop.enrol(GRACE)
    shop.credit(600)
    single = {"/getbulkpoints": "/points/{}", "/bulktiers": "/users/{}/tiers"}[path]

    said = shop.post(path, {"1": {"id": ADA}, "2": {"id": GRACE}, "3": {"id": "nobody"}, "4": {}, "5": None})

    assert list(said.body) == ["1", "2", "3", "4", "5"]
    assert name in said["1"]
    assert said["1"] == shop.get(single.format(ADA)).ok
    assert said["2"] == shop.get(single.format(GRACE)).ok
    assert (said["3"]["id"], said["3"]["errorCode"]) == ("nobody", "AC1005")
    assert (said["4"]["errorCode"], said["5"]["errorCode"]) == ("AC1004", "AC1004")
