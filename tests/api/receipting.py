"""Receipts at a shop: a picture as a form, one that waits for a moderator, and the bucket that both need."""

import io
import json
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from PIL import Image

from chalicelib import settings
from chalicelib.dynamo.commit import Plan, commit
from chalicelib.gateways import queue, storage
from chalicelib.ledger.days import to_ms
from chalicelib.members.service import resolve
from chalicelib.moderation import service as moderation
from chalicelib.moderation.queue import Place
from chalicelib.receipts import purchase as purchases
from chalicelib.receipts import table
from chalicelib.receipts.duplicates import Print
from chalicelib.receipts.purchase import Bought, Purchase
from chalicelib.receipts.submission import Event, Submission
from tests.api.fixtures import NOON
from tests.api.shop import ADA, Said, Shop
from tests.support import amazon

PLANTED = "019cff00-0000-7000-8000-000000000001"
NUMBER = "698381745387396"
BOUNDARY = "----laurel"
FORM = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
BOUGHT = Purchase(
    shop="Green Valley Mart",
    day=date(2026, 3, 17),
    total=Decimal("50.85"),
    lines=(Bought(name="RICE 5KG", amount=Decimal("50.85")),),
)


def picture(kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (120, 160), "white").save(out, kind)
    return out.getvalue()


def form(data: bytes, member: str = ADA, name: str = "receipt.png") -> bytes:
    """A browser's form with a member and a file."""
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="userId"\r\n\r\n{member}\r\n'
    head += f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
    return head.encode() + b"Content-Type: image/png\r\n\r\n" + data + f"\r\n--{BOUNDARY}--\r\n".encode()


def send(shop: Shop, data: bytes | None = None, member: str = ADA, **more: Any) -> Said:
    return shop.call("POST", "/receipts", form(picture() if data is None else data, member), headers=FORM, **more)


def open_bucket(_shop: Shop) -> None:
    """A bucket and the queues, for calls that need them and have no fixture."""
    amazon.client("s3").create_bucket(Bucket=settings.BUCKET)
    sqs = amazon.client("sqs")
    for name in (settings.UPLOADS_QUEUE, settings.DUE_QUEUE):
        sqs.create_queue(QueueName=name)
    storage.forget_clients()
    queue.forget_clients()


def plant(shop: Shop, state: str = "waiting", member: str = ADA) -> str:
    """A receipt that was read, in a state."""
    mid = resolve(shop.site, member, fresh=True).mid
    at = to_ms(NOON)
    known = Submission(
        id=PLANTED,
        receipt=NUMBER,
        state=state,
        since=at,
        uploaded=at,
        source="api",
        print=Print(sha256="a" * 64, look=7, shop=BOUGHT.shop, day=BOUGHT.day, total=BOUGHT.total),
        history=(Event(at, "server", "submit"),),
    )
    plain = {"fields": {"total": {"value": "50.85", "confidence": 0.9, "boxes": [[1, 2, 3, 4]]}}, "currency": None,
             "lines": [], "evidence": [], "rivals": [],
             "picture": {"width": 120, "height": 160, "turned": 0}}  # fmt: skip
    body = {"plain": plain, "purchase": purchases.dump(BOUGHT), "picture": [120, 160]}
    writes = [
        table.write(shop.site, mid, known, "planted"),
        table.read_write(shop.site, mid, known.id, json.loads(json.dumps(body))),
        *table.claim_writes(shop.site, mid, known, "planted"),
        *moderation.moves(shop.site, "receipt", None, Place(state, NOON, known.id)),
    ]
    commit(lambda: None, lambda _: Plan(tuple(writes), None))
    return known.id


class _Pictures(BaseHTTPRequestHandler):
    """Serves a picture under every path but ``/none``."""

    def do_GET(self) -> None:
        data = b"" if self.path == "/none" else b"<svg/>" if self.path == "/svg" else picture()
        self.send_response(404 if self.path == "/none" else 200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


_server: list[ThreadingHTTPServer] = []


def address(path: str = "/receipt.jpg") -> str:
    """Where a picture can be fetched, on this machine."""
    if not _server:
        _server.append(ThreadingHTTPServer(("127.0.0.1", 0), _Pictures))
        Thread(target=_server[0].serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{_server[0].server_port}{path}"


@contextmanager
def fetching_here():
    """Let addresses of this machine be fetched from."""
    before = settings.FETCH_LOCAL
    settings.FETCH_LOCAL = True
    try:
        yield
    finally:
        settings.FETCH_LOCAL = before
