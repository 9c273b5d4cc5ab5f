"""The served OpenAPI document against the app: whatever fits it or breaks it gets JSON as described, never a 5xx."""

import json
from collections.abc import Callable, Iterable
from itertools import count
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from chalicelib import clock
from chalicelib.local.gateway import Request
from chalicelib.sites import service as sites
from tests.api.fixtures import GATEWAY, NOON
from tests.api.rewarding import BAG, CASH, POOL, TEN_OFF, catalogue, claim, upload
from tests.api.shop import ADA, SECRET, Shop, claims_for, literal, sign
from tests.api.surveys import BREAD, YOU

SITE = "29235480"
OF_STAFF = ("/programme", "/ledger/", "/configuration", "/calculator", "/surveys", "/rewardalerts")
ORDER = {"id": "SO-1", "userId": ADA, "orderDetail": [{"id": "P1", "quantity": 5, "unitPrice": 10}]}
EXAMPLES = 40
"""Of each operation; with 25 of them about half a minute."""
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
_SHOP = Shop(GATEWAY, SITE)
_numbers = count(2)


def signing(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    """A front end that signs what passes through as the shop's server would, and hands it to the gateway."""
    target: str = environ["REQUEST_URI"] + ("?" + environ["QUERY_STRING"] if environ["QUERY_STRING"] else "")
    method, raw = environ["REQUEST_METHOD"], environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    path = target.removeprefix("/api/3.0")
    if path.startswith(OF_STAFF) or path.partition("?")[0].endswith("/codes"):
        token = _SHOP.staff()
    else:
        token = sign(claims_for(literal(path) if method in {"GET", "HEAD"} else raw, SITE))
    headers = {
        name[5:].replace("_", "-"): value
        for name, value in environ.items()
        if name.startswith("HTTP_")
        and name not in {"HTTP_AUTHORIZATION", "HTTP_X_ANNEXCLOUD_SITE"}
        # Most go without their key: generators love "0", and from its second use on every call would be refused.
        and (name != "HTTP_IDEMPOTENCY_KEY" or next(_numbers) % 5 == 0)
    }
    headers |= {
        "Content-Type": environ.get("CONTENT_TYPE", ""), "Authorization": f"Bearer {token}", "X-AnnexCloud-Site": SITE,
    }  # fmt: skip
    answer = GATEWAY.answer(Request(method, target, headers, raw))
    start(f"{answer.status} x", [(name, str(value)) for name, value in answer.headers.items()])
    return [answer.body]


def _narrowed(document: dict[str, Any]) -> dict[str, Any]:
    """The served document with some of what it says in words said to the generator too: more calls are good ones."""
    for body in ("PointsBody", "OrderBody", "LineBody"):
        fields = document["components"]["schemas"][body]["properties"]
        fields |= {name: kind for name, kind in _LIKELY.items() if name in fields}
    for parameter in document["paths"]["/pointsexpiry/{memberId}"]["get"]["parameters"]:
        parameter["schema"] = _LIKELY.get(parameter["name"], parameter["schema"])
    return document


_INSTANT = {"type": "string", "format": "date-time"}
_SOME = {"anyOf": [{"type": "integer", "minimum": 1, "maximum": 9}, {"type": "string", "pattern": "^[1-9]$"}]}
_LIKELY = {
    "purchasePointType": {"type": "string", "enum": ["Both", "Ratio", "Flat"]},
    "orderDate": _INSTANT,
    "start_date": _INSTANT,
    "end_date": _INSTANT,
    "aggregate_by": {"type": "string", "enum": ["week", "month", "quarter", "year"]},
    "quantity": _SOME,
    "credit": _SOME,
    "debit": _SOME,
}
schema = schemathesis.openapi.from_dict(_narrowed(_SHOP.get("/openapi.json").body))
schema.app = signing
# Its edge cases go round the hooks below and mostly end at the first wrong field; test_bad_input has those.
schema.config.phases.coverage.enabled = False


@schema.hook
def map_path_parameters(_context: Any, parameters: dict[str, Any] | None) -> dict[str, Any] | None:
    """Every other time somebody and something that exists."""
    known = {"memberId": ADA, "orderId": "SO-1", "actionId": "101", "status": "ALL", "number": "1"}
    known |= {"surveyId": "bread", "name": "grocery", "rewardId": "pool", "rewardCode": "C-1", "assignId": "4"}
    return parameters and {name: known[name] if name in known and _odd(it) else it for name, it in parameters.items()}


@schema.hook
def map_query(context: Any, query: dict[str, Any] | None) -> dict[str, Any] | None:
    """Every other proof is that of somebody who exists: the site's own has not been made yet."""
    if context.operation.path == "/ledger/proof" and query and _odd(query):
        return {**query, "id": ADA}
    return query


@schema.hook
def map_body(context: Any, body: Any) -> Any:
    """Every other time what could be done, with everything else as it came; in bulk bodies element by element."""
    if not isinstance(body, dict):
        return body
    path = context.operation.path
    if "bulk" in path:
        return {number: _likely(path, element) for number, element in body.items()}
    return _likely(path, body)


def _likely(path: str, body: Any) -> Any:
    if not isinstance(body, dict) or not _odd(body):
        return body
    known: dict[str, Any] = {"id": ADA}
    if path == "/orders":
        known = {"id": f"SO-{next(_numbers)}", "userId": ADA}
    elif path.startswith("/orders/"):
        known = {"orderId": None, "status": "return"}
    elif path == "/users/{memberId}/surveys/{surveyId}":
        known = {"sections": [{"sectionId": "you", "answers": YOU}]}
    elif path in {"/surveys", "/surveys/{surveyId}"}:
        known = {**BREAD, "surveyId": None if path == "/surveys" else "bread"}
    elif path == "/rewards/{rewardId}/users/{memberId}/assign":
        known = {"reward_id": "pool", "user_id": ADA, "assign_id": "4"}
    elif path == "/rewards/{rewardId}/codes":
        known = {"csv": None, "codes": [f"C-{next(_numbers)}", "C-1"]}
    elif path == "/configuration/plan":
        exported = _SHOP.get("/configuration", token=_SHOP.staff())
        known = {"configuration": json.loads(exported.raw)["configuration"]}
    elif path == "/orderdetails":
        known = {"userId": ADA}
    elif path in {"/users", "/userdelete"}:
        return body
    elif path in {"/points", "/bulkpoints"}:
        known = {"id": ADA, "activity": "CREDIT", "actionId": 100, "credit": 5}
        if _odd(body.get("reason", "")):
            return {**body, **claim("pool", groupId=None, campaignId=None, debit=None, actionId=107, storeId="S")}
        known |= dict.fromkeys(("rewardId", "groupId", "campaignId"))
    return {**body, **known}


def _odd(value: Any) -> bool:
    return len(str(value)) % 2 == 1


@pytest.fixture(scope="module")
def lively_shop(engine: Any) -> Iterable[Shop]:
    """A shop with a member, points and an order."""
    clock.move_to(NOON)
    sites.create_site(SITE, "Ada's Shop", clock.now(), SECRET)
    _SHOP.enrol(ADA)
    _SHOP.credit(1000)
    _SHOP.post("/orders", ORDER)
    _SHOP.post("/surveys", BREAD)
    catalogue(_SHOP, POOL, TEN_OFF, BAG, CASH)
    upload(_SHOP, *(f"C-{number}" for number in range(400)))
    _SHOP.post("/points", claim("pool"))
    yield _SHOP
    clock.move_to(None)


@pytest.mark.slow
@pytest.mark.proves("B001", "B008")
@schema.parametrize()
@settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
def test_every_operation_answers_as_described(case: Case, lively_shop: Shop):
    answer = case.call_and_validate(checks=CHECKS)

    if case.method == "OPTIONS":
        return  # A browser's preflight has no body.
    body = json.loads(answer.content)
    assert body
    if isinstance(body, list):  # The bulk routes of the original answer so, an element for each that was sent.
        assert (case.path, answer.status_code) in {("/bulkpostusers", 200), ("/bulkpatchusers", 200)}
        return
    assert isinstance(body, dict)
    if answer.status_code >= 400:
        assert body["errorCode"].startswith("AC")
        assert body["errorMessage"]
