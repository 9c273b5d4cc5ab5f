"""The one retry loop: whatever happens on the way, a decision takes effect once or not at all."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from pynamodb.attributes import UnicodeAttribute
from pynamodb.exceptions import TransactWriteError

from chalicelib.dynamo import items
from chalicelib.dynamo.commit import ABSENT, ACTIONS_MAX, ATTEMPTS_MAX, EngineUnavailable, Plan, Write, commit
from chalicelib.dynamo.items import Item, Whole
from chalicelib.dynamo.meter import metered
from chalicelib.errors import AlreadyExists, Contention, Refusal
from tests.support.faults import AnswerLost, LostOnTheWay, Says

TRANSACT = "TransactWriteItems"


class Count(Item):
    """Something that is counted up."""

    n = Whole()
    by = UnicodeAttribute(null=True)


@dataclass
class Counting:
    """A use case that adds one to a counter; it counts how often it is asked, and others may come first."""

    loads: int = 0
    decisions: int = 0
    before_write: list[Any] = field(default_factory=list)

    def load(self) -> Count | None:
        self.loads += 1
        return items.get(Count, "P", "S")

    def decide(self, found: Count | None) -> Plan[int]:
        self.decisions += 1
        if self.before_write:
            self.before_write.pop(0)()
        seen = found.n if found else 0
        write = Write(Count("P", "S", n=seen + 1, by="us"), Count.n == seen if found else ABSENT)
        return Plan((write,), seen + 1, lambda: self.is_ours(seen + 1))

    def is_ours(self, n: int) -> bool:
        found = items.get(Count, "P", "S")
        return found is not None and (found.n, found.by) == (n, "us")

    def run(self) -> int:
        return commit(self.load, self.decide)


def stored(sk: str = "S") -> int | None:
    found = items.get(Count, "P", sk)
    return found.n if found else None


def someone_else_counts() -> None:
    found = items.get(Count, "P", "S")
    Count("P", "S", n=(found.n if found else 0) + 1).save()


def put(sk: str, n: int = 1, **more: Any) -> Write:
    return Write(Count("P", sk, n=n), **more)


def write_all(*writes: Write, witness: Any = lambda: False) -> str:
    return commit(lambda: None, lambda _: Plan(writes, "done", witness))


def test_a_decision_is_written_and_answered(any_table):
    assert [Counting().run(), Counting().run()] == [1, 2]
    assert stored() == 2


def test_puts_updates_deletes_and_checks_go_together(any_table):
    write_all(put("old", 5), put("counted", 7), put("watched", 9))

    write_all(
        put("new", 1, condition=ABSENT),
        Write(Count("P", "counted"), Count.n == 7, actions=(Count.n.add(1),)),
        Write(Count("P", "old"), Count.n == 5, delete=True),
        Write(Count("P", "watched"), Count.n == 9, check=True),
    )

    assert [stored(sk) for sk in ("new", "counted", "old", "watched")] == [1, 8, None, 9]


def test_all_or_nothing(any_table):
    write_all(put("watched", 9))
    taken = AlreadyExists("taken")

    with pytest.raises(AlreadyExists):
        write_all(put("new"), Write(Count("P", "watched"), Count.n == 8, check=True, taken=taken))

    assert stored("new") is None


def test_a_decision_to_write_nothing_costs_nothing(table):
    with metered() as counted:
        assert commit(lambda: 7, lambda seven: Plan((), seven)) == 7

    assert counted.calls == 0


def test_a_refusal_writes_nothing_and_is_not_retried(table):
    asked = []

    def decide(_: None) -> Plan[None]:
        asked.append(1)
        raise AlreadyExists("no")

    with pytest.raises(AlreadyExists):
        commit(lambda: None, decide)

    assert len(asked) == 1


def test_a_lost_condition_reads_and_decides_again(any_table):
    counting = Counting(before_write=[someone_else_counts, someone_else_counts])

    assert counting.run() == 3
    assert (counting.loads, counting.decisions) == (3, 3)
    assert stored() == 3


@pytest.mark.parametrize("others", [ATTEMPTS_MAX - 1, ATTEMPTS_MAX])
def test_losing_too_often_is_contention_and_writes_nothing(table, others):
    counting = Counting(before_write=[someone_else_counts] * others)

    if others < ATTEMPTS_MAX:
        assert counting.run() == ATTEMPTS_MAX
    else:
        with pytest.raises(Contention) as caught:
            counting.run()
        assert (caught.value.status, caught.value.sticks) == (409, False)
    assert stored() == ATTEMPTS_MAX
    assert counting.decisions == ATTEMPTS_MAX


KINDS = {
    "check": lambda refusal, right: Write(Count("P", "checked"), Count.n == right, check=True, taken=refusal),
    "delete": lambda refusal, right: Write(Count("P", "deleted"), Count.n == right, delete=True, taken=refusal),
    "update": lambda refusal, right: Write(
        Count("P", "updated"), Count.n == right, actions=(Count.n.add(1),), taken=refusal
    ),
    "put": lambda refusal, right: Write(Count("P", "put", n=2), Count.n == right, taken=refusal),
}


@pytest.mark.parametrize("failing", KINDS)
def test_the_refusal_raised_is_that_of_the_write_that_failed(any_table, failing):
    write_all(*[put(sk) for sk in ("checked", "deleted", "updated", "put")])
    asked = []
    refusals = {kind: AlreadyExists(kind) for kind in KINDS}

    def decide(_: None) -> Plan[None]:
        asked.append(1)
        return Plan(tuple(make(refusals[kind], 99 if kind == failing else 1) for kind, make in KINDS.items()), None)

    with pytest.raises(AlreadyExists) as caught:
        commit(lambda: None, decide)

    assert caught.value.message == failing
    assert len(asked) == 1
    assert [stored(sk) for sk in ("checked", "deleted", "updated", "put")] == [1, 1, 1, 1]


def test_a_hundred_actions_fit_and_one_more_does_not(table):
    write_all(*[put(f"{place:03}") for place in range(ACTIONS_MAX)])
    assert stored("099") == 1

    with pytest.raises(ValueError, match="101 actions"):
        write_all(*[put(f"x{place:03}") for place in range(ACTIONS_MAX + 1)])


def test_a_check_without_a_condition_is_our_mistake(table):
    with pytest.raises(ValueError, match="without a condition"):
        write_all(Write(Count("P", "S"), check=True))


def test_what_never_arrived_is_sent_again_with_the_same_bytes(table, faults):
    counting = Counting()
    faults.play(TRANSACT, LostOnTheWay())

    assert counting.run() == 1

    assert stored() == 1
    assert counting.decisions == 1
    sent = faults.called(TRANSACT)
    assert len(sent) == 2
    assert all(body == sent[0] for body in sent)


def test_each_decision_has_a_token_of_its_own(table, faults):
    counting = Counting(before_write=[someone_else_counts])

    counting.run()

    first, second = faults.called(TRANSACT)
    assert first["ClientRequestToken"] != second["ClientRequestToken"]


def test_a_decision_whose_answer_was_lost_is_not_taken_twice(table, faults):
    # moto knows no tokens, so the second sending meets its own effect: the witness tells.
    counting = Counting()
    faults.play(TRANSACT, AnswerLost())

    assert counting.run() == 1

    assert (stored(), counting.decisions) == (1, 1)


def test_botocores_own_repeat_of_a_lost_answer_is_not_taken_for_another_writer(table, faults):
    counting = Counting()
    faults.play(TRANSACT, AnswerLost(times=1))

    assert counting.run() == 1

    assert (counting.decisions, len(faults.called(TRANSACT))) == (1, 1)
    assert stored() == 1


def test_a_claim_that_we_took_ourselves_is_not_held_against_us(table, faults):
    faults.play(TRANSACT, AnswerLost())

    done = write_all(put("claim", condition=ABSENT, taken=AlreadyExists("taken")), witness=lambda: stored("claim") == 1)

    assert done == "done"


def test_when_every_answer_is_lost_the_witness_tells(table, faults):
    counting = Counting()
    faults.play(TRANSACT, AnswerLost(), *[LostOnTheWay()] * 50)

    assert counting.run() == 1
    assert counting.decisions == 1


def test_an_engine_that_never_answers_is_said_to_be_away(table, faults):
    counting = Counting()
    faults.play(TRANSACT, *[LostOnTheWay()] * 50)

    with pytest.raises(EngineUnavailable):
        counting.run()

    assert (stored(), counting.decisions) == (None, 1)


@pytest.mark.parametrize(
    "step",
    [
        Says(500, "InternalServerError"),
        Says(503, "ServiceUnavailable"),
        Says(400, "TransactionInProgressException"),
    ],
)
def test_an_error_that_leaves_the_outcome_open_is_asked_again(table, faults, step):
    counting = Counting()
    faults.play(TRANSACT, *[step] * 2)

    assert counting.run() == 1

    assert (stored(), counting.decisions) == (1, 1)


@pytest.mark.parametrize(
    "step",
    [
        Says(400, "TransactionCanceledException", ("TransactionConflict",)),
        Says(400, "TransactionCanceledException", ("ThrottlingError",)),
        Says(400, "ThrottlingException"),
        Says(400, "ProvisionedThroughputExceededException"),
        Says(400, "TransactionConflictException"),
    ],
)
def test_a_busy_engine_is_asked_again_with_a_new_decision(table, faults, step):
    counting = Counting()
    faults.play(TRANSACT, *[step] * 2)

    assert counting.run() == 1

    assert stored() == 1
    assert counting.decisions == 3


def test_a_commit_that_lands_late_is_found_before_the_next_decision(table, faults):
    """The first sending is lost from sight, the next is told that the item is busy, and only then the first lands."""
    counting = Counting()
    conflict = Says(400, "TransactionCanceledException", ("TransactionConflict",))
    faults.play(TRANSACT, LostOnTheWay(), conflict)
    load = counting.load

    def load_while_it_lands() -> Count | None:
        if counting.loads == 1:
            (late,) = faults.called(TRANSACT)[0]["TransactItems"]
            table.put_item(TableName=late["Put"]["TableName"], Item=late["Put"]["Item"])
        return load()

    assert commit(load_while_it_lands, counting.decide) == 1

    assert (stored(), counting.loads, counting.decisions) == (1, 2, 1)


@pytest.mark.parametrize(
    "step",
    [Says(400, "ValidationException"), Says(400, "TransactionCanceledException", ("ValidationError",))],
)
def test_a_mistake_of_ours_is_not_retried(table, faults, step):
    counting = Counting()
    faults.play(TRANSACT, step)

    with pytest.raises(TransactWriteError):
        counting.run()

    assert counting.decisions == 1


def test_a_refusal_knows_its_status():
    assert issubclass(Contention, Refusal)
