"""Two thousand operations while workers die at random and the engine once, and the book that is left.

Every operation has a key. What a dead worker had not answered goes to its successor with the same key, until
it is answered. What an operation left in the book is told by the mark it carries: its source, or its order.

DynamoDB Local answers a moment before SQLite has committed, so that killing it may take back the one transaction
that it acknowledged last (seen with bare botocore: in 4 of 8 kills, never more than one, never a part of one; the
service itself has no such gap). One such operation is allowed and is sent again, as its caller would do.
"""

import time
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from multiprocessing import connection
from random import Random
from typing import Any

from tests import engines
from tests.engines import OnDisk
from tests.races import arena as calls
from tests.races.arena import Arena, Member, opened, proved
from tests.races.worker import Call, Order, Said
from tests.races.workers import PROCESSES, Side, Worker

MEMBERS = 40
START_POINTS = 500
PER_WORKER = 6
"""Operations a worker has at once: four at work, two waiting."""
KILLS = 8
BEFORE_KILL_SECONDS_MAX = 0.02
ENGINE_AWAY_SECONDS = 0.3
LAST_BREATH_SECONDS = 2
"""Around the engine's death; answers are heard a little later than they are given."""
SECONDS_MAX = 240
SENT_AGAIN = 200
Mark = tuple[str, str]
_BY_SOURCE = {"award", "redeem", "send", "receive"}
_BY_ORDER = {"order", "reverse"}


@dataclass(frozen=True)
class Operation:
    """A call and the marks of all that it may leave in the book."""

    call: Call
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class Ending:
    """What a campaign came to, for the table of results."""

    seed: int
    operations: int
    refused: int
    workers_killed: int
    engines_killed: int
    cut: int
    unheard: int
    """Of the operations cut short, those that had taken effect."""
    unkept: int
    """Operations that the engine acknowledged with its last breath and did not keep."""
    away: int
    told_again: int
    seconds: float
    audit_seconds: float


@dataclass
class Losses:
    """What was destroyed on the way."""

    workers: int = 0
    engines: int = 0
    cut: set[int] = field(default_factory=set)
    """Operations that a worker took with it."""
    unkept: set[int] = field(default_factory=set)
    """Operations that the engine acknowledged and did not keep."""
    away: int = 0
    told_again: int = 0


def campaign(seed: int, total: int) -> Ending:
    """Do so many operations through deaths of workers and of the engine; raises ``AssertionError`` where anything is
    lost or doubled, on the way or in the end.
    """
    random = Random(seed)
    with engines.dynamodb_local_on_disk() as engine, opened("dynamodb_local", engine.endpoint, seed) as arena:
        members = [f"m-{place:02}" for place in range(MEMBERS)]
        site = arena.site(*members, points=START_POINTS)
        todo = operations(random, site, members, total)
        run = Campaign(arena, engine, random, todo)
        started = time.monotonic()
        run.run(until=total * 4 // 5)
        assert run.kill_all()
        found = marks(proved(arena.client, site).values())
        run.forget_unkept(found)
        check_marks(todo, run.answers, found)
        run.run(until=total)
        audited = time.monotonic()
        run.end()
        books = proved(arena.client, site).values()
        check_marks(todo, run.answers, marks(books))
        assert sum(member.available for member in books) == balance(run.answers.values())
        again = random.sample(range(total), SENT_AGAIN - len(run.losses.cut)) + sorted(run.losses.cut)
        _check_again(arena, {ident: run.answers[ident] for ident in again}, todo)
        return _ending(seed, run, audited - started, time.monotonic() - audited)


def _check_again(arena: Arena, answers: Mapping[int, Said], todo: list[Operation]) -> None:
    """Sent once more under their keys, they give the same answers and change nothing."""
    for ident, said in zip(
        answers, arena.workers.race(Side([todo[ident].call for ident in answers])).said, strict=True
    ):
        assert (said.is_repeat, said.status, said.text) == (True, answers[ident].status, answers[ident].text)


def _ending(seed: int, run: "Campaign", seconds: float, audit_seconds: float) -> Ending:
    losses, answers = run.losses, run.answers
    return Ending(
        seed=seed,
        operations=len(answers),
        refused=sum(said.refusal is not None for said in answers.values()),
        workers_killed=losses.workers,
        engines_killed=losses.engines,
        cut=len(losses.cut),
        unheard=sum(answers[ident].is_repeat for ident in losses.cut),
        unkept=len(losses.unkept),
        away=losses.away,
        told_again=losses.told_again,
        seconds=seconds,
        audit_seconds=audit_seconds,
    )


def operations(random: Random, site: str, members: list[str], total: int) -> list[Operation]:
    """Awards, redemptions, transfers, orders and their returns; few members get most of it."""
    made: list[Operation] = []
    orders: list[str] = []
    for number in range(total):
        mark, key = f"op-{number:04}", f"key-{number:04}"
        member = members[min(int(random.expovariate(0.1)), len(members) - 1)]
        dice = random.random()
        if dice < 0.1 and orders:
            order = orders.pop(0)
            made.append(Operation(calls.change(site, order, "return", key), (("reverse", order),)))
        elif dice < 0.25:
            orders.append(mark)
            call = calls.place(site, member, mark, random.randint(5, 90), key)
            made.append(Operation(call, (("order", mark),)))
        elif dice < 0.4:
            other = random.choice([each for each in members if each != member])
            call = calls.transfer(site, member, other, random.randint(1, 60), key, source=mark)
            made.append(Operation(call, (("send", mark), ("receive", mark))))
        elif dice < 0.7:
            call = calls.redeem(site, member, random.randint(1, 80), key, source=mark)
            made.append(Operation(call, (("redeem", mark),)))
        else:
            call = calls.credit(site, member, random.randint(1, 60), key, source=mark)
            made.append(Operation(call, (("award", mark),)))
    return made


class Campaign:
    """Gives operations to workers that die, until all are answered."""

    def __init__(self, arena: Arena, engine: OnDisk, random: Random, todo: list[Operation]) -> None:
        self._team = arena.workers.team
        self._engine = engine
        self._random = random
        self._todo = todo
        self._waiting = list(range(len(todo)))[::-1]
        self._spare = Worker()
        self._engine_dies_at = len(todo) * 2 // 5
        self._deaths = sorted(random.sample(range(len(todo) // 20, len(todo)), KILLS), reverse=True)
        self.answers: dict[int, Said] = {}
        self._heard_at: dict[int, float] = {}
        self._engine_died_at = 0.0
        self.losses = Losses()

    def run(self, until: int) -> None:
        """Go on until so many operations are answered."""
        deadline = time.monotonic() + SECONDS_MAX
        while len(self.answers) < until:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{len(self._todo) - len(self.answers)} operations stay without an answer")
            self._give()
            by_pipe: Mapping[Any, Worker] = {worker.pipe: worker for worker in self._team}
            for pipe in connection.wait(list(by_pipe), timeout=1):
                self._hear(by_pipe[pipe])
            self._destroy()

    def kill_all(self) -> list[int]:
        """Kill every worker at once; gives the operations that nobody answered."""
        for worker in self._team:
            worker.kill()
        unanswered = [ident for worker in list(self._team) for ident in self._bury(worker)]
        self._team.extend(Worker() for _ in range(PROCESSES))
        return unanswered

    def forget_unkept(self, found: Counter[Mark]) -> None:
        """Take the answer back that the engine gave with its last breath and did not keep, so that the operation is
        done again.
        """
        for ident, said in list(self.answers.items()):
            is_lost = said.refusal is None and not any(found[mark] for mark in self._todo[ident].marks)
            if is_lost and abs(self._heard_at[ident] - self._engine_died_at) < LAST_BREATH_SECONDS:
                self.losses.unkept.add(ident)
                del self.answers[ident]
        assert len(self.losses.unkept) <= 1
        self._waiting.extend(self.losses.unkept)

    def end(self) -> None:
        self._spare.close()

    def _give(self) -> None:
        for worker in self._team:
            while self._waiting and len(worker.outstanding) < PER_WORKER:
                ident = self._waiting.pop()
                worker.give(Order(ident, self._todo[ident].call))

    def _hear(self, worker: Worker) -> None:
        heard = worker.hear()
        if heard is None:
            return
        ident, said = heard
        assert ident not in self.answers
        self.answers[ident] = said
        self._heard_at[ident] = time.monotonic()
        self.losses.away += said.away
        self.losses.told_again += said.contentions

    def _destroy(self) -> None:
        if self._deaths and len(self.answers) >= self._deaths[-1]:
            self._deaths.pop()
            victim = self._random.choice(self._team)
            time.sleep(self._random.uniform(0, BEFORE_KILL_SECONDS_MAX))
            victim.kill()
            self._bury(victim)
            self._team.append(self._spare)
            self._spare = Worker()
        if not self.losses.engines and len(self.answers) >= self._engine_dies_at:
            self.losses.engines += 1
            self._engine.kill()
            self._engine_died_at = time.monotonic()
            time.sleep(ENGINE_AWAY_SECONDS)
            self._engine.revive()

    def _bury(self, worker: Worker) -> list[int]:
        """Hear what it still said; what it had not answered is the first to be done by others."""
        try:
            while True:
                self._hear(worker)
        except (EOFError, OSError):
            unanswered = sorted(worker.outstanding, reverse=True)
        self._team.remove(worker)
        worker.close()
        self.losses.workers += 1
        self.losses.cut.update(unanswered)
        self._waiting.extend(unanswered)
        return unanswered


def marks(books: Iterable[Member]) -> Counter[Mark]:
    """How often each mark is in the book."""
    found: Counter[Mark] = Counter()
    for member in books:
        for entry in member.entries:
            if entry.kind in _BY_SOURCE and entry.refs.source is not None:
                found[entry.kind, entry.refs.source] += 1
            elif entry.kind in _BY_ORDER and entry.refs.order is not None:
                found[entry.kind, entry.refs.order] += 1
    return found


def check_marks(todo: list[Operation], answers: Mapping[int, Said], found: Counter[Mark]) -> None:
    """Each answered operation is in the book exactly once, or not at all where it was refused; each other one at
    most once, and wholly or not at all.
    """
    for ident, operation in enumerate(todo):
        there = {found[mark] for mark in operation.marks}
        said = answers.get(ident)
        if said is None:
            assert there in ({0}, {1}), f"{operation.marks} is in the book {there} times without an answer"
        else:
            assert said.status < 500, said
            assert there == {int(said.refusal is None)}, f"{operation.marks} is in the book {there} times: {said}"


def balance(answers: Iterable[Said]) -> int:
    """What all members together have by the answers alone."""
    total = MEMBERS * START_POINTS
    for said in answers:
        body = said.body
        if said.refusal is not None:
            continue
        total += body.get("pointsAwarded", 0) if "orderDetail" in body or body.get("activity") == "CREDIT" else 0
        total -= body.get("pointsRemoved", 0)
        total -= body.get("pointsDeducted", 0) if "recipientData" not in body else 0
    return total
