"""GET /ledger/proof, for staff alone; and the function that runs the audit."""

from datetime import timedelta

import pytest

import app
from chalicelib import clock, settings
from chalicelib.dynamo import meter
from chalicelib.ledger.auditing import service as auditing
from chalicelib.local import events
from tests.api.fixtures import NOON
from tests.api.shop import ADA, GRACE, quoted
from tests.support.tables import raw_items

LINES = [{"id": "P1", "quantity": "2", "unitPrice": "30"}]


class Context:
    """What Lambda tells a function of its time."""

    def __init__(self, seconds: int = 300) -> None:
        self.seconds = seconds

    def get_remaining_time_in_millis(self) -> int:
        return self.seconds * 1_000


def audit(seconds: int = 300):
    return app.audit(events.scheduled("audit", clock.now()), Context(seconds))


def proof(shop, query=""):
    return shop.get(f"/ledger/proof{query}", token=shop.staff())


def break_entry(shop, engine, number):
    """Delete an entry of Ada's; gives her number."""
    (claim,) = raw_items(engine, f"C#{shop.site}#id#{ADA}")
    mid = claim["mid"]["S"]
    engine.delete_item(
        TableName=settings.TABLE,
        Key={"pk": {"S": f"M#{shop.site}#{mid}"}, "sk": {"S": f"E#{number:012d}"}},
    )
    return mid


@pytest.fixture
def busy(shop, monkeypatch):
    """A shop whose two members did a little of everything, an hour ago."""
    monkeypatch.setattr(auditing, "PAUSE_SECONDS", 0.0)
    shop.programme(lambda document: document["purchase"].update(hold={"type": "itemShipDate", "days": 2}))
    shop.enrol(GRACE)
    shop.credit(1_000)
    shop.debit(137)
    spent = {"id": ADA, "actionId": "107", "activity": "DEBIT", "debit": 100, "orderId": "SO-9"}
    passed = {"id": ADA, "actionId": "8055", "activity": "DEBIT", "debit": 63, "recipientData": {"recipientId": GRACE}}
    for key, body in (("spent", spent), ("passed on", passed)):
        shop.post("/points", body | {"reason": "r"}, key=key).ok  # noqa: B018 - asks whether it went well.
    shop.post("/orders", {"id": "SO-1", "userId": ADA, "orderDetail": LINES}, key="placed").ok  # noqa: B018
    clock.move_to(NOON + timedelta(hours=1))
    return shop


def test_before_the_first_audit_it_says_when_that_will_be(shop):
    said = proof(shop)

    assert said.refusal == (404, "AC1005")
    assert "within 15 minutes" in said["errorMessage"]


def test_the_site_is_proved_by_the_daily_audit(busy):
    audit()

    said = proof(busy).ok

    assert said["addsUp"] is True
    assert (said["members"], said["holds"], said["keys"], said["claims"]) == (2, 1, 3, 3)
    assert said["totals"] == {"points": 0}
    assert {line["side"]: line["points"] for line in said["trialBalance"]} == {
        "available": 1_000 - 137 - 100,
        "held": 60,
        "issued": -1_000,
        "promised": -60,
        "deducted": 137,
        "redeemed": 100,
    }
    assert "underWay" not in said
    assert (said["faults"], said["findings"]) == (0, [])


def test_a_fault_is_named_by_member_and_entry(busy, engine):
    mid = break_entry(busy, engine, 3)
    audit()

    said = proof(busy)

    assert said["addsUp"] is False
    assert said["totals"] == {"points": -137}
    assert said["faults"] == len(said["findings"]) > 0
    assert {"member": mid, "entry": 3, "kind": "gap", "what": "the entry is missing"} in said["findings"]


def test_one_member_is_proved_now(busy, engine):
    whole = proof(busy, f"?id={quoted(ADA)}").ok
    break_entry(busy, engine, 3)
    broken = proof(busy, f"?id={quoted(ADA)}").ok

    assert (whole["id"], whole["members"], whole["addsUp"]) == (ADA, 1, True)
    assert broken["addsUp"] is False
    assert broken["digest"] == whole["digest"]


def test_a_member_nobody_knows_is_not_found(busy):
    assert proof(busy, "?id=nobody").refusal == (404, "AC1005")


def test_a_member_with_too_many_entries_is_left_to_the_audit(busy, monkeypatch):
    monkeypatch.setattr("chalicelib.api.proof.MEMBER_ENTRIES_MAX", 3)

    said = proof(busy, f"?id={quoted(ADA)}")

    assert said.refusal == (400, "AC1004")
    assert "a request proves up to 3" in said["errorMessage"]


def test_progress_is_told_while_the_next_audit_is_under_way(busy, monkeypatch):
    audit()
    clock.move_to(NOON + timedelta(days=1))
    monkeypatch.setattr("chalicelib.ledger.auditing.daily.service._finish", lambda run, *_: run)
    audit()

    said = proof(busy).ok

    assert said["underWay"]["partsDone"] == said["underWay"]["parts"] == 8
    assert said["underWay"]["members"] == 2
    assert said["asOf"].startswith("2026-03-18")


def test_without_time_nothing_is_begun_but_the_run(busy):
    said = audit(seconds=30)

    assert said == {"steps": 0, "members": 0, "faults": 0}
    assert "0 of 8 parts are done" in proof(busy)["errorMessage"]


def test_only_staff_may_ask(busy):
    assert busy.get("/ledger/proof").status == 403
    assert busy.get("/ledger/proof", token=busy.member_token(ADA)).status == 403
    assert busy.get("/ledger/proof", token=busy.staff("programme:read")).status == 403


def test_a_site_sees_its_own_proof_only(open_shop, busy):
    other = open_shop()
    audit()

    assert proof(other).ok["members"] == 0
    assert proof(other, f"?id={quoted(ADA)}").refusal == (404, "AC1005")
    assert proof(busy).ok["digest"] != proof(other)["digest"]


def test_no_request_scans(busy):
    audit()
    with meter.metered() as counted:
        proof(busy)
        proof(busy, f"?id={quoted(ADA)}")

    assert "Scan" not in counted.operations


def test_what_the_proof_costs(busy):
    audit()
    proof(busy)
    site = busy.lines[-1]["calls"]
    proof(busy, f"?id={quoted(ADA)}")

    assert (site, busy.lines[-1]["calls"]) == (2, 1)


def test_an_erased_member_stays_in_the_proof(busy):
    busy.post("/userdelete", {"id": GRACE, "requestedBy": "grace"}).ok  # noqa: B018 - asks whether it went well.
    audit()

    said = proof(busy).ok

    assert said["findings"] == []
    assert said["members"] == 2
    assert {"bucket": "points", "side": "written_off", "points": 63} in said["trialBalance"]
