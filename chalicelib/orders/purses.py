"""What an order earned in buckets beside the ordinary points, each with its own shares of the lines and holds.

A change of the order goes through ``changing.change`` once for its points and once for each purse: the order is then
seen with the purse's shares in place of the points'.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from chalicelib.ledger.account import POINTS
from chalicelib.ledger.hold import Hold
from chalicelib.orders.changing import Outcome, change
from chalicelib.orders.order import Order, Part, Purse, Verb
from chalicelib.orders.selecting import Cut
from chalicelib.programme.document import HoldPolicy

PLACES: Final = 1_000
"""Holds of a purse stand in the order's group at places of its own: its number times this, and on."""


def of_bucket(holds: Sequence[Hold], bucket: str = POINTS) -> list[Hold]:
    """The holds of one bucket."""
    return [hold for hold in holds if hold.bucket == bucket]


def seen_by(order: Order, number: int) -> Order:
    """The order with a purse's points in place of the ordinary ones, and nothing spent: spend counts once."""
    purse = order.purses[number]
    lines = tuple(
        replace(
            line,
            share=part.share,
            spend=0,
            taken=part.taken,
            lost=part.lost,
            waiting=part.waiting,
            freed=part.freed,
            spared=part.spared,
        )
        for line, part in zip(order.lines, purse.parts, strict=True)
    )
    return replace(
        order,
        lines=lines,
        entry=purse.entry,
        amount=0,
        lasting=purse.lasting,
        held=purse.held,
        places=purse.places,
        withdrawn=purse.withdrawn,
        judged=(),
        purses=(),
    )


def local(holds: Sequence[Hold], number: int, bucket: str) -> list[Hold]:
    """The purse's holds by places as ``changing`` counts them, from 0."""
    return [replace(hold, place=hold.place - _first(number)) for hold in of_bucket(holds, bucket)]


def changes(
    order: Order,
    holds: Sequence[Hold],
    verb: Verb,
    cuts: Sequence[Cut],
    policy: HoldPolicy,
    *,
    zone: ZoneInfo,
    now: datetime,
) -> list[Outcome]:
    """What a change of the order comes to for each of its purses, in their order."""
    found = []
    for number, purse in enumerate(order.purses):
        own = local(holds, number, purse.bucket)
        out = change(seen_by(order, number), own, verb, cuts, policy, zone=zone, now=now)
        found.append(outcome(out, number))
    return found


def placed(hold: Hold, number: int) -> Hold:
    """A hold of ``local`` where it is kept."""
    return replace(hold, place=hold.place + _first(number))


def outcome(out: Outcome, number: int) -> Outcome:
    """What a change comes to for a purse: its holds where they are kept, and nothing that was counted already."""
    return replace(
        out,
        holds=tuple(placed(hold, number) for hold in out.holds),
        released=tuple(placed(hold, number) for hold in out.released),
        left=tuple(placed(hold, number) for hold in out.left),
        redated=tuple(placed(hold, number) for hold in out.redated),
        spend=0,
        orders=0,
    )


def kept(order: Order, number: int, seen: Order) -> Order:
    """The order that remembers what a change made of one of its purses."""
    purse = replace(
        order.purses[number],
        parts=tuple(
            Part(line.share, line.taken, line.lost, line.waiting, line.spared, line.freed) for line in seen.lines
        ),
        places=seen.places,
        withdrawn=seen.withdrawn,
    )
    return replace(order, purses=(*order.purses[:number], purse, *order.purses[number + 1 :]))


def opened(bucket: str, entry: int, order: Order) -> Purse:
    """The purse of an order that was just booked in a bucket, seen as ``seen_by`` would."""
    parts = tuple(Part(line.share, waiting=line.waiting, freed=line.freed) for line in order.lines)
    return Purse(bucket, entry, order.lasting, parts, held=order.held)


def _first(number: int) -> int:
    return (number + 1) * PLACES
