"""What a member redeemed for one order: the record that makes ``retry`` safe and refunds exact."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Final, Literal

from chalicelib.ledger.account import NEVER, POINTS, STANDARD
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
    owed: int = 0
    """Points that were spent beyond the balance, where the programme allows that; they came from no lot."""

    @property
    def points(self) -> int:
        """What was redeemed."""
        return sum(draw.amount for draw in self.draws) + self.owed

    @property
    def bucket(self) -> str:
        """The bucket that was redeemed from; arrears are of ordinary points alone."""
        return self.draws[0].bucket if self.draws else POINTS

    def give_back(self, points: int, *, fresh: int = NEVER) -> tuple["Redemption", tuple[Draw, ...]]:
        """The redemption after another refund, and the lots that it goes to: in the order they were drawn.

        Points that came from no lot come back last; what is left of them when arrears are paid is good through
        the day ``fresh``.
        """
        if not 0 <= points <= self.points - self.refunded:
            raise ValueError("more would come back than was redeemed")
        skip, left = self.refunded, points
        back: list[Draw] = []
        beyond = (Draw(self.bucket, STANDARD, fresh, self.owed),) if self.owed else ()
        for draw in (*self.draws, *beyond):
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

    def returned(self, points: int) -> "Record":
        """The record after so many points of one redemption came back by themselves: of the newest that has them."""
        for place in reversed(range(len(self.redemptions))):
            each = self.redemptions[place]
            if 0 < points <= each.points - each.refunded:
                after = replace(each, refunded=each.refunded + points)
                return replace(self, redemptions=(*self.redemptions[:place], after, *self.redemptions[place + 1 :]))
        return self


def dump(redemptions: Sequence[Redemption]) -> str:
    """As JSON text."""
    rows = [
        [each.entry, each.side, each.refunded, [[d.bucket, d.kind, d.day, d.amount] for d in each.draws], each.owed]
        for each in redemptions
    ]
    return json.dumps(rows, separators=(",", ":"))


def load(text: str, version: int) -> Record:
    """The record of ``dump``."""
    rows = json.loads(text)
    return Record(
        tuple(
            Redemption(entry, side, tuple(Draw(*d) for d in draws), refunded, owed)
            for entry, side, refunded, draws, owed in rows
        ),
        version,
    )
