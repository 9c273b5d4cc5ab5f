"""The items of the book and what stands in them."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.dynamo.commit import Plan, Write, commit
from chalicelib.errors import AlreadyExists, Contention
from chalicelib.ledger import moves, table
from chalicelib.ledger.draft import Draft, Face
from chalicelib.ledger.entry import Draw
from chalicelib.ledger.hold import Hold
from chalicelib.ledger.redemptions import Record, Redemption
from chalicelib.ledger.rules import Lasting
from tests.support.books import ADA, SITE, TOLD
from tests.support.stored import NOW, award, enrol, post, promise, spend
from tests.support.tables import raw_items

PK = f"M#{SITE}#{ADA}"
HELD = Hold("order1", 0, 2, 109, {"1": 30, "2": 12}, Lasting("never"), 1)


def write(*writes: Any) -> None:
    commit(lambda: None, lambda _: Plan(writes, None))


def is_stale(write_: Write) -> bool:
    """Whether its condition fails; told at once instead of after a dozen tries."""
    try:
        write(replace(write_, taken=AlreadyExists("stale")))
    except AlreadyExists:
        return True
    return False


def shown(number: int) -> tuple[str | None, int | None, int | None]:
    row = table.read_row(SITE, ADA, number)
    return row.status, row.amount, row.day


def face(number: int, face_: Face) -> None:
    def decide(draft: Draft) -> None:
        moves.set_state(draft, "active")
        draft.faces[number] = face_

    post([ADA], decide)


def test_an_item_of_a_member_holds_no_more_than_it_needs(any_table):
    enrol(ADA, 100)

    account, first, second = raw_items(any_table, PK)
    assert set(account) == {"pk", "sk", "ver", "body", "due_pk", "due_sk"}
    assert set(first) == set(second) == {"pk", "sk", "core"}
    assert [item["sk"]["S"] for item in (account, first, second)] == ["ACCOUNT", "E#000000000001", "E#000000000002"]


def test_an_account_is_replaced_at_the_version_that_was_read(any_table):
    enrol(ADA)
    stale = table.read_account(SITE, ADA)
    award(ADA, 5)
    now = table.read_account(SITE, ADA)

    assert is_stale(table.account_write(SITE, ADA, stale, replace(stale, version=9)))
    write(table.account_write(SITE, ADA, now, replace(now, version=9)))

    assert table.read_account(SITE, ADA).version == 9


def test_entries_are_read_both_ways(any_table):
    enrol(ADA)
    for points in range(1, 7):
        award(ADA, points)

    newest = table.newest(SITE, ADA, limit=3)
    before = table.newest(SITE, ADA, through=4, limit=9)
    oldest = table.oldest(SITE, ADA, after=2, limit=3)

    assert [row.entry.number for row in newest] == [7, 6, 5]
    assert [row.entry.number for row in before] == [4, 3, 2, 1]
    assert [entry.number for entry, _ in oldest] == [3, 4, 5]


def test_an_entry_that_is_not_there_is_none(any_table):
    enrol(ADA)

    assert table.read_row(SITE, ADA, 2) is None
    assert not table.is_ours(SITE, ADA, 2, "c")


def test_a_command_knows_its_entries(any_table):
    enrol(ADA)
    entry = award(ADA, 1)

    assert table.is_ours(SITE, ADA, entry.number, entry.command)
    assert not table.is_ours(SITE, ADA, entry.number, "another")


def test_the_row_of_a_hold_shows_what_became_of_it(any_table):
    enrol(ADA)
    row = promise(ADA, 50)
    assert shown(row) == ("Hold", 50, None)

    face(row, Face(less=20))
    assert shown(row) == ("Hold", 30, None)
    face(row, Face("Released", day=740_000))
    assert shown(row) == ("Released", 30, 740_000)
    face(row, Face())
    assert shown(row) == ("Released", 30, 740_000)


def test_a_row_that_is_not_there_cannot_change_its_face(table_or_moto):
    enrol(ADA)

    with pytest.raises(Contention):
        face(99, Face("Released"))


@pytest.fixture
def table_or_moto(table: Any) -> Any:
    return table


def test_a_hold_is_replaced_at_the_version_that_was_read(any_table):
    enrol(ADA)
    write(table.hold_write(SITE, ADA, HELD))
    (read,) = table.read_holds(SITE, ADA, "order1")
    assert (read.parts, read.version) == ({"1": 30, "2": 12}, 1)

    write(table.hold_write(SITE, ADA, read.without({"1": 30})))
    (again,) = table.read_holds(SITE, ADA, "order1")
    assert (again.parts, again.version) == ({"2": 12}, 2)


@pytest.mark.parametrize("off", [{"1": 1}, {"1": 30, "2": 12}], ids=["shrunk", "ended"])
def test_a_stale_hold_is_neither_shrunk_nor_ended(table_or_moto, off):
    enrol(ADA)
    write(table.hold_write(SITE, ADA, HELD))
    (stale,) = table.read_holds(SITE, ADA)
    write(table.hold_write(SITE, ADA, stale.without({"2": 1})))

    assert is_stale(table.hold_write(SITE, ADA, stale.without(off)))
    assert table.read_holds(SITE, ADA)[0].points == 41


def test_a_hold_is_ended_once(table_or_moto):
    enrol(ADA)
    write(table.hold_write(SITE, ADA, HELD))
    (read,) = table.read_holds(SITE, ADA)
    ended = table.hold_write(SITE, ADA, read.without(read.parts))
    write(ended)

    assert is_stale(ended)


def test_groups_of_holds_are_read_apart(any_table):
    enrol(ADA)
    for group, places in (("order1", 2), ("order10", 1)):
        promise(ADA, 5, group, places=places)

    assert [hold.place for hold in table.read_holds(SITE, ADA, "order1")] == [0, 1]
    assert len(table.read_holds(SITE, ADA)) == 3


def test_a_hold_stands_in_the_due_index_when_something_happens_to_it_by_itself(any_table):
    enrol(ADA)
    promise(ADA, 5, "dated", release=NOW + timedelta(days=3))
    promise(ADA, 5, "waiting", void=NOW + timedelta(days=9))
    promise(ADA, 5, "open")

    due = {item["sk"]["S"]: item.get("due_pk", {}).get("S") for item in raw_items(any_table, PK, "H#")}
    assert due == {"H#dated#0": "hold#2026-02-04#0", "H#waiting#0": "hold#2026-02-10#0", "H#open#0": None}


def test_redemptions_of_an_order_are_kept_with_it(any_table):
    enrol(ADA, 100)
    entry = spend(ADA, 30)
    empty = table.load_redemptions(None)
    redeemed = empty.added(Redemption(entry.number, "redeemed", entry.draws))
    write(table.redemptions_write(SITE, ADA, "o-1", redeemed))

    cls, pk, sk = table.redemptions_address(SITE, ADA, "o-1")
    read = table.load_redemptions(table.items.get(cls, pk, sk))

    assert (read.redemptions, read.version) == (redeemed.redemptions, 1)
    assert isinstance(read.redemptions[0].draws[0], Draw)


def test_redemptions_of_one_order_number_are_each_members_own():
    mine, theirs = (table.redemptions_address(SITE, mid, "o-1") for mid in (ADA, "m-bea"))

    assert mine == (table.RedemptionsItem, PK, "R#o-1")
    assert theirs == (table.RedemptionsItem, f"M#{SITE}#m-bea", "R#o-1")


def test_a_stale_record_of_redemptions_is_not_written(table_or_moto):
    enrol(ADA)
    write(table.redemptions_write(SITE, ADA, "o-1", Record()))

    assert is_stale(table.redemptions_write(SITE, ADA, "o-1", Record()))


def test_refused_awards_are_counted_by_day_and_forgotten_after_90_days(any_table):
    for reason in ("limit", "limit", "later"):
        write(table.refused_write(SITE, ADA, 101, reason, NOW))
    write(table.refused_write(SITE, ADA, 101, "limit", NOW + timedelta(days=1)))

    today, tomorrow = raw_items(any_table, PK, "W#")
    assert (today["sk"]["S"], today["times"]["N"], today["reason"]["S"]) == ("W#101#2026-02-01", "3", "later")
    assert tomorrow["times"]["N"] == "1"
    assert int(today["ttl"]["N"]) == int((NOW + timedelta(days=90)).timestamp())


def test_a_note_is_erased_from_an_entry_that_is_there(table_or_moto):
    enrol(ADA)
    told = moves.Telling(100, note={"reason": "x"})
    post([ADA], lambda draft: moves.award(draft, 1, Lasting("never"), told))

    write(table.erase_note(SITE, ADA, 2))
    assert is_stale(table.erase_note(SITE, ADA, 3))

    assert "note" not in raw_items(table_or_moto, PK, "E#")[1]
    assert TOLD.note is None
