"""The document that holds a site's configuration, its canonical form and its hash."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, ClassVar, Final

from chalicelib.catalog.stores import store as stores
from chalicelib.errors import UNKNOWN, Malformed, Refusal
from chalicelib.ids import composed
from chalicelib.programme.document import Programme
from chalicelib.programme.rendering import render
from chalicelib.programme.validation import validate
from chalicelib.values import value

FORMAT: Final = "laurel-configuration/1"
HASH_PREFIX: Final = "sha256:"
_FIELDS: Final = frozenset({"format", "programme", "stores"})
STORE: Final = stores.ID


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
    stores: tuple[Mapping[str, Any], ...] = ()
    """By their ids; each with its attributes."""


def read(raw: object) -> Configuration:
    """The configuration of a document. Raises ``BadConfiguration``, and ``InvalidProgramme`` naming wrong fields."""
    if not isinstance(raw, Mapping):
        raise BadConfiguration("configuration: wanted an object, as GET /configuration gives it.")
    unknown = sorted(str(name)[:40] for name in raw if name not in _FIELDS)
    if unknown:
        raise BadConfiguration(f"configuration.{unknown[0]}: is no part of a configuration.")
    if raw.get("format") != FORMAT:
        raise BadConfiguration(f'configuration.format: wanted "{FORMAT}".')
    if "stores" not in raw:
        raise BadConfiguration("configuration.stores: is missing; an empty list is a site without stores.")
    return Configuration(validate(raw.get("programme")), _stores(raw["stores"]))


def in_order(listed: Iterable[Mapping[str, Any]]) -> tuple[Mapping[str, Any], ...]:
    """Stores in the order in which a configuration holds them."""
    return tuple(sorted(listed, key=lambda store: str(store[STORE])))


def _stores(raw: object) -> tuple[Mapping[str, Any], ...]:
    """Stores as the catalogue keeps them: texts, without empty attributes."""
    if not isinstance(raw, list):
        raise BadConfiguration("configuration.stores: wanted a list.")
    found: dict[str, Mapping[str, Any]] = {}
    for place, given in enumerate(raw):
        path = f"configuration.stores[{place}]"
        if not isinstance(given, Mapping):
            raise BadConfiguration(f"{path}: wanted an object.")
        try:
            kept = stores.complete(stores.read(given))
        except Malformed as refused:
            raise BadConfiguration(f"{path}: {refused.message}") from None
        if found.setdefault(composed(str(kept[STORE])), kept) is not kept:
            raise BadConfiguration(f"{path}.{STORE}: wanted one that no other has.")
    return in_order(found.values())


def shown(configuration: Configuration) -> dict[str, Any]:
    """The document: JSON with exact numbers, the same for equal configurations. ``read`` takes it back."""
    listed = [dict(each) for each in configuration.stores]
    return {"format": FORMAT, "programme": render(configuration.programme), "stores": listed}


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
