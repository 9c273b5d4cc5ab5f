"""Who sent this request, and may they do this? Default deny: every route names one scope.

Verified here and not in a gateway authorizer, which sees neither the body nor the path that a server's token
is bound to.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar, Final
from urllib.parse import unquote

from chalicelib.errors import UNAUTHORIZED, Refusal
from chalicelib.ids import folded
from chalicelib.sites.scopes import PUBLIC, SCOPES, SITE_WIDE
from chalicelib.sites.tokens import (
    Principal,
    TokenRefused,
    identifier_payloads,
    is_scoped,
    verify_client,
    verify_scoped,
)
from chalicelib.values import value

SITE_HEADER: Final = "x-annexcloud-site"
_SITE: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_BODILESS: Final = frozenset({"GET", "HEAD"})
_SEGMENT: Final = re.compile(r"\{(\w+)\}")

LiveSecrets = Callable[[str], Sequence[str]]
"""The secrets of a site that are live now, newest first; none for a site that does not exist."""


class Forbidden(Refusal):
    """The caller is known and may not do this (403)."""

    status: ClassVar[int] = 403
    code: ClassVar[str] = UNAUTHORIZED
    sticks: ClassVar[bool] = False


@value
class Call:
    """What a request says of itself, before anything in it is believed."""

    method: str
    path: str
    """Template of the route, such as ``/users/{memberId}/activity``."""
    params: Mapping[str, str]
    """Path parameters as they arrived, still percent-encoded."""
    headers: Mapping[str, str]
    """By lower-case name."""
    raw: bytes = b""


def authenticate(call: Call, scope: str, *, live_secrets: LiveSecrets, now_seconds: float) -> Principal:
    """The caller of a route that demands ``scope``. ``now_seconds`` is real time, never the programme's.

    Raises ``TokenRefused`` (401) when it is not proved who calls, ``Forbidden`` (403) when they may not. A site
    that does not exist is refused in the words of a wrong secret.
    """
    site = call.headers.get(SITE_HEADER, "").strip()
    if scope == PUBLIC:
        return Principal("public", site if _SITE.fullmatch(site) else "")
    if not _SITE.fullmatch(site):
        raise TokenRefused("Request not authorized: the header X-AnnexCloud-Site must name the site.")
    token = _bearer(call.headers.get("authorization", ""))
    secrets = live_secrets(site)
    if not is_scoped(token):
        verify_client(token, site=site, secrets=secrets, payloads=bound_payloads(call), now_seconds=now_seconds)
        principal = Principal("server", site)
    else:
        principal = verify_scoped(token, site=site, secrets=secrets, now_seconds=now_seconds)
    _check_scope(principal, scope)
    _check_member(principal, scope, call)
    return principal


def bound_payloads(call: Call) -> tuple[bytes, ...]:
    """What a server's token may cover: the body as sent, or without one the identifier in the path.

    The identifier is the first parameter of the path (``/users/{id}/activity``), else its last segment
    (``/tierlist/all``); the query is never covered (vendor's clients). A DELETE is bound to either.
    """
    if call.method not in _BODILESS and (call.raw or call.method != "DELETE"):
        return (call.raw,)
    named = _SEGMENT.search(call.path)
    encoded = call.params[named[1]] if named else call.path.rstrip("/").rsplit("/", 1)[-1]
    return identifier_payloads(unquote(encoded, errors="replace"), encoded)


def _bearer(header: str) -> str:
    word, _, token = header.strip().partition(" ")
    if word.lower() != "bearer" or not token.strip():
        raise TokenRefused("Request not authorized: send the header Authorization: Bearer <token>.")
    return token.strip()


def _check_scope(principal: Principal, scope: str) -> None:
    if principal.kind not in SCOPES[scope]:
        raise Forbidden(f"Request not authorized: a {principal.kind} token never reaches {scope}.")
    if principal.kind != "server" and scope not in principal.scopes:
        raise Forbidden(f"Request not authorized: this token was issued without the scope {scope}.")


def _check_member(principal: Principal, scope: str, call: Call) -> None:
    """A member's token reaches only the member that it names, by the path alone."""
    if principal.member is None or scope in SITE_WIDE:
        return
    named = call.params.get("memberId")
    if named is None or folded(unquote(named, errors="replace")) != folded(principal.member):
        raise Forbidden("Request not authorized: this token speaks for one member only.")
