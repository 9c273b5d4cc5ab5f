"""The one writer and the readings, on a table."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.dynamo import idempotency
from chalicelib.dynamo.commit import ABSENT, Plan, Write, commit
from chalicelib.dynamo.idempotency import Key, KeyTaken
from chalicelib.dynamo.meter import metered
from chalicelib.errors import AlreadyExists, Contention
from chalicelib.ledger import book, days, moves, service, table
from chalicelib.ledger.account import LOTS_MAX
from chalicelib.ledger.draft import Draft
from chalicelib.ledger.entry import parse, read_note
from chalicelib.ledger.moves import Telling
from chalicelib.ledger.reading import service as reading
from chalicelib.ledger.rules import Lasting
from chalicelib.ledger.service import NoSuchMember
from tests.support.books import ADA, SITE, TOLD, at, day
from tests.support.faults import AnswerLost, LostOnTheWay
from tests.support.proofs import check_chain, check_conservation
from tests.support.stored import NOW, RULES, NotEnough, award, cancel, enrol, post, promise, spend, transfer
from tests.support.tables import everything, raw_items

BEA = "m-bea"
PK = f"M#{SITE}#{ADA}"
A_WEEK = Lasting("days", 7)
REDEMPTIONS = (table.RedemptionsItem, PK, "R#o-1")


def figures(mid: str = ADA, now: Any = NOW) -> tuple[int, int, int, int, int]:
    return book.balances(service.read(SITE, mid, RULES, now).bucket())


def cores(client: Any, mid: str = ADA) -> list[str]:
    return [item["core"]["S"] for item in raw_items(client, f"M#{SITE}#{mid}", "E#")]


def rows(page: service.Page) -> list[tuple[str, int]]:
    return [(row.entry.kind, row.entry.rows) for row in page.rows]


@pytest.mark.proves("B049", "B053")
def test_points_that_were_awarded_are_there_in_the_next_read(any_table):
    enrol(ADA, 100)

    assert figures() == (100, 0, 0, 0, 100)
    assert [parse(core).kind for core in cores(any_table)] == ["enrol", "award"]


def test_the_stored_book_is_a_chain_that_folds_to_the_account(any_table):
    enrol(ADA, 100)
    spend(ADA, 30)
    promise(ADA, 10)
    award(ADA, 5, NOW + timedelta(days=400))

    stored = cores(any_table)
    check_chain(SITE, ADA, stored)
    account = table.read_account(SITE, ADA)
    assert book.fold(parse(core) for core in stored) == account
    check_conservation({ADA: stored}, account.bucket().available + account.bucket().held)


@pytest.mark.proves("A004")
def test_the_same_member_number_on_another_site_is_somebody_else(any_table):
    enrol(ADA, 100)

    with pytest.raises(NoSuchMember):
        service.read("other-site", ADA, RULES, NOW)
    with pytest.raises(NoSuchMember):
        service.post("other-site", [ADA], service.command(NOW), RULES, lambda _drafts, _: ([], None))


def test_nobody_is_no_member(any_table):
    for use in (figures, lambda: award(ADA, 1), lambda: service.activity(SITE, ADA, RULES, NOW, 1)):
        with pytest.raises(NoSuchMember):
            use()
    service.settle(SITE, ADA, RULES, NOW)
    assert everything(any_table) == []


def test_an_account_is_opened_once(any_table):
    enrol(ADA)

    with pytest.raises(NoSuchMember):
        post([BEA], lambda draft: moves.award(draft, 1, A_WEEK, TOLD))
    post([ADA], lambda draft: moves.award(draft, 1, A_WEEK, TOLD), opening=True)

    assert figures() == (1, 0, 0, 0, 1)


def test_a_closed_account_is_gone_for_everybody(any_table):
    enrol(ADA, 100)
    post([ADA], moves.close)

    with pytest.raises(NoSuchMember):
        figures()
    with pytest.raises(NoSuchMember):
        award(ADA, 1)
    account = table.read_account(SITE, ADA)
    assert (account.state, account.bucket().available, account.bucket().expired) == ("closed", 0, 100)


def test_a_refusal_writes_nothing(any_table):
    enrol(ADA, 100)
    before = everything(any_table)

    with pytest.raises(NotEnough):
        spend(ADA, 101)

    assert everything(any_table) == before


def test_further_writes_share_the_commit(any_table):
    enrol(ADA, 100)
    record = table.RedemptionsItem(PK, "R#o-1", ver=1, body="[]")

    def decide(drafts: list[Draft], _found: list[Any]) -> Any:
        moves.debit(drafts[0], 10, TOLD, side="redeemed")
        return [Write(record, ABSENT, taken=AlreadyExists("done before"))], None

    service.post(SITE, [ADA], service.command(NOW), RULES, decide)
    with pytest.raises(AlreadyExists):
        service.post(SITE, [ADA], service.command(NOW), RULES, decide)

    assert figures() == (90, 0, 10, 0, 100)


@pytest.mark.proves("B109", "B148")
def test_a_transfer_is_two_entries_in_one_commit(any_table):
    enrol(ADA, 100)
    enrol(BEA)

    sent, received = transfer(ADA, BEA, 40)

    assert (figures(ADA), figures(BEA)) == ((60, 0, 40, 0, 100), (40, 0, 0, 0, 40))
    assert sent.command == received.command
    check_conservation({mid: cores(any_table, mid) for mid in (ADA, BEA)}, 100)


def test_what_the_decision_rests_on_is_read_in_the_same_call(table):
    enrol(ADA)
    also = [REDEMPTIONS]
    with metered() as counted:
        seen = service.post(
            SITE,
            [ADA],
            service.command(NOW),
            RULES,
            lambda drafts, found: ([], (moves.set_state(drafts[0], "inactive").kind, found)),
            also=also,
            load=lambda: ["loaded"],
        )

    assert seen == ("state", [None, "loaded"])
    assert counted.operations == ["BatchGetItem", "TransactWriteItems"]


def test_time_is_applied_before_a_decision(any_table):
    enrol(ADA, 100, lasting=A_WEEK)
    later = NOW + timedelta(days=8)

    with pytest.raises(NotEnough):
        spend(ADA, 1, later)
    award(ADA, 5, later)

    assert [parse(core).kind for core in cores(any_table)] == ["enrol", "award", "expire", "award"]
    assert figures(now=later) == (5, 0, 0, 100, 105)


def test_a_reading_applies_time_and_writes_nothing(any_table):
    enrol(ADA, 100, lasting=A_WEEK)

    assert figures(now=NOW + timedelta(days=8)) == (0, 0, 0, 100, 100)
    assert len(cores(any_table)) == 2


def test_settling_books_what_is_due_once(any_table):
    enrol(ADA, 100, lasting=A_WEEK)
    for hours in (0, 1, 200, 201, 500):
        service.settle(SITE, ADA, RULES, NOW + timedelta(hours=hours))

    assert [parse(core).kind for core in cores(any_table)] == ["enrol", "award", "expire"]


def test_an_account_stands_in_the_due_index_while_something_is_due(any_table):
    enrol(ADA)
    (account,) = raw_items(any_table, PK, "ACCOUNT")
    assert "due_pk" not in account
    award(ADA, 100, lasting=A_WEEK)
    (account,) = raw_items(any_table, PK, "ACCOUNT")
    assert account["due_pk"]["S"] == "account#2026-02-09#0"
    assert account["due_sk"]["S"] == f"2026-02-09T00:00:00.000000Z#{PK}"

    spend(ADA, 100)

    (account,) = raw_items(any_table, PK, "ACCOUNT")
    assert "due_pk" not in account


def test_a_key_is_used_up_with_the_call_and_points_at_its_entry(any_table):
    enrol(ADA)
    key = Key("digest", "request")
    entry = award(ADA, 10, run=service.command(NOW, key))

    with pytest.raises(KeyTaken):
        award(ADA, 10, run=service.command(NOW, key))

    known = idempotency.find(SITE, key)
    assert (known.mid, known.ref) == (ADA, f"E{entry.number}")
    assert figures() == (10, 0, 0, 0, 10)


def test_a_key_points_at_what_was_asked_for_and_not_at_what_time_added(any_table):
    enrol(ADA, 7, lasting=A_WEEK)
    key, later = Key("digest", "request"), NOW + timedelta(days=30)

    entry = post(
        [ADA],
        lambda draft: moves.award(draft, 10, A_WEEK, TOLD, effective=NOW + timedelta(days=1)),
        run=service.command(later, key),
    )

    assert [parse(core).kind for core in cores(any_table)] == ["enrol", "award", "expire", "award", "expire"]
    assert idempotency.find(SITE, key).ref == f"E{entry.number}" == "E4"


def test_a_key_points_at_the_award_and_not_at_the_merging_of_lots(table):
    enrol(ADA)
    for first in range(0, LOTS_MAX, 32):
        lastings = [Lasting("days", first + place) for place in range(32)]
        post([ADA], lambda draft, each=lastings: [moves.award(draft, 1, lasting, TOLD) for lasting in each])
    key = Key("digest", "request")

    entry = award(ADA, 1, lasting=Lasting("days", 500), run=service.command(NOW, key))

    assert parse(cores(table)[-1]).kind == "regroup"
    assert idempotency.find(SITE, key).ref == f"E{entry.number}"


def test_a_lost_answer_does_not_award_twice(table, faults):
    enrol(ADA)
    faults.play("TransactWriteItems", AnswerLost())

    award(ADA, 10)

    assert figures() == (10, 0, 0, 0, 10)


def test_a_request_that_never_arrived_is_made_good(table, faults):
    enrol(ADA)
    faults.play("TransactWriteItems", LostOnTheWay())

    award(ADA, 10)

    assert figures() == (10, 0, 0, 0, 10)


def test_an_account_that_always_moves_on_is_contention(table):
    enrol(ADA)

    def decide(draft: Draft) -> Any:
        award(ADA, 1)
        return moves.award(draft, 100, A_WEEK, TOLD)

    with pytest.raises(Contention):
        post([ADA], decide)

    assert figures()[0] == 12


def write_all(*writes: Write) -> None:
    commit(lambda: None, lambda _: Plan(writes, None))


@pytest.mark.proves("B056")
def test_a_dated_hold_is_released_as_of_its_date(any_table):
    enrol(ADA)
    row = promise(ADA, 50, release=NOW + timedelta(days=10))
    assert figures() == (0, 50, 0, 0, 0)

    service.settle_hold(SITE, ADA, "order1", 0, RULES, NOW + timedelta(days=10, milliseconds=-1))
    assert figures() == (0, 50, 0, 0, 0)
    for days_later in (12, 13):
        service.settle_hold(SITE, ADA, "order1", 0, RULES, NOW + timedelta(days=days_later))

    assert figures() == (50, 0, 0, 0, 50)
    shown = service.entry(SITE, ADA, row)
    assert (shown.status, shown.amount, shown.day) == ("Released", 50, day("2027-02-11"))
    assert [parse(core).kind for core in cores(any_table)] == ["enrol", "hold", "release"]
    assert parse(cores(any_table)[-1]).effective == days.to_ms(NOW + timedelta(days=10))
    assert table.read_holds(SITE, ADA) == []


def test_a_hold_that_waited_too_long_voids_itself(any_table):
    enrol(ADA)
    row = promise(ADA, 50, void=NOW + timedelta(days=10))

    service.settle_hold(SITE, ADA, "order1", 0, RULES, NOW + timedelta(days=10))

    assert figures() == (0, 0, 0, 0, 0)
    shown = service.entry(SITE, ADA, row)
    assert (shown.status, shown.amount) == ("Cancelled", 0)


def test_a_void_does_not_cancel_a_row_of_which_points_were_released(any_table):
    enrol(ADA)
    row = promise(ADA, 50, release=NOW + timedelta(days=1), void=NOW + timedelta(days=10), places=2)
    undated = replace(table.read_holds(SITE, ADA, "order1")[1], release_at=None)
    write_all(table.hold_write(SITE, ADA, undated))
    service.settle_hold(SITE, ADA, "order1", 0, RULES, NOW + timedelta(days=2))

    service.settle_hold(SITE, ADA, "order1", 1, RULES, NOW + timedelta(days=10))

    shown = service.entry(SITE, ADA, row)
    assert (shown.status, shown.amount, figures()[0]) == ("Released", 50, 50)


def test_a_row_is_released_with_the_last_of_its_holds(any_table):
    enrol(ADA)
    row = promise(ADA, 50, release=NOW + timedelta(days=1), places=2)
    service.settle_hold(SITE, ADA, "order1", 0, RULES, NOW + timedelta(days=2))
    assert service.entry(SITE, ADA, row).status == "Hold"

    service.settle_hold(SITE, ADA, "order1", 1, RULES, NOW + timedelta(days=2))

    assert service.entry(SITE, ADA, row).status == "Released"
    assert figures() == (100, 0, 0, 0, 100)


def test_two_holds_of_one_row_that_end_together_both_shrink_it(any_table):
    enrol(ADA)
    row = promise(ADA, 50, places=2)

    assert cancel(ADA) == 100

    shown = service.entry(SITE, ADA, row)
    assert (shown.status, shown.amount) == ("Cancelled", 0)


def test_a_hold_of_a_closed_account_is_dropped(any_table):
    enrol(ADA)
    promise(ADA, 50, release=NOW + timedelta(days=1))
    post([ADA], moves.close)
    before = cores(any_table)

    service.settle_hold(SITE, ADA, "order1", 0, RULES, NOW + timedelta(days=2))

    assert table.read_holds(SITE, ADA) == []
    assert cores(any_table) == before


@pytest.mark.proves("B200")
@pytest.mark.parametrize("awards", [0, 1, 19, 20, 21, 41])
def test_pages_of_the_activity_list_show_every_row_once(table, awards):
    enrol(ADA)
    for place in range(awards):
        hidden = Telling(100, shown=False)
        post([ADA], lambda draft, told=hidden: moves.award(draft, 1, A_WEEK, told)) if place % 3 == 0 else None
        award(ADA, place + 1)

    pages = [service.activity(SITE, ADA, RULES, NOW, page) for page in range(1, 5)]

    assert {page.total for page in pages} == {awards}
    assert {page.pages for page in pages} == {-(-awards // 20)}
    shown = [row.entry.rows for page in pages for row in page.rows]
    assert shown == list(range(awards, 0, -1))
    assert all(len(page.rows) <= 20 for page in pages)


@pytest.mark.proves("B200")
def test_the_activity_list_shows_what_time_has_made_due(any_table):
    enrol(ADA, 10, lasting=A_WEEK)
    spend(ADA, 4)
    later = NOW + timedelta(days=8)

    page = service.activity(SITE, ADA, RULES, later, 1)

    assert rows(page) == [("expire", 3), ("redeem", 2), ("award", 1)]
    assert len(cores(any_table)) == 3
    service.settle(SITE, ADA, RULES, later)
    assert rows(service.activity(SITE, ADA, RULES, later, 1)) == rows(page)


def test_expiries_of_a_range_are_found_also_behind_a_back_dated_award(table, monkeypatch):
    monkeypatch.setattr(reading, "EXPIRY_PAGE", 2)
    enrol(ADA, 10, lasting=A_WEEK)
    later = NOW + timedelta(days=30)
    service.settle(SITE, ADA, RULES, later)
    old = at("2025-06-01")
    post([ADA], lambda draft: moves.award(draft, 3, Lasting("never"), TOLD, effective=old), later)
    award(ADA, 1, later)

    found = reading.expired_between(SITE, ADA, day("2026-02-08"), day("2026-02-08"))

    assert [(last, points) for last, points, _ in found] == [(day("2026-02-08"), 10)]
    assert reading.expired_between(SITE, ADA, day("2026-02-09"), day("2026-02-10")) == []


def test_an_erased_note_leaves_the_core(any_table):
    enrol(ADA)
    told = Telling(100, note={"reason": "for Grace"})
    entry = post([ADA], lambda draft: moves.award(draft, 1, A_WEEK, told))
    before = cores(any_table)
    assert service.entry(SITE, ADA, entry.number).note == {"reason": "for Grace"}

    service.commit(lambda: None, lambda _: service.Plan((table.erase_note(SITE, ADA, entry.number),), None))

    assert service.entry(SITE, ADA, entry.number).note == {}
    assert cores(any_table) == before
    assert "Grace" not in str(everything(any_table))
    assert read_note(None) == {}
