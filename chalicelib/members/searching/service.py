"""Searching members: through a list of the find index, in slices, each candidate judged by its profile."""

from collections.abc import Iterator
from typing import Final

from chalicelib.dynamo import items
from chalicelib.errors import Malformed
from chalicelib.ledger.service import NoSuchMember
from chalicelib.members import indexed, table
from chalicelib.members import service as members
from chalicelib.members.profile import Profile
from chalicelib.members.searching.wanted import Search, Source, matches, sources
from chalicelib.values import value

FOUND_MAX: Final = 50
"""Members of one answer (vendor's page of ``POST /users/search``)."""
EXAMINED_MAX: Final = 1_000
"""Members that one call looks at; a search that is not through then says where to go on."""
SLICE: Final = 100
"""Members that are read at once: BatchGetItem takes as many (AWS limit)."""


class SearchedAnew(Malformed):
    """The search cannot go on where it is asked to."""

    def __init__(self) -> None:
        super().__init__("after: this member is no longer where the search was; begin it anew without after.")


@value
class Found:
    """Members that were found, how many were looked at, and the id to go on after, if the search is not through."""

    profiles: tuple[Profile, ...]
    examined: int
    following: str | None


def search(site: str, wanted: Search, *, member_id: str | None = None, after: str | None = None) -> Found:
    """At most fifty members that meet all conditions; ``member_id`` alone is one read.

    The lists follow the table within a moment; whoever is found is judged by the profile as it stands. Costs at most 8
    queries of the index and a read of each candidate, up to ``EXAMINED_MAX``. Raises ``SearchedAnew``.
    """
    if member_id is not None:
        return _of_id(site, wanted, member_id)
    found: list[Profile] = []
    examined = 0
    wanted_in = sources(wanted)
    for source, profile in _candidates(site, wanted_in, None if after is None else _place(site, wanted_in, after)):
        examined += 1
        # Of the lists that a member stands in, the first one tells of the member.
        is_told = next((each for each in wanted_in if each.has(profile)), None) == source
        if is_told and matches(wanted, profile):
            found.append(profile)
        if is_told and (len(found) == FOUND_MAX or examined >= EXAMINED_MAX):
            return Found(tuple(found), examined, profile.id)
    return Found(tuple(found), examined, None)


def _of_id(site: str, wanted: Search, member_id: str) -> Found:
    try:
        profile = members.read(site, member_id)
    except NoSuchMember:
        return Found((), 0, None)
    return Found((profile,) if matches(wanted, profile) else (), 1, None)


_Place = tuple[Source, str]
"""A list, and the name in it after which to go on."""


def _place(site: str, wanted_in: tuple[Source, ...], after: str) -> _Place:
    try:
        member = members.resolve(site, after)
        profile = members.read(site, after)
    except NoSuchMember:
        raise SearchedAnew from None
    source = next((each for each in wanted_in if each.has(profile)), None)
    if source is None:
        raise SearchedAnew
    return source, table.listed_name(indexed.entries(profile)[source.kind], member.mid)


def _candidates(site: str, wanted_in: tuple[Source, ...], place: _Place | None) -> Iterator[tuple[Source, Profile]]:
    """Everybody in these parts of the lists, in their order."""
    begun = place is None
    for source in wanted_in:
        if place is not None and not begun and source != place[0]:
            continue
        after = "" if begun or place is None else place[1]
        begun = True
        for part in table.parts_from(after):
            yield from ((source, profile) for profile in _listed(site, source, part, after))
            after = ""


def _listed(site: str, source: Source, part: int, after: str) -> Iterator[Profile]:
    while True:
        names = table.listed(site, source.kind, part, source.first, source.last, after=after, limit=SLICE)
        read = items.get_many([table.profile_address(site, table.listed_mid(name)) for name in names])
        for name, item in zip(names, read, strict=True):
            stored = table.stored(item)
            # The list is a hint: a name that is no longer the profile's is not told.
            if stored is not None and _is_current(source, name, stored.profile):
                yield stored.profile
        if len(names) < SLICE:
            return
        after = names[-1]


def _is_current(source: Source, name: str, profile: Profile) -> bool:
    found = indexed.entries(profile).get(source.kind)
    return found is not None and table.listed_name(found, table.listed_mid(name)) == name
