"""Put a feed into the catalogue."""

from collections.abc import Sequence
from typing import Any, Final

from chalicelib.catalog import product as products
from chalicelib.catalog import table
from chalicelib.catalog.feeding.sheet import Feed, Row
from chalicelib.catalog.product import Product
from chalicelib.dynamo import idempotency, items
from chalicelib.dynamo.commit import Plan, commit
from chalicelib.ledger.service import Command
from chalicelib.values import value

STEP: Final = 100
"""Products of one read and one transaction (AWS limit)."""


@value
class Fed:
    """What came of a feed: products that are new, that were changed, and that stood there just so."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0

    def __add__(self, other: "Fed") -> "Fed":
        return Fed(self.created + other.created, self.updated + other.updated, self.unchanged + other.unchanged)


def feed(site: str, run: Command, given: Feed) -> Fed:
    """Put the rows that can be taken into the catalogue; a product that is there keeps the fields the file lacks.

    A hundred products a transaction, each on what it was when it was read, so that no change of somebody else is
    lost. The caller's key is used up at the end: a feed that broke off is sent again and goes on.
    """
    done = Fed()
    for first in range(0, len(given.rows), STEP):
        done += _step(site, given.rows[first : first + STEP])
    if run.key is not None:
        ref = f"{done.created}:{done.updated}:{done.unchanged}"
        write = idempotency.remember(site, run.key, status=200, mid="", ref=ref)
        commit(lambda: None, lambda _: Plan((write,), None))
    return done


def fed(ref: str) -> Fed:
    """What came of the feed that a key's pointer stands for."""
    return Fed(*map(int, ref.split(":")))


def _step(site: str, rows: Sequence[Row]) -> Fed:
    def load() -> list[Any]:
        return items.get_many([table.address(site, row.id) for row in rows])

    def decide(found: list[Any]) -> Plan[Fed]:
        writes = []
        created = 0
        for row, item in zip(rows, found, strict=True):
            before = table.load(item)
            after = products.changed(before or Product(id=row.id), dict(row.fields))
            if after != before:
                writes.append(table.upsert_write(site, item, after))
                created += before is None
        updated = len(writes) - created
        return Plan(tuple(writes), Fed(created, updated, len(rows) - created - updated))

    return commit(load, decide)
