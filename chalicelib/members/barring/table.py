"""Items of the blocklist: one a member or domain, and with each blocked member where the entry stands."""

from typing import Final

from pynamodb.attributes import UnicodeAttribute

from chalicelib.dynamo import items, keys
from chalicelib.dynamo.commit import Write
from chalicelib.dynamo.items import Address, Item, Whole
from chalicelib.ids import digest

_MARK: Final = "BLOCKED"
LETTERS_MAX: Final = 900
"""Bytes of an id in a sort key, which holds 1,024 (AWS limit); longer ones stand under their digest."""


class BarItem(Item):
    """A member or a domain on the blocklist: as it was given, by whom, when, and the call that put it there."""

    given = UnicodeAttribute()
    by = UnicodeAttribute()
    at = Whole()
    cmd = UnicodeAttribute()
    mid = UnicodeAttribute(null=True)


class MarkItem(Item):
    """Where the entry of a blocked member stands in the list, for the member's erasure."""

    place = UnicodeAttribute()


def place_of(kind: str, text: str) -> str:
    """The sort key of an entry; ``kind`` is ``U`` for members and ``D`` for domains, ``text`` folded."""
    return f"{kind}#{text if len(text.encode()) <= LETTERS_MAX else 'sha256:' + digest(text)}"


def address(site: str, place: str) -> Address:
    """Where an entry stands."""
    return (BarItem, _partition(site), place)


def read_many(site: str, places: list[str]) -> list[BarItem | None]:
    """Entries by their places, at most 100. One call."""
    return items.get_many([address(site, place) for place in places]) if places else []


def listed(site: str, kind: str, prefix: str, *, after: str, limit: int) -> list[BarItem]:
    """At most ``limit`` entries of a kind that begin so, in order, those beyond ``after``. One query."""
    first = max(f"{kind}#{prefix}", f"{kind}#{after}")
    found = items.query(
        BarItem, _partition(site), BarItem.sk.between(first, f"{kind}#{prefix}\U0010ffff"), limit=limit + 1
    )
    return [item for item in found if not after or item.sk != f"{kind}#{after}"][:limit]


def write(site: str, place: str, given: str, *, by: str, at: int, command: str, mid: str | None = None) -> Write:
    """The write of an entry."""
    return Write(BarItem(_partition(site), place, given=given, by=by, at=at, cmd=command, mid=mid))


def delete(site: str, place: str) -> Write:
    """The write that takes an entry off the list."""
    return Write(BarItem(_partition(site), place), delete=True)


def mark_write(site: str, mid: str, place: str) -> Write:
    """The write that notes with a member where the entry stands."""
    return Write(MarkItem(keys.member(site, mid), _MARK, place=place))


def mark_delete(site: str, mid: str) -> Write:
    """The write that removes the note."""
    return Write(MarkItem(keys.member(site, mid), _MARK), delete=True)


def read_mark(site: str, mid: str) -> str | None:
    """The place of a member's entry; ``None`` for one who is not on the list."""
    found = items.get(MarkItem, keys.member(site, mid), _MARK)
    return None if found is None else str(found.place)


def _partition(site: str) -> str:
    return f"BL#{site}"
