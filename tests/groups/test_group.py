"""A group as a value: roles, heirs, permissions, and its text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.groups.group import Group, Invited, Policy, Seat, dump, load

ROLES = st.sampled_from(["Owner", "Member"])
SEATS = st.builds(Seat, id=st.text(min_size=1, max_size=9), role=ROLES, since=st.integers(0, 10**13))
NUMBERS = st.text("abcdefgh", min_size=1, max_size=3)
GROUPS = st.builds(
    Group,
    number=st.just("123456789012"),
    name=st.text(max_size=20),
    members=st.dictionaries(NUMBERS, SEATS, max_size=6),
    invited=st.dictionaries(NUMBERS, st.builds(Invited, id=NUMBERS, role=ROLES, at=st.integers(0, 10**13)), max_size=3),
    auto=st.sampled_from([None, True, False]),
    redeem=st.sampled_from([None, "OWNER", "ALL"]),
    version=st.integers(1, 9),
)
POLICIES = st.builds(
    Policy,
    group_level_permission=st.booleans(),
    auto_transfer=st.booleans(),
    redemption=st.sampled_from(["OWNER", "ALL"]),
)


@given(GROUPS)
def test_a_group_is_what_its_text_says(group):
    assert load(dump(group), group.number, group.version) == group


@given(GROUPS, NUMBERS)
def test_a_group_with_members_is_never_left_without_an_owner(group, mid):
    after = group.without(mid)

    assert mid not in after.members
    assert mid not in after.invited
    assert set(after.members) == set(group.members) - {mid}
    assert bool(after.owners) == bool(after.members)


def test_the_eldest_member_inherits():
    seats = {"old": Seat("b", "Member", 2), "new": Seat("c", "Member", 9), "own": Seat("a", "Owner", 1)}

    after = Group("1", "Us", members=seats).without("own")

    assert after.owners == ("old",)


@given(GROUPS, POLICIES, NUMBERS)
def test_a_groups_own_say_counts_where_the_programme_lets_it(group, policy, mid):
    own = policy.group_level_permission

    assert group.transfers_by_itself(policy) == (group.auto if own and group.auto is not None else policy.auto_transfer)
    assert group.redeemers(policy) == (group.redeem if own and group.redeem is not None else policy.redemption)
    if group.may_spend(mid, policy):
        assert mid in group.members
        assert group.is_owner(mid) or group.redeemers(policy) == "ALL"


@pytest.mark.parametrize(("status", "is_active"), [("ACTIVE", True), ("INACTIVE", False), ("DELETED", False)])
def test_only_active_groups_move_points(status, is_active):
    assert Group("1", "Us", status=status).is_active == is_active
