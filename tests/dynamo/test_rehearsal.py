"""A rehearsal reads as the table would after the same writes, and the table stays as it is."""

import random
from typing import Any

import pytest
from pynamodb.attributes import UnicodeAttribute

from chalicelib.dynamo import claims, items, keys
from chalicelib.dynamo.commit import ABSENT, ACTIONS_MAX, Plan, Write, commit
from chalicelib.dynamo.items import Item, Whole
from chalicelib.dynamo.rehearsal import Rehearsal, current, rehearsing
from chalicelib.errors import Refusal
from tests.support.tables import everything

PK = "M#7#m-ada"


class Thing(Item):
    count = Whole(null=True)
    word = UnicodeAttribute(null=True)


class Taken(Refusal):
    def __init__(self) -> None:
        super().__init__("somebody has it already")


def write(*writes: Write) -> None:
    commit(lambda: None, lambda _: Plan(writes, None))


def change(chance: random.Random, place: int) -> Write:
    item = Thing(PK, f"E#{place:03}", count=chance.randrange(100), word=chance.choice("abc"))
    kind = chance.choice(("put", "put", "delete", "add", "set", "remove"))
    if kind == "put":
        return Write(item)
    if kind == "delete":
        return Write(item, delete=True)
    bare = Thing(PK, item.sk)
    actions: dict[str, Any] = {
        "add": Thing.count.add(chance.randrange(-50, 50)),
        "set": Thing.word.set("set"),
        "remove": Thing.word.remove(),
    }
    return Write(bare, actions=(actions[kind],))


def seen() -> list[Any]:
    """Everything that reads can tell, by item, by many, and by ranges from both ends with several limits."""
    said: list[Any] = [items.get(Thing, PK, f"E#{place:03}") for place in range(12)]
    said += items.get_many([(Thing, PK, f"E#{place:03}") for place in range(12)])
    for newest_first in (False, True):
        for limit in (1, 3, 50):
            for sort in (None, Thing.sk.between("E#002", "E#008"), Thing.sk.startswith("E#00")):
                said.append("range")
                said += items.query(Thing, PK, sort, limit=limit, newest_first=newest_first)
    return [item.to_dynamodb_dict() if isinstance(item, Item) else item for item in said]


@pytest.mark.parametrize("seed", range(12))
def test_a_rehearsal_reads_as_the_table_would(table, seed):
    chance = random.Random(seed)
    write(*[change(chance, place) for place in chance.sample(range(12), 6)])
    later = [change(chance, place) for place in chance.sample(range(12), 7)]
    more = [change(chance, place) for place in chance.sample(range(12), 4)]
    before = everything(table)

    with rehearsing(Rehearsal()):
        write(*later)
        write(*more)
        rehearsed = seen()

    assert everything(table) == before
    write(*later)
    write(*more)
    assert seen() == rehearsed


def test_one_that_stands_alone_sees_nobody(table):
    write(Write(Thing(PK, "E#001", count=1)), Write(Thing(keys.of_site("7"), "PROGRAMME", word="in force")))

    with rehearsing(Rehearsal(alone=True)):
        nobody = items.get(Thing, PK, "E#001")
        no_row = list(items.query(Thing, PK, limit=5))
        of_site = items.get(Thing, keys.of_site("7"), "PROGRAMME")
        write(Write(Thing(PK, "E#002", count=2)))
        own = list(items.query(Thing, PK, limit=5))

    assert nobody is None
    assert no_row == []
    assert of_site is not None
    assert [item.sk for item in own] == ["E#002"]


def test_what_is_taken_is_refused_and_nothing_of_the_plan_is_kept(table):
    first = Write(Thing(PK, "E#001", count=1), ABSENT, taken=Taken())

    with rehearsing(Rehearsal()):
        write(first)
        with pytest.raises(Taken):
            write(Write(Thing(PK, "E#002", count=2)), first)

        assert items.get(Thing, PK, "E#002") is None


def test_a_plan_too_large_for_a_transaction_is_too_large_for_a_rehearsal(table):
    many = [Write(Thing(PK, f"E#{place:03}")) for place in range(ACTIONS_MAX + 1)]

    with rehearsing(Rehearsal()), pytest.raises(ValueError, match="do not fit"):
        write(*many)


def test_a_rehearsed_claim_is_not_remembered_by_the_process(table):
    with rehearsing(Rehearsal()):
        write(claims.put("7", "id", "ada", "m-ada", given="Ada", cmd="c", taken=Taken()))
        within = claims.find("7", "id", "ada")

    assert within is not None
    assert claims.find("7", "id", "ada") is None


def test_a_claim_released_in_a_rehearsal_is_gone_there_although_the_process_remembers_it(table):
    write(claims.put("7", "id", "ada", "m-ada", given="Ada", cmd="c", taken=Taken()))
    assert claims.find("7", "id", "ada") is not None

    with rehearsing(Rehearsal()):
        write(claims.release("7", "id", "ada", "m-ada"))
        within = claims.find("7", "id", "ada")

    assert within is None
    assert claims.find("7", "id", "ada") is not None


def test_a_rehearsal_ends_with_its_block(table):
    with pytest.raises(Taken), rehearsing(Rehearsal()):
        raise Taken

    assert current() is None


def test_two_branches_begin_alike_and_know_nothing_of_each_other(table):
    world = Rehearsal(alone=True)
    with rehearsing(world):
        write(Write(Thing(PK, "E#001", count=1)))
    other = world.branch()

    with rehearsing(world):
        write(Write(Thing(PK, "E#002", count=2)))
        mine = [item.sk for item in items.query(Thing, PK, limit=5)]
    with rehearsing(other):
        write(Write(Thing(PK, "E#003", count=3)))
        theirs = [item.sk for item in items.query(Thing, PK, limit=5)]

    assert (mine, theirs) == (["E#001", "E#002"], ["E#001", "E#003"])
