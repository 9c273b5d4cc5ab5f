"""A merchant's coupon API on this machine: answers as it is told, and keeps what it was asked."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class CouponApi:
    """``codes`` are given by key, in order; ``status`` and ``pause_seconds`` make it fail."""

    url: str = ""
    codes: list[str] = field(default_factory=lambda: ["API-1", "API-2", "API-3"])
    status: int = 200
    pause_seconds: float = 0
    drip: bool = False
    raw: bytes | None = None
    asked: list[tuple[dict[str, str], dict[str, Any]]] = field(default_factory=list)
    given: dict[str, str] = field(default_factory=dict)

    def answer(self, headers: dict[str, str], body: bytes) -> bytes:
        self.asked.append((headers, json.loads(body)))
        if self.raw is not None:
            return self.raw
        key = headers["Idempotency-Key"]
        code = self.given.setdefault(key, self.codes[len(self.given) % len(self.codes)])
        return json.dumps({"code": code, "expires": "2026-12-31"}).encode()


@contextmanager
def coupon_api() -> Iterator[CouponApi]:
    """The API, listening on loopback."""
    api = CouponApi()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            time.sleep(api.pause_seconds)
            said = api.answer(dict(self.headers.items()), body)
            self.send_response(api.status)
            self.send_header("Content-Length", str(len(said)))
            if api.status == 302:
                self.send_header("Location", "http://127.0.0.1/elsewhere")
            self.end_headers()
            for place in range(len(said)):
                self.wfile.write(said[place : place + 1] if api.drip else said)
                if not api.drip:
                    return
                time.sleep(0.05)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    api.url = f"http://127.0.0.1:{server.server_address[1]}/issue?for=laurel"
    try:
        yield api
    finally:
        server.shutdown()
        server.server_close()
