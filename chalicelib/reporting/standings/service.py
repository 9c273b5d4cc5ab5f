"""Members in the order of their points, from the list that the stream keeps. Decides nothing."""

import heapq
from itertools import islice
from typing import Any, Final

from chalicelib.dynamo import items, listing
from chalicelib.facts import standing
from chalicelib.facts import table as facts
from chalicelib.members import service as members
from chalicelib.values import value

PAGE: Final = 100
"""Members of a page."""
_BATCH: Final = 50
"""Members read by one call: two items each."""


@value
class Row:
    """A member with the points and the tier that facts know, points in smallest units."""

    profile: dict[str, Any]
    available: int
    lifetime: int
    tier: str


@value
class Standings:
    """Members by falling points, and the name after which the next page begins; empty at the end."""

    rows: tuple[Row, ...]
    following: str


def page(site: str, *, after: str = "", highest: int | None = None, lowest: int | None = None) -> Standings:
    """The next members from the one named ``after``, of those who have from ``lowest`` to ``highest`` points.

    Who changed a moment ago may stand where they stood before, or not at all while they move. A query for each part of
    the list and a read for every fifty members.
    """
    begin = max(after, standing.above(highest) if highest is not None else "")
    parts = [facts.standings(site, part, after=begin, limit=PAGE) for part in range(listing.SHARDS)]
    names = list(islice(heapq.merge(*parts), PAGE))
    within = [each for each in names if lowest is None or standing.read(each)[0] >= lowest]
    is_last = len(names) < PAGE or len(within) < len(names)
    return Standings(tuple(_rows(site, within)), "" if is_last else names[-1])


def _rows(site: str, names: list[str]) -> list[Row]:
    rows: list[Row] = []
    for first in range(0, len(names), _BATCH):
        mids = [standing.read(each)[1] for each in names[first : first + _BATCH]]
        places = [place for mid in mids for place in (members.address(site, mid), facts.address(site, mid))]
        read = items.get_many(places)
        for profile_item, facts_item in zip(read[::2], read[1::2], strict=True):
            profile, known = members.fields_of(site, profile_item), facts.load(facts_item)
            if profile:
                rows.append(Row(profile, known.available, known.lifetime, known.tier))
    return rows
