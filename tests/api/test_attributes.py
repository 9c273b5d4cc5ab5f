"""Extended attributes: any where the programme declares none, else the declared ones with values of their type."""

import json

import pytest

from tests.api.shop import ADA, GRACE, Shop

DECLARED = [
    {"name": "userType"},
    {"name": "shoe", "type": "number"},
    {"name": "since", "type": "date"},
    {"name": "staff", "type": "yesNo"},
    {"name": "size", "type": "choice", "choices": ["S", "M"]},
]


@pytest.fixture
def declaring(shop: Shop) -> Shop:
    shop.programme(lambda document: document.update(extendedAttributes=DECLARED))
    return shop


def test_declared_attributes_are_taken_and_shown(declaring):
    given = {"userType": "x", "shoe": "38.5", "since": "2020-02-29", "staff": "NO", "size": "M"}

    assert declaring.patch(f"/users/{ADA}", {"extendedAttribute": given}).ok["extendedAttribute"] == given
    assert declaring.patch(f"/users/{ADA}", {"extendedAttribute": {"shoe": ""}}).ok["extendedAttribute"]["shoe"] == ""


@pytest.mark.parametrize(
    "given", [{"hat": "7"}, {"shoe": "big"}, {"since": "29.2.2020"}, {"staff": "MAYBE"}, {"size": "L"}]
)
def test_others_are_refused_in_every_call_that_sets_them(declaring, given):
    body = {"extendedAttribute": given}

    assert declaring.patch(f"/users/{ADA}", body).refusal == (400, "AC1004")
    assert declaring.post("/users", body | {"id": GRACE}).refusal == (400, "AC1004")
    assert declaring.post("/bulkpostusers", {"1": body | {"id": GRACE}}).body["1"]["errorCode"] == "AC1004"


def test_contradictory_declarations_are_refused(shop):
    document = shop.programme()
    document["extendedAttributes"] = [{"name": "a"}, {"name": "a", "choices": ["x"]}]

    plain = json.loads(json.dumps(document, default=str))
    assert shop.put("/programme", plain, token=shop.staff()).refusal == (400, "AC1004")
