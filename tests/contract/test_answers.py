"""Answers as real clients need them (client-facts, section 1, traps 19 to 31). That every answer is a non-empty JSON
object with its content type and no 5xx (19, 21) is checked by ``Shop`` on each call of every test.
"""

import re
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from chalicelib import clock
from tests.api.shop import ADA, action

STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0000")
NUMBERS = (
    "availablePoints", "usedPoints", "expiredPoints", "lifetimePoints", "holdPoints", "usedPointsOnReward",
    "pointsToExpire", "pointsToNextTier", "spendToNextTier", "totalSpent", "totalSpend", "creditsToCurrencyRatio",
    "creditsToCurrencyValue", "ytdCreditPoints", "ytdDebitPoints", "availableRedemptionPoints", "usedRedemptionPoints",
    "negativePoints", "rewardDenomination",
)  # fmt: skip
ORDER = {"id": "SO-1", "userId": ADA, "orderDetail": [{"id": "P1", "quantity": "2", "unitPrice": "19.99"}]}


@pytest.fixture
def lively(shop):
    """Ada has earned, bought, spent, returned, been corrected, and lost points to time."""
    shop.credit(500, pointType="Promotional")
    shop.post("/orders", ORDER)
    shop.debit(100, actionId="107", orderId="SO-9")
    shop.debit(10)
    shop.put("/orders/SO-1", {"status": "return"})
    clock.move_to(datetime(2027, 3, 19, tzinfo=UTC))
    shop.credit(7)
    return shop


@pytest.mark.parametrize(("method", "path"), [("GET", "/points/nobody"), ("GET", "/nothing"), ("POST", "/users"),
                                              ("DELETE", "/points"), ("PATCH", "/orders/SO-9")])  # fmt: skip
def test_a_refusal_is_json_of_its_own_kind(shop, method, path):
    """Traps 19 and 21: with a content type, an object, and a status that clients read."""
    said = shop.call(method, path, None if method == "GET" else {})

    assert 400 <= said.status < 500
    assert said.headers["Content-Type"] == "application/json"
    assert said.refusal


def test_only_what_did_not_take_effect_carries_an_error_code(shop):
    """Trap 20: NetSuite reads any errorCode as failure."""
    shop.credit(100)
    for said in (
        shop.post("/users", {"id": "grace@example.test"}), shop.get(f"/users/{ADA}"), shop.get(f"/points/{ADA}"),
        shop.post("/orders", ORDER), shop.put("/orders/SO-1", {"status": "return"}),
        shop.post("/bulkpoints", {"1": {"id": ADA, "actionId": 100, "activity": "CREDIT", "credit": 1}}),
        shop.post("/points", {"id": ADA, "actionId": 101, "activity": "CREDIT"}), shop.get("/actions/ALL"),
    ):  # fmt: skip
        assert b"errorCode" not in said.raw

    refused = shop.post("/points", {"id": ADA, "actionId": 101, "activity": "CREDIT"})
    assert (refused["errorCode"], refused["pointsAwarded"]) == ("AC1026", 0)


def test_texts_are_scalars_and_lists_are_lists(lively):
    """Trap 22."""
    for path, lists in (
        (f"/users/{ADA}", {}), (f"/users/{ADA}/activity", {"activityDetail"}), ("/actions/ALL", {"allActionDetails"}),
        (f"/users/{ADA}/tiers", {}), ("/tierlist/all", {"tierDetail"}),
    ):  # fmt: skip
        said = lively.get(path).ok
        assert {name for name, value in said.items() if isinstance(value, list)} == set(lists)
    objects = {name for name, value in lively.figures().items() if isinstance(value, dict | list)}
    assert objects == {"multiBucketsData", "groupDetails"}


@pytest.mark.proves("B200")
def test_numbers_of_activity_are_numbers(lively):
    """Traps 23 and 24: Nu Skin compares actionId === 148, and adds credit and debit."""
    rows = lively.activity()["activityDetail"]

    assert {row["actionId"] for row in rows} == {100, 106, 107, 109, 148}
    for row in rows:
        assert type(row["actionId"]) is int
        assert all(isinstance(row[name], int | Decimal) for name in ("credit", "debit"))


@pytest.mark.proves("B049")
def test_numbers_of_points_are_numbers(lively):
    """Traps 24 and 27."""
    figures = lively.figures()

    for name in NUMBERS:
        assert isinstance(figures[name], int | Decimal), name


@pytest.mark.proves("B065")
@pytest.mark.parametrize("as_text", [True, False])
def test_the_worth_is_text_where_the_site_says_so_and_nothing_else_is(shop, as_text):
    """Trap 27."""
    shop.programme(lambda document: document["currency"].update(valueAsText=as_text))
    shop.credit(437)

    figures = shop.figures()

    assert figures["creditsToCurrencyValue"] == ("4.37" if as_text else Decimal("4.37"))
    assert all(isinstance(figures[name], int | Decimal) for name in NUMBERS if name != "creditsToCurrencyValue")


@pytest.mark.proves("B200")
def test_an_order_id_is_never_null(lively):
    """Trap 25: Nu Skin calls .toString() on it for every credit."""
    for row in lively.activity()["activityDetail"]:
        assert isinstance(row["orderId"], str)
        assert None not in {
            value for name, value in row.items() if name != "expireDate" and not isinstance(value, dict)
        }


@pytest.mark.proves("B047", "B048")
def test_ids_are_text(empty_shop):
    """Trap 26."""
    empty_shop.post("/users", {"id": 555})
    empty_shop.credit(5, "555")

    for path in (
        "/users/555",
        "/points/555",
        "/users/555/activity",
        "/users/555/tiers",
        "/users/555/activitysummary/100",
    ):
        said = empty_shop.get(path).ok
        assert (said["siteId"], said["id"]) == (empty_shop.site, "555")


@pytest.mark.proves("B061")
@pytest.mark.parametrize("days", [0, 30])
def test_the_date_of_the_next_expiry_always_parses(shop, days):
    """Trap 28: also without points, and with points that never expire."""
    assert _parsed(shop.figures()["pointsToExpireDate"])

    shop.programme(lambda document: action(document, 100).update(expireInDays=days))
    shop.credit(5)

    assert _parsed(shop.figures()["pointsToExpireDate"])


@pytest.mark.proves("B061", "B093")
def test_timestamps_have_an_offset_without_a_colon(lively):
    """Trap 29."""
    seen = [lively.figures()["pointsToExpireDate"]]
    seen += [lively.get(f"/users/{ADA}").ok[name] for name in ("createDate", "updateDate", "optInDate")]
    for row in lively.activity()["activityDetail"]:
        seen += [row["createDate"]] + ([row["expireDate"]] if row["expireDate"] else [])
    seen += [
        lively.post("/orderdetails", {"orderId": "SO-1"}).ok["orderDate"],
        lively.get(f"/users/{ADA}/tiers").ok["tierSince"],
    ]

    assert all(STAMP.fullmatch(stamp) for stamp in seen), seen


@pytest.mark.proves("B200")
def test_words_of_activity_that_clients_compare(lively):
    """Trap 30."""
    rows = {row["actionId"]: row for row in lively.activity()["activityDetail"]}

    assert (rows[109]["displayText"], rows[109]["pointStatus"], rows[109]["activity"]) == (
        "Purchase",
        "Released",
        "CREDIT",
    )
    assert (rows[106]["displayText"], rows[106]["pointStatus"], rows[106]["activity"]) == (
        "Points Expired",
        "Expired",
        "DEBIT",
    )
    assert (rows[148]["displayText"], rows[148]["pointStatus"], rows[148]["activity"]) == ("Return", "Return", "DEBIT")
    assert (rows[107]["activity"], rows[107]["pointType"]) == ("DEBIT", "Promotional")
    came = [row for row in lively.activity()["activityDetail"] if row["activity"] == "CREDIT"]
    assert {row["pointType"] for row in came} == {"Standard", "Promotional"}
    assert rows[148]["pointType"] == "Reversal Standard"


@pytest.mark.proves("B200")
def test_activity_is_newest_first(lively):
    """Trap 31: Nu Skin walks it from the top until the balance is explained."""
    rows = lively.activity()["activityDetail"]

    assert [row["createDate"] for row in rows] == sorted((row["createDate"] for row in rows), reverse=True)
    assert sum(row["credit"] - row["debit"] for row in rows) == lively.figures()["availablePoints"] == 7


def test_flutter_signs_in_by_status_and_reads_what_it_must(shop):
    """Section 5: status at the root, and none of the mandatory fields missing."""
    assert shop.get(f"/users/{ADA}").ok["status"] == "ACTIVE"
    figures = shop.figures()
    assert all(figures[name] is not None for name in (*NUMBERS, "pointsToExpireDate", "siteId", "id"))


def test_what_saps_beans_read_is_there(shop):
    """Section 3, the response fields of calls 4, 6, 14, 15, 16, 17 and 18."""
    shop.credit(5)
    read = {
        f"/users/{ADA}": "id email firstName lastName status optInStatus optInDate phone birthDate anniversaryDate "
        "extendedAttribute zipCode userProfileImageUrl createDate updateDate totalSpendCurrency",
        f"/users/{ADA}/tiers": "currentTier nextTier pointsToNextTier purchaseRatio",
        f"/users/{ADA}/activity?page=1": "activityDetail pages currentPage totalActivityCount",
        "/actions/ALL": "allActionDetails pages current_page",
    }
    for path, names in read.items():
        assert set(names.split()) <= set(shop.get(path).ok)
    assert {"allActionDetails", "records", "pages", "currentPage"} <= set(shop.post("/actions?page=1", {"id": ADA}).ok)
    placed = shop.post("/orders", ORDER).ok
    assert {"id", "pointsAwarded", "updatedAvailablePoints", "updatedLifetimePoints", "orderDetail"} <= set(placed)
    assert {"orderId", "pointsAwarded", "pointsRemoved"} <= set(shop.put("/orders/SO-1", {"status": "return"}).ok)


def _parsed(stamp):
    return datetime.strptime(stamp, "%Y-%m-%dT%H:%M:%S%z")
