"""Programmes and members for tests of the book: valid by default, with speaking data."""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.ledger import moves
from chalicelib.ledger.account import Account
from chalicelib.ledger.draft import Draft, Line
from chalicelib.ledger.entry import Entry
from chalicelib.ledger.moves import Telling
from chalicelib.ledger.rules import Keep, Ladder, Lasting, Level, Rules

SITE = "29235480"
ADA = "m-ada"
FOR_EVER = Lasting("never")
A_YEAR = Lasting("days", 365)
TOLD = Telling(action=100)


def at(text: str) -> datetime:
    """An instant in UTC: ``2026-03-01`` or ``2026-03-01 14:30``."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def day(text: str) -> int:
    """A day of the programme's calendar as the book names it."""
    return date.fromisoformat(text).toordinal()


def ladder(
    thresholds: Iterable[int] = (0, 500, 2000),
    *,
    metric: Any = "points",
    window: Any = "lifetime",
    sequential: bool = False,
    keep: Keep | None = None,
    downgrade: Any = "earned",
) -> Ladder:
    """Tiers ``T0``, ``T1``, … at the thresholds."""
    levels = tuple(Level(f"T{rank}", f"Tier {rank}", amount) for rank, amount in enumerate(thresholds))
    return Ladder(metric, window, sequential, keep, downgrade, levels)


def rules(zone: str = "UTC", tiers: Ladder | None = None, *, may_owe: bool = False, version: int = 1) -> Rules:
    """A programme as the book sees it."""
    return Rules(version, ZoneInfo(zone), tiers or ladder(), may_owe)


class Book:
    """A member's book in memory: drafts follow one another as commits would."""

    def __init__(
        self, mid: str = ADA, rules_: Rules | None = None, now: str | datetime = "2026-01-01", *, enrolled: bool = True
    ) -> None:
        self.mid = mid
        self.rules = rules_ or rules()
        self.now = at(now) if isinstance(now, str) else now
        self.account = Account()
        self.lines: list[Line] = []
        if enrolled:
            self.do(lambda draft: moves.enrol(draft, "active"))

    def draft(self) -> Draft:
        """A settled draft on the account as it stands."""
        draft = Draft(SITE, self.mid, self.account, self.rules, "command", self.now)
        draft.settle()
        return draft

    def keep(self, draft: Draft) -> list[Entry]:
        """Settle the draft and make it the book's; gives its entries."""
        draft.settle()
        self.account = draft.account
        self.lines += draft.lines
        return [line.entry for line in draft.lines]

    def do(self, decide: Callable[[Draft], Any], now: str | None = None) -> list[Entry]:
        """Decide, as ``service.post`` does, at ``now`` if that is given; gives all entries that were added."""
        if now is not None:
            self.now = at(now)
        draft = self.draft()
        decide(draft)
        return self.keep(draft)

    def wait(self, now: str) -> list[Entry]:
        """Let time pass; gives the entries that it made."""
        return self.do(lambda _draft: None, now)

    def award(self, points: int, lasting: Lasting = A_YEAR, now: str | None = None, **more: Any) -> Entry:
        """Credit points; gives the award's own entry."""
        return self._first({"award", "order"}, self.do(lambda d: moves.award(d, points, lasting, TOLD, **more), now))

    def spend(self, points: int, now: str | None = None, side: Any = "redeemed", **more: Any) -> Entry:
        """Debit points; gives the debit's own entry."""
        done = self.do(lambda d: moves.debit(d, points, TOLD, side=side, **more), now)
        return self._first({"redeem", "deduct", "reverse"}, done)

    @property
    def entries(self) -> list[Entry]:
        return [line.entry for line in self.lines]

    @property
    def lots(self) -> list[tuple[str, int, int]]:
        """Class, day and points of each lot, in consumption order."""
        return [(lot.kind, lot.day, lot.left) for lot in self.account.bucket().lots]

    @property
    def tier(self) -> str:
        return self.account.standing.tier

    def _first(self, kinds: set[str], entries: list[Entry]) -> Entry:
        return next(entry for entry in entries if entry.kind in kinds)
