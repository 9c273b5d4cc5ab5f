"""The processes of a race as their parent sees them: given orders, heard, and killed where a test wants that."""

import multiprocessing
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from multiprocessing import connection
from multiprocessing.connection import Connection
from typing import Self

from tests.races.worker import READY, Order, Report, Said, Task, serve

PROCESSES = 4
START_SECONDS_MAX = 60
HEAT_SECONDS_MAX = 120
LEAD_SECONDS = 0.05
"""From the first order of a heat to its start: all threads wait by then."""
_SPAWN = multiprocessing.get_context("spawn")


class Worker:
    """One process; what it was given and has not answered yet is ``outstanding``."""

    def __init__(self) -> None:
        self.pipe: Connection
        self.pipe, theirs = _SPAWN.Pipe()
        self._process = _SPAWN.Process(target=serve, args=(theirs,), daemon=True)
        self._process.start()
        # With this end closed, the death of the process is the end of the pipe.
        theirs.close()
        self.outstanding: dict[int, Task] = {}
        self.lost = 0

    def ready(self) -> Self:
        """Wait until it serves."""
        if not self.pipe.poll(START_SECONDS_MAX) or self.pipe.recv() != READY:
            raise RuntimeError("a worker did not start")
        return self

    def give(self, order: Order) -> None:
        self.outstanding[order.ident] = order.task
        self.pipe.send(order)

    def hear(self) -> tuple[int, Said] | None:
        """The next answer, or ``None`` for the word that it is ready. Raises ``EOFError`` when the process is dead and
        has said all that it had to say.
        """
        report: Report | str = self.pipe.recv()
        if isinstance(report, str):
            return None
        self.lost = report.lost
        del self.outstanding[report.ident]
        return report.ident, report.said

    def kill(self) -> None:
        """End it in the middle of whatever it does (SIGKILL)."""
        self._process.kill()
        self._process.join()

    def close(self) -> None:
        self.kill()
        self.pipe.close()
        self._process.close()


@dataclass(frozen=True)
class Side:
    """Tasks that share a time; of several sides each gets as many processes as another.

    ``delays`` are how long after the start of the heat pairs of tasks begin; without any, all begin at once.
    """

    tasks: Sequence[Task]
    at: datetime | None = None
    delays: Sequence[float] = ()

    def delay(self, number: int) -> float:
        """Seconds for the task with this number."""
        return self.delays[number // 2] if self.delays else 0


@dataclass
class Heat:
    """What came of a race: answers by side in the order of its tasks, its duration, and commits that lost."""

    sides: list[list[Said]]
    seconds: float
    lost: int

    @property
    def said(self) -> list[Said]:
        return [said for side in self.sides for said in side]


@dataclass
class Workers:
    """Four processes on the engine that the environment names."""

    team: list[Worker] = field(default_factory=list)

    def __enter__(self) -> Self:
        self.team = [Worker() for _ in range(PROCESSES)]
        for worker in self.team:
            worker.ready()
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self.team:
            worker.close()

    def race(self, *sides: Side) -> Heat:
        """Let all processes begin at the same moment. Neighbouring tasks of a side go to different processes."""
        lost = sum(worker.lost for worker in self.team)
        share = PROCESSES // len(sides)
        start = time.monotonic() + LEAD_SECONDS
        count = 0
        for place, side in enumerate(sides):
            team = self.team[place * share : (place + 1) * share]
            for number, task in enumerate(side.tasks):
                team[number % share].give(Order(count, task, start + side.delay(number), side.at))
                count += 1
        heard = self._heard(count)
        seconds = time.monotonic() - start
        answers = iter([heard[ident] for ident in range(count)])
        by_side = [[next(answers) for _ in side.tasks] for side in sides]
        return Heat(by_side, seconds, sum(worker.lost for worker in self.team) - lost)

    def _heard(self, count: int) -> dict[int, Said]:
        heard: dict[int, Said] = {}
        by_pipe = {worker.pipe: worker for worker in self.team}
        deadline = time.monotonic() + HEAT_SECONDS_MAX
        while len(heard) < count:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{count - len(heard)} of {count} calls stay without an answer")
            for pipe in connection.wait(list(by_pipe), timeout=1):
                heard |= dict(filter(None, [by_pipe[pipe].hear()]))  # type: ignore[index]
        return heard
