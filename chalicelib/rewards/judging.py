"""Whether a member can have a reward now, and if not exactly what is missing."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final, Literal

from chalicelib.ledger import days
from chalicelib.ledger.account import POINTS, Account
from chalicelib.programme.amounts import points_on_wire
from chalicelib.programme.definitions.reward import Reward
from chalicelib.programme.in_force import InForce
from chalicelib.rewards import catalogue
from chalicelib.rewards.catalogue import Price
from chalicelib.rewards.quotas import Quota, quotas
from chalicelib.values import value

Code = Literal["member", "status", "tier", "segment", "claims", "stock", "codes", "points"]


@value
class Taken:
    """Units of a reward that are gone, and its redemptions so far."""

    units: int = 0
    claims: int = 0


@value
class Levels:
    """What is left of a reward for everybody: units, redemptions and codes; ``None`` where there is no bound."""

    units: int | None = None
    claims: int | None = None
    codes: int | None = None


@value
class Reason:
    """Why a member cannot have a reward; ``missing`` are the points that are short in a bucket, in smallest units."""

    code: Code
    text: str
    missing: int = 0
    bucket: str = POINTS


_AWAY: Final = "This member does not take part at present (inactive or opted out)."
_OUT: Final = {"blocked": "This member is on the blocklist, and neither earns nor redeems."}
NO_CODES: Final = Reason("codes", "No code of this reward is left.")


def levels_of(reward: Reward, taken: Taken, codes: int | None) -> Levels:
    """What is left of a reward by what is taken of it, and by the codes of its pool."""
    units = None if reward.stock is None else reward.stock - taken.units
    return Levels(units, None if reward.claims_in_all is None else reward.claims_in_all - taken.claims, codes)


def reasons(
    force: InForce,
    reward: Reward,
    account: Account,
    now: datetime,
    levels: Levels,
    price: Price,
    *,
    inside: bool = True,
    may_owe: bool = False,
) -> tuple[Reason, ...]:
    """All reasons against a redemption at this price, the weightiest first; none: the member can have it.

    ``inside`` says whether the member is in one of the segments that the reward is for.
    """
    day = days.day_of(now, force.zone)
    found = [*_about_reward(force, reward, account, now, inside=inside), *_about_claims(force, reward, account, day)]
    return (*found, *_about_levels(levels), *_about_points(force, account, price, may_owe=may_owe))


def _about_reward(force: InForce, reward: Reward, account: Account, now: datetime, *, inside: bool) -> Iterator[Reason]:
    if account.state != "active":
        yield Reason("member", _OUT.get(account.state, _AWAY))
    state = catalogue.state(reward, now, force)
    if state == "Scheduled":
        since = f" It opens {reward.starts_at.replace('T', ' ')} ({force.zone})." if reward.starts_at else ""
        yield Reason("status", f"This reward cannot be claimed yet.{since}")
    elif state != "Live":
        yield Reason("status", "This reward cannot be claimed any more." if state == "Archived" else "Not published.")
    wanted = reward.audience.tiers
    if wanted and account.standing.tier not in wanted:
        names = ", ".join(force.programme.tier(tier).tier_name for tier in wanted)
        yield Reason("tier", f"This reward is for members of the tiers {names}.")
    if not inside:
        yield Reason("segment", "This reward is for other members.")


def _about_claims(force: InForce, reward: Reward, account: Account, day: int) -> Iterator[Reason]:
    for quota in quotas(reward, account, day):
        if quota.is_full:
            yield Reason("claims", f"Claimed as often as it may be: {quota.most} {quota.words}.{_again(force, quota)}")


def _again(force: InForce, quota: Quota) -> str:
    opens = quota.opens_at(force.zone)
    return "" if opens is None else f" Again from {opens.astimezone(force.zone):%Y-%m-%d}."


def _about_levels(levels: Levels) -> Iterator[Reason]:
    if levels.units is not None and levels.units <= 0:
        yield Reason("stock", "This reward is sold out.")
    if levels.claims is not None and levels.claims <= 0:
        yield Reason("stock", "This reward was claimed as often as it may be in all.")
    if levels.codes is not None and levels.codes <= 0:
        yield NO_CODES


def _about_points(force: InForce, account: Account, price: Price, *, may_owe: bool) -> Iterator[Reason]:
    for bucket, points in ((POINTS, price.points), *price.buckets):
        available = account.bucket(bucket).available
        # What costs nothing can be had with arrears, too.
        if points <= max(0, available) or (may_owe and bucket == POINTS and force.rules.may_owe):
            continue
        asked, there = (f"{points_on_wire(force.programme, units):f}" for units in (points, available))
        kind = "points" if bucket == POINTS else f"points of {bucket}"
        yield Reason("points", f"Not enough {kind}: {asked} needed, {there} available.", points - available, bucket)
