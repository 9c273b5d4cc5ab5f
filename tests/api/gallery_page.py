"""A shop's page and the API on two origins of this machine, for tests of the embed in a real browser."""

import io
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from PIL import Image

from chalicelib.api import wire
from chalicelib.api.gallery_shapes import feed_of
from chalicelib.photos.galleries import choosing
from chalicelib.photos.galleries.album import Priced, Shown, Spot
from chalicelib.photos.galleries.service import Page
from chalicelib.photos.galleries.tag import tag
from chalicelib.programme.definitions.gallery import NATURAL, Gallery
from chalicelib.programme.definitions.photos import PhotoRules
from chalicelib.programme.in_force import compiled
from chalicelib.programme.rendering import plain
from chalicelib.programme.validation import validate
from tests.photos.galleries.albums import photo
from tests.programme.documents import document

EMBED = Path(__file__).parents[2] / "chalicelib" / "api" / "static" / "embed.js"
POLICY = (
    "default-src 'none'; script-src {api}; img-src {api}; connect-src {api}; base-uri 'none'; "
    "style-src 'nonce-page'; style-src-attr 'unsafe-inline'"
)
NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
BOOT = Priced("P1", "Boot <b>& co</b>", "https://shop.example.test/boot", Decimal("1234.5"))
HAT = Priced("P2", "Hat", "https://shop.example.test/hat", Decimal(20))


def pictures(many: int = 6) -> tuple[Shown, ...]:
    """Photos with hot spots; the third cannot be named, the last has no caption."""
    return tuple(
        photo(
            f"p{number}",
            number,
            caption="" if number == many - 1 else f'Caption {number} "<i>',
            author="" if number == 2 else f"@friend{number}",
            products=("P1", "P2"),
            spots=(Spot("s1", "P1", 0.5, 0.3), Spot("s2", "P2", 0.2, 0.05)),
        )
        for number in range(many)
    )


@dataclass
class World:
    """What the API serves, and what it was told."""

    gallery: dict[str, Any] = field(default_factory=dict)
    photos: tuple[Shown, ...] = field(default_factory=pictures)
    per_page: int = 6
    is_down: bool = False
    told: list[dict[str, Any]] = field(default_factory=list)
    asked: list[dict[str, list[str]]] = field(default_factory=list)
    more: str = ""
    """Further attributes of the script tag."""

    @property
    def defined(self) -> Gallery:
        """The gallery's definition."""
        gallery = {"galleryId": "g", "galleryName": "G", "perPage": self.per_page, **self.gallery}
        return Gallery.model_validate(gallery)

    @property
    def ratio(self) -> str:
        """That of its crop."""
        return PhotoRules().ratio(self.defined.layout.crop) or NATURAL

    def feed(self, query: dict[str, list[str]]) -> bytes:
        """The answer that the API would give, by its own rendering."""
        force = compiled(validate({**document(), "galleries": [plain(self.defined)]}), 2)
        first = int(query.get("cursor", ["0"])[0])
        chosen = choosing.chosen(force.gallery_by_id["g"], query.get("visitor", [""])[0], NOW, force.zone)
        shown = self.photos[first : first + self.per_page]
        following = str(first + self.per_page) if first + self.per_page < len(self.photos) else ""
        page = Page(chosen, shown, {"P1": BOOT, "P2": HAT}, following)
        return wire.render(feed_of("S1", force, page, query.get("locale", [""])[0]))


def picture(ratio: str) -> bytes:
    """A picture that shows how it is cropped."""
    kept = io.BytesIO()
    Image.new("RGB", (300, 300) if ratio else (300, 400), "teal" if ratio else "navy").save(kept, "WEBP")
    return kept.getvalue()


@contextmanager
def served(world: World) -> Iterator[tuple[str, str]]:
    """Serve the shop's page and the API; yields the address of the page and of the API."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            split = urlsplit(self.path)
            if split.path == "/shop":
                self.answer(
                    page_of(world, api).encode(), "text/html", {"Content-Security-Policy": POLICY.format(api=api)}
                )
            elif split.path.endswith("/embed.js"):
                self.answer(EMBED.read_bytes(), "text/javascript")
            elif "/photos/" in split.path:
                self.answer(picture(split.query), "image/webp")
            elif "/galleries/" in split.path and not world.is_down:
                world.asked.append(parse_qs(split.query))
                self.answer(world.feed(parse_qs(split.query)), "application/json")
            else:
                self.answer(b"", "text/plain", status=404)

        def do_POST(self) -> None:
            world.told.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.answer(b"{}", "application/json")

        def answer(self, data: bytes, kind: str, more: dict[str, str] | None = None, status: int = 200) -> None:
            self.send_response(status)
            for name, said in {"Content-Type": kind, "Access-Control-Allow-Origin": "*", **(more or {})}.items():
                self.send_header(name, said)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            # A browser that leaves the page hangs up.
            with suppress(ConnectionError):
                self.wfile.write(data)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    servers = [ThreadingHTTPServer(("127.0.0.1", 0), Handler) for _ in range(2)]
    shop, api = (f"http://127.0.0.1:{server.server_address[1]}" for server in servers)
    threads = [threading.Thread(target=server.serve_forever, daemon=True) for server in servers]
    for thread in threads:
        thread.start()
    try:
        yield f"{shop}/shop", api
    finally:
        for server, thread in zip(servers, threads, strict=True):
            server.shutdown()
            server.server_close()
            thread.join()


def page_of(world: World, api: str) -> str:
    """The shop's page: text before and after, styles that must not reach the gallery, one script tag."""
    style = "body{margin:0 auto;max-width:1000px;font:16px sans-serif} button{display:none} img{width:3px}"
    script = tag("S1", world.defined, world.ratio, f"{api}/3.0/public/").replace("<script ", f"<script {world.more} ")
    return f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Shop</title>
<meta name="viewport" content="width=device-width"><link rel="icon" href="{api}/3.0/photos/icon">
<style nonce="page">{style}</style></head><body><main><h1>Boots</h1>{script}
<p id="after">Text that must not move.</p></main></body></html>"""
