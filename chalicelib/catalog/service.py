"""The catalogue: write products singly and by the thousand, read them, price what is bought by their rules."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final, Literal
from zlib import crc32

from chalicelib.catalog import categories as categories_of
from chalicelib.catalog import product as products
from chalicelib.catalog import table
from chalicelib.catalog.categories import Given
from chalicelib.catalog.product import Product
from chalicelib.dynamo import idempotency, items, listing
from chalicelib.dynamo.commit import Plan, Write, commit
from chalicelib.dynamo.items import Address
from chalicelib.errors import AlreadyExists, Malformed, NotFound
from chalicelib.ledger.service import Command
from chalicelib.programme import service as programmes
from chalicelib.programme.earning import PricedLine
from chalicelib.programme.in_force import InForce
from chalicelib.values import value

PAGE: Final = 100
"""Products of a page."""


Outcome = Literal["created", "changed", "unchanged", "unknown", "refused"]
"""What came of a product of many; refused is what would have bounds that no line can keep."""
_OUTCOMES: Final[dict[str, Outcome]] = {
    "c": "created",
    "C": "changed",
    "u": "unchanged",
    "x": "unknown",
    "r": "refused",
}
_LETTERS: Final = {outcome: letter for letter, outcome in _OUTCOMES.items()}


class UnknownProduct(NotFound):
    """The catalogue has no such product."""

    def __init__(self) -> None:
        super().__init__(
            "No data found: there is no product with this id. POST /products with a productDetail creates it."
        )


class ProductExists(AlreadyExists):
    """The id is taken."""

    def __init__(self) -> None:
        super().__init__("Data already exists: there is a product with this id. Change it with PATCH /products/{id}.")


@value
class Upserted:
    """What came of one product of many, and the product as it is now."""

    outcome: Outcome
    product: Product | None


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


def create(site: str, run: Command, product: Product, categories: Given) -> Product:
    """Put a new product there, and what is said of its category into the programme: both or neither.

    Raises ``ProductExists``, and ``InvalidProgramme`` for a category that cannot be.
    """
    new = replace(table.upsert_write(site, None, product), taken=ProductExists())
    _put(site, run, categories, lambda: (new,), product.id)
    return product


def change(site: str, run: Command, product_id: str, given: Mapping[str, Any], categories: Given) -> Product:
    """Change fields of a product, and of its category in the programme: both or neither.

    Raises ``UnknownProduct``, and ``InvalidProgramme`` for a category that cannot be.
    """
    after: list[Product] = []

    def writes() -> tuple[Write, ...]:
        item: Any = items.get(*table.address(site, product_id))
        before = table.load(item)
        if before is None:
            raise UnknownProduct
        after.append(products.changed(before, dict(given)))
        return (table.upsert_write(site, item, after[-1]),)

    _put(site, run, categories, writes, product_id)
    return after[-1]


def _put(site: str, run: Command, given: Given, writes: Callable[[], tuple[Write, ...]], ref: str) -> None:
    if not categories_of.is_changed(programmes.in_force(site).programme, given):
        commit(lambda: None, lambda _: Plan((*writes(), *_remembered(site, run, ref)), None))
        return
    programmes.amend(
        site,
        run.id,
        lambda programme: categories_of.changed(programme, given),
        key=run.key,
        ref=lambda _: ref,
        also=lambda _: writes(),
    )


def define(site: str, run: Command, given: Given) -> None:
    """Put what is said of categories into the programme, which is then published. Raises ``InvalidProgramme``."""
    if categories_of.is_changed(programmes.in_force(site).programme, given):
        programmes.amend(site, run.id, lambda programme: categories_of.changed(programme, given))


def upsert(
    site: str, run: Command, given: Mapping[str, Mapping[str, Any]], *, may_create: bool = True
) -> dict[str, Upserted]:
    """Change fields of products by their ids, and create those that are not there: a hundred a transaction.

    Each rests on what was there when it was read, so that no change of somebody else is lost. The caller's key is used
    up at the end: a call that broke off is sent again and goes on. Without ``may_create`` a missing one stays missing.
    """
    done: dict[str, Upserted] = {}
    ids = list(given)
    for first in range(0, len(ids), PAGE):
        done |= _step(site, {each: given[each] for each in ids[first : first + PAGE]}, may_create=may_create)
    if run.key is not None:
        writes = _remembered(site, run, "".join(_LETTERS[each.outcome] for each in done.values()))
        commit(lambda: None, lambda _: Plan(writes, None))
    return done


def outcomes(ref: str) -> list[Outcome]:
    """What came of the products of the call that a key's pointer stands for."""
    return [_OUTCOMES[letter] for letter in ref]


def _step(site: str, given: Mapping[str, Mapping[str, Any]], *, may_create: bool) -> dict[str, Upserted]:
    places = [table.address(site, each) for each in given]

    def decide(found: list[Any]) -> Plan[dict[str, Upserted]]:
        writes: list[Write] = []
        done: dict[str, Upserted] = {}
        for item, (product_id, fields) in zip(found, given.items(), strict=True):
            before = table.load(item)
            if before is None and not may_create:
                done[product_id] = Upserted("unknown", None)
                continue
            done[product_id] = upserted(before, product_id, fields)
            after = done[product_id].product
            if after is not None and after != before:
                writes.append(table.upsert_write(site, item, after))
        return Plan(tuple(writes), done)

    return commit(lambda: items.get_many(places), decide)


def upserted(before: Product | None, product_id: str, fields: Mapping[str, Any]) -> Upserted:
    """What becomes of a product by these fields; ``before`` None where it is new."""
    try:
        after = products.changed(before or Product(id=product_id), dict(fields))
    except Malformed:
        return Upserted("refused", before)
    return Upserted("created" if before is None else "unchanged" if after == before else "changed", after)


def _remembered(site: str, run: Command, ref: str) -> tuple[Write, ...]:
    if run.key is None:
        return ()
    return (idempotency.remember(site, run.key, status=200, mid="", ref=ref),)


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

    def all_priced(found: Sequence[Any]) -> tuple[PricedLine, ...]:
        by_place = dict(zip(places, found, strict=True))
        return tuple(priced(force, line, table.load(by_place[table.address(site, line.product)])) for line in lines)

    return all_priced


def priced(force: InForce, line: Bought, product: Product | None) -> PricedLine:
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
