"""A store: its id, its name, and whatever further attributes the shop gives it, all of them texts."""

import json
from collections.abc import Mapping
from typing import Any, Final

from chalicelib.errors import Malformed
from chalicelib.ids import ID_LENGTH_MAX, composed

ID: Final = "storeId"
NAME: Final = "storeName"
EXTENDED: Final = "storeExtendedAttribute"
ATTRIBUTES_MAX: Final = 100
ATTRIBUTE_NAME_CHARACTERS_MAX: Final = 100
VALUE_CHARACTERS_MAX: Final = 1_000
STORE_BYTES_MAX: Final = 4_096
"""Bytes of a store as JSON, so that a transaction holds a hundred of them, and a configuration takes each."""

Store = dict[str, Any]


def read(given: Mapping[str, Any]) -> Store:
    """The attributes of a store as a shop sends them: single ones, and those in ``storeExtendedAttribute``.

    Numbers and flags become texts; ``None`` is left out, an empty text kept: it removes an attribute in a change.
    Raises ``Malformed``, naming the attribute.
    """
    extended = given.get(EXTENDED)
    if extended is not None and not isinstance(extended, Mapping):
        raise Malformed(f"{EXTENDED}: an object of names and texts.")
    both = {**(extended or {}), **{name: said for name, said in given.items() if name != EXTENDED}}
    store = {_name(name): _value(name, said) for name, said in both.items() if said is not None}
    if len(store) > ATTRIBUTES_MAX:
        raise Malformed(f"A store has at most {ATTRIBUTES_MAX} attributes.")
    return store


def complete(store: Mapping[str, Any]) -> Store:
    """The store as it is kept: with an id, and without empty attributes. Raises ``Malformed``."""
    store_id = str(store.get(ID, ""))
    if not store_id.strip() or len(composed(store_id)) > ID_LENGTH_MAX:
        raise Malformed(f"{ID}: an id of 1 to {ID_LENGTH_MAX} characters.")
    kept = {ID: store_id, NAME: store.get(NAME, ""), **{name: said for name, said in store.items() if said != ""}}
    if len(json.dumps(kept).encode()) > STORE_BYTES_MAX or len(kept) > ATTRIBUTES_MAX:
        raise Malformed(f"A store has at most {ATTRIBUTES_MAX} attributes and {STORE_BYTES_MAX:,} bytes.")
    return kept


def changed(before: Mapping[str, Any], given: Mapping[str, Any]) -> Store:
    """The store with the attributes that were given; an empty text removes one, and its id stays."""
    return complete({**before, **given, ID: before[ID]})


def attributes(store: Mapping[str, Any]) -> Store:
    """What a store has beside id and name."""
    return {name: said for name, said in store.items() if name not in (ID, NAME)}


def details(store: Mapping[str, Any]) -> Store:
    """The store as it stands in answers that name one: ``storeDetails``."""
    return {ID: store[ID], NAME: store.get(NAME, ""), EXTENDED: attributes(store)}


def _name(name: object) -> str:
    if not isinstance(name, str) or not 0 < len(name) <= ATTRIBUTE_NAME_CHARACTERS_MAX or not name.isprintable():
        raise Malformed(f"A name of an attribute has 1 to {ATTRIBUTE_NAME_CHARACTERS_MAX} printable characters.")
    return name


def _value(name: str, said: object) -> str:
    if isinstance(said, bool):
        return "YES" if said else "NO"
    text = said if isinstance(said, str) else "" if isinstance(said, Mapping | list) else str(said)
    is_clean = all(letter.isprintable() or letter in "\n\t" for letter in text)
    if isinstance(said, Mapping | list) or len(text) > VALUE_CHARACTERS_MAX or not is_clean:
        raise Malformed(f"{name}: a text of at most {VALUE_CHARACTERS_MAX} characters.")
    return text
