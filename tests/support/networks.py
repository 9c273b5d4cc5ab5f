"""A stand-in for social networks: what the tests tell it to say, over real HTTP on this machine."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from chalicelib import settings
from tests.support import drawn


class Networks:
    """What the networks say: answers by path; what they were asked."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.answers: dict[str, Any] = {}
        """Path → JSON, a status, or a function of the query that gives either."""
        self.asked: list[tuple[str, dict[str, str], str]] = []

    def picture(self, seed: int) -> str:
        """The address of a picture."""
        return f"{self.base}/pictures/{seed}.jpg"


@contextmanager
def running() -> Iterator[Networks]:
    """A stand-in, to which the product turns meanwhile."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    server.networks = Networks(f"http://127.0.0.1:{server.server_port}")  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    before = settings.FETCH_LOCAL, settings.NETWORKS_BASE
    settings.FETCH_LOCAL, settings.NETWORKS_BASE = True, server.networks.base  # type: ignore[attr-defined,misc]
    try:
        yield server.networks  # type: ignore[attr-defined]
    finally:
        settings.FETCH_LOCAL, settings.NETWORKS_BASE = before  # type: ignore[misc]
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        networks: Networks = self.server.networks  # type: ignore[attr-defined]
        parts = urlsplit(self.path)
        query = {name: texts[0] for name, texts in parse_qs(parts.query).items()}
        networks.asked.append((parts.path, query, self.headers.get("Authorization", "")))
        if parts.path.startswith("/pictures/"):
            self._say(200, drawn.jpeg(int(parts.path.split("/")[2].split(".")[0]), (320, 240)), "image/jpeg")
            return
        found = networks.answers.get(parts.path, 404)
        found = found(query) if callable(found) else found
        if isinstance(found, int):
            self._say(found, b"{}", "application/json")
        else:
            self._say(200, json.dumps(found).encode(), "application/json")

    def _say(self, status: int, data: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Retry-After", "120")
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""
