"""Which awards a debit consumed, and which debits an award fed: derived from the entries alone.

A lot holds points of many awards. A draw that names an award takes that award's points first, and everything else
leaves a lot in the order in which its points were earned. Points that go back keep their award; points that pay a
debt are spent on the debit that made it.
"""

from bisect import bisect_left
from collections import defaultdict, deque
from collections.abc import Iterable
from typing import Final

from chalicelib.ledger.book import BrokenBook
from chalicelib.ledger.entry import Entry
from chalicelib.values import value

_Place = tuple[str, str, int]
"""Bucket, class and expiry day of a lot."""
_Portion = tuple[int, int]
"""Number of the award's entry, points."""


@value
class Flow:
    """Points of one award that one debit consumed, by the numbers of their entries; points in smallest units.

    ``place`` is the lot (bucket, class, expiry day) that they were drawn from, ``None`` where the award paid a debt
    that the debit had left. ``back`` of the points were given back by refunds since.
    """

    award: int
    debit: int
    bucket: str
    place: _Place | None
    points: int
    back: int


@value
class Return:
    """Points of an award that a refund took back from a debit."""

    award: int
    debit: int
    refund: int
    bucket: str
    points: int


@value
class Unspent:
    """Points of an award that are left in a lot (bucket, class, expiry day)."""

    award: int
    place: _Place
    points: int


@value
class Unpaid:
    """Points that a debit took beyond the balance and that no award has paid yet."""

    debit: int
    bucket: str
    points: int


@value
class Trail:
    """Where all points of a book came from and went to, each list in the order of the book."""

    flows: tuple[Flow, ...]
    returns: tuple[Return, ...]
    unspent: tuple[Unspent, ...]
    unpaid: tuple[Unpaid, ...]


def follow(entries: Iterable[Entry]) -> Trail:
    """The trail of a member's book, from its first entry on. Of each debit the flows sum to what it drew and what was
    paid of its debt; of each award, flows less what came back, and what is unspent, sum to its points.

    Raises ``BrokenBook`` when a lot is drawn beyond its points.
    """
    follower = _Follower()
    for entry in entries:
        follower.add(entry)
    return follower.trail()


class _Heap:
    """The points of a lot by award, the oldest award first."""

    __slots__ = ("portions",)

    def __init__(self) -> None:
        self.portions: list[list[int]] = []

    def put(self, award: int, points: int) -> None:
        place = self._find(award)
        if place < len(self.portions) and self.portions[place][0] == award:
            self.portions[place][1] += points
        elif points:
            self.portions.insert(place, [award, points])

    def take_from(self, award: int, points: int) -> int:
        """Take at most so many points of one award; gives how many there were."""
        place = self._find(award)
        if place == len(self.portions) or self.portions[place][0] != award:
            return 0
        taken = min(points, self.portions[place][1])
        self.portions[place][1] -= taken
        if not self.portions[place][1]:
            del self.portions[place]
        return taken

    def take(self, points: int) -> list[_Portion]:
        """Take so many points of the oldest awards, fewer when there are fewer."""
        taken: list[_Portion] = []
        emptied = 0
        for portion in self.portions:
            if not points:
                break
            amount = min(points, portion[1])
            taken.append((portion[0], amount))
            portion[1] -= amount
            points -= amount
            emptied += not portion[1]
        del self.portions[:emptied]
        return taken

    def _find(self, award: int) -> int:
        return bisect_left(self.portions, award, key=lambda portion: portion[0])


class _Flow:
    """Points of an award in a debit, while the book is followed."""

    __slots__ = ("back", "points")

    def __init__(self) -> None:
        self.points = 0
        self.back = 0


_Key = tuple[int, str, _Place | None]
"""Award, bucket and lot of a flow into one debit."""
_DEBT: Final = None
"""The place of points that paid a debt."""


class _Follower:
    """The state of the trail between two entries."""

    def __init__(self) -> None:
        self._heaps: dict[_Place, _Heap] = defaultdict(_Heap)
        self._flows: dict[int, dict[_Key, _Flow]] = defaultdict(dict)
        self._returns: list[Return] = []
        self._debts: dict[str, deque[list[int]]] = defaultdict(deque)
        self._promised: dict[int, tuple[str, int | None]] = {}
        self._released: dict[tuple[str, int | None], list[int]] = defaultdict(list)

    def add(self, entry: Entry) -> None:
        """Follow one more entry."""
        if entry.kind == "regroup":
            self._merge(entry)
            return
        self._remember(entry)
        for draw in entry.draws:
            place = draw.bucket, draw.kind, draw.day
            for award, points in self._drawn(entry, place, draw.amount, draw.target):
                self._flow(entry.number, award, draw.bucket, place, points)
        for bucket, delta in entry.owed:
            if delta > 0:
                self._debts[bucket].append([entry.number, delta])
        self._credit(entry)

    def trail(self) -> Trail:
        """What was found."""
        flows = [
            Flow(award, debit, bucket, place, flow.points, flow.back)
            for debit, into in sorted(self._flows.items())
            for (award, bucket, place), flow in into.items()
        ]
        unspent = [
            Unspent(award, place, points)
            for place, heap in sorted(self._heaps.items())
            for award, points in heap.portions
        ]
        unpaid = [Unpaid(debit, name, left) for name, debts in self._debts.items() for debit, left in debts if left]
        unspent.sort(key=lambda each: each.award)
        return Trail(tuple(flows), tuple(self._returns), tuple(unspent), tuple(unpaid))

    def _remember(self, entry: Entry) -> None:
        """A return names the promise of its order as the award it settles against; the points came with releases."""
        if entry.refs.order is None:
            return
        about = entry.refs.order, entry.action
        if entry.kind == "hold":
            self._promised[entry.number] = about
        elif entry.kind == "release":
            self._released[about].append(entry.number)

    def _drawn(self, entry: Entry, place: _Place, points: int, target: int | None) -> list[_Portion]:
        heap = self._heaps[place]
        taken: list[_Portion] = []
        for award in self._meant(target):
            amount = heap.take_from(award, points)
            points -= amount
            if amount:
                taken.append((award, amount))
        rest = heap.take(points)
        if sum(amount for _, amount in rest) < points:
            raise BrokenBook(f"entry {entry.number}: a lot is drawn beyond its points")
        return taken + rest

    def _meant(self, target: int | None) -> list[int]:
        if target is None:
            return []
        about = self._promised.get(target)
        return [target] if about is None else [target, *self._released[about]]

    def _merge(self, entry: Entry) -> None:
        """Move points from lot to lot; changes come in pairs, out of one and into the next."""
        portions: list[_Portion] = []
        for change in entry.lots:
            place = change.bucket, change.kind, change.day
            if change.delta < 0:
                portions = self._drawn(entry, place, -change.delta, None)
            else:
                for award, points in portions:
                    self._heaps[place].put(award, points)

    def _credit(self, entry: Entry) -> None:
        """Points that came: first into debts, then into lots."""
        paid = {bucket: -delta for bucket, delta in entry.owed if delta < 0}
        for bucket in dict.fromkeys([*paid, *(change.bucket for change in entry.lots)]):
            lots = [change for change in entry.lots if change.bucket == bucket]
            points = paid.get(bucket, 0) + sum(change.delta for change in lots)
            came, cancelled = self._came(entry, bucket, points)
            rest = self._pay(bucket, came, paid.get(bucket, 0) - cancelled)
            for change in lots:
                for award, amount in _off(rest, change.delta):
                    self._heaps[bucket, change.kind, change.day].put(award, amount)

    def _came(self, entry: Entry, bucket: str, points: int) -> tuple[deque[_Portion], int]:
        """The points by award, and how many only cancel a debt of the very debit that is refunded."""
        debit = entry.refs.undoes if entry.kind == "refund" else None
        if debit is None:
            return deque([(entry.number, points)]), 0
        came: deque[_Portion] = deque()
        for (award, of_bucket, _), flow in self._flows[debit].items():
            amount = min(points, flow.points - flow.back) if of_bucket == bucket else 0
            if amount:
                flow.back += amount
                points -= amount
                came.append((award, amount))
                self._returns.append(Return(award, debit, entry.number, bucket, amount))
        cancelled = 0
        for debt in self._debts[bucket]:
            if debt[0] == debit:
                cancelled = min(points, debt[1])
                debt[1] -= cancelled
        if points > cancelled:
            # A refund of more than was taken would be a defect; its points are then its own.
            came.append((entry.number, points - cancelled))
        return came, cancelled

    def _pay(self, bucket: str, came: deque[_Portion], points: int) -> deque[_Portion]:
        """Pay debts, the oldest first, with so many of the points; gives the rest."""
        debts = self._debts[bucket]
        while points and debts:
            debt = debts[0]
            part = min(points, debt[1])
            for award, amount in _off(came, part):
                self._flow(debt[0], award, bucket, _DEBT, amount)
            points -= part
            debt[1] -= part
            if not debt[1]:
                debts.popleft()
        if points:
            raise BrokenBook("more debts are paid than there are")
        return came

    def _flow(self, debit: int, award: int, bucket: str, place: _Place | None, points: int) -> None:
        self._flows[debit].setdefault((award, bucket, place), _Flow()).points += points


def _off(portions: deque[_Portion], points: int) -> list[_Portion]:
    """Take so many points off the front."""
    taken: list[_Portion] = []
    while points:
        award, amount = portions.popleft()
        part = min(points, amount)
        taken.append((award, part))
        points -= part
        if amount > part:
            portions.appendleft((award, amount - part))
    return taken
