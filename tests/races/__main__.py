"""All races on both engines and the campaigns of crashes, as tables: ``python -m tests.races``."""

import argparse
import os
import sys
import time
from random import SystemRandom

os.environ.setdefault("AWS_ACCESS_KEY_ID", "races")
os.environ.setdefault("AWS_SECRET_ACCESS_KEY", "races")
os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")

from tests import engines
from tests.races import arena, budgets, contests, crashes, outcomes, rewarding

ENGINES = {"dynamodb_local": engines.dynamodb_local, "ministack": engines.ministack}


def main() -> int:
    """Run what the arguments ask for; a race that ends wrongly is an error with its seed."""
    parser = argparse.ArgumentParser(prog="python -m tests.races", description=__doc__)
    parser.add_argument("--seed", type=int, default=SystemRandom().randrange(1_000_000))
    parser.add_argument("--rounds", type=int, default=1, help="how often each race is run on each engine")
    parser.add_argument("--campaigns", type=int, default=1, help="campaigns of crashes")
    parser.add_argument("--operations", type=int, default=2_000, help="operations of a campaign")
    wanted = parser.parse_args()
    print(f"seed {wanted.seed}\n", flush=True)
    started = time.monotonic()
    _race(wanted.seed, wanted.rounds)
    _crash(wanted.seed, wanted.campaigns, wanted.operations)
    print(f"\n{time.monotonic() - started:.0f} seconds in all")
    return 0


def _race(seed: int, rounds: int) -> None:
    print(outcomes.HEADER)
    for name, engine in ENGINES.items():
        with engine() as endpoint, arena.opened(name, endpoint, seed) as stage:
            for _ in range(rounds):
                for race in (*contests.RACES, *rewarding.RACES, *budgets.RACES):
                    print(outcomes.row(race(stage)), flush=True)


def _crash(seed: int, campaigns: int, operations: int) -> None:
    print(f"\n{outcomes.CRASHES_HEADER}")
    for number in range(campaigns):
        print(outcomes.crashes_row(crashes.campaign(seed + number, operations)), flush=True)


# Spawned workers import this module under another name.
if __name__ == "__main__":
    sys.exit(main())
