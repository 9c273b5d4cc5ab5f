"""Points promised but not yet given: one hold for every date on which some become free."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from chalicelib.ledger.account import POINTS, STANDARD
from chalicelib.ledger.entry import Counted
from chalicelib.ledger.rules import Lasting
from chalicelib.values import value

_encode = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode

HOLDS_MAX: Final = 20
"""Holds of one order."""


class MoreThanPromised(ValueError):
    """More is taken off a hold than it promises; whoever read the hold with its order read them at two moments."""

    def __init__(self) -> None:
        super().__init__("more is taken off a hold than it promises")


@value
class Hold:
    """``parts`` maps a line (its place in the order as text; ``0`` for an action) to points still promised.

    ``row`` is the entry that the activity list shows for it. ``release_at`` is None while an event, such as
    shipping, has not set it; then the hold voids itself at ``void_at``. Both in milliseconds. ``lasting``,
    ``kind`` and ``counted`` are what was decided when the points were promised.
    """

    group: str
    place: int
    row: int
    action: int
    parts: Mapping[str, int]
    lasting: Lasting
    programme: int
    release_at: int | None = None
    void_at: int | None = None
    kind: str = STANDARD
    order: str | None = None
    counted: tuple[Counted, ...] = ()
    version: int = 0
    bucket: str = POINTS

    @property
    def points(self) -> int:
        """What is still promised."""
        return sum(self.parts.values())

    @property
    def due(self) -> int | None:
        """When something happens to the hold by itself."""
        return self.void_at if self.release_at is None else self.release_at

    def without(self, parts: Mapping[str, int]) -> "Hold":
        """The hold with these points taken off their lines; lines that hold nothing are dropped.

        Raises ``MoreThanPromised``.
        """
        left = {line: points - parts.get(line, 0) for line, points in self.parts.items()}
        if any(points < 0 for points in left.values()):
            raise MoreThanPromised
        return replace(self, parts={line: points for line, points in left.items() if points})


def dump(hold: Hold) -> str:
    """The hold as JSON text; its address and version are the item's."""
    return _encode(
        {
            "r": hold.row,
            "a": hold.action,
            "p": hold.parts,
            "l": [hold.lasting.unit, hold.lasting.count],
            "v": hold.programme,
            "d": hold.release_at,
            "x": hold.void_at,
            "k": hold.kind,
            "o": hold.order,
            **({} if hold.bucket == POINTS else {"b": hold.bucket}),
            "c": [[each.key, each.period, each.times, each.points] for each in hold.counted],
        },
    )


def load(text: str, *, group: str, place: int, version: int) -> Hold:
    """The hold of ``dump``."""
    body = json.loads(text)
    return Hold(
        group=group,
        place=place,
        row=body["r"],
        action=body["a"],
        parts=body["p"],
        lasting=Lasting(*body["l"]),
        programme=body["v"],
        release_at=body["d"],
        void_at=body["x"],
        kind=body["k"],
        order=body["o"],
        counted=tuple(Counted(*row) for row in body["c"]),
        version=version,
        bucket=body.get("b", POINTS),
    )
