"""What a member redeemed for one order: the record that makes ``retry`` safe and refunds exact."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Final, Literal

from chalicelib.ledger.entry import Draw
from chalicelib.values import value

Side = Literal["redeemed", "rewarded"]
REDEMPTIONS_MAX: Final = 20
"""Redemptions of one order."""


@value
class Redemption:
    """One redemption: its entry, where the points went, the lots they came from, and how many came back since."""

    entry: int
    side: Side
    draws: tuple[Draw, ...]
    refunded: int = 0

    @property
    def points(self) -> int:
        """What was drawn from lots; arrears are not refunded into lots."""
        return sum(draw.amount for draw in self.draws)

    def give_back(self, points: int) -> tuple["Redemption", tuple[Draw, ...]]:
        """The redemption after another refund, and the lots that it goes to: in the order they were drawn."""
        if not 0 <= points <= self.points - self.refunded:
            raise ValueError("more would come back than was redeemed")
        skip, left = self.refunded, points
        back: list[Draw] = []
        for draw in self.draws:
            skipped = min(skip, draw.amount)
            skip -= skipped
            amount = min(left, draw.amount - skipped)
            left -= amount
            if amount:
                back.append(replace(draw, amount=amount))
        return replace(self, refunded=self.refunded + points), tuple(back)


@value
class Record:
    """All redemptions of one order, oldest first."""

    redemptions: tuple[Redemption, ...] = ()
    version: int = 0

    def added(self, redemption: Redemption) -> "Record":
        """The record with one more; at most 20 an order."""
        return replace(self, redemptions=(*self.redemptions, redemption))


def dump(redemptions: Sequence[Redemption]) -> str:
    """As JSON text."""
    rows = [
        [each.entry, each.side, each.refunded, [[d.bucket, d.kind, d.day, d.amount] for d in each.draws]]
        for each in redemptions
    ]
    return json.dumps(rows, separators=(",", ":"))


def load(text: str, version: int) -> Record:
    """The record of ``dump``."""
    rows = json.loads(text)
    return Record(
        tuple(
            Redemption(entry, side, tuple(Draw(*d) for d in draws), refunded) for entry, side, refunded, draws in rows
        ),
        version,
    )
