"""A server that speaks the staff's contract with things of its own making, so that every state of the page can be had.

The page and its scripts come from the real app; receipts, photos and their pictures are drawn here.
"""

import http.server
import json
import re
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar
from urllib.parse import parse_qs, unquote, urlsplit

import app
from chalicelib.local.gateway import Gateway, Request
from tests.screens import things

WAITING = {"receipt": ("waiting", "stuck"), "photo": ("pending", "approved", "stuck")}
LEADS_TO = {
    ("receipt", "approve"): "awarded",
    ("receipt", "reject"): "rejected",
    ("receipt", "reverse"): "reversed",
    ("receipt", "reopen"): "waiting",
    ("receipt", "retry"): "received",
    ("photo", "approve"): "approved",
    ("photo", "publish"): "published",
    ("photo", "unpublish"): "approved",
    ("photo", "reject"): "rejected",
    ("photo", "withdraw"): "withdrawn",
    ("photo", "reopen"): "pending",
    ("photo", "retry"): "received",
    ("photo", "reverse"): "approved",
}
VERB = re.compile(r"/(receipts|photos)/([^/]+)(?:/(\w+))?")
REQUEST = "May we show your photo?"
GATEWAY = Gateway(app.app)


class Standin:
    """What the server knows, and what it was told."""

    def __init__(self) -> None:
        self.begin_anew()

    def begin_anew(self) -> None:
        """Things of a new day."""
        self.token = things.token()
        self.things: dict[tuple[str, str], dict[str, Any]] = things.made()
        self.changes: list[dict[str, Any]] = []
        """Every call that changes something: verb, path, body, key."""
        self.keys: dict[str, dict[str, Any]] = {}
        self.refusing: dict[str, tuple[int, str]] = {}
        """Id → status and message with which its verbs are refused."""
        self.failing: int | None = None
        """Status that every call is answered with, if any."""
        self.delay_seconds = 0.0

    def answer(self, method: str, target: str, headers: Mapping[str, str], raw: bytes) -> tuple[int, Any]:
        """Status and JSON of a call below the version."""
        time.sleep(self.delay_seconds)
        if headers.get("authorization") != f"Bearer {self.token}" or headers.get("x-annexcloud-site") != things.SITE:
            return 401, refusal("Request not authorized: the token has expired; issue a new one.")
        if self.failing is not None:
            return self.failing, refusal("The database did not answer.")
        split = urlsplit(target)
        if method == "GET":
            return self._read(split.path, {name: values[0] for name, values in parse_qs(split.query).items()})
        return self._change(method, split.path, headers, json.loads(raw or b"{}"))

    def _read(self, path: str, query: dict[str, str]) -> tuple[int, Any]:
        if path == "/moderation/counts":
            return 200, {"siteId": things.SITE, "counts": self._counts()}
        if path == "/moderation":
            return 200, self._page(query)
        if path == "/programme":
            return 200, {"siteId": things.SITE, "version": 1, "programme": things.PROGRAMME}
        if path == "/products":
            return 200, {"siteId": things.SITE, "products": things.PRODUCTS}
        if path.startswith("/products/"):
            known = [each for each in things.FAR_PRODUCTS if each["productId"] == unquote(path.split("/")[2])]
            return (200, known[0]) if known else (404, refusal("There is no such product."))
        if path.endswith("/rights"):
            return 200, {"text": REQUEST}
        thing = self._thing(path)
        return (404, refusal("There is no such item.")) if thing is None else (200, thing)

    def _thing(self, path: str) -> dict[str, Any] | None:
        match = VERB.fullmatch(path)
        return self.things.get((match[1][:-1], unquote(match[2]))) if match else None

    def _change(self, method: str, path: str, headers: Mapping[str, str], body: dict[str, Any]) -> tuple[int, Any]:
        key = headers.get("idempotency-key", "")
        self.changes.append({"method": method, "path": path, "body": body, "key": key})
        match, thing = VERB.fullmatch(path), self._thing(path)
        if not key or match is None or thing is None:
            return 400, refusal("A key and a thing that is there.")
        if key in self.keys:
            return 200, self.keys[key]
        if unquote(match[2]) in self.refusing:
            status, message = self.refusing[unquote(match[2])]
            return status, refusal(message)
        if match[3] == "rights":
            trail = [*thing["rights"]["trail"], {"at": things.ago(0), "by": "staff", **body}]
            thing["rights"] = {"state": body["state"], "trail": trail}
        elif method == "PATCH":
            thing |= {name: value for name, value in body.items() if name != "products"}
            if "products" in body:
                thing["products"] = [
                    {"productId": each, "name": f"Product {each}", "url": ""} for each in body["products"]
                ]
        else:
            thing["state"] = LEADS_TO[match[1][:-1], match[3]]
            thing["reasons"] = []
            thing["history"] = [*thing["history"], {"at": things.ago(0), "by": "staff", "verb": match[3], "text": ""}]
        self.keys[key] = thing
        return 200, thing

    def _page(self, query: dict[str, str]) -> dict[str, Any]:
        found = [
            things.brief(kind, thing)
            for (kind, _), thing in self.things.items()
            if query.get("kind", kind) == kind and self._is_asked(kind, thing["state"], query.get("state"))
        ]
        found.sort(key=lambda each: each["since"])
        begin, limit = int(query.get("after", "0")), int(query.get("limit", "50"))
        following = str(begin + limit) if begin + limit < len(found) else None
        return {"siteId": things.SITE, "items": found[begin : begin + limit], "following": following}

    @staticmethod
    def _is_asked(kind: str, state: str, asked: str | None) -> bool:
        return state == asked if asked else state in WAITING[kind]

    def _counts(self) -> list[dict[str, Any]]:
        counts = []
        for kind, states in WAITING.items():
            for state in states:
                of_it = [each for (a, _), each in self.things.items() if a == kind and each["state"] == state]
                oldest = min((each["uploadDate"] for each in of_it), default=None)
                counts.append({"kind": kind, "state": state, "count": len(of_it), "isMore": False, "oldest": oldest})
        return counts


def refusal(message: str) -> dict[str, str]:
    return {"errorCode": "500", "errorMessage": message}


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version: ClassVar[str] = "HTTP/1.1"
    standin: ClassVar[Standin]

    def do_GET(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        if self.path.startswith("/api/3.0/screens/"):
            page = GATEWAY.answer(Request(self.command, self.path, headers, raw))
            self._send(page.status, {name: str(value) for name, value in page.headers.items()}, page.body)
        elif self.path.startswith("/pictures/"):
            data = things.picture(self.path.rpartition("/")[2])
            self._send(200 if data else 404, {"Content-Type": "image/png"}, data)
        else:
            status, said = self.standin.answer(self.command, self.path.removeprefix("/api/3.0"), headers, raw)
            self._send(status, {"Content-Type": "application/json"}, json.dumps(said).encode())

    do_POST = do_PATCH = do_PUT = do_GET  # noqa: N815

    def _send(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *told: object) -> None:
        pass


@contextmanager
def serving() -> Iterator[tuple[str, Standin]]:
    """The address of the moderation page, and what stands behind it."""
    standin = Standin()
    handler = type("Handler", (_Handler,), {"standin": standin})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/api/3.0/screens/moderation", standin
    finally:
        server.shutdown()
        server.server_close()
