"""How far a member is in a campaign, and how much of its budget is gone. Values, and their JSON."""

import json
from typing import Any

from chalicelib.values import value


@value
class Progress:
    """A member's part in a campaign. Days of the programme's calendar; amounts in the currency's smallest units, points
    in theirs. ``reached`` counts for each milestone how often it was; ``owed`` are rewards that are still to be given.
    """

    activated: int = 0
    """When the member activated it, in milliseconds; 0: never."""
    first: int = 0
    """Day of the first qualifying event; 0: none yet."""
    times: int = 0
    benefits: int = 0
    """How often it added something."""
    amount: int = 0
    points: int = 0
    reached: tuple[int, ...] = ()
    owed: tuple[str, ...] = ()
    given: int = 0
    """Rewards that were owed and are given."""
    version: int = 0

    @property
    def is_begun(self) -> bool:
        """Whether the member took part."""
        return self.benefits > 0


@value
class Spent:
    """What one part of a campaign's figures has counted: points, events with a benefit, members with one."""

    points: int = 0
    times: int = 0
    members: int = 0
    orders: int = 0


def dump(progress: Progress) -> str:
    """As compact JSON text; the version is the item's."""
    return json.dumps(
        [
            progress.activated,
            progress.first,
            progress.times,
            progress.benefits,
            progress.amount,
            progress.points,
            list(progress.reached),
            list(progress.owed),
            progress.given,
        ],
        separators=(",", ":"),
    )


def load(text: str, version: int) -> Progress:
    """The progress of ``dump``."""
    activated, first, times, benefits, amount, points, reached, owed, given = json.loads(text)
    fields: dict[str, Any] = {"reached": tuple(reached), "owed": tuple(owed)}
    return Progress(activated, first, times, benefits, amount, points, **fields, given=given, version=version)
