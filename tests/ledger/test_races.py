"""Many at once, on two engines that are wrong in different places. Whoever wins, the book adds up (P1 to P5).

Races through the whole app, from several processes, are in ``tests/races``.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from chalicelib.dynamo import items
from chalicelib.dynamo.idempotency import KeyTaken
from chalicelib.errors import AlreadyExists, Contention
from chalicelib.ledger import book, moves, service, table
from chalicelib.ledger.entry import parse
from chalicelib.ledger.rules import Lasting
from tests.support.books import ADA, SITE
from tests.support.proofs import check_chain, check_conservation, check_lots
from tests.support.stored import NOW, RULES, NotEnough, award, cancel, enrol, post, promise, spend, transfer
from tests.support.tables import raw_items

pytestmark = [pytest.mark.slow, pytest.mark.engine]
A_WEEK = Lasting("days", 7)


def at_once(*uses: Callable[[], Any]) -> list[Any]:
    """Do all of them at the same moment; gives results and refusals in their order. Contention is retried,
    as its message asks for."""
    items.connection()
    barrier = Barrier(len(uses))

    def one(use: Callable[[], Any]) -> Any:
        barrier.wait()
        for _ in range(20):
            try:
                return use()
            except Contention:
                continue
            except (NotEnough, KeyTaken, AlreadyExists) as refusal:
                return refusal
        raise Contention

    with ThreadPoolExecutor(len(uses)) as pool:
        return [future.result() for future in [pool.submit(one, use) for use in uses]]


def won(results: Sequence[Any]) -> list[Any]:
    return [result for result in results if not isinstance(result, Exception)]


def prove(client: Any, *mids: str, outstanding: int) -> list[str]:
    """The books of these members add up; gives the kinds of the first one's entries."""
    cores = {mid: [item["core"]["S"] for item in raw_items(client, f"M#{SITE}#{mid}", "E#")] for mid in mids}
    check_conservation(cores, outstanding)
    for mid in mids:
        check_chain(SITE, mid, cores[mid])
        check_lots(cores[mid], RULES.zone)
        assert book.fold(parse(core) for core in cores[mid]) == table.read_account(SITE, mid)
    return [parse(core).kind for core in cores[mids[0]]]


def available(mid: str = ADA) -> int:
    return service.read(SITE, mid, RULES, NOW).bucket().available


def test_as_many_spends_win_as_there_are_points(real_table):
    enrol(ADA, 50)

    results = at_once(*[lambda: spend(ADA, 10)] * 12)

    assert len(won(results)) == 5
    assert available() == 0
    prove(real_table, ADA, outstanding=0)


def test_transfers_to_and_fro_do_not_block_each_other(real_table):
    enrol(ADA, 100)
    enrol("m-bea", 100)

    results = at_once(*[lambda: transfer(ADA, "m-bea", 10), lambda: transfer("m-bea", ADA, 10)] * 4)

    assert len(won(results)) == 8
    assert (available(), available("m-bea")) == (100, 100)
    prove(real_table, ADA, "m-bea", outstanding=200)


def test_ten_enrolments_of_one_number_open_one_account(real_table):
    def open_once() -> Any:
        def decide(draft: Any) -> Any:
            if draft.account.version:
                raise AlreadyExists("enrolled")
            return moves.enrol(draft, "active")

        return post([ADA], decide, opening=True)

    results = at_once(*[open_once] * 10)

    assert len(won(results)) == 1
    assert prove(real_table, ADA, outstanding=0) == ["enrol"]


def test_a_busy_day_of_one_member_adds_up(real_table):
    enrol(ADA, 200)
    enrol("m-bea", 50)
    promise(ADA, 40, release=NOW)

    results = at_once(
        *[lambda: award(ADA, 7)] * 3,
        *[lambda: spend(ADA, 90)] * 4,
        *[lambda: transfer(ADA, "m-bea", 15)] * 2,
        lambda: service.settle_hold(SITE, ADA, "order1", 0, RULES, NOW),
        lambda: cancel(ADA),
        lambda: post([ADA], lambda draft: moves.set_state(draft, "inactive")),
    )

    spends = len(won(results[3:7]))
    assert spends in (1, 2)
    accounts = [table.read_account(SITE, mid) for mid in (ADA, "m-bea")]
    outstanding = sum(account.bucket().available + account.bucket().held for account in accounts)
    assert outstanding == 250 + 21 - 90 * spends + 40 - results[10]
    prove(real_table, ADA, "m-bea", outstanding=outstanding)
