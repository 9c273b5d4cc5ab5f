"""Connecting a handle in a social network: it is kept, it is nobody else's, and it earns once."""

from typing import Any

import pytest

from chalicelib.members.connecting import service as connecting
from chalicelib.members.service import resolve
from tests.api.calls_users import MERGE
from tests.api.proving import faults
from tests.api.shop import ADA, GRACE, Said, Shop, action
from tests.api.test_merged_spending import settle

NETWORKS = {131: "facebook", 134: "instagram", 135: "twitter", 136: "pinterest", 137: "google+"}


@pytest.fixture
def social(shop: Shop) -> Shop:
    """A shop whose members connect handles in five networks."""

    def changed(document: dict[str, Any]) -> None:
        document["actions"] = [each for each in document["actions"] if each["actionId"] not in NETWORKS]
        for number, network in NETWORKS.items():
            once = [{"times": 1, "period": "lifetime"}]
            row = {"actionId": number, "actionName": network, "actionPoints": 25, "network": network, "limits": once}
            document["actions"].append(row)

    shop.programme(changed)
    return shop


def connect(shop: Shop, handle: Any = "@Ada.Bakes", number: int = 134, member: str = ADA, **more: Any) -> Said:
    body = {"id": member, "actionId": number, "activity": "CREDIT", "actionAttribute": {"handle": handle}}
    return shop.post("/points", body | more)


def handles(shop: Shop, member: str = ADA) -> dict[str, Any]:
    found: dict[str, Any] = connecting.dossier(shop.site, resolve(shop.site, member).mid)
    return found.get("handles", {})


@pytest.mark.proves("A107", "A108", "A109", "A110", "A111")
@pytest.mark.parametrize("number", NETWORKS)
def test_a_handle_is_connected_once_and_kept(social: Shop, number: int):
    first = connect(social, number=number).ok
    again = connect(social, " ada.bakes", number)
    other = connect(social, "@ada.paints", number)

    assert first["pointsAwarded"] == 25
    assert (again.status, again["errorCode"], again["pointsAwarded"]) == (200, "AC1026", 0)
    assert (other["errorCode"], other["pointsAwarded"]) == ("AC1026", 0)
    assert "another" in other["errorMessage"]
    assert handles(social) == {NETWORKS[number]: "@Ada.Bakes"}
    assert faults(social) == []


def test_a_handle_is_one_members_in_a_network(social: Shop):
    social.enrol(GRACE)
    connect(social)

    taken = connect(social, "ADA.BAKES", member=GRACE)
    elsewhere = connect(social, "ADA.BAKES", 135, GRACE)

    assert taken.refusal == (409, "AC1006")
    assert elsewhere["pointsAwarded"] == 25
    assert handles(social, GRACE) == {"twitter": "ADA.BAKES"}
    assert social.figures(GRACE)["availablePoints"] == 25


def test_what_a_limit_withholds_connects_nothing(social: Shop):
    social.programme(lambda document: action(document, 134).update(maxPoints=10, period="day"))
    social.programme(lambda document: action(document, 131).update(network="instagram", actionPoints=10))
    connect(social)
    said = connect(social, "@second", 131)

    assert (said["pointsAwarded"], said["errorCode"]) == (0, "AC1026")
    assert handles(social) == {"instagram": "@Ada.Bakes"}


@pytest.mark.parametrize("handle", ["", " ", "@", None, 5, ["a"], "x" * 101])
def test_without_a_handle_nothing_is_connected(social: Shop, handle: Any):
    said = connect(social, handle)

    assert said.refusal == (400, "AC1004")
    assert "actionAttribute.handle" in said["errorMessage"]
    assert connect(social, actionAttribute={}).refusal == (400, "AC1004")
    assert social.figures()["availablePoints"] == 0


def test_who_was_merged_keeps_the_handle_for_both(social: Shop):
    social.enrol(GRACE)
    connect(social, member=GRACE)
    social.post("/mergeuser", MERGE).ok  # noqa: B018 - asks whether it went well.

    assert connect(social)["errorCode"] == "AC1026"
    assert "another" in connect(social, "@ada.paints")["errorMessage"]
    assert faults(social) == []


def test_an_erasure_gives_the_handle_back(social: Shop):
    social.enrol(GRACE)
    connect(social)
    social.post("/userdelete", {"id": ADA, "requestedBy": "desk"}).ok  # noqa: B018 - asks whether it went well.
    settle()

    assert connect(social, member=GRACE)["pointsAwarded"] == 25
    assert faults(social) == []
