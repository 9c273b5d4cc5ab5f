"""Points of members and their group over random histories: nothing is made, lost, or made younger."""

from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib import clock
from tests.api.fixtures import engine, logged, one_table, open_shop  # noqa: F401 - fixtures.
from tests.api.grouping import give, groups_on, hand, of, pair, proved
from tests.api.shop import ADA, GRACE, Shop

STEPS = st.lists(
    st.tuples(
        st.sampled_from(["credit", "give", "hand", "redeem", "order", "return", "later", "auto", "mine"]),
        st.sampled_from([ADA, GRACE]),
        st.integers(1, 200),
    ),
    min_size=4,
    max_size=14,
)


def play(shop: Shop, group: str, step: tuple[str, str, int], place: int) -> None:
    what, who, points = step
    if what == "credit":
        shop.credit(points, who)
    elif what == "give":
        give(shop, group, points, who)
    elif what == "hand":
        hand(shop, group, points, who)
    elif what == "redeem":
        body = {"id": who, "activity": "DEBIT", "debit": points, "orderId": f"SO-{place - 1}", "groupId": group}
        shop.post("/points", body)
    elif what == "order":
        line = {"id": "P1", "quantity": 1, "unitPrice": points}
        shop.post("/orders", {"id": f"SO-{place}", "userId": who, "orderDetail": [line]})
    elif what == "return":
        shop.put(f"/orders/SO-{place - 1}", {"status": "return"})
    elif what == "later":
        clock.move_to(clock.now() + timedelta(days=points))
    else:
        groups_on(shop, redemption="ALL", autoTransfer=what == "auto")


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_the_book_holds_whatever_members_and_groups_do(open_shop, steps):  # noqa: F811 - the fixture.
    shop = open_shop()
    shop.enrol(ADA)
    shop.programme(lambda document: document.update(expiry={"type": "rollingDays", "days": 300}))
    group = pair(shop, redemption="ALL")

    for place, step in enumerate(steps):
        play(shop, group, step, place)

    proved(shop)
    for figures in (shop.figures(ADA), shop.figures(GRACE)):
        assert figures["lifetimePoints"] == (
            figures["availablePoints"] + figures["usedPoints"] + figures["expiredPoints"]
        )
    details = {name: int(text) for name, text in of(shop, group).items() if name.endswith("Points")}
    assert details["groupAvailablePoints"] >= 0
    assert details["groupLifetimePoints"] == (
        details["groupAvailablePoints"] + details["groupUsedPoints"] + details["groupExpiredPoints"]
    )
