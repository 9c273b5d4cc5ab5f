"""What becomes of groups when members are merged, and how the facts see them."""

from chalicelib.dynamo import keys
from chalicelib.facts import table as facts
from chalicelib.groups import service as groups
from chalicelib.members import service as members
from chalicelib.reporting import service as reporting
from tests.api.fixtures import empty_shop, engine, logged, one_table, open_shop, shop  # noqa: F401 - fixtures.
from tests.api.grouping import HEDY, found, give, invitations, pair
from tests.api.grouping import members as members_of
from tests.api.shop import ADA, GRACE


def mid_of(site: str, member: str) -> str:
    return members.resolve(site, member).mid


def test_whoever_survives_a_merge_takes_the_seat_with_its_role(shop):  # noqa: F811 - the fixture.
    group = pair(shop)
    shop.enrol(HEDY)

    for _ in range(2):
        assert groups.moved(shop.site, mid_of(shop.site, ADA), mid_of(shop.site, HEDY))

    assert sorted(members_of(shop, group).values()) == ["Member", "Owner"]
    assert shop.get(f"/users/{ADA}/allgroup").ok["groupDetails"] == []
    assert shop.get(f"/users/{HEDY}/allgroup").ok["groupDetails"][0]["userRole"] == "Owner"


def test_a_survivor_who_is_in_a_group_stays_there(shop):  # noqa: F811 - the fixture.
    group = pair(shop)
    shop.enrol(HEDY)
    other = found(shop, owner=HEDY)

    groups.moved(shop.site, mid_of(shop.site, GRACE), mid_of(shop.site, HEDY))

    assert members_of(shop, group) == {ADA: "Owner"}
    assert members_of(shop, other) == {HEDY: "Owner"}
    assert invitations(shop, HEDY) == []


def test_a_group_counts_with_its_points_and_not_as_a_member(shop):  # noqa: F811 - the fixture.
    group = pair(shop)
    shop.credit(70)
    give(shop, group, 70).ok  # noqa: B018 - asks.

    assert reporting.project(keys.member(shop.site, group), keys.ACCOUNT)

    listed = [mid for part in range(8) for mid in facts.members(shop.site, part, after="", limit=10)]
    assert listed == []
    counted = reporting.monthly(shop.site, 739676)
    assert all("members" not in subjects.get("all", {}) for subjects in counted.values())
