"""Many members in one call: each for itself, in the shape in which they came, as cheaply as DynamoDB's limits allow."""

import json
from typing import Any

import pytest

from chalicelib.local.gateway import Request
from tests.api.shop import ADA, GRACE, Shop, binding, claims_for, quoted, sign

HEDY = "hedy@example.test"


def listed(shop: Shop, path: str, body: list[Any], key: str | None = None) -> tuple[list[Any], Any]:
    """Send a list and give the list that answers; the shop's own helper wants objects."""
    raw = json.dumps(body).encode()
    token = sign(claims_for(raw, shop.site))
    assert binding(raw)
    headers = {"X-AnnexCloud-Site": shop.site, "Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    headers |= {} if key is None else {"Idempotency-Key": key}
    answer = shop.gateway.answer(Request("POST", f"/api/3.0{path}", headers, raw))
    assert answer.status == 200, answer.body
    found = json.loads(answer.body)
    assert isinstance(found, list)
    return found, answer.headers


@pytest.mark.proves("B011")
def test_members_are_enrolled_from_a_numbered_object_and_a_bad_one_stops_no_other(shop):
    said = shop.post(
        "/bulkpostusers",
        {
            "1": {"id": GRACE, "firstName": "Grace", "extendedAttribute": {"userType": "staff"}},
            "2": {"id": ADA},
            "3": {"firstName": "nobody"},
            "4": {"id": HEDY, "email": "not an address"},
            "5": {"id": GRACE.upper()},
            "6": "?",
            "7": {"id": "hedy"},
        },
    ).body

    assert list(said) == list("1234567")
    assert (said["1"]["id"], said["1"]["firstName"], said["1"]["siteId"]) == (GRACE, "Grace", shop.site)
    assert [said[number].get("errorCode", "") for number in said] == [
        "",
        "AC1006",
        "AC1004",
        "AC1004",
        "AC1006",
        "AC1004",
        "",
    ]
    assert (said["2"]["id"], said["4"]["id"]) == (ADA, HEDY)
    assert shop.get(f"/users/{GRACE}").ok["extendedAttribute"] == {"userType": "staff"}
    assert shop.get("/users/hedy").ok["optInStatus"] == "YES"
    shop.credit(5, GRACE)


def test_a_list_answers_with_a_list(shop):
    said, _ = listed(shop, "/bulkpostusers", [{"id": GRACE}, {"id": ADA}, 7])

    assert said[0]["id"] == GRACE
    assert [each.get("errorCode") for each in said] == [None, "AC1006", "AC1004"]

    said, _ = listed(shop, "/bulkpatchusers", [{"id": GRACE, "lastName": "Hopper"}, {"id": "nobody", "lastName": "X"}])

    assert (said[0]["lastName"], said[1]["errorCode"]) == ("Hopper", "AC1005")


@pytest.mark.proves("B011")
def test_members_are_changed_each_for_itself(shop):
    shop.enrol(GRACE)

    said = shop.post(
        "/bulkpatchusers",
        {
            "1": {"id": ADA, "email": "ada@example.test", "status": "INACTIVE"},
            "2": {"id": GRACE, "birthDate": "yesterday"},
            "3": {"lastName": "Hopper"},
            "4": {"id": GRACE, "extendedAttribute": {"userStatus": "gold"}},
        },
    ).body

    assert (said["1"]["email"], said["1"]["status"]) == ("ada@example.test", "INACTIVE")
    assert (said["2"]["errorCode"], said["3"]["errorCode"]) == ("AC1004", "AC1004")
    assert said["4"]["extendedAttribute"] == {"userStatus": "gold"}


@pytest.mark.parametrize("path", ["/bulkpostusers", "/bulkpatchusers"])
def test_nothing_and_too_much_are_refused(shop, path):
    assert shop.post(path, {}).refusal == (400, "AC1004")
    assert shop.post(path, b"[]").refusal == (400, "AC1004")
    assert shop.post(path, {str(number): {"id": f"m{number}"} for number in range(201)}).refusal == (400, "AC1004")
    assert shop.post(path, b'"x"').refusal == (400, "AC1004")


def test_a_repeated_key_answers_as_before_and_enrols_nobody_twice(shop):
    body = [{"id": GRACE}, {"id": ADA}, {"id": HEDY, "phone": "44-32456"}]
    first, _ = listed(shop, "/bulkpostusers", body, "import-1")
    shop.patch(f"/users/{quoted(HEDY)}", {"phone": "1"})

    again, headers = listed(shop, "/bulkpostusers", body, "import-1")

    assert again == first
    assert headers["Idempotency-Hit"] == "true"


def test_an_import_is_limited_by_transactions_of_a_hundred_actions(shop):
    """One call looks who of a hundred is there, the rest write: 10,000 members with an id alone are 100 and 400."""
    body = [{"id": f"member-{number}"} for number in range(26)]

    listed(shop, "/bulkpostusers", body)

    # Claim, profile, account and entry: 25 members fill a transaction.
    assert shop.lines[-1]["calls"] == 1 + 2
    body = [
        {
            "id": f"person-{number}",
            "email": f"person{number}@example.test",
            "firstName": "Ada",
            "lastName": "Lovelace",
            "phone": "44-32456",
            "birthDate": "1990-12-10",
        }
        for number in range(12)
    ]

    listed(shop, "/bulkpostusers", body)

    # And five places in lists: 11 members fill one. The programme is asked for again when the emulator is slow.
    assert shop.lines[-1]["calls"] <= 1 + 2 + 1
