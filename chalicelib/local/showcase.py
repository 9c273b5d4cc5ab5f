"""What the demo site shows of receipts and photos: rules that pay for them, and photos in every state a visitor meets.

All of it goes through the API and the pipeline of uploads: files are sent in, taken by the queue's function, approved
and published as staff would. A start that was cut short is completed by the next; what visitors sent, changed or took
away since stays as they left it.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from chalicelib import clock
from chalicelib.local import drawing
from chalicelib.local.calls import CallFailed, Client
from chalicelib.local.gateway import Answer

GALLERY: Final = "customers"
CODE: Final = "TEA-TIME"
"""The printed code of the demo's photo campaign."""
TAKEN_SECONDS_MAX: Final = 30
_POLL_SECONDS: Final = 0.05
_BOUNDARY: Final = "laurel-demo"
_PHOTO_ACTION: Final = 640


@dataclass(frozen=True, slots=True)
class Picture:
    """A demo photo: whose it is, what it shows, and how far staff have come with it."""

    member: str
    draw: Callable[[], bytes]
    caption: str
    tags: str
    product: str
    spot: tuple[float, float]
    verbs: tuple[str, ...]

    @property
    def source(self) -> str:
        """What the API knows it by, whatever else its member sends."""
        return f"demo-{self.product}"


def complete(client: Client, pictures: tuple[Picture, ...]) -> None:
    """Make whatever of it is missing; does nothing when all is there. Raises ``CallFailed``."""
    for product in PRODUCTS:
        sent = client.as_staff("POST", "/products", {"productDetail": product})
        if sent.status != _IS_THERE:
            _told(sent)
    _publish_rules(client)
    for picture in pictures:
        _show(client, picture)


def _publish_rules(client: Client) -> None:
    found = _told(client.as_staff("GET", "/programme"))
    programme = found["programme"]
    if _has_rules(programme):
        return
    for name, wanted in RULES.items():
        kept = programme.get(name)
        programme[name] = [*(kept or ()), *wanted] if isinstance(wanted, list) else {**(kept or {}), **wanted}
    _told(client.as_staff("PUT", "/programme", {"version": found["version"], "programme": programme}))


def _has_rules(programme: Mapping[str, Any]) -> bool:
    """Whether they were published before: all at once, so that one that is left tells."""
    return any(
        str(each[name]) == str(rule[name])
        for part, name in _IDS.items()
        for rule in RULES[part]
        for each in programme.get(part) or ()
    )


def _show(client: Client, picture: Picture) -> None:
    listed = client.as_staff("GET", f"/users/{picture.member}/photos")
    if listed.status == _IS_GONE:
        return
    photo = _own(client, picture, [each["photoId"] for each in _told(listed)["photos"]]) or _sent(client, picture)
    if photo is None:
        return
    found = _taken(client, photo)
    state, done = found["state"], {each["verb"] for each in found["history"]}
    if state not in _OPEN or done & _CHANGED_SINCE:
        return
    if state == "pending" and picture.verbs:
        name, (x, y) = picture.product, picture.spot
        _told(client.as_staff("PATCH", f"/photos/{photo}", {"hotSpots": [{"productId": name, "x": x, "y": y}]}))
    for verb in picture.verbs:
        if verb not in done:
            _told(client.as_staff("POST", f"/photos/{photo}/{verb}", {}))


def _own(client: Client, picture: Picture, photos: list[str]) -> str | None:
    """Which of a member's photos is ours: visitors send others, of which staff decide and no start does."""
    return next(
        (each for each in photos if _told(client.as_staff("GET", f"/photos/{each}"))["sourceId"] == picture.source),
        None,
    )


def _sent(client: Client, picture: Picture) -> str | None:
    """Its id; ``None`` when it was sent before and is no longer among the newest of its member."""
    fields = {
        "userId": picture.member, "caption": picture.caption, "tags": picture.tags, "products": picture.product,
        "consent": "YES", "sourceId": picture.source,
    }  # fmt: skip
    head = "".join(
        f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'
        for name, text in fields.items()
    )
    file = f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="photo.jpg"\r\n\r\n'
    body = (head + file).encode() + picture.draw() + f"\r\n--{_BOUNDARY}--\r\n".encode()
    kind = {"Content-Type": f"multipart/form-data; boundary={_BOUNDARY}"}
    sent = client.as_staff_with_bytes("POST", "/photos", body, **kind)
    return None if sent.status == _IS_THERE else str(_told(sent)["photoId"])


def _taken(client: Client, photo: str) -> dict[str, Any]:
    """The photo, once the queue's function has taken it."""
    deadline = clock.monotonic_seconds() + TAKEN_SECONDS_MAX
    while (found := _told(client.as_staff("GET", f"/photos/{photo}")))["state"] == "received":
        if clock.monotonic_seconds() > deadline:
            raise CallFailed(f"The photo {photo} was not taken within {TAKEN_SECONDS_MAX} s.")
        clock.sleep(_POLL_SECONDS)
    return found


def _told(answer: Answer) -> dict[str, Any]:
    if answer.status >= 300:
        raise CallFailed(f"The API answered {answer.status}: {answer.body.decode(errors='replace')}")
    told: dict[str, Any] = json.loads(answer.body)
    return told


_OPEN: Final = frozenset({"pending", "approved"})
_CHANGED_SINCE: Final = frozenset({"unpublish", "reopen", "reject", "withdraw", "reverse"})
"""Verbs by which a visitor decided otherwise than the demo does."""
_IDS: Final = {"actions": "actionId", "galleries": "galleryId", "photoCampaigns": "campaignId"}
_IS_GONE: Final = 404
_IS_THERE: Final = 409
PRODUCTS: Final[tuple[Mapping[str, Any], ...]] = tuple(
    {"productId": name, "productName": title, "productPrice": price, "url": f"https://shop.example.test/{name}"}
    for name, title, price in (
        ("pot-cast-iron", "Cast iron pot", 89),
        ("kettle-gooseneck", "Gooseneck kettle", 129),
        ("beans-house", "House beans", 14.9),
        ("tea-assam", "Assam tea", 24.5),
        ("filter-paper", "Filter paper", 4.2),
    )
)
RULES: Final[Mapping[str, Any]] = {
    "actions": [{"actionId": _PHOTO_ACTION, "actionName": "Photo", "actionPoints": 25}],
    "photos": {"uploadAction": _PHOTO_ACTION},
    "galleries": [
        {
            "galleryId": GALLERY,
            "galleryName": "What customers make of it",
            "by": "all",
            "layout": {"type": "grid", "columns": 3, "columnsOnPhones": 1, "crop": "square"},
            "perPage": 3,
            "texts": {"en": {"title": "Your tea, your coffee", "subtitle": "Customers show what they make"}},
        }
    ],
    "photoCampaigns": [
        {
            "campaignId": "tea-time",
            "campaignName": "Tea time",
            "codes": [{"code": CODE, "purpose": "packageInsert", "products": ["tea-assam"]}],
            "texts": [
                {"language": "en", "title": "Show us your tea", "text": "The ones we like best are shown in the shop."}
            ],
            "tags": ["tea"],
        }
    ],
    "receipts": {
        "retailers": [{"retailerId": "house", "name": drawing.SHOP, "addresses": ["14 Market Street"]}],
        "maxAgeDays": 30,
    },
}
"""What the demo's programme gets beside what it has."""
