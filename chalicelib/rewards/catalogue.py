"""Rewards as they are at an instant: whether they can be claimed, and what they cost."""

from datetime import datetime
from decimal import Decimal
from typing import Final

from chalicelib.errors import Malformed
from chalicelib.programme.amounts import in_units
from chalicelib.programme.definitions.reward import Reward, Status
from chalicelib.programme.in_force import InForce
from chalicelib.values import value

SHOWN: Final = frozenset({"Scheduled", "Live"})
"""Statuses in which members see a reward."""


@value
class Price:
    """What a redemption costs in smallest units: ordinary points, and further buckets by their names."""

    points: int
    buckets: tuple[tuple[str, int], ...] = ()


def state(reward: Reward, now: datetime, force: InForce) -> Status:
    """The status at an instant: between its dates a Scheduled or Live reward is Live, before them Scheduled, after
    them Archived.
    """
    if reward.status in {"Draft", "Archived"}:
        return reward.status
    local = now.astimezone(force.zone).replace(tzinfo=None, microsecond=0).isoformat()
    if reward.ends_at is not None and local > reward.ends_at:
        return "Archived"
    # Without a date nothing but the staff's own word makes a Scheduled reward Live.
    is_begun = local >= reward.starts_at if reward.starts_at is not None else reward.status == "Live"
    return "Live" if is_begun else "Scheduled"


def price(reward: Reward, force: InForce, wished: Decimal | None = None) -> Price:
    """What a redemption costs; of a customPoints reward so many points as the member ``wished`` to turn in.

    Raises ``Malformed`` for a number that the reward does not take.
    """
    decimals = force.programme.point_decimals
    cost = reward.cost if reward.custom_points is None else _chosen(reward, wished)
    if reward.custom_points is None and wished is not None and wished != cost:
        raise Malformed(f"debit: this reward costs {cost:f} points; leave debit out or send just that.")
    buckets = [(force.bucket_by_name[each.bucket.casefold()].name, each.points) for each in reward.bucket_costs]
    return Price(in_units(cost, decimals), tuple((name, in_units(points, decimals)) for name, points in buckets))


def lowest(reward: Reward, force: InForce) -> Price:
    """The least that a redemption costs."""
    return price(reward, force, None if reward.custom_points is None else _least(reward))


def _least(reward: Reward) -> Decimal:
    custom = reward.custom_points
    if custom is None:
        return reward.cost
    steps = -(-custom.minimum // custom.step) if custom.minimum % custom.step else custom.minimum // custom.step
    return max(steps, Decimal(1)) * custom.step


def _chosen(reward: Reward, wished: Decimal | None) -> Decimal:
    custom = reward.custom_points
    if custom is None:
        return reward.cost
    if wished is None:
        raise Malformed("debit is missing: how many points to turn in for this reward.")
    most = custom.maximum
    if wished < _least(reward) or (most is not None and wished > most) or wished % custom.step:
        until = "" if most is None else f" to {most:f}"
        raise Malformed(f"debit: from {_least(reward):f}{until} points in steps of {custom.step:f}.")
    return wished
