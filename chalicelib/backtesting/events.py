"""What a member's book says that people did: the inputs that a replay hands to the use cases again.

Entries of one command belong together. What time alone did (expiries, ends of tiers, releases of holds) is no
input: a replay lets it happen again, at its own time.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import accumulate, groupby
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

from chalicelib.backtesting.changes import Told, changes_of
from chalicelib.ids import composed
from chalicelib.ledger.account import PROMOTIONAL
from chalicelib.ledger.entry import Draw, Entry
from chalicelib.orders.order import NewOrder, Order, Verb
from chalicelib.programme import standard
from chalicelib.values import value

Kind = Literal[
    "enrol", "state", "award", "deduct", "redeem", "refund", "send", "receive", "order", "change", "settle", "close"
]  # fmt: skip
_PROMOTIONAL_WORD: Final = "Promotional"


@value(kw_only=True)
class Event:
    """One thing that somebody did. ``at`` in milliseconds; events of one instant follow by ``place``.

    ``programme`` is the version that decided it, 0 where the book does not tell. Of the rest, each kind uses its own
    part: ``action`` and ``points`` (smallest units) as they were asked for, ``order_id``, the order ``new``, the units
    of a ``change``, the lots that a receiver was given.
    """

    at: int
    place: tuple[int, int]
    kind: Kind
    programme: int = 0
    action: int = 0
    points: int | None = None
    point_type: str = ""
    state: str = ""
    draws: tuple[Draw, ...] = ()
    may_owe: bool = False
    order_id: str | None = None
    new: NewOrder | None = None
    verb: Verb = "ship"
    wanted: tuple[tuple[str, Decimal], ...] = ()


@value
class History:
    """The events in order, and how often something of the book could not be told: reason → count."""

    events: tuple[Event, ...]
    gaps: Mapping[str, int]


_AUTOMATIC: Final = frozenset({"expire", "tier", "regroup"})
_MOVES: Final[dict[str, Kind]] = {"redeem": "redeem", "deduct": "deduct", "send": "send"}


def history(
    entries: Sequence[Entry], notes: Sequence[Mapping[str, Any]], orders: Iterable[Order], zone: ZoneInfo
) -> History:
    """The events behind a member's whole book. ``notes`` belong to the entries; an erased one is empty."""
    noted = {entry.number: note for entry, note in zip(entries, notes, strict=True)}
    order_by_id = {composed(order.id): order for order in orders}
    told: dict[str, list[Told]] = {}
    given = _given(entries)
    events: list[Event] = []
    gaps: dict[str, int] = {}
    for _, group in groupby(entries, key=lambda entry: entry.command):
        found = _event(list(group), noted, order_by_id, told, given)
        if isinstance(found, str):
            gaps[found] = gaps.get(found, 0) + 1
        elif found is not None:
            events.append(found)
    for order in order_by_id.values():
        changes, guessed = changes_of(order, told.get(composed(order.id), []), zone)
        if guessed:
            gaps["orderUnitsGuessed"] = gaps.get("orderUnitsGuessed", 0) + guessed
        for each in changes:
            change = Event(at=each.at, place=each.place, kind="change", order_id=order.id)
            events.append(replace(change, verb=each.verb, wanted=each.wanted))
    latest = dict(zip((each.number for each in entries), accumulate((each.at for each in entries), max), strict=True))

    def when(event: Event) -> tuple[int, tuple[int, int]]:
        """In the order of the book also where a clock was set back: nothing happens before what it rests on."""
        return max(event.at, latest.get(event.place[0], 0)), event.place

    return History(tuple(sorted(events, key=when)), gaps)


def _event(
    group: list[Entry],
    noted: Mapping[int, Mapping[str, Any]],
    order_by_id: Mapping[str, Order],
    told: dict[str, list[Told]],
    given: Mapping[str, int],
) -> Event | str | None:
    """What one command did: an event, the reason why it cannot be told, or nothing that is an input.

    Changes of orders go to ``told``: which units they meant is found out for all of an order together.
    """
    own = [entry for entry in group if entry.kind not in _AUTOMATIC]
    if not own:
        return Event(at=group[0].at, place=(group[0].number, 0), kind="settle", programme=group[0].programme)
    main = next((entry for entry in own if entry.kind != "refund"), own[0])
    event = Event(at=main.at, place=(main.number, 0), kind="settle", programme=main.programme, action=main.action or 0)
    match main.kind:
        case "enrol" | "state":
            return replace(event, kind=main.kind, state=main.state or "")
        case "close":
            return replace(event, kind="close")
        case "order":
            return _placed(event, main, order_by_id)
        case "hold" if main.action == standard.PURCHASE:
            return _placed(event, main, order_by_id)
        case "award" | "hold":
            note = noted.get(main.number, {})
            return replace(event, kind="award", points=main.wished, point_type=_type_of(main, note))
        case "redeem" | "deduct" | "send":
            owes = bool(main.owed)
            return replace(event, kind=_MOVES[main.kind], points=main.wished, order_id=main.refs.order, may_owe=owes)
        case "refund" if main.refs.reward is not None:
            # A reward that was cancelled; one that came back with its order has no word of the reward.
            return replace(event, kind="refund", draws=_received(main), order_id=main.refs.order)
        case "receive":
            return replace(event, kind="receive", points=main.wished, draws=_received(main))
        case _:
            return _changed(own, order_by_id, told, given)


def _placed(event: Event, main: Entry, order_by_id: Mapping[str, Order]) -> Event | str:
    order = order_by_id.get(composed(main.refs.order or ""))
    if order is None:
        return "orderNotFound"
    new = NewOrder(
        id=order.id,
        lines=[line.about for line in order.lines],
        ordered=order.ordered,
        total=order.total,
        discount=order.discount,
        coupons=order.coupons,
        store=order.store,
        source=order.source,
        event=order.event,
        point_type=order.point_type,
    )
    # An entry about an older day names the version of that day, not the one that was in force.
    is_backdated = main.effective != main.at
    return replace(event, kind="order", new=new, order_id=order.id, programme=0 if is_backdated else event.programme)


def _type_of(main: Entry, note: Mapping[str, Any]) -> str:
    said = str(note.get("pointType", ""))
    return said or (_PROMOTIONAL_WORD if any(lot.kind == PROMOTIONAL for lot in main.lots) else "")


def _received(main: Entry) -> tuple[Draw, ...]:
    """The lots that came, with what paid arrears at once: that part came from no lot that the book names."""
    draws = tuple(Draw(lot.bucket, lot.kind, lot.day, lot.delta) for lot in main.lots)
    paid = tuple(Draw(bucket, "S", main.day, -delta) for bucket, delta in main.owed if delta < 0)
    return (*paid, *draws)


def _given(entries: Iterable[Entry]) -> dict[str, int]:
    """Points that each hold gave in the end, by its name."""
    found: dict[str, int] = {}
    for entry in entries:
        if entry.kind == "release" and entry.refs.hold is not None:
            found[entry.refs.hold] = found.get(entry.refs.hold, 0) + entry.moved("held", "promised")
    return found


def _changed(
    own: list[Entry], order_by_id: Mapping[str, Order], told: dict[str, list[Told]], given: Mapping[str, int]
) -> str | None:
    """A change of an order; the release or the void of a hold by a worker is time's doing and no input."""
    order_id = next((composed(entry.refs.order) for entry in own if entry.refs.order is not None), None)
    order = None if order_id is None else order_by_id.get(order_id)
    verb = _verb(own, order)
    if verb is None:
        return None
    if order is None or order_id is None:
        return "orderNotFound"
    first = own[0]
    dated = sum(given.get(entry.refs.hold or "", 0) for entry in own if entry.kind in {"split", "release"})
    told.setdefault(order_id, []).append(
        Told(
            at=first.at,
            number=first.number,
            verb=verb,
            spend=-sum(entry.earned.spend for entry in own if entry.earned),
            points=dated if verb == "ship" else sum(_taken(entry) for entry in own),
            releases=tuple(sorted({at for entry in own if (at := _released_at(entry)) is not None})),
        )
    )
    return None


def _verb(own: Sequence[Entry], order: Order | None) -> Verb | None:
    kinds = {entry.kind for entry in own}
    if any(entry.action == standard.RETURNED for entry in own):
        return "return"
    if "refund" in kinds or any(entry.kind == "shrink" and entry.refs.undoes is not None for entry in own):
        return "cancel"
    if "split" in kinds:
        return "ship"
    is_release = "release" in kinds and order is not None and order.shipped_at == own[0].at
    return "ship" if is_release else None


def _taken(entry: Entry) -> int:
    """Points that a change took back, or ought to have."""
    if entry.kind == "reverse":
        return entry.wished or 0
    return entry.moved("held", "promised") if entry.kind == "shrink" else 0


def _released_at(entry: Entry) -> int | None:
    if entry.kind == "split":
        return entry.refs.release
    return entry.effective if entry.kind == "release" else None


def by_time(events: Sequence[Event], first: int, last: int) -> Iterator[Event]:
    """The events from one instant to another, both included."""
    return (event for event in events if first <= event.at <= last)
