"""What staff may say of a photo, and what it must be. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from chalicelib.errors import Malformed
from chalicelib.ids import command_id
from chalicelib.photos import intake
from chalicelib.photos.photo import (
    CAPTION_CHARACTERS_MAX,
    CROPS_MAX,
    LABEL_CHARACTERS_MAX,
    PRODUCTS_MAX,
    SPOTS_MAX,
    TEXTS_MAX,
    Crop,
    HotSpot,
    Photo,
)
from chalicelib.programme.definitions.photos import PhotoRules

SCALE_MAX: Final = 20.0
WRAPPER_MAX: Final = 10_000.0
MOVE_MAX: Final = 100_000.0
ID_CHARACTERS_MAX: Final = 255


def edited(photo: Photo, given: Mapping[str, Any], rules: PhotoRules) -> Photo:
    """The photo with the fields that are given, by the names of the wire. Raises ``Malformed`` naming the field."""
    update: dict[str, Any] = {name: given[name] for name in ("caption", "store") if name in given}
    if "texts" in given:
        update["texts"] = _texts("texts", given["texts"])
    if "alt" in given:
        update["alt"] = _texts("alt", given["alt"])
    if "tags" in given:
        update["tags"] = intake.tags_of(tuple(given["tags"]))
    if "products" in given:
        update["products"] = _products(given["products"])
    if "hotSpots" in given:
        update["hot_spots"] = _spots(given["hotSpots"])
        known = update.get("products", photo.products)
        update["products"] = tuple(dict.fromkeys((*known, *(each.product for each in update["hot_spots"]))))
        if len(update["products"]) > PRODUCTS_MAX:
            raise Malformed(f"hotSpots: with their products the photo would have more than {PRODUCTS_MAX}.")
    elif "products" in update:
        update["hot_spots"] = tuple(each for each in photo.hot_spots if each.product in update["products"])
    if "focus" in given:
        focus = given["focus"]
        update["focus"] = (_share("focus.x", focus.get("x")), _share("focus.y", focus.get("y")))
        update["focus_by_hand"] = True
    if "crops" in given:
        update["crops"] = _crops(given["crops"], rules)
    return photo.model_copy(update=update)


def _texts(field: str, given: Mapping[str, str]) -> dict[str, str]:
    if len(given) > TEXTS_MAX:
        raise Malformed(f"{field}: at most {TEXTS_MAX} languages.")
    for language, text in given.items():
        if len(text) > CAPTION_CHARACTERS_MAX:
            raise Malformed(f"{field}.{language}: at most {CAPTION_CHARACTERS_MAX} characters.")
    return {language: text.strip() for language, text in given.items() if text.strip()}


def _products(given: Sequence[str]) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(each.strip() for each in given if each.strip()))
    if len(found) > PRODUCTS_MAX or any(len(each) > ID_CHARACTERS_MAX for each in found):
        raise Malformed(f"products: at most {PRODUCTS_MAX} ids of up to {ID_CHARACTERS_MAX} characters.")
    return found


def _spots(given: Sequence[Mapping[str, Any]]) -> tuple[HotSpot, ...]:
    if len(given) > SPOTS_MAX:
        raise Malformed(f"hotSpots: at most {SPOTS_MAX}.")
    found = []
    for place, each in enumerate(given):
        product = str(each.get("productId") or "").strip()
        if not 0 < len(product) <= ID_CHARACTERS_MAX:
            raise Malformed(f"hotSpots[{place}].productId: the product that it leads to.")
        label = str(each.get("label") or "").strip()[:LABEL_CHARACTERS_MAX]
        x, y = (_share(f"hotSpots[{place}].{axis}", each.get(axis)) for axis in ("x", "y"))
        known = str(each.get("id") or "")[:40]
        found.append(HotSpot(id=known or command_id()[:8], product=product, x=x, y=y, label=label))
    if len({each.id for each in found}) < len(found):
        raise Malformed("hotSpots: each id once; leave it away for a new one.")
    return tuple(found)


def _crops(given: Mapping[str, Mapping[str, Any]], rules: PhotoRules) -> dict[str, Crop]:
    if len(given) > CROPS_MAX:
        raise Malformed(f"crops: at most {CROPS_MAX}.")
    found = {}
    for name, each in given.items():
        if rules.ratio(name) is None:
            known = ", ".join(crop.name for crop in rules.crops)
            raise Malformed(f"crops.{name}: the programme's crops are {known}.")
        found[name] = _crop(f"crops.{name}", each)
    return found


def _crop(path: str, given: Mapping[str, Any]) -> Crop:
    if "focus" in given:
        focus = given["focus"]
        if not isinstance(focus, Mapping):
            raise Malformed(f"{path}.focus: x and y, each from 0 to 1.")
        return Crop(
            focus_x=_share(f"{path}.focus.x", focus.get("x")), focus_y=_share(f"{path}.focus.y", focus.get("y"))
        )
    return Crop(
        x=_number(f"{path}.x", given.get("x"), -MOVE_MAX, MOVE_MAX),
        y=_number(f"{path}.y", given.get("y"), -MOVE_MAX, MOVE_MAX),
        scale=_number(f"{path}.scale", given.get("scale"), 1.0, SCALE_MAX),
        wrapper_width=_number(f"{path}.wrapperWidth", given.get("wrapperWidth"), 1.0, WRAPPER_MAX),
    )


def _share(path: str, given: object) -> float:
    return _number(path, given, 0.0, 1.0)


def _number(path: str, given: object, low: float, high: float) -> float:
    try:
        found = float(str(given))
    except ValueError:
        found = float("nan")
    if not low <= found <= high:
        raise Malformed(f"{path}: a number from {low:g} to {high:g}.")
    return round(found, 6)
