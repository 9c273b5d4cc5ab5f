"""The post-step over a template as Chalice writes it."""

import copy
from typing import Any

import pytest

from chalicelib.local.packaging import gates, template
from chalicelib.local.packaging.failure import PackagingFailed
from chalicelib.local.packaging.template import Face

POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {"Sid": "Table", "Effect": "Allow", "Action": ["dynamodb:GetItem"], "Resource": [{"Ref": "Table"}]},
    ],
}


def test_every_face_is_a_function_with_its_own_memory_role_and_routes() -> None:
    made = template.split(chalice_template(), [face("core", ("GET", "/3.0/points/{id}")), staff()], "face")

    resources = made["Resources"]
    assert resources["CoreAPI"]["Properties"]["MemorySize"] == 1024
    assert resources["StaffAPI"]["Properties"]["MemorySize"] == 640
    assert resources["CoreAPI"]["Properties"]["Role"] == {"Fn::GetAtt": ["CoreAPIRole", "Arn"]}
    assert leads_to(made, "/3.0/points/{id}", "get") == "CoreAPI"
    assert leads_to(made, "/3.0/programme", "put") == "StaffAPI"
    assert variables(made, "StaffAPI")["LAUREL_FACE"] == "staff"


def test_by_endpoint_every_method_and_path_is_a_function_that_shares_the_role_of_its_face() -> None:
    made = template.split(chalice_template(), [face("core", ("GET", "/3.0/points/{id}")), staff()], "endpoint")

    assert leads_to(made, "/3.0/points/{id}", "get") == "GetPointsById"
    assert leads_to(made, "/3.0/programme", "put") == "PutProgramme"
    assert leads_to(made, "/3.0/programme", "get") == "GetProgramme"
    assert made["Resources"]["GetProgramme"]["Properties"]["Role"] == {"Fn::GetAtt": ["StaffAPIRole", "Arn"]}
    assert "GetProgrammePermission" in made["Resources"]


def test_nothing_of_the_one_handler_of_chalice_is_left() -> None:
    made = template.split(chalice_template(), [face("core", ("GET", "/3.0/points/{id}")), staff()], "face")

    assert not {"APIHandler", "APIHandlerInvokePermission", "ApiHandlerRole"} & set(made["Resources"])
    assert "APIHandler" not in str(made)


def test_a_route_of_no_face_stops_packaging() -> None:
    with pytest.raises(PackagingFailed, match=r"PUT /3\.0/programme belongs to no face"):
        template.split(
            chalice_template(), [face("core", ("GET", "/3.0/points/{id}"), ("GET", "/3.0/programme"))], "face"
        )


def test_two_endpoints_whose_functions_would_share_a_name_stop_packaging() -> None:
    twins = face("core", ("GET", "/3.0/a-b"), ("GET", "/3.0/a_b"))

    with pytest.raises(PackagingFailed, match="Two functions"):
        template.split(chalice_template(), [twins], "endpoint")


def test_a_role_may_write_to_the_log_group_of_its_function_only() -> None:
    made = template.split(chalice_template(), [face("core", ("GET", "/3.0/points/{id}")), staff()], "face")

    written = {
        name: statement["Resource"] for name, statement in gates.statements(made) if statement["Sid"] == "WriteLogs"
    }
    assert written == {
        name: [{"Fn::GetAtt": [f"{name.removesuffix('Role')}Logs", "Arn"]}]
        for name in ("CoreAPIRole", "StaffAPIRole", "SweepRole")
    }


def test_a_trigger_loads_the_smallest_face_and_has_an_alarm() -> None:
    made = template.split(chalice_template(), [face("core", ("GET", "/3.0/points/{id}")), staff()], "face")

    assert variables(made, "Sweep")["LAUREL_FACE"] == template.TRIGGER_FACE
    assert made["Resources"]["SweepErrors"]["Properties"]["Dimensions"][0]["Value"] == {"Ref": "Sweep"}


def test_preflight_answers_stay_with_the_gateway() -> None:
    made = template.split(chalice_template(), [face("core", ("GET", "/3.0/points/{id}")), staff()], "face")

    paths = made["Resources"]["RestAPI"]["Properties"]["DefinitionBody"]["paths"]
    assert paths["/3.0/points/{id}"]["options"] == {"x-amazon-apigateway-integration": {"type": "mock"}}


def test_the_template_of_chalice_is_not_changed() -> None:
    given = chalice_template()
    before = copy.deepcopy(given)

    template.split(given, [face("core", ("GET", "/3.0/points/{id}")), staff()], "face")

    assert given == before


@pytest.mark.parametrize(
    ("method", "path", "name"),
    [
        ("PUT", "/3.0/orders/{id}", "PutOrdersById"),
        ("GET", "/3.0/users/{id}/activity", "GetUsersByIdActivity"),
        ("GET", "/3.0/openapi.json", "GetOpenapiJson"),
        ("GET", "/3.0/users/{id}/activitysummary/{action_id}", "GetUsersByIdActivitysummaryByActionId"),
    ],
)
def test_an_endpoint_is_named_after_its_method_and_path(method: str, path: str, name: str) -> None:
    assert template.endpoint_name(method, path) == name


def face(name: str, *routes: tuple[str, str], memory_mb: int = 1024) -> Face:
    return Face(name=name, routes=frozenset(routes), memory_mb=memory_mb, timeout_seconds=29, policy=POLICY)


def staff() -> Face:
    return face("staff", ("GET", "/3.0/programme"), ("PUT", "/3.0/programme"), memory_mb=640)


def leads_to(made: dict[str, Any], path: str, method: str) -> str:
    operation = made["Resources"]["RestAPI"]["Properties"]["DefinitionBody"]["paths"][path][method]
    uri: str = operation["x-amazon-apigateway-integration"]["uri"]["Fn::Sub"]
    return uri.rpartition("${")[2].removesuffix(".Arn}/invocations")


def variables(made: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = made["Resources"][name]["Properties"]["Environment"]["Variables"]
    return found


def chalice_template() -> dict[str, Any]:
    proxy = {"x-amazon-apigateway-integration": {"type": "aws_proxy", "uri": {"Fn::Sub": "…/${APIHandler.Arn}/…"}}}
    paths = {
        "/3.0/points/{id}": {
            "get": copy.deepcopy(proxy),
            "options": {"x-amazon-apigateway-integration": {"type": "mock"}},
        },
        "/3.0/programme": {"get": copy.deepcopy(proxy), "put": copy.deepcopy(proxy)},
    }
    return {
        "Resources": {
            "RestAPI": {"Type": "AWS::Serverless::Api", "Properties": {"DefinitionBody": {"paths": paths}}},
            "APIHandler": function("app.app", "ApiHandlerRole"),
            "APIHandlerInvokePermission": {"Type": "AWS::Lambda::Permission"},
            "ApiHandlerRole": role(),
            "Sweep": function("app.sweep", "SweepRole", Events={"Tick": {"Type": "Schedule", "Properties": {}}}),
            "SweepRole": role(),
        },
        "Outputs": {"APIHandlerName": {"Value": {"Ref": "APIHandler"}}},
    }


def function(handler: str, role_name: str, **more: Any) -> dict[str, Any]:
    return {
        "Type": "AWS::Serverless::Function",
        "Properties": {
            "Handler": handler,
            "Runtime": "python3.13",
            "CodeUri": "./deployment.zip",
            "MemorySize": 128,
            "Timeout": 60,
            "Role": {"Fn::GetAtt": [role_name, "Arn"]},
            **more,
        },
    }


def role() -> dict[str, Any]:
    return {"Type": "AWS::IAM::Role", "Properties": {"Policies": [{"PolicyDocument": copy.deepcopy(POLICY)}]}}
