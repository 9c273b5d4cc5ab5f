"""An uploaded history as events: purchases, actions and redemptions of people who exist nowhere."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from chalicelib.backtesting.events import Event
from chalicelib.ids import digest, folded
from chalicelib.ledger import days
from chalicelib.orders.order import NewLine, NewOrder
from chalicelib.programme import standard
from chalicelib.values import value

HISTORY_MAX: Final = 1_000
"""Happenings of an uploaded history."""
LINES_MAX: Final = 50
"""Products of one purchase in it."""
MID_LETTERS: Final = 13


@value(kw_only=True)
class Happening:
    """A purchase (``lines``), an action (with ``points`` in smallest units where it has none of its own) or a
    redemption (no action, only ``points``) of a member at a time.
    """

    member: str
    at: datetime
    lines: tuple[NewLine, ...] = ()
    action: int | None = None
    points: int | None = None


def by_member(happenings: Sequence[Happening]) -> dict[str, list[Event]]:
    """The events of each member in time, after an enrolment at the first of them, by a number made of the id."""
    found: dict[str, list[Event]] = {}
    for place, each in sorted(enumerate(happenings), key=lambda pair: (pair[1].at, pair[0])):
        events = found.setdefault(digest(folded(each.member))[:MID_LETTERS], [])
        at = days.to_ms(each.at)
        if not events:
            events.append(Event(at=at, place=(0, 0), kind="enrol", state="active"))
        events.append(_event(each, at, place + 1))
    return found


def _event(each: Happening, at: int, place: int) -> Event:
    if each.lines:
        new = NewOrder(id=f"history-{place}", lines=each.lines, ordered=each.at)
        return Event(at=at, place=(place, 0), kind="order", action=standard.PURCHASE, new=new, order_id=new.id)
    if each.action is None:
        return Event(at=at, place=(place, 0), kind="redeem", action=standard.REDEEMED, points=each.points)
    return Event(at=at, place=(place, 0), kind="award", action=each.action, points=each.points)
