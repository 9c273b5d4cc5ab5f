"""Items of products: a partition each, so that an order reads all of its own in one call; listed by the find index."""

from collections.abc import Sequence
from typing import Any, Final

from pynamodb.attributes import UnicodeAttribute

from chalicelib.catalog import product as products
from chalicelib.catalog.product import Product
from chalicelib.dynamo import items, keys, listing
from chalicelib.dynamo.commit import ABSENT, Write
from chalicelib.dynamo.items import Address, Item
from chalicelib.ids import composed, digest

SORT_KEY: Final = "PRODUCT"
LISTED: Final = "PRODUCT"
"""Kind of the list of products."""
LONG_ID_BYTES: Final = 1_000
"""Longer ids are kept under their digest: a partition key holds 2,048 bytes (AWS limit)."""


class ProductItem(Item):
    """A product of a site."""

    body = UnicodeAttribute()
    find_pk = UnicodeAttribute(null=True)
    find_sk = UnicodeAttribute(null=True)


def address(site: str, product_id: str) -> Address:
    """Where a product stands."""
    named = composed(product_id)
    if len(named.encode()) > LONG_ID_BYTES:
        named = f"sha256:{digest(named)}"
    return (ProductItem, f"{keys.of_site(site)}#product#{named}", SORT_KEY)


def load(item: Any) -> Product | None:
    """The product of its item; ``None`` for none."""
    return products.load(item.body) if isinstance(item, ProductItem) else None


def read(site: str, product_ids: Sequence[str]) -> list[Product | None]:
    """Products by their ids, in the order asked: one consistent call for up to a hundred."""
    places = [address(site, each) for each in product_ids]
    unique = list(dict.fromkeys(places))
    found: dict[Address, Any] = {}
    for first in range(0, len(unique), items.BATCH_GET_MAX):
        part = unique[first : first + items.BATCH_GET_MAX]
        found |= dict(zip(part, items.get_many(part), strict=True))
    return [load(found[place]) for place in places]


def upsert_write(site: str, before: ProductItem | None, product: Product) -> Write:
    """The write of a product in place of the item that was read, ``None`` where there was none."""
    return Write(_item(site, product), ABSENT if before is None else ProductItem.body == before.body)


def names(site: str, shard: int, *, after: str, limit: int) -> list[str]:
    """Ids of products in one part of the site's list, from the one that follows ``after``. One query."""
    return list(listing.names(LISTED, site, shard, after=after, limit=limit))


def _item(site: str, product: Product) -> ProductItem:
    _, pk, sk = address(site, product.id)
    item = ProductItem(pk, sk, body=products.dump(product))
    if len(product.id.encode()) <= LONG_ID_BYTES:
        item.find_pk, item.find_sk = listing.keys_of(LISTED, site, product.id)
    return item
