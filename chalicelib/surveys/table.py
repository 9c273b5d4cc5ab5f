"""Items of surveys: responses and what was paid, with the member; their list, places and counts, with the survey."""

from collections.abc import Sequence
from typing import Final
from zlib import crc32

from pynamodb.attributes import UnicodeAttribute

from chalicelib.dynamo import items, keys
from chalicelib.dynamo.commit import ABSENT, Write
from chalicelib.dynamo.items import Address, Item, Whole
from chalicelib.ids import digest
from chalicelib.surveys import response as responses
from chalicelib.surveys import tally as tallies
from chalicelib.surveys.response import Response, Stored
from chalicelib.surveys.tally import Tally
from chalicelib.values import value

TALLY_SHARDS: Final = 8
"""Parts of each section's counts, by hash of the member, so that members who answer at once do not wait."""
_OF_MEMBER: Final = "SURVEY#"
_RESPONSE: Final = "SURVEY#R#"
_PAID: Final = "SURVEY#P#"
_PAID_LETTERS: Final = 32
_LISTED: Final = "R#"
_LISTED_LAST: Final = "R$"
_PLACES: Final = "PLACES"
_MS_DIGITS: Final = 13


class ResponseItem(Item):
    """What a member answered to one survey; ``member`` is the outward id as it was given."""

    ver = Whole()
    body = UnicodeAttribute()
    member = UnicodeAttribute()
    cmd = UnicodeAttribute()


class PaidItem(Item):
    """That a section, or with an empty one the whole survey, was paid to the member."""

    survey = UnicodeAttribute()
    section = UnicodeAttribute()
    cmd = UnicodeAttribute()


class ListedItem(Item):
    """A response in the list of its survey, by the time it was begun."""


class PlacesItem(Item):
    """How many members have begun a survey that is for so many only."""

    taken = Whole()


class TallyItem(Item):
    """A part of the counts of one section in one edition."""

    ver = Whole()
    body = UnicodeAttribute()


@value
class Listed:
    """A response in a list: whose it is, and when it was begun, in milliseconds."""

    mid: str
    begun: int


def response_address(site: str, mid: str, survey: str) -> Address:
    """Where a member's response to a survey stands."""
    return (ResponseItem, keys.member(site, mid), _RESPONSE + survey)


def paid_address(site: str, mid: str, survey: str, section: str) -> Address:
    """Where it stands that a section, or with an empty one the whole survey, was paid. Ids may be anything."""
    return (PaidItem, keys.member(site, mid), _PAID + digest(survey, section)[:_PAID_LETTERS])


def paid_of(site: str, mids: Sequence[str], survey: str, sections: Sequence[str]) -> set[str]:
    """The sections that one of these members was paid for, in one call; no call for nobody."""
    places = [(section, paid_address(site, mid, survey, section)) for mid in mids for section in sections]
    found = items.get_many([address for _, address in places]) if places else []
    return {section for (section, _), item in zip(places, found, strict=True) if item is not None}


def places_address(site: str, survey: str) -> Address:
    """Where the places of a survey are counted."""
    return (PlacesItem, _partition(site, survey), _PLACES)


def tally_address(site: str, survey: str, section: str, edition: str, shard: int) -> Address:
    """Where a part of a section's counts stands."""
    return (TallyItem, _partition(site, survey), f"T#{section}#{edition}#{shard}")


def shard_of(mid: str) -> int:
    """The part of the counts that a member's answers go to."""
    return crc32(mid.encode()) % TALLY_SHARDS


def load_response(item: ResponseItem | None) -> Response | None:
    """The response of its item."""
    return None if item is None else responses.load(item.body, item.ver)


def load_tally(item: TallyItem | None) -> Tally:
    """The counts of their item; none where there is none."""
    return Tally() if item is None else tallies.load(item.body, item.ver)


def read_responses(site: str, mid: str, surveys: Sequence[str]) -> dict[str, Stored]:
    """The member's responses to these surveys, at most 100. One call."""
    found = items.get_many([response_address(site, mid, survey) for survey in surveys]) if surveys else []
    return {survey: _stored(item) for survey, item in zip(surveys, found, strict=True) if item is not None}


def read_listed(site: str, survey: str, mids: Sequence[str]) -> dict[str, Stored]:
    """The responses of these members to one survey, at most 100. One call."""
    found = items.get_many([response_address(site, mid, survey) for mid in mids]) if mids else []
    return {mid: _stored(item) for mid, item in zip(mids, found, strict=True) if item is not None}


def read_places(site: str, surveys: Sequence[str]) -> dict[str, int]:
    """Places taken of these surveys, at most 100. One call."""
    found = items.get_many([places_address(site, survey) for survey in surveys]) if surveys else []
    return {survey: 0 if item is None else item.taken for survey, item in zip(surveys, found, strict=True)}


def read_tallies(site: str, survey: str, sections: Sequence[tuple[str, str]]) -> list[Tally]:
    """The counts of these sections in these editions, in their order, added up over the parts. One call."""
    shards = range(TALLY_SHARDS)
    addresses = [tally_address(site, survey, name, edition, shard) for name, edition in sections for shard in shards]
    found = [load_tally(item) for item in items.get_many(addresses)]
    return [tallies.together(found[at : at + TALLY_SHARDS]) for at in range(0, len(found), TALLY_SHARDS)]


def listed(site: str, survey: str, *, through: int | None, skip: int, limit: int) -> list[Listed]:
    """At most ``limit`` responses of a survey, the newest first: those begun at ``through`` (milliseconds) or before,
    without the first ``skip`` of those begun just then.
    """
    last = _LISTED_LAST if through is None else f"{_LISTED}{through:0{_MS_DIGITS}d}$"
    of_survey = ListedItem.sk.between(_LISTED, last)
    found = items.query(ListedItem, _partition(site, survey), of_survey, limit=limit + skip, newest_first=True)
    rows = [str(item.sk).split("#") for item in found]
    return [Listed(mid, int(begun)) for _, begun, mid in rows[skip:]]


def response_write(site: str, mid: str, member: str, response: Response, command: str) -> Write:
    """The write of a new response, or in place of the one that was read (``response.version``, 0 for a new one)."""
    _, pk, sk = response_address(site, mid, response.survey)
    body = responses.dump(response)
    item = ResponseItem(pk, sk, ver=response.version + 1, body=body, member=member, cmd=command)
    return Write(item, ResponseItem.ver == response.version if response.version else ABSENT)


def listed_write(site: str, mid: str, response: Response) -> Write:
    """The write that puts a response into the list of its survey."""
    return Write(ListedItem(_partition(site, response.survey), _place(mid, response)), ABSENT)


def paid_write(site: str, mid: str, survey: str, section: str, command: str) -> Write:
    """The write that says that it was paid; another one that was first makes the decision run again."""
    _, pk, sk = paid_address(site, mid, survey, section)
    return Write(PaidItem(pk, sk, survey=survey, section=section, cmd=command), ABSENT)


def place_write(site: str, survey: str, most: int) -> Write:
    """The write that takes one of so many places; members who come at once each take their own."""
    _, pk, sk = places_address(site, survey)
    is_left = PlacesItem.taken.does_not_exist() | (PlacesItem.taken < most)
    return Write(PlacesItem(pk, sk), is_left, actions=(PlacesItem.taken.add(1),))


def tally_write(site: str, survey: str, section: str, edition: str, shard: int, tally: Tally) -> Write:
    """The write of counts in place of those that were read (``tally.version``, 0 for new ones)."""
    _, pk, sk = tally_address(site, survey, section, edition, shard)
    item = TallyItem(pk, sk, ver=tally.version + 1, body=tallies.dump(tally))
    return Write(item, TallyItem.ver == tally.version if tally.version else ABSENT)


def is_ours(site: str, mid: str, survey: str, command: str) -> bool:
    """Whether the response was last written by a command."""
    found = items.get(*response_address(site, mid, survey))
    return isinstance(found, ResponseItem) and found.cmd == command


def is_paid_by(site: str, mid: str, survey: str, section: str, command: str) -> bool:
    """Whether a command paid a section."""
    found = items.get(*paid_address(site, mid, survey, section))
    return isinstance(found, PaidItem) and found.cmd == command


def of_member(site: str, mid: str, limit: int) -> list[Stored]:
    """At most ``limit`` responses of a member, of whichever surveys there ever were."""
    found = items.query(
        ResponseItem, keys.member(site, mid), ResponseItem.sk.startswith(_RESPONSE), limit=limit, newest_first=False
    )
    return [_stored(item) for item in found]


def removals(site: str, mid: str, limit: int) -> tuple[list[Write], bool]:
    """Writes that remove the next ``limit`` items of a member with their places in lists, and whether those are all.

    Counts stay: nobody can be told from them.
    """
    pk = keys.member(site, mid)
    found = list(items.query(ResponseItem, pk, ResponseItem.sk.startswith(_OF_MEMBER), limit=limit + 1))
    writes: list[Write] = []
    for item in found[:limit]:
        writes.append(Write(Item(pk, item.sk), delete=True))
        if item.sk.startswith(_RESPONSE):
            response = responses.load(item.body, item.ver)
            listed_at = ListedItem(_partition(site, response.survey), _place(mid, response))
            writes.append(Write(listed_at, delete=True))
    return writes, len(found) <= limit


def _stored(item: ResponseItem) -> Stored:
    return Stored(item.member, responses.load(item.body, item.ver))


def _place(mid: str, response: Response) -> str:
    return f"{_LISTED}{response.begun:0{_MS_DIGITS}d}#{mid}"


def _partition(site: str, survey: str) -> str:
    return f"U#{site}#{survey}"
