"""The mutation score of the last ``mutmut run``, module by module: ``python -m tests.support.mutants``.

Ends with 1 when the score is below 90 per cent, or when a mutant has not been judged.
"""

import json
import sys
from collections import Counter
from pathlib import Path

FOLDER = Path("mutants/chalicelib")
SCORE_MIN = 90
SURVIVED, UNTESTED = 0, 33
"""Exit codes that mutmut keeps: all tests passed, and no test reaches the function."""


def outcomes(meta: Path) -> Counter[str]:
    """How many mutants of a module were killed (a time-out kills, too), survived, or are not judged yet."""
    found: Counter[str] = Counter()
    for code in json.loads(meta.read_text())["exit_code_by_key"].values():
        found["open" if code is None else "survived" if code in (SURVIVED, UNTESTED) else "killed"] += 1
    return found


def score(found: Counter[str]) -> float:
    """Killed mutants, per cent of those judged."""
    judged = found["killed"] + found["survived"]
    return 100 * found["killed"] / judged if judged else 100.0


def line(name: str, found: Counter[str]) -> str:
    """A row of the table in docs/mutation.md."""
    counts = " | ".join(str(found[each]) for each in ("killed", "survived", "open"))
    return f"| {name} | {counts} | {score(found):.1f} |"


def main() -> int:
    print("| module | killed | survived | not judged | score |\n|---|---|---|---|---|")  # noqa: T201
    total: Counter[str] = Counter()
    for meta in sorted(FOLDER.rglob("*.meta")):
        found = outcomes(meta)
        if found.total():
            name = str(meta.relative_to(FOLDER)).removesuffix(".py.meta")
            print(line(f"`{name}`", found))  # noqa: T201
            total += found
    print(line("**all**", total))  # noqa: T201
    return 0 if score(total) >= SCORE_MIN and not total["open"] and total else 1


if __name__ == "__main__":
    sys.exit(main())
