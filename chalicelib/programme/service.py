"""Which programme is in force, which one was, and how a new one comes into force.

A version is immutable, so this process keeps it; which one is in force it asks again after five seconds. A
change is therefore in force everywhere within that time, and every entry of the book names the version
that decided it.
"""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from threading import Lock
from typing import ClassVar, Final

from chalicelib import clock
from chalicelib.dynamo import idempotency, rehearsal
from chalicelib.dynamo.commit import Plan, Write, commit
from chalicelib.dynamo.idempotency import Key
from chalicelib.errors import UNKNOWN, NotFound, Refusal
from chalicelib.ledger import days
from chalicelib.programme import table
from chalicelib.programme.defaults import default_programme
from chalicelib.programme.document import Programme
from chalicelib.programme.in_force import InForce, compiled
from chalicelib.programme.rendering import from_text, render, to_text
from chalicelib.programme.table import Pointer
from chalicelib.programme.validation import validate
from chalicelib.values import value

POINTER_SECONDS: Final = 5
SITES_CACHED_MAX: Final = 1_000
VERSIONS_CACHED_MAX: Final = 64
HISTORY_MAX: Final = 100
"""Versions whose dates the pointer keeps; older orders are judged by the oldest of them."""
FIRST: Final = 1
"""Version of the default programme on a site that has published none."""


class ProgrammeChanged(Refusal):
    """Somebody else published in the meantime."""

    status: ClassVar[int] = 409
    code: ClassVar[str] = UNKNOWN
    sticks: ClassVar[bool] = False

    def __init__(self, *, expected: int, found: int) -> None:
        super().__init__(
            f"The programme is at version {found}, not {expected}: somebody changed it in the meantime. "
            "Nothing was written; read it again and repeat the change."
        )
        self.expected, self.found = expected, found


class UnitsFixed(Refusal):
    """The units of points and money are chosen once."""

    def __init__(self, path: str, present: object) -> None:
        super().__init__(
            f"{path}: stays {present}. Points and amounts are counted in this unit since the programme was set up; "
            "for another one create another site."
        )


class UnknownVersion(NotFound):
    """The site has no such version of its programme."""

    def __init__(self, version: int) -> None:
        super().__init__(f"The programme has no version {version}.")


@value
class Published:
    """The version in force after a publication, and whether that made it."""

    in_force: InForce
    is_new: bool


_pointers: OrderedDict[str, tuple[float, Pointer | None]] = OrderedDict()
_versions: OrderedDict[tuple[str, int], InForce] = OrderedDict()
_lock = Lock()


def in_force(site: str) -> InForce:
    """The programme in force, known for up to five seconds; the default as version 1 where none was published."""
    pointer = _pointer(site)
    # Any publication also writes the pointer, so without one there is no snapshot to ask for.
    return _default() if pointer is None else at_version(site, pointer.version)


@cache
def _default() -> InForce:
    return compiled(default_programme(), FIRST)


def at_version(site: str, version: int) -> InForce:
    """A version by its number; raises ``UnknownVersion``. The first is the default where none was published."""
    world = table.rehearsed(site, version)
    if world is not None:
        if (site, version) not in world.kept:
            world.kept[site, version] = compiled(from_text(table.load_snapshot(site, version) or ""), version)
        rehearsed: InForce = world.kept[site, version]
        return rehearsed
    with _lock:
        known = _versions.get((site, version))
        if known is not None:
            _versions.move_to_end((site, version))
            return known
    text = table.load_snapshot(site, version)
    # Any publication also writes version 1, so a site without it has none.
    if text is None and version != FIRST:
        raise UnknownVersion(version)
    found = _default() if text is None else compiled(from_text(text), version)
    # A site without a publication is not remembered: its first version may still become another.
    if text is not None:
        _remember(site, found)
    return found


def in_force_at(site: str, instant: datetime) -> InForce:
    """The programme that was in force at an instant, for back-dated orders; the oldest known before that one,
    and the present one from now on.
    """
    pointer = _pointer(site)
    if pointer is None or instant >= clock.now():
        return in_force(site)
    return at_version(site, _version_at(pointer, days.to_ms(instant)))


def was_in_force(site: str, instant: datetime) -> InForce:
    """The programme that decided at an instant; unlike ``in_force_at`` the default before the first publication."""
    pointer = _pointer(site)
    if pointer is None or instant >= clock.now():
        return in_force(site)
    oldest, since = pointer.since[0]
    is_before = oldest == FIRST + 1 and days.to_ms(instant) < since
    return at_version(site, FIRST if is_before else _version_at(pointer, days.to_ms(instant)))


def published_at(site: str) -> int | None:
    """When the version in force was published, in milliseconds since the epoch; ``None`` where none was."""
    pointer = _pointer(site)
    return None if pointer is None else pointer.since[-1][1]


def publish(
    site: str, command: str, document: object, *, expected_version: int | None = None, key: Key | None = None
) -> Published:
    """Put a document into force as the site's next version; a document equal to the one in force changes nothing.

    A caller's ``key`` is used up with it and remembers the version, so that a repeated call never brings back what
    somebody else has replaced since.

    Raises ``InvalidProgramme`` naming every wrong field, and ``ProgrammeChanged`` when ``expected_version`` is
    not (or, by the time of writing, no longer) the version in force. Nothing is then written.
    """
    programme = validate(document)

    def decide(pointer: Pointer | None) -> Plan[Published]:
        present = at_version(site, FIRST if pointer is None else pointer.version)
        if expected_version is not None and expected_version != present.version:
            raise ProgrammeChanged(expected=expected_version, found=present.version)
        return _keyed(site, key, _decided(site, command, pointer, present, programme))

    return _published(site, commit(lambda: table.load_pointer(site), decide))


def amend(
    site: str,
    command: str,
    edit: Callable[[Programme], Programme],
    *,
    key: Key | None = None,
    ref: Callable[[Published], str] | None = None,
    also: Callable[[Published], Sequence[Write]] | None = None,
) -> Published:
    """Put the programme in force into force again with one thing changed: how vendor routes define things.

    ``edit`` gets the programme in force and gives the changed one (``model_copy``), or raises a refusal; it runs again
    when somebody else published in between, so that no change is lost. The outcome is validated as a whole. ``ref`` is
    what the caller's ``key`` remembers, by default the version; ``also`` are writes that belong to the change. Raises
    ``InvalidProgramme``, ``UnitsFixed``, ``Contention`` and what ``edit`` raises; nothing is then written.
    """

    def decide(pointer: Pointer | None) -> Plan[Published]:
        present = at_version(site, FIRST if pointer is None else pointer.version)
        changed = edit(present.programme)
        # What is handed back unchanged was validated when it was published; rules made since do not apply to it.
        programme = changed if changed == present.programme else validate(render(changed))
        plan = _decided(site, command, pointer, present, programme)
        if also is not None:
            plan = replace(plan, writes=(*plan.writes, *also(plan.result)))
        return _keyed(site, key, plan, ref)

    return _published(site, commit(lambda: table.load_pointer(site), decide))


def drafted(site: str, document: object) -> InForce:
    """What a document would be if it were published next: the version after the present one, and nothing written.

    Raises ``InvalidProgramme`` naming every wrong field, and ``UnitsFixed``: what was counted in one unit cannot be
    compared with another.
    """
    programme, present = validate(document), in_force(site)
    _check_units(present.programme, programme)
    return compiled(programme, present.version + 1)


def versions(site: str) -> tuple[tuple[int, int], ...]:
    """The last versions and since when, in milliseconds, each was in force, oldest first; none where none was."""
    pointer = table.load_pointer(site)
    return () if pointer is None else pointer.since


def rehearse(site: str, since: Sequence[tuple[int, int]], draft: InForce | None = None) -> None:
    """Let the rehearsal under way see these versions as published at these instants, the last of them in force.

    ``draft`` is one of them that was never published. Raises ``RuntimeError`` outside a rehearsal: nothing of this
    may reach the table.
    """
    world = rehearsal.current()
    if world is None:
        raise RuntimeError("versions are made up in a rehearsal only")
    pointer = Pointer(since[-1][0], tuple(since)) if since else None
    writes: tuple[Write, ...] = (table.rehearsed_pointer(site, pointer),)
    if draft is not None:
        writes += table.snapshot_writes(site, draft.version, to_text(draft.programme), "")
        world.kept[site, draft.version] = draft
    commit(lambda: None, lambda _: Plan(writes, None))


def clear_caches() -> None:
    """Forget everything this process knows of programmes (tests, a laptop whose data were exchanged)."""
    with _lock:
        _pointers.clear()
        _versions.clear()


def _decided(
    site: str, command: str, pointer: Pointer | None, present: InForce, programme: Programme
) -> Plan[Published]:
    if present.version > FIRST:
        _check_units(present.programme, programme)
    return _planned(site, command, programme, pointer, present)


def _published(site: str, published: Published) -> Published:
    """What was published, known to this process from now on."""
    if rehearsal.current() is not None:
        return published
    with _lock:
        _pointers.pop(site, None)
    if published.is_new:
        _remember(site, published.in_force)
    return published


def _planned(
    site: str, command: str, programme: Programme, pointer: Pointer | None, present: InForce
) -> Plan[Published]:
    is_same = programme == present.programme
    if is_same and pointer is not None:
        return Plan((), Published(present, is_new=False))
    version = present.version if is_same else present.version + 1
    after = Pointer(version, _history(pointer, version, days.to_ms(clock.now())))
    writes = [*table.snapshot_writes(site, version, to_text(programme), command)]
    if pointer is None and not is_same:
        # Entries may already name the default as version 1: it stays what it was, whatever a later release makes it.
        writes += table.snapshot_writes(site, FIRST, to_text(present.programme), command)
    return Plan(
        (*writes, table.pointer_write(site, pointer, after)),
        Published(compiled(programme, version), is_new=True),
        witness=lambda: table.is_written_by(site, version, command),
    )


def _check_units(present: Programme, wanted: Programme) -> None:
    """Refuse another unit of points or money: what the book has counted would silently mean something else.

    The first publication after the default may still choose them, before a shop opens.
    """
    pairs = {
        "pointDecimals": (present.point_decimals, wanted.point_decimals),
        "currency.decimals": (present.currency.decimals, wanted.currency.decimals),
        "currency.code": (present.currency.code, wanted.currency.code),
    }
    for path, (before, after) in pairs.items():
        if before != after:
            raise UnitsFixed(path, before)


def _keyed(
    site: str, key: Key | None, plan: Plan[Published], ref: Callable[[Published], str] | None = None
) -> Plan[Published]:
    """The plan that also uses up the caller's key."""
    if key is None:
        return plan
    said = str(plan.result.in_force.version) if ref is None else ref(plan.result)
    write = idempotency.remember(site, key, status=200, mid="", ref=said)
    return replace(plan, writes=(*plan.writes, write))


def _history(pointer: Pointer | None, version: int, now_ms: int) -> tuple[tuple[int, int], ...]:
    return (*(() if pointer is None else pointer.since), (version, now_ms))[-HISTORY_MAX:]


def _version_at(pointer: Pointer, at_ms: int) -> int:
    """The newest version that was already in force, so a clock that was once ahead hides none; else the oldest."""
    oldest = pointer.since[0][0]
    return next((version for version, since in reversed(pointer.since) if since <= at_ms), oldest)


def _pointer(site: str) -> Pointer | None:
    if table.rehearsed(site) is not None:
        return table.load_pointer(site)
    now = clock.monotonic_seconds()
    with _lock:
        known = _pointers.get(site)
    if known is not None and known[0] > now:
        return known[1]
    pointer = table.load_pointer(site)
    with _lock:
        _pointers[site] = (now + POINTER_SECONDS, pointer)
        _pointers.move_to_end(site)
        if len(_pointers) > SITES_CACHED_MAX:
            _pointers.popitem(last=False)
    return pointer


def _remember(site: str, found: InForce) -> None:
    with _lock:
        _versions[site, found.version] = found
        _versions.move_to_end((site, found.version))
        if len(_versions) > VERSIONS_CACHED_MAX:
            _versions.popitem(last=False)
