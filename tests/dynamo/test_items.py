from typing import Any

import pytest

from chalicelib import settings
from chalicelib.dynamo import items, keys, schema
from chalicelib.dynamo.items import BATCH_GET_MAX, BATCH_ROUNDS_MAX, READ_AT_ONCE_MAX, EngineUnavailable, Item, Whole
from chalicelib.dynamo.meter import metered
from tests.support.faults import Replies


class Note(Item):
    """Something stored."""

    n = Whole()


@pytest.mark.parametrize("value", [True, 1.0, "1", None, 2**0.5])
def test_a_whole_number_is_an_int_and_nothing_else(value):
    with pytest.raises(TypeError, match="whole numbers"):
        Whole(attr_name="n").serialize(value)


@pytest.mark.parametrize("value", [0, -1, 10**30, 2**63])
def test_whole_numbers_are_exact(value):
    whole = Whole(attr_name="n")

    assert whole.deserialize(whole.serialize(value)) == value


@pytest.mark.parametrize(("text", "value"), [("1E+2", 100), ("100.0", 100), ("-5", -5)])
def test_a_whole_number_is_read_however_an_engine_writes_it(text, value):
    read = Whole().deserialize(text)

    assert (read, type(read)) == (value, int)


@pytest.mark.parametrize("text", ["1.5", "0.0001"])
def test_a_fraction_is_never_read_as_a_whole_number(text):
    with pytest.raises(ValueError, match="invalid literal"):
        Whole().deserialize(text)


def test_large_numbers_come_back_exactly(any_table):
    Note("P", "S", n=10**18 + 1).save()

    assert items.get(Note, "P", "S").n == 10**18 + 1


def test_what_is_not_there_is_none(any_table):
    assert items.get(Note, "P", "S") is None


def test_many_are_read_in_one_call_in_the_order_asked(any_table):
    for n in (1, 2, 3):
        Note("P", f"S{n}", n=n).save()

    with metered() as counted:
        found = items.get_many([(Note, "P", f"S{n}") for n in (3, 9, 1, 2)])

    assert [item and item.n for item in found] == [3, None, 1, 2]
    assert counted.operations == ["BatchGetItem"]


def test_more_keys_than_a_call_takes_are_read_in_several(table):
    Note("P", "150", n=1).save()

    with metered() as counted:
        found = items.get_many([(Note, "P", str(number)) for number in range(BATCH_GET_MAX + 51)])

    assert [place for place, item in enumerate(found) if item is not None] == [150]
    assert counted.calls == 2


def test_more_items_than_one_reading_takes_are_refused(table):
    with pytest.raises(ValueError, match="at most"):
        items.get_many([(Note, "P", str(number)) for number in range(READ_AT_ONCE_MAX + 1)])


def unread(*sks: str) -> Replies:
    wanted: list[dict[str, Any]] = [{"pk": {"S": "P"}, "sk": {"S": sk}} for sk in sks]
    return Replies({"Responses": {}, "UnprocessedKeys": {settings.TABLE: {"Keys": wanted, "ConsistentRead": True}}})


def test_keys_left_unread_are_asked_again(table, faults):
    Note("P", "S", n=7).save()
    faults.play("BatchGetItem", unread("S"), unread("S"))

    found = items.get_many([(Note, "P", "S")])

    assert found[0].n == 7
    assert len(faults.called("BatchGetItem")) == 3


def test_keys_that_stay_unread_are_not_taken_for_absent(table, faults):
    Note("P", "S", n=7).save()
    faults.play("BatchGetItem", *[unread("S")] * BATCH_ROUNDS_MAX)

    with pytest.raises(EngineUnavailable):
        items.get_many([(Note, "P", "S")])


def test_reads_are_consistent(table, faults):

    items.get(Note, "P", "S")
    items.get_many([(Note, "P", "S")])
    list(items.query(Note, "P", limit=1))

    assert faults.called("GetItem")[0]["ConsistentRead"]
    assert faults.called("BatchGetItem")[0]["RequestItems"][settings.TABLE]["ConsistentRead"]
    assert faults.called("Query")[0]["ConsistentRead"]


@pytest.mark.parametrize(("limit", "first", "last"), [(2, ["a", "b"], ["d", "c"]), (9, list("abcd"), list("dcba"))])
def test_a_partition_is_read_in_order_or_against_it(any_table, limit, first, last):
    for n, sk in enumerate("abcd"):
        Note("P", sk, n=n).save()
    Note("Q", "a", n=9).save()

    assert [item.sk for item in items.query(Note, "P", limit=limit)] == first
    assert [item.sk for item in items.query(Note, "P", limit=limit, newest_first=True)] == last


def test_all_items_share_one_client(table):
    first = items.connection()
    Note("P", "S", n=1).save()

    assert Note._get_connection() is first is items.connection()


def test_sort_keys_of_entries_stand_in_the_order_of_their_numbers():
    numbers = [1, 2, 9, 10, 99, 100, 10**11]

    assert sorted(keys.entry(n) for n in reversed(numbers)) == [keys.entry(n) for n in numbers]


@pytest.mark.parametrize(("site", "mid"), [("s", "m"), ("29235480", "0a1b2c3d4e5f6")])
def test_a_members_partition_names_its_site(site, mid):
    assert keys.parse_member(keys.member(site, mid)) == (site, mid)


def test_other_partitions_are_no_members():
    assert keys.parse_member(keys.claim("s", "id", "v")) is None
    assert keys.parse_member(keys.of_site("s")) is None


@pytest.mark.proves("A004")
def test_no_two_sites_share_a_partition():
    for make in (keys.member, lambda site, v: keys.claim(site, "id", v), keys.idempotency):
        assert make("a", "v") != make("b", "v")
    assert keys.of_site("a") != keys.of_site("b")


def test_the_table_streams_its_keys_and_has_two_sparse_indexes(any_table):
    found = any_table.describe_table(TableName=settings.TABLE)["Table"]

    assert [key["AttributeName"] for key in found["KeySchema"]] == ["pk", "sk"]
    assert {index["IndexName"] for index in found["GlobalSecondaryIndexes"]} == {schema.DUE_INDEX, schema.FIND_INDEX}
    assert {index["Projection"]["ProjectionType"] for index in found["GlobalSecondaryIndexes"]} == {"KEYS_ONLY"}
    assert found["StreamSpecification"]["StreamEnabled"]
