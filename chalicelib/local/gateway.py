"""API Gateway on a laptop: a request becomes the event a Lambda would get, and the app's answer comes back.

Chalice's own converter reads a path as a URL, so that ``;`` and ``//`` lose text, and answers what it cannot
route in words that no client of the vendor parses. This adapter keeps identifiers percent-encoded exactly
once, as API Gateway hands them on, and refuses in our envelope, as the gateway responses of the packaged
template do.
"""

import base64
import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from string import printable
from typing import Any, Final
from urllib.parse import parse_qs, quote
from uuid import uuid4

from chalice.app import Chalice
from chalice.config import Config
from chalice.local import LocalChalice, LocalGateway

from chalicelib import clock, errors

STAGE_PATH: Final = "/api"
"""The stage's name, which API Gateway puts before every path."""
CORS_HEADERS: Final = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Headers": "Authorization,Content-Type,Idempotency-Key,X-AnnexCloud-Site",
    "Access-Control-Allow-Methods": "GET,POST,PUT,PATCH,DELETE,OPTIONS",
}
METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD")
_AS_SENT: Final = "".join(sorted(set(printable) - set(" \t\n\r\x0b\x0c")))


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it stood on the wire; ``target`` is path and query, one character a byte."""

    method: str
    target: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, headers by name with one value or several, and the bytes of the body."""

    status: int
    headers: Mapping[str, str | list[str]]
    body: bytes


def refused(status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> Answer:
    """An answer that the gateway gives without asking the app."""
    body = json.dumps({"errorCode": code, "errorMessage": message}).encode()
    return Answer(status, {"Content-Type": "application/json", **CORS_HEADERS, **(headers or {})}, body)


class Gateway(LocalGateway):
    """Answers requests with a Chalice app, from any number of threads at once."""

    def __init__(self, app: Chalice) -> None:
        _make_safe_for_threads(app)
        super().__init__(app, Config.create(chalice_app=app, project_dir=".", lambda_timeout=29))
        self._routes = [(path, path.strip("/").split("/")) for path in sorted(app.routes)]

    def answer(self, request: Request) -> Answer:
        """What the app answers, or the gateway in its place."""
        path, _, query = _encoded(request.target).partition("?")
        found = self._match(path)
        if found is None:
            return refused(404, errors.UNKNOWN, "There is no such operation. Please check the path and the method.")
        route, captured = found
        methods = self._app_object.routes[route]
        if request.method not in methods:
            allowed = ", ".join(sorted({*methods, "OPTIONS"}))
            if request.method == "OPTIONS":
                preflight = self._autogen_options_headers({"requestContext": {"resourcePath": route}})
                return Answer(200, {**CORS_HEADERS, **preflight, "Allow": allowed}, b"")
            message = f"{request.method} is not an operation on this path. Allowed: {allowed}."
            return refused(405, errors.UNKNOWN, message, {"Allow": allowed})
        event = _event(request, path=path, query=query, route=route, captured=captured)
        return _from_lambda(self._app_object(event, self._generate_lambda_context()))

    def _match(self, path: str) -> tuple[str, dict[str, str]] | None:
        """The route of a path and its parameters. Words come before parameters, as braces sort behind letters."""
        if not path.startswith(STAGE_PATH + "/"):
            return None
        parts = path[len(STAGE_PATH) + 1 :].removesuffix("/").split("/")
        for route, words in self._routes:
            if len(words) == len(parts) and all(
                part != "" and (_is_parameter(word) or word == part) for word, part in zip(words, parts, strict=True)
            ):
                pairs = zip(words, parts, strict=True)
                return route, {word[1:-1]: part for word, part in pairs if _is_parameter(word)}
        return None


def _make_safe_for_threads(app: Chalice) -> None:
    """What Chalice keeps on the app for the length of a request is kept by thread instead.

    ``chalice.local`` does this for ``current_request`` only.
    """
    if not isinstance(app, _PerThread):
        app.__class__ = type("LocalApp", (_PerThread, type(app)), {})


class _PerThread(LocalChalice):
    _CONTEXT = threading.local()

    @property
    def lambda_context(self) -> Any:
        return getattr(self._CONTEXT, "value", None)

    @lambda_context.setter
    def lambda_context(self, value: Any) -> None:
        self._CONTEXT.value = value


def _encoded(target: str) -> str:
    """The target with whatever is no printable ASCII percent-encoded; what the client encoded stays as it is.

    A proxy's absolute form loses its origin (RFC 9112, section 3.2.2).
    """
    if not target.startswith("/"):
        target = "/" + target.partition("://")[2].partition("/")[2]
    return quote(target.encode("latin-1", "replace"), safe=_AS_SENT)


def _is_parameter(word: str) -> bool:
    return word.startswith("{") and word.endswith("}")


def _event(request: Request, *, path: str, query: str, route: str, captured: dict[str, str]) -> dict[str, Any]:
    """The event of a REST API with proxy integration."""
    headers = {name.lower(): value for name, value in request.headers.items()}
    queries = parse_qs(query, keep_blank_values=True) or None
    return {
        "resource": route,
        "path": path.removeprefix(STAGE_PATH),
        "httpMethod": request.method,
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": None if queries is None else {name: values[-1] for name, values in queries.items()},
        "multiValueQueryStringParameters": queries,
        "pathParameters": captured or None,
        "stageVariables": None,
        "requestContext": {
            "httpMethod": request.method,
            "resourcePath": route,
            "path": path,
            "stage": STAGE_PATH[1:],
            "requestId": str(uuid4()),
            "requestTimeEpoch": int(clock.real_seconds() * 1000),
            "identity": {"sourceIp": "127.0.0.1", "userAgent": headers.get("user-agent")},
        },
        **_event_body(request.body),
    }


def _event_body(raw: bytes) -> dict[str, Any]:
    """Text as text; bytes that are no UTF-8 in base64, so that a token over the exact bytes can still be judged."""
    try:
        return {"body": raw.decode() or None, "isBase64Encoded": False}
    except UnicodeDecodeError:
        return {"body": base64.b64encode(raw).decode(), "isBase64Encoded": True}


def _from_lambda(response: Mapping[str, Any]) -> Answer:
    body = response.get("body") or ""
    raw = base64.b64decode(body) if response.get("isBase64Encoded") else body.encode()
    headers: dict[str, str | list[str]] = {**response.get("headers", {}), **response.get("multiValueHeaders", {})}
    if raw and not any(name.lower() == "content-type" for name in headers):
        headers["Content-Type"] = "application/json"
    return Answer(int(response["statusCode"]), headers, raw)
