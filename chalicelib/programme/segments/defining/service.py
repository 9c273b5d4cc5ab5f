"""Creating and changing segments: lists of members first, in slices that may be repeated, then the definition."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Final, Literal

from chalicelib.errors import UNKNOWN, AlreadyExists, Refusal
from chalicelib.ledger.service import Command
from chalicelib.programme import service as programmes
from chalicelib.programme.definitions.segment import Segment
from chalicelib.programme.document import Programme
from chalicelib.programme.in_force import InForce
from chalicelib.programme.rendering import render
from chalicelib.programme.segments import service as segments
from chalicelib.programme.segments.service import UnknownSegment
from chalicelib.programme.service import Published
from chalicelib.programme.validation import validate
from chalicelib.values import value

FIRST_ID: Final = 1001
"""Number of a site's first segment that is created without an id."""
Update = Literal["ADD", "REMOVE", "REPLACE"]


class SegmentExists(AlreadyExists):
    """The id is taken."""

    def __init__(self) -> None:
        super().__init__("Data already exists: there is a segment with this id. Change it with PATCH /segment/{id}.")


class SegmentChanged(Refusal):
    """Somebody replaced the list, or took the number, while this call was putting members on it."""

    status: ClassVar[int] = 409
    code: ClassVar[str] = UNKNOWN
    sticks: ClassVar[bool] = False

    def __init__(self) -> None:
        super().__init__("Somebody else changed the segments in the meantime; send the call again.")


@value
class Defined:
    """A segment as it was put into force, the version that has it, and ids on its list that mean nobody."""

    segment: Segment
    version: int
    unknown: tuple[str, ...] = ()


def create(site: str, run: Command, fields: Mapping[str, Any], ids: Sequence[str]) -> Defined:
    """Put a new segment into force, with these members on its list. Without a ``segmentId`` it gets a number.

    Raises ``SegmentExists``, ``TooManyListed``, ``InvalidProgramme`` and ``Contention``.
    """
    force = fresh(site)
    given = str(fields.get("segmentId") or "")
    segment_id = given or minted(force.programme)
    found, unknown = segments.named_members(site, ids)
    revision = 1 if ids else 0
    wanted = {**fields, "segmentId": segment_id, "listRevision": revision}
    if segment_id in force.segment_by_id:
        raise SegmentExists
    _checked(force.programme, [*_plain(force.programme), wanted])
    segments.list_members(site, segment_id, revision, [each.mid for each in found])

    def edit(programme: Programme) -> Programme:
        if any(each.segment_id == segment_id for each in programme.segments):
            raise SegmentExists if given else SegmentChanged
        return _with(programme, [*_plain(programme), wanted])

    return _amended(site, run, edit, segment_id, unknown)


def change(
    site: str,
    run: Command,
    segment_id: str,
    fields: Mapping[str, Any],
    ids: Sequence[str] | None = None,
    update: Update = "REPLACE",
) -> Defined:
    """Set fields of a segment and leave the rest; ``ids`` are put on its list, taken off it, or become its list.

    Raises ``UnknownSegment``, ``TooManyListed``, ``SegmentChanged``, ``InvalidProgramme`` and ``Contention``.
    """
    force = fresh(site)
    present = force.segment_by_id.get(segment_id)
    if present is None:
        raise UnknownSegment
    found, unknown = segments.named_members(site, ids or ())
    revision = present.list_revision
    if ids is not None:
        revision = revision + 1 if update == "REPLACE" else max(1, revision)
    given = {**fields, "listRevision": revision}
    _checked(force.programme, _changed(force.programme, segment_id, given))
    segments.list_members(site, segment_id, revision, [each.mid for each in found], remove=update == "REMOVE")

    def edit(programme: Programme) -> Programme:
        now = next((each for each in programme.segments if each.segment_id == segment_id), None)
        if now is None:
            raise UnknownSegment
        if now.list_revision != present.list_revision:
            raise SegmentChanged
        return _with(programme, _changed(programme, segment_id, given))

    return _amended(site, run, edit, segment_id, unknown)


def drafted(site: str, fields: Mapping[str, Any]) -> tuple[InForce, Segment]:
    """A segment that is not put into force, and the programme that would have it. Raises ``InvalidProgramme``."""
    force = fresh(site)
    wanted = {"name": "preview", **fields, "segmentId": PREVIEW, "listRevision": 0}
    drafted_force = programmes.drafted(site, render(_with(force.programme, [*_plain(force.programme), wanted])))
    return drafted_force, drafted_force.segment_by_id[PREVIEW]


PREVIEW: Final = "-preview-"
"""Id of a segment that is only looked at."""


def minted(programme: Programme) -> str:
    """The number of the next segment that is created without an id."""
    numbers = [int(each.segment_id) for each in programme.segments if each.segment_id.isdigit()]
    return str(max([FIRST_ID - 1, *numbers]) + 1)


def remembered(site: str, ref: str) -> Segment:
    """The segment that a key's pointer stands for, as it was then."""
    version, _, segment_id = ref.partition(":")
    return programmes.at_version(site, int(version)).segment_by_id[segment_id]


def fresh(site: str) -> InForce:
    """The programme in force as it is stored now, for decisions that a version of five seconds ago would mislead."""
    known = programmes.versions(site)
    return programmes.at_version(site, known[-1][0]) if known else programmes.in_force(site)


def _plain(programme: Programme) -> list[dict[str, Any]]:
    return list(render(programme).get("segments", ()))


def _changed(programme: Programme, segment_id: str, fields: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [each if each["segmentId"] != segment_id else {**each, **fields} for each in _plain(programme)]


def _checked(programme: Programme, wanted: Sequence[Mapping[str, Any]]) -> None:
    """Refuse a wrong definition before the first member is listed."""
    _with(programme, wanted)


def _with(programme: Programme, wanted: Sequence[Mapping[str, Any]]) -> Programme:
    return validate({**render(programme), "segments": list(wanted)})


def _amended(
    site: str, run: Command, edit: Callable[[Programme], Programme], segment_id: str, unknown: Sequence[str]
) -> Defined:
    def ref(published: Published) -> str:
        return f"{published.in_force.version}:{segment_id}"

    force = programmes.amend(site, run.id, edit, key=run.key, ref=ref).in_force
    return Defined(force.segment_by_id[segment_id], force.version, tuple(unknown))
