"""What a change of status does to an order and its holds (annex-api-2, section 1.6). Nothing is read or written here.

While its points are on hold an order can be cancelled: the hold shrinks. A return takes back what was given,
and shrinks the hold once everything was shipped; before that it has no effect. Nor has a cancel once the
points were given. What has no effect is remembered, not refused.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, Literal
from zoneinfo import ZoneInfo

from chalicelib.ledger import days
from chalicelib.ledger.entry import Counted
from chalicelib.ledger.hold import HOLDS_MAX, Hold
from chalicelib.orders.order import Line, Noted, Order, Verb
from chalicelib.orders.selecting import Cut, moved
from chalicelib.programme.document import HoldPolicy
from chalicelib.programme.holding import release_at
from chalicelib.programme.in_force import InForce
from chalicelib.values import value

Fate = Literal["released", "returned", "cancelled"]
WAITING: Final = 0
"""Place of the hold that an order begins with."""


@value
class Outcome:
    """What a change comes to.

    ``holds`` are those to be written, ended ones without parts; ``released`` those of them to be given at
    once, as they were. ``free`` are points to be taken back that had been given, by the day they were given
    on, ``from_hold`` those that had not. ``spend`` and ``orders`` no longer count. ``counted`` goes back to the
    limits. ``fate`` is what became of the purchase's row, when its hold ended. ``redated`` says that promises
    were given their date.
    """

    order: Order
    holds: tuple[Hold, ...]
    released: tuple[Hold, ...]
    left: tuple[Hold, ...]
    free: Mapping[int, int]
    from_hold: int
    spend: int
    orders: int
    counted: tuple[Counted, ...]
    fate: Fate | None
    redated: tuple[Hold, ...]
    is_effective: bool

    @property
    def taken(self) -> int:
        """Given points to be taken back."""
        return sum(self.free.values())


def policy_of(order: Order, then: InForce) -> HoldPolicy:
    """How the order's points are held: those of an issuance wait for the shipment alone, and count from its date."""
    return HoldPolicy(type="itemShipDate") if order.action else then.programme.purchase.hold


def change(
    order: Order,
    holds: Sequence[Hold],
    verb: Verb,
    cuts: Sequence[Cut],
    policy: HoldPolicy,
    *,
    zone: ZoneInfo,
    now: datetime,
) -> Outcome:
    """Ship, return or cancel these units. ``policy`` is the hold policy that the order was placed under."""
    work = _Work(order, holds, verb, policy, zone, now)
    for cut in cuts:
        work.cut(cut)
    work.date()
    return work.outcome()


def noticing(order: Order, holds: Sequence[Hold]) -> Order:
    """The order with what it lost when its hold waited too long and voided itself, which nobody told it."""
    if any(hold.place == WAITING for hold in holds) or not any(line.waiting for line in order.lines):
        return order
    lines = tuple(replace(line, lost=line.lost + line.waiting, waiting=0) for line in order.lines)
    return replace(order, lines=lines, withdrawn=order.withdrawn + sum(line.waiting for line in order.lines))


def held_of(holds: Sequence[Hold], place: int) -> int:
    """Points on hold for the line at a place of the order (from 0)."""
    return sum(hold.parts.get(_part(place), 0) for hold in holds)


def given_of(line: Line, held: int) -> int:
    """Points of a line that were given and not taken back, where ``held`` are still on hold."""
    return line.share - line.taken - line.lost - held


@dataclass
class _Work:
    """An order while it is being changed."""

    before: Order
    read: Sequence[Hold]
    verb: Verb
    policy: HoldPolicy
    zone: ZoneInfo
    now: datetime
    free: dict[int, int] = field(default_factory=dict)
    dated: dict[str, int] = field(default_factory=dict)
    counted: list[Counted] = field(default_factory=list)
    noted: list[Noted] = field(default_factory=list)
    released: list[Hold] = field(default_factory=list)
    redated: list[Hold] = field(default_factory=list)
    from_hold: int = 0
    effects: int = 0

    def __post_init__(self) -> None:
        self.order = noticing(self.before, self.read)
        self.lines = list(self.order.lines)
        self.holds = {hold.place: hold for hold in self.read}
        self.was_shipped = self.order.is_shipped
        self.was_on_hold = any(hold.points for hold in self.read)

    def cut(self, cut: Cut) -> None:
        line, held = self.lines[cut.place], held_of(list(self.holds.values()), cut.place)
        if self.verb == "ship":
            self._ship(cut, line)
        elif self.verb == "cancel":
            self._cancel(cut, line, held)
        else:
            self._return(cut, line, held)

    def _ship(self, cut: Cut, line: Line) -> None:
        if self.policy.type == "itemShipDate" and line.waiting:
            going = line.waiting * cut.units // line.placed
            self.dated[_part(cut.place)] = going
            line = replace(line, waiting=line.waiting - going)
        self.lines[cut.place] = moved(line, "ship", cut.units)
        self.order = replace(self.order, shipped_at=days.to_ms(self.now))
        self.effects += 1

    def _cancel(self, cut: Cut, line: Line, held: int) -> None:
        spares = not held and not line.lost and (line.share > 0 or not self.was_on_hold)
        after = moved(line, "cancel", cut.units, spares=spares)
        due = after.due - line.taken
        taken = self._from_hold(cut.place, min(due, held))
        lost = min(due - taken, line.lost)
        waiting = min(line.waiting, taken)
        # A remainder of rounding that is no longer on hold is left to a later return.
        self.lines[cut.place] = replace(
            after, taken=line.taken + taken + lost, lost=line.lost - lost, waiting=line.waiting - waiting
        )
        if spares:
            self._note(cut)
        self.effects += 1

    def _return(self, cut: Cut, line: Line, held: int) -> None:
        after = moved(line, "return", cut.units)
        due = after.due - line.taken
        given = given_of(line, held)
        if self._comes_too_early(cut, line, given=given, due=due):
            self._note(cut)
            return
        taken = self._from_hold(cut.place, min(due, held)) if self.was_shipped else 0
        free = min(due - taken, given)
        if free:
            day = self.order.day if line.freed is None else line.freed
            self.free[day] = self.free.get(day, 0) + free
        self.lines[cut.place] = replace(after, taken=line.taken + due, lost=line.lost - (due - taken - free))
        self.effects += 1

    def _comes_too_early(self, cut: Cut, line: Line, *, given: int, due: int) -> bool:
        """Whether a return has no effect: before the whole order is shipped, points on hold stay. Units that were
        shipped can come back when their points (``due``) are among those that were given already.
        """
        is_covered = cut.units <= line.shipped and given > 0 and given >= due
        return self.was_on_hold and not self.was_shipped and not is_covered

    def _note(self, cut: Cut) -> None:
        self.noted.append(Noted(days.to_ms(self.now), self.verb, cut.place, cut.units))

    def _from_hold(self, place: int, points: int) -> int:
        """Take points of a line off its holds, and for a cancel off the limits they counted against."""
        left, part = points, _part(place)
        for number, hold in sorted(self.holds.items()):
            amount = min(left, hold.parts.get(part, 0))
            if amount:
                self.holds[number] = self._uncounted(hold.without({part: amount}), amount)
                left -= amount
        self.from_hold += points - left
        return points - left

    def _uncounted(self, hold: Hold, points: int) -> Hold:
        if self.verb != "cancel" or not hold.counted:
            return hold
        back = [replace(each, times=0, points=min(points, each.points)) for each in hold.counted]
        self.counted += [replace(each, points=-each.points) for each in back if each.points]
        left = [replace(each, points=each.points - less.points) for each, less in zip(hold.counted, back, strict=True)]
        return replace(hold, counted=tuple(left))

    def date(self) -> None:
        """Give their date to promises whose shipment has come, and to all when nothing is left to ship."""
        self.order = replace(self.order, lines=tuple(self.lines))
        waiting = self.holds.get(WAITING)
        if waiting is None or not waiting.parts or self.policy.type == "none":
            return
        if self.policy.type == "itemShipDate":
            self._date_lines(waiting)
        elif self.order.is_shipped and self.order.shipped_at is not None:
            at = self._release(days.from_ms(self.order.shipped_at))
            if at is not None and at != waiting.release_at:
                self._put(replace(waiting, release_at=at, void_at=None))
                self.lines = [replace(line, waiting=0) for line in self.lines]
                self._freed(waiting.parts, at)

    def _date_lines(self, waiting: Hold) -> None:
        for place, line in enumerate(self.lines):
            if line.waiting and not line.placed:
                # Rounding left points with units that were all shipped or cancelled.
                self.dated[_part(place)] = self.dated.get(_part(place), 0) + line.waiting
                self.lines[place] = replace(line, waiting=0)
        going = {part: points for part, points in self.dated.items() if points}
        at = self._release(None)
        if not going or at is None:
            return
        gone = sum(going.values())
        counted = tuple(replace(each, times=0, points=max(0, each.points - gone)) for each in waiting.counted)
        self.holds[WAITING] = replace(waiting.without(going), counted=counted)
        target = self._dated_hold(waiting, at)
        parts = {**target.parts, **{part: target.parts.get(part, 0) + points for part, points in going.items()}}
        target = replace(target, parts=parts)
        self._put(target)
        if target.release_at is not None:
            self._freed(going, target.release_at)

    def _dated_hold(self, waiting: Hold, at: int) -> Hold:
        """The order's hold of that date; a new one, unless there are as many as may be: then the latest."""
        dated = [hold for hold in self.holds.values() if hold.release_at is not None and hold.parts]
        same = [hold for hold in dated if hold.release_at == at]
        if same:
            return same[0]
        if len(dated) + 1 >= HOLDS_MAX:
            return max(dated, key=lambda hold: hold.release_at or 0)
        self.order = replace(self.order, places=self.order.places + 1)
        return replace(waiting, place=self.order.places, parts={}, release_at=at, void_at=None, counted=(), version=0)

    def _release(self, shipped: datetime | None) -> int | None:
        at = release_at(
            self.policy, ordered=self.order.ordered, item_shipped=self.now, order_shipped=shipped, zone=self.zone
        )
        return None if at is None else days.to_ms(at)

    def _put(self, hold: Hold) -> None:
        if hold.release_at is not None and hold.release_at <= days.to_ms(self.now):
            self.released.append(hold)
            self.holds[hold.place] = hold.without(hold.parts)
        else:
            self.redated.append(hold)
            self.holds[hold.place] = hold

    def _freed(self, parts: Iterable[str], at: int) -> None:
        """Remember on which day the points of these lines are given."""
        day = days.day_of(days.from_ms(at), self.zone)
        for part in parts:
            place = int(part) - 1
            self.lines[place] = replace(self.lines[place], freed=day)

    def outcome(self) -> Outcome:
        """Everything that the change comes to."""
        read = {hold.place: hold for hold in self.read}
        written = tuple(h for place, h in sorted(self.holds.items()) if h != read.get(place) and (h.version or h.parts))
        order = replace(self.order, lines=tuple(self.lines), withdrawn=self.order.withdrawn + self.from_hold)
        order = order.noting(self.noted)
        left = tuple(hold for _, hold in sorted(self.holds.items()) if hold.parts)
        fate = self._fate(order, left)
        spent = [sum(line.spend_gone for line in each.lines) for each in (self.before, order)]
        return Outcome(
            order=order,
            holds=written,
            released=tuple(self.released),
            left=left,
            free=self.free,
            from_hold=self.from_hold,
            spend=spent[1] - spent[0],
            orders=int(order.is_gone and not self.before.is_gone),
            counted=self._given_back(read, fate),
            fate=fate,
            redated=tuple(self.redated),
            is_effective=self.effects > 0,
        )

    def _fate(self, order: Order, left: Sequence[Hold]) -> Fate | None:
        if left or not (self.from_hold or self.released):
            return None
        if self.released or order.points > order.withdrawn:
            return "released"
        return "returned" if self.verb == "return" else "cancelled"

    def _given_back(self, read: Mapping[int, Hold], fate: Fate | None) -> tuple[Counted, ...]:
        """What goes back to the limits: the points cancelled, and the performance when nothing is left of it."""
        sums: dict[tuple[str, int], int] = {}
        for each in self.counted:
            sums[each.key, each.period] = sums.get((each.key, each.period), 0) + each.points
        if fate != "cancelled":
            return tuple(Counted(key, period, 0, points) for (key, period), points in sums.items())
        times = {(each.key, each.period): each.times for hold in read.values() for each in hold.counted}
        return tuple(Counted(key, period, -count, sums.get((key, period), 0)) for (key, period), count in times.items())


def _part(place: int) -> str:
    """A line's key in a hold: its number, from 1."""
    return str(place + 1)
