"""Any sequence of changes, on a book in memory: every point of a line is held, given, taken back or lost."""

from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.errors import Refusal
from chalicelib.ledger import service as ledger
from chalicelib.ledger.draft import Draft
from chalicelib.ledger.hold import Hold
from chalicelib.orders import booking, changing, selecting
from chalicelib.orders.booking import Award
from chalicelib.orders.order import NewLine, NewOrder, Order, Verb
from chalicelib.orders.results import view
from chalicelib.orders.selecting import Wanted
from chalicelib.orders.shares import split
from chalicelib.programme.in_force import InForce, compiled
from tests.orders.shop import line, want
from tests.programme.documents import programme
from tests.support.books import Book

NEVER = {"type": "never", "days": None}


class Desk:
    """One order of one member, in memory."""

    def __init__(
        self, kind: str, days: int, lines: list[NewLine], points: int, max_days: int = 20, **sections: Any
    ) -> None:
        purchase = {"hold": {"type": kind, "days": days}, "holdMaxDays": max_days}
        whole = programme(**{"purchase": purchase, "expiry": NEVER} | sections)
        self.then: InForce = compiled(whole, 1)
        self.book = Book(rules_=self.then.rules, now="2026-01-05")
        shares = split(points, [int(each.unit_price * each.quantity * 1000) for each in lines])
        award = Award(points, points, shares, (), "1")
        booked: list[Any] = []
        self.book.do(lambda draft: booked.append(booking.book_order(draft, NewOrder("SO-1", lines), award, self.then)))
        self.order: Order = booked[0].order
        self.holds: list[Hold] = [] if booked[0].hold is None else [stored(booked[0].hold)]

    def change(self, verb: Verb, *wanted: Wanted) -> changing.Outcome | None:
        cuts = selecting.select(self.order, verb, wanted or None)
        if not cuts:
            return None
        policy = self.then.programme.purchase.hold
        out = changing.change(self.order, self.holds, verb, cuts, policy, zone=self.then.zone, now=self.book.now)
        self.book.do(lambda draft: booking.book_change(draft, verb, out))
        written = {hold.place: hold for hold in out.holds}
        kept = {hold.place: hold for hold in self.holds} | written
        self.holds = [stored(hold) for hold in kept.values() if hold.parts]
        assert [hold.parts for hold in self.holds] == [hold.parts for hold in out.left]
        self.order = out.order
        return out

    def wait(self, days: int) -> None:
        self.book.wait((self.book.now + timedelta(days=days)).strftime("%Y-%m-%d"))
        now = self.book.now.timestamp() * 1000
        for hold in [each for each in self.holds if each.due is not None and each.due <= now]:
            self.holds.remove(hold)

            def end(draft: Draft, ending: Hold = hold) -> None:
                ledger.end_hold(draft, ending, last=not self.holds)

            self.book.do(end)

    def check(self) -> None:
        seen = view("m-ada", self.order, self.holds)
        account = self.book.account
        assert account.bucket().held == seen.points_on_hold
        for each in seen.lines:
            it = each.line
            assert min(it.placed, it.shipped, it.returned, it.cancelled, it.spared, it.undone) >= 0
            assert it.spared <= it.cancelled
            assert min(each.points_awarded, each.points_on_hold, it.taken, it.lost, it.waiting) >= 0
            assert each.points_awarded + each.points_on_hold + it.taken + it.lost == it.share
            assert it.taken <= it.due
            if it.undone == it.quantity:
                assert (each.points_on_hold, each.points_awarded, it.lost) == (0, 0, 0) or it.spared
        qualifying, spend, orders = account.counter("E")
        assert qualifying == seen.points_awarded
        assert spend == self.order.amount - sum(each.spend_gone for each in self.order.lines)
        assert orders == (0 if self.order.is_gone else 1)
        assert account.bucket().available == seen.points_awarded


def stored(hold: Hold) -> Hold:
    """As a read gives it."""
    return Hold(**{name: getattr(hold, name) for name in Hold.__slots__} | {"version": hold.version + 1})


lines_of = st.lists(
    st.tuples(st.integers(0, 999), st.integers(1, 7), st.sampled_from(["P1", "P2", "P3"])), min_size=1, max_size=4
).map(lambda rows: [line(product, str(price), str(quantity)) for price, quantity, product in rows])
steps = st.lists(
    st.one_of(
        st.sampled_from([1, 2, 5, 25]),
        st.tuples(st.sampled_from(["ship", "return", "cancel"]), st.none()),
        st.tuples(
            st.sampled_from(["ship", "return", "cancel"]),
            st.tuples(st.sampled_from(["P1", "P2", "P3"]), st.integers(1, 5)),
        ),
    ),
    max_size=10,
)
policies = st.just(("none", 0)) | st.tuples(
    st.sampled_from(["orderDate", "itemShipDate", "wholeOrderShipped"]), st.integers(0, 9)
)


@given(policies, lines_of, st.integers(0, 2000), steps)
@settings(max_examples=400)
def test_every_point_is_somewhere_whatever_happens(policy, lines, points, happenings):
    desk = Desk(*policy, lines, points)
    desk.check()
    for step in happenings:
        if isinstance(step, int):
            desk.wait(step)
        else:
            try:
                desk.change(step[0], *([] if step[1] is None else [want(step[1][0], str(step[1][1]))]))
            except Refusal:
                continue
        desk.check()


@given(lines_of, st.integers(0, 2000), st.lists(st.integers(1, 5), min_size=1, max_size=28))
def test_any_split_of_returns_takes_back_just_what_was_given(lines, points, pieces):
    desk = Desk("none", 0, lines, points)
    taken = 0
    for units in pieces:
        for product in ("P1", "P2", "P3"):
            try:
                out = desk.change("return", want(product, str(units)))
            except Refusal:
                continue
            taken += out.taken if out else 0
    out = desk.change("return")
    taken += out.taken if out else 0

    assert taken == points
    assert [each.taken for each in desk.order.lines] == [each.share for each in desk.order.lines]
    assert desk.order.is_gone


@given(lines_of, st.integers(1, 2000), st.lists(st.integers(1, 5), min_size=1, max_size=10))
def test_whatever_ships_in_pieces_is_given_whole(lines, points, pieces):
    desk = Desk("itemShipDate", 3, lines, points)
    for units in pieces:
        for product in ("P1", "P2", "P3"):
            try:
                desk.change("ship", want(product, str(units)))
            except Refusal:
                continue
        desk.wait(1)
    desk.change("ship")
    desk.wait(3)

    assert desk.book.account.bucket().available == points
    assert desk.holds == []


def test_a_third_of_ten_points_is_rounded_down_until_the_last():
    desk = Desk("none", 0, [line("P1", "10", "3")], 10)
    taken = [out.taken for _ in range(3) if (out := desk.change("return", want("P1", "1")))]

    assert taken == [3, 3, 4]


def test_parts_of_a_unit_come_back_too():
    desk = Desk("none", 0, [line("Tea", "40", "2.5")], 100)
    taken = [out.taken for quantity in ("0.5", "1.25", "0.75") if (out := desk.change("return", want("Tea", quantity)))]

    assert taken == [20, 50, 30]


def test_what_rounding_left_with_shipped_units_is_given_with_them():
    desk = Desk("itemShipDate", 3, [line("P1", "10", "3")], 10)
    desk.change("ship", want("P1", "1"))
    desk.change("cancel", want("P1", "2"))

    assert [(dict(hold.parts), hold.release_at is None) for hold in desk.holds] == [({"1": 4}, False)]
    desk.wait(3)
    assert desk.book.account.bucket().available == 4


def test_cancelling_what_waited_too_long_takes_nothing():
    desk = Desk("itemShipDate", 3, [line("P1"), line("P2")], 20)
    desk.wait(25)
    out = desk.change("cancel")

    assert out is not None
    assert (out.taken, out.from_hold, desk.order.is_undone) == (0, 0, True)
    assert [(each.taken, each.lost) for each in desk.order.lines] == [(10, 0), (10, 0)]


def test_shipments_of_one_day_share_a_hold():
    desk = Desk("itemShipDate", 3, [line("P1"), line("P2"), line("P3")], 30)
    desk.change("ship", want("P1"))
    desk.change("ship", want("P2"))

    assert [dict(hold.parts) for hold in desk.holds] == [{"3": 10}, {"1": 10, "2": 10}]


def test_an_order_has_at_most_twenty_holds():
    desk = Desk("itemShipDate", 100, [line("P1", "1", "30")], 300)
    for _ in range(25):
        desk.change("ship", want("P1", "1"))
        desk.book.now += timedelta(days=1)

    assert len(desk.holds) == 20
    assert sum(hold.points for hold in desk.holds) == 300


def test_what_was_given_on_another_day_stops_counting_in_that_days_period():
    desk = Desk("itemShipDate", 3, [line("P1"), line("P2")], 20, max_days=60)
    desk.change("ship", want("P1"))
    desk.wait(30)
    desk.change("ship")
    desk.wait(5)
    desk.change("return")

    months = {key: amounts for key, amounts in desk.book.account.counters.items() if key[0] == "M"}
    assert months == {"M202601": (0, 0, 0), "M202602": (0, 0, 0)}


def test_a_return_takes_the_awards_own_lot_first():
    desk = Desk("none", 0, [line("P1")], 10, expiry={"type": "rollingDays", "days": 365})
    day = desk.order.day
    desk.book.award(100, desk.order.lasting, effective=desk.book.now - timedelta(days=30))
    out = desk.change("return")

    assert out is not None
    entry = desk.book.entries[-1]
    assert [(draw.day, draw.amount, draw.target) for draw in entry.draws] == [(day + 365, 10, desk.order.entry)]


def test_spent_points_are_recorded_as_not_deducted():
    desk = Desk("none", 0, [line("P1")], 10)
    desk.book.spend(7)
    desk.change("return")
    entry = desk.book.entries[-1]

    assert (entry.wished, entry.moved("available")) == (10, 3)
    assert desk.book.account.bucket().available == 0


def test_spent_points_are_owed_where_the_programme_allows_that():
    desk = Desk("none", 0, [line("P1")], 10, negativePoints={"allowed": True})
    desk.book.spend(7)
    desk.change("return")

    assert desk.book.account.bucket().available == -7
