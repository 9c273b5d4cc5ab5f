"""Reading a member's whole book, in as few calls as it takes. Nothing here is rehearsed."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from itertools import takewhile
from typing import Any, Final

from chalicelib.dynamo import items, keys
from chalicelib.ledger import book, days
from chalicelib.ledger import table as ledger_table
from chalicelib.ledger.account import Account
from chalicelib.ledger.draft import Draft
from chalicelib.ledger.entry import Entry, read_note
from chalicelib.ledger.rules import Rules
from chalicelib.ledger.table import RefusedItem
from chalicelib.orders import service as orders
from chalicelib.orders.order import Order
from chalicelib.programme import standard
from chalicelib.values import value

ENTRIES_MAX: Final = 2_000
"""Entries of a member that are replayed; whoever has more is counted and left out."""
ORDER_PAGES_MAX: Final = 2 * ENTRIES_MAX // orders.PAGE_ORDERS
REFUSED_DAYS_MAX: Final = 1_000
_REFUSED: Final = "W#"


@value
class Recorded:
    """A member's entries with their notes, one more than ``ENTRIES_MAX`` where there are too many; and the orders."""

    entries: tuple[Entry, ...]
    notes: tuple[Mapping[str, Any], ...]
    orders: tuple[Order, ...]


def recorded(site: str, mid: str) -> Recorded:
    """What a member's partition tells: one call, and for who ever ordered up to three more for each fifty
    orders. Raises ``Contention`` when the orders do not stand still.
    """
    found = ledger_table.oldest(site, mid, after=0, limit=ENTRIES_MAX + 1)
    entries = tuple(entry for entry, _ in found)
    has_orders = any(entry.action == standard.PURCHASE and entry.refs.order is not None for entry in entries)
    notes = tuple(read_note(item.note) for _, item in found)
    return Recorded(entries, notes, tuple(_orders(site, mid)) if has_orders else ())


def refused(site: str, mid: str, start: datetime, end: datetime) -> int:
    """How often an award was refused in the period; the record keeps a count a day, for 90 days. One call."""
    prefix = RefusedItem.sk.startswith(_REFUSED)
    found = items.query(RefusedItem, keys.member(site, mid), prefix, limit=REFUSED_DAYS_MAX)
    return sum(item.times for item in found if start.date() <= date.fromisoformat(item.sk.split("#")[2]) <= end.date())


def _is_lost(item: RefusedItem) -> bool:
    return bool(item.order) or item.sk.split("#")[1] != str(standard.PURCHASE)


def _day(item: RefusedItem) -> date:
    return date.fromisoformat(item.sk.split("#")[2])


def account_at(site: str, mid: str, entries: Sequence[Entry], rules: Rules, end: datetime) -> Account | None:
    """The account that the book gives for an instant, settled to it; ``None`` for a book that does not add up."""
    last = days.to_ms(end)
    try:
        account = book.fold(takewhile(lambda entry: entry.at <= last, entries))
    except book.BrokenBook:
        return None
    return settled(site, mid, account, rules, end)


def settled(site: str, mid: str, account: Account, rules: Rules, end: datetime) -> Account:
    """The account with the expiries and ends of tiers that are due by the instant."""
    draft = Draft(site, mid, account, rules, "", end)
    draft.settle()
    return draft.account


def _orders(site: str, mid: str) -> list[Order]:
    found: list[Order] = []
    before: str | None = None
    for _ in range(ORDER_PAGES_MAX):
        page = orders.details_of(site, mid, before=before)
        found += [view.order for view in page.orders]
        before = page.following
        if before is None:
            break
    return found
