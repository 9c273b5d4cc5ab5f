"""Placing orders: what they earn, what they count as, and what is refused."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from chalicelib.ledger import service as ledger
from chalicelib.ledger.service import NoSuchMember
from chalicelib.orders.order import Person
from chalicelib.orders.placing import BadOrder, OrderExists
from chalicelib.orders.service import UnknownOrder
from chalicelib.programme.performing.service import MemberMayNotTakePart
from tests.orders.shop import ADA, START, Shop, line, order
from tests.programme.documents import document, with_action
from tests.support.tables import raw_items

THREE = (line("P1", "100", "1"), line("P2", "200", "2"), line("P3", "300", "3"))


def refused_count(shop: Shop) -> list[tuple[str, str]]:
    found = raw_items(shop.client, f"M#{shop.site}#m-ada", "W#")
    return [(item["times"]["N"], item["reason"]["S"]) for item in found]


@pytest.mark.proves("B210")
def test_an_order_earns_the_sum_of_its_lines(shop: Shop):
    placed = shop.buy(*THREE)

    assert (placed.points_awarded, placed.points_on_hold, placed.withheld) == (1400, 0, None)
    assert (placed.figures.available, placed.figures.lifetime) == (1400, 1400)
    assert (placed.figures.tier_before, placed.figures.tier_after) == ("1", "2")
    assert [each.points_awarded for each in shop.see().lines] == [100, 400, 900]
    assert shop.account().counter("E") == (1400, 140_000, 1)
    shop.check_book()


def test_rounding_happens_once_and_shares_add_up(shop: Shop):
    placed = shop.buy(line("P1", "1.6"), line("P2", "1.6"), line("P3", "1.6"))

    assert placed.points_awarded == 4
    assert [each.line.share for each in shop.see().lines] == [2, 1, 1]


def test_the_order_total_counts_as_spend_where_it_is_given(shop: Shop):
    shop.buy(*THREE, total=Decimal("1250.505"))

    assert shop.account().counter("E") == (1400, 125_051, 1)
    assert sum(each.line.spend for each in shop.see().lines) == 125_051


def test_an_order_of_zero_is_an_order(shop: Shop):
    placed = shop.buy(line("P1", "0"))

    assert (placed.points_awarded, shop.account().counter("E")) == (0, (0, 0, 1))
    assert shop.rows() == [(109, "CREDIT", 0, "Released")]


def test_an_order_keeps_what_the_shop_said(shop: Shop):
    new = order(
        line("P1", "19.99", "2.5", description="Tea", coupon="TEA", auto_delivery="YES", net_price=Decimal("18.50")),
        store="IN12369",
        source="web",
        event="E1",
        point_type="both",
        total=Decimal("49.975"),
        discount=Decimal("5.00"),
        coupons=("A", "B"),
        buyer=Person("ada@example.test", "Ada", "Byron"),
    )
    shop.place(new)
    kept = shop.see().order

    assert [each.about for each in kept.lines] == list(new.lines)
    assert (kept.store, kept.source, kept.event, kept.point_type) == ("IN12369", "web", "E1", "both")
    assert (kept.total, kept.discount, kept.coupons) == (Decimal("49.975"), Decimal("5.00"), ("A", "B"))
    assert (kept.buyer, kept.ordered) == (new.buyer, START)


@pytest.mark.parametrize(("kind", "points"), [("", 100), ("Both", 100), ("RATIO", 100), ("flat", 0)])
def test_without_product_rules_flat_earns_nothing(shop: Shop, kind: str, points: int):
    assert shop.buy(point_type=kind).points_awarded == points


def test_the_same_order_id_again_is_refused_whoever_bought(shop: Shop):
    shop.enrol("m-bob")
    shop.buy(id="Caf\u00e9")
    for mid in ("m-ada", "m-bob"):
        with pytest.raises(OrderExists) as refused:
            shop.place(order(id="Cafe\u0301"), mid)
        assert (refused.value.status, refused.value.code) == (409, "AC1006")

    assert shop.buy(id="CAF\u00c9").points_awarded == 100
    assert shop.account("m-bob").version == 1


@pytest.mark.parametrize("state", ["inactive", "opted_out"])
def test_only_who_takes_part_may_buy(shop: Shop, state: str):
    shop.enrol("m-eve", state)
    with pytest.raises(MemberMayNotTakePart):
        shop.place(order(), "m-eve")
    with pytest.raises(NoSuchMember):
        shop.place(order(), "m-nobody")
    with pytest.raises(UnknownOrder):
        shop.see()


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"id": " "}, "id"),
        ({"id": "x" * 256}, "id"),
        ({"id": "\U0001d15e" * 255}, "id"),
        ({"total": Decimal(-1)}, "orderTotal"),
        ({"total": Decimal("1e12") + 1}, "orderTotal"),
        ({"discount": Decimal("NaN")}, "discountAmount"),
        ({"point_type": "some"}, "purchasePointType"),
        ({"ordered": START + timedelta(days=1, seconds=1)}, "orderDate"),
        ({"ordered": datetime(1969, 12, 31, tzinfo=UTC)}, "orderDate"),
        ({"coupons": ("A",) * 51}, "coupon"),
    ],
)
def test_what_no_order_can_be_is_refused_by_field(shop: Shop, more: dict[str, object], field: str):
    with pytest.raises(BadOrder, match=f"^{field}: ") as refused:
        shop.buy(**more)

    assert (refused.value.status, refused.value.sticks, shop.account().version) == (400, False, 1)


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        (line("", "1"), "id"),
        (line("P" * 256), "id"),
        (line("P1", "-0.01"), "unitPrice"),
        (line("P1", "0.0000001"), "unitPrice"),
        (line("P1", "Infinity"), "unitPrice"),
        (line("P1", "1", "0"), "quantity"),
        (line("P1", "1", "-2"), "quantity"),
        (line("P1", "1", "0.0005"), "quantity"),
        (line("P1", "1", "1000001"), "quantity"),
        (line("P1", net_price=Decimal(-1)), "netPrice"),
    ],
)
def test_a_wrong_line_is_named(shop: Shop, bad, field: str):
    with pytest.raises(BadOrder, match=rf"^orderDetail\[1\].{field}: "):
        shop.buy(line("P0"), bad)


@pytest.mark.parametrize(("count", "fits"), [(200, True), (201, False)])
def test_an_order_has_at_most_200_lines(shop: Shop, count: int, *, fits: bool):
    lines = [line(f"P{at}", "1") for at in range(count)]
    if fits:
        assert shop.buy(*lines).points_awarded == 200
    else:
        with pytest.raises(BadOrder, match="orderDetail: 1 to 200"):
            shop.buy(*lines)


@pytest.mark.parametrize(("letters", "fits"), [(120_000, True), (126_000, False)])
def test_the_texts_of_an_order_fit_into_an_item(shop: Shop, letters: int, *, fits: bool):
    lines = [line("P1", description="\u00e9" * letters)]
    if fits:
        assert shop.buy(*lines).points_awarded == 10
    else:
        with pytest.raises(BadOrder, match="orderDetail: texts of at most"):
            shop.buy(*lines)


def test_an_order_that_comes_to_too_much_is_refused(shop: Shop):
    with pytest.raises(BadOrder, match="more than"):
        shop.buy(line("P1", "1000000", "1000000"), line("P2", "0.01"))


def test_a_switched_off_purchase_action_records_the_order_and_counts_the_refusal(shop: Shop):
    shop.publish(**with_action(109, status="INACTIVE"))
    placed = shop.buy()

    assert placed.withheld is not None
    assert "not active" in placed.withheld.message
    assert (placed.points_awarded, shop.account().counter("E")) == (0, (0, 10_000, 1))
    assert refused_count(shop) == [("1", "AC1004")]


def test_a_used_up_limit_records_the_order_without_points(shop: Shop):
    shop.publish(**with_action(109, limits=[{"times": 1, "period": "lifetime"}]))
    first, second = shop.buy(), shop.buy(id="SO-2")

    assert (first.points_awarded, second.points_awarded, second.wished) == (100, 0, 100)
    assert second.withheld is not None
    assert second.withheld.code == "AC1026"
    assert refused_count(shop) == [("1", "AC1026")]
    assert shop.change("return", id="SO-2").points_removed == 0
    shop.check_book()


def test_a_capped_order_is_shared_out_again_and_says_what_was_wished(shop: Shop):
    shop.publish(**with_action(109, maxPoints=1000, period="month"))
    placed = shop.buy(*THREE)

    assert (placed.points_awarded, placed.wished) == (1000, 1400)
    assert [each.line.share for each in shop.see().lines] == [71, 286, 643]
    assert shop.change("return").points_removed == 1000


def test_cancelling_on_hold_gives_the_limit_back(shop: Shop):
    changed = with_action(109, maxPoints=150, period="month", limits=[{"times": 2, "period": "month"}])
    shop.publish(**changed | {"purchase": document()["purchase"] | {"hold": {"type": "itemShipDate", "days": 2}}})
    shop.buy()
    shop.change("cancel")
    again = shop.buy(line("P1", "130"), line("P2", "50"), id="SO-2")

    assert again.points_on_hold == 150
    assert shop.account().limits["109m"][1:3] == (1, 150)
    shop.change("cancel", *[], id="SO-2")
    assert shop.account().limits["109m"][1:3] == (0, 0)
    shop.check_book()


def test_the_points_of_an_old_order_expire_counted_from_its_date(shop: Shop):
    shop.buy(ordered=START - timedelta(days=360))

    assert [lot.day for lot in shop.account().bucket().lots] == [START.toordinal() + 5]
    assert shop.account().counter("M202503") == (100, 10_000, 1)


def test_points_that_are_born_dead_are_awarded_and_expired_at_once(shop: Shop):
    placed = shop.buy(ordered=START - timedelta(days=366))

    assert (placed.points_awarded, placed.figures.available, placed.figures.lifetime) == (100, 0, 100)
    assert shop.account().bucket().expired == 100
    shop.check_book()


def test_a_clock_that_runs_ahead_is_forgiven(shop: Shop):
    shop.buy(ordered=START + timedelta(hours=23))

    assert shop.see().order.ordered == START + timedelta(hours=23)
    assert [lot.day for lot in shop.account().bucket().lots] == [START.toordinal() + 365]


def test_an_old_order_is_judged_by_the_programme_of_its_date(shop: Shop):
    shop.publish(**with_action(109, ratio=1))
    shop.wait(days=10)
    shop.publish(**with_action(109, ratio=3))
    old = shop.buy(ordered=shop.now - timedelta(days=5))
    today = shop.buy(id="SO-2", ordered=shop.now - timedelta(hours=2))

    assert (old.points_awarded, today.points_awarded) == (100, 300)
    assert (shop.see().order.programme, shop.see("SO-2").order.programme) == (1, 2)
    versions = [ledger.entry(shop.site, ADA, placed.entry).entry.programme for placed in (old, today)]
    assert versions == [old.order.programme, today.order.programme]
    assert versions[0] < versions[1]


def test_an_old_order_is_judged_by_the_tier_of_its_date(shop: Shop):
    levels = [{"tierId": "1", "tierName": "Bronze", "threshold": 0}]
    levels += [{"tierId": "2", "tierName": "Silver", "threshold": 500, "purchaseRatio": 2}]
    shop.publish(tiers={"levels": levels})
    shop.wait(days=3)
    shop.buy(line("P1", "600"))
    shop.wait(days=3)

    assert shop.buy(id="SO-2", ordered=shop.now - timedelta(days=1)).points_awarded == 200
    assert shop.buy(id="SO-3", ordered=shop.now - timedelta(days=5)).points_awarded == 100
    assert shop.buy(id="SO-4", ordered=shop.now - timedelta(days=50)).points_awarded == 100


def test_an_old_order_whose_hold_would_be_over_is_given_at_once(shop: Shop):
    shop.hold("orderDate", 5)
    placed = shop.buy(ordered=START - timedelta(days=9))

    assert (placed.points_awarded, placed.points_on_hold, shop.holds()) == (100, 0, [])
    assert [lot.day for lot in shop.account().bucket().lots] == [START.toordinal() - 4 + 365]
    assert shop.rows() == [(109, "CREDIT", 100, "Released")]
    assert shop.change("return").points_removed == 100
    shop.check_book()
