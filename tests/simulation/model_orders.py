"""An order on paper: lines with their shares, what was shipped, returned and cancelled, and what that moves.

Written from ``docs/compatibility.md`` ("Orders", "Holds, returns and cancels").
"""

from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from tests.simulation.model_member import Counted, Earned, Hold, Member, Parcel, Redemption
from tests.simulation.model_rules import REDEEMED, RETURNED, Programme, good_through

UNDATED = 0
WORDS = {"released": "Released", "returned": "Return", "cancelled": "Cancelled"}


@dataclass(frozen=True)
class Line:
    """One product: units in each state, its share of the points and of the amount, and what became of the share."""

    product: str
    quantity: int
    price: Decimal
    share: int
    spend: int
    shipped: int = 0
    returned: int = 0
    cancelled: int = 0
    spared: int = 0
    taken: int = 0
    lost: int = 0
    waiting: int = 0
    freed: int | None = None

    @property
    def placed(self) -> int:
        return self.quantity - self.shipped - self.returned - self.cancelled

    @property
    def gone(self) -> int:
        return self.returned + self.cancelled

    @property
    def undone(self) -> int:
        """Units whose points were to be taken back."""
        return self.gone - self.spared

    @property
    def spend_gone(self) -> int:
        return self.spend * self.gone // self.quantity

    def open_for(self, verb: str) -> int:
        """Units that may still change so; what was cancelled after its points were given may still be returned."""
        return self.quantity - self.undone if verb == "return" else self.placed


@dataclass(frozen=True)
class Order:
    """A purchase of a member."""

    id: str
    owner: int
    lines: tuple[Line, ...]
    ordered: int
    row: int
    day: int
    amount: int
    version: int
    policy: dict[str, Any]
    kind: str
    is_held: bool
    total: Decimal | None
    places: int = 0
    withdrawn: int = 0
    refunded: int = 0
    shipped_at: int | None = None
    email: str = ""

    @property
    def is_shipped(self) -> bool:
        return self.shipped_at is not None and not any(line.placed for line in self.lines)

    @property
    def is_gone(self) -> bool:
        return all(line.gone == line.quantity for line in self.lines)

    @property
    def status(self) -> str:
        return status([(each.quantity, each.shipped, each.returned, each.cancelled) for each in self.lines])


def status(lines: list[tuple[int, int, int, int]]) -> str:
    """The word for units in these states."""
    quantity, shipped, returned, cancelled = (sum(column) for column in zip(*lines, strict=True))
    if cancelled == quantity:
        return "cancelled"
    if returned:
        return "returned" if returned + cancelled == quantity else "partially returned"
    if cancelled:
        return "partially cancelled"
    return "shipped" if shipped == quantity else "partially shipped" if shipped else "placed"


def held_for(holds: list[Hold], place: int) -> int:
    return sum(hold.of(place + 1) for hold in holds)


def noticed(order: Order, holds: list[Hold]) -> Order:
    """The order knowing of points that it lost because its hold waited too long for a shipment."""
    if any(hold.place == UNDATED for hold in holds) or not any(line.waiting for line in order.lines):
        return order
    lost = sum(line.waiting for line in order.lines)
    lines = tuple(replace(line, lost=line.lost + line.waiting, waiting=0) for line in order.lines)
    return replace(order, lines=lines, withdrawn=order.withdrawn + lost)


@dataclass
class Changing:
    """A change of an order under way. ``then`` are the rules of the order, ``rules`` those of today."""

    member: Member
    order: Order
    verb: str
    then: Programme
    rules: Programme
    now: int
    taken_by_day: dict[int, int] = field(default_factory=dict)
    from_hold: int = 0
    uncounted: list[Counted] = field(default_factory=list)
    released: list[Hold] = field(default_factory=list)
    redated: int = 0
    has_effect: bool = False
    deducted: int = 0
    refunded: int = 0

    def __post_init__(self) -> None:
        self.group = "o/" + self.order.id
        self.holds = {place: hold for (group, place), hold in self.member.holds.items() if group == self.group}
        self.counted_before = [each for hold in self.holds.values() for each in hold.counted]
        self.spend_before = sum(line.spend_gone for line in self.order.lines)
        self.was_gone = self.order.is_gone
        self.order = noticed(self.order, list(self.holds.values()))
        self.lines = list(self.order.lines)
        self.was_shipped, self.was_on_hold = self.order.is_shipped, bool(self.holds)

    def run(self, cuts: list[tuple[int, int]]) -> None:
        """Change so many units of these lines, and book what that moves."""
        going: dict[int, int] = {}
        for place, units in cuts:
            held = held_for(list(self.holds.values()), place)
            if self.verb == "ship":
                going[place] = self._ship(place, units)
            elif self.verb == "cancel":
                self._cancel(place, units, held)
            else:
                self._return(place, units, held)
        self.order = replace(self.order, lines=tuple(self.lines))
        self._date(going)
        self.order = replace(self.order, lines=tuple(self.lines), withdrawn=self.order.withdrawn + self.from_hold)
        self._book()

    # --- units ------------------------------------------------------------------------------------------------

    def _ship(self, place: int, units: int) -> int:
        line = self.lines[place]
        going = line.waiting * units // line.placed if self.then.hold["type"] == "itemShipDate" else 0
        self.lines[place] = replace(line, shipped=line.shipped + units, waiting=line.waiting - going)
        self.order = replace(self.order, shipped_at=self.now)
        self.has_effect = True
        return going

    def _cancel(self, place: int, units: int, held: int) -> None:
        line = self.lines[place]
        keeps = not held and not line.lost and (line.share > 0 or not self.was_on_hold)
        after = replace(line, cancelled=line.cancelled + units, spared=line.spared + (units if keeps else 0))
        owing = after.share * after.undone // after.quantity - line.taken
        taken = self._off_hold(place, min(owing, held))
        lost = min(owing - taken, line.lost)
        self.lines[place] = replace(
            after, taken=line.taken + taken + lost, lost=line.lost - lost, waiting=max(0, line.waiting - taken)
        )
        self.has_effect = True

    def _return(self, place: int, units: int, held: int) -> None:
        line = self.lines[place]
        from_shipped = min(units, line.shipped)
        from_spared = max(0, units - from_shipped - line.placed)
        after = replace(
            line,
            shipped=line.shipped - from_shipped,
            returned=line.returned + units,
            cancelled=line.cancelled - from_spared,
            spared=line.spared - from_spared,
        )
        owing = after.share * after.undone // after.quantity - line.taken
        given = line.share - line.taken - line.lost - held
        is_given = units <= line.shipped and given > 0 and given >= owing
        if self.was_on_hold and not self.was_shipped and not is_given:
            return
        taken = self._off_hold(place, min(owing, held)) if self.was_shipped else 0
        free = min(owing - taken, given)
        if free:
            day = self.order.day if line.freed is None else line.freed
            self.taken_by_day[day] = self.taken_by_day.get(day, 0) + free
        self.lines[place] = replace(after, taken=line.taken + owing, lost=line.lost - (owing - taken - free))
        self.has_effect = True

    def _off_hold(self, place: int, points: int) -> int:
        left = points
        for number in sorted(self.holds):
            hold = self.holds[number]
            amount = min(left, hold.of(place + 1))
            if amount:
                left -= amount
                hold = hold.less(place + 1, amount)
                if self.verb == "cancel":
                    back = [(each, min(amount, each.points)) for each in hold.counted]
                    self.uncounted += [replace(each, times=0, points=-less) for each, less in back if less]
                    hold = replace(hold, counted=tuple(replace(e, points=e.points - less) for e, less in back))
                self.holds[number] = hold
        self.from_hold += points - left
        return points - left

    # --- dates ------------------------------------------------------------------------------------------------

    def _date(self, going: dict[int, int]) -> None:
        """Give promises the day on which they become points, now that units were shipped."""
        undated = self.holds.get(UNDATED)
        if undated is None or not undated.parts:
            return
        kind = self.then.hold["type"]
        if kind == "itemShipDate":
            self._date_lines(undated, going)
        elif self.order.is_shipped and self.order.shipped_at is not None:
            at = self.rules.after(self.order.shipped_at, self.then.hold_days)
            if kind == "orderDate":
                at = self.rules.after(self.order.ordered, self.then.hold_days)
                at = min(at, max(self.order.shipped_at, self.order.ordered))
            if at != undated.release_at:
                self._promise(replace(undated, release_at=at, void_at=None))
                self.lines = [replace(line, waiting=0) for line in self.lines]
                self._freed([line for line, _ in undated.parts], at)

    def _date_lines(self, undated: Hold, going: dict[int, int]) -> None:
        for place, line in enumerate(self.lines):
            if line.waiting and not line.placed:
                going[place] = going.get(place, 0) + line.waiting
                self.lines[place] = replace(line, waiting=0)
        parts = {place + 1: points for place, points in going.items() if points}
        if not parts:
            return
        at = self.rules.after(self.now, self.then.hold_days)
        for line_number, points in parts.items():
            undated = undated.less(line_number, points)
        total = sum(parts.values())
        left = tuple(replace(each, times=0, points=max(0, each.points - total)) for each in undated.counted)
        self.holds[UNDATED] = replace(undated, counted=left)
        same = [hold for hold in self.holds.values() if hold.release_at == at and hold.parts]
        if same:
            target = same[0]
        else:
            self.order = replace(self.order, places=self.order.places + 1)
            target = replace(undated, place=self.order.places, parts=(), release_at=at, void_at=None, counted=())
        both = {n: target.of(n) + parts.get(n, 0) for n in sorted({*parts, *dict(target.parts)})}
        self._promise(replace(target, parts=tuple(both.items())))
        self._freed(list(parts), at)

    def _promise(self, hold: Hold) -> None:
        if hold.release_at is not None and hold.release_at <= self.now:
            self.released.append(hold)
            self.holds[hold.place] = replace(hold, parts=())
        else:
            self.redated += 1
            self.holds[hold.place] = hold

    def _freed(self, lines: list[int], at: int) -> None:
        for number in lines:
            self.lines[number - 1] = replace(self.lines[number - 1], freed=self.rules.day(at))

    # --- points -----------------------------------------------------------------------------------------------

    def _book(self) -> None:
        fate = self._fate()
        spend = sum(line.spend_gone for line in self.order.lines) - self.spend_before
        orders = int(self.order.is_gone and not self.was_gone)
        back = self._given_back(fate)
        self._refund()
        if self.verb == "return" and self.has_effect:
            self._book_return(self._no_longer_earned(spend, orders))
        elif self.verb != "return" and (self.from_hold or spend or orders or back):
            self._shrink(self._no_longer_earned(spend, orders), back)
        for _ in range(self.redated):
            self.member.after(self.now, self.rules)
        for hold in self.released:
            give(self.member, hold, self.now, self.rules, last=True)
        if self.order.is_held and (self.from_hold or fate):
            row = self.member.rows[self.order.row - 1]
            word = row.status if fate is None else WORDS[fate]
            credit = word != "Cancelled"
            self.member.reshow(self.order.row, status=word, amount=row.amount - self.from_hold, credit=credit)
        others = {key: hold for key, hold in self.member.holds.items() if key[0] != self.group}
        self.member.holds = others | {(self.group, n): hold for n, hold in self.holds.items() if hold.parts}
        self.member.settle(self.now, self.rules)

    def _fate(self) -> str | None:
        if any(hold.parts for hold in self.holds.values()) or not (self.from_hold or self.released):
            return None
        if self.released or sum(line.share for line in self.order.lines) > self.order.withdrawn:
            return "released"
        return "returned" if self.verb == "return" else "cancelled"

    def _given_back(self, fate: str | None) -> list[Counted]:
        if fate != "cancelled":
            return self.uncounted
        return [*self.uncounted, *(replace(each, times=-each.times, points=0) for each in self.counted_before)]

    def _no_longer_earned(self, spend: int, orders: int) -> list[Earned]:
        """What no longer counts, by the day it counted on, the most points first."""
        points = dict(self.taken_by_day)
        if spend or orders or not points:
            points.setdefault(self.order.day, 0)
        found = sorted(points.items(), key=lambda each: (-each[1], each[0]))
        own = self.order.day
        return [Earned(d, -n, -spend if d == own else 0, -orders if d == own else 0) for d, n in found]

    def _book_return(self, gone: list[Earned]) -> None:
        wished, member = sum(self.taken_by_day.values()), self.member
        if not wished and self.from_hold:
            self._row(0, [])
            self._shrink(gone, [])
            return
        lot = (self.order.kind, good_through(self.order.policy, gone[0].day))
        taken = member.take(wished, first=lot)
        self.deducted = sum(parcel[2] for parcel in taken)
        if self.rules.may_owe:
            member.owed += wished - self.deducted
            self.deducted = wished
        member.used += self.deducted
        self._row(self.deducted, taken)
        member.diary.append(gone[0])
        member.after(self.now, self.rules, rises=True)
        if self.from_hold or gone[1:]:
            self._shrink(gone[1:], [])

    def _row(self, amount: int, taken: list[Parcel]) -> None:
        said = {"status": "Return", "kinds": taken, "order": self.order.id}
        self.member.show(RETURNED, amount, self.now, self.rules, credit=False, **said)

    def _shrink(self, gone: list[Earned], back: list[Counted]) -> None:
        self.member.held -= self.from_hold
        self.member.counted += back
        for each in gone:
            self.member.diary.append(each)
            self.member.after(self.now, self.rules, rises=True)
        if not gone:
            self.member.after(self.now, self.rules)

    def _refund(self) -> None:
        """Points spent on the order come back with it, to the lots they came from."""
        record = self.member.redemptions.get(self.order.id, ())
        switch = "onReturn" if self.order.is_gone else "onPartialReturn"
        allowed = self.then.refunds.get(switch, switch == "onReturn")
        if not record or not self.has_effect or self.verb == "ship" or not allowed:
            return
        gone = sum(line.spend_gone for line in self.order.lines)
        after = []
        for each in record:
            part = each.points * gone // self.order.amount if self.order.amount else 0
            points = max(0, (each.points if self.order.is_gone else part) - each.refunded)
            if points:
                self._give_back(each, points)
            after.append(replace(each, refunded=each.refunded + points))
        self.member.redemptions[self.order.id] = tuple(after)
        self.order = replace(self.order, refunded=self.order.refunded + self.refunded)
        if self.refunded:
            self.member.settle(self.now, self.rules)

    def _give_back(self, redemption: Redemption, points: int) -> None:
        today, member = self.rules.day(self.now), self.member
        fresh = good_through(self.order.policy, today)
        skip, left, back = redemption.refunded, points, []
        for kind, day, amount in (*redemption.taken, ("S", fresh, redemption.owed)):
            passed = min(skip, amount)
            part = min(left, amount - passed)
            skip, left = skip - passed, left - part
            grace = self.then.refunds.get("graceDays", 0)
            if part:
                back.append((kind, today + grace if grace and 0 < day < today else day, part))
        kept = member.receive(back)
        member.used -= points
        member.redeemed -= points
        self.refunded += points
        said: dict[str, Any] = {"kinds": kept, "order": self.order.id}
        said["expires"] = max((day for _, day, _ in kept), default=None)
        member.show(REDEEMED, points, self.now, self.rules, credit=True, **said)
        member.after(self.now, self.rules)


def give(member: Member, hold: Hold, now: int, rules: Programme, *, last: bool) -> None:
    """Give what a hold promises, as of its day or else now; the row tells so when it is the last of its row."""
    at = hold.release_at or now
    day, points = rules.day(at), hold.points
    good = good_through(dict(hold.policy), day)
    member.held -= points
    member.lifetime += points
    member.receive([(hold.kind, good, points)])
    member.diary.append(Earned(day, points))
    member.show(hold.action, points, at, rules, credit=True, is_row=False)
    member.after(now, rules, rises=True)
    member.reshow(hold.row, expires=good)
    if last:
        member.reshow(hold.row, status="Released")


def end_hold(member: Member, key: tuple[str, int], now: int, rules: Programme) -> bool:
    """What the worker does with a hold that is due: give it, or end it without; whether there was anything due."""
    hold = member.holds.get(key)
    due = None if hold is None else hold.void_at if hold.release_at is None else hold.release_at
    if hold is None or due is None or due > now:
        return False
    member.begin(now, rules)
    last = sum(group == key[0] for group, _ in member.holds) == 1
    if hold.release_at is None:
        row = member.rows[hold.row - 1]
        member.held -= hold.points
        member.counted += [replace(each, times=-each.times, points=-each.points) for each in hold.counted]
        member.after(now, rules)
        word = row.status if not last else "Released" if row.amount > hold.points else "Cancelled"
        member.reshow(hold.row, status=word, amount=row.amount - hold.points, credit=word != "Cancelled")
    else:
        give(member, hold, now, rules, last=last)
    del member.holds[key]
    member.settle(now, rules)
    return True
