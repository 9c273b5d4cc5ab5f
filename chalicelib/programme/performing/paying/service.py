"""Pay an action within the transaction of a noun of its own, with what campaigns add."""

from datetime import datetime
from typing import Any

from chalicelib.dynamo.commit import Write
from chalicelib.dynamo.items import Address
from chalicelib.ledger.draft import Draft
from chalicelib.programme.campaigning import service as campaigning
from chalicelib.programme.campaigning.service import Wanted
from chalicelib.programme.in_force import InForce
from chalicelib.programme.performing import service as performing
from chalicelib.programme.performing.service import Booked, Wish
from chalicelib.programme.segments.subject import Event
from chalicelib.values import value


@value
class Payment:
    """An action that is to be paid to a member, and what must be read beside the account to decide on it."""

    mid: str
    force: InForce
    wish: Wish
    own: int
    of: Wanted
    now: datetime

    @property
    def places(self) -> tuple[Address, ...]:
        """Where that stands."""
        return tuple(self.of.places)


def payment(site: str, mid: str, force: InForce, wish: Wish, now: datetime) -> Payment:
    """Prepare to pay an action. Raises ``UnknownAction`` and ``ActionNotPostable``."""
    own = performing.wished_points(force, wish)
    return Payment(mid, force, wish, own, campaigning.wanted(site, mid, force, wish.action, now), now)


def pay(site: str, payment: Payment, draft: Draft, read: list[Any]) -> tuple[list[Write], Booked]:
    """Book it on a draft of the transaction; ``read`` is what stood at ``places``.

    Raises ``MemberMayNotTakePart``; what a limit withholds comes back as ``Booked.withheld``.
    """
    force, wish = payment.force, payment.wish
    performing.check_takes_part(draft)
    event = Event(store=wish.store or "", source=wish.source or "")
    more = campaigning.for_action(site, force, payment.of, draft, read, wish.action, payment.own, event)
    writes, booked = performing.grant(draft, force, wish, more)
    if booked.withheld is not None:
        return writes, booked
    given = dict(booked.entry.campaigns) if booked.entry else {}
    charged = campaigning.charged(site, payment.mid, force, more.judged, given, payment.now, is_order=False)
    return [*writes, *charged], booked
