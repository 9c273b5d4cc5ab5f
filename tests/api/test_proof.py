"""GET /ledger/proof, for staff alone."""

from datetime import timedelta

import pytest

import app
from chalicelib import clock, settings
from chalicelib.local import events
from tests.api.fixtures import NOON
from tests.api.shop import ADA, GRACE, action


class Context:
    """What Lambda tells a function of its time."""

    def get_remaining_time_in_millis(self) -> int:
        return 300_000


def audit():
    return app.audit(events.scheduled("audit", clock.now()), Context())


def proof(shop, query=""):
    return shop.get(f"/ledger/proof{query}", token=shop.staff())


@pytest.fixture
def busy(shop):
    """A shop whose members did a little of everything."""
    shop.programme(lambda document: document["purchase"].update(hold={"until": "days", "days": 30}))
    shop.enrol(GRACE)
    shop.credit(1_000, key="gift")
    shop.debit(137)
    body = {"id": ADA, "actionId": "107", "activity": "DEBIT", "debit": 100, "orderId": "o-1"}
    shop.post("/points", body, key="spent").ok  # noqa: B018 - asks whether it went well.
    recipient = {"recipientData": {"recipientId": GRACE}}
    body = {"id": ADA, "actionId": "8055", "activity": "DEBIT", "debit": 63, "reason": "a gift"} | recipient
    shop.post("/points", body, key="passed on").ok  # noqa: B018
    return shop


def test_before_the_first_audit_it_says_when_that_will_be(shop):
    said = proof(shop)

    assert said.refusal == (404, "AC1005")
    assert "within 15 minutes" in said["errorMessage"]


def test_the_site_is_proved_by_the_daily_audit(busy):
    audit()

    said = proof(busy).ok

    assert said["addsUp"] is True
    assert said["members"] == 2
    assert said["keys"] == 3
    assert said["totals"] == {"points": 0}
    by_side = {line["side"]: line["points"] for line in said["trialBalance"]}
    assert by_side["available"] == 1_000 - 137 - 100
    assert by_side["issued"] == -1_000
    assert "underWay" not in said
    assert said["findings"] == []
