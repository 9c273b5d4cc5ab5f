"""Pay a receipt: its order through the normal path, its state, its place in the queue and its marks, all or nothing."""

from collections.abc import Callable, Sequence
from dataclasses import field, replace
from datetime import date, datetime
from typing import Any, Final

from chalicelib.dynamo import items
from chalicelib.dynamo.commit import Plan, Write, commit
from chalicelib.dynamo.idempotency import Answer
from chalicelib.ledger import days
from chalicelib.ledger import service as ledger
from chalicelib.ledger.draft import Draft
from chalicelib.ledger.service import Command
from chalicelib.moderation import queue
from chalicelib.moderation import service as moderation
from chalicelib.moderation.queue import Place
from chalicelib.orders import service as orders
from chalicelib.orders.order import NewOrder
from chalicelib.orders.results import Placed
from chalicelib.orders.taking import service as taking
from chalicelib.orders.taking.service import Beside
from chalicelib.programme.in_force import InForce
from chalicelib.receipts import counting, submission, table
from chalicelib.receipts.counting import Counts
from chalicelib.receipts.duplicates import Print
from chalicelib.receipts.matching import Match
from chalicelib.receipts.reasons import Reason
from chalicelib.receipts.submission import AWARDED, FIRST_LOOK, SHIP, Repeat, Submission
from chalicelib.receipts.table import Gate
from chalicelib.receipts.weighing import Other
from chalicelib.values import value

REF: Final = "RS"
"""How the pointers begin that keys remember of receipts."""
BY_SYSTEM: Final = "laurel"


@value
class World:
    """Everything that a decision about a submission rests on, read after it was asked for."""

    submission: Submission | None
    counts: Counts
    gates: tuple[Gate, ...]
    others: tuple[Other, ...]


@value
class Wish:
    """How a receipt is to be paid: by its marks, as this order, by whom and with which words in its history."""

    id: str
    found: Print
    new: NewOrder
    retailer: Match | None
    by: str
    verb: str
    text: str = ""
    corrections: str = ""
    alike: tuple[tuple[str, str], ...] = field(default=())


class Reconsidered(Exception):
    """What the decision rested on changed meanwhile; it is to be taken anew. Nothing was written."""


Judge = Callable[[Submission, World], Sequence[Repeat]]
"""Whether it may be paid now that everything was read; the receipts that it is like. Raises to refuse."""


def world(site: str, home: str, owner: str, wish_id: str, found: Print, alike: Sequence[tuple[str, str]]) -> World:
    """Read a submission of ``home``, whose points are ``owner``'s, with everything by which it may be known already.

    About six calls: three queries for equal marks, one read of itself, counts and gates, one of the others.
    """
    marks = table.gates_of(found)
    item, counts = items.get_many([table.address(site, home, wish_id), table.counts_address(site, owner)])
    gates = table.read_gates(site, marks)
    paid = {pair: gate.mark for gate in gates for pair in gate.paid}
    places = list(dict.fromkeys([*table.same(site, found), *alike, *paid]))
    known = table.read_many(site, [place for place in places if place[1] != wish_id][: items.BATCH_GET_MAX])
    wanted = [place for place in places if place[1] != wish_id][: items.BATCH_GET_MAX]
    others = tuple(
        Other(name, mid, each, paid.get((mid, name), ""))
        for (mid, name), each in zip(wanted, known, strict=True)
        if each is not None or (mid, name) in paid
    )
    return World(table.load(item), table.load_counts(counts), tuple(gates), others)


def award(site: str, run: Command, force: InForce, home: str, wish: Wish, judge: Judge) -> Submission:
    """Place the order of a receipt for its member, or for whom that member was merged into, and make it awarded.

    Raises ``Reconsidered``, what ``judge`` raises, and everything that placing an order raises.
    """
    done: list[Submission] = []

    def act(owner: str) -> None:
        def load() -> World:
            return world(site, home, owner, wish.id, wish.found, wish.alike)

        def writes(draft: Draft, read: Any, placed: Placed) -> list[Write]:
            before = read.submission
            if before is None:
                raise Reconsidered
            after = _after(before, wish, judge(before, read), placed, run.now)
            done.append(after)
            day = _day(days.from_ms(before.uploaded), force)
            today = _day(run.now, force)
            counts = table.counts_write(site, draft.mid, counting.paid(read.counts, day, today))
            gates = [table.gate_write(site, replace(each, paid=_with(each, home, wish.id))) for each in read.gates]
            return [*changes(site, home, before, after, run.id), counts, *gates]

        answer = Answer(REF + wish.id, mid=home)
        taking.place(site, run, force, owner, wish.new, beside=Beside(load, writes, lambda _: answer))

    ledger.in_survivor(home, act)
    return done[-1]


def finish(site: str, force: InForce, home: str, submission_id: str, now: datetime) -> None:
    """Ship the order of an awarded receipt whose points wait for that: what a till sells is taken along."""
    known = table.read(site, home, submission_id)
    if known is None or known.todo != SHIP:
        return
    orders.change(site, ledger.command(now), force, known.order, SHIP)

    def decide(before: Submission | None) -> Plan[None]:
        if before is None or before.todo != SHIP:
            return Plan((), None)
        after = replace(before, todo="", due=0)
        return Plan((table.write(site, home, after, ledger.command(now).id),), None)

    commit(lambda: table.read(site, home, submission_id), decide)


def changes(site: str, home: str, before: Submission | None, after: Submission, command: str) -> list[Write]:
    """The writes of a submission in place of another, with its place in the queue of moderators."""
    moved = moderation.moves(site, queue.RECEIPT, None if before is None else _place(before), _place(after))
    return [table.write(site, home, after, command), *moved]


def _after(before: Submission, wish: Wish, repeats: Sequence[Repeat], placed: Placed, now: datetime) -> Submission:
    withheld = "" if placed.withheld is None else placed.withheld.message
    after = submission.became(
        before,
        AWARDED,
        now,
        wish.by,
        wish.verb,
        wish.text or withheld,
        order=wish.new.id,
        awards=before.awards + 1,
        points=placed.points_awarded + placed.points_on_hold,
        held=placed.points_on_hold,
        paid=table.gates_of(wish.found),
        reasons=(),
        repeats=tuple(repeats),
        retailer=None if wish.retailer is None else (wish.retailer.id, wish.retailer.name, wish.retailer.score),
        corrections=wish.corrections,
        file=submission.KEPT,
    )
    if not placed.order.has_holds:
        return after
    return replace(after, todo=SHIP, due=days.to_ms(now + FIRST_LOOK))


def _day(instant: datetime, force: InForce) -> date:
    return date.fromordinal(days.day_of(instant, force.zone))


def _with(gate: Gate, home: str, name: str) -> tuple[tuple[str, str], ...]:
    return (*(pair for pair in gate.paid if pair[1] != name), (home, name))


def _place(known: Submission) -> Place:
    return Place(known.state, days.from_ms(known.since), known.id)


def reasons_of(pairs: Sequence[tuple[Repeat, Reason]]) -> tuple[Reason, ...]:
    """The reasons of repetitions, each code once."""
    return tuple({reason.code: reason for _, reason in reversed(pairs)}.values())
