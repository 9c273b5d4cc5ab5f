"""Shops with groups."""

from typing import Any

from tests.api.proving import faults
from tests.api.shop import ADA, GRACE, Said, Shop, quoted

HEDY = "hedy@example.test"


def groups_on(shop: Shop, **more: Any) -> None:
    """Let members form groups; ``more`` as the programme names it."""
    shop.programme(lambda document: document.update(groups={"enabled": True, **more}))


def found(shop: Shop, *members: str, owner: str = ADA, **more: Any) -> str:
    """Found a group with these members; its id."""
    added = [{"memberId": each} for each in members]
    body = {"id": owner, "groupName": "The Analysts", "addMemberDetails": added}
    said = shop.post("/group", {**body, **more})
    assert said.status == 201, said.body
    return str(said["groupId"])


def pair(shop: Shop, **more: Any) -> str:
    """Ada and Grace in a group that Ada owns; its id."""
    groups_on(shop, **more)
    shop.enrol(GRACE)
    return found(shop, GRACE)


def give(shop: Shop, group: str, points: Any, member: str = ADA, **more: Any) -> Said:
    """A member gives points to the group, as the vendor's page shows it."""
    body = {"id": member, "actionId": 160, "groupId": group, "activity": "CREDIT", "debit": points, "reason": "ours"}
    return shop.post("/points", body | more)


def hand(shop: Shop, group: str, points: Any, receiver: str = GRACE, owner: str = ADA, **more: Any) -> Said:
    """The group gives points to a member."""
    body = {"id": owner, "actionId": 160, "groupId": group, "activity": "DEBIT", "debit": points, "userId": receiver}
    return shop.post("/points", body | more)


def of(shop: Shop, group: str) -> dict[str, Any]:
    return shop.get(f"/group/{group}").ok


def members(shop: Shop, group: str) -> dict[str, str]:
    return {each["memberId"]: each["userRole"] for each in of(shop, group)["groupMembers"]}


def invitations(shop: Shop, member: str) -> list[dict[str, Any]]:
    found_: list[dict[str, Any]] = shop.get(f"/group/invite/{quoted(member)}").ok["invitations"]
    return found_


def proved(shop: Shop) -> None:
    """The book of the site holds, groups included (P1, P2)."""
    assert faults(shop) == []
