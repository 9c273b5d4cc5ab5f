"""The calls that shops make, drawn by a seed: realistic mixes and hostile ones. What is sent is plain JSON."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.simulation.history import Call
from tests.simulation.workload_documents import OFF, REVIEW, VISIT, WELCOME, Document, changed

PRODUCTS = ("P1", "P2", "P3")
PRICES = (4, 9.99, 12.5, 20, 33.33)
YEARS = {"start_date": "2020-01-01T00:00:00Z", "end_date": "2035-01-01T00:00:00Z", "aggregate_by": "month"}


@dataclass
class Scene:
    """What the callers of a world know together: who and what there is to call about."""

    members: list[str]
    document: Document
    orders: list[str] = field(default_factory=list)
    """Every order id that was thought of."""
    placed: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    """The lines of the orders that were taken."""
    sent: list[Call] = field(default_factory=list)
    keys: int = 0

    def new_order(self) -> str:
        self.orders.append(f"SO-{len(self.orders) + 1}")
        return self.orders[-1]

    def new_key(self) -> str:
        self.keys += 1
        return f"key-{self.keys}"


@dataclass(frozen=True)
class Drawing:
    """One draw: the seed's randomness, the scene, and the time it is."""

    rng: random.Random
    scene: Scene
    now: datetime

    def member(self) -> str:
        """Somebody, sometimes in other letters, rarely nobody."""
        chosen = self.rng.choice(self.scene.members)
        kind = self.rng.random()
        return "nobody@example.test" if kind < 0.02 else chosen.upper() if kind < 0.1 else chosen

    def points(self) -> int:
        return self.rng.choice((1, 5, 17, 40, 90, 250))

    def order(self) -> str:
        """An order that was placed, sometimes one that is about to be, rarely one that never was."""
        kind = self.rng.random()
        if kind < 0.03 or not self.scene.orders:
            return "SO-none"
        if kind < 0.15 or not self.scene.placed:
            return self.rng.choice(self.scene.orders[-3:])
        return self.rng.choice(list(self.scene.placed)[-5:])


def credit(draw: Drawing) -> Call:
    body = {"id": draw.member(), "actionId": "100", "activity": "CREDIT", "credit": draw.points(), "reason": "a gift"}
    if draw.rng.random() < 0.2:
        body["pointType"] = "Promotional"
    return Call("POST", "/points", body)


def perform(draw: Drawing) -> Call:
    action = draw.rng.choice((VISIT, VISIT, VISIT, WELCOME, REVIEW, REVIEW, OFF, 106, 999))
    return Call("POST", "/points", {"id": draw.member(), "actionId": action, "activity": "CREDIT"})


def debit(draw: Drawing) -> Call:
    action = draw.rng.choice((100, 100, 192))
    body = {"id": draw.member(), "actionId": action, "activity": "DEBIT", "debit": draw.points(), "reason": "an error"}
    return Call("POST", "/points", body)


def redeem(draw: Drawing) -> Call:
    body: dict[str, Any] = {"id": draw.member(), "activity": "DEBIT", "debit": draw.points(), "reason": "a discount"}
    kind = draw.rng.random()
    if kind < 0.35:
        return Call("POST", "/points", {**body, "actionId": 107})
    # Shops redeem before they place the order that is paid by it, and some only afterwards.
    body["orderId"] = draw.order() if kind < 0.7 else f"SO-{len(draw.scene.orders) + 1}"
    if draw.rng.random() < 0.4:
        body["retry"] = "YES"
    if draw.rng.random() < 0.2:
        body["allowNegativePoints"] = "YES"
    return Call("POST", "/points", body)


def transfer(draw: Drawing) -> Call:
    body = {"id": draw.member(), "actionId": 8055, "activity": "DEBIT", "debit": draw.points()}
    return Call("POST", "/points", {**body, "recipientData": {"recipientId": draw.member()}})


def bulk_points(draw: Drawing) -> Call:
    elements = [draw.rng.choice((credit, perform, debit, redeem))(draw).body for _ in range(draw.rng.randint(2, 3))]
    for element in elements:
        element.setdefault("actionId", 107)
    return Call("POST", "/bulkpoints", {str(number): element for number, element in enumerate(elements, 1)})


def enrol(draw: Drawing) -> Call:
    body: dict[str, Any] = {"id": draw.member(), "firstName": draw.rng.choice(("Ada", "Grace"))}
    if draw.rng.random() < 0.1:
        body["optInStatus"] = "NO"
    return Call("POST", "/users", body)


def change_user(draw: Drawing) -> Call:
    body = draw.rng.choice(
        ({"firstName": "Edith"}, {"lastName": "Clarke"}, {"optInStatus": "NO"}, {"optInStatus": "YES"},
         {"optInStatus": "YES", "status": "ACTIVE"}, {"status": "INACTIVE"}, {"status": "ACTIVE", "phone": "1"})
    )  # fmt: skip
    return Call(draw.rng.choice(("PATCH", "PUT")), f"/users/{draw.member()}", dict(body))


def erase(draw: Drawing) -> Call:
    return Call("POST", "/userdelete", {"id": draw.member(), "requestedBy": "staff@example.test"})


def place(draw: Drawing) -> Call:
    again = draw.rng.random() < 0.08 and draw.scene.orders
    rng, order_id = draw.rng, draw.order() if again else draw.scene.new_order()
    lines = [
        {"id": rng.choice(PRODUCTS), "quantity": rng.randint(1, 4), "unitPrice": rng.choice(PRICES)}
        for _ in range(rng.randint(1, 3))
    ]
    body: dict[str, Any] = {"id": order_id, "userId": draw.member(), "orderDetail": lines}
    kind = rng.random()
    if kind < 0.15:
        body["orderTotal"] = rng.choice((0, 19.99, 250))
    elif kind < 0.3:
        earlier = draw.now - timedelta(days=rng.choice((0, 1, 2, 4)), hours=rng.randint(1, 9))
        body["orderDate"] = earlier.replace(microsecond=0).isoformat()
    elif kind < 0.4:
        body["email"] = "buyer@example.test"
    return Call("POST", "/orders", body)


def change_order(draw: Drawing) -> Call:
    """Ship, return or cancel: mostly all of it, or some of what the order has."""
    rng, order_id = draw.rng, draw.order()
    body: dict[str, Any] = {
        "orderId": order_id,
        "status": rng.choice(("ship", "ship", "ship", "return", "return", "cancel")),
    }
    if rng.random() < 0.4:
        lines = draw.scene.placed.get(order_id, [{"id": product, "quantity": 1} for product in PRODUCTS])
        wanted: list[dict[str, Any]] = [
            {"id": line["id"]} for line in rng.sample(lines, rng.randint(1, min(2, len(lines))))
        ]
        for line in wanted:
            if rng.random() < 0.7:
                line["quantity"] = rng.randint(1, 2)
        body["orderDetail"] = wanted
    return Call(rng.choice(("PUT", "PATCH")), f"/orders/{order_id}", body)


def publish(draw: Drawing) -> Call:
    draw.scene.document = changed(draw.scene.document, draw.rng)
    return Call("PUT", "/programme", draw.scene.document, staff=True)


def read_points(draw: Drawing) -> Call:
    path, kind = f"/points/{draw.member()}", draw.rng.random()
    if kind < 0.85:
        return Call("GET", path)
    hours = draw.rng.choice((-100, -48, -24, -5, -1, 24, 100))
    return Call("GET", path, query={"at": (draw.now + timedelta(hours=hours)).replace(microsecond=0).isoformat()})


def read_activity(draw: Drawing) -> Call:
    query = {"page": "2"} if draw.rng.random() < 0.2 else None
    return Call("GET", f"/users/{draw.member()}/activity", query=query)


def read_orders(draw: Drawing) -> Call:
    kind, order_id = draw.rng.random(), draw.order()
    if kind < 0.3:
        return Call("POST", "/orderdetails", {"userId": draw.member()})
    body = {"orderId": order_id} if kind < 0.8 else {"orderId": order_id, "userId": draw.member()}
    return Call("POST", "/orderdetails", body)


def read_other(draw: Drawing) -> Call:
    member, some = draw.member(), {"1": {"id": draw.member()}, "2": {"id": draw.member()}}
    return draw.rng.choice(
        (
            Call("GET", f"/users/{member}"),
            Call("GET", f"/users/{member}/tiers"),
            Call("GET", f"/users/{member}/activitysummary/{draw.rng.choice((100, 107, 109, VISIT, 777))}"),
            Call("GET", f"/pointsexpiry/{member}", query=YEARS),
            Call("POST", "/actions", {"id": member}),
            Call("POST", "/getbulkpoints", some),
            Call("POST", "/bulktiers", some),
            Call("GET", "/programme", staff=True),
            Call("GET", "/tierlist/all"),
            Call("GET", "/actions/all"),
        )
    )


MIX: tuple[tuple[Callable[[Drawing], Call], int], ...] = (
    (credit, 8),
    (perform, 12),
    (debit, 4),
    (redeem, 10),
    (transfer, 4),
    (bulk_points, 3),
    (enrol, 3),
    (change_user, 3),
    (erase, 1),
    (place, 10),
    (change_order, 14),
    (publish, 1),
    (read_points, 10),
    (read_activity, 7),
    (read_orders, 6),
    (read_other, 8),
)
"""How often shops call what."""
