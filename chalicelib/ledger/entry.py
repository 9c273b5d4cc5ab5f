"""One line of the book: an immutable core that carries every effect, and beside it a note that can be erased.

The core is hashed over the core before it. What a client wrote (reason, customId, attributes, names) is
in the note; the core holds the note's salted digest, so the chain still verifies when the note is gone.
"""

import hashlib
import json
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import field
from typing import Any, Final, Literal

from chalicelib.ledger.account import POINTS, StandingFields
from chalicelib.values import names, value

_encode = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode

Kind = Literal[
    "enrol",
    "award",
    "order",
    "hold",
    "shrink",
    "split",
    "release",
    "redeem",
    "refund",
    "deduct",
    "reverse",
    "expire",
    "send",
    "receive",
    "tier",
    "state",
    "regroup",
    "close",
    "merged_out",
    "merged_in",
]
Side = Literal[
    "issued",
    "promised",
    "available",
    "held",
    "redeemed",
    "rewarded",
    "deducted",
    "expired",
    "written_off",
    "transferred",
    "merged",
]
SALT_BYTES: Final = 12
UNCHANGED: Final = -1
"""``due`` of an entry that leaves the account's due instant as it is."""


@value
class Posting:
    """``amount`` > 0 points move between two sides; the member's are ``available`` and ``held``."""

    source: Side
    target: Side
    bucket: str
    amount: int


@value
class LotChange:
    """Points put into a lot, or (negative) taken out when days are merged."""

    bucket: str
    kind: str
    day: int
    delta: int


@value
class Draw:
    """Points that a debit took out of a lot; ``target`` is the award's entry it settles against, if one is meant."""

    bucket: str
    kind: str
    day: int
    amount: int
    target: int | None = None


@value
class Earned:
    """What counts towards tiers, and in the period of which day."""

    day: int
    points: int = 0
    spend: int = 0
    orders: int = 0
    bucket: str | None = None
    """A bucket with tiers of its own; ``None`` for ordinary points."""


@value
class Counted:
    """What counts towards an action's limit: counter key, period's first day, times, points."""

    key: str
    period: int
    times: int
    points: int


@value
class Taken:
    """What a merge adds to the survivor beside points: whose account it was, and what had been counted there.

    ``counters`` and ``actions`` are added; ``limits`` and ``standings`` stand as they are here afterwards.
    """

    homes: tuple[str, ...]
    """The merged account, and those that were merged into it before."""
    counters: Mapping[str, tuple[int, int, int]] = field(default_factory=dict)
    limits: Mapping[str, tuple[int, int, int, int, int, int]] = field(default_factory=dict)
    actions: Mapping[str, tuple[int, int, int]] = field(default_factory=dict)
    standings: Mapping[str, tuple[str, int, int | None, str]] = field(default_factory=dict)


@value
class Refs:
    """What the entry is about, outside the book."""

    order: str | None = None
    hold: str | None = None
    reward: str | None = None
    campaign: str | None = None
    store: str | None = None
    source: str | None = None
    transfer: str | None = None
    release: int | None = None
    """When a promise is due to be released, in milliseconds."""
    undoes: int | None = None
    """Number of the entry that this one reverses or refunds."""
    home: str | None = None
    """The merged account in whose partition the order or hold stands, where that is not the member's own."""


@value
class Entry:
    """See the module. Times are milliseconds since the epoch; ``day`` is the programme's day of effect."""

    number: int
    kind: Kind
    at: int
    effective: int
    day: int
    command: str
    programme: int
    action: int | None = None
    postings: tuple[Posting, ...] = ()
    lots: tuple[LotChange, ...] = ()
    draws: tuple[Draw, ...] = ()
    owed: tuple[tuple[str, int], ...] = ()
    earned: Earned | None = None
    counted: tuple[Counted, ...] = ()
    shown: bool = False
    wished: int | None = None
    refs: Refs = Refs()
    state: str | None = None
    joined: int | None = None
    tier: tuple[str, str] = ("", "")
    standing: StandingFields | None = None
    standings: Mapping[str, tuple[str, int, int | None, str]] = field(default_factory=dict)
    """The same on the ladders of other buckets, where it changed."""
    tiers: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Other buckets that the entry counts in, or whose tier it changes: tier before and after."""
    due: int | None = UNCHANGED
    rows: int = 0
    balances: Mapping[str, tuple[int, int, int, int, int]] = field(default_factory=dict)
    """After the entry, per bucket touched: available, held, used, expired, lifetime."""
    campaigns: tuple[tuple[str, int], ...] = ()
    """Campaign id → points of this entry that are owed to it; part of what the postings move, not beside it."""
    into: str | None = None
    """Of the last entry of a merged account: the account that took everything over."""
    taken: Taken | None = None
    """Of the survivor's entry of a merge."""
    note: str | None = None
    previous: str = ""

    def moved(self, source: Side | None = None, target: Side | None = None, *, bucket: str = POINTS) -> int:
        """Sum of the postings of a bucket from ``source`` and to ``target``."""
        return sum(
            posting.amount
            for posting in self.postings
            if posting.bucket == bucket and source in {None, posting.source} and target in {None, posting.target}
        )


Note = dict[str, Any]
"""Free text and client-given values beside the core; JSON."""

_LISTS: Final[dict[str, type]] = {
    "postings": Posting,
    "lots": LotChange,
    "draws": Draw,
    "counted": Counted,
}
_NAMES: Final = {kind: names(kind) for kind in _LISTS.values()}
_REFS: Final = names(Refs)
_SHORT: Final[dict[str, str]] = {
    "number": "n",
    "kind": "k",
    "at": "t",
    "effective": "e",
    "day": "d",
    "command": "c",
    "programme": "v",
    "action": "a",
    "postings": "p",
    "lots": "l",
    "draws": "w",
    "owed": "o",
    "earned": "q",
    "counted": "i",
    "shown": "s",
    "wished": "wi",
    "refs": "r",
    "state": "st",
    "joined": "j",
    "tier": "ti",
    "standing": "ts",
    "standings": "tb",
    "tiers": "tc",
    "due": "u",
    "rows": "x",
    "balances": "b",
    "campaigns": "y",
    "into": "z",
    "taken": "g",
    "note": "m",
    "previous": "h",
}
_DEFAULTS: Final[dict[str, Any]] = {
    "action": None,
    "postings": (),
    "lots": (),
    "draws": (),
    "owed": (),
    "earned": None,
    "counted": (),
    "shown": False,
    "wished": None,
    "refs": Refs(),
    "state": None,
    "joined": None,
    "standing": None,
    "standings": {},
    "tiers": {},
    "due": UNCHANGED,
    "balances": {},
    "campaigns": (),
    "into": None,
    "taken": None,
    "note": None,
}


def core_of(entry: Entry) -> str:
    """The core as canonical JSON text: fixed order, no defaults, no spaces. These bytes are hashed."""
    body: dict[str, Any] = {}
    for name, short in _SHORT.items():
        value = getattr(entry, name)
        if name in _DEFAULTS and value == _DEFAULTS[name]:
            continue
        body[short] = _plain(name, value)
    return _encode(body)


def parse(core: str) -> Entry:
    """The entry of ``core_of``."""
    body: dict[str, Any] = json.loads(core)
    values: dict[str, Any] = {}
    for name, short in _SHORT.items():
        if short not in body:
            continue
        value = body[short]
        if name in _LISTS:
            value = tuple(_LISTS[name](*row) for row in value)
        elif name in {"owed", "campaigns"}:
            value = tuple((subject, points) for subject, points in value)
        elif name == "earned":
            value = Earned(*value)
        elif name == "refs":
            value = Refs(**value)
        elif name == "taken":
            value = _taken(value)
        elif name in {"tier", "standing"}:
            value = tuple(value)
        elif name in {"balances", "standings", "tiers"}:
            value = {bucket: tuple(figures) for bucket, figures in value.items()}
        values[name] = value
    return Entry(**values)


def hash_of(core: str) -> str:
    """What the next entry carries as ``previous``: SHA-256 in URL-safe base64, 43 letters."""
    return _digest(core)


def genesis(site: str, mid: str) -> str:
    """``previous`` of a member's first entry."""
    return _digest(f"laurel:{site}:{mid}")


def seal_note(note: Note) -> tuple[str, str]:
    """The note as text with a fresh salt, and its digest for the core."""
    text = _encode({"salt": secrets.token_urlsafe(SALT_BYTES), **note})
    return text, _digest(text)


def read_note(text: str | None) -> Note:
    """The note without its salt; empty when there is none or it was erased."""
    if text is None:
        return {}
    note: Note = json.loads(text)
    note.pop("salt", None)
    return note


def note_matches(entry: Entry, text: str | None) -> bool:
    """Whether the note is the one that was sealed; an erased note matches."""
    return text is None or entry.note == _digest(text)


def _digest(text: str) -> str:
    return urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")


def _plain(name: str, value: Any) -> Any:
    if name in _LISTS:
        rows = [[getattr(row, slot) for slot in _NAMES[type(row)]] for row in value]
        return [row[:-1] if row[-1] is None else row for row in rows]
    if name == "earned":
        counted = [value.day, value.points, value.spend, value.orders]
        return counted if value.bucket is None else [*counted, value.bucket]
    if name == "taken":
        return None if value is None else [value.homes, value.counters, value.limits, value.actions, value.standings]
    if name == "refs":
        return {slot: getattr(value, slot) for slot in _REFS if getattr(value, slot) is not None}
    return value


def _taken(fields: list[Any]) -> Taken:
    homes, *maps = fields
    return Taken(tuple(homes), *({key: tuple(row) for key, row in each.items()} for each in maps))
