"""What several resources need: who is meant, which rules are in force, and how figures go on the wire."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final, TypeVar

from chalicelib.api import fields, wire
from chalicelib.api.routing import Request
from chalicelib.catalog.stores import service as stores
from chalicelib.catalog.stores.store import details
from chalicelib.errors import Malformed
from chalicelib.ledger import days
from chalicelib.ledger.account import POINTS
from chalicelib.ledger.entry import Entry
from chalicelib.members import service as members
from chalicelib.members.service import Resolved
from chalicelib.programme import amounts
from chalicelib.programme import service as programme
from chalicelib.programme.in_force import InForce
from chalicelib.values import value

Out = TypeVar("Out")
SITE_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")


@value
class WireFigures:
    """Points, money, tiers and days of one programme, as the wire shows them."""

    force: InForce

    def points(self, units: int) -> Decimal:
        """Points as a number."""
        return amounts.points_on_wire(self.force.programme, units)

    def units(self, points: Decimal | None) -> int | None:
        """Points of a request in smallest units. Raises ``TooFine``."""
        return None if points is None else amounts.points_in_units(self.force.programme, points)

    def spend(self, units: int) -> Decimal:
        """Money as a number."""
        return amounts.money_on_wire(self.force.programme, units)

    def tier(self, tier_id: str) -> str:
        """A tier's name; empty where there is none."""
        return self.force.programme.tier(tier_id).tier_name if tier_id else ""

    def expiry(self, day: int | None) -> str | None:
        """The last second of the day on which points are good; ``None`` when they do not expire."""
        if not day:
            return None
        return wire.timestamp(days.start_of(day + 1, self.force.zone) - timedelta(seconds=1))


def force_of(request: Request) -> InForce:
    """The programme in force on the request's site."""
    return programme.in_force(request.site)


def public_site(request: Request) -> str:
    """The site that the path of a public route names. Raises ``Malformed``."""
    site = request.params["siteId"]
    if not SITE_ID.fullmatch(site):
        raise Malformed("siteId: 1 to 64 letters, digits, - or _.")
    return site


def of_named(request: Request, read: Callable[[Resolved], Out]) -> Out:
    """What is read of the member of the path, also when the id was erased and enrolled again a moment ago.

    Raises ``Malformed`` and ``NoSuchMember``.
    """
    return members.on_member(request.site, fields.member_id(request.params["memberId"]), read)


def after(entry: Entry, show: WireFigures, *, less: int = 0) -> dict[str, Any]:
    """Balances and tiers after an entry, as every answer about points carries them; ``less`` went on at once."""
    available, _, _, _, lifetime = entry.balances.get(POINTS, (0, 0, 0, 0, 0))
    return {
        "updatedAvailablePoints": show.points(available - less),
        "updatedLifetimePoints": show.points(lifetime),
        "previousTier": show.tier(entry.tier[0]),
        "updatedUserTier": show.tier(entry.tier[1]),
    }


def store_details(site: str, store: str | None) -> dict[str, Any]:
    """A store's data: all attributes of one that the site has, else its id alone; known for up to a minute."""
    if not store:
        return {}
    found = stores.details(site, [store]).get(store)
    return {"storeId": store} if found is None else details(found)


def packed(attributes: Mapping[str, Any]) -> str:
    """Free attributes as JSON text with their exact digits, as an entry's note keeps them; empty for none."""
    return wire.render(dict(attributes)).decode() if attributes else ""


def unpacked(text: str) -> dict[str, Any]:
    """What ``packed`` kept."""
    return wire.parse(text.encode()) if text else {}


def stamp(milliseconds: int) -> str:
    """An instant of the book as a timestamp."""
    return wire.timestamp(days.from_ms(milliseconds))


def shown(value: datetime | None) -> str:
    """An instant as a timestamp, empty when there is none."""
    return "" if value is None else wire.timestamp(value)


def without_none(values: Mapping[str, Any]) -> dict[str, Any]:
    """The mapping without what is absent."""
    return {name: value for name, value in values.items() if value is not None}
