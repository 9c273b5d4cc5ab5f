"""The HTTP server of the laptop: Chalice's own local server, made fit for bad input and many threads."""

import logging
import socket
import threading
from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import Any, ClassVar, Final

from chalice.local import ChaliceRequestHandler, ThreadedHTTPServer

from chalicelib import clock, errors
from chalicelib.local.gateway import METHODS, Answer, Request, refused
from chalicelib.local.home import HOST

BODY_BYTES_MAX: Final = 4_500_000
"""As in the cloud: Lambda takes 6 MB a call (AWS limit), of which base64 takes a quarter."""
IDLE_SECONDS_MAX: Final = 30
"""How long a client may keep silent, between requests and within one."""
LINGER_BYTES_MAX: Final = 32 << 20
LINGER_SECONDS_MAX: Final = 3
BACKLOG: Final = 128
CHUNK_LINE_BYTES_MAX: Final = 1024
TRAILER_LINES_MAX: Final = 64
_REUSE: Final = (socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
_MENDABLE: Final[dict[int, int]] = {501: 405, 505: 400}
"""Statuses in place of those with which the library blames itself for a method or version it does not know."""
_TOO_LARGE: Final = (
    f"The body is larger than {BODY_BYTES_MAX} bytes, the most that is taken in one call. Send less at once. Larger "
    "receipts and photos go straight to the bucket: POST /users/{memberId}/receipts/form and /users/{memberId}/photos."
)
_PIECE: Final = 64 << 10
_log = logging.getLogger(__name__)

Site = Callable[[Request], Answer]


class Server(ThreadedHTTPServer):
    """Bound at once, so that a port in use is noticed early; it takes connections only after ``open``."""

    request_queue_size = BACKLOG
    allow_reuse_address = True

    def __init__(self, port: int, site: Site) -> None:
        super().__init__((HOST, port), partial(Handler, site=site), bind_and_activate=False)
        self._port = port
        self._busy = 0
        self._settled = threading.Condition()
        self.server_bind()

    def server_bind(self) -> None:
        """Bind without asking a name server for our own name, which may take seconds."""
        self.socket.setsockopt(*_REUSE)
        self.socket.bind((HOST, self._port))
        self.server_name, self.server_port = self.socket.getsockname()[:2]

    def open(self) -> None:
        """Take connections, in a thread of its own."""
        self.server_activate()
        threading.Thread(target=self.serve_forever, args=(0.1,), name="http", daemon=True).start()

    def close(self, *, seconds: float) -> None:
        """Take no more connections and let requests that have begun end, for so long at most."""
        self.shutdown()
        self.server_close()
        deadline = clock.monotonic_seconds() + seconds
        with self._settled:
            while self._busy and (left := deadline - clock.monotonic_seconds()) > 0:
                self._settled.wait(left)

    def begin(self) -> None:
        """A request has begun."""
        with self._settled:
            self._busy += 1

    def end(self) -> None:
        """A request has ended."""
        with self._settled:
            self._busy -= 1
            self._settled.notify_all()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no news; whatever else fails is answered and logged by the gateway."""


class _Unreadable(Exception):
    """A request whose end cannot be found; it is answered and the connection closed."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.answer = refused(status, errors.INVALID, message)


class Handler(ChaliceRequestHandler):
    """One connection: reads requests within limits and sends the answers."""

    # Chalice's defaults send headers and body apart, which costs 40 ms a kept-alive request (Nagle's algorithm).
    disable_nagle_algorithm = True
    wbufsize = -1
    timeout: ClassVar[float] = IDLE_SECONDS_MAX
    server_version = "Laurel"
    sys_version = ""

    def __init__(self, request: Any, client_address: Any, server: Server, *, site: Site) -> None:
        self._site = site
        # Past Chalice's own constructor, which would build a gateway for every connection.
        super(ChaliceRequestHandler, self).__init__(request, client_address, server)

    def _generic_handle(self) -> None:
        self.server.begin()
        try:
            try:
                body = self._read_body()
            except _Unreadable as unreadable:
                self._send_last(unreadable.answer)
            except TimeoutError:
                self._send_last(refused(408, errors.INVALID, "The request did not arrive in time."))
            else:
                self._send(self._answer(Request(self.command, self.path, dict(self.headers), body)))
        finally:
            self.server.end()

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = do_PATCH = do_OPTIONS = _generic_handle  # noqa: N815

    def handle_expect_100(self) -> bool:
        """Ask for the body only when its declared length may be read."""
        try:
            self._length()
        except _Unreadable as unreadable:
            self._send_last(unreadable.answer)
            return False
        return bool(super().handle_expect_100())

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """What the library refuses by itself, in our envelope and never as a 5xx: the client can mend it."""
        # A version that could not be read counts as 0.9 in the library, whose answers have no headers.
        self.request_version = self.protocol_version
        status = _MENDABLE.get(code, code)
        code_of = errors.UNKNOWN if status == 405 else errors.INVALID
        text = f"The request was not understood: {message or explain or HTTPStatus(code).phrase}."
        allow = {"Allow": ", ".join(METHODS)} if status == 405 else None
        self._send_last(refused(status, code_of, text, allow))

    def log_message(self, *_: object) -> None:
        """Silent: the API writes one structured line a request."""

    def _answer(self, request: Request) -> Answer:
        try:
            return self._site(request)
        except Exception:  # noqa: BLE001 - the outermost edge: a client always gets an answer.
            _log.exception("A request could not be answered")
            return refused(500, errors.UNKNOWN, "Something went wrong on our side. Please send the request again.")

    def _read_body(self) -> bytes:
        length = self._length()
        if length is None:
            return self._read_chunks()
        body = bytes(self.rfile.read(length)) if length else b""
        if len(body) < length:
            raise _Unreadable(400, f"The body ended after {len(body)} of {length} bytes.")
        return body

    def _length(self) -> int | None:
        """Bytes of the body; ``None`` when it comes in chunks. Raises ``_Unreadable``."""
        coding = self.headers.get("Transfer-Encoding")
        declared = self.headers.get_all("Content-Length", ["0"])
        if coding is not None:
            if coding.strip().lower() != "chunked" or "Content-Length" in self.headers:
                raise _Unreadable(400, "A body comes with Content-Length or with Transfer-Encoding: chunked.")
            return None
        text = declared[0].strip()
        if len(set(declared)) > 1 or not (text.isascii() and text.isdigit()):
            raise _Unreadable(400, "Content-Length is one whole number.")
        if len(text) > len(str(BODY_BYTES_MAX)) or int(text) > BODY_BYTES_MAX:
            raise _Unreadable(413, _TOO_LARGE)
        return int(text)

    def _read_chunks(self) -> bytes:
        body = bytearray()
        while size := self._chunk_size():
            if len(body) + size > BODY_BYTES_MAX:
                raise _Unreadable(413, _TOO_LARGE)
            piece = self.rfile.read(size + 2)
            if len(piece) < size + 2 or piece[size:] != b"\r\n":
                raise _Unreadable(400, "A chunk of the body is not as long as it declares.")
            body += piece[:size]
        for _ in range(TRAILER_LINES_MAX):
            if self.rfile.readline(CHUNK_LINE_BYTES_MAX) in {b"\r\n", b"\n", b""}:
                return bytes(body)
        raise _Unreadable(400, "The body has too many trailers.")

    def _chunk_size(self) -> int:
        line = self.rfile.readline(CHUNK_LINE_BYTES_MAX)
        digits = line.partition(b";")[0].strip()
        if not 0 < len(digits) <= 8 or not all(chr(digit) in "0123456789abcdefABCDEF" for digit in digits):
            raise _Unreadable(400, "The length of a chunk is no hexadecimal number.")
        return int(digits, 16)

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            for each in value if isinstance(value, list) else [value]:
                self.send_header(name, each)
        self.send_header("Content-Length", str(len(answer.body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if getattr(self, "command", None) != "HEAD":
            self.wfile.write(answer.body)

    def _send_last(self, answer: Answer) -> None:
        """Answer and close; what still comes in is read and dropped for a while, or the client would see a reset."""
        self.close_connection = True
        self._send(answer)
        self.wfile.flush()
        self.connection.settimeout(0.2)
        deadline = clock.monotonic_seconds() + LINGER_SECONDS_MAX
        left = LINGER_BYTES_MAX
        try:
            self.connection.shutdown(socket.SHUT_WR)
            while left > 0 and clock.monotonic_seconds() < deadline and (dropped := self.connection.recv(_PIECE)):
                left -= len(dropped)
        except OSError:
            return
