"""Changing a redemption: its status and what is collected with it, its use on an order, its cancellation."""

from collections.abc import Mapping
from dataclasses import field, replace
from typing import Any, Final, Literal

from chalicelib.dynamo.commit import Write
from chalicelib.dynamo.idempotency import Answer
from chalicelib.errors import Malformed, Refusal
from chalicelib.groups.pooling import service as pooling
from chalicelib.ids import composed
from chalicelib.ledger import moves
from chalicelib.ledger import table as ledger_table
from chalicelib.ledger.account import POINTS
from chalicelib.ledger.draft import Draft
from chalicelib.ledger.entry import Entry, Refs
from chalicelib.ledger.moves import Telling
from chalicelib.ledger.redemptions import Record, Redemption
from chalicelib.ledger.service import Command, post
from chalicelib.orders.refunds import graced
from chalicelib.programme import standard
from chalicelib.programme.expiry import lasting
from chalicelib.programme.in_force import InForce
from chalicelib.rewards import table
from chalicelib.rewards.benefit import Benefit, Status
from chalicelib.rewards.refusals import AlreadyOver, NoSuchRedemption
from chalicelib.values import value

PERSONAL_BYTES_MAX: Final = 8_000
Ending = Literal["Cancelled", "Failed"]


class AlreadyUsed(Refusal):
    """The code was used, so the redemption cannot be undone by itself."""

    def __init__(self, benefit: Benefit) -> None:
        where = f" on order {', '.join(benefit.uses)}: return that order instead" if benefit.uses else ""
        super().__init__(f"The code was used{where}. Nothing was changed.")


class UsedUp(Refusal):
    """The code was used on as many orders as it is good for."""

    def __init__(self, benefit: Benefit) -> None:
        super().__init__(f"This code is good for {benefit.uses_max} of your orders, and was used. Nothing was changed.")


class OtherCode(Malformed):
    """The redemption has another code."""

    def __init__(self) -> None:
        super().__init__("benefit_details.reward_code: this redemption has another code, which cannot be changed.")


@value
class Change:
    """What a caller wants changed; what is ``None`` stays. ``used_on`` is an order that the code was used on."""

    status: Literal["Awarded", "Used"] | None = None
    used_on: str | None = None
    code: str | None = None
    """The code of an external reward that has none yet."""
    personal: Mapping[str, Any] = field(default_factory=dict)


@value
class Undone:
    """A redemption that was undone, the entries that gave its points back, and whether it had been undone before."""

    benefit: Benefit
    entries: tuple[Entry, ...]


def update(
    site: str,
    run: Command,
    force: InForce,
    mid: str,
    number: int,
    reward: str,
    change: Change,
    *,
    home: str | None = None,
) -> Benefit:
    """Change a redemption. A use is counted once an order; the last one that the code is good for makes it Used.

    ``home`` made it, where that is somebody merged into the member. Raises ``NoSuchRedemption``, ``AlreadyOver``,
    ``UsedUp``, ``OtherCode`` and ``Malformed``.
    """
    owner = home or mid

    def decide(_drafts: list[Draft], found: list[Any]) -> tuple[list[Write], Benefit]:
        before = _standing(found[0], reward)
        after = _changed(before, change)
        return ([] if after == before else [table.benefit_write(site, owner, after)]), after

    also = (table.benefit_address(site, owner, number),)
    return post(site, [mid], run, force.rules, decide, also=also)


def cancel(
    site: str,
    run: Command,
    force: InForce,
    mid: str,
    number: int,
    reward: str,
    *,
    home: str | None = None,
    reason: str = "",
    ending: Ending = "Cancelled",
    change: Change | None = None,
    only: Status | None = None,
) -> Undone:
    """Undo a redemption: its points go back to the lots they came from, its claim and (by the reward's rule) its unit
    are given back. A code that was given is never given again.

    ``home`` made it, where that is somebody merged into the member; ``only`` undoes it in that status alone. What
    came back with a returned order before does not come back twice. Raises ``NoSuchRedemption``,
    ``AlreadyOver`` and ``AlreadyUsed``.
    """
    owner = home or mid
    order = _order_of(site, owner, number)
    also = [table.benefit_address(site, owner, number)]
    also += [] if order is None else [ledger_table.redemptions_address(site, owner, order)]

    def decide(drafts: list[Draft], found: list[Any]) -> tuple[list[Write], Undone]:
        before = _standing(found[0], reward)
        _check_undone(before, only)
        known = ledger_table.load_redemptions(None if order is None else found[1])
        record, entries = _given_back(drafts[0], force, owner, before, known, reason)
        after = replace(before if change is None else _changed(before, change), status=ending)
        writes = [table.benefit_write(site, owner, after), *_levels_back(site, force, before)]
        if order is not None and record.version:
            writes.append(ledger_table.redemptions_write(site, owner, order, record))
        return writes, Undone(after, entries)

    booking = pooling.returning(site, force.groups, mid).post
    return booking(site, [mid], run, force.rules, decide, also=also, answer=_answer)


def _check_undone(benefit: Benefit, only: Status | None) -> None:
    """Refuse to undo what was used, or what is not in the one status that was meant."""
    if only not in {None, benefit.status}:
        raise AlreadyOver
    if benefit.uses or benefit.status == "Used":
        raise AlreadyUsed(benefit)


def _order_of(site: str, mid: str, number: int) -> str | None:
    """The order of a redemption, in composed form; it never changes. Raises ``NoSuchRedemption``."""
    seen = table.read_benefit(site, mid, number)
    if seen is None:
        raise NoSuchRedemption
    return None if seen.order is None else composed(seen.order)


def _answer(made: Undone) -> Answer:
    return Answer(f"E{made.entries[0].number}+{len(made.entries) - 1}")


def _standing(item: Any, reward: str) -> Benefit:
    benefit = table.load_benefit(item)
    if benefit is None or benefit.reward != reward:
        raise NoSuchRedemption
    if benefit.is_over:
        raise AlreadyOver
    return benefit


def _changed(before: Benefit, change: Change) -> Benefit:
    after = before
    if change.code is not None and change.code != before.code:
        if before.code is not None or before.status == "Pending":
            raise OtherCode
        after = replace(after, code=change.code)
    if change.used_on is not None and change.status == "Used" and change.used_on not in before.uses:
        if len(before.uses) >= before.uses_max:
            raise UsedUp(before)
        after = replace(after, uses=(*before.uses, change.used_on))
    if change.status == "Awarded" and before.status == "Used":
        raise Malformed("member_reward_status: a reward that was used is not Awarded again.")
    is_used = change.status == "Used" and (change.used_on is None or len(after.uses) >= before.uses_max)
    if is_used and before.status == "Pending":
        raise Malformed("member_reward_status: the code has not come yet.")
    if is_used:
        after = replace(after, status="Used")
    if change.personal:
        personal = {**before.personal, **{name: each for name, each in change.personal.items() if each}}
        if len(str(personal).encode()) > PERSONAL_BYTES_MAX:
            raise Malformed(f"collected_data and benefit_details: at most {PERSONAL_BYTES_MAX} bytes together.")
        after = replace(after, personal=personal)
    return after


def _given_back(
    draft: Draft, force: InForce, owner: str, benefit: Benefit, record: Record, reason: str
) -> tuple[Record, tuple[Entry, ...]]:
    """Refund each entry of a redemption, less what came back before; the first also counts the claim back."""
    made: list[Entry] = []
    fresh = lasting(force.programme, standard.REDEEMED, draft.account.standing.tier).good_through(draft.day)
    for number in range(benefit.number, benefit.number + benefit.entries):
        row = ledger_table.read_row(draft.site, owner, number)
        if row is None:
            raise NoSuchRedemption
        entry = row.entry
        owed = sum(points for _, points in entry.owed)
        known = next((each for each in record.redemptions if each.entry == number), None)
        spent = known or Redemption(number, "rewarded", entry.draws, owed=owed)
        left, draws = spent.give_back(spent.points - spent.refunded, fresh=fresh)
        record = replace(
            record, redemptions=tuple(left if each.entry == number else each for each in record.redemptions)
        )
        bucket = entry.draws[0].bucket if entry.draws else POINTS
        told = Telling(
            action=standard.REDEEMED,
            refs=_refs(draft, owner, benefit, number),
            note={"reason": reason} if reason else None,
            wished=spent.points,
        )
        if owner != draft.mid:
            draft.undone[draft.account.version + 1] = owner, number
        made.append(
            moves.refund(
                draft,
                graced(draws, draft.day, force.programme.refunds.grace_days),
                told,
                side="rewarded",
                counted=tuple(replace(each, times=-each.times, points=-each.points) for each in entry.counted),
                bucket=bucket,
            )
        )
    return record, tuple(made)


def _refs(draft: Draft, owner: str, benefit: Benefit, number: int) -> Refs:
    """What a refund undoes: an entry of this book, or of somebody merged into it by the entry that brought it in."""
    if owner == draft.mid:
        return Refs(order=benefit.order, reward=benefit.reward, undoes=number)
    return Refs(order=benefit.order, reward=benefit.reward, home=owner, undoes=draft.account.absorbed.get(owner))


def _levels_back(site: str, force: InForce, benefit: Benefit) -> list[Write]:
    if not benefit.unit:
        return []
    reward = force.reward_by_id.get(benefit.reward)
    units = -1 if reward is None or reward.restock_on_cancel else 0
    return [table.level_write(site, benefit.reward, units=units, claims=-1, stock=None, most=None)]
