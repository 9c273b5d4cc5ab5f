import json
import threading
from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.local.streams import StreamReader
from chalicelib.local.triggers import StreamTrigger


class Shards:
    """A stream of two shards in memory."""

    def __init__(self, *shards: Sequence[str]) -> None:
        self.shards = {f"shard-{place}": list(numbers) for place, numbers in enumerate(shards)}
        self.faults = 0

    def describe_stream(self, **_: str) -> dict[str, Any]:
        return {"StreamDescription": {"Shards": [{"ShardId": name} for name in self.shards]}}

    def get_shard_iterator(self, *, ShardId: str, **_: str) -> dict[str, Any]:  # noqa: N803
        return {"ShardIterator": f"{ShardId}@0"}

    def get_records(self, *, ShardIterator: str, Limit: int) -> dict[str, Any]:  # noqa: N803
        if self.faults:
            self.faults -= 1
            raise ConnectionError("the engine is away")
        shard, _, place = ShardIterator.partition("@")
        found = self.shards[shard][int(place) : int(place) + Limit]
        records = [{"eventName": "INSERT", "dynamodb": {"SequenceNumber": number, "Keys": {}}} for number in found]
        return {"Records": records, "NextShardIterator": f"{shard}@{int(place) + len(found)}"}


class Projection:
    """Remembers what it took, and fails where it is told to."""

    def __init__(self, *bad: str, partly: bool = False) -> None:
        self.bad = bad
        self.partly = partly
        self.taken: list[str] = []
        self.batches: list[int] = []

    def __call__(self, event: Mapping[str, Any], _: object) -> dict[str, Any] | None:
        numbers = [record["dynamodb"]["SequenceNumber"] for record in event["Records"]]
        self.batches.append(len(numbers))
        if self.partly:
            good = numbers[: next((place for place, each in enumerate(numbers) if each in self.bad), len(numbers))]
            self.taken += good
            return {"batchItemFailures": [{"itemIdentifier": each} for each in numbers[len(good) :][:1]]}
        if set(numbers) & set(self.bad):
            raise RuntimeError("cannot be projected")
        self.taken += numbers
        return None


def read_all(shards: Shards, projection: Projection, batch_size: int = 4) -> list[str]:
    """Read until the stream is empty; gives the sequence numbers of what was given up."""
    given_up: list[str] = []
    trigger = StreamTrigger("project", projection, batch_size)
    reader = StreamReader(trigger, streams=shards, arn="arn:stream", give_up=given_up.append)
    stop = threading.Event()
    thread = threading.Thread(target=reader.run, args=(stop.is_set,))
    thread.start()
    assert reader.wait_until_empty(10)
    stop.set()
    thread.join()
    return [json.loads(text)["Records"][0]["dynamodb"]["SequenceNumber"] for text in given_up]


def test_every_record_is_handed_over_in_the_order_of_its_shard() -> None:
    projection = Projection()

    given_up = read_all(Shards([f"a{n}" for n in range(10)], ["b0", "b1"]), projection)

    assert projection.taken == [*(f"a{n}" for n in range(10)), "b0", "b1"]
    assert given_up == []
    assert max(projection.batches) == 4


def test_only_the_record_that_fails_is_given_up() -> None:
    projection = Projection("a5")

    given_up = read_all(Shards([f"a{n}" for n in range(10)]), projection)

    assert projection.taken == [f"a{n}" for n in range(10) if n != 5]
    assert given_up == ["a5"]


def test_a_batch_that_failed_in_part_goes_on_from_its_first_failure() -> None:
    projection = Projection("a5", partly=True)

    given_up = read_all(Shards([f"a{n}" for n in range(10)]), projection)

    assert projection.taken == [f"a{n}" for n in range(10) if n != 5]
    assert given_up == ["a5"]


def test_reading_goes_on_after_the_engine_was_away() -> None:
    projection = Projection()
    shards = Shards(["a0"])
    shards.faults = 1

    read_all(shards, projection)

    assert projection.taken == ["a0"]
