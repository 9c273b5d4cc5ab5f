"""Tier programs, tiers assigned by hand, and the history of a member's tier."""

from datetime import UTC, datetime

import pytest

from chalicelib import clock
from tests.api.calls_tiers import GOLD, programs
from tests.api.shop import ADA, GRACE


def assign(shop, **more):
    return shop.post(f"/tier/{more.get('tier_id', '3')}", GOLD | more)


@pytest.mark.proves("A011")
def test_all_tier_programs_and_one(shop):
    programs(shop)

    both = shop.get("/tier/program/all").ok["programs"]
    one = shop.get("/tier/program/summer").ok["programs"]

    assert [(each["program_id"], each["program_status"]) for each in both] == [
        ("main", "live"),
        ("summer", "scheduled"),
    ]
    assert both[1] == one[0]
    assert one[0]["start_date"] == "2026-06-01"
    sun = one[0]["tiers"][1]
    assert (sun["tier_id"], sun["tier_level"], sun["entry_conditions"]["threshold"]) == ("sun", 2, 100)
    assert shop.get("/tier/program/none").status == 404


def test_a_program_put_in_force_archives_the_one_that_was(shop):
    programs(shop)

    shop.patch("/tier/program/summer", {"program_status": "live"}, token=shop.staff()).ok  # noqa: B018 - went well.

    found = shop.get("/tier/program/all").ok["programs"]
    assert [(each["program_id"], each["program_status"]) for each in found] == [
        ("summer", "live"),
        ("main", "archived"),
    ]
    assert shop.get(f"/users/{ADA}/tier").ok["tier_name"] == "Sand"
    said = shop.patch("/tier/program/main", {"program_status": "draft"}, token=shop.staff())
    assert said.status == 400


def test_a_tier_is_assigned_by_hand(shop):
    programs(shop)

    said = assign(shop)

    assert said.status == 201
    assert said["request_id"]
    assert said.body == {
        "request_id": said["request_id"], "status": "success", "message": "Well done.",
        "data": {"tier_id": "3",
                 "assigned_users": {"user_id": ADA, "tier_status": "active", "expire_at": "2026-12-31"}},
    }  # fmt: skip
    tier = shop.get(f"/users/{ADA}/tier").ok
    assert (tier["tier_name"], tier["is_assigned"]) == ("Gold", True)
    assert tier["history"][0]["reason"] == "a complaint"
    assert tier["history"][0] | {"changed_at": ""} == {
        "changed_at": "", "from_tier": "Bronze", "to_tier": "Gold", "reason": "a complaint", "is_assigned": True
    }  # fmt: skip


def test_an_assigned_tier_stays_whatever_is_earned_below_it_and_ends_with_its_day(shop):
    programs(shop)
    assign(shop, expire_at="2026-03-20")
    shop.credit(10)
    shop.debit(10)

    assert shop.get(f"/users/{ADA}/tier").ok["tier_name"] == "Gold"
    clock.move_to(datetime(2026, 3, 20, 12, tzinfo=UTC))
    assert shop.get(f"/users/{ADA}/tiers").ok["currentTier"] == "Gold"
    clock.move_to(datetime(2026, 3, 21, 12, tzinfo=UTC))
    shop.credit(1)

    tier = shop.get(f"/users/{ADA}/tier").ok
    assert (tier["tier_name"], tier["is_assigned"]) == ("Bronze", False)
    assert tier["history"][0]["reason"] == "the period of the tier ended"


def test_an_assignment_without_a_day_is_for_good(shop):
    programs(shop)
    said = shop.post("/tier/3", {"user_id": ADA, "tier_id": "3"})
    clock.move_to(datetime(2028, 3, 21, 12, tzinfo=UTC))
    shop.credit(1)

    assert said["data"]["assigned_users"]["expire_at"] is None
    assert shop.get(f"/users/{ADA}/tier").ok["tier_name"] == "Gold"


def test_the_book_proves_itself_with_an_assigned_tier(shop):
    programs(shop)
    assign(shop)
    shop.credit(5)

    assert shop.get(f"/users/{ADA}/ledger").ok


@pytest.mark.parametrize(
    ("more", "status"),
    [({"tier_id": "mud"}, 404), ({"user_id": GRACE}, 404), ({"expire_at": "2026-03-17"}, 400),
     ({"expire_at": "soon"}, 400)],
)  # fmt: skip
def test_what_cannot_be_assigned(shop, more, status):
    programs(shop)

    assert assign(shop, **more).status == status


def test_a_site_that_does_not_let_tiers_be_assigned(shop):
    assert assign(shop).refusal == (400, "AC1004")


def test_path_and_body_name_one_tier(shop):
    programs(shop)

    assert shop.post("/tier/2", GOLD).status == 400
