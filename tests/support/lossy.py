"""A network that loses things: a proxy before an engine, which drops requests or answers as it is told."""

import http.client
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal
from urllib.parse import urlsplit

Fate = Literal["arrives", "request lost", "answer lost"]
SECONDS_MAX = 20


@contextmanager
def lossy(endpoint: str, fate_of: Callable[[str], Fate]) -> Iterator[str]:
    """The address of a proxy to the engine; ``fate_of`` is asked with the operation of every request."""
    target = urlsplit(endpoint)

    class Proxy(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            fate = fate_of(self.headers.get("X-Amz-Target", "").rpartition(".")[2])
            if fate == "request lost":
                self.close_connection = True
                return
            engine = http.client.HTTPConnection(target.hostname or "", target.port, timeout=SECONDS_MAX)
            try:
                engine.request("POST", self.path, body, dict(self.headers.items()))
                answer = engine.getresponse()
                content = answer.read()
            finally:
                engine.close()
            if fate == "answer lost":
                self.close_connection = True
                return
            self.send_response(answer.status)
            for name in ("Content-Type", "x-amz-crc32", "x-amzn-RequestId"):
                if answer.headers.get(name):
                    self.send_header(name, answer.headers[name])
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
