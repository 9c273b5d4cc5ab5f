"""Redemption: points spent, once for an order when the caller asks for that."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from chalicelib.dynamo import items
from chalicelib.dynamo.commit import Plan, Write, commit
from chalicelib.dynamo.idempotency import Answer
from chalicelib.dynamo.items import Address
from chalicelib.errors import Refusal
from chalicelib.groups.pooling.service import Pool
from chalicelib.ids import composed
from chalicelib.ledger import days, moves, table
from chalicelib.ledger import service as ledger
from chalicelib.ledger.account import Account
from chalicelib.ledger.draft import CLOSED, Draft
from chalicelib.ledger.entry import Entry
from chalicelib.ledger.redemptions import REDEMPTIONS_MAX, Record, Redemption
from chalicelib.ledger.service import Command, NoSuchMember, entry_answer, post
from chalicelib.members import service as members
from chalicelib.programme.amounts import points_on_wire
from chalicelib.programme.definitions.audience import Audience
from chalicelib.programme.definitions.reward import Reward
from chalicelib.programme.in_force import InForce
from chalicelib.programme.performing.service import Wish, check_takes_part, postable, telling
from chalicelib.programme.segments import judging
from chalicelib.programme.segments import service as segments
from chalicelib.rewards import offer
from chalicelib.rewards import table as rewards_table
from chalicelib.rewards.benefit import Benefit, number_of
from chalicelib.rewards.issuing import service as issuing
from chalicelib.rewards.judging import Taken
from chalicelib.rewards.offer import Offer, Used
from chalicelib.rewards.quotas import claimed
from chalicelib.rewards.refusals import TooManyRedemptions
from chalicelib.values import value

FORGOTTEN_AT_ONCE: Final = 90
"""Redemptions that one transaction deletes (100 actions, AWS limit)."""
DOSSIER_PAGES_MAX: Final = 200
Owned = tuple[str, Benefit]
"""A redemption with the number of the member who made it."""
USED_MAX: Final = 1_000
"""Redemptions of a member that are listed, the newest."""
STANDING_MAX: Final = 99
"""Orders that one call reads beside the account."""


class NotEnoughPoints(Refusal):
    """The balance does not cover the redemption."""

    def __init__(self, *, asked: Decimal, available: Decimal) -> None:
        super().__init__(f"Not enough points: {asked:f} asked, {available:f} available. Nothing was redeemed.")


class OverdraftNotAllowed(Refusal):
    """The caller allows negative points and the programme does not."""

    def __init__(self) -> None:
        super().__init__("Not enough points, and this programme does not allow negative points.")


@value
class Redeemed:
    """The redemption's entry, and whether it had been made before (``retry`` for the same order).

    ``owner`` has the entry in the book: the member, or one who was merged into the member.
    """

    entry: Entry
    owner: str
    is_repeat: bool = False


def redeem_points(
    site: str,
    run: Command,
    force: InForce,
    mid: str,
    wish: Wish,
    *,
    retry: bool = False,
    may_owe: bool = False,
    pool: Pool | None = None,
) -> Redeemed:
    """Spend points (107), all or nothing.

    With an order id the redemption is recorded for it, so that a return can refund it to the very lots; with
    ``retry`` an order that has a redemption answers with that one and debits nothing. ``may_owe`` needs a
    programme that allows negative points. Raises ``NotEnoughPoints`` and as ``performing.award`` does.
    """
    postable(force, wish.action)
    address = None if wish.order is None else table.redemptions_address(site, mid, composed(wish.order))

    def decide(drafts: list[Draft], found: list[Any]) -> tuple[list[Write], Redeemed]:
        record = table.load_redemptions(found[0] if found else None)
        earlier = _earlier(drafts[0], composed(wish.order), record) if retry and wish.order is not None else None
        if earlier is not None:
            return [], earlier
        return _spent(drafts[0], force, wish, record, may_owe=may_owe)

    def record_of() -> list[Any]:
        # After the account: reads of one batch may be of two moments, and a balance that this order's redemption
        # used up would refuse, where retry has it to tell.
        return [] if address is None else [items.get(*address)]

    also, load = ((), record_of) if retry or address is None else ((address,), None)
    booking = post if pool is None else pool.post
    return booking(site, [mid], run, force.rules, decide, also=also, load=load, answer=_answer)


def _spent(draft: Draft, force: InForce, wish: Wish, record: Record, *, may_owe: bool) -> tuple[list[Write], Redeemed]:
    points = wish.points or 0
    check_takes_part(draft)
    _check_affordable(draft, force, points, may_owe=may_owe)
    if len(record.redemptions) >= REDEMPTIONS_MAX:
        raise TooManyRedemptions
    entry = moves.debit(draft, points, telling(wish, points), side="redeemed", may_owe=may_owe)
    if wish.order is None:
        return [], Redeemed(entry, draft.mid)
    recorded = table.redemptions_write(draft.site, draft.mid, composed(wish.order), _recorded(record, entry))
    return [recorded], Redeemed(entry, draft.mid)


def _earlier(draft: Draft, order: str, record: Record) -> Redeemed | None:
    """What the order was redeemed for before, other than rewards, by the member or by one who was merged into it."""
    others = table.read_redemptions(draft.site, tuple(draft.account.absorbed), order)
    for owner, known in ((draft.mid, record), *others):
        number = next((each.entry for each in known.redemptions if each.side == "redeemed"), None)
        row = None if number is None else table.read_row(draft.site, owner, number)
        if row is not None:
            return Redeemed(row.entry, owner, is_repeat=True)
    return None


def _answer(made: Redeemed) -> Answer:
    return replace(entry_answer(made.entry.number), mid=made.owner)


def _recorded(record: Record, entry: Entry) -> Record:
    """The order's redemptions with this one, which a return can refund to the very lots."""
    owed = sum(points for _, points in entry.owed)
    return record.added(Redemption(entry.number, "redeemed", entry.draws, owed=owed))


def _check_affordable(draft: Draft, force: InForce, points: int, *, may_owe: bool) -> None:
    available = draft.account.bucket().available
    if points <= available:
        return
    if may_owe and force.rules.may_owe:
        return
    if may_owe:
        raise OverdraftNotAllowed
    asked, there = (points_on_wire(force.programme, units) for units in (points, available))
    raise NotEnoughPoints(asked=asked, available=there)


def benefit(site: str, mid: str, number: int) -> Benefit | None:
    """What a member got by the redemption of that entry; ``None`` when it was none of a reward, or is erased."""
    return rewards_table.read_benefit(site, mid, number)


def offers(site: str, force: InForce, mid: str, now: datetime) -> tuple[Account, tuple[Offer, ...]]:
    """A member's account, and every reward that members see with all that keeps this member from it.

    Two calls, one where no reward is bounded. Raises ``NoSuchMember``.
    """
    every = [reward.audience for reward in force.programme.rewards]
    beside = segments.addresses(site, mid, force, every)
    item, *found = _read([table.account_address(site, mid), *beside])
    account = None if item is None else table.load_account(item)
    if account is None or account.state == CLOSED:
        raise NoSuchMember
    draft = Draft(site, mid, account, force.rules, "", now)
    draft.settle()
    subject = segments.subject(site, force, draft, every, found)

    def is_inside(reward: Reward) -> bool:
        named = reward.audience.segments
        return not named or judging.admits(force, Audience(segments=named), subject)

    bounded = any(
        each.stock is not None or each.claims_in_all is not None or each.pool is not None
        for each in force.programme.rewards
    )
    taken, left = rewards_table.shelf(site) if bounded else ({}, {})
    return draft.account, offer.offers(force, draft.account, now, taken, left, is_inside)


def _read(addresses: Sequence[Address]) -> list[Any]:
    """The items in one call, or in several where many lists of segments are named."""
    parts = [addresses[place : place + items.BATCH_GET_MAX] for place in range(0, len(addresses), items.BATCH_GET_MAX)]
    return [item for part in parts for item in items.get_many(part)]


def levels(site: str) -> tuple[dict[str, Taken], dict[str, int]]:
    """What is taken of each reward, by its id, and the codes left in each pool. One query."""
    return rewards_table.shelf(site)


def used(site: str, force: InForce, mid: str, now: datetime, homes: Sequence[str] = ()) -> list[Owned]:
    """A member's redemptions, newest first, at most ``USED_MAX``, with those of ``homes`` that were merged into the
    member. Raises ``NoSuchMember``.
    """
    ledger.read(site, mid, force.rules, now)
    found = [(owner, each) for owner in (mid, *homes) for each in rewards_table.page(site, owner, limit=USED_MAX)]
    return sorted(found, key=lambda owned: owned[1].at, reverse=True)[:USED_MAX] if homes else found


def as_they_stand(site: str, mid: str, found: Sequence[Owned], now: datetime) -> list[Used]:
    """Redemptions (at most ``STANDING_MAX``) with what became of them: one call for the account and their orders."""
    orders = list(dict.fromkeys((owner, composed(each.order)) for owner, each in found if each.order is not None))
    addresses = [table.account_address(site, mid), *(table.redemptions_address(site, *order) for order in orders)]
    account_item, *items_found = items.get_many(addresses)
    account = Account() if account_item is None else table.load_account(account_item)
    records = {order: table.load_redemptions(item) for order, item in zip(orders, items_found, strict=True)}

    def record_of(owner: str, benefit: Benefit) -> Record | None:
        return None if benefit.order is None else records[owner, composed(benefit.order)]

    return [
        Used(owner, each, offer.standing(each, record_of(owner, each), now), claimed(each.reward, account))
        for owner, each in found
    ]


def all_as_they_stand(site: str, mid: str, found: Sequence[Owned], now: datetime) -> list[Used]:
    """The same for any number of redemptions, in calls of ``STANDING_MAX``."""
    slices = [found[place : place + STANDING_MAX] for place in range(0, len(found), STANDING_MAX)]
    return [used for part in slices for used in as_they_stand(site, mid, part, now)]


def holders(site: str, code: str) -> list[tuple[str, int]]:
    """Numbers of the members who got a code, and of their redemptions; at most 50, and a moment late."""
    return rewards_table.holders(site, code)


def standing_of(site: str, found: Sequence[tuple[str, int]], now: datetime) -> list[tuple[str, Used]]:
    """Of ``holders`` those who are there still: the member's id, and the redemption as it stands."""
    standing: list[tuple[str, Used]] = []
    for owner, number in found:
        benefit = rewards_table.read_benefit(site, owner, number)
        mid = None if benefit is None else issuing.survivor(site, owner, now)
        profile = None if mid is None else members.numbered(site, mid)
        if benefit is not None and mid is not None and profile is not None:
            standing += [(profile.id, each) for each in as_they_stand(site, mid, [(owner, benefit)], now)]
    return standing


def located(site: str, mid: str, homes: Sequence[str], given: str) -> tuple[str, int] | None:
    """Whose redemption an outward id means, the member's own or one of those merged into it, and its number."""
    for owner in (mid, *homes):
        number = number_of(site, owner, given)
        if number is not None:
            return owner, number
    return None


def deliver(site: str, mid: str, sk: str, now: datetime) -> None:
    """Ask the merchant's coupon API once more for the code of the redemption with that sort key."""
    issuing.deliver(site, mid, rewards_table.number_in(sk), now)


def benefits(site: str, mid: str, numbers: Sequence[int]) -> dict[int, Benefit]:
    """What a member got by the redemptions of these entries (at most 100), by number; no call for none."""
    return rewards_table.read_benefits(site, mid, numbers)


def forget(site: str, mid: str) -> bool:
    """Delete up to ``FORGOTTEN_AT_ONCE`` redemptions of a member with their codes; whether none is left. A code stays
    given: nobody gets it again. Safe to repeat.
    """

    def decide(found: list[Benefit]) -> Plan[bool]:
        writes = [rewards_table.benefit_delete(site, mid, each.number) for each in found]
        return Plan(tuple(writes), len(found) < FORGOTTEN_AT_ONCE)

    return commit(lambda: rewards_table.page(site, mid, limit=FORGOTTEN_AT_ONCE), decide)


def dossier(site: str, mid: str) -> list[dict[str, Any]]:
    """What this package holds of a member: each redemption with its code and what callers wrote, newest first."""
    found: list[Benefit] = []
    through: int | None = None
    for _ in range(DOSSIER_PAGES_MAX):
        page = rewards_table.page(site, mid, through=through, limit=FORGOTTEN_AT_ONCE)
        found += page
        if len(page) < FORGOTTEN_AT_ONCE:
            break
        through = page[-1].number - 1
    return [
        {
            "rewardId": each.reward,
            "rewardName": each.name,
            "status": each.status,
            "rewardCode": each.code or "",
            "orderId": each.order or "",
            "uses": list(each.uses),
            "at": days.from_ms(each.at).isoformat(),
            **each.personal,
        }
        for each in found
    ]
