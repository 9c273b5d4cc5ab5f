"""Nothing of one site is read or changed through another, by any route (P10)."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.api import description
from tests.api.calls_issuance import ISSUANCE
from tests.api.receipting import NUMBER, PLANTED, address, plant
from tests.api.shop import ADA, GRACE, Said, Shop, binding, claims_for, literal, sign

SECRET_OF_B = "the-secret-of-site-b"
ORDER = {"id": "SO-1", "userId": ADA, "orderDetail": [{"id": "P1", "quantity": "2", "unitPrice": "19.99"}]}
GIFT = {"id": ADA, "actionId": "100", "activity": "CREDIT", "credit": 5, "reason": "x"}
RANGE = "start_date=2026-01-01T00:00:00Z&end_date=2030-01-01T00:00:00Z&aggregate_by=month"
ASKED: dict[str, tuple[str, Any]] = {
    "GET /users/{memberId}": (f"/users/{ADA}", None),
    "PATCH /users/{memberId}": (f"/users/{ADA}", {"lastName": "Mallory"}),
    "PUT /users/{memberId}": (f"/users/{ADA}", {"lastName": "Mallory"}),
    "POST /userdelete": ("/userdelete", {"id": ADA, "requestedBy": "mallory@example.test"}),
    "GET /users/{memberId}/activity": (f"/users/{ADA}/activity", None),
    "GET /users/{memberId}/activitysummary/{actionId}": (f"/users/{ADA}/activitysummary/100", None),
    "GET /users/{memberId}/ledger": (f"/users/{ADA}/ledger", None),
    "GET /users/{memberId}/ledger/{number}/trail": (f"/users/{ADA}/ledger/2/trail", None),
    "GET /users/{memberId}/why": (f"/users/{ADA}/why?orderId=SO-1", None),
    "GET /users/{memberId}/tiers": (f"/users/{ADA}/tiers", None),
    "GET /points/{memberId}": (f"/points/{ADA}", None),
    "GET /pointsexpiry/{memberId}": (f"/pointsexpiry/{ADA}?{RANGE}", None),
    "POST /points": ("/points", GIFT),
    "POST /actions": ("/actions", {"id": ADA}),
    "POST /cart": ("/cart", {"userId": ADA, "productDetail": ORDER["orderDetail"]}),
    "POST /orders": ("/orders", ORDER | {"id": "SO-2"}),
    "PUT /orders/{orderId}": ("/orders/SO-1", {"status": "return"}),
    "PATCH /orders/{orderId}": ("/orders/SO-1", {"status": "return"}),
    "POST /orderdetails": ("/orderdetails", {"orderId": "SO-1"}),
    "POST /issuance": ("/issuance", ISSUANCE | {"orderId": "ISS-2"}),
    "PUT /issuance": ("/issuance", ISSUANCE | {"orderId": "SO-1"}),
    "PATCH /issuance": ("/issuance", {"orderId": "SO-1", "orderStatus": "RETURN"}),
    "POST /issuancedetails/{memberId}": (f"/issuancedetails/{ADA}", {"orderId": "SO-1"}),
    "POST /bulkpoints": ("/bulkpoints", {"1": GIFT}),
    "POST /getbulkpoints": ("/getbulkpoints", {"1": {"id": ADA}}),
    "POST /campaign": ("/campaign", {"userId": ADA}),
    "POST /campaign/{campaignId}/activation": ("/campaign/double/activation", {"userId": ADA}),
    "GET /users/{memberId}/segments": (f"/users/{ADA}/segments", None),
    "GET /users/{memberId}/reward": (f"/users/{ADA}/reward", None),
    "GET /users/{memberId}/usedreward": (f"/users/{ADA}/usedreward", None),
    "GET /users/{memberId}/rewards": (f"/users/{ADA}/rewards", None),
    "GET /users/{memberId}/rewards/history": (f"/users/{ADA}/rewards/history", None),
    "POST /rewards/{rewardId}/users/{memberId}/assign": (
        f"/rewards/bag/users/{ADA}/assign",
        {"reward_id": "bag", "user_id": ADA},
    ),
    "PATCH /rewards/{rewardId}/users/{memberId}/assign": (
        f"/rewards/bag/users/{ADA}/assign",
        {"reward_id": "bag", "user_id": ADA, "assign_id": "3"},
    ),
    "POST /users/{memberId}/rewards/{assignId}/cancel": (f"/users/{ADA}/rewards/3/cancel", {"reason": "x"}),
    "GET /users/{memberId}/surveys": (f"/users/{ADA}/surveys", None),
    "GET /users/{memberId}/surveys/{surveyId}": (f"/users/{ADA}/surveys/bread", None),
    "POST /users/{memberId}/surveys/{surveyId}": (
        f"/users/{ADA}/surveys/bread",
        {"sections": [{"sectionId": "you", "answers": {}}]},
    ),
    "POST /bulkpatchusers": ("/bulkpatchusers", {"1": {"id": ADA, "lastName": "Mallory"}}),
    "GET /transactionErasure/{memberId}": (f"/transactionErasure/{ADA}", None),
    "POST /transactionErasure": ("/transactionErasure", {"orderId": "SO-1", "userId": ADA}),
    "PATCH /transactionErasure": (
        "/transactionErasure",
        {"orderId": "SO-1", "userId": ADA, "status": "CANCELLED"},
    ),
    "POST /mergeuser": ("/mergeuser", {"primaryUID": ADA, "secondaryUID": GRACE, "mergedBy": "o@example.test"}),
    "GET /mergeuser/{memberId}": (f"/mergeuser/{ADA}", None),
    "POST /blocklist": ("/blocklist", {"blocklistUsers": ADA}),
    "DELETE /blocklist": ("/blocklist", {"blocklistUsers": ADA}),
    "POST /blocklist/upload": ("/blocklist/upload", {"csv": f"user,{ADA}"}),
    "POST /group": ("/group", {"id": ADA, "groupName": "Us"}),
    "GET /group/{groupId}": ("/group/123456789012", None),
    "PATCH /group/{groupId}": ("/group/123456789012", {"updatedBy": ADA, "deleteGroup": "YES"}),
    "POST /group/invite": ("/group/invite", {"groupId": "123456789012", "addMemberDetails": {"memberId": ADA}}),
    "GET /group/invite/{memberId}": (f"/group/invite/{ADA}", None),
    "PATCH /group/invite/{memberId}": (
        f"/group/invite/{ADA}",
        {"groupId": "123456789012", "invitationStatus": "ACCEPTED"},
    ),
    "PATCH /group/{groupId}/member/{memberId}": (f"/group/123456789012/member/{ADA}", {"userRole": "Owner"}),
    "DELETE /group/{groupId}/member/{memberId}": (f"/group/123456789012/member/{ADA}", {"updatedBy": ADA}),
    "GET /group/{groupId}/activity": ("/group/123456789012/activity", None),
    "GET /users/{memberId}/allgroup": (f"/users/{ADA}/allgroup", None),
    "POST /users/{memberId}/actionseries": (f"/users/{ADA}/actionseries", {"actionSeriesId": 7}),
    "GET /users/{memberId}/tier": (f"/users/{ADA}/tier", None),
    "POST /tier/{tier_id}": ("/tier/3", {"user_id": ADA, "tier_id": "3"}),
    "POST /receipts": ("/receipts", {"userId": ADA, "file_url": address()}),
    "POST /users/{memberId}/receipts/form": (f"/users/{ADA}/receipts/form", {}),
    "GET /users/{memberId}/receipts": (f"/users/{ADA}/receipts", None),
    "GET /receipts/user/{memberId}": (f"/receipts/user/{ADA}", None),
    "GET /receipts/{submissionId}": (f"/receipts/{PLANTED}", None),
    "GET /receipts/{submissionId}/details": (f"/receipts/{PLANTED}/details", None),
    "POST /receipts/{submissionId}/approve": (f"/receipts/{PLANTED}/approve", {}),
    "POST /receipts/{submissionId}/reject": (f"/receipts/{PLANTED}/reject", {"reason": "x"}),
    "POST /receipts/{submissionId}/reverse": (f"/receipts/{PLANTED}/reverse", {"reason": "x"}),
    "POST /receipts/{submissionId}/reopen": (f"/receipts/{PLANTED}/reopen", {}),
    "POST /receipts/{submissionId}/retry": (f"/receipts/{PLANTED}/retry", {}),
    "POST /generateuploadid": ("/generateuploadid", {"email": ADA, "image_url": address()}),
    "POST /receiptuploadtest": ("/receiptuploadtest", {"email": ADA, "url": address()}),
    "POST /users/{memberId}/photochoices": (f"/users/{ADA}/photochoices", {"network": "x", "accessToken": "t"}),
    "POST /users/{memberId}/photocopies": (
        f"/users/{ADA}/photocopies",
        {"network": "x", "accessToken": "t", "ids": ["1"], "consent": "YES"},
    ),
    "POST /flutterapi": ("/flutterapi", {"email": ADA, "doc_id": "D", "upload_id": NUMBER}),
    "POST /bulktiers": ("/bulktiers", {"1": {"id": ADA}}),
    "GET /users/{memberId}/photos": (f"/users/{ADA}/photos", None),
    "POST /users/{memberId}/photos": (f"/users/{ADA}/photos", {}),
}
OF_THE_SITE = {"POST /users", "GET /tierlist/all", "GET /actions/{status}", "GET /programme", "PUT /programme"}
OF_THE_SITE |= {"GET /tier/program/{program_id}", "PATCH /tier/program/{program_id}", "GET /actions"}
OF_THE_SITE |= {"POST /programme/backtest", "GET /programme/backtest/{backtestId}", "GET /ledger/proof"}
OF_THE_SITE |= {"POST /store", "PATCH /store/{storeId}", "GET /store/{storeId}", "GET /stores", "POST /bulkstores"}
OF_THE_SITE |= {"POST /productfeed", "GET /productfeed", "POST /products", "GET /products", "GET /products/{prod_id}"}
OF_THE_SITE |= {"PATCH /products/{prod_id}", "POST /bulkproducts", "POST /bulkpatchproducts"}
OF_THE_SITE |= {"GET /campaign/{campaignId}", "GET /campaigns/{campaignId}/figures", "PUT /campaigns/{campaignId}"}
OF_THE_SITE |= {"POST /calculator", "GET /calculator/metrics"}
OF_THE_SITE |= {"GET /configuration", "PUT /configuration", "POST /configuration/plan"}
OF_THE_SITE |= {"GET /programme/defaults", "GET /programme/defaults/{name}", "POST /programme/defaults/{name}"}
OF_THE_SITE |= {"POST /segment", "GET /segment/{segmentId}", "PATCH /segment/{segmentId}", "POST /segment/preview"}
OF_THE_SITE |= {"GET /eligiblesegment/{segmentId}", "GET /segmentlist/{status}", "GET /pointstandings"}
OF_THE_SITE |= {"POST /surveys", "GET /surveys", "GET /blocklist"}
OF_THE_SITE |= {f"{method} /surveys/{{surveyId}}" for method in ("GET", "PATCH", "PUT", "DELETE")}
OF_THE_SITE |= {"POST /surveys/{surveyId}/sections/{sectionId}/questions"}
OF_THE_SITE |= {
    f"{each} /surveys/{{surveyId}}/sections/{{sectionId}}/questions/{{questionId}}" for each in ("PATCH", "DELETE")
}
OF_THE_SITE |= {f"GET /surveys/{{surveyId}}/{each}" for each in ("responses", "export", "summary")}
OF_THE_SITE |= {"GET /rewards", "GET /rewards/{rewardId}", "POST /rewards/{rewardId}/codes"}
OF_THE_SITE |= {"GET /rewards/{rewardId}/codes", "GET /rewardalerts", "GET /rewardcodes/{rewardCode}"}
OF_THE_SITE |= {"POST /bulkpostusers", "POST /users/search"}
OF_THE_SITE |= {"POST /galleries", "GET /galleries", "GET /galleries/{galleryId}/report"}
OF_THE_SITE |= {f"{method} /galleries/{{galleryId}}" for method in ("GET", "PUT", "PATCH", "DELETE")}
OF_THE_SITE |= {"POST /photos", "GET /photos/{photoId}", "PATCH /photos/{photoId}", "POST /photos/{photoId}/{verb}"}
OF_THE_SITE |= {"GET /photos/{photoId}/rights", "PUT /photos/{photoId}/rights", "GET /photoexport"}
OF_THE_SITE |= {"GET /moderation", "GET /moderation/counts"}
OF_THE_SITE |= {"GET /networks", "PUT /networks/{network}", "DELETE /networks/{network}", "GET /photocampaigns"}
OF_THE_SITE |= {f"{method} /photocampaigns/{{campaignId}}" for method in ("PUT", "DELETE")}
OF_THE_SITE |= {f"{method} /photocampaigns/{{campaignId}}/contest" for method in ("GET", "POST")}
OF_THE_SITE |= {"GET /photoimport", "POST /photoimport"}
PUBLIC = {"GET /health", "GET /openapi.json", "GET /screens/{file}", "GET /public/{siteId}/photos/{photoId}/{file}"}
PUBLIC |= {"GET /public/embed.js", "GET /public/{siteId}/embed.js", "POST /public/{siteId}/events"}
PUBLIC |= {
    "GET /public/{siteId}/upload/{code}",
    "POST /public/{siteId}/upload/{code}",
    "GET /public/{siteId}/qr/{code}",
}
PUBLIC |= {"GET /public/{siteId}/galleries/{galleryId}", "GET /public/{siteId}/slots/{slot}"}


@pytest.fixture
def sites(open_shop: Callable[..., Shop]) -> tuple[Shop, Shop]:
    """Site A with Ada, who has points and an order; site B without anybody."""
    first, second = open_shop(), open_shop(SECRET_OF_B)
    first.post("/users", {"id": ADA, "firstName": "Augusta", "email": "augusta@example.test"}, key="k-1")
    first.credit(4711, reason="for Augusta")
    first.post("/orders", ORDER)
    plant(first)
    return first, second


def of(table: Any, shop: Shop) -> list[str]:
    """Everything the table holds of a site."""
    found = table.scan(TableName="laurel")["Items"]
    return sorted(str(sorted(item.items())) for item in found if f"#{shop.site}" in item["pk"]["S"])


def ask(shop: Shop, name: str, **more: Any) -> Said:
    path, body = ASKED[name]
    return shop.call(name.partition(" ")[0], path, body, **more)


def test_every_route_is_asked():
    assert set(ASKED) | OF_THE_SITE | PUBLIC == {route.key for route in description.described()}


@pytest.mark.proves("A004", "B006", "B020")
@pytest.mark.parametrize("name", ASKED)
def test_another_sites_members_and_orders_do_not_exist(sites, one_table, name):
    first, second = sites
    before = of(one_table, first), of(one_table, second)

    said = ask(second, name)

    bodies = list(said.body.values()) if "bulk" in name else [said.body]
    assert {each["errorCode"] for each in bodies} == {"AC1005"}
    for secret in (b"ugusta", b"4711"):
        assert secret not in said.raw
    assert (of(one_table, first), of(one_table, second)) == before


@pytest.mark.proves("A004")
@pytest.mark.parametrize("name", ASKED)
def test_a_token_of_another_site_opens_nothing(sites, one_table, name):
    """Signed by site B's secret: with B's name in the claims, and with A's."""
    first, second = sites
    before = of(one_table, first)
    path, body = ASKED[name]
    header = {"X-AnnexCloud-Site": first.site}

    assert ask(second, name, headers=header).refusal == (401, "AC1002")
    payload = literal(path) if body is None else json.dumps(body).encode()
    token = sign(claims_for(payload, first.site, SECRET_OF_B), SECRET_OF_B)
    assert first.call(name.partition(" ")[0], path, body, token=token).refusal == (401, "AC1002")

    assert of(one_table, first) == before


@pytest.mark.proves("A004")
def test_a_token_whose_claims_name_both_sites_opens_neither(sites):
    first, second = sites
    payload = f'"{ADA}"'.encode()
    claims = claims_for(payload, second.site, SECRET_OF_B) | {"hmac": binding(payload)}

    for shop, secret in ((first, SECRET_OF_B), (second, SECRET_OF_B), (first, first.secret)):
        assert shop.get(f"/points/{ADA}", token=sign(claims, secret)).refusal == (401, "AC1002")


@pytest.mark.proves("A004", "B006")
@pytest.mark.parametrize("kind", ["staff", "member"])
def test_scoped_tokens_belong_to_their_site(sites, kind):
    first, second = sites
    token = second.staff() if kind == "staff" else second.member_token(ADA)

    assert first.get(f"/points/{ADA}", token=token).refusal == (401, "AC1002")
    assert first.get("/programme", token=token).refusal == (401, "AC1002")


@pytest.mark.proves("B006")
def test_a_members_token_reaches_that_member_alone(sites):
    shop, _ = sites
    shop.enrol(GRACE)
    token = shop.member_token(ADA.upper())

    below = ("", "/activity", "/tiers", "/ledger", "/ledger/2/trail")
    for path in (f"/points/{ADA}", f"/points/{ADA}?at=2026-03-01T00:00Z", *(f"/users/{ADA}{each}" for each in below)):
        assert shop.get(path, token=token).status == 200
        assert shop.get(path.replace(ADA, GRACE), token=token).refusal == (403, "AC1002")
    for name in ("POST /points", "PATCH /users/{memberId}", "POST /userdelete", "POST /orders", "POST /bulkpoints",
                 "POST /getbulkpoints", "POST /actions", "POST /orderdetails"):  # fmt: skip
        assert ask(shop, name, token=token).refusal == (403, "AC1002")


@pytest.mark.proves("A004")
def test_the_same_ids_stand_side_by_side(sites):
    first, second = sites
    second.enrol(ADA)
    second.credit(1)
    assert second.post("/orders", ORDER | {"orderDetail": [{"id": "P", "quantity": 1, "unitPrice": 7}]}).status == 200

    assert second.figures()["availablePoints"] == 8
    assert first.figures()["availablePoints"] == 4711 + 39
    second.post("/userdelete", {"id": ADA, "requestedBy": "o@example.test"})
    assert first.get(f"/users/{ADA}").ok["firstName"] == "Augusta"


@pytest.mark.proves("A004")
def test_each_site_has_its_own_programme(sites):
    first, second = sites
    second.programme(lambda document: document["tiers"]["levels"][0].update(tierName="Wood"))

    assert first.get("/tierlist/all").ok["tierDetail"][0]["tierName"] == "Bronze"
    assert second.get("/tierlist/all").ok["tierDetail"][0]["tierName"] == "Wood"


def test_points_do_not_pass_from_site_to_site(sites):
    first, second = sites
    second.enrol(GRACE)

    said = first.post("/points", {"id": ADA, "actionId": 8055, "activity": "DEBIT", "debit": 5,
                                  "recipientData": {"recipientId": GRACE}})  # fmt: skip

    assert said.refusal == (404, "AC1005")


@pytest.mark.proves("B006")
def test_no_line_of_the_log_names_a_person_or_a_secret(sites):
    shop, _ = sites
    shop.patch(f"/users/{ADA}", {"phone": "44-32456"}, key="my-key-1")
    shop.post("/points", GIFT | {"reason": "for Augusta"})
    shop.get(f"/points/{ADA}", token="not.a.token")
    for path, body in ASKED.values():
        if body is not None:
            shop.post(path, b"{")

    text = str(shop.lines)

    assert len(shop.lines) > 5
    for private in (ADA, "example.test", "ugusta", "44-32456", "laurel-demo-secret", SECRET_OF_B, "my-key-1", "SO-1"):
        assert private not in text
    assert {"op", "site", "status", "ms", "calls", "rcu", "wcu", "index_wcu"} <= set(shop.lines[0])


def test_the_proof_of_a_site_knows_no_member_of_another(sites):
    first, second = sites

    of_another = second.get(f"/ledger/proof?id={ADA}", token=second.staff())

    assert of_another.refusal[0] == 404
    assert first.get(f"/ledger/proof?id={ADA}", token=first.staff()).status == 200
