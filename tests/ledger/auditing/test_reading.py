"""What the auditor reads, how often, and that it is never misled by those who write meanwhile."""

import threading
from datetime import datetime
from typing import Any

import pytest

from chalicelib import clock
from chalicelib.dynamo.meter import metered
from chalicelib.errors import Contention
from chalicelib.ledger.auditing import service
from chalicelib.ledger.auditing.service import READINGS_MAX, TooManyEntries, prove
from tests.ledger.auditing import damage
from tests.ledger.auditing.calls import at_call
from tests.ledger.auditing.damage import ADA, BEA, LATER, drop, edit, entry, one, put
from tests.support import stored
from tests.support.books import SITE


@pytest.fixture
def world(table: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "PAUSE_SECONDS", 0.0)
    damage.world()


def test_a_member_that_adds_up_is_read_by_one_call(world: None) -> None:
    with metered() as counted:
        prove(SITE, ADA, LATER)

    assert counted.operations == ["Query"]


def test_a_walk_reads_each_member_once_and_what_leads_somewhere_by_hundreds(world: None) -> None:
    with metered() as counted:
        damage.audit()

    assert counted.operations == ["Scan", "Query", "Query", "Query", "BatchGetItem"]


def test_what_looks_broken_is_read_again_before_it_is_believed(world: None, table: Any) -> None:
    hold = one(table, ADA, "H#")
    drop(table, hold)

    with at_call(2, lambda: put(table, hold)) as calls:
        sums = prove(SITE, ADA, LATER)

    assert sums is not None
    assert sums.findings == []
    assert calls == ["Query", "Query"]


def test_what_stays_broken_is_reported_after_so_many_readings(world: None, table: Any) -> None:
    drop(table, one(table, ADA, "H#"))

    with at_call(0, lambda: None) as calls:
        sums = prove(SITE, ADA, LATER)

    assert sums is not None
    assert sums.faults
    assert calls == ["Query"] * READINGS_MAX


def test_an_entry_written_while_the_partition_is_read_is_of_later(world: None, table: Any) -> None:
    before = one(table, ADA, "ACCOUNT")
    stored.award(ADA, 5)
    after = one(table, ADA, "ACCOUNT")
    put(table, before)

    # The partition is read with the account of before; asked again, it is the one of after.
    with at_call(2, lambda: put(table, after)) as calls:
        sums = prove(SITE, ADA, LATER)

    assert sums is not None
    assert calls == ["Query", "GetItem"]
    assert (sums.findings, sums.entries) == ([], 6)


def test_a_key_that_is_seen_before_its_entry_is_looked_at_again(world: None, table: Any) -> None:
    damage.remember("k", ADA, "E7")

    with at_call(6, lambda: stored.award(ADA, 1)) as calls:
        sums = damage.audit()

    assert sums.findings == []
    assert calls[4:6] == ["BatchGetItem", "BatchGetItem"]


def test_nobody_is_proved_by_a_number_that_nobody_has(world: None) -> None:
    assert prove(SITE, "m-nobody", LATER) is None
    assert prove("another", ADA, LATER) is None


@pytest.mark.parametrize(("most", "is_refused"), [(5, True), (6, False), (7, False)])
def test_a_request_proves_so_many_entries(world: None, most: int, is_refused: bool) -> None:  # noqa: FBT001
    if is_refused:
        with pytest.raises(TooManyEntries, match="6 entries"):
            prove(SITE, ADA, LATER, entries_max=most)
    else:
        assert prove(SITE, ADA, LATER, entries_max=most)


def test_only_the_site_that_was_asked_for_is_walked(world: None, table: Any) -> None:
    edit(table, entry(table, ADA, 2), "core", lambda core: core.update(t=1))
    walked = service.walk(0, of=1, after=None, settled=0, only="another")

    assert walked.sums == {}


@pytest.mark.engine
@pytest.mark.slow
def test_while_others_write_nothing_looks_broken(real_table: Any) -> None:
    now = clock.now()
    for mid in (ADA, BEA):
        stored.enrol(mid, 1_000, now=now)
    is_over = threading.Event()
    writers = [threading.Thread(target=busy, args=(giver, now, is_over)) for giver in (ADA, BEA)]
    for writer in writers:
        writer.start()
    try:
        rounds = [prove(SITE, mid, now) for _ in range(60) for mid in (ADA, BEA)]
    finally:
        is_over.set()
        for writer in writers:
            writer.join()
    sums = damage.audit(clock.now() + 2 * service.SETTLING)

    assert [each.findings for each in rounds if each is not None and each.faults] == []
    assert len({each.entries for each in rounds if each is not None}) > 5
    assert sums.findings == []
    assert sums.totals() == {"points": 0}


def busy(giver: str, now: datetime, is_over: threading.Event) -> None:
    """Pass points on, promise some and take the promise back, again and again."""
    group = f"of{giver}"
    while not is_over.is_set():
        try:
            stored.transfer(giver, BEA if giver == ADA else ADA, 1, now)
            stored.promise(giver, 5, group, now)
            stored.cancel(giver, group, now)
        except (Contention, stored.NotEnough):
            continue
