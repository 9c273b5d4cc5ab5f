"""Which units of an order were shipped, returned and cancelled when: worked out from what is recorded.

An order tells how many units of each line came to be in each state; the book tells when something was changed,
what then ceased to count as spent and how many points were taken back. Where several splits fit, any of them gives
the same points; where none is found, the units are taken line by line and counted as guessed.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import combinations
from typing import Final
from zoneinfo import ZoneInfo

from chalicelib.ids import composed
from chalicelib.ledger import days
from chalicelib.orders.order import UNIT, Line, Order, Verb
from chalicelib.orders.selecting import moved, open_units
from chalicelib.values import value

TRIES_MAX: Final = 5_000
"""Splits that are looked at for one change."""
SUBSET_LINES_MAX: Final = 12
Cut = dict[int, int]
"""Place of a line → thousandths of a unit."""


@value
class Told:
    """A change that the book tells of: the spend that no longer counts, the points taken back (of a shipment: those
    that it set a date for), the releases it set.
    """

    at: int
    number: int
    verb: Verb
    spend: int
    points: int
    releases: tuple[int, ...] = ()


@value
class Change:
    """A change to be made again: so many units of each product."""

    at: int
    place: tuple[int, int]
    verb: Verb
    wanted: tuple[tuple[str, Decimal], ...]


def changes_of(order: Order, told: Sequence[Told], zone: ZoneInfo) -> tuple[list[Change], int]:
    """Every change of an order in time, and of how many the units were guessed."""
    work = _Work(order, zone)
    for each in _with_shipment(order, told):
        work.change(each, [later for later in told if later.verb == each.verb and later.number > each.number])
    found = work.changes
    for noted in order.noted:
        # Without an effect there is no entry; a cancel that left the points has one, and is there already.
        if noted.verb == "return" or not any(each.at == noted.at and each.verb == noted.verb for each in told):
            wanted = _wanted(order, {noted.place: noted.quantity})
            found.append(Change(noted.at, (order.entry, 2), noted.verb, wanted))
    return sorted(found, key=lambda each: (each.at, each.place)), work.guessed


def _with_shipment(order: Order, told: Sequence[Told]) -> list[Told]:
    """The changes with the last shipment, which leaves no entry where nothing was on hold."""
    listed = sorted(told, key=lambda each: (each.at, each.number))
    at = order.shipped_at
    if at is None or any(each.verb == "ship" and each.at == at for each in listed):
        return listed
    shipped = Told(at, order.entry, "ship", 0, 0)
    return sorted([*listed, shipped], key=lambda each: (each.at, each.number))


@dataclass
class _Work:
    """The lines of an order from their first state on, and what is still to happen to each."""

    order: Order
    zone: ZoneInfo
    changes: list[Change] = field(default_factory=list)
    guessed: int = 0

    def __post_init__(self) -> None:
        self.lines = [replace(line, shipped=0, returned=0, cancelled=0, spared=0) for line in self.order.lines]
        self.waiting = [line.share for line in self.order.lines]
        self.left: dict[Verb, Cut] = {
            "return": _each(self.order.lines, lambda line: line.returned),
            "cancel": _each(self.order.lines, lambda line: line.cancelled),
            "ship": _each(self.order.lines, lambda line: line.shipped),
        }

    def change(self, told: Told, later: Sequence[Told]) -> None:
        cut = self._shipped(told) if told.verb == "ship" else self._cut(told, later)
        cut = {place: units for place, units in cut.items() if units}
        if not cut:
            self.guessed += told.verb != "ship" or bool(told.releases)
            return
        spares = told.verb == "cancel" and any(n.at == told.at and n.verb == "cancel" for n in self.order.noted)
        for place, units in cut.items():
            before = self.lines[place]
            after = moved(before, told.verb, units, spares=spares)
            gone = self._dated({place: units}) if told.verb == "ship" else after.due - before.due
            self.lines[place] = after
            self.waiting[place] = max(0, self.waiting[place] - gone)
            self.left[told.verb][place] = max(0, self.left[told.verb].get(place, 0) - units)
        self.changes.append(Change(told.at, (told.number, 1), told.verb, _wanted(self.order, cut)))

    def _cut(self, told: Told, later: Sequence[Told]) -> Cut:
        exact = {n.place: n.quantity for n in self.order.noted if (n.at, n.verb) == (told.at, told.verb)}
        if exact and told.verb == "cancel":
            return exact
        left = self.left[told.verb]
        if not any(left.values()) and told.verb == "cancel":
            # What was cancelled with its points left to the member, and returned later, counts as returned now.
            left = self.left["return"]
        kept = {place: self._noted_later(told, place) for place in left}
        there = {
            place: min(units - kept[place], open_units(self.lines[place], told.verb)) for place, units in left.items()
        }
        there = {place: units for place, units in there.items() if units > 0}
        if not later and self._fits(there, told, by_points=False):
            return there
        for by_points in (True, False):
            for tried, cut in enumerate(_splits(there)):
                if tried >= TRIES_MAX:
                    break
                if self._fits(cut, told, by_points=by_points):
                    return cut
        self.guessed += 1
        return self._filled(there, told) if later else there

    def _noted_later(self, told: Told, place: int) -> int:
        """Units of a line that are known to be cancelled by a later change."""
        if told.verb != "cancel":
            return 0
        return sum(n.quantity for n in self.order.noted if (n.verb, n.place) == ("cancel", place) and n.at > told.at)

    def _fits(self, cut: Cut, told: Told, *, by_points: bool) -> bool:
        """Whether these units make the change that is told of, by spend and also by points."""
        spend = points = 0
        for place, units in cut.items():
            before, after = self.lines[place], moved(self.lines[place], told.verb, units)
            spend += after.spend_gone - before.spend_gone
            points += after.due - before.due
        return spend == told.spend and (not by_points or points == told.points)

    def _filled(self, there: Cut, told: Told) -> Cut:
        """Whole units line by line until their spend reaches what is told."""
        cut: Cut = {}
        for place, units in there.items():
            for count in range(UNIT, units + UNIT, UNIT):
                cut[place] = min(count, units)
                if self._spend(cut, told) >= told.spend:
                    return cut
        return cut

    def _spend(self, cut: Cut, told: Told) -> int:
        return sum(
            moved(self.lines[place], told.verb, units).spend_gone - self.lines[place].spend_gone
            for place, units in cut.items()
        )

    def _shipped(self, told: Told) -> Cut:
        """All that was shipped in the end, or (points of each line released from its own shipment) the lines that
        this shipment dated. What came back after the last shipment had been shipped before.
        """
        last = self.order.shipped_at
        wanted = dict(self.left["ship"])
        for place, units in self.left["return"].items():
            cancelled = sum(n.quantity for n in self.order.noted if (n.place, n.verb) == (place, "cancel"))
            # Units that were cancelled with their points left to the member, and returned later, never shipped.
            spared = max(0, cancelled - self.order.lines[place].cancelled)
            wanted[place] = wanted.get(place, 0) + max(0, units - spared)
        there = {place: min(units, self.lines[place].placed) for place, units in wanted.items()}
        if last is None or told.at >= last:
            return there
        dated = {days.day_of(days.from_ms(at), self.zone) for at in told.releases}
        whole = {place: units for place, units in there.items() if self.lines[place].freed in dated}
        if whole and self._dated(whole) == told.points:
            return whole
        for tried, cut in enumerate(_splits({place: units for place, units in there.items() if units})):
            if tried >= TRIES_MAX:
                break
            if self._dated(cut) == told.points:
                return cut
        return whole

    def _dated(self, cut: Cut) -> int:
        """Points that a shipment of these units sets a date for."""
        return sum(self.waiting[place] * units // self.lines[place].placed for place, units in cut.items())


def _each(lines: Sequence[Line], units: Callable[[Line], int]) -> Cut:
    return {place: units(line) for place, line in enumerate(lines) if units(line)}


def _splits(there: Cut) -> Iterator[Cut]:
    """Units of one line, then whole lines together, then units of one line beside whole others."""
    yield from _of_one_line(there)
    places = list(there)[:SUBSET_LINES_MAX]
    for count in range(2, len(places) + 1):
        for chosen in combinations(places, count):
            yield {place: there[place] for place in chosen}
    for count in range(1, len(places)):
        for chosen in combinations(places, count):
            rest = {place: units for place, units in there.items() if place not in chosen}
            for part in _of_one_line(rest):
                yield {**{place: there[place] for place in chosen}, **part}


def _of_one_line(there: Cut) -> Iterator[Cut]:
    for place, units in there.items():
        yield {place: units}
    for place, units in there.items():
        for count in range(UNIT, units, UNIT):
            yield {place: count}


def _wanted(order: Order, cut: Cut) -> tuple[tuple[str, Decimal], ...]:
    """Units by product, as a shop names them; lines of one product are filled up in their order."""
    by_product: dict[str, tuple[str, int]] = {}
    for place, units in sorted(cut.items()):
        product = order.lines[place].about.product
        before = by_product.get(composed(product), (product, 0))
        by_product[composed(product)] = (product, before[1] + units)
    return tuple((product, Decimal(units) / UNIT) for product, units in by_product.values())
