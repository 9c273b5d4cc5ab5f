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
from chalicelib.facts.row import Facts
from chalicelib.ledger import table as ledger_table
from chalicelib.ledger.draft import CLOSED, Draft
from chalicelib.members import service as members
from chalicelib.members.service import Resolved
from chalicelib.programme.definitions.audience import Audience
from chalicelib.programme.definitions.segment import Segment
from chalicelib.programme.in_force import InForce
from chalicelib.programme.performing.series import completed
from chalicelib.programme.segments import judging, needs, table
from chalicelib.programme.segments.needs import Needs
from chalicelib.programme.segments.subject import Event, Subject
from chalicelib.values import value

LISTED_AT_ONCE_MAX: Final = 5_000
"""Members that one call lists; more take more calls with ADD."""
SLICE: Final = 100
"""Ids looked up, and list items written, by one call to DynamoDB (its limit)."""
EXAMINED_MAX: Final = 500
"""Members that one call looks at."""


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
    """Members looked at, in the order of the list, and the number behind which the next call goes on; empty: all
    were looked at.
    """

    seen: tuple[Seen, ...]
    following: str


def addresses(site: str, mid: str, force: InForce, audiences: Iterable[Audience]) -> tuple[Address, ...]:
    """What must be read beside the account to judge these audiences: nothing where tiers and points alone decide."""
    return _addresses(site, mid, needs.of(force, audiences))


def subject(
    site: str,
    force: InForce,
    draft: Draft,
    audiences: Iterable[Audience],
    found: Sequence[Any],
    event: Event | None = None,
) -> Subject:
    """The member of a draft as of now; ``found`` is what was read at ``addresses``, in its order."""
    return _subject(site, force, draft, needs.of(force, audiences), found, event)


def checks(
    site: str, mid: str, force: InForce, audiences: Iterable[Audience], found: Sequence[Any]
) -> tuple[Write, ...]:
    """The conditions that profile and lists are as they were read: for a decision that rests on these audiences.

    Facts follow the book within a moment by themselves, so a decision takes them as they stand.
    """
    wanted = needs.of(force, audiences)
    profile = members.check(site, mid, found[0]) if wanted.profile else None
    lists = zip(wanted.lists, found[wanted.profile + wanted.facts :], strict=True)
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
    """Look at the site's next members, ``most`` at most, behind the number ``after``, and tell who is in the segment.

    Members come in no order that means anything; a segment that is a list only is gone through by its list. At most
    one query a part of the list and one call for every 25 members.
    """
    by_list = segment.has_list and not segment.is_computed
    shard = crc32(after.encode()) % listing.SHARDS if after else 0
    mids: list[str] = []
    for part in range(shard, listing.SHARDS):
        left = most - len(mids)
        if left <= 0:
            break
        mids += _names(site, segment, part, after if part == shard else "", left, by_list=by_list)
    seen = [each for each in _looked_at(site, force, segment, mids, now) if each is not None]
    return Examined(tuple(seen), mids[-1] if len(mids) >= most else "")


def absorb(site: str, mid: str, into: str) -> bool:
    """Put the member whose account took over a merged one on the lists that named the other. Safe to repeat.

    A later list of a segment stays. At most fifty lists a call; whether none is left.
    """

    def load() -> tuple[list[Any], list[Any]]:
        moved = table.of_member(site, mid)
        places = [table.address(site, into, table.segment_of(each)) for each in moved]
        return moved, items.get_many(places) if places else []

    def decide(found: tuple[list[Any], list[Any]]) -> Plan[bool]:
        writes: list[Write] = []
        for each, known in zip(*found, strict=True):
            segment = table.segment_of(each)
            writes.append(table.delete(site, mid, segment))
            if known is None or known.rev < each.rev:
                writes.append(table.put(site, into, segment, each.rev, over=known))
        return Plan(tuple(writes), len(found[0]) < table.LISTS_AT_ONCE)

    return commit(load, decide)


def forget(site: str, mid: str) -> bool:
    """Take an erased member off lists, fifty at a time; whether none is left. Safe to repeat."""

    def decide(writes: list[Write]) -> Plan[bool]:
        return Plan(tuple(writes), len(writes) < table.LISTS_AT_ONCE)

    return commit(lambda: table.removals(site, mid), decide)


def dossier(site: str, mid: str) -> list[str]:
    """The lists that name a member, by their segments' ids."""
    return [table.segment_of(each) for each in table.of_member(site, mid)]


def _write(site: str, segment_id: str, revision: int, mids: Sequence[str], *, remove: bool) -> None:
    writes = [
        table.delete(site, mid, segment_id) if remove else table.put(site, mid, segment_id, revision) for mid in mids
    ]
    commit(lambda: None, lambda _: Plan(tuple(writes), None))


def _names(site: str, segment: Segment, part: int, after: str, limit: int, *, by_list: bool) -> list[str]:
    if by_list:
        return list(table.listed(site, segment.segment_id, segment.list_revision, part, after=after, limit=limit))
    return facts.members(site, part, after=after, limit=limit)


def _looked_at(site: str, force: InForce, segment: Segment, mids: Sequence[str], now: datetime) -> list[Seen | None]:
    """Each member with the outcome; ``None`` for one who was erased or is no more."""
    wanted = needs.of_segments(force, (segment.segment_id,), profile=True)
    step = 1 + wanted.profile + wanted.facts + len(wanted.lists)
    size = max(1, SLICE // step)
    found: list[Seen | None] = []
    for first in range(0, len(mids), size):
        part = mids[first : first + size]
        places: list[Address] = []
        for mid in part:
            places += [ledger_table.account_address(site, mid), *_addresses(site, mid, wanted)]
        read = items.get_many(places)
        found += [
            _seen(site, force, segment, mid, wanted, read[place * step : (place + 1) * step], now)
            for place, mid in enumerate(part)
        ]
    return found


def _seen(
    site: str, force: InForce, segment: Segment, mid: str, wanted: Needs, read: Sequence[Any], now: datetime
) -> Seen | None:
    account_item, *rest = read
    profile = members.fields_of(site, rest[0])
    if account_item is None or not profile:
        return None
    account = ledger_table.load_account(account_item)
    if account.state == CLOSED:
        return None
    draft = Draft(site, mid, account, force.rules, "", now)
    draft.settle()
    known = _subject(site, force, draft, wanted, rest, None)
    return Seen(str(profile["id"]), judging.inside(force, segment, known))


def _addresses(site: str, mid: str, wanted: Needs) -> tuple[Address, ...]:
    profile = (members.address(site, mid),) if wanted.profile else ()
    known = (facts.address(site, mid),) if wanted.facts else ()
    return (*profile, *known, *(table.address(site, mid, each) for each in wanted.lists))


def _subject(
    site: str, force: InForce, draft: Draft, wanted: Needs, found: Sequence[Any], event: Event | None
) -> Subject:
    rest = list(found)
    profile = members.fields_of(site, rest.pop(0)) if wanted.profile else {}
    known = facts.load(rest.pop(0)) if wanted.facts else Facts()
    lists = frozenset(
        each
        for each, item in zip(wanted.lists, rest, strict=True)
        if table.is_listed(item, force.segment_by_id[each].list_revision)
    )
    done = completed(draft.account)
    return Subject(draft.account, draft.day, profile=profile, facts=known, lists=lists, event=event, series=done)
