"""Results of races as rows of a table that can be pasted."""

from tests.races.arena import Outcome
from tests.races.crashes import Ending

HEADER = (
    "| race | engine | calls | winners | refusals | contention answered | transactions lost | seconds |\n"
    "|---|---|---:|---:|---|---:|---:|---:|"
)

CRASHES_HEADER = (
    "| seed | operations | refused | workers killed | engine killed | cut short | of these booked unheard "
    "| taken back by the engine | engine away | contention answered | seconds | audit seconds |\n"
    "|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|"
)


def row(outcome: Outcome) -> str:
    """One line of the table under ``HEADER``."""
    refusals = "; ".join(f"{count} × {name}" for name, count in sorted(outcome.refusals.items())) or "none"
    cells = [
        outcome.race,
        outcome.engine,
        outcome.calls,
        outcome.winners,
        refusals,
        outcome.told_again,
        outcome.lost,
        f"{outcome.seconds:.2f}",
    ]
    return f"| {' | '.join(map(str, cells))} |"


def crashes_row(ending: Ending) -> str:
    """One line of the table under ``CRASHES_HEADER``."""
    cells = [
        ending.seed,
        ending.operations,
        ending.refused,
        ending.workers_killed,
        ending.engines_killed,
        ending.cut,
        ending.unheard,
        ending.unkept,
        ending.away,
        ending.told_again,
        f"{ending.seconds:.1f}",
        f"{ending.audit_seconds:.1f}",
    ]
    return f"| {' | '.join(map(str, cells))} |"
