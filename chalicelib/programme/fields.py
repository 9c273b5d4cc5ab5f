"""The scalars of a programme document: exact numbers, short texts, time zones.

Numbers arrive as ``int``, ``Decimal`` or digits in text, never as a float; what is read is canonical, so
that equal documents compare equal and render alike.
"""

import re
import unicodedata
from decimal import Decimal
from typing import Any, Final, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from chalicelib.values import value

DIGITS_MAX: Final = 24
"""Digits of any number: exact under decimal's default precision of 28."""
_NUMERAL: Final = re.compile(r"[+-]?[0-9]{1,18}(\.[0-9]{1,6})?", re.ASCII)
_ZONE_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+){0,2}", re.ASCII)
_ZONE_NAME_MAX: Final = 64
_NO_ZONES: Final = ("posix/", "right/", "localtime", "posixrules", "Factory")
"""Names that some systems' zone folders hold beside the zones of the IANA list."""


def wanted(text: str) -> PydanticCustomError:
    """The error that says what a field wants, as a phrase such as ``a whole number from 1 to 10``."""
    return PydanticCustomError("wanted", "{wanted}", {"wanted": text})


@value
class Whole:
    """A whole number within bounds, both included: ``Annotated[int, Whole(0, 10)]``."""

    low: int
    high: int

    def __get_pydantic_core_schema__(self, _source: Any, _handler: GetCoreSchemaHandler) -> CoreSchema:
        """Pydantic reads the field through ``read``; the bounds are also given to the JSON schema."""
        inner = core_schema.int_schema(ge=self.low, le=self.high)
        return core_schema.no_info_before_validator_function(self.read, inner)

    def read(self, given: object) -> int:
        """The number, from an int, a Decimal without fraction or digits in text."""
        number = _number(given)
        if number is None or not self.low <= number <= self.high or number % 1:
            raise wanted(f"a whole number from {self.low} to {self.high}")
        return int(number)


@value
class Exact:
    """A decimal number within bounds, both included: ``Annotated[Decimal, Exact("0", "100", 2)]``."""

    low: str
    high: str
    decimals: int

    def __get_pydantic_core_schema__(self, _source: Any, _handler: GetCoreSchemaHandler) -> CoreSchema:
        """Pydantic reads the field through ``read``; the bounds are also given to the JSON schema."""
        inner = core_schema.decimal_schema(ge=Decimal(self.low), le=Decimal(self.high))
        return core_schema.no_info_before_validator_function(self.read, inner)

    def read(self, given: object) -> Decimal:
        """The number without trailing zeros, from an int, a Decimal or digits in text."""
        number = _number(given)
        if (
            number is None
            or not Decimal(self.low) <= number <= Decimal(self.high)
            or decimals_of(number) > self.decimals
        ):
            raise wanted(f"a number from {self.low} to {self.high} with at most {self.decimals} decimals")
        return number


@value
class Text:
    """A text of some characters, trimmed: ``Annotated[str, Text(100)]``. Numbers are taken as their digits."""

    longest: int
    shortest: int = 1

    def __get_pydantic_core_schema__(self, _source: Any, _handler: GetCoreSchemaHandler) -> CoreSchema:
        """Pydantic reads the field through ``read``; the lengths are also given to the JSON schema."""
        inner = core_schema.str_schema(min_length=self.shortest, max_length=self.longest)
        return core_schema.no_info_before_validator_function(self.read, inner)

    def read(self, given: object) -> str:
        """The text in NFC; control characters and lone surrogates are refused."""
        if isinstance(given, int) and not isinstance(given, bool):
            given = str(given)
        text = unicodedata.normalize("NFC", given.strip()) if isinstance(given, str) else None
        if text is None or not self.shortest <= len(text) <= self.longest or plain(text) != text:
            raise wanted(f"a text of {self.shortest} to {self.longest} characters without control characters")
        return text


@value
class Matching:
    """A text of a given form: ``Annotated[str, Matching("[A-Z]{3}", "three capital letters")]``."""

    pattern: str
    meaning: str

    def __get_pydantic_core_schema__(self, _source: Any, _handler: GetCoreSchemaHandler) -> CoreSchema:
        """Pydantic reads the field through ``read``; the pattern is also given to the JSON schema."""
        inner = core_schema.str_schema(pattern=f"^{self.pattern}$")
        return core_schema.no_info_before_validator_function(self.read, inner)

    def read(self, given: object) -> str:
        """The text, when the whole of it has the form; numbers are taken as their digits."""
        if isinstance(given, int) and not isinstance(given, bool):
            given = str(given)
        if not isinstance(given, str) or not re.fullmatch(self.pattern, given, re.ASCII):
            raise wanted(self.meaning)
        return given


@value
class Few:
    """A list of bounded length: ``Annotated[tuple[Limit, ...], Few(6)]``. A longer one is not looked into."""

    most: int
    least: int = 0

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Pydantic reads the field through ``read``; the lengths are also given to the JSON schema."""
        inner = {**handler(source), "min_length": self.least, "max_length": self.most}
        return core_schema.no_info_before_validator_function(self.read, cast("CoreSchema", inner))

    def read(self, given: object) -> object:
        """What was given, unless it is a list of another length."""
        if isinstance(given, (list, tuple)) and not self.least <= len(given) <= self.most:
            raise wanted(f"{self.least} to {self.most} of them")
        return given


def read_zone(given: object) -> str:
    """The name of a time zone of the IANA list."""
    if not isinstance(given, str) or zone_named(given) is None:
        raise wanted('the name of an IANA time zone, for example "Europe/Berlin"')
    return given


def read_status(given: object) -> object:
    """A status in capitals, in whichever case it came."""
    return given.upper() if isinstance(given, str) else given


def zone_named(name: str) -> ZoneInfo | None:
    """The time zone of that name, ``None`` when there is none."""
    if len(name) > _ZONE_NAME_MAX or not _ZONE_NAME.fullmatch(name) or name.startswith(_NO_ZONES):
        return None
    try:
        return ZoneInfo(name)
    # A folder of the zone data, such as "Europe", gives an OSError; data of another kind a ValueError.
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def decimals_of(number: Decimal) -> int:
    """How many decimals a canonical number has."""
    exponent = number.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def plain(text: str) -> str:
    """The text with a replacement character for each control character and lone surrogate."""
    return "".join("\ufffd" if unicodedata.category(letter) in {"Cc", "Cs"} else letter for letter in text)


def _number(given: object) -> Decimal | None:
    """A finite number in canonical form (no trailing zeros, no exponent), ``None`` for anything else."""
    if isinstance(given, str) and _NUMERAL.fullmatch(given.strip()):
        number = Decimal(given.strip())
    elif isinstance(given, Decimal):
        number = given
    elif isinstance(given, int) and not isinstance(given, bool) and abs(given) < 10**DIGITS_MAX:
        number = Decimal(given)
    else:
        return None
    if not number.is_finite() or len(number.as_tuple().digits) > DIGITS_MAX or abs(number.adjusted()) > DIGITS_MAX:
        return None
    number = number.normalize() + 0
    return number.quantize(Decimal(1)) if number == number.to_integral_value() else number
