"""The demo site: a small shop with members who have bought, spent, returned and lost points.

Its histories go through the API's own handlers, with the clock at the day of each event. Every call
carries a key of its own, so that a start which was cut short is completed by the next.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

from chalicelib import clock
from chalicelib.local import drawing, showcase
from chalicelib.local.calls import Client
from chalicelib.local.gateway import Answer, Request
from chalicelib.local.showcase import Picture
from chalicelib.sites import service

SITE: Final = "29235480"
SECRET: Final = "laurel-demo-secret"  # noqa: S105 - it is published in the README.
NAME: Final = "Laurel Demo"
_SHOWN: Final = ("approve", "publish")


class Clockwork(Protocol):
    """What moves time and makes things fall due."""

    def set_clock(self, instant: datetime | None) -> datetime:
        """Move programme time, or give real time back."""

    def run_due(self) -> dict[str, Any]:
        """Run what is due."""


@dataclass(frozen=True, slots=True)
class Step:
    """One call, so many days ago."""

    days_ago: int
    method: str
    path: str
    body: Mapping[str, Any]


def create(answer: Callable[[Request], Answer], clockwork: Clockwork) -> None:
    """Make the demo site complete; does nothing when it is. Raises ``CallFailed``."""
    if service.find(SITE) is None:
        service.create_site(SITE, NAME, clock.now(), SECRET)
    client = Client(answer, SITE, SECRET)
    if client.get("/users", LAST_MEMBER).status != 200:
        _live_through(client, clockwork)
    showcase.complete(client, PICTURES)


def _live_through(client: Client, clockwork: Clockwork) -> None:
    real_now = clock.now()
    try:
        for number, step in enumerate(STEPS):
            clockwork.set_clock(real_now - timedelta(days=step.days_ago))
            client.send(step.method, step.path, step.body, key=f"demo-{number}")
    finally:
        clockwork.set_clock(None)
    clockwork.run_due()


def _join(days_ago: int, member: str, first: str, last: str, **more: str) -> list[Step]:
    person = {"id": member, "email": member, "firstName": first, "lastName": last, "optInStatus": "YES", **more}
    welcome = {"id": member, "activity": "CREDIT", "actionId": "101", "source": "web"}
    return [Step(days_ago, "POST", "/users", person), Step(days_ago, "POST", "/points", welcome)]


def _buy(days_ago: int, member: str, order: str, *lines: tuple[str, int, str]) -> Step:
    detail = [{"id": product, "quantity": str(count), "unitPrice": price} for product, count, price in lines]
    body = {"id": order, "userId": member, "email": member, "source": "Web", "orderDetail": detail}
    return Step(days_ago, "POST", "/orders", body)


def _spend(days_ago: int, member: str, points: int, reason: str) -> Step:
    body = {"id": member, "activity": "DEBIT", "actionId": "107", "debit": str(points), "reason": reason}
    return Step(days_ago, "POST", "/points", body)


ADA: Final = "ada@example.test"
BEN: Final = "ben@example.test"
CHLOE: Final = "chloe@example.test"
LAST_MEMBER: Final = "dana@example.test"
"""Joins last, so that her presence says that the histories are complete."""

PICTURES: Final = (
    Picture(BEN, drawing.kettle, "Six in the morning", "kettle, coffee", "kettle-gooseneck", (0.63, 0.65), _SHOWN),
    Picture(CHLOE, drawing.teapot, "The pot that stays", "tea", "pot-cast-iron", (0.42, 0.56), _SHOWN),
    Picture(LAST_MEMBER, drawing.beans, "New beans!", "coffee", "beans-house", (0.5, 0.5), ()),
)
"""Two are published; the last waits for a moderator."""

STEPS: Final[list[Step]] = sorted(
    [
        # Ada has been here for more than a year: the points of her first order have expired unused in part.
        *_join(420, ADA, "Ada", "Marlowe", birthDate="1988-05-14"),
        _buy(410, ADA, "D-1001", ("tea-assam", 2, "24.50"), ("pot-cast-iron", 1, "89.00")),
        _buy(200, ADA, "D-1002", ("tea-sencha", 4, "18.75")),
        _buy(45, ADA, "D-1003", ("kettle-gooseneck", 1, "129.00"), ("filter-paper", 3, "4.20")),
        _spend(30, ADA, 60, "Points used with order"),
        # Ben buys much and brought one kettle of two back.
        *_join(260, BEN, "Ben", "Okafor"),
        _buy(250, BEN, "D-2001", ("machine-espresso", 1, "749.00")),
        _buy(90, BEN, "D-2002", ("kettle-gooseneck", 2, "129.00"), ("beans-house", 6, "14.90")),
        Step(
            80,
            "PATCH",
            "/orders/D-2002",
            {
                "orderId": "D-2002",
                "status": "return",
                "orderDetail": [{"id": "kettle-gooseneck", "quantity": "1", "unitPrice": "129.00"}],
            },
        ),
        _spend(20, BEN, 250, "Points used with order"),
        # Chloe subscribed to the newsletter and got something from customer care.
        *_join(75, CHLOE, "Chloé", "Durand"),
        Step(74, "POST", "/points", {"id": CHLOE, "activity": "CREDIT", "actionId": "102"}),
        Step(
            40,
            "POST",
            "/points",
            {"id": CHLOE, "activity": "CREDIT", "actionId": "100", "credit": "37", "reason": "Late parcel"},
        ),
        *_join(3, LAST_MEMBER, "Dana", "Iversen"),
    ],
    key=lambda step: -step.days_ago,
)
