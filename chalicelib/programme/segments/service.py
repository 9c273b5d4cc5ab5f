"""Segments of members: what a decision has to read for them, lists by name, and who is in one now."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final
from zlib import crc32

from chalicelib.dynamo import items, listing
from chalicelib.dynamo.commit import Plan, Write, commit
from chalicelib.dynamo.items import Address
from chalicelib.errors import Malformed, NotFound
from chalicelib.facts import table as facts
from chalicelib.ledger import table as ledger_table
from chalicelib.ledger.account import Account
from chalicelib.ledger.draft import CLOSED, Draft
from chalicelib.members import service as members
from chalicelib.members.service import Resolved
from chalicelib.programme.definitions.audience import Audience
from chalicelib.programme.definitions.segment import Segment
from chalicelib.programme.in_force import InForce
from chalicelib.programme.segments import judging, table
from chalicelib.programme.segments.subject import Event, Subject
from chalicelib.values import value

LISTED_AT_ONCE_MAX: Final = 5_000
"""Members that one call lists; more take more calls with ADD."""
SLICE: Final = 100
"""Ids looked up, and list items written, by one call to DynamoDB (its limit)."""
EXAMINED_MAX: Final = 500
"""Members that one call looks at."""
ITEMS_OF_ONE: Final = 3
"""Account, profile and facts of a member; lists come on top."""


class UnknownSegment(NotFound):
    """The programme has no such segment."""

    def __init__(self) -> None:
        super().__init__("No data found: the programme has no segment with this id. GET /segmentlist/all lists them.")


class TooManyListed(Malformed):
    """More members are named than one call takes."""

    def __init__(self) -> None:
        super().__init__(f"member: at most {LISTED_AT_ONCE_MAX} ids a call; send the rest with memberUpdate ADD.")


@value
class Seen:
    """A member who was looked at, by the id as it was given, and whether the segment holds them."""

    member: str
    is_inside: bool


@value
class Examined:
    """Members looked at, in the order of the list, and the id after which the next call goes on; empty: all were."""

    seen: tuple[Seen, ...]
    following: str


def needed(force: InForce, audiences: Iterable[Audience]) -> tuple[Segment, ...]:
    """The segments that these audiences name and that the programme has."""
    named = dict.fromkeys(each for audience in audiences for each in audience.segments)
    return tuple(force.segment_by_id[each] for each in named if each in force.segment_by_id)


def addresses(site: str, mid: str, force: InForce, audiences: Iterable[Audience]) -> tuple[Address, ...]:
    """What must be read beside the account to judge these audiences: nothing where tiers alone decide."""
    named = needed(force, audiences)
    if not named:
        return ()
    own = (members.address(site, mid), facts.address(site, mid))
    return (*own, *(table.address(site, mid, each) for each in _lists(force, named)))


def subject(
    site: str,
    force: InForce,
    draft: Draft,
    audiences: Iterable[Audience],
    found: Sequence[Any],
    event: Event | None = None,
) -> Subject:
    """The member of a draft as of now; ``found`` is what was read at ``addresses``, in its order."""
    return _subject(site, force, draft.account, draft.day, needed(force, audiences), found, event)


def checks(
    site: str, mid: str, force: InForce, audiences: Iterable[Audience], found: Sequence[Any]
) -> tuple[Write, ...]:
    """The conditions that profile and lists are as they were read: for a decision that rests on these audiences."""
    named = needed(force, audiences)
    if not named:
        return ()
    profile = members.check(site, mid, found[0])
    lists = zip(_lists(force, named), found[2:], strict=True)
    listed = tuple(table.check(site, mid, each, item) for each, item in lists)
    return listed if profile is None else (profile, *listed)


def admitted(site: str, force: InForce, mid: str, now: datetime, audiences: Sequence[Audience]) -> tuple[bool, ...]:
    """Whether each audience admits a member now, for lists that decide nothing. One call to DynamoDB."""
    found = items.get_many([ledger_table.account_address(site, mid), *addresses(site, mid, force, audiences)])
    if found[0] is None:
        return (False,) * len(audiences)
    draft = Draft(site, mid, ledger_table.load_account(found[0]), force.rules, "", now)
    draft.settle()
    known = subject(site, force, draft, audiences, found[1:])
    return tuple(judging.admits(force, audience, known) for audience in audiences)


def named_members(site: str, ids: Sequence[str]) -> tuple[list[Resolved], list[str]]:
    """The members that these ids mean, each once, and the ids that mean nobody. Raises ``TooManyListed``."""
    if len(ids) > LISTED_AT_ONCE_MAX:
        raise TooManyListed
    found: dict[str, Resolved] = {}
    unknown: list[str] = []
    for first in range(0, len(ids), SLICE):
        part = ids[first : first + SLICE]
        for given, resolved in zip(part, members.resolve_many(site, part), strict=True):
            if resolved is None:
                unknown.append(given)
            else:
                found[resolved.mid] = resolved
    return list(found.values()), unknown


def list_members(site: str, segment_id: str, revision: int, mids: Sequence[str], *, remove: bool = False) -> None:
    """Put members on a segment's list of this revision, or take them off, in slices that may be repeated."""
    for first in range(0, len(mids), SLICE):
        _write(site, segment_id, revision, mids[first : first + SLICE], remove=remove)


def examine(
    site: str, force: InForce, segment: Segment, now: datetime, *, after: str = "", most: int = EXAMINED_MAX
) -> Examined:
    """Look at the next members of the site, ``most`` at most: who is in the segment now? Raises ``NoSuchMember`` for
    an id ``after`` that means nobody. Members come in no order that means anything; a segment that is a list only is
    gone through by its list. At most one query a part of the list and one call for every 25 members.
    """
    by_list = segment.has_list and not segment.is_computed
    shard, last = 0, ""
    if after:
        last = members.resolve(site, after).mid
        shard = crc32(last.encode()) % listing.SHARDS
    mids: list[str] = []
    for part in range(shard, listing.SHARDS):
        wanted = most - len(mids)
        if wanted <= 0:
            break
        mids += _names(site, segment, part, last if part == shard else "", wanted, by_list=by_list)
    seen = [each for mid, each in _looked_at(site, force, segment, mids, now) if each is not None]
    return Examined(tuple(seen), seen[-1].member if len(mids) >= most and seen else "")


def forget(site: str, mid: str) -> bool:
    """Take an erased member off lists, a hundred at a time; whether none is left. Safe to repeat."""

    def decide(writes: list[Write]) -> Plan[bool]:
        return Plan(tuple(writes), len(writes) < table.FORGOTTEN_MAX)

    return commit(lambda: table.removals(site, mid), decide)


def dossier(site: str, mid: str) -> list[str]:
    """The lists that name a member, by their segments' ids."""
    return [str(write.item.sk).partition("#")[2] for write in table.removals(site, mid)]


def _write(site: str, segment_id: str, revision: int, mids: Sequence[str], *, remove: bool) -> None:
    writes = [
        table.delete(site, mid, segment_id) if remove else table.put(site, mid, segment_id, revision) for mid in mids
    ]
    commit(lambda: None, lambda _: Plan(tuple(writes), None))


def _names(site: str, segment: Segment, part: int, after: str, limit: int, *, by_list: bool) -> list[str]:
    if by_list:
        return list(table.listed(site, segment.segment_id, segment.list_revision, part, after=after, limit=limit))
    return facts.members(site, part, after=after, limit=limit)


def _looked_at(
    site: str, force: InForce, segment: Segment, mids: Sequence[str], now: datetime
) -> list[tuple[str, Seen | None]]:
    """Each member with the outcome; ``None`` for one who was erased."""
    lists = _lists(force, (segment,))
    size = SLICE // (ITEMS_OF_ONE + len(lists))
    found: list[tuple[str, Seen | None]] = []
    for first in range(0, len(mids), size):
        part = mids[first : first + size]
        wanted: list[Address] = []
        for mid in part:
            wanted += [ledger_table.account_address(site, mid), members.address(site, mid), facts.address(site, mid)]
            wanted += [table.address(site, mid, each) for each in lists]
        read = items.get_many(wanted)
        step = ITEMS_OF_ONE + len(lists)
        found += [
            (mid, _seen(site, force, segment, mid, read[place * step : (place + 1) * step], now))
            for place, mid in enumerate(part)
        ]
    return found


def _seen(site: str, force: InForce, segment: Segment, mid: str, read: Sequence[Any], now: datetime) -> Seen | None:
    account_item, *rest = read
    profile = members.fields_of(site, rest[0])
    if account_item is None or not profile:
        return None
    account = ledger_table.load_account(account_item)
    if account.state == CLOSED:
        return None
    draft = Draft(site, mid, account, force.rules, "", now)
    draft.settle()
    known = _subject(site, force, draft.account, draft.day, (segment,), rest, None)
    return Seen(str(profile["id"]), judging.inside(force, segment, known))


def _subject(
    site: str,
    force: InForce,
    account: Account,
    today: int,
    named: Sequence[Segment],
    found: Sequence[Any],
    event: Event | None,
) -> Subject:
    if not named:
        return Subject(account, today, event=event)
    profile_item, facts_item, *lists = found
    listed = zip(_lists(force, named), lists, strict=True)
    return Subject(
        account,
        today,
        profile=members.fields_of(site, profile_item),
        facts=facts.load(facts_item),
        lists=frozenset(
            each for each, item in listed if table.is_listed(item, force.segment_by_id[each].list_revision)
        ),
        event=event,
    )


def _lists(force: InForce, named: Sequence[Segment]) -> tuple[str, ...]:
    """Segments whose lists decide: those named that have one, and those that their conditions name."""
    found = dict.fromkeys(each.segment_id for each in named if each.has_list)
    for segment in named:
        found |= dict.fromkeys(each for each in judging.segments_named(segment) if _has_list(force, each))
    return tuple(found)


def _has_list(force: InForce, segment_id: str) -> bool:
    known = force.segment_by_id.get(segment_id)
    return known is not None and known.has_list
