"""A world beside the table: what is written in it is read by what follows in it, and by nobody else.

A dry run is a use case rehearsed on top of the table, so that it takes the very path of the real one; a
backtest is a history rehearsed on nothing. Neither ever sends a write.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action, AddAction, RemoveAction, SetAction

from chalicelib.dynamo import keys

Raw = Mapping[str, Mapping[str, Any]]
"""An item as DynamoDB says it: attribute → type → text."""
_VERSION: Final = "ver"


class Rehearsal:
    """The items written so far. ``alone``: of the table behind them only sites and programmes are seen, no member."""

    def __init__(self, *, alone: bool = False) -> None:
        self.alone = alone
        self.rested_on: dict[str, int] = {}
        """Partition of each account that was read → its version then; an account that is new counts as 0."""
        self.kept: dict[Any, Any] = {}
        """What was worked out from items written here, in place of the caches of this process."""
        self.seen: dict[tuple[str, str], Raw | None] = {}
        """What was read of the table by a rehearsal that is alone; nothing else of it changes meanwhile."""
        self._items: dict[tuple[str, str], Raw | None] = {}

    def branch(self) -> "Rehearsal":
        """Another world that begins as this one is now; what is written in either is not seen by the other."""
        other = Rehearsal(alone=self.alone)
        other.rested_on, other.kept, other._items = dict(self.rested_on), dict(self.kept), dict(self._items)
        other.seen = self.seen
        return other

    def covers(self, pk: str, sk: str) -> bool:
        """Whether the table is not asked for an item: it was written or deleted here, or is out of sight."""
        return (pk, sk) in self._items or self.hides(pk)

    def hides(self, pk: str) -> bool:
        """Whether a partition of the table is out of sight."""
        return self.alone and not pk.startswith(keys.of_site(""))

    def find(self, pk: str, sk: str) -> Raw | None:
        """An item that is covered; ``None`` when there is none."""
        return self._items.get((pk, sk))

    def touched(self, pk: str) -> int:
        """How many items of a partition were written or deleted here."""
        return sum(place[0] == pk for place in self._items)

    def merged(self, raw: list[Raw], pk: str, sort: Condition | None) -> list[Raw]:
        """The table's items of a range with those written here in their place, in key order."""
        found = {item["sk"]["S"]: item for item in raw if (pk, item["sk"]["S"]) not in self._items}
        for (partition, sk), written in self._items.items():
            if partition == pk and written is not None and _is_within(sort, sk):
                found[sk] = written
        # DynamoDB orders text by its UTF-8 bytes.
        return [found[sk] for sk in sorted(found, key=str.encode)]

    def read(self, pk: str, sk: str, item: Raw | None) -> None:
        """Remember on which version of an account the rehearsal rests."""
        if sk == keys.ACCOUNT:
            self.rested_on.setdefault(pk, 0 if item is None else int(item[_VERSION]["N"]))

    def put(self, pk: str, sk: str, item: Raw | None) -> None:
        """Write an item, or delete it (``None``)."""
        self._items[pk, sk] = item

    def update(self, pk: str, sk: str, before: Raw | None, actions: tuple[Action, ...]) -> None:
        """Change attributes of an item as DynamoDB would: set, add to a number, or remove."""
        after = dict(before or {"pk": {"S": pk}, "sk": {"S": sk}})
        for action in actions:
            (name,) = action.values[0].values[0]
            if isinstance(action, RemoveAction):
                after.pop(name, None)
            elif isinstance(action, AddAction):
                raised = int(after.get(name, {"N": "0"})["N"]) + int(action.values[1].values[0]["N"])
                after[name] = {"N": str(raised)}
            elif isinstance(action, SetAction):
                after[name] = action.values[1].values[0]
            else:
                raise TypeError(f"nobody rehearses {type(action).__name__}")
        self._items[pk, sk] = after


_current: ContextVar[Rehearsal | None] = ContextVar("rehearsal", default=None)


def current() -> Rehearsal | None:
    """The rehearsal under way in this context. What is read in one must not be cached beyond it."""
    return _current.get()


@contextmanager
def rehearsing(world: Rehearsal) -> Iterator[Rehearsal]:
    """Send every write of this context into the rehearsal, and let reads see it, until the block ends."""
    token = _current.set(world)
    try:
        yield world
    finally:
        _current.reset(token)


def _is_within(sort: Condition | None, sk: str) -> bool:
    """Whether a sort key is in the range of a query."""
    if sort is None:
        return True
    bounds = [operand.values[0]["S"].encode() for operand in sort.values[1:]]
    if sort.operator == "BETWEEN":
        low, high = bounds
        return bool(low <= sk.encode() <= high)
    if sort.operator == "begins_with":
        return sk.encode().startswith(bounds[0])
    raise TypeError(f"nobody rehearses a range by {sort.operator}")
