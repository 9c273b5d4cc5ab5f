"""Orders in the book: the entries that placing and changing one add to its member's draft."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from chalicelib.ids import composed, digest
from chalicelib.ledger import days, moves
from chalicelib.ledger.account import POINTS, PROMOTIONAL, STANDARD
from chalicelib.ledger.draft import Draft, Face
from chalicelib.ledger.entry import Counted, Earned, Entry, Refs
from chalicelib.ledger.hold import Hold
from chalicelib.ledger.moves import Telling
from chalicelib.ledger.releasing import release_hold
from chalicelib.orders import placing, purses
from chalicelib.orders.changing import WAITING, Fate, Outcome
from chalicelib.orders.order import Line, NewOrder, Order, Verb
from chalicelib.orders.refunds import Refund, graced
from chalicelib.programme import standard
from chalicelib.programme.bucket_earning import InBucket, earned_in_buckets
from chalicelib.programme.earning import PricedLine
from chalicelib.programme.expiry import lasting
from chalicelib.programme.holding import after_days, is_held, release_at
from chalicelib.programme.in_force import InForce
from chalicelib.values import value

GROUP_LETTERS: Final = 24
"""Hex digits of an order id's digest that name its holds."""
WORDS: Final[dict[Fate, str]] = {"released": "Released", "returned": "Return", "cancelled": "Cancelled"}
"""How lists show what became of a purchase (``ledger.service`` has the same words)."""
_HOLD: Final = "Hold"


@value
class Award:
    """What a new order is given: points after limits, shares of the lines, and what counts against the limits.

    ``judged`` is what had counted against them before.
    """

    points: int
    wished: int
    shares: tuple[int, ...]
    counted: tuple[Counted, ...]
    tier: str
    judged: tuple[Counted, ...] = ()
    campaigns: tuple[tuple[str, int], ...] = ()
    """The parts of the points that campaigns added."""
    calculations: tuple[str, ...] = ()
    """For each line how its points came about, empty where no rule decided; none where none did at all."""


@value
class Booked:
    """An order that stands in the draft, and its hold as it has to be written, if it has one."""

    order: Order
    entry: Entry
    hold: Hold | None


@value
class Purses:
    """An order with its purses, and the holds that have to be written for them."""

    order: Order
    holds: list[Hold]


def group_of(order_id: str) -> str:
    """The group that all holds of an order belong to."""
    return digest(composed(order_id))[:GROUP_LETTERS]


def book_order(draft: Draft, new: NewOrder, award: Award, then: InForce) -> Booked:
    """Award or promise the points of a new order, by the programme of its date; one that is due already is given."""
    ordered = new.ordered or draft.now
    effective = min(ordered, draft.now)
    programme = then.programme
    good = lasting(programme, new.action or standard.PURCHASE, award.tier)
    is_promised = (new.waits if new.action else is_held(programme.purchase.hold)) and award.points > 0
    due = _release(then, ordered) if is_promised and not new.action else None
    order = Order(
        id=new.id,
        lines=(),
        ordered=ordered,
        entry=draft.account.version + 1,
        day=days.day_of(effective, draft.rules.zone),
        amount=placing.amount(programme, new),
        programme=then.version,
        tier=award.tier,
        lasting=good,
        total=new.total,
        discount=new.discount,
        coupons=tuple(new.coupons),
        store=new.store,
        source=new.source,
        event=new.event,
        point_type=new.point_type,
        kind=_kind(new, programme.purchase.point_type),
        action=new.action,
        held=is_promised,
        judged=award.judged,
        command=draft.command,
        buyer=new.buyer,
        campaigns=award.campaigns,
        attributes=tuple(new.attributes.items()),
    )
    order = replace(order, lines=_explained(_lines(order, new, award.shares, due, draft), award))
    if not is_promised:
        return Booked(order, _give(draft, order, award, effective), None)
    return _promise(draft, order, award, effective, due, then)


def book_purses(draft: Draft, new: NewOrder, order: Order, then: InForce, lines: Sequence[PricedLine]) -> Purses:
    """Book what a booked order earns in every further bucket, by the programme and the tiers of its moment."""
    holds = []
    for earned in earned_in_buckets(then, placing.bought(lines), draft.account):
        order, hold = _book_purse(draft, new, order, earned, then)
        holds += [] if hold is None else [hold]
    return Purses(order, holds)


def _book_purse(
    draft: Draft, new: NewOrder, order: Order, earned: InBucket, then: InForce
) -> tuple[Order, Hold | None]:
    """Award or promise what a booked order earns in a further bucket. Gives the order with its purse, and the hold
    that has to be written, if there is one.
    """
    number, points = len(order.purses), earned.total
    effective = min(order.ordered, draft.now)
    is_promised = is_held(then.programme.purchase.hold)
    due = _release(then, order.ordered) if is_promised else None
    seen = replace(order, entry=draft.account.version + 1, amount=0, lasting=earned.lasting, held=is_promised)
    seen = replace(seen, lines=_lines(seen, new, earned.shares, due, draft))
    purse = purses.opened(earned.bucket, seen.entry, seen)
    telling = Telling(action=standard.PURCHASE, refs=_refs(order), wished=points, programme=order.programme)
    with_purse = replace(order, purses=(*order.purses, purse))
    if not is_promised:
        moves.award(draft, points, earned.lasting, telling, kind=order.kind, effective=effective, bucket=earned.bucket)
        return with_purse, None
    telling = replace(telling, refs=replace(telling.refs, release=due))
    entry = moves.hold(draft, points, telling, effective=effective, bucket=earned.bucket)
    hold = purses.placed(_hold_of(draft, seen, entry, earned.shares, due, then, bucket=earned.bucket), number)
    draft.show(entry.number, Face(_HOLD, less=-points))
    if due is None or due > draft.at:
        return with_purse, hold
    release_hold(draft, hold, last=True)
    return with_purse, None


def book_change(draft: Draft, verb: Verb, out: Outcome, bucket: str = POINTS) -> Entry | None:
    """Book what a change of an order takes back, gives, or no longer counts. Gives the row that tells of it, if any.

    With ``bucket`` the outcome is of the order as that purse sees it.
    """
    order = out.order
    entry = _book_return(draft, out, bucket) if verb == "return" else _book_cancel(draft, out, bucket)
    for hold in out.redated:
        refs = Refs(order=order.id, hold=f"{hold.group}#{hold.place}", release=hold.release_at)
        draft.add("split", action=order.action or standard.PURCHASE, refs=refs)
    for hold in out.released:
        release_hold(draft, hold, last=True)
    if order.held and (out.from_hold or out.fate):
        draft.show(order.entry, Face(None if out.fate is None else WORDS[out.fate], less=out.from_hold))
    return entry


def book_purse_changes(draft: Draft, verb: Verb, order: Order, outs: Sequence[Outcome]) -> Order:
    """Book what a change comes to for each purse of an order; gives the order that remembers it."""
    for number, out in enumerate(outs):
        book_change(draft, verb, out, order.purses[number].bucket)
        order = purses.kept(order, number, out.order)
    return order


def book_refunds(draft: Draft, order: Order, refunds: Sequence[Refund], grace_days: int) -> None:
    """Give back points that were spent on the order, each to the lots it came from."""
    for refund in refunds:
        refs = Refs(order=order.id, undoes=refund.redemption.entry)
        draws = graced(refund.draws, draft.day, grace_days)
        moves.refund(
            draft,
            draws,
            Telling(action=standard.REDEEMED, refs=refs, programme=order.programme),
            side=refund.redemption.side,
            bucket=refund.redemption.bucket,
        )


def _give(draft: Draft, order: Order, award: Award, effective: datetime) -> Entry:
    return moves.award(
        draft,
        award.points,
        order.lasting,
        _told(order, award),
        kind=order.kind,
        effective=effective,
        earned=Earned(order.day, award.points, order.amount, 1),
        counted=award.counted,
    )


def _told(order: Order, award: Award) -> Telling:
    return Telling(
        action=order.action or standard.PURCHASE,
        refs=_refs(order),
        wished=award.wished,
        programme=order.programme,
        campaigns=award.campaigns,
    )


def _promise(draft: Draft, order: Order, award: Award, effective: datetime, due: int | None, then: InForce) -> Booked:
    note = {"pointType": "Promotional"} if order.kind == PROMOTIONAL else None
    told = _told(order, award)
    entry = moves.hold(
        draft,
        award.points,
        replace(told, refs=replace(told.refs, release=due), note=note),
        effective=effective,
        earned=Earned(order.day, 0, order.amount, 1),
        counted=award.counted,
    )
    hold = replace(_hold_of(draft, order, entry, award.shares, due, then), counted=award.counted)
    draft.show(entry.number, Face(_HOLD, less=-award.points))
    if due is None or due > draft.at:
        return Booked(order, entry, hold)
    release_hold(draft, hold, last=True)
    return Booked(order, entry, None)


def _hold_of(
    draft: Draft,
    order: Order,
    entry: Entry,
    shares: Sequence[int],
    due: int | None,
    then: InForce,
    *,
    bucket: str = POINTS,
) -> Hold:
    """The hold that an order begins with."""
    voids = after_days(draft.now, then.programme.purchase.hold_max_days, draft.rules.zone)
    return Hold(
        group=group_of(order.id),
        place=WAITING,
        row=entry.number,
        action=order.action or standard.PURCHASE,
        parts={str(place + 1): share for place, share in enumerate(shares) if share},
        lasting=order.lasting,
        programme=order.programme,
        release_at=due,
        void_at=None if due else days.to_ms(voids),
        kind=order.kind,
        order=order.id,
        bucket=bucket,
    )


def _release(then: InForce, ordered: datetime) -> int | None:
    at = release_at(then.programme.purchase.hold, ordered=ordered, zone=then.zone)
    return None if at is None else days.to_ms(at)


def _lines(order: Order, new: NewOrder, shares: Sequence[int], due: int | None, draft: Draft) -> tuple[Line, ...]:
    found = placing.lines(new, shares, order.amount, is_waiting=order.held and due is None)
    if due is None:
        return found
    freed = days.day_of(days.from_ms(due), draft.rules.zone)
    return tuple(replace(line, freed=freed) for line in found)


def _explained(lines: tuple[Line, ...], award: Award) -> tuple[Line, ...]:
    """The lines with how the points of each came about, where that is known."""
    if not award.calculations:
        return lines
    both = zip(lines, award.calculations, strict=True)
    return tuple(replace(line, calculation=calculation) for line, calculation in both)


def _kind(new: NewOrder, purchases: str) -> str:
    """The class of its points: as the programme says of purchases, or as an issuance says itself."""
    word = new.point_type if new.action else purchases
    return PROMOTIONAL if word.strip().casefold() == "promotional" else STANDARD


def _refs(order: Order) -> Refs:
    return Refs(order=order.id, store=order.store or None, source=order.source or None)


def _book_return(draft: Draft, out: Outcome, bucket: str) -> Entry | None:
    """One row (148) for a return, whatever it takes: from what was given, from a hold, or nothing."""
    if not out.is_effective:
        return None
    if bucket != POINTS and not (out.taken or out.from_hold):
        return None
    day, *others = _uncounted(out, bucket)
    refs = replace(_refs(out.order), undoes=out.order.entry)
    telling = Telling(action=standard.RETURNED, refs=refs, programme=out.order.programme)
    if not out.taken and out.from_hold:
        return _shrink(draft, out.from_hold, telling, [day, *others], bucket=bucket)
    lot = (out.order.kind, out.order.lasting.good_through(day.day), out.order.entry)
    entry = moves.debit(
        draft,
        out.taken,
        replace(telling, wished=out.taken),
        side="deducted",
        may_owe=draft.rules.may_owe,
        first=lot,
        earned=day,
        bucket=bucket,
    )
    if out.from_hold or others:
        _shrink(draft, out.from_hold, replace(telling, shown=False), others, bucket=bucket)
    return entry


def _book_cancel(draft: Draft, out: Outcome, bucket: str) -> Entry | None:
    """A cancel has no row of its own: the purchase's row shrinks with the hold."""
    if out.from_hold or out.spend or out.orders or out.counted:
        refs = replace(_refs(out.order), undoes=out.order.entry)
        action = out.order.action or standard.PURCHASE
        telling = Telling(action=action, refs=refs, shown=False, programme=out.order.programme)
        return _shrink(draft, out.from_hold, telling, _uncounted(out, bucket), out.counted, bucket=bucket)
    return None


def _shrink(
    draft: Draft,
    points: int,
    telling: Telling,
    earned: Sequence[Earned],
    counted: tuple[Counted, ...] = (),
    *,
    bucket: str,
) -> Entry:
    """Take back a promise (or nothing) in one entry that un-counts the first period, and the rest in hidden ones."""
    first = earned[0] if earned else None
    entry = moves.shrink(draft, points, telling, earned=first, counted=counted, bucket=bucket)
    for each in earned[1:]:
        moves.shrink(draft, 0, replace(telling, shown=False), earned=each, bucket=bucket)
    return entry


def _uncounted(out: Outcome, bucket: str) -> list[Earned]:
    """What no longer counts towards tiers, for each day it counted on; the day with most points first.

    Points count from when they are given, spend and the order itself from the order's day.
    """
    points = dict(out.free)
    if out.spend or out.orders or not points:
        points.setdefault(out.order.day, 0)
    by_points = sorted(points.items(), key=lambda each: (-each[1], each[0]))
    first = out.order.day
    return [
        Earned(
            day, -taken, -out.spend if day == first else 0, -out.orders if day == first else 0, moves.ladder_of(bucket)
        )
        for day, taken in by_points
    ]
