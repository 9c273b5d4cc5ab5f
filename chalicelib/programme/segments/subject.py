"""What is known of a member, and of what they are doing, at the moment at which segments are judged."""

from collections.abc import Mapping
from dataclasses import field
from decimal import Decimal
from typing import Any

from chalicelib.facts.row import Facts
from chalicelib.ledger.account import Account
from chalicelib.values import value


@value
class Event:
    """The purchase or action under way: which action, where, how, with which codes, of what.

    ``action`` is 0 where nothing earns; ``amount`` is in currency units.
    """

    action: int = 0
    store: str = ""
    source: str = ""
    coupons: tuple[str, ...] = ()
    products: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    amount: Decimal = Decimal(0)
    attributes: Mapping[str, str] = field(default_factory=dict)


@value
class Subject:
    """A member at one moment: the account settled to now, the profile's fields by their names on the wire, facts that
    follow the book within a moment, the lists that name them. ``today`` is a day of the programme's calendar.
    """

    account: Account
    today: int
    profile: Mapping[str, Any] = field(default_factory=dict)
    facts: Facts = Facts()
    lists: frozenset[str] = frozenset()
    series: frozenset[str] = frozenset()
    """Action series that the member completed."""
    event: Event | None = None
