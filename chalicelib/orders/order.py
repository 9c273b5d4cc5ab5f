"""What an order is, as values: what a shop sends, and what is kept of it.

Quantities are kept in thousandths of a unit, points in the smallest unit of their bucket, and amounts in the
smallest unit of the programme's currency. Prices stay the exact numbers that came.
"""

from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from datetime import datetime
from decimal import Decimal, localcontext
from typing import Final, Literal

from chalicelib.ledger.account import STANDARD
from chalicelib.ledger.entry import Counted
from chalicelib.ledger.rules import Lasting
from chalicelib.programme.amounts import EXACT
from chalicelib.values import value

UNIT: Final = 1_000
"""Thousandths of a unit: quantities have up to three decimals."""
NOTED_MAX: Final = 20
"""Changes without effect that an order remembers, the newest."""

Verb = Literal["ship", "return", "cancel"]
Status = Literal[
    "placed",
    "partially shipped",
    "shipped",
    "partially returned",
    "returned",
    "partially cancelled",
    "cancelled",
]


@value
class NewLine:
    """One product of an order as the shop sends it: ``quantity`` above 0 with up to three decimals, prices from 0."""

    product: str
    quantity: Decimal
    unit_price: Decimal
    net_price: Decimal | None = None
    category_id: str = ""
    category_name: str = ""
    url: str = ""
    image_url: str = ""
    description: str = ""
    coupon: str = ""
    auto_delivery: str = ""
    estimated_ship_date: str = ""

    @property
    def amount(self) -> Decimal:
        """Unit price times quantity, exact."""
        return EXACT.multiply(self.unit_price, self.quantity)


@value
class Person:
    """What an order says of the buyer. Kept apart, so that an erasure can remove it."""

    email: str = ""
    first_name: str = ""
    last_name: str = ""
    said: str = ""
    """Free attributes of an issuance, as JSON text."""


@value
class NewOrder:
    """An order as the shop sends it. ``ordered`` None means now, ``total`` None the sum of the lines."""

    id: str
    lines: Sequence[NewLine]
    ordered: datetime | None = None
    total: Decimal | None = None
    discount: Decimal | None = None
    coupons: Sequence[str] = ()
    store: str = ""
    source: str = ""
    event: str = ""
    point_type: str = ""
    """``purchasePointType``: Both, Ratio or Flat in any case; empty means Both."""
    action: int = 0
    """The action of an issuance, whose points the shop computed itself; 0 for a purchase."""
    waits: bool = False
    """Whether the points of an issuance wait until it is shipped."""
    buyer: Person = Person()
    attributes: Mapping[str, str] = field(default_factory=dict)

    @property
    def amount(self) -> Decimal:
        """What the lines come to, exact."""
        with localcontext(EXACT):
            return sum((line.amount for line in self.lines), Decimal(0))


@value
class Line:
    """One product of an order, its ``share`` of the points and its ``spend`` of the amount, and its states.

    What is neither shipped, returned nor cancelled is still to be shipped; a shipped unit that comes back is
    returned and no longer shipped. ``spared`` of the cancelled units kept their points, which had been given
    already. Of the share, ``taken`` was taken back, ``lost`` went with a hold that voided itself, and
    ``waiting`` is on hold without a date. ``freed`` is the day on which its points were given, where that is
    not the day of the order.
    """

    about: NewLine
    share: int = 0
    spend: int = 0
    shipped: int = 0
    returned: int = 0
    cancelled: int = 0
    spared: int = 0
    taken: int = 0
    lost: int = 0
    waiting: int = 0
    freed: int | None = None
    calculation: str = ""
    """How its points came about before limits, where a rule of its product or category decided."""

    @property
    def quantity(self) -> int:
        """All units, in thousandths."""
        return int(self.about.quantity * UNIT)

    @property
    def placed(self) -> int:
        """Units still to be shipped."""
        return self.quantity - self.shipped - self.returned - self.cancelled

    @property
    def gone(self) -> int:
        """Units returned or cancelled: they no longer count as spend."""
        return self.returned + self.cancelled

    @property
    def undone(self) -> int:
        """Units whose points were taken back."""
        return self.gone - self.spared

    @property
    def due(self) -> int:
        """Points that ought to be taken back by now: the floor of the share's part that is undone."""
        return self.share * self.undone // self.quantity

    @property
    def spend_gone(self) -> int:
        """Amount of the units that are gone, by the same rule."""
        return self.spend * self.gone // self.quantity

    @property
    def status(self) -> Status:
        """The line's state in a word: the whole quantity, or part of it, with returns before cancels."""
        return status_of(self.quantity, self.shipped, self.returned, self.cancelled)


@value
class Part:
    """One line's part of a purse: as the fields of the same names of ``Line``."""

    share: int = 0
    taken: int = 0
    lost: int = 0
    waiting: int = 0
    spared: int = 0
    freed: int | None = None


@value
class Purse:
    """What an order earned in a further bucket: the entry that booked it, how long its points last, and its parts."""

    bucket: str
    entry: int
    lasting: Lasting
    parts: tuple[Part, ...]
    held: bool = False
    places: int = 0
    withdrawn: int = 0

    @property
    def points(self) -> int:
        """What was awarded or promised."""
        return sum(part.share for part in self.parts)


@value
class Noted:
    """A change that had no effect: when (milliseconds), what, on which line, how many thousandths of a unit."""

    at: int
    verb: Verb
    place: int
    quantity: int


@value
class Order:
    """An order as it is kept.

    ``entry`` is its row in the book, ``day`` its day in the programme's calendar, ``programme`` the version
    whose rules decided its points and reverse them. ``judged`` is what had counted against each limit of
    purchases before this one, where they were asked. ``withdrawn`` are points that were on hold and never
    given, ``refunded`` points that came back from redemptions on the order. ``command`` is the command that
    wrote it last.
    """

    id: str
    lines: tuple[Line, ...]
    ordered: datetime
    entry: int
    day: int
    amount: int
    programme: int
    tier: str
    lasting: Lasting
    total: Decimal | None = None
    discount: Decimal | None = None
    coupons: tuple[str, ...] = ()
    store: str = ""
    source: str = ""
    event: str = ""
    point_type: str = ""
    kind: str = STANDARD
    held: bool = False
    places: int = 0
    """Holds that the order ever had, so that no address is used twice."""
    withdrawn: int = 0
    refunded: int = 0
    shipped_at: int | None = None
    """When units last went out, in milliseconds."""
    noted: tuple[Noted, ...] = ()
    judged: tuple[Counted, ...] = ()
    command: str = ""
    version: int = 0
    buyer: Person = Person()
    purses: tuple[Purse, ...] = ()
    campaigns: tuple[tuple[str, int], ...] = ()
    """Campaigns that added to its points, and how many; part of the lines' shares."""
    action: int = 0
    """The action of an issuance, whose points the shop computed itself; 0 for a purchase."""
    attributes: tuple[tuple[str, str], ...] = ()
    """``orderAttribute``: names and texts as the shop sent them."""

    @property
    def has_holds(self) -> bool:
        """Whether any of its points were ever on hold."""
        return self.held or any(purse.held for purse in self.purses)

    @property
    def points(self) -> int:
        """What the order was awarded or promised."""
        return sum(line.share for line in self.lines)

    @property
    def quantity(self) -> int:
        """Units of all lines, in thousandths."""
        return sum(line.quantity for line in self.lines)

    @property
    def is_shipped(self) -> bool:
        """Whether nothing is left to ship and something was shipped."""
        return all(line.placed == 0 for line in self.lines) and self.shipped_at is not None

    @property
    def is_gone(self) -> bool:
        """Whether everything was returned or cancelled."""
        return all(line.gone == line.quantity for line in self.lines)

    @property
    def is_undone(self) -> bool:
        """Whether the points of everything were taken back."""
        return all(line.undone == line.quantity for line in self.lines)

    @property
    def status(self) -> Status:
        """The order's state, which follows its lines."""
        sums = [sum(column) for column in zip(*((i.shipped, i.returned, i.cancelled) for i in self.lines), strict=True)]
        return status_of(self.quantity, *sums)

    def noting(self, noted: Sequence[Noted]) -> "Order":
        """The order that also remembers these changes without effect."""
        return replace(self, noted=(*self.noted, *noted)[-NOTED_MAX:]) if noted else self


def status_of(quantity: int, shipped: int, returned: int, cancelled: int) -> Status:
    """The word for a line or an order with so many units in each state."""
    if cancelled == quantity:
        return "cancelled"
    if returned and returned + cancelled == quantity:
        return "returned"
    if returned:
        return "partially returned"
    if cancelled:
        return "partially cancelled"
    if shipped == quantity:
        return "shipped"
    return "partially shipped" if shipped else "placed"
