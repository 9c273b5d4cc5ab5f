"""A simulated world: the real app on an engine in memory, callers and jobs interleaved as the seed decides."""

import hashlib
import json
import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from chalicelib.sites import service as sites
from tests.simulation import product, shop
from tests.simulation.engine import Engine
from tests.simulation.faults import Fate, Weather
from tests.simulation.history import Answer, Call, Change, Commit, Raw, Record
from tests.simulation.jobs import SEVERAL, Jobs
from tests.simulation.processes import Process, ProcessDied, Stage
from tests.simulation.product import Product
from tests.simulation.scheduler import SECOND, Scheduler, Stuck, Task
from tests.simulation.wire import DynamoClient, QueueClient, Wire

START = datetime(2026, 3, 18, 12, tzinfo=UTC)
SKEW_MAX = 2 * SECOND
WARM_MAX = 6
"""Processes that serve requests at once and are kept warm."""
REQUEST_SECONDS_MAX = 29
JOB_SECONDS_MAX = 60
HEALING_ROUNDS_MAX = 40
HEALING_STEP_SECONDS = 300
DELIVERIES_MAX = 500
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EXPECTED = frozenset(
    {
        "EngineUnavailable",
        "Contention",
        "QueueRefused",
        "ClientError",
        "ConnectionClosedError",
        "PutError",
        "QueryError",
    }
)
"""What a job may fail of while AWS is sick; it is then run again."""


class World:
    """Everything of one seed. A workload spawns callers, ``run`` lets them run, ``heal`` drains what they left."""

    site = shop.SITE
    """The one site; it exists when the world does, under the default programme."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.history: list[Record] = []
        """Every request, in the order in which they were sent."""
        self.commits: list[Commit] = []
        """Every write that took effect, in that order."""
        self.breaches: list[str] = []
        """What the world itself found wrong, such as something stuck."""
        self.fates: Counter[Fate] = Counter()
        """What became of all attempts of calls to DynamoDB."""
        self.trace: list[tuple[Any, ...]] = []
        self._rng = random.Random(f"world {seed}")
        self._start = int((START - _EPOCH) / timedelta(microseconds=1))
        self._stage = Stage()
        self._scheduler = Scheduler(self._rng, self._start, self._enter, self._between)
        self.weather = Weather(self._rng)
        self._engine = Engine(self._committed)
        self._engine.time = lambda: self._scheduler.time
        self._owner: tuple[Task, Record | None] | None = None
        self._wire = Wire(self._engine, self._scheduler, self.weather, self._rng, self._note, self._as_owner)
        self.jobs = Jobs(self._rng, self.weather, self._serve_job)
        self._pools: dict[str, list[Process]] = {}
        self._born = 0
        self._jobs_begin = False
        self._tokens: dict[int, str] = {}
        self._product = Product(
            rng=random.Random(f"product {seed}"),
            now=self._now_of_process,
            seconds=lambda: (self._scheduler.time + self._skew()) / SECOND,
            monotonic=lambda: (self._scheduler.time - self._start) / SECOND,
            sleep=self._sleep,
            dynamo=DynamoClient(self._wire),
            sqs=QueueClient(self._wire, self._scheduler, self.weather, self.jobs.put),
        )
        self.prelude(self._open_site)

    def prelude(self, function: Callable[[], None]) -> None:
        """Run a function as a caller of its own without faults, before everything else or after the healing."""
        was_calm, self.weather.calm = self.weather.calm, True
        self._scheduler.spawn("prelude", function)
        self._run()
        self.weather.calm = was_calm

    def spawn(self, name: str, function: Callable[[], None]) -> None:
        """A caller; the function runs, once ``run`` is called, interleaved with the others at every call to AWS."""
        self._scheduler.spawn(name, function)

    def request(
        self,
        method: str,
        path: str,
        body: Any = None,
        query: Mapping[str, str] | None = None,
        key: str | None = None,
        *,
        staff: bool = False,
    ) -> Answer | None:
        """Send a request from inside a caller and wait for its answer; ``None`` when the process died.

        ``path`` is without the base path and not percent-encoded; ``body`` is what JSON can say.
        """
        task = self._task()
        self._scheduler.begin()
        event = shop.event(method, path, body, query, key, self._staff_token() if staff else None)
        call = Call(method, path, body, query, key, staff)
        record = Record(len(self.history), task.name, call, commits_before=len(self.commits))
        self.history.append(record)
        task.record = record
        self.trace.append((self._scheduler.time, task.name, "asks", shop.printed(method, path, query), key))
        try:
            record.answer = self._in_process("api", REQUEST_SECONDS_MAX, lambda: _answer(product.handle(event)))
        except ProcessDied:
            pass
        finally:
            record.commits_after = len(self.commits)
            self._scheduler.end()
        self.trace.append((self._scheduler.time, task.name, "hears", record.answer and record.answer.status))
        return record.answer

    @property
    def record(self) -> Record:
        """The record of the last request that the present caller sent."""
        record: Record | None = self._task().record
        if record is None:
            raise RuntimeError("this caller has sent nothing yet")
        return record

    @property
    def faults(self) -> list[dict[str, Any]]:
        """Log lines of exceptions that the product did not expect."""
        return self._product.faults

    def now(self) -> datetime:
        """Virtual time by the world's own clock, which nobody's skew touches."""
        return _EPOCH + timedelta(microseconds=self._scheduler.time)

    def pause(self, seconds: float) -> None:
        """From inside a caller: do nothing for so long; others go on."""
        self._scheduler.sleep(seconds)

    def advance(self, seconds: float) -> None:
        """From inside a caller: let so much time pass for the whole world, when no request is under way."""
        self._scheduler.leap(seconds)

    def items(self) -> dict[tuple[str, str], Raw]:
        """The raw table by (pk, sk)."""
        return self._engine.items()

    def run(self) -> None:
        """Let the callers run to their ends, with faults and jobs as the seed decides."""
        self._jobs_begin = True
        self._run()
        self._jobs_begin = False

    def heal(self) -> None:
        """No faults any more; schedules, queue and stream run until nothing changes. Requests by ``prelude`` are
        possible afterwards. A bound that is reached is a breach (``breaches``).
        """
        self.weather.calm = True
        self._scheduler.exorcise()
        self._check_faults()
        known = len(self.faults)
        for _ in range(HEALING_ROUNDS_MAX):
            before = len(self.commits)
            self._scheduler.time += HEALING_STEP_SECONDS * SECOND
            self._drain()
            if len(self.commits) == before:
                break
        else:
            self.breaches.append(f"stuck: still writing after {HEALING_ROUNDS_MAX} rounds of healing")
        self.breaches += [f"a fault in calm weather: {line}" for line in self.faults[known:]]
        self.breaches += self._still_due()

    def digest(self) -> str:
        """SHA-256 of the trace and of every item as it stands."""
        sha = hashlib.sha256()
        for line in self.trace:
            sha.update(repr(line).encode())
        for place, item in sorted(self.items().items()):
            sha.update(repr((place, sorted(item.items()))).encode())
        return sha.hexdigest()

    def close(self) -> None:
        """Give the product its own clock, connection and caches back."""
        self._stage.enter(None)
        self._scheduler.stop()
        self._stage.enter(None)
        self._product.give_back()

    def _run(self) -> None:
        try:
            self._scheduler.run()
        except Stuck as stuck:
            self.breaches.append(f"stuck: {stuck}")
            self._scheduler.stop()

    def _drain(self) -> None:
        """Fire the schedule once, and hand out queue and stream until both are empty."""
        self._scheduler.spawn("sweep", self.jobs.sweep, is_job=True)
        self._run()
        for _ in range(DELIVERIES_MAX):
            if self.jobs.is_idle:
                return
            for name, job in (("settle_due", self.jobs.settle), ("project", self.jobs.project)):
                self._scheduler.spawn(name, job, is_job=True)
            self._run()
        self.breaches.append(f"stuck: {len(self.jobs.queue)} messages and the stream after {DELIVERIES_MAX} deliveries")

    def _still_due(self) -> Iterator[str]:
        now = self.now().strftime("%Y-%m-%dT%H:%M:%S")
        for (pk, sk), item in sorted(self.items().items()):
            if "due_sk" in item and item["due_sk"]["S"] < now:
                yield f"stuck: {pk} {sk} is due since {item['due_sk']['S']}"

    def _check_faults(self) -> None:
        for line in self.faults:
            if line["error"] not in _EXPECTED or line["op"] not in {"project", *self._settling()}:
                self.breaches.append(f"a fault that nobody expected: {line}")
        for record in self.history:
            if record.answer is not None and record.answer.status == 500:
                self.breaches.append(f"request {record.number} was answered 500: {record.call}")

    @staticmethod
    def _settling() -> tuple[str, ...]:
        return tuple(f"settle.{kind}" for kind in ("account", "hold", "erasure"))

    def _open_site(self) -> None:
        self._in_process(
            "operator",
            REQUEST_SECONDS_MAX,
            lambda: sites.create_site(shop.SITE, "Ada's Shop", self.now(), shop.SECRET),
        )

    def _serve_job(self, function: str, handler: Callable[[], Any]) -> Any:
        """What a handler gives, in a process of its function; ``None`` when that died or raised."""
        self._scheduler.begin()
        self.trace.append((self._scheduler.time, function, "begins"))
        try:
            return self._in_process(function, JOB_SECONDS_MAX, handler)
        except ProcessDied:
            return None
        except Exception as fault:  # noqa: BLE001 - Lambda too tries again, whatever was raised.
            if type(fault).__name__ not in _EXPECTED or self.weather.calm:
                self.breaches.append(f"{function} raised {fault!r}")
            return None
        finally:
            self._scheduler.end()
            self.trace.append((self._scheduler.time, function, "ends"))

    def _in_process(self, function: str, seconds_max: float, act: Callable[[], Any]) -> Any:
        task = self._task()
        process = self._free_process(function)
        process.is_busy = True
        task.place, task.deadline = process, self._scheduler.time + int(seconds_max * SECOND)
        self._stage.enter(process)
        try:
            return act()
        finally:
            process.is_busy = False
            if process.is_dead:
                self._pools[function].remove(process)
            task.place = None
            self._stage.enter(None)

    def _free_process(self, function: str) -> Process:
        """Some warm process, or a new one when none is free (rarely also when one is)."""
        pool = self._pools.setdefault(function, [])
        free = [process for process in pool if not process.is_busy]
        if free and self._rng.random() > 0.05:
            return self._rng.choice(free)
        if len(pool) > WARM_MAX and free:
            pool.remove(free[0])
        self._born += 1
        process = Process(f"{function}-{self._born}", self._rng.randint(-SKEW_MAX, SKEW_MAX))
        pool.append(process)
        return process

    def _enter(self, task: Task) -> None:
        self._stage.enter(task.place)

    def _between(self) -> None:
        """Perhaps a job begins."""
        if not self._jobs_begin or self._scheduler.is_leaping or not self.weather.happens(self.weather.jobs):
            return
        name, job = self.jobs.any()
        running = sum(task.name == name for task in self._scheduler.tasks)
        if running < SEVERAL:
            self._scheduler.spawn(name, job, is_job=True)

    def _committed(self, changes: tuple[Change, ...]) -> None:
        task, owning = self._owner or (self._task(), self._task().record)
        number = len(self.commits)
        record = None if task.is_job else owning
        self.commits.append(Commit(number, task.name, None if record is None else record.number, changes, self.now()))
        if record is not None:
            record.own_commits.append(number)
        for change in changes:
            self.jobs.changed(change, self._scheduler.time / SECOND)
        self.trace.append((self._scheduler.time, task.name, "writes", *((each.pk, each.sk) for each in changes)))

    @contextmanager
    def _as_owner(self, task: Task, record: Record | None) -> Iterator[None]:
        self._owner = task, record
        try:
            yield
        finally:
            self._owner = None

    def _note(self, operation: str, params: Mapping[str, Any], fate: Fate) -> None:
        task = self._scheduler.current
        process = task.place.name if task is not None and task.place is not None else ""
        name = "" if task is None else task.name
        self.fates[fate] += 1
        self.trace.append((self._scheduler.time, name, process, operation, _first_key(params), fate.value))

    def _now_of_process(self) -> datetime:
        """What the clock of the present process shows, to the millisecond."""
        micros = (self._scheduler.time + self._skew()) // 1000 * 1000
        shown = _EPOCH + timedelta(microseconds=micros)
        task = self._scheduler.current
        if task is not None and task.record is not None and task.place is not None:
            task.record.now = task.record.now or shown
            task.record.nows.append(shown)
        return shown

    def _skew(self) -> int:
        task = self._scheduler.current
        return task.place.skew if task is not None and task.place is not None else 0

    def _sleep(self, seconds: float) -> None:
        self._wire.check_alive()
        self._scheduler.sleep(seconds)
        self._wire.check_alive()

    def _staff_token(self) -> str:
        hour = self._scheduler.time // (3600 * SECOND) * 3600
        if hour not in self._tokens:
            self._tokens[hour] = shop.staff_token(hour)
        return self._tokens[hour]

    def _task(self) -> Task:
        task = self._scheduler.current
        if task is None:
            raise RuntimeError("only a caller can do this")
        return task


def _answer(response: Mapping[str, Any]) -> Answer:
    headers = {name.lower(): value for name, value in response.get("headers", {}).items()}
    return Answer(response["statusCode"], json.loads(response["body"], parse_float=Decimal), headers)


def _first_key(params: Mapping[str, Any]) -> Any:
    if "TransactItems" in params:
        ((_, action),) = params["TransactItems"][0].items()
        return _first_key(action)
    if "RequestItems" in params:
        ((_, asked),) = params["RequestItems"].items()
        return asked["Keys"][0]["pk"]["S"]
    key = params.get("Key") or params.get("Item")
    if key is not None:
        return key["pk"]["S"], key["sk"]["S"]
    return params.get("ExpressionAttributeValues", {}).get(":0", {}).get("S")
