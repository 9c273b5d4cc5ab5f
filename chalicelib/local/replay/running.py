"""Replays a history: every day of it in turn, through the handlers that HTTP uses and the triggers of ``app.py``.

A day begins with the sweep, whose messages the workers handle; at noon the day's customers join and buy, each
customer's purchases in their order; then the stream is consumed. Days on which nothing is due and nobody buys
are skipped. What is random in the product (members' numbers, salts) decides no figure, so each replay of a file
gives the same ones.
"""

import logging
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Final
from zoneinfo import ZoneInfo

from app import app
from chalicelib import clock
from chalicelib.dynamo import keys
from chalicelib.ids import command_id
from chalicelib.ledger import days
from chalicelib.local import resources
from chalicelib.local.calls import Client
from chalicelib.local.gateway import Gateway
from chalicelib.local.replay.firing import Firing
from chalicelib.local.replay.history import History, Purchase
from chalicelib.local.replay.plan import Plan
from chalicelib.local.replay.progress import Progress
from chalicelib.local.replay.shop import Shop
from chalicelib.members import service as members
from chalicelib.programme import amounts
from chalicelib.programme import service as programme
from chalicelib.sites import service as sites

WORKERS: Final = 3
"""Customers served at once: enough to keep both this process and the engine busy on two cores."""
SHOPPING_HOUR: Final = 12
SITE_NAME: Final = "Replay"


@dataclass(frozen=True, slots=True)
class Done:
    """What a replay did, beyond what the book says."""

    days: int
    messages: int
    """Messages that the sweep queued and the workers handled."""
    redemptions: int


def replay(history: History, plan: Plan, progress: Progress) -> Done:
    """Run the whole history on an empty engine. Raises ``CallFailed`` and ``TriggerFailed``."""
    _quiet()
    made = resources.create()
    first = history.first_day.toordinal()
    clock.move_to(days.start_of(first, _zone(plan)))
    try:
        secret = sites.create_site(plan.site, SITE_NAME, clock.now())
        programme.publish(plan.site, command_id(), plan.document)
        with _workers() as workers:
            shop = Shop(Client(Gateway(app).answer, plan.site, secret))
            run = _Run(history, plan, shop, Firing(app, made, workers, WORKERS), workers, progress)
            day: int | None = first
            while day is not None:
                run.day(day)
                day = run.next_day(day)
            return Done(run.days, run.firing.messages, run.redemptions)
    finally:
        clock.move_to(None)


def steps_of(history: History, plan: Plan) -> int:
    """How many steps a replay counts: a day, an enrolment and an order are one each."""
    span = plan.through.toordinal() - history.first_day.toordinal() + 1
    return span + len(history.purchases) + len(history.orders_by_customer)


class _Run:
    """A replay under way."""

    def __init__(
        self,
        history: History,
        plan: Plan,
        shop: Shop,
        firing: Firing,
        workers: ThreadPoolExecutor,
        progress: Progress,
    ) -> None:
        self._plan, self._shop, self._workers, self._progress = plan, shop, workers, progress
        self._zone = _zone(plan)
        self._bought = {day.toordinal(): purchases for day, purchases in history.by_day()}
        self._known: set[str] = set()
        self._customer_by_mid: dict[str, str] = {}
        self._available: dict[str, Decimal] = {}
        """What customers were told today that they have."""
        self._to_ship: dict[int, list[str]] = {}
        price = amounts.points_on_wire(plan.programme, plan.reward)
        self._reward: Decimal = price
        self.firing = firing
        self.days = 0
        self.redemptions = 0

    def day(self, day: int) -> None:
        """One simulated day from its first instant to its last."""
        start = days.start_of(day, self._zone)
        clock.move_to(start)
        self.firing.sweep()
        noon = start + timedelta(hours=SHOPPING_HOUR)
        clock.move_to(noon)
        list(self._workers.map(self._shop.ship, self._to_ship.pop(day, ())))
        bought = self._bought.get(day, [])
        by_customer = [list(group) for _, group in groupby(_together(bought), lambda each: each.customer)]
        new = sum(group[0].customer not in self._known for group in by_customer)
        list(self._workers.map(lambda group: self._serve(group, noon), by_customer))
        if self._plan.ships:
            self._to_ship[day + self._plan.ship_days] = [purchase.order_id for purchase in bought]
        changed = self.firing.project()
        if self._plan.redeems and self._redeem(changed):
            self.firing.project()
        self.days += 1
        self._progress.advance(1 + new + len(bought), date.fromordinal(day).isoformat())

    def next_day(self, day: int) -> int | None:
        """The next day on which anything happens, and the last one; on days between nothing is due or bought."""
        last = self._plan.through.toordinal()
        if day >= last:
            return None
        if day + 1 in self._bought:
            return day + 1
        due = self.firing.next_due()
        coming = [each for each in (*self._bought, *self._to_ship) if each > day]
        if due is not None:
            # What is due within a day is done on the next; it begins with the sweep.
            falls_on = days.day_of(due, self._zone)
            coming.append(falls_on if due <= days.start_of(falls_on, self._zone) else falls_on + 1)
        following = max(day + 1, min(coming, default=last))
        self._progress.advance(min(following, last) - day - 1, date.fromordinal(day).isoformat())
        return min(following, last)

    def _serve(self, purchases: Sequence[Purchase], noon: datetime) -> None:
        """Everything that one customer does on a day."""
        customer = purchases[0].customer
        if customer not in self._known:
            self._shop.enrol(customer)
            if self._plan.welcomes:
                self._shop.welcome(customer)
            self._known.add(customer)
            if self._plan.redeems:
                self._customer_by_mid[members.resolve(self._plan.site, customer).mid] = customer
        for purchase in purchases:
            self._available[customer] = self._shop.order(purchase, noon)

    def _redeem(self, changed: set[str]) -> int:
        """Let all whose points changed today spend as many whole rewards as they can; how many members did."""
        places = (keys.parse_member(pk) for pk in changed)
        mids = {place[1] for place in places if place is not None}
        customers = [self._customer_by_mid[mid] for mid in mids if mid in self._customer_by_mid]
        rewards = list(self._workers.map(self._spend, customers))
        self._available.clear()
        self.redemptions += sum(rewards)
        return sum(1 for count in rewards if count)

    def _spend(self, customer: str) -> int:
        # Who ordered today was told the balance; who got points otherwise has to ask.
        known = self._available.get(customer)
        count = max(0, int((self._shop.available(customer) if known is None else known) // self._reward))
        if count:
            self._shop.redeem(customer, count * self._reward)
        return count


def _together(purchases: Sequence[Purchase]) -> list[Purchase]:
    """The purchases of a day by customer, in the order of each customer's first."""
    rank: dict[str, int] = {}
    for purchase in purchases:
        rank.setdefault(purchase.customer, len(rank))
    return sorted(purchases, key=lambda purchase: rank[purchase.customer])


def _zone(plan: Plan) -> ZoneInfo:
    return ZoneInfo(plan.programme.time_zone)


@contextmanager
def _workers() -> Iterator[ThreadPoolExecutor]:
    """Threads that end at once, with what they are doing, when something fails or Ctrl-C is pressed."""
    pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="replay")
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def _quiet() -> None:
    """Log faults only, and away from the report: thousands of requests say nothing that it does not."""
    log = logging.getLogger("laurel")
    log.handlers.clear()
    log.addHandler(logging.StreamHandler(sys.stderr))
    log.setLevel(logging.ERROR)
