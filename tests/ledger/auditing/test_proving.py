"""One member's proof, from items handed over one by one."""

import gc
import tracemalloc
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.dynamo import due
from chalicelib.ledger import account as accounts
from chalicelib.ledger import moves
from chalicelib.ledger.auditing import proving
from chalicelib.ledger.auditing.proving import Proving
from chalicelib.ledger.auditing.sums import Sums
from chalicelib.ledger.days import from_ms, to_ms
from chalicelib.ledger.moves import Telling
from tests.support.books import A_YEAR, ADA, SITE, TOLD, Book, at

PK = f"M#{SITE}#{ADA}"


def reading(settled_by: int = 0) -> Proving:
    return Proving(
        SITE,
        ADA,
        settled_by=settled_by,
        due_keys=lambda kind, when: due.keys_at(kind, PK, from_ms(when)),
        due_shards=1,
    )


def stored(book: Book) -> Iterator[dict[str, str]]:
    """The items of a book as they come from its partition."""
    item = {"sk": "ACCOUNT", "ver": str(book.account.version), "body": accounts.dump(book.account)}
    if book.account.due is not None:
        item["due_pk"], item["due_sk"] = due.keys_at("account", PK, from_ms(book.account.due))
    yield item
    for line in book.lines:
        note = {} if line.note is None else {"note": line.note}
        yield {"sk": f"E#{line.entry.number:012d}", "core": line.core} | note


def proved(items: Iterator[dict[str, str]], settled_by: int = 0) -> Sums:
    making = reading(settled_by)
    for item in items:
        making.take(item)
    return making.end()


def without_note(item: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in item.items() if name != "note"}


def busy(times: int, *, days_apart: int = 1) -> Book:
    book = Book()
    for time in range(times):
        book.now = at("2026-01-01") + timedelta(days=days_apart * time)
        book.award(30)
        book.spend(10)
    return book


def test_a_book_that_goes_through_time_is_whole() -> None:
    book = busy(20)
    book.wait("2027-03-01")

    sums = proved(stored(book))

    assert sums.findings == []
    assert sums.entries == len(book.entries)
    assert sums.totals() == {"points": 0}
    assert sums.standing["available", "points"] == book.account.bucket().available == 0
    assert sums.postings["expired", "points"] == 400


def test_entries_beyond_the_account_are_of_later_and_count_for_nothing_yet() -> None:
    book = busy(3)
    before = list(stored(book))
    book.award(1_000)

    making = reading()
    for item in [*before, list(stored(book))[-1]]:
        making.take(item)
    sums = making.end()

    assert (making.version, making.last) == (7, 8)
    assert sums.findings == []
    assert sums.entries == 7
    assert sums.postings["issued", "points"] == -90


@pytest.mark.parametrize(("late", "under_way"), [(-1, 40), (0, 0), (1, 0)])
def test_a_transfer_recorded_while_the_audit_runs_is_under_way(late: int, under_way: int) -> None:
    book = Book()
    book.award(100)
    book.do(lambda draft: moves.send(draft, 40, TOLD))

    sums = proved(stored(book), settled_by=to_ms(book.now) + late)

    assert sums.under_way["points"] == under_way
    assert sums.postings["transferred", "points"] == 40


def test_the_digest_tells_the_last_entry_and_adds_up_in_any_order() -> None:
    one, other = busy(2), busy(3)
    together, turned = Sums(), Sums()
    for book in (one, other):
        together.add(proved(stored(book)))
    for book in (other, one):
        turned.add(proved(stored(book)))

    assert together.digest == turned.digest
    assert proved(stored(one)).digest != proved(stored(other)).digest


def test_a_note_that_an_erasure_removed_is_no_fault() -> None:
    book = Book()
    book.do(lambda draft: moves.award(draft, 20, A_YEAR, Telling(100, note={"reason": "a birthday"})))
    book.do(moves.close)
    kept, removed = list(stored(book)), [without_note(item) for item in stored(book)]
    erasing = [*kept, {"sk": "ERASURE"}]

    assert proved(iter(removed)).findings == []
    assert proved(iter(erasing)).findings == []
    assert [(each.entry, each.kind) for each in proved(iter(kept)).findings] == [(2, "note")]


def test_findings_of_one_member_are_bounded() -> None:
    book = busy(30)
    items = [item | {"core": "{"} if item["sk"] != "ACCOUNT" else item for item in stored(book)]

    sums = proved(iter(items))

    assert len(sums.findings) == sums.faults == proving.MEMBER_FINDINGS_MAX


def test_nothing_is_kept_of_an_entry_that_went_by() -> None:
    """Twice the entries take no more memory: a member with 100,000 of them can be proved.

    Both are enough for the collector to have come by, which lets some garbage gather before it does.
    """
    small, large = peak(busy(800, days_apart=0)), peak(busy(1_600, days_apart=0))

    assert large < small * 1.5


def peak(book: Book) -> int:
    items: list[Any] = list(stored(book))
    gc.collect()
    tracemalloc.start()
    try:
        assert proved(iter(items)).findings == []
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
