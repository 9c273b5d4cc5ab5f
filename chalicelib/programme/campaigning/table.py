"""Items of campaigns: how far each member is, and sharded figures that are budgets, too."""

from collections.abc import Sequence
from typing import Any, Final
from zlib import crc32

from pynamodb.attributes import UnicodeAttribute

from chalicelib.dynamo import due, items, keys
from chalicelib.dynamo.commit import ABSENT, Write
from chalicelib.dynamo.items import Address, Item, Whole
from chalicelib.ledger.days import from_ms
from chalicelib.programme.campaigning import progress as progresses
from chalicelib.programme.campaigning.progress import Progress, Spent

SLICES: Final = 4
"""Parts of a campaign's figures, by hash of the member, so that no item is written by every award. Of a budget each
part has its own share; who finds theirs empty takes from the others. Never changed: what is spent stays where it is.
"""
REWARDS_DUE: Final = "campaign"
"""Kind of what is due when a campaign owes a reward."""
_PREFIX: Final = "Y#"
FORGOTTEN_MAX: Final = 100


class ProgressItem(Item):
    """How far a member is in a campaign."""

    ver = Whole()
    body = UnicodeAttribute()
    due_pk = UnicodeAttribute(null=True)
    due_sk = UnicodeAttribute(null=True)


class FiguresItem(Item):
    """What one part of a campaign's figures has counted."""

    points = Whole(null=True)
    times = Whole(null=True)
    members = Whole(null=True)
    orders = Whole(null=True)


def address(site: str, mid: str, campaign: str) -> Address:
    """Where a member's progress stands."""
    return (ProgressItem, keys.member(site, mid), _PREFIX + campaign)


def figures_addresses(site: str, campaign: str) -> tuple[Address, ...]:
    """Where the parts of a campaign's figures stand."""
    return tuple((FiguresItem, _figures_pk(site, campaign), f"FIGURES#{part}") for part in range(SLICES))


def load(item: Any) -> Progress:
    """The progress of its item; none without one."""
    return Progress() if item is None else progresses.load(item.body, item.ver)


def spent(item: Any) -> Spent:
    """The figures of their item; zeros without one."""
    if item is None:
        return Spent()
    return Spent(item.points or 0, item.times or 0, item.members or 0, item.orders or 0)


def read(site: str, mid: str, campaigns: Sequence[str]) -> list[Progress]:
    """A member's progress in these campaigns, in one call for up to a hundred."""
    return (
        [load(item) for item in items.get_many([address(site, mid, each) for each in campaigns])] if campaigns else []
    )


def read_figures(site: str, campaign: str) -> list[Spent]:
    """All parts of a campaign's figures, in one call."""
    return [spent(item) for item in items.get_many(figures_addresses(site, campaign))]


def progress_write(site: str, mid: str, campaign: str, progress: Progress, due_ms: int | None = None) -> Write:
    """The write of a member's progress in place of the one that was read; due at an instant where rewards are owed."""
    _, pk, sk = address(site, mid, campaign)
    item = ProgressItem(pk, sk, ver=progress.version + 1, body=progresses.dump(progress))
    if due_ms is not None:
        item.due_pk, item.due_sk = due.keys_at(REWARDS_DUE, pk, from_ms(due_ms))
    return Write(item, ProgressItem.ver == progress.version if progress.version else ABSENT)


def part_of(mid: str) -> int:
    """The part of the figures that counts a member."""
    return crc32(mid.encode()) % SLICES


def figures_write(site: str, campaign: str, part: int, more: Spent, *, bound: int | None = None) -> Write:
    """The write that adds to a part of the figures; with ``bound``, only while its points stay within it."""
    item = FiguresItem(_figures_pk(site, campaign), f"FIGURES#{part}")
    added = {"points": more.points, "times": more.times, "members": more.members, "orders": more.orders}
    actions = tuple(getattr(FiguresItem, name).add(count) for name, count in added.items() if count)
    if bound is None:
        return Write(item, actions=actions)
    room = bound - more.points
    return Write(item, FiguresItem.points.does_not_exist() | (FiguresItem.points <= room), actions=actions)


def taken_part(site: str, mid: str) -> list[tuple[str, Progress]]:
    """The campaigns in which a member has any progress, a hundred at most."""
    pk = keys.member(site, mid)
    found = items.query(ProgressItem, pk, ProgressItem.sk.startswith(_PREFIX), limit=FORGOTTEN_MAX)
    return [(item.sk.removeprefix(_PREFIX), load(item)) for item in found]


def progress_delete(site: str, mid: str, campaign: str, progress: Progress) -> Write:
    """The write that deletes a member's progress, which must be as it was read."""
    _, pk, sk = address(site, mid, campaign)
    return Write(ProgressItem(pk, sk), ProgressItem.ver == progress.version, delete=True)


def deletes(site: str, mid: str) -> list[Write]:
    """The writes that delete a member's progress, a hundred at most."""
    pk = keys.member(site, mid)
    found = items.query(ProgressItem, pk, ProgressItem.sk.startswith(_PREFIX), limit=FORGOTTEN_MAX)
    return [Write(ProgressItem(pk, item.sk), delete=True) for item in found]


def _figures_pk(site: str, campaign: str) -> str:
    return f"{keys.of_site(site)}#campaign#{campaign}"
