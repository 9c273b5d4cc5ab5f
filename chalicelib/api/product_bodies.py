"""What shops send about products, and how products are shown (annex-api-2, section 3)."""

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

from pydantic import BeforeValidator, Field, model_validator

from chalicelib.api import fields
from chalicelib.api.fields import Body
from chalicelib.api.order_bodies import Units as Quantity
from chalicelib.catalog.product import Product
from chalicelib.errors import Malformed
from chalicelib.programme.definitions.category import Category, CategoryId, Flag, PointType, Units
from chalicelib.programme.definitions.gallery import LANGUAGES_MAX, Language
from chalicelib.programme.in_force import InForce
from chalicelib.programme.section import Display, Points, Ratio

LINES_MAX: Final = 100
"""Products of a calculation, or read in a call."""


def _award_type(given: object) -> object:
    return given.strip().capitalize() if isinstance(given, str) else given


AwardType = Annotated[Literal["Product", "Category"], BeforeValidator(_award_type)]


class ProductDetail(Body):
    """A product and how it earns."""

    product_id: fields.OrderId | None = None
    product_name: Display | None = None
    product_price: fields.Money | None = None
    product_point_type: PointType | None = None
    product_point_ratio: Ratio | None = None
    product_bonus: Points | None = None
    product_bonus_flag: Flag | None = None
    product_minimum_limit: Units | None = None
    product_maximum_limit: Units | None = None
    url: fields.LongText | None = None
    image_url: fields.LongText | None = None
    description: fields.LongText | None = None
    product_names: Annotated[dict[Language, Display], Field(max_length=LANGUAGES_MAX)] | None = None
    """Names in other languages, for galleries; they replace all that there were."""

    def value(self) -> dict[str, Any]:
        """The fields of a product that were given."""
        said = {name: each for name, each in self.model_dump(exclude={"product_id"}).items() if each is not None}
        found = {_FIELDS.get(name, name): each for name, each in said.items()}
        if "has_bonus" in found:
            found["has_bonus"] = found["has_bonus"] == "YES"
        return found


_FIELDS: Final = {
    "product_name": "name",
    "product_names": "names_by_language",
    "product_price": "price",
    "product_point_type": "point_type",
    "product_point_ratio": "ratio",
    "product_bonus": "bonus",
    "product_bonus_flag": "has_bonus",
    "product_minimum_limit": "least",
    "product_maximum_limit": "most",
}


class CategoryDetail(Body):
    """A category and how its products earn."""

    category_id: CategoryId | None = None
    category_name: Display | None = None
    category_point_type: PointType | None = None
    category_point_ratio: Ratio | None = None
    category_bonus: Points | None = None
    category_bonus_flag: Flag | None = None
    category_minimum_limit: Units | None = None
    category_maximum_limit: Units | None = None

    def value(self) -> dict[str, Any]:
        """The fields of ``Category`` that were given."""
        said = self.model_dump(exclude={"category_id"})
        return {name: each for name, each in said.items() if each is not None}


class ProductBody(Body):
    """A product with its category; the fields of both may also stand at the root, as they are read."""

    point_award_type: AwardType | None = None
    product_detail: ProductDetail = Field(default_factory=ProductDetail)
    category_detail: CategoryDetail = Field(default_factory=CategoryDetail)

    @model_validator(mode="before")
    @classmethod
    def _wrapped(cls, raw: Any) -> Any:
        if not isinstance(raw, dict) or "productDetail" in raw or "categoryDetail" in raw:
            return raw
        given = {_SHOWN.get(name, name): each for name, each in raw.items()}
        return {**given, "productDetail": given, "categoryDetail": given}

    def value(self) -> dict[str, Any]:
        """The fields of a product that were given, its category among them."""
        category = self.category_detail.category_id
        award = {} if self.point_award_type is None else {"award_type": self.point_award_type}
        return self.product_detail.value() | ({} if category is None else {"category": category}) | award

    def categories(self, present: str = "") -> dict[str, dict[str, Any]]:
        """What is said of the category; without its id, of the one that the product has at ``present``."""
        category, said = self.category_detail.category_id or present, self.category_detail.value()
        if said and not category:
            raise Malformed("categoryDetail.categoryId is missing.")
        return {category: said} if said else {}


_SHOWN: Final = {"bonusPoint": "productBonus", "bonusFlag": "productBonusFlag"}
"""Names that a product is read under, and those it is written under."""


class PricedBody(Body):
    """One product whose points are asked for; without a price, at that of the catalogue."""

    id: fields.OrderId
    quantity: Quantity | None = None
    unit_price: fields.Money | None = None
    auto_delivery: fields.Text = ""
    category_id: fields.Text = ""


def _parts(given: object) -> object:
    return given.strip().lower() if isinstance(given, str) else given


class CalculationBody(Body):
    """Products whose points are asked for, for a member or for anybody."""

    id: fields.MemberId | None = None
    product_detail: Annotated[list[PricedBody], Field(min_length=1, max_length=LINES_MAX)]
    purchase_point_type: Annotated[Literal["both", "ratio", "flat"], BeforeValidator(_parts)] = "both"


class ReadingBody(Body):
    """Ids of products to read: one, or a list."""

    product_id: Annotated[list[fields.OrderId], Field(min_length=1, max_length=LINES_MAX)]

    @model_validator(mode="before")
    @classmethod
    def _one_id(cls, raw: Any) -> Any:
        is_one = isinstance(raw, dict) and isinstance(raw.get("productId"), str | int)
        return {**raw, "productId": [raw["productId"]]} if is_one else raw


def shown(product: Product, force: InForce) -> dict[str, Any]:
    """A product as the vendor's answers show it, with the rules of its category."""
    known = force.category_by_id.get(product.category)
    return {
        "productId": product.id,
        "pointAwardType": product.award_type or force.programme.purchase.award_type,
        **detail(product),
        "bonusPoint": product.bonus,
        "bonusFlag": "Yes" if product.has_bonus else "No",
        **category(product.category, known),
    }


def detail(product: Product) -> dict[str, Any]:
    """``productDetail`` of a product."""
    return {
        "productId": product.id,
        "productName": product.name,
        "productPrice": 0 if product.price is None else product.price,
        "productPointType": product.point_type,
        "productPointRatio": product.ratio,
        "productBonus": product.bonus,
        "productBonusFlag": "YES" if product.has_bonus else "NO",
        "productMinimumLimit": product.least,
        "productMaximumLimit": "" if product.most is None else product.most,
        "url": product.url,
        "imageUrl": product.image_url,
        "description": product.description,
        **({"productNames": dict(product.names_by_language)} if product.names_by_language else {}),
    }


def category(category_id: str, known: Category | None) -> Mapping[str, Any]:
    """``categoryDetail``: the category's rules, or those of one that has none of its own; empty without one."""
    if not category_id:
        return {}
    found = known or Category(category_id=category_id)
    most = found.category_maximum_limit
    return {
        "categoryId": category_id,
        "categoryName": found.category_name,
        "categoryPointType": found.category_point_type,
        "categoryPointRatio": found.category_point_ratio,
        "categoryBonus": found.category_bonus,
        "categoryBonusFlag": found.category_bonus_flag,
        "categoryMinimumLimit": found.category_minimum_limit,
        "categoryMaximumLimit": "" if most is None else most,
    }
