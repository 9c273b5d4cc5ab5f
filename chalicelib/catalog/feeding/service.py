"""Put a feed into the catalogue."""

import json
from collections.abc import Sequence
from typing import Any, Final

from chalicelib.catalog import service as catalog
from chalicelib.catalog import table
from chalicelib.catalog.feeding.sheet import Feed, Row
from chalicelib.catalog.service import Outcome
from chalicelib.dynamo import idempotency, items
from chalicelib.dynamo.commit import Plan, commit
from chalicelib.ledger.service import Command
from chalicelib.values import value

STEP: Final = 100
"""Products of one read and one transaction (AWS limit)."""


@value
class Fed:
    """What came of a feed: products that are new, that were changed, and that stood there just so.

    ``clashing`` are the lines whose bounds contradict those that the product has already.
    """

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    clashing: tuple[int, ...] = ()

    def __add__(self, other: "Fed") -> "Fed":
        sums = self.created + other.created, self.updated + other.updated, self.unchanged + other.unchanged
        return Fed(*sums, (*self.clashing, *other.clashing))


def feed(site: str, run: Command, given: Feed) -> Fed:
    """Put the rows that can be taken into the catalogue; a product that is there keeps the fields the file lacks.

    A hundred products a transaction, each on what it was when it was read, so that no change of somebody else is
    lost. The caller's key is used up at the end: a feed that broke off is sent again and goes on.
    """
    done = Fed()
    for first in range(0, len(given.rows), STEP):
        done += _step(site, given.rows[first : first + STEP])
    if run.key is not None:
        ref = json.dumps([done.created, done.updated, done.unchanged, done.clashing], separators=(",", ":"))
        write = idempotency.remember(site, run.key, status=200, mid="", ref=ref)
        commit(lambda: None, lambda _: Plan((write,), None))
    return done


def fed(ref: str) -> Fed:
    """What came of the feed that a key's pointer stands for."""
    created, updated, unchanged, clashing = json.loads(ref)
    return Fed(created, updated, unchanged, tuple(clashing))


def _step(site: str, rows: Sequence[Row]) -> Fed:
    def load() -> list[Any]:
        return items.get_many([table.address(site, row.id) for row in rows])

    def decide(found: list[Any]) -> Plan[Fed]:
        writes = []
        done = Fed()
        for row, item in zip(rows, found, strict=True):
            before = table.load(item)
            after = catalog.upserted(before, row.id, row.fields)
            done += _counted(row, after.outcome)
            if after.product is not None and after.product != before:
                writes.append(table.upsert_write(site, item, after.product))
        return Plan(tuple(writes), done)

    return commit(load, decide)


def _counted(row: Row, outcome: Outcome) -> Fed:
    if outcome == "refused":
        return Fed(clashing=(row.line,))
    return Fed(outcome == "created", outcome == "changed", outcome == "unchanged")
