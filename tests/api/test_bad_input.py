"""Bad input: a 4xx with the right code and a sentence that helps, nothing written, and never a 5xx (P12)."""

import base64
import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from chalicelib import clock
from chalicelib.sites import service as sites
from tests.api.fixtures import GATEWAY
from tests.api.shop import ADA, GRACE, SECRET, Said, Shop, binding, claims_for, quoted, sign

SITE = "29235480"
GIFT = {"id": ADA, "actionId": "100", "activity": "CREDIT", "credit": "50", "reason": "a gift"}
ORDER = {"id": "SO-1", "userId": ADA, "orderDetail": [{"id": "P1", "quantity": "2", "unitPrice": "19.99"}]}
TAKING = [
    ("POST", "/users"),
    ("PATCH", f"/users/{ADA}"),
    ("PUT", f"/users/{ADA}"),
    ("POST", "/userdelete"),
    ("POST", "/points"),
    ("POST", "/bulkpoints"),
    ("POST", "/getbulkpoints"),
    ("POST", "/bulktiers"),
    ("POST", "/actions"),
    ("POST", "/orders"),
    ("PUT", "/orders/SO-1"),
    ("PATCH", "/orders/SO-1"),
    ("POST", "/orderdetails"),
    ("PUT", "/programme"),
]
"""Every route that takes a body."""


@pytest.fixture(scope="module")
def busy_shop(engine: Any) -> Shop:
    """One shop for the whole module: nothing here may change it."""
    sites.create_site(SITE, "Ada's Shop", clock.now(), SECRET)
    shop = Shop(GATEWAY, SITE)
    shop.enrol(ADA)
    shop.credit(100)
    return shop


@pytest.fixture
def untouched(busy_shop: Shop, engine: Any) -> Iterator[Shop]:
    """Checks at the end that the test has written nothing at all."""
    before = _contents(engine)
    yield busy_shop
    assert _contents(engine) == before


def _contents(table: Any) -> str:
    return str(sorted(str(sorted(item.items())) for item in table.scan(TableName="laurel")["Items"]))


def send(shop: Shop, method: str, path: str, body: Any) -> Said:
    return shop.call(method, path, body, token=shop.staff() if path == "/programme" else None)


def refused(said: Said, about: str = "") -> None:
    assert said.refusal == (400, "AC1004")
    assert about in said["errorMessage"]


NO_BODIES: dict[str, tuple[Any, str]] = {
    "nothing": (b"", "empty"),
    "blanks": (b" \r\n\t", "empty"),
    "half": (b'{"id": "ada', "not JSON"),
    "words": (b"id=ada&credit=50", "not JSON"),
    "xml": (b"<id>ada</id>", "not JSON"),
    "single quotes": (b"{'id': 'ada'}", "not JSON"),
    "two objects": (b'{"id": "a"}{"id": "b"}', "not JSON"),
    "list": (b'[{"id": "ada"}]', "object"),
    "text": (b'"ada"', "object"),
    "number": (b"5", "object"),
    "null": (b"null", "object"),
    "not a number": (b'{"id": NaN}', "NaN"),
    "infinity": (b'{"id": -Infinity}', "Infinity"),
    "huge number": (b'{"id": 1' + b"0" * 5000 + b"}", "number"),
    "huge exponent": (b'{"id": 1e999999}', "number"),
    "deep objects": (b'{"a":' * 5000 + b"1" + b"}" * 5000, "nested"),
    "deep lists": (b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nested"),
    "unclosed": (b'{"a":' + b"[" * 100_000, "nested"),
    "lone surrogate": (b'{"id": "\\ud800"}', "surrogate"),
    "surrogate in a name": (b'{"\\udfff": 1}', "surrogate"),
    "latin": ('{"id": "Zoë"}'.encode("latin-1"), "UTF-8"),
    "utf-16": ('{"id": "a"}'.encode("utf-16"), "UTF-8"),
    "twice": (b'{"id": "a", "id": "b"}', "twice"),
}


@pytest.mark.parametrize("name", NO_BODIES)
def test_what_is_no_object_in_json_is_refused_everywhere(untouched, name):
    body, about = NO_BODIES[name]

    for method, path in TAKING:
        refused(send(untouched, method, path, body), about)


@pytest.mark.parametrize("size", [512 * 1024, 512 * 1024 + 1, 1024 * 1024])
def test_a_body_of_a_megabyte_is_too_large(untouched, size):
    body = b'{"id": "' + b"x" * (size - 10) + b'"}'

    for method, path in (("POST", "/points"), ("POST", "/users"), ("POST", "/bulkpoints")):
        said = send(untouched, method, path, body)
        if path == "/bulkpoints" and size <= 512 * 1024:
            continue
        assert said.status == (413 if size > 512 * 1024 else 400)
        assert said["errorCode"] == "AC1004"


WRONG_IDS = ["", " ", "\t", "x" * 256, "😀" * 256, None, True, [], {}, ["a"], {"id": "a"}, "a\0b"]


@pytest.mark.parametrize("member", WRONG_IDS, ids=lambda each: ascii(each)[:12])
def test_what_is_no_id_is_refused_wherever_one_is_wanted(untouched, member):
    shop = untouched
    refused(shop.post("/users", {"id": member}), "id")
    refused(shop.post("/points", GIFT | {"id": member}), "id")
    refused(shop.post("/userdelete", {"id": member, "requestedBy": "o"}), "id")
    refused(shop.post("/actions", {"id": member}), "id")
    refused(shop.post("/orders", ORDER | {"userId": member}), "userId")
    refused(shop.post("/orders", ORDER | {"id": member}), "id")
    for path in ("/getbulkpoints", "/bulktiers", "/bulkpoints"):
        said = shop.post(path, {"1": GIFT | {"id": member}})
        assert (said.status, said["1"]["errorCode"]) == (200, "AC1004")
        assert "id" in said["1"]["errorMessage"]


@pytest.mark.parametrize("member", ["x" * 256, "x" * 5000, "%20", "%00", "%C3", "%ff%fe", "😀" * 256], ids=ascii)
def test_what_is_no_id_in_a_path_is_refused(untouched, member):
    encoded = member if member.startswith("%") else quoted(member)
    for path in (f"/users/{encoded}", f"/points/{encoded}", f"/users/{encoded}/activity", f"/users/{encoded}/tiers",
                 f"/pointsexpiry/{encoded}", f"/users/{encoded}/activitysummary/101"):  # fmt: skip
        said = untouched.get(path)
        # What is no UTF-8 cannot be signed either.
        assert said.status in ({400, 401} if "%" in member else {400})
    refused(untouched.patch(f"/users/{encoded}", {"firstName": "Ada"}))
    refused(untouched.put(f"/orders/{encoded}", {"status": "return"}))


@pytest.mark.parametrize(
    "points",
    [0, "0", -1, "-50", "many", "", " ", "NaN", "Infinity", "1e3", "1_000", "٣", "0x10", "5 0", 1e13, "10000000000001",
     0.5, "0.1", 1e-7, "0.0000001", True, False, [], {}, [5], {"points": 5}],
)  # fmt: skip
@pytest.mark.parametrize("activity", ["CREDIT", "DEBIT"])
def test_what_are_no_points_is_refused(untouched, points, activity):
    name = activity.lower()

    refused(untouched.post("/points", {"id": ADA, "actionId": 100, "activity": activity, name: points, "reason": "x"}))


WRONG_FIELDS: list[tuple[dict[str, Any], str]] = [
    ({"activity": None}, "activity is missing"),
    ({"activity": "BOTH"}, "activity: CREDIT or DEBIT"),
    ({"activity": 1}, "activity"),
    ({"activity": ["CREDIT"]}, "activity"),
    ({"actionId": "gold"}, "actionId"),
    ({"actionId": -1}, "actionId"),
    ({"actionId": 1.5}, "actionId"),
    ({"actionId": "9" * 30}, "actionId"),
    ({"actionId": {}}, "actionId"),
    ({"actionId": None, "reason": None}, "reason"),
    ({"credit": None}, "credit is missing"),
    ({"reason": {}}, "reason"),
    ({"reason": "x" * 256}, "reason: text of at most 255"),
    ({"reason": "a\0b"}, "reason"),
    ({"customId": ["1"]}, "customId"),
    ({"orderId": " "}, "orderId"),
    ({"orderId": "x" * 256}, "orderId"),
    ({"retry": "MAYBE"}, "retry"),
    ({"storeId": {}}, "storeId"),
    ({"actionAttribute": "shirt"}, "actionAttribute"),
    ({"actionAttribute": {"a": "x" * 5000}}, "actionAttribute"),
    ({"recipientData": "grace"}, "recipientData"),
    ({"recipientData": {"recipientId": ""}}, "recipientData.recipientId"),
]


@pytest.mark.parametrize(("change", "about"), WRONG_FIELDS)
def test_a_wrong_field_is_named_with_what_is_wanted(untouched, change, about):
    refused(untouched.post("/points", GIFT | change), about)
    said = untouched.post("/bulkpoints", {"1": GIFT | change})["1"]
    assert said["errorCode"] == "AC1004"


def test_several_wrong_fields_are_named_together(untouched):
    said = untouched.post("/points", {"activity": "UP", "credit": "many", "retry": "MAYBE", "actionId": "gold"})

    refused(said)
    assert all(name in said["errorMessage"] for name in ("id is missing", "activity", "credit", "retry", "actionId"))


def test_a_charset_other_than_utf_8_is_refused(untouched):
    refused(untouched.post("/points", GIFT, headers={"Content-Type": "application/json; charset=latin-1"}), "UTF-8")


def test_attributes_nested_thousands_deep_or_with_a_float_too_long(untouched):
    refused(untouched.post("/points", GIFT | {"actionAttribute": {"a": 10**50}}))
    nested: Any = 1
    for _ in range(31):
        nested = [nested]
    refused(untouched.post("/points", GIFT | {"actionAttribute": {"a": nested}}), "nested")


FORGED: dict[str, Callable[[Shop, bytes], str | None]] = {
    "none": lambda *_: "",
    "no token at all": lambda *_: "nothing",
    "two parts": lambda shop, raw: sign(claims_for(raw, shop.site)).rpartition(".")[0],
    "four parts": lambda shop, raw: sign(claims_for(raw, shop.site)) + ".x",
    "no base64": lambda *_: "ä.ö.ü".encode().decode("latin-1"),
    "alg none": lambda shop, raw: sign(claims_for(raw, shop.site), header={"alg": "none"}).rpartition(".")[0] + ".",
    "alg none, signed": lambda shop, raw: sign(claims_for(raw, shop.site), header={"alg": "none"}),
    "other algorithm": lambda shop, raw: sign(claims_for(raw, shop.site), header={"alg": "HS512"}),
    "wrong secret": lambda shop, raw: sign(claims_for(raw, shop.site, "another-demo-secret"), "another-demo-secret"),
    "wrong signature": lambda shop, raw: sign(claims_for(raw, shop.site), "another-demo-secret"),
    "wrong binding": lambda shop, raw: sign(claims_for(raw, shop.site, "another-demo-secret")),
    "other body": lambda shop, raw: sign(claims_for(raw + b" ", shop.site)),
    "unquoted body": lambda shop, _raw: sign(claims_for(b"", shop.site)),
    "other site in the claims": lambda _shop, raw: sign(claims_for(raw, "1")),
    "expired": lambda shop, raw: sign(claims_for(raw, shop.site) | {"exp": int(time.time()) - 1}),
    "expired as text": lambda shop, raw: sign(claims_for(raw, shop.site) | {"exp": "1568674228"}),
    "no exp": lambda shop, raw: sign(_without(claims_for(raw, shop.site), "exp")),
    "exp null": lambda shop, raw: sign(claims_for(raw, shop.site) | {"exp": None}),
    "exp in words": lambda shop, raw: sign(claims_for(raw, shop.site) | {"exp": "tomorrow"}),
    "exp a list": lambda shop, raw: sign(claims_for(raw, shop.site) | {"exp": [4102444800]}),
    "no hmac": lambda shop, raw: sign(_without(claims_for(raw, shop.site), "hmac")),
    "hmac a number": lambda shop, raw: sign(claims_for(raw, shop.site) | {"hmac": 5}),
    "no site": lambda shop, raw: sign(_without(claims_for(raw, shop.site), "site_id")),
    "claims changed": lambda shop, raw: _with_claims(sign(claims_for(raw, shop.site)), {"sub": "x"}),
    "claims a list": lambda _shop, raw: sign([binding(raw)]),  # type: ignore[arg-type]
    "enormous": lambda shop, raw: sign(claims_for(raw, shop.site) | {"sub": "x" * 20_000}),
    "deep": lambda *_: "e30." + base64.urlsafe_b64encode(b"[" * 5000).decode() + ".e30",
}


@pytest.mark.parametrize("name", FORGED)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_token_that_does_not_prove_its_sender_is_not_authorized(untouched, name, method):
    path, raw = ("/points", json.dumps(GIFT).encode()) if method == "POST" else (f"/points/{ADA}", f'"{ADA}"'.encode())
    token = FORGED[name](untouched, raw) or " "

    said = untouched.call(method, path, raw if method == "POST" else None, token=token)

    assert said.refusal == (401, "AC1002")
    assert SECRET not in said["errorMessage"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": ""},
        {"Authorization": "Basic YWRhOmFkYQ=="},
        {"X-AnnexCloud-Site": ""},
        {"X-AnnexCloud-Site": "1"},
        {"X-AnnexCloud-Site": "29235480#M"},
        {"X-AnnexCloud-Site": "x" * 5000},
    ],
)
def test_wrong_headers_are_not_authorized(untouched, headers):
    assert untouched.post("/points", GIFT, headers=headers).refusal == (401, "AC1002")
    assert untouched.get(f"/points/{ADA}", headers=headers).refusal == (401, "AC1002")


def test_a_token_for_one_member_does_not_read_another(untouched):
    token = sign(claims_for(f'"{GRACE}"'.encode(), untouched.site))

    assert untouched.get(f"/points/{ADA}", token=token).refusal == (401, "AC1002")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing", 404),
        ("POST", "/users/ada/nothing", 404),
        ("GET", "/points", 405),
        ("DELETE", f"/users/{ADA}", 405),
        ("PUT", "/bulkpoints", 405),
    ],
)
def test_unknown_routes_and_methods_answer_in_json(untouched, method, path, status):
    assert untouched.call(method, path, None if method == "GET" else {}).refusal == (status, "AC1001")


def _without(claims: dict[str, Any], name: str) -> dict[str, Any]:
    return {each: value for each, value in claims.items() if each != name}


def _with_claims(token: str, claims: dict[str, Any]) -> str:
    header, _, signature = token.split(".")
    return ".".join([header, base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("="), signature])
