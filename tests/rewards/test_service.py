"""Points spent: all or nothing, at most so often for an order, and told as the caller said it."""

from typing import Any

import pytest

from chalicelib.dynamo import items
from chalicelib.ledger import service as ledger
from chalicelib.ledger import table as ledger_table
from chalicelib.ledger.redemptions import REDEMPTIONS_MAX
from chalicelib.programme.performing.service import ActionNotPostable, MemberMayNotTakePart, UnknownAction, Wish
from chalicelib.rewards.refusals import TooManyRedemptions
from chalicelib.rewards.service import NotEnoughPoints, OverdraftNotAllowed, Redeemed, redeem_points
from tests.orders.shop import ADA, Shop, line, order
from tests.programme.documents import document


def redeem(shop: Shop, points: int, order_id: str | None = None, mid: str = ADA, **more: Any) -> Redeemed:
    said = {name: more.pop(name) for name in ("retry", "may_owe") if name in more}
    wish = Wish(more.pop("action", 107), points, order=order_id, **more)
    return redeem_points(shop.site, shop.run(), shop.force, mid, wish, **said)


def figures(shop: Shop) -> tuple[int, int, int]:
    bucket = shop.account().bucket()
    return bucket.available, bucket.used, bucket.redeemed


@pytest.fixture
def rich(shop: Shop) -> Shop:
    """Ada has 100 points."""
    shop.place(order(id="SO-0"))
    return shop


@pytest.mark.parametrize("points", [1, 99, 100])
def test_what_is_there_can_be_spent(rich: Shop, points):
    redeemed = redeem(rich, points)

    assert figures(rich) == (100 - points, points, points)
    assert (redeemed.entry.kind, redeemed.entry.action, redeemed.is_repeat) == ("redeem", 107, False)


def test_one_point_more_is_refused_whole(rich: Shop):
    with pytest.raises(
        NotEnoughPoints, match=r"^Not enough points: 101 asked, 100 available\. Nothing was redeemed\.$"
    ):
        redeem(rich, 101)

    assert figures(rich) == (100, 0, 0)


def test_a_refusal_tells_parts_of_points_as_the_programme_has_them(shop: Shop):
    shop.publish(pointDecimals=2)
    shop.place(order(line("P1", "1.05")))

    with pytest.raises(NotEnoughPoints, match=r"2\.5 asked, 1\.05 available"):
        redeem(shop, 250)


def test_a_debt_is_told_below_zero(shop: Shop):
    shop.publish(pointDecimals=1, negativePoints={"allowed": True})
    shop.place(order(line("P1", "10")))
    redeem(shop, 125, may_owe=True)

    with pytest.raises(NotEnoughPoints, match=r"1 asked, -2\.5 available"):
        redeem(shop, 10)


def test_owing_takes_a_caller_and_a_programme_that_allow_it(rich: Shop):
    with pytest.raises(OverdraftNotAllowed, match="this programme does not allow negative points"):
        redeem(rich, 101, may_owe=True)
    rich.publish(negativePoints={"allowed": True})
    with pytest.raises(NotEnoughPoints):
        redeem(rich, 101)

    redeem(rich, 101, may_owe=True)

    assert rich.account().bucket().available == -1


@pytest.mark.parametrize("state", ["inactive", "opted_out"])
def test_who_does_not_take_part_spends_nothing(rich: Shop, state):
    rich.enrol("m-ben", state)

    with pytest.raises(MemberMayNotTakePart):
        redeem(rich, 1, mid="m-ben")


def test_the_action_must_be_one_that_is_there_and_active(rich: Shop):
    with pytest.raises(UnknownAction):
        redeem(rich, 1, action=99)
    actions = [{**each, "status": "INACTIVE"} if each["actionId"] == 107 else each for each in document()["actions"]]
    rich.publish(actions=actions)
    with pytest.raises(ActionNotPostable, match="107 is not active"):
        redeem(rich, 1)

    assert figures(rich) == (100, 0, 0)


def test_with_retry_an_order_is_paid_once_also_when_nothing_is_left(rich: Shop):
    first = redeem(rich, 100, "SO-1", retry=True)

    again = redeem(rich, 100, "SO-1", retry=True)

    assert (again.entry, again.is_repeat) == (first.entry, True)
    assert figures(rich) == (0, 100, 100)


def test_without_retry_an_order_takes_another_redemption(rich: Shop):
    numbers = [redeem(rich, 10, "SO-1").entry.number for _ in range(2)]

    item = items.get(*ledger_table.redemptions_address(rich.site, ADA, "SO-1"))
    record = ledger_table.load_redemptions(item)
    assert [each.entry for each in record.redemptions] == numbers
    assert figures(rich) == (80, 20, 20)


def test_another_order_is_another_redemption(rich: Shop):
    redeem(rich, 10, "SO-1", retry=True)

    assert not redeem(rich, 10, "SO-2", retry=True).is_repeat
    assert figures(rich) == (80, 20, 20)


def test_an_order_takes_twenty_redemptions(rich: Shop):
    for _ in range(REDEMPTIONS_MAX):
        redeem(rich, 1, "SO-1")

    with pytest.raises(TooManyRedemptions, match="at most 20 redemptions"):
        redeem(rich, 1, "SO-1")

    assert figures(rich) == (80, 20, 20)
    assert redeem(rich, 1, "SO-2")


def test_what_the_caller_says_is_kept_beside_the_entry(rich: Shop):
    note = {"reason": "Mug", "customId": "", "vendorName": None, "actionAttribute": {}}
    redeem(rich, 10, "SO-1", store="S-7", source="till", point_type="Base", note=note)

    row = ledger.entry(rich.site, ADA, rich.account().version)

    assert row is not None
    assert row.note == {"reason": "Mug", "pointType": "Base"}
    assert (row.entry.refs.order, row.entry.refs.store, row.entry.refs.source) == ("SO-1", "S-7", "till")
    assert row.entry.wished == 10
