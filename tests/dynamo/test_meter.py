"""Sizes and units by AWS's published rules."""

import pytest
from pynamodb.attributes import UnicodeAttribute

from chalicelib.dynamo import items
from chalicelib.dynamo.commit import ABSENT, Plan, Write, commit
from chalicelib.dynamo.due import DueKeys
from chalicelib.dynamo.items import Item
from chalicelib.dynamo.meter import metered, size_of
from chalicelib.errors import Contention


class Text(Item):
    """Something of any size."""

    body = UnicodeAttribute()
    due_pk = UnicodeAttribute(null=True)
    due_sk = UnicodeAttribute(null=True)


def text(size: int, pk: str = "P", sk: str = "S") -> Text:
    """An item of exactly that many bytes."""
    return Text(pk, sk, body="x" * (size - len("pk" + pk + "sk" + sk + "body")))


def write(*writes: Write) -> None:
    commit(lambda: None, lambda _: Plan(writes, None))


@pytest.mark.parametrize(
    ("item", "size"),
    [
        ({"pk": {"S": "P"}}, 3),
        ({"größe": {"S": "ß"}}, 9),
        ({"b": {"B": b"1234"}}, 5),
        ({"t": {"BOOL": True}}, 2),
        ({"t": {"NULL": True}}, 2),
        ({"n": {"N": "7"}}, 3),
        ({"n": {"N": "1234"}}, 5),
        ({"n": {"N": "-1000000"}}, 3),
        ({"l": {"L": []}}, 4),
        ({"l": {"L": [{"S": "abc"}]}}, 8),
        ({"m": {"M": {"k": {"S": "abc"}}}}, 9),
    ],
)
def test_an_item_is_the_sum_of_its_names_and_values(item, size):
    assert size_of(item) == size


def test_the_helper_makes_the_size_it_says(table):
    text(1024).save()

    assert size_of(table.get_item(TableName="laurel", Key={"pk": {"S": "P"}, "sk": {"S": "S"}})["Item"]) == 1024


@pytest.mark.parametrize(("size", "units"), [(1023, 1), (1024, 1), (1025, 2), (2048, 2), (2049, 3)])
def test_a_write_counts_each_started_kibibyte(table, size, units):
    with metered() as counted:
        text(size).save()
    assert counted.write_units == units

    with metered() as counted:
        write(Write(text(size)))
    assert counted.write_units == 2 * units


@pytest.mark.parametrize(("size", "units"), [(4095, 1), (4096, 1), (4097, 2)])
def test_a_consistent_read_counts_each_started_four(table, size, units):
    text(size).save()

    with metered() as counted:
        items.get(Text, "P", "S")
        items.get_many([(Text, "P", "S")])

    assert (counted.calls, counted.read_units) == (2, 2 * units)


def test_finding_nothing_costs_the_smallest_read(table):
    with metered() as counted:
        items.get(Text, "P", "S")
        items.get_many([(Text, "P", "a"), (Text, "P", "b")])

    assert counted.read_units == 3


@pytest.mark.parametrize(("consistent", "units"), [(True, 2), (False, 1)])
def test_a_query_pays_for_the_sum_of_its_items(table, consistent, units):
    for sk in "abcdefghij":
        text(600, sk=sk).save()

    with metered() as counted:
        list(items.query(Text, "P", limit=10, consistent=consistent))

    assert counted.read_units == units


def test_a_smaller_item_costs_as_much_as_the_one_it_replaces(table):
    text(3000).save()

    with metered() as counted:
        items.get(Text, "P", "S")
        write(Write(text(100)))

    assert counted.write_units == 6


def test_a_deletion_costs_what_was_there(table):
    text(3000).save()

    with metered() as counted:
        items.get(Text, "P", "S")
        write(Write(Text("P", "S"), delete=True))

    assert counted.write_units == 6


def test_a_check_counts_as_a_write(table):
    text(100).save()

    with metered() as counted:
        write(Write(Text("P", "S"), Text.pk.exists(), check=True), Write(text(100, sk="T"), ABSENT))

    assert (counted.write_units, counted.operations) == (4, ["TransactWriteItems"])


def test_index_entries_are_counted_apart(table):
    item = text(100)
    item.due_pk, item.due_sk = "a", "1"
    with metered() as counted:
        write(Write(item))
        assert (counted.write_units, counted.index_units) == (2, 1)
        write(Write(item))
        assert counted.index_units == 1
        item.due_sk = "2"
        write(Write(item))
        assert counted.index_units == 3
        item.due_pk = item.due_sk = None
        write(Write(item))

    assert counted.index_units == 4


def test_what_failed_is_a_call_and_no_units(table):
    text(100).save()

    with metered() as counted, pytest.raises(Contention):
        write(Write(text(100), ABSENT))

    assert counted.calls > 1
    assert counted.write_units == 0


def test_meters_do_not_leak_into_one_another(table):
    with metered() as outer:
        text(100).save()
        with metered() as inner:
            list(DueKeys.due.query("none"))
        assert inner.operations == ["Query"]

    assert outer.operations == ["PutItem"]
