"""The queue of moderators: what waits, since when, and how much of it there is."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Final

from pydantic import WithJsonSchema
from typing_extensions import TypedDict

from chalicelib.api import fields, wire
from chalicelib.api.fields import Body
from chalicelib.api.routing import Request, Routes
from chalicelib.errors import Malformed
from chalicelib.gateways import storage
from chalicelib.moderation import queue
from chalicelib.moderation import service as moderation
from chalicelib.moderation.queue import Brief, Place
from chalicelib.photos import service as photos

routes: Final = Routes(__name__, "Moderation")
CURSOR_CHARACTERS_MAX: Final = 200
LIMIT: Final = 50
_LIMIT_SCHEMA: Final = {"type": "integer", "minimum": 1, "maximum": moderation.PAGE_MAX}
BRIEFS: Final[dict[str, Callable[[str, Sequence[str]], Sequence[Brief | None]]]] = {queue.PHOTO: photos.briefs}
"""Who tells what a list shows of the things of a kind: ``(site, ids)``, in the order asked."""


class QueueQuery(Body):
    """Which part of the queue."""

    kind: Annotated[str, fields.text_up_to(20)] = ""
    state: Annotated[str, fields.text_up_to(20)] = ""
    after: Annotated[str, fields.text_up_to(CURSOR_CHARACTERS_MAX)] = ""
    limit: Annotated[int, fields.whole_up_to(moderation.PAGE_MAX), WithJsonSchema(_LIMIT_SCHEMA)] = LIMIT


class QueueReason(TypedDict):
    """Why a human looks at it."""

    code: str
    text: str


class QueueRow(TypedDict):
    """A thing in the queue; ``thumbnail`` is a link that works for a quarter of an hour."""

    kind: str
    id: str
    state: str
    since: str
    ageSeconds: int
    title: str
    memberId: str | None
    reasons: list[QueueReason]
    thumbnail: str | None
    mediaType: str


class QueuePage(TypedDict):
    """A page of the queue, oldest first; ``following`` goes on, if there may be more."""

    siteId: str
    items: list[QueueRow]
    following: str | None


class QueueCount(TypedDict):
    """How many things wait in a state; ``isMore`` when there are more than are counted."""

    kind: str
    state: str
    count: int
    isMore: bool
    oldest: str | None


class QueueCounts(TypedDict):
    """What waits for a human."""

    siteId: str
    counts: list[QueueCount]


@routes.add("GET", "/moderation", scope="content:moderate", query=QueueQuery, response=QueuePage)
def get_moderation(request: Request) -> Mapping[str, Any]:
    """List what waits for a moderator, oldest first.

    kind is receipt or photo, or nothing for both; state is one of the kind, or nothing for all that wait for a human
    (of receipts waiting and stuck, of photos pending, approved and stuck). What was decided (awarded, published,
    rejected …) is listed newest first. Ask on with after = following.
    """
    query: QueueQuery = request.query
    lists = _lists(query)
    kind, state, after = _resumed(lists, query.after)
    found: list[tuple[str, Place]] = []
    following: str | None = None
    for each in lists[lists.index((kind, state)) :]:
        listed = _page(request, *each, after=after, limit=query.limit - len(found))
        found += [(each[0], place) for place in listed.places]
        if listed.following is not None:
            following = "|".join((*each, listed.following))
            break
        after = None
    return {"siteId": request.site, "items": _rows(request, found), "following": following}


@routes.add("GET", "/moderation/counts", scope="content:moderate", response=QueueCounts)
def get_moderation_counts(request: Request) -> Mapping[str, Any]:
    """Count what waits for a moderator, by kind and state, with the age of the oldest."""
    return {
        "siteId": request.site,
        "counts": [
            {
                "kind": each.kind,
                "state": each.state,
                "count": each.count,
                "isMore": each.is_more,
                "oldest": None if each.oldest is None else wire.timestamp(each.oldest),
            }
            for each in moderation.counts(request.site)
        ],
    }


def _lists(query: QueueQuery) -> list[tuple[str, str]]:
    """Kinds and states that are asked for, in the order in which they are listed."""
    if query.kind and query.kind not in queue.KINDS:
        raise Malformed(f"kind: {' or '.join(queue.KINDS)}.")
    kinds = (query.kind,) if query.kind else queue.KINDS
    if not query.state:
        return [(kind, state) for kind in kinds for state in queue.WAITING[kind]]
    found = [(kind, query.state) for kind in kinds if query.state in queue.STATES[kind]]
    if not found:
        raise Malformed(f"state: one of {', '.join(dict.fromkeys(s for kind in kinds for s in queue.STATES[kind]))}.")
    return found


def _resumed(lists: list[tuple[str, str]], after: str) -> tuple[str, str, str | None]:
    """Where a page begins."""
    if not after:
        return *lists[0], None
    kind, _, rest = after.partition("|")
    state, _, key = rest.partition("|")
    if (kind, state) not in lists or not key:
        raise Malformed("after: send following of the page before as it came, with the same kind and state.")
    return kind, state, key


def _page(request: Request, kind: str, state: str, *, after: str | None, limit: int) -> moderation.Listed:
    is_done = state not in queue.WAITING[kind]
    return moderation.page(request.site, kind, state, after=after, limit=limit, newest_first=is_done)


def _rows(request: Request, found: Sequence[tuple[str, Place]]) -> list[dict[str, Any]]:
    briefs: dict[tuple[str, str], Brief] = {}
    for kind in {kind for kind, _ in found} & BRIEFS.keys():
        ids = [place.id for each, place in found if each == kind]
        briefs |= {(kind, brief.id): brief for brief in BRIEFS[kind](request.site, ids) if brief is not None}
    return [
        _row(kind, place, briefs[kind, place.id], request.now) for kind, place in found if (kind, place.id) in briefs
    ]


def _row(kind: str, place: Place, brief: Brief, now: datetime) -> dict[str, Any]:
    return {
        "kind": kind,
        "id": place.id,
        "state": place.state,
        "since": wire.timestamp(place.since),
        "ageSeconds": max(0, int((now - place.since).total_seconds())),
        "title": brief.title,
        "memberId": brief.member,
        "reasons": [{"code": code, "text": text} for code, text in brief.reasons],
        "thumbnail": None if brief.thumbnail is None else storage.link(brief.thumbnail),
        "mediaType": brief.media_type,
    }
