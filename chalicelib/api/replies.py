"""What a handler may answer beside plain JSON: another status, or bytes such as a picture or a page."""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import field
from typing import Any, Final

from chalice.app import Response

from chalicelib.values import value

BYTES_MAX: Final = 4_400_000
"""Of an answer: Lambda gives 6 MB a call (AWS limit), and base64 takes a third of it."""


@value
class Reply:
    """A handler's answer where the status is not the route's own."""

    body: Mapping[str, Any] | list[Any]
    status: int = 200
    is_repeat: bool = False


@value
class File:
    """Bytes with their type. With an ``ETag`` among its headers, whoever has it already is answered 304."""

    data: bytes
    content_type: str
    headers: Mapping[str, str] = field(default_factory=dict)
    status: int = 200


def etag(data: bytes) -> str:
    """A strong validator of these very bytes (RFC 9110, section 8.8.3)."""
    return f'"{hashlib.sha256(data).hexdigest()[:32]}"'


def is_known(file: File, if_none_match: str) -> bool:
    """Whether the asker has this version already (RFC 9110, section 13.1.2)."""
    tag = file.headers.get("ETag", "")
    said = [each.strip().removeprefix("W/") for each in if_none_match.split(",")]
    return bool(tag) and (tag.removeprefix("W/") in said or "*" in said)


class Bytes(Response):
    """An answer of bytes for API Gateway, whatever the caller says it accepts.

    Chalice refuses bytes to a caller whose ``Accept`` does not name their type first, and most name ``*/*``.
    """

    def to_dict(self, binary_types: list[str] | None = None) -> dict[str, Any]:  # noqa: ARG002 - Chalice's signature.
        """The event's answer, its body in base64 unless it is text, which is in UTF-8."""
        single = {name: each for name, each in self.headers.items() if not isinstance(each, list)}
        # API Gateway turns base64 into bytes only for types that it was told are binary, and for callers who accept
        # them; text it hands on as it is to everybody.
        is_text = str(single.get("Content-Type", "")).startswith("text/")
        return {
            "statusCode": self.status_code,
            "headers": single,
            "multiValueHeaders": {name: each for name, each in self.headers.items() if isinstance(each, list)},
            "body": self.body.decode() if is_text else base64.b64encode(self.body).decode(),
            "isBase64Encoded": not is_text,
        }
