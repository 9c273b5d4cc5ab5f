"""POST /programme/backtest: a draft programme, tried on what happened."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from chalicelib import clock
from chalicelib.backtesting import service as backtesting
from chalicelib.dynamo import keys
from chalicelib.outreach import service as outreach
from chalicelib.reporting import service as reporting
from tests.api.calls import contents
from tests.api.fixtures import NOON
from tests.api.shop import ADA, GRACE, Shop, action

FROM = "2026-03-18T00:00:00+0000"


def projected(shop: Shop, client: Any) -> None:
    """Let the stream's consumer see every account of the site, as it would within a moment."""
    for item in client.scan(TableName="laurel")["Items"]:
        if item["pk"]["S"].startswith(f"M#{shop.site}#") and item["sk"]["S"] == keys.ACCOUNT:
            reporting.project(item["pk"]["S"], keys.ACCOUNT)


def nothing(document: dict[str, Any]) -> None:
    """Leave the document as it is."""


def draft(shop: Shop, change: Any = nothing) -> dict[str, Any]:
    document = shop.programme()
    change(document)
    plain: dict[str, Any] = json.loads(json.dumps(document, default=str))
    return plain


def tried(shop: Shop, change: Any = nothing, **more: Any) -> dict[str, Any]:
    body = {"programme": draft(shop, change), "from": FROM, **more}
    return shop.post("/programme/backtest", body, token=shop.staff()).ok


def order(number: int, price: str, member: str = ADA) -> dict[str, Any]:
    return {
        "id": f"SO-{number}",
        "userId": member,
        "orderDetail": [{"id": "P1", "quantity": "2", "unitPrice": price}],
    }


@pytest.fixture
def busy(shop, one_table):
    """A site where two members did several things, a minute ago and before."""
    shop.enrol(GRACE)
    shop.post("/points", {"id": ADA, "actionId": 101, "activity": "CREDIT"}).ok  # noqa: B018
    shop.post("/orders", order(1, "100")).ok  # noqa: B018
    shop.post("/orders", order(2, "30", GRACE)).ok  # noqa: B018
    shop.put("/orders/SO-1", {"status": "return", "orderDetail": [{"id": "P1", "quantity": "1"}]}).ok  # noqa: B018
    shop.post("/points", {"id": ADA, "activity": "DEBIT", "debit": 70, "orderId": "SO-1"}).ok  # noqa: B018
    projected(shop, one_table)
    clock.move_to(NOON + timedelta(minutes=1))
    return shop


def differences(result: Any) -> list[Any]:
    """Every ``difference`` within an answer."""
    if isinstance(result, list):
        return [found for each in result for found in differences(each)]
    if not isinstance(result, dict):
        return []
    own = [result["difference"]] if "difference" in result else []
    return own + [found for each in result.values() for found in differences(each)]


def test_a_draft_that_changes_nothing_differs_by_nothing(busy, one_table):
    before = contents(one_table)

    said = tried(busy)

    assert said["status"] == "done"
    result = said["result"]
    assert (result["replayed"]["membersFound"], result["replayed"]["membersReproduced"]) == (2, 2)
    assert result["replayed"]["notReplayed"] == []
    assert result["points"]["awarded"]["before"] == 100 + 200 + 60
    assert not any(differences(result))
    assert result["members"] == {
        "better": 0, "worse": 0, "same": 2, "largestGains": [], "largestLosses": [], "distribution": [],
    }  # fmt: skip
    assert contents(one_table) == before


def test_a_doubled_ratio_doubles_what_purchases_earn(busy):
    result = tried(busy, lambda document: action(document, 109).update(ratio="2"))["result"]

    [purchases] = [each for each in result["actions"] if each["actionId"] == 109]
    assert purchases["points"]["awarded"] == {"before": 260, "after": 520, "difference": 260}
    [returns] = [each for each in result["actions"] if each["actionId"] == 148]
    assert returns["points"]["deducted"] == {"before": 100, "after": 200, "difference": 100}
    assert result["liability"]["points"] == {"before": 190, "after": 350, "difference": 160}
    assert str(result["liability"]["value"]["difference"]) == "1.60"
    assert result["members"]["better"] == 2
    assert result["members"]["largestGains"] == [100, 60]
    assert result["members"]["distribution"] == [
        {"change": "better", "from": 10, "below": 100, "members": 1},
        {"change": "better", "from": 100, "below": 1000, "members": 1},
    ]


def test_the_lowest_tier_is_left_by_those_whom_the_draft_raises(busy):
    lower = lambda document: document["tiers"]["levels"][1].update(threshold=50)  # noqa: E731 - a word for a word.

    tiers = tried(busy, lower)["result"]["tiers"]

    assert [level["difference"] for level in tiers["levels"]] == [-2, 2, 0]
    assert tiers["movedUp"] == 2


def test_a_history_sent_along_is_tried_on_nobody(busy, one_table):
    before = contents(one_table)
    history = [
        {"userId": "x", "at": "2026-01-05T10:00:00Z", "orderDetail": [{"quantity": 2, "unitPrice": "50"}]},
        {"userId": "x", "at": "2026-01-06T10:00:00Z", "debit": 150},
        {"userId": "y", "at": "2026-01-05T10:00:00Z", "actionId": 101},
        {"userId": "y", "at": "2026-01-05T11:00:00Z", "actionId": 100, "credit": 7},
    ]

    body = {"programme": draft(busy, lambda document: action(document, 109).update(ratio=2)), "history": history}
    result = busy.post("/programme/backtest", body, token=busy.staff()).ok["result"]

    assert result["points"]["awarded"] == {"before": 207, "after": 307, "difference": 100}
    assert result["refused"]["times"] == {"before": 1, "after": 0, "difference": -1}
    assert contents(one_table) == before


WRONG = {
    "no draft": ({"from": FROM}, "programme"),
    "no period": ({"programme": {}}, "from"),
    "period ends before it begins": ({"programme": {}, "from": FROM, "to": "2026-03-01T00:00:00Z"}, "from"),
    "period ends after now": ({"programme": {}, "from": FROM, "to": "2027-03-01T00:00:00Z"}, "to"),
    "draft with errors": ({"programme": {"timeZone": "Mars/Olympus"}, "from": FROM}, "timeZone"),
    "row that says nothing": ({"programme": {}, "history": [{"userId": "x", "at": FROM}]}, "history[0]"),
    "row of two": (
        {"programme": {}, "history": [{"userId": "x", "at": FROM, "actionId": 101, "debit": 1}]}, "history[0]",
    ),
    "history before the period": (
        {"programme": {}, "from": FROM, "history": [{"userId": "x", "at": "2026-01-01T00:00:00Z", "actionId": 101}]},
        "timeZone",
    ),
    "empty history": ({"programme": {}, "history": []}, "history"),
    "history of tomorrow": (
        {"programme": {}, "history": [{"userId": "x", "at": "2027-01-01T00:00:00Z", "actionId": 101}]}, "history",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_cannot_be_tried_is_refused_by_name(shop, name):
    body, place = WRONG[name]

    said = shop.post("/programme/backtest", body, token=shop.staff())

    assert said.refusal == (400, "AC1004")
    assert place in said["errorMessage"]


def test_every_wrong_field_of_a_draft_is_named(shop):
    document = draft(shop)
    document["timeZone"] = "Mars/Olympus"
    document["expiry"]["days"] = 0

    said = shop.post("/programme/backtest", {"programme": document, "from": FROM}, token=shop.staff())

    assert said.refusal == (400, "AC1004")
    assert "timeZone" in said["errorMessage"]
    assert "expiry.days" in said["errorMessage"]


def test_what_takes_longer_than_a_request_is_accepted_and_asked_for(busy, one_table, monkeypatch):
    sent: list[str] = []
    monkeypatch.setattr(backtesting, "REQUEST_SECONDS", -1)
    monkeypatch.setattr(backtesting, "MEMBERS_PAGE", 1)
    monkeypatch.setattr(backtesting.queue, "send", lambda bodies: len(sent.extend(bodies) or sent))
    members = [item for item in contents(one_table) if "M#" in str(item)]

    begun = busy.post("/programme/backtest", {"programme": draft(busy), "from": FROM}, token=busy.staff(), key="k")

    assert (begun.status, begun["status"], begun["result"]) == (202, "running", None)
    while sent:
        outreach.work(json.loads(sent.pop(0)), clock.now())
    done = busy.get(f"/programme/backtest/{begun['id']}", token=busy.staff()).ok
    assert (done["status"], done["progress"]) == ("done", {"members": 2, "parts": 8, "partsDone": 8})
    assert not any(differences(done["result"]))
    assert [item for item in contents(one_table) if "M#" in str(item)] == members


def test_a_run_of_one_site_is_unknown_to_another(busy, open_shop, monkeypatch):
    first, second = busy, open_shop()
    monkeypatch.setattr(backtesting, "REQUEST_SECONDS", -1)
    monkeypatch.setattr(backtesting.queue, "send", lambda bodies: len(list(bodies)))
    body = {"programme": draft(first), "from": "2026-03-17T00:00:00Z"}
    begun = first.post("/programme/backtest", body, token=first.staff(), key="k")

    assert begun.status == 202
    assert second.get(f"/programme/backtest/{begun['id']}", token=second.staff()).refusal == (404, "AC1005")


def test_neither_a_shops_server_nor_a_member_may_try(shop):
    body = {"programme": draft(shop), "from": FROM}

    assert shop.post("/programme/backtest", body).refusal == (403, "AC1002")
    assert shop.post("/programme/backtest", body, token=shop.member_token(ADA)).refusal == (403, "AC1002")
    assert shop.get("/programme/backtest/x").refusal == (403, "AC1002")


def test_the_example_of_the_documentation_works(busy):
    page = (Path(__file__).parent.parent.parent / "docs" / "programme.md").read_text()
    example = page.partition("## Trying a draft")[2].partition("```json\n")[2].partition("```")[0]

    said = busy.post("/programme/backtest", example.encode(), token=busy.staff()).ok

    assert said["result"]["replayed"]["membersReplayed"] == 2


def test_a_dry_run_answers_the_same(busy, one_table):
    body = {"programme": draft(busy), "from": FROM, "to": "2026-03-18T12:00:30Z"}
    before = contents(one_table)

    dry = busy.post("/programme/backtest?dryRun=true", body, token=busy.staff())

    assert dry.ok == busy.post("/programme/backtest", body, token=busy.staff()).ok
    assert contents(one_table) == before


def test_a_key_stands_for_one_draft_and_a_refused_draft_uses_none_up(busy):
    body = {"programme": draft(busy), "from": FROM}
    sent = {"token": busy.staff(), "key": "k-1"}

    refused = busy.post("/programme/backtest", {**body, "programme": {}}, **sent)
    first = busy.post("/programme/backtest", body, **sent)
    again = busy.post("/programme/backtest", body, **sent)
    other = busy.post("/programme/backtest", {**body, "to": FROM.replace("18", "19")}, **sent)

    assert refused.status == 400
    assert (first.status, first.is_repeat) == (200, False)
    assert (again.status, again.is_repeat) == (200, True)
    assert other.refusal == (409, "AC1006")


def test_what_happened_after_the_clock_was_set_back_is_tried_after_what_it_rests_on(shop, one_table):
    shop.enrol(GRACE)
    clock.move_to(NOON - timedelta(hours=2))
    shop.post("/points", {"id": GRACE, "actionId": 101, "activity": "CREDIT"}).ok  # noqa: B018
    projected(shop, one_table)
    clock.move_to(NOON + timedelta(minutes=1))

    result = tried(shop)["result"]

    assert "refusedAgain" not in json.dumps(result, default=str)
