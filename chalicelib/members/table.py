"""The items of a member: the profile, and what is left to do of an erasure."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from pynamodb.attributes import UnicodeAttribute

from chalicelib.dynamo import due, items, keys, listing
from chalicelib.dynamo.commit import ABSENT, Write
from chalicelib.dynamo.items import Address, Item, Whole
from chalicelib.ledger import days
from chalicelib.members import indexed
from chalicelib.members import profile as profiles
from chalicelib.members.merging import merged
from chalicelib.members.merging.merged import Merge
from chalicelib.members.profile import Profile
from chalicelib.values import value

ERASURE: Final = "ERASURE"
MERGES_MAX: Final = 11
"""Merges that may stand in one partition."""
MERGE_DUE: Final = "merge"
FOLLOWED_WITHIN: Final = timedelta(minutes=2)
"""After this long a worker does what follows a merge; usually the call itself has done it by then."""
_MERGES: Final = "G#"
_ANSWERS: Final = "K#"


class ProfileItem(Item):
    """A member's profile, and the command that wrote it last."""

    ver = Whole()
    body = UnicodeAttribute()
    cmd = UnicodeAttribute()
    find_pk = UnicodeAttribute(null=True)
    find_sk = UnicodeAttribute(null=True)


class ListedItem(Item):
    """A member's place in a list that is searched; it is nothing but its keys."""

    find_pk = UnicodeAttribute()
    find_sk = UnicodeAttribute()


class AnswerItem(Item):
    """The profile as it was answered to a call with a key, so that a repetition gets the same answer."""

    body = UnicodeAttribute()


class ErasureItem(Item):
    """An erasure that is not finished. It names nobody, and is deleted when nothing is left to erase."""

    ver = Whole()
    after = Whole()
    through = Whole()
    at = Whole()
    due_pk = UnicodeAttribute(null=True)
    due_sk = UnicodeAttribute(null=True)


class MergeItem(Item):
    """A merge, with the survivor, under the number of the entry that booked it; due until all that follows is done."""

    body = UnicodeAttribute()
    at = Whole()
    due_pk = UnicodeAttribute(null=True)
    due_sk = UnicodeAttribute(null=True)


@value
class Stored:
    """A profile at the version that was read, and the command that wrote it."""

    profile: Profile
    version: int
    command: str


@value
class Erasure:
    """Entries up to ``after`` have lost their notes, those up to ``through`` shall; begun at an instant."""

    after: int
    through: int
    begun: datetime
    version: int = 0


def profile_address(site: str, mid: str) -> Address:
    """Where a member's profile stands."""
    return (ProfileItem, keys.member(site, mid), keys.PROFILE)


def stored(item: ProfileItem | None) -> Stored | None:
    """The profile of its item."""
    return None if item is None else Stored(profiles.load(item.body), item.ver, item.cmd)


def read_profile(site: str, mid: str) -> Stored | None:
    """One consistent read."""
    return stored(items.get(ProfileItem, keys.member(site, mid), keys.PROFILE))


def profile_write(site: str, mid: str, profile: Profile, *, version: int, command: str) -> Write:
    """The write that puts a profile in place of the version that was read, 0 for none."""
    item = ProfileItem(keys.member(site, mid), keys.PROFILE, ver=version + 1, body=profiles.dump(profile), cmd=command)
    name = listed_name(indexed.entries(profile)[indexed.CREATED], mid)
    item.find_pk, item.find_sk = listing.keys_of(indexed.CREATED, site, name)
    return Write(item, ProfileItem.ver == version if version else ABSENT)


def listed_writes(site: str, mid: str, before: Profile | None, after: Profile | None) -> list[Write]:
    """The writes that put a member into lists, move or remove the member, as the profile changed."""
    was = {} if before is None else indexed.entries(before)
    will = {} if after is None else indexed.entries(after)
    writes = []
    for kind in indexed.BESIDE:
        item = ListedItem(keys.member(site, mid), f"F#{kind}")
        if kind in will and will[kind] != was.get(kind):
            item.find_pk, item.find_sk = listing.keys_of(kind, site, listed_name(will[kind], mid))
            writes.append(Write(item))
        elif kind in was and kind not in will:
            writes.append(Write(item, delete=True))
    return writes


def listed_name(text: str, mid: str) -> str:
    """The name under which a member stands in a list."""
    return f"{text}#{mid}"


def listed_mid(name: str) -> str:
    """The member of a name in a list."""
    return name.rpartition("#")[2]


def listed(site: str, kind: str, part: int, first: str, last: str, *, after: str, limit: int) -> list[str]:
    """At most ``limit`` names of one part of a list whose values lie between two, those beyond ``after``."""
    return listing.between(kind, site, part, first, f"{last}#~", after=after, limit=limit)


def parts_from(name: str) -> range:
    """The parts of a list, from the one of a name on where there is one."""
    return range(listing.part_of(name) if name else 0, listing.SHARDS)


def profile_check(site: str, mid: str, version: int) -> Write:
    """The mere check that the profile is still the one that was read."""
    return Write(ProfileItem(keys.member(site, mid), keys.PROFILE), ProfileItem.ver == version, check=True)


def profile_delete(site: str, mid: str, version: int) -> Write:
    """The write that deletes the profile that was read."""
    return Write(ProfileItem(keys.member(site, mid), keys.PROFILE), ProfileItem.ver == version, delete=True)


def answer_write(site: str, mid: str, command: str, profile: Profile) -> Write:
    """The write that keeps the answer of a command; its key alone decides whether that happens."""
    return Write(AnswerItem(keys.member(site, mid), f"{_ANSWERS}{command}", body=profiles.dump(profile)))


def read_answer(site: str, mid: str, command: str) -> Profile | None:
    """What a command was answered with. One consistent read."""
    item = items.get(AnswerItem, keys.member(site, mid), f"{_ANSWERS}{command}")
    return None if item is None else profiles.load(item.body)


def read_answers(site: str, mid: str, limit: int) -> list[Profile]:
    """At most so many answers that are kept."""
    return [profiles.load(item.body) for item in _answers(site, mid, limit)]


def answer_deletes(site: str, mid: str, limit: int) -> list[Write]:
    """The writes that delete at most so many answers."""
    return [Write(AnswerItem(item.pk, item.sk), delete=True) for item in _answers(site, mid, limit)]


def merge_write(site: str, mid: str, merge: Merge) -> Write:
    """The write that records a merge. What follows it in other packages is due a moment later."""
    pk = keys.member(site, mid)
    item = MergeItem(pk, _merge_key(merge.entry), body=merged.dump(merge), at=days.to_ms(merge.at))
    item.due_pk, item.due_sk = due.keys_at(MERGE_DUE, pk, merge.at + FOLLOWED_WITHIN)
    return Write(item, ABSENT)


def merge_address(site: str, mid: str, entry: int) -> Address:
    """Where the merge that an entry of the survivor booked is recorded."""
    return (MergeItem, keys.member(site, mid), _merge_key(entry))


def followed_write(site: str, mid: str, entry: int, item: MergeItem | None) -> tuple[Write, ...]:
    """The write that says that all that follows a merge was done; none where that is known, or the record is gone."""
    if item is None or item.due_pk is None:
        return ()
    _, pk, sk = merge_address(site, mid, entry)
    done = (MergeItem.due_pk.remove(), MergeItem.due_sk.remove())
    return (Write(MergeItem(pk, sk), MergeItem.due_pk.exists(), actions=done),)


def read_merge(site: str, mid: str, entry: int) -> Merge | None:
    """The merge that an entry of the survivor booked."""
    item = items.get(MergeItem, keys.member(site, mid), _merge_key(entry))
    return None if item is None else _merge(item)


def read_merges(site: str, mid: str) -> list[Merge]:
    """Who was merged into the member, oldest first."""
    return [_merge(item) for item in _merges(site, mid)]


def merge_deletes(site: str, mid: str) -> list[Write]:
    """The writes that delete the records of merges."""
    return [Write(MergeItem(item.pk, item.sk), delete=True) for item in _merges(site, mid)]


def read_erasure(site: str, mid: str) -> Erasure | None:
    """What is left of an erasure, ``None`` when nothing is. One consistent read."""
    item = items.get(ErasureItem, keys.member(site, mid), ERASURE)
    if item is None:
        return None
    return Erasure(item.after, item.through, days.from_ms(item.at), item.ver)


def erasure_write(site: str, mid: str, erasure: Erasure) -> Write:
    """The write that begins an erasure, or puts its progress in place of what was read."""
    pk = keys.member(site, mid)
    item = ErasureItem(pk, ERASURE, ver=erasure.version + 1, after=erasure.after, through=erasure.through)
    item.at = days.to_ms(erasure.begun)
    item.due_pk, item.due_sk = due.keys_at("erasure", pk, erasure.begun)
    return Write(item, ErasureItem.ver == erasure.version if erasure.version else ABSENT)


def erasure_delete(site: str, mid: str, erasure: Erasure) -> Write:
    """The write that ends an erasure."""
    return Write(ErasureItem(keys.member(site, mid), ERASURE), ErasureItem.ver == erasure.version, delete=True)


def _answers(site: str, mid: str, limit: int) -> Iterator[AnswerItem]:
    return items.query(AnswerItem, keys.member(site, mid), AnswerItem.sk.startswith(_ANSWERS), limit=limit)


def _merges(site: str, mid: str) -> Iterator[MergeItem]:
    return items.query(MergeItem, keys.member(site, mid), MergeItem.sk.startswith(_MERGES), limit=MERGES_MAX)


def _merge(item: MergeItem) -> Merge:
    return merged.load(item.body, entry_of_merge(item.sk), days.from_ms(item.at))


def entry_of_merge(sk: str) -> int:
    """The entry that booked the merge with this sort key."""
    return int(sk.removeprefix(_MERGES))


def _merge_key(entry: int) -> str:
    return f"{_MERGES}{entry:0{keys.ENTRY_DIGITS}d}"
