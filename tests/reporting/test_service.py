"""Facts and counters follow the account: once for each change, in whichever order the stream tells of it."""

from dataclasses import fields
from datetime import UTC, date, datetime
from typing import Any

import pytest

from chalicelib import settings
from chalicelib.dynamo import items, keys
from chalicelib.facts import table as facts
from chalicelib.facts.row import NUMBERS, Facts
from chalicelib.ledger import moves
from chalicelib.ledger import service as ledger
from chalicelib.reporting import service
from chalicelib.reporting.table import CounterItem
from tests.orders.shop import ADA, Shop, order

BEN = "m-ben"
MARCH = date(2026, 3, 1).toordinal()
SECOND = date(2026, 3, 2).toordinal()
"""The day on which a shop's clock begins."""


def project(shop: Shop, mid: str = ADA) -> bool:
    return service.project(keys.member(shop.site, mid), keys.ACCOUNT)


def known(shop: Shop, mid: str = ADA) -> Facts:
    return facts.load(items.get(*facts.address(shop.site, mid)))


def counted(shop: Shop, day: int = SECOND, first: int = MARCH) -> dict[str, dict[str, int]]:
    """Subject → figures of a day, without what came to nothing."""
    subjects = service.monthly(shop.site, first).get(day, {})
    return {
        subject: {name: change for name, change in figures.items() if change}
        for subject, figures in subjects.items()
        if any(figures.values())
    }


def close(shop: Shop) -> None:
    def decide(drafts: list[Any], _found: list[Any]) -> Any:
        return [], moves.close(drafts[0])

    ledger.post(shop.site, [ADA], shop.run(), shop.force.rules, decide)


def test_a_new_member_is_counted_in_all_and_in_the_first_tier(shop: Shop):
    assert project(shop)

    assert counted(shop) == {"all": {"members": 1}, "tier#1": {"members": 1}}
    assert (known(shop).tier, known(shop).joined) == ("1", SECOND)


def test_facts_say_what_the_account_says(shop: Shop):
    shop.place(order())
    shop.redeem(30)

    project(shop)

    found = known(shop)
    assert (found.available, found.used, found.redeemed, found.lifetime) == (70, 30, 30, 100)
    assert (found.spend, found.orders, found.state) == (10_000, 1, "active")
    assert found.version == shop.account().version


def test_a_repeated_or_late_change_counts_nothing(shop: Shop):
    shop.place(order())
    for _ in range(3):
        project(shop)
    first = counted(shop)

    project(shop)

    assert counted(shop) == first
    assert first["all"] == {"members": 1, "available": 100, "lifetime": 100, "spend": 10_000, "orders": 1}


def test_only_the_difference_is_counted_on_the_day_of_the_change(shop: Shop):
    shop.place(order())
    project(shop)
    shop.wait(days=1)
    shop.redeem(30)
    project(shop)

    assert counted(shop, SECOND + 1) == {"all": {"available": -30, "used": 30, "redeemed": 30}}


def test_a_day_is_a_day_of_the_programme(shop: Shop):
    shop.publish(timeZone="Pacific/Auckland")
    shop.enrol(BEN)

    project(shop, BEN)

    assert counted(shop, SECOND + 1)["all"] == {"members": 1}


def test_who_rises_leaves_one_tier_and_enters_the_next(shop: Shop):
    project(shop)

    for number in range(5):
        shop.buy(id=f"SO-{number}")

    project(shop)

    assert known(shop).tier == "2"
    assert counted(shop)["tier#2"] == {"members": 1}
    assert "tier#1" not in counted(shop)


def test_who_was_erased_is_no_longer_counted(shop: Shop):
    shop.place(order())
    project(shop)
    close(shop)

    project(shop)

    assert counted(shop) == {"all": {"lifetime": 100, "expired": 100, "spend": 10_000, "orders": 1}}


def test_changes_of_other_items_are_none_of_ours(shop: Shop):
    assert not service.project(keys.member(shop.site, ADA), keys.PROFILE)
    assert not service.project(keys.of_site(shop.site), keys.ACCOUNT)
    assert service.project(keys.member(shop.site, "m-gone"), keys.ACCOUNT)
    assert counted(shop) == {}


def test_counters_of_all_shards_are_added_up(shop: Shop, monkeypatch):
    monkeypatch.setattr(settings, "COUNTER_SHARDS", 3)
    mids = [f"m-{number}" for number in range(8)]
    for mid in mids:
        shop.enrol(mid)
        project(shop, mid)

    assert counted(shop)["all"] == {"members": 8}
    monkeypatch.setattr(settings, "COUNTER_SHARDS", 1)
    assert 0 < counted(shop)["all"]["members"] < 8


def test_a_month_tells_of_its_own_days_alone(shop: Shop):
    project(shop)
    shop.set(datetime(2026, 4, 1, 12, tzinfo=UTC))
    shop.place(order())
    project(shop)

    april = date(2026, 4, 1).toordinal()
    assert counted(shop, april) == {}
    assert counted(shop, april, april)["all"]["orders"] == 1


@pytest.mark.parametrize("name", NUMBERS)
def test_every_figure_has_a_counter(name):
    assert name in CounterItem.get_attributes()


def test_figures_are_all_but_what_names_or_dates():
    others = {"version", "state", "tier", "joined", "at", "first_order", "last_order"}
    others |= {"products", "categories", "stores", "sources", "places"}

    assert {field.name for field in fields(Facts)} == {*NUMBERS, *others}


def test_facts_of_an_earlier_release_are_read(shop: Shop):
    body = '{"version":7,"state":"active","tier":"2","available":137,"lifetime":200,"joined":739000,"at":5}'

    item = facts.FactsItem("M#1#m", facts.SORT_KEY, ver=7, body=body)

    assert facts.load(item) == Facts(
        version=7, state="active", tier="2", available=137, lifetime=200, joined=739000, at=5
    )
