"""Counts a member's book anew, from the stored text alone: the other half of a proof.

Of ``ledger`` only the reading of the account's own item is used: neither the table of effects nor the parser
of entries nor the hash. What a posting means is written down a second time, so that a mistake in one of the two
shows. (The letters of a core: ``n`` number, ``k`` kind, ``t`` milliseconds, ``d`` day, ``p`` postings, ``l``
lots, ``w`` draws, ``o`` arrears, ``q`` earned, ``ti`` tiers, ``b`` balances, ``m`` digest of the note, ``h`` hash
of the core before.)
"""

import base64
import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from chalicelib.ledger.account import load
from chalicelib.local.replay.evidence import RawEntry, RawMember

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_POINTS: Final = "points"
_MEANING: Final[dict[tuple[str, str], dict[str, int]]] = {
    ("issued", "available"): {"available": 1, "lifetime": 1},
    ("transferred", "available"): {"available": 1, "lifetime": 1},
    ("redeemed", "available"): {"available": 1, "used": -1},
    ("rewarded", "available"): {"available": 1, "used": -1},
    ("available", "redeemed"): {"available": -1, "used": 1},
    ("available", "rewarded"): {"available": -1, "used": 1},
    ("available", "deducted"): {"available": -1, "used": 1},
    ("available", "transferred"): {"available": -1, "used": 1},
    ("available", "expired"): {"available": -1, "expired": 1},
    ("available", "written_off"): {"available": -1, "expired": 1},
    ("promised", "held"): {"held": 1},
    ("held", "promised"): {"held": -1},
}
"""What one point does that moves from one side to another, after the table in the design."""
FIGURES: Final = ("available", "held", "used", "expired", "lifetime")
"""As the book orders balances."""


@dataclass(slots=True)
class MonthlyCount:
    """What a month changed, over all members; ``tiers`` are members who entered less those who left."""

    figures: Counter[str] = field(default_factory=Counter)
    tiers: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class Count:
    """A member's book as this module reads it, and every fault found in it."""

    mid: str
    entries: int = 0
    figures: Counter[str] = field(default_factory=Counter)
    lots: Counter[tuple[str, int]] = field(default_factory=Counter)
    arrears: int = 0
    spend: int = 0
    orders: int = 0
    issued_by_day: Counter[int] = field(default_factory=Counter)
    """Last good day → points that were given with it; 0 for those that are good for ever."""
    reward_day: int | None = None
    """Programme day on which the points ever given first came to a reward."""
    joined_day: int | None = None
    by_month: dict[int, MonthlyCount] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def count(site: str, member: RawMember, zone: ZoneInfo, reward: int) -> Count:
    """Go through a member's entries in the order of their numbers."""
    found = Count(member.mid)
    before = _digest(f"laurel:{site}:{member.mid}")
    for place, raw in enumerate(member.entries, 1):
        body = json.loads(raw.core)
        _check_place(found, place, raw, body, before)
        before = _digest(raw.core)
        _take(found, body, zone, reward)
    _check_account(found, member, before)
    return found


def month_of(day: int) -> int:
    """First day of the month that contains the day."""
    return date.fromordinal(day).replace(day=1).toordinal()


def _check_place(found: Count, place: int, raw: RawEntry, body: Mapping[str, Any], before: str) -> None:
    """Numbers without a gap, the chain of hashes, and the note that was sealed."""
    if raw.number != place or body["n"] != place:
        found.faults.append(f"entry {raw.number} stands where {place} should")
    if body["h"] != before:
        found.faults.append(f"entry {raw.number} does not continue the chain")
    if raw.note is not None and body.get("m") != _digest(raw.note):
        found.faults.append(f"the note of entry {raw.number} is not the one that was sealed")


def _take(found: Count, body: Mapping[str, Any], zone: ZoneInfo, reward: int) -> None:
    day = (_EPOCH + timedelta(milliseconds=body["t"])).astimezone(zone).toordinal()
    change = _changes(found, body)
    found.entries += 1
    found.figures.update(change)
    _take_lots(found, body)
    _check_balances(found, body)
    _, _, spend, orders = body.get("q", (0, 0, 0, 0))
    found.spend += spend
    found.orders += orders
    if found.joined_day is None:
        found.joined_day = day
        change["members"] = 1
    if found.reward_day is None and found.figures["lifetime"] >= reward:
        found.reward_day = day
    month = found.by_month.setdefault(month_of(day), MonthlyCount())
    month.figures.update(change)
    month.figures.update({"spend": spend, "orders": orders})
    left, entered = body["ti"]
    if left != entered:
        month.tiers.update({entered: 1, **({left: -1} if left else {})})


def _changes(found: Count, body: Mapping[str, Any]) -> Counter[str]:
    """What the postings of an entry do to the figures of ordinary points."""
    change: Counter[str] = Counter()
    for source, target, bucket, amount in body.get("p", ()):
        meaning = _MEANING.get((source, target))
        if meaning is None or amount <= 0:
            found.faults.append(f"entry {body['n']} moves {amount} points from {source} to {target}")
        elif bucket == _POINTS:
            for figure, sign in meaning.items():
                change[figure] += sign * amount
    return change


def _take_lots(found: Count, body: Mapping[str, Any]) -> None:
    """Points put into lots and drawn from them; no lot may fall below nothing."""
    gives = any(target == "available" and source == "issued" for source, target, *_ in body.get("p", ()))
    for bucket, kind, day, delta in body.get("l", ()):
        if bucket == _POINTS:
            found.lots[kind, day] += delta
            if gives:
                found.issued_by_day[day] += delta
    for bucket, kind, day, amount, *_ in body.get("w", ()):
        if bucket == _POINTS:
            found.lots[kind, day] -= amount
            # Points that died are found by the day of their lot: nothing may be spent after it.
            if day and body["k"] != "expire" and day < body["d"]:
                found.faults.append(f"entry {body['n']} spends points that expired on {date.fromordinal(day)}")
    for bucket, delta in body.get("o", ()):
        found.arrears += delta if bucket == _POINTS else 0
    if found.arrears < 0 or any(left < 0 for left in found.lots.values()):
        found.faults.append(f"entry {body['n']} draws more than a lot holds")


def _check_balances(found: Count, body: Mapping[str, Any]) -> None:
    """What the entry itself says of the balances after it, and the equations that hold after each entry."""
    figures = found.figures
    said = body.get("b", {}).get(_POINTS)
    if said is not None and said != [figures[name] for name in FIGURES]:
        found.faults.append(f"entry {body['n']} says {said}, the postings {[figures[name] for name in FIGURES]}")
    if figures["available"] != sum(found.lots.values()) - found.arrears:
        found.faults.append(f"entry {body['n']}: the lots do not add up to what is available")
    if figures["lifetime"] != figures["available"] + figures["used"] + figures["expired"]:
        found.faults.append(f"entry {body['n']}: lifetime is not available + used + expired")


def _check_account(found: Count, member: RawMember, head: str) -> None:
    """The account item against the count, and the facts that the stream's consumer made of it."""
    if not member.account:
        found.faults.append("there is no account")
        return
    account = load(member.account, member.version)
    bucket = account.bucket()
    said = (bucket.available, bucket.held, bucket.used, bucket.expired, bucket.lifetime)
    if said != tuple(found.figures[name] for name in FIGURES):
        found.faults.append(f"the account says {said}, the entries {dict(found.figures)}")
    if {(lot.kind, lot.day): lot.left for lot in bucket.lots} != {
        lot: left for lot, left in found.lots.items() if left
    }:
        found.faults.append("the lots of the account are not those of the entries")
    if member.version != found.entries or account.head != head:
        found.faults.append(f"the account stands at entry {member.version} of {found.entries}")
    promised = sum(sum(json.loads(hold)["p"].values()) for hold in member.holds)
    if promised != bucket.held:
        found.faults.append(f"the holds promise {promised}, the account holds {bucket.held}")
    facts = json.loads(member.facts) if member.facts else {}
    if member.facts_version != member.version or any(facts.get(name) != found.figures[name] for name in FIGURES):
        found.faults.append("the facts are not those of the account")


def _digest(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")
