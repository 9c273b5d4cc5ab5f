"""What a member got by one redemption: the reward, its code, and what became of it."""

import json
from collections.abc import Mapping
from dataclasses import field, replace
from datetime import date, datetime
from typing import Any, Final, Literal
from uuid import UUID

from chalicelib.ids import digest
from chalicelib.ledger import days
from chalicelib.programme.definitions.reward import CodeExpiry, Reward
from chalicelib.programme.in_force import InForce
from chalicelib.values import value

Status = Literal["Pending", "Awarded", "Used", "Cancelled", "Failed"]
"""``Pending``: the coupon API has not given the code yet. ``Failed``: it never did, and the points came back."""
NUMBER_DIGITS: Final = 12
_VERSION: Final = "8"


@value
class Benefit:
    """One redemption. ``number`` is that of its entry in the book, ``entries`` how many it has: one more a bucket."""

    number: int
    reward: str
    name: str
    kind: str
    type: str
    at: int
    programme: int
    points: int = 0
    buckets: tuple[tuple[str, int], ...] = ()
    """Points of further buckets."""
    entries: int = 1
    status: Status = "Awarded"
    code: str | None = None
    expires: int | None = None
    """The last instant at which the code is good, in milliseconds."""
    order: str | None = None
    unit: bool = False
    """Whether it took a unit off a level of the reward."""
    uses: tuple[str, ...] = ()
    """Orders that the code was used on."""
    uses_max: int = 1
    attempts: int = 0
    """Calls of the coupon API that brought no code."""
    retry_at: int | None = None
    """When it is asked next, in milliseconds, while the status is Pending."""
    personal: Mapping[str, Any] = field(default_factory=dict)
    """Reason, who issued it and why, what was collected, benefit details: what callers wrote."""
    version: int = 0

    @property
    def is_over(self) -> bool:
        """Whether the points came back and the code is nobody's."""
        return self.status in {"Cancelled", "Failed"}

    def coded(self, code: str, expires: int | None) -> "Benefit":
        """The same with its code."""
        return replace(self, code=code, expires=expires, status="Awarded", retry_at=None)


def assign_id(site: str, mid: str, number: int) -> str:
    """The outward id of a redemption: a UUID that only this member's redemption of that number has."""
    mark = digest(site, mid, str(number))
    return str(UUID(hex=f"{mark[:12]}{_VERSION}{mark[12:15]}a{mark[15:18]}{number:0{NUMBER_DIGITS}d}"))


def number_of(site: str, mid: str, given: str) -> int | None:
    """The number behind an outward id, ``None`` when it is none of this member's. The number itself is taken, too."""
    if given.isascii() and given.isdigit() and len(given) <= NUMBER_DIGITS:
        return int(given)
    try:
        last = str(UUID(given)).rpartition("-")[2]
    except ValueError:
        return None
    is_ours = last.isdigit() and assign_id(site, mid, int(last)) == str(UUID(given))
    return int(last) if is_ours else None


def code_expiry(reward: Reward, force: InForce, now: datetime) -> int | None:
    """The last instant of a code that is given now, in milliseconds; ``None``: it does not expire."""
    return last_instant(reward.codes.expiry, force, now)


def last_instant(expiry: CodeExpiry, force: InForce, now: datetime) -> int | None:
    """The last second of a rolling expiry's last day, or of the calendar date, in the programme's time zone."""
    if expiry.type == "never":
        return None
    if expiry.type == "rollingDays":
        day = days.day_of(now, force.zone) + (expiry.days or 0)
    else:
        day = date.fromisoformat(expiry.date or "").toordinal()
    return end_of(day, force)


def end_of(day: int, force: InForce) -> int:
    """The last second of a day in the programme's time zone, in milliseconds."""
    return days.to_ms(days.start_of(day + 1, force.zone)) - 1000


_SHORT: Final[dict[str, tuple[str, Any]]] = {
    "reward": ("r", None),
    "name": ("n", None),
    "kind": ("k", None),
    "type": ("t", None),
    "at": ("a", None),
    "programme": ("v", None),
    "points": ("p", 0),
    "buckets": ("c", ()),
    "entries": ("e", 1),
    "status": ("s", "Awarded"),
    "expires": ("x", None),
    "order": ("o", None),
    "unit": ("l", False),
    "uses": ("u", ()),
    "uses_max": ("m", 1),
    "attempts": ("b", 0),
    "retry_at": ("y", None),
}
"""Field → its name in storage, and what is not stored. Code and personal data are attributes of their own."""


def dump(benefit: Benefit) -> str:
    """As compact JSON text, without the code and what is personal."""
    said = {
        short: getattr(benefit, name)
        for name, (short, default) in _SHORT.items()
        if default is None or getattr(benefit, name) != default
    }
    return json.dumps(
        {name: each for name, each in said.items() if each is not None}, separators=(",", ":"), ensure_ascii=False
    )


def load(text: str, *, number: int, code: str | None, personal: str | None, version: int) -> Benefit:
    """The benefit of ``dump``."""
    body = json.loads(text)
    fields = {name: body.get(short, default) for name, (short, default) in _SHORT.items()}
    fields["uses"] = tuple(fields["uses"])
    fields["buckets"] = tuple((name, points) for name, points in fields["buckets"])
    return Benefit(
        number=number, code=code, version=version, personal=json.loads(personal) if personal else {}, **fields
    )
