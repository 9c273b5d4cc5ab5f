"""What the use cases of the book do at their edges: holds beside holds, old expiries, who is nobody."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.dynamo.commit import Plan, Write, commit
from chalicelib.dynamo.meter import metered
from chalicelib.ledger import moves, service, table
from chalicelib.ledger.entry import Counted, Refs
from chalicelib.ledger.hold import Hold
from chalicelib.ledger.moves import Telling
from chalicelib.ledger.reading import service as reading
from chalicelib.ledger.rules import Lasting
from chalicelib.ledger.service import NoSuchMember
from tests.support.books import A_YEAR, ADA, SITE, TOLD, at, day
from tests.support.stored import NOW, RULES, award, enrol, post, promise

TOMORROW = NOW + timedelta(days=1)


@pytest.fixture(autouse=True)
def _table(table: Any) -> None:
    """Every test here has a table of its own."""


def write_all(*writes: Write) -> None:
    commit(lambda: None, lambda _: Plan(writes, None))


def settle_hold(group: str = "order1", place: int = 0, now: Any = TOMORROW) -> None:
    service.settle_hold(SITE, ADA, group, place, RULES, now)


def held() -> list[tuple[str, int]]:
    return [(hold.group, hold.place) for hold in table.read_holds(SITE, ADA)]


def shown(row: int) -> tuple[str | None, int | None]:
    found = service.entry(SITE, ADA, row)
    return found.status, found.amount


def replaced(place: int = 0, group: str = "order1", **changes: Any) -> None:
    """Change a stored hold behind the back of the book."""
    hold = next(each for each in table.read_holds(SITE, ADA, group) if each.place == place)
    write_all(table.hold_write(SITE, ADA, replace(hold, **changes)))


def test_nobody_is_told_how_to_become_somebody():
    with pytest.raises(NoSuchMember) as caught:
        service.read(SITE, ADA, RULES, NOW)

    assert str(caught.value) == (
        "No data found: no member with this id is enrolled. Enrol the member with POST /users first."
    )


def test_a_hold_is_settled_beside_those_of_other_orders():
    enrol(ADA)
    first = promise(ADA, 30, "order0", release=TOMORROW)
    second = promise(ADA, 50, "order1", release=TOMORROW)

    settle_hold()

    assert held() == [("order0", 0)]
    assert (shown(first), shown(second)) == (("Hold", 30), ("Released", 50))


def test_of_a_closed_account_only_the_hold_asked_for_and_its_order_are_dropped():
    enrol(ADA)
    promise(ADA, 30, "order0", release=TOMORROW)
    promise(ADA, 50, "order1", release=TOMORROW, places=2)
    post([ADA], moves.close)

    settle_hold()

    assert held() == [("order0", 0)]


def test_the_first_of_two_voids_shrinks_the_row_and_the_last_cancels_it():
    enrol(ADA)
    row = promise(ADA, 50, void=TOMORROW, places=2)

    settle_hold(place=0)
    assert shown(row) == ("Hold", 50)
    settle_hold(place=1)

    assert shown(row) == ("Cancelled", 0)


@pytest.mark.parametrize(("points", "status"), [(50, "Cancelled"), (49, "Released")])
def test_a_void_cancels_the_row_unless_it_shows_more_than_what_is_voided(points: int, status: str):
    enrol(ADA)
    row = promise(ADA, 50, void=TOMORROW)
    replaced(parts={"0": points})

    settle_hold()

    assert shown(row) == (status, 50 - points)


def test_a_hold_of_one_point_on_a_row_without_an_amount_cancels_it():
    enrol(ADA)
    row = award(ADA, 1).number
    promise(ADA, 1, void=TOMORROW)
    replaced(row=row)

    settle_hold()

    assert shown(row) == ("Cancelled", -1)


def test_a_void_gives_back_what_counted_against_limits():
    enrol(ADA)
    month = day("2026-02-01")
    counted = (Counted("129m", month, 1, 50), Counted("129l", 0, 1, 50))
    post([ADA], lambda draft: moves.award(draft, 7, A_YEAR, TOLD, counted=counted))
    promise(ADA, 50, void=TOMORROW)
    replaced(counted=counted)

    settle_hold()

    account = service.read(SITE, ADA, RULES, TOMORROW)
    assert account.limits == {"129m": (month, 0, 0, 0, 0, 0), "129l": (0, 0, 0, 0, 0, 0)}


def test_a_void_is_an_entry_about_the_hold_and_no_row():
    enrol(ADA)
    promise(ADA, 50, void=TOMORROW)

    settle_hold()

    entry = service.entry(SITE, ADA, 3).entry
    assert (entry.kind, entry.action, entry.shown) == ("shrink", 109, False)
    assert entry.refs == Refs(order="o-1", hold="order1#0")


def test_ending_an_undated_hold_cancels_its_row_when_nothing_of_it_was_given():
    enrol(ADA)
    promise(ADA, 50, void=TOMORROW)

    def decide(drafts: list[Any], found: list[Hold]) -> Any:
        return [service.end_hold(drafts[0], found[0], last=True)], drafts[0].faces[2].status

    status = service.post(
        SITE, [ADA], service.command(NOW), RULES, decide, load=lambda: list(table.read_holds(SITE, ADA))
    )

    assert status == "Cancelled"


def test_a_hold_that_waits_for_an_event_is_left_alone():
    enrol(ADA)
    promise(ADA, 50)

    settle_hold(now=NOW + timedelta(days=3650))

    assert held() == [("order1", 0)]


def expire_daily(count: int) -> None:
    """1, 2, 3, … points that expire on 2, 3, 4, … February, each booked on the day after."""
    enrol(ADA)
    for place in range(count):
        award(ADA, place + 1, lasting=Lasting("days", place + 1))
    for place in range(count):
        service.settle(SITE, ADA, RULES, NOW + timedelta(days=place + 2))


def between(first: str, last: str) -> list[tuple[int, int]]:
    found = reading.expired_between(SITE, ADA, day(first), day(last))
    assert all(entry.kind == "expire" for _, _, entry in found)
    return [(last_day, points) for last_day, points, _ in found]


@pytest.mark.parametrize("page", [1, 2, 3, 5, 200])
def test_expiries_of_a_range_are_those_of_its_days_newest_first_on_pages_of_any_size(
    page: int, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(reading, "EXPIRY_PAGE", page)
    expire_daily(5)

    assert between("2026-02-03", "2026-02-05") == [
        (day("2026-02-05"), 4),
        (day("2026-02-04"), 3),
        (day("2026-02-03"), 2),
    ]
    assert between("2026-02-02", "2026-02-02") == [(day("2026-02-02"), 1)]
    assert between("2026-02-07", "2026-02-09") == []


def test_lots_that_expired_together_are_told_one_by_one():
    enrol(ADA)
    award(ADA, 1, lasting=Lasting("days", 1))
    post([ADA], lambda draft: moves.award(draft, 2, Lasting("days", 1), TOLD, kind="P"))
    post([ADA], lambda draft: moves.award(draft, 4, Lasting("days", 1), TOLD, bucket="miles"))
    service.settle(SITE, ADA, RULES, NOW + timedelta(days=2))

    assert between("2026-02-01", "2026-02-28") == [(day("2026-02-02"), 1), (day("2026-02-02"), 2)]


@pytest.mark.parametrize(("first", "pages"), [("2026-02-08", 2), ("2026-02-09", 2), ("2026-02-10", 1)])
def test_expiries_are_not_looked_for_before_the_day_before_their_range(
    first: str, pages: int, monkeypatch: pytest.MonkeyPatch
):
    """An entry that was recorded on 8 February in UTC may be of the 9th elsewhere; one of the 7th is not."""
    monkeypatch.setattr(reading, "EXPIRY_PAGE", 1)
    enrol(ADA)
    award(ADA, 10, now=at("2026-02-08 23:00"), lasting=Lasting("never"))

    with metered() as reads:
        assert between(first, "2026-02-28") == []

    assert reads.operations == ["Query"] * pages


def test_a_page_before_the_first_or_after_the_last_shows_nothing():
    enrol(ADA, 10)

    page = service.activity(SITE, ADA, RULES, NOW, 2)

    assert (page.rows, page.total, page.pages) == ([], 1, 1)


def test_an_unknown_entry_is_none():
    enrol(ADA)

    assert service.entry(SITE, ADA, 9) is None
    assert not table.is_ours(SITE, ADA, 9, "command")


def test_a_command_keeps_what_it_is_judged_by():
    run = service.command(NOW)

    assert (run.now, run.key) == (NOW, None)
    assert run.id != service.command(NOW).id


def test_the_entry_of_a_row_is_found_by_halving_whatever_hidden_entries_lie_between():
    enrol(ADA)
    hidden = Telling(100, shown=False)
    number_by_row: dict[int, int] = {}
    for place in range(24):
        if place % 3:
            row = award(ADA, 1)
            number_by_row[row.rows] = row.number
        else:
            post([ADA], lambda draft: moves.award(draft, 1, A_YEAR, hidden))
    last = 25

    with metered() as reads:
        found = {row: service._find(SITE, ADA, row, last) for row in number_by_row}

    assert found == number_by_row
    assert len(reads.operations) <= len(found) * 5
