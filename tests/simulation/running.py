"""One seed from beginning to end: a world, its callers, the healing, and the verdict."""

import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tests.simulation.scheduler import Stuck, TaskFailed
from tests.simulation.world import World

LINES_SHOWN = 120
BREACHES_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Play:
    """What callers do in a world, and who judges it."""

    populate: Callable[[World], None]
    """Runs preludes and spawns callers, by the world's seed and nothing else."""
    breaches: Callable[[World], Iterable[str]]
    """Sentences about a healed world, none when all is well; may send requests by ``world.prelude``."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a seed."""

    seed: int
    weather: str
    breaches: tuple[str, ...]
    requests: int
    calls: int
    commits: int
    digest: str = ""
    story: str = ""
    """The last part of the trace, if there was a breach."""


def play(seed: int, with_: Play, *, digest: bool = False) -> Outcome:
    """Play a seed. A fault of the workload or of the judge is a breach too."""
    world = World(seed)
    found: list[str] = []
    try:
        with_.populate(world)
        world.run()
        world.heal()
        found += with_.breaches(world)
    except (TaskFailed, Stuck, AssertionError, LookupError, TypeError, ValueError, AttributeError) as fault:
        found.append("".join(traceback.format_exception(fault)))
    finally:
        world.close()
    found = [*world.breaches, *found]
    return Outcome(
        seed,
        world.weather.name,
        tuple(found),
        len(world.history),
        world.fates.total(),
        len(world.commits),
        world.digest() if digest else "",
        story(world) if found else "",
    )


def story(world: World, lines: int = LINES_SHOWN) -> str:
    """The last lines of the trace."""
    return "\n".join(_told(*line) for line in world.trace[-lines:])


def _told(time: int, *words: object) -> str:
    clock = f"{time // 86_400_000_000 % 1000:03d}d {time // 3_600_000_000 % 24:02d}:{time // 60_000_000 % 60:02d}"
    return f"{clock}:{time // 1000 % 60_000 / 1000:06.3f}  " + "  ".join(str(word) for word in words if word != "")
