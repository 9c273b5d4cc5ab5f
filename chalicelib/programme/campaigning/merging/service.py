"""After a merge one member goes on with what both did in campaigns."""

from dataclasses import replace
from datetime import datetime
from itertools import zip_longest
from typing import Final

from chalicelib import clock
from chalicelib.dynamo.commit import Plan, Write, commit
from chalicelib.ledger import days
from chalicelib.programme.campaigning import table
from chalicelib.programme.campaigning.progress import Progress

AT_ONCE: Final = 40
"""Campaigns in one transaction: two writes each."""
Both = list[tuple[str, Progress, Progress]]
"""Campaigns, with the progress of who is merged and of who goes on."""


def moved(site: str, secondary: str, primary: str) -> bool:
    """The primary goes on with the progress of both: events, points and milestones add up, so that bounds hold for the
    person, and rewards that are owed stay owed. Safe to repeat; whether nothing is left to do.
    """
    now = clock.now()

    def load() -> Both:
        theirs = table.taken_part(site, secondary)[:AT_ONCE]
        own = table.read(site, primary, [name for name, _ in theirs])
        return [(name, progress, mine) for (name, progress), mine in zip(theirs, own, strict=True)]

    def decide(both: Both) -> Plan[bool]:
        return Plan(tuple(_moving(site, secondary, primary, both, now)), len(both) < AT_ONCE)

    return commit(load, decide)


def together(one: Progress, other: Progress) -> Progress:
    """The progress of one person who was two; the version is the first's."""
    return replace(
        one,
        activated=_first(one.activated, other.activated),
        first=_first(one.first, other.first),
        times=one.times + other.times,
        benefits=one.benefits + other.benefits,
        amount=one.amount + other.amount,
        points=one.points + other.points,
        reached=tuple(a + b for a, b in zip_longest(one.reached, other.reached, fillvalue=0)),
        owed=(*one.owed, *other.owed),
    )


def _first(one: int, other: int) -> int:
    """The earlier of two moments; 0 stands for none."""
    return min(one or other, other or one)


def _moving(site: str, secondary: str, primary: str, both: Both, now: datetime) -> list[Write]:
    writes = []
    for name, theirs, mine in both:
        after = together(mine, theirs)
        due = days.to_ms(now) if after.owed else None
        writes += [
            table.progress_delete(site, secondary, name, theirs),
            table.progress_write(site, primary, name, after, due),
        ]
    return writes
