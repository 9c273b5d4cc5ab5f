"""Searching members by every field of the vendor's page, in slices, and only as they stand now."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib import clock
from chalicelib.members.searching import service as searching
from tests.api.fixtures import NOON
from tests.api.shop import Shop

PEOPLE: dict[str, dict[str, Any]] = {
    "m-1": {"email": "john.deo@example.test", "firstName": "John", "lastName": "Deo", "phone": "44-32456",
            "birthDate": "1990-12-31", "extendedAttribute": {"userType": "staff"}},
    "m-2": {"email": "johnny@example.test", "firstName": "Johnny", "lastName": "Deosen", "optInStatus": "NO",
            "zipCode": "51750"},
    "m-3": {"firstName": "Big John", "lastName": "Smith", "phone": "44-99999", "status": "INACTIVE",
            "extendedAttribute": {"userType": "guest"}},
    "m-4": {"firstName": "Ångström", "lastName": "Ärzte", "optInDate": "2020-05-02T01:28:13+0000"},
}  # fmt: skip


@pytest.fixture
def crowd(empty_shop: Shop) -> Shop:
    """Four people who were enrolled an hour apart."""
    for number, (name, fields) in enumerate(PEOPLE.items()):
        clock.move_to(NOON + timedelta(hours=number))
        empty_shop.post("/users", {"id": name, **fields}).ok  # noqa: B018 - asks whether it went well.
    return empty_shop


def found(shop: Shop, **wanted: Any) -> list[str]:
    return sorted(user["id"] for user in shop.post("/users/search", {"dataSearch": wanted}).ok["userDetail"])


@pytest.mark.proves("B011")
@pytest.mark.parametrize(
    ("wanted", "who"),
    [
        ({"userId": "M-1"}, ["m-1"]),
        ({"userId": "m-1", "lastName": "Smith"}, []),
        ({"userId": "nobody"}, []),
        ({"email": "JOHN.DEO@example.test"}, ["m-1"]),
        ({"email": "john%"}, ["m-1", "m-2"]),
        ({"firstName": "John"}, ["m-1"]),
        ({"firstName": "John%"}, ["m-1", "m-2"]),
        ({"firstName": "%John%"}, ["m-1", "m-2", "m-3"]),
        ({"firstName": "%john"}, ["m-1", "m-3"]),
        ({"firstName": "ÅNGSTR%"}, ["m-4"]),
        ({"lastName": "Deo"}, ["m-1"]),
        ({"lastName": "deo%", "firstName": "%y"}, ["m-2"]),
        ({"phone": "44-32456"}, ["m-1"]),
        ({"phone": "44-%"}, ["m-1", "m-3"]),
        ({"birthDate": "1990-12-31"}, ["m-1"]),
        ({"zipCode": "51750"}, ["m-2"]),
        ({"status": "inactive"}, ["m-3"]),
        ({"optInStatus": "NO"}, ["m-2"]),
        ({"optInStatus": "YES"}, ["m-1", "m-3", "m-4"]),
        ({"optInDate": "2020-05-02 01:28:13"}, ["m-4"]),
        ({"optInDate": "2020-05-02"}, ["m-4"]),
        ({"optInStartDate": "2020-01-01 00:00:00", "optInEndDate": "2020-12-31 23:59:59"}, ["m-4"]),
        ({"optInStartDate": "2020-01-01 00:00:00"}, ["m-1", "m-3", "m-4"]),
        ({"createDate": "2026-03-18"}, ["m-1", "m-2", "m-3", "m-4"]),
        ({"createDate": "2026-03-18 13:00:00"}, ["m-2"]),
        ({"createStartDate": "2026-03-18 13:00:00", "createEndDate": "2026-03-18 14:00:00"}, ["m-2", "m-3"]),
        ({"extendedAttribute.userType": "staff"}, ["m-1"]),
        ({"extendedAttribute": {"userType": "%"}}, ["m-1", "m-2", "m-3", "m-4"]),
        ({}, ["m-1", "m-2", "m-3", "m-4"]),
        ({"firstName": "J.*"}, []),
    ],
)
def test_members_are_found_by_each_field(crowd, wanted, who):
    assert found(crowd, **wanted) == who


def test_a_found_member_is_shown_as_the_profile_is(crowd):
    said = crowd.post("/users/search", {"dataSearch": {"lastName": "Deo"}}).ok

    assert said["userDetail"] == [crowd.get("/users/m-1").ok | {}] or said["userDetail"][0]["email"] == (
        "john.deo@example.test"
    )
    assert (said["records"], said["siteId"], said["next"]) == (1, crowd.site, "")


def test_who_changed_is_found_as_they_are_now_and_not_as_they_were(crowd):
    crowd.patch("/users/m-1", {"lastName": "Doe", "phone": "", "email": "new@example.test"})

    assert found(crowd, lastName="Deo") == []
    assert found(crowd, lastName="Doe") == ["m-1"]
    assert found(crowd, phone="44-32456") == []
    assert found(crowd, email="new@%") == ["m-1"]


def test_who_was_erased_is_found_by_nothing(crowd, one_table):
    crowd.post("/userdelete", {"id": "m-1", "requestedBy": "o@example.test"}).ok  # noqa: B018 - it is checked.

    assert found(crowd) == ["m-2", "m-3", "m-4"]
    assert found(crowd, email="john.deo@example.test") == []
    left = str(one_table.scan(TableName="laurel")["Items"])
    assert "john.deo" not in left
    assert "44-32456" not in left


def test_a_search_goes_on_where_it_was_and_finds_everybody_once(crowd, monkeypatch):
    monkeypatch.setattr(searching, "EXAMINED_MAX", 1)
    seen: list[str] = []
    after, calls = "", 0
    while after or not calls:
        said = crowd.post("/users/search", {"dataSearch": {"optInStartDate": "2000-01-01"}, "after": after or None}).ok
        seen += [user["id"] for user in said["userDetail"]]
        after, calls = said["next"], calls + 1
        assert calls < 10

    assert sorted(seen) == ["m-1", "m-3", "m-4"]


def test_no_more_are_told_than_an_answer_holds(crowd, monkeypatch):
    assert searching.FOUND_MAX == 50
    monkeypatch.setattr(searching, "FOUND_MAX", 2)

    first = crowd.post("/users/search", {"dataSearch": {}}).ok
    second = crowd.post("/users/search", {"dataSearch": {}, "after": first["next"]}).ok

    assert [each["records"] for each in (first, second)] == [2, 2]
    assert {user["id"] for each in (first, second) for user in each["userDetail"]} == set(PEOPLE)
    # Eight parts of the list at most, and a read of those found in each.
    assert crowd.lines[-1]["calls"] <= 20


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"dataSearch": "x"},
        {"dataSearch": {"shoeSize": "38"}},
        {"dataSearch": {"birthDate": "31.12.1990"}},
        {"dataSearch": {"optInDate": "yesterday"}},
        {"dataSearch": {"createEndDate": "yesterday"}},
        {"dataSearch": {"status": "asleep"}},
        {"dataSearch": {"optInStatus": "MAYBE"}},
        {"dataSearch": {"extendedAttribute": "x", "extendedAttribute.a": "b"}},
        {"dataSearch": {"lastName": "Deo"}, "after": "nobody"},
        {"dataSearch": {"email": "x%"}, "after": "m-3"},
    ],
)
def test_what_makes_no_sense_is_refused(crowd, body):
    assert crowd.post("/users/search", body).refusal == (400, "AC1004")
