"""When points on hold are released (annex-api-2, section 1.6, rules 6 to 8). Days begin in the programme's zone."""

from datetime import datetime
from typing import assert_never
from zoneinfo import ZoneInfo

from chalicelib.ledger import days
from chalicelib.programme.document import HoldPolicy


def is_held(hold: HoldPolicy) -> bool:
    """Whether a purchase is held at all; a hold of 0 days is none."""
    return hold.type != "none" and hold.days > 0


def release_at(
    hold: HoldPolicy,
    *,
    ordered: datetime,
    item_shipped: datetime | None = None,
    order_shipped: datetime | None = None,
    zone: ZoneInfo,
) -> datetime | None:
    """The instant at which the points of one line are released; ``None`` while that waits for a shipment.

    ``order_shipped`` is when the last item went out. A hold by order date ends early when the whole order
    has been shipped. Without a hold the points are released when they are ordered.
    """
    if not is_held(hold):
        return ordered
    match hold.type:
        case "none":
            return ordered
        case "orderDate":
            due = after_days(ordered, hold.days, zone)
            return due if order_shipped is None else min(due, max(order_shipped, ordered))
        case "itemShipDate":
            return None if item_shipped is None else after_days(item_shipped, hold.days, zone)
        case "wholeOrderShipped":
            return None if order_shipped is None else after_days(order_shipped, hold.days, zone)
        case unknown:
            assert_never(unknown)


def after_days(instant: datetime, count: int, zone: ZoneInfo) -> datetime:
    """The beginning of the day that comes ``count`` days after the instant's day; with 0 days, the instant itself.

    Also the release of an action's points (``holdDays``) and the end of a hold that nothing ever releases
    (``holdMaxDays``).
    """
    return days.start_of(days.day_of(instant, zone) + count, zone) if count else instant
