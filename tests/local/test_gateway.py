import json
import threading
from typing import Any

import pytest
from chalice.app import Chalice, Response

from chalicelib.local.gateway import Gateway, Request


@pytest.fixture
def gateway() -> Gateway:
    app = Chalice("laurel-test", configure_logs=False)

    @app.route("/3.0/points/{member}", cors=True)
    def points(member: str) -> dict[str, Any]:
        queries = app.current_request.query_params or {}
        return {"member": member, "queries": {name: queries.getlist(name) for name in queries}}

    @app.route("/3.0/points", methods=["POST"], content_types=[])
    def post() -> Response:
        request = app.current_request
        return Response({"bytes": list(request.raw_body), "who": request.headers.get("x-who")}, status_code=201)

    @app.route("/3.0/users/{member}/tiers")
    def tiers(member: str) -> dict[str, Any]:
        return {"tiers": member}

    return Gateway(app)


def asked(gateway: Gateway, target: str, method: str = "GET", **more: Any) -> tuple[int, dict[str, Any]]:
    answer = gateway.answer(Request(method, target, **more))
    return answer.status, json.loads(answer.body) if answer.body else {}


@pytest.mark.parametrize(
    ("sent", "arrives"),
    [
        ("ada@example.test", "ada@example.test"),
        ("ada+1@example.test", "ada+1@example.test"),
        ("ada%2B1%40example.test", "ada%2B1%40example.test"),
        ("a%2Fb", "a%2Fb"),
        ("50%25", "50%25"),
        ("a;b=c", "a;b=c"),
        ("Zo\xc3\xab", "Zo%C3%AB"),
        ("Zo%C3%AB", "Zo%C3%AB"),
        ("100%", "100%"),
        ("ada/", "ada"),
    ],
)
def test_an_identifier_arrives_percent_encoded_exactly_once(gateway: Gateway, sent: str, arrives: str) -> None:
    status, body = asked(gateway, f"/api/3.0/points/{sent}")

    assert (status, body["member"]) == (200, arrives)


def test_a_query_with_raw_json_in_it_arrives_whole(gateway: Gateway) -> None:
    _, body = asked(gateway, '/api/3.0/points/ada?products={"id":"7:a"}&page=2&page=3&empty=')

    assert body["queries"] == {"products": ['{"id":"7:a"}'], "page": ["2", "3"], "empty": [""]}


@pytest.mark.parametrize(
    "target",
    ["/", "/api", "/api/3.0", "/3.0/points/ada", "/api/3.0/nothing", "/api/3.0//points", "/api/3.0/users//tiers", "*"],
)
def test_an_unknown_path_is_told_in_our_envelope(gateway: Gateway, target: str) -> None:
    status, body = asked(gateway, target)

    assert (status, body["errorCode"]) == (404, "AC1001")
    assert set(body) == {"errorCode", "errorMessage"}


@pytest.mark.parametrize("method", ["DELETE", "PATCH", "HEAD", "BREW"])
def test_a_wrong_method_names_those_that_there_are(gateway: Gateway, method: str) -> None:
    answer = gateway.answer(Request(method, "/api/3.0/points"))

    assert answer.status == 405
    assert answer.headers["Allow"] == "OPTIONS, POST"
    assert json.loads(answer.body)["errorCode"] == "AC1001"


def test_a_browser_is_told_what_it_may_send(gateway: Gateway) -> None:
    answer = gateway.answer(Request("OPTIONS", "/api/3.0/points/ada"))

    assert answer.status == 200
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "GET" in answer.headers["Access-Control-Allow-Methods"]


def test_a_target_with_its_origin_is_understood(gateway: Gateway) -> None:
    status, _ = asked(gateway, "http://127.0.0.1:8000/api/3.0/points/ada")

    assert status == 200


@pytest.mark.parametrize("raw", [b"", b'{"id": "Zo\xc3\xab"}', b"\xff\xfe\x00", b"\x00"])
def test_a_body_arrives_byte_by_byte(gateway: Gateway, raw: bytes) -> None:
    status, body = asked(gateway, "/api/3.0/points", "POST", body=raw)

    assert (status, bytes(body["bytes"])) == (201, raw)


def test_requests_at_the_same_time_never_mix(gateway: Gateway) -> None:
    mixed: list[object] = []

    def many(thread: int) -> None:
        for number in range(100):
            who = f"{thread}-{number}"
            _, body = asked(gateway, "/api/3.0/points", "POST", headers={"X-Who": who}, body=who.encode())
            if body["who"] != who or bytes(body["bytes"]) != who.encode():
                mixed.append(body)

    threads = [threading.Thread(target=many, args=(thread,)) for thread in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert mixed == []
