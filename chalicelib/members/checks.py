"""What may stand in the fields of a profile, and the sentence for what may not."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from chalicelib.errors import Malformed
from chalicelib.ids import ID_LENGTH_MAX
from chalicelib.members.email import is_email

NAME_CHARACTERS_MAX: Final = 255
PHONE_CHARACTERS_MAX: Final = 50
ZIP_CHARACTERS_MAX: Final = 20
URL_CHARACTERS_MAX: Final = 2_000
SOURCE_CHARACTERS_MAX: Final = 255
ATTRIBUTES_MAX: Final = 50
ATTRIBUTE_NAME_CHARACTERS_MAX: Final = 100
ATTRIBUTE_CHARACTERS_MAX: Final = 1_000
ATTRIBUTES_BYTES_MAX: Final = 16_384
"""All names and values of one member in UTF-8, so that a profile is read for a few units."""
YEAR_MIN: Final = 1900
YEAR_MAX: Final = 2199
ACTIVE: Final = "ACTIVE"
INACTIVE: Final = "INACTIVE"
_UNCLEAN: Final = re.compile("[\0\ud800-\udfff]")
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class BadProfile(Malformed):
    """A field of a member cannot be taken as it stands; the message begins with the field's name on the wire."""


def member_id(given: str) -> str:
    """A member's id: not blank, at most 255 characters, otherwise anything. Kept as it is spelled."""
    if not given.strip() or len(given) > ID_LENGTH_MAX or _UNCLEAN.search(given):
        raise BadProfile(f"id: 1 to {ID_LENGTH_MAX} characters, not only spaces.")
    return given


def email(given: str) -> str:
    """An e-mail address by its form; the empty text for none."""
    address = given.strip()
    if address and (_UNCLEAN.search(address) or not is_email(address)):
        raise BadProfile("email: an e-mail address, for example ada@example.test.")
    return address


def text(name: str, given: str, characters_max: int) -> str:
    """Text up to a length; the empty text for none."""
    if len(given) > characters_max or _UNCLEAN.search(given):
        raise BadProfile(f"{name}: text of at most {characters_max} characters.")
    return given


def day(name: str, given: date | str) -> date | None:
    """A day of the calendar as ``yyyy-MM-dd``; ``None`` for the empty text."""
    if isinstance(given, date):
        found: date | None = given
    elif not given.strip():
        return None
    else:
        found = _parsed(given.strip())
    if found is None or not YEAR_MIN <= found.year <= YEAR_MAX:
        raise BadProfile(f"{name}: a day from {YEAR_MIN} to {YEAR_MAX} as yyyy-MM-dd, for example 1990-12-31.")
    return found


def status(given: str) -> str:
    """``ACTIVE`` or ``INACTIVE``, in any case."""
    word = given.strip().upper()
    if word not in {ACTIVE, INACTIVE}:
        raise BadProfile("status: ACTIVE or INACTIVE.")
    return word


def attributes(before: Mapping[str, str], given: Mapping[str, object]) -> dict[str, str]:
    """The attributes after a change: those given are set, ``None`` leaves one as it is, the rest stays."""
    after = dict(before)
    for name, value in given.items():
        if value is None:
            continue
        if not name.strip() or len(name) > ATTRIBUTE_NAME_CHARACTERS_MAX or _UNCLEAN.search(name):
            raise BadProfile(f"extendedAttribute: names of 1 to {ATTRIBUTE_NAME_CHARACTERS_MAX} characters.")
        after[name] = _attribute(name, value)
    if len(after) > ATTRIBUTES_MAX:
        raise BadProfile(f"extendedAttribute: at most {ATTRIBUTES_MAX} attributes a member.")
    if sum(len(name.encode()) + len(value.encode()) for name, value in after.items()) > ATTRIBUTES_BYTES_MAX:
        raise BadProfile(f"extendedAttribute: at most {ATTRIBUTES_BYTES_MAX} bytes a member.")
    return after


def _attribute(name: str, value: object) -> str:
    """Numbers and truth values become text, as the vendor's type is text."""
    if isinstance(value, bool):
        value = "true" if value else "false"
    elif isinstance(value, Decimal):
        value = format(value, "f")
    elif isinstance(value, int):
        value = str(value)
    if not isinstance(value, str) or len(value) > ATTRIBUTE_CHARACTERS_MAX or _UNCLEAN.search(value):
        raise BadProfile(f"extendedAttribute.{name}: text of at most {ATTRIBUTE_CHARACTERS_MAX} characters.")
    return value


def _parsed(given: str) -> date | None:
    if not _DATE.fullmatch(given):
        return None
    try:
        return date.fromisoformat(given)
    except ValueError:
        return None
