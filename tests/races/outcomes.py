"""Results of races as rows of a table that can be pasted."""

from tests.races.arena import Outcome

HEADER = (
    "| race | engine | calls | winners | refusals | contention answered | transactions lost | seconds |\n"
    "|---|---|---:|---:|---|---:|---:|---:|"
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
