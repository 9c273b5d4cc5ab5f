"""Snapshots and the pointer as items: written once, read whole, never taken for something else."""

import random
import string
import zlib
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.dynamo import items
from chalicelib.dynamo.commit import Plan, Write, commit
from chalicelib.dynamo.meter import metered
from chalicelib.errors import AlreadyExists
from chalicelib.programme import table as items_of
from chalicelib.programme.table import Pointer

SITE = "29235480"
PK = f"S#{SITE}"
pytestmark = pytest.mark.usefixtures("table")


def write(*writes: Write) -> None:
    commit(lambda: None, lambda _: Plan(writes, None))


def conflicts(*writes: Write) -> bool:
    """Whether a condition fails; told at once instead of after a dozen tries."""
    try:
        write(*(replace(each, taken=AlreadyExists("taken")) for each in writes))
    except AlreadyExists:
        return True
    return False


def noise(length: int) -> str:
    """Text that hardly compresses."""
    return "".join(random.Random(137).choices(string.ascii_letters + string.digits, k=length))


def save(version: int, text: str, command: str = "c1") -> None:
    write(*items_of.snapshot_writes(SITE, version, text, command))


@pytest.mark.parametrize("bytes_a_chunk", [100, 100_000])
def test_a_snapshot_is_read_as_it_was_written(bytes_a_chunk: int, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(items_of, "CHUNK_BYTES_MAX", bytes_a_chunk)
    text = '{"é": "' + noise(500) + '"}'

    save(7, text)

    assert items_of.load_snapshot(SITE, 7) == text
    assert items_of.load_snapshot(SITE, 8) is None
    assert items_of.load_snapshot("29235481", 7) is None


def test_a_snapshot_of_one_chunk_is_one_read_and_of_several_two(monkeypatch: pytest.MonkeyPatch):
    save(1, "{}")
    monkeypatch.setattr(items_of, "CHUNK_BYTES_MAX", 100)
    save(2, noise(300))

    with metered() as small:
        items_of.load_snapshot(SITE, 1)
    with metered() as large:
        items_of.load_snapshot(SITE, 2)

    assert small.operations == ["GetItem"]
    assert large.operations == ["GetItem", "BatchGetItem"]


def test_a_snapshot_is_packed_as_tightly_as_it_goes():
    text = "".join(f'{{"actionId": {number}, "name": "action {number % 7}"}}' for number in range(900))
    (only,) = items_of.snapshot_writes(SITE, 1, text, "c1")

    assert only.item.data == zlib.compress(text.encode(), 9)
    assert len(only.item.data) < len(zlib.compress(text.encode()))


def test_a_snapshot_is_written_once():
    save(1, '{"first": 1}')

    assert conflicts(*items_of.snapshot_writes(SITE, 1, '{"second": 2}', "c2"))
    assert items_of.load_snapshot(SITE, 1) == '{"first": 1}'
    assert items_of.is_written_by(SITE, 1, "c1")
    assert not items_of.is_written_by(SITE, 1, "c2")


@pytest.mark.parametrize(("chunks", "fits"), [(7, True), (8, True), (9, False)])
def test_a_snapshot_has_at_most_eight_chunks(chunks: int, fits: bool, monkeypatch: pytest.MonkeyPatch):  # noqa: FBT001
    text = noise(900)
    size = len(zlib.compress(text.encode(), 9))
    monkeypatch.setattr(items_of, "CHUNK_BYTES_MAX", -(-size // chunks))

    if fits:
        assert len(items_of.snapshot_writes(SITE, 1, text, "c1")) == chunks
    else:
        with pytest.raises(ValueError, match=rf"^a programme of {size} bytes, compressed$"):
            items_of.snapshot_writes(SITE, 1, text, "c1")


def damaged() -> str:
    with pytest.raises(ValueError, match="damaged") as caught:
        items_of.load_snapshot(SITE, 1)
    return str(caught.value)


def test_a_snapshot_that_lost_a_chunk_is_damaged():
    save(1, "{}")
    chunk = items.get(items_of.ChunkItem, PK, "PROGRAMME#00000001#00")
    assert chunk is not None
    chunk.chunks = 2
    chunk.save()

    assert damaged() == f"version 1 of the programme of site {SITE} is damaged"


@pytest.mark.parametrize(("size", "is_whole"), [(99, True), (100, True), (101, False)])
def test_a_snapshot_never_unpacks_to_more_than_its_bound(
    size: int,
    is_whole: bool,  # noqa: FBT001
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(items_of, "SNAPSHOT_BYTES_MAX", 100)
    save(1, "x" * size)

    if is_whole:
        assert items_of.load_snapshot(SITE, 1) == "x" * size
    else:
        assert damaged() == f"version 1 of the programme of site {SITE} is damaged"


def stored_pointer() -> Any:
    found = items.get(items_of.PointerItem, PK, "PROGRAMME")
    return None if found is None else (found.version, found.since)


def test_the_pointer_is_moved_only_from_where_it_was_read():
    first, second, third = Pointer(1, ((1, 10),)), Pointer(2, ((1, 10), (2, 20))), Pointer(3, ((3, 30),))
    assert items_of.load_pointer(SITE) is None

    write(items_of.pointer_write(SITE, None, first))
    assert stored_pointer() == (1, "[[1,10]]")
    assert conflicts(items_of.pointer_write(SITE, None, third))
    write(items_of.pointer_write(SITE, first, second))
    assert stored_pointer() == (2, "[[1,10],[2,20]]")
    assert conflicts(items_of.pointer_write(SITE, first, third))

    assert items_of.load_pointer(SITE) == second
