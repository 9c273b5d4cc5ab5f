"""One member's history, replayed by the use cases themselves in worlds beside the table. Nothing is written."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from chalicelib.backtesting import events as happenings
from chalicelib.backtesting import figures, sums
from chalicelib.backtesting.acting.service import act
from chalicelib.backtesting.events import Event
from chalicelib.backtesting.reading import service as reading
from chalicelib.backtesting.sums import SIDES, Count, Side, Sums
from chalicelib.dynamo.rehearsal import Rehearsal, rehearsing
from chalicelib.errors import Refusal
from chalicelib.ledger import days
from chalicelib.ledger import service as ledger
from chalicelib.ledger import table as ledger_table
from chalicelib.ledger.account import Account
from chalicelib.ledger.entry import Entry
from chalicelib.ledger.hold import Hold
from chalicelib.programme import service as programmes
from chalicelib.programme.in_force import InForce
from chalicelib.values import value

HOLDS_DUE_MAX: Final = 1_000
"""Holds that end between two events."""
WRITTEN_MAX: Final = 5 * reading.ENTRIES_MAX
"""Entries that a replay may book: an input makes few, and time adds its own."""
ORDERS: Final = "orders"
"""Under which refused changes of orders are counted."""


@value(kw_only=True)
class Trial:
    """A draft and the period it is tried on, with the versions that the site had (``programme.versions``)."""

    draft: InForce
    start: datetime
    end: datetime
    versions: tuple[tuple[int, int], ...] = ()

    @property
    def start_ms(self) -> int:
        """The first instant under the draft."""
        return days.to_ms(self.start)

    @property
    def end_ms(self) -> int:
        """The last instant that is replayed."""
        return days.to_ms(self.end)


@dataclass
class _Stage:
    """A member in one world."""

    site: str
    mid: str
    trial: Trial
    world: Rehearsal
    forces: dict[int, InForce]
    draft: InForce | None = None
    seen: tuple[tuple[int, int], ...] | None = None
    raised: int = 0
    counts: dict[Count, int] = field(default_factory=dict)

    def count(self, *name: str, by: int = 1) -> None:
        self.counts[name] = self.counts.get(name, 0) + by


def member(site: str, mid: str, trial: Trial) -> Sums:
    """Replay what is recorded of a member up to the trial's end: as it was, and from its start under the draft.

    The figures are differences between two replays by the same code; beside them it is counted whether the first
    of them came to what is recorded, and what could not be replayed.
    """
    found = reading.recorded(site, mid)
    if not found.entries or found.entries[0].at > trial.end_ms:
        return Sums({("members", "later"): 1})
    if len(found.entries) > reading.ENTRIES_MAX:
        return Sums({("members", "left"): 1, ("gap", "tooManyEntries"): 1})
    told = happenings.history(found.entries, found.notes, found.orders, programmes.in_force(site).zone)
    counts: dict[Count, int] = {("gap", reason): count for reason, count in told.gaps.items()}
    counts["gap", "awardRefusedThen"] = reading.refused(site, mid, trial.start, trial.end)
    stage = _Stage(site, mid, trial, Rehearsal(alone=True), {})
    compared = _compared(stage, told.events)
    was = reading.account_at(site, mid, found.entries, _at(stage, trial.end_ms).rules, trial.end)
    is_same = was is not None and figures.standing(was) in [figures.standing(each) for each in compared.before]
    counts["members", "reproduced" if is_same else "differing"] = 1
    return sums.merged([Sums(counts), compared.sums])


def invented(site: str, mid: str, events: Sequence[Event], trial: Trial) -> Sums:
    """Replay events that nobody recorded, of somebody who enrols with the first: under the programme in force, and
    under the draft.
    """
    stage = _Stage(site, mid, trial, Rehearsal(alone=True), {})
    return _compared(stage, events).sums


@value
class _Compared:
    """What two replays of a member come to, and the account of the one as it was: as it ended, and as it would
    have without the releases after its last event, which a worker may not have done yet.
    """

    sums: Sums
    before: tuple[Account, Account]


def _compared(stage: _Stage, events: Sequence[Event]) -> _Compared:
    """Replay up to the start once, and from there on in two worlds that know nothing of each other."""
    trial = stage.trial
    earlier = [event for event in events if event.at < trial.start_ms]
    period = list(happenings.by_time(events, trial.start_ms, trial.end_ms))
    _play(stage, earlier)
    if earlier:
        _let_pass(stage, trial.start_ms)
    stage.counts.clear()
    after = replace(stage, world=stage.world.branch(), draft=trial.draft, seen=None, counts={}, raised=0)
    first = 0 if not earlier else _account(stage).version
    found: dict[Side, Account] = {}
    counts: list[Sums] = []
    unreleased = Account()
    for side, each in zip(SIDES, (stage, after), strict=True):
        _play(each, period)
        if side == "before":
            unreleased = reading.settled(
                stage.site, stage.mid, _account(each), _at(each, trial.end_ms).rules, trial.end
            )
        _let_pass(each, trial.end_ms)
        found[side] = _account(each)
        counts.append(Sums(figures.flows(side, _written(each, first))))
        counts.append(Sums(figures.ending(side, found[side])))
        counts.append(Sums({(name, side, *rest): count for (name, *rest), count in each.counts.items()}))
    counts.append(Sums({("events",): len(period), ("members", "replayed"): 1, ("gap", "refusedAgain"): stage.raised}))
    counts.append(_differing(stage, found["before"], found["after"]))
    return _Compared(sums.merged(counts), (found["before"], unreleased))


def _differing(stage: _Stage, before: Account, after: Account) -> Sums:
    """How the member stands under the draft against how it was."""
    draft = stage.trial.draft
    steps = figures.moved(
        before.standing.tier, after.standing.tier, draft.rules.ladder, _at(stage, stage.trial.end_ms).rules.ladder
    )
    points = figures.worth(after) - figures.worth(before)
    named = sums.difference(points, draft.programme.point_decimals)
    return sums.merged([named, Sums({("moved", "up" if steps > 0 else "down"): 1} if steps else {})])


def _play(stage: _Stage, events: Iterable[Event]) -> None:
    """Let the events happen, each at its time and after what time did before it. A refusal is counted."""
    for event in events:
        _release_due(stage, event.at)
        with rehearsing(stage.world):
            force = _force(stage, event)
            try:
                withheld = act(stage.site, stage.mid, event, force)
            except Refusal:
                withheld = True
                stage.raised += 1
        if withheld:
            name = ORDERS if event.kind == "change" else str(event.action)
            stage.count("refused", name, "times")
            stage.count("refused", name, "points", by=event.points or 0)


def _let_pass(stage: _Stage, at: int) -> None:
    """Let time do what is due by the instant."""
    _release_due(stage, at)
    with rehearsing(stage.world):
        force = _at(stage, at)
        ledger.settle(stage.site, stage.mid, force.rules, days.from_ms(at))


def _release_due(stage: _Stage, at: int) -> None:
    """End the holds that are due by the instant, the earliest first, each at its own time."""
    with rehearsing(stage.world):
        for _ in range(HOLDS_DUE_MAX):
            holds = ledger_table.read_holds(stage.site, stage.mid)
            due = min((each for each in holds if each.due is not None and each.due <= at), key=_due, default=None)
            if due is None:
                return
            rules = _at(stage, _due(due)).rules
            ledger.settle_hold(stage.site, stage.mid, due.group, due.place, rules, days.from_ms(_due(due)))


def _due(hold: Hold) -> int:
    return hold.due or 0


def _force(stage: _Stage, event: Event) -> InForce:
    """The programme that decides the event in this world."""
    by_time = _at(stage, event.at)
    if stage.draft is not None or not event.programme or event.programme == by_time.version:
        return by_time
    # Functions know of a new version within seconds; until then the one before it decided.
    return _version(stage, event.programme)


def _at(stage: _Stage, at: int) -> InForce:
    """The programme in force at an instant in this world, which is told of all versions up to then."""
    if stage.draft is not None:
        if stage.seen is None:
            known = [each for each in stage.trial.versions if each[1] < stage.trial.start_ms]
            stage.seen = (*known, (stage.draft.version, stage.trial.start_ms))
            with rehearsing(stage.world):
                programmes.rehearse(stage.site, stage.seen, stage.draft)
        return stage.draft
    known_then = tuple(each for each in stage.trial.versions if each[1] <= at)
    if known_then != stage.seen:
        stage.seen = known_then
        with rehearsing(stage.world):
            programmes.rehearse(stage.site, known_then)
    return _version(stage, known_then[-1][0] if known_then else _oldest(stage.trial))


def _oldest(trial: Trial) -> int:
    """The version before the first publication, or the oldest that the site still knows the date of."""
    is_whole = len(trial.versions) < programmes.HISTORY_MAX
    return programmes.FIRST if is_whole or not trial.versions else trial.versions[0][0]


def _version(stage: _Stage, version: int) -> InForce:
    if version not in stage.forces:
        stage.forces[version] = programmes.at_version(stage.site, version)
    return stage.forces[version]


def _account(stage: _Stage) -> Account:
    with rehearsing(stage.world):
        return ledger_table.read_account(stage.site, stage.mid) or Account()


def _written(stage: _Stage, after: int) -> list[Entry]:
    """What the replay booked after an entry."""
    with rehearsing(stage.world):
        found = ledger_table.oldest(stage.site, stage.mid, after=after, limit=WRITTEN_MAX)
        return [entry for entry, _ in found]
