"""Tokens: the vendor's request-bound ones for servers, and our own short-lived ones for staff and members.

A server signs each request anew: HS256 over claims of which ``hmac`` covers the very bytes of the body, or
the identifier in the path. The rules and the oddities that real clients bring are those of the vendor's
published JWT page and of the clients themselves; ``docs/compatibility.md`` lists them.

Staff and member tokens are signed with keys derived from a secret of the site, so that rotating the secret
ends them, and neither kind can pass for a server's token or for the other.
"""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation
from typing import ClassVar, Final, Literal, NoReturn

from chalicelib.errors import UNAUTHORIZED, Refusal
from chalicelib.values import value

TOKEN_BYTES_MAX: Final = 8192
CLIENT_LIFE_SECONDS: Final = 180
"""What the vendor's own connector gives its tokens."""
STAFF_LIFE_SECONDS_MAX: Final = 12 * 3600
MEMBER_LIFE_SECONDS_MAX: Final = 3600
_HEADER: Final = {"alg": "HS256", "typ": "JWT"}

Kind = Literal["public", "server", "staff", "member"]
Scoped = Literal["staff", "member"]
_LIFE_SECONDS_MAX: Final[dict[Scoped, int]] = {"staff": STAFF_LIFE_SECONDS_MAX, "member": MEMBER_LIFE_SECONDS_MAX}
_TYPES: Final[dict[Scoped, str]] = {"staff": "laurel-staff", "member": "laurel-member"}


class TokenRefused(Refusal):
    """The token does not prove who sent the request (401)."""

    status: ClassVar[int] = 401
    code: ClassVar[str] = UNAUTHORIZED
    sticks: ClassVar[bool] = False


@value
class Principal:
    """Who sent a request, on which site, and what they may do."""

    kind: Kind
    site: str
    scopes: frozenset[str] = frozenset()
    """What a staff or member token grants; servers are judged by their kind alone."""
    member: str | None = None
    """The member's id as the token spells it, for member tokens only."""


def sign_client(
    site: str,
    secret: str,
    payload: bytes,
    *,
    now_seconds: float,
    expires_in_seconds: float = CLIENT_LIFE_SECONDS,
    sub: str = "laurel",
) -> str:
    """A server's token for one request, as the vendor's clients build it; for our own tools and tests.

    ``payload`` is the body as sent, or ``identifier_literal`` of the identifier in the path for a GET.
    """
    claims = {
        "sub": sub,
        "exp": int(now_seconds + expires_in_seconds),
        "site_id": site,
        "hmac": _binding(secret, payload),
    }
    return _sign(claims, secret.encode())


def identifier_literal(identifier: str) -> bytes:
    """What a GET's token covers: the identifier as a JSON string, quotes included, in UTF-8."""
    return json.dumps(identifier, ensure_ascii=False).encode("utf-8", "surrogatepass")


def identifier_payloads(*spellings: str) -> tuple[bytes, ...]:
    """Every form in which clients sign an identifier, for each spelling of it (decoded, as in the path).

    Jackson writes plain UTF-8, Python escapes what is not ASCII, PHP escapes the slash as well, Dart puts
    quotes round the text without escaping; the vendor's older pages sign the bare text.
    """
    forms: dict[bytes, None] = {}
    for spelling in dict.fromkeys(spellings):
        plain, escaped = json.dumps(spelling, ensure_ascii=False), json.dumps(spelling)
        for text in (plain, escaped, escaped.replace("/", "\\/"), plain.replace("/", "\\/"), f'"{spelling}"', spelling):
            forms[text.encode("utf-8", "surrogatepass")] = None
    return tuple(forms)


def verify_client(
    token: str, *, site: str, secrets: Sequence[str], payloads: Iterable[bytes], now_seconds: float
) -> None:
    """Check a server's token against the site of the header, its live secrets and the request's payloads.

    ``exp`` is compared as a number with seconds since the epoch and has no upper bound: clients send it in
    seconds, milliseconds or microseconds, with fractions and as text. ``sub`` is not judged.

    Raises ``TokenRefused`` naming the check that failed.
    """
    _, claims = _opened(token, [("server", secret.encode()) for secret in secrets])
    if "typ" in claims:
        _refuse("this is a staff or member token; servers sign each request with the site's secret")
    _check_site(claims, site)
    if not _instant(claims.get("exp")) > now_seconds:
        _refuse("the token has expired (exp is Unix time in seconds, UTC)")
    given = claims.get("hmac")
    if not isinstance(given, str):
        _refuse("the claim hmac is missing")
    raw = _decoded(given, "claim hmac")
    messages = [base64.b64encode(payload) for payload in payloads]
    expected = [_mac(secret.encode(), message) for secret in secrets for message in messages]
    if not any(hmac.compare_digest(raw, each) for each in expected):
        _refuse(
            "the claim hmac does not match this request: it covers the body exactly as sent, "
            "or for GET the identifier in the path (without one its last segment) as a JSON string with its quotes"
        )


def issue_staff(
    site: str, secret: str, *, scopes: Iterable[str], now_seconds: float, expires_in_seconds: int = 3600
) -> str:
    """A token for a person of the merchant's staff, good for at most 12 hours; ``ValueError`` beyond."""
    return _issue("staff", site, secret, {"scopes": sorted(set(scopes))}, now_seconds, expires_in_seconds)


def issue_member(
    site: str, secret: str, member: str, *, scopes: Iterable[str], now_seconds: float, expires_in_seconds: int = 900
) -> str:
    """A token for one member's browser or app, good for at most an hour; ``ValueError`` beyond."""
    claims: dict[str, object] = {"scopes": sorted(set(scopes)), "member": member}
    return _issue("member", site, secret, claims, now_seconds, expires_in_seconds)


def verify_scoped(token: str, *, site: str, secrets: Sequence[str], now_seconds: float) -> Principal:
    """Who holds this staff or member token. Raises ``TokenRefused`` naming the check that failed."""
    keys: list[tuple[Kind, bytes]] = [(kind, _derived(kind, site, secret)) for kind in _TYPES for secret in secrets]
    signer, claims = _opened(token, keys)
    kind: Scoped = "staff" if signer == "staff" else "member"
    if claims.get("typ") != _TYPES[kind]:
        _refuse("the claim typ does not fit the signature")
    _check_site(claims, site)
    issued, expires = claims.get("iat"), claims.get("exp")
    if not isinstance(issued, int) or not isinstance(expires, int):
        _refuse("the claims iat and exp are whole numbers")
    if expires - issued > _LIFE_SECONDS_MAX[kind]:
        _refuse("the token was issued for longer than its kind may live")
    if not expires > now_seconds:
        _refuse("the token has expired; issue a new one")
    scopes, member = claims.get("scopes"), claims.get("member")
    if not isinstance(scopes, list) or not all(isinstance(scope, str) for scope in scopes):
        _refuse("the claim scopes is not a list of names")
    if kind == "staff":
        return Principal("staff", site, frozenset(scopes))
    if not isinstance(member, str) or not member:
        _refuse("the claim member is missing")
    return Principal("member", site, frozenset(scopes), member)


def is_scoped(token: str) -> bool:
    """Whether the token says of itself that it is a staff or member token. It proves nothing."""
    try:
        return _object(_decoded(_parts(token)[1], "payload"), "payload").get("typ") in _TYPES.values()
    except TokenRefused:
        return False


def _issue(
    kind: Scoped, site: str, secret: str, more: dict[str, object], now_seconds: float, expires_in_seconds: int
) -> str:
    limit = _LIFE_SECONDS_MAX[kind]
    if not 0 < expires_in_seconds <= limit:
        raise ValueError(f"a {kind} token lives 1 to {limit} seconds")
    issued = int(now_seconds)
    claims = {"typ": _TYPES[kind], "site_id": site, "iat": issued, "exp": issued + expires_in_seconds, **more}
    return _sign(claims, _derived(kind, site, secret))


def _derived(kind: Scoped, site: str, secret: str) -> bytes:
    """The key of a kind of token. The label holds characters that base64 lacks, so no ``hmac`` claim equals it."""
    return _mac(secret.encode(), f"laurel key: {kind} tokens of site {site}".encode())


def _sign(claims: dict[str, object], key: bytes) -> str:
    signed = b".".join(_urlsafe(json.dumps(part, separators=(",", ":")).encode()) for part in (_HEADER, claims))
    return (signed + b"." + _urlsafe(_mac(key, signed))).decode()


def _opened(token: str, keys: Sequence[tuple[Kind, bytes]]) -> tuple[Kind, dict[str, object]]:
    """The claims of a token and whose key signed it. The signature is checked before the claims are read."""
    header, payload, signature = _parts(token)
    if _object(_decoded(header, "header"), "header").get("alg") != "HS256":
        _refuse("only tokens signed with HS256 are accepted")
    given = _decoded(signature, "signature")
    signed = f"{header}.{payload}".encode()
    fitting = [kind for kind, key in keys if hmac.compare_digest(_mac(key, signed), given)]
    if not fitting:
        _refuse("the signature does not fit a secret of this site")
    return fitting[0], _object(_decoded(payload, "payload"), "payload")


def _parts(token: str) -> list[str]:
    if len(token) > TOKEN_BYTES_MAX or not token.isascii():
        _refuse(f"a token is at most {TOKEN_BYTES_MAX} ASCII characters")
    parts = token.split(".")
    if len(parts) != 3:
        _refuse("a token has three parts separated by dots")
    return parts


def _object(raw: bytes, what: str) -> dict[str, object]:
    try:
        value = json.loads(raw.decode(), object_pairs_hook=_unique, parse_float=Decimal, parse_constant=_no_constant)
    except (ValueError, RecursionError, ArithmeticError):
        _refuse(f"the {what} is not a JSON object with each name once")
    if not isinstance(value, dict):
        _refuse(f"the {what} is not a JSON object")
    return value


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    names = dict(pairs)
    if len(names) != len(pairs):
        raise ValueError("a name is given twice")
    return names


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _decoded(text: str, what: str) -> bytes:
    """Bytes of base64 in either alphabet, mixed ones too, padded or not: one client mends only the first of each."""
    body = text.rstrip("=").replace("+", "-").replace("/", "_")
    try:
        return base64.b64decode(body + "=" * (-len(body) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        _refuse(f"the {what} is not base64")


def _instant(value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        _refuse("the claim exp is a number, Unix time in seconds")
    try:
        number = Decimal(value.strip() if isinstance(value, str) else value)
    except InvalidOperation:
        _refuse("the claim exp is a number, Unix time in seconds")
    if not number.is_finite():
        _refuse("the claim exp is a finite number")
    return number


def _check_site(claims: dict[str, object], site: str) -> None:
    given = claims.get("site_id")
    if isinstance(given, bool) or not isinstance(given, str | int) or str(given) != site:
        _refuse("the claim site_id differs from the header X-AnnexCloud-Site")


def _binding(secret: str, payload: bytes) -> str:
    return base64.b64encode(_mac(secret.encode(), base64.b64encode(payload))).decode()


def _mac(key: bytes, message: bytes) -> bytes:
    return hmac.digest(key, message, hashlib.sha256)


def _urlsafe(raw: bytes) -> bytes:
    return base64.urlsafe_b64encode(raw).rstrip(b"=")


def _refuse(why: str) -> NoReturn:
    raise TokenRefused(f"Request not authorized: {why}.")
