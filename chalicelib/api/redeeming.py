"""``POST /points`` with a rewardId: a member claims a reward."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chalicelib.api.bodies import PointsBody
from chalicelib.api.common import WireFigures
from chalicelib.errors import Malformed
from chalicelib.ledger import days
from chalicelib.programme import service as programme
from chalicelib.programme import standard
from chalicelib.programme.definitions.reward import Reward
from chalicelib.programme.performing.service import Wish
from chalicelib.rewards.benefit import Benefit
from chalicelib.rewards.redeeming.service import Claim


def claim_of(body: PointsBody, wish: Wish, *, may_owe: bool) -> Claim:
    """The claim that a body means. Raises ``Malformed`` for what no redemption has."""
    if body.activity != "DEBIT":
        raise Malformed("activity: a reward is redeemed with DEBIT.")
    if body.action_id not in {None, standard.REDEEMED}:
        raise Malformed(f"actionId: a reward is redeemed with {standard.REDEEMED}, or without an actionId.")
    if body.buckets:
        raise Malformed(f"Credit[{next(iter(body.buckets))}]: the reward says what it costs; leave the buckets out.")
    if body.retry and body.order_id is None:
        raise Malformed("orderId is missing: retry YES guards against redeeming twice for one order.")
    said = {"reason": body.reason, "vendorEmail": body.vendor_email, "vendorName": body.vendor_name}
    personal = {name: each for name, each in said.items() if each}
    return Claim(body.reward_id, wish, chosen=body.debit, retry=body.retry, may_owe=may_owe, personal=personal)


def told(site: str, benefit: Benefit, show: WireFigures) -> dict[str, Any]:
    """What an answer says of a reward that was redeemed: the reward as it was then, and its code as it is now."""
    reward = reward_of(site, benefit, show)
    return {
        "actionId": standard.REDEEMED,
        "rewardId": benefit.reward,
        "rewardName": benefit.name,
        "rewardCategory": reward.category_name if reward else "",
        "rewardCategoryId": reward.category_id if reward else "",
        "rewardDescription": reward.description if reward else "",
        "rewardTerms": reward.terms if reward else "",
        "rewardCode": benefit.code or "",
        "rewardCodeExpDate": local(benefit.expires, show),
        "rewardAttribute": attributes(reward),
        "rewardStatus": benefit.status,
    }


def reward_of(site: str, benefit: Benefit, show: WireFigures) -> Reward | None:
    """The reward of the version that a redemption was decided by."""
    force = show.force if benefit.programme == show.force.version else programme.at_version(site, benefit.programme)
    return force.reward_by_id.get(benefit.reward)


def attributes(reward: Reward | None) -> Mapping[str, str]:
    """The merchant's own attributes of a reward."""
    return dict(reward.attributes) if reward is not None else {}


def local(instant: int | None, show: WireFigures) -> str:
    """An instant as the vendor prints a code's expiry: ISO in the programme's time zone, without an offset."""
    return "" if instant is None else wall(days.from_ms(instant), show)


def wall(instant: datetime, show: WireFigures) -> str:
    """An instant by the clock on the programme's wall."""
    return instant.astimezone(show.force.zone).replace(tzinfo=None, microsecond=0).isoformat()
