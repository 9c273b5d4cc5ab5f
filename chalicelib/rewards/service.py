"""Redemption: points spent, once for an order when the caller asks for that."""

from dataclasses import replace
from typing import Any

from chalicelib.dynamo import items
from chalicelib.dynamo.commit import Write
from chalicelib.errors import Refusal
from chalicelib.ids import composed
from chalicelib.ledger import moves, table
from chalicelib.ledger.draft import Draft
from chalicelib.ledger.entry import Entry, Refs
from chalicelib.ledger.moves import Telling
from chalicelib.ledger.redemptions import REDEMPTIONS_MAX, Redemption
from chalicelib.ledger.service import Command, entry_answer, post
from chalicelib.programme.in_force import InForce
from chalicelib.programme.performing.service import Wish, check_takes_part, postable
from chalicelib.values import value


class NotEnoughPoints(Refusal):
    """The balance does not cover the redemption."""

    def __init__(self, *, asked: str, available: str) -> None:
        super().__init__(f"Not enough points: {asked} asked, {available} available. Nothing was redeemed.")


class OverdraftNotAllowed(Refusal):
    """The caller allows negative points and the programme does not."""

    def __init__(self) -> None:
        super().__init__("Not enough points, and this programme does not allow negative points.")


class TooManyRedemptions(Refusal):
    """An order takes a bounded number of redemptions."""

    def __init__(self) -> None:
        super().__init__(f"An order takes at most {REDEMPTIONS_MAX} redemptions.")


@value
class Redeemed:
    """The redemption's entry, and whether it had been made before (``retry`` for the same order)."""

    entry: Entry
    is_repeat: bool = False


def redeem_points(
    site: str, run: Command, force: InForce, mid: str, wish: Wish, *, retry: bool = False, may_owe: bool = False
) -> Redeemed:
    """Spend points (107), all or nothing.

    With an order id the redemption is recorded for it, so that a return can refund it to the very lots; with
    ``retry`` an order that has a redemption answers with that one and debits nothing. ``may_owe`` needs a
    programme that allows negative points. Raises ``NotEnoughPoints`` and as ``performing.award`` does.
    """
    postable(force, wish.action)
    points = wish.points or 0
    order = None if wish.order is None else composed(wish.order)
    address = None if order is None else table.redemptions_address(site, mid, order)

    def decide(drafts: list[Draft], found: list[Any]) -> tuple[list[Write], Redeemed]:
        draft = drafts[0]
        record = table.load_redemptions(found[0] if found else None)
        if retry and record.redemptions:
            row = table.read_row(site, mid, record.redemptions[0].entry)
            if row is not None:
                return [], Redeemed(row.entry, is_repeat=True)
        check_takes_part(draft)
        _check_affordable(draft, force, points, may_owe=may_owe)
        if len(record.redemptions) >= REDEMPTIONS_MAX:
            raise TooManyRedemptions
        entry = moves.debit(draft, points, _telling(wish, points), side="redeemed", may_owe=may_owe)
        if order is None:
            return [], Redeemed(entry)
        after = record.added(
            Redemption(entry.number, "redeemed", entry.draws, owed=sum(owed for _, owed in entry.owed))
        )
        return [table.redemptions_write(site, mid, order, after)], Redeemed(entry)

    def record_of() -> list[Any]:
        # After the account: reads of one batch may be of two moments, and a balance that this order's redemption has
        # used up would refuse, where retry has that redemption to tell.
        return [] if address is None else [items.get(*address)]

    reading: dict[str, Any] = {"load": record_of} if retry else {"also": () if address is None else (address,)}
    return post(site, [mid], run, force.rules, decide, answer=lambda made: entry_answer(made.entry.number), **reading)


def _check_affordable(draft: Draft, force: InForce, points: int, *, may_owe: bool) -> None:
    available = draft.account.bucket().available
    if points <= available:
        return
    if may_owe and force.rules.may_owe:
        return
    if may_owe:
        raise OverdraftNotAllowed
    decimals = force.programme.point_decimals
    raise NotEnoughPoints(asked=_shown(points, decimals), available=_shown(available, decimals))


def _shown(units: int, decimals: int) -> str:
    whole, part = divmod(abs(units), 10**decimals)
    sign = "-" if units < 0 else ""
    return f"{sign}{whole}.{part:0{decimals}d}" if part else f"{sign}{whole}"


def _telling(wish: Wish, points: int) -> Telling:
    note = {name: value for name, value in wish.note.items() if value not in (None, "", {})}
    refs = replace(Refs(), order=wish.order, store=wish.store, source=wish.source)
    return Telling(action=wish.action, refs=refs, note=note or None, wished=points)
