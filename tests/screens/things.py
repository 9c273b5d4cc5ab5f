"""Receipts and photos that are in no database: drawn and made up, in the shapes of the staff's contract."""

import io
import time
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from PIL import Image, ImageDraw

from chalicelib.sites import scopes, tokens

SITE = "29235480"
RECEIPT_SIZE = 480, 900
PHOTO_SIZE = 1200, 800
_LINES = [("Oat milk", "2", "1.95", "3.90"), ("Rye bread", "1", "3.20", "3.20"), ("Coffee beans", "1", "7.90", "7.90")]
PRODUCTS = [
    {"productId": f"P-{number}", "productDetail": {"productName": name, "url": f"https://shop.example.test/{number}"}}
    for number, name in enumerate(["Linen shirt", "Straw hat", "Canvas bag", "Wool scarf", "Leather boots"], start=101)
]
PROGRAMME = {
    "photos": {
        "crops": [
            {"name": "square", "ratio": "1:1"},
            {"name": "portrait", "ratio": "4:5"},
            {"name": "wide", "ratio": "16:9"},
            {"name": "banner", "ratio": "3:1"},
        ]
    },
    "receipts": {
        "retailers": [{"retailerId": "7", "name": "Corner Market"}, {"retailerId": "8", "name": "Green Grocer"}],
        "products": [{"productId": "P-101", "names": ["Oat milk"]}, {"productId": "P-102", "names": ["Rye bread"]}],
    },
}
FAR_PRODUCTS = [{"productId": "P-999", "productDetail": {"productName": "Rain coat", "url": ""}}]


def token(seconds: int = 3600, kind: str = "staff") -> str:
    """A token as staff have it; nobody checks its signature here."""
    if kind == "staff":
        granted = scopes.grantable("staff")
        return tokens.issue_staff(
            SITE, "no secret", scopes=granted, now_seconds=time.time(), expires_in_seconds=seconds
        )
    return tokens.issue_member(SITE, "no secret", "ada@example.test", scopes=(), now_seconds=time.time())


def ago(seconds: float) -> str:
    """The instant so long ago."""
    return (datetime.now(UTC) - timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


def made() -> dict[tuple[str, str], dict[str, Any]]:
    """Three receipts and three photos that wait, one of each that is done."""
    found = [
        receipt(
            "r-1", "waiting", 7200, shop="Corner Market", reasons=[("TOTAL_UNSURE", "The total was read in two ways.")]
        ),
        receipt(
            "r-2",
            "waiting",
            540,
            shop="Green Grocer",
            reasons=[("LOOKS_ALIKE", "This photograph looks like another one.")],
            duplicates=True,
        ),
        receipt("r-3", "stuck", 93000, shop="", reasons=[("READER_DOWN", "The reader did not answer five times.")]),
        receipt("r-9", "awarded", 200000, shop="Corner Market", reasons=[]),
        photo("p-1", "pending", 3600, caption="A morning at the lake with my new hat", spots=2),
        photo("p-2", "pending", 60, caption="", reasons=[("TEXT", "There is much text in the picture.")]),
        photo("p-3", "approved", 90000, caption="Boots, finally"),
        photo("p-9", "published", 400000, caption="On the roof", spots=1),
    ]
    return {
        ("receipt" if "submissionId" in each else "photo", each.get("submissionId") or each["photoId"]): each
        for each in found
    }


def many(count: int) -> dict[tuple[str, str], dict[str, Any]]:
    """So many photos that wait."""
    return {("photo", f"m-{n}"): photo(f"m-{n}", "pending", 1000 + n, caption=f"Photo {n}") for n in range(count)}


def receipt(
    name: str, state: str, age: float, *, shop: str, reasons: list[tuple[str, str]], duplicates: bool = False
) -> dict[str, Any]:
    """A receipt as its details tell."""

    def read(value: str, confidence: float, *box: int) -> dict[str, Any]:
        return {"value": value, "confidence": confidence, "boxes": [list(box)]}

    fields = {
        "shop": read(shop, 0.97, 130, 30, 350, 60),
        "address": read("12 Mill Lane", 0.91, 130, 70, 350, 95),
        "date": read("2026-03-14", 0.99, 40, 120, 180, 145),
        "time": read("16:42:00", 0.88, 300, 120, 440, 145),
        "number": read("000731", 0.83, 40, 160, 200, 185),
        "total": read("15.00", 0.62, 300, 430, 440, 465),
        "tax": read("1.20", 0.93, 300, 390, 440, 415),
    }
    return {
        "submissionId": name,
        "receiptId": f"10{name[-1]}",
        "state": state,
        "status": "Pending",
        "memberId": "ada@example.test",
        "uploadDate": ago(age),
        "source": "app",
        "currency": "EUR",
        "picture": {"url": f"/pictures/{name}.png", "width": RECEIPT_SIZE[0], "height": RECEIPT_SIZE[1], "turned": 0},
        "fields": fields if shop else {},
        "lines": [
            {
                "name": a,
                "quantity": b,
                "unitPrice": c,
                "amount": d,
                "confidence": 0.9 - n / 8,
                "boxes": [[40, 220 + n * 45, 440, 250 + n * 45]],
                "productId": "P-101" if n == 0 else None,
                "score": 0.93 if n == 0 else None,
            }
            for n, (a, b, c, d) in enumerate(_LINES)
        ]
        if shop
        else [],
        "retailer": {"id": "8" if shop == "Green Grocer" else "7", "name": shop, "score": 0.96} if shop else None,
        "evidence": [{"code": "CASH", "text": "Cash and change agree with 15.00."}] if shop else [],
        "reasons": [{"code": code, "text": text, "about": ""} for code, text in reasons],
        "duplicates": [
            {
                "submissionId": "r-9",
                "memberId": "grace@example.test",
                "code": "LOOKS_ALIKE",
                "state": "awarded",
                "text": "The same photograph, smaller, from another account.",
                "pictureUrl": "/pictures/r-9.png",
            }
        ]
        if duplicates
        else [],
        "orderId": None,
        "pointsAwarded": 0,
        "history": [{"at": ago(age), "by": "", "verb": "received", "text": "through the app"}],
        "corrections": None,
    }


def photo(
    name: str, state: str, age: float, *, caption: str, spots: int = 0, reasons: list[tuple[str, str]] | None = None
) -> dict[str, Any]:
    """A photo as its details tell."""
    return {
        "photoId": name,
        "state": state,
        "source": "upload",
        "sourceId": name,
        "author": "@grace.goes",
        "memberId": "grace@example.test",
        "mediaType": "image",
        "uploadDate": ago(age),
        "caption": caption,
        "texts": {"de": "Ein Morgen am See"} if spots else {},
        "tags": ["summer", "lake"] if spots else [],
        "alt": {},
        "storeId": "",
        "actionId": None,
        "rights": {
            "state": "implicit",
            "trail": [{"at": ago(age), "by": "", "state": "implicit", "text": "terms of 2026-01"}],
        },
        "picture": {"url": f"/pictures/{name}.png", "width": PHOTO_SIZE[0], "height": PHOTO_SIZE[1], "renditions": []},
        "video": None,
        "focus": {"x": 0.3, "y": 0.4, "byHand": False},
        "crops": {},
        "products": [{"productId": "P-102", "name": "Straw hat", "url": ""}] if spots else [],
        "hotSpots": [
            {"id": f"h{n}", "productId": "P-102", "x": 0.3 + n * 0.3, "y": 0.4 + n * 0.2, "label": "Straw hat"}
            for n in range(spots)
        ],
        "labels": [{"name": "Text", "confidence": 0.81}] if reasons else [],
        "reasons": [{"code": code, "text": text} for code, text in reasons or []],
        "similar": [{"photoId": "p-9", "bits": 4, "state": "published", "thumbnail": "/pictures/p-9.png"}]
        if reasons
        else [],
        "points": {"awarded": 0, "entry": None},
        "history": [{"at": ago(age), "by": "", "verb": "received", "text": "upload"}],
    }


def brief(kind: str, thing: dict[str, Any]) -> dict[str, Any]:
    """A thing as the queue shows it."""
    name = thing.get("submissionId") or thing["photoId"]
    title = thing["retailer"]["name"] if kind == "receipt" and thing["retailer"] else thing.get("caption", "")
    return {
        "kind": kind,
        "id": name,
        "state": thing["state"],
        "since": thing["uploadDate"],
        "ageSeconds": 0,
        "title": title or ("Receipt" if kind == "receipt" else "Photo by @grace.goes"),
        "memberId": thing["memberId"],
        "reasons": thing["reasons"],
        "thumbnail": thing["picture"]["url"],
        "mediaType": "image",
    }


@cache
def picture(file: str) -> bytes:
    """A receipt or a landscape as PNG, drawn."""
    if not file.endswith(".png") or file == "gone.png":
        return b""
    image = _receipt() if file.startswith("r-") else _landscape(sum(file.encode()))
    data = io.BytesIO()
    image.save(data, "PNG")
    return data.getvalue()


def _receipt() -> Image.Image:
    image = Image.new("RGB", RECEIPT_SIZE, "#f3f0e8")
    draw = ImageDraw.Draw(image)
    rows = [
        (150, 33, "CORNER MARKET"),
        (150, 71, "12 Mill Lane"),
        (45, 121, "14/03/2026"),
        (305, 121, "16:42"),
        (45, 161, "No 000731"),
    ]
    rows += [(45, 222 + n * 45, f"{b} x {a:<22}{d:>8}") for n, (a, b, _, d) in enumerate(_LINES)]
    rows += [
        (45, 392, "TAX"),
        (310, 392, "1.20"),
        (45, 437, "TOTAL"),
        (310, 437, "15.00"),
        (45, 520, "CASH 20.00   CHANGE 5.00"),
        (120, 620, "Thank you"),
    ]
    for x, y, text in rows:
        draw.text((x, y), text, fill="#222222", font_size=20)
    return image


def _landscape(seed: int) -> Image.Image:
    width, height = PHOTO_SIZE
    image = Image.new("RGB", PHOTO_SIZE)
    draw = ImageDraw.Draw(image)
    for y in range(height):
        part = y / height
        draw.line([(0, y), (width, y)], fill=(int(120 + 110 * part), int(170 + 30 * part), int(230 - 60 * part)))
    draw.ellipse((width * 0.22, height * 0.28, width * 0.38, height * 0.52), fill=(250, 220, 120))
    draw.polygon([(0, height), (width * 0.4, height * 0.45), (width * 0.75, height)], fill=(40 + seed % 80, 90, 80))
    draw.polygon([(width * 0.4, height), (width * 0.8, height * 0.35), (width, height)], fill=(70, 110 + seed % 60, 90))
    return image
