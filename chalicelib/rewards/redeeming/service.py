"""Claiming a reward: points, code and units in one transaction, or nothing at all."""

import json
import logging
from collections.abc import Mapping
from dataclasses import field, replace
from datetime import timedelta
from decimal import Decimal
from itertools import count
from typing import Any, Final

from chalicelib.dynamo import items, rehearsal
from chalicelib.dynamo.commit import Write
from chalicelib.dynamo.idempotency import Answer
from chalicelib.dynamo.items import Address
from chalicelib.errors import Refusal
from chalicelib.groups.pooling.service import Pool
from chalicelib.ids import composed
from chalicelib.ledger import days, moves
from chalicelib.ledger import table as ledger_table
from chalicelib.ledger.draft import Draft
from chalicelib.ledger.entry import Entry
from chalicelib.ledger.redemptions import REDEMPTIONS_MAX, Record, Redemption
from chalicelib.ledger.service import Command, entry_answer, post
from chalicelib.programme import standard
from chalicelib.programme.definitions.audience import Audience
from chalicelib.programme.definitions.reward import Reward
from chalicelib.programme.in_force import InForce
from chalicelib.programme.performing.service import Wish, postable, telling
from chalicelib.programme.segments import judging
from chalicelib.programme.segments import service as segments
from chalicelib.programme.segments.subject import Event
from chalicelib.rewards import table
from chalicelib.rewards.benefit import Benefit, code_expiry, end_of
from chalicelib.rewards.catalogue import Price, price
from chalicelib.rewards.codes import service as codes
from chalicelib.rewards.codes.service import Drawn
from chalicelib.rewards.issuing import service as issuing
from chalicelib.rewards.judging import NO_CODES, Taken, levels_of, reasons
from chalicelib.rewards.quotas import counted, quotas
from chalicelib.rewards.refusals import NoSuchReward, NotStackable, TooManyRedemptions, refusal
from chalicelib.values import value

CRASH_PAUSE: Final = timedelta(minutes=2)
"""After that a worker asks for a code that the request itself did not live to ask for."""
_log: Final = logging.getLogger("laurel")


@value
class Claim:
    """A wish for a reward.

    ``chosen`` are the points that the caller named; ``retry`` answers with what the order already has of this reward;
    ``may_owe`` allows arrears where the programme does; ``is_free`` takes no points: staff gives it. ``personal`` is
    kept with the redemption until the member is erased.
    """

    reward: str
    wish: Wish
    chosen: Decimal | None = None
    retry: bool = False
    may_owe: bool = False
    is_free: bool = False
    personal: Mapping[str, Any] = field(default_factory=dict)


@value
class Claimed:
    """The redemption, its entry and those of further buckets, and whether it had been made before."""

    entry: Entry
    benefit: Benefit
    others: tuple[Entry, ...] = ()
    is_repeat: bool = False
    home: str = ""
    """Who made it, where that is somebody merged into the member."""
    alert: int | None = None
    """Codes that are left in the pool, where nobody was told yet that it runs low."""


@value
class _Case:
    """One claim under decision: the rules, and what was read beside the account."""

    site: str
    mid: str
    force: InForce
    reward: Reward
    price: Price
    claim: Claim
    taken: Taken
    record: Record
    earlier: tuple[tuple[str, Benefit], ...]
    """Rewards that the order already has, and in whose book: the member's, or that of one merged into it."""
    pool: tuple[Any, ...] = ()
    """What was read of the reward's pool of codes."""
    segments: tuple[Any, ...] = ()
    """What was read to judge the segments of its audience."""
    attempt: int = 0


def claim(site: str, run: Command, force: InForce, mid: str, wanted: Claim, *, pool: Pool | None = None) -> Claimed:
    """Redeem a reward, all or nothing: two calls to DynamoDB, and one more for a unique code or an order with rewards.

    With an order the redemption is recorded for it, so that a return gives the points back to the very lots. Raises
    ``NoSuchReward``, ``RewardRefused`` and its kinds, ``NotStackable``, ``TooManyRedemptions``, ``NoSuchMember``.
    """
    postable(force, wanted.wish.action)
    reward = published(force, wanted.reward)
    cost = Price(0) if wanted.is_free else price(reward, force, wanted.chosen)
    order = None if wanted.wish.order is None else composed(wanted.wish.order)
    attempts = count()

    def decide(drafts: list[Draft], found: list[Any]) -> tuple[list[Write], Claimed]:
        rest = found[1:] if order is None else found[2:]
        of_pool = 0 if reward.pool is None else codes.PLACES
        record = ledger_table.load_redemptions(None if order is None else found[1])
        case = _Case(
            site, mid, force, reward, cost, wanted, table.load_level(found[0]), record,
            _rewards_of(drafts[0], order, record), tuple(rest[:of_pool]), tuple(rest[of_pool:]),
            next(attempts),
        )  # fmt: skip
        try:
            return _decided(drafts[0], case)
        except Refusal:
            # Reads of one batch may be of two moments: the order's own redemption may be what used the balance up.
            again = _fresh(site, mid, order) if wanted.retry and order is not None else record
            if again.version == record.version:
                raise
            return _decided(drafts[0], replace(case, record=again, earlier=_rewards_of(drafts[0], order, again)))

    booking = post if pool is None else pool.post
    made = booking(site, [mid], run, force.rules, decide, also=_beside(site, mid, force, reward, order), answer=_answer)
    if made.alert is not None and rehearsal.current() is None:
        said = {"op": "alert", "outcome": "low_stock", "site": site, "pool": reward.pool, "left": made.alert}
        _log.warning(json.dumps(said, separators=(",", ":")))
    if made.benefit.status == "Pending" and not made.is_repeat and rehearsal.current() is None:
        asked = issuing.deliver(site, mid, made.benefit.number, run.now, seconds=issuing.REQUEST_SECONDS)
        return made if asked is None else replace(made, benefit=asked)
    return made


def published(force: InForce, reward_id: str) -> Reward:
    """The reward of the catalogue. Raises ``NoSuchReward`` for one that is not there or is a draft."""
    found = force.reward_by_id.get(reward_id)
    if found is None or found.status == "Draft":
        raise NoSuchReward
    return found


def _beside(site: str, mid: str, force: InForce, reward: Reward, order: str | None) -> list[Address]:
    """What a claim rests on beside the account: the reward's level, the order's redemptions, the pool of codes, and
    what its segments ask for.
    """
    addresses = [table.level_address(site, reward.reward_id)]
    if order is not None:
        addresses.append(ledger_table.redemptions_address(site, mid, order))
    addresses += [] if reward.pool is None else codes.places(site, reward.pool)
    return [*addresses, *segments.addresses(site, mid, force, [reward.audience])]


def _answer(made: Claimed) -> Answer:
    said = replace(entry_answer(made.entry.number), mid=made.home)
    return replace(said, ref=f"{said.ref}+{len(made.others)}") if made.others else said


def _decided(draft: Draft, case: _Case) -> tuple[list[Write], Claimed]:
    wanted, reward = case.claim, case.reward
    if wanted.retry:
        for owner, benefit in case.earlier:
            row = ledger_table.read_row(case.site, owner, benefit.number)
            if benefit.reward == reward.reward_id and row is not None:
                return [], Claimed(row.entry, benefit, is_repeat=True, home=owner)
    _check_together(case)
    levels = levels_of(reward, case.taken, None if reward.pool is None else codes.left_in(case.pool))
    against = reasons(
        case.force,
        reward,
        draft.account,
        draft.now,
        levels,
        case.price,
        inside=_is_inside(draft, case),
        may_owe=wanted.may_owe,
    )
    if against:
        raise refusal(against)
    drawn = _drawn(draft, case)
    entries = _debited(draft, case)
    benefit = _benefit(draft, case, entries, drawn)
    writes = [table.benefit_write(case.site, case.mid, benefit), *_level_writes(case, benefit)]
    writes += drawn.writes if drawn else ()
    writes += segments.checks(case.site, case.mid, case.force, [reward.audience], case.segments)
    if wanted.wish.order is not None:
        record = _recorded(case.record, entries)
        writes.append(ledger_table.redemptions_write(case.site, case.mid, composed(wanted.wish.order), record))
    return writes, Claimed(entries[0], benefit, entries[1:], alert=drawn.left if drawn and drawn.is_low else None)


def _is_inside(draft: Draft, case: _Case) -> bool:
    """Whether the member is in one of the segments that the reward is for, judged as of this claim."""
    audience, wish = case.reward.audience, case.claim.wish
    if not audience.segments:
        return True
    event = Event(action=standard.REDEEMED, store=wish.store or "", source=wish.source or "")
    subject = segments.subject(case.site, case.force, draft, [audience], case.segments, event)
    return judging.admits(case.force, Audience(segments=audience.segments), subject)


def _drawn(draft: Draft, case: _Case) -> Drawn | None:
    """A code of the reward's pool, if it has one. Raises ``ClaimLimitReached`` when none is left that is still good."""
    pool = case.reward.pool
    if pool is None:
        return None
    low_at = case.reward.codes.low_stock_at
    drawn = codes.draw(
        case.site, pool, case.pool, turn=case.mid, attempt=case.attempt, today=draft.day, low_at=low_at, now=draft.now
    )
    if drawn is None:
        raise refusal((NO_CODES,))
    return drawn


def _check_together(case: _Case) -> None:
    """Refuse more redemptions than an order takes, and rewards that do not go together on it."""
    if len(case.record.redemptions) + 1 + len(case.price.buckets) > REDEMPTIONS_MAX:
        raise TooManyRedemptions
    others = [case.force.reward_by_id.get(each.reward) for _, each in case.earlier]
    if others and not all(each is None or each.stackable for each in (case.reward, *others)):
        raise NotStackable


def _debited(draft: Draft, case: _Case) -> tuple[Entry, ...]:
    """One entry for the ordinary points, which also counts the claim, and one for each further bucket."""
    wanted = case.claim
    told = telling(wanted.wish, case.price.points)
    told = replace(told, refs=replace(told.refs, reward=case.reward.reward_id))
    counting = counted(quotas(case.reward, draft.account, draft.day))
    first = moves.debit(draft, case.price.points, told, side="rewarded", may_owe=wanted.may_owe, counted=counting)
    others = [
        moves.debit(draft, points, replace(told, wished=points), side="rewarded", bucket=bucket)
        for bucket, points in case.price.buckets
    ]
    return (first, *others)


def _benefit(draft: Draft, case: _Case, entries: tuple[Entry, ...], drawn: Drawn | None) -> Benefit:
    reward = case.reward
    code = drawn.code if drawn else reward.codes.code
    is_asked = reward.codes.source == "api"
    ends = [] if drawn is None or drawn.last_day is None else [end_of(drawn.last_day, case.force)]
    own = None if code is None else code_expiry(reward, case.force, draft.now)
    ends += [] if own is None else [own]
    return Benefit(
        number=entries[0].number,
        reward=reward.reward_id,
        name=reward.reward_name,
        kind=reward.kind,
        type=reward.reward_type,
        at=days.to_ms(draft.now),
        programme=case.force.version,
        points=case.price.points,
        buckets=case.price.buckets,
        entries=len(entries),
        code=code,
        expires=min(ends, default=None),
        order=case.claim.wish.order,
        unit=reward.stock is not None or reward.claims_in_all is not None,
        uses_max=reward.codes.uses,
        status="Pending" if is_asked else "Awarded",
        retry_at=days.to_ms(draft.now + CRASH_PAUSE) if is_asked else None,
        personal=case.claim.personal,
    )


def _level_writes(case: _Case, benefit: Benefit) -> list[Write]:
    reward = case.reward
    if not benefit.unit:
        return []
    return [
        table.level_write(case.site, reward.reward_id, units=1, claims=1, stock=reward.stock, most=reward.claims_in_all)
    ]


def _recorded(record: Record, entries: tuple[Entry, ...]) -> Record:
    """The order's redemptions with these, which a return can refund to the very lots."""
    for entry in entries:
        owed = sum(points for _, points in entry.owed)
        record = record.added(Redemption(entry.number, "rewarded", entry.draws, owed=owed))
    return record


def _rewards_of(draft: Draft, order: str | None, record: Record) -> tuple[tuple[str, Benefit], ...]:
    """The rewards among an order's redemptions that still stand, those of members merged into the draft's included; no
    call where there is none.
    """
    homes = () if order is None else tuple(draft.account.absorbed)
    found: list[tuple[str, Benefit]] = []
    for owner, known in ((draft.mid, record), *ledger_table.read_redemptions(draft.site, homes, order or "")):
        numbers = [each.entry for each in known.redemptions if each.side == "rewarded"]
        benefits = table.read_benefits(draft.site, owner, numbers).values()
        found += [(owner, each) for each in benefits if not each.is_over]
    return tuple(found)


def _fresh(site: str, mid: str, order: str) -> Record:
    _, pk, sk = ledger_table.redemptions_address(site, mid, order)
    return ledger_table.load_redemptions(items.get(ledger_table.RedemptionsItem, pk, sk))
