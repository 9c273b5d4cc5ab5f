"""The catalogue: write products singly and by the thousand, read them, price what is bought by their rules."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final
from zlib import crc32

from chalicelib.catalog import product as products
from chalicelib.catalog import table
from chalicelib.catalog.product import Product
from chalicelib.dynamo import idempotency, listing
from chalicelib.dynamo.commit import Plan, commit
from chalicelib.dynamo.items import Address
from chalicelib.errors import AlreadyExists, NotFound
from chalicelib.ledger.service import Command
from chalicelib.programme.earning import PricedLine
from chalicelib.programme.in_force import InForce
from chalicelib.values import value

PAGE: Final = 100
"""Products of a page."""


class UnknownProduct(NotFound):
    """The catalogue has no such product."""

    def __init__(self) -> None:
        super().__init__("No data found: there is no product with this id. Create it with POST /products first.")


class ProductExists(AlreadyExists):
    """The id is taken."""

    def __init__(self) -> None:
        super().__init__("Data already exists: there is a product with this id. Change it with PATCH /products/{id}.")


@value
class Bought:
    """One line of what is bought: ids, how many, the price of a unit, and the category that the buyer's shop names."""

    product: str
    quantity: Decimal
    unit_price: Decimal
    category: str = ""
    amount: Decimal = Decimal(0)


@value
class ProductPage:
    """Products of the site in no order that means anything, and the id after which the next page begins."""

    products: tuple[Product, ...]
    following: str


def read(site: str, product_id: str) -> Product:
    """One product. Raises ``UnknownProduct``."""
    found = table.read(site, [product_id])[0]
    if found is None:
        raise UnknownProduct
    return found


def read_many(site: str, product_ids: Sequence[str]) -> list[Product | None]:
    """Products by their ids, ``None`` for those that are not there; a call for each hundred."""
    return table.read(site, product_ids)


def write(site: str, run: Command, written: Sequence[Product], *, ref: str = "products") -> None:
    """Put products into the catalogue in place of what is there; a repetition writes the same again.

    25 a call to DynamoDB. The caller's key is taken when all are written, so that a repetition after a failure goes on.
    """
    table.put(site, written)
    if run.key is not None:
        remember = idempotency.remember(site, run.key, status=200, mid="", ref=ref)
        commit(lambda: None, lambda _: Plan((remember,), None))


def change(site: str, run: Command, changes: Mapping[str, Mapping[str, Any]]) -> dict[str, Product | None]:
    """Change fields of products that are there; ``None`` for those that are not. One read a hundred, 25 a write."""
    found = dict(zip(changes, table.read(site, list(changes)), strict=True))
    after = {
        product_id: None if before is None else products.changed(before, dict(changes[product_id]))
        for product_id, before in found.items()
    }
    write(site, run, [each for each in after.values() if each is not None])
    return after


def page(site: str, *, after: str = "") -> ProductPage:
    """The next products of the site's list: at most a query for each of its parts, and one read."""
    found: list[str] = []
    shard = crc32(after.encode()) % listing.SHARDS if after else 0
    for part in range(shard, listing.SHARDS):
        left = PAGE - len(found)
        if left <= 0:
            break
        found += table.names(site, part, after=after if part == shard else "", limit=left)
    known = [each for each in table.read(site, found) if each is not None]
    return ProductPage(tuple(known), found[-1] if len(found) >= PAGE else "")


def addresses(site: str, lines: Sequence[Bought]) -> tuple[Address, ...]:
    """What has to be read to price these lines, each product once."""
    return tuple(dict.fromkeys(table.address(site, line.product) for line in lines))


def pricer(site: str, force: InForce, lines: Sequence[Bought]) -> Callable[[Sequence[Any]], tuple[PricedLine, ...]]:
    """Prices the lines with what was read at ``addresses``, in its order."""
    places = addresses(site, lines)

    def priced(found: Sequence[Any]) -> tuple[PricedLine, ...]:
        by_place = dict(zip(places, found, strict=True))
        return tuple(_priced(force, line, table.load(by_place[table.address(site, line.product)])) for line in lines)

    return priced


def _priced(force: InForce, line: Bought, product: Product | None) -> PricedLine:
    """A line with the rules of its product and of its category: the one that the catalogue knows, else the shop's."""
    category_id = product.category if product is not None and product.category else line.category
    category = force.category_by_id.get(category_id)
    award = (product.award_type if product is not None else "") or force.programme.purchase.award_type
    return PricedLine(
        amount=line.amount,
        quantity=line.quantity,
        product=line.product,
        category=category_id,
        product_rule=None if product is None else products.rule_of(product),
        category_rule=None if category is None else products.rule_of_category(category),
        by_category=award == "Category",
    )
