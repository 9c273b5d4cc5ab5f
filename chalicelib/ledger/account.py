"""What a member has, as values: the balances, the lots behind them, the counters, the tier.

An account is what its entries make of it (``book.apply``). It holds no personal data.
"""

import json
from collections.abc import Mapping
from dataclasses import field, replace
from datetime import date
from typing import Any, Final

from chalicelib.ledger import days
from chalicelib.values import value

_encode = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode

POINTS: Final = "points"
"""The ordinary bucket."""
STANDARD: Final = "S"
PROMOTIONAL: Final = "P"
NEVER: Final = 0
"""The expiry day of lots that do not expire."""
GROUP: Final = "group"
"""State of an account that belongs to a group, not to a member: nothing is earned or spent on it directly."""
DISSOLVED: Final = "dissolved"
"""State of the account of a group that is no more."""
LOTS_MAX: Final = 128
MONTHS_KEPT: Final = 13
YEARS_KEPT: Final = 2

Triple = tuple[int, int, int]
"""Points, spend in the currency's smallest units, orders; in ``T`` counters credits, debits and nothing."""
StandingFields = tuple[str, int, int | None, str] | tuple[str, int, int | None, str, bool]
"""Tier, since, until, the tier before; and ``True`` where it was assigned by hand."""
Limit = tuple[int, int, int, int, int, int]
"""Period's first day, times, points; the same of the period before."""


@value
class Lot:
    """Points of one class that are good through the end of one day of the programme's calendar."""

    kind: str
    day: int
    left: int

    def order(self) -> tuple[bool, int]:
        """Consumption order: earliest expiry first, never-expiring last; the sort keeps the oldest first."""
        return (self.day == NEVER, self.day)


@value
class Bucket:
    """The figures of one kind of points, in its smallest units. ``lots`` stand in consumption order."""

    lots: tuple[Lot, ...] = ()
    held: int = 0
    used: int = 0
    redeemed: int = 0
    on_rewards: int = 0
    expired: int = 0
    lifetime: int = 0
    arrears: int = 0

    @property
    def available(self) -> int:
        """What may be spent now; negative while the member owes points."""
        return sum(lot.left for lot in self.lots) - self.arrears


@value
class Standing:
    """The tier a member stands in: since which day, through which day it is not looked at again
    (``None``: never), and the tier before.
    """

    tier: str
    since: int
    until: int | None = None
    previous: str = ""
    fixed: bool = False
    """Assigned by hand: not lowered before ``until``, or ever where that is ``None``."""

    def fields(self) -> StandingFields:
        """As entries and the account's text keep it."""
        kept = self.tier, self.since, self.until, self.previous
        return (*kept, True) if self.fixed else kept


@value
class Account:
    """Everything that a decision about a member's points rests on. ``version`` is the number of its last entry."""

    version: int = 0
    head: str = ""
    rows: int = 0
    state: str = ""
    joined: int = 0
    buckets: Mapping[str, Bucket] = field(default_factory=dict)
    counters: Mapping[str, Triple] = field(default_factory=dict)
    limits: Mapping[str, Limit] = field(default_factory=dict)
    actions: Mapping[str, Triple] = field(default_factory=dict)
    """Action id → all points it credited, all it debited, rows."""
    standing: Standing = Standing("", 0)
    standings: Mapping[str, Standing] = field(default_factory=dict)
    """Where the member stands on the ladders of other buckets, from the first time something counted there."""
    due: int | None = None
    at: int = 0
    into: str = ""
    """Of a closed account that was merged: the account that took everything over."""
    absorbed: Mapping[str, int] = field(default_factory=dict)
    """Accounts that were merged into this one → the entry that took them in."""

    def bucket(self, name: str = POINTS) -> Bucket:
        """The bucket, empty when nothing ever moved in it."""
        return self.buckets.get(name, _EMPTY)

    def counter(self, key: str) -> Triple:
        """A qualifying counter, zeros when nothing was counted."""
        return self.counters.get(key, _ZERO)

    def seen_by(self, bucket: str) -> "Account":
        """The account with the counters and the standing of a bucket's own ladder in place of the ordinary ones."""
        if bucket == POINTS:
            return self
        own = {
            key.removeprefix(f"{bucket}:"): each for key, each in self.counters.items() if key.startswith(f"{bucket}:")
        }
        return replace(self, counters=own, standing=self.standings.get(bucket, Standing("", 0)))


_EMPTY: Final = Bucket()
_ZERO: Final[Triple] = (0, 0, 0)
EVER: Final = "E"


def year_key(day: int) -> str:
    """Counter of the calendar year that contains the day."""
    return f"Y{date.fromordinal(day).year}"


def turnover_key(day: int) -> str:
    """Counter of all credits and debits in the calendar year that contains the day."""
    return f"T{date.fromordinal(day).year}"


def month_key(day: int) -> str:
    """Counter of the month that contains the day."""
    return f"M{date.fromordinal(day):%Y%m}"


def membership_year_key(joined: int, day: int) -> str:
    """Counter of the membership year that contains the day."""
    return f"A{days.anniversary_of(joined, day)}"


def counter_key(bucket: str, key: str) -> str:
    """The counter of a bucket: ordinary points have theirs under the bare key."""
    return key if bucket == POINTS else f"{bucket}:{key}"


KEPT: Final[dict[str, int]] = {"Y": YEARS_KEPT, "T": YEARS_KEPT, "A": YEARS_KEPT, "M": MONTHS_KEPT, "E": 1}
"""How many counters of each kind an account keeps, the newest."""


def dump(account: Account) -> str:
    """The account as compact JSON text: one attribute is a third of the size of nested ones, and faster."""
    return _encode(
        {
            "h": account.head,
            "r": account.rows,
            "s": account.state,
            "j": account.joined,
            "b": {name: _dump_bucket(bucket) for name, bucket in account.buckets.items()},
            "c": account.counters,
            "l": {key: _trimmed(values) for key, values in account.limits.items()},
            "n": account.actions,
            "t": _dump_standing(account.standing),
            **(
                {"tb": {name: _dump_standing(each) for name, each in account.standings.items()}}
                if account.standings
                else {}
            ),
            "d": account.due,
            "a": account.at,
            **({"i": account.into} if account.into else {}),
            **({"g": account.absorbed} if account.absorbed else {}),
        },
    )


def load(text: str, version: int) -> Account:
    """The account of ``dump``."""
    body: dict[str, Any] = json.loads(text)
    return Account(
        version=version,
        head=body["h"],
        rows=body["r"],
        state=body["s"],
        joined=body["j"],
        buckets={name: _load_bucket(values) for name, values in body["b"].items()},
        counters={key: (p, s, o) for key, (p, s, o) in body["c"].items()},
        limits={key: _filled(values) for key, values in body["l"].items()},
        actions={key: (credit, debit, rows) for key, (credit, debit, rows) in body["n"].items()},
        standing=Standing(*body["t"]),
        standings={name: Standing(*values) for name, values in body.get("tb", {}).items()},
        due=body["d"],
        at=body["a"],
        into=body.get("i", ""),
        absorbed=body.get("g", {}),
    )


def _dump_standing(standing: Standing) -> list[Any]:
    return list(standing.fields())


def _dump_bucket(bucket: Bucket) -> list[Any]:
    # Classes are one letter each. Side by side, 128 lots take a quarter less room than as a list of lists.
    kinds = "".join(lot.kind for lot in bucket.lots)
    numbers = [number for lot in bucket.lots for number in (lot.day, lot.left)]
    figures = [bucket.held, bucket.used, bucket.redeemed, bucket.on_rewards, bucket.expired, bucket.lifetime]
    return [kinds, numbers, *figures, bucket.arrears]


def _load_bucket(values: list[Any]) -> Bucket:
    kinds, numbers, *figures = values
    lots = zip(kinds, numbers[::2], numbers[1::2], strict=True)
    return Bucket(tuple(Lot(kind, day, left) for kind, day, left in lots), *figures)


def _trimmed(values: Limit) -> tuple[int, ...]:
    """Without the period before, when nothing was counted in it: most limits are for a lifetime."""
    return values if any(values[3:]) else values[:3]


def _filled(values: list[int]) -> Limit:
    period, times, points, *before = values
    return (period, times, points, before[0], before[1], before[2]) if before else (period, times, points, 0, 0, 0)
