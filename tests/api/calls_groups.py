"""Mutating calls of groups."""

from typing import Any

from tests.api.call import Call
from tests.api.grouping import HEDY, found, groups_on, invitations, pair
from tests.api.shop import ADA, GRACE, Shop

GROUP = "/group/{group}"


class GroupCall(Call):
    """A call whose path or body names the group that was founded before."""

    def made(self, shop: Shop, key: str | None, body: Any = None, query: str = "") -> Any:
        group = shop.get(f"/users/{ADA}/allgroup").body.get("groupDetails") or [{"groupId": ""}]
        number = group[0]["groupId"]
        said = self.body if body is None else body
        said = {name: number if each == GROUP else each for name, each in said.items()}
        return shop.call(self.method, self.path.replace("{group}", number) + query, said, key=key)


def _on(shop: Shop) -> None:
    groups_on(shop)
    shop.enrol(GRACE)


def _pair(shop: Shop) -> None:
    pair(shop)
    shop.credit(500)


def _asked(shop: Shop) -> None:
    groups_on(shop, invitationAcceptanceRequired=True)
    shop.enrol(GRACE)
    found(shop, GRACE)
    assert invitations(shop, GRACE)


def _third(shop: Shop) -> None:
    pair(shop)
    shop.enrol(HEDY)


_NEW = {"id": ADA, "groupName": "The Analysts", "addMemberDetails": [{"memberId": GRACE, "userRole": "Member"}]}
_INVITE = {"id": ADA, "groupId": GROUP, "addMemberDetails": {"memberId": HEDY, "userRole": "Member"}}
_GIVE = {"id": ADA, "actionId": 160, "groupId": GROUP, "activity": "CREDIT", "debit": 35, "reason": "for all"}
_ROLE = "/group/{group}/member/" + GRACE
CALLS_GROUPS: dict[str, Call] = {
    "found": Call("POST", "/group", _NEW, _NEW | {"groupName": "Others"}, _on),
    "rename group": GroupCall("PATCH", GROUP, {"updatedBy": ADA, "groupName": "B"}, {"updatedBy": ADA}, _pair),
    "invite": GroupCall("POST", "/group/invite", _INVITE, _INVITE | {"id": GRACE}, _third),
    "answer invitation": GroupCall(
        "PATCH", f"/group/invite/{GRACE}", {"groupId": GROUP, "invitationStatus": "ACCEPTED"},
        {"groupId": GROUP, "invitationStatus": "DECLINED"}, _asked,
    ),
    "change role": GroupCall("PATCH", _ROLE, {"userRole": "Owner"}, {"userRole": "Member"}, _pair),
    "leave": GroupCall("DELETE", _ROLE, {"updatedBy": GRACE}, {"updatedBy": ADA}, _pair),
    "give to group": GroupCall("POST", "/points", _GIVE, _GIVE | {"debit": 36}, _pair),
}  # fmt: skip
