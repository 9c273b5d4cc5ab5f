"""The document says what the routes say, and refuses routes that contradict each other."""

from decimal import Decimal

import pytest
from typing_extensions import TypedDict

from chalicelib.api import fields, openapi
from chalicelib.api.route import Route


class Line(fields.Body):
    id: fields.OrderId
    unit_price: fields.Money


class OrderBody(fields.Body):
    """What a shop sends when an order is placed."""

    id: fields.OrderId
    order_detail: tuple[Line, ...]
    coupon: fields.Text | None = None


class Paging(fields.Body):
    page: fields.Page = 1
    start_date: fields.Timestamp


class Inner(TypedDict):
    points: Decimal


class Answer(TypedDict, total=False):
    siteId: str
    availablePoints: Decimal
    lines: list[Inner]


def route(**changes) -> Route:
    plain = {
        "method": "GET",
        "path": "/points/{memberId}",
        "operation_id": "getPoints",
        "summary": "Read the figures of a member",
        "tag": "Points",
        "scope": "points:read",
        "response": Answer,
    }
    return Route(**(plain | changes))


ORDER = route(
    method="POST", path="/orders", operation_id="postOrder", tag="Orders", scope="orders:write", body=OrderBody
)


def operation(*routes: Route) -> dict:
    first = routes[0]
    return openapi.document(routes)["paths"][first.path][first.method.lower()]


@pytest.mark.proves("B001", "B010")
def test_the_document_states_version_3_under_the_vendors_prefix():
    document = openapi.document([route(), ORDER])

    assert (document["openapi"], document["info"]["version"]) == ("3.1.0", "3.0.0")
    assert document["servers"] == [{"url": "/api/3.0"}]
    assert [tag["name"] for tag in document["tags"]] == ["Points", "Orders"]


def test_numbers_are_numbers_in_answers():
    document = openapi.document([route()])

    assert document["components"]["schemas"]["Answer"]["properties"]["availablePoints"] == {"type": "number"}
    assert document["components"]["schemas"]["Inner"]["properties"]["points"] == {"type": "number"}


def test_bodies_are_named_by_their_wire_names_and_shared():
    document = openapi.document([ORDER])
    body = document["paths"]["/orders"]["post"]["requestBody"]["content"]["application/json"]["schema"]

    assert body == {"$ref": "#/components/schemas/OrderBody"}
    assert set(document["components"]["schemas"]["Line"]["properties"]) == {"id", "unitPrice"}
    assert "title" not in document["components"]["schemas"]["OrderBody"]


def test_a_field_named_title_keeps_its_name():
    class Titled(fields.Body):
        title: fields.Text

    document = openapi.document([route(method="POST", body=Titled)])

    assert "title" in document["components"]["schemas"]["Titled"]["properties"]


def test_query_fields_become_parameters():
    parameters = {each["name"]: each for each in operation(route(query=Paging))["parameters"]}

    assert parameters["memberId"]["in"] == "path"
    assert parameters["page"]["in"] == "query"
    assert not parameters["page"]["required"]
    assert parameters["startDate"]["required"]


def test_changing_routes_take_a_key_and_reading_ones_do_not():
    assert "Idempotency-Key" in str(operation(ORDER)["parameters"])
    assert "Idempotency-Key" not in str(operation(route())["parameters"])


def test_every_scoped_route_shows_what_it_demands():
    assert operation(route())["security"] == [{"token": ["points:read"], "site": []}]
    assert operation(route(scope="public"))["security"] == []


def test_every_refusal_has_the_one_envelope():
    responses = operation(ORDER)["responses"]

    assert list(responses) == ["200", "400", "401", "403", "404", "409", "413"]
    for status in list(responses)[1:]:
        schema = responses[status]["content"]["application/json"]["schema"]
        assert schema == {"$ref": "#/components/schemas/Error"}


def test_the_example_is_carried_along():
    assert "SO123" in str(operation(route(method="POST", body=OrderBody, example={"id": "SO123"}))["requestBody"])


@pytest.mark.parametrize(
    ("routes", "match"),
    [
        ([route(scope="")], "scope"),
        ([route(scope="everything")], "scope"),
        ([route(tag="Points"), route(operation_id="other")], "twice"),
        ([route(), route(path="/other")], "twice"),
        ([route(summary=" ")], "says nothing"),
    ],
)
def test_contradictory_routes_are_refused(routes, match):
    with pytest.raises(ValueError, match=match):
        openapi.document(routes)


def test_an_unknown_tag_is_refused():
    with pytest.raises(ValueError, match="tag"):
        openapi.check([route(tag="Nothing")])
