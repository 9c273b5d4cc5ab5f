"""The document that holds a site's configuration, its canonical form and its hash."""

import hashlib
import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar, Final

from chalicelib.errors import UNKNOWN, Malformed, Refusal
from chalicelib.programme.document import Programme
from chalicelib.programme.rendering import render
from chalicelib.programme.validation import validate
from chalicelib.values import value

FORMAT: Final = "laurel-configuration/1"
HASH_PREFIX: Final = "sha256:"
_FIELDS: Final = frozenset({"format", "programme"})


class BadConfiguration(Malformed):
    """What was sent is no configuration."""


class ConfigurationChanged(Refusal):
    """The configuration in force is not the one that the change was made for."""

    status: ClassVar[int] = 409
    code: ClassVar[str] = UNKNOWN
    sticks: ClassVar[bool] = False

    def __init__(self, *, expected: str, found: str) -> None:
        super().__init__(
            f"replaces: the configuration in force has the hash {found}, not {expected}: somebody changed it in the "
            "meantime. Nothing was written; plan the change again."
        )
        self.expected, self.found = expected, found


@value
class Configuration:
    """Everything that a merchant configures on a site."""

    programme: Programme


def read(raw: object) -> Configuration:
    """The configuration of a document. Raises ``BadConfiguration``, and ``InvalidProgramme`` naming wrong fields."""
    if not isinstance(raw, Mapping):
        raise BadConfiguration("configuration: wanted an object, as GET /configuration gives it.")
    unknown = sorted(str(name)[:40] for name in raw if name not in _FIELDS)
    if unknown:
        raise BadConfiguration(f"configuration.{unknown[0]}: is no part of a configuration.")
    if raw.get("format") != FORMAT:
        raise BadConfiguration(f'configuration.format: wanted "{FORMAT}".')
    return Configuration(validate(raw.get("programme")))


def shown(configuration: Configuration) -> dict[str, Any]:
    """The document: JSON with exact numbers, the same for equal configurations. ``read`` takes it back."""
    return {"format": FORMAT, "programme": render(configuration.programme)}


def canonical(configuration: Configuration) -> str:
    """The document as text that is equal for equal configurations: sorted names, no spaces, exact digits."""
    return json.dumps(shown(configuration), default=_digits, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def hash_of(configuration: Configuration) -> str:
    """SHA-256 over the canonical text, in hex."""
    return HASH_PREFIX + hashlib.sha256(canonical(configuration).encode()).hexdigest()


def _digits(number: object) -> str:
    if not isinstance(number, Decimal):
        raise TypeError(f"a configuration holds no {type(number).__name__}")
    return format(number, "f")
