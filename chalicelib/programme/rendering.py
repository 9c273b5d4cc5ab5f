"""The programme as JSON: to the wire, and to storage and back."""

import json
from decimal import Decimal
from typing import Any

from chalicelib.programme.document import Programme
from chalicelib.programme.section import Section


def render(programme: Programme) -> dict[str, Any]:
    """The document as a JSON-able dict with exact Decimals; sending it back changes nothing. Fields that are
    not set are left out.
    """
    plain: dict[str, Any] = _plain(programme.model_dump(by_alias=True, exclude_none=True))
    return plain


def plain(section: Section) -> dict[str, Any]:
    """A section of the document as ``render`` gives the whole."""
    said: dict[str, Any] = _plain(section.model_dump(by_alias=True, exclude_none=True))
    return said


def to_text(programme: Programme) -> str:
    """The document as compact JSON text for storage; its decimals are text, so that no reader rounds them."""
    return json.dumps(render(programme), default=_digits, ensure_ascii=False, separators=(",", ":"))


def from_text(text: str) -> Programme:
    """The programme of ``to_text``. It was right when it was stored: rules made since do not make it unreadable,
    so only the shape of each field is checked again.
    """
    return Programme.model_validate(json.loads(text), by_name=False, by_alias=True)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, tuple) else value


def _digits(value: object) -> str:
    if not isinstance(value, Decimal):
        raise TypeError(f"a programme holds no {type(value).__name__}")
    return str(value)
