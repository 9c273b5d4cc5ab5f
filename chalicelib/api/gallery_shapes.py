"""A page of a gallery on the wire: everything a page needs to show it, and nothing of any member."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote
from zoneinfo import ZoneInfo

from typing_extensions import TypedDict

from chalicelib.api import wire
from chalicelib.photos import crops
from chalicelib.photos.crops import Window
from chalicelib.photos.galleries import formats, wording
from chalicelib.photos.galleries.album import Frame, Priced, Shown, Size, Spot
from chalicelib.photos.galleries.service import Page
from chalicelib.programme.definitions.gallery import NATURAL, Gallery
from chalicelib.programme.in_force import InForce
from chalicelib.values import value

FORMATS: Final = ("avif", "webp")
"""Newer formats of a picture, the one to try first first."""
PLAIN: Final = "jpeg"
CROPPED: Final = "webp"
_LINKED: Final = re.compile(r"\s*(?:https?://|[^:]*(?:[/?#]|\Z))", re.IGNORECASE)
"""How a link to buy may begin: as a page of the shop, and as nothing that a browser would run."""
USUAL: Final = 1024
"""Width of the picture for browsers that know neither formats nor sizes."""
NETWORKS: Final[Mapping[str, tuple[str, str]]] = {
    "facebook": ("Facebook", "https://www.facebook.com/sharer/sharer.php?u={url}"),
    "x": ("X", "https://twitter.com/intent/tweet?url={url}&text={text}"),
    "pinterest": (
        "Pinterest",
        "https://www.pinterest.com/pin/create/button/?url={url}&media={image}&description={text}",
    ),
    "whatsapp": ("WhatsApp", "https://wa.me/?text={text}%20{url}"),
    "mail": ("E-mail", "mailto:?subject={text}&body={url}"),
}


class Source(TypedDict):
    """One format of a picture: its type and addresses by width, as ``srcset`` has them."""

    type: str
    srcset: str


class PictureShape(TypedDict):
    """A picture in all its sizes; addresses are relative to that of the answer."""

    url: str
    width: int
    height: int
    sources: list[Source]


class PointShape(TypedDict):
    """A point of a picture, from 0 to 1."""

    x: float
    y: float


class SpotShape(TypedDict):
    """A hot spot on the whole picture, and on each crop that shows it (null where it is cut off)."""

    id: str
    productId: str
    label: str
    x: float
    y: float
    crops: dict[str, PointShape | None]


class ProductShape(TypedDict):
    """A product beside a photo; the price as people of the locale write it, empty where there is none."""

    productId: str
    name: str
    url: str
    price: str
    imageUrl: str


class PhotoShape(TypedDict):
    """A photo of a gallery."""

    photoId: str
    mediaType: str
    alt: str
    caption: str
    author: str
    published: str
    date: str
    width: int
    height: int
    picture: PictureShape
    full: PictureShape
    video: str | None
    hotSpots: list[SpotShape]
    products: list[ProductShape]


class GalleryFeed(TypedDict):
    """A page of a gallery: texts in the language asked for, layout, photos, and where it goes on."""

    siteId: str
    galleryId: str
    locale: str
    direction: str
    texts: dict[str, str]
    layout: dict[str, Any]
    show: dict[str, bool]
    networks: list[dict[str, str]]
    banner: dict[str, Any] | None
    experiment: dict[str, Any] | None
    rating: None
    photos: list[PhotoShape]
    following: str | None


@value
class Reader:
    """Who reads the page: the locale, and what the programme says of money and time."""

    locale: str
    currency: str
    decimals: int
    zone: ZoneInfo
    own: str
    """The shop's language."""


def feed_of(site: str, force: InForce, page: Page, locale: str) -> dict[str, Any]:
    """The answer of a page. A gallery shows no rating until there are reviews."""
    gallery = page.chosen.gallery
    money = force.programme.currency
    reader = Reader(locale or gallery.language, money.code, money.decimals, force.zone, gallery.language)
    texts = wording.texts_of(gallery, locale)
    layout, experiment = gallery.layout, gallery.experiment
    ratio = force.programme.photos.ratio(layout.crop) or NATURAL
    return {
        "siteId": site,
        "galleryId": gallery.gallery_id,
        "locale": reader.locale,
        "direction": "rtl" if wording.is_right_to_left(reader.locale) else "ltr",
        "texts": texts,
        "layout": {**layout.model_dump(by_alias=True), "ratio": ratio},
        "show": {
            "captions": gallery.captions,
            "authors": gallery.authors,
            "hotSpots": gallery.hot_spots,
            "buyLinks": gallery.buy_links,
        },
        "networks": [
            {"network": each, "name": NETWORKS[each][0], "url": NETWORKS[each][1]} for each in gallery.networks
        ],
        "banner": None
        if gallery.banner is None
        else {**gallery.banner.model_dump(by_alias=True), "link": gallery.banner.link},
        "experiment": None
        if experiment is None or not page.chosen.experiment
        else {
            "experimentId": experiment.experiment_id,
            "variantId": page.chosen.variant,
            "variants": [{"variantId": each.variant_id, "weight": each.weight} for each in experiment.variants],
        },
        "rating": None,
        "photos": [photo_of(photo, gallery, page.products, reader, texts["photo_alt"]) for photo in page.photos],
        "following": page.following or None,
    }


def photo_of(
    photo: Shown, gallery: Gallery, products: Mapping[str, Priced], reader: Reader, alt: str
) -> dict[str, Any]:
    """One photo. Who may not be named is not, and nothing names a member."""
    caption = wording.of_language(photo.texts, reader.locale, reader.own) or photo.caption
    named = list(dict.fromkeys((*photo.products, *(spot.product for spot in photo.spots))))
    crop = gallery.layout.crop
    return {
        "photoId": photo.id,
        "mediaType": photo.media_type,
        "alt": wording.of_language(photo.alt, reader.locale, reader.own) or caption or alt,
        "caption": caption if gallery.captions else "",
        "author": photo.author if gallery.authors else "",
        "published": wire.timestamp(photo.published),
        "date": formats.day(photo.published.astimezone(reader.zone).date(), reader.locale),
        "width": photo.width,
        "height": photo.height,
        "picture": picture_of(photo, crop if crop in photo.frames else ""),
        "full": picture_of(photo, ""),
        "video": photo.video or None,
        "hotSpots": [spot_of(spot, photo) for spot in photo.spots] if gallery.hot_spots else [],
        "products": [product_of(products[each], gallery, reader) for each in named if each in products],
    }


def picture_of(photo: Shown, crop: str) -> dict[str, Any]:
    """The picture in a crop (empty: as it is), in all sizes that there are, newest format first.

    Crops are made on the way, as WebP only; every browser of the last years reads it.
    """
    frame = photo.frames[crop] if crop else Frame(0, 0, 1, 1)
    usual = max((each for each in photo.sizes if each.format == (CROPPED if crop else PLAIN) and each.width <= USUAL),
                key=lambda each: each.width, default=None)  # fmt: skip
    kinds = (CROPPED,) if crop else FORMATS
    sources = [(kind, [each for each in photo.sizes if each.format == kind]) for kind in kinds]
    return {
        "url": photo.poster if usual is None else _address(photo, usual.name, crop),
        "width": round(photo.width * frame.width),
        "height": round(photo.height * frame.height),
        "sources": [
            {"type": f"image/{kind}", "srcset": _srcset(photo, found, crop)} for kind, found in sources if found
        ],
    }


def spot_of(spot: Spot, photo: Shown) -> dict[str, Any]:
    """A hot spot on the whole picture and in each frame."""
    return {
        "id": spot.id,
        "productId": spot.product,
        "label": spot.label,
        "x": wire_share(spot.x),
        "y": wire_share(spot.y),
        "crops": {crop: _through(frame, spot) for crop, frame in photo.frames.items()},
    }


def product_of(product: Priced, gallery: Gallery, reader: Reader) -> dict[str, Any]:
    """A product; its page only where the gallery shows links to buy."""
    price = product.price
    return {
        "productId": product.id,
        "name": wording.name_of(product.names, product.name or product.id, reader.locale),
        "url": product.url if gallery.buy_links and _LINKED.match(product.url) else "",
        "price": "" if price is None else formats.money(price, reader.currency, reader.decimals, reader.locale),
        "imageUrl": product.image,
    }


def wire_share(share: float) -> Any:
    """A share of a picture's side, to a ten-thousandth."""
    return wire.number(f"{share:.4f}")


def _through(frame: Frame, spot: Spot) -> dict[str, Any] | None:
    shown = crops.through(Window(frame.left, frame.top, frame.width, frame.height), spot.x, spot.y)
    return None if shown is None else {"x": wire_share(shown[0]), "y": wire_share(shown[1])}


def _srcset(photo: Shown, sizes: Sequence[Size], crop: str) -> str:
    """Addresses by width. A crop is as wide as its name says, unless so many pixels are not in it."""
    most = round(photo.width * photo.frames[crop].width) if crop else photo.width
    by_width = {min(each.width, most): each for each in sorted(sizes, key=lambda each: -each.width)}
    return ", ".join(f"{_address(photo, each.name, crop)} {max(width, 1)}w" for width, each in sorted(by_width.items()))


def _address(photo: Shown, name: str, crop: str) -> str:
    query = f"?crop={quote(crop, safe='')}&v={photo.frames[crop].version}" if crop else ""
    return f"../photos/{quote(photo.id, safe='')}/{name}{query}"
