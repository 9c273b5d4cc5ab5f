"""What a search asks for, which list answers it, and whether a profile is meant."""

import re
from collections.abc import Mapping
from dataclasses import field
from datetime import date, datetime
from typing import Final

from chalicelib.ids import folded
from chalicelib.members import indexed
from chalicelib.members.profile import Profile
from chalicelib.values import value

LAST: Final = "\U0010ffff"
"""Sorts after every text."""
ANY: Final = "%"
"""Stands for any characters in a pattern, none included (SQL's LIKE)."""
_PATTERNS: Final = {
    "email": indexed.EMAIL,
    "phone": indexed.PHONE,
    "last_name": indexed.LAST_NAME,
    "first_name": indexed.FIRST_NAME,
}
"""Fields that are searched by pattern, those with the fewest members of one value first."""


@value(kw_only=True)
class Search:
    """Conditions that all hold; ``None`` asks for nothing. Texts are patterns, times include both ends."""

    email: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    phone: str | None = None
    zip_code: str | None = None
    status: str | None = None
    opt_in_status: bool | None = None
    birth_date: date | None = None
    opted_in: tuple[datetime | None, datetime | None] | None = None
    created: tuple[datetime | None, datetime | None] | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)


@value
class Source:
    """A list, and the part of it in which the members that are meant stand."""

    kind: str
    first: str = ""
    last: str = LAST

    def has(self, profile: Profile) -> bool:
        """Whether the profile stands in that part of the list."""
        found = indexed.entries(profile).get(self.kind)
        return found is not None and self.first <= found <= self.last


def sources(search: Search) -> tuple[Source, ...]:
    """The lists to go through, one after the other: the one that narrows most. A pattern that begins with ``%`` needs
    the whole list of its field; what has no list of its own, the list of all members.
    """
    narrow = [_pattern_source(search, name) for name in _PATTERNS if getattr(search, name) is not None]
    begun = [each for each in narrow if each.first]
    if begun:
        return (begun[0],)
    if search.birth_date is not None:
        day = search.birth_date.isoformat()
        return (Source(indexed.BIRTHDAY, day, day),)
    if search.opted_in is not None:
        span = _span(search.opted_in)
        return (Source(indexed.OPT_IN, *span), Source(indexed.CREATED, *span))
    if search.created is not None:
        return (Source(indexed.CREATED, *_span(search.created)),)
    return tuple(narrow[:1]) or (Source(indexed.CREATED),)


def matches(search: Search, profile: Profile) -> bool:
    """Whether a profile meets all conditions."""
    texts = {name: getattr(search, name) for name in (*_PATTERNS, "zip_code")}
    attributes = {name: profile.extended_attribute.get(name, "") for name in search.attributes}
    return (
        all(like(wanted, getattr(profile, name)) for name, wanted in texts.items() if wanted is not None)
        and all(like(wanted, attributes[name]) for name, wanted in search.attributes.items())
        and search.status in (None, profile.status)
        and search.opt_in_status in (None, profile.opt_in_status)
        and search.birth_date in (None, profile.birth_date)
        and _within(search.opted_in, profile.opt_in_date)
        and _within(search.created, profile.created)
    )


def like(pattern: str, text: str) -> bool:
    """SQL's LIKE with ``%`` alone, without regard to case. A pattern without it is the whole text."""
    parts = [re.escape(part) for part in folded(pattern.strip()).split(ANY)]
    return re.fullmatch(".*".join(parts), folded(text.strip()), re.DOTALL) is not None


def _pattern_source(search: Search, name: str) -> Source:
    pattern: str = getattr(search, name)
    beginning, wild, _ = pattern.partition(ANY)
    first = indexed.plain(beginning)
    # Case folding and composing may change how a beginning ends, so a shorter one is looked for where more follows.
    first = first[:-1] if wild and first and not first.isascii() else first
    return Source(_PATTERNS[name], first, first + LAST if wild or len(first) == indexed.CHARACTERS_MAX else first)


def _span(between: tuple[datetime | None, datetime | None]) -> tuple[str, str]:
    first, last = between
    return indexed.instant(first), LAST if last is None else indexed.instant(last)


def _within(between: tuple[datetime | None, datetime | None] | None, at: datetime | None) -> bool:
    if between is None:
        return True
    first, last = between
    return at is not None and (first is None or first <= at) and (last is None or at <= last)
