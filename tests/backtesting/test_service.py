"""A backtest that takes longer than a request goes on in slices, which add up to the same, whatever befalls them."""

import json
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.backtesting import invented, places, service, table
from chalicelib.backtesting import sums as counting
from chalicelib.backtesting.invented import Happening
from chalicelib.backtesting.service import Backtest, BadPeriod, UnknownBacktest
from chalicelib.backtesting.sums import Sums
from chalicelib.dynamo import listing
from chalicelib.outreach import service as outreach
from chalicelib.programme.rendering import render
from chalicelib.programme.service import UnitsFixed
from chalicelib.programme.validation import InvalidProgramme
from tests.backtesting import worlds
from tests.orders.shop import START, Shop, line
from tests.programme.documents import document
from tests.support.tables import everything

RUN = "run1"
MANY = tuple(f"m-{number}" for number in range(14))


class Queue:
    """Keeps the messages that would be sent."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []

    def send(self, bodies: Any) -> int:
        sent = [json.loads(body) for body in bodies]
        self.messages += sent
        return len(sent)


@pytest.fixture
def messages(monkeypatch) -> list[dict[str, Any]]:
    queue = Queue()
    monkeypatch.setattr(service.queue, "send", queue.send)
    return queue.messages


@pytest.fixture
def crowd(shop) -> Shop:
    """Fourteen members with something each."""
    for number, mid in enumerate(MANY):
        shop.enrol(mid)
        worlds.award(shop, 100, 10 + number, mid)
    worlds.award(shop, 100, 5)
    shop.buy(line("A", "40"))
    worlds.project(shop, "m-ada", *MANY)
    shop.wait(minutes=5)
    return shop


def tried(shop: Shop, seconds: float, **sections: Any) -> Backtest:
    whole = {**render(shop.force.programme), **sections}
    start = START - timedelta(days=1)
    return service.try_out(shop.site, RUN, whole, start, shop.now, shop.now, seconds=seconds)


def ratio(shop: Shop, ratio: str) -> dict[str, Any]:
    actions = render(shop.force.programme)["actions"]
    return {"actions": [{**each, "ratio": ratio} if "ratio" in each else each for each in actions]}


def work(shop: Shop, message: dict[str, Any]) -> None:
    outreach.work(message, shop.now)


def test_a_small_site_is_answered_at_once_and_nothing_is_written(crowd, table, messages):
    before = everything(table)

    found = tried(crowd, 60, **ratio(crowd, "2"))

    assert found.is_done
    assert found.report is not None
    assert found.id == ""
    assert found.report["replayed"]["membersReproduced"] == 15
    assert found.report["points"]["awarded"]["difference"] == 40
    assert everything(table) == before
    assert messages == []


def test_slices_come_to_the_same_as_all_at_once(crowd, table, messages, monkeypatch):
    monkeypatch.setattr(service, "SLICE_SECONDS", -1)
    at_once = tried(crowd, 60, **ratio(crowd, "2"))
    members = [item for item in everything(table) if item["pk"]["S"].startswith("M#")]

    begun = tried(crowd, -1, **ratio(crowd, "2"))
    assert not begun.is_done
    while messages:
        message = messages.pop(0)
        # Each comes twice, as queues deliver.
        work(crowd, message)
        work(crowd, message)
    done = service.status(crowd.site, RUN)

    assert begun.members < 15
    assert (done.parts_done, done.members) == (listing.SHARDS, 15)
    assert done.report == at_once.report
    assert [item for item in everything(table) if item["pk"]["S"].startswith("M#")] == members


def test_of_two_workers_on_one_part_one_counts_and_asks_for_the_next(crowd, messages, monkeypatch):
    monkeypatch.setattr(service, "SLICE_SECONDS", -1)
    tried(crowd, -1)
    shard = places.parse(messages[0]["pk"], messages[0]["sk"])[2]
    messages.clear()
    part = table.read_part(crowd.site, RUN, shard)
    assert part is not None
    service.resume(crowd.site, RUN, shard, crowd.now)
    after = table.read_part(crowd.site, RUN, shard)

    late = table.advance(crowd.site, RUN, part, part, crowd.now)

    assert not late
    assert table.read_part(crowd.site, RUN, shard) == after


def test_a_run_that_is_known_is_urged_on_and_not_begun_again(crowd, messages):
    tried(crowd, -1)
    asked = list(messages)
    messages.clear()

    again = tried(crowd, 60)

    assert again.id == RUN
    assert not again.is_done
    assert messages == asked


def test_messages_of_no_run_and_of_a_finished_part_do_nothing(crowd, messages):
    service.resume(crowd.site, "gone", 0, crowd.now)
    tried(crowd, -1)
    for _ in range(3):
        for shard in range(listing.SHARDS):
            service.resume(crowd.site, RUN, shard, crowd.now)

    assert service.status(crowd.site, RUN).is_done


def test_a_run_is_known_to_its_site_alone(crowd, messages):
    tried(crowd, -1)
    other = Shop()

    with pytest.raises(UnknownBacktest):
        service.status(other.site, RUN)


def test_a_part_that_is_no_part_is_refused():
    with pytest.raises(ValueError, match="no part"):
        places.parse("M#1#2", "PART#001")


def test_a_site_without_members_has_no_differences(shop, messages):
    found = tried(shop, 60)

    assert found.report is not None
    assert found.report["replayed"]["membersFound"] == 0


@pytest.mark.parametrize(("start", "end"), [(timedelta(0), timedelta(0)), (timedelta(days=-1), timedelta(seconds=1))])
def test_a_period_ends_after_it_begins_and_not_after_now(shop, start, end):
    with pytest.raises(BadPeriod):
        service.try_out(shop.site, RUN, document(), shop.now + start, shop.now + end, shop.now, seconds=1)


def test_a_wrong_draft_is_refused_with_every_wrong_field(shop):
    wrong = document(timeZone="Mars/Olympus", expiry={"days": 0})

    with pytest.raises(InvalidProgramme) as refused:
        service.try_out(shop.site, RUN, wrong, START - timedelta(days=1), shop.now, shop.now, seconds=1)

    assert {problem.field for problem in refused.value.problems} == {"timeZone", "expiry.days"}


def test_points_of_another_unit_cannot_be_compared(shop):
    tenths = document(pointDecimals=1)
    with pytest.raises(UnitsFixed):
        service.try_out(shop.site, RUN, tenths, START - timedelta(days=1), shop.now, shop.now, seconds=1)


def test_an_invented_history_is_tried_on_nobody(shop, table):
    before = everything(table)
    happenings = [
        Happening(member="Ada", at=START, lines=(line("A", "50", "2"),)),
        Happening(member="ada", at=START + timedelta(days=1), points=80),
        Happening(member="bob", at=START, action=101),
    ]

    found = service.try_on(shop.site, document(**ratio(shop, "0.5")), invented.by_member(happenings), START)

    assert found.report is not None
    assert found.report["replayed"]["membersReplayed"] == 2
    assert found.report["points"]["awarded"] == {"before": 200, "after": 150, "difference": -50}
    assert found.report["refused"]["times"] == {"before": 0, "after": 1, "difference": 1}
    assert everything(table) == before


def test_an_invented_history_does_not_end_before_the_draft_begins(shop):
    events = invented.by_member([Happening(member="ada", at=START, action=101)])

    with pytest.raises(BadPeriod):
        service.try_on(shop.site, document(), events, START + timedelta(days=1))


def test_sums_add_up_in_any_order_and_survive_storage():
    some = [Sums({("members", "found"): n, ("flow", "before", "109", "awarded"): 3}, (n,), (-n,)) for n in range(1, 25)]

    whole = counting.merged(some)

    assert counting.merged([counting.merged(some[20:]), counting.merged(some[:20][::-1])]) == whole
    assert counting.load(counting.dump(whole)) == whole
    assert whole.gains == tuple(range(24, 14, -1))
    assert whole.losses == tuple(range(-24, -14))


@pytest.mark.parametrize(("points", "reached"), [(0, None), (1, "1"), (9, "1"), (10, "2"), (-99, "2"), (100_000, "6")])
def test_a_difference_counts_in_its_range(points, reached):
    found = counting.difference(points, 0)

    assert ([name[2] for name in found.counts if name[0] == "distribution"] or [None]) == [reached]
