"""The programme's items: a pointer to the version in force, and one immutable, compressed snapshot a version."""

import json
import zlib
from typing import Final

from pynamodb.attributes import BinaryAttribute, UnicodeAttribute

from chalicelib.dynamo import items, keys, rehearsal
from chalicelib.dynamo.commit import ABSENT, Write
from chalicelib.dynamo.items import Item, Whole
from chalicelib.values import value

CHUNK_BYTES_MAX: Final = 300_000
"""An item holds 400 KB (AWS limit)."""
CHUNKS_MAX: Final = 8
SNAPSHOT_BYTES_MAX: Final = 8_000_000
"""A snapshot unpacked; a bound on what a damaged item may make of itself."""
POINTER: Final = "PROGRAMME"
_VERSION_DIGITS: Final = 8
_CHUNK_DIGITS: Final = 2


class PointerItem(Item):
    """Which version is in force, and since when each of the last versions was."""

    version = Whole()
    since = UnicodeAttribute()
    """JSON list of [version, milliseconds since the epoch], oldest first."""


class ChunkItem(Item):
    """A part of a snapshot. ``chunks`` says how many parts it has, ``cmd`` which command wrote it."""

    data = BinaryAttribute(legacy_encoding=False)
    chunks = Whole()
    cmd = UnicodeAttribute()


@value
class Pointer:
    """The version in force, and since when (in milliseconds) each of the last versions was, oldest first."""

    version: int
    since: tuple[tuple[int, int], ...]


def load_pointer(site: str) -> Pointer | None:
    """One consistent read; ``None`` where nothing was ever published."""
    item = items.get(PointerItem, keys.of_site(site), POINTER)
    if item is None:
        return None
    return Pointer(item.version, tuple((version, at) for version, at in json.loads(item.since)))


def rehearsed(site: str, version: int | None = None) -> rehearsal.Rehearsal | None:
    """The rehearsal under way if it has published the version, or (``None``) any: caches do not know of it."""
    world = rehearsal.current()
    sk = POINTER if version is None else _chunk_key(version, 0)
    return world if world is not None and world.covers(keys.of_site(site), sk) else None


def load_snapshot(site: str, version: int) -> str | None:
    """The text of a version, ``None`` when there is no such version. One read, or two where it has many chunks."""
    pk = keys.of_site(site)
    first = items.get(ChunkItem, pk, _chunk_key(version, 0))
    if first is None:
        return None
    others = [(ChunkItem, pk, _chunk_key(version, place)) for place in range(1, first.chunks)]
    parts = [first, *(items.get_many(others) if others else [])]
    if None in parts:
        raise ValueError(f"version {version} of the programme of site {site} is damaged")
    unpacking = zlib.decompressobj()
    text = unpacking.decompress(b"".join(part.data for part in parts), SNAPSHOT_BYTES_MAX)
    if not unpacking.eof:
        raise ValueError(f"version {version} of the programme of site {site} is damaged")
    return text.decode()


def is_written_by(site: str, version: int, command: str) -> bool:
    """Whether it was this command that wrote the version."""
    first = items.get(ChunkItem, keys.of_site(site), _chunk_key(version, 0))
    return first is not None and first.cmd == command


def pointer_write(site: str, before: Pointer | None, after: Pointer) -> Write:
    """The write that moves the pointer, if it still stands where it was read."""
    since = json.dumps(after.since, separators=(",", ":"))
    item = PointerItem(keys.of_site(site), POINTER, version=after.version, since=since)
    return Write(item, ABSENT if before is None else PointerItem.version == before.version)


def rehearsed_pointer(site: str, pointer: Pointer | None) -> Write:
    """The write that puts the pointer wherever a rehearsal wants it; ``None`` takes it away."""
    if pointer is None:
        return Write(PointerItem(keys.of_site(site), POINTER), delete=True)
    since = json.dumps(pointer.since, separators=(",", ":"))
    return Write(PointerItem(keys.of_site(site), POINTER, version=pointer.version, since=since))


def snapshot_writes(site: str, version: int, text: str, command: str) -> tuple[Write, ...]:
    """The writes of a version's snapshot; none of its items exists yet. Raises ``ValueError`` beyond
    ``CHUNKS_MAX`` chunks, which no document within the limits of an HTTP request reaches.
    """
    packed = zlib.compress(text.encode(), level=9)
    parts = [packed[start : start + CHUNK_BYTES_MAX] for start in range(0, len(packed), CHUNK_BYTES_MAX)]
    if len(parts) > CHUNKS_MAX:
        raise ValueError(f"a programme of {len(packed)} bytes, compressed")
    pk = keys.of_site(site)
    return tuple(
        Write(ChunkItem(pk, _chunk_key(version, place), data=part, chunks=len(parts), cmd=command), ABSENT)
        for place, part in enumerate(parts)
    )


def _chunk_key(version: int, place: int) -> str:
    return f"{POINTER}#{version:0{_VERSION_DIGITS}d}#{place:0{_CHUNK_DIGITS}d}"
