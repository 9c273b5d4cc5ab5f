"""The OpenAPI 3.1 description of the API, built from what the routes say of themselves.

Nothing is built when the app starts: schemas are worked out when somebody asks for the document.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from chalicelib.api.route import KEY_CHARACTERS_MAX, VERSION, Route
from chalicelib.api.wire import BODY_BYTES_MAX
from chalicelib.ids import ID_LENGTH_MAX
from chalicelib.sites.scopes import PUBLIC, SCOPES

SERVER: Final = "/api/3.0"
_PARAMETER: Final = re.compile(r"\{(\w+)\}")
_REF: Final = "#/components/schemas/{model}"

TAGS: Final[dict[str, str]] = {
    "Users": "Members: enrol, read, change, delete, and what each of them did.",
    "Points": "The book of points: award, redeem, deduct, transfer, and read the figures.",
    "Action": "What members can earn points for.",
    "Activity": "The rows of a member's account, newest first.",
    "Tiers": "Levels of the programme and where a member stands.",
    "Orders": "Purchases: place, ship, cancel, return.",
    "Issuance": "Orders whose points the shop computes itself, with attributes of its own.",
    "Product": "The catalogue: products, categories and how they earn.",
    "Store": "The shop's stores and their attributes, told wherever a storeId appears.",
    "Rewards": "What points are spent on: the catalogue, redemptions, codes.",
    "Campaign": "Promotions for a time: multipliers, bonuses, milestones, and how far each member is.",
    "Segment": "Groups of members by lists and conditions, for campaigns, rewards and mails.",
    "Hierarchy Management": "Groups of members who pool points: roles, invitations, transfers.",
    "BlockList": "Members and domains that neither earn nor redeem.",
    "Survey": "Surveys: define them, answer them, and read the responses.",
    "Receipts": "Paper receipts: sent, read, checked and paid.",
    "Photos": "Customers' photos and videos: taken in, approved, published.",
    "Galleries": "What shops show of photos, and the embed that shows it.",
    "Moderation": "The queue of what a human looks at. For staff.",
    "Programme": "The rules of a site, one validated and versioned document. For staff.",
    "Service": "About the service itself.",
}
_PARAMETER_TEXTS: Final[dict[str, str]] = {
    "memberId": "The member's id as the shop chose it; percent-encode what a path cannot hold.",
    "orderId": "The order's id as the shop chose it; percent-encode what a path cannot hold.",
    "prod_id": "The product's id as the shop chose it; percent-encode what a path cannot hold.",
    "storeId": "The store's id as the shop chose it; percent-encode what a path cannot hold.",
    "actionId": "The number of an action.",
    "groupId": "The id of a group.",
    "rewardId": "The id of a reward in the programme.",
    "assignId": "The id of a redemption, as lists of redemptions show it.",
    "rewardCode": "A code that a member was given; percent-encode what a path cannot hold.",
    "status": "Which ones: ALL, ACTIVE or INACTIVE.",
}
_REFUSALS: Final[dict[int, str]] = {
    400: "The request is malformed or cannot be granted; the message says what to mend.",
    401: "The token does not prove who sends this request.",
    403: "The token does not reach this operation.",
    404: "What the request names does not exist on this site.",
    405: "The site has this switched off in its programme.",
    409: "The id is taken, the key was used for another request, or others change the same member right now.",
    422: "The call was understood, and something in it cannot be taken; the message says what.",
    413: f"The body is larger than {BODY_BYTES_MAX // 1024} KB.",
}
_ERROR: Final[dict[str, Any]] = {
    "type": "object",
    "description": "What every refusal looks like.",
    "required": ["errorCode", "errorMessage"],
    "properties": {
        "errorCode": {"type": "string", "pattern": r"^AC\d{4}$", "examples": ["AC1005"]},
        "errorMessage": {"type": "string", "minLength": 1, "examples": ["No data found."]},
    },
}
_IDEMPOTENCY: Final[dict[str, Any]] = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "The same key and body give the same answer and act once, however often they are sent.",
    "schema": {"type": "string", "minLength": 1, "maxLength": KEY_CHARACTERS_MAX},
}
_DRY_RUN: Final[dict[str, Any]] = {
    "name": "dryRun",
    "in": "query",
    "required": False,
    "description": "true: answer exactly as the call would now, and write nothing.",
    "schema": {"type": "boolean"},
}


class _Numbers(GenerateJsonSchema):
    """A Decimal is a JSON number on our wire, in both directions."""

    def decimal_schema(self, schema: core_schema.DecimalSchema) -> JsonSchemaValue:  # noqa: ARG002
        return {"type": "number"}


def document(routes: Iterable[Route]) -> dict[str, Any]:
    """The whole document, in the order of the routes' paths. ``ValueError`` for contradictory routes."""
    listed = sorted(routes, key=lambda route: (list(TAGS).index(route.tag), route.path, route.method))
    check(listed)
    schemas, components = _schemas(listed)
    paths: dict[str, dict[str, Any]] = {}
    for route in listed:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Laurel Loyalty API",
            "version": VERSION,
            "description": "Customer loyalty over HTTP, compatible with clients of the Annex Cloud Loyalty API 3.0.",
        },
        "servers": [{"url": SERVER}],
        "tags": [{"name": tag, "description": text} for tag, text in TAGS.items() if any(r.tag == tag for r in listed)],
        "paths": paths,
        "components": {
            "schemas": {"Error": _ERROR} | components,
            "securitySchemes": _security_schemes(),
        },
    }


def check(routes: Iterable[Route]) -> None:
    """Refuse what a reader of the document could not tell apart or reach: raises ``ValueError``.

    Every route declares a scope that exists (default deny), a tag that exists, and an id and key of its own.
    """
    keys: set[str] = set()
    for route in routes:
        if route.scope not in SCOPES:
            raise ValueError(f"{route.key} declares no scope that exists: {route.scope!r}")
        if route.tag not in TAGS:
            raise ValueError(f"{route.key} has an unknown tag: {route.tag!r}")
        if not route.summary.strip():
            raise ValueError(f"{route.key} says nothing of itself")
        for name in (route.key, route.operation_id):
            if name in keys:
                raise ValueError(f"{name} is declared twice")
            keys.add(name)


def _schemas(routes: list[Route]) -> tuple[dict[tuple[str, str], JsonSchemaValue], dict[str, Any]]:
    """The schema of each route's body and response by (key, part), and the components they share."""
    inputs: list[tuple[tuple[str, str], Any, TypeAdapter[Any]]] = []
    for route in routes:
        for part, mode in (("body", "validation"), ("response", "serialization")):
            kind = getattr(route, part)
            if kind is not None:
                inputs.append(((route.key, part), mode, TypeAdapter(kind)))
    found, shared = TypeAdapter.json_schemas(inputs, by_alias=True, ref_template=_REF, schema_generator=_Numbers)
    named = {key: schema for (key, _), schema in found.items()}
    return named, {name: _plain(schema) for name, schema in sorted(shared.get("$defs", {}).items())}


def _operation(route: Route, schemas: Mapping[tuple[str, str], JsonSchemaValue]) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": route.operation_id,
        "summary": route.summary,
        "tags": [route.tag],
        # From 3.1 on the list of a scheme that is not OAuth holds the roles that are demanded.
        "security": [] if route.scope == PUBLIC else [{"token": [route.scope], "site": []}],
        "responses": _responses(route, _plain(schemas[route.key, "response"])),
    }
    if route.description:
        operation["description"] = route.description
    parameters = [_path_parameter(name) for name in _PARAMETER.findall(route.path)]
    if route.query is not None:
        parameters += _query_parameters(_plain(TypeAdapter(route.query).json_schema(by_alias=True)))
    if route.method != "GET":
        parameters += [_IDEMPOTENCY, _DRY_RUN]
    if parameters:
        operation["parameters"] = parameters
    if route.body is not None:
        content: dict[str, Any] = {"schema": _plain(schemas[route.key, "body"])}
        if route.example is not None:
            content["example"] = dict(route.example)
        kinds = ["application/json", *(["multipart/form-data"] if route.takes_files else [])]
        operation["requestBody"] = {"required": True, "content": dict.fromkeys(kinds, content)}
    return operation


def _responses(route: Route, schema: JsonSchemaValue) -> dict[str, Any]:
    refusals = {400, 404, *(status for status in route.also if status >= 400)}
    if route.scope != PUBLIC:
        refusals |= {401, 403}
    if route.method != "GET":
        refusals |= {409, 413}
    refusals.discard(route.status)
    success = {"description": "Done.", "content": {"application/json": {"schema": schema}}}
    error = {"application/json": {"schema": {"$ref": _REF.format(model="Error")}}}
    accepted = {**success, "description": "Begun; the answer tells how to ask for the rest."}
    later = {str(status): accepted for status in route.also if status < 400}
    return (
        {str(route.status): success}
        | later
        | {str(status): {"description": _REFUSALS[status], "content": error} for status in sorted(refusals)}
    )


def _path_parameter(name: str) -> dict[str, Any]:
    return {
        "name": name,
        "in": "path",
        "required": True,
        "description": _PARAMETER_TEXTS.get(name, f"The {name}."),
        "schema": {"type": "string", "minLength": 1, "maxLength": ID_LENGTH_MAX},
    }


def _query_parameters(schema: JsonSchemaValue) -> list[dict[str, Any]]:
    required = schema.get("required", [])
    parameters = []
    for name, field in schema.get("properties", {}).items():
        parameter = {"name": name, "in": "query", "required": name in required, "schema": field}
        if "description" in field:
            parameter["description"] = field["description"]
        parameters.append(parameter)
    return parameters


def _plain(schema: Any) -> Any:
    """Without the titles that only repeat the names of fields, and without defaults that say nothing."""
    if isinstance(schema, list):
        return [_plain(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    plain: dict[str, Any] = {}
    for name, item in schema.items():
        if (name == "title" and isinstance(item, str)) or (name == "default" and item is None):
            continue
        if name in ("properties", "$defs"):
            plain[name] = {field: _plain(kind) for field, kind in item.items()}
        else:
            plain[name] = item if name in ("default", "enum", "const", "examples") else _plain(item)
    return plain


def _security_schemes() -> dict[str, Any]:
    return {
        "token": {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": "Servers sign each request with the site's secret; staff and members hold scoped tokens.",
        },
        "site": {"type": "apiKey", "in": "header", "name": "X-AnnexCloud-Site", "description": "The id of the site."},
    }
