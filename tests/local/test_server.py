import http.client
import json
import re
import socket
from collections.abc import Iterator

import pytest

from chalicelib.local.gateway import Answer, Request
from chalicelib.local.server import BODY_BYTES_MAX, Server

HOST = b"Host: laurel\r\n"
POST = b"POST /api/3.0/points HTTP/1.1\r\n" + HOST


def echo(request: Request) -> Answer:
    if request.target == "/fault":
        raise RuntimeError("something of ours broke")
    body = json.dumps({"method": request.method, "target": request.target, "length": len(request.body)}).encode()
    return Answer(200, {"Content-Type": "application/json"}, body)


@pytest.fixture
def server() -> Iterator[Server]:
    served = Server(0, echo)
    served.open()
    yield served
    served.close(seconds=1)


def told(server: Server, raw: bytes, *, half_closed: bool = False) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of the answer to these very bytes."""
    with socket.create_connection(("127.0.0.1", server.server_port), timeout=10) as connection:
        connection.sendall(raw)
        if half_closed:
            connection.shutdown(socket.SHUT_WR)
        reply = connection.makefile("rb")
        status = int(reply.readline().split()[1])
        headers = {}
        while line := reply.readline().strip():
            name, _, value = line.decode().partition(": ")
            headers[name.lower()] = value
        body = reply.read(0 if raw.startswith(b"HEAD") else int(headers["content-length"]))
    return status, headers, body


def refusal(server: Server, raw: bytes, *, half_closed: bool = False) -> tuple[int, str]:
    status, headers, body = told(server, raw, half_closed=half_closed)
    assert headers["content-type"] == "application/json"
    assert headers["access-control-allow-origin"] == "*"
    answered = json.loads(body)
    assert re.search(r"\w{4}", answered["errorMessage"])
    return status, answered["errorCode"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (b"Content-Length: many\r\n", 400),
        (b"Content-Length: -1\r\n", 400),
        (b"Content-Length: 1_0\r\n", 400),
        (b"Content-Length: 1\r\nContent-Length: 2\r\n", 400),
        (b"Content-Length: %d\r\n" % (BODY_BYTES_MAX + 1), 413),
        (b"Content-Length: " + b"9" * 500 + b"\r\n", 413),
        (b"Content-Length: 5000000\r\nExpect: 100-continue\r\n", 413),
        (b"Transfer-Encoding: gzip\r\n", 400),
        (b"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n", 400),
        (b"".join(b"X-%d: 1\r\n" % number for number in range(200)), 431),
        (b"X: " + b"a" * 70_000 + b"\r\n", 431),
    ],
)
def test_headers_that_lead_nowhere_are_the_clients_to_mend(server: Server, headers: bytes, status: int) -> None:
    assert refusal(server, POST + headers + b"\r\n") == (status, "AC1004")


@pytest.mark.parametrize(
    ("chunks", "status"),
    [
        (b"zz\r\n", 400),
        (b"-1\r\n", 400),
        (b"7fffffff\r\n", 413),
        (b"3\r\nabcd\r\n0\r\n\r\n", 400),
        (b"0\r\n" + b"X: 1\r\n" * 100, 400),
    ],
)
def test_chunks_that_lie_are_refused(server: Server, chunks: bytes, status: int) -> None:
    assert refusal(server, POST + b"Transfer-Encoding: chunked\r\n\r\n" + chunks) == (status, "AC1004")


def test_a_body_in_chunks_is_put_together(server: Server) -> None:
    chunks = b"3\r\nabc\r\nA;x=y\r\n0123456789\r\n0\r\nX-Sum: 1\r\n\r\n"

    status, _, body = told(server, POST + b"Transfer-Encoding: chunked\r\n\r\n" + chunks)

    assert (status, json.loads(body)["length"]) == (200, 13)


@pytest.mark.parametrize(
    ("size", "status"), [(BODY_BYTES_MAX, 200), (BODY_BYTES_MAX + 1, 413), (3 * BODY_BYTES_MAX, 413)]
)
def test_a_large_body_is_taken_up_to_the_limit_and_refused_beyond(server: Server, size: int, status: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=10)

    connection.request("POST", "/api/3.0/points", b"a" * size)

    assert connection.getresponse().status == status
    connection.close()


def test_a_body_that_ends_early_is_refused(server: Server) -> None:
    assert refusal(server, POST + b"Content-Length: 10\r\n\r\nabc", half_closed=True) == (400, "AC1004")


def test_a_post_without_a_length_has_no_body(server: Server) -> None:
    status, _, body = told(server, POST + b"\r\n")

    assert (status, json.loads(body)["length"]) == (200, 0)


@pytest.mark.parametrize(
    ("line", "status", "code"),
    [
        (b"BREW /api/3.0/points HTTP/1.1", 405, "AC1001"),
        (b"GET /a b HTTP/1.1", 400, "AC1004"),
        (b"GET / HTTP/2.0", 400, "AC1004"),
        (b"GET / SPDY", 400, "AC1004"),
        (b"\x16\x03\x01", 400, "AC1004"),
        (b"GET /" + b"a" * 70_000 + b" HTTP/1.1", 414, "AC1004"),
    ],
)
def test_a_line_that_is_no_request_gets_our_envelope(server: Server, line: bytes, status: int, code: str) -> None:
    assert refusal(server, line + b"\r\n" + HOST + b"\r\n") == (status, code)


def test_a_head_request_gets_no_body(server: Server) -> None:
    status, headers, body = told(server, b"HEAD /api/3.0/points HTTP/1.1\r\n" + HOST + b"\r\n")

    assert (status, body) == (200, b"")
    assert int(headers["content-length"]) > 0


def test_a_fault_of_ours_is_answered_and_the_connection_lives_on(server: Server) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=10)
    connection.request("GET", "/fault")
    fault = connection.getresponse()
    assert (fault.status, json.loads(fault.read())["errorCode"]) == (500, "AC1001")

    connection.request("GET", "/")

    assert connection.getresponse().status == 200
    connection.close()


def test_nothing_connects_before_the_port_is_opened() -> None:
    server = Server(0, echo)

    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", server.server_port))

    server.server_close()


def test_a_port_in_use_is_noticed_at_once(server: Server) -> None:
    with pytest.raises(OSError, match="in use"):
        Server(server.server_port, echo)
