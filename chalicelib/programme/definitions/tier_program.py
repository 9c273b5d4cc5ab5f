"""Tier programmes: the one in force, and others that are drafted, scheduled or archived (annex-api-1, section 8.4)."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Annotated, Any, Final, Literal

from pydantic import BeforeValidator, StrictBool

from chalicelib.programme.definitions.ladder import Tiers
from chalicelib.programme.fields import read_status, wanted
from chalicelib.programme.section import DefinitionId, Display, Name, Problem, Section

OTHERS_MAX: Final = 9
"""Beside the one that is live: at most ten in all."""


def _day(given: object) -> str:
    try:
        return date.fromisoformat(str(given)).isoformat()
    except ValueError:
        raise wanted("a day, for example 2026-12-31") from None


class LiveTierProgram(Section):
    """What the tier programme in force is called; its tiers are the programme's ``tiers``."""

    program_id: DefinitionId = "main"
    program_name: Name = "Tiers"
    manual_assignment: StrictBool = False
    """Whether staff may put members into a tier by hand."""
    assignment_message: Display = "Tier assigned successfully."
    """What the answer to an assignment says."""


class TierProgram(LiveTierProgram):
    """A tier programme that is not in force."""

    status: Annotated[Literal["DRAFT", "SCHEDULED", "ARCHIVED"], BeforeValidator(read_status)] = "DRAFT"
    start_date: Annotated[str, BeforeValidator(_day)] | None = None
    """The day from which a scheduled one is meant to be in force."""
    tiers: Tiers


def problems(live: LiveTierProgram, others: Sequence[TierProgram]) -> Iterator[Problem]:
    """Ids that are taken, and scheduled programmes without a day."""
    seen: dict[Any, str] = {live.program_id: "tierProgram"}
    for place, each in enumerate(others):
        path = f"tierPrograms[{place}]"
        if each.program_id in seen:
            yield Problem(f"{path}.programId", f"wanted one that no other has, got that of {seen[each.program_id]}")
        seen.setdefault(each.program_id, path)
        if (each.status == "SCHEDULED") != (each.start_date is not None):
            yield Problem(f"{path}.startDate", "wanted a day with SCHEDULED, and none otherwise")
