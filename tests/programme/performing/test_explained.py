"""What is told of an action's last awards and refused attempts."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.dynamo.commit import Plan, commit
from chalicelib.errors import LIMIT_REACHED
from chalicelib.ledger import days, moves, table
from chalicelib.ledger import service as ledger
from chalicelib.ledger.service import NoSuchMember
from chalicelib.ledger.table import Refused
from chalicelib.programme.in_force import InForce, compiled
from chalicelib.programme.performing import service
from chalicelib.programme.performing.reasons import Attempt, LastAward
from chalicelib.programme.performing.service import AWARDS_SHOWN, MemberMayNotTakePart, Wish
from chalicelib.programme.validation import validate
from tests.programme.documents import document, place_of

SITE, ADA = "29235480", "m-ada"
NOW = datetime(2026, 3, 18, 12, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("table")


def force(version: int = 1, **fields: Any) -> InForce:
    whole = document()
    whole["actions"][place_of(129)] |= {"limits": [], **fields}
    return compiled(validate(whole), version)


FORCE = force()


@pytest.fixture(autouse=True)
def _ada(table: Any) -> Iterator[None]:
    post(lambda draft: moves.enrol(draft, "active"), opening=True)
    return


def post(decide: Any, now: datetime = NOW, **more: Any) -> Any:
    run = ledger.command(now)
    return ledger.post(SITE, [ADA], run, FORCE.rules, lambda drafts, _: ([], decide(drafts[0])), **more)


def award(under: InForce = FORCE, now: datetime = NOW, action: int = 129, points: int | None = None) -> None:
    service.award(SITE, ledger.command(now), under, ADA, Wish(action, points))


def explained(under: InForce = FORCE, now: datetime = NOW) -> service.ActionExplained:
    return service.explain(SITE, under, ADA, 129, now)


def test_of_an_action_never_performed_nothing_is_told():
    found = explained()

    assert (found.action, found.times, found.awards, found.attempts) == (129, 0, (), ())


def test_an_award_is_told_with_what_was_wished_and_given():
    capped = force(7, maxPoints=40, period="month")
    award(capped)
    award(capped)

    last, first = explained(capped).awards

    assert first == LastAward(2, days.to_ms(NOW), 7, 25, 25, 0, "Released", None)
    assert (last.entry, last.wished, last.given) == (3, 25, 15)


def test_only_awards_of_the_action_are_told_and_of_them_the_newest():
    award(action=100, points=10)
    for _ in range(AWARDS_SHOWN + 1):
        award()
    post(lambda draft: moves.debit(draft, 1, moves.Telling(129), side="deducted"))

    found = explained()

    assert [each.entry for each in found.awards] == [8, 7, 6, 5, 4]
    assert found.times == AWARDS_SHOWN + 2


def test_a_held_award_is_told_as_its_hold_stands():
    held = force(holdDays=5)
    award(held)
    due = datetime(2026, 3, 23, tzinfo=UTC)

    (waiting,) = explained(held).awards
    assert (waiting.given, waiting.held, waiting.status) == (0, 25, "Hold")
    assert waiting.release_at == days.to_ms(due)
    ledger.settle_hold(SITE, ADA, "A2", 0, held.rules, due)

    (released,) = explained(held, due).awards
    assert (released.given, released.held, released.status) == (25, 0, "Released")


def test_a_refused_award_is_told_with_its_reason():
    once = force(limits=[{"times": 1, "period": "lifetime"}])
    for _ in range(3):
        award(once)

    assert explained(once).attempts == (Attempt("2026-03-18", 2, "LIMIT_USED_UP", None, days.to_ms(NOW)),)


@pytest.mark.parametrize(("state", "code"), [("inactive", "MEMBER_INACTIVE"), ("opted_out", "MEMBER_OPTED_OUT")])
def test_an_award_to_who_takes_no_part_is_counted_and_refused(state: str, code: str):
    post(lambda draft: moves.set_state(draft, state))

    with pytest.raises(MemberMayNotTakePart) as refused:
        award()

    assert refused.value.state == state
    assert service.attempts(SITE, ADA, 129) == (Attempt("2026-03-18", 1, code, None, days.to_ms(NOW)),)


def test_nobody_is_explained_nothing():
    with pytest.raises(NoSuchMember):
        service.explain(SITE, FORCE, "m-nobody", 129, NOW)


def refuse(action: int, at: datetime, order: str | None = None) -> None:
    write = table.refused_write(SITE, ADA, action, LIMIT_REACHED, at, order=order)
    commit(lambda: None, lambda _: Plan((write,), None))


def test_refused_awards_are_read_newest_day_first_and_orders_one_by_one():
    yesterday = NOW - timedelta(days=1)
    refuse(12, NOW)
    refuse(129, yesterday)
    refuse(129, yesterday + timedelta(hours=1))
    refuse(129, NOW)
    refuse(129, NOW, order="SO-1")
    refuse(1290, NOW)

    assert table.read_refused(SITE, ADA, 129, 9) == [
        Refused("2026-03-18", 1, LIMIT_REACHED, days.to_ms(NOW), "SO-1"),
        Refused("2026-03-18", 1, LIMIT_REACHED, days.to_ms(NOW)),
        Refused("2026-03-17", 2, LIMIT_REACHED, days.to_ms(yesterday + timedelta(hours=1))),
    ]
    assert len(table.read_refused(SITE, ADA, 129, 2)) == 2
    assert table.read_refused(SITE, "m-bea", 129, 9) == []


def test_refused_orders_are_told_apart_whichever_way_their_letters_are_composed():
    refuse(129, NOW, order="Caf\u00e9")
    refuse(129, NOW, order="Cafe\u0301")
    refuse(129, NOW, order="SO-2")

    found = table.read_refused(SITE, ADA, 129, 9)

    assert sorted((each.order or "", each.times) for each in found) == [("Cafe\u0301", 2), ("SO-2", 1)]
