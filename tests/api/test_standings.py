"""Members sorted by their points, page by page."""

import pytest

from chalicelib.members import service as members
from chalicelib.reporting import service as reporting
from chalicelib.reporting.standings import service as standings
from tests.api.shop import ADA, GRACE, Shop

POINTS = {ADA: 137, GRACE: 0, "hedy@example.test": 1000, "mary@example.test": 42, "joan@example.test": 42}


@pytest.fixture
def crowd(shop: Shop) -> Shop:
    shop.enrol(*(each for each in POINTS if each != ADA))
    for member, points in POINTS.items():
        if points:
            shop.credit(points, member)
        projected(shop, member)
    return shop


def projected(shop: Shop, member: str) -> None:
    mid = members.resolve(shop.site, member, fresh=True).mid
    for _ in range(2):
        reporting.project(f"M#{shop.site}#{mid}", "ACCOUNT")


def listed(shop: Shop, query: str = "") -> list[tuple[str, int]]:
    said = shop.get(f"/pointstandings{query}").ok
    assert said["nextCursor"] == ""
    return [(row["id"], row["availablePoints"]) for row in said["members"]]


def test_whoever_has_most_points_comes_first(crowd: Shop):
    found = listed(crowd)

    assert [points for _, points in found] == [1000, 137, 42, 42, 0]
    assert dict(found) == POINTS


def test_bounds_belong_to_the_range(crowd: Shop):
    assert [points for _, points in listed(crowd, "?availableFrom=42&availableTo=137")] == [137, 42, 42]
    assert [points for _, points in listed(crowd, "?availableFrom=43")] == [1000, 137]
    assert [points for _, points in listed(crowd, "?availableTo=0")] == [0]


def test_who_spends_points_moves_and_who_is_erased_is_gone(crowd: Shop):
    crowd.debit(100)
    projected(crowd, ADA)
    assert listed(crowd, "?availableTo=41") == [(ADA, 37), (GRACE, 0)]

    mid = members.resolve(crowd.site, ADA).mid
    crowd.post("/userdelete", {"id": ADA, "requestedBy": "o@example.test"})
    reporting.project(f"M#{crowd.site}#{mid}", "ACCOUNT")
    assert ADA not in dict(listed(crowd))


def test_pages_go_on_where_the_one_before_ended(crowd: Shop):
    whole = [row.available for row in standings.page(crowd.site).rows]

    beyond = standings.page(crowd.site, after=standings.standing.name(137, "zzzzzzzzzzzzz")).rows
    assert [row.available for row in beyond] == [each for each in whole if each < 137]
    assert crowd.get("/pointstandings?cursor=none").refusal == (400, "AC1004")
