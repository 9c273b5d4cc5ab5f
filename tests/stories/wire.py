"""What the stories are told with: real HTTP to the copy that runs, and its clock."""

import contextlib
import http.client
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.local.gateway import Answer, Request
from tests.laptop import Laptop

_today = datetime.now(UTC)
SPRING = datetime(_today.year + (_today.month > 2), 3, 5, 10, tzinfo=UTC)
"""A fifth of March to come: stories begin on the same day of the year, and no sweep has many days to make good."""


class Wire:
    """The network in the place of the gateway: a shop that signs like a real client talks to it without knowing."""

    def __init__(self, port: int) -> None:
        self.port = port

    def answer(self, request: Request) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=90)
        with contextlib.closing(connection):
            connection.request(request.method, request.target, request.body or None, dict(request.headers))
            reply = connection.getresponse()
            return Answer(reply.status, dict(reply.getheaders()), reply.read())


class Clock:
    """The clock of the whole system, by the two routes that exist only on a laptop."""

    def __init__(self, laptop: Laptop) -> None:
        self.laptop = laptop
        self.now = SPRING

    def set(self, instant: datetime | str | None) -> None:
        moved = datetime.fromisoformat(instant) if isinstance(instant, str) else instant
        status, said = self.laptop.control("clock", {"now": None if moved is None else moved.isoformat()})
        assert status == 200
        self.now = moved or datetime.fromisoformat(said["now"])

    def forward(self, **time: float) -> None:
        self.set(self.now + timedelta(**time))

    def run_due(self) -> dict[str, Any]:
        """Run all that fell due; what it did."""
        status, done = self.laptop.control("run-due")
        assert (status, done["drained"], done["failed"]) == (200, True, [])
        return done


def rows(shop: Any, member: str, *names: str) -> list[Any]:
    """The activity of a member, newest first: these fields of each row of the first page."""
    return [tuple(row[name] for name in names) for row in shop.activity(member)["activityDetail"]]


def order(order_id: str, member: str, *lines: tuple[str, int | str, str], **more: Any) -> dict[str, Any]:
    """The body of an order: products, quantities and unit prices, numbers as text as real shops send them."""
    detail = [{"id": product, "quantity": str(count), "unitPrice": price} for product, count, price in lines]
    return {"id": order_id, "userId": member, "orderDetail": detail, **more}


def changed(order_id: str, status: str, *lines: tuple[str, int | str]) -> dict[str, Any]:
    """The body of a change of status; without lines, of the whole order."""
    detail = [{"id": product, "quantity": str(count)} for product, count in lines]
    return {"orderId": order_id, "status": status} | ({"orderDetail": detail} if detail else {})


def figures_of(shop: Any, member: str, *names: str) -> tuple[Any, ...]:
    """Some figures of a member."""
    read = shop.figures(member)
    return tuple(read[f"{name}Points"] for name in names)


def expiries(shop: Any, member: str) -> dict[str, int]:
    """Points that will expire, by the day after whose end they do."""
    query = "start_date=2020-01-01T00:00:00%2B0000&end_date=2060-01-01T00:00:00%2B0000&aggregate_by=year&page=1"
    blocks = shop.get(f"/pointsexpiry/{member}?{query}").ok["expiryDetail"]
    rows = [row for block in blocks for row in block["pointsActivity"]]
    return {row["expiryDate"][:10]: row["points"] for row in rows if row["totalPointsToExpire"]}
