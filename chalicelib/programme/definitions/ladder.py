"""How points expire, and the tiers that members reach by them."""

from decimal import Decimal
from typing import Annotated, Final, Literal

from pydantic import Field, StrictBool

from chalicelib.programme.fields import Few, Whole
from chalicelib.programme.section import DAYS_MAX, DefinitionId, Display, Money, Name, Ratio, Section, TierId

TIERS_MAX: Final = 10
MONTHS_MAX: Final = 120
YEARS_MAX: Final = 10
PREREQUISITES_MAX: Final = 5


class Expiry(Section):
    """How long points are good. ``days`` belongs to rollingDays, ``months`` to endOfMonth, ``years`` to endOfYear."""

    type: Literal["rollingDays", "endOfMonth", "endOfYear", "never"]
    days: Annotated[int, Whole(1, DAYS_MAX)] | None = None
    months: Annotated[int, Whole(0, MONTHS_MAX)] | None = None
    years: Annotated[int, Whole(0, YEARS_MAX)] | None = None


class Tier(Section):
    """A level that members reach."""

    tier_id: TierId
    tier_name: Name
    threshold: Money
    """What the criterion must come to: points, money or a number of orders."""
    purchase_ratio: Ratio = Decimal(1)
    """Multiplies the points of purchases made in this tier."""
    expiry: Expiry | None = None
    """Expiry of points earned in this tier, where the action has none of its own."""
    tier_display: Display = ""
    prerequisite_series: Annotated[tuple[DefinitionId, ...], Few(PREREQUISITES_MAX)] = ()
    """Action series that members have to complete first, whatever the criterion comes to."""


class KeepUntil(Section):
    """How long a tier once reached is kept. ``count`` belongs to days and months."""

    type: Literal["none", "days", "months", "endOfYear", "endOfNextYear"]
    count: Annotated[int, Whole(1, DAYS_MAX)] | None = None


class Tiers(Section):
    """The ladder of tiers, lowest first."""

    criterion: Literal["earnedPoints", "spend", "orders"]
    window: Literal["lifetime", "calendarYear", "rolling", "anniversary"]
    sequential: StrictBool = False
    keep_until: KeepUntil = Field(default_factory=lambda: KeepUntil(type="none"))
    downgrade: Literal["earned", "oneStep", "never"] = "earned"
    levels: Annotated[tuple[Tier, ...], Few(TIERS_MAX, 1)]
