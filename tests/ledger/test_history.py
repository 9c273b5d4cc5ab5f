"""The account at another instant, from the book alone."""

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import settings
from hypothesis.stateful import initialize, invariant, run_state_machine_as_test

from chalicelib.ledger import book, days, history, moves
from chalicelib.ledger.account import Account
from chalicelib.ledger.draft import Draft
from chalicelib.ledger.entry import Draw, Entry, Posting, parse
from chalicelib.ledger.rules import Lasting
from tests.ledger.test_against_plain_model import MEMBERS, Lives
from tests.support.books import FOR_EVER, SITE, TOLD, Book, at, rules

A_MONTH = Lasting("days", 30)
LATE = {"award", "order", "release"}
"""Entries that may be recorded after they count."""
COMING = ("issued", "transferred")
USES = ("redeemed", "rewarded", "deducted")


def ms(text: str) -> int:
    return days.to_ms(at(text))


def figures(account: Account) -> tuple[int, int, int, int, int]:
    """Available, held, used, expired, lifetime of ordinary points."""
    return book.balances(account.bucket())


def test_nothing_is_there_before_the_first_entry():
    ada = Book(now="2026-01-05")
    ada.award(10)

    assert history.recorded_by(ada.entries, ms("2026-01-04 23:59")) == Account()
    assert figures(history.effective_by(ada.entries, ms("2026-01-04 23:59"))) == (0, 0, 0, 0, 0)


def test_an_entry_counts_from_the_very_instant_it_was_recorded():
    ada = Book(now="2026-01-01")
    award = ada.award(10, now="2026-01-05 10:00")

    assert history.recorded_by(ada.entries, award.at - 1).version == 1
    assert history.recorded_by(ada.entries, award.at) == ada.account


def test_where_a_clock_was_set_back_the_last_time_counts():
    ada = Book(now="2026-01-01")
    ada.award(10, now="2026-06-01")
    ada.award(20, now="2026-02-01")

    assert history.recorded_by(ada.entries, ms("2026-01-31")).version == 1
    assert history.recorded_by(ada.entries, ms("2026-02-01")) == ada.account


def test_a_back_dated_award_counts_from_its_date_by_effect_and_from_its_record_by_record():
    ada = Book(now="2026-01-01")
    ada.award(10, now="2026-01-10")
    ada.award(7, now="2026-03-01", effective=at("2026-01-20"))

    between = ms("2026-02-01")

    assert figures(history.recorded_by(ada.entries, between))[0] == 10
    assert figures(history.effective_by(ada.entries, between))[0] == 17
    assert figures(history.effective_by(ada.entries, ms("2026-01-19")))[0] == 10
    assert figures(history.effective_by(ada.entries, ms("2026-03-01"))) == figures(ada.account)


def test_a_back_dated_order_counts_before_the_enrolment_by_effect():
    ada = Book(now="2026-02-01")
    ada.award(7, now="2026-03-01", effective=at("2026-01-20"))

    found = history.effective_by(ada.entries, ms("2026-01-25"))

    assert figures(found) == (7, 0, 0, 0, 7)
    assert found.at == ms("2026-01-25")


def test_an_expiry_takes_no_points_that_came_back_later():
    ada = Book(now="2026-01-01")
    ada.award(30, A_MONTH)
    spent = ada.spend(20, now="2026-01-15")
    ada.wait("2026-02-02")
    ada.do(lambda draft: moves.refund(draft, spent.draws, TOLD, side="redeemed"), now="2026-04-01")
    assert [entry.kind for entry in ada.entries[-3:]] == ["expire", "refund", "expire"]

    assert figures(history.effective_by(ada.entries, ms("2026-03-01"))) == (0, 0, 20, 10, 30)
    assert figures(history.effective_by(ada.entries, ms("2026-04-01"))) == (0, 0, 0, 30, 30)


def test_points_that_paid_a_debt_of_later_are_there_before_it():
    ada = Book(now="2026-01-01", rules_=rules(may_owe=True))
    ada.spend(15, now="2026-02-01", may_owe=True)
    ada.award(20, FOR_EVER, now="2026-03-01", effective=at("2026-01-10"))

    before, after = (history.effective_by(ada.entries, ms(text)) for text in ("2026-01-15", "2026-02-02"))

    assert (before.bucket().available, before.bucket().arrears) == (20, 0)
    assert (after.bucket().available, after.bucket().arrears) == (5, 0)


def test_a_debit_of_what_counts_from_later_leaves_a_debt():
    """Only a clock that was set back makes such a book."""
    ada = Book(now="2026-01-01")
    award = ada.award(30, now="2026-01-10")
    spent = ada.spend(10)
    early = replace(spent, effective=award.effective - 1)

    found = history.effective_by([*ada.entries[:-1], early], early.effective)

    assert figures(found) == (-10, 0, 10, 0, 0)
    assert found.bucket().arrears == 10


def test_a_debit_that_draws_a_lot_twice_takes_no_more_than_was_there():
    ada = Book(now="2026-01-01")
    early = ada.award(20, FOR_EVER)
    late = ada.award(20, FOR_EVER, now="2026-01-10")
    spent = ada.spend(30, side="deducted")
    draws = (Draw("points", "S", 0, 20, late.number), Draw("points", "S", 0, 10))
    forged = replace(spent, draws=draws, effective=early.effective)

    found = history.effective_by([*ada.entries[:-1], forged], early.effective)

    assert figures(found) == (-10, 0, 30, 0, 20)
    assert (found.bucket().lots, found.bucket().arrears) == ((), 10)


def test_a_promise_that_counts_from_later_is_not_taken_back_before_it():
    ada = Book(now="2026-01-01")
    (promise,) = ada.do(lambda draft: moves.hold(draft, 8, TOLD), now="2026-01-10")
    (given,) = ada.do(lambda draft: moves.release(draft, 8, FOR_EVER, TOLD, effective=at("2026-01-09")))
    assert given.effective < promise.effective
    assert Posting("held", "promised", "points", 8) in given.postings

    assert figures(history.effective_by(ada.entries, given.effective)) == (8, 0, 0, 0, 8)
    assert figures(history.effective_by(ada.entries, promise.effective)) == (8, 0, 0, 0, 8)


def test_days_merged_forward_move_what_was_there():
    ada = Book(now="2026-01-01")
    for last in range(130, 0, -1):
        ada.award(2, Lasting("days", last), now="2026-01-02")
    merged = next(entry for entry in ada.entries if entry.kind == "regroup")
    late = [replace(entry, effective=ms("2026-01-03")) if entry.number == 5 else entry for entry in ada.entries]

    found = history.effective_by(late, merged.effective)

    assert found.bucket().available == 2 * 129
    assert min(lot.left for lot in found.bucket().lots) > 0


class Histories(Lives):
    """Random lives: what the account was at each step is found again at the end, by record and, where nothing was
    back-dated since, by effect.
    """

    @initialize()
    def nothing_seen(self) -> None:
        self.seen: list[tuple[datetime, str, Account]] = []

    @invariant()
    def figures_agree(self) -> None:
        for mid in self.plain:
            self.seen.append((self.now, mid, self.world.stored(mid)))

    @invariant()
    def books_prove_themselves(self) -> None:
        """Proved by the lives that this follows."""

    def teardown(self) -> None:
        if not hasattr(self, "world"):
            return
        last = {(now, mid): account for now, mid, account in self.seen}
        for mid in MEMBERS:
            entries = [parse(core) for core in self.world.cores(mid)]
            for (now, of), account in last.items():
                if of == mid:
                    self._check(entries, now, account)

    def _check(self, entries: list[Entry], now: datetime, account: Account) -> None:
        instant = days.to_ms(now)
        assert history.recorded_by(entries, instant) == account
        found = self._settled(history.effective_by(entries, instant), now)
        if all(entry.effective > instant for entry in entries[account.version :] if entry.kind in LATE):
            expected = self._settled(account, now)
            assert figures(found)[2:] == figures(expected)[2:]
            assert figures(found)[0] == figures(expected)[0]
        bucket = found.bucket()
        counted = [entry for entry in entries if entry.effective <= instant]
        assert bucket.lifetime == sum(entry.moved(source, "available") for entry in counted for source in COMING)
        used = [entry.moved("available", to) - entry.moved(to, "available") for entry in counted for to in USES]
        assert bucket.used == sum(used) + sum(entry.moved("available", "transferred") for entry in counted)
        assert bucket.lifetime == bucket.available + bucket.used + bucket.expired
        assert all(lot.left > 0 for lot in bucket.lots)

    def _settled(self, account: Account, now: datetime) -> Account:
        draft = Draft(SITE, "m", account, rules(str(self.zone)), "", now)
        draft.settle()
        return draft.account


@pytest.mark.slow
def test_every_account_of_a_life_is_found_again():
    run_state_machine_as_test(Histories, settings=settings(max_examples=60, stateful_step_count=40))
