"""The use cases behind ``POST /points`` that need no reward: award, deduct, transfer."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import field, replace
from datetime import datetime
from typing import Any, Final

from chalicelib.dynamo.commit import EngineUnavailable, Plan, Write, commit
from chalicelib.dynamo.idempotency import Answer, Known
from chalicelib.errors import Contention, Malformed, NotFound, Refusal
from chalicelib.groups.group import Group
from chalicelib.groups.pooling import service as pooling
from chalicelib.ids import command_id
from chalicelib.ledger import days, moves, table
from chalicelib.ledger import service as ledger
from chalicelib.ledger.account import PROMOTIONAL, STANDARD
from chalicelib.ledger.draft import Draft, Face
from chalicelib.ledger.entry import Entry, Refs
from chalicelib.ledger.hold import Hold
from chalicelib.ledger.moves import Telling
from chalicelib.ledger.rules import Lasting
from chalicelib.ledger.service import HOLD, RELEASED, Command, entry_answer, post
from chalicelib.programme import standard
from chalicelib.programme.campaigning import service as campaigning
from chalicelib.programme.campaigning.service import ForAction
from chalicelib.programme.document import Action
from chalicelib.programme.expiry import lasting
from chalicelib.programme.holding import after_days
from chalicelib.programme.in_force import InForce
from chalicelib.programme.performing import bucketing, explaining, reasons, series
from chalicelib.programme.performing.bucketing import BucketWish
from chalicelib.programme.performing.explaining import ActionExplained
from chalicelib.programme.performing.limits import Allowed, Withheld, allow
from chalicelib.programme.performing.reasons import Attempt, LastAward
from chalicelib.programme.performing.repeating import service as repeating
from chalicelib.programme.segments.subject import Event
from chalicelib.values import value

ACTIVE = "active"
BLOCKED = "blocked"
LAST_READ: Final = 100
"""Entries that are looked through for the last awards of an action."""
AWARDS_SHOWN: Final = 5
ATTEMPTS_MAX: Final = 100
NOTHING_MORE: Final = ForAction()
"""No campaign adds anything."""
_AWARDS: Final = frozenset({"award", "order", "hold"})


class UnknownAction(NotFound):
    """The programme has no such action."""

    def __init__(self) -> None:
        super().__init__("No data found: the programme has no action with this actionId. GET /actions/all lists them.")


class ActionNotPostable(Malformed):
    """The action cannot be posted in this way."""


class MemberMayNotTakePart(Refusal):
    """The member is inactive or has opted out (the account's ``state``), so points are neither earned nor spent."""

    def __init__(self, state: str) -> None:
        super().__init__(
            "This member is on the blocklist, and neither earns nor redeems. DELETE /blocklist takes a member off it."
            if state == BLOCKED
            else "This member does not take part at present (inactive or opted out). "
            "Set status ACTIVE and optInStatus YES with PATCH /users/{id} first."
        )
        self.state = state


class NothingLeft(Refusal):
    """A transfer needs the whole amount, and the giver has less."""

    def __init__(self) -> None:
        super().__init__("Not enough points: a transfer needs the whole amount available. Nothing was moved.")


class TransferToSelf(Malformed):
    """Giver and receiver are one member."""

    def __init__(self) -> None:
        super().__init__("recipientData.recipientId: another member than the giver.")


@value
class Wish:
    """What a caller says of a movement of points; amounts in smallest units."""

    action: int
    points: int | None = None
    point_type: str = ""
    order: str | None = None
    store: str | None = None
    source: str | None = None
    note: Mapping[str, Any] = field(default_factory=dict)
    """Reason, customId, attributes and whatever else is kept and shown as it came."""
    buckets: tuple[BucketWish, ...] = ()
    """What moves in further buckets beside the points."""
    campaign: str = ""
    """The campaign that the caller attributes the points to."""
    is_priced: bool = False
    """Whether ``points`` stand in place of the action's own, as a definition that pays an action may say."""


@value
class Balance:
    """How a member stood where nothing was booked; points in smallest units, and the tier's id."""

    available: int = 0
    lifetime: int = 0
    tier: str = ""


@value
class Booked:
    """What was done: the entry, or why a limit withheld it; the receiver's entry of a transfer, and of an award that
    went on to the member's group.
    """

    entry: Entry | None = None
    others: tuple[Entry, ...] = ()
    """The entries that follow it in the book, one for each further bucket."""
    withheld: Withheld | None = None
    received: Entry | None = None
    balance: Balance = Balance()
    """How the member stands where nothing was booked."""
    group: Group | None = None
    """The group that had a part in it: ``received`` is then the entry on its account."""


def answer_of(booked: Booked) -> Answer:
    """What a key remembers: the entry, or the limit that withheld it and how the member stood."""
    if booked.withheld is not None:
        stood = booked.balance
        row = json.dumps([stood.available, stood.lifetime, stood.tier])
        return Answer(row, code=booked.withheld.code, message=booked.withheld.message)
    said = entry_answer(booked.entry.number if booked.entry else 0)
    return replace(said, ref=f"{said.ref}+{len(booked.others)}") if booked.others else said


def answered(known: Known) -> Booked:
    """What a key remembers of an award that a limit withheld (``answer_of``)."""
    withheld = Withheld(known.code or "", known.message)
    return Booked(withheld=withheld, balance=Balance(*json.loads(known.ref)))


def award(site: str, run: Command, force: InForce, mid: str, wish: Wish) -> Booked:
    """Credit the points of an action, or those of the wish for manual credits (100).

    Limits are judged and counted in the same transaction. Raises ``UnknownAction``, ``ActionNotPostable``,
    ``MemberMayNotTakePart``, which is counted, and ``NoSuchMember``; an award that a limit withholds is counted
    and not raised.
    """
    own = wished_points(force, wish)
    of = campaigning.wanted(site, mid, force, wish.action, run.now, only=wish.campaign)
    also = repeating.addresses(site, mid, force, wish.action, wish.note)

    def decide(drafts: list[Draft], found: list[Any]) -> tuple[list[Write], Booked]:
        check_takes_part(drafts[0])
        counted = repeating.count(drafts[0], force, wish.action, wish.note, found[: len(also)])
        if isinstance(counted, Withheld):
            return _withheld(drafts[0], wish, counted)
        event, read = Event(store=wish.store or "", source=wish.source or ""), found[len(also) :]
        more = campaigning.for_action(site, force, of, drafts[0], read[: len(of.places)], wish.action, own, event)
        writes, booked = grant(drafts[0], force, wish, more)
        if booked.withheld:
            return writes, booked
        given = dict(booked.entry.campaigns) if booked.entry else {}
        charged = campaigning.charged(site, mid, force, more.judged, given, run.now, is_order=False)
        return [*writes, *counted, *charged], booked

    pool = pooling.earning(site, force.groups, mid)
    with counting_refusals(site, mid, wish.action, run.now):
        booked = pool.post(site, [mid], run, force.rules, decide, also=(*also, *of.places), answer=answer_of)
    return replace(booked, received=pool.entry, group=pool.group if pool.entry else None)


def wished_points(force: InForce, wish: Wish) -> int:
    """What a credit asks for, in smallest units: the action's own points, or the wish's for manual credits.

    Raises ``UnknownAction`` and ``ActionNotPostable``.
    """
    action = postable(force, wish.action)
    check_credit(action)
    is_named = wish.is_priced or wish.action in {standard.MANUAL, standard.PURCHASE}
    points = wish.points if is_named else force.award_units(action)
    if points is None and not wish.buckets:
        raise ActionNotPostable("credit: is missing; this action has no points of its own.")
    return points or 0


def grant(draft: Draft, force: InForce, wish: Wish, more: ForAction = NOTHING_MORE) -> tuple[list[Write], Booked]:
    """Award or promise the points of a wish on a draft, within whatever transaction the draft belongs to, with ``more``
    that campaigns add.

    For nouns that pay an action: they add the writes to their own. Raises ``UnknownAction``, ``ActionNotPostable``
    and ``MemberMayNotTakePart``; an award that a limit withholds comes back as ``Booked.withheld``.
    """
    own = wished_points(force, wish)
    total = more.total(own)
    action = force.action_by_id[wish.action]
    check_takes_part(draft)
    outcome = allow(draft.account, force, wish.action, total, draft.now)
    if isinstance(outcome, Withheld):
        return _withheld(draft, wish, outcome)
    told = replace(telling(wish, max(own, total)), campaigns=more.within(own, outcome.points))
    outcome = replace(outcome, counted=(*outcome.counted, *series.book(draft, force, wish.action)))
    kind = PROMOTIONAL if wish.point_type.casefold() == "promotional" else STANDARD
    good = lasting(force.programme, wish.action, draft.account.standing.tier)
    if action.hold_days:
        return _held(draft, wish, outcome, told, good, kind, force)
    entry = moves.award(draft, outcome.points, good, told, kind=kind, counted=outcome.counted)
    return [], Booked(entry, others=bucketing.credit(draft, force, wish.buckets, told, kind))


def deduct(site: str, run: Command, force: InForce, mid: str, wish: Wish) -> Booked:
    """Debit by hand (100 or another action: counts as used) or by action 192 (counts as expired).

    Takes at most what is there, unless the programme allows negative points; the entry's ``wished`` is what
    was asked. Raises as ``award`` does.
    """
    action = postable(force, wish.action)
    if wish.points is None and not wish.buckets:
        raise ActionNotPostable("debit: is missing.")
    points = wish.points or 0
    side: Final = "expired" if action.action_id == standard.ACTION_DEBIT else "deducted"

    def decide(drafts: list[Draft], _found: list[Any]) -> tuple[list[Write], Booked]:
        check_takes_part(drafts[0])
        told = telling(wish, points)
        entry = moves.debit(drafts[0], points, told, side=side, may_owe=force.rules.may_owe)
        return [], Booked(entry, others=bucketing.debit(drafts[0], force, wish.buckets, told))

    return post(site, [mid], run, force.rules, decide, answer=answer_of)


def transfer(site: str, run: Command, force: InForce, giver: str, receiver: str, wish: Wish) -> Booked:
    """Pass points to another member (8055): two entries in one transaction, lots kept with class and expiry.

    Both must take part. Raises ``NothingLeft`` when the giver has less than the whole amount.
    """
    postable(force, wish.action)
    if wish.points is None:
        raise ActionNotPostable("debit: is missing.")
    if giver == receiver:
        raise TransferToSelf
    points = wish.points

    def decide(drafts: list[Draft], _found: list[Any]) -> tuple[list[Write], Booked]:
        giving, receiving = drafts
        check_takes_part(giving)
        check_takes_part(receiving)
        if giving.account.bucket().available < points:
            raise NothingLeft
        shared = telling(wish, points, transfer=command_id())
        sent = moves.send(giving, points, shared)
        told = Telling(action=wish.action, refs=shared.refs, note=_received_note(wish), wished=points)
        return [], Booked(sent, received=moves.receive(receiving, sent.draws, told))

    def pointer(booked: Booked) -> Answer:
        theirs = booked.received.number if booked.received else 0
        return Answer(f"{answer_of(booked).ref}@{receiver}:{theirs}")

    return post(site, [giver, receiver], run, force.rules, decide, answer=pointer)


def postable(force: InForce, action_id: int) -> Action:
    """The action of a posting. Raises ``UnknownAction``, and ``ActionNotPostable`` for what only the system books."""
    action = force.action_by_id.get(action_id)
    if action is None:
        raise UnknownAction
    if action_id in standard.BOOKED:
        raise ActionNotPostable(f"actionId: {action_id} is booked by the system and cannot be posted.")
    if not action.is_active:
        raise ActionNotPostable(f"actionId: {action_id} is not active in the programme.")
    return action


def check_credit(action: Action) -> None:
    """Refuse to credit by an action that only takes points."""
    if action.action_id in standard.DEBITS:
        raise ActionNotPostable(f"activity: action {action.action_id} takes points; send DEBIT.")


def check_takes_part(draft: Draft) -> None:
    """Refuse a member who is inactive or has opted out."""
    if draft.account.state != ACTIVE:
        raise MemberMayNotTakePart(draft.account.state)


def telling(wish: Wish, wished: int, *, transfer: str | None = None) -> Telling:
    """What an entry says of the wish that it grants: where it belongs, and beside it what the caller said and how."""
    refs = Refs(
        order=wish.order, campaign=wish.campaign or None, store=wish.store, source=wish.source, transfer=transfer
    )
    note = {name: value for name, value in wish.note.items() if value not in (None, "", {})}
    if wish.point_type:
        note["pointType"] = wish.point_type
    return Telling(action=wish.action, refs=refs, note=note or None, wished=wished)


@contextmanager
def counting_refusals(site: str, mid: str, action: int, now: datetime, *, order: str | None = None) -> Iterator[None]:
    """Count it when the member may not take part, so that ``why`` can tell of the attempt; the refusal goes on.

    The count is the only write, and a refusal whose count cannot be written is still a refusal.
    """
    try:
        yield
    except MemberMayNotTakePart as refused:
        reason = reasons.member_code(refused.state)
        counted = table.refused_write(site, mid, action, reason, now, order=order)
        with suppress(Contention, EngineUnavailable):
            commit(lambda: None, lambda _: Plan((counted,), None))
        raise


def explain(site: str, force: InForce, mid: str, action_id: int, now: datetime) -> ActionExplained:
    """Why an action would earn points for a member at this instant or would not, and what came of the last attempts.

    Reads only: the account, the counts of refused attempts, and where the member ever performed the action the
    newest ``LAST_READ`` entries. Raises ``NoSuchMember``.
    """
    account = ledger.read(site, mid, force.rules, now)
    found = explaining.explain(account, force, action_id, now)
    rows = table.newest(site, mid, limit=LAST_READ) if found.times else []
    awards = [_award_of(row) for row in rows if row.entry.action == action_id and row.entry.kind in _AWARDS]
    return replace(found, attempts=attempts(site, mid, action_id), awards=tuple(awards[:AWARDS_SHOWN]))


def attempts(site: str, mid: str, action_id: int) -> tuple[Attempt, ...]:
    """The newest ``ATTEMPTS_MAX`` counts of refused awards of an action, of at most 90 days. One query."""
    found = table.read_refused(site, mid, action_id, ATTEMPTS_MAX)
    return tuple(reasons.attempt(each.day, each.times, each.reason, each.order, each.at) for each in found)


def _award_of(row: table.Row) -> LastAward:
    """An award as it stands; of one that is or was held, lists follow the hold."""
    entry = row.entry
    promised = entry.moved("promised", "held")
    left = promised if row.amount is None else row.amount
    status = row.status or RELEASED
    given = left if status == RELEASED else 0
    return LastAward(
        entry=entry.number,
        at=entry.at,
        programme=entry.programme,
        wished=entry.wished or 0,
        given=given if promised else entry.moved("issued", "available"),
        held=left if status == HOLD else 0,
        status=status,
        release_at=entry.refs.release,
    )


def _held(
    draft: Draft, wish: Wish, outcome: Allowed, told: Telling, good: Lasting, kind: str, force: InForce
) -> tuple[list[Write], Booked]:
    """Promise the points of an action that are released after its days."""
    action = force.action_by_id[wish.action]
    release = days.to_ms(after_days(draft.now, action.hold_days, force.zone))
    told = replace(told, refs=replace(told.refs, release=release))
    entry = moves.hold(draft, outcome.points, told, counted=outcome.counted)
    draft.faces[entry.number] = Face(HOLD, less=-outcome.points)
    hold = Hold(
        group=f"A{entry.number}",
        place=0,
        row=entry.number,
        action=action.action_id,
        parts={"0": outcome.points},
        lasting=good,
        programme=force.version,
        release_at=release,
        kind=kind,
        order=told.refs.order,
        counted=outcome.counted,
    )
    others = bucketing.credit(draft, force, wish.buckets, told, kind)
    return [table.hold_write(draft.site, draft.mid, hold)], Booked(entry, others=others)


def _received_note(wish: Wish) -> dict[str, Any] | None:
    reason = wish.note.get("reason")
    return {"reason": reason} if reason else None


def _withheld(draft: Draft, wish: Wish, outcome: Withheld) -> tuple[list[Write], Booked]:
    account = draft.account
    balance = Balance(account.bucket().available, account.bucket().lifetime, account.standing.tier)
    refused = table.refused_write(draft.site, draft.mid, wish.action, outcome.code, draft.now)
    return [refused], Booked(withheld=outcome, balance=balance)
