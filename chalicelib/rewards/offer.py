"""A reward as one member sees it, and a redemption as it stands: pure views of what was read."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from chalicelib.ledger import days
from chalicelib.ledger.account import Account
from chalicelib.ledger.redemptions import Record
from chalicelib.programme.definitions.reward import Reward, Status
from chalicelib.programme.in_force import InForce
from chalicelib.rewards.benefit import Benefit
from chalicelib.rewards.catalogue import SHOWN, Price, lowest, state
from chalicelib.rewards.judging import Levels, Reason, Taken, levels_of, reasons
from chalicelib.rewards.quotas import Quota, quotas
from chalicelib.values import value

REFUNDED: Final = "Refunded"
PARTLY_REFUNDED: Final = "Partially Refunded"
EXPIRED: Final = "Expired"


@value
class Offer:
    """A reward, what it costs, and all reasons why the member cannot have it; none: it can be claimed now."""

    reward: Reward
    status: Status
    price: Price
    reasons: tuple[Reason, ...]
    quotas: tuple[Quota, ...]
    levels: Levels

    @property
    def is_eligible(self) -> bool:
        """Whether it can be claimed now."""
        return not self.reasons


@value
class Used:
    """A redemption as it stands: its status, with what a returned order or the calendar has made of it since."""

    owner: str
    """Number of the member it was made by: one who was merged into another keeps what was."""
    benefit: Benefit
    status: str
    claimed: int
    """Claims of the reward by this member that stand."""


def offers(
    force: InForce,
    account: Account,
    now: datetime,
    taken: Mapping[str, Taken],
    left: Mapping[str, int],
    is_inside: Callable[[Reward], bool],
) -> tuple[Offer, ...]:
    """Every reward that members see, in the order of the programme. ``is_inside`` judges its segments."""
    shown = [(reward, state(reward, now, force)) for reward in force.programme.rewards]
    return tuple(
        _offer(force, reward, status, account, now, taken, left, inside=is_inside(reward))
        for reward, status in shown
        if status in SHOWN
    )


def standing(benefit: Benefit, record: Record | None, now: datetime) -> str:
    """The status of a redemption. Points that came back with the order tell of it, and a code that was not used in
    time is expired.
    """
    if record is not None and not benefit.is_over:
        entries = range(benefit.number, benefit.number + benefit.entries)
        mine = [each for each in record.redemptions if each.entry in entries]
        back = sum(each.refunded for each in mine)
        if back:
            return REFUNDED if back == sum(each.points for each in mine) else PARTLY_REFUNDED
    is_expired = benefit.expires is not None and benefit.expires < days.to_ms(now)
    return EXPIRED if is_expired and benefit.status == "Awarded" else benefit.status


def _offer(
    force: InForce,
    reward: Reward,
    status: Status,
    account: Account,
    now: datetime,
    taken: Mapping[str, Taken],
    left: Mapping[str, int],
    *,
    inside: bool,
) -> Offer:
    price = lowest(reward, force)
    codes = None if reward.pool is None else left.get(reward.pool, 0)
    levels = levels_of(reward, taken.get(reward.reward_id, Taken()), codes)
    against = reasons(force, reward, account, now, levels, price, inside=inside)
    limits = quotas(reward, account, days.day_of(now, force.zone))
    return Offer(reward, status, price, against, limits, levels)
