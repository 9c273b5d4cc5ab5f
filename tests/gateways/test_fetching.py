"""Fetching from a server of the tests' own: limits, redirects, and what is never asked."""

import gzip
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from chalicelib import settings
from chalicelib.gateways import fetching
from chalicelib.gateways.fetching import FetchFailed, FetchRefused

PICTURE = b"\xff\xd8" + b"x" * 1_000


class Answers(BaseHTTPRequestHandler):
    """A path is what is answered."""

    seen: list = []  # noqa: RUF012 - of the tests that read it.

    def do_GET(self):
        self.seen.append((self.path, dict(self.headers)))
        name, _, rest = self.path.lstrip("/").partition("/")
        getattr(self, f"_{name}")(rest)

    def _plain(self, _):
        self._say(200, PICTURE)

    def _status(self, code):
        self._say(int(code), b"no")

    def _to(self, rest):
        self.send_response(302)
        self.send_header("Location", {"self": "/to/self", "": "/plain"}.get(rest, rest.replace("_", "/")))
        self.end_headers()

    def _bomb(self, _):
        self._say(200, gzip.compress(b"0" * 50_000_000), "gzip")

    def _zipped(self, _):
        self._say(200, gzip.compress(PICTURE), "gzip")

    def _br(self, _):
        self._say(200, b"x", "br")

    def _endless(self, _):
        self.send_response(200)
        self.end_headers()
        try:
            while True:
                self.wfile.write(b"x" * 65_536)
        except OSError:
            pass

    def _drip(self, _):
        self.send_response(200)
        self.end_headers()
        try:
            for _ in range(100):
                self.wfile.write(b"x")
                time.sleep(0.05)
        except OSError:
            pass

    def _say(self, status, data, encoding=""):
        self.send_response(status)
        self.send_header("Content-Type", "image/jpeg")
        self.send_header("Retry-After", "7")
        if encoding:
            self.send_header("Content-Encoding", encoding)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def server():
    made = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    made.daemon_threads = True
    threading.Thread(target=made.serve_forever, args=(0.05,), daemon=True).start()
    yield f"http://127.0.0.1:{made.server_address[1]}"
    made.shutdown()
    made.server_close()


@pytest.fixture
def base(server, monkeypatch):
    monkeypatch.setattr(settings, "FETCH_LOCAL", True)
    Answers.seen.clear()
    return server


def fetch(url, bytes_max=10_000, **more):
    return fetching.fetch(url, bytes_max=bytes_max, **more)


def test_what_stands_at_an_address_comes_with_its_type(base):
    found = fetch(f"{base}/plain")

    assert (found.data, found.url, found.content_type) == (PICTURE, f"{base}/plain", "image/jpeg")


def test_a_packed_answer_is_unpacked(base):
    assert fetch(f"{base}/zipped").data == PICTURE


def test_a_few_redirects_are_followed_and_told(base):
    assert fetch(f"{base}/to/").url == f"{base}/plain"


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("to/self", "redirects"),
        ("to/ftp:__host", "not-https"),
        ("to/http:__user:secret@host", "credentials"),
        ("status/404", "status-404"),
        ("status/204", "status-204"),
        ("bomb", "too-large"),
        ("endless", "too-large"),
        ("br", "encoding"),
    ],
)
def test_what_will_never_come_is_refused(base, path, code):
    with pytest.raises(FetchRefused) as refused:
        fetch(f"{base}/{path}")

    assert refused.value.code == code


@pytest.mark.parametrize("status", [429, 500, 503])
def test_what_may_come_later_failed(base, status):
    with pytest.raises(FetchFailed) as failed:
        fetch(f"{base}/status/{status}")

    assert (failed.value.status, failed.value.retry_after) == (status, "7")


def test_a_server_that_drips_is_cut_off(base):
    started = time.monotonic()

    with pytest.raises(FetchFailed):
        fetch(f"{base}/drip", seconds=0.4)

    assert time.monotonic() - started < 2


def test_nobody_at_home_may_come_later(base):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(FetchFailed):
        fetch(f"http://127.0.0.1:{port}/")


def test_headers_of_ours_go_to_the_first_host_only(base):
    elsewhere = base.replace("127.0.0.1", "localhost")

    fetch(f"{base}/to/{elsewhere.replace('/', '_')}_plain", headers={"Authorization": "Bearer x"})

    assert [headers.get("Authorization") for _, headers in Answers.seen] == ["Bearer x", None]


def test_json_is_read_and_anything_else_failed(base):
    with pytest.raises(FetchFailed, match="JSON"):
        fetching.fetch_json(f"{base}/plain")


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("", "bad-url"),
        ("https://", "bad-url"),
        ("https://exa mple.test/", "bad-url"),
        ("https://[::1", "bad-url"),
        ("https://example.test:99999/", "bad-url"),
        ("https://example.test/" + "a" * 2_100, "bad-url"),
        ("http://example.test/a.jpg", "not-https"),
        ("file:///etc/passwd", "bad-url"),
        ("gopher://example.test/", "not-https"),
        ("https://ada:secret@example.test/", "credentials"),
        ("https://example.test:8443/", "bad-port"),
    ],
)
def test_what_is_no_address_of_ours_is_refused_unasked(url, code):
    with pytest.raises(FetchRefused) as refused:
        fetching.check(url)

    assert refused.value.code == code


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "169.254.169.254", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1"]
)
def test_no_host_of_our_own_network_is_asked(host):
    with pytest.raises((FetchRefused, FetchFailed)) as refused:
        fetch(f"https://{host}/latest/meta-data")

    assert not isinstance(refused.value, FetchRefused) or refused.value.code == "not-public"


def test_a_name_with_one_private_address_is_not_asked(monkeypatch):
    both = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, 443)) for each in ("93.184.216.34", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: both)

    with pytest.raises(FetchRefused, match="public"):
        fetch("https://both.example.test/")
