"""The blocklist: who is on it neither earns nor redeems (annex-api-2, section 6)."""

import json

import pytest

from chalicelib import clock
from chalicelib.members.blocking import service as blocking
from chalicelib.outreach import service as outreach
from tests.api.shop import ADA, GRACE, Shop

ORDER = {"id": "SO-1", "userId": ADA, "orderDetail": [{"id": "P1", "quantity": "2", "unitPrice": "19.99"}]}
GIFT = {"actionId": "100", "activity": "CREDIT", "credit": 5, "reason": "a gift"}
PASS = {"actionId": 8055, "activity": "DEBIT", "debit": 1}
SPAM = "spam.example.test"


def block(shop: Shop, **body: str) -> dict:
    return shop.post("/blocklist", body).ok


def may_earn(shop: Shop, member: str) -> bool:
    return shop.post("/points", GIFT | {"id": member}).status == 200


@pytest.mark.proves("B211")
def test_the_answer_has_the_documented_shape(shop):
    shop.enrol(GRACE)
    block(shop, blocklistUsers=ADA)

    said = block(
        shop,
        blocklistUsers=f"{ADA}, {GRACE}",
        blocklistDomains=f"{SPAM},Other.example.test",
        blockedBy="o@example.test",
    )

    assert said == {
        "userBlockListedData": {"blocklistedUser": [GRACE], "alreadyBlocklistedUser": [ADA]},
        "domainBlocklistedData": {
            "blocklistedDomain": [SPAM, "other.example.test"], "alreadyBlocklistedDomain": [],
        },
        "blockedBy": "o@example.test",
    }  # fmt: skip
    again = block(shop, blocklistDomains=SPAM.upper())
    assert again["domainBlocklistedData"] == {"blocklistedDomain": [], "alreadyBlocklistedDomain": [SPAM]}


@pytest.mark.proves("B211")
def test_a_blocked_member_neither_earns_nor_redeems(shop):
    shop.enrol(GRACE)
    shop.credit(500)
    shop.credit(100, GRACE)
    block(shop, blocklistUsers=ADA)

    for path, body in (
        ("/points", {**GIFT, "id": ADA}),
        ("/points", {"id": ADA, "actionId": 101, "activity": "CREDIT"}),
        ("/points", {"id": ADA, "actionId": 107, "activity": "DEBIT", "debit": 12, "orderId": "O"}),
        ("/points", PASS | {"id": ADA, "recipientData": {"recipientId": GRACE}}),
        ("/points", PASS | {"id": GRACE, "recipientData": {"recipientId": ADA}}),
        ("/orders", ORDER),
    ):  # fmt: skip
        said = shop.post(path, body)
        assert said.refusal == (400, "AC1004")
        assert "blocklist" in said["errorMessage"]
    assert shop.figures()["availablePoints"] == 500
    assert may_earn(shop, GRACE)


def test_the_answer_to_why_tells_of_the_list(shop):
    block(shop, blocklistUsers=ADA)

    said = shop.get(f"/users/{ADA}/why?actionId=101").ok

    assert "MEMBER_BLOCKED" in str(said)
    assert "blocklist" in str(said)


def test_a_domain_blocks_its_members_of_today_and_tomorrow(shop):
    shop.post("/users", {"id": "m-1", "email": f"eve@{SPAM}"}).ok  # noqa: B018 - asks.
    shop.post("/users", {"id": "m-2", "email": f"eve@sub.{SPAM}"}).ok  # noqa: B018 - asks.
    block(shop, blocklistDomains=SPAM)
    shop.post("/users", {"id": "m-3", "email": f"mallory@{SPAM.upper()}"}).ok  # noqa: B018 - asks.
    shop.post("/bulkpostusers", {"1": {"id": "m-4", "email": f"trudy@{SPAM}"}})
    shop.patch(f"/users/{ADA}", {"email": f"ada@{SPAM}"}).ok  # noqa: B018 - asks.

    assert [may_earn(shop, each) for each in ("m-1", "m-2", "m-3", "m-4", ADA)] == [False, True, False, False, False]

    shop.patch(f"/users/{ADA}", {"email": "ada@example.test"}).ok  # noqa: B018 - asks.
    assert may_earn(shop, ADA)
    shop.call("DELETE", "/blocklist", {"blocklistDomains": SPAM}).ok  # noqa: B018 - asks.
    assert [may_earn(shop, each) for each in ("m-1", "m-3", "m-4")] == [True, True, True]


def test_opting_in_does_not_take_a_member_off_the_list(shop):
    block(shop, blocklistUsers=ADA)

    shop.patch(f"/users/{ADA}", {"optInStatus": "NO"}).ok  # noqa: B018 - asks.
    shop.patch(f"/users/{ADA}", {"optInStatus": "YES"}).ok  # noqa: B018 - asks.

    assert not may_earn(shop, ADA)
    removed = shop.call("DELETE", "/blocklist", {"blocklistUsers": f"{ADA}"}).ok
    assert removed["userBlockListedData"] == {"removedUser": [ADA], "notBlocklistedUser": []}
    assert may_earn(shop, ADA)


def test_both_reasons_must_go(shop):
    shop.patch(f"/users/{ADA}", {"email": f"ada@{SPAM}"}).ok  # noqa: B018 - asks.
    block(shop, blocklistUsers=ADA, blocklistDomains=SPAM)

    shop.call("DELETE", "/blocklist", {"blocklistUsers": ADA}).ok  # noqa: B018 - asks.
    assert not may_earn(shop, ADA)
    shop.call("DELETE", "/blocklist", {"blocklistDomains": SPAM}).ok  # noqa: B018 - asks.
    assert may_earn(shop, ADA)


@pytest.mark.proves("B211")
@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        ({"blocklistUsers": f"{ADA},nobody"}, (404, "AC1005")),
        ({"blocklistUsers": ADA, "blocklistDomains": "no domain"}, (422, "AC1004")),
        ({"blocklistUsers": ADA, "blocklistDomains": "localhost"}, (422, "AC1004")),
        ({"blocklistUsers": ADA, "blocklistDomains": ",".join(f"d{n}.test" for n in range(100))}, (422, "AC1004")),
        ({"blockedBy": "o@example.test"}, (400, "AC1004")),
    ],
)
def test_nothing_is_blocked_where_something_is_wrong(shop, body, refusal):
    assert shop.post("/blocklist", body).refusal == refusal

    assert may_earn(shop, ADA)
    assert shop.get("/blocklist").ok["blocklist"] == []


def test_the_list_is_read_in_pages_and_searched(shop):
    block(shop, blocklistDomains="a.test,ab.test,b.test", blocklistUsers=ADA, blockedBy="o@example.test")

    first = shop.get("/blocklist?type=domain&limit=2").ok
    second = shop.get(f"/blocklist?type=domain&limit=2&after={first['next']}").ok
    found = shop.get("/blocklist?type=domain&search=A").ok
    users = shop.get("/blocklist?type=user").ok

    assert [each["value"] for each in first["blocklist"]] == ["a.test", "ab.test"]
    assert ([each["value"] for each in second["blocklist"]], second["next"]) == (["b.test"], "")
    assert [each["value"] for each in found["blocklist"]] == ["a.test", "ab.test"]
    assert [(each["type"], each["value"], each["blockedBy"]) for each in users["blocklist"]] == [
        ("user", ADA, "o@example.test")
    ]
    assert shop.get("/blocklist?type=colour").refusal == (400, "AC1004")


def test_a_file_blocks_members_and_domains(shop):
    said = shop.post("/blocklist/upload", {"csv": f"type,value\r\nuser,{ADA}\r\ndomain,{SPAM}\r\n"}).ok

    assert said["userBlockListedData"]["blocklistedUser"] == [ADA]
    assert said["domainBlocklistedData"]["blocklistedDomain"] == [SPAM]
    assert shop.post("/blocklist/upload", {"csv": f"user,{'x' * 200_000}"}).refusal == (400, "AC1004")
    assert shop.post("/blocklist/upload", {"csv": 'user,"a\rb"\ruser'}).refusal == (400, "AC1004")
    wrong = shop.post("/blocklist/upload", {"csv": "user,x\ncolour,red\nuser\n"})
    assert wrong.refusal == (400, "AC1004")
    assert "line 2, 3" in wrong["errorMessage"]


def test_whoever_is_erased_leaves_the_list(shop, one_table):
    block(shop, blocklistUsers=ADA)

    shop.post("/userdelete", {"id": ADA, "requestedBy": "o@example.test"}).ok  # noqa: B018 - asks.

    assert shop.get("/blocklist").ok["blocklist"] == []
    shop.enrol(ADA)
    assert may_earn(shop, ADA)


def test_a_worker_goes_on_where_a_request_ends(shop, monkeypatch):
    sent: list[str] = []
    monkeypatch.setattr(blocking.queue, "send", sent.extend)
    monkeypatch.setattr(blocking, "ENTRIES_MAX", 1)
    for number in range(12):
        shop.post("/users", {"id": f"m-{number}", "email": f"m{number}@{SPAM}"}).ok  # noqa: B018 - asks.

    block(shop, blocklistDomains=SPAM)
    assert sent
    for body in sent:
        outreach.work(json.loads(body), clock.now())

    assert not any(may_earn(shop, f"m-{number}") for number in range(12))
