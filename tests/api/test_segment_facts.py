"""What segments know of purchases follows orders, returns and merges; lists of members follow merges too."""

from collections.abc import Callable
from typing import Any

import pytest

from chalicelib import clock
from chalicelib.catalog.stores import service as stores
from chalicelib.dynamo import items
from chalicelib.dynamo.commit import Plan, commit
from chalicelib.errors import Contention
from chalicelib.facts import table as facts
from chalicelib.members import service as members
from chalicelib.programme import service as programmes
from chalicelib.programme.definitions.audience import Audience
from chalicelib.programme.segments import service as segments
from chalicelib.reporting import service as reporting
from tests.api.shop import ADA, GRACE, Shop, action

HEDY = "hedy@example.test"
DATES = {"fromDate": "2026-01-01", "toDate": "2026-12-31"}


@pytest.fixture
def crowd(shop: Shop) -> Shop:
    stores.clear_cache()
    shop.enrol(GRACE, HEDY)
    return shop


def number(shop: Shop, member: str) -> str:
    return members.resolve(shop.site, member, fresh=True).mid


def buy(shop: Shop, order: str, *lines: str, member: str = ADA, **more: str) -> None:
    detail = [{"id": line, "quantity": "1", "unitPrice": "30", "categoryId": f"of-{line}"} for line in lines]
    shop.post("/orders", {"id": order, "userId": member, "orderDetail": detail, **more}).ok  # noqa: B018
    projected(shop, number(shop, member), f"O#{order}")


def back(shop: Shop, order: str, *lines: str, member: str = ADA) -> None:
    detail = [{"id": line, "quantity": "1", "unitPrice": "30"} for line in lines]
    shop.patch(f"/orders/{order}", {"orderId": order, "status": "return", "orderDetail": detail}).ok  # noqa: B018
    projected(shop, number(shop, member), f"O#{order}")


def projected(shop: Shop, mid: str, *keys: str) -> None:
    """As the stream does it: at least once."""
    for key in ("ACCOUNT", *keys) * 2:
        assert reporting.project(f"M#{shop.site}#{mid}", key)


def known(shop: Shop, member: str = ADA) -> facts.Facts:
    return facts.load(items.get(*facts.address(shop.site, number(shop, member))))


def eligible(shop: Shop, **conditions: object) -> list[str]:
    said = shop.post("/segment/preview", conditions).ok
    return sorted(row["userId"] for row in said["memberDetails"])


def test_facts_tell_what_was_bought_and_where(crowd: Shop):
    crowd.post("/store", {"storeId": "IN1", "storeName": "Alexanderplatz", "City": "Berlin", "Country": "DE"})
    buy(crowd, "SO-1", "P1", "P2", storeId="IN1", source="Web")
    buy(crowd, "SO-2", "P3", member=GRACE, storeId="IN2")

    found = known(crowd)
    assert (found.products, found.categories) == (("P1", "P2"), ("of-P1", "of-P2"))
    assert (found.stores, found.sources) == (("IN1",), ("Web",))
    assert set(found.places) == {("name", "Alexanderplatz"), ("city", "Berlin"), ("country", "DE")}
    assert found.first_order == found.last_order > 0
    assert eligible(crowd, storeDetails={"city": ["berlin"]}) == [ADA]
    assert eligible(crowd, purchaseDetails={"country": ["DE"], "productPurchased": ["P2"]}) == [ADA]
    assert eligible(crowd, storeDetails={"storeId": ["IN1", "IN2"]}) == [ADA, GRACE]


def test_what_came_back_was_not_bought_unless_by_another_order(crowd: Shop):
    buy(crowd, "SO-1", "P1", "P2")
    buy(crowd, "SO-2", "P2", "P3")

    back(crowd, "SO-1", "P1", "P2")
    assert known(crowd).products == ("P2", "P3")

    back(crowd, "SO-2", "P2", "P3")
    assert known(crowd) == known(crowd).__class__(**{**known(crowd).plain(), "products": (), "last_order": 0})
    assert eligible(crowd, rfm={"recencyDaysTo": 1}) == []


def test_a_merge_brings_along_what_was_bought_and_the_lists(crowd: Shop):
    buy(crowd, "SO-1", "P1")
    buy(crowd, "SO-2", "P2", member=GRACE)
    listed = {"segmentId": "friends", "name": "Friends", "member": GRACE, **DATES}
    crowd.post("/segment", listed).ok  # noqa: B018
    gone = number(crowd, GRACE)

    crowd.post("/mergeuser", {"primaryUID": ADA, "secondaryUID": GRACE, "mergedBy": "staff"}).ok  # noqa: B018
    projected(crowd, gone)
    projected(crowd, number(crowd, ADA))
    projected(crowd, gone, "O#SO-2")

    assert set(known(crowd).products) == {"P1", "P2"}
    assert crowd.get("/eligiblesegment/friends").ok["memberDetails"] == [{"userId": ADA}]
    assert eligible(crowd, purchaseDetails={"productPurchased": ["P2"]}) == [ADA]
    assert eligible(crowd, rfm={"frequencyFrom": 2, "monetaryFrom": 60}) == [ADA]


def test_a_list_that_was_replaced_meanwhile_wins_over_the_merged_one(crowd: Shop):
    crowd.post("/segment", {"segmentId": "s", "name": "S", "member": f"{GRACE},{ADA}", **DATES}).ok  # noqa: B018
    crowd.patch("/segment/s", {"member": ADA, "memberUpdate": "REPLACE"}).ok  # noqa: B018
    gone = number(crowd, GRACE)

    crowd.post("/mergeuser", {"primaryUID": ADA, "secondaryUID": GRACE, "mergedBy": "staff"}).ok  # noqa: B018
    projected(crowd, gone)

    assert crowd.get("/eligiblesegment/s").ok["memberDetails"] == [{"userId": ADA}]
    assert segments.dossier(crowd.site, gone) == []


def test_members_are_gone_through_once_each_page_by_page(crowd: Shop):
    crowd.enrol(*(f"m{each}@example.test" for each in range(12)))
    everybody = [ADA, GRACE, HEDY, *(f"m{each}@example.test" for each in range(12))]
    for member in everybody:
        projected(crowd, number(crowd, member))
    crowd.post("/segment", {"segmentId": "all", "name": "All", "rfm": {"frequencyTo": 0}, **DATES}).ok  # noqa: B018
    force = programmes.in_force(crowd.site)
    assert crowd.post("/userdelete", {"id": HEDY, "requestedBy": "o"}).status < 300

    seen, after = [], ""
    for _ in range(20):
        found = segments.examine(crowd.site, force, force.segment_by_id["all"], clock.now(), after=after, most=4)
        seen += [each.member for each in found.seen if each.is_inside]
        after = found.following
        if not after:
            break

    assert sorted(seen) == sorted(set(everybody) - {HEDY})


def test_a_cursor_is_good_for_its_segment_alone(crowd: Shop):
    assert crowd.post("/segment/preview?cursor=abc", {"name": "x"}).refusal == (400, "AC1004")


@pytest.mark.proves("A015")
def test_thousands_are_listed_in_slices_and_unknown_ones_are_told(crowd: Shop):
    strangers = [f"stranger-{each}" for each in range(250)]
    said = crowd.post("/segment", {"segmentId": "big", "name": "Big", "member": ",".join([*strangers, ADA]), **DATES})

    assert said.ok["unknownMembers"] == strangers
    assert crowd.get("/eligiblesegment/big").ok["memberDetails"] == [{"userId": ADA}]
    too_many = ",".join(str(each) for each in range(segments.LISTED_AT_ONCE_MAX + 1))
    assert crowd.patch("/segment/big", {"member": too_many}).refusal == (400, "AC1004")


@pytest.mark.proves("B204")
def test_an_erased_member_leaves_every_list(crowd: Shop):
    crowd.post("/segment", {"segmentId": "s", "name": "S", "member": ADA, **DATES}).ok  # noqa: B018
    mid = number(crowd, ADA)
    assert segments.dossier(crowd.site, mid) == ["s"]

    assert segments.forget(crowd.site, mid)

    assert segments.dossier(crowd.site, mid) == []
    assert crowd.get("/eligiblesegment/s").ok["memberDetails"] == []


@pytest.mark.proves("A019")
def test_a_decision_that_rests_on_a_segment_is_not_taken_when_it_changes(crowd: Shop):
    conditions = {"memberDetails": {"zipCode": ["10*"]}}
    crowd.post("/segment", {"segmentId": "near", "name": "Near", "member": GRACE, **conditions, **DATES}).ok  # noqa: B018
    force, mid, audience = programmes.in_force(crowd.site), number(crowd, ADA), [Audience(segments=("near",))]
    places = segments.addresses(crowd.site, mid, force, audience)

    def decided(change: Callable[[], object]) -> bool:
        found = items.get_many(places)
        change()
        rest = segments.checks(crowd.site, mid, force, audience, found)
        try:
            commit(lambda: None, lambda _: Plan(rest, None))
        except Contention:
            return False
        return True

    def listed(update: str) -> object:
        return crowd.patch("/segment/near", {"member": ADA, "memberUpdate": update}).ok

    assert decided(lambda: None)
    assert not decided(lambda: crowd.patch(f"/users/{ADA}", {"zipCode": "10117"}).ok)
    assert not decided(lambda: listed("ADD"))
    assert decided(lambda: None)
    assert not decided(lambda: listed("REMOVE"))


@pytest.mark.proves("A015")
def test_a_segment_holds_who_completed_a_series_of_actions(shop: Shop):
    done = {"segmentId": "done", "name": "Done", "actionDetails": {"actionSeries": ["7"]}}
    assert shop.post("/segment", done | DATES).refusal == (400, "AC1004")

    def changed(document: dict[str, Any]) -> None:
        action(document, 129).update(actionPoints=10, limits=[])
        series = {"seriesId": "7", "seriesName": "Start", "bonusPoints": 5, "actions": [{"actionId": 129, "count": 2}]}
        document["actionSeries"] = [series]

    shop.programme(changed)
    shop.post("/segment", done | DATES).ok  # noqa: B018
    held = []
    for _ in range(2):
        shop.post("/points", {"id": ADA, "actionId": 129, "activity": "CREDIT"}).ok  # noqa: B018
        held.append([row["segmentId"] for row in shop.get(f"/users/{ADA}/segments").ok["segments"]])

    assert held == [[], ["done"]]
