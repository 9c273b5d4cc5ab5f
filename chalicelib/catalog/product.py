"""A product as it is kept, and how it earns (annex-api-2, section 3).

``point_type`` Yes earns by ratio, No nothing, Bonus so many points for each unit; with the bonus flag Yes earns both.
"""

import json
from collections.abc import Mapping
from dataclasses import field, replace
from decimal import Decimal
from typing import Any, Final

from chalicelib.errors import Malformed
from chalicelib.programme.definitions.category import Category
from chalicelib.programme.earning import Rule
from chalicelib.values import names, value

_EXACT: Final = ("price", "ratio", "bonus", "least", "most")


@value(kw_only=True)
class Product:
    """One product. Prices are in the programme's currency, ``bonus`` in points for each unit, ``least`` and ``most``
    the units of a line within which it earns. ``award_type`` is empty where the programme's own choice holds.
    """

    id: str
    name: str = ""
    price: Decimal | None = None
    point_type: str = "Yes"
    ratio: Decimal = Decimal(1)
    bonus: Decimal = Decimal(0)
    has_bonus: bool = False
    least: Decimal = Decimal(0)
    most: Decimal | None = None
    category: str = ""
    award_type: str = ""
    url: str = ""
    image_url: str = ""
    description: str = ""
    names_by_language: Mapping[str, str] = field(default_factory=dict)
    """Names in other languages than the shop's own, as galleries show them."""


_DEFAULTS: Final = Product(id="")


def rule_of(product: Product) -> Rule:
    """How the product earns."""
    return rule(product.point_type, product.ratio, product.bonus, product.least, product.most, flag=product.has_bonus)


def rule_of_category(category: Category) -> Rule:
    """How the products of a category earn."""
    return rule(
        category.category_point_type,
        category.category_point_ratio,
        category.category_bonus,
        category.category_minimum_limit,
        category.category_maximum_limit,
        flag=category.category_bonus_flag == "YES",
    )


def rule(point_type: str, ratio: Decimal, bonus: Decimal, least: Decimal, most: Decimal | None, *, flag: bool) -> Rule:
    """The rule that the vendor's fields say."""
    flat = bonus if flag or point_type == "Bonus" else Decimal(0)
    return Rule(point_type == "No", point_type == "Yes", ratio, flat, least, most)


def changed(before: Product, given: dict[str, Any]) -> Product:
    """The product with the fields that were given; the others stay.

    Raises ``Malformed`` for bounds that no line can keep.
    """
    after = replace(before, **given)
    if after.most is not None and after.most < after.least:
        raise Malformed(
            f"productMaximumLimit: at least productMinimumLimit, which is {after.least:f}. For none leave it out."
        )
    return after


def dump(product: Product) -> str:
    """The product as compact JSON text, without what is as it always is."""
    body = {
        name: format(said, "f") if isinstance(said, Decimal) else said
        for name in names(Product)
        if (said := getattr(product, name)) != getattr(_DEFAULTS, name)
    }
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False)


def load(text: str) -> Product:
    """The product of ``dump``."""
    body: dict[str, Any] = json.loads(text)
    fields: dict[str, Any] = {name: Decimal(said) if name in _EXACT else said for name, said in body.items()}
    return Product(**fields)
