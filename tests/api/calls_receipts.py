"""Mutating calls of receipts."""

import base64
import json
import re
from dataclasses import dataclass, replace
from typing import Any

from tests.api.call import Call
from tests.api.receipting import FORM, NUMBER, PLANTED, address, fetching_here, form, open_bucket, picture, plant
from tests.api.shop import ADA, Said, Shop

_LINK = re.compile(r"https?://[^\"]+")
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{15}")


@dataclass(frozen=True)
class Sending(Call):
    """A call whose answer has new random ids, and perhaps a signed form: they are left out here."""

    def made(self, shop: Shop, key: str | None, body: Any = None, query: str = "") -> Said:
        said = self.body if body is None else body
        raw = said
        headers = None
        if "file" in said:
            raw, headers = form(said["file"], said["userId"]), FORM
        with fetching_here():
            made = shop.call(self.method, self.path + query, raw, key=key, headers=headers)
        if made.status != 200:
            return made
        shown = {**made.body, "fields": {}, "url": ""}
        text = _ID.sub("id", json.dumps(shown))
        return replace(made, body=json.loads(text), raw=text.encode())


@dataclass(frozen=True)
class Deciding(Call):
    """A moderator's call, whose answer has links that are signed anew each time."""

    by_staff: bool = True

    def made(self, shop: Shop, key: str | None, body: Any = None, query: str = "") -> Said:
        made = super().made(shop, key, body, query)
        if made.status != 200:
            return made
        text = _LINK.sub("link", made.raw.decode())
        return replace(made, body=json.loads(text), raw=text.encode())


def _waiting(shop: Shop) -> None:
    plant(shop)


def _stuck(shop: Shop) -> None:
    open_bucket(shop)
    plant(shop, "stuck")


def _paid(shop: Shop) -> None:
    plant(shop)
    said = shop.post(f"{_PATH}/approve", {}, token=shop.staff())
    assert said.status == 200, said.body


def _rejected(shop: Shop) -> None:
    plant(shop, "rejected")


def _there(path: str) -> str:
    return base64.b64encode(address(path).encode()).decode()


_PATH = f"/receipts/{PLANTED}"
_DOCUMENT = {"email": ADA, "doc_id": "D-1", "upload_id": NUMBER}
CALLS_RECEIPTS: dict[str, Call] = {
    "send receipt": Sending(
        "POST", "/receipts", {"userId": ADA, "file": picture()}, {"userId": ADA, "file": picture("JPEG")}, open_bucket
    ),
    "receipt form": Sending("POST", f"/users/{ADA}/receipts/form", {}, {"x": 1}),
    "upload id": Sending(
        "POST", "/generateuploadid", {"email": ADA, "image_url": _there("/a")},
        {"email": ADA, "image_url": _there("/b")}, open_bucket,
    ),
    "upload test": Sending(
        "POST", "/receiptuploadtest", {"email": ADA, "url": _there("/a")}, {"email": ADA, "url": _there("/b")},
        open_bucket,
    ),
    "flutter document": Call("POST", "/flutterapi", _DOCUMENT, _DOCUMENT | {"doc_id": "D-2"}, _waiting),
    "approve receipt": Deciding("POST", f"{_PATH}/approve", {}, {"total": 9}, _waiting),
    "correct receipt": Deciding("POST", f"{_PATH}/approve", {"total": "40", "date": "2026-03-16"}, {}, _waiting),
    "reject receipt": Deciding("POST", f"{_PATH}/reject", {"reason": "torn"}, {"reason": "x"}, _waiting),
    "reverse receipt": Deciding("POST", f"{_PATH}/reverse", {"reason": "false"}, {"reason": "x"}, _paid),
    "reopen receipt": Deciding("POST", f"{_PATH}/reopen", {}, {"x": 1}, _rejected),
    "retry receipt": Deciding("POST", f"{_PATH}/retry", {}, {"x": 1}, _stuck),
}  # fmt: skip
