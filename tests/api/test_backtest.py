"""POST /programme/backtest: a draft programme, tried on what happened."""

import json
from datetime import timedelta
from typing import Any

import pytest

from chalicelib import clock
from chalicelib.dynamo import keys
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
