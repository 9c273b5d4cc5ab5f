"""The verdict on a world: its history must be that of the site on paper, call by call.

What a call changes takes effect at its own commit; the model does the same there, at the time and under a version
of the programme that the call could know, and must give the same answer and the same account. A refusal, a
repetition or a reading must be true at some moment between its sending and its answer.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.simulation import judge_final as final
from tests.simulation import model_calls, model_purchases, model_reads
from tests.simulation.history import Answer, Call, Commit, Record
from tests.simulation.judge_compare import differences, milliseconds, stored_differences
from tests.simulation.model import Outcome, Site, Version, after, is_dry, judge, named, operation_of, signature
from tests.simulation.model_rules import Programme

HANDLERS = {
    **model_reads.HANDLERS,
    **model_calls.HANDLERS,
    **model_purchases.HANDLERS,
    # Elements are judged one by one; as a whole a bulk call is refused only for a key that stands for another.
    "POST bulkpoints": lambda _case: {},
}
STALE_MS = 9_000
"""A process may know a version for five seconds after another replaced it; clocks differ by up to two."""
_MOVING = ("ACCOUNT", "PROFILE", "KEY", "PROGRAMME", "CLAIM")
BALANCES = ("updatedAvailablePoints", "updatedLifetimePoints", "previousTier", "updatedUserTier")
"""What a call without effect may tell of another moment than the order beside it."""
_OF_NOTES = (".reason", ".pointType")
_OF_BALANCES = tuple(f".{name}" for name in BALANCES)
_CHANGES = {"PUT orders/", "PATCH orders/"}
_BULK_READS = {"POST getbulkpoints", "POST bulktiers"}


class Breach(Exception):
    """The world and the model disagree."""


@dataclass
class Ask:
    """A call to be judged: a request, or an element of a bulk one."""

    record: Record
    call: Call
    answer: Answer | None
    is_element: bool = False
    is_done: bool = False
    why: list[str] = field(default_factory=list)
    seen: list[Outcome] = field(default_factory=list)
    """What could be answered without moving anything, at the moments so far; its key may come to remember it."""
    balances: list[Any] = field(default_factory=list)
    """The balances that its answer could have told, at the moments so far."""
    was_true: bool = False
    """Whether its answer was true, with nothing to be written, at some moment so far."""
    is_true_but_for_notes: bool = False
    is_true_but_for_balances: bool = False

    @property
    def is_unknown(self) -> bool:
        """Whether the client cannot know what became of it."""
        if self.answer is None or self.answer.status >= 500:
            return True
        said = [self.answer.body, *(each for each in self.answer.body.values() if isinstance(each, dict))]
        return self.is_element and any(each.get("errorCode") == "AC1001" for each in said)

    @property
    def is_excused(self) -> bool:
        """Whether its answer says nothing about the site."""
        return self.is_unknown or self.is_contention

    @property
    def is_contention(self) -> bool:
        """Whether it was told that nothing was written because others were first."""
        answer = self.answer
        is_it = answer is not None and answer.status == 409 and answer.body.get("errorCode") == "AC1001"
        return is_it and "retry-after" in answer.headers if answer is not None else False


@dataclass
class Published:
    """A version, where it came into force and where it was replaced."""

    version: Version
    commit: int
    replaced_by: int | None = None
    replaced_ms: int = 0


class Court:
    """The model beside the history."""

    def __init__(self, world: Any) -> None:
        self.world = world
        self.history: list[Record] = world.history
        self.commits: list[Commit] = world.commits
        self.published = _publications(self.history, self.commits)
        first = self.published[0].version.rules.document
        self.site = Site([Version(Programme(1, first), -1)])
        self.numbers: dict[str, int] = {}
        """Member number of the product → of the model."""
        self.rows: dict[tuple[str, int], int] = {}
        """(Member number, entry) → row of the activity list."""
        self.asks: dict[int, list[Ask]] = {}
        self.acted: set[int] = set()

    def run(self) -> None:
        """Go through the history; raises ``Breach`` where it first goes wrong."""
        waiting: list[Ask] = []
        upcoming = 0
        for place in range(len(self.commits) + 1):
            while upcoming < len(self.history) and self.history[upcoming].commits_before <= place:
                record = self.history[upcoming]
                self.asks[record.number] = asks = _asks_of(record)
                waiting += asks
                upcoming += 1
            waiting = [ask for ask in waiting if not self._is_true_now(ask, place)]
            for ask in waiting:
                is_over = ask.record.commits_after == place and not ask.was_true
                if is_over and not ask.is_excused and not self._is_of_two_moments(ask):
                    raise Breach(f"{_told(ask)} was never true:\n    " + "\n    ".join(ask.why[:12]))
            if place < len(self.commits):
                self._take_effect(self.commits[place])

    def _is_true_now(self, ask: Ask, place: int) -> bool:
        """Whether nothing is left to show of a call: it is true as things stand, or acts at a commit of its own."""
        own = [number for number in ask.record.own_commits if number >= place]
        if ask.is_done or (ask.is_excused and not any(_is_moving(self.commits[number]) for number in own)):
            return True
        if operation_of(ask.call) in _CHANGES:
            ask.balances += self._present_balances(ask)
        acts = not ask.is_element and any(_is_moving(self.commits[number]) for number in own)
        for rules, outcome in self._outcomes(ask):
            wrong = _wrong(ask, outcome)
            ask.is_true_but_for_notes |= _are_of(wrong, _OF_NOTES)
            ask.is_true_but_for_balances |= not outcome.moves and _are_of(wrong, _OF_BALANCES)
            ask.balances.append([outcome.body.get(name) for name in BALANCES])
            if not wrong and not outcome.moves:
                ask.seen.append(outcome)
            if acts or (outcome.has_effect and not (own and not outcome.moves)):
                ask.why.append(f"at {place} it must have written something")
            elif not wrong and not ask.is_excused:
                # Of a bulk call nobody knows yet which of its commits are this element's.
                ask.was_true |= not outcome.has_effect
                ask.is_done = ask.was_true and not own
                return ask.is_done
            else:
                ask.why.append(f"at {place} under version {rules.version}: {'; '.join(wrong[:3])}")
        return False

    def _is_of_two_moments(self, ask: Ask) -> bool:
        """Whether an answer that changed nothing was true but for what may be of another moment of the same call.

        An order and the balances of its member are two items. And an erasure removes what clients wrote in slices of
        its own (``docs/data-model.md``), so that a list that is read meanwhile lacks it.
        """
        operation = operation_of(ask.call)
        if operation == "GET activity":
            return ask.is_true_but_for_notes and named(ask.call).casefold() not in self.site.ids
        return operation in _CHANGES and ask.is_true_but_for_balances and _balances(ask) in ask.balances

    def _present_balances(self, ask: Ask) -> list[list[Any]]:
        """What the member of an order has as things stand."""
        order = self.site.orders.get(named(ask.call))
        if order is None or ask.record.now is None:
            return []
        found = []
        for rules in self._versions_known(ask.record):
            member = self.site.members[order.owner].copy()
            member.begin(milliseconds(ask.record.now), rules)
            found.append(list(after(member, member.tier, rules).values()))
        return found

    def _outcomes(self, ask: Ask) -> Iterator[tuple[Programme, Outcome]]:
        """What the call could come to as things stand, by the versions it may know."""
        now = milliseconds(ask.record.now) if ask.record.now else 0
        for rules in self._versions_known(ask.record):
            outcome = judge(self.site, ask.call, now, rules, HANDLERS)
            yield rules, outcome
            if outcome.also is not None:
                yield rules, outcome.also

    def _versions_known(self, record: Record) -> list[Programme]:
        """The versions by which a process may judge this call, the newest first."""
        now = milliseconds(record.now) if record.now is not None else 0
        until = max([record.commits_after, *(number + 1 for number in record.own_commits)])
        return self._versions(record.commits_before, until, now)

    def _versions(self, first: int, last: int, now: int) -> list[Programme]:
        found = [
            each.version.rules
            for each in reversed(self.published)
            if each.commit < max(last, 1)
            and (each.replaced_by is None or each.replaced_by >= first or each.replaced_ms + STALE_MS >= now)
        ]
        return found or [self.site.rules]

    # --- commits ----------------------------------------------------------------------------------------------

    def _take_effect(self, commit: Commit) -> None:
        self._note_rows(commit)
        if commit.record is None:
            self._job(commit)
        else:
            self._request(commit, self.history[commit.record])

    def _note_rows(self, commit: Commit) -> None:
        for change in commit.changes:
            if change.sk.startswith("E#") and change.after is not None and change.before is None:
                core = json.loads(change.after["core"]["S"])
                self.rows[change.pk, core["n"]] = core["x"]

    def _job(self, commit: Commit) -> None:
        changed = {change.sk: change for change in commit.changes}
        account = changed.get("ACCOUNT")
        if account is None:
            return
        number, now = self.numbers[account.pk], _new_cores(commit)[0]["t"]
        if abs(now - milliseconds(commit.at)) > 120_000:
            raise Breach(f"commit {commit.number} of {commit.owner} is dated {now}")
        hold = next((change for change in commit.changes if change.sk.startswith("H#")), None)
        wrong: list[str] = []
        for rules in self._versions(commit.number, commit.number + 1, now - 60_000):
            trial = Site(self.site.versions, {**self.site.members})
            if hold is None:
                trial.settle(number, now, rules)
            elif not trial.end_hold(number, self._hold_key(hold), now, rules):
                wrong.append("there was nothing due about this hold")
                continue
            wrong += stored_differences(trial.members[number], account.after)
            if not wrong:
                self.site.keep(number, trial.members[number])
                return
        raise Breach(f"commit {commit.number} of {commit.owner} on {sorted(changed)}: {'; '.join(wrong)}")

    def _hold_key(self, change: Any) -> tuple[str, int]:
        """The hold as the model names it."""
        body = json.loads(change.before["body"]["S"])
        place = int(change.sk.rsplit("#", 1)[1])
        if change.sk.startswith("H#A"):
            return f"a/{self.rows[change.pk, body['r']]}", place
        return f"o/{body['o']}", place

    def _request(self, commit: Commit, record: Record) -> None:
        asks = [ask for ask in self.asks.get(record.number, []) if not ask.is_done]
        asks.sort(key=lambda ask: (ask.is_excused, ask.was_true))
        if not _is_moving(commit):
            return
        if operation_of(record.call) == "POST userdelete" and record.number in self.acted:
            return
        if operation_of(record.call) == "POST bulkpoints":
            if self._opens_bulk(record, commit):
                return
        elif record.number in self.acted:
            raise Breach(f"{_told(self.asks[record.number][0])} acted twice, at last by commit {commit.number}")
        self.acted.add(record.number)
        if not _is_only(commit, "KEY", "W#", "K#", "O#"):
            self._act(commit, asks)
        elif _is_only(commit, "KEY", "W#", "K#"):
            if not self._remembered(commit, asks):
                told = _told(asks[0]) if asks else f"request {commit.record}"
                raise Breach(f"{told}\n    its key came to remember something else, by commit {commit.number}")
        else:
            self._change_order(commit, asks)

    def _change_order(self, commit: Commit, asks: list[Ask]) -> None:
        """An order alone was written: units moved and no points, or a change without effect was noted."""
        try:
            self._act(commit, asks)
        except Breach:
            if not self._remembered(commit, asks):
                raise

    def _opens_bulk(self, record: Record, commit: Commit) -> bool:
        """Whether this is the commit by which a bulk call takes its key."""
        key = record.call.key
        if key is None or key in self.site.keys:
            return False
        self.site.keys[key] = (signature(record.call), Outcome())
        return all(change.sk == "KEY" for change in commit.changes)

    def _act(self, commit: Commit, asks: list[Ask]) -> None:
        """Find the call (of a bulk one the element) and the version that make this commit what it is."""
        wrong: list[str] = []
        for ask in asks:
            # Where several versions fit, the entries name the one that decided.
            named = _versions_named(commit)
            for rules, outcome in sorted(self._outcomes(ask), key=lambda each: each[0].version not in named):
                if not outcome.has_effect and not _is_only(commit, "ACCOUNT", "E#", "W#", "O#"):
                    wrong.append("it should have written nothing")
                    continue
                found = _wrong(ask, outcome)
                found += self._stored(commit, outcome)
                if ask.is_contention:
                    found.append("it was told that nothing was written")
                if not found:
                    self._apply(commit, outcome)
                    ask.is_done = True
                    return
                wrong.append(f"under version {rules.version}: {'; '.join(found[:6])}")
        told = _told(asks[0]) if asks else f"request {commit.record}, which needed nothing more,"
        raise Breach(f"{told} took effect at commit {commit.number}:\n    " + "\n    ".join(wrong[:8]))

    def _remembered(self, commit: Commit, asks: list[Ask]) -> bool:
        """Whether a call that moved nothing said, and its key remembers, what was true at some moment until now."""
        key = next((change.after for change in commit.changes if change.sk == "KEY"), None)
        said = None if key is None else (int(key["status"]["N"]), key.get("code", {}).get("S"))
        for ask in asks:
            now = [outcome for _, outcome in self._outcomes(ask) if not outcome.moves and not _wrong(ask, outcome)]
            for outcome in [*ask.seen, *now]:
                is_it = said is None or said == (outcome.status, outcome.body.get("errorCode"))
                if is_it and (key is None or outcome.keys):
                    if ask.is_excused:
                        _forget_balances(outcome)
                    self.site.keys |= outcome.keys
                    ask.is_done = True
                    return True
        return False

    def _stored(self, commit: Commit, outcome: Outcome) -> list[str]:
        """Where the accounts as stored are not what the model has."""
        wrong: list[str] = []
        for change in commit.changes:
            if change.sk != "ACCOUNT":
                continue
            number = self.numbers.get(change.pk, len(self.site.members) + 1)
            member = outcome.members.get(number)
            if member is None or outcome.refused:
                wrong.append(f"the account of member {number} was written")
            elif change.after is not None:
                wrong += [f"member {number} {text}" for text in stored_differences(member, change.after)]
        return wrong

    def _apply(self, commit: Commit, outcome: Outcome) -> None:
        for change in commit.changes:
            if change.sk == "ACCOUNT" and change.pk not in self.numbers:
                self.numbers[change.pk] = len(self.site.members) + 1
        self.site.apply(outcome)
        for each in self.published:
            if each.commit == commit.number:
                known = [version for version in self.site.versions if version.since >= 0]
                self.site.versions = [*known, each.version]


def _is_moving(commit: Commit) -> bool:
    """Whether a commit changes more than counts of refusals."""
    return any(change.sk in _MOVING or change.sk.startswith("O#") for change in commit.changes)


def _versions_named(commit: Commit) -> set[int]:
    """The versions that the new entries of a commit name."""
    return {core["v"] for core in _new_cores(commit)}


def _new_cores(commit: Commit) -> list[dict[str, Any]]:
    """The entries that a commit adds to the book."""
    new = [change.after for change in commit.changes if change.sk.startswith("E#") and change.before is None]
    return [json.loads(each["core"]["S"]) for each in new if each is not None]


def _forget_balances(outcome: Outcome) -> None:
    """A key remembers the balances as the call told them, which nobody heard."""
    for _, remembered in outcome.keys.values():
        remembered.body = remembered.body | dict.fromkeys(remembered.body.keys() & set(BALANCES), ...)


def _balances(ask: Ask) -> list[Any]:
    """The balances that an answer tells."""
    return [None if ask.answer is None else ask.answer.body.get(name) for name in BALANCES]


def _are_of(wrong: list[str], names: tuple[str, ...]) -> bool:
    """Whether all differences are in fields of these names."""
    return all(text.partition(":")[0].endswith(names) for text in wrong)


def _is_only(commit: Commit, *kinds: str) -> bool:
    """Whether a commit changes items of these kinds alone."""
    return all(change.sk.startswith(kinds) for change in commit.changes)


def _publications(history: list[Record], commits: list[Commit]) -> list[Published]:
    found: list[Published] = []
    for commit in commits:
        pointer = next((c for c in commit.changes if c.sk == "PROGRAMME" and c.after is not None), None)
        if pointer is None or commit.record is None or pointer.after is None:
            continue
        body = history[commit.record].call.body
        number = int(pointer.after["version"]["N"])
        since = json.loads(pointer.after["since"]["S"])[-1][1]
        if found:
            found[-1].replaced_by, found[-1].replaced_ms = commit.number, milliseconds(commit.at)
        rules = Programme(number, body.get("programme", body))
        found.append(Published(Version(rules, since), commit.number))
    return found


def _asks_of(record: Record) -> list[Ask]:
    """What of a request is judged by itself: each element of a bulk call, else the whole."""
    call, answer = record.call, record.answer
    operation = operation_of(call)
    if operation == "POST bulkpoints" and answer is not None and answer.status >= 500:
        # Elements before the fault may have taken effect.
        answer = None
    is_whole = answer is not None and answer.status != 200
    if is_whole or operation not in {"POST bulkpoints", *_BULK_READS}:
        return [Ask(record, call, answer)]
    path = "/points" if operation == "POST bulkpoints" else call.path
    asks = []
    for number, element in call.body.items():
        key = None if call.key is None else f"{call.key}/{number}/{signature(call)}"
        said = None if answer is None else answer.body[number]
        if operation == "POST bulkpoints":
            one, told = Call("POST", path, element, key=key), None if said is None else Answer(200, said, {})
        else:
            one, told = Call("POST", path, {number: element}), Answer(200, {number: said}, {}) if said else None
        asks.append(Ask(record, one, told, is_element=True))
    return asks


def _wrong(ask: Ask, outcome: Outcome) -> list[str]:
    answer = ask.answer
    if answer is None:
        return []
    if ask.is_excused:
        return []
    status = outcome.status if not ask.is_element else 200
    if answer.status != status:
        return [f"wanted status {status} {outcome.body}, got {answer.status} {answer.body}"]
    wrong = list(differences(outcome.body, answer.body))
    if "errorCode" in answer.body and "errorCode" not in outcome.body:
        wrong.append(f"got {answer.body['errorCode']}: {answer.body.get('errorMessage')}")
    is_hit = answer.headers.get("idempotency-hit") == "true"
    if is_hit and not outcome.is_repeat and not ask.record.own_commits:
        wrong.append("it was answered as a repetition")
    if (answer.headers.get("dry-run") == "true") != (is_dry(ask.call) and answer.status < 500):
        wrong.append(f"its headers are {dict(answer.headers)}")
    return wrong


def _told(ask: Ask) -> str:
    answer = "nothing" if ask.answer is None else f"{ask.answer.status} {ask.answer.body}"
    call = ask.call
    record = ask.record
    span = f"commits {record.commits_before}-{record.commits_after}, own {record.own_commits}"
    return (
        f"request {record.number} of {record.caller} at {record.now} ({span}): {call.method} {call.path} {call.body} "
        f"query={call.query} key={call.key}\n    answered {answer}"
    )


def breaches(world: Any) -> list[str]:
    """Read everything once more through the API, then judge the whole history; sentences, none when all is well."""
    final.read_all(world)
    court = Court(world)
    try:
        court.run()
    except Breach as breach:
        return [str(breach)]
    return final.breaches(world, court.site, court.numbers)
