"""Shops repeat themselves, several at once: what is asked once happens once."""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.api.shop import Said, Shop
from tests.stories.wire import Clock, changed, figures_of, order, rows

pytestmark = [pytest.mark.slow, pytest.mark.engine, pytest.mark.network]
ADA = "ada@example.test"
AT_ONCE = 20
SENT_AGAIN_MAX = 40


def patiently(call: Callable[[], Said]) -> Said:
    """Send again what is answered with 409 and Retry-After, as the documentation tells clients to."""
    for _ in range(SENT_AGAIN_MAX):
        said = call()
        if not (said.status == 409 and "Retry-After" in said.headers):
            return said
        time.sleep(0.02)
    raise AssertionError("contention without an end")


def at_once(calls: Sequence[Callable[[], Said]]) -> list[Said]:
    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(patiently, calls))


def credit(points: int) -> dict[str, object]:
    return {"id": ADA, "actionId": "100", "activity": "CREDIT", "credit": points, "reason": "a gift"}


def test_twenty_threads_with_one_key_make_one_award_and_get_one_answer(shop: Shop) -> None:
    shop.enrol(ADA)

    said = at_once([lambda: shop.post("/points", credit(50), key="gift-1")] * AT_ONCE)

    assert {each.status for each in said} == {200}
    assert len({each.raw for each in said}) == 1
    assert Counter(each.is_repeat for each in said) == {False: 1, True: AT_ONCE - 1}
    assert figures_of(shop, ADA, "available") == (50,)
    assert shop.post("/points", credit(51), key="gift-1").status == 409
    assert len(rows(shop, ADA, "credit")) == 1


def test_a_key_is_remembered_for_years(shop: Shop, clock: Clock) -> None:
    shop.enrol(ADA)
    first = shop.post("/points", credit(50), key="gift-2")
    clock.forward(days=900)

    again = shop.post("/points", credit(50), key="gift-2")

    assert again.is_repeat
    assert again.body == first.body
    assert figures_of(shop, ADA, "available", "expired") == (0, 50)


def test_twenty_awards_at_once_are_all_given(shop: Shop) -> None:
    shop.enrol(ADA)

    said = at_once([lambda n=n: shop.post("/points", credit(n), key=f"each-{n}") for n in range(1, AT_ONCE + 1)])

    assert {each.status for each in said} == {200}
    assert figures_of(shop, ADA, "available", "lifetime") == (210, 210)
    assert shop.activity(ADA)["totalActivityCount"] == AT_ONCE


@pytest.mark.proves("A104")
def test_a_welcome_is_given_once_however_many_ask_for_it_at_once(shop: Shop) -> None:
    shop.enrol(ADA)

    said = at_once([lambda: shop.post("/points", {"id": ADA, "activity": "CREDIT", "actionId": "101"})] * AT_ONCE)

    assert Counter(each.body.get("errorCode") for each in said) == {None: 1, "AC1026": AT_ONCE - 1}
    assert figures_of(shop, ADA, "available") == (100,)


@pytest.mark.proves("B104")
def test_no_more_is_redeemed_than_there_is(shop: Shop) -> None:
    shop.enrol(ADA)
    shop.credit(70, ADA)
    body = {"id": ADA, "actionId": "107", "activity": "DEBIT", "debit": "10", "reason": "At the till"}

    said = at_once([lambda: shop.post("/points", body)] * AT_ONCE)

    assert Counter(each.status for each in said) == {200: 7, 400: AT_ONCE - 7}
    assert figures_of(shop, ADA, "available", "used") == (0, 70)


@pytest.mark.proves("B210", "B117")
def test_one_order_is_placed_paid_and_returned_once(shop: Shop) -> None:
    shop.enrol(ADA)
    shop.credit(500, ADA)
    pay = {"id": ADA, "actionId": "107", "activity": "DEBIT", "debit": "100", "orderId": "O-1", "retry": "YES"}

    paid = at_once([lambda: shop.post("/points", pay)] * 8)
    placed = at_once([lambda: shop.post("/orders", order("O-1", ADA, ("P1", 1, "80")))] * 8)
    returned = at_once([lambda: shop.put("/orders/O-1", changed("O-1", "return"))] * 8)

    assert {each.status for each in paid} == {200}
    assert Counter((each.status, each.body.get("errorCode")) for each in placed) == {(200, None): 1, (409, "AC1006"): 7}
    assert sorted(each["pointsRemoved"] for each in returned) == [0] * 7 + [80]
    assert sorted(each["pointsRefunded"] for each in returned) == [0] * 7 + [100]
    assert figures_of(shop, ADA, "available", "used", "lifetime") == (500, 80, 580)


@pytest.mark.proves("B014")
def test_a_bulk_call_sent_again_by_several_threads_is_done_once(shop: Shop) -> None:
    shop.enrol(ADA, "ben@example.test")
    body = {"1": credit(5), "2": credit(7) | {"id": "ben@example.test"}, "3": credit(11)}

    said = at_once([lambda: shop.post("/bulkpoints", body, key="bulk-1")] * 8)

    assert len({each.raw for each in said}) == 1
    assert figures_of(shop, ADA, "available") == (16,)
    assert figures_of(shop, "ben@example.test", "available") == (7,)
