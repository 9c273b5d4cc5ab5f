"""The post-step: Chalice's one API handler becomes a Lambda for each face, or for each endpoint. Pure.

Templates are nested dicts as CloudFormation has them. A face keeps its memory, time-out and policy in
``.chalice/config.json`` (``lambda_functions``), beside those of the triggers, which Chalice reads itself.
"""

import copy
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from chalicelib.local.packaging import parts
from chalicelib.local.packaging.failure import PackagingFailed

Template = dict[str, Any]
Split = Literal["face", "endpoint"]
SPLITS: Final[tuple[Split, ...]] = ("face", "endpoint")
HANDLER: Final = "APIHandler"
"""Chalice's own name for the function that serves every route; it and its role and permission give way to ours."""
HANDLER_ROLE: Final = "ApiHandlerRole"
API: Final = "RestAPI"
BUNDLE: Final = "./bundle.zip"
TRIGGER_FACE: Final = "triggers"
"""What a trigger loads of the API, which it does not serve: the face without any."""
_VERSION_PREFIX: Final = "/3.0"


@dataclass(frozen=True, slots=True)
class Face:
    """One part of the API that has a function, a role and a log group of its own."""

    name: str
    routes: frozenset[tuple[str, str]]
    """(method, path), as API Gateway writes paths."""
    memory_mb: int
    timeout_seconds: int
    policy: Mapping[str, Any]
    """What its role may do, without the permission to write logs, which is added here."""


def split(template: Template, faces: list[Face], by: Split) -> Template:
    """A new template in which every route leads to the function of its face, or to one of its own."""
    made = copy.deepcopy(template)
    resources = made["Resources"]
    handler = resources.pop(HANDLER)
    for name in (HANDLER_ROLE, f"{HANDLER}InvokePermission"):
        del resources[name]
    functions: dict[tuple[str, str], str] = {}
    for face in faces:
        resources.update(parts.role_and_logs(_title(face.name), face.policy, suffix="API"))
        for name, served in _functions_of(face, by):
            if name in resources:
                raise PackagingFailed(f"Two functions would be named {name}.")
            resources[name] = _api_function(handler, face)
            resources[f"{name}Permission"] = parts.invoke_permission(name)
            functions.update(dict.fromkeys(served, name))
        if by == "face":
            resources[f"{_title(face.name)}APIErrors"] = parts.errors_alarm(f"{_title(face.name)}API")
    _lead_routes(resources[API]["Properties"]["DefinitionBody"]["paths"], functions)
    _finish_triggers(resources, {*functions.values()})
    _finish_outputs(made, sorted({*functions.values()}) if by == "face" else [])
    return made


def _functions_of(face: Face, by: Split) -> list[tuple[str, frozenset[tuple[str, str]]]]:
    """Logical ids and the routes that each serves."""
    if by == "face":
        return [(f"{_title(face.name)}API", face.routes)]
    return [(endpoint_name(method, path), frozenset({(method, path)})) for method, path in sorted(face.routes)]


def endpoint_name(method: str, path: str) -> str:
    """The logical id of one endpoint's function: ``PUT /3.0/orders/{id}`` is ``PutOrdersById``."""
    words = []
    for part in path.removeprefix(_VERSION_PREFIX).split("/"):
        word = _title(re.sub(r"\W+", "_", part.strip("{}+")))
        words.append(f"By{word}" if part.startswith("{") else word)
    return f"{_title(method.lower())}{''.join(words)}"


def _api_function(handler: Template, face: Face) -> Template:
    function = copy.deepcopy(handler)
    properties = function["Properties"]
    title = _title(face.name)
    properties["CodeUri"] = BUNDLE
    properties["MemorySize"] = face.memory_mb
    properties["Timeout"] = face.timeout_seconds
    properties["Role"] = {"Fn::GetAtt": [f"{title}APIRole", "Arn"]}
    properties["LoggingConfig"] = {"LogGroup": {"Ref": f"{title}APILogs"}}
    properties.setdefault("Environment", {}).setdefault("Variables", {})["LAUREL_FACE"] = face.name
    return function


def _lead_routes(paths: Template, functions: Mapping[tuple[str, str], str]) -> None:
    for path, operations in paths.items():
        for method, operation in operations.items():
            integration = operation.get("x-amazon-apigateway-integration", {})
            if integration.get("type") != "aws_proxy":
                continue
            name = functions.get((method.upper(), path))
            if name is None:
                raise PackagingFailed(f"{method.upper()} {path} belongs to no face.")
            integration["uri"] = parts.invocation_uri(name)


def _finish_triggers(resources: Template, api_functions: set[str]) -> None:
    """Triggers get the bundle, a log group each with the right to write to it, an alarm, and no routes."""
    triggers = [
        name
        for name, resource in resources.items()
        if resource["Type"] == "AWS::Serverless::Function" and name not in api_functions
    ]
    for name in triggers:
        properties = resources[name]["Properties"]
        properties["CodeUri"] = BUNDLE
        properties["LoggingConfig"] = {"LogGroup": {"Ref": f"{name}Logs"}}
        properties.setdefault("Environment", {}).setdefault("Variables", {})["LAUREL_FACE"] = TRIGGER_FACE
        role_name = properties["Role"]["Fn::GetAtt"][0]
        policy = resources.pop(role_name)["Properties"]["Policies"][0]["PolicyDocument"]
        resources.update(parts.role_and_logs(name, policy))
        resources[f"{name}Errors"] = parts.errors_alarm(name)


def _finish_outputs(template: Template, functions: list[str]) -> None:
    outputs = template.setdefault("Outputs", {})
    for name in (f"{HANDLER}Name", f"{HANDLER}Arn"):
        outputs.pop(name, None)
    outputs.update({f"{name}Name": {"Value": {"Ref": name}} for name in functions})


def _title(name: str) -> str:
    return "".join(word[:1].upper() + word[1:] for word in name.split("_"))
