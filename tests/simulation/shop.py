"""Requests as a shop's server signs them, and the events that a function gets of them."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import quote, unquote, urlencode

import app
from chalicelib.sites import scopes, tokens

SITE = "29235480"
SECRET = "laurel-demo-secret"
_FAR_SECONDS = 4_102_444_800
"""A server's token may live as long as the server wants: kept, because signing is a part of what a seed costs."""
_ROUTES = [(route, route.strip("/").split("/")) for route in sorted(app.app.routes)]


def event(
    method: str, path: str, body: Any, query: Mapping[str, str] | None, key: str | None, token: str | None
) -> dict[str, Any]:
    """The event of API Gateway's proxy integration; ``token`` only if it is not to be the server's own."""
    raw = "" if body is None else json.dumps(body)
    route, captured = _matched(path)
    headers = {
        "content-type": "application/json",
        "x-annexcloud-site": SITE,
        "authorization": f"Bearer {token or _server_token(raw or _literal(route, captured, path))}",
    }
    if key is not None:
        headers["idempotency-key"] = key
    queries = {name: [value] for name, value in query.items()} if query else None
    return {
        "resource": route,
        "path": f"/3.0{path}",
        "httpMethod": method,
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": dict(query) if query else None,
        "multiValueQueryStringParameters": queries,
        "pathParameters": captured or None,
        "stageVariables": None,
        "requestContext": {"httpMethod": method, "resourcePath": route, "stage": "api", "identity": {}},
        "body": raw or None,
        "isBase64Encoded": False,
    }


def staff_token(hour_seconds: int) -> str:
    """A token of the merchant's staff with all scopes, for about an hour from that hour on."""
    return tokens.issue_staff(
        SITE, SECRET, scopes=scopes.grantable("staff"), now_seconds=hour_seconds - 60, expires_in_seconds=7_200
    )


def printed(method: str, path: str, query: Mapping[str, str] | None) -> str:
    """A request in a line of the trace."""
    return f"{method} {path}{'?' + urlencode(query) if query else ''}"


def _matched(path: str) -> tuple[str, dict[str, str]]:
    """The route of a path and its parameters, percent-encoded as the gateway hands them on."""
    parts = ["3.0", *(quote(part, safe="@+%") for part in path.strip("/").split("/"))]
    for route, words in _ROUTES:
        if len(words) == len(parts) and all(
            word.startswith("{") or word == part for word, part in zip(words, parts, strict=True)
        ):
            return route, {word[1:-1]: part for word, part in zip(words, parts, strict=True) if word.startswith("{")}
    raise ValueError(f"the app has no route for {path}")


def _literal(route: str, captured: Mapping[str, str], path: str) -> str:
    """What a token covers without a body: the first parameter of the path, else its last segment."""
    named = next((captured[word[1:-1]] for word in route.split("/") if word.startswith("{")), None)
    return json.dumps(unquote(named or path.rstrip("/").rsplit("/", 1)[-1]), ensure_ascii=False)


@lru_cache(maxsize=20_000)
def _server_token(payload: str) -> str:
    bound = base64.b64encode(_mac(base64.b64encode(payload.encode()))).decode()
    claims = {"sub": "shop", "exp": _FAR_SECONDS, "site_id": SITE, "hmac": bound}
    signed = b".".join(_url(json.dumps(part).encode()) for part in ({"typ": "JWT", "alg": "HS256"}, claims))
    return (signed + b"." + _url(_mac(signed))).decode()


def _mac(message: bytes) -> bytes:
    return hmac.digest(SECRET.encode(), message, hashlib.sha256)


def _url(raw: bytes) -> bytes:
    return base64.urlsafe_b64encode(raw).rstrip(b"=")
