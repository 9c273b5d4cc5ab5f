"""The trail between awards and debits: worked examples, and random lives in which every sum must agree."""

from collections import defaultdict
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import settings
from hypothesis.stateful import invariant, precondition, rule, run_state_machine_as_test

from chalicelib.ledger import moves, trail
from chalicelib.ledger.book import BrokenBook
from chalicelib.ledger.entry import Draw, Entry, LotChange, Refs, parse
from chalicelib.ledger.moves import Telling
from chalicelib.ledger.redemptions import Redemption
from chalicelib.ledger.rules import Lasting
from chalicelib.ledger.trail import Flow, Return, Trail, Unpaid, Unspent
from tests.ledger.test_against_plain_model import Lives, amounts, places
from tests.support.books import FOR_EVER, TOLD, Book, day, rules

A_MONTH = Lasting("days", 30)


def follow(book: Book) -> Trail:
    return trail.follow(book.entries)


def flows(found: Trail) -> list[tuple[int, int, int]]:
    """Award, debit and points of every flow."""
    return [(flow.award, flow.debit, flow.points) for flow in found.flows]


def give_back(book: Book, debit: Entry, points: int, refunded: int = 0, now: str | None = None) -> Entry:
    """Refund points of a redemption as orders do."""
    owed = sum(delta for _, delta in debit.owed)
    redemption = Redemption(debit.number, "redeemed", debit.draws, refunded, owed)
    _, draws = redemption.give_back(points)
    told = Telling(107, Refs(undoes=debit.number))
    done = book.do(lambda draft: moves.refund(draft, draws, told, side="redeemed"), now)
    return next(entry for entry in done if entry.kind == "refund")


def test_a_debit_takes_the_award_that_expires_first_and_of_one_lot_the_oldest():
    book = Book()
    late, first, second = book.award(50), book.award(30, A_MONTH), book.award(20, A_MONTH)

    spent = book.spend(40)

    found = follow(book)
    assert flows(found) == [(first.number, spent.number, 30), (second.number, spent.number, 10)]
    assert [(each.award, each.points) for each in found.unspent] == [(late.number, 50), (second.number, 10)]
    assert found.flows[0].place == ("points", "S", day("2026-01-31"))


def test_a_return_takes_the_points_of_its_own_award_first_and_then_the_oldest():
    book = Book()
    first, second = book.award(30), book.award(20)
    lot = (first.lots[0].kind, first.lots[0].day, second.number)

    taken = book.spend(25, side="deducted", first=lot)

    assert flows(follow(book)) == [(second.number, taken.number, 20), (first.number, taken.number, 5)]


def test_a_return_that_names_the_promise_takes_what_the_promise_released():
    book = Book()
    about = Telling(109, Refs(order="SO-1"))
    early = book.award(30)
    (promise,) = book.do(lambda draft: moves.hold(draft, 20, about))
    released = book.do(lambda draft: moves.release(draft, 20, Lasting("days", 365), about, effective=draft.now))[0]
    lot = (released.lots[0].kind, released.lots[0].day, promise.number)

    taken = book.spend(25, side="deducted", first=lot)

    assert flows(follow(book)) == [(released.number, taken.number, 20), (early.number, taken.number, 5)]


def test_a_refund_gives_back_to_the_awards_that_were_taken_in_the_order_they_were():
    book = Book()
    first, second = book.award(30, A_MONTH), book.award(40)
    spent = book.spend(50)

    one = give_back(book, spent, 35)
    two = give_back(book, spent, 15, refunded=35)

    found = follow(book)
    assert found.flows == (
        Flow(first.number, spent.number, "points", ("points", "S", day("2026-01-31")), 30, 30),
        Flow(second.number, spent.number, "points", ("points", "S", day("2027-01-01")), 20, 20),
    )
    assert found.returns == (
        Return(first.number, spent.number, one.number, "points", 30),
        Return(second.number, spent.number, one.number, "points", 5),
        Return(second.number, spent.number, two.number, "points", 15),
    )
    assert [(each.award, each.points) for each in found.unspent] == [(first.number, 30), (second.number, 40)]


def test_points_that_came_back_dead_expire_as_the_points_of_their_award():
    book = Book()
    award = book.award(30, A_MONTH)
    spent = book.spend(30)

    give_back(book, spent, 30, now="2026-06-01")

    gone = book.entries[-1]
    assert gone.kind == "expire"
    assert flows(follow(book)) == [(award.number, spent.number, 30), (award.number, gone.number, 30)]


def test_expiry_consumes_what_is_left_of_an_award():
    book = Book()
    award = book.award(30, A_MONTH)
    spent = book.spend(12)

    (gone,) = book.wait("2026-02-01")

    found = follow(book)
    assert flows(found) == [(award.number, spent.number, 12), (award.number, gone.number, 18)]
    assert found.unspent == ()


def test_a_debt_is_fed_by_the_awards_that_pay_it():
    book = Book(rules_=rules(may_owe=True))
    first = book.award(30)
    spent = book.spend(50, may_owe=True)
    assert follow(book).unpaid == (Unpaid(spent.number, "points", 20),)

    second, third = book.award(15), book.award(15)

    found = follow(book)
    assert flows(found) == [
        (first.number, spent.number, 30),
        (second.number, spent.number, 15),
        (third.number, spent.number, 5),
    ]
    assert [flow.place for flow in found.flows[1:]] == [None, None]
    assert found.unpaid == ()
    assert found.unspent == (Unspent(third.number, ("points", "S", day("2027-01-01")), 10),)


def test_a_refund_of_what_is_still_owed_cancels_the_debt():
    book = Book(rules_=rules(may_owe=True))
    award = book.award(30)
    spent = book.spend(50, may_owe=True)

    give_back(book, spent, 50)

    found = follow(book)
    assert [(flow.points, flow.back) for flow in found.flows] == [(30, 30)]
    assert found.unpaid == ()
    assert {each.award for each in found.unspent} == {award.number}
    assert lots_of(found) == {("points", kind, last): left for kind, last, left in book.lots}
    assert sum(each.points for each in found.unspent) == 30


def test_a_refund_pays_another_debt_with_the_award_that_it_gives_back():
    book = Book(rules_=rules(may_owe=True))
    award = book.award(30)
    spent, other = book.spend(30), book.spend(10, may_owe=True)

    give_back(book, spent, 30)

    found = follow(book)
    assert flows(found) == [(award.number, spent.number, 30), (award.number, other.number, 10)]
    assert [each.points for each in found.unspent] == [20]


def test_a_part_of_what_is_owed_comes_back_by_cancelling_that_part():
    book = Book(rules_=rules(may_owe=True))
    award = book.award(30)
    spent = book.spend(50, may_owe=True)

    give_back(book, spent, 35)

    found = follow(book)
    assert [(flow.place is None, flow.points, flow.back) for flow in found.flows] == [(False, 30, 30), (True, 15, 0)]
    assert found.unpaid == ()
    assert sum(each.points for each in found.unspent) == 15
    assert {each.award for each in found.unspent} == {award.number}


def test_a_refund_that_pays_a_debt_puts_each_award_back_into_its_own_lot():
    book = Book(rules_=rules(may_owe=True))
    first, second = book.award(30, A_MONTH), book.award(40)
    spent, other = book.spend(50), book.spend(30, may_owe=True)

    give_back(book, spent, 50)

    found = follow(book)
    assert flows(found)[-1] == (first.number, other.number, 10)
    assert [(each.award, each.place[2], each.points) for each in found.unspent] == [
        (first.number, day("2026-01-31"), 20),
        (second.number, day("2027-01-01"), 20),
    ]


def test_points_refunded_beyond_what_was_taken_are_the_refunds_own():
    """No use case does this; the trail then still adds up."""
    book = Book()
    award, spent = book.award(30), book.spend(20)
    more = replace(spent.draws[0], amount=25)
    told = Telling(107, Refs(undoes=spent.number))
    (refund,) = book.do(lambda draft: moves.refund(draft, [more], told, side="redeemed"))

    found = follow(book)

    assert [(each.award, each.points) for each in found.unspent] == [(award.number, 30), (refund.number, 5)]
    assert [each.points for each in found.returns] == [20]


def test_a_refund_that_names_no_redemption_is_an_award_of_its_own():
    book = Book()
    award, spent = book.award(30), book.spend(20)
    (refund,) = book.do(lambda draft: moves.refund(draft, spent.draws, TOLD, side="redeemed"))

    found = follow(book)

    assert [(each.award, each.points) for each in found.unspent] == [(award.number, 10), (refund.number, 20)]
    assert found.returns == ()


def test_days_that_are_merged_forward_keep_their_awards():
    book = Book()
    awards = [book.award(1, Lasting("days", days)) for days in range(130, 0, -1)]
    assert "regroup" in {entry.kind for entry in book.entries}

    spent = book.spend(5)

    found = follow(book)
    assert sum(flow.points for flow in found.flows) == 5
    assert {each.award for each in found.unspent} | {flow.award for flow in found.flows} == {a.number for a in awards}
    assert lots_of(found) == {("points", kind, last): left for kind, last, left in book.lots}
    assert {flow.debit for flow in found.flows} == {spent.number}


def test_points_that_were_passed_on_come_from_the_entry_that_received_them():
    giver, receiver = Book(), Book("m-bea")
    award = giver.award(30)
    (sent,) = giver.do(lambda draft: moves.send(draft, 20, TOLD))
    (received,) = receiver.do(lambda draft: moves.receive(draft, sent.draws, TOLD))

    spent = receiver.spend(5)

    assert flows(follow(giver)) == [(award.number, sent.number, 20)]
    assert flows(follow(receiver)) == [(received.number, spent.number, 5)]


def test_a_lot_drawn_beyond_its_points_is_noticed():
    book = Book()
    award = book.award(30, FOR_EVER)
    forged = replace(award, number=3, lots=(), draws=(Draw("points", "S", 0, 31),))

    with pytest.raises(BrokenBook, match="entry 3"):
        trail.follow([*book.entries, forged])


def test_debts_paid_beyond_what_is_owed_are_noticed():
    book = Book()
    forged = replace(book.award(30), owed=(("points", -1),), lots=(LotChange("points", "S", 0, 29),))

    with pytest.raises(BrokenBook, match="debts"):
        trail.follow([book.entries[0], forged])


def lots_of(found: Trail) -> dict[tuple[str, str, int], int]:
    """What is left in each lot."""
    lots: dict[tuple[str, str, int], int] = defaultdict(int)
    for each in found.unspent:
        lots[each.place] += each.points
    return dict(lots)


class Trails(Lives):
    """Random lives; a refund names the redemption that it undoes, as orders do."""

    @rule(place=places, points=amounts)
    @precondition(lambda self: self.spent)
    def refund(self, place: int, points: int) -> None:
        spent = self.spent[place % len(self.spent)]
        points = min(points, spent.mine.points - spent.mine.refunded)
        spent.mine, draws = spent.mine.give_back(points)
        told = replace(TOLD, refs=Refs(undoes=spent.mine.entry))
        self.run([spent.mid], lambda drafts, _: ([], moves.refund(drafts[0], draws, told, side=spent.mine.side)))

    @invariant()
    def figures_agree(self) -> None:
        """The trail of every book adds up, and agrees with the account."""
        for mid in self.plain:
            entries = [parse(core) for core in self.world.cores(mid)]
            check(entries, trail.follow(entries), self.world.stored(mid))

    @invariant()
    def books_prove_themselves(self) -> None:
        """Proved by the lives that this follows."""


def check(entries: list[Entry], found: Trail, account: Any) -> None:
    """Every debit's sources are what it took, and every award's points are spent, came back or are left."""
    assert lots_of(found) == {("points", lot.kind, lot.day): lot.left for lot in account.bucket().lots}
    assert sum(each.points for each in found.unpaid) == account.bucket().arrears
    came, gone, back = defaultdict(int), defaultdict(int), defaultdict(int)
    debts: dict[int, int] = defaultdict(int)
    for flow in found.flows:
        gone[flow.award] += flow.points - flow.back
        assert 0 <= flow.back <= flow.points
        if flow.place is None:
            debts[flow.debit] += flow.points
        else:
            came[flow.debit] += flow.points
    for each in found.returns:
        back[each.refund] += each.points
    left = {each.award: 0 for each in found.unspent}
    for unspent in found.unspent:
        left[unspent.award] += unspent.points
    for entry in entries:
        if entry.kind == "regroup":
            continue
        assert came[entry.number] == sum(draw.amount for draw in entry.draws)
        put = sum(change.delta for change in entry.lots) - sum(min(0, delta) for _, delta in entry.owed)
        own = gone[entry.number] + left.get(entry.number, 0)
        if entry.kind == "refund":
            assert (own, back[entry.number]) == (0, put)
        else:
            assert own == put
        assert debts[entry.number] <= sum(max(0, delta) for _, delta in entry.owed)


@pytest.mark.slow
def test_every_award_and_every_debit_adds_up():
    run_state_machine_as_test(Trails, settings=settings(max_examples=60, stateful_step_count=40))
