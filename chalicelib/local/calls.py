"""Calls to the API from within, through the very gateway and handlers that HTTP uses, signed as real clients sign."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from chalicelib import clock
from chalicelib.local.gateway import Answer, Request
from chalicelib.sites import scopes, tokens


class CallFailed(Exception):
    """The API did not answer a call of ours with success."""


@dataclass(frozen=True, slots=True)
class Client:
    """A shop's server: knows a site and its secret."""

    answer: Callable[[Request], Answer]
    site: str
    secret: str

    def get(self, path: str, identifier: str) -> Answer:
        """Ask for ``{path}/{identifier}``; the identifier is not percent-encoded."""
        target = f"/api/3.0{path}/{quote(identifier, safe='@+')}"
        return self.answer(Request("GET", target, self._headers(tokens.identifier_literal(identifier))))

    def send(self, method: str, path: str, body: Mapping[str, Any], *, key: str | None = None) -> dict[str, Any]:
        """Send a body, under an idempotency key if given; the answer's object. Raises ``CallFailed``."""
        raw = json.dumps(body).encode()
        headers = self._headers(raw) | ({} if key is None else {"Idempotency-Key": key})
        found = self.answer(Request(method, f"/api/3.0{path}", headers, raw))
        if found.status >= 300:
            raise CallFailed(f"{method} {path} answered {found.status}: {found.body.decode(errors='replace')}")
        answered: dict[str, Any] = json.loads(found.body)
        return answered

    def as_staff(self, method: str, path: str, body: Mapping[str, Any] | None = None, **headers: str) -> Answer:
        """Ask as the merchant's staff, with a JSON body or none."""
        return self.as_staff_with_bytes(method, path, b"" if body is None else json.dumps(body).encode(), **headers)

    def as_staff_with_bytes(self, method: str, path: str, raw: bytes, **headers: str) -> Answer:
        """Ask as the merchant's staff, with a body of any type, which ``headers`` name."""
        given = {"Content-Type": "application/json", **headers, "X-AnnexCloud-Site": self.site}
        token = tokens.issue_staff(
            self.site, self.secret, scopes=scopes.grantable("staff"), now_seconds=clock.real_seconds()
        )
        return self.answer(Request(method, f"/api/3.0{path}", given | {"Authorization": f"Bearer {token}"}, raw))

    def _headers(self, payload: bytes) -> dict[str, str]:
        token = tokens.sign_client(self.site, self.secret, payload, now_seconds=clock.real_seconds())
        return {
            "Content-Type": "application/json",
            "X-AnnexCloud-Site": self.site,
            "Authorization": f"Bearer {token}",
        }
