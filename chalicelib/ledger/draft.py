"""An account while it is being decided on: each entry is applied as it is added.

Rules decide here and the entry carries what was decided. Nothing in this module reads or writes.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from chalicelib.ledger import book, days, tiers
from chalicelib.ledger.account import LOTS_MAX, NEVER, POINTS, Account, Lot, Standing, StandingFields
from chalicelib.ledger.entry import (
    UNCHANGED,
    Draw,
    Entry,
    Kind,
    LotChange,
    Note,
    Posting,
    Refs,
    core_of,
    genesis,
    hash_of,
    seal_note,
)
from chalicelib.ledger.rules import Rules
from chalicelib.values import value

SETTLED_DAYS_MAX: Final = 20
"""Expiry days booked by entries of their own when many fell due unseen; later ones share the last entry."""
EXPIRED: Final = 106
"""The vendor's action id of expiry."""


@value
class Line:
    """An entry ready to be written: its core as text, its note, and how lists show it where that can change."""

    entry: Entry
    core: str
    note: str | None


@value
class Face:
    """How the row of a held credit is shown now: its core never changes, its hold does."""

    status: str | None = None
    less: int = 0
    """Points by which the amount shown shrinks; below zero it begins at that amount."""
    day: int | None = None
    """Expiry day of the points, once they are given."""


@dataclass
class Draft:
    """One member's account in the making."""

    site: str
    mid: str
    account: Account
    rules: Rules
    command: str
    now: datetime
    lines: list[Line] = field(default_factory=list)
    faces: dict[int, "Face"] = field(default_factory=dict)
    """Entry number → what changes in how lists show it."""
    home: str = ""
    """The merged account whose order or hold the entries are about, while they are; empty for the member's own."""
    abroad: dict[tuple[str, int], "Face"] = field(default_factory=dict)
    """Merged account and entry number → the same, for rows that stand there."""
    undone: dict[int, tuple[str, int]] = field(default_factory=dict)
    """Number of a new entry → merged account and entry there that it undoes; its own refs name what brought that in."""

    @property
    def where(self) -> str:
        """With whom the order or hold stands that the entries are about: a merged account, or the draft's own."""
        return self.home or self.mid

    def __post_init__(self) -> None:
        self.day: int = days.day_of(self.now, self.rules.zone)
        self.at: int = days.to_ms(self.now)
        if not self.account.version:
            self.account = replace(self.account, head=genesis(self.site, self.mid))
        self._judged: int = days.day_of(days.from_ms(self.account.at), self.rules.zone)

    def add(
        self,
        kind: Kind,
        *,
        effective: datetime | None = None,
        note: Note | None = None,
        judged: int | None = None,
        **effects: Any,
    ) -> Entry:
        """Append an entry with these effects; tier (judged today or on ``judged``), balances, due and hash follow."""
        before = self.account
        text, seal = (None, None) if not note else seal_note(note)
        when = self.now if effective is None else effective
        self._judged = self.day if judged is None else judged
        effects = self._translated(effects)
        entry = Entry(
            number=before.version + 1,
            kind=kind,
            at=self.at,
            effective=days.to_ms(when),
            day=self.day if effective is None else days.day_of(when, self.rules.zone),
            command=self.command,
            note=seal,
            previous=before.head,
            **{"programme": self.rules.version, **effects},
        )
        entry, changed = self._tiered(entry, book.effects(before, entry))
        due = due_at(changed, self.rules)
        entry = replace(
            entry,
            tier=(before.standing.tier, changed.standing.tier),
            tiers={name: (_tier(before, name), _tier(changed, name)) for name in _ranked(entry)},
            due=UNCHANGED if due == before.due else due,
            rows=changed.rows,
            balances={name: book.balances(changed.bucket(name)) for name in _told(entry)},
        )
        core = core_of(entry)
        self.account = replace(changed, due=due, head=hash_of(core))
        self.lines.append(Line(entry, core, text))
        return entry

    def _translated(self, effects: dict[str, Any]) -> dict[str, Any]:
        """What is about an order or a hold of a merged account, told in this book: its awards came in by one entry."""
        refs: Refs = effects.get("refs", Refs())
        if not self.home or (refs.order is None and refs.hold is None):
            return effects
        number = self.account.absorbed[self.home]
        undoes = None if refs.undoes is None else number
        if refs.undoes is not None:
            self.undone[self.account.version + 1] = self.home, refs.undoes
        drawn: tuple[Draw, ...] = effects.get("draws", ())
        draws = tuple(draw if draw.target is None else replace(draw, target=number) for draw in drawn)
        return {**effects, "refs": replace(refs, home=self.home, undoes=undoes), "draws": draws}

    def _tiered(self, entry: Entry, changed: Account) -> tuple[Entry, Account]:
        """The entry and the account it makes, with the tiers that the member then stands in."""
        if entry.standing is not None or entry.standings or changed.state == CLOSED:
            return entry, changed
        counted = None if entry.earned is None else entry.earned.bucket or POINTS
        standing = tiers.evaluate(changed, self.rules.ladder, self._judged, rises=counted == POINTS)
        if standing != changed.standing:
            entry, changed = replace(entry, standing=_fields(standing)), replace(changed, standing=standing)
        moved: dict[str, Standing] = {}
        for name, ladder in self.rules.ladders.items():
            if name in changed.standings or counted == name:
                after = tiers.evaluate(changed.seen_by(name), ladder, self._judged, rises=counted == name)
                if after != changed.standings.get(name):
                    moved[name] = after
        if moved:
            entry = replace(entry, standings={name: _fields(each)[:4] for name, each in moved.items()})
            changed = replace(changed, standings={**changed.standings, **moved})
        return entry, changed

    def show(self, number: int, face: Face) -> None:
        """Change how a row is shown, on top of what this draft changed already."""
        before = self.abroad.get((self.home, number), Face()) if self.home else self.faces.get(number, Face())
        day = before.day if face.day is None else face.day
        after = Face(face.status or before.status, before.less + face.less, day)
        if self.home:
            self.abroad[self.home, number] = after
        else:
            self.faces[number] = after

    def settle(self) -> None:
        """Apply time up to now: book what expired, then what tiers it ended, in the order it happened."""
        booked = 0
        # Judged by the zone and the ladder in force, not by what the account says: they may have changed since.
        while (due := due_at(self.account, self.rules)) is not None and due <= self.at:
            death, check = first_death(self.account), _next_check(self.account, self.rules)
            if death is not None and (check is None or death <= check[0]):
                booked += 1
                self._expire(death if booked < SETTLED_DAYS_MAX else self._last_death())
            elif check is not None:
                self._check_tier(check[1])

    def regroup(self) -> None:
        """Keep an account at its limit of lots: merge days forward to month ends, and to year ends if need be."""
        for forward in (days.month_end, days.year_end):
            changes: list[LotChange] = []
            for name, bucket in self.account.buckets.items():
                if len(bucket.lots) > LOTS_MAX:
                    # A lot that is dead already waits for ``settle``; merged forward, it would live again. One that
                    # never expires (day 0) is left alone, too.
                    changes += _forward(name, [lot for lot in bucket.lots if lot.day >= self.day], forward)
            if changes:
                self.add("regroup", lots=tuple(changes))

    def _expire(self, through: int) -> None:
        draws = [
            Draw(name, lot.kind, lot.day, lot.left)
            for name, bucket in self.account.buckets.items()
            for lot in bucket.lots
            if lot.day != NEVER and lot.day <= through
        ]
        postings = [
            Posting("available", "expired", name, sum(draw.amount for draw in draws if draw.bucket == name))
            for name in dict.fromkeys(draw.bucket for draw in draws)
        ]
        self.add(
            "expire",
            effective=days.start_of(through + 1, self.rules.zone),
            # Points that were born dead expired before the tier was last judged; that is not undone.
            judged=max(through + 1, self._judged),
            action=EXPIRED,
            shown=True,
            postings=tuple(postings),
            draws=tuple(draws),
        )

    def _last_death(self) -> int:
        return max(lot.day for b in self.account.buckets.values() for lot in b.lots if NEVER < lot.day < self.day)

    def _check_tier(self, bucket: str) -> None:
        """Book the end of a tier's period. Periods that only begin anew, with nothing between, share one entry:
        a member who was away for years must still fit into one transaction.
        """
        ladder = self.rules.ladder if bucket == POINTS else self.rules.ladders[bucket]
        seen, death = self.account.seen_by(bucket), first_death(self.account)
        before, end = seen.standing, seen.standing.until
        if end is None:
            raise book.BrokenBook("a tier fell due that has no end")
        after = tiers.check(seen, ladder)
        while after.tier == before.tier and after.until is not None and after.until < self.day:
            if death is not None and death <= after.until:
                break
            end = after.until
            after = tiers.check(replace(seen, standing=after), ladder)
        fields = _fields(after)
        self.add(
            "tier",
            effective=days.start_of(end + 1, self.rules.zone),
            judged=end + 1,
            **({"standing": fields} if bucket == POINTS else {"standings": {bucket: fields}}),
        )


def _fields(standing: Standing) -> StandingFields:
    return standing.fields()


def _told(entry: Entry) -> list[str]:
    """The buckets whose balances an entry tells: those it touches or counts in, and where it is a row of its own,
    the ordinary points: an answer tells them all.
    """
    counted = set() if entry.earned is None or entry.earned.bucket is None else {entry.earned.bucket}
    return sorted(book.touched(entry) | counted | ({POINTS} if entry.shown else set()))


def _ranked(entry: Entry) -> list[str]:
    """The buckets beside the ordinary points whose tiers an entry tells."""
    counted = set() if entry.earned is None or entry.earned.bucket is None else {entry.earned.bucket}
    return sorted(counted | set(entry.standings))


def _tier(account: Account, bucket: str) -> str:
    standing = account.standings.get(bucket)
    return "" if standing is None else standing.tier


CLOSED: Final = "closed"
"""State of an account whose member was erased."""


def due_at(account: Account, rules: Rules) -> int | None:
    """When something next happens to the account by itself, in milliseconds; ``None``: never."""
    if account.state == CLOSED:
        return None
    check = _next_check(account, rules)
    candidates = [day for day in (first_death(account), None if check is None else check[0]) if day is not None]
    return days.to_ms(days.start_of(min(candidates) + 1, rules.zone)) if candidates else None


def first_death(account: Account) -> int | None:
    """The earliest day on which a lot is good for the last time."""
    lasts = [lot.day for bucket in account.buckets.values() for lot in bucket.lots if lot.day != NEVER]
    return min(lasts, default=None)


def _next_check(account: Account, rules: Rules) -> tuple[int, str] | None:
    """The first day after which a tier is looked at again, and the bucket whose tier it is."""
    ends = {POINTS: account.standing.until}
    ends |= {name: account.standings[name].until for name in rules.ladders if name in account.standings}
    return min(((day, name) for name, day in ends.items() if day is not None), default=None)


def _forward(name: str, lots: Sequence[Lot], forward: Callable[[int], int]) -> list[LotChange]:
    changes = []
    for lot in lots:
        if forward(lot.day) != lot.day:
            changes.append(LotChange(name, lot.kind, lot.day, -lot.left))
            changes.append(LotChange(name, lot.kind, forward(lot.day), lot.left))
    return changes
