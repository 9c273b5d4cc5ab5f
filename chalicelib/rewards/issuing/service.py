"""Getting a code from the merchant's coupon API for a redemption that is made already.

The points are debited when the reward is claimed, so nobody spends them twice while the merchant's API is asked. Each
attempt carries the same key. When none brings a code the redemption fails and its points go back to their lots.
"""

import hashlib
import hmac
import json
import logging
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

from chalicelib.dynamo.commit import Plan, commit
from chalicelib.gateways import coupons
from chalicelib.gateways.coupons import CouponApiFailed, Given
from chalicelib.ledger import days
from chalicelib.ledger import service as ledger
from chalicelib.ledger.service import NoSuchMember, command
from chalicelib.members import service as members
from chalicelib.programme import service as programme
from chalicelib.programme.definitions.reward import Reward
from chalicelib.programme.in_force import InForce
from chalicelib.rewards import table
from chalicelib.rewards.benefit import Benefit, assign_id, code_expiry, end_of
from chalicelib.rewards.changing import service as changing
from chalicelib.rewards.codes import service as codes
from chalicelib.rewards.refusals import AlreadyOver, NoSuchRedemption
from chalicelib.sites import service as sites

REQUEST_SECONDS: Final = 3.0
"""How long a member's own request waits for the merchant."""
WORKER_SECONDS: Final = 5.0
"""A worker has ten messages and a minute (``settle_due`` in .chalice/config.json)."""
FIRST_RETRY: Final = timedelta(minutes=5)
LAST_RETRY: Final = timedelta(hours=6)
ATTEMPTS_MAX: Final = 10
"""Within about a day, by doubled pauses."""
SOURCE: Final = "api"
_log: Final = logging.getLogger("laurel")


def deliver(site: str, mid: str, number: int, now: datetime, *, seconds: float = WORKER_SECONDS) -> Benefit | None:
    """Ask for the code that a redemption waits for; the redemption as it then is, ``None`` when there is none.

    Safe to repeat and to run twice at once: the first code that is stored is the code. After ``ATTEMPTS_MAX`` attempts
    the redemption fails and is refunded.
    """
    benefit = table.read_benefit(site, mid, number)
    if benefit is None or benefit.status != "Pending":
        return benefit
    force = programme.in_force(site)
    reward = _reward(site, benefit, force)
    try:
        given = _asked(site, mid, benefit, reward, now, seconds)
        return _stored(site, mid, number, given, _expiry(given, reward, force, now))
    except CouponApiFailed as failed:
        line = {"op": "coupon", "outcome": "failed", "site": site, "reward": benefit.reward, "why": str(failed)}
        _log.warning(json.dumps(line, separators=(",", ":")))
        return _failed(site, mid, benefit, force, now)


def survivor(site: str, mid: str, now: datetime) -> str | None:
    """The member that this one is or was merged into; ``None`` once erased. One call, one more for each merge."""

    def there(owner: str) -> str:
        ledger.read(site, owner, programme.in_force(site).rules, now)
        return owner

    try:
        return ledger.in_survivor(mid, there)
    except NoSuchMember:
        return None


def postponed(benefit: Benefit, now: datetime) -> Benefit:
    """The redemption after another attempt that brought no code, due again after a pause that doubles."""
    pause = min(LAST_RETRY, FIRST_RETRY * 2**benefit.attempts)
    return replace(benefit, attempts=benefit.attempts + 1, retry_at=days.to_ms(now + pause))


def _reward(site: str, benefit: Benefit, force: InForce) -> Reward | None:
    """The reward as it is now, so that a mended address is used; else as it was."""
    now = force.reward_by_id.get(benefit.reward)
    if now is not None and now.codes.url is not None:
        return now
    return programme.at_version(site, benefit.programme).reward_by_id.get(benefit.reward)


def _asked(site: str, mid: str, benefit: Benefit, reward: Reward | None, now: datetime, seconds: float) -> Given:
    owner = survivor(site, mid, now)
    profile = None if owner is None else members.numbered(site, owner)
    if reward is None or reward.codes.url is None or profile is None:
        raise CouponApiFailed("there is nobody to ask, or nobody to ask for")
    key = assign_id(site, mid, benefit.number)
    said = {
        "siteId": site,
        "assignId": key,
        "rewardId": benefit.reward,
        "rewardName": benefit.name,
        "userId": profile.id,
        "orderId": benefit.order or "",
    }
    body = json.dumps(said, separators=(",", ":"), ensure_ascii=False).encode()
    signature = hmac.new(sites.secrets(site)[0].encode(), body, hashlib.sha256).hexdigest()
    headers = {
        "Content-Type": "application/json",
        "Accept": "application/json",
        "Idempotency-Key": key,
        "X-Laurel-Signature": f"sha256={signature}",
    }
    return coupons.ask(reward.codes.url, body, headers, seconds=seconds)


def _expiry(given: Given, reward: Reward | None, force: InForce, now: datetime) -> int | None:
    ends = [] if reward is None else [code_expiry(reward, force, now)]
    # A date that we cannot read is no reason to refuse a code that the shop takes.
    with suppress(ValueError):
        ends += [] if given.expires is None else [end_of(date.fromisoformat(given.expires).toordinal(), force)]
    return min((each for each in ends if each is not None), default=None)


def _stored(site: str, mid: str, number: int, given: Given, expires: int | None) -> Benefit | None:
    def decide(benefit: Benefit | None) -> Plan[Benefit | None]:
        if benefit is None or benefit.status != "Pending":
            return Plan((), benefit)
        if codes.pool_of(site, given.code) is not None:
            raise CouponApiFailed("answered with a code that the site has already")
        after = benefit.coded(given.code, expires)
        claim = codes.claim_write(site, SOURCE, given.code, assign_id(site, mid, number))
        return Plan((table.benefit_write(site, mid, after), claim), after)

    return commit(lambda: table.read_benefit(site, mid, number), decide)


def _failed(site: str, mid: str, benefit: Benefit, force: InForce, now: datetime) -> Benefit | None:
    if benefit.attempts + 1 >= ATTEMPTS_MAX:
        return _given_up(site, mid, benefit, force, now)

    def decide(seen: Benefit | None) -> Plan[Benefit | None]:
        if seen is None or seen.status != "Pending" or seen.attempts != benefit.attempts:
            return Plan((), seen)
        after = postponed(seen, now)
        return Plan((table.benefit_write(site, mid, after),), after)

    return commit(lambda: table.read_benefit(site, mid, benefit.number), decide)


def _given_up(site: str, mid: str, benefit: Benefit, force: InForce, now: datetime) -> Benefit | None:
    reason, owner = "No code came from the coupon API.", survivor(site, mid, now)
    if owner is None:
        return None
    try:
        undone = changing.cancel(
            site,
            command(now),
            force,
            owner,
            benefit.number,
            benefit.reward,
            home=mid,
            reason=reason,
            ending="Failed",
            only="Pending",
        )
    except (NoSuchMember, NoSuchRedemption, AlreadyOver):
        # Erased, cancelled or delivered in between.
        return table.read_benefit(site, mid, benefit.number)
    return undone.benefit
