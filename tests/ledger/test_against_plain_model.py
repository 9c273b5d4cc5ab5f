"""Random lives of three members, lived twice: by the ledger and by the plain model. After every step all
figures agree, and the stored book proves by itself that it adds up (P1, P2, P3, P8).
"""

from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from chalicelib.ledger import book, moves, service, table
from chalicelib.ledger.account import NEVER, dump, load
from chalicelib.ledger.draft import Face
from chalicelib.ledger.entry import Earned, parse
from chalicelib.ledger.hold import Hold
from chalicelib.ledger.redemptions import Redemption
from chalicelib.ledger.rules import Lasting
from tests.ledger.worlds import InMemory, OnTable, World
from tests.support.books import SITE, TOLD, ladder, rules
from tests.support.plain import PlainMember, Taken, last_good_day
from tests.support.proofs import check_chain, check_conservation, check_lots
from tests.support.tables import moto_table

START = datetime(2026, 1, 30, 22, 30, tzinfo=UTC)
MEMBERS = ("m-ada", "m-bea", "m-cyd")
THRESHOLDS = (0, 100, 250, 600)
METRICS = ("points", "spend", "orders")
members = st.sampled_from(MEMBERS)
amounts = st.one_of(st.integers(1, 12), st.integers(1, 400))
classes = st.sampled_from("SP")
lastings = st.one_of(
    st.just(("never", 0)),
    st.tuples(st.just("days"), st.sampled_from([0, 1, 7, 30, 365])),
    st.tuples(st.just("month_end"), st.integers(0, 3)),
    st.tuples(st.just("year_end"), st.integers(0, 1)),
)
places = st.integers(0, 99)


@dataclass
class Award:
    mid: str
    entry: int
    kind: str
    on: date
    good_through: date | None
    left: int


@dataclass
class Spent:
    mid: str
    mine: Redemption
    plain: Taken
    on_rewards: bool


class Lives(RuleBasedStateMachine):
    """What may happen to members of a programme."""

    def __init__(self) -> None:
        super().__init__()
        self.now = START
        self.world: World
        self.plain: dict[str, PlainMember] = {}
        self.awards: list[Award] = []
        self.spent: list[Spent] = []
        self.promises: dict[tuple[str, str], tuple[str, date | None]] = {}

    def make_world(self, rules_: Any) -> World:
        return InMemory(rules_)

    @initialize(
        zone=st.sampled_from(["UTC", "America/New_York", "Pacific/Auckland", "Asia/Kathmandu"]),
        window=st.sampled_from(["lifetime", "year", "rolling", "anniversary"]),
        metric=st.sampled_from([0, 1, 2]),
        may_owe=st.booleans(),
    )
    def begin(self, zone: str, window: str, metric: int, *, may_owe: bool) -> None:
        tiers = ladder(THRESHOLDS, window=window, metric=METRICS[metric])
        self.may_owe = may_owe
        self.zone = ZoneInfo(zone)
        self.world = self.make_world(rules(zone, tiers, may_owe=may_owe))
        for mid in MEMBERS:
            self.plain[mid] = PlainMember(self.zone, window, THRESHOLDS, metric, self.now)
            self.world.enrol(mid, self.now)

    def run(self, mids: list[str], decide: Any) -> Any:
        return self.world.run(mids, self.now, decide)

    @rule(
        mid=members,
        points=st.one_of(st.just(0), amounts),
        lasting=lastings,
        kind=classes,
        back=st.sampled_from([0, 0, 0, 1, 9, 40]),
    )
    def award(self, mid: str, points: int, lasting: tuple[str, int], kind: str, back: int) -> None:
        effective = self.now - timedelta(days=back)
        on = self.plain[mid].day_of(effective)
        entry = self.run(
            [mid],
            lambda drafts, _: (
                [],
                moves.award(drafts[0], points, Lasting(*lasting), TOLD, kind=kind, effective=effective),
            ),
        )
        good = last_good_day(*lasting, on)
        self.plain[mid].earn(on, points)
        self.plain[mid].receive([(kind, good, points)])
        self.awards.append(Award(mid, entry.number, kind, on, good, points))

    @rule(mid=members, points=amounts, spend=st.integers(0, 300), lasting=lastings)
    def order(self, mid: str, points: int, spend: int, lasting: tuple[str, int]) -> None:
        on = self.plain[mid].today
        earned = Earned(on.toordinal(), points, spend, 1)
        self.run([mid], lambda drafts, _: ([], moves.award(drafts[0], points, Lasting(*lasting), TOLD, earned=earned)))
        self.plain[mid].earn(on, points, spend, 1)
        self.plain[mid].receive([("S", last_good_day(*lasting, on), points)])

    @rule(mid=members, points=amounts, lasting=lastings, kind=classes, release=st.none() | st.integers(0, 40))
    def promise(self, mid: str, points: int, lasting: tuple[str, int], kind: str, release: int | None) -> None:
        moment = int((self.now + timedelta(days=30 if release is None else release)).timestamp() * 1000)

        def decide(drafts: Any, _: Any) -> Any:
            entry = moves.hold(drafts[0], points, TOLD)
            drafts[0].show(entry.number, Face("Hold", less=-points))
            hold = Hold(f"A{entry.number}", 0, entry.number, 101, {"0": points}, Lasting(*lasting), 1, kind=kind)
            hold = replace(hold, void_at=moment) if release is None else replace(hold, release_at=moment)
            return [table.hold_write(SITE, mid, hold)], None

        self.run([mid], decide)
        self.plain[mid].promised += points

    @rule(mid=members, points=amounts)
    def shrink(self, mid: str, points: int) -> None:
        def decide(drafts: Any, holds: list[Hold]) -> Any:
            if not holds:
                return [], 0
            off = min(points, holds[0].points)
            moves.shrink(drafts[0], off, TOLD)
            drafts[0].show(holds[0].row, Face(less=off))
            return [table.hold_write(SITE, mid, holds[0].without({"0": off}))], off

        self.plain[mid].promised -= self.run([mid], decide)

    @rule(mid=members)
    def holds_fall_due(self, mid: str) -> None:
        def decide(drafts: Any, holds: list[Hold]) -> Any:
            due = [hold for hold in holds if hold.due <= drafts[0].at]
            return [service.end_hold(drafts[0], hold, last=True) for hold in due], due

        plain = self.plain[mid]
        for hold in self.run([mid], decide):
            plain.promised -= hold.points
            if hold.release_at is not None:
                on = plain.day_of(datetime.fromtimestamp(hold.release_at / 1000, UTC))
                plain.earn(on, hold.points)
                good = last_good_day(hold.lasting.unit, hold.lasting.count, on)
                plain.receive([(hold.kind, good, hold.points)])

    @rule(mid=members, points=amounts, side=st.sampled_from(["redeemed", "rewarded"]))
    def redeem(self, mid: str, points: int, side: Any) -> None:
        entry = self.run([mid], lambda drafts, _: ([], moves.debit(drafts[0], points, TOLD, side=side)))
        taken = self.plain[mid].take(points, side)
        self.spent.append(Spent(mid, Redemption(entry.number, side, entry.draws), taken, side == "rewarded"))

    @rule(place=places, points=amounts)
    @precondition(lambda self: self.spent)
    def refund(self, place: int, points: int) -> None:
        spent = self.spent[place % len(self.spent)]
        points = min(points, spent.mine.points - spent.mine.refunded)
        mine, draws = spent.mine.give_back(points)
        self.run([spent.mid], lambda drafts, _: ([], moves.refund(drafts[0], draws, TOLD, side=mine.side)))
        back: Taken = []
        while points:
            kind, good, there = spent.plain.pop(0)
            part = min(points, there)
            points -= part
            back.append((kind, good, part))
            if there > part:
                spent.plain.insert(0, (kind, good, there - part))
        spent.mine = mine
        self.plain[spent.mid].undo(back, on_rewards=spent.on_rewards)

    @rule(mid=members, points=amounts, side=st.sampled_from(["deducted", "expired"]))
    def deduct(self, mid: str, points: int, side: Any) -> None:
        self.run([mid], lambda drafts, _: ([], moves.debit(drafts[0], points, TOLD, side=side, may_owe=self.may_owe)))
        self.plain[mid].take(points, side, may_owe=self.may_owe)

    @rule(place=places, points=amounts)
    @precondition(lambda self: self.awards)
    def give_award_back(self, place: int, points: int) -> None:
        award = self.awards[place % len(self.awards)]
        points = min(points, award.left)
        award.left -= points
        day = NEVER if award.good_through is None else award.good_through.toordinal()
        earned = Earned(award.on.toordinal(), -points)

        def decide(drafts: Any, _: Any) -> Any:
            lot = (award.kind, day, award.entry)
            told = replace(TOLD, action=moves.RETURN)
            options = {"may_owe": self.may_owe, "first": lot, "earned": earned}
            return [], moves.debit(drafts[0], points, told, side="deducted", **options)

        self.run([award.mid], decide)
        self.plain[award.mid].earn(award.on, -points)
        self.plain[award.mid].take(points, "deducted", may_owe=self.may_owe, first=(award.kind, award.good_through))

    @rule(giver=members, step=st.integers(1, 2), points=amounts)
    def transfer(self, giver: str, step: int, points: int) -> None:
        receiver = MEMBERS[(MEMBERS.index(giver) + step) % len(MEMBERS)]

        def decide(drafts: Any, _: Any) -> Any:
            sent = moves.send(drafts[0], points, TOLD)
            return [], moves.receive(drafts[1], sent.draws, TOLD)

        self.run([giver, receiver], decide)
        self.plain[receiver].receive(self.plain[giver].take(points, "transferred"))

    @rule(days=st.sampled_from([0, 1, 2, 5, 20, 45, 200, 400]), seconds=st.integers(0, 86_399))
    def wait(self, days: int, seconds: int) -> None:
        self._until(self.now + timedelta(days=days, seconds=seconds))

    @rule(early=st.sampled_from([0, 1]))
    def wait_for_midnight(self, early: int) -> None:
        tomorrow = self.now.astimezone(self.zone).date() + timedelta(days=1)
        midnight = datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=self.zone).astimezone(UTC)
        self._until(max(self.now, midnight - timedelta(milliseconds=early)))

    def _until(self, now: datetime) -> None:
        self.now = now
        for member in self.plain.values():
            member.wait(now)

    @invariant()
    def figures_agree(self) -> None:
        for mid, plain in self.plain.items():
            account = self.world.settled(mid, self.now)
            mine = account.bucket()
            heaps = sorted(
                (h.kind, h.good_through.toordinal() if h.good_through else NEVER, h.points) for h in plain.heaps
            )
            assert sorted((lot.kind, lot.day, lot.left) for lot in mine.lots) == heaps
            assert (mine.available, mine.held, mine.arrears) == (plain.available, plain.promised, plain.owed)
            assert (mine.used, mine.redeemed, mine.on_rewards) == (plain.used, plain.redeemed, plain.on_rewards)
            assert (mine.expired, mine.lifetime) == (plain.expired, plain.lifetime)
            assert mine.lifetime == mine.available + mine.used + mine.expired
            assert account.standing.tier == f"T{plain.tier()}"

    @invariant()
    def books_prove_themselves(self) -> None:
        books = {mid: self.world.cores(mid) for mid in self.plain}
        accounts = {mid: self.world.stored(mid) for mid in self.plain}
        outstanding = sum(a.bucket().available + a.bucket().held for a in accounts.values())
        check_conservation(books, outstanding)
        for mid, cores in books.items():
            check_chain(SITE, mid, cores)
            lots = check_lots(cores, self.zone)
            assert lots == {("points", lot.kind, lot.day): lot.left for lot in accounts[mid].bucket().lots}
            folded = book.fold(parse(core) for core in cores)
            assert folded == accounts[mid]
            assert load(dump(folded), folded.version) == folded
            promised = sum(hold.points for hold in self.world.holds(mid))
            assert promised == accounts[mid].bucket().held


class LivesOnTable(Lives):
    """The same through the one writer."""

    def make_world(self, rules_: Any) -> World:
        self.stack = ExitStack()
        return OnTable(rules_, self.stack.enter_context(moto_table()))

    def teardown(self) -> None:
        if hasattr(self, "stack"):
            self.stack.close()


PROVED = ("B049", "B050", "B051", "B052", "B053", "B056", "B057", "B079", "B109", "B148", "B201")


@pytest.mark.slow
@pytest.mark.proves(*PROVED)
def test_the_book_agrees_with_the_plain_model():
    run_state_machine_as_test(Lives, settings=settings(max_examples=120, stateful_step_count=40))


@pytest.mark.slow
@pytest.mark.proves(*PROVED, "A004")
def test_the_stored_book_agrees_with_the_plain_model():
    run_state_machine_as_test(LivesOnTable, settings=settings(max_examples=8, stateful_step_count=25))
