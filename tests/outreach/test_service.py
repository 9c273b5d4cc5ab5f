"""What falls due reaches the one who does it, and what nobody does is refused loudly."""

import importlib
import json
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import pytest

from chalicelib.backtesting import places
from chalicelib.backtesting import service as backtesting
from chalicelib.dynamo import due, keys
from chalicelib.ledger import table as ledger_table
from chalicelib.members.blocking import service as blocking
from chalicelib.members.erasing import service as erasing
from chalicelib.outreach import service
from tests.house_rules import load
from tests.orders.shop import ADA, Shop, order

ROOT = Path(__file__).parents[2]
ERASED_FIRST = {"chalicelib.members.service"}
"""``members.erasing`` calls these itself."""


class Queue:
    """Keeps the messages that would be sent."""

    def __init__(self) -> None:
        self.messages: list[dict[str, str]] = []

    def send(self, bodies: Iterable[str]) -> int:
        sent = [json.loads(body) for body in bodies]
        self.messages += sent
        return len(sent)


@pytest.fixture
def queue(monkeypatch) -> Queue:
    found = Queue()
    monkeypatch.setattr(service, "queue", found)
    return found


def swept(shop: Shop, queue: Queue) -> list[dict[str, str]]:
    """What a sweep finds of this shop, among others on the same table."""
    queue.messages.clear()
    service.sweep(shop.now)
    return [message for message in queue.messages if service.site_of(message) == shop.site]


def test_everything_that_can_be_due_has_somebody_who_does_it():
    assert set(service.WORKERS) == {*due.KINDS, backtesting.KIND, blocking.KIND}


def test_every_package_that_forgets_is_asked_to_when_somebody_is_erased():
    named = [
        module.name
        for module in load(ROOT)
        if module.is_business and "\ndef forget(site: str, mid: str) -> bool:" in module.text
    ]

    asked = {importlib.import_module(name).forget for name in named if name not in ERASED_FIRST}

    assert set(named) > ERASED_FIRST
    assert asked | {service.abandon_group} == set(service.FORGETTING)


def test_a_hold_is_found_on_its_day_and_given_once(shop: Shop, queue: Queue):
    shop.hold("orderDate", 3)
    shop.place(order())
    shop.wait(days=2)
    assert swept(shop, queue) == []
    shop.wait(days=1)

    (message,) = swept(shop, queue)
    for _ in range(2):
        service.work(message, shop.now)

    assert (message["kind"], message["pk"]) == ("hold", keys.member(shop.site, ADA))
    assert (shop.account().bucket().available, shop.account().bucket().held) == (100, 0)
    assert shop.holds() == []


def test_an_account_is_found_when_its_points_expire_and_settled(shop: Shop, queue: Queue):
    shop.place(order())
    shop.wait(days=366)

    (message,) = swept(shop, queue)
    service.work(message, shop.now)

    stored = ledger_table.read_account(shop.site, ADA)
    assert message["kind"] == "account"
    assert stored is not None
    assert (stored.bucket().available, stored.bucket().expired) == (0, 100)
    assert swept(shop, queue) == []


def test_a_member_who_is_gone_has_nothing_left_to_settle(shop: Shop):
    service.work({"kind": "account", "pk": keys.member(shop.site, "m-gone"), "sk": keys.ACCOUNT}, shop.now)

    assert ledger_table.read_account(shop.site, "m-gone") is None


def test_an_erasure_goes_on_with_everybody_who_forgets(shop: Shop, monkeypatch):
    asked = []
    monkeypatch.setattr(erasing, "continue_erasure", lambda *said: asked.append(said))

    service.work({"kind": "erasure", "pk": keys.member(shop.site, ADA), "sk": "ERASURE"}, shop.now)

    assert asked == [(shop.site, ADA, service.FORGETTING)]


def test_what_nobody_does_is_refused(shop: Shop):
    with pytest.raises(ValueError, match="nobody knows what to do with a due parcel"):
        service.work({"kind": "parcel", "pk": keys.member(shop.site, ADA), "sk": "X"}, shop.now)
    with pytest.raises(ValueError, match="nothing of a member is due in S#"):
        service.work({"kind": "account", "pk": keys.of_site(shop.site), "sk": "X"}, shop.now)


def test_every_message_tells_its_site():
    member, part = keys.member("29235480", ADA), places.part("29235480", "r-1", 7)

    assert service.site_of({"kind": "hold", "pk": member, "sk": "H#g#0"}) == "29235480"
    assert service.site_of({"kind": "backtest", "pk": part[0], "sk": part[1]}) == "29235480"


def test_what_is_late_is_found_as_well(shop: Shop, queue: Queue):
    shop.hold("orderDate", 3)
    shop.place(order())
    swept(shop, queue)
    shop.set(shop.now + timedelta(days=40))

    assert [message["kind"] for message in swept(shop, queue)] == ["hold"]
