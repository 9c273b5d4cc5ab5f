"""The browser that tests drive: it sees, hears, clicks, types, and reports what went wrong in a page."""

import http.server
import threading
from collections.abc import Iterator
from typing import ClassVar

import pytest

from tests.support import browser

PAGE = b"""<!doctype html><title>A page</title><style>body{margin:0}@media(prefers-color-scheme:dark){body{color:red}}
</style><button style="position:absolute;left:50px;top:60px;width:80px;height:20px;border:0">Press</button>
<input><output></output><script>
const out = document.querySelector('output');
document.querySelector('button').onclick = e => { out.textContent = `${e.offsetX},${e.offsetY} ${e.shiftKey}`; };
document.querySelector('input').onkeydown = e => { if (e.key === 'ArrowDown') out.textContent += 'down'; };
</script>"""


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version: ClassVar[str] = "HTTP/1.1"

    def do_GET(self) -> None:
        body = PAGE if self.path == "/" else b""
        self.send_response(200 if body else 204)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *told: object) -> None:
        pass


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[browser.Browser]:
    with browser.running() as started:
        yield started


def test_a_page_is_clicked_and_typed_into_as_people_do(chromium: browser.Browser, url: str) -> None:
    page = chromium.page(400, 300, dark=True)
    page.open(url)
    page.click("button", x=0.25, modifiers="Shift")
    clicked = page.text("output")
    page.fill("input", "café")
    page.press("ArrowDown", times=2)

    assert clicked == "20,10 true"
    assert page.run("document.querySelector('input').value") == "café"
    assert page.text("output").endswith("downdown")
    assert page.run("getComputedStyle(document.body).color") == "rgb(255, 0, 0)"
    assert page.names("button") == ["Press"]
    assert page.shoot().startswith(b"\x89PNG")
    assert page.errors == []


def test_what_goes_wrong_in_a_page_is_told(chromium: browser.Browser, url: str) -> None:
    page = chromium.page()
    page.open(url)
    page.run("setTimeout(() => { throw new Error('broken'); }); console.error('said', 7); 1")
    page.settle(0.3)

    assert any("broken" in each for each in page.errors)
    assert "console.error: said 7" in page.errors
    with pytest.raises(AssertionError, match="nothing is not defined"):
        page.run("nothing")


def test_no_other_machine_is_reached(chromium: browser.Browser) -> None:
    page = chromium.page()

    with pytest.raises(AssertionError, match="ERR_NAME_NOT_RESOLVED"):
        page.open("http://example.test/")
