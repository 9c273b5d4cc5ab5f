"""Reading, remembering and forgetting orders; what they cost; what happens when two change one at once."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from chalicelib.dynamo import claims, items
from chalicelib.dynamo.meter import Meter, metered, size_of
from chalicelib.errors import Refusal
from chalicelib.ledger import table as ledger_table
from chalicelib.orders import service
from chalicelib.orders.order import Person
from chalicelib.orders.placing import OrderExists
from chalicelib.orders.results import Changed, Placed
from chalicelib.orders.selecting import TooManyUnits
from chalicelib.orders.service import UnknownOrder
from tests.orders.shop import ADA, START, Shop, line, order, want
from tests.programme.documents import with_action
from tests.support.tables import raw_items

FIVE = tuple(line(f"SKU-1000{at}", "19.99", "2", net_price=Decimal("18.5"), category_id="C7") for at in range(5))
ADA_BYRON = Person("ada@example.test", "Ada", "Byron")


def spent(shop: Shop, act: Any) -> Meter:
    """What the second run of a thing costs, when what may be cached is cached."""
    with metered() as counted:
        act()
    return counted


@pytest.mark.proves("B210")
def test_details_tell_each_products_state_and_points(shop: Shop):
    shop.hold("itemShipDate", 2)
    shop.buy(line("P1", "10", "2"), line("P2", "30"), line("P3", "60"), buyer=ADA_BYRON)
    shop.change("ship", want("P1", "1"), want("P2"))
    shop.change("cancel", want("P3"))
    seen = shop.see()

    assert [each.line.status for each in seen.lines] == ["partially shipped", "shipped", "cancelled"]
    assert [each.points_on_hold for each in seen.lines] == [20, 30, 0]
    assert (seen.mid, seen.order.status, seen.order.buyer) == (ADA, "partially cancelled", ADA_BYRON)
    assert seen.release_at is not None
    assert [each.release_at for each in seen.lines] == [seen.release_at, seen.release_at, None]


def test_an_unknown_order_is_not_found(shop: Shop):
    for act in (lambda: shop.see("SO-9"), lambda: shop.change("ship", id="SO-9")):
        with pytest.raises(UnknownOrder) as refused:
            act()
        assert (refused.value.status, refused.value.code) == (404, "AC1005")


def test_orders_of_another_site_are_unknown(shop: Shop):
    shop.buy()
    other = Shop(shop.client)

    with pytest.raises(UnknownOrder):
        other.see()
    assert other.buy().points_awarded == 100


def test_the_orders_of_a_member_come_in_pages_by_falling_id(shop: Shop, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(service, "PAGE_ORDERS", 3)
    shop.hold("orderDate", 5)
    for at in range(5):
        shop.buy(line("P1", str(10 + at)), id=f"SO-{at}")
    first = service.details_of(shop.site, ADA)
    second = service.details_of(shop.site, ADA, before=first.following)

    assert [view.order.id for view in first.orders] == ["SO-4", "SO-3", "SO-2"]
    assert [view.points_on_hold for view in first.orders] == [14, 13, 12]
    assert first.following == "SO-2"
    assert [view.order.id for view in second.orders] == ["SO-1", "SO-0"]
    assert second.following is None


@pytest.mark.parametrize("id_", ["SO#1", "a b+c@d/e%2F", "\u00fcber\U0001f600", "x" * 255, "O$"])
def test_any_id_will_do(shop: Shop, id_: str):
    shop.buy(id=id_)

    assert shop.see(id_).order.id == id_
    assert shop.change("return", id=id_).order_id == id_
    assert [view.order.id for view in service.details_of(shop.site, ADA).orders] == [id_]


def test_a_key_remembers_the_whole_answer(shop: Shop):
    shop.hold("orderDate", 5)
    placed = shop.place(order(buyer=ADA_BYRON), key="a")
    changed = shop.change("cancel", key="b")
    refs = {key: raw_items(shop.client, f"K#{shop.site}#{key}")[0]["ref"]["S"] for key in "ab"}

    again = service.recall(shop.site, ADA, refs["a"])
    assert isinstance(again, Placed)
    assert (again.points_on_hold, again.release_at, again.figures) == (100, placed.release_at, placed.figures)
    assert again.order.buyer == ADA_BYRON
    assert service.recall(shop.site, ADA, refs["b"]) == changed
    assert isinstance(changed, Changed)
    assert service.recall(shop.site, ADA, "E7") is None
    assert not any("ada" in ref.casefold() for ref in refs.values())


def test_a_key_remembers_what_a_limit_withheld(shop: Shop):
    shop.publish(**with_action(109, status="INACTIVE"))
    placed = shop.place(order(), key="a")
    (item,) = raw_items(shop.client, f"K#{shop.site}#a")

    assert service.recall(shop.site, ADA, item["ref"]["S"]) == replace(placed, order=shop.see().order)


def test_forgetting_removes_the_buyer_and_nothing_else(shop: Shop):
    shop.buy(buyer=ADA_BYRON)
    shop.buy(id="SO-2")
    before = shop.see()
    assert service.forget(shop.site, ADA)
    after = shop.see()

    assert (before.order.buyer, after.order.buyer) == (ADA_BYRON, Person())
    assert after.order.lines == before.order.lines
    kept = raw_items(shop.client, f"M#{shop.site}#{ADA}", "O#")
    assert not any("byron" in str(item).casefold() for item in kept)
    assert service.forget(shop.site, ADA)
    assert service.forget(shop.site, "m-nobody")


def test_forgetting_goes_in_slices_until_nothing_is_left(shop: Shop, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(service, "FORGOTTEN_MAX", 3)
    for at in range(7):
        shop.buy(id=f"SO-{at}", buyer=ADA_BYRON)

    assert [service.forget(shop.site, ADA) for _ in range(4)] == [False, False, True, True]
    assert not any(view["email"] for view in service.dossier(shop.site, ADA))


def test_a_change_under_way_does_not_bring_a_forgotten_buyer_back(shop: Shop, meanwhile):
    shop.buy(buyer=ADA_BYRON)
    meanwhile(lambda: service.forget(shop.site, ADA))
    shop.change("ship")

    assert shop.see().order.buyer == Person()
    assert shop.see().order.status == "shipped"


def test_a_dossier_tells_of_every_order(shop: Shop):
    shop.buy(line("P1", "19.99", "2", description="Tea"), buyer=ADA_BYRON)
    (told,) = service.dossier(shop.site, ADA)

    assert (told["id"], told["email"], told["firstName"]) == ("SO-1", "ada@example.test", "Ada")
    assert told["products"] == [
        {"id": "P1", "quantity": "2", "unitPrice": "19.99", "description": "Tea", "status": "placed"}
    ]
    assert service.dossier(shop.site, "m-nobody") == []


def test_two_returns_of_one_unit_at_once_take_it_once(shop: Shop, meanwhile):
    shop.buy()
    meanwhile(lambda: shop.change("return", want("P1", "1")))
    with pytest.raises(TooManyUnits):
        shop.change("return", want("P1", "1"))

    assert shop.account().bucket().available == 0
    shop.check_book()


def test_an_order_placed_twice_at_once_is_placed_once(shop: Shop, meanwhile):
    meanwhile(shop.buy)
    with pytest.raises(OrderExists):
        shop.buy()

    assert shop.account().bucket().available == 100


def test_a_release_between_reading_and_writing_is_seen(shop: Shop, meanwhile):
    shop.hold("orderDate", 1)
    shop.buy()
    shop.wait(days=1)
    meanwhile(shop.settle_holds)
    answer = shop.change("cancel")

    assert (answer.points_removed, answer.points_awarded) == (0, 100)
    shop.check_book()


def test_a_commit_whose_answer_is_lost_is_answered_from_what_it_wrote(shop: Shop):
    shop.buy(line("P1", "10", "2"))
    run = shop.run()
    done = service.change(shop.site, run, shop.force, "SO-1", "return", [want("P1", "1")])
    again = service.change(shop.site, run, shop.force, "SO-1", "return", [want("P1", "1")])

    assert (done.points_awarded, again.points_awarded) == (10, 10)
    assert shop.see().order.lines[0].returned == 1000


@pytest.mark.proves("B210")
def test_an_order_of_five_lines_with_a_hold_costs_at_most_12_write_units(shop: Shop):
    shop.hold("itemShipDate", 2)
    shop.buy(line("P0"), id="SO-0")
    cost = spent(shop, lambda: shop.buy(*FIVE, id="SO-100234", store="IN12369", source="web", buyer=ADA_BYRON))

    assert cost.operations == ["BatchGetItem", "TransactWriteItems"]
    assert cost.write_units <= 12
    assert all(size_of(item) < 1024 for item in raw_items(shop.client, f"M#{shop.site}#{ADA}", "E#"))


def test_a_change_costs_one_batch_one_query_where_there_is_a_hold_and_one_transaction(shop: Shop):
    shop.hold("none", 0)
    shop.buy(*FIVE)
    shop.warm()
    without = spent(shop, lambda: shop.change("ship"))
    shop.hold("itemShipDate", 2)
    shop.buy(*FIVE, id="SO-2")
    shop.warm("SO-2")
    held = spent(shop, lambda: shop.change("ship", id="SO-2"))

    assert without.operations == ["BatchGetItem", "TransactWriteItems"]
    assert held.operations == ["BatchGetItem", "Query", "TransactWriteItems"]
    assert held.write_units <= 12


def test_a_change_of_policy_costs_a_second_reading_once(shop: Shop):
    shop.hold("orderDate", 5)
    shop.buy()
    shop.hold("none", 0)
    shop.warm()

    assert spent(shop, lambda: shop.change("cancel")).operations == [
        "BatchGetItem",
        "GetItem",
        "BatchGetItem",
        "Query",
        "GetItem",
        "TransactWriteItems",
    ]


@pytest.mark.slow
def test_an_order_at_every_limit_is_one_transaction(shop: Shop):
    shop.hold("itemShipDate", 30)
    products = [f"SKU-{at:05}" for at in range(200)]
    shop.buy(*(line(product, "19.99", "3", description="d" * 100) for product in products))
    for day in range(21):
        shop.set(START + timedelta(days=day))
        shop.change("ship", *(want(product, "1") for product in products[9 * day : 9 * day + 9]))

    assert len(shop.holds()) == 20
    cancelled = shop.change("cancel", *(want(product, "1") for product in products))
    assert (cancelled.points_on_hold, cancelled.removed_from_hold) == (8000, 3994)
    shop.wait(days=40)
    shop.settle_holds()
    rest = shop.change("ship")
    assert (rest.points_awarded, rest.points_on_hold) == (3780, 4220)
    shop.check_book()


@pytest.mark.engine
def test_of_many_at_once_one_places_and_one_takes_back(real_table: Any):
    shop = Shop(real_table)

    def outcome(act: Any) -> str:
        try:
            act()
        except Refusal as refused:
            return type(refused).__name__
        return "done"

    items.connection()
    with ThreadPoolExecutor(8) as pool:
        placed = list(pool.map(outcome, [shop.buy] * 8))
        claims.clear_cache()
        taken = list(pool.map(outcome, [lambda: shop.change("return", want("P1", "1"))] * 8))

    assert sorted(placed) == ["OrderExists"] * 7 + ["done"]
    assert taken.count("done") == 1
    assert set(taken) <= {"done", "TooManyUnits", "Contention"}
    assert shop.account().bucket().available == 0
    shop.check_book()


def test_a_change_that_read_an_older_order_than_its_holds_decides_again(shop: Shop, monkeypatch: pytest.MonkeyPatch):
    shop.hold("itemShipDate", 5)
    shop.buy(line("P1", "10", "2"))
    read_holds, others = ledger_table.read_holds, [lambda: shop.change("cancel", want("P1", "1"))]

    def read_after_another(*where: str) -> list[Any]:
        if others:
            others.pop()()
        return read_holds(*where)

    monkeypatch.setattr(ledger_table, "read_holds", read_after_another)

    shop.change("ship")

    assert [each.points for each in shop.holds()] == [10]
    assert shop.see().order.is_shipped
    shop.check_book()
