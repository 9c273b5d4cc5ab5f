"""The plain model by itself: a few cases counted by hand, so that it is not only compared with the product."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from tests.simulation.history import Call
from tests.simulation.judge import HANDLERS
from tests.simulation.model import Site, Version, judge
from tests.simulation.model_reads import instant
from tests.simulation.model_rules import Programme, good_through, next_period, period, share_out
from tests.simulation.workload_documents import HELD, SIMPLE, WHOLE

NOON = instant("2026-03-18T12:00:00+00:00")
DAY = 86_400_000


class Paper:
    """A site on paper with one member, to which calls happen one after the other."""

    def __init__(self, document=SIMPLE):
        self.site = Site([Version(Programme(2, document), 0)])
        self.now = NOON
        self.call("POST", "/users", {"id": "ada"})

    def call(self, method, path, body=None, **more):
        outcome = judge(self.site, Call(method, path, body, **more), self.now, self.site.rules, HANDLERS)
        self.site.apply(outcome)
        return outcome.status, outcome.body

    def credit(self, points):
        return self.call("POST", "/points", {"id": "ada", "actionId": 100, "activity": "CREDIT", "credit": points})

    def redeem(self, points, **more):
        body = {"id": "ada", "actionId": 107, "activity": "DEBIT", "debit": points}
        return self.call("POST", "/points", {**body, **more.pop("body", {})}, **more)

    @property
    def figures(self):
        return self.call("GET", "/points/ada")[1]


def day(text):
    return date.fromisoformat(text).toordinal()


@pytest.mark.parametrize(
    ("policy", "last"),
    [
        ({"type": "never"}, 0),
        ({"type": "rollingDays", "days": 3}, day("2026-03-21")),
        ({"type": "endOfMonth", "months": 0}, day("2026-03-31")),
        ({"type": "endOfMonth", "months": 11}, day("2027-02-28")),
        ({"type": "endOfYear", "years": 1}, day("2027-12-31")),
    ],
)
def test_points_are_good_through_the_day_that_the_policy_names(policy, last):
    assert good_through(policy, day("2026-03-18")) == last


@pytest.mark.parametrize(
    ("unit", "first", "following"),
    [
        ("day", "2026-03-18", "2026-03-19"),
        ("week", "2026-03-16", "2026-03-23"),
        ("month", "2026-03-01", "2026-04-01"),
        ("quarter", "2026-01-01", "2026-04-01"),
        ("year", "2026-01-01", "2027-01-01"),
    ],
)
def test_periods_begin_where_the_calendar_says(unit, first, following):
    assert period(unit, day("2026-03-18")) == day(first)
    assert next_period(unit, day("2026-03-18")) == day(following)


def test_a_lifetime_has_no_next_period():
    assert next_period("lifetime", day("2026-03-18")) is None


def test_the_largest_remainders_go_up_and_the_shares_add_up():
    assert share_out(10, [Fraction(10, 3)] * 3) == [4, 3, 3]


def test_points_are_there_on_their_last_day_and_gone_the_day_after():
    paper = Paper()
    paper.credit(60)

    paper.now = NOON + 3 * DAY
    assert paper.figures["availablePoints"] == 60
    paper.now = NOON + 4 * DAY
    assert (paper.figures["availablePoints"], paper.figures["expiredPoints"]) == (0, 60)


def test_a_redemption_takes_all_or_nothing():
    paper = Paper()
    paper.credit(60)

    assert paper.redeem(61) == (400, {"errorCode": "AC1004"})
    assert paper.redeem(60)[1]["updatedAvailablePoints"] == 0


def test_a_repeated_key_answers_the_same_and_moves_nothing():
    paper = Paper()
    paper.credit(60)

    assert paper.redeem(20, key="k") == paper.redeem(20, key="k")
    assert paper.figures["availablePoints"] == 40
    assert paper.redeem(30, key="k") == (409, {"errorCode": "AC1006"})


def test_a_dry_run_answers_and_moves_nothing():
    paper = Paper()
    paper.credit(60)

    assert paper.redeem(20, query={"dryRun": "true"})[1]["updatedAvailablePoints"] == 40
    assert paper.figures["availablePoints"] == 60


def test_retry_tells_the_redemption_that_the_order_has():
    paper = Paper()
    paper.credit(60)

    first = paper.redeem(20, body={"orderId": "SO-1", "retry": "YES"})
    assert paper.redeem(50, body={"orderId": "SO-1", "retry": "YES"}) == first
    assert paper.figures["usedRedemptionPoints"] == 20


def test_a_daily_limit_opens_again_and_a_lifetime_does_not():
    paper = Paper()
    visit = {"id": "ada", "actionId": 515, "activity": "CREDIT"}
    welcome = {"id": "ada", "actionId": 101, "activity": "CREDIT"}

    codes = [
        paper.call("POST", "/points", body)[1].get("errorCode") for body in (visit, visit, visit, welcome, welcome)
    ]

    assert codes == [None, None, "AC1028", None, "AC1026"]


def test_points_of_each_line_are_given_a_day_after_it_was_shipped():
    paper = Paper(HELD)
    lines = [{"id": "P1", "quantity": 1, "unitPrice": 10}, {"id": "P2", "quantity": 1, "unitPrice": 20}]
    paper.call("POST", "/orders", {"id": "SO-1", "userId": "ada", "orderDetail": lines})
    one = {"orderId": "SO-1", "status": "ship", "orderDetail": [{"id": "P1"}]}

    status, said = paper.call("PATCH", "/orders/SO-1", one)

    assert (status, said["status"], said["pointsOnHold"]) == (200, "partially shipped", Decimal(39))
    assert said["releaseDate"] == "2026-03-18T23:00:00+0000"


def test_a_cancel_of_a_promise_gives_nothing_and_takes_nothing():
    paper = Paper(WHOLE)
    line = {"id": "P1", "quantity": 2, "unitPrice": 20}
    paper.call("POST", "/orders", {"id": "SO-1", "userId": "ada", "orderDetail": [line]})

    said = paper.call("PUT", "/orders/SO-1", {"orderId": "SO-1", "status": "cancel"})[1]

    assert (said["pointsRemoved"], said["pointsOnHold"]) == (80, 0)
    row = paper.call("GET", "/users/ada/activity")[1]["activityDetail"][0]
    assert (row["activity"], row["debit"], row["pointStatus"]) == ("DEBIT", 0, "Cancelled")


def test_what_a_return_takes_is_not_there_any_more():
    paper = Paper()
    line = {"id": "P1", "quantity": 3, "unitPrice": 10}
    paper.call("POST", "/orders", {"id": "SO-1", "userId": "ada", "orderDetail": [line]})
    paper.redeem(25)

    said = paper.call("PUT", "/orders/SO-1", {"orderId": "SO-1", "status": "return"})[1]

    assert (said["pointsRemoved"], said["pointsNotDeducted"]) == (5, 25)


def test_the_erased_are_unknown_and_start_at_zero():
    paper = Paper()
    paper.credit(60)
    paper.call("POST", "/userdelete", {"id": "ada", "requestedBy": "staff"})

    assert paper.call("GET", "/points/ada") == (404, {"errorCode": "AC1005"})
    paper.call("POST", "/users", {"id": "Ada"})
    assert paper.figures["lifetimePoints"] == 0
