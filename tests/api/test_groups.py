"""Groups over HTTP: founding, inviting, joining, leaving, roles, dissolving (annex-api-2, section 9)."""

import pytest

from tests.api.grouping import HEDY, found, give, groups_on, invitations, members, of, pair, proved
from tests.api.shop import ADA, GRACE, quoted


@pytest.mark.proves("B221")
def test_the_creator_owns_a_group_and_members_join_in_the_same_call(empty_shop):
    empty_shop.enrol(ADA, GRACE)
    groups_on(empty_shop)

    said = empty_shop.post(
        "/group",
        {
            "id": ADA, "groupName": "The Analysts",
            "addMemberDetails": [{"memberId": GRACE, "userRole": "Member"}, {"memberId": "nobody"}, {"memberId": ADA},
                                 {"memberId": GRACE.upper()}],
        },
    )  # fmt: skip

    assert said.status == 201
    assert (said["siteId"], said["id"], said["groupName"], said["groupStatus"]) == (
        empty_shop.site, ADA, "The Analysts", "ACTIVE",
    )  # fmt: skip
    assert [(each["memberId"], each["userRole"], each["status"]) for each in said["addedMembers"]] == [
        (GRACE, "Member", "Success"), ("nobody", "Member", "Failed"), (ADA, "Member", "Failed"),
        (GRACE, "Member", "Failed"),
    ]  # fmt: skip
    assert members(empty_shop, said["groupId"]) == {ADA: "Owner", GRACE: "Member"}
    assert said["groupId"].isdigit()
    proved(empty_shop)


def test_a_site_without_groups_has_none(shop):
    said = shop.post("/group", {"id": ADA, "groupName": "Us"})

    assert said.refusal == (400, "AC1004")
    assert "groups.enabled" in said["errorMessage"]
    assert shop.get("/group/123456789012").refusal == (404, "AC1005")
    assert shop.figures()["groupDetails"] == {}


@pytest.mark.proves("B221")
def test_with_acceptance_members_are_invited_and_join_when_they_accept(shop):
    groups_on(shop, invitationAcceptanceRequired=True)
    shop.enrol(GRACE)
    group = found(shop)

    said = shop.post(
        "/group/invite", {"id": ADA, "groupId": group, "addMemberDetails": {"memberId": GRACE, "userRole": "Member"}}
    )

    assert said.status == 201
    assert said["addedMembers"] == [
        {
            "memberId": GRACE, "userRole": "Member", "invitedBy": ADA, "invitationStatus": "PENDING",
            "message": "Invitation to join the group sent successfully.",
        }
    ]  # fmt: skip
    assert members(shop, group) == {ADA: "Owner"}
    assert [each["memberId"] for each in of(shop, group)["invitedMembers"]] == [GRACE]
    (open_,) = invitations(shop, GRACE)
    assert (open_["groupId"], open_["groupName"], open_["invitedBy"]) == (group, "The Analysts", ADA)

    accepted = shop.patch(f"/group/invite/{GRACE}", {"groupId": group, "invitationStatus": "ACCEPTED"})

    assert (accepted.status, accepted["invitationStatus"]) == (200, "ACCEPTED")
    assert members(shop, group) == {ADA: "Owner", GRACE: "Member"}
    assert invitations(shop, GRACE) == []
    assert shop.patch(f"/group/invite/{GRACE}", {"groupId": group, "status": "accept"}).refusal == (404, "AC1005")


def test_a_declined_invitation_is_over(shop):
    groups_on(shop, invitationAcceptanceRequired=True)
    shop.enrol(GRACE)
    group = found(shop, GRACE)

    shop.patch(f"/group/invite/{GRACE}", {"groupId": group, "invitationStatus": "decline"}).ok  # noqa: B018 - asks.

    assert members(shop, group) == {ADA: "Owner"}
    assert (invitations(shop, GRACE), of(shop, group)["invitedMembers"]) == ([], [])


@pytest.mark.proves("B221")
def test_a_member_has_several_invitations_and_one_group(shop):
    groups_on(shop, invitationAcceptanceRequired=True)
    shop.enrol(GRACE, HEDY)
    first, second = found(shop, HEDY), found(shop, HEDY, owner=GRACE)
    assert {each["groupId"] for each in invitations(shop, HEDY)} == {first, second}

    shop.patch(f"/group/invite/{HEDY}", {"groupId": first, "invitationStatus": "ACCEPTED"}).ok  # noqa: B018 - asks.
    again = shop.patch(f"/group/invite/{HEDY}", {"groupId": second, "invitationStatus": "ACCEPTED"})

    assert again.refusal == (400, "AC1004")
    assert [each["groupId"] for each in invitations(shop, HEDY)] == [second]
    shop.call("DELETE", f"/group/{first}/member/{HEDY}", {"updatedBy": HEDY}).ok  # noqa: B018 - asks.
    assert shop.patch(f"/group/invite/{HEDY}", {"groupId": second, "invitationStatus": "ACCEPTED"}).status == 200
    assert members(shop, second) == {GRACE: "Owner", HEDY: "Member"}


def test_nobody_founds_or_joins_a_second_group(shop):
    pair(shop)
    shop.enrol(HEDY)
    other = found(shop, owner=HEDY)

    assert shop.post("/group", {"id": GRACE, "groupName": "Mine"}).refusal == (400, "AC1004")
    said = shop.post("/group/invite", {"groupId": other, "addMemberDetails": [{"memberId": GRACE}]}).ok
    assert (said["addedMembers"][0]["status"], "another group" in said["addedMembers"][0]["message"]) == (
        "Failed",
        True,
    )


def test_a_group_takes_as_many_as_the_programme_says(shop):
    groups_on(shop, membersMax=2)
    shop.enrol(GRACE, HEDY)
    group = found(shop, GRACE, HEDY)

    assert len(members(shop, group)) == 2
    said = shop.post("/group/invite", {"groupId": group, "addMemberDetails": {"memberId": HEDY}}).ok
    assert said["addedMembers"][0]["status"] == "Failed"


def test_more_than_a_call_takes_is_refused_as_a_whole(shop):
    groups_on(shop)
    many = [{"memberId": f"m-{place}"} for place in range(31)]

    said = shop.post("/group", {"id": ADA, "groupName": "Us", "addMemberDetails": many})

    assert said.refusal == (400, "AC1004")
    assert shop.get(f"/users/{ADA}/allgroup").ok["groupDetails"] == []


def test_only_owners_change_a_group(shop):
    group = pair(shop)
    shop.enrol(HEDY)

    for said in (
        shop.patch(f"/group/{group}", {"updatedBy": GRACE, "groupName": "Mine"}),
        shop.post("/group/invite", {"id": GRACE, "groupId": group, "addMemberDetails": {"memberId": HEDY}}),
        shop.call("DELETE", f"/group/{group}/member/{ADA}", {"updatedBy": GRACE}),
        shop.patch(f"/group/{group}/member/{GRACE}", {"updatedBy": GRACE, "userRole": "Owner"}),
    ):
        assert said.refusal == (400, "AC1004")
        assert "owner" in said["errorMessage"]


def test_roles_change_hands_and_the_last_owner_stays(shop):
    group = pair(shop)
    assert shop.call("DELETE", f"/group/{group}/member/{ADA}", {"updatedBy": ADA}).refusal == (400, "AC1004")
    assert shop.patch(f"/group/{group}/member/{ADA}", {"userRole": "Member"}).refusal == (400, "AC1004")

    said = shop.patch(f"/group/{group}/member/{GRACE}", {"updatedBy": ADA, "userRole": "owner"}).ok
    assert (said["memberId"], said["userRole"]) == (GRACE, "Owner")
    shop.call("DELETE", f"/group/{group}/member/{ADA}", {"updatedBy": ADA}).ok  # noqa: B018 - asks.

    assert members(shop, group) == {GRACE: "Owner"}
    assert shop.call("DELETE", f"/group/{group}/member/{ADA}", {}).refusal == (404, "AC1005")


@pytest.mark.proves("B221")
def test_the_pages_own_update_renames_and_sets_permissions(shop):
    group = pair(shop, groupLevelPermission=True)

    said = shop.patch(
        f"/group/{group}",
        {
            "updatedBy": ADA, "groupName": "Engines", "groupStatus": "ACTIVE",
            "groupConfigurations": {"allowAutoTransferPointsToGroup": "YES", "allowGroupPointsRedemption": "ALL"},
        },
    )  # fmt: skip

    assert said.status == 201
    assert said.body == {
        "siteId": shop.site, "groupId": group, "groupName": "Engines", "groupStatus": "ACTIVE",
        "groupConfigurations": {"allowAutoTransferPointsToGroup": "YES", "allowGroupPointsRedemption": "ALL"},
    }  # fmt: skip


def test_permissions_belong_to_the_programme_unless_it_lets_groups_decide(shop):
    group = pair(shop, autoTransfer=True, redemption="ALL")

    said = shop.patch(
        f"/group/{group}", {"updatedBy": ADA, "groupConfigurations": {"allowGroupPointsRedemption": "OWNER"}}
    )

    assert said.refusal == (400, "AC1004")
    assert of(shop, group)["groupConfigurations"] == {
        "allowAutoTransferPointsToGroup": "YES", "allowGroupPointsRedemption": "ALL",
    }  # fmt: skip


@pytest.mark.proves("B221")
@pytest.mark.parametrize("how", [{"deleteGroup": "YES"}, {"groupStatus": "DELETED"}])
def test_a_dissolved_group_frees_its_members_and_gives_its_points_to_the_owner(shop, how):
    group = pair(shop)
    shop.credit(300, GRACE)
    give(shop, group, 300, GRACE).ok  # noqa: B018 - asks.

    said = shop.patch(f"/group/{group}", {"updatedBy": ADA, **how})

    assert (said.status, said["groupStatus"]) == (201, "DELETED")
    assert (shop.figures()["availablePoints"], shop.figures(GRACE)["availablePoints"]) == (300, 0)
    assert (of(shop, group)["groupMembers"], of(shop, group)["groupAvailablePoints"]) == ([], "0")
    assert shop.patch(f"/group/{group}", {"updatedBy": ADA, **how}).refusal == (404, "AC1005")
    assert found(shop, GRACE) != group
    proved(shop)


def test_a_programme_may_write_off_what_a_dissolved_group_has(shop):
    group = pair(shop, onDissolve="writeOff")
    shop.credit(300)
    give(shop, group, 200).ok  # noqa: B018 - asks.

    shop.patch(f"/group/{group}", {"updatedBy": ADA, "deleteGroup": "YES"}).ok  # noqa: B018 - asks.

    assert shop.figures()["availablePoints"] == 100
    assert (of(shop, group)["groupAvailablePoints"], of(shop, group)["groupExpiredPoints"]) == ("0", "200")
    proved(shop)


@pytest.mark.proves("B073", "B074", "B075", "B076", "B077", "B078")
def test_a_member_sees_their_group_everywhere(shop):
    group = pair(shop)
    shop.credit(435)
    give(shop, group, 435).ok  # noqa: B018 - asks.
    details = {
        "groupId": group, "groupName": "The Analysts", "groupAvailablePoints": "435", "groupLifetimePoints": "435",
        "groupUsedPoints": "0", "groupExpiredPoints": "0",
    }  # fmt: skip

    assert shop.figures(GRACE)["groupDetails"] == details
    assert shop.post("/getbulkpoints", {"1": {"id": GRACE}}).ok["1"]["groupDetails"] == details
    (row,) = shop.get(f"/users/{quoted(GRACE)}/allgroup").ok["groupDetails"]
    assert row == {**details, "groupStatus": "ACTIVE", "userRole": "Member", "joinDate": row["joinDate"]}
    earlier = shop.get(f"/points/{quoted(GRACE)}?at=2026-03-01T00:00Z").ok
    assert earlier["groupDetails"] == {}


@pytest.mark.proves("B072")
def test_a_member_without_a_group_has_none(shop):
    groups_on(shop)

    assert shop.figures()["groupDetails"] == {}
    assert shop.get(f"/users/{ADA}/allgroup").ok["groupDetails"] == []


def test_whoever_is_erased_leaves_the_group_and_the_eldest_inherits_it(shop, one_table):
    group = pair(shop)
    shop.enrol(HEDY)
    shop.post("/group/invite", {"groupId": group, "addMemberDetails": {"memberId": HEDY}}).ok  # noqa: B018 - asks.
    shop.credit(50)
    give(shop, group, 50).ok  # noqa: B018 - asks.

    shop.post("/userdelete", {"id": ADA, "requestedBy": "o@example.test"}).ok  # noqa: B018 - asks.

    assert sorted(members(shop, group).values()) == ["Member", "Owner"]
    assert set(members(shop, group)) == {GRACE, HEDY}
    assert of(shop, group)["groupAvailablePoints"] == "50"
    kept = [str(item) for item in one_table.scan(TableName="laurel")["Items"] if "KEY" not in str(item["sk"])]
    assert not [item for item in kept if ADA in item]
    proved(shop)


def test_the_group_of_its_last_member_ends_with_them(shop):
    groups_on(shop)
    group = found(shop)
    shop.credit(50)
    give(shop, group, 50).ok  # noqa: B018 - asks.

    shop.post("/userdelete", {"id": ADA, "requestedBy": "o@example.test"}).ok  # noqa: B018 - asks.

    ended = of(shop, group)
    assert (ended["groupStatus"], ended["groupName"], ended["groupAvailablePoints"]) == ("DELETED", "", "0")
    proved(shop)


def test_a_members_token_reads_and_answers_its_own_invitations(shop):
    groups_on(shop, invitationAcceptanceRequired=True)
    shop.enrol(GRACE)
    group = found(shop, GRACE)
    token = shop.member_token(GRACE)

    assert shop.get(f"/group/invite/{quoted(GRACE)}", token=token).ok["invitations"]
    assert shop.get(f"/group/invite/{ADA}", token=token).refusal == (403, "AC1002")
    body = {"groupId": group, "invitationStatus": "ACCEPTED"}
    assert shop.patch(f"/group/invite/{GRACE}", body, token=token).status == 200
