from datetime import UTC, datetime
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.ledger.rules import Lasting
from chalicelib.orders import storing
from chalicelib.orders.order import Line, NewLine, Noted, Order, Person

texts = st.text(max_size=12)
numbers = st.integers(0, 10**15)
prices = st.decimals(0, 10**9, places=4)
lines = st.builds(
    Line,
    st.builds(NewLine, texts, prices, prices, st.none() | prices, *[texts] * 8),
    *[numbers] * 9,
    st.none() | numbers.filter(bool),
)
orders = st.builds(
    Order,
    id=st.text(min_size=1, max_size=12),
    lines=st.lists(lines, max_size=3).map(tuple),
    ordered=st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1)).map(
        lambda at: at.replace(microsecond=at.microsecond // 1000 * 1000, tzinfo=UTC)
    ),
    entry=numbers,
    day=numbers,
    amount=numbers,
    programme=numbers,
    tier=texts,
    lasting=st.just(Lasting("days", 365)) | st.just(Lasting("never")),
    total=st.none() | prices,
    discount=st.none() | prices,
    coupons=st.lists(texts, max_size=3).map(tuple),
    store=texts | st.just("S"),
    source=texts,
    event=texts,
    point_type=st.sampled_from(["", "Both", "FLAT"]),
    kind=st.sampled_from("SP"),
    held=st.booleans(),
    places=numbers,
    withdrawn=numbers,
    refunded=numbers,
    shipped_at=st.none() | numbers.filter(bool),
    noted=st.lists(st.builds(Noted, numbers, st.sampled_from(["ship", "return"]), numbers, numbers), max_size=3).map(
        tuple
    ),
    command=texts,
    version=numbers,
    buyer=st.builds(Person, texts, texts, texts),
)


@given(orders)
def test_an_order_is_read_as_it_was_written(order: Order):
    written, buyer = storing.dump(order), storing.dump_buyer(order.buyer)

    assert storing.load(written, command=order.command, version=order.version, buyer=buyer) == order


def test_the_buyer_is_not_in_the_body():
    order = Order(
        "SO-1",
        (Line(NewLine("P1", Decimal(2), Decimal("19.99"))),),
        datetime(2026, 3, 2, tzinfo=UTC),
        2,
        739_000,
        3998,
        1,
        "1",
        Lasting("never"),
        buyer=Person("ada@example.test", "Ada", "Byron"),
    )
    written = storing.dump(order)

    assert not any(word in written for word in ("ada", "Ada", "Byron"))
    assert storing.load(written, command="", version=1, buyer=None).buyer == Person()
    assert storing.dump_buyer(Person()) is None
