"""A photo goes from a member's phone through the bucket to a moderator's screen, and from there to everybody."""

import time
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest

from tests.api.shop import Shop
from tests.laptop import Laptop
from tests.support import browser, drawn

pytestmark = [pytest.mark.slow, pytest.mark.engine, pytest.mark.network]
ADA = "ada@example.test"
POINTS = 25
SECONDS_MAX = 20
BOUNDARY = "laurel-story"


def paying(shop: Shop) -> None:
    """Let staff put a programme into force that pays for photos, and enrol Ada."""

    def change(document: dict[str, Any]) -> None:
        document["actions"].append({"actionId": 640, "actionName": "Photo", "actionPoints": POINTS})
        document["photos"] = {"uploadAction": 640}

    shop.programme(change)
    shop.enrol(ADA)


def sent(shop: Shop, data: bytes) -> str:
    """Send a file to the bucket as a member's browser does, with the form that the server made."""
    form = shop.post(f"/users/{ADA}/photos", {"consent": "YES"}, token=shop.member_token(ADA)).ok
    parts = "".join(
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'
        for name, text in form["fields"].items()
    )
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n'
    body = (parts + head).encode() + data + f"\r\n--{BOUNDARY}--\r\n".encode()
    kind = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    with urllib.request.urlopen(urllib.request.Request(form["url"], body, kind), timeout=30) as answer:  # noqa: S310
        assert answer.status in {200, 201, 204}
    return str(form["photoId"])


def eventually(ask: Callable[[], bool]) -> None:
    """Wait until the queue and its function have done their work."""
    deadline = time.monotonic() + SECONDS_MAX
    while not ask():
        assert time.monotonic() < deadline
        time.sleep(0.2)


@pytest.mark.proves("A066", "A069")
def test_a_photo_is_seen_marked_approved_and_published_in_a_browser(shop: Shop, laptop: Laptop) -> None:
    paying(shop)
    shop.post("/products", {"productDetail": {"productId": "P-1", "productName": "Tea cup", "productPrice": 5}})
    photo = sent(shop, drawn.jpeg(size=(800, 600)))
    eventually(lambda: bool(shop.get("/moderation", token=shop.staff()).ok["items"]))

    with browser.running() as chromium:
        page = chromium.page(1280, 900)
        page.open(f"{laptop.base}/screens/moderation#token={shop.staff()}")
        page.wait("document.querySelector('.row .thumb img')?.naturalWidth > 0")
        page.press("j")
        page.wait("document.querySelector('.viewer img')?.naturalWidth > 0")
        page.click(".viewer img", x=0.5, y=0.25)
        page.fill(".spot-form [role=combobox]", "tea")
        page.wait("document.querySelector('.spot-form [role=option]')")
        page.press("Enter")
        page.shoot(name="story")
        page.press("Escape")
        page.click("[data-verb=publish]")
        page.click(".send-now")
        page.wait("document.querySelector('.card.is-done')")
        errors = page.errors

    assert errors == []
    said = shop.get(f"/photos/{photo}", token=shop.staff()).ok
    assert said["state"] == "published"
    assert [(each["productId"], float(each["x"]), float(each["y"])) for each in said["hotSpots"]] == [
        ("P-1", pytest.approx(0.5, abs=0.01), pytest.approx(0.25, abs=0.01))
    ]
    assert shop.figures(ADA)["availablePoints"] == POINTS
    with urllib.request.urlopen(f"{laptop.base}/public/{shop.site}/photos/{photo}/w512.webp", timeout=30) as picture:  # noqa: S310
        assert picture.headers["Content-Type"] == "image/webp"
