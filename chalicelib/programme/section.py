"""What every part of the programme document is made of: the base of its sections, and its common scalars."""

from decimal import Decimal
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, model_validator
from pydantic.alias_generators import to_camel

from chalicelib.programme.fields import Exact, Matching, Text, Whole
from chalicelib.values import value

NAME_CHARACTERS_MAX: Final = 100
DISPLAY_CHARACTERS_MAX: Final = 500
POINT_DECIMALS_MAX: Final = 2
DAYS_MAX: Final = 3650

ActionId = Annotated[int, Whole(1, 999_999_999)]
Points = Annotated[Decimal, Exact("0", "1000000000", POINT_DECIMALS_MAX)]
Ratio = Annotated[Decimal, Exact("0", "100000", 6)]
Money = Annotated[Decimal, Exact("0", "1000000000000", 4)]
Days = Annotated[int, Whole(0, DAYS_MAX)]
Name = Annotated[str, Text(NAME_CHARACTERS_MAX)]
Display = Annotated[str, Text(DISPLAY_CHARACTERS_MAX, 0)]
TierId = Annotated[str, Matching("[A-Za-z0-9_-]{1,40}", "1 to 40 letters, digits, - or _")]
DefinitionId = Annotated[str, Matching("[A-Za-z0-9_.-]{1,40}", "1 to 40 letters, digits, ., - or _")]
"""How a segment, campaign, reward or survey is named by others."""
Network = Annotated[str, Matching("[a-z0-9_.+-]{1,40}", "1 to 40 small letters, digits, ., +, - or _")]
Rounding = Literal["down", "nearest", "up"]
"""``nearest`` takes halves up."""


class Section(BaseModel):
    """A part of the document: frozen, without unknown fields; ``null`` means absent, as real clients send it."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        alias_generator=to_camel,
        validate_by_name=True,
        validate_by_alias=True,
        defer_build=True,
    )

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, raw: object) -> object:
        return {name: value for name, value in raw.items() if value is not None} if isinstance(raw, dict) else raw


@value
class Problem:
    """A wrong field: its JSON path, and what is wrong with it as the rest of a sentence."""

    field: str
    text: str
