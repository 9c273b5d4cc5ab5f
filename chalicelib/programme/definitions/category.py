"""Categories of products with rules of their own (annex-api-2, section 3)."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Annotated, Any, Final, Literal

from pydantic import BeforeValidator

from chalicelib.programme.fields import Exact, Text
from chalicelib.programme.section import Display, Points, Problem, Ratio, Section

CATEGORIES_MAX: Final = 1_000
UNITS_MAX: Final = "1000000"


def read_point_type(given: object) -> object:
    """Yes, No or Bonus in any case; true and false are taken."""
    if isinstance(given, bool):
        return "Yes" if given else "No"
    return given.strip().capitalize() if isinstance(given, str) else given


def read_flag(given: object) -> object:
    """YES or NO in any case; true and false are taken."""
    if isinstance(given, bool):
        return "YES" if given else "NO"
    return given.strip().upper() if isinstance(given, str) else given


PointType = Annotated[Literal["Yes", "No", "Bonus"], BeforeValidator(read_point_type)]
Flag = Annotated[Literal["YES", "NO"], BeforeValidator(read_flag)]
Units = Annotated[Decimal, Exact("0", UNITS_MAX, 3)]
CategoryId = Annotated[str, Text(255)]


class Category(Section):
    """A category and how its products earn: Yes by ratio, No not at all, Bonus by points for each unit; with the bonus
    flag Yes earns both.
    """

    category_id: CategoryId
    category_name: Display = ""
    category_point_type: PointType = "Yes"
    category_point_ratio: Ratio = Decimal(1)
    category_bonus: Points = Decimal(0)
    category_bonus_flag: Flag = "NO"
    category_minimum_limit: Units = Decimal(0)
    category_maximum_limit: Units | None = None


def problems(categories: Sequence[Category]) -> Iterator[Problem]:
    """Ids that are taken."""
    first: dict[Any, int] = {}
    for place, each in enumerate(categories):
        before = first.setdefault(each.category_id, place)
        if before != place:
            same = f"categories[{before}].categoryId"
            yield Problem(f"categories[{place}].categoryId", f"wanted one that no other has, got the same as {same}")
