"""GET /users/{id}/ledger and /ledger/{number}/trail: the book as engineers and support read it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib import clock
from chalicelib.ledger.reading import service as reading
from chalicelib.sites import service as sites
from tests.api.shop import ADA, GRACE, Said, Shop, action

NOON = datetime(2026, 3, 18, 12, tzinfo=UTC)
DAY = timedelta(days=1)
ORDER = {"id": "SO-1", "userId": ADA, "orderDetail": [{"id": "P1", "quantity": "2", "unitPrice": "20.00"}]}
SPEND = {"id": ADA, "actionId": 107, "activity": "DEBIT", "orderId": "SO-1", "reason": "spent"}
PASS_ON = {"id": ADA, "actionId": 8055, "activity": "DEBIT", "debit": 5, "recipientData": {"recipientId": GRACE}}


def ledger(shop: Shop, query: str = "", member: str = ADA) -> dict[str, Any]:
    return shop.get(f"/users/{member}/ledger{query and f'?{query}'}").ok


def trail(shop: Shop, number: int, member: str = ADA) -> dict[str, Any]:
    return shop.get(f"/users/{member}/ledger/{number}/trail").ok


def told(steps: list[dict[str, Any]], *names: str) -> list[tuple[Any, ...]]:
    return [tuple(step.get(name) for name in names) for step in steps]


def newest(shop: Shop, kind: str, member: str = ADA) -> dict[str, Any]:
    """The newest entry of a kind."""
    return next(entry for entry in ledger(shop, "limit=100", member)["entries"] if entry["kind"] == kind)


@pytest.mark.proves("B200")
def test_an_entry_tells_everything_it_did(shop):
    shop.credit(437, customId="c-1", orderId="A12345", source="web", storeId="IN1", pointType="Promotional",
                actionAttribute={"level": 1.5, "tags": ["a"]})  # fmt: skip

    said = ledger(shop)

    assert (said["siteId"], said["id"], said["totalEntryCount"]) == (shop.site, ADA, 2)
    assert (said["pending"], said["nextCursor"]) == ([], "")
    award, enrolled = said["entries"]
    assert len(award.pop("command")) == 16
    assert award == {
        "number": 2, "kind": "award", "actionId": 100, "programmeVersion": 1,
        "recorded": "2026-03-18T12:00:00+0000", "effective": "2026-03-18T12:00:00+0000",
        "postings": [{"from": "issued", "to": "available", "bucket": "points", "points": 437}],
        "lots": [{"bucket": "points", "pointType": "Promotional", "goodThrough": "2027-03-18", "points": 437}],
        "draws": [], "owed": [],
        "balances": {"points": {"available": 437, "held": 0, "used": 0, "expired": 0, "lifetime": 437}},
        "wished": 437, "qualifying": {"day": "2026-03-18", "points": 437, "spend": 0, "orders": 0},
        "tierBefore": "Bronze", "tierAfter": "Bronze",
        "refs": {"orderId": "A12345", "storeId": "IN1", "source": "web"}, "campaigns": [], "inActivity": True,
        "note": {"reason": "a gift", "customId": "c-1", "pointType": "Promotional",
                 "actionAttribute": {"level": award["note"]["actionAttribute"]["level"], "tags": ["a"]}},
    }  # fmt: skip
    assert str(award["note"]["actionAttribute"]["level"]) == "1.5"
    assert (enrolled["number"], enrolled["kind"], enrolled["state"]) == (1, "enrol", "active")
    assert enrolled["inActivity"] is False


def test_a_debit_tells_the_lots_it_drew_and_a_debt_what_it_left(shop):
    shop.programme(lambda document: document.update(negativePoints={"allowed": True}))
    shop.credit(30)

    shop.debit(50)

    entry = ledger(shop, "limit=1")["entries"][0]
    assert entry["draws"] == [
        {"bucket": "points", "pointType": "Standard", "goodThrough": "2027-03-18", "points": 30}
    ]  # fmt: skip
    assert entry["owed"] == [{"bucket": "points", "points": 20}]
    assert entry["balances"]["points"]["available"] == -20


def test_a_promise_tells_what_became_of_it(shop):
    shop.programme(lambda document: document["purchase"].update(hold={"type": "orderDate", "days": 14}))
    shop.post("/orders", ORDER)

    entry = ledger(shop)["entries"][0]

    assert (entry["kind"], entry["pointStatus"], entry["shownPoints"]) == ("hold", "Hold", 40)
    assert entry["refs"] == {"orderId": "SO-1", "releaseDate": "2026-04-01T00:00:00+0000"}
    assert entry["programmeVersion"] == 2


def test_pages_follow_one_another_to_the_first_entry_each_once(shop):
    for _ in range(11):
        shop.credit(1)
    numbers, cursor, pages = [], "", 0
    while pages == 0 or cursor:
        said = ledger(shop, f"limit=4&cursor={cursor}")
        numbers += [entry["number"] for entry in said["entries"]]
        cursor, pages = said["nextCursor"], pages + 1
        # What is recorded meanwhile does not move the pages that follow.
        shop.credit(1)

    assert numbers == list(range(12, 0, -1))
    assert pages == 3


@pytest.mark.parametrize("limit", ["0", "101", "-1", "2.5", "many"])
def test_a_limit_out_of_bounds_is_refused(shop, limit):
    said = shop.get(f"/users/{ADA}/ledger?limit={limit}")

    assert said.refusal == (400, "AC1004")
    assert "1 to 100" in said["errorMessage"]


def test_the_bounds_of_a_page(shop):
    shop.credit(1)

    assert len(ledger(shop, "limit=1")["entries"]) == 1
    assert len(ledger(shop, "limit=100")["entries"]) == 2


def test_a_cursor_of_another_member_or_site_is_refused(open_shop):
    shop, other = open_shop(), open_shop()
    for each in (shop, other):
        each.enrol(ADA, GRACE)
        each.credit(1)
    cursor = ledger(shop, "limit=1")["nextCursor"]

    assert ledger(shop, f"cursor={cursor}")["entries"][0]["number"] == 1
    for said in (shop.get(f"/users/{GRACE}/ledger?cursor={cursor}"), other.get(f"/users/{ADA}/ledger?cursor={cursor}")):
        assert said.refusal == (400, "AC1004")
        assert "nextCursor" in said["errorMessage"]


def test_a_cursor_outlives_a_rotation_of_the_secret(shop):
    shop.credit(1)
    cursor = ledger(shop, "limit=1")["nextCursor"]

    shop.secret = sites.rotate_secret(shop.site, clock.now())

    assert ledger(shop, f"cursor={cursor}")["entries"][0]["number"] == 1


def test_what_time_made_due_and_nobody_booked_is_pending_on_the_first_page(shop):
    shop.programme(lambda document: action(document, 100).update(expireInDays=20))
    shop.credit(40)
    clock.move_to(NOON + 30 * DAY)

    said = ledger(shop, "limit=1")

    (pending,) = said["pending"]
    assert (pending["number"], pending["kind"]) == (3, "expire")
    assert pending["balances"]["points"]["available"] == shop.figures()["availablePoints"] == 0
    assert said["entries"][0]["number"] == said["totalEntryCount"] == 2
    assert ledger(shop, f"cursor={said['nextCursor']}")["pending"] == []


@pytest.mark.proves("B200")
def test_the_trail_leads_from_an_order_to_its_points_their_use_their_return_and_back(shop):
    shop.credit(10)
    shop.post("/orders", ORDER)
    shop.post("/points", SPEND | {"debit": 30}).ok  # noqa: B018 - asks whether it went well.
    shop.patch("/orders/SO-1", {"orderId": "SO-1", "status": "return"}).ok  # noqa: B018
    gift, order = 2, 3
    redeemed, reversed_, refund = (newest(shop, kind)["number"] for kind in ("redeem", "reverse", "refund"))

    spent = trail(shop, redeemed)
    assert told(spent["consumed"], "number", "points", "givenBack", "orderId", "kind") == [
        (gift, 10, 10, None, "award"),
        (order, 20, 20, "SO-1", "order"),
    ]
    assert spent["entry"]["note"] == {"reason": "spent"}
    assert (order, "order", 109, "order") in told(spent["related"], "number", "kind", "actionId", "by")
    assert (refund, "undoes") in told(spent["related"], "number", "by")

    earned = trail(shop, order)
    assert earned["consumed"] == []
    assert (redeemed, 20, 20) in told(earned["fed"], "number", "points", "givenBack")
    assert sum(step["points"] - step["givenBack"] for step in earned["fed"]) + sum(
        lot["points"] for lot in earned["unspent"]
    ) == 40  # fmt: skip

    back = trail(shop, refund)
    assert told(back["givenBack"], "debit", "award", "points") == [(redeemed, gift, 10), (redeemed, order, 20)]
    taken = trail(shop, reversed_)["consumed"]
    assert told(taken, "number", "points") == [(order, newest(shop, "reverse")["draws"][0]["points"])]


def test_a_promise_is_related_to_its_release_and_the_release_feeds_the_debits(shop):
    def held(document: dict[str, Any]) -> None:
        action(document, 102).update(holdDays=3, limits=[], actionPoints=25)
        document["purchase"].update(hold={"type": "orderDate", "days": 14})

    shop.programme(held)
    shop.post("/points", {"id": ADA, "actionId": 102, "activity": "CREDIT"})
    shop.post("/orders", ORDER | {"orderDate": "2026-02-20T12:00:00+0000"})
    shop.debit(7)
    promises = [entry for entry in ledger(shop)["entries"] if entry["kind"] == "hold"]
    of_order, of_action = (entry["number"] for entry in promises)
    released = newest(shop, "release")["number"]

    assert told(trail(shop, of_order)["related"], "number", "kind", "by") == [(released, "release", "order")]
    assert trail(shop, of_action)["related"] == []
    assert told(trail(shop, released)["fed"], "kind", "points") == [("deduct", 7)]


def test_a_transfer_names_its_id_on_both_sides_and_nobody(shop):
    shop.enrol(GRACE)
    shop.credit(8)
    shop.post("/points", PASS_ON).ok  # noqa: B018
    shop.debit(2, GRACE)

    sent, received = trail(shop, 3), newest(shop, "receive", GRACE)
    spent = trail(shop, 3, GRACE)

    assert told(sent["consumed"], "number", "points") == [(2, 5)]
    shared = sent["entry"]["refs"]["transferId"]
    assert received["refs"]["transferId"] == shared
    assert told(spent["consumed"], "number", "kind", "transferId", "points") == [(2, "receive", shared, 2)]
    for said in (shop.get(f"/users/{GRACE}/ledger"), shop.get(f"/users/{GRACE}/ledger/3/trail")):
        assert ADA.encode() not in said.raw


def test_a_debt_that_an_award_paid_is_told_on_both_sides(shop):
    shop.programme(lambda document: document.update(negativePoints={"allowed": True}))
    shop.debit(50)
    assert trail(shop, 2)["unpaid"] == 50
    shop.credit(20)

    assert told(trail(shop, 3)["fed"], "number", "points", "paidDebt") == [(2, 20, True)]
    assert told(trail(shop, 2)["consumed"], "number", "points", "paidDebt") == [(3, 20, True)]
    assert trail(shop, 2)["unpaid"] == 30


def test_an_expiry_that_is_not_booked_yet_is_in_the_trail_as_pending(shop):
    shop.programme(lambda document: action(document, 100).update(expireInDays=20))
    shop.credit(40)
    clock.move_to(NOON + 30 * DAY)

    said = trail(shop, 2)

    assert told(said["fed"], "number", "kind", "points", "isPending") == [(3, "expire", 40, True)]
    assert said["unspent"] == []
    assert told(trail(shop, 3)["consumed"], "number", "isPending") == [(2, None)]


@pytest.mark.parametrize("number", ["0", "3", "999999999999"])
def test_an_entry_that_is_not_there_is_not_found(shop, number):
    shop.credit(1)

    said = shop.get(f"/users/{ADA}/ledger/{number}/trail")

    assert said.refusal == (404, "AC1005")
    assert "1 to 2" in said["errorMessage"]


@pytest.mark.parametrize("number", ["x", "-1", "1.5", "1234567890123", "%C2%B2"])
def test_what_is_no_number_of_an_entry_is_refused(shop, number):
    assert shop.get(f"/users/{ADA}/ledger/{number}/trail").refusal == (400, "AC1004")


def test_nobody_has_a_book_who_is_not_enrolled(shop):
    shop.credit(1)
    shop.post("/userdelete", {"id": ADA, "requestedBy": "o@example.test"})

    for member in (ADA, "nobody"):
        for path in ("ledger", "ledger/2/trail"):
            assert shop.get(f"/users/{member}/{path}").refusal == (404, "AC1005")


def test_a_book_that_is_too_long_to_follow_is_still_listed(shop, monkeypatch):
    monkeypatch.setattr(reading, "ENTRIES_MAX", 2)
    shop.credit(1)
    assert trail(shop, 2)["unspent"]
    shop.credit(1)

    said: Said = shop.get(f"/users/{ADA}/ledger/2/trail")

    assert said.refusal == (400, "AC1004")
    assert "3 entries" in said["errorMessage"]
    assert len(ledger(shop)["entries"]) == 3


def test_a_page_is_two_calls_and_a_trail_three(shop):
    for _ in range(30):
        shop.credit(1)
    ledger(shop)

    ledger(shop)
    assert (shop.lines[-1]["calls"], shop.lines[-1]["wcu"]) == (2, 0)
    trail(shop, 2)
    assert (shop.lines[-1]["calls"], shop.lines[-1]["wcu"]) == (3, 0)


def test_decimals_of_points_are_kept(empty_shop):
    shop = empty_shop
    shop.programme(lambda document: document.update(pointDecimals=2))
    shop.enrol(ADA)
    shop.credit(12.34)

    assert str(ledger(shop)["entries"][0]["lots"][0]["points"]) == "12.34"
    assert str(trail(shop, 2)["unspent"][0]["points"]) == "12.34"
