"""The kinds of fields that request models are made of, and how a wrong one is named to the caller.

Clients send numbers as text, text as numbers and ``null`` for what they left out; all of that is ordinary.
Each kind says what it wants in words that fit after the field's name: "credit: a positive number, for
example 50".
"""

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Final, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, WithJsonSchema, model_validator
from pydantic.alias_generators import to_camel
from pydantic_core import ErrorDetails, PydanticCustomError

from chalicelib.api import wire
from chalicelib.errors import Malformed
from chalicelib.ids import ID_LENGTH_MAX, composed

POINTS_MAX: Final = Decimal(10**12)
MONEY_MAX: Final = Decimal(10**12)
PAGE_MAX: Final = 1_000_000
ACTION_ID_MAX: Final = 999_999_999
PLACES_MAX: Final = 6
"""Digits after the point of any number; the programme may take fewer."""
TEXT_MAX: Final = 255
LONG_TEXT_MAX: Final = 2000
ATTRIBUTES_BYTES_MAX: Final = 4096
ERRORS_SHOWN_MAX: Final = 5
_NUMERIC: Final = re.compile(r"[+-]?\d+(?:\.\d*)?|[+-]?\.\d+", re.ASCII)
_DIGITS: Final = re.compile(r"\d{1,9}", re.ASCII)

Model = TypeVar("Model", bound="Body")


class Body(BaseModel):
    """What a request carries: camelCase on the wire, ``null`` meaning absent, unknown names left alone."""

    # Validators are built when first needed: a function that serves one route pays for its models alone.
    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, extra="ignore", frozen=True, defer_build=True
    )

    @model_validator(mode="before")
    @classmethod
    def _null_means_absent(cls, value: Any) -> Any:
        if isinstance(value, dict):
            return {name: item for name, item in value.items() if item is not None}
        return value


def read(model: type[Model], raw: dict[str, Any]) -> Model:
    """The model of a parsed body or query. Raises ``Malformed`` naming each wrong field and what is wanted."""
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        raise Malformed(_sentence(error.errors(include_url=False, include_input=False))) from None


def text_up_to(characters: int) -> BeforeValidator:
    """Text as it stands; numbers become text. No NUL, no half characters, at most so many characters."""

    def check(value: object) -> str:
        text = _as_text(value)
        if text is None or len(text) > characters or not wire.is_clean(text):
            raise wanted(f"text of at most {characters} characters")
        return text

    return BeforeValidator(check)


def whole_up_to(most: int, what: str = "whole") -> BeforeValidator:
    """A number from 1 to ``most`` without decimals, or its text."""

    def check(value: object) -> int:
        number = exact(value)
        if number is None or number != number.to_integral_value() or not 1 <= number <= most:
            raise wanted(f"a {what} number from 1 to {most}")
        return int(number)

    return BeforeValidator(check)


def _points(value: object) -> Decimal:
    number = exact(value)
    if number is None or not 0 < number <= POINTS_MAX:
        raise wanted(f"a positive number up to {POINTS_MAX}, for example 50")
    return number


def _money(value: object) -> Decimal:
    number = exact(value)
    if number is None or not 0 <= number <= MONEY_MAX:
        raise wanted(f"an amount from 0 to {MONEY_MAX}, for example 19.99")
    return number


def _action_id(value: object) -> int:
    text = _as_text(value)
    if text is None or not _DIGITS.fullmatch(text.strip()):
        raise wanted("the number of an action, for example 101")
    return int(text)


def _outside_id(value: object) -> str:
    text = _as_text(value)
    if text is None or not text.strip() or len(text) > ID_LENGTH_MAX or not wire.is_clean(text):
        raise wanted(f"an id of 1 to {ID_LENGTH_MAX} characters")
    return text


def _order_id(value: object) -> str:
    """Orders are found by their id in composed form, which a few letters make longer."""
    text = _outside_id(value)
    if len(composed(text)) > ID_LENGTH_MAX:
        raise wanted(f"an id of 1 to {ID_LENGTH_MAX} characters, in composed form (NFC)")
    return text


def _yes_no(value: object) -> bool:
    answer = value.strip().upper() if isinstance(value, str) else value
    if answer not in ("YES", "NO") and not isinstance(answer, bool):
        raise wanted("YES or NO")
    return answer in ("YES", True)


def _activity(value: object) -> str:
    word = value.strip().upper() if isinstance(value, str) else ""
    if word not in ("CREDIT", "DEBIT"):
        raise wanted("CREDIT or DEBIT")
    return word


def _instant(value: object) -> datetime:
    if isinstance(value, datetime):
        return value
    return _said_by_wire(wire.parse_timestamp, value)


def _day(value: object) -> date:
    if isinstance(value, date):
        return value
    return _said_by_wire(wire.parse_date, value)


def _attributes(value: object) -> dict[str, Any]:
    if not isinstance(value, dict) or len(wire.render(value)) > ATTRIBUTES_BYTES_MAX:
        raise wanted(f"an object of at most {ATTRIBUTES_BYTES_MAX} bytes")
    return value


def _schema(**schema: Any) -> WithJsonSchema:
    return WithJsonSchema(schema)


_DECIMAL_TEXT: Final = {"type": "string", "pattern": r"^\+?(\d+(\.\d*)?|\.\d+)$", "maxLength": 20}
_ID_SCHEMA: Final[dict[str, Any]] = {
    "anyOf": [{"type": "string", "minLength": 1, "maxLength": ID_LENGTH_MAX, "pattern": r"\S"}, {"type": "integer"}]
}


def _number_schema(**bounds: Any) -> WithJsonSchema:
    return _schema(anyOf=[{"type": "number", **bounds}, _DECIMAL_TEXT])


def _whole_schema(top: int) -> WithJsonSchema:
    return _schema(
        anyOf=[{"type": "integer", "minimum": 1, "maximum": top}, {"type": "string", "pattern": r"^\d{1,9}$"}]
    )


Points = Annotated[Decimal, BeforeValidator(_points), _number_schema(exclusiveMinimum=0, maximum=int(POINTS_MAX))]
"""Points asked for: positive, at most 10^12, six places. Whether the bucket has such decimals is for the ledger."""
Money = Annotated[Decimal, BeforeValidator(_money), _number_schema(minimum=0, maximum=int(MONEY_MAX))]
"""An amount of the programme's currency: zero is ordinary, negative is not."""
Page = Annotated[int, whole_up_to(PAGE_MAX, "page"), _whole_schema(PAGE_MAX)]
ActionId = Annotated[int, BeforeValidator(_action_id), _whole_schema(ACTION_ID_MAX)]
MemberId = Annotated[str, BeforeValidator(_outside_id), _schema(**_ID_SCHEMA)]
"""A member's id as the client spells it: not blank, at most 255 characters, otherwise anything."""
OrderId = Annotated[str, BeforeValidator(_order_id), _schema(**_ID_SCHEMA)]
Text = Annotated[
    str, text_up_to(TEXT_MAX), _schema(anyOf=[{"type": "string", "maxLength": TEXT_MAX}, {"type": "number"}])
]
LongText = Annotated[
    str, text_up_to(LONG_TEXT_MAX), _schema(anyOf=[{"type": "string", "maxLength": LONG_TEXT_MAX}, {"type": "number"}])
]
YesNo = Annotated[
    bool, BeforeValidator(_yes_no), _schema(anyOf=[{"type": "string", "enum": ["YES", "NO"]}, {"type": "boolean"}])
]
Activity = Annotated[
    Literal["CREDIT", "DEBIT"], BeforeValidator(_activity), _schema(type="string", enum=["CREDIT", "DEBIT"])
]
Timestamp = Annotated[
    datetime,
    BeforeValidator(_instant),
    _schema(type="string", examples=["2026-08-19T15:50:07+0000"], description="yyyy-MM-dd'T'HH:mm:ssZ"),
]
Day = Annotated[date, BeforeValidator(_day), _schema(type="string", format="date")]
Attributes = Annotated[dict[str, Any], BeforeValidator(_attributes), _schema(type="object", additionalProperties=True)]
"""Free attributes, kept and given back as they came."""


def member_id(text: str) -> str:
    """The member id of a path, already decoded, by the same rule as in bodies. Raises ``Malformed``."""
    return _path_id("memberId", text, _outside_id)


def order_id(text: str) -> str:
    """The order id of a path, already decoded, by the same rule as in bodies. Raises ``Malformed``."""
    return _path_id("orderId", text, _order_id)


def outside_id(name: str, text: str) -> str:
    """Another id that a shop chose, of a path, by the same rule as those of orders. Raises ``Malformed``."""
    return _path_id(name, text, _order_id)


def _path_id(name: str, text: str, reader: Callable[[object], str]) -> str:
    try:
        return reader(text)
    except PydanticCustomError as error:
        raise Malformed(f"{name}: {error.message()}.") from None


def _as_text(value: object) -> str | None:
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def exact(value: object) -> Decimal | None:
    """The exact number, or ``None`` for what is none or has too many places."""
    if isinstance(value, str):
        if not _NUMERIC.fullmatch(value.strip()):
            return None
        try:
            value = wire.number(value.strip())
        except Malformed:
            return None
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    number = Decimal(value)
    # Counted in the digits themselves: the decimal context would round a long number first.
    places = format(number, "f").partition(".")[2].rstrip("0")
    return number if len(places) <= PLACES_MAX else None


Out = TypeVar("Out")


def _said_by_wire(reader: Callable[[str], Out], value: object) -> Out:
    try:
        return reader(value if isinstance(value, str) else "")
    except Malformed as refused:
        said = refused.message.removesuffix(".")
        raise wanted(said[0].lower() + said[1:]) from None


def wanted(what: str) -> PydanticCustomError:
    """The error that says what a field wants, in words that fit after its name."""
    return PydanticCustomError("wanted", "{what}", {"what": what})


_PLAIN: Final = {
    "missing": "is missing",
    "dict_type": "an object",
    "model_type": "an object",
    "model_attributes_type": "an object",
    "list_type": "a list",
    "tuple_type": "a list",
    "string_type": "text",
    "bool_type": "true or false",
}
"""What pydantic's own refusals want, in our words."""
_COUNTED: Final = {"too_short": "at least {min_length} of them", "too_long": "at most {max_length} of them"}
"""Likewise, with a bound."""


def _sentence(errors: list[ErrorDetails]) -> str:
    named = [f"{_place(error['loc'])}{_said(error)}" for error in errors[:ERRORS_SHOWN_MAX]]
    rest = len(errors) - len(named)
    return "; ".join(named) + (f"; and {rest} more" if rest else "") + "."


def _said(error: ErrorDetails) -> str:
    said = _PLAIN.get(error["type"]) or error["msg"].removeprefix("Value error, ").removesuffix(".")
    if error["type"] in _COUNTED:
        said = _COUNTED[error["type"]].format_map(error["ctx"])
        if error["ctx"]["field_type"] == "Value":
            said = said.replace("at least 1 of them", "a text that is not empty").replace("of them", "characters")
    return f" {said}" if error["type"] == "missing" else f": {said}" if error["loc"] else said


def _place(loc: tuple[int | str, ...]) -> str:
    text = ""
    for part in loc:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text
