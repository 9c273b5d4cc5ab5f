"""An event as API Gateway's proxy integration sends it to a function."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl


def event(method: str, path: str, headers: Mapping[str, str], body: bytes = b"", resource: str = "") -> dict[str, Any]:
    """The event of a call; ``resource`` is the route's template where the path has parameters."""
    path, _, query = path.partition("?")
    resource = resource or path
    names = re.findall(r"\{(\w+)\}", resource)
    pattern = re.sub(r"\\\{\w+\\\}", "([^/]+)", re.escape(resource))
    match = re.fullmatch(pattern, path)
    if match is None:
        raise ValueError(f"{path} is no path of {resource}")
    pairs = parse_qsl(query, keep_blank_values=True)
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    return {
        "resource": resource,
        "path": path,
        "httpMethod": method,
        "headers": dict(headers),
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": dict(pairs) or None,
        "multiValueQueryStringParameters": values or None,
        "pathParameters": dict(zip(names, match.groups(), strict=True)) or None,
        "stageVariables": None,
        "requestContext": {"resourcePath": resource, "httpMethod": method, "stage": "api", "identity": {}},
        "body": body.decode() if body else None,
        "isBase64Encoded": False,
    }
