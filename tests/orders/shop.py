"""A shop with one customer: places and changes orders by the public way in, while its clock is set by hand."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from chalicelib import clock
from chalicelib.dynamo.idempotency import Key
from chalicelib.ledger import book, moves
from chalicelib.ledger import service as ledger
from chalicelib.ledger import table as ledger_table
from chalicelib.ledger.account import Account
from chalicelib.ledger.draft import Draft
from chalicelib.ledger.hold import Hold
from chalicelib.ledger.service import Command
from chalicelib.orders import service
from chalicelib.orders.booking import group_of
from chalicelib.orders.order import NewLine, NewOrder
from chalicelib.orders.results import Changed, OrderView, Placed
from chalicelib.orders.selecting import Wanted
from chalicelib.orders.taking import service as taking
from chalicelib.programme import service as programmes
from chalicelib.programme.in_force import InForce
from chalicelib.programme.performing.service import Wish
from chalicelib.rewards.service import redeem_points
from tests.programme.documents import document

ADA = "m-ada"
_sites = count(57_000_001)
"""Each shop has a site of its own, so that many share one table; no other suite uses these numbers, because a
process remembers programmes by site."""
START = datetime(2026, 3, 2, 12, tzinfo=UTC)


def line(product: str, price: str = "10", quantity: str = "1", **more: Any) -> NewLine:
    return NewLine(product, Decimal(quantity), Decimal(price), **more)


def order(*lines: NewLine, id: str = "SO-1", **more: Any) -> NewOrder:  # noqa: A002
    return NewOrder(id, lines or (line("P1", "100"),), **more)


def want(product: str, quantity: str | None = None) -> Wanted:
    return Wanted(product, None if quantity is None else Decimal(quantity))


class Shop:
    """``client`` looks at the table past the product."""

    def __init__(self, client: Any = None) -> None:
        self.client = client
        self.site = str(next(_sites))
        self.set(START)
        self.enrol(ADA)

    def set(self, now: datetime) -> None:
        self.now = now
        clock.move_to(now)

    def wait(self, **passed: float) -> None:
        self.set(self.now + timedelta(**passed))

    def publish(self, **sections: Any) -> None:
        programmes.publish(self.site, "publication", document(**sections))

    def hold(self, kind: str, days: int, **purchase: Any) -> None:
        self.publish(purchase={"hold": {"type": kind, "days": days}, **purchase})

    @property
    def force(self) -> InForce:
        return programmes.in_force(self.site)

    def run(self, key: str | None = None) -> Command:
        return ledger.command(self.now, None if key is None else Key(key, f"request of {key}"))

    def enrol(self, mid: str, state: str = "active") -> None:
        def decide(drafts: list[Draft], _found: list[Any]) -> Any:
            return [], moves.enrol(drafts[0], state)

        ledger.post(self.site, [mid], self.run(), self.force.rules, decide, opening=True)

    def place(self, new: NewOrder, mid: str = ADA, key: str | None = None) -> Placed:
        return taking.place(self.site, self.run(key), self.force, mid, new)

    def buy(self, *lines: NewLine, **more: Any) -> Placed:
        return self.place(order(*lines, **more))

    def change(self, status: str, *wanted: Wanted, id: str = "SO-1", key: str | None = None) -> Changed:  # noqa: A002
        return service.change(self.site, self.run(key), self.force, id, status, wanted or None)

    def redeem(self, points: int, order_id: str | None = None, **more: bool) -> None:
        redeem_points(self.site, self.run(), self.force, ADA, Wish(107, points, order=order_id), **more)

    def see(self, order_id: str = "SO-1") -> OrderView:
        return service.details(self.site, order_id)

    def warm(self, order_id: str = "SO-1") -> None:
        """Let this process know what it caches: the order's claim and the programme in force."""
        self.see(order_id)
        self.buy(id=f"warm {order_id}")

    def account(self, mid: str = ADA) -> Account:
        return ledger.read(self.site, mid, self.force.rules, self.now)

    def holds(self, order_id: str = "SO-1") -> list[Hold]:
        return ledger_table.read_holds(self.site, ADA, group_of(order_id))

    def settle_holds(self, order_id: str = "SO-1") -> None:
        for hold in self.holds(order_id):
            ledger.settle_hold(self.site, ADA, hold.group, hold.place, self.force.rules, self.now)

    def rows(self) -> list[tuple[int, str, int, str]]:
        """Activity rows, newest first: action, CREDIT or DEBIT, points, status."""
        page = ledger.activity(self.site, ADA, self.force.rules, self.now, 1)
        return [_row(row) for row in page.rows]

    def check_book(self, mid: str = ADA) -> None:
        """The stored account is what its entries make of it, and what is held is what the holds promise."""
        stored = ledger_table.read_account(self.site, mid)
        entries = [entry for entry, _ in ledger_table.oldest(self.site, mid, after=0, limit=1_000)]
        assert stored is not None
        assert stored.bucket().held == sum(hold.points for hold in ledger_table.read_holds(self.site, mid))
        assert _folded(self.site, mid, entries) == stored


def _folded(site: str, mid: str, entries: list[Any]) -> Account:
    account = Draft(site, mid, Account(), programmes.in_force(site).rules, "", START).account
    for entry in entries:
        account = book.apply(account, entry)
    return account


def _row(row: Any) -> tuple[int, str, int, str]:
    entry = row.entry
    given = sum(p.amount for p in entry.postings if p.target in ("available", "held"))
    taken = sum(p.amount for p in entry.postings if p.source == "available")
    is_credit = entry.kind in ("award", "order", "hold", "refund")
    status = row.status or ("Return" if entry.action == 148 else "Released")
    if is_credit and status != "Cancelled":
        return entry.action, "CREDIT", given if row.amount is None else row.amount, status
    return entry.action, "DEBIT", taken if row.amount is None else row.amount, status
