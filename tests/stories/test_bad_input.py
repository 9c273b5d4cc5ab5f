"""What clients put on the wire, ordinary ids in odd letters and bad input alike, over real HTTP."""

import http.client
import json
import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from chalicelib.local.gateway import Answer
from tests.api.shop import Said, Shop, checked, claims_for, quoted, sign
from tests.laptop import Laptop
from tests.stories.wire import Wire, changed, order

pytestmark = [pytest.mark.slow, pytest.mark.engine, pytest.mark.network]
ADA = "ada@example.test"
ODD_IDS = {
    "plus": "ada+1@example.test",
    "spaces": " Ada Lovelace ",
    "unicode": "Zoë Łukasiewicz 東京 🌱",
    "slash": "shop/7/ada",
    "slashes": "//ada//",
    "percent": "100%2F%20",
    "question": "who?#ada&x=1",
    "semicolon": "ada;v=1,2",
    "dots": "..",
    "braces": '{"id":"ada"}',
    "quotes": 'o\'hara "the" \\ back',
    "number": "000555",
    "newline": "ada\r\nX-Injected: yes",
    "longest": "x" * 255,
    "longest of four bytes": "🌱" * 255,
    "longest when folded": "ﬃ" * 255,
}


@pytest.fixture(scope="module")
def crowd(laptop: Laptop) -> Shop:
    """One shop for all odd ids."""
    return Shop(Wire(laptop.port), "crowd", laptop.run("site", "create", "crowd"))


@pytest.fixture(scope="module")
def guarded(laptop: Laptop) -> Iterator[Shop]:
    """A shop with Ada and an order, which bad input must leave as they are."""
    shop = Shop(Wire(laptop.port), "guarded", laptop.run("site", "create", "guarded"))
    shop.enrol(ADA)
    shop.credit(137)
    shop.post("/orders", order("SO-1", ADA, ("P1", 2, "10")))
    before = shop.figures(), shop.activity(), shop.post("/orderdetails", {"userId": ADA}).body
    yield shop
    after = shop.figures(), shop.activity(), shop.post("/orderdetails", {"userId": ADA}).body
    for figures in (before[0], after[0]):
        figures.pop("pointsToExpireDate")
    assert after == before


@pytest.mark.proves("B045", "B210")
@pytest.mark.parametrize("identifier", ODD_IDS.values(), ids=ODD_IDS)
def test_an_id_of_any_letters_is_a_member_and_an_order(crowd: Shop, identifier: str) -> None:
    path = quoted(identifier)
    crowd.enrol(identifier)

    credited = crowd.credit(7, identifier)
    placed = crowd.post("/orders", order(identifier, identifier, (identifier, 2, "5"))).ok
    returned = crowd.patch(f"/orders/{path}", changed(identifier, "return", (identifier, 1))).ok
    renamed = crowd.patch(f"/users/{path}", {"firstName": identifier}).ok
    rows = crowd.activity(identifier)["activityDetail"]

    assert {credited["id"], placed["id"], placed["userId"], renamed["id"], renamed["firstName"]} == {identifier}
    assert (returned["orderId"], returned["pointsRemoved"]) == (identifier, 5)
    assert [row["orderId"] for row in rows] == [identifier, identifier, ""]
    assert (crowd.figures(identifier)["id"], crowd.figures(identifier)["availablePoints"]) == (identifier, 12)
    assert crowd.post("/orderdetails", {"orderId": identifier}).ok["userId"] == identifier


@pytest.mark.parametrize("identifier", ["x" * 256, "🌱" * 256, "", " ", "ada\0", "\ud800"])
def test_what_is_no_id_is_refused_in_path_and_body(guarded: Shop, identifier: str) -> None:
    body = {"id": identifier, "activity": "CREDIT", "actionId": "101"}
    said = [guarded.post("/users", {"id": identifier}), guarded.post("/points", body)]
    if identifier.strip() and identifier.isprintable():
        said += [guarded.get(f"/points/{quoted(identifier)}"), guarded.patch(f"/users/{quoted(identifier)}", body)]

    assert {each.refusal for each in said} == {(400, "AC1004")}


def test_an_order_id_that_is_too_long_in_composed_form_is_refused(guarded: Shop) -> None:
    """An eighth note is one letter, and three in the form in which ids are compared: too long for a key."""
    grows = "\U0001d160" * 255
    body = {"id": ADA, "activity": "DEBIT", "actionId": "107", "debit": "1", "orderId": grows, "reason": "r"}

    said = [
        guarded.post("/points", body),
        guarded.post("/orders", order(grows, ADA, ("P1", 1, "5"))),
        guarded.put(f"/orders/{quoted(grows)}", {"status": "return"}),
        guarded.post("/orderdetails", {"userId": ADA, "before": grows}),
    ]

    assert {each.refusal for each in said} == {(400, "AC1004")}


def nested(depth: int) -> bytes:
    return b'{"id":"ada@example.test","extendedAttribute":' + b'{"a":' * depth + b"1" + b"}" * depth + b"}"


def credit(words: str) -> bytes:
    """A credit with these words where the number belongs."""
    return f'{{"id":"{ADA}","actionId":"100","activity":"CREDIT","reason":"r","credit":{words}}}'.encode()


BAD_BODIES = {
    "empty": b"",
    "no JSON": b"id=ada",
    "half of it": b'{"id": "ada@example.test"',
    "a list": b"[]",
    "a number": b"12",
    "thousands deep": nested(20_000),
    "thousands of brackets": b"[" * 50_000,
    "half a character, escaped": b'{"id":"ada@example.test","activity":"CREDIT","actionId":"101","reason":"\\ud800"}',
    "half a character, raw": b'{"id":"ada@example.test","activity":"CREDIT","actionId":"101","reason":"\xed\xa0\x80"}',
    "no UTF-8": b'{"id":"ada@example.test","activity":"CREDIT","actionId":"101","reason":"\xff"}',
    "a name twice": b'{"id":"ada@example.test","id":"ben@example.test","activity":"CREDIT","actionId":"101"}',
    "NaN": credit("NaN"),
    "NaN as text": credit('"NaN"'),
    "infinity": credit("-Infinity"),
    "words": credit('"fifty"'),
    "zero": credit("0"),
    "negative": credit('"-5"'),
    "enormous": credit("1e400"),
    "a fraction": credit('"0.5"'),
    "an object": credit('{"points":5}'),
    "true": credit("true"),
    "missing": b'{"activity":"CREDIT","actionId":"101"}',
}


@pytest.mark.parametrize("raw", BAD_BODIES.values(), ids=BAD_BODIES)
def test_a_bad_body_is_the_clients_to_mend(guarded: Shop, raw: bytes) -> None:
    assert guarded.post("/points", raw).refusal == (400, "AC1004")


def test_a_megabyte_is_too_large(guarded: Shop) -> None:
    body = {"id": ADA, "activity": "CREDIT", "actionId": "101", "reason": "x" * (1 << 20)}

    assert guarded.post("/points", body).refusal == (413, "AC1004")
    assert guarded.post("/users", {"id": ADA, "firstName": "x" * (600 << 10)}).refusal == (413, "AC1004")


def test_unknown_paths_and_methods_are_told_in_json(guarded: Shop) -> None:
    told = [
        guarded.get("/nothing"),
        guarded.get("/points/a/b"),
        guarded.post("/", {}),
        guarded.get("/points"),
        guarded.call("DELETE", f"/users/{ADA}"),
        guarded.call("PUT", "/points", {}),
    ]

    assert [each.refusal for each in told] == [(404, "AC1001")] * 3 + [(405, "AC1001")] * 3


def test_head_and_options_are_answered(laptop: Laptop, guarded: Shop) -> None:
    head, options, preflight = (
        _raw(laptop, method, path)
        for method, path in (("HEAD", f"/points/{ADA}"), ("OPTIONS", "/nothing"), ("OPTIONS", "/points"))
    )

    assert (head.status, head.body) == (405, b"")
    assert (options.status, preflight.status) == (404, 200)
    assert preflight.headers["Access-Control-Allow-Origin"] == "*"
    assert "POST" in preflight.headers["Access-Control-Allow-Methods"]


def test_braces_stand_raw_in_a_query_and_mail_addresses_in_a_path(laptop: Laptop, guarded: Shop) -> None:
    """As a browser of the vendor's pixel and the SAP connector send them: nothing is percent-encoded."""
    token = sign(claims_for(b'"ada@example.test"', guarded.site, guarded.secret), guarded.secret)
    told = _sent(
        laptop,
        f'GET /api/3.0/points/ada@example.test?x={{"a":[1]}}&email_id=ada+1@example.test HTTP/1.1\r\n'
        f"Host: localhost\r\nX-ANNEXCLOUD-SITE: {guarded.site}\r\nauthorization: bearer {token}\r\n"
        "Content-Type: application/json\r\nConnection: close\r\n\r\n",
    )

    assert told.ok["availablePoints"] == 157


def test_an_id_may_stand_raw_in_utf_8(laptop: Laptop, crowd: Shop) -> None:
    crowd.enrol("zoë@example.test")
    token = sign(claims_for('"zoë@example.test"'.encode(), crowd.site, crowd.secret), crowd.secret)
    told = _sent(
        laptop,
        "GET /api/3.0/points/zoë@example.test HTTP/1.1\r\n"
        f"Host: localhost\r\nX-AnnexCloud-Site: {crowd.site}\r\nAuthorization: Bearer {token}\r\n"
        "Connection: close\r\n\r\n",
    )

    assert told.ok["id"] == "zoë@example.test"


TOKENS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "expired": lambda claims: claims | {"exp": 1},
    "for another body": lambda claims: claims | {"hmac": claims_for(b"{}", claims["site_id"])["hmac"]},
    "for another site": lambda claims: claims | {"site_id": "crowd"},
    "without a binding": lambda claims: {name: claims[name] for name in ("sub", "exp", "site_id")},
    "without an end": lambda claims: {name: claims[name] for name in ("sub", "hmac", "site_id")},
}


@pytest.mark.proves("B006")
@pytest.mark.parametrize("change", TOKENS.values(), ids=TOKENS)
def test_a_token_that_is_not_right_opens_nothing(guarded: Shop, change: Callable[[Any], dict[str, Any]]) -> None:
    raw = json.dumps({"id": ADA, "activity": "CREDIT", "actionId": "101"}).encode()
    claims = claims_for(raw, guarded.site, guarded.secret)

    assert guarded.post("/points", raw, token=sign(change(claims), guarded.secret)).refusal == (401, "AC1002")


@pytest.mark.proves("B006")
@pytest.mark.parametrize("ahead", [180.5, 180 * 1000, 180 * 1000 * 1000], ids=["seconds", "milli", "micro"])
def test_an_end_in_any_unit_that_real_clients_use_is_taken(guarded: Shop, ahead: float) -> None:
    claims = claims_for(f'"{ADA}"'.encode(), guarded.site, guarded.secret)
    unit = {180.5: 1, 180_000: 1000}.get(ahead, 1_000_000)
    token = sign(claims | {"exp": claims["exp"] * unit + ahead}, guarded.secret)

    assert guarded.get(f"/points/{ADA}", token=token).ok["id"] == ADA


def _raw(laptop: Laptop, method: str, path: str) -> Answer:
    connection = http.client.HTTPConnection("127.0.0.1", laptop.port, timeout=20)
    connection.request(method, f"/api/3.0{path}", headers={"Origin": "https://shop.example.test"})
    reply = connection.getresponse()
    found = Answer(reply.status, dict(reply.getheaders()), reply.read())
    connection.close()
    return found


def _sent(laptop: Laptop, request: str) -> Said:
    """The answer to a request whose bytes no library touches."""
    with socket.create_connection(("127.0.0.1", laptop.port), timeout=20) as wire:
        wire.sendall(request.encode())
        reply = http.client.HTTPResponse(wire)
        reply.begin()
        return checked(Answer(reply.status, dict(reply.getheaders()), reply.read()))
