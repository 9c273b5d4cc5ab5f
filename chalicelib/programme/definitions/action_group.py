"""Groups of actions that share a cap of points (annex-api-1, section 6.4)."""

from collections.abc import Collection, Iterator, Sequence
from decimal import Decimal
from typing import Annotated, Final, Literal, Self

from pydantic import BeforeValidator, model_validator

from chalicelib.ledger.days import Unit
from chalicelib.programme.fields import Exact, Few, Whole, read_status
from chalicelib.programme.section import DAYS_MAX, POINT_DECIMALS_MAX, ActionId, DefinitionId, Name, Problem, Section

GROUPS_MAX: Final = 20
GROUPED_MAX: Final = 50


class ActionGroup(Section):
    """Actions that together earn a member at most ``max_points`` in a period of the calendar, or in a number of days
    that begin with the first points earned by one of them.
    """

    group_id: DefinitionId
    group_name: Name
    status: Annotated[Literal["ACTIVE", "INACTIVE"], BeforeValidator(read_status)] = "ACTIVE"
    actions: Annotated[tuple[ActionId, ...], Few(GROUPED_MAX, 1)]
    max_points: Annotated[Decimal, Exact("0.01", "1000000000", POINT_DECIMALS_MAX)]
    limit_type: Literal["Calendar", "Rolling"] = "Calendar"
    period: Unit | None = None
    """Of a Calendar limit."""
    days: Annotated[int, Whole(1, DAYS_MAX)] | None = None
    """Of a Rolling limit."""

    @model_validator(mode="after")
    def _one_period(self) -> Self:
        is_calendar = self.limit_type == "Calendar"
        if is_calendar != (self.period is not None) or is_calendar == (self.days is not None):
            raise ValueError("period with limitType Calendar, or days with limitType Rolling")
        return self

    @property
    def is_active(self) -> bool:
        """Whether the cap counts."""
        return self.status == "ACTIVE"


def problems(groups: Sequence[ActionGroup], earning: Collection[int]) -> Iterator[Problem]:
    """Ids that are taken, and actions that earn nothing or are named twice. ``earning`` are the ids that earn."""
    seen: set[str] = set()
    for place, group in enumerate(groups):
        path = f"actionGroups[{place}]"
        if group.group_id in seen:
            yield Problem(f"{path}.groupId", f"wanted one that no other has, got {group.group_id}")
        seen.add(group.group_id)
        for at, action in enumerate(group.actions):
            if action not in earning:
                yield Problem(f"{path}.actions[{at}]", f"wanted an action that earns points, got {action}")
            if action in group.actions[:at]:
                yield Problem(f"{path}.actions[{at}]", f"wanted each action once, got {action} again")
