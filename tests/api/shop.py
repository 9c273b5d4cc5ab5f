"""A shop's server as real clients are built: the tokens are made here, with none of the product's code."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import quote, unquote

from chalicelib.local.gateway import Answer, Gateway, Request
from chalicelib.sites import scopes, tokens

SECRET = "laurel-demo-secret"
ADA = "ada@example.test"
GRACE = "grace@example.test"
_WITH_MEMBER = {"users", "points", "pointsexpiry"}
_OWN = {"group", "receipts"}
_LAST = {("group", "invite"), ("receipts", "user")}


@dataclass(frozen=True)
class Said:
    """An answer, already checked for what every answer must be (client-facts, traps 19 to 21)."""

    status: int
    headers: Mapping[str, Any]
    body: dict[str, Any]
    raw: bytes

    def __getitem__(self, name: str) -> Any:
        return self.body[name]

    def __contains__(self, name: str) -> bool:
        return name in self.body

    @property
    def is_repeat(self) -> bool:
        return self.headers.get("Idempotency-Hit") == "true"

    @property
    def refusal(self) -> tuple[int, str]:
        """Status and code of a refusal; its sentence is checked to be one."""
        assert set(self.body) == {"errorCode", "errorMessage"}, self.body
        assert len(self.body["errorMessage"]) > 10
        return self.status, self.body["errorCode"]

    @property
    def ok(self) -> dict[str, Any]:
        """The body of a success, which carries no error."""
        assert self.status in {200, 201}, (self.status, self.body)
        assert not self.body.get("errorCode"), self.body
        return self.body


def sign(claims: Mapping[str, Any], secret: str = SECRET, header: Mapping[str, Any] | None = None) -> str:
    """A JWT by HS256 over these claims."""
    parts = [header or {"typ": "JWT", "alg": "HS256"}, claims]
    signed = b".".join(_url(json.dumps(part, separators=(",", ":")).encode()) for part in parts)
    return (signed + b"." + _url(_mac(secret, signed))).decode()


def binding(payload: bytes, secret: str = SECRET) -> str:
    """The ``hmac`` claim over a body or an identifier."""
    return base64.b64encode(_mac(secret, base64.b64encode(payload))).decode()


def claims_for(payload: bytes, site: str, secret: str = SECRET) -> dict[str, Any]:
    """The claims of an ordinary token: three minutes, by the machine's own clock."""
    return {"sub": "shop", "exp": int(time.time()) + 180, "site_id": site, "hmac": binding(payload, secret)}


def literal(path: str) -> bytes:
    """What a GET's token covers: the identifier of the path in double quotes, as Dart and Jackson write it."""
    segments = path.partition("?")[0].strip("/").split("/")
    is_first = segments[0] in _WITH_MEMBER or ((segments[0], *segments[1:2]) not in _LAST and segments[0] in _OWN)
    named = segments[1] if is_first and len(segments) > 1 else segments[-1]
    return json.dumps(unquote(named), ensure_ascii=False).encode()


@dataclass
class Shop:
    """Calls to one site, through the gateway that HTTP uses on a laptop."""

    gateway: Gateway
    site: str
    secret: str = SECRET
    lines: list[dict[str, Any]] = field(default_factory=list)
    """What the app logged of each request."""

    def get(self, path: str, **more: Any) -> Said:
        return self.call("GET", path, **more)

    def post(self, path: str, body: Any, **more: Any) -> Said:
        return self.call("POST", path, body, **more)

    def put(self, path: str, body: Any, **more: Any) -> Said:
        return self.call("PUT", path, body, **more)

    def patch(self, path: str, body: Any, **more: Any) -> Said:
        return self.call("PATCH", path, body, **more)

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        key: str | None = None,
        token: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Said:
        """Send a request signed for its very content; ``body`` may be the bytes themselves."""
        raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        signed = raw if method != "GET" else literal(path)
        sent = {
            "Content-Type": "application/json",
            "X-AnnexCloud-Site": self.site,
            "Authorization": "Bearer " + (token or sign(claims_for(signed, self.site, self.secret), self.secret)),
            **({} if key is None else {"Idempotency-Key": key}),
            **(headers or {}),
        }
        target = "/api/3.0" + path.encode().decode("latin-1")
        return checked(self.gateway.answer(Request(method, target, sent, raw)))

    def enrol(self, *members: str) -> None:
        """Enrol members by their ids."""
        for member in members:
            assert self.post("/users", {"id": member}).status == 201

    def credit(self, points: Any, member: str = ADA, **more: Any) -> dict[str, Any]:
        """Credit points by hand."""
        body = {"id": member, "actionId": "100", "activity": "CREDIT", "credit": points, "reason": "a gift"}
        return self.post("/points", body | more).ok

    def debit(self, points: Any, member: str = ADA, **more: Any) -> dict[str, Any]:
        """Debit points by hand."""
        body = {"id": member, "actionId": "100", "activity": "DEBIT", "debit": points, "reason": "an error"}
        return self.post("/points", body | more).ok

    def figures(self, member: str = ADA) -> dict[str, Any]:
        return self.get(f"/points/{quoted(member)}").ok

    def activity(self, member: str = ADA, page: int = 1) -> dict[str, Any]:
        return self.get(f"/users/{quoted(member)}/activity?page={page}").ok

    def staff(self, *granted: str) -> str:
        """A staff token with these scopes, or all."""
        wanted = granted or scopes.grantable("staff")
        return tokens.issue_staff(self.site, self.secret, scopes=wanted, now_seconds=time.time())

    def member_token(self, member: str, *granted: str) -> str:
        """A member's own token."""
        wanted = granted or scopes.grantable("member")
        return tokens.issue_member(self.site, self.secret, member, scopes=wanted, now_seconds=time.time())

    def programme(self, change: Any = None) -> dict[str, Any]:
        """The programme in force; with ``change`` called on the document first, and put into force."""
        document: dict[str, Any] = self.get("/programme", token=self.staff()).ok["programme"]
        if change is not None:
            change(document)
            plain = json.loads(json.dumps(document, default=str))
            self.put("/programme", plain, token=self.staff()).ok  # noqa: B018 - asks whether it went well.
        return document


def checked(answer: Answer) -> Said:
    """The answer as clients read it: JSON, an object, not empty, and never a fault of the server."""
    assert answer.status < 500, answer.body
    assert answer.headers["Content-Type"] == "application/json"
    body = json.loads(answer.body, parse_float=Decimal)
    assert isinstance(body, dict)
    assert body
    if answer.status >= 400:
        assert body["errorCode"]
        assert body["errorMessage"]
    return Said(answer.status, answer.headers, body, answer.body)


def quoted(identifier: str) -> str:
    """An identifier as clients put it into a path: ``@`` and ``+`` stand as they are."""
    return quote(identifier, safe="@+")


def action(document: dict[str, Any], action_id: int) -> dict[str, Any]:
    """One action of a programme document."""
    return next(each for each in document["actions"] if each["actionId"] == action_id)


def _mac(secret: str, message: bytes) -> bytes:
    return hmac.digest(secret.encode(), message, hashlib.sha256)


def _url(raw: bytes) -> bytes:
    return base64.urlsafe_b64encode(raw).rstrip(b"=")
