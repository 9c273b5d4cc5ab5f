"""Series of actions: whoever performs all of them in time gets a bonus (annex-api-1, section 6.3)."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Final, Literal, Self

from pydantic import BeforeValidator, model_validator

from chalicelib.ledger.days import Unit
from chalicelib.programme.fields import Few, Whole, read_status, wanted
from chalicelib.programme.section import DAYS_MAX, ActionId, DefinitionId, Display, Name, Points, Problem, Section

SERIES_MAX: Final = 10
STEPS_MAX: Final = 6
COUNT_MAX: Final = 1_000


def _day(given: object) -> str:
    try:
        return date.fromisoformat(str(given)).isoformat()
    except ValueError:
        raise wanted("a day, for example 2026-12-31") from None


class Step(Section):
    """An action of a series, and how often it has to be performed."""

    action_id: ActionId
    count: Annotated[int, Whole(1, COUNT_MAX)] = 1


class ActionSeries(Section):
    """Actions that are performed together, as often as each step says, within one period."""

    series_id: DefinitionId
    series_name: Name
    series_display: Display = ""
    status: Annotated[Literal["ON", "OFF"], BeforeValidator(read_status)] = "ON"
    actions: Annotated[tuple[Step, ...], Few(STEPS_MAX, 1)]
    duration: Literal["Calendar", "Rolling"] = "Calendar"
    period: Unit = "lifetime"
    """Of a Calendar duration: the series begins anew with each."""
    days: Annotated[int, Whole(1, DAYS_MAX)] | None = None
    """Of a Rolling duration: they begin with the member's first action of the series."""
    from_date: Annotated[str, BeforeValidator(_day)] | None = None
    to_date: Annotated[str, BeforeValidator(_day)] | None = None
    bonus_points: Points = Decimal(0)
    expire_in_days: Annotated[int, Whole(1, DAYS_MAX)] | None = None
    """Rolling expiry of the bonus; as of manual credits when absent."""
    achievements_max: Annotated[int, Whole(1, COUNT_MAX)] = 1
    """How often a member may complete it, ever."""

    @model_validator(mode="after")
    def _one_duration(self) -> Self:
        if (self.duration == "Rolling") != (self.days is not None):
            raise ValueError("days with duration Rolling, and only there")
        if self.from_date and self.to_date and self.to_date < self.from_date:
            raise ValueError("toDate on or after fromDate")
        return self

    def is_open(self, day: int) -> bool:
        """Whether actions of that day (an ordinal) count."""
        text = date.fromordinal(day).isoformat()
        return self.status == "ON" and (self.from_date or text) <= text <= (self.to_date or text)


def completions_key(series_id: str) -> str:
    """Under which limit of an account the completions of a series are counted, for a lifetime."""
    return f"S{series_id}*"


def problems(series: Sequence[ActionSeries], earning: Collection[int]) -> Iterator[Problem]:
    """Ids that are taken, and actions that are no step. ``earning`` are the ids that may be one."""
    seen: set[str] = set()
    for place, each in enumerate(series):
        path = f"actionSeries[{place}]"
        if each.series_id in seen:
            yield Problem(f"{path}.seriesId", f"wanted one that no other has, got {each.series_id}")
        seen.add(each.series_id)
        ids = [step.action_id for step in each.actions]
        for at, action in enumerate(ids):
            if action not in earning:
                yield Problem(f"{path}.actions[{at}].actionId", f"wanted an action that is performed, got {action}")
            if action in ids[:at]:
                yield Problem(f"{path}.actions[{at}].actionId", f"wanted each action once, got {action} again")
