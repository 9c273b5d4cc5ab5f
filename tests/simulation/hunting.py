"""``python -m tests.simulation.hunting [name …]``: how many seeds the simulator needs to notice each planted fault.

Each fault is hunted in an interpreter of its own, which alone meets it. Ends with 1 when one is not noticed.
"""

import argparse
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib import import_module

import pytest

from tests.simulation.canaries import CANARIES
from tests.simulation.planting import Canary, plant

SEEDS_MAX = 200


@dataclass(frozen=True, slots=True)
class Catch:
    """How a canary was noticed: after how many seeds (``None``: not at all), and by which breach."""

    canary: Canary
    seeds: int | None
    breach: str
    seconds: float

    def __str__(self) -> str:
        found = "not noticed" if self.seeds is None else f"{self.seeds} seed{'s' if self.seeds > 1 else ''}"
        if self.canary.suite and self.seeds:
            found = "suite"
        return f"{self.canary.name:28} {found:12} {self.seconds:5.1f} s  {self.breach}"


def hunt(canary: Canary, seeds: int = SEEDS_MAX, first: int = 1) -> Catch:
    """Play seeds with the fault planted until one breaches, or run the suite that guards it."""
    bounds = ["--seeds", str(seeds), "--first", str(first)]
    command = [sys.executable, "-m", "tests.simulation.hunting", "--alone", canary.name, *bounds]
    begun = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    seconds = time.monotonic() - begun
    if done.returncode:
        raise RuntimeError(f"{canary.name}: {done.stderr[-2_000:]}")
    needed, _, breach = done.stdout.strip().splitlines()[-1].partition("\t")
    return Catch(canary, int(needed) or None, breach, seconds)


def _alone(canary: Canary, seeds: int, first: int) -> None:
    """In this interpreter: plant, then play. Prints the number of seeds, 0 for none of them, and the breach."""
    plant(canary)
    if canary.suite:
        failed = pytest.main(["-q", "-x", "-p", "no:cacheprovider", canary.suite])
        print(f"{int(failed == pytest.ExitCode.TESTS_FAILED)}\t{canary.suite}")
        return
    played = import_module("tests.simulation.plays").played
    for number in range(1, seeds + 1):
        outcome = played(first + number - 1)
        if outcome.breaches:
            print(f"{number}\t{' '.join(outcome.breaches[0].split())[:160]}")
            return
    print("0\t")


def main() -> int:
    """Hunt the canaries that the command line names, or all of them."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation.hunting", description=__doc__)
    parser.add_argument("names", nargs="*", help="which canaries; all without a name")
    parser.add_argument("--seeds", type=int, default=SEEDS_MAX, help="give up after so many")
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--alone", metavar="NAME", help="play in this interpreter")
    wanted = parser.parse_args()
    by_name = {canary.name: canary for canary in CANARIES}
    if wanted.alone:
        _alone(by_name[wanted.alone], wanted.seeds, wanted.first)
        return 0
    hunted = [by_name[name] for name in wanted.names] or list(CANARIES)
    with ThreadPoolExecutor(2) as pool:
        missed = 0
        for catch in pool.map(lambda canary: hunt(canary, wanted.seeds, wanted.first), hunted):
            print(catch, flush=True)
            missed += catch.seeds is None
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
