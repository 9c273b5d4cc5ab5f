"""Which purchases members may pay off with points, and at what price (annex-api-1, section 4.10)."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Final, Literal

from pydantic import Field, StrictBool

from chalicelib.programme.definitions.reward import LocalDate
from chalicelib.programme.fields import Exact, Few, Text
from chalicelib.programme.section import Days, Name, Problem, Section

RULES_MAX: Final = 20
CONDITIONS_MAX: Final = 20
VALUES_MAX: Final = 1_000
"""Values of one comparison; a list that a shop uploads is written here."""
_NUMERIC: Final = {"atLeast", "atMost"}


class ErasureCondition(Section):
    """One comparison. ``equals`` means one of the values, ``notEquals`` none of them, the others one number."""

    subject: Literal["userAttribute", "orderAttribute", "transactionType", "amount"]
    name: Annotated[str, Text(100, 0)] = ""
    """The attribute; needed for the attributes and empty otherwise."""
    comparison: Literal["equals", "notEquals", "atLeast", "atMost"] = "equals"
    values: Annotated[tuple[Annotated[str, Text(255, 0)], ...], Few(VALUES_MAX)]


class ErasureRule(Section):
    """Conditions that must all hold, always or, as a promotion, from one day through another."""

    name: Name
    conditions: Annotated[tuple[ErasureCondition, ...], Few(CONDITIONS_MAX)] = ()
    start_date: LocalDate | None = None
    end_date: LocalDate | None = None


class TransactionErasure(Section):
    """A purchase is eligible when one of the rules holds; without rules every purchase is."""

    enabled: StrictBool = False
    rules: Annotated[tuple[ErasureRule, ...], Few(RULES_MAX)] = ()
    points_per_currency: Annotated[Decimal, Exact("0", "1000000", 6)] = Field(default=Decimal(0))
    """Points per currency unit, rounded up; 0 means what a point is worth elsewhere in the programme."""
    within_days: Days = 0
    """How long after the purchase it may be paid off; 0 for ever."""


def problems(erasure: TransactionErasure) -> Iterator[Problem]:
    """What one field cannot know of another."""
    for place, rule in enumerate(erasure.rules):
        path = f"transactionErasure.rules[{place}]"
        if rule.start_date and rule.end_date and rule.end_date < rule.start_date:
            yield Problem(f"{path}.endDate", "is before startDate")
        for number, condition in enumerate(rule.conditions):
            yield from _condition(f"{path}.conditions[{number}]", condition)


def _condition(path: str, condition: ErasureCondition) -> Iterator[Problem]:
    if condition.subject.endswith("Attribute") != bool(condition.name):
        yield Problem(f"{path}.name", "names an attribute, for conditions on attributes alone")
    if not condition.values:
        yield Problem(f"{path}.values", "has at least one value")
    if condition.comparison in _NUMERIC or condition.subject == "amount":
        if condition.comparison in _NUMERIC and len(condition.values) != 1:
            yield Problem(f"{path}.values", "has one number")
        if any(number(each) is None for each in condition.values):
            yield Problem(f"{path}.values", "has numbers, for example 19.99")


def number(text: str) -> Decimal | None:
    """The number of a text; ``None`` for what is none."""
    plain = text.strip()
    is_number = plain.isascii() and plain.lstrip("+-").replace(".", "", 1).isdigit()
    return Decimal(plain) if is_number else None
