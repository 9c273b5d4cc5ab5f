"""``python -m tests.simulation --seeds n [--seed first] [--processes p]``: play consecutive seeds.

Exit status 1 and the story of the first failing seed on a breach; the same seed tells the same story again.
"""

import argparse
import multiprocessing
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator

from tests.simulation.plays import played, played_nouns
from tests.simulation.running import BREACHES_SHOWN, Outcome

FIRST_MAX = 10**9
CHUNK = 20
REPORT_SECONDS = 10


def main() -> int:
    """Play the seeds that the command line names."""
    wanted = _arguments()
    first = random.SystemRandom().randrange(FIRST_MAX) if wanted.seed is None else wanted.seed
    print(f"Seeds {first} to {first + wanted.seeds - 1}, on {wanted.processes} process(es)", flush=True)
    begun = said = time.monotonic()
    done: list[Outcome] = []
    failed: list[Outcome] = []
    play = played_nouns if wanted.play == "nouns" else played
    for outcome in _outcomes(range(first, first + wanted.seeds), wanted.processes, play):
        done.append(outcome)
        if outcome.breaches:
            failed.append(outcome)
            _tell(outcome, wanted.play)
            if len(failed) >= wanted.failures:
                break
        if time.monotonic() - said > REPORT_SECONDS:
            said = time.monotonic()
            rate = len(done) / (said - begun)
            print(f"  {len(done)} of {wanted.seeds} seeds, {rate:.1f} a second", flush=True)
    seconds = time.monotonic() - begun
    weathers = Counter(outcome.weather.split(" ")[0] for outcome in done)
    print(
        f"{len(done)} seeds in {seconds:.1f} s: {sum(each.requests for each in done)} requests,"
        f" {sum(each.calls for each in done)} calls to AWS, {sum(each.commits for each in done)} commits;"
        f" weather {dict(weathers)}; {len(failed)} with breaches"
    )
    if failed:
        print(f"Failing seeds: {sorted(outcome.seed for outcome in failed)}")
    return 1 if failed else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seeds", type=int, default=500, help="how many consecutive seeds")
    parser.add_argument("--seed", type=int, help="the first seed; random, and printed, without it")
    parser.add_argument("--processes", type=int, default=multiprocessing.cpu_count())
    parser.add_argument("--play", choices=("members", "nouns"), default="members", help="what callers do")
    parser.add_argument("--failures", type=int, default=1, help="go on until so many seeds have failed")
    return parser.parse_args()


def _outcomes(seeds: range, processes: int, played: Callable[[int], Outcome]) -> Iterator[Outcome]:
    if processes == 1 or len(seeds) == 1:
        yield from map(played, seeds)
        return
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        yield from pool.imap_unordered(played, seeds, chunksize=min(CHUNK, max(1, len(seeds) // processes)))


def _tell(outcome: Outcome, play: str) -> None:
    print(f"\n{outcome.story}\n\nSeed {outcome.seed} ({outcome.weather}), {len(outcome.breaches)} breach(es):")
    for breach in outcome.breaches[:BREACHES_SHOWN]:
        print(f"  * {breach}")
    print(f"Again: make simulate SEEDS=1 SEED={outcome.seed} PLAY={play}\n", flush=True)


if __name__ == "__main__":
    sys.exit(main())
