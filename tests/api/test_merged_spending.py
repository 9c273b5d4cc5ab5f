"""What a member spent before a merge is neither spent again nor lost after it."""

from typing import Any

import pytest

from tests.api.calls_users import MERGE
from tests.api.proving import faults
from tests.api.rewarding import TEN_OFF, catalogue, claim
from tests.api.shop import GRACE, Shop

REDEEM = {"id": GRACE, "actionId": 107, "activity": "DEBIT", "debit": 50, "orderId": "SO-7", "reason": "claim"}
ORDER = {"id": "SO-7", "userId": GRACE, "orderDetail": [{"id": "P1", "quantity": "2", "unitPrice": "50"}]}


@pytest.fixture
def both(shop: Shop) -> Shop:
    """Ada and Grace, who are one person, with 500 points each; the catalogue has a reward for 100."""
    catalogue(shop, TEN_OFF)
    shop.enrol(GRACE)
    shop.credit(500)
    shop.credit(500, GRACE)
    return shop


def merge(shop: Shop) -> None:
    shop.post("/mergeuser", MERGE).ok  # noqa: B018 - asks whether it went well.


@pytest.mark.parametrize("body", [REDEEM, claim(id=GRACE, orderId="SO-7")], ids=["points", "reward"])
def test_a_retry_after_the_merge_answers_with_the_redemption_before_it(both: Shop, body: dict[str, Any]):
    wanted = body | {"retry": "YES"}
    first = both.post("/points", wanted).ok
    merge(both)
    left = both.figures()["availablePoints"]

    again = [both.post("/points", wanted, key=key).ok for key in (None, "k-1", "k-1")]

    assert again == [first] * 3
    assert both.figures()["availablePoints"] == left
    assert faults(both) == []
