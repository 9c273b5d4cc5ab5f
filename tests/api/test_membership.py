"""Membership status by activity: time makes inactive, what the member does makes active again, callers do neither."""

import json
from datetime import timedelta

import pytest

from chalicelib import clock
from tests.api.fixtures import NOON
from tests.api.shop import ADA, GRACE, Shop

MILESTONES = [
    {"name": "Say hello", "days": 30, "status": "ACTIVE"},
    {"name": "No purchase", "days": 60, "actions": [109]},
    {"name": "Asleep", "days": 90},
]
LINES = [{"id": "p1", "quantity": "1", "unitPrice": "20"}]


@pytest.fixture
def watching(shop: Shop) -> Shop:
    shop.programme(lambda document: document.update(membershipStatus={"enabled": True, "milestones": MILESTONES}))
    return shop


def after(shop: Shop, days: int, member: str = ADA) -> tuple[str, int, str, str, int]:
    """How the member stands so many days after the first one."""
    clock.move_to(NOON + timedelta(days=days))
    said = shop.get(f"/users/{member}").ok
    found = said["activityBasedStatus"]
    coming = found["milestone"], found["upcomingStatus"], found["upcomingStatusDate"]
    return (said["status"], *coming, found["reachedMilestone"])


def test_time_alone_makes_inactive_on_the_day_and_tells_what_is_coming(watching):
    assert after(watching, 0) == ("ACTIVE", 1, "ACTIVE", "2026-04-17", 0)
    assert after(watching, 29) == ("ACTIVE", 1, "ACTIVE", "2026-04-17", 0)
    assert after(watching, 30) == ("ACTIVE", 2, "INACTIVE", "2026-05-17", 1)
    assert after(watching, 60) == ("INACTIVE", 3, "INACTIVE", "2026-06-16", 2)
    assert after(watching, 90) == ("INACTIVE", 0, "", "", 3)


def test_an_inactive_member_buys_and_is_active_again(watching):
    assert after(watching, 200)[0] == "INACTIVE"

    assert watching.post("/orders", {"id": "SO-1", "userId": ADA, "orderDetail": LINES}).status == 200

    assert after(watching, 200) == ("ACTIVE", 1, "ACTIVE", "2026-11-03", 0)
    assert after(watching, 259)[0] == "ACTIVE"
    assert after(watching, 260)[0] == "INACTIVE"


def test_a_milestone_looks_at_its_own_actions_alone(watching):
    clock.move_to(NOON + timedelta(days=50))
    assert watching.post("/points", {"id": ADA, "activity": "CREDIT", "actionId": 101}).status == 200

    # Day 30 moved to day 80, the purchase that is missed did not.
    assert after(watching, 50) == ("ACTIVE", 2, "INACTIVE", "2026-05-17", 0)
    assert after(watching, 60) == ("INACTIVE", 1, "INACTIVE", "2026-06-06", 2)


def test_what_the_shop_does_by_hand_is_not_the_members_activity(watching):
    clock.move_to(NOON + timedelta(days=50))
    watching.credit(500)
    assert after(watching, 50)[4] == 1

    assert watching.post("/points", {"id": ADA, "activity": "DEBIT", "debit": 10, "actionId": 107}).status == 200
    assert after(watching, 50)[4] == 0


def test_a_given_status_is_ignored_and_only_lifts_what_the_shop_had_set(shop):
    assert shop.patch(f"/users/{ADA}", {"status": "INACTIVE"}).ok["status"] == "INACTIVE"
    assert "activityBasedStatus" not in shop.get(f"/users/{ADA}")
    shop.programme(lambda document: document.update(membershipStatus={"enabled": True, "milestones": MILESTONES}))

    assert after(shop, 0)[:3] == ("INACTIVE", 1, "INACTIVE")
    assert shop.patch(f"/users/{ADA}", {"status": "ACTIVE"}).ok["status"] == "ACTIVE"
    assert shop.patch(f"/users/{ADA}", {"status": "INACTIVE", "firstName": "Ada"}).ok["status"] == "ACTIVE"
    assert shop.post("/users", {"id": GRACE, "status": "INACTIVE"}).body["status"] == "ACTIVE"
    assert after(shop, 0, GRACE)[0] == "ACTIVE"


def test_a_merge_counts_as_activity(watching):
    clock.move_to(NOON + timedelta(days=100))
    watching.enrol(GRACE)
    assert after(watching, 100)[0] == "INACTIVE"

    said = watching.post("/mergeuser", {"primaryUID": ADA, "secondaryUID": GRACE, "mergedBy": "desk"})

    assert said.status == 200
    assert after(watching, 100)[:2] == ("ACTIVE", 1)


def test_a_read_costs_one_call_more(watching):
    watching.get(f"/users/{ADA}")
    watching.get(f"/users/{ADA}")

    assert watching.lines[-1]["calls"] == 2


@pytest.mark.parametrize(
    "milestones",
    [
        [],
        [{"name": "a", "days": 30, "status": "ACTIVE"}],
        [{"name": "a", "days": 30}, {"name": "b", "days": 30}],
        [{"name": "a", "days": 30}, {"name": "b", "days": 60, "status": "ACTIVE"}],
        [{"name": "a", "days": 30, "actions": [100]}],
        [{"name": "a", "days": 30, "actions": [424242]}],
        [{"name": "a", "days": 0}],
        [{"name": str(days), "days": days} for days in range(1, 7)],
    ],
)
def test_milestones_that_make_no_sense_are_refused(shop, milestones):
    staff = shop.staff()
    document = json.loads(shop.get("/programme", token=staff).raw)["programme"]
    document["membershipStatus"] = {"enabled": True, "milestones": milestones}

    said = shop.put("/programme", document, token=staff)

    assert said.refusal == (400, "AC1004")
    assert "membershipStatus" in said["errorMessage"]
