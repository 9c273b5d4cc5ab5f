"""Who goes on, and what time it is: greenlets in one thread, chosen by the seed, in virtual time.

Time moves a little with every turn, and by leaps when everybody waits. Nothing here knows of the product.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from greenlet import getcurrent, greenlet

SECOND = 1_000_000
"""Virtual time is counted in microseconds."""
TURN_MIN, TURN_MAX = 500, 15_000
TURNS_MAX = 400_000
_NEVER = 1 << 62


class Stuck(Exception):
    """The world would go on for ever, or nobody can go on."""


class TaskFailed(Exception):
    """A task raised what nobody expected; the cause is the fault of the workload or of the world itself."""


@dataclass(eq=False, slots=True)
class Task:
    """One strand of work. ``place`` is what it stands on (a process), or nothing."""

    name: str
    run: Any
    wake: int
    weight: float
    is_job: bool = False
    place: Any = None
    record: Any = None
    deadline: int = _NEVER


@dataclass(eq=False)
class Ghost:
    """Something that happens later whatever becomes of whoever began it."""

    at: int
    act: Callable[[], None] = field(repr=False)


class Scheduler:
    """Turns of all tasks. ``enter`` is told whose turn it is, ``between`` is asked at every turn."""

    def __init__(
        self, rng: random.Random, start: int, enter: Callable[[Task], None], between: Callable[[], None]
    ) -> None:
        self.time = start
        self.current: Task | None = None
        self.tasks: list[Task] = []
        self.turns = 0
        self._rng = rng
        self._enter = enter
        self._between = between
        self._hub = getcurrent()
        self._ghosts: list[Ghost] = []
        self._gate: list[Task] = []
        self._leap = 0
        self._under_way = 0
        self._failure: BaseException | None = None
        self.stickiness = rng.choice((0.0, 0.3, 0.7, 0.9))
        """How likely whoever has the turn keeps it; a matter of the seed."""
        self._has_favourites = rng.random() < 0.3

    @property
    def is_leaping(self) -> bool:
        """Whether somebody waits for a moment without any request, to let time pass."""
        return self._leap > 0

    def spawn(self, name: str, function: Callable[[], None], *, is_job: bool = False) -> Task:
        """A new task, which begins when its turn comes."""
        task = Task(name, None, self.time, self._new_weight(), is_job)

        def body() -> None:
            try:
                function()
            except Exception as fault:  # noqa: BLE001 - raised again in the hub, where it ends the run.
                self._failure = fault

        task.run = greenlet(body)
        self.tasks.append(task)
        return task

    def haunt(self, seconds: float, act: Callable[[], None]) -> None:
        """Let something happen after so many seconds, between two turns."""
        self._ghosts.append(Ghost(self.time + int(seconds * SECOND), act))

    def turn(self) -> None:
        """Give the others a chance. Called by whoever has the turn."""
        self.time += self._rng.randrange(TURN_MIN, TURN_MAX)
        if self._rng.random() >= self.stickiness:
            self._hub.switch()

    def sleep(self, seconds: float) -> None:
        """Wait for so long."""
        task = self._present()
        task.wake = self.time + max(0, int(seconds * SECOND))
        self._hub.switch()

    def begin(self) -> None:
        """Wait until nobody wants time to leap, then count as under way."""
        while self._leap:
            self._stand_at_gate()
        self._under_way += 1

    def end(self) -> None:
        """Count as under way no longer."""
        self._under_way -= 1

    def leap(self, seconds: float) -> None:
        """Wait until nothing is under way, and let so much time pass for everybody."""
        self._leap += int(seconds * SECOND)
        while self._leap:
            self._stand_at_gate()

    def run(self, *, jobs_too: bool = True) -> None:
        """Let the tasks run until all have ended; with ``jobs_too`` false, until only jobs are left."""
        while any(jobs_too or not task.is_job for task in self.tasks):
            self.turns += 1
            if self.turns > TURNS_MAX:
                raise Stuck(f"{[task.name for task in self.tasks]} are not done after {TURNS_MAX} turns")
            self._between()
            self._let_haunt(self.time)
            if self._leap and not self._under_way:
                self._do_leap()
            self._give_turn(self._next())

    def exorcise(self) -> None:
        """Let everything that was to happen later happen now."""
        self._let_haunt(_NEVER)

    def stop(self) -> None:
        """End all tasks where they stand."""
        for task in self.tasks:
            task.run.throw()
        self.tasks.clear()

    def _give_turn(self, task: Task) -> None:
        self.current = task
        self._enter(task)
        task.run.switch()
        self.current = None
        if task.run.dead:
            self.tasks.remove(task)
        if self._failure is not None:
            fault, self._failure = self._failure, None
            raise TaskFailed(f"{task.name}: {fault!r}") from fault

    def _next(self) -> Task:
        ready = [task for task in self.tasks if task.wake <= self.time]
        if not ready:
            soonest = min(self.tasks, key=lambda task: task.wake)
            if soonest.wake == _NEVER:
                raise Stuck(f"{[task.name for task in self.tasks]} wait for one another")
            self._let_haunt(soonest.wake)
            self.time = soonest.wake
            return soonest
        if len(ready) == 1:
            return ready[0]
        if not self._has_favourites:
            return ready[int(self._rng.random() * len(ready))]
        if self._rng.random() < 0.02:
            self._rng.choice(ready).weight = self._new_weight()
        return self._rng.choices(ready, [task.weight for task in ready])[0]

    def _do_leap(self) -> None:
        self.exorcise()
        self.time += self._leap
        self._leap = 0
        for task in self._gate:
            task.wake = self.time
        self._gate.clear()

    def _let_haunt(self, until: int) -> None:
        while self._ghosts:
            ghost = min(self._ghosts, key=lambda each: each.at)
            if ghost.at > until:
                return
            self._ghosts.remove(ghost)
            if until != _NEVER:
                self.time = max(self.time, ghost.at)
            ghost.act()

    def _stand_at_gate(self) -> None:
        task = self._present()
        task.wake = _NEVER
        self._gate.append(task)
        self._hub.switch()

    def _present(self) -> Task:
        if self.current is None:
            raise RuntimeError("only a task can wait")
        return self.current

    def _new_weight(self) -> float:
        return 10 ** self._rng.uniform(-2, 0)
