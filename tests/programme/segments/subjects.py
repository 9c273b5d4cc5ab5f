"""Members and programmes for tests of segments."""

from datetime import date
from typing import Any

from chalicelib.facts.row import Facts
from chalicelib.ledger.account import EVER, Account, Bucket, Lot, Standing, month_key
from chalicelib.programme.in_force import InForce, compiled
from chalicelib.programme.segments.subject import Subject
from tests.programme.documents import programme

TODAY = date(2026, 3, 4).toordinal()
"""A Wednesday."""
PROFILE: dict[str, Any] = {
    "id": "Ada@Example.test", "email": "Ada@Example.test", "zipCode": "10117", "birthDate": "1990-03-06",
    "anniversaryDate": "2020-02-29", "phone": "", "source": "web", "status": "ACTIVE", "optInStatus": "YES",
    "extendedAttribute": {"size": "M", "visits": "10", "since": "2024-05-01"},
}  # fmt: skip
FACTS = Facts(
    version=3, first_order=TODAY - 400, last_order=TODAY - 30, products=("P1", "P2"), categories=("shoes",),
    stores=("IN1",), sources=("web",), places=(("country", "DE"), ("city", "Berlin"), ("name", "Alexanderplatz")),
)  # fmt: skip
ACCOUNT = Account(
    version=3, state="active", joined=TODAY - 500, standing=Standing("2", TODAY - 100),
    buckets={"points": Bucket(lots=(Lot("S", 0, 137),), redeemed=40, used=40, lifetime=177)},
    counters={EVER: (177, 30_000, 4), month_key(TODAY): (10, 5_000, 1), month_key(TODAY - 45): (20, 8_000, 1)},
    actions={"100": (137, 0, 1), "515": (0, 0, 1)},
)  # fmt: skip


def segment(name: str = "it", **fields: Any) -> dict[str, Any]:
    """A segment of the document; its id is its name."""
    return {"segmentId": name, "name": name, **fields}


def forced(*segments: dict[str, Any]) -> InForce:
    """The default programme with these segments, in force."""
    return compiled(programme(segments=list(segments)), 1)


def subject(**fields: Any) -> Subject:
    """Ada, as of today, with what is named exchanged."""
    known: dict[str, Any] = {"account": ACCOUNT, "today": TODAY, "profile": PROFILE, "facts": FACTS}
    return Subject(**{**known, **fields})
