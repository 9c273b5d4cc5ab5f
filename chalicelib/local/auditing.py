"""An audit by an operator: the whole table in parallel processes, or one member. It reads and writes nothing."""

import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from datetime import datetime
from multiprocessing import get_context
from typing import Final

from chalicelib.ledger.auditing import service as auditing
from chalicelib.ledger.auditing import sums as adding
from chalicelib.ledger.auditing.sums import Sums

SEGMENTS_EACH: Final = 8
"""Segments for each process, where none are asked for: they are never equally long."""
SEGMENTS_MAX: Final = 1_000


@dataclass(slots=True)
class Audit:
    """What an audit found: sums by site, and how long it took."""

    began: datetime
    sums: dict[str, Sums] = field(default_factory=dict)

    def add(self, site: str, sums: Sums) -> None:
        """Take a part in."""
        self.sums.setdefault(site, Sums()).add(sums)

    @property
    def members(self) -> int:
        """Members proved so far."""
        return sum(each.members for each in self.sums.values())

    @property
    def adds_up(self) -> bool:
        """Whether nothing is wrong."""
        return not any(each.faults for each in self.sums.values())


def default_segments() -> int:
    """Segments for the processors of this machine."""
    return SEGMENTS_EACH * _processes()


def whole(site: str | None, segments: int, now: datetime, tell: Callable[[int, Audit], None]) -> Audit:
    """Prove all members, keys and claims of a site, or of all sites; ``tell`` hears of each segment that is done.

    Every process works on one segment at a time and keeps sums only.
    """
    audit = Audit(now)
    settled = auditing.settled_by(now)
    # Processes that are started anew read the environment as this one did; a copy would share its connections.
    with ProcessPoolExecutor(min(_processes(), segments), mp_context=get_context("spawn")) as pool:
        parts = [pool.submit(_segment, number, segments, settled, site) for number in range(segments)]
        for part in as_completed(parts):
            for found, sums in part.result().items():
                audit.add(found, sums)
            tell(1, audit)
    for found, sums in audit.sums.items():
        sums.report(adding.site_findings(found, sums))
    return audit


def of_member(site: str, mid: str, now: datetime) -> Audit | None:
    """Prove one member; ``None`` when nothing is stored under the number."""
    found = auditing.prove(site, mid, now)
    return None if found is None else Audit(now, {site: found})


def _segment(number: int, of: int, settled: int, only: str | None) -> dict[str, Sums]:
    """One segment from its beginning to its end."""
    sums: dict[str, Sums] = {}
    after: tuple[str, str] | None = None
    while True:
        walked = auditing.walk(number, of=of, after=after, settled=settled, only=only)
        for site, each in walked.sums.items():
            sums.setdefault(site, Sums()).add(each)
        after = walked.following
        if after is None:
            return sums


def _processes() -> int:
    return max(1, os.cpu_count() or 1)
